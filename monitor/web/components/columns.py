"""The unit and the decimals that a column of figures is written in: one for all of it, fit for their own size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from monitor.method.figures import Figure as Exact
from monitor.report.figures import Figure

from ..words import MINUS, Words
from .exact_numbers import exact_number

_DIGITS = 2
_MOST_DIGITS = 8
_WORKED_OUT = ("aggregated", "reported")


def places_of(values: Iterable[float | Fraction | None], unit: str = "%") -> int:
    """Decimals of a column: the most that any of its numbers needs, two at most; of rates one at least."""
    found = 1 if unit == "%" else 0
    for value in values:
        if value is not None:
            found = max(found, len(f"{float(value):.{_DIGITS}f}".rstrip("0").partition(".")[2]))
    return found


def is_computed(figure: Figure | Exact) -> bool:
    """Whether the number was worked out or sent as a number; a published one keeps the digits it was printed with."""
    if figure.value is None or figure.comparator not in ("", "eq"):
        return False
    return figure.numerator is not None or figure.vintage in _WORKED_OUT


def figure_places(figures: Iterable[Figure | Exact | None], unit: str = "%") -> int:
    """`places_of` the figures that were worked out."""
    return places_of((one.value for one in figures if one is not None and is_computed(one)), unit)


def plain_number(words: Words, figure: Figure, places: int = 0) -> str:
    """A figure's number in its own unit, as tables with the unit in their head want it; `places`: of its column."""
    if figure.comparator in ("", "eq"):
        return words.figure_number(figure, places if is_computed(figure) else 0)
    return words.number(figure.value, figure.unit, figure.comparator)


@dataclass(frozen=True)
class RatePlaces:
    """Decimals of the rates in the columns of a table of indicators, whose other rows have units of their own."""

    value: int = 0
    gap: int = 0
    change: int = 0

    @classmethod
    def of(cls, pairs: Iterable[tuple[Figure, Figure | None]]) -> RatePlaces:
        """Of figures, each with the one before it."""
        rates = [(now, before) for now, before in pairs if now.unit == "%" and now.value is not None]
        gaps = [now.target_gap for now, _ in rates if now.target_gap is not None and now.target_gap > 0]
        changes = [(now.value or 0.0) - before.value for now, before in rates if before and before.value is not None]
        return cls(figure_places(now for now, _ in rates), places_of(gaps), places_of(changes))


@dataclass(frozen=True)
class Measure:
    """`size`: one of the column's unit in the indicator's; `name` as printed; `digits`: decimals of every number."""

    size: Fraction
    name: str
    digits: int

    def text(self, value: Fraction) -> str:
        """With the digits of the column; one that these would make nothing of, with more."""
        size, digits = float(abs(value) / self.size), self.digits
        while value and digits < _MOST_DIGITS and not round(size, digits):
            digits += 1
        text = f"{size:,.{digits}f}"
        return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text

    def figure(self, words: Words, figure: Exact) -> str:
        """A bound and a published number as they are printed, one that was worked out as its column is written."""
        if is_computed(figure):
            return self.text(figure.value)
        return words.number(float(figure.value / self.size), "%" if self.name == "%" else "", figure.comparator)

    def exact(self, value: Fraction) -> Decimal | float:
        return exact_number(value / self.size)


def measure_of(words: Words, unit: str, values: Sequence[Fraction]) -> Measure:
    """The unit that the middle one of `values` would be said in: 0.09 万亿元 in 亿元, 400 万人 in English millions."""
    size, name = Fraction(1), words.unit(unit)
    if values:
        middle = sorted(abs(value) for value in values)[len(values) // 2]
        fitting, name = words.scale(float(middle), unit)
        size = Fraction(str(fitting))
    return Measure(size, name, places_of((value / size for value in values), unit))
