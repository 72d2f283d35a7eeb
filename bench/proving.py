"""How long it takes to prove a store, and to make its figures again: `python -m bench.proving [ROWS]`.

A store of so many rows (a million by default), taken in as files of 100,000 are: 32 provinces with ten prefectures each
send 37 indicators month by month. Processor seconds of this process; the children that read files are counted apart.
"""

from __future__ import annotations

import csv
import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.intake.limits import Limits
from monitor.intake.submissions import ingest
from monitor.integrity import run_checks
from monitor.integrity.proof import verify_store
from monitor.integrity.rebuild import rebuild
from monitor.method.settings import MethodSettings
from monitor.report.desk import Configuration
from monitor.store.store import Store

from .ingest import COLUMNS, country, figures

ROWS = 1_000_000
_A_FILE = 100_000
_PREFECTURES = 10
_FIRST_YEAR = 2021
Answer = TypeVar("Answer")


def main(rows: int) -> int:
    """0 when all is sound and equal."""
    catalogues, regions = country(_PREFECTURES)
    configured = Configuration(catalogues, regions, MethodSettings())
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        with Store.open(folder / "data" / "monitor.duckdb") as store:
            _timed("taken in", lambda: _fill(store, catalogues, regions, folder, rows))
            checks = _timed("integrity checks", lambda: run_checks(store))
            quick = _timed("verify --quick", lambda: verify_store(store, lambda: configured, quick=True))
            whole = _timed("verify", lambda: verify_store(store, lambda: configured))
            for proof in whole.proofs:
                print(f"    {proof.invariants:16} {proof.looked:>9,} {proof.seconds:7.1f} s")
            made = _timed(
                "rebuild --to", lambda: rebuild(store, lambda: configured, by="bench", target=folder / "again")
            )
        is_sound = quick.is_clean and whole.is_clean and not any(one.count for one in checks if one.severity == "fault")
        print(f"{made.rows:,} rows in {made.submissions:,} submissions made again from {made.files} files")
        print(f"sound: {is_sound}; equal: {made.is_equal}")
    return 0 if is_sound and made.is_equal else 1


def _timed(what: str, work: Callable[[], Answer]) -> Answer:
    started, own, children = time.perf_counter(), time.process_time(), _children()
    answer = work()
    print(
        f"{what:18} {time.perf_counter() - started:7.1f} s, processor {time.process_time() - own:7.1f} s,"
        f" children {_children() - children:6.1f} s, most memory {_memory():,} MB"
    )
    return answer


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _fill(store: Store, catalogues: Sequence[Catalogue], regions: Regions, folder: Path, rows: int) -> None:
    units = [code for code in regions.codes if code != "000000"]
    made = itertools.islice(figures(catalogues[0], units, _FIRST_YEAR), rows)
    for number, part in enumerate(_portions(made)):
        path = folder / f"figures-{number}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(part)
        result = ingest(
            store, catalogues, regions, path, by="bench", accept=True, explain="模拟数据", limits=Limits.operator()
        )
        assert not result.is_refused and not result.waiting, result.problems[:3]
        path.unlink()


def _portions(rows: Iterator[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    while part := list(itertools.islice(rows, _A_FILE)):
        yield part


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else ROWS))
