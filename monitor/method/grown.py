"""Figures up the tree of regions by columns: all regions, indicators and some periods at once (methods.md section 2).

What tree.py works out cell by cell and only where it is asked. A cell is (indicator, period, region); the columns hold
all cells, regions fastest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from monitor.catalogue.models import HoldTarget, Indicator, Plan, ReachTarget
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions

from .aggregation import AggregateColumns, FigureColumns, FigureSlots, add_up_runs, aggregate, reached
from .bounds import COMPARATORS, against_target, comparators_of
from .exact import Exact, Mask, Slots, join, where
from .figures import is_ratio, part_factor
from .goals import Base, Goal, base_year, in_force, printed_number, region_goal, stated_base

COUNTS = ("share_reached", "count_reached")
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class SentColumns:
    """What every region sent for one indicator and period; `vintage`: places in the plan's order; `absence`: texts."""

    figures: FigureColumns
    vintage: npt.NDArray[np.int64]
    absence: npt.NDArray[np.object_] | None = None


class Branches:
    """Who belongs to whom on a day, of a region and all that ever were below it; regions by their place in `codes`."""

    def __init__(self, regions: Regions, root: str) -> None:
        self.regions, self.root = regions, root
        self.codes = tuple(sorted({root, *(row.code for row in regions.descendants(root))}))
        self.place = {code: place for place, code in enumerate(self.codes)}
        rows = [row for row in regions.rows if row.code in self.place]
        rows.sort(key=lambda row: row.valid_from or date.min)
        self._rows = rows
        self._code = np.array([self.place[row.code] for row in rows], dtype=np.intp)
        self._parent = np.array([self.place.get(row.parent_code or "", -1) for row in rows], dtype=np.intp)
        self._reporting = np.array([row.reporting for row in rows], dtype=np.bool_)
        self._from = np.array([(row.valid_from or date.min).toordinal() for row in rows], dtype=np.int64)
        self._to = np.array([(row.valid_to or date.max).toordinal() for row in rows], dtype=np.int64)

    def on(self, day: date) -> Places:
        """The rows of the file that hold on a day."""
        ordinal = day.toordinal()
        return np.flatnonzero((self._from <= ordinal) & (ordinal <= self._to))

    def levels(self, day: date) -> list[tuple[Places, Places]]:
        """Parents and their reporting children on a day, the lowest parents first, the children of one together."""
        rows = self.on(day)
        rows = rows[self._parent[rows] >= 0]
        above = np.full(len(self.codes), -1, dtype=np.intp)
        above[self._code[rows]] = self._parent[rows]
        depth = self._depths(above)
        rows = rows[self._reporting[rows]]
        parents, children = self._parent[rows], self._code[rows]
        order = np.lexsort((children, parents, -depth[parents]))
        parents, children = parents[order], children[order]
        cuts = np.flatnonzero(np.diff(depth[parents])) + 1
        return list(zip(np.split(parents, cuts), np.split(children, cuts), strict=True)) if len(parents) else []

    def members(self, day: date) -> Places:
        """The root and its descendants on a day."""
        rows = self.on(day)
        above = np.full(len(self.codes), -1, dtype=np.intp)
        is_there = np.zeros(len(self.codes), dtype=bool)
        above[self._code[rows]] = self._parent[rows]
        is_there[self._code[rows]] = True
        top = self.place[self.root]
        belongs = np.zeros(len(self.codes), dtype=bool)
        belongs[top] = True
        while True:
            more = is_there & (above >= 0) & belongs[above] & ~belongs
            if not more.any():
                break
            belongs |= more
        return np.flatnonzero(belongs & is_there)

    @staticmethod
    def _depths(above: Places) -> Places:
        depth = np.zeros(len(above), dtype=np.intp)
        at = above.copy()
        while (at >= 0).any():
            depth[at >= 0] += 1
            at = np.where(at >= 0, above[at], -1)
        return depth


@lru_cache(maxsize=8)
def branches_of(regions: Regions, root: str) -> Branches:
    """The branches of a region; laid out once for a file of regions."""
    return Branches(regions, root)


