"""Columns of exact rational numbers, some of them unknown.

A verdict must be that of exact arithmetic (methods.md), and a scorecard has thousands of rows, so
the numbers are held as two arrays of integers: whole columns are added, multiplied and compared at
once, and nothing is ever rounded. They are 64-bit integers as long as the largest of a column prove
that no result can pass 2^62, else Python's own integers, of any size. What is unknown stays unknown
through every operation and makes every comparison false.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64] | npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

_UNKNOWN = (0, 1)
_ROOM = 2**62
"""Below it are all 64-bit integers held here: the sum of two of them is still one."""
_DIGITS = 2**53
"""Up to it every integer is a float64, and the quotient of two such floats is rounded once."""


class Exact:
    """A column of n exact numbers `top ÷ bottom` (`bottom` > 0); `known` is false where there is none."""

    __slots__ = ("bottom", "known", "top")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, top: Integers, bottom: Integers, known: Mask) -> None:
        self.top, self.bottom, self.known = top, bottom, known

    @classmethod
    def of(cls, values: Iterable[Fraction | None]) -> Exact:
        """A column of the values; None is unknown."""
        ratios = [_UNKNOWN if value is None else value.as_integer_ratio() for value in values]
        known = np.array([ratio is not _UNKNOWN for ratio in ratios], dtype=bool)
        return cls(integers([top for top, _ in ratios]), integers([bottom for _, bottom in ratios]), known)

    @classmethod
    def constant(cls, value: Fraction | int, size: int) -> Exact:
        number = Fraction(value)
        return cls(_repeated(number.numerator, size), _repeated(number.denominator, size), np.ones(size, dtype=bool))

    def __len__(self) -> int:
        return len(self.known)

    def __getitem__(self, row: SupportsIndex) -> Fraction | None:
        return Fraction(int(self.top[row]), int(self.bottom[row])) if self.known[row] else None

    def rows(self, chosen: Mask | npt.NDArray[np.intp] | slice) -> Exact:
        """The rows where a mask holds, or those of some places."""
        return Exact(self.top[chosen], self.bottom[chosen], self.known[chosen])

    def only(self, mask: Mask) -> Exact:
        """The same column, unknown where `mask` does not hold."""
        return Exact(self.top, self.bottom, self.known & mask)

    def __add__(self, other: Exact) -> Exact:
        top = _sum(_product(self.top, other.bottom), _product(other.top, self.bottom))
        return Exact(top, _product(self.bottom, other.bottom), self.known & other.known)

    def __sub__(self, other: Exact) -> Exact:
        return self + (-other)

    def __neg__(self) -> Exact:
        return Exact(-self.top, self.bottom, self.known)

    def __abs__(self) -> Exact:
        return Exact(np.abs(self.top), self.bottom, self.known)

    def __mul__(self, other: Exact) -> Exact:
        return Exact(_product(self.top, other.top), _product(self.bottom, other.bottom), self.known & other.known)

    def __truediv__(self, other: Exact) -> Exact:
        """Unknown where the divisor is zero."""
        nonzero = (other.top != 0).astype(bool)
        divisor = np.where(nonzero, other.top, 1)
        top = np.where((divisor < 0).astype(bool), -self.top, self.top)
        return Exact(
            _product(top, other.bottom), _product(self.bottom, np.abs(divisor)), self.known & other.known & nonzero
        )

    def sign_of_difference(self, other: Exact) -> npt.NDArray[np.int8]:
        """−1, 0 or 1 as the number is below, at or above the other; 0 also where either is unknown."""
        difference, known = self._difference(other)
        signs = (difference > 0).astype(np.int8) - (difference < 0).astype(np.int8)
        return np.where(known, signs, np.int8(0)).astype(np.int8)

    def _difference(self, other: Exact) -> tuple[Integers, Mask]:
        difference = _sum(_product(self.top, other.bottom), -_product(other.top, self.bottom))
        return difference, self.known & other.known

    def __eq__(self, other: object) -> Mask:  # type: ignore[override]
        if not isinstance(other, Exact):
            return NotImplemented
        difference, known = self._difference(other)
        equal: Mask = (difference == 0).astype(bool)
        return equal & known

    def __lt__(self, other: Exact) -> Mask:
        difference, known = self._difference(other)
        return (difference < 0).astype(bool) & known

    def __le__(self, other: Exact) -> Mask:
        difference, known = self._difference(other)
        return (difference <= 0).astype(bool) & known

    def __gt__(self, other: Exact) -> Mask:
        return other < self

    def __ge__(self, other: Exact) -> Mask:
        return other <= self

    def ceiling(self) -> Integers:
        """The smallest whole numbers not below; 0 where unknown."""
        return np.where(self.known, -(-self.top // self.bottom), 0)

    def floor(self) -> Integers:
        """The largest whole numbers not above; 0 where unknown."""
        return np.where(self.known, self.top // self.bottom, 0)

    def floats(self) -> Floats:
        """Each number rounded once, to the nearest float64; NaN where unknown."""
        rounded = np.full(len(self), np.nan)
        small = self.known & _up_to(self.top, _DIGITS) & _up_to(self.bottom, _DIGITS)
        rounded[small] = self.top[small].astype(np.float64) / self.bottom[small].astype(np.float64)
        large = self.known & ~small
        if large.any():  # Python's division of integers is rounded once, whatever their size
            top, bottom = self.top[large].astype(object), self.bottom[large].astype(object)
            rounded[large] = (top / bottom).astype(np.float64)
        return rounded


def integers(numbers: Sequence[int]) -> Integers:
    """The numbers as an array that `Exact` may hold."""
    try:
        made = np.array(numbers, dtype=np.int64)
    except OverflowError:
        made = None
    if made is not None and _largest(made) < _ROOM:
        return made
    column = np.empty(len(numbers), dtype=object)
    column[:] = numbers
    return column


def _repeated(number: int, size: int) -> Integers:
    return np.full(size, number, dtype=np.int64 if abs(number) < _ROOM else object)


def _largest(numbers: Integers) -> int:
    """The largest absolute value."""
    return max(int(numbers.max()), -int(numbers.min())) if len(numbers) else 0


def _up_to(numbers: Integers, most: int) -> Mask:
    return ((numbers <= most) & (numbers >= -most)).astype(bool)


def _product(left: Integers, right: Integers) -> Integers:
    """The products; of 64-bit integers too, where the largest prove that all of them fit."""
    if left.dtype != object and right.dtype != object:
        if _largest(left) * _largest(right) < _ROOM:
            return left * right
        left = left.astype(object)
    return left * right


def _sum(left: Integers, right: Integers) -> Integers:
    """The sums. Of 64-bit integers below 2^62 they are some, too, and held as such if they are below it again."""
    found = left + right
    if found.dtype != object and _largest(found) >= _ROOM:
        return found.astype(object)
    return found


def sums(column: Exact, starts: npt.NDArray[np.intp]) -> Exact:
    """The exact sum of the known numbers of each run of rows, 0 of a run without any. No run is empty.

    `starts`: the first row of each run; the last run ends with the column.
    """
    if not column.known.any():
        return Exact(_repeated(0, len(starts)), _repeated(1, len(starts)), np.ones(len(starts), dtype=bool))
    scaled, common = _over_one(column)
    longest = int(np.diff(starts, append=len(column)).max(initial=0))
    if scaled.dtype != object and _largest(scaled) * longest >= _ROOM:
        scaled = scaled.astype(object)
    added: Integers = np.add.reduceat(scaled, starts) if len(starts) else scaled[:0]
    return Exact(added, _repeated(common, len(starts)), np.ones(len(starts), dtype=bool))


def extremes(column: Exact, starts: npt.NDArray[np.intp], *, largest: bool) -> Exact:
    """The largest or smallest known number of each run of rows, unknown for a run without any. See `sums`."""
    scaled, common = _over_one(column)
    edge = _largest(scaled) + 1
    filled = np.where(column.known, scaled, -edge if largest else edge)
    found: Integers = (np.maximum if largest else np.minimum).reduceat(filled, starts) if len(starts) else filled[:0]
    known = np.logical_or.reduceat(column.known, starts) if len(starts) else column.known[:0]
    return Exact(found, _repeated(common, len(starts)), known)


def _over_one(column: Exact) -> tuple[Integers, int]:
    """The numbers as integers over one common denominator; 0 where unknown."""
    bottoms = column.bottom[column.known]
    if not len(bottoms) or (bottoms == bottoms[0]).all():
        return np.where(column.known, column.top, 0), int(bottoms[0]) if len(bottoms) else 1
    common = math.lcm(*(int(bottom) for bottom in np.unique(bottoms)))
    parts = _repeated(common, len(column)) // np.where(column.known, column.bottom, 1)
    return _product(np.where(column.known, column.top, 0), parts), common


class Slots:
    """A column that is filled in by and by."""

    def __init__(self, size: int) -> None:
        self._top: Integers = np.zeros(size, dtype=np.int64)
        self._bottom: Integers = np.ones(size, dtype=np.int64)
        self._known = np.zeros(size, dtype=bool)

    def put(self, rows: npt.NDArray[np.intp] | slice, other: Exact) -> None:
        """The numbers of another column in some rows."""
        if other.top.dtype == object:
            self._top = self._top.astype(object, copy=False)
        if other.bottom.dtype == object:
            self._bottom = self._bottom.astype(object, copy=False)
        self._top[rows], self._bottom[rows], self._known[rows] = other.top, other.bottom, other.known

    @property
    def column(self) -> Exact:
        """What has been filled in so far; what is filled in later shows in it."""
        return Exact(self._top, self._bottom, self._known)


def join(columns: Sequence[Exact]) -> Exact:
    """The columns one below the other."""
    tops: Sequence[Any] = [column.top for column in columns]
    bottoms: Sequence[Any] = [column.bottom for column in columns]
    known = np.concatenate([column.known for column in columns])
    return Exact(np.concatenate(tops), np.concatenate(bottoms), known)


def where(mask: Mask, yes: Exact, no: Exact) -> Exact:
    """Row by row `yes` where the mask holds, else `no`."""
    return Exact(
        np.where(mask, yes.top, no.top), np.where(mask, yes.bottom, no.bottom), np.where(mask, yes.known, no.known)
    )


def smaller(left: Exact, right: Exact) -> Exact:
    """Row by row the smaller of the two; the known one where the other is unknown."""
    return where((left <= right) | ~right.known, left, right)


def larger(left: Exact, right: Exact) -> Exact:
    """Row by row the larger of the two; the known one where the other is unknown."""
    return where((left >= right) | ~right.known, left, right)


def pick(columns: Sequence[Exact], index: npt.NDArray[np.intp]) -> Exact:
    """Row i of the column `index[i]`; unknown where the index is negative."""
    rows = np.arange(len(index))
    chosen = np.maximum(index, 0)
    tops: Sequence[Any] = [column.top for column in columns]
    bottoms: Sequence[Any] = [column.bottom for column in columns]
    top, bottom = np.stack(tops)[chosen, rows], np.stack(bottoms)[chosen, rows]
    known = np.stack([column.known for column in columns])[chosen, rows]
    return Exact(top, bottom, known & (index >= 0))
