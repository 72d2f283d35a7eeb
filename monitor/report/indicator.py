"""An indicator's answer: its course in one region, every vintage behind it, and how the units stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.catalogue.units import factor_between
from monitor.method.settings import MethodSettings

from .evidence import Observation, newest, observations, source_of
from .figures import Figure, Source
from .overview import is_count_of_regions, previous_of
from .sheet import Sheet, open_sheet

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True)
class Standing:
    """One unit's figure for the chosen period; `figure` is None where it has none."""

    region: Region
    figure: Figure | None
    source: Source | None


@dataclass(frozen=True)
class Printed:
    """One accepted figure as a number in the indicator's unit: `chosen` = the one the method judges."""

    observation: Observation
    value: float
    chosen: bool


@dataclass(frozen=True)
class IndicatorAnswer:
    plan: Plan
    indicator: Indicator
    region: Region
    siblings: tuple[tuple[Indicator, Figure], ...]  # the plan's indicators in plan order with the region's figure
    figure: Figure | None  # latest, or of the period asked for
    previous: Figure | None
    course: tuple[Figure, ...]  # every row with a value, in order of time
    printed: tuple[Printed, ...]  # every vintage of every period, evidence years included
    source: Source | None
    standings: tuple[Standing, ...]
    standing_period: Period | None
    standing_periods: tuple[Period, ...]
    outside: tuple[Region, ...]
    counts_regions: bool
    period: Period | None
    as_of: datetime | None
    newest: datetime | None
    settings: MethodSettings
    catalogue_version: str

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
    desk: Desk, sheet: Sheet, units: Sequence[Region], indicator: Indicator, period: Period | None
) -> tuple[tuple[Standing, ...], Period | None, tuple[Period, ...]]:
    """The units at `period`, else at the last period for which any of them has a figure."""
    rows = [f for unit in units for f in sheet.course(unit.code, indicator.id) if f.has_value]
    periods = tuple(sorted({row.period for row in rows}, key=lambda p: p.order))
    chosen = period or (periods[-1] if periods else None)
    at = {row.region_code: row for row in rows if row.period == chosen}
    by_region: dict[str, list[Observation]] = {}
    for observation in observations(desk, sheet.as_of, indicator=indicator.id):
        by_region.setdefault(observation.region_code, []).append(observation)
    standings = []
    for unit in units:
        figure = at.get(unit.code)
        source = source_of(figure, by_region.get(unit.code, ())) if figure is not None else None
        standings.append(Standing(unit, figure, source))
    return tuple(standings), chosen, periods


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
    sheet = open_sheet(desk, catalogue.plan.id, as_of)
    indicator = catalogue.indicator(indicator_id)
    code = region or catalogue.plan.region
    place = regions.get(code)
    if indicator is None or indicator.is_context or place is None or not sheet.has_region(code):
        return None
    children = regions.children(catalogue.plan.region)
    course = tuple(figure for figure in sheet.course(code, indicator_id) if figure.has_value)
    figure = sheet.latest(code, indicator_id, period)
    known = observations(desk, sheet.as_of, indicator=indicator_id, region=code)
    standings, at, periods = _standings(desk, sheet, [r for r in children if r.reporting], indicator, period)
    siblings = sorted((one for one in catalogue.indicators if not one.is_context), key=lambda one: one.number)
    return IndicatorAnswer(
        plan=catalogue.plan,
        indicator=indicator,
        region=place,
        siblings=tuple((one, shown) for one in siblings if (shown := sheet.latest(code, one.id)) is not None),
        figure=figure,
        previous=previous_of(sheet, figure, indicator) if figure is not None else None,
        course=course,
        printed=_printed(known, indicator, course),
        source=source_of(figure, known) if figure is not None else None,
        standings=standings,
        standing_period=at,
        standing_periods=periods,
        outside=tuple(r for r in children if not r.reporting and r.tile_column is not None),
        counts_regions=figure is not None and is_count_of_regions(indicator, catalogue.plan, figure),
        period=period,
        as_of=sheet.as_of,
        newest=newest(desk, sheet.as_of),
        settings=sheet.settings,
        catalogue_version=sheet.catalogue_version,
    )
