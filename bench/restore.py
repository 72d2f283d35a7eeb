"""How long a backup and the way back take: `python -m bench restore`. A million synthetic rows, through the commands.

While backups are made forty entries a second are written to the audit log, each at its time; how late each was done
says what a backup costs whoever sends a file meanwhile.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from monitor.backup.making import make_backup
from monitor.backup.shelf import list_backups
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.intake.submissions import ingest
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .ingest import COLUMNS, ROWS, figures

RTO_SECONDS, P99_SECONDS = 60.0, 0.1
ROUNDS = 3
_A_SECOND = 40


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the figures; 1 where one is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench restore", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--backups", type=int, default=20, help="how many are made under writes")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        path = folder / "data" / "monitor.duckdb"
        with Store.open(path) as store:
            rows = _fill(store, folder, asked.rows)
            alone = _late(store, 10.0)
            with _writing(store) as during:
                taken = [_backed_up(store, folder / "many") for _ in range(asked.backups)]
            sound = sum(one.sound for one in list_backups(folder / "many"))
        size = sum(one.stat().st_size for one in path.parent.rglob("*") if one.is_file())
        made = [_timed(folder, "backup", "backups", *["--portable"][: place == 0]) for place in range(ROUNDS)]
        portable = next(one.path for one in list_backups(folder / "backups") if one.portable)
        back = [_timed(folder, "restore", str(portable), "--to", f"back-{place}") for place in range(ROUNDS)]
        again = _timed(folder, "restore", str(portable), "--to", "again", "--from-parquet")
        proven = _timed(folder, "verify", store=folder / "back-0" / "monitor.duckdb")
    p99, without = (statistics.quantiles(late, n=100)[98] for late in (during, alone))
    rto = statistics.median(back)
    print(f"{rows:,} rows, {size / 1e6:,.0f} MB, {os.cpu_count()} cores")
    took = statistics.median(taken)
    print(f"backups under {_A_SECOND} writes a second: {sound} of {asked.backups} sound, {took:.1f} s each")
    print(f"  writes late by p99 {p99 * 1000:.0f} ms, at most {P99_SECONDS * 1000:.0f}; alone {without * 1000:.0f} ms")
    print(f"monitor backup: {made[0]:.1f} s with Parquet, {made[-1]:.1f} s without")
    print(f"monitor restore: median of {ROUNDS} {rto:.1f} s, at most {RTO_SECONDS:.0f}; --from-parquet {again:.1f} s")
    print(f"monitor verify of what was restored: {proven:.1f} s")
    return 0 if rto <= RTO_SECONDS and p99 <= P99_SECONDS and sound == asked.backups else 1


def _fill(store: Store, folder: Path, rows: int) -> int:
    """Files of 100,000 rows, each restating the one before; how many rows there are then."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    units = [region.code for region in regions.children(catalogues[0].plan.region) if region.reporting]
    path, sent = folder / "figures.csv", 0
    for turn in itertools.count():
        if sent >= rows:
            return sent
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(itertools.islice(figures(catalogues[0], units, turn=turn), min(ROWS, rows - sent)))
        ingest(store, catalogues, regions, path, by="bench", accept=True, explain="模拟数据")
        sent += min(ROWS, rows - sent)
    raise AssertionError


def _backed_up(store: Store, folder: Path) -> float:
    begun = time.monotonic()
    make_backup(store, folder, by="bench", kind="asked", portable=False)
    return time.monotonic() - begun


def _late(store: Store, seconds: float) -> list[float]:
    with _writing(store) as late:
        time.sleep(seconds)
    return late


@contextmanager
def _writing(store: Store) -> Iterator[list[float]]:
    """How late each write was done, in seconds; each is due at its time, whatever the last one took."""
    late: list[float] = []
    stop = threading.Event()

    def write() -> None:
        start = time.monotonic()
        for number in itertools.count():
            due = start + number / _A_SECOND
            if stop.wait(max(0.0, due - time.monotonic())):
                return
            with store.transaction() as transaction:
                transaction.note("tried", by="bench", object="store", detail={"number": number})
            late.append(time.monotonic() - due)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield late
    finally:
        stop.set()
        writer.join()


def _timed(folder: Path, *command: str, store: Path | None = None) -> float:
    """Seconds of a command, as whoever types it waits."""
    environment = {**os.environ, "MONITOR_STORE": str(store or folder / "data" / "monitor.duckdb")}
    checkout = str(Path(__file__).parent.parent)
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "monitor", *command],
        cwd=folder, env={**environment, "PYTHONPATH": checkout}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - begun
