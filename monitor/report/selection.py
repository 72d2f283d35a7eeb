"""Which rows a scorecard has: indicators × regions × periods (interface.md, Scorecard, Rows)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Literal

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.method.cells import Cell
from monitor.method.figures import NEVER, Figure
from monitor.method.tree import Aggregate, Tree

from .unchanged import Unchanged

Method = Literal["linear", "cagr"]


@dataclass(frozen=True)
class Selection:
    """Which rows are asked for; `region`, `period` and `cells` (indicator, region) None for all.

    `every_region`: also regions that neither report nor have a figure.
    """

    region: str | None = None
    period: Period | None = None
    method: Method = "linear"
    include_context: bool = False
    cells: frozenset[tuple[str, str]] | None = None
    every_region: bool = False


@dataclass(frozen=True)
class Row:
    """One row before it is judged: its cell and what its children add up to."""

    region: str
    cell: Cell
    aggregate: Aggregate


@dataclass(frozen=True)
class Selected:
    """The rows of a selection by (indicator, region), in the order of the contract, and the tree they are of."""

    tree: Tree
    groups: Mapping[tuple[str, str], tuple[Row, ...]]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(chain.from_iterable(self.groups.values()))


def select_rows(tree: Tree, selection: Selection) -> tuple[Row, ...]:
    """The rows in the order of the contract: number, region code, period end, then shorter periods first."""
    return select(tree, selection).rows


def select(tree: Tree, selection: Selection, before: Selected | None = None) -> Selected:
    """As `select_rows`. What `before` holds of the same selection is taken where nothing has changed for it."""
    periods = _Periods(tree)
    indicators = sorted(_own_indicators(tree, selection.include_context), key=lambda indicator: indicator.number)
    codes = _region_codes(tree)
    always = {tree.plan.region, *(code for code in codes if (row := tree.regions.get(code)) and row.reporting)}
    unchanged = Unchanged(before.tree, tree) if before else None
    groups: dict[tuple[str, str], tuple[Row, ...]] = {}
    for indicator in indicators:
        for code in codes:
            key = (indicator.id, code)
            if selection.region not in (None, code):
                continue
            if selection.cells is not None and key not in selection.cells:
                continue
            known: tuple[Row, ...] = ()
            if before is not None and unchanged is not None and (first := unchanged.first_change(indicator, code)):
                if first == NEVER and key in before.groups:
                    groups[key] = before.groups[key]
                    continue
                known = tuple(row for row in before.groups.get(key, ()) if row.cell.period.index < first)
            asked = selection.every_region or selection.region == code
            if asked or code in always or periods.of(indicator, code):
                made = _rows_of(tree, indicator, code, periods, selection.period, known)
                groups[key] = (*known, *made)
    return Selected(tree, groups)


def _own_indicators(tree: Tree, include_context: bool) -> list[Indicator]:
    own = (tree.indicators[name] for name in tree.plan_indicators)
    return [indicator for indicator in own if include_context or not indicator.is_context]


def _region_codes(tree: Tree) -> list[str]:
    return sorted({tree.plan.region, *(row.code for row in tree.regions.descendants(tree.plan.region))})


def _rows_of(
    tree: Tree, indicator: Indicator, region: str, periods: _Periods, only: Period | None, known: Sequence[Row]
) -> Iterator[Row]:
    """The rows after those that are known already."""
    plan = tree.plan.period
    after = max((row.cell.period.order for row in known), default=(0, 0))
    years = [
        (year, figure)
        for year in periods.years(indicator, region)
        if (figure := tree.figure(indicator, region, year)) is not None
    ]
    if only is not None:
        wanted = [only]
    else:
        after_base = Period.of(plan.base).index
        named = {Period.of(year) for year in range(plan.start, plan.end + 1)}
        others = {one for one in periods.of(indicator, region) if one.index > after_base and one.order > after}
        sent = {period for period in others if tree.figure(indicator, region, period) is not None}
        wanted = sorted(named | sent, key=lambda period: period.order)
    for period in wanted:
        if period.order > after and region in periods.members(period):
            yield _row(tree, indicator, region, period, years)


def _row(tree: Tree, indicator: Indicator, region: str, period: Period, years: list[tuple[Period, Figure]]) -> Row:
    figure = tree.figure(indicator, region, period)
    cell = Cell(
        indicator,
        tree.goal(indicator, region, period),
        period,
        figure,
        "" if figure else tree.absence(indicator, region, period),
        tuple(pair for pair in years if pair[0].index <= period.index),
        tree.is_region_share(indicator, region),
    )
    return Row(region, cell, tree.aggregate(indicator, region, period))


class _Periods:
    """The periods for which figures were sent, of a region itself or of those that it is made up of."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._years: dict[frozenset[Period], tuple[Period, ...]] = {}
        self._members: dict[date, frozenset[str]] = {}

    def members(self, period: Period) -> frozenset[str]:
        """The plan's region and its descendants on the period's last day: a region may have moved to another parent."""
        day = period.end
        if day not in self._members:
            root, regions = self._tree.plan.region, self._tree.regions
            here = {root} if regions.get(root, day) is not None else set()
            self._members[day] = frozenset({*here, *(row.code for row in regions.descendants(root, day))})
        return self._members[day]

    def years(self, indicator: Indicator, region: str) -> tuple[Period, ...]:
        """The years in which any of those periods lies, in order of time."""
        found = self._tree.years_for(indicator, region)
        if found not in self._years:
            self._years[found] = tuple(Period.of(year) for year in sorted({period.year for period in found}))
        return self._years[found]

    def of(self, indicator: Indicator, region: str) -> frozenset[Period]:
        return self._tree.sent_for(indicator, region)
