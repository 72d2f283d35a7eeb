"""A scorecard and the whole tree of a past moment, from 16 million observations: `python -m bench.scorecard`.

The scorecard is of 32 provincial units × 15 indicators; its reference is the bare SQL that gives the figures it is made
from, with the same parameters, rows fetched. The tree is of every region of data/regions-full.csv × 15 indicators; its
reference are the questions it asks the store, columns fetched. Both desks know which submissions were accepted, as a
server does that has drawn its first page; no answer is kept. `--store FILE` takes a store that was made before.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from unittest.mock import patch

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.whole_tree import whole_tree
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .measure import Ratio, in_turn, median_seconds
from .store16m import make_store, tree_units

_SQL = files("bench") / "sql"
PERIOD = "2024"
AS_OF = datetime.fromisoformat("2025-06-30")
ROUNDS = 9
BOUND, TREE_BOUND = 1.3, 2.5
REPEATED_AT_MOST = 0.003
TREE_AT_MOST = 0.3
MEMORY_AT_MOST = 1_000_000_000


@dataclass(frozen=True)
class Measured:
    """`repeated`, `tree_repeated`: seconds of the same question again, from the cache. `processor`: seconds that the
    tree takes of all cores. `acceptances`: seconds of reading which submissions were accepted. `memory`: the most of
    the process that answered, bytes.
    """

    observations: int
    rows: int
    scorecard: Ratio
    repeated: float
    tree_rows: int
    tree: Ratio
    processor: float
    tree_repeated: float
    acceptances: float
    memory: int

    @property
    def holds(self) -> bool:
        return (
            self.scorecard.holds and self.tree.holds
            and max(self.repeated, self.tree_repeated) <= REPEATED_AT_MOST and self.memory <= MEMORY_AT_MOST
        )  # fmt: skip

    def describe(self) -> list[tuple[str, str, Ratio]]:
        """The lines of the first table of docs/performance.md."""
        return [
            ("scorecard of 2024 as of 2025-06-30, uncached", "the bare SQL of its figures", self.scorecard),
            ("whole tree of 2024 as of 2025-06-30, uncached", "the questions it asks the store", self.tree),
        ]

    def tell(self) -> str:
        """What is to be known of them, as Markdown."""
        return (
            f"- The scorecard has {self.rows:,} rows (nation + 32 units × 15 indicators), the whole tree "
            f"{self.tree_rows:,} (every region × 15), from\n"
            f"  a store of {self.observations:,} synthetic observations: 15 indicators sent monthly by 3,332 units "
            "over six years in four\n  or five revisions each.\n"
            f"- The same questions again, from the cache: {self.repeated * 1000:.2f} ms and "
            f"{self.tree_repeated * 1000:.2f} ms (bound {REPEATED_AT_MOST * 1000:g} ms).\n"
            f"- The tree takes {self.tree.work * 1000:.0f} ms (aim {TREE_AT_MOST * 1000:g} ms), "
            f"{self.processor * 1000:.0f} ms of processors. Which of a million submissions\n"
            f"  were accepted is read once, when the first page is drawn, in {self.acceptances:.1f} s.\n"
            f"- Memory of the process that answered all of it, at most: {self.memory / 1e6:,.0f} MB "
            f"(bound {MEMORY_AT_MOST / 1e6:,.0f} MB)."
        )


def run(store: Path | None = None) -> Measured:
    """Measures all of it, on a store of its own unless one is given."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        path = store or Path(folder) / "monitor.duckdb"
        if store is None:
            # in another process, whose memory is not that of answering
            making = multiprocessing.get_context("spawn").Process(target=_make, args=(path,))
            making.start()
            making.join()
        return _measure(path)


def _plans(regions_file: str) -> tuple[Regions, list[Catalogue]]:
    regions = load_regions(find_shipped(regions_file))
    return regions, list(load_catalogues([find_shipped("indicators.yaml")], regions))


def _make(path: Path) -> None:
    regions, catalogues = _plans("data/regions-full.csv")
    make_store(path, catalogues[0], tree_units(regions))


def _measure(path: Path) -> Measured:
    with Store.open(path, read_only=True) as store:
        observations = int(store.ask(_SQL / "count_observations.sql")[0][0])
        regions, catalogues = _plans("data/regions.csv")
        desk = Desk(store, catalogues, regions, MethodSettings())
        desk.visible(AS_OF)
        questions = desk.figure_questions(catalogues[0], AS_OF, parse_period(PERIOD))

        def bare() -> None:
            for sql, parameters in questions:
                store.ask(sql, parameters)

        def asked() -> int:
            desk.forget()
            return len(desk.scorecard(period=PERIOD, as_of=AS_OF).frame)

        scorecard = Ratio("scorecard", *in_turn(asked, bare, ROUNDS), BOUND)
        rows = asked()
        repeated = median_seconds(lambda: desk.scorecard(period=PERIOD, as_of=AS_OF), 50)
        return _measure_tree(store, observations, rows, scorecard, repeated)


def _measure_tree(store: Store, observations: int, rows: int, scorecard: Ratio, repeated: float) -> Measured:
    regions, catalogues = _plans("data/regions-full.csv")
    desk = Desk(store, catalogues, regions, MethodSettings())
    started = time.perf_counter()
    desk.visible(AS_OF)
    acceptances = time.perf_counter() - started

    def asked() -> int:
        desk.forget()
        return len(whole_tree(desk, period=PERIOD, as_of=AS_OF).frame)

    with patch.object(store, "ask_columns", wraps=store.ask_columns) as listened:
        tree_rows = asked()
    said = [call.args for call in listened.call_args_list]

    def bare() -> None:
        for question in said:
            store.ask_columns(*question)

    tree = Ratio("whole tree", *in_turn(asked, bare, ROUNDS), TREE_BOUND)
    processor, _ = in_turn(asked, bare, 3, time.process_time)
    again = median_seconds(lambda: whole_tree(desk, period=PERIOD, as_of=AS_OF), 50)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Measured(
        observations, rows, scorecard, repeated, tree_rows, tree, processor, again, acceptances, memory
    )  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Prints the figures as Markdown; 1 where one is above its bound."""
    parser = argparse.ArgumentParser(prog="python -m bench.scorecard", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--store", type=Path, help="a store that bench/store16m.py made before")
    measured = run(parser.parse_args(arguments).store)
    print("| work | reference | work | reference | ratio | bound |\n|---|---|---|---|---|---|")
    for work, against, one in measured.describe():
        times = f"{one.work * 1000:.0f} ms | {one.reference * 1000:.0f} ms"
        print(f"| {work} | {against} | {times} | {one.ratio:.2f} | ≤ {one.bound:g} |")
    print(f"\n{measured.tell()}")
    return 0 if measured.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
