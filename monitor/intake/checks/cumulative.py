"""Year-to-date figures never fall within a year (累计): against the figure before, and against a known later one.

Of a ratio its numerator and its denominator are what is added up; one without parts is not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from monitor.catalogue.models import Indicator, Severity
from monitor.method.figures import Figure, is_ratio
from monitor.method.intervals import interval_of

from .finding import Figures, Finding, Suspect
from .known import NOWHERE, Cells, Integers, Known, Mask
from .rulebook import Rulebook
from .words import plain, shown

_MARGIN = 1e-9
_LENGTHS = (12, 6, 3, 1)


@dataclass(frozen=True)
class _Pairs:
    """Rows to be checked beside the neighbour in time that each is compared with."""

    rows: Integers
    others: Integers
    is_later: bool
    """whether the neighbours are the later ones"""


def check_cumulative(known: Known, rulebook: Rulebook) -> Iterator[Suspect]:
    for place, severity in rulebook.cumulative:
        indicator = rulebook.indicators[place]
        for pairs in _pairs(known, place):
            early, late = (pairs.rows, pairs.others) if pairs.is_later else (pairs.others, pairs.rows)
            for at in np.flatnonzero(_may_fall(known, early, late)).tolist():
                own, rows = int(pairs.rows[at]), (int(early[at]), int(late[at]))
                yield Suspect(rows, partial(_decide, known, indicator, severity, own, rows))


def _decide(
    known: Known, indicator: Indicator, severity: Severity, own: int, rows: tuple[int, int], figures: Figures
) -> Finding | None:
    earlier, later = figures.get(rows[0]), figures.get(rows[1])
    fall = None if earlier is None or later is None else falls(earlier, later, indicator)
    return None if fall is None else _finding(known, own, indicator, severity, fall, rows)


def falls(earlier: Figure, later: Figure, indicator: Indicator) -> tuple[str, str, str, str] | None:
    """What falls for certain, in Chinese and English, from what to what; None where nothing does. Exact."""
    if not is_ratio(indicator):
        if (interval_of(later) - interval_of(earlier)).is_below(Fraction(0)):
            return "数", "figure", shown(earlier, indicator), shown(later, indicator)
        return None
    for zh, en, before, after in (
        ("分子", "numerator", earlier.numerator, later.numerator),
        ("分母", "denominator", earlier.denominator, later.denominator),
    ):
        if before is not None and after is not None and after < before:
            unit = indicator.part_unit or ""
            return zh, en, f"{plain(before)}{unit}", f"{plain(after)}{unit}"
    return None


def _pairs(known: Known, place: int) -> Iterator[_Pairs]:
    rows = known.checked_rows(place)
    if not len(rows):
        return
    mine = np.flatnonzero(known.cells.indicator == place)
    cells = known.cells.of(mine)
    # the moments for which something is known, in time within each region, year and kind of data
    series = (cells.region * 2 + cells.synthetic) * 10_000 + (cells.end - 1) // 12
    moments = np.unique(series * 12 + (cells.end - 1) % 12)
    own = known.cells.of(rows)
    own_series = (own.region * 2 + own.synthetic) * 10_000 + (own.end - 1) // 12
    at = np.searchsorted(moments, own_series * 12 + (own.end - 1) % 12)
    for step in (-1, 1):
        beside = np.clip(at + step, 0, len(moments) - 1)
        is_there = (beside == at + step) & (moments[beside] // 12 == own_series)
        months_off = moments[beside] % 12 - (own.end - 1) % 12
        chosen = np.flatnonzero(is_there)
        others = _figure_at(known, own.of(chosen), months_off[chosen], known.vintage[rows[chosen]])
        has = others != NOWHERE
        if step > 0:  # a later figure that is checked itself looks back
            has &= ~known.checked[others]
        yield _Pairs(rows[chosen][has], others[has], is_later=step > 0)


def _figure_at(known: Known, cells: Cells, months_off: Integers, vintage: Integers) -> Integers:
    """What is known to the end of another month: of a period as long as the own, else of the longest there is."""
    found = np.full(len(cells.end), NOWHERE, dtype=np.int64)
    end = cells.end + months_off
    for months in (cells.months, *(np.full(len(end), length, dtype=np.int64) for length in _LENGTHS)):
        other = Cells(cells.indicator, cells.region, end, months, cells.synthetic)
        found = np.where(found == NOWHERE, known.find(other, vintage), found)
    return found


def _may_fall(known: Known, early: Integers, late: Integers) -> Mask:
    """Not clearly rising: neither the figures nor, where there are parts, one of them."""
    clear = known.point[early] & known.point[late]
    clear &= _rises(known.value[early], known.value[late]) | ~np.isnan(known.numerator[late])
    for part in (known.numerator, known.denominator):
        clear &= _rises(part[early], part[late]) | np.isnan(part[early]) | np.isnan(part[late])
    result: Mask = ~clear
    return result


def _rises(early: object, late: object) -> Mask:
    before, after = np.asarray(early, dtype=np.float64), np.asarray(late, dtype=np.float64)
    result: Mask = after - before > _MARGIN * (np.abs(before) + np.abs(after))
    return result


def _finding(
    known: Known,
    own: int,
    indicator: Indicator,
    severity: Severity,
    fall: tuple[str, str, str, str],
    rows: tuple[int, int],
) -> Finding:
    zh, en, earlier, later = fall
    return Finding(
        int(known.number[own]),
        int(known.line[own]),
        indicator.id,
        "cumulative_falls",
        "cumulative_falls",
        severity,
        {
            "what_zh": zh,
            "what_en": en,
            "earlier": earlier,
            "later": later,
            "earlier_period": known.period(rows[0]).code,
            "later_period": known.period(rows[1]).code,
        },
        later if own == rows[1] else earlier,
    )
