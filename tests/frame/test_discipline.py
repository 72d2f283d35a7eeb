"""What holds for every command: exit codes, one line for each failure, no traceback, streams that may close."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from monitor import cli
from monitor.commands.errors import Refused, WrongUse

from .conftest import CHECKOUT, Ended, Run

PYTHON = (sys.executable, "-m", "monitor")


def start(*arguments: str, folder: Path, **options: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen([*PYTHON, *arguments], cwd=folder, env=environment, **options)  # type: ignore[call-overload, no-any-return]


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Makes `monitor config` end in `error`."""

    @click.command()
    def config() -> None:
        raise error

    monkeypatch.setattr("monitor.commands.config.config", config)


def one_line(ended: Ended) -> str:
    assert ended.err.count("\n") == 1 and ended.err.endswith("\n"), ended.err
    assert "Traceback" not in ended.err
    assert ended.err.startswith("monitor: ")
    return ended.err


def test_an_unexpected_error_gets_an_id_and_its_traceback_goes_to_the_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MONITOR_STORE", str(tmp_path / "data" / "m.duckdb"))
    raising(monkeypatch, RuntimeError("secret\ndetail"))
    ended = run("config")
    line = one_line(ended)
    assert ended.code == 1 and "secret" not in line
    log = tmp_path / "data" / "errors.log"
    assert str(log) in line
    text = log.read_text(encoding="utf-8")
    identity = next(word for word in line.split() if len(word.strip("；;:")) == 8 and word.strip("；;:") in text)
    assert identity.strip("；;:") in text and "RuntimeError: secret" in text
    # one line is the entry, all others are marked as its traceback: what a sender wrote forges no entry
    entries = [line for line in text.splitlines() if line and not line.startswith("    | ")]
    assert len(entries) == 1 and "    | detail" in text.splitlines()
    assert log.stat().st_mode & 0o077 == 0


def test_an_error_with_both_texts_is_told_in_both(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, Refused("甲\n乙", "one\ntwo\x1b[31m"))
    ended = run("config")
    assert (ended.code, ended.err) == (1, "monitor: 甲 乙 / one two [31m\n")
    raising(monkeypatch, WrongUse("甲", "one"))
    assert run("config").code == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (OSError(28, "No space left on device", "out.csv"), 1),
        (PermissionError(13, "Permission denied", "x"), 1),
        (MemoryError(), 1),
        (RecursionError("deep"), 1),
        (UnicodeEncodeError("ascii", "甲", 0, 1, "no"), 1),
    ],
)
def test_whatever_happens_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    raising(monkeypatch, error)
    ended = run("config")
    one_line(ended)
    assert ended.code == code


def test_a_group_without_its_command_names_them_in_one_short_line(run: Run) -> None:
    ended = run("jobs")
    line = one_line(ended)
    assert ended.code == 2 and "needs one of: history, list, pause, resume, run; see monitor jobs --help" in line
    assert len(line) < 250


def test_a_language_is_spoken_alone_when_it_is_known(tmp_path: Path) -> None:
    for language, says, not_says in (("zh", "没有选项", "No such"), ("en", "No such", "没有选项")):
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "MONITOR_LANGUAGE": language}
        ended = subprocess.run(
            [*PYTHON, "config", "--nope"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 2
        assert says in ended.stderr and not_says not in ended.stderr


def test_a_reader_that_leaves_is_no_failure(tmp_path: Path) -> None:
    process = start("check", "--schema", folder=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 0


def test_a_full_disk_behind_stdout_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start("check", "--schema", folder=tmp_path, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err.count(b"\n") == 1 and b"Traceback" not in err


def test_a_locale_that_cannot_write_chinese_still_gets_its_message(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run([*PYTHON, "nope"], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert ended.returncode == 2
    assert b"No such command 'nope'" in ended.stderr and b"Traceback" not in ended.stderr


@pytest.mark.process
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_command_ends_with_one_line(tmp_path: Path, number: signal.Signals, code: int) -> None:
    os.mkfifo(tmp_path / "plan.yaml")
    process = start("check", "plan.yaml", folder=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    writer = _open_when_read(tmp_path / "plan.yaml")
    _wait_until_asleep(process.pid)  # the command now reads, and waits for our text
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    os.close(writer)
    assert process.returncode == code
    assert err.count(b"\n") == 1 and b"Traceback" not in err


def _open_when_read(pipe: Path) -> int:
    """The writing end, once the other process has opened the pipe for reading."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def _wait_until_asleep(pid: int) -> None:
    """Until the process waits in the kernel and has used no processor time for a while."""
    deadline, before = time.monotonic() + 30, b""
    while True:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rsplit(b")", 1)[1].split()
        state, used = fields[0], b" ".join(fields[11:13])
        if state == b"S" and used == before:
            return
        assert time.monotonic() < deadline
        before = used
        time.sleep(0.2)


def test_help_does_not_wait_for_heavy_libraries(tmp_path: Path) -> None:
    script = (
        "import sys; from monitor.cli import COMMANDS, main\n"
        "for command in COMMANDS: main([command, '--help'])\n"
        "print(sorted({'pandas', 'duckdb', 'dash', 'plotly', 'numpy', 'yaml'} & set(sys.modules)), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.stderr.strip() == "[]"


def test_the_version_is_printed(run: Run) -> None:
    ended = run("--version")
    assert ended.code == 0 and ended.out.startswith("plan-monitor, version ")
    assert cli.COMMANDS