@dataclass
class Grown:
    """All cells of some indicators and periods; `sent` and `plan_rows` by (indicator id, period)."""

    plan: Plan
    indicators: tuple[Indicator, ...]
    periods: tuple[Period, ...]
    branches: Branches
    sent: Mapping[tuple[str, Period], SentColumns]
    plan_rows: Mapping[tuple[str, Period], SentColumns]

    def __post_init__(self) -> None:
        self.width = len(self.branches.codes)
        self._number = {one.id: place for place, one in enumerate(self.indicators)}
        self._period = {one: place for place, one in enumerate(self.periods)}
        self._reported()
        self._grow()

    def cells(self, indicator: Indicator, period: Period) -> slice:
        """Where the cells of an indicator and a period are."""
        first = (self._number[indicator.id] * len(self.periods) + self._period[period]) * self.width
        return slice(first, first + self.width)

    def at(self, indicator: Indicator, period: Period) -> FigureColumns:
        """The figures of the rows of all regions."""
        return self.figures.rows(self.cells(indicator, period))

    @cached_property
    def aggregated(self) -> int:
        """The vintage of what is no region's own figure."""
        return len(self.plan.vintages)

    # ---- what regions reported

    def _reported(self) -> None:
        """The figure that each region itself reported for each period: its own, or that of shorter periods."""
        size = len(self.indicators) * len(self.periods) * self.width
        self._slots = FigureSlots(size)
        self.vintage = np.zeros(size, dtype=np.int64)
        root = self.branches.place[self.plan.region]
        elsewhere = np.arange(self.width) != root
        for one in self.indicators:
            for period, own in zip(self.periods, self._own(one, self.periods), strict=True):
                cells = self.cells(one, period)
                self._slots.put(cells, own.figures.only(elsewhere) if of_regions(one) else own.figures)
                self.vintage[cells] = own.vintage
        self.known = self.figures.known.copy()

    @property
    def figures(self) -> FigureColumns:
        """The figure of every row: the one reported, only if there is none the aggregate."""
        return self._slots.figures

    def _own(self, indicator: Indicator, periods: Sequence[Period]) -> list[SentColumns]:
        """As `figures.Series.figure`, of all regions."""
        found = [self._sent(indicator, period) for period in periods]
        if indicator.accumulation != "period":
            for place, period in enumerate(periods):
                for shorter in period.same_end:
                    if (indicator.id, shorter) in self.sent:
                        found[place] = _filled(found[place], self._sent(indicator, shorter))
            return found
        parts = sorted({part for period in periods for part in period.parts}, key=lambda one: one.order)
        if not parts or not any((indicator.id, part) in self.sent for part in _all_parts(parts)):
            return found
        of_part = dict(zip(parts, self._own(indicator, parts), strict=True))
        by_count: dict[int, list[int]] = {}
        for place, period in enumerate(periods):
            by_count.setdefault(len(period.parts), []).append(place)
        for count, places in by_count.items():
            if count:
                parted = [[of_part[part] for part in periods[place].parts] for place in places]
                for place, whole in zip(places, _summed(indicator, parted), strict=True):
                    found[place] = _filled(found[place], whole)
        return found

    def _sent(self, indicator: Indicator, period: Period) -> SentColumns:
        return self.sent.get((indicator.id, period)) or _nothing(self.width)

    # ---- what they add up to

    def _grow(self) -> None:
        """Level by level from the lowest, all indicators of a kind and all periods with the same branches at once."""
        size = len(self.known)
        self._aggregates, self._coverage, self._weight_coverage = FigureSlots(size), Slots(size), Slots(size)
        self.reason = np.full(size, "", dtype=object)
        days: dict[bytes, tuple[list[tuple[Places, Places]], list[Period]]] = {}
        for period in self.periods:
            levels = self.branches.levels(period.end)
            key = b"".join(part.tobytes() for level in levels for part in level)
            days.setdefault(key, (levels, []))[1].append(period)
        for levels, periods in days.values():
            for parents, children in levels:
                for kind in self._kinds():
                    self._grow_level(kind, periods, parents, children)
            for one in self.indicators:
                if of_regions(one):
                    for period in periods:
                        self._grow_share(one, period)

    def _kinds(self) -> list[list[Indicator]]:
        """Indicators that are added up in the same way; those that are weighed or counted stand alone."""
        found: dict[tuple[object, ...], list[Indicator]] = {}
        for one in self.indicators:
            if one.aggregate == "none" or (of_regions(one) and one.aggregate in COUNTS):
                continue
            alone = one.id if one.weight or one.aggregate in COUNTS else ""
            found.setdefault((one.aggregate, part_factor(one), is_ratio(one), alone), []).append(one)
        return list(found.values())

    def _grow_level(self, kind: list[Indicator], periods: list[Period], parents: Places, children: Places) -> None:
        bases = np.array([self.cells(one, period).start for one in kind for period in periods], dtype=np.intp)
        first = np.flatnonzero(np.diff(parents, prepend=-1))
        starts = (np.arange(len(bases))[:, None] * len(children) + first).ravel()
        rows = (bases[:, None] + children).ravel()
        targets = (bases[:, None] + parents[first]).ravel()
        one = kind[0]
        of_children = self.figures.rows(rows)
        if one.aggregate in COUNTS:
            reaches = np.concatenate([self._reaches(one, period)[children] for period in periods])
            factor = 100 if one.unit == "%" else 1
            found = reached(of_children, reaches, starts, factor, as_count=one.aggregate == "count_reached")
        else:
            found = aggregate(one, of_children, starts, self._weights(one, periods, children, len(rows)))
        own_root = self.branches.place[self.plan.region]
        if any(of_regions(one) for one in kind):
            of_share = np.concatenate([np.full(len(periods), of_regions(one)) for one in kind])
            is_mine = ~(np.repeat(of_share, len(first)) & (targets % self.width == own_root))
            found, targets = _some(found, is_mine), targets[is_mine]
        self._place(found, targets)

    def _weights(self, indicator: Indicator, periods: list[Period], children: Places, size: int) -> Exact:
        if indicator.weight not in self._number:
            return _nothing(size).figures.value
        weight = self.indicators[self._number[indicator.weight]]
        return join([self.figures.value.rows(self.cells(weight, period).start + children) for period in periods])

    def _grow_share(self, indicator: Indicator, period: Period) -> None:
        """`scope: each_region`: of the plan's own region the share of regions that reached."""
        start = self.cells(indicator, period).start
        target = in_force(indicator, period).target
        root = self.branches.place[self.plan.region]
        if isinstance(target, ReachTarget) and target.expected is not None:
            expected = [self.branches.place.get(code, -1) for code in target.expected]
        else:
            levels = self.branches.levels(period.end)
            expected = [child for parents, some in levels for child in some[parents == root].tolist()]
        if not expected:
            return
        chosen = np.array(expected, dtype=np.intp)
        present = self.figures.rows(start + chosen).only(chosen >= 0)
        reaches = self._reaches(indicator, period)[chosen]
        found = reached(present, reaches, np.zeros(1, dtype=np.intp), 100)
        self._place(found, np.array([start + root], dtype=np.intp))

    def _reaches(self, indicator: Indicator, period: Period) -> Mask:
        """Of each region whether its figure certainly meets its own target."""
        current = in_force(indicator, period)
        goals = {code: region_goal(self.plan, current, code, None) for code in ("", *current.regional_targets)}
        places = np.zeros(self.width, dtype=np.intp)
        for number, code in enumerate(goals):
            if code in self.branches.place:
                places[self.branches.place[code]] = number
        targets = [goal.target for goal in goals.values()]
        met = [isinstance(target, ReachTarget | HoldTarget) for target in targets]
        values = Exact.of(goal.value if asked else None for goal, asked in zip(goals.values(), met, strict=True))
        comparators = comparators_of(getattr(target, "comparator", "ge") for target in targets)
        figures = self.at(indicator, period)
        inside, _ = against_target(figures.value, figures.comparator, values.rows(places), comparators[places])
        return inside

    def _place(self, found: AggregateColumns, targets: Places) -> None:
        """Keeps aggregates; they are the figures of regions that reported none."""
        self._aggregates.put(targets, found.figures)
        self._coverage.put(targets, found.coverage)
        self._weight_coverage.put(targets, found.weight_coverage)
        self.reason[targets] = found.reason
        fills = ~self.known[targets]
        self._slots.put(targets[fills], found.figures.rows(fills))
        self.vintage[targets[fills]] = self.aggregated

    @property
    def aggregates(self) -> FigureColumns:
        """What the children of each row's region add up to."""
        return self._aggregates.figures

    @property
    def coverage(self) -> Exact:
        return self._coverage.column

    @property
    def weight_coverage(self) -> Exact:
        return self._weight_coverage.column

    # ---- what they are held against

    def absences(self, indicator: Indicator, period: Period) -> npt.NDArray[np.object_]:
        """Why regions without a figure have none."""
        absence = self._sent(indicator, period).absence
        return np.full(self.width, "", dtype=object) if absence is None else absence

    def bases(self, indicator: Indicator, year: Period) -> FigureColumns:
        """The baselines that figures give: the `plan` row for the base year, else the row's figure for it."""
        figures = self.at(indicator, year)
        planned = self.plan_rows.get((indicator.id, year))
        return figures if planned is None else _over(planned.figures, figures)

    def goal(self, indicator: Indicator, region: str, period: Period) -> Goal:
        """As `tree.Tree.goal`."""
        current = in_force(indicator, period)
        base = stated_base(self.plan, current, region)
        if base is None and (region != self.plan.region or current.is_context):
            year = Period.of(base_year(self.plan, current, region))
            found, place = self.bases(indicator, year), self.branches.place[region]
            value = found.value[place]
            if value is not None:
                comparator = COMPARATORS[found.comparator[place]]
                base = Base(value, comparator, printed_number(value, comparator), bool(found.synthetic[place]))
        return region_goal(self.plan, current, region, base)


