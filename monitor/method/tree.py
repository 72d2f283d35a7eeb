"""Figures up the tree of regions: what a region reported, and what its children add up to (methods.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from monitor.catalogue.models import HoldTarget, Indicator, Plan, ReachTarget
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Regions

from .bounds import combine_comparators
from .figures import AGGREGATED, Figure, Series, add_up, join_sources, total
from .goals import Base, Goal, base_year, in_force, printed_number, region_goal, stated_base, versions_in_force

CONTRADICTING_BOUNDS = "bounds_conflict"
PARTS_MISSING = "parts_missing"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What the children add up to. `coverage`, `weight_coverage`: shares 0–1, None on a leaf."""

    figure: Figure | None = None
    coverage: Fraction | None = None
    weight_coverage: Fraction | None = None
    partial: bool = False
    reason: str = ""
    entered: tuple[str, ...] = ()
    """Codes of the children whose figure entered."""


NO_AGGREGATE = Aggregate()


@dataclass
class Tree:
    """All figures of one plan on its tree of regions; every answer is worked out once.

    `plan_indicators` are the plan's own; `indicators` also hold those of the plans loaded beside it.
    `series` and `plan_rows` are keyed by (indicator id, region code).
    """

    plan: Plan
    plan_indicators: tuple[str, ...]
    indicators: Mapping[str, Indicator]
    regions: Regions
    series: Mapping[tuple[str, str], Series]
    plan_rows: Mapping[tuple[str, str], Mapping[Period, Figure]]
    _figures: dict[tuple[str, str, Period], Figure | None] = field(default_factory=dict)
    _aggregates: dict[tuple[str, str, Period], Aggregate] = field(default_factory=dict)
    _goals: dict[tuple[str, str, int], Goal] = field(default_factory=dict)
    _children: dict[tuple[str, Period], tuple[str, ...]] = field(default_factory=dict)
    _sent_for: dict[tuple[str, str], frozenset[Period]] = field(default_factory=dict)

    def series_of(self, indicator: Indicator, region: str) -> Series | None:
        return self.series.get((indicator.id, region))

    def reported(self, indicator: Indicator, region: str, period: Period) -> Figure | None:
        """The figure that the region itself reported for the period."""
        series = self.series_of(indicator, region)
        return series.figure(period) if series else None

    def absence(self, indicator: Indicator, region: str, period: Period) -> str:
        series = self.series_of(indicator, region)
        return series.absence(period) if series else ""

    def figure(self, indicator: Indicator, region: str, period: Period) -> Figure | None:
        """A row's figure: the one reported for the region itself, only if there is none the aggregate.

        Under `scope: each_region` the plan's own region has the share of regions that reached, and a
        published national count never fills it.
        """
        key = (indicator.id, region, period)
        if key not in self._figures:
            reported = None
            if not self.is_region_share(indicator, region):
                reported = self.reported(indicator, region, period)
            self._figures[key] = reported or self.aggregate(indicator, region, period).figure
        return self._figures[key]

    def aggregate(self, indicator: Indicator, region: str, period: Period) -> Aggregate:
        """What the region's direct reporting children add up to, each with its row's figure."""
        key = (indicator.id, region, period)
        if key not in self._aggregates:
            self._aggregates[key] = self._aggregate(indicator, region, period)
        return self._aggregates[key]

    def sent_for(self, indicator: Indicator, region: str) -> frozenset[Period]:
        """The periods for which figures were sent, of a region itself or of those that it is made up of."""
        key = (indicator.id, region)
        if key not in self._sent_for:
            self._sent_for[key] = frozenset({*self._own_periods(indicator, region), *self._below(indicator, region)})
        return self._sent_for[key]

    def years_for(self, indicator: Indicator, region: str) -> frozenset[Period]:
        """Periods among whose years are all in which the region may have a figure."""
        return self.sent_for(indicator, region)

    def _own_periods(self, indicator: Indicator, region: str) -> tuple[Period, ...]:
        series = self.series_of(indicator, region)
        return series.periods() if series else ()

    def _below(self, indicator: Indicator, region: str) -> frozenset[Period]:
        """The periods sent for the regions whose figures may make up the region's: its children, or whoever the target
        expects.
        """
        if self.is_region_share(indicator, region):
            rows = self.regions.descendants(region)
        else:
            rows = () if indicator.aggregate == "none" else self.regions.children(region)
        return frozenset().union(*(self.sent_for(indicator, row.code) for row in rows))

    def is_region_share(self, indicator: Indicator, region: str) -> bool:
        target = indicator.target
        return region == self.plan.region and isinstance(target, ReachTarget) and target.scope == "each_region"

    def goal(self, indicator: Indicator, region: str, period: Period) -> Goal:
        """What the region's figure for the period is held against, by the version in force at the period's end."""
        key = (indicator.id, region, versions_in_force(indicator, period))
        if key not in self._goals:
            current = in_force(indicator, period)
            self._goals[key] = region_goal(self.plan, current, region, self._base(current, region))
        return self._goals[key]

    def expected(self, indicator: Indicator, period: Period) -> tuple[str, ...]:
        """The regions that `scope: each_region` counts: the target's list, else the reporting children."""
        target = in_force(indicator, period).target
        if isinstance(target, ReachTarget) and target.expected is not None:
            return target.expected
        return self._reporting_children(self.plan.region, period)

    def reaches(self, indicator: Indicator, region: str, period: Period) -> bool:
        """Whether the region's figure certainly meets its own target."""
        figure = self.figure(indicator, region, period)
        target = self.goal(indicator, region, period).target
        if figure is None or not isinstance(target, ReachTarget | HoldTarget):
            return False
        return certainly_meets(figure, Fraction(target.value), target.comparator)

    def _base(self, indicator: Indicator, region: str) -> Base | None:
        """The region's baseline; a parent's is never borrowed.

        The catalogue's own for the region; else, for other regions and for context indicators, the
        `plan` row for the base year, else the row's figure for it.
        """
        base = stated_base(self.plan, indicator, region)
        if base is None and (region != self.plan.region or indicator.is_context):
            return self._base_from_figures(indicator, region)
        return base

    def _base_from_figures(self, indicator: Indicator, region: str) -> Base | None:
        year = Period.of(base_year(self.plan, indicator, region))
        rows = self.plan_rows.get((indicator.id, region), {})
        figure = rows.get(year) or self.figure(indicator, region, year)
        if figure is None:
            return None
        printed = printed_number(figure.value, figure.comparator)
        return Base(figure.value, figure.comparator, printed, figure.synthetic)

    def _reporting_children(self, region: str, period: Period) -> tuple[str, ...]:
        key = (region, period)
        if key not in self._children:
            children = self.regions.children(region, period.end)
            self._children[key] = tuple(child.code for child in children if child.reporting)
        return self._children[key]

    def _aggregate(self, indicator: Indicator, region: str, period: Period) -> Aggregate:
        if self.is_region_share(indicator, region):
            return self._share(indicator, self.expected(indicator, period), period, Fraction(100))
        target = indicator.target
        of_regions = isinstance(target, ReachTarget) and target.scope == "each_region"
        counts = indicator.aggregate in ("share_reached", "count_reached")
        children = self._reporting_children(region, period)
        if indicator.aggregate == "none" or not children or (of_regions and counts):
            return NO_AGGREGATE
        if counts:
            return self._reached(indicator, children, period)
        figures = {code: self.figure(indicator, code, period) for code in children}
        present = {code: figure for code, figure in figures.items() if figure is not None}
        entering, reason = self._entering(indicator, present, period)
        whole = _combine(indicator, entering, self._weights(indicator, entering, period))
        if whole is None and entering:
            entering, reason = {}, reason or CONTRADICTING_BOUNDS
        coverage = Fraction(len(entering), len(children))
        partial = 0 < coverage < 1 or any(figure.partial for figure in entering.values())
        if whole is not None:
            whole = replace(whole, vintage=AGGREGATED, partial=partial, sources=join_sources(entering.values()))
        weight_coverage = self._weight_coverage(indicator, children, entering, period)
        return Aggregate(whole, coverage, weight_coverage, partial, reason, tuple(entering))

    def _entering(
        self, indicator: Indicator, present: dict[str, Figure], period: Period
    ) -> tuple[dict[str, Figure], str]:
        """The figures that can be aggregated: a rate without its parts does not enter, nor one without its weight.

        Where all weights are 0 there is no mean, so nothing enters.
        """
        if indicator.aggregate == "ratio_of_sums":
            entering = {code: figure for code, figure in present.items() if figure.has_parts}
            return entering, PARTS_MISSING if len(entering) < len(present) else ""
        if indicator.aggregate == "weighted_mean":
            weights = self._weights(indicator, present, period)
            weighed = {code: figure for code, figure in present.items() if code in weights}
            return weighed if total(weights.values()) else {}, ""
        return present, ""

    def _weights(self, indicator: Indicator, codes: Iterable[str], period: Period) -> dict[str, Fraction]:
        weight = self.indicators.get(indicator.weight) if indicator.weight else None
        if weight is None:
            return {}
        found = {code: self.figure(weight, code, period) for code in codes}
        return {code: figure.value for code, figure in found.items() if figure is not None}

    def _weight_coverage(
        self, indicator: Indicator, children: tuple[str, ...], entering: Iterable[str], period: Period
    ) -> Fraction | None:
        """Weight of the children that entered ÷ weight of all reporting children, as far as weights are known."""
        weights = self._weights(indicator, children, period)
        whole = total(weights.values())
        return total(weights.get(code) for code in entering) / whole if whole else None

    def _share(self, indicator: Indicator, expected: tuple[str, ...], period: Period, factor: Fraction) -> Aggregate:
        """100 × regions that reached ÷ regions expected; a region without data has not reached."""
        figures = {code: self.figure(indicator, code, period) for code in expected}
        present = {code: figure for code, figure in figures.items() if figure is not None}
        coverage = Fraction(len(present), len(expected)) if expected else None
        if not present:
            return Aggregate(coverage=coverage)
        reached = sum(self.reaches(indicator, code, period) for code in present)
        partial = coverage != 1 or any(figure.partial for figure in present.values())
        figure = Figure(
            factor * reached / len(expected), _certainty(present.values()), Fraction(reached), Fraction(len(expected)),
            AGGREGATED, any(f.synthetic for f in present.values()), partial, join_sources(present.values()),
        )  # fmt: skip
        return Aggregate(figure, coverage, None, partial, "", tuple(present))

    def _reached(self, indicator: Indicator, children: tuple[str, ...], period: Period) -> Aggregate:
        """`share_reached` in the indicator's unit (× 100 for %), or the number that reached."""
        factor = Fraction(100 if indicator.unit == "%" else 1)
        share = self._share(indicator, children, period, factor)
        if indicator.aggregate == "share_reached" or share.figure is None:
            return share
        assert share.figure.numerator is not None
        counted = replace(share.figure, value=share.figure.numerator, numerator=None, denominator=None)
        return replace(share, figure=counted)


