"""One figure less another, and what forbids or qualifies it: nothing is subtracted silently."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period

from .figures import Figure, severity

Obstacle = Literal["", "missing", "bound", "units"]
"""missing: a side has no figure; bound: a side is a range (`≥95`), not a number; units: the two have not one unit."""
Movement = Literal["better", "worse", "same", "still", "other"]
"""Of a class: by severity where both are assessed; still: behind and, the time being up, missed; other: another class,
and one of the two says nothing (not assessable, no data, judged)."""
_POINTS = ("", "eq", "approx")


@dataclass(frozen=True)
class Difference:
    """`value`: in the unit of the figures, percentage points for rates; None where there is an obstacle.

    `is_approximate`: a side is approximate. `broken_at`: the two stand on both sides of that change of definition.
    """

    value: float | None
    obstacle: Obstacle = ""
    is_approximate: bool = False
    broken_at: Period | None = None


def difference(new: Figure | None, old: Figure | None, indicator: Indicator) -> Difference:
    """`new` less `old`, each figure as printed to its last digit."""
    if new is None or old is None or new.value is None or old.value is None:
        return Difference(None, "missing")
    broken = break_between(indicator, old.period, new.period)
    if new.comparator not in _POINTS or old.comparator not in _POINTS:
        return Difference(None, "bound", broken_at=broken)
    if new.unit != old.unit:
        return Difference(None, "units", broken_at=broken)
    exact = Decimal(repr(new.value)) - Decimal(repr(old.value))
    return Difference(float(exact), "", "approx" in (new.comparator, old.comparator), broken)


def break_between(indicator: Indicator, one: Period, other: Period) -> Period | None:
    """The last change of definition that lies between two periods; None where both have the same definition."""
    first, last = _definition(indicator, one), _definition(indicator, other)
    if first == last:
        return None
    return max((start for start in (first, last) if start is not None), key=lambda start: start.order)


def _definition(indicator: Indicator, period: Period) -> Period | None:
    """The first period of the definition in force; None for the indicator's first."""
    begun = [mark.first for mark in indicator.breaks if mark.first.index <= period.index]
    return max(begun, key=lambda start: start.order) if begun else None


def movement(old: Figure | None, new: Figure | None) -> Movement:
    """What became of a class between two figures of one cell."""
    before, after = (one.class_ if one is not None else "no_data" for one in (old, new))
    if before == after:
        return "same"
    if old is None or new is None or "open" in (old.group, new.group):
        return "other"
    if old.group == new.group == "lag" and "missed" in (before, after):
        return "still"
    return "better" if severity(after) > severity(before) else "worse"


def is_better(value: float, other: float, direction: str) -> bool:
    """Whether one number is better than another in the indicator's direction; none is without a direction."""
    return value > other if direction == "up" else value < other if direction == "down" else False
