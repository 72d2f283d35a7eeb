"""What a server needs as its store grows: `python -m bench sizing`. Disk, memory and times for the sizing table.

For each number of observations a store is filled, served by `monitor serve`, asked by the HTTP API as programs ask,
and backed up while it runs. Memory is that of the server and the processes it starts, looked at twenty times a second.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from monitor.store.store import Store

from .restore import _fill as fill

CHECKOUT = Path(__file__).parent.parent
QUESTIONS = ("scorecards?region=000000", "scorecards", "observations?limit=1000", "board", "submissions?limit=1000")


def main(arguments: Sequence[str] = ()) -> int:
    """Prints one line of the table for each number of rows."""
    parser = argparse.ArgumentParser(prog="python -m bench sizing", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 5_000_000])
    heads = ("observations", "database", "received files", "backup", "ready after", "memory at rest", "memory at most")
    print(f"| {' | '.join(heads)} | backup takes |")
    print("|---|---|---|---|---|---|---|---|")
    for rows in parser.parse_args(arguments).rows:
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
            print(_line(Path(name), rows), flush=True)
    return 0


def _line(folder: Path, rows: int) -> str:
    data = folder / "data"
    with Store.open(data / "monitor.duckdb") as store:
        sent = fill(store, folder, rows)
    token = _monitor(folder, "user", "token", "add", "--name", "bench", "--role", "planner", "--days", "1").split()[-1]
    begun = time.monotonic()
    with _served(folder) as (server, address), _watched(server) as most:
        _until_ready(address)
        ready, at_rest = time.monotonic() - begun, _memory(server)
        for question in QUESTIONS * 4:
            asked = urllib.request.Request(f"{address}/api/v1/{question}", headers={"Authorization": f"Bearer {token}"})
            with urllib.request.urlopen(asked, timeout=300) as answer:  # nosec B310
                answer.read()
        begun = time.monotonic()
        _monitor(folder, "backup", str(folder / "backups"))
        backup = time.monotonic() - begun
    sizes = [_bytes(data / "monitor.duckdb"), _bytes(data / "received"), _bytes(folder / "backups")]
    disk = " | ".join(f"{size / 1e6:,.0f} MB" for size in sizes)
    memory = " | ".join(f"{size / 1e6:,.0f} MB" for size in (at_rest, max(most)))
    return f"| {sent:,} | {disk} | {ready:.1f} s | {memory} | {backup:.1f} s |"


def _environment(folder: Path) -> dict[str, str]:
    ours = {"MONITOR_STORE": str(folder / "data" / "monitor.duckdb"), "MONITOR_PLAIN_HTTP": "true"}
    return {**os.environ, **ours, "PYTHONPATH": str(CHECKOUT)}


def _monitor(folder: Path, *command: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "monitor", *command],
        cwd=folder, env=_environment(folder), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return ended.stdout


@contextmanager
def _served(folder: Path) -> Iterator[tuple[psutil.Process, str]]:
    started = subprocess.Popen(
        [sys.executable, "-m", "monitor", "serve", "--port", "0"], cwd=folder, env=_environment(folder),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert started.stdout is not None
        yield psutil.Process(started.pid), started.stdout.readline().split()[-1].rstrip("/")
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(timeout=120)


def _until_ready(address: str) -> None:
    while True:
        with suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=5):  # nosec B310
            return
        time.sleep(0.05)


@contextmanager
def _watched(server: psutil.Process) -> Iterator[list[int]]:
    """The memory of the server and its children, again and again."""
    seen, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            seen.append(_memory(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def _memory(server: psutil.Process) -> int:
    total = 0
    with suppress(psutil.Error):
        for process in (server, *server.children(recursive=True)):
            total += process.memory_info().rss
    return total


def _bytes(place: Path) -> int:
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files)
