"""Wrong use of every command: exit 2, nothing on stdout, one line on stderr that names the thing and the cure."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Run

ARRANGE: dict[str, Callable[[Path], object]] = {
    "bad.yaml": lambda folder: (folder / "bad.yaml").write_text("plan:\n  idd: x\nindicators: []\n"),
    "not-yaml.yaml": lambda folder: (folder / "not-yaml.yaml").write_text("plan: [\n"),
    "latin.yaml": lambda folder: (folder / "latin.yaml").write_bytes("plan: 规划".encode("gb18030")),
    "bad-regions.csv": lambda folder: (folder / "bad-regions.csv").write_text("region_code,name\n000000,x\n"),
    "folder": lambda folder: (folder / "folder").mkdir(),
    "figures.csv": lambda folder: (folder / "figures.csv").write_text(
        "indicator_id,region_code,period,value\nout_of_pocket_share,000000,2023,27.3\n"
    ),
}

# (arguments, environment, what the line must name)
WRONG: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("chekc", {}, ("chekc",)),
    ("--nope", {}, ("--nope",)),
    ("check nothere.yaml", {}, ("nothere.yaml", "check the path")),
    ("check plan.yaml nothere.yaml", {}, ("nothere.yaml",)),
    ("check folder", {}, ("folder", "*.yaml")),
    ("check --format xml plan.yaml", {}, ("--format", "json")),
    ("check --formatt json", {}, ("--formatt", "--format")),
    ("check plan.yaml --regions nothere.csv", {}, ("nothere.csv",)),
    ("check plan.yaml --regions folder", {}, ("folder",)),
    ("check", {"MONITOR_CATALOGUE": "gone.yaml"}, ("gone.yaml",)),
    ("check", {"MONITOR_CATALOGUES": "plan.yaml"}, ("MONITOR_CATALOGUES", "MONITOR_CATALOGUE?")),
    ("config extra", {}, ("extra",)),
    ("config", {"MONITOR_NEAR": "0,8"}, ("MONITOR_NEAR", "0,8")),
    ("config", {"MONITOR_TIMEZONE": "Asia/Beijing\nx"}, ("MONITOR_TIMEZONE",)),
    ("assess", {}, ("--catalogue",)),
    ("assess --catalogue plan.yaml", {}, ("--observations",)),
    ("assess --catalogue gone.yaml --observations figures.csv", {}, ("gone.yaml",)),
    ("assess --catalogue plan.yaml --observations gone.csv", {}, ("gone.csv",)),
    ("assess --catalogue plan.yaml --observations folder", {}, ("folder",)),
    ("assess --catalogue bad.yaml --observations figures.csv", {}, ("bad.yaml:", "monitor check")),
    ("assess --catalogue not-yaml.yaml --observations figures.csv", {}, ("not-yaml.yaml:",)),
    ("assess --catalogue latin.yaml --observations figures.csv", {}, ("latin.yaml:1", "UTF-8")),
    ("assess --catalogue plan.yaml --observations figures.csv --regions gone.csv", {}, ("gone.csv",)),
    ("assess --catalogue plan.yaml --observations figures.csv --regions bad-regions.csv", {}, ("bad-regions.csv",)),
    ("assess --catalogue plan.yaml --observations figures.csv --region 999999", {}, ("999999",)),
    ("assess --catalogue plan.yaml --observations figures.csv --period 2023-Q5", {}, ("2023-Q5", "2023-Q2")),
    ("assess --catalogue plan.yaml --observations figures.csv --method log", {}, ("--method", "cagr")),
    ("assess --catalogue plan.yaml --observations figures.csv --output x.pdf", {}, ("x.pdf", ".xlsx")),
    ("assess --catalogue plan.yaml --observations figures.csv --output gone/x.csv", {}, ("gone", "folder")),
    ("assess --catalogue plan.yaml --observations figures.csv --output folder", {}, ("folder",)),
    ("assess --catalogue plan.yaml --observations figures.csv --output x.csv --format csv", {}, ("--format",)),
    ("ingest", {}, ("MONITOR_INBOX",)),
    ("ingest", {"MONITOR_INBOX": "gone"}, ("gone", "MONITOR_INBOX")),
    ("serve --port 0", {"MONITOR_CONTACTS": "gone.csv"}, ("gone.csv", "MONITOR_CONTACTS")),
    ("mail", {}, ("list",)),
    ("mail list", {}, ("var/monitor.duckdb", "MONITOR_STORE")),
    ("mail list --state lost", {}, ("--state", "sent")),
    ("mail send", {}, ("MONITOR_SMTP_HOST",)),
    ("ingest gone.csv", {}, ("gone.csv",)),
    ("ingest folder", {}, ("folder",)),
    ("ingest figures.csv --by", {}, ("--by",)),
    ("ingest figures.csv --by=", {}, ("--by",)),
    ("ingest figures.csv", {"MONITOR_CATALOGUE": "bad.yaml"}, ("bad.yaml:",)),
    ("ingest figures.csv", {"MONITOR_REGIONS": "gone.csv"}, ("gone.csv",)),
    ("ingest figures.csv", {"MONITOR_STORE": "figures.csv"}, ("figures.csv",)),
    ("export", {}, ("scorecard", "observations")),
    ("export scorecards --output x.csv", {}, ("scorecard", "gaps")),
    ("export scorecard", {}, ("--output",)),
    ("export scorecard --output x.doc", {}, ("x.doc",)),
    ("export scorecard --output x.csv", {}, ("var/monitor.duckdb", "MONITOR_STORE")),
    ("export scorecard --output x.csv", {"MONITOR_STORE": "folder"}, ("folder",)),
    ("submissions", {}, ("list",)),
    ("submissions show", {}, ("ID",)),
    ("submissions show abc", {}, ("abc",)),
    ("submissions show 0", {}, ("0",)),
    ("submissions list", {}, ("var/monitor.duckdb",)),
    ("submissions list --state open", {}, ("--state", "submitted")),
    ("submissions list --period someday", {}, ("someday",)),
    ("submissions list --as-of yesterday", {}, ("yesterday", "2025-12-31")),
    ("people", {}, ("erase",)),
    ("people erase", {}, ("--receipt",)),
    ("people erase --receipt 1", {}, ("var/monitor.duckdb",)),
    ("user", {}, ("token",)),
    ("user token add --name a --role king", {}, ("--role", "reporter")),
    ("user token add --name a --role reporter", {}, ("--region",)),
    ("user token add --name a --role reporter --region 999999", {}, ("--region", "999999")),
    ("user token add --name a --role viewer --days 366", {}, ("--days", "365")),
    ("user token list", {}, ("var/monitor.duckdb",)),
    ("user token revoke x", {}, ("ID",)),
    ("submissions list --as-of 2999-01-01", {}, ("2999-01-01",)),
    ("compare", {}, ("--from",)),
    ("compare --from 2025-06-30", {}, ("var/monitor.duckdb",)),
    ("compare --from yesterday", {}, ("yesterday", "2025-12-31")),
    ("compare --from 2025-06-30 --to 2999-01-01", {}, ("2999-01-01",)),
    ("compare --from 2025-06-30 --output x.doc", {}, ("x.doc",)),
    ("compare --from 2025-06-30 --format csv --output x.csv", {}, ("--format",)),
    ("snapshot", {}, ("freeze",)),
    ("snapshot freeze", {}, ("NAME",)),
    ("snapshot freeze v1 --by", {}, ("--by",)),
    ("snapshot freeze v1", {}, ("var/monitor.duckdb",)),
    ("snapshot list", {}, ("var/monitor.duckdb",)),
    ("export gaps --form quarterly --output x.csv", {}, ("--form", "rates")),
    ("submissions accept", {}, ("ID",)),
    ("submissions return 1", {}, ("--reason",)),
    ("serve --port 70000", {}, ("--port", "65535")),
    ("serve --port http", {}, ("--port", "http")),
    ("serve --host no.such.host.invalid", {}, ("no.such.host.invalid",)),
    ("serve extra", {}, ("extra",)),
    ("demo --port -1", {}, ("--port",)),
    ("demo --fersh", {}, ("--fresh",)),
    ("demo", {"MONITOR_PORT": "eighty"}, ("MONITOR_PORT", "eighty")),
]


@pytest.mark.parametrize(
    ("command", "environment", "names"),
    WRONG,
    ids=[
        f"{' '.join(f'{key}={value!r}' for key, value in env.items())} {command}".strip() for command, env, _ in WRONG
    ],
)
def test_wrong_use_is_one_line_that_names_it(
    run: Run,
    catalogue: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    environment: dict[str, str],
    names: tuple[str, ...],
) -> None:
    assert catalogue.parent == tmp_path
    for arrange in ARRANGE.values():
        arrange(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ended = run(*command.split())
    assert (ended.code, ended.out) == (2, ""), ended.err
    assert ended.err.startswith("monitor: ") and ended.err.count("\n") == 1, ended.err
    assert "Traceback" not in ended.err and "unexpected error" not in ended.err
    for name in names:
        assert name in ended.err
    assert not (tmp_path / "x.csv").exists()


def test_a_taken_port_is_told_before_any_work(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            ended = run(command, "--port", str(port))
            assert (ended.code, ended.out) == (2, "")
            assert f"127.0.0.1:{port}" in ended.err and "--port" in ended.err and ended.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_file_is_told(run: Run, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    denied = {str(catalogue)}
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) not in denied and real(path, mode))
    ended = run("check", catalogue)
    assert ended.code == 2 and str(catalogue) in ended.err and "read" in ended.err


def test_root_is_refused_in_another_users_data_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would leave files there that the server cannot read."""
    ARRANGE["figures.csv"](tmp_path)
    assert run("ingest", "figures.csv").code == 0
    store = tmp_path / "var" / "monitor.duckdb"
    if os.geteuid() == 0:
        os.chown(store, 65534, 65534)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
    before = sorted(tmp_path.rglob("*"))
    for command in ("submissions list", "ingest figures.csv", "verify", "serve --port 0", "demo --port 0"):
        ended = run(*command.split())
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1), ended.err
        assert str(store.relative_to(tmp_path)) in ended.err and "sudo -u" in ended.err
    assert sorted(tmp_path.rglob("*")) == before
