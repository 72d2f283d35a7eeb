"""Columns of exact rational numbers, some of them unknown.

A verdict must be that of exact arithmetic (methods.md), and a scorecard has thousands of rows, so
the numbers are held as two object arrays of Python integers: whole columns are added, multiplied
and compared at once, and nothing is ever rounded. What is unknown stays unknown through every
operation and makes every comparison false.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

_UNKNOWN = (0, 1)


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
        columns = np.empty((2, len(ratios)), dtype=object)
        columns[0, :] = [top for top, _ in ratios]
        columns[1, :] = [bottom for _, bottom in ratios]
        known = np.array([ratio is not _UNKNOWN for ratio in ratios], dtype=bool)
        return cls(columns[0], columns[1], known)

    @classmethod
    def constant(cls, value: Fraction | int, size: int) -> Exact:
        number = Fraction(value)
        return cls(
            np.full(size, number.numerator, dtype=object),
            np.full(size, number.denominator, dtype=object),
            np.ones(size, dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.known)

    def __getitem__(self, row: SupportsIndex) -> Fraction | None:
        return Fraction(self.top[row], self.bottom[row]) if self.known[row] else None

    def rows(self, mask: Mask) -> Exact:
        """The rows where `mask` holds."""
        return Exact(self.top[mask], self.bottom[mask], self.known[mask])

    def only(self, mask: Mask) -> Exact:
        """The same column, unknown where `mask` does not hold."""
        return Exact(self.top, self.bottom, self.known & mask)

    def __add__(self, other: Exact) -> Exact:
        return Exact(
            self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom, self.known & other.known
        )

    def __sub__(self, other: Exact) -> Exact:
        return self + (-other)

    def __neg__(self) -> Exact:
        return Exact(-self.top, self.bottom, self.known)

    def __abs__(self) -> Exact:
        return Exact(np.abs(self.top), self.bottom, self.known)

    def __mul__(self, other: Exact) -> Exact:
        return Exact(self.top * other.top, self.bottom * other.bottom, self.known & other.known)

    def __truediv__(self, other: Exact) -> Exact:
        """Unknown where the divisor is zero."""
        nonzero = (other.top != 0).astype(bool)
        divisor = np.where(nonzero, other.top, 1)
        signs = np.where(divisor < 0, -1, 1).astype(object)
        return Exact(self.top * other.bottom * signs, self.bottom * divisor * signs, self.known & other.known & nonzero)

    def _difference(self, other: Exact) -> tuple[Integers, Mask]:
        return self.top * other.bottom - other.top * self.bottom, self.known & other.known

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
        rounded[self.known] = (self.top[self.known] / self.bottom[self.known]).astype(np.float64)
        return rounded


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
    top = np.stack([column.top for column in columns])[chosen, rows]
    bottom = np.stack([column.bottom for column in columns])[chosen, rows]
    known = np.stack([column.known for column in columns])[chosen, rows]
    return Exact(top, bottom, known & (index >= 0))
