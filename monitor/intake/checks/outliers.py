"""A unit whose change stands out among the other units' changes, decided with few points.

The modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993), leave-one-out:
z = 0.6745 · |c − m| ÷ max(MAD, floor), where c is the unit's change, m the median of the others' changes and MAD the
median of their |x − m|. The floor is the unit to which changes are rounded, so that a median deviation of 0 makes no
outlier of a rounding. With fewer than five others nothing is said. Everything is decided in exact arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt

from monitor.catalogue.models import Indicator, Severity
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions
from monitor.method.figures import Figure
from monitor.method.intervals import is_point

from .finding import Figures, Finding, Suspect
from .known import NOWHERE, Cells, Floats, Integers, Known
from .rulebook import Rulebook
from .words import moved, plain, rounded, shown

LEAST_OTHERS = 5
CONSISTENCY = Fraction(6745, 10_000)
PERCENT_FLOOR = Fraction(1, 10)
_ENTRIES_AT_ONCE = 2_000_000
_MARGIN = 1e-6


@dataclass(frozen=True)
class Standing:
    """How a change stands among `n` others."""

    n: int
    median: Fraction
    deviation: Fraction
    z: Fraction


def standing(change: Fraction, others: Sequence[Fraction], floor: Fraction) -> Standing | None:
    """See the module; None with fewer than five others. `floor` is positive."""
    if len(others) < LEAST_OTHERS:
        return None
    # as whole numbers of one denominator, which compare a hundred times faster than fractions and as exactly
    bottom = math.lcm(*(other.denominator for other in others))
    wholes = [other.numerator * (bottom // other.denominator) for other in others]
    twice = _twice_median(wholes)
    four_times = _twice_median([abs(2 * whole - twice) for whole in wholes])
    middle, deviation = Fraction(twice, 2 * bottom), Fraction(four_times, 4 * bottom)
    return Standing(len(others), middle, deviation, CONSISTENCY * abs(change - middle) / max(deviation, floor))


def _twice_median(numbers: Sequence[int]) -> int:
    """The middle one twice, or the sum of the middle two."""
    ordered = sorted(numbers)
    half, odd = divmod(len(ordered), 2)
    return 2 * ordered[half] if odd else ordered[half - 1] + ordered[half]


def change_of(new: Figure, old: Figure, indicator: Indicator) -> Fraction | None:
    """Percentage points of a rate, percent of an amount; None for a bound or a change from 0."""
    if not (is_point(new) and is_point(old)):
        return None
    (top, under_top), (base, under_base) = new.value.as_integer_ratio(), old.value.as_integer_ratio()
    # one reduction instead of three: a file is compared with thousands of figures
    if indicator.unit == "%":
        return Fraction(top * under_base - base * under_top, under_top * under_base)
    return Fraction(100 * (top * under_base - base * under_top), under_top * abs(base)) if base else None


@dataclass(frozen=True)
class _Table:
    """Groups of siblings in one period: [group, sibling] row of the figure and of its reference, NOWHERE for none."""

    now: Integers
    before: Integers
    change: Floats
    """NaN where there is none"""


class _Group:
    """The siblings in one period: place among them → rows of the figure and of its reference."""

    def __init__(self, indicator: Indicator, now: Integers, before: Integers) -> None:
        self.indicator = indicator
        pairs = enumerate(zip(now.tolist(), before.tolist(), strict=True))
        self.pairs = {place: pair for place, pair in pairs if NOWHERE not in pair}
        self._changes: dict[int, Fraction] | None = None

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(row for pair in self.pairs.values() for row in pair)

    def changes(self, figures: Figures) -> dict[int, Fraction]:
        """Each sibling's change, of those that have one; exact."""
        if self._changes is None:
            self._changes = {
                place: change
                for place, (new, old) in self.pairs.items()
                if new in figures
                and old in figures
                and (change := change_of(figures[new], figures[old], self.indicator)) is not None
            }
        return self._changes

    def floor(self, figures: Figures) -> Fraction:
        used = [figures[row] for place in self.changes(figures) for row in self.pairs[place]]
        return rounding_unit(used, self.indicator)


