"""What stands in front of the server, by the settings; a secret that others can read is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.commands.errors import WrongUse
from monitor.commands.front import front_of
from monitor.commands.serving import need_safe_address
from monitor.settings import load_settings
from monitor.web.front import NOTHING

from .conftest import Run

SECRET = "s3cret-of-ours"  # pragma: allowlist secret


@pytest.fixture
def oidc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a provider; gives the file of its secret."""
    path = tmp_path / "secret.txt"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    for name, value in (
        ("OIDC_ISSUER", "https://login.example.org"), ("OIDC_CLIENT_ID", "plan-monitor"),
        ("OIDC_CLIENT_SECRET_FILE", str(path)), ("PUBLIC_URL", "https://monitor.example.org/"),
    ):  # fmt: skip
        monkeypatch.setenv(f"MONITOR_{name}", value)
    return path


def test_the_settings_become_what_stands_in_front(oidc: Path) -> None:
    oidc.chmod(0o640)  # a group of its own may read it
    found = front_of(load_settings()).oidc
    assert found is not None and found.secret == SECRET
    assert found.callback == "https://monitor.example.org/login/oidc/callback"
    assert SECRET not in repr(found)


def test_without_settings_nothing_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert front_of(load_settings()) == NOTHING
    monkeypatch.setenv("MONITOR_TRUSTED_PROXY", "10.1.2.3")
    monkeypatch.setenv("MONITOR_PROXY_USER_HEADER", "X-Remote-User")
    found = front_of(load_settings())
    assert (str(found.proxy), found.header) == ("10.1.2.3/32", "X-Remote-User")


@pytest.mark.parametrize(("mode", "shown"), [(0o644, "0644"), (0o604, "0604"), (0o660, "0660"), (0o666, "0666")])
def test_a_secret_that_others_can_read_or_change_is_refused(oidc: Path, mode: int, shown: str) -> None:
    oidc.chmod(mode)
    with pytest.raises(WrongUse) as refused:
        front_of(load_settings())
    assert shown in refused.value.en and "chmod 600" in refused.value.zh


@pytest.mark.parametrize("text", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe"])
def test_a_file_of_no_secret_is_refused(oidc: Path, text: bytes) -> None:
    oidc.write_bytes(text)
    with pytest.raises(WrongUse) as refused:
        front_of(load_settings())
    assert str(oidc) in refused.value.en


def test_a_server_does_not_start_with_half_of_it(run: Run, oidc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_OIDC_CA_FILE", "gone.pem")
    ended = run("serve", "--port", "0")
    assert ended.code == 2 and "gone.pem" in ended.err and ended.err.count("\n") == 1
    monkeypatch.setenv("MONITOR_OIDC_CA_FILE", str(oidc))
    assert "PEM" in run("serve", "--port", "0").err
    monkeypatch.delenv("MONITOR_OIDC_CA_FILE")
    oidc.unlink()
    ended = run("serve", "--port", "0")
    assert ended.code == 2 and str(oidc) in ended.err and "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"HOST": "0.0.0.0"}, "this machine's own address"), ({"HOST": "10.1.2.3"}, "this machine's own address"),
     ({"TRUSTED_PROXY": "127.0.0.1"}, "do not go together"), ({}, None), ({"HOST": "::1"}, None)],
)  # fmt: skip
def test_sessions_without_tls_are_for_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str | None
) -> None:
    for name, value in {"PLAIN_HTTP": "true", **settings}.items():
        monkeypatch.setenv(f"MONITOR_{name}", value)
    if said is None:
        need_safe_address(load_settings())
        return
    with pytest.raises(WrongUse, match=said):
        need_safe_address(load_settings())
