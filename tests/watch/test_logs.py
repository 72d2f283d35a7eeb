"""Lines of the service log: what they hold, and that writing them never fails whoever logs."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.log_lines import FORMAT, REQUEST_ID, Lines
from monitor.watch.logs import JsonLines, Sink

PIPE_FULL = 2_000_000


@contextmanager
def request_id(text: str) -> Iterator[None]:
    before = REQUEST_ID.set(text)
    yield
    REQUEST_ID.reset(before)


@pytest.fixture(autouse=True)
def _no_request() -> Iterator[None]:
    """Whatever was asked by the tests before in this thread, and not read to its end."""
    with request_id(""):
        yield


def record(text: str, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("monitor.web", logging.WARNING, "", 0, text, (), None)
    if fields:
        made.fields = fields
    return made


def failed(text: str) -> logging.LogRecord:
    try:
        raise ValueError(text)
    except ValueError:
        return logging.LogRecord("monitor.web", logging.ERROR, "", 0, "fault", (), sys.exc_info())


def written(formatter: logging.Formatter, *records: logging.LogRecord) -> list[str]:
    stream = io.StringIO()
    sink = Sink(stream)
    sink.setFormatter(formatter)
    for one in records:
        sink.handle(one)
    assert sink.lost == 0 and sum(sink.written.values()) == len(records)
    return stream.getvalue().splitlines()


def test_a_line_carries_the_id_of_the_request_that_it_was_logged_for() -> None:
    with request_id("0a1b2c3d"):
        (first,) = written(Lines(FORMAT), record("refused"))
        (told,) = written(JsonLines(), record("refused"))
    (second,) = written(Lines(FORMAT), record("refused"))
    assert first.endswith("Z WARNING [0a1b2c3d] refused") and second.endswith("Z WARNING refused")
    assert json.loads(told)["request_id"] == "0a1b2c3d"


def test_json_is_one_object_a_line_whatever_it_holds() -> None:
    token = "pm_" + "A" * 43
    lines = written(
        JsonLines(),
        record(f'a "quoted"\nline \x1b[31m \u2028 {token}', path=f"/\n{token}", status=404, who="王"),
        failed("text\nof two lines"),
    )
    first, second = map(json.loads, lines)
    assert first["message"] == 'a "quoted"\\nline \\x1b[31m \\u2028 pm_…' and first["path"] == "/\\npm_…"
    assert (first["status"], first["who"], first["level"], first["logger"]) == (404, "王", "warning", "monitor.web")
    assert second["level"] == "error" and second["traceback"][0].startswith("Traceback")
    assert "request_id" not in first and all(line.isprintable() for line in lines)


def test_a_full_disk_costs_the_line_and_nothing_else() -> None:
    with open("/dev/full", "w") as full:
        sink = Sink(full)
        sink.setFormatter(Lines(FORMAT))
        sink.handle(record("one"))
        sink.handle(record("two"))
    assert (sink.lost, sum(sink.written.values())) == (2, 0)


@pytest.mark.parametrize("stream", ["closed", "none", "cannot"])
def test_a_stream_that_is_gone_costs_the_line_and_nothing_else(tmp_path: Path, stream: str) -> None:
    file = (tmp_path / "log").open("w")
    sink = Sink(None if stream == "none" else file)
    file.close()
    one = record("%d") if stream != "cannot" else logging.LogRecord("m", 30, "", 0, "%d", ("no number",), None)
    sink.handle(one)
    assert sink.lost == 1 and not sink.written


def test_a_pipe_that_nobody_reads_holds_up_nobody_and_is_written_again_once_it_is_read() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(writing, "w") as stream:
        sink = Sink(stream)
        sink.setFormatter(logging.Formatter("%(message)s"))
        began = time.monotonic()
        for number in range(PIPE_FULL // 10_000):
            sink.handle(record(f"{number}:" + "x" * 10_000))
        assert time.monotonic() - began < 10  # a blocked write would never come back
        assert sink.lost > 50
        held = os.read(reading, PIPE_FULL).decode()
        lost = sink.lost
        sink.handle(record("after"))
        assert sink.lost == lost
        held += os.read(reading, PIPE_FULL).decode()
    os.close(reading)
    *whole, torn, last = held.splitlines()
    assert last == "after" and all(len(line) > 10_000 for line in whole) and torn.startswith(f"{len(whole)}:")


def test_a_library_that_prints_writes_into_no_file_of_ours_where_stderr_is_closed(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from monitor import cli\n"
        "cli._prepare_process()\n"
        f"made = open({str(tmp_path / 'store')!r}, 'w')\n"
        "os.write(2, b'noise'); os.write(1, b'noise'); sys.stderr.write('more'); sys.stdout.write('more')\n"
        "sys.exit(0 if made.fileno() > 2 and os.get_inheritable(2) else 9)\n"
    )
    shell = f'exec "{sys.executable}" -c "$0" <&- >&- 2>&-'
    ended = subprocess.run(["/bin/sh", "-c", shell, program], cwd=Path(__file__).parents[2], timeout=60)
    assert (ended.returncode, (tmp_path / "store").read_text()) == (0, "")
