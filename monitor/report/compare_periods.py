"""Two periods of one plan beside each other: figures, classes and gaps then and now, and which units changed class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions

from .counted import as_told
from .differences import Difference, Movement, difference, movement
from .figures import Figure
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True)
class Step:
    """One indicator of one region from the first period to the second; a side is None where there is no such row.

    A share of regions is told as their count, and so is its difference.
    """

    indicator: Indicator
    region: Region
    old: Figure | None
    new: Figure | None
    difference: Difference
    movement: Movement


@dataclass(frozen=True)
class PeriodsCompared:
    """`steps`: of the region, by number. `units`: of the units below it, those whose class changed, by number."""

    plan: Plan
    region: Region
    first: Period
    second: Period
    steps: tuple[Step, ...]
    units: tuple[Step, ...]
    periods: tuple[Period, ...]
    choices: tuple[Region, ...]
    as_of: datetime | None

    def count(self, kind: Movement) -> int:
        return sum(step.movement == kind for step in self.steps)

    @property
    def is_empty(self) -> bool:
        """Neither period has a figure, of the region or of a unit whose class changed."""
        steps = (*self.steps, *self.units)
        return not any(side is not None and side.has_value for step in steps for side in (step.old, step.new))

    @property
    def synthetic(self) -> bool:
        sides = (side for step in (*self.steps, *self.units) for side in (step.old, step.new))
        return any(side is not None and side.synthetic for side in sides)


def compare_periods(
    desk: Desk,
    first: Period | None = None,
    second: Period | None = None,
    *,
    plan: str | None = None,
    region: str | None = None,
    as_of: datetime | None = None,
) -> PeriodsCompared | None:
    """Two periods of the plan's region, or of another; None when the plan has no such region.

    Without periods: the last year in which the region has a figure, and the year before the second. The earlier one
    comes first whatever the order asked. Raises QuestionError for an unknown plan.
    """
    configuration = desk.configuration(as_of)
    catalogue, regions = configuration.plan(plan), configuration.regions
    own = catalogue.plan
    within = (own.region, *(one.code for one in regions.descendants(own.region)))
    code = region or own.region
    place = regions.get(code)
    if place is None or code not in within:
        return None
    sheet = desk.sheet(own.id, as_of)
    indicators = sorted((one for one in catalogue.indicators if not one.is_context), key=lambda one: one.number)
    known = _periods(sheet, indicators, code, own)
    start, end = _in_order(first, second, sheet, indicators, code, own)
    units = [one for one in regions.children(code) if one.reporting]
    steps = tuple(_step(sheet, own, indicator, place, start, end) for indicator in indicators)
    below = [_step(sheet, own, indicator, unit, start, end) for indicator in indicators for unit in units]
    return PeriodsCompared(
        plan=own,
        region=place,
        first=start,
        second=end,
        steps=steps,
        units=tuple(step for step in below if step.movement != "same"),
        periods=tuple(sorted({*known, start, end}, key=lambda one: one.order)),
        choices=_choices(regions, own),
        as_of=sheet.as_of,
    )


def _choices(regions: Regions, plan: Plan) -> tuple[Region, ...]:
    """The plan's own region and every unit below it."""
    root = regions.get(plan.region)
    units = [region for region in regions.descendants(plan.region) if region.reporting]
    return (*([root] if root is not None else []), *units)


def _step(sheet: Sheet, plan: Plan, indicator: Indicator, region: Region, first: Period, second: Period) -> Step:
    found = (sheet.at(region.code, indicator.id, period) for period in (first, second))
    old, new = (None if one is None else as_told(one, indicator, plan) for one in found)
    return Step(
        indicator=indicator,
        region=region,
        old=old,
        new=new,
        difference=difference(new, old, indicator),
        movement=movement(old, new),
    )


def _periods(sheet: Sheet, indicators: Sequence[Indicator], region: str, plan: Plan) -> tuple[Period, ...]:
    """The years of the plan, and every other period for which the region has a figure."""
    years = {parse_period(str(year)) for year in range(plan.period.start, plan.period.end + 1)}
    found = {period for one in indicators for period in sheet.periods(region, one.id)}
    return tuple(years | found)


def _in_order(
    first: Period | None,
    second: Period | None,
    sheet: Sheet,
    indicators: Sequence[Indicator],
    region: str,
    plan: Plan,
) -> tuple[Period, Period]:
    if second is None:
        dated = [figure.period.year for one in indicators for figure in sheet.years(region, one.id) if figure.has_value]
        second = parse_period(str(max(dated, default=plan.period.end)))
        if first is not None and first.order >= second.order:
            second = parse_period(str(plan.period.end))
    if first is None:
        first = second.year_earlier() if second.year > 1 else second
    return (first, second) if first.order <= second.order else (second, first)
