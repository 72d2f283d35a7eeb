"""Up to where the rows of two moments cannot differ, so that those of one are taken from the other.

A row rests on figures of periods that end no later than its own, and on its baseline; so where nothing was sent anew
for the first years, their rows stand as they were.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.method.figures import NEVER, Sent, Series, first_difference
from monitor.method.tree import Tree

from .branch_tree import BranchTree
from .needed import baseline_years


class Unchanged:
    """What two trees of one plan have in common."""

    def __init__(self, then: Tree, now: Tree) -> None:
        self._then, self._now = then, now
        self._is_comparable = then.plan is now.plan and then.regions is now.regions and type(then) is type(now)
        self._below: Mapping[str, int] | None = None
        if isinstance(now, BranchTree) and isinstance(then, BranchTree):
            self._below = now.sums.changes(then.sums)
        self._anywhere: dict[str, int] = {}
        self._cells: dict[tuple[str, str], int] = {}

    def first_change(self, indicator: Indicator, region: str) -> int:
        """Rows of periods that end before this month (`Period.index`) are as they were; NEVER where all are."""
        key = (indicator.id, region)
        if not self._is_comparable or self._then.plan_rows.get(key, {}) != self._now.plan_rows.get(key, {}):
            return 0
        if not self._is_same(indicator.id):
            return 0
        if self._below is not None:
            first = self._below.get(region, NEVER)
        else:
            first = self._of_all(indicator) if self._now.regions.children(region) else self._of_cell(key)
        base = max((self._now.plan.period.base, *baseline_years(indicator)))
        return first if first > Period.of(base).index else 0

    def _of_all(self, indicator: Indicator) -> int:
        """The first change of any region, or of what they are weighed by: a parent's rows may rest on all of them."""
        if indicator.id not in self._anywhere:
            names = self._weighed_by(indicator)
            sent = {*self._then.series, *self._now.series}
            changes = [self._of_cell(key) if self._is_same(key[0]) else 0 for key in sent if key[0] in names]
            self._anywhere[indicator.id] = min(changes, default=NEVER)
        return self._anywhere[indicator.id]

    def _weighed_by(self, indicator: Indicator) -> set[str]:
        """The indicator, what it is weighed by, what that is weighed by and so on; it may come round to itself."""
        found: set[str] = set()
        waiting: Indicator | None = indicator
        while waiting is not None and waiting.id not in found:
            found.add(waiting.id)
            waiting = self._now.indicators.get(waiting.weight) if waiting.weight else None
        return found

    def _is_same(self, name: str) -> bool:
        return self._then.indicators.get(name) is self._now.indicators.get(name)

    def _of_cell(self, key: tuple[str, str]) -> int:
        if key not in self._cells:
            self._cells[key] = first_difference(_sent(self._then.series.get(key)), _sent(self._now.series.get(key)))
        return self._cells[key]


def _sent(series: Series | None) -> Mapping[Period, Sent]:
    return series.sent if series else {}
