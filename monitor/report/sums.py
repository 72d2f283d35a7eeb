"""What regions add up to, for whole periods at once: kept for each period as long as the same submissions decide it.

Thousands of regions are read and added up by columns; only what stands at regions with others below is kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.method.aggregation import FigureColumns
from monitor.method.bounds import COMPARATORS
from monitor.method.exact import Exact, Mask
from monitor.method.figures import AGGREGATED, Figure
from monitor.method.grown import Branches, Grown, Places
from monitor.method.tree import NO_AGGREGATE, Aggregate

from .columns import NotByColumns, with_shorter
from .known import Visible

_PERIODS_KEPT = 240


class Above:
    """Which regions of some branches have others below them, and which those are or ever were."""

    def __init__(self, branches: Branches) -> None:
        self.branches = branches
        regions = branches.regions
        self.codes = tuple(code for code in branches.codes if regions.children(code))
        self.place = {code: place for place, code in enumerate(self.codes)}
        self.at: Places = np.array([branches.place[code] for code in self.codes], dtype=np.intp)
        below = [
            (place, branches.place[row.code])
            for place, code in enumerate(self.codes)
            for row in regions.descendants(code)
        ]
        self._upper, self._lower = np.array(below, dtype=np.intp).reshape(-1, 2).T

    def over(self, code: str) -> list[str]:
        """The regions that the code ever was below."""
        return [self.codes[place] for place in self._upper[self._lower == self.branches.place.get(code, -1)].tolist()]

    def any_below(self, mask: Mask) -> Mask:
        """Of each of `codes` whether the mask of all regions holds somewhere below it."""
        found = np.zeros(len(self.codes), dtype=bool)
        found[self._upper[mask[self._lower]]] = True
        return found


@dataclass(frozen=True)
class Sums:
    """One indicator and period: of each region with others below it what these add up to (without naming them), and
    whether any of them sent a figure for the very period.
    """

    figures: FigureColumns
    coverage: Exact
    weight_coverage: Exact
    reason: npt.NDArray[np.object_]
    is_sent: Mask

    def aggregate(self, place: int) -> Aggregate:
        """As `tree.Tree.aggregate`; neither children nor sources are named."""
        coverage = self.coverage[place]
        if coverage is None:
            return NO_AGGREGATE
        whole = self.figures
        value, partial = whole.value[place], bool(whole.partial[place])
        figure = None
        if value is not None:
            figure = Figure(
                value, COMPARATORS[whole.comparator[place]], whole.numerator[place], whole.denominator[place],
                AGGREGATED, bool(whole.synthetic[place]), partial,
            )  # fmt: skip
        return Aggregate(figure, coverage, self.weight_coverage[place], partial, str(self.reason[place]))


OfPeriod = Mapping[str, Sums]
"""By indicator."""


def sums_of(grown: Grown, above: Above, period: Period) -> OfPeriod:
    """What is kept of a period that was worked out."""
    whole, found = grown.aggregates, {}
    for one in grown.indicators:
        at = grown.cells(one, period).start + above.at
        sent = grown.sent.get((one.id, period))
        is_sent = np.zeros(len(above.at), dtype=bool) if sent is None else above.any_below(sent.figures.known)
        found[one.id] = Sums(
            whole.rows(at), grown.coverage.rows(at), grown.weight_coverage.rows(at), grown.reason[at], is_sent
        )
    return found


class KeptSums:
    """Sums by what they rest on, the last used kept; for one plan, its regions and its indicators."""

    def __init__(self, above: Above) -> None:
        self.above = above
        self._kept: OrderedDict[tuple[Period, tuple[bytes | None, ...]], OfPeriod] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: tuple[Period, tuple[bytes | None, ...]]) -> OfPeriod | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[Period, tuple[bytes | None, ...]], sums: OfPeriod) -> None:
        with self._lock:
            self._kept[key] = sums
            while len(self._kept) > _PERIODS_KEPT:
                self._kept.popitem(last=False)


class SumsKnown:
    """The sums of what is known at a moment, worked out a few months at a time when one of them is asked for.

    `grow`: gives the figures of some periods. Where it raises NotByColumns nothing is given any more.
    """

    def __init__(self, visible: Visible, kept: KeptSums, grow: Callable[[tuple[Period, ...]], Grown]) -> None:
        self._visible, self._kept, self._grow = visible, kept, grow
        self._found: dict[Period, OfPeriod] = {}
        self._lock = threading.Lock()
        self._is_known = True

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All periods that anything was sent for."""
        return tuple(sorted(map(parse_period, self._visible.marks), key=lambda one: one.order))

    def aggregate(self, indicator: Indicator, region: str, period: Period) -> Aggregate | None:
        """None where only the general way knows."""
        place = self._kept.above.place.get(region)
        if place is None:
            return NO_AGGREGATE
        sums = self._at(period)
        found = None if sums is None else sums.get(indicator.id)
        return None if found is None else found.aggregate(place)

    def sent_below(self, indicator: Indicator, region: str) -> frozenset[Period] | None:
        """The periods that any region below sent a figure for; None where only the general way knows."""
        place = self._kept.above.place.get(region)
        if place is None:
            return frozenset()
        found = set()
        for period in self.periods:
            sums = self._at(period)
            if sums is None or indicator.id not in sums:
                return None
            if sums[indicator.id].is_sent[place]:
                found.add(period)
        return frozenset(found)

    def changes(self, before: SumsKnown) -> Mapping[str, int]:
        """Of each region at or below which other submissions decide, the month (`Period.index`) in which the first
        period ends for which they do; the top of the branches may count regions anywhere.
        """
        above = self._kept.above
        found: dict[str, int] = {}
        for code, period in self._visible.changed(before._visible):
            month = parse_period(period).index
            for upper in {code, above.branches.root, *above.over(code)}:
                found[upper] = min(month, found.get(upper, month))
        return found

    def _at(self, period: Period) -> OfPeriod | None:
        found = self._found.get(period)
        if found is not None or not self._is_known:
            return found
        with self._lock:
            if period not in self._found:
                self._work_out([period, *(one for one in self.periods if one.index // 3 == period.index // 3)])
        return self._found.get(period)

    def _work_out(self, periods: Collection[Period]) -> None:
        keys = {one: (one, self._marks(one)) for one in periods}
        kept = {one: sums for one in keys if (sums := self._kept.find(keys[one])) is not None}
        missing = tuple(sorted(keys.keys() - kept.keys(), key=lambda one: one.order))
        if missing:
            try:
                grown = self._grow(missing)
            except NotByColumns:
                self._is_known = False
                return
            for one in missing:
                kept[one] = sums_of(grown, self._kept.above, one)
                self._kept.keep(keys[one], kept[one])
        self._found |= kept

    def _marks(self, period: Period) -> tuple[bytes | None, ...]:
        """What decides the figures of a period, and of the shorter ones that it may be made up of."""
        rests_on: Sequence[Period] = with_shorter([period], parts=True)
        return tuple(self._visible.marks.get(one.code) for one in rests_on)