def check_outliers(known: Known, rulebook: Rulebook, regions: Regions) -> Iterator[Suspect]:
    siblings: _Siblings = {}
    for place, threshold, severity in rulebook.outliers:
        indicator = rulebook.indicators[place]
        for family in _families(known, known.checked_rows(place), regions, siblings):
            for part in _split(family):
                table = _table(known, indicator, part)
                groups: dict[int, _Group] = {}
                for at, own in _likely(known, table, indicator, float(threshold)):
                    if known.checked[table.now[at, own]]:
                        group = groups.setdefault(at, _Group(indicator, table.now[at], table.before[at]))
                        yield Suspect(group.rows, partial(_decide, known, group, own, threshold, severity))


_Siblings = dict[tuple[int, int], tuple[int, ...]]
"""(region, end of a period) → all that have the same parent then; the same for every indicator."""


@dataclass(frozen=True)
class _Family:
    """Rows that are to be compared with the same siblings (places of regions)."""

    rows: Integers
    siblings: Integers


def _split(family: _Family) -> Iterator[_Family]:
    """In parts that need no more memory than they should."""
    size = max(1, _ENTRIES_AT_ONCE // len(family.siblings) ** 2)
    for start in range(0, len(family.rows), size):
        yield _Family(family.rows[start : start + size], family.siblings)


def _families(known: Known, rows: Integers, regions: Regions, siblings: _Siblings) -> list[_Family]:
    """One row for each (siblings, period, synthetic or not, vintage) that is to be checked, by siblings.

    `siblings`: those found so far, to which others are added.
    """
    places = {code: place for place, code in enumerate(known.regions)}
    found: dict[tuple[int, ...], list[int]] = {}
    seen: set[tuple[int, ...]] = set()
    cells = known.cells
    columns = zip(
        rows.tolist(), cells.region[rows].tolist(), cells.end[rows].tolist(), cells.months[rows].tolist(),
        cells.synthetic[rows].tolist(), known.vintage[rows].tolist(), strict=True,
    )  # fmt: skip
    for row, region, end, months, synthetic, vintage in columns:
        if (region, end) not in siblings:
            codes = _siblings(known.regions[region], Period(end, months), regions)
            one = tuple(places[code] for code in codes)
            siblings |= dict.fromkeys(((place, end) for place in one), one)
            siblings.setdefault((region, end), ())
        family = siblings[region, end]
        if len(family) <= LEAST_OTHERS:
            continue
        key = (family[0], end, months, synthetic, vintage)  # at one moment a region has one family
        if key not in seen:
            seen.add(key)
            found.setdefault(family, []).append(row)
    return [_Family(np.array(of, dtype=np.int64), np.array(family, dtype=np.int64)) for family, of in found.items()]


def _siblings(code: str, period: Period, regions: Regions) -> tuple[str, ...]:
    """The reporting regions with the same parent at the period's end, itself among them; none without a parent."""
    region = regions.get(code, period.end)
    if region is None or region.parent_code is None or not region.reporting:
        return ()
    return tuple(one.code for one in regions.children(region.parent_code, period.end) if one.reporting)


def _table(known: Known, indicator: Indicator, family: _Family) -> _Table:
    shape = (len(family.rows), len(family.siblings))
    first = known.cells.of(family.rows)

    def spread(column: Integers) -> Integers:
        return np.repeat(column, shape[1])

    cells = Cells(
        spread(first.indicator), np.tile(family.siblings, shape[0]), spread(first.end), spread(first.months),
        spread(first.synthetic),
    )  # fmt: skip
    vintage = spread(known.vintage[family.rows])
    back = np.full(len(cells.end), 12, dtype=np.int64) if indicator.accumulation == "ytd" else cells.months
    now, before = known.find(cells, vintage), known.find(cells.earlier(back), vintage)
    usable = (now != NOWHERE) & (before != NOWHERE) & known.point[now] & known.point[before]
    new, old = known.value[now], known.value[before]
    with np.errstate(all="ignore"):
        change = new - old if indicator.unit == "%" else 100 * (new - old) / np.abs(old)
    change = np.where(usable & np.isfinite(change), change, np.nan)
    return _Table(now.reshape(shape), before.reshape(shape), change.reshape(shape))


def _likely(known: Known, table: _Table, indicator: Indicator, threshold: float) -> list[tuple[int, int]]:
    """(group, place among the siblings) whose z is not clearly within the threshold."""
    groups, width = table.change.shape
    others = np.repeat(table.change[:, None, :], width, axis=1)
    others[:, np.arange(width), np.arange(width)] = np.nan
    counts = np.sum(~np.isnan(others), axis=2)
    middle = _medians(others, counts)
    deviation = _medians(np.abs(others - middle[:, :, None]), counts)
    if indicator.unit == "%":
        sent = np.where(np.isnan(table.change), 0, np.maximum(known.decimals[table.now], known.decimals[table.before]))
        floor = (10.0 ** -sent.max(axis=1).astype(np.float64))[:, None]
    else:
        floor = np.full((groups, 1), float(PERCENT_FLOOR))
    with np.errstate(all="ignore"):
        far = np.abs(table.change - middle)
        size = np.nanmax(np.abs(table.change), axis=1, initial=0)[:, None]
        z = float(CONSISTENCY) * (far + 1e-9 * (size + 1)) / np.maximum(deviation, floor)
        found = (counts >= LEAST_OTHERS) & (z > threshold * (1 - _MARGIN))
    return [(int(group), int(own)) for group, own in np.argwhere(found)]


def _medians(numbers: npt.NDArray[np.float64], counts: Integers) -> Floats:
    """Medians along the last axis without NaN; 0 where there are none."""
    ordered = np.sort(numbers, axis=2)  # NaN last
    low = np.maximum(counts - 1, 0) // 2
    high = np.minimum(counts // 2, numbers.shape[2] - 1)
    pair = (np.take_along_axis(ordered, place[:, :, None], axis=2)[:, :, 0] for place in (low, high))
    result: Floats = np.nan_to_num(sum(pair) / 2)
    return result


def _decide(
    known: Known, group: _Group, own: int, threshold: Decimal, severity: Severity, figures: Figures
) -> Finding | None:
    """The unit at `own` among its siblings."""
    changes = group.changes(figures)
    if own not in changes:
        return None
    others = [change for place, change in changes.items() if place != own]
    found = standing(changes[own], others, group.floor(figures))
    if found is None or found.z <= Fraction(threshold):
        return None
    return _finding(known, group, own, (severity, threshold), found, figures)


def rounding_unit(figures: Sequence[Figure], indicator: Indicator) -> Fraction:
    """To what the changes are rounded: of rates the last of the most decimals sent, a quotient counting two."""
    if indicator.unit != "%":
        return PERCENT_FLOOR
    bottoms = {100 if figure.has_parts else figure.value.denominator for figure in figures}
    return Fraction(1, 10 ** max(map(_decimals, bottoms)))


def _decimals(bottom: int) -> int:
    """With how many a number of that denominator is written."""
    decimals = 0
    while 10**decimals % bottom:
        decimals += 1
    return decimals


def _finding(
    known: Known,
    group: _Group,
    own: int,
    rule: tuple[Severity, Decimal],
    found: Standing,
    figures: Figures,
) -> Finding:
    (row, reference), indicator, (severity, threshold) = group.pairs[own], group.indicator, rule
    new, old, change = figures[row], figures[reference], group.changes(figures)[own]
    unit = ("个百分点", " percentage points") if indicator.unit == "%" else ("%", "%")
    shown_change = moved(change)
    return Finding(
        int(known.number[row]),
        int(known.line[row]),
        indicator.id,
        "outlier",
        "outlier",
        severity,
        {
            "period": known.period(reference).code,
            "old": shown(old, indicator),
            "new": shown(new, indicator),
            "change_zh": f"{shown_change}{' ' if indicator.unit == '%' else ''}{unit[0]}",
            "change_en": f"{shown_change}{unit[1]}",
            "n": str(found.n),
            "m": rounded(found.median),
            "mad": rounded(found.deviation),
            "z": rounded(found.z, Fraction(threshold)),
            "threshold": plain(Fraction(threshold)),
        },
        shown(new, indicator),
    )
