"""A plan's tree of many regions, of which those are read that somebody asks about.

All figures of three thousand regions are millions of objects; a page needs those of a few dozen, and what the others
add up to.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Generic, TypeVar

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions
from monitor.method.figures import Figure, Series
from monitor.method.tree import Aggregate, Tree
from monitor.store.store import Store

from .known import Visible
from .loading import plan_rows_of, series_of, sorted_by_cell
from .sums import SumsKnown

_SQL = files("monitor.report") / "sql"

Cell = tuple[str, str]
"""An indicator's id and a region's code."""
One = TypeVar("One")


class _Read(Mapping[Cell, One], Generic[One]):
    """What has been read; a cell that was not is read when it is asked for."""

    def __init__(self, read: Callable[[Cell], None]) -> None:
        self.found: dict[Cell, One] = {}
        self._read = read

    def __getitem__(self, cell: Cell) -> One:
        self._read(cell)
        return self.found[cell]

    def __iter__(self) -> Iterator[Cell]:
        return iter(tuple(self.found))

    def __len__(self) -> int:
        return len(self.found)


class Fetched:
    """The series and plan rows of a plan at a moment, read for an indicator and the regions beside one at once.

    No indicator of the plan may be aligned to another's. What is held `before` is taken where the same submissions
    decide all figures of a region.
    """

    def __init__(
        self,
        store: Store,
        visible: Visible,
        catalogue: Catalogue,
        definitions: Mapping[str, Indicator],
        regions: Regions,
        before: Fetched | None = None,
    ) -> None:
        self.visible, self.catalogue, self.definitions, self.regions = visible, catalogue, definitions, regions
        self._store, self._root = store, catalogue.plan.region
        self._codes = frozenset({self._root, *(row.code for row in regions.descendants(self._root))})
        self._held: dict[str, set[str]] = defaultdict(set)
        self._lock = threading.RLock()
        self.series: _Read[Series] = _Read(self._read_beside)
        self.plan_rows: _Read[Mapping[Period, Figure]] = _Read(self._read_beside)
        if before is not None:
            self._take(before)

    def read(self, names: Collection[str], codes: Collection[str]) -> None:
        """Reads what is not there yet of some indicators and regions."""
        with self._lock:
            asked: dict[frozenset[str], set[str]] = defaultdict(set)
            for name in names:
                if missing := self._codes.intersection(codes) - self._held[name]:
                    asked[missing].add(name)
            for missing, some in asked.items():
                self._ask(some, missing)
                for name in some:
                    self._held[name] |= missing

    def _read_beside(self, cell: Cell) -> None:
        name, region = cell
        if region in self._held[name] or region not in self._codes or name not in self.definitions:
            return
        row = self.regions.get(region)
        beside = self.regions.children(row.parent_code) if row is not None and row.parent_code else ()
        self.read([name], {region, *(one.code for one in beside)})

    def _ask(self, names: Collection[str], codes: Collection[str]) -> None:
        own, of_plan = self.visible.seqs_of(codes)
        vintages = self.catalogue.plan.vintages
        sources = {name: name for name in names}
        for seqs, some in ((own, list(vintages)), (of_plan, [])):
            if not seqs:
                continue
            asked = {"accepted_seqs": seqs, "periods": None, "indicator_ids": sorted(names), "vintages": some}
            rows = sorted_by_cell(self._store.ask(_SQL / "figures_of_submissions.sql", asked))
            if some:
                self.series.found |= series_of(self.catalogue, self.definitions, sources, codes, rows)
            else:
                self.plan_rows.found |= plan_rows_of(self.definitions, sources, codes, rows)

    def _take(self, before: Fetched) -> None:
        changed = {region for region, _ in self.visible.changed(before.visible)}
        with before._lock:
            self._held |= {name: some - changed for name, some in before._held.items()}
            self.series.found |= {cell: one for cell, one in before.series.found.items() if cell[1] not in changed}
            self.plan_rows.found |= {
                cell: one for cell, one in before.plan_rows.found.items() if cell[1] not in changed
            }


@dataclass
class BranchTree(Tree):
    """Figures are read when they are asked for.

    `sums`: which periods regions below another sent, and what they add up to if `by_sums` holds: figures that then
    name neither children nor sources.
    """

    sums: SumsKnown = field(kw_only=True)
    by_sums: bool = field(kw_only=True)

    def _aggregate(self, indicator: Indicator, region: str, period: Period) -> Aggregate:
        found = self.sums.aggregate(indicator, region, period) if self.by_sums else None
        return super()._aggregate(indicator, region, period) if found is None else found

    def years_for(self, indicator: Indicator, region: str) -> frozenset[Period]:
        """All periods that anything was sent for: which of them are of the region need not be known."""
        return frozenset(self.sums.periods)

    def _below(self, indicator: Indicator, region: str) -> frozenset[Period]:
        if indicator.aggregate == "none" and not self.is_region_share(indicator, region):
            return frozenset()
        found = self.sums.sent_below(indicator, region)
        return super()._below(indicator, region) if found is None else found


def branch_tree(fetched: Fetched, sums: SumsKnown, *, by_sums: bool) -> BranchTree:
    """A tree over what was read; several may share it."""
    catalogue = fetched.catalogue
    ids = tuple(indicator.id for indicator in catalogue.indicators)
    return BranchTree(
        catalogue.plan, ids, fetched.definitions, fetched.regions, fetched.series, fetched.plan_rows,
        sums=sums, by_sums=by_sums,
    )  # fmt: skip
