"""How a figure came about: sent, taken from a shorter period, added up over periods or over units (methods.md 1, 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.method.figures import Absence, Figure, Series, is_ratio, part_factor, total
from monitor.method.goals import Goal
from monitor.method.tree import PARTS_MISSING, Aggregate, Tree

Operation = Literal["value", "quotient", "sum", "weighted_mean", "max", "min", "count"]
MadeKind = Literal["sent", "shorter", "parts", "aggregate", "regions", "none"]
# why a part has not entered, or has no figure
WITHHELD, NOT_APPLICABLE, MISSING = "withheld", "not_applicable", "missing"
NOT_SENT, INCOMPLETE, NO_WEIGHT, NOT_COUNTED = "not_sent", "incomplete", "no_weight", "not_counted"


@dataclass(frozen=True)
class Formula:
    """The numbers a figure is worked out from. `terms` are in the indicator's unit, the parts in that of its `figure`.

    quotient: factor × numerator ÷ denominator; count: the numerator; weighted_mean: Σ term × weight ÷ Σ weight.
    """

    operation: Operation
    terms: tuple[Fraction, ...] = ()
    weights: tuple[Fraction, ...] = ()
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    factor: Fraction = Fraction(1)

    @property
    def result(self) -> Fraction:
        """What these numbers give, exact. Raises ValueError where they give nothing."""
        if self.operation in ("quotient", "count"):
            if self.numerator is None or (self.operation == "quotient" and not self.denominator):
                raise ValueError("no quotient without its parts")
            return self.numerator if self.operation == "count" else self.factor * self.numerator / self._divisor
        if not self.terms:
            raise ValueError("nothing to work out")
        if self.operation == "weighted_mean":
            products = (term * weight for term, weight in zip(self.terms, self.weights, strict=True))
            return sum(products, Fraction(0)) / sum(self.weights, Fraction(0))
        if self.operation in ("max", "min"):
            return max(self.terms) if self.operation == "max" else min(self.terms)
        return sum(self.terms, Fraction(0))

    @property
    def _divisor(self) -> Fraction:
        return self.denominator or Fraction(1)


@dataclass(frozen=True)
class Contribution:
    """One period of a sum, or one unit of an aggregate. `absence`: why it has no figure, or why that did not enter.

    `lacking`: the parts of its period that are not there. `goal` and `reached` are of units counted by their target.
    """

    region: Region
    period: Period
    figure: Figure | None
    entered: bool
    absence: str = ""
    lacking: tuple[Period, ...] = ()
    weight: Fraction | None = None
    goal: Goal | None = None
    reached: bool | None = None


@dataclass(frozen=True)
class Gathered:
    """What the units below add up to; `operation` as the catalogue says, "regions" for the share that reached."""

    operation: str
    aggregate: Aggregate
    units: tuple[Contribution, ...]
    formula: Formula | None

    @property
    def missing(self) -> tuple[Contribution, ...]:
        return tuple(unit for unit in self.units if unit.figure is None and unit.absence != NOT_COUNTED)

    @property
    def kept_out(self) -> tuple[Contribution, ...]:
        return tuple(unit for unit in self.units if unit.figure is not None and not unit.entered)

    @property
    def counts(self) -> bool:
        """Whether units are counted by their target, and not their figures added up."""
        return self.operation in ("regions", "share_reached", "count_reached")


@dataclass(frozen=True)
class Made:
    """`period`: the one whose sending the figure is (a shorter one with the same end, or the row's own).

    Without a figure, the one whose sending says so.
    """

    kind: MadeKind
    figure: Figure | None
    period: Period
    formula: Formula | None
    parts: tuple[Contribution, ...] = ()


def made_of(tree: Tree, indicator: Indicator, region: Region, period: Period, gathered: Gathered | None) -> Made:
    """How the row's figure came about; kind "none" where there is none, with the parts there are of its period."""
    series = tree.series_of(indicator, region.code)
    if gathered is not None and gathered.operation == "regions":
        figure = gathered.aggregate.figure
        return Made("regions" if figure else "none", figure, period, gathered.formula if figure else None)
    figure = series.figure(period) if series is not None else None
    if series is None or figure is None:
        whole = gathered.aggregate.figure if gathered is not None else None
        if gathered is not None and whole is not None:
            return Made("aggregate", whole, period, gathered.formula)
        spoken = _period_spoken(series, indicator, period)
        return Made("none", None, spoken, None, _parts_sent(tree, indicator, region, period))
    if isinstance(series.sent.get(period), Figure):
        return Made("sent", figure, period, _formula_of(figure, indicator))
    if indicator.accumulation != "period":
        shorter = next(one for one in period.same_end if isinstance(series.sent.get(one), Figure))
        return Made("shorter", figure, shorter, _formula_of(figure, indicator))
    parts = tuple(Contribution(region, part, series.figure(part), True) for part in _sent_parts(series, period))
    return Made("parts", figure, period, _formula_of_sum([p.figure for p in parts if p.figure], indicator), parts)


def gathered_of(tree: Tree, indicator: Indicator, region: Region, period: Period) -> Gathered | None:
    """What the units below the region add up to; None where nothing is added up."""
    aggregate = tree.aggregate(indicator, region.code, period)
    if tree.is_region_share(indicator, region.code):
        expected = tree.expected(indicator, period)
        children = tree.regions.children(region.code, period.end)
        others = [one.code for one in children if one.reporting and one.code not in expected]
        units = [_counted(tree, indicator, code, period, counted=True) for code in expected]
        units += [_counted(tree, indicator, code, period, counted=False) for code in others]
        return Gathered("regions", aggregate, _known(units), _count_formula(aggregate, indicator, of_regions=True))
    if aggregate.coverage is None:
        return None
    codes = [one.code for one in tree.regions.children(region.code, period.end) if one.reporting]
    if indicator.aggregate in ("share_reached", "count_reached"):
        units = [_counted(tree, indicator, code, period, counted=True) for code in codes]
        formula = _count_formula(aggregate, indicator, of_regions=False)
        return Gathered(indicator.aggregate, aggregate, _known(units), formula)
    units = [_added(tree, indicator, code, period, aggregate) for code in codes]
    known = _known(units)
    return Gathered(indicator.aggregate, aggregate, known, _aggregate_formula(indicator, aggregate, known))


def why_absent(tree: Tree, indicator: Indicator, region: str, period: Period) -> tuple[str, tuple[Period, ...]]:
    """Why a unit has no figure for a period, from what was accepted; and which parts of the period are not there."""
    series = tree.series_of(indicator, region)
    if series is None:
        return NOT_SENT, ()
    for one in (period, *(period.same_end if indicator.accumulation != "period" else ())):
        sent = series.sent.get(one)
        if isinstance(sent, Absence):
            return sent.reason or MISSING, ()
    lacking = _lacking(series, period)
    return (INCOMPLETE, lacking) if lacking else (NOT_SENT, ())


def _lacking(series: Series, period: Period) -> tuple[Period, ...]:
    """The parts of a flow's period that are not there, where some are."""
    if series.indicator.accumulation != "period" or not period.parts:
        return ()
    lacking = tuple(part for part in period.parts if series.figure(part) is None)
    if len(lacking) < len(period.parts):
        return lacking
    deeper = tuple(one for part in period.parts for one in _lacking(series, part))
    return deeper


def _period_spoken(series: Series | None, indicator: Indicator, period: Period) -> Period:
    """The period in whose sending it was said that there is no figure; else the row's own."""
    candidates = (period, *(period.same_end if indicator.accumulation != "period" else ()))
    sent = series.sent if series is not None else {}
    return next((one for one in candidates if isinstance(sent.get(one), Absence)), period)


def _sent_parts(series: Series, period: Period) -> list[Period]:
    """The periods whose sent figures add up to this one's."""
    if isinstance(series.sent.get(period), Figure):
        return [period]
    return [one for part in period.parts for one in _sent_parts(series, part)]


def _parts_sent(tree: Tree, indicator: Indicator, region: Region, period: Period) -> tuple[Contribution, ...]:
    """The parts of a flow's period, where at least one is there."""
    series = tree.series_of(indicator, region.code)
    if series is None or indicator.accumulation != "period":
        return ()
    figures = [(part, series.figure(part)) for part in period.parts]
    if all(figure is None for _, figure in figures):
        return ()
    return tuple(
        Contribution(region, part, figure, False, "" if figure else why_absent(tree, indicator, region.code, part)[0])
        for part, figure in figures
    )


def _known(units: Sequence[Contribution | None]) -> tuple[Contribution, ...]:
    return tuple(unit for unit in units if unit is not None)


def _counted(tree: Tree, indicator: Indicator, code: str, period: Period, *, counted: bool) -> Contribution | None:
    """One unit that is counted by whether it reached its own target."""
    region = tree.regions.get(code, period.end) or tree.regions.get(code)
    if region is None:
        return None
    figure = tree.figure(indicator, code, period)
    absence, lacking = ("", ()) if figure else why_absent(tree, indicator, code, period)
    return Contribution(
        region, period, figure, counted and figure is not None, absence if counted else NOT_COUNTED, lacking, None,
        tree.goal(indicator, code, period), tree.reaches(indicator, code, period),
    )  # fmt: skip


def _added(tree: Tree, indicator: Indicator, code: str, period: Period, aggregate: Aggregate) -> Contribution | None:
    region = tree.regions.get(code, period.end)
    if region is None:
        return None
    figure = tree.figure(indicator, code, period)
    weight = tree.indicators.get(indicator.weight) if indicator.weight else None
    heavy = tree.figure(weight, code, period) if weight is not None else None
    entered = code in aggregate.entered
    absence = ""
    lacking: tuple[Period, ...] = ()
    if figure is None:
        absence, lacking = why_absent(tree, indicator, code, period)
    elif not entered:
        absence = _why_kept_out(indicator, figure, heavy, aggregate)
    return Contribution(region, period, figure, entered, absence, lacking, heavy.value if heavy else None)


def _why_kept_out(indicator: Indicator, figure: Figure, weight: Figure | None, aggregate: Aggregate) -> str:
    if indicator.aggregate == "ratio_of_sums" and not figure.has_parts:
        return PARTS_MISSING
    if indicator.aggregate == "weighted_mean" and weight is None:
        return NO_WEIGHT
    return aggregate.reason


def _formula_of(figure: Figure, indicator: Indicator) -> Formula:
    if figure.numerator is not None and figure.denominator is not None:
        parts = {"numerator": figure.numerator, "denominator": figure.denominator}
        return Formula("quotient", (), (), **parts, factor=part_factor(indicator))
    return Formula("value", (figure.value,))


def _formula_of_sum(figures: Sequence[Figure], indicator: Indicator) -> Formula:
    if is_ratio(indicator) or any(figure.has_parts for figure in figures):
        top, bottom = total(one.numerator for one in figures), total(one.denominator for one in figures)
        return Formula("quotient", (), (), top, bottom, part_factor(indicator))
    return Formula("sum", tuple(figure.value for figure in figures))


def _aggregate_formula(indicator: Indicator, aggregate: Aggregate, units: Sequence[Contribution]) -> Formula | None:
    entered = [unit for unit in units if unit.entered and unit.figure is not None]
    figures = [unit.figure for unit in entered if unit.figure is not None]
    if aggregate.figure is None or not figures:
        return None
    values = tuple(figure.value for figure in figures)
    if indicator.aggregate == "ratio_of_sums":
        return _formula_of_sum(figures, indicator)
    if indicator.aggregate == "weighted_mean":
        return Formula("weighted_mean", values, tuple(unit.weight or Fraction(0) for unit in entered))
    if indicator.aggregate == "max":
        return Formula("max", values)
    return Formula("min", values) if indicator.aggregate == "min" else Formula("sum", values)


def _count_formula(aggregate: Aggregate, indicator: Indicator, *, of_regions: bool) -> Formula | None:
    figure = aggregate.figure
    if figure is None:
        return None
    if figure.numerator is None:
        return Formula("count", numerator=figure.value)
    factor = Fraction(100 if of_regions or indicator.unit == "%" else 1)
    return Formula("quotient", (), (), figure.numerator, figure.denominator, factor)
