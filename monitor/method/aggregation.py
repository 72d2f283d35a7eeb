"""What regions add up to, by columns: each run of rows is the children of one parent (methods.md section 2).

The same functions serve one parent (tree.py) and all of a country's (grown.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.catalogue.models import Indicator

from .bounds import APPROX, COMPARATORS, EQ, Comparators, combine_comparators, comparators_of
from .exact import Exact, Integers, Mask, Slots, extremes, join, sums, where
from .figures import is_ratio, part_factor

CONTRADICTING_BOUNDS = "bounds_conflict"
PARTS_MISSING = "parts_missing"

Starts = npt.NDArray[np.intp]
"""The first row of each run; the last run ends with the columns, and none is empty."""


@dataclass(frozen=True)
class FigureColumns:
    """n figures, some of them unknown (`value.known`); parts are unknown where a figure has none."""

    value: Exact
    numerator: Exact
    denominator: Exact
    comparator: Comparators
    synthetic: Mask
    partial: Mask

    @property
    def known(self) -> Mask:
        return self.value.known

    def only(self, mask: Mask) -> FigureColumns:
        """The same figures, unknown where `mask` does not hold."""
        return FigureColumns(
            self.value.only(mask), self.numerator.only(mask), self.denominator.only(mask), self.comparator,
            self.synthetic & mask, self.partial & mask,
        )  # fmt: skip

    def rows(self, chosen: Mask | npt.NDArray[np.intp] | slice) -> FigureColumns:
        """The rows where a mask holds, or those of some places."""
        return FigureColumns(
            self.value.rows(chosen), self.numerator.rows(chosen), self.denominator.rows(chosen),
            self.comparator[chosen], self.synthetic[chosen], self.partial[chosen],
        )  # fmt: skip

    @classmethod
    def join(cls, some: Sequence[FigureColumns]) -> FigureColumns:
        """The columns one below the other."""
        return cls(
            join([one.value for one in some]), join([one.numerator for one in some]),
            join([one.denominator for one in some]), np.concatenate([one.comparator for one in some]),
            np.concatenate([one.synthetic for one in some]), np.concatenate([one.partial for one in some]),
        )  # fmt: skip


class FigureSlots:
    """Figures that are filled in by and by."""

    def __init__(self, size: int) -> None:
        self._numbers = Slots(size), Slots(size), Slots(size)
        self._comparator: Comparators = np.zeros(size, dtype=np.int8)
        self._synthetic, self._partial = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)

    def put(self, rows: npt.NDArray[np.intp] | slice, other: FigureColumns) -> None:
        """Other figures in some rows."""
        for slots, column in zip(self._numbers, (other.value, other.numerator, other.denominator), strict=True):
            slots.put(rows, column)
        self._comparator[rows] = other.comparator
        self._synthetic[rows], self._partial[rows] = other.synthetic, other.partial

    @property
    def figures(self) -> FigureColumns:
        """What has been filled in so far; what is filled in later may show in it."""
        value, numerator, denominator = (slots.column for slots in self._numbers)
        return FigureColumns(value, numerator, denominator, self._comparator, self._synthetic, self._partial)


@dataclass(frozen=True)
class AggregateColumns:
    """What m runs add up to. `coverage`, `weight_coverage`: shares 0–1; `entered`: row by row, of the n children."""

    figures: FigureColumns
    coverage: Exact
    weight_coverage: Exact
    reason: npt.NDArray[np.object_]
    entered: Mask

    @property
    def partial(self) -> Mask:
        return self.figures.partial


def aggregate(indicator: Indicator, children: FigureColumns, starts: Starts, weights: Exact) -> AggregateColumns:
    """The aggregate of each run of children by `ratio_of_sums`, `sum`, `weighted_mean`, `max` or `min`.

    A rate without its parts does not enter, nor a figure without its weight. Where all weights are 0 there is no mean,
    so nothing enters. `weights`: of the children, unknown where there is none.
    """
    present, entering = children.known, children.known
    reason = np.full(len(starts), "", dtype=object)
    if indicator.aggregate == "ratio_of_sums":
        entering = present & children.numerator.known
        reason[_any(present & ~entering, starts)] = PARTS_MISSING
    elif indicator.aggregate == "weighted_mean":
        entering = present & weights.known
        entering = entering & _spread((sums(weights.only(entering), starts).top != 0).astype(bool), starts, entering)
    comparator, agree = _combined(children.comparator, entering, starts)
    some = _any(entering, starts)
    whole = _combine(indicator, children.only(entering), starts, weights).only(some & agree)
    conflict = some & ~whole.known
    reason[conflict & (reason == "")] = CONTRADICTING_BOUNDS
    entering = entering & ~_spread(conflict, starts, entering)
    coverage = share_of(entering, starts)
    counts = _lengths(starts, len(entering))
    entered = np.add.reduceat(entering.astype(np.int64), starts)
    partial = ((entered > 0) & (entered < counts)) | _any(children.partial & entering, starts)
    figures = FigureColumns(
        whole, *_parts(indicator, children.only(entering), starts, whole.known), comparator,
        _any(children.synthetic & entering, starts), partial,
    )  # fmt: skip
    all_weights = sums(weights, starts)
    weight_coverage = sums(weights.only(entering), starts) / all_weights
    return AggregateColumns(figures, coverage, weight_coverage, reason, entering)


def add_up_runs(indicator: Indicator, figures: FigureColumns, starts: Starts) -> FigureColumns:
    """The sum of each run of figures, none of them unknown: see `figures.add_up`."""
    in_parts = _any(figures.numerator.known, starts) | is_ratio(indicator)
    complete = ~_any(~figures.numerator.known, starts)
    comparator, agree = _combined(figures.comparator, figures.known, starts)
    numerator, denominator = sums(figures.numerator, starts), sums(figures.denominator, starts)
    ratio = quotients(indicator, numerator, denominator).only(complete)
    value = where(in_parts, ratio, sums(figures.value, starts)).only(agree)
    has_parts = in_parts & value.known
    return FigureColumns(
        value, numerator.only(has_parts), denominator.only(has_parts), comparator,
        _any(figures.synthetic, starts), _any(figures.partial, starts),
    )  # fmt: skip


def reached(
    present: FigureColumns, reaches: Mask, starts: Starts, factor: int, *, as_count: bool = False
) -> AggregateColumns:
    """`factor` × regions that reached ÷ regions expected (the rows of a run), or as a count their number.

    A region without data has not reached. A count of verdicts is a point; it is approximate as soon as one of its
    figures is.
    """
    known = present.known
    some = _any(known, starts)
    expected = _whole(_lengths(starts, len(known)))
    met = _whole(np.add.reduceat((reaches & known).astype(np.int64), starts))
    coverage = share_of(known, starts)
    approximate = _any(known & (present.comparator == APPROX), starts)
    partial = some & (_any(~known, starts) | _any(known & present.partial, starts))
    value = met if as_count else Exact.constant(factor, len(starts)) * met / expected
    nothing = np.zeros(len(starts), dtype=bool)
    parts = nothing if as_count else some
    figures = FigureColumns(
        value.only(some), met.only(parts), expected.only(parts),
        np.where(approximate, APPROX, EQ).astype(np.int8), _any(known & present.synthetic, starts), partial,
    )  # fmt: skip
    return AggregateColumns(
        figures, coverage, coverage.only(nothing), np.full(len(starts), "", dtype=object), known.copy()
    )


def quotients(indicator: Indicator, numerator: Exact, denominator: Exact) -> Exact:
    """`numerator × factor ÷ denominator`; unknown for a denominator of 0 or a negative part."""
    sound = (denominator.top > 0).astype(bool) & (numerator.top >= 0).astype(bool)
    return (numerator * Exact.constant(part_factor(indicator), len(numerator)) / denominator).only(sound)


def share_of(mask: Mask, starts: Starts) -> Exact:
    """Of each run the share of rows where the mask holds."""
    return _whole(np.add.reduceat(mask.astype(np.int64), starts)) / _whole(_lengths(starts, len(mask)))


def _combine(indicator: Indicator, entering: FigureColumns, starts: Starts, weights: Exact) -> Exact:
    """The values of the aggregates; of `ratio_of_sums` the quotient of the sums of the parts."""
    if indicator.aggregate == "ratio_of_sums":
        return quotients(indicator, sums(entering.numerator, starts), sums(entering.denominator, starts))
    if indicator.aggregate == "sum":
        return sums(entering.value, starts)
    if indicator.aggregate == "weighted_mean":
        return sums(entering.value * weights, starts) / sums(weights.only(entering.known), starts)
    return extremes(entering.value, starts, largest=indicator.aggregate == "max")


def _parts(indicator: Indicator, entering: FigureColumns, starts: Starts, known: Mask) -> tuple[Exact, Exact]:
    """The sums of the parts, which only a ratio of sums has."""
    has_parts = known if indicator.aggregate == "ratio_of_sums" else np.zeros(len(starts), dtype=bool)
    return sums(entering.numerator, starts).only(has_parts), sums(entering.denominator, starts).only(has_parts)


_COMBINED = [  # a bit for each comparator that is there
    combine_comparators(name for place, name in enumerate(COMPARATORS) if bits >> place & 1)
    for bits in range(1 << len(COMPARATORS))
]
_COMBINED_CODES = comparators_of(name or "eq" for name in _COMBINED)
_AGREE = np.array([name is not None for name in _COMBINED])


def _combined(comparator: Comparators, entering: Mask, starts: Starts) -> tuple[Comparators, Mask]:
    """The comparator of each run's figures, and whether anything can be said of them together."""
    if not (entering & (comparator != EQ)).any():
        return np.zeros(len(starts), dtype=np.int8), np.ones(len(starts), dtype=bool)
    bits = np.where(entering, np.int8(1) << comparator, np.int8(0))
    found = np.bitwise_or.reduceat(bits, starts)
    return _COMBINED_CODES[found], _AGREE[found]


def _any(mask: Mask, starts: Starts) -> Mask:
    found: Mask = np.logical_or.reduceat(mask, starts) if len(starts) else mask[:0]
    return found


def _lengths(starts: Starts, size: int) -> npt.NDArray[np.int64]:
    return np.diff(starts, append=size).astype(np.int64)


def _spread(of_run: Mask, starts: Starts, rows: Mask) -> Mask:
    """What holds of a run, for each of its rows."""
    found: Mask = np.repeat(of_run, _lengths(starts, len(rows)))
    return found


def _whole(numbers: Integers) -> Exact:
    return Exact(numbers, np.ones(len(numbers), dtype=np.int64), np.ones(len(numbers), dtype=bool))
