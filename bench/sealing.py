"""What the audit log costs: an acceptance with and without its seal, and the proof of 100,000 entries.

References: the same acceptance in a store that seals nothing; the bare reading of the same entries and events. Both in
the processor's time: a single acceptance mostly waits, for the disk and for who else is at work.
"""

from __future__ import annotations

import csv
import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.intake.submissions import accept, ingest, list_submissions
from monitor.shipped import find_shipped
from monitor.store.audit_folder import AuditFolder
from monitor.store.migrations import SQL
from monitor.store.store import Store
from monitor.store.verifying import verify

from .ingest import COLUMNS, figures
from .measure import Ratio, in_turn

ENTRIES = 100_000
AT_ONCE = 10_000
ROUNDS = 5
ACCEPTING_ROUNDS = 11
ACCEPTANCES = 8
ACCEPTED_BOUND = 1.5
VERIFIED_BOUND = 6.0
_ROWS = 5_000
_FIRST = -(2**63)


def run() -> tuple[Ratio, Ratio]:
    """Of acceptances, and of the full check."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        return _acceptances(Path(name)), _proof(Path(name))


def describe(accepted: Ratio, proven: Ratio) -> list[tuple[str, str, Ratio]]:
    """The lines of the table: work, reference, and their ratio."""
    return [
        ("a submission accepted, sealed in the audit log (processor)", "the same, nothing sealed", accepted),
        (f"`monitor verify` of {ENTRIES:,} audit entries (processor)", "reading entries and events", proven),
    ]


class _Unsealed:
    """In the place of a chain."""

    @contextmanager
    def sealing(self, *_: object, **__: object) -> Iterator[None]:
        yield

    def close(self) -> None:
        return


def _acceptances(folder: Path) -> Ratio:
    with (
        Store.open(folder / "sealed" / "monitor.duckdb") as sealed,
        Store.open(folder / "bare" / "monitor.duckdb") as bare,
    ):
        bare._chain = _Unsealed()  # type: ignore[assignment]
        waiting = [_waiting(store, folder) for store in (sealed, bare)]

        def accepted(store: Store, numbers: Iterator[int]) -> None:
            for number in itertools.islice(numbers, ACCEPTANCES):
                accept(store, number, by="bench", explain="模拟数据", operator=True)

        work, reference = in_turn(
            lambda: accepted(sealed, waiting[0]),
            lambda: accepted(bare, waiting[1]),
            ACCEPTING_ROUNDS,
            time.process_time,
        )
    return Ratio("sealing", work / ACCEPTANCES, reference / ACCEPTANCES, ACCEPTED_BOUND)


def _waiting(store: Store, folder: Path) -> Iterator[int]:
    """The submissions of one file, to be accepted."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    units = [region.code for region in regions.children(catalogues[0].plan.region) if region.reporting]
    path = folder / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(itertools.islice(figures(catalogues[0], units), _ROWS))
    ingest(store, catalogues, regions, path, by="bench", explain="模拟数据")
    numbers = [one.submission_id for one in list_submissions(store)]
    assert len(numbers) >= ACCEPTANCES * (ACCEPTING_ROUNDS + 1), len(numbers)
    return iter(numbers)


def _proof(folder: Path) -> Ratio:
    path = folder / "entries" / "monitor.duckdb"
    with Store.open(path) as store:
        for _ in range(ENTRIES // AT_ONCE):
            with store.transaction() as transaction:
                transaction.run(files(__package__) / "sql" / "make_returned.sql", {"count": AT_ONCE})
        kept = AuditFolder.of(path, None)
        key, head = kept.load_key(), kept.read_head()

        def proven() -> None:
            found = verify(store, key, head)
            assert found.entries == ENTRIES and found.is_clean, found.findings[:3]

        def read() -> None:
            rows: list[Any] = [
                store.ask(SQL / name, {"seq": _FIRST}) for name in ("audit_since.sql", "events_after.sql")
            ]
            assert [len(part) for part in rows] == [ENTRIES, ENTRIES]

        work, reference = in_turn(proven, read, ROUNDS, time.process_time)
    return Ratio("proof", work, reference, VERIFIED_BOUND)
