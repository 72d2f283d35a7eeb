"""Read-only copies: scorecards a second of one and of three on loopback, memory of each, and what publishing takes.

    python -m bench.readers [--store STORE16M] [--seconds 20] [--keep FOLDER]

Prints a section for docs/performance.md. STORE16M: as bench.store16m makes it; it is copied, never opened in place.
Processor time is that of the readers alone, from /proc: a machine that others use makes walls longer, not that.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from bench.store16m import make_store
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.shipped import find_shipped
from monitor.store.configuration import record_configuration
from monitor.store.publishing import Version, publish_store
from monitor.store.store import Store

_SQL = files("bench") / "sql"
_TICKS = os.sysconf("SC_CLK_TCK")
_SETTINGS = {"ahead": "1.2", "near": "0.8", "band_tolerance": "1"}
_MONTHS = [f"{year}-{month:02d}" for year in range(2021, 2026) for month in range(1, 13)]


@dataclass(frozen=True)
class Taken:
    """`wall` and `processor` seconds of a publication, the most memory that this process has had so far (bytes)."""

    version: Version
    wall: float
    processor: float
    peak: int


@dataclass(frozen=True)
class Asked:
    """What some readers did together. `peaks`: memory of each, bytes."""

    readers: int
    scorecards: int
    wall: float
    processor: float
    peaks: tuple[int, ...]

    @property
    def rate(self) -> float:
        return self.scorecards / self.wall

    @property
    def milliseconds(self) -> float:
        """Of processor time for a scorecard."""
        return 1000 * self.processor / self.scorecards

    @property
    def cores(self) -> float:
        """How many were busy with it."""
        return self.processor / self.wall


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m bench.readers")
    given.add_argument("--store", type=Path)
    given.add_argument("--seconds", type=float, default=20.0)
    given.add_argument("--units", type=int, default=3_332)
    chosen = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-readers-") as folder:
        store, published = Path(folder) / "data" / "monitor.duckdb", Path(folder) / "published"
        provinces = _prepare(store, chosen.store, chosen.units)
        whole = _publish(store, published)
        _add_month(store)
        changed = _publish(store, published)
        asked = [_ask(published, count, provinces, chosen.seconds) for count in (1, 3)]
        _print(whole, changed, asked, _linked_bytes(changed.version))


def _prepare(store: Path, given: Path | None, units: int) -> Sequence[str]:
    """The store, with the plan recorded; gives the codes of the provinces."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    provinces = [one.code for one in regions.descendants("000000") if one.reporting]
    store.parent.mkdir()
    if given is None:
        make_store(store, catalogues[0], provinces, units)
    else:
        shutil.copyfile(given, store)
    with Store.open(store) as opened:
        record_configuration(
            opened,
            catalogues=[(one.file, one.text) for one in catalogues],
            regions=(regions.file, regions.text),
            settings=_SETTINGS,
            by="bench",
        )
    return provinces


def _add_month(store: Path) -> None:
    """A further revision of one submission, accepted: what an ordinary day changes."""
    with duckdb.connect(str(store)) as connection:
        for name in ("observation", "submission", "event"):
            connection.execute((_SQL / f"revise_{name}.sql").read_text(encoding="utf-8"))


