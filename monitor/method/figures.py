"""The value of a figure, and which figure a period has (methods.md section 1)."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from monitor.catalogue.models import Accumulation, Indicator
from monitor.catalogue.periods import Period

from .bounds import combine_comparators

AGGREGATED = "aggregated"
NEVER = sys.maxsize
"""A month after all others."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, exact: `value` in the indicator's unit, the parts in the unit of its `figure`."""

    value: Fraction
    comparator: str = "eq"
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    vintage: str = "reported"
    synthetic: bool = False
    partial: bool = False
    sources: tuple[int, ...] = ()
    """Ids of the submissions that the figure comes from."""

    @property
    def has_parts(self) -> bool:
        return self.numerator is not None


@dataclass(frozen=True, slots=True)
class Absence:
    """A cell that was sent without a figure; `reason` is `withheld`, `not_applicable` or empty (missing)."""

    reason: str = ""


Sent = Figure | Absence


def quotient(numerator: Fraction, denominator: Fraction, factor: Fraction) -> Fraction | None:
    """`numerator × factor ÷ denominator`, exact; None for a denominator of 0 or a negative part."""
    if denominator <= 0 or numerator < 0:
        return None
    (top, under_top), (bottom, under_bottom) = numerator.as_integer_ratio(), denominator.as_integer_ratio()
    times, under = factor.as_integer_ratio()
    # one reduction instead of one a step: a scorecard has thousands of quotients
    return Fraction(top * times * under_bottom, under_top * under * bottom)


def part_factor(indicator: Indicator) -> Fraction:
    """What the quotient of the parts is multiplied by: 100 for a percentage."""
    return Fraction(indicator.factor)


def is_ratio(indicator: Indicator) -> bool:
    """Whether the catalogue says that its figures are quotients of two amounts."""
    return indicator.figure is not None or indicator.aggregate == "ratio_of_sums"


def add_up(figures: Sequence[Figure], indicator: Indicator) -> Figure | None:
    """The sum of figures: of their values, or of numerators and of denominators for a ratio.

    It is a ratio where the catalogue says so, or as soon as one figure was sent in parts. None when a
    ratio lacks some of its parts or the bounds contradict.
    """
    comparator = combine_comparators(figure.comparator for figure in figures)
    if comparator is None or not figures:
        return None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    value: Fraction | None
    if is_ratio(indicator) or any(figure.has_parts for figure in figures):
        if not all(figure.has_parts for figure in figures):
            return None
        numerator = total(figure.numerator for figure in figures)
        denominator = total(figure.denominator for figure in figures)
        value = quotient(numerator, denominator, part_factor(indicator))
    else:
        value = total(figure.value for figure in figures)
    if value is None:
        return None
    return Figure(
        value, comparator, numerator, denominator, figures[-1].vintage,
        any(figure.synthetic for figure in figures), any(figure.partial for figure in figures),
        join_sources(figures),
    )  # fmt: skip


def total(values: Iterable[Fraction | None]) -> Fraction:
    """The exact sum of the known values, over one common denominator."""
    ratios = [value.as_integer_ratio() for value in values if value is not None]
    common = math.lcm(*(bottom for _, bottom in ratios))
    return Fraction(sum(top * (common // bottom) for top, bottom in ratios), common)


def join_sources(figures: Iterable[Figure]) -> tuple[int, ...]:
    return tuple(sorted({source for figure in figures for source in figure.sources}))


def first_difference(then: Mapping[Period, Sent], now: Mapping[Period, Sent]) -> int:
    """The month (`Period.index`) in which the first period ends that was sent differently; NEVER if none was."""
    # what was taken over from one moment to the next is one object: to look at it is cheaper than to compare it
    differing = (
        period
        for period in then.keys() | now.keys()
        if then.get(period) is not now.get(period) and then.get(period) != now.get(period)
    )
    return min((period.index for period in differing), default=NEVER)


@dataclass
class Series:
    """What one region sent for one indicator, by period, and the figure each period has by that.

    A period takes its own figure; else, for `stock` and `ytd`, that of a shorter period with the
    same end; else, for `period` flows, the sum of a complete set of parts; else there is none.
    """

    indicator: Indicator
    sent: Mapping[Period, Sent]
    vintages: tuple[str, ...]
    """Vintages, best first: a sum of parts has the least preferred vintage among them."""
    _found: dict[Period, Figure | None] = field(default_factory=dict)

    def renewed(self, sent: Mapping[Period, Sent]) -> Series:
        """The series with other rows sent; what was worked out before the first difference still stands."""
        first = first_difference(self.sent, sent)
        known = self._found.copy()  # another thread may be adding to it
        found = {period: figure for period, figure in known.items() if period.index < first}
        return replace(self, sent=sent, _found=found)

    def figure(self, period: Period) -> Figure | None:
        if period not in self._found:
            own = self.sent.get(period)
            self._found[period] = own if isinstance(own, Figure) else self._from_shorter(period)
        return self._found[period]

    def absence(self, period: Period) -> str:
        """Why a period has no figure of its own: `withheld`, `not_applicable` or empty."""
        own = self.sent.get(period)
        return own.reason if isinstance(own, Absence) else ""

    def periods(self) -> tuple[Period, ...]:
        """The periods that were sent with a figure."""
        return tuple(period for period, sent in self.sent.items() if isinstance(sent, Figure))

    def _from_shorter(self, period: Period) -> Figure | None:
        if self.indicator.accumulation != "period":
            found = (self.sent.get(shorter) for shorter in period.same_end)
            return next((sent for sent in found if isinstance(sent, Figure)), None)
        parts = [self.figure(part) for part in period.parts]
        if not parts or any(part is None for part in parts):
            return None
        figures = [part for part in parts if part is not None]
        whole = add_up(figures, self.indicator)
        if whole is None:
            return None
        rank = {name: place for place, name in enumerate(self.vintages)}
        return replace(whole, vintage=max((f.vintage for f in figures), key=lambda name: rank.get(name, len(rank))))


def own_amount(series: Series, period: Period) -> Fraction | None:
    """A period's own amount: of year-to-date figures the difference from the period before in the same year.

    Of ratios the quotient of the differences of the parts. None when either figure is missing; stocks
    have no amount of a period and give None.
    """
    figure = series.figure(period)
    accumulation: Accumulation = series.indicator.accumulation
    if figure is None or accumulation == "stock":
        return None
    earlier = period.previous()
    if accumulation == "period" or earlier.year != period.year:
        return figure.value
    before = series.figure(earlier)
    if before is None:
        return None
    if not is_ratio(series.indicator) and not figure.has_parts:
        return figure.value - before.value
    top, bottom = _difference(figure.numerator, before.numerator), _difference(figure.denominator, before.denominator)
    return None if top is None or bottom is None else quotient(top, bottom, part_factor(series.indicator))


def _difference(value: Fraction | None, before: Fraction | None) -> Fraction | None:
    return None if value is None or before is None else value - before
