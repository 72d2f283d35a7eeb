"""An indicator's answer: its course in one region, every vintage behind it, and how the units stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.catalogue.units import factor_between
from monitor.method.settings import MethodSettings

from .evidence import Observation, newest, observations, source_of
from .figures import Figure, Source, figures, latest, previous, with_order
from .overview import is_count_of_regions

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
    desk: Desk,
    units: list[Region],
    indicator: Indicator,
    frame: pd.DataFrame,
    period: Period | None,
    as_of: datetime | None,
) -> tuple[tuple[Standing, ...], Period | None, tuple[Period, ...]]:
    """The units at `period`, else at the last period that most of those with figures have."""
    mine = frame[frame["region_code"].isin([r.code for r in units]) & frame["value"].notna()]
    rows = list(figures(mine.sort_values("order")))
    periods = tuple(dict.fromkeys(row.period for row in rows))
    chosen = period or (periods[-1] if periods else None)
    at = {row.region_code: row for row in rows if row.period == chosen}
    known = observations(desk, as_of, indicator=indicator.id)
    by_region: dict[str, list[Observation]] = {}
    for observation in known:
        by_region.setdefault(observation.region_code, []).append(observation)
    standings = tuple(
        Standing(
            region,
            at.get(region.code),
            source_of(at[region.code], by_region.get(region.code, ())) if region.code in at else None,
        )
        for region in units
    )
    return standings, chosen, periods


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
    card = desk.scorecard(plan=catalogue.plan.id, as_of=as_of)
    indicator = catalogue.indicator(indicator_id)
    code = region or catalogue.plan.region
    place = regions.get(code)
    if indicator is None or indicator.is_context or place is None:
        return None
    here = with_order(card.frame[card.frame["region_code"] == code])
    if here.empty:
        return None
    frame = with_order(card.frame[card.frame["indicator_id"] == indicator_id])
    mine = here[here["indicator_id"] == indicator_id].sort_values("order")
    course = tuple(figures(mine[mine["value"].notna()]))
    wanted = mine if period is None else mine[mine["period"] == period.code]
    figure = next(figures(latest(wanted)), None)
    known = observations(desk, card.as_of, indicator=indicator_id, region=code)
    numbers = {i.id: i for i in catalogue.indicators}
    units = [r for r in regions.children(catalogue.plan.region) if r.reporting]
    standings, at, periods = _standings(desk, units, indicator, frame, period, card.as_of)
    return IndicatorAnswer(
        plan=catalogue.plan,
        indicator=indicator,
        region=place,
        siblings=tuple(
            sorted(
                ((numbers[f.indicator_id], f) for f in figures(latest(here)) if f.indicator_id in numbers),
                key=lambda pair: pair[0].number,
            )
        ),
        figure=figure,
        previous=previous(mine, figure) if figure is not None and figure.has_value else None,
        course=course,
        printed=_printed(known, indicator, course),
        source=source_of(figure, known) if figure is not None else None,
        standings=standings,
        standing_period=at,
        standing_periods=periods,
        outside=tuple(
            r for r in regions.children(catalogue.plan.region) if not r.reporting and r.tile_column is not None
        ),
        counts_regions=figure is not None and is_count_of_regions(indicator, catalogue.plan, figure),
        period=period,
        as_of=card.as_of,
        newest=newest(desk, card.as_of),
        settings=card.settings,
        catalogue_version=card.catalogue_version,
    )
