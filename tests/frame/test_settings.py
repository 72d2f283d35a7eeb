"""Settings: where each comes from, and what is refused with the place and the cure."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.commands.common import regions_path
from monitor.settings import Settings, SettingsError, list_settings, load_settings
from monitor.shipped import find_shipped


def origins() -> dict[str, str]:
    return {one.name: one.origin for one in list_settings(load_settings())}


def test_without_anything_all_are_defaults() -> None:
    assert set(origins().values()) == {"default"}
    assert load_settings().near == Decimal("0.8")


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text('near = 0.85\nport = 9000\nstore = "elsewhere/x.duckdb"\n')
    monkeypatch.setenv("MONITOR_PORT", "9001")
    settings = load_settings()
    assert (settings.near, settings.port, settings.store) == (Decimal("0.85"), 9001, Path("elsewhere/x.duckdb"))
    found = origins()
    assert (found["near"], found["port"], found["host"]) == ("monitor.toml", "environment", "default")


def test_the_command_line_goes_before_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_PORT", "9001")
    assert load_settings(port=9002, host=None).port == 9002


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_PORT", "")
    monkeypatch.setenv("MONITOR_NO_SUCH_THING", "")
    assert load_settings().port == 8050
    assert origins()["port"] == "default"


def test_a_number_in_the_file_is_read_exactly(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_text("near = 0.1000000001\nband_tolerance = 2\n")
    settings = load_settings()
    assert (settings.near, settings.band_tolerance) == (Decimal("0.1000000001"), Decimal(2))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("MONITOR_NEAR", "nan", "plain decimal"),
        ("MONITOR_NEAR", "inf", "plain decimal"),
        ("MONITOR_NEAR", "-0.1", "plain decimal"),
        ("MONITOR_NEAR", "1e-1", "plain decimal"),
        ("MONITOR_NEAR", "0_8", "plain decimal"),
        ("MONITOR_NEAR", "０.８", "plain decimal"),
        ("MONITOR_NEAR", "1.3", "MONITOR_AHEAD (1.2)"),
        ("MONITOR_AHEAD", "0.5", "MONITOR_NEAR (0.8)"),
        ("MONITOR_AHEAD", "fast", "plain decimal"),
        ("MONITOR_BAND_TOLERANCE", "1,5", "plain decimal"),
        ("MONITOR_PORT", "65536", "65535 or less"),
        ("MONITOR_PORT", "-1", "0 or more"),
        ("MONITOR_PORT", "http", "whole number"),
        ("MONITOR_PORT", "8050.5", "whole number"),
        ("MONITOR_PORT", "9" * 5000, "whole number"),
        ("MONITOR_THREADS", "0", "1 or more"),
        ("MONITOR_TIMEZONE", "Asia/Shangai", "Asia/Shanghai"),
        ("MONITOR_TIMEZONE", "../../etc/passwd", "time zone"),
        ("MONITOR_LANGUAGE", "fr", "auto, zh, en, both"),
        ("MONITOR_STORE", " ", "empty path"),
        ("MONITOR_STOR", "x", "MONITOR_STORE"),
        ("MONITOR_CATALOG", "x", "MONITOR_CATALOGUE"),
        ("MONITOR_QQQ", "x", "monitor config"),
    ],
)
def test_a_bad_variable_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, says: str
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert name in refused.value.en and name in refused.value.zh
    assert says in refused.value.en
    assert len(refused.value.en) < 300


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("near = ", "no valid TOML"),
        ("nea = 0.8", "did you mean near?"),
        ('port = "many"', "monitor.toml: port"),
        ("near = nan", "monitor.toml: near"),
        ("near = true", "monitor.toml: near"),
        ("[near]\nx = 1", "monitor.toml: near"),
        ("store = 3", "monitor.toml: store"),
    ],
)
def test_a_bad_file_is_refused_with_its_key(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "monitor.toml").write_text(text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert says in refused.value.en
    assert "monitor.toml" in refused.value.zh


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "monitor.toml").write_bytes("host = '本机'".encode("gb18030"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings()


@given(st.text(max_size=12))
def test_a_share_is_a_plain_decimal_or_refused(text: str) -> None:
    try:
        found = Settings(band_tolerance=text).band_tolerance
    except ValueError:
        return
    assert found.is_finite() and found >= 0 and not found.is_signed()
    assert text.strip().isascii()


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_PORT", "x")
    monkeypatch.setenv("MONITOR_THREADS", "x")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "MONITOR_PORT" in refused.value.en and "MONITOR_THREADS" in refused.value.en


OIDC = {
    "OIDC_ISSUER": "https://login.example.org/realms/main", "OIDC_CLIENT_ID": "plan-monitor",
    "OIDC_CLIENT_SECRET_FILE": __file__, "PUBLIC_URL": "https://monitor.example.org",
}  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"TRUSTED_PROXY": "gateway"}, "10.1.2.3"),
        ({"TRUSTED_PROXY": "10.1.2.3/24"}, "10.1.2.0/24"),
        ({"TRUSTED_PROXY": "0.0.0.0/0"}, "the proxy's own"),
        ({"TRUSTED_PROXY": "::/0"}, "the proxy's own"),
        ({"PROXY_USER_HEADER": "X-Remote-User"}, "needs MONITOR_TRUSTED_PROXY"),
        ({"TRUSTED_PROXY": "10.1.2.3", "PROXY_USER_HEADER": "X_Remote_User"}, "hyphens"),
        ({"TRUSTED_PROXY": "10.1.2.3", "PROXY_USER_HEADER": "X-Forwarded-For"}, "X-Remote-User"),
        ({"TRUSTED_PROXY": "10.1.2.3", "PROXY_USER_HEADER": "Cookie"}, "X-Remote-User"),
        (OIDC | {"TRUSTED_PROXY": "10.1.2.3", "PROXY_USER_HEADER": "X-Remote-User"}, "two ways of signing in"),
        (OIDC | {"OIDC_CLIENT_ID": ""}, "belong together"),
        (OIDC | {"OIDC_ISSUER": ""}, "belong together"),
        (OIDC | {"OIDC_CLIENT_SECRET_FILE": ""}, "belong together"),
        (OIDC | {"OIDC_ISSUER": "http://login.example.org"}, "https address"),
        (OIDC | {"OIDC_ISSUER": "https://login.example.org/?realm=main"}, "https address"),
        (OIDC | {"OIDC_CLAIM": "the login"}, "preferred_username"),
        (OIDC | {"PUBLIC_URL": ""}, "needs MONITOR_PUBLIC_URL"),
        (OIDC | {"PUBLIC_URL": "http://monitor.example.org"}, "needs MONITOR_PUBLIC_URL"),
    ],
)  # fmt: skip
def test_half_a_way_of_signing_in_is_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], says: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"MONITOR_{name}", value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert says in refused.value.en
    assert "\n" not in refused.value.en + refused.value.zh


def test_whole_ways_of_signing_in_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    loopback = {"OIDC_ISSUER": "http://127.0.0.1:9000", "PUBLIC_URL": "http://localhost:8050"}
    for name, value in (OIDC | loopback | {"TRUSTED_PROXY": "fd00::/64"}).items():
        monkeypatch.setenv(f"MONITOR_{name}", value)
    settings = load_settings()
    assert (settings.oidc_issuer, str(settings.trusted_proxy)) == ("http://127.0.0.1:9000", "fd00::/64")
    assert {one.name: one.value for one in list_settings(settings)}["trusted_proxy"] == "fd00::/64"


def test_a_default_that_may_not_be_looked_at_here_is_the_one_that_is_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    stat = os.stat

    def closed(path: Any, **options: Any) -> Any:
        if str(path).startswith("data/"):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", closed)
    assert regions_path(load_settings()) == find_shipped("data/regions.csv")
