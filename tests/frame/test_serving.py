"""The server as a process: one line when it answers, a clean stop, one owner, and a key that is sound."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.store.store import Store

from .conftest import CHECKOUT

pytestmark = pytest.mark.process


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "MONITOR_LANGUAGE": "en"}


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the one line it printed when its page answered."""
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", *arguments, "--port", "0"],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def get(line: str, path: str, who: str | None = None) -> tuple[int, bytes]:
    """As nobody, or as one of the demonstration's people."""
    address = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert address is not None, line
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    if who is not None:
        browser.open(f"{address[0]}/login/demo", f"who={who}".encode(), timeout=30).close()
    with browser.open(address[0] + path, timeout=30) as answer:
        return answer.status, answer.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_once_it_says_so_and_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, "serve") as (process, line):
        assert get(line, "/healthz")[0] == 200
        assert b'id="sign-in"' in get(line, "/")[1]
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert err.count("\n") == 1 and "one-time password in var/first-password" in err
    store = tmp_path / "var" / "monitor.duckdb"
    assert (store.parent / "first-password").stat().st_mode & 0o777 == 0o600
    assert not store.with_name(store.name + ".wal").exists()
    with Store.open(store) as opened:
        assert opened.data_version() >= 0


def test_a_second_owner_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with started(tmp_path, "serve") as (process, line):
        assert line
        second = subprocess.run(
            [sys.executable, "-m", "monitor", "serve", "--port", "0"],
            cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert (second.returncode, second.stdout) == (1, "")
        assert f"in use by pid {process.pid}" in second.stderr and second.stderr.count("\n") == 1
        assert get(line, "/healthz")[0] == 200


def test_a_bad_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_text("changeme")
    ended = subprocess.run(
        [sys.executable, "-m", "monitor", "serve", "--port", "0"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "secret.key" in ended.stderr and ended.stderr.count("\n") == 1


HANGS = """
import sys, threading
import monitor.jobs.clock, monitor.jobs.work.arrivals
monitor.jobs.clock._LEAVE_SECONDS = 0.5
monitor.jobs.work.arrivals.poll = lambda *_, **__: threading.Event().wait()
from monitor.cli import main
sys.exit(main(["serve", "--port", "0"]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_the_process_also_where_work_hangs_and_however_often_it_is_asked_for(
    tmp_path: Path, number: signal.Signals
) -> None:
    """As in a share that does not answer."""
    process = subprocess.Popen(
        [sys.executable, "-c", HANGS], cwd=tmp_path, env={**environment(), "MONITOR_INBOX": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None and "ready" in process.stdout.readline()
        for _ in range(3):
            process.send_signal(number)
            time.sleep(0.1)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0 and "Traceback" not in err, err
    assert not (tmp_path / "var" / "monitor.duckdb.wal").exists()


@pytest.mark.parametrize(("command", "code"), [("serve", 0), ("demo", 0), ("check", 130)])
def test_ctrl_c_before_a_server_has_read_its_settings_is_its_end_too(
    monkeypatch: pytest.MonkeyPatch, command: str, code: int
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("monitor.settings.load_settings", interrupted)
    monkeypatch.setattr(f"monitor.commands.{command}.load_settings", interrupted, raising=False)
    assert main([command]) == code
