"""The unit and the decimals that a column of figures is written in: one for all of it, fit for the units' own size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..words import MINUS, Words
from .exact_numbers import exact_number

_DIGITS = 2


@dataclass(frozen=True)
class Measure:
    """`size`: one of the column's unit in the indicator's; `name` as printed; `digits`: decimals of every number."""

    size: Fraction
    name: str
    digits: int

    def text(self, value: Fraction) -> str:
        text = f"{float(abs(value) / self.size):,.{self.digits}f}"
        return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text

    def exact(self, value: Fraction) -> Decimal | float:
        return exact_number(value / self.size)


def measure_of(words: Words, unit: str, values: Sequence[Fraction]) -> Measure:
    """The unit that the middle one of `values` would be said in where that is a smaller one: 0.09 万亿元 in 亿元."""
    size, name = Fraction(1), words.unit(unit)
    if values:
        middle = sorted(abs(value) for value in values)[len(values) // 2]
        fitting, fitting_name = words.scale(float(middle), unit)
        if fitting < 1:
            size, name = Fraction(str(fitting)), fitting_name
    least = 1 if unit == "%" else 0
    digits = next(
        (n for n in range(least, _DIGITS) if all((v / size * 10**n).denominator == 1 for v in values)), _DIGITS
    )
    return Measure(size, name, digits)
