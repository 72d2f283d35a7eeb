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

from .needed import baseline_years


class Unchanged:
    """What two trees of one plan have in common."""

    def __init__(self, then: Tree, now: Tree) -> None:
        self._then, self._now = then, now
        self._is_comparable = then.plan is now.plan and then.regions is now.regions
        self._anywhere: dict[str, int] = {}
        self._cells: dict[tuple[str, str], int] = {}

    def first_change(self, indicator: Indicator, region: str) -> int:
        """Rows of periods that end before this month (`Period.index`) are as they were; NEVER where all are."""
        if not self._is_comparable or self._then.indicators.get(indicator.id) is not indicator:
            return 0
        if self._now.regions.children(region):
            return self._of_all(indicator)
        return self._of_cell(indicator, region)

    def _of_all(self, indicator: Indicator) -> int:
        """The first change of any region, or of what they are weighed by: a parent's rows may rest on all of them."""
        if indicator.id not in self._anywhere:
            sent = {*self._then.series, *self._now.series, *self._then.plan_rows, *self._now.plan_rows}
            changes = [self._of_cell(indicator, code) for name, code in sent if name == indicator.id]
            weight = self._now.indicators.get(indicator.weight) if indicator.weight else None
            if weight is not None and self._then.indicators.get(weight.id) is not weight:
                changes.append(0)
            elif weight is not None:
                changes.append(self._of_all(weight))
            self._anywhere[indicator.id] = min(changes, default=NEVER)
        return self._anywhere[indicator.id]

    def _of_cell(self, indicator: Indicator, region: str) -> int:
        key = (indicator.id, region)
        if key not in self._cells:
            self._cells[key] = self._compare(indicator, key)
        return self._cells[key]

    def _compare(self, indicator: Indicator, key: tuple[str, str]) -> int:
        if self._then.plan_rows.get(key, {}) != self._now.plan_rows.get(key, {}):
            return 0
        first = first_difference(_sent(self._then.series.get(key)), _sent(self._now.series.get(key)))
        base = max((self._now.plan.period.base, *baseline_years(indicator)))
        return first if first > Period.of(base).index else 0


def _sent(series: Series | None) -> Mapping[Period, Sent]:
    return series.sent if series else {}