def _certainty(figures: Iterable[Figure]) -> str:
    """A count of verdicts is a point; it is approximate as soon as one of its figures is."""
    return "approx" if any(figure.comparator == "approx" for figure in figures) else "eq"


def certainly_meets(figure: Figure, g: Fraction, target: str) -> bool:
    """Whether all of the figure's interval satisfies `value target g` (the scalar form of bounds.against_target)."""
    v, comparator = figure.value, figure.comparator
    point = comparator in ("eq", "approx")
    above, below = v > g, v < g
    if target in ("ge", "gt"):
        allowed = point or comparator in ("ge", "gt")
        return allowed and (above or (v == g and (target == "ge" or comparator == "gt")))
    if target in ("le", "lt"):
        allowed = point or comparator in ("le", "lt")
        return allowed and (below or (v == g and (target == "le" or comparator == "lt")))
    return point and v == g


def _combine(indicator: Indicator, entering: Mapping[str, Figure], weights: Mapping[str, Fraction]) -> Figure | None:
    figures = list(entering.values())
    comparator = combine_comparators(figure.comparator for figure in figures)
    if not figures or comparator is None:
        return None
    synthetic = any(figure.synthetic for figure in figures)
    if indicator.aggregate == "ratio_of_sums":
        return add_up(figures, indicator)
    if indicator.aggregate == "sum":
        return Figure(total(figure.value for figure in figures), comparator, synthetic=synthetic)
    if indicator.aggregate == "weighted_mean":
        return Figure(
            total(figure.value * weights[code] for code, figure in entering.items()) / total(weights.values()),
            comparator, synthetic=synthetic,
        )  # fmt: skip
    choose: Callable[[Iterable[Fraction]], Fraction] = max if indicator.aggregate == "max" else min
    return Figure(choose(figure.value for figure in figures), comparator, synthetic=synthetic)
