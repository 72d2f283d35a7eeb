"""An indicator's answer: its course in one region, every vintage behind it, and how the units stand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.catalogue.relations import ParsedRelation
from monitor.catalogue.units import factor_between
from monitor.method.cells import Cell, to_columns
from monitor.method.decomposition import Refusal
from monitor.method.outlook import project
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree

from .counted import as_told, is_count_of_regions
from .distribution import Distribution, Standing, distribution, ranked
from .evidence import Observation, newest, observations, source_of, sources
from .figures import Figure, Source
from .overview import previous_of
from .selection import Selection, select_rows
from .sheet import Sheet
from .two_methods import MethodPair, method_pairs
from .units_gap import UnitsGap, units_gap

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True)
class Printed:
    """One accepted figure as a number in the indicator's unit: `chosen` = the one the method judges."""

    observation: Observation
    value: float
    chosen: bool


@dataclass(frozen=True)
class Fan:
    """What the last years' pace leads to (methods.md section 3, outlook): a line from the last year's figure to the
    target year, and between which ends the smallest and the largest yearly step would lead. Never data.

    `low`, `high`: None with a single step.
    """

    first_year: int
    first: float
    year: int
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class IndicatorAnswer:
    plan: Plan
    indicator: Indicator
    region: Region
    siblings: tuple[tuple[Indicator, Figure], ...]  # the plan's indicators in plan order with the region's figure
    figure: Figure | None  # latest, or of the period asked for; as it is told: a share of regions as their count
    previous: Figure | None
    course: tuple[Figure, ...]  # every row with a value, in order of time, as `figure`
    printed: tuple[Printed, ...]  # every vintage of every period, evidence years included
    source: Source | None
    standings: tuple[Standing, ...]
    standing_period: Period | None
    standing_periods: tuple[Period, ...]
    distribution: Distribution | None
    gap: UnitsGap | Refusal
    methods: tuple[MethodPair, ...]
    fan: Fan | None  # none of a count of regions: a share can be drawn on, regions cannot
    relations: tuple[ParsedRelation, ...]  # those that the indicator stands in
    related: Mapping[str, Indicator]  # the plan's indicators in those relations, by id
    parent_plan: Plan | None
    aligned: Indicator | None  # the indicator of the plan above that it serves
    weight: Indicator | None
    outside: tuple[Region, ...]
    counts_regions: bool
    period: Period | None
    as_of: datetime | None
    newest: datetime | None
    settings: MethodSettings
    catalogue_version: str
    lineage: tuple[str, ...]  # the region's code and those of all above it

    @property
    def has_units(self) -> bool:
        return any(standing.figure is not None for standing in self.standings)

    @property
    def synthetic(self) -> bool:
        return any(figure.synthetic for figure in self.course)


def number_of(observation: Observation, indicator: Indicator) -> float | None:
    """The observation's number in the indicator's unit (methods.md section 1), None where it has none."""
    if observation.state != "value":
        return None
    if observation.numerator is not None and observation.denominator:
        factor = Fraction(indicator.figure.factor) if indicator.figure else Fraction(1)
        return float(Fraction(observation.numerator) * factor / Fraction(observation.denominator))
    factor_to = factor_between(observation.unit, indicator.unit)
    if observation.value is None or factor_to is None:
        return None
    return float(Fraction(observation.value) * factor_to)


def _printed(known: tuple[Observation, ...], indicator: Indicator, course: tuple[Figure, ...]) -> tuple[Printed, ...]:
    judged = {(figure.period, figure.vintage) for figure in course}
    found = []
    for observation in known:
        value = number_of(observation, indicator)
        if value is not None:
            found.append(Printed(observation, value, (observation.period, observation.vintage) in judged))
    return tuple(sorted(found, key=lambda p: (p.observation.period.order, p.observation.vintage)))


def _standings(
    desk: Desk, tree: Tree, sheet: Sheet, units: Sequence[Region], indicator: Indicator, period: Period | None
) -> tuple[tuple[Standing, ...], Period | None, tuple[Period, ...]]:
    """The units at `period`, else at the last period for which any of them has a figure."""
    sent = {period for unit in units for period in sheet.periods(unit.code, indicator.id)}
    periods = tuple(sorted(sent, key=lambda p: p.order))
    chosen = period or (periods[-1] if periods else None)
    if chosen is None:
        return tuple(Standing(unit, None, None, absence="not_sent") for unit in units), None, periods
    figures = (sheet.at(unit.code, indicator.id, chosen) for unit in units)
    at = {figure.region_code: figure for figure in figures if figure is not None and figure.has_value}
    behind = sources(desk, sheet.as_of, at.values()).get(indicator.id, {})
    return ranked(tree, tree.indicators[indicator.id], chosen, units, at, behind), chosen, periods


def _cell(tree: Tree, indicator: Indicator, figure: Figure) -> Cell | None:
    """What the figure's row is judged by."""
    code = figure.region_code
    selection = Selection(region=code, period=figure.period, cells=frozenset({(indicator.id, code)}))
    return next((row.cell for row in select_rows(tree, selection)), None)