def _publish(store: Path, published: Path) -> Taken:
    with Store.open(store) as opened:
        wall, processor = time.perf_counter(), time.process_time()
        version = publish_store(opened, published)
        used = time.perf_counter() - wall, time.process_time() - processor
    return Taken(version, *used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def _linked_bytes(version: Version) -> float:
    """Which share of a version's bytes it has in common with the one before."""
    store = version.version / "store"
    sizes = [(facts.bytes, (store / path).stat().st_nlink > 1) for path, facts in version.manifest.files.items()]
    return sum(size for size, linked in sizes if linked) / sum(size for size, _ in sizes)


def _ask(published: Path, count: int, provinces: Sequence[str], seconds: float) -> Asked:
    """Ask `count` readers, each for scorecards of a region and month that it was not asked for before.

    What a reader has worked out for a region helps it with the next one of the same month, so each has months of its
    own: the work of an answer is the same however many there are.
    """
    readers = [_start(published) for _ in range(count)]
    try:
        ports = [_port(reader) for reader in readers]
        lock, done = threading.Lock(), itertools.count()
        questions = {
            port: iter([(region, month) for month in _MONTHS[place::count] for region in provinces])
            for place, port in enumerate(ports)
        }
        for port in ports:  # the first answer loads what every one needs
            _scorecard(http.client.HTTPConnection("127.0.0.1", port), *next(questions[port]))
        before = [_processor(reader.pid) for reader in readers]
        began = time.perf_counter()
        until = began + seconds

        def work(port: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            while time.perf_counter() < until:
                with lock:
                    question = next(questions[port], None)
                if question is None:
                    return
                _scorecard(connection, *question)
                next(done)

        workers = [threading.Thread(target=work, args=(port,)) for port in ports for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        wall = time.perf_counter() - began
        processor = sum(_processor(reader.pid) - first for reader, first in zip(readers, before, strict=True))
        return Asked(count, next(done), wall, processor, tuple(_peak(reader.pid) for reader in readers))
    finally:
        for reader in readers:
            reader.terminate()
            reader.wait(30)


def _start(published: Path) -> subprocess.Popen[str]:
    own = {name: text for name, text in os.environ.items() if not name.startswith("MONITOR_")}
    order = [sys.executable, "-m", "monitor", "serve", "--read-only", "--from", str(published), "--port", "0"]
    return subprocess.Popen(
        order, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**own, "MONITOR_READER_OPEN": "true", "MONITOR_LANGUAGE": "en"},
    )  # fmt: skip


def _port(reader: subprocess.Popen[str]) -> int:
    assert reader.stdout is not None
    line = reader.stdout.readline()
    return int(line.rstrip().rstrip("/").rsplit(":", 1)[1])


def _scorecard(connection: http.client.HTTPConnection, region: str, month: str) -> None:
    connection.request("GET", f"/api/v1/scorecards?region={region}&period={month}")
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{answer.status}: {content[:300]!r}")


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / _TICKS


def _peak(pid: int) -> int:
    lines: Iterator[str] = iter(Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines())
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def _print(whole: Taken, changed: Taken, asked: Sequence[Asked], linked: float) -> None:
    one, three = asked
    say = sys.stdout.write
    say("## Read-only copies\n\n")
    say(f"{changed.version.manifest.rows:,} observations, {os.cpu_count()} cores; `python -m bench.readers`.\n\n")
    say("| publishing | periods written | linked | wall s | processor s | peak MB |\n|---|--:|--:|--:|--:|--:|\n")
    for name, took in (("whole", whole), ("one submission more", changed)):
        made = took.version
        figures = f"{made.written} | {made.linked} | {took.wall:.1f} | {took.processor:.1f} | {took.peak / 1e6:.0f}"
        say(f"| {name} | {figures} |\n")
    say(f"\nOf the second version's bytes {linked:.0%} are those of the first.\n\n")
    say("| readers | uncached scorecards a second | processor ms each | cores busy | peak MB of each |\n")
    say("|--:|--:|--:|--:|---|\n")
    for some in asked:
        peaks = ", ".join(f"{peak / 1e6:.0f}" for peak in some.peaks)
        say(f"| {some.readers} | {some.rate:.1f} | {some.milliseconds:.0f} | {some.cores:.2f} | {peaks} |\n")
    gained, had = three.rate / one.rate, three.cores / one.cores
    share = gained / had
    say(f"\nThree give {gained:.2f} times what one gives, on {had:.2f} times its cores: {share:.0%} of their sum.\n")


if __name__ == "__main__":
    main()