def base_periods(plan: Plan, indicator: Indicator, period: Period) -> set[Period]:
    """The years whose figures may be baselines of an indicator's regions."""
    current = in_force(indicator, period)
    return {Period.of(base_year(plan, current, code)) for code in ("", plan.region, *current.regional_targets)}


def of_regions(indicator: Indicator) -> bool:
    """Whether each region is held against the target, so that the plan's own region has a share of regions."""
    return isinstance(indicator.target, ReachTarget) and indicator.target.scope == "each_region"


def _all_parts(periods: Sequence[Period]) -> set[Period]:
    found = set(periods)
    for period in periods:
        found |= _all_parts(period.parts)
    return found


@lru_cache(maxsize=8)
def _nothing(size: int) -> SentColumns:
    no = np.zeros(size, dtype=bool)
    zero = Exact(np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64), no)
    return SentColumns(
        FigureColumns(zero, zero, zero, np.zeros(size, dtype=np.int8), no, no), np.zeros(size, dtype=np.int64)
    )


def _filled(sent: SentColumns, other: SentColumns) -> SentColumns:
    """The other's figures where there are none."""
    known = sent.figures.known
    if not known.any():
        return SentColumns(other.figures, other.vintage, sent.absence)
    return SentColumns(_over(sent.figures, other.figures), np.where(known, sent.vintage, other.vintage), sent.absence)