def fan_of(tree: Tree, indicator: Indicator, figure: Figure | None, settings: MethodSettings) -> Fan | None:
    """The outlook of the figure's row as a line with its interval; None where the method gives none."""
    cell = None if figure is None or figure.projected_value is None else _cell(tree, indicator, figure)
    if cell is None:
        return None
    outlook = project(to_columns([cell], settings, (tree.plan.period.start, tree.plan.period.end)))
    low, high = float(outlook.low[0]), float(outlook.high[0])
    several = math.isfinite(low)
    return Fan(
        int(outlook.last_year[0]), float(outlook.last[0]), cell.goal.end, float(outlook.projected_value[0]),
        low if several else None, high if several else None,
    )  # fmt: skip


def _gap(
    tree: Tree, sheet: Sheet, indicator: Indicator, place: Region, figure: Figure | None, at: Period | None, *,
    is_asked: bool,
) -> UnitsGap | Refusal:  # fmt: skip
    """The division of the period shown; without one asked for, of the last in which any unit has a figure."""
    if figure is None:
        return "no_figure"
    answer = units_gap(tree, sheet, indicator, place, figure.period, sheet.settings)
    if answer in ("no_units", "no_figure") and not is_asked and at not in (None, figure.period):
        assert at is not None
        return units_gap(tree, sheet, indicator, place, at, sheet.settings)
    return answer


def _above(
    catalogue: Catalogue, catalogues: Sequence[Catalogue], indicator: Indicator
) -> tuple[Plan | None, Indicator | None]:
    parent = next((other for other in catalogues if other.plan.id == catalogue.plan.parent), None)
    if parent is None or indicator.aligns_to is None:
        return None, None
    return parent.plan, parent.indicator(indicator.aligns_to)


def indicator_answer(
    desk: Desk,
    indicator_id: str,
    *,
    plan: str | None = None,
    region: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
) -> IndicatorAnswer | None:
    """The indicator's page; None when the plan has no such indicator or no such region."""
    configuration = desk.configuration(as_of)
    catalogue, regions = configuration.plan(plan), configuration.regions
    sheet = desk.sheet(catalogue.plan.id, as_of)
    tree = desk.tree(plan=catalogue.plan.id, as_of=as_of)
    indicator = catalogue.indicator(indicator_id)
    code = region or catalogue.plan.region
    place = regions.get(code)
    if indicator is None or indicator.is_context or place is None or not sheet.has_region(code):
        return None
    children = regions.children(catalogue.plan.region)
    course = tuple(figure for figure in sheet.course(code, indicator_id) if figure.has_value)
    figure = sheet.latest(code, indicator_id, period)
    known = observations(desk, sheet.as_of, indicator=indicator_id, region=code)
    standings, at, periods = _standings(desk, tree, sheet, [r for r in children if r.reporting], indicator, period)
    relations = tuple(parsed for parsed in catalogue.relations if indicator_id in parsed.indicators())
    parent_plan, aligned = _above(catalogue, configuration.catalogues, indicator)
    counts = figure is not None and is_count_of_regions(indicator, catalogue.plan, figure)
    told = partial(as_told, indicator=indicator, plan=catalogue.plan)
    before = previous_of(sheet, figure, indicator) if figure is not None else None
    siblings = sorted((one for one in catalogue.indicators if not one.is_context), key=lambda one: one.number)
    return IndicatorAnswer(
        plan=catalogue.plan,
        indicator=indicator,
        region=place,
        siblings=tuple((one, shown) for one in siblings if (shown := sheet.latest(code, one.id)) is not None),
        figure=told(figure) if figure is not None else None,
        previous=told(before) if before is not None else None,
        course=tuple(told(one) for one in course),
        printed=_printed(known, indicator, course),
        source=source_of(figure, known) if figure is not None else None,
        standings=standings,
        standing_period=at,
        standing_periods=periods,
        distribution=None if at is None else distribution(tree, tree.indicators[indicator_id], at, standings),
        gap=_gap(tree, sheet, indicator, place, figure, at, is_asked=period is not None),
        methods=method_pairs(tree, tree.indicators[indicator_id], code, course, sheet.settings),
        fan=None if counts else fan_of(tree, indicator, figure, sheet.settings),
        relations=relations,
        related={
            name: one for parsed in relations for name in parsed.indicators() if (one := catalogue.indicator(name))
        },
        parent_plan=parent_plan,
        aligned=aligned,
        weight=catalogue.indicator(indicator.weight) if indicator.weight else None,
        outside=tuple(r for r in children if not r.reporting and r.tile_column is not None),
        counts_regions=counts,
        period=period,
        as_of=sheet.as_of,
        newest=newest(desk, sheet.as_of),
        settings=sheet.settings,
        catalogue_version=sheet.catalogue_version,
        lineage=regions.lineage(code),
    )
