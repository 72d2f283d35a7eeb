"""What happens on a disk that runs full, each case on a file system of its own that goes with the process.

    unshare -m python -m tests.faults.small_disk CASE FOLDER        as root
    unshare -rm python -m tests.faults.small_disk CASE FOLDER       as anybody

FOLDER becomes a disk of 64 MB. Cases: spool, commit, checkpoint, export, log, low. Prints how long it took until files
were taken again once there was room.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.launched import BALLAST, fill
from tests.faults.served import CHECKOUT, SHARE, House, Server, check_store, content, furnish, launch

DISK_BYTES = 64_000_000
# judged in the full run alone, which should have the machine to itself
RECOVERED_SECONDS, LEFT_SECONDS = (10.0, 3.0) if SHARE >= 1 else (90.0, 30.0)
# where the log of writes is brought into the file, and how much room is left for that: a block takes 256 KiB
CHECKPOINT_BYTES, LEFT_FOR_CHECKPOINT = 60_000, 180_000


_started: list[Server] = []


class Disk:
    """A folder that is a small file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        _mount("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder))

    def resize(self, size: int) -> None:
        _mount("-o", f"remount,size={size}", str(self.folder))

    def fill(self) -> None:
        fill(self.folder)

    def empty(self) -> None:
        (self.folder / BALLAST).unlink()


def _mount(*order: str) -> None:
    subprocess.run(["mount", *order], check=True)


class Case:
    """A server on a store of its own; `told`: receipt and number of what it acknowledged."""

    def __init__(self, house: House, *options: str, log: Path | None = None) -> None:
        self.house, self.options, self.log = house, options, log
        self.told: list[tuple[int, int]] = []
        self.number = 0
        self.server = self.start()

    def start(self) -> Server:
        self.server = launch(self.house, *self.options, log=self.log)
        _started.append(self.server)
        return self.server.wait_ready()

    def take(self, count: int = 1) -> None:
        """Files that are taken."""
        for _ in range(count):
            status, answer = self.send()
            assert status in (201, 202), (status, answer)

    def send(self) -> tuple[int, dict[str, object]]:
        self.number += 1
        status, answer = self.server.send(self.number)
        if status in (201, 202):
            self.told.append((answer["receipt_id"], self.number))
        return status, answer

    def reads(self) -> None:
        """Whoever reads is answered."""
        for path in ("/api/v1/observations", "/api/v1/submissions", "/api/v1/scorecards"):
            status, _ = self.server.ask("GET", path, "viewer")
            assert status == 200, (path, status)
        assert self.server.ask("GET", "/readyz")[0] == self.server.ask("GET", "/healthz")[0] == 200

    def end(self) -> None:
        """It stops as it should, and all that it acknowledged is there."""
        self.server.process.send_signal(signal.SIGTERM)
        self.server.process.communicate(timeout=30)
        assert self.server.process.returncode == 0
        check_store(self.house.store, self.told, [])


def _recovered(case: Case, began: float) -> None:
    case.take()
    took = time.monotonic() - began
    assert took <= RECOVERED_SECONDS, took
    case.take(2)
    case.end()
    print(f"taken again after {took:.2f} s")


def spool(disk: Disk) -> None:
    case = Case(furnish(disk.folder / "data"), "--unguarded")
    case.take(3)
    disk.fill()
    for _ in range(3):
        status, answer = case.send()
        assert (status, answer["code"]) == (507, "machine") and "space" in str(answer["en"]), answer
    case.reads()
    disk.empty()
    _recovered(case, time.monotonic())


def commit(disk: Disk) -> None:
    sign = disk.folder / "sign"
    case = Case(furnish(disk.folder / "data"), "--unguarded", "--at", f"before_commit:{sign}:0")
    case.take(3)
    sign.touch()
    status, answer = case.send()
    assert (status, answer["code"]) == (507, "machine"), answer
    case.reads()
    disk.empty()
    _recovered(case, time.monotonic())


def checkpoint(disk: Disk) -> None:
    """DuckDB gives up the database in the process: that ends with exit 1, and the next one has everything."""
    sign = disk.folder / "sign"
    case = Case(
        furnish(disk.folder / "data"), "--unguarded", "--checkpoint", str(CHECKPOINT_BYTES),
        "--at", f"before_commit:{sign}:{LEFT_FOR_CHECKPOINT}",
    )  # fmt: skip
    case.take(1)
    for _ in range(60):
        sign.touch()
        status, answer = case.send()
        (disk.folder / BALLAST).unlink(missing_ok=True)
        if status not in (201, 202):
            break
    failed = time.monotonic()
    assert status in (503, 507) and answer["code"] == "stopped", (status, answer)
    assert case.server.process.wait(LEFT_SECONDS) == 1
    left = time.monotonic() - failed
    print(f"exit 1 after {left:.2f} s", end=", ")
    assert left <= LEFT_SECONDS and "the database has stopped" in case.server.said()
    began = time.monotonic()
    case.start()
    _recovered(case, began)


def export(disk: Disk) -> None:
    """A file that finds no room is not there at all, and the server does not notice."""
    out = disk.folder / "out"
    out.mkdir()
    case = Case(furnish(disk.folder.parent / "data"))
    case.take(3)
    disk.fill()
    for kind in ("csv", "xlsx", "parquet"):
        order = [sys.executable, "-m", "monitor", "export", "submissions", "--output", str(out / f"all.{kind}")]
        ended = subprocess.run(order, cwd=CHECKOUT, env=case.house.environment, capture_output=True, text=True)
        assert ended.returncode == 1 and len(ended.stderr.splitlines()) == 1, ended
        assert "No space left" in ended.stderr and list(out.iterdir()) == [], ended
    case.reads()
    disk.empty()
    assert subprocess.run(order, cwd=CHECKOUT, env=case.house.environment, capture_output=True).returncode == 0
    _recovered(case, time.monotonic())


def log(disk: Disk) -> None:
    """Who asks is answered, whether or not that can be written down."""
    house = furnish(disk.folder.parent / "data", log_level="info")
    case = Case(house, log=disk.folder / "server.log")
    case.take(1)
    disk.fill()
    for _ in range(100):
        assert case.server.ask("GET", "/api/v1/submissions", None)[0] == 401  # each is a line
    case.take(3)
    case.reads()
    disk.empty()
    before = (disk.folder / "server.log").stat().st_size
    assert case.server.ask("GET", "/api/v1/submissions", None, Authorization="Bearer pm_x")[0] == 401
    deadline = time.monotonic() + RECOVERED_SECONDS
    while (disk.folder / "server.log").stat().st_size == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    _recovered(case, time.monotonic())


def low(disk: Disk) -> None:
    """Refused before the disk is full: nothing of any file is written, and what is there is read as before."""
    least = 8_000_000
    case = Case(furnish(disk.folder / "data", min_free_bytes=str(least)))
    case.take(2)
    store = case.house.store
    used = DISK_BYTES - shutil.disk_usage(disk.folder).free
    size = sum(path.stat().st_size for path in store.parent.glob("monitor.duckdb*"))
    disk.resize(used + max(least, 2 * size) - 200_000)
    before = sorted(path.name for path in (store.parent / "received").iterdir())
    for _ in range(3):
        status, answer = case.send()
        assert (status, answer["code"]) == (507, "low_space"), answer
    assert sorted(path.name for path in (store.parent / "received").iterdir()) == before
    assert shutil.disk_usage(disk.folder).free > 1_000_000
    one = disk.folder.parent / "one.csv"
    one.write_bytes(content(99))
    order = [sys.executable, "-m", "monitor", "ingest", str(one)]
    ended = subprocess.run(order, cwd=CHECKOUT, env=case.house.environment, capture_output=True, text=True)
    assert ended.returncode == 1 and "no file is taken" in ended.stderr, ended
    case.reads()
    disk.resize(DISK_BYTES)
    _recovered(case, time.monotonic())


CASES: tuple[Callable[[Disk], None], ...] = (spool, commit, checkpoint, export, log, low)


def main(name: str, folder: Path) -> None:
    case = next(one for one in CASES if one.__name__ == name)
    try:
        case(Disk(folder))
    finally:  # whatever came of it
        for server in _started:
            server.process.kill()


if __name__ == "__main__":
    os.umask(0o077)
    main(sys.argv[1], Path(sys.argv[2]))
