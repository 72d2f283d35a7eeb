"""Pages of the ledger's long tables: a million rows are counted by unit, and some thousand of them are read.

What was accepted or sent after a moment never changes what is known as of it, and every question here is of a moment:
so what is counted fits what is read, whatever is written between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.store.migrations import SQL
from monitor.store.store import Store

from .ledger import OBSERVATIONS, REVISIONS, in_order
from .once import KeptOnce

ACCEPTED = ("accepted", "superseded")
"""States whose figures are everybody's; in the others only who may see the unit sees them."""
_BLOCK_ROWS = 3000
_KEPT_BLOCKS = 8
_KEPT_COUNTS = 8
_COUNTS = {"observations": "vintage_counts_as_of.sql", "history": "cell_history_counts.sql"}
_TABLES = {"observations": OBSERVATIONS, "history": REVISIONS}
_STATE = REVISIONS.columns.index("submission_state")

Kind = Literal["observations", "history"]
Row = tuple[Any, ...]
Sees = Callable[[str, str], bool]
"""Whether what was never accepted of an indicator and a region is shown."""


@dataclass(frozen=True)
class Question:
    """Codes; None for all. `as_of`: None only where nothing has been accepted, or sent, yet."""

    indicators: tuple[str, ...]
    regions: tuple[str, ...] | None
    periods: tuple[str, ...] | None
    as_of: datetime | None

    def parameters(self, indicators: set[str], regions: set[str] | None) -> dict[str, object]:
        return {
            "as_of": self.as_of,
            "indicator_ids": sorted(indicators),
            "region_codes": None if regions is None else sorted(regions),
            "periods": None if self.periods is None else list(self.periods),
        }


@dataclass(frozen=True, slots=True)
class _Unit:
    """An indicator in a region: how many rows of it everybody sees, and how many wait or were never accepted."""

    indicator: str
    region: str
    accepted: int
    waiting: int


class LedgerPages:
    """The rows of `ledger.observations` and `ledger.history`, a page at a time; some blocks of them are kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._counted = KeptOnce(self._count, _KEPT_COUNTS)
        self._read = KeptOnce(self._read_block, _KEPT_BLOCKS)

    def page(self, kind: Kind, question: Question, start: int, limit: int, sees: Sees) -> tuple[int, list[Row]]:
        """How many rows there are for who `sees` so much, and those from `start` on, in the columns of the ledger."""
        version = self._store.data_version() if kind == "observations" else self._store.event_version()
        total, found = 0, list[Row]()
        for block in self._counted(version, kind, question):
            here = sum(_shown(unit, sees) for unit in block)
            if total < start + limit and total + here > start:
                rows = [row for row in self._read(version, kind, question, block) if _is_shown(kind, row, sees)]
                found += rows[max(0, start - total) : start + limit - total]
            total += here
        return total, found

    def _count(self, _version: int, kind: Kind, question: Question) -> tuple[tuple[_Unit, ...], ...]:
        """Units one after the other in blocks of some thousand rows."""
        regions = None if question.regions is None else set(question.regions)
        rows = self._store.ask(SQL / _COUNTS[kind], question.parameters(set(question.indicators), regions))
        names: dict[str, str] = {}  # each once, however many rows say it
        units = (_Unit(names.setdefault(row[0], row[0]), names.setdefault(row[1], row[1]), *row[2:]) for row in rows)
        return tuple(_blocks(units))

    def _read_block(self, _version: int, kind: Kind, question: Question, block: tuple[_Unit, ...]) -> tuple[Row, ...]:
        table, wanted = _TABLES[kind], {(unit.indicator, unit.region) for unit in block}
        asked = question.parameters({unit.indicator for unit in block}, {unit.region for unit in block})
        rows = self._store.ask_each(SQL / table.sql, asked)
        # a block that begins amid one indicator and ends amid the next asks for a few units too many
        return tuple(in_order(table, rows, is_wanted=lambda unit: unit in wanted))


def _blocks(units: Iterator[_Unit]) -> Iterator[tuple[_Unit, ...]]:
    block: list[_Unit] = []
    rows = 0
    for unit in units:
        block.append(unit)
        rows += unit.accepted + unit.waiting
        if rows >= _BLOCK_ROWS:
            yield tuple(block)
            block, rows = [], 0
    if block:
        yield tuple(block)


def _shown(unit: _Unit, sees: Sees) -> int:
    return unit.accepted + (unit.waiting if unit.waiting and sees(unit.indicator, unit.region) else 0)


def _is_shown(kind: Kind, row: Row, sees: Sees) -> bool:
    return kind == "observations" or row[_STATE] in ACCEPTED or sees(row[0], row[1])
