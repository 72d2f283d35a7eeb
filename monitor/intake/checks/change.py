"""Change against the previous period or the same period last year (环比, 同比).

Rates change by percentage points, |new − old|; amounts by percent, 100 · |new − old| ÷ |old|, where any change from 0
is too much. At the limit a change is allowed. A bound is asked about only where nothing it allows is within the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import numpy as np

from monitor.catalogue.models import ChangeCheck, Indicator
from monitor.catalogue.periods import Period
from monitor.method.figures import Figure
from monitor.method.intervals import Interval, interval_of

from .finding import Figures, Finding, Suspect
from .known import NOWHERE, Floats, Integers, Known
from .rulebook import Rulebook
from .words import moved, plain, shown

# Floats here come from at most five roundings each, so that their relative error stays under 1e-14.
_MARGIN = 1e-9


def check_changes(known: Known, rulebook: Rulebook) -> Iterator[Suspect]:
    for place, check in rulebook.changes:
        indicator = rulebook.indicators[place]
        rows, before = compared_rows(known, place, check.against)
        likely = _may_be_too_much(known, check, rows, before)
        for row, reference in zip(rows[likely].tolist(), before[likely].tolist(), strict=True):
            yield Suspect((row, reference), partial(_decide, known, indicator, check, row, reference))


def _decide(
    known: Known, indicator: Indicator, check: ChangeCheck, row: int, reference: int, figures: Figures
) -> Finding | None:
    new, old = figures.get(row), figures.get(reference)
    if new is None or old is None or not changes_too_much(new, old, check):
        return None
    return _finding(known, row, indicator, check, new, old, known.period(reference))


def compared_rows(known: Known, place: int, against: str) -> tuple[Integers, Integers]:
    """The rows of an indicator to be checked that have a reference figure, and the rows of those."""
    rows = known.checked_rows(place)
    cells = known.cells.of(rows)
    back = cells.months if against == "previous_period" else np.full(len(rows), 12, dtype=np.int64)
    before = known.find(cells.earlier(back), known.vintage[rows])
    has = before != NOWHERE
    return rows[has], before[has]


def _may_be_too_much(known: Known, check: ChangeCheck, rows: Integers, before: Integers) -> Integers:
    """Places of the rows that are not clearly within the limit."""
    new, old = known.value[rows], known.value[before]
    limit: Floats = np.full(len(rows), float(check.max_points or 0))
    if check.max_percent is not None:
        limit = np.abs(old) * (float(check.max_percent) / 100)
    margin = _MARGIN * (np.abs(new) + np.abs(old) + limit)
    within = np.abs(new - old) < limit - margin
    return np.flatnonzero(~(within & known.point[rows] & known.point[before]))


def changes_too_much(new: Figure, old: Figure, check: ChangeCheck) -> bool:
    """Whether every number that the two figures allow changes by more than the limit; exact."""
    after, before = interval_of(new), interval_of(old)
    if check.max_points is not None:
        return (after - before).is_outside(Fraction(check.max_points))
    return _beyond_share(after, before, Fraction(check.max_percent or 0) / 100)


def _beyond_share(after: Interval, before: Interval, share: Fraction) -> bool:
    """|a − b| > share · |b| for all a and b allowed.

    For b ≥ 0 it is within where (1 − share)·b ≤ a ≤ (1 + share)·b; never both sides fail at once, and the two
    intervals have no gaps, so that all fail only where one side fails for all. Intervals around 0 are left open.
    """
    if before.low is not None and before.low >= 0:
        least, most = before.times(1 - share), before.times(1 + share)
    elif before.high is not None and before.high <= 0:
        least, most = before.times(1 + share), before.times(1 - share)
    else:
        return False
    zero = Fraction(0)
    return (after - least).is_below(zero) or (after - most).is_above(zero)


def _finding(
    known: Known, row: int, indicator: Indicator, check: ChangeCheck, new: Figure, old: Figure, period: Period
) -> Finding:
    difference = new.value - old.value
    if check.max_points is not None:
        limit = plain(Fraction(check.max_points))
        points = moved(difference, Fraction(check.max_points))
        change = (f"变动 {points} 个百分点", f"a change of {points} percentage points")
        limits = (f"{limit} 个百分点", f"{limit} points")
    else:
        limit = plain(Fraction(check.max_percent or 0))
        limits = (f"{limit}%", f"{limit}%")
        if old.value == 0:
            change = ("由 0 变动", "a change from 0")
        else:
            percent = moved(100 * difference / abs(old.value), Fraction(check.max_percent or 0))
            change = (f"变动 {percent}%", f"a change of {percent}%")
    code = f"change_{check.against}"
    return Finding(
        int(known.number[row]),
        int(known.line[row]),
        indicator.id,
        code,
        code,
        check.severity,
        {
            "new": shown(new, indicator),
            "old": shown(old, indicator),
            "period": period.code,
            "change_zh": change[0],
            "change_en": change[1],
            "limit_zh": limits[0],
            "limit_en": limits[1],
        },
        shown(new, indicator),
    )