def _over(first: FigureColumns, second: FigureColumns) -> FigureColumns:
    """Row by row the first figure, else the second."""
    known = first.known
    return FigureColumns(
        where(known, first.value, second.value), where(known, first.numerator, second.numerator),
        where(known, first.denominator, second.denominator), np.where(known, first.comparator, second.comparator),
        np.where(known, first.synthetic, second.synthetic), np.where(known, first.partial, second.partial),
    )  # fmt: skip


def _summed(indicator: Indicator, parted: Sequence[Sequence[SentColumns]]) -> list[SentColumns]:
    """The sums of as many parts each, of regions with all; each has the least preferred vintage among its own."""
    width, count = len(parted[0][0].vintage), len(parted[0])
    complete = np.concatenate([np.logical_and.reduce([part.figures.known for part in parts]) for parts in parted])
    vintage = [np.maximum.reduce([part.vintage for part in parts]) for parts in parted]
    rows = np.flatnonzero(complete)
    slots = FigureSlots(len(complete))
    if len(rows):
        # what is to be added up stands together: of all parts the first of a row, then its second …
        stacked = FigureColumns.join([parts[place].figures for parts in parted for place in range(count)])
        first = rows // width * width * count + rows % width
        together = (first[:, None] + np.arange(count) * width).ravel()
        slots.put(rows, add_up_runs(indicator, stacked.rows(together), np.arange(len(rows)) * count))
    whole = slots.figures
    return [
        SentColumns(whole.rows(slice(place * width, (place + 1) * width)), one) for place, one in enumerate(vintage)
    ]


def _some(found: AggregateColumns, chosen: Mask) -> AggregateColumns:
    return AggregateColumns(
        found.figures.rows(chosen), found.coverage.rows(chosen), found.weight_coverage.rows(chosen),
        found.reason[chosen], found.entered,
    )  # fmt: skip
