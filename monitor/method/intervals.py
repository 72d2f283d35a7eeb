"""What is known of a figure for certain: a point, or all that a bound leaves open; exact arithmetic on it.

`ge 95` is [95, ∞), `gt 80` is (80, ∞), `le` and `lt` likewise; `eq` and `approx` are the point (methods.md section 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .figures import Figure


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, None = without end; an open end does not belong to it."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @property
    def point(self) -> Fraction | None:
        """The one number it is, None where it is more than one."""
        return self.low if self.low is not None and self.low == self.high else None

    def __neg__(self) -> Interval:
        return self.times(Fraction(-1))

    def __add__(self, other: Interval) -> Interval:
        return Interval(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def times(self, factor: Fraction) -> Interval:
        if factor == 0:
            return exactly(factor)
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        if factor > 0:
            return Interval(low, high, self.low_open, self.high_open)
        return Interval(high, low, self.high_open, self.low_open)

    def is_above(self, number: Fraction) -> bool:
        """Whether all of it lies above the number."""
        return self.low is not None and (self.low > number or (self.low == number and self.low_open))

    def is_below(self, number: Fraction) -> bool:
        return self.high is not None and (self.high < number or (self.high == number and self.high_open))

    def is_outside(self, tolerance: Fraction) -> bool:
        """Whether no number of it is within the tolerance of 0."""
        return self.is_above(tolerance) or self.is_below(-tolerance)


EVERYTHING = Interval(None, None)


def exactly(number: Fraction) -> Interval:
    return Interval(number, number)


def interval_of(figure: Figure, factor: Fraction = Fraction(1)) -> Interval:
    """What the figure says, times a positive factor."""
    value = figure.value * factor
    if figure.comparator in ("ge", "gt"):
        return Interval(value, None, low_open=figure.comparator == "gt")
    if figure.comparator in ("le", "lt"):
        return Interval(None, value, high_open=figure.comparator == "lt")
    return exactly(value)


def is_point(figure: Figure) -> bool:
    return figure.comparator in ("eq", "approx")
