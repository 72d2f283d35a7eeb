"""A region's answer: its scorecard against the nation, its rank among the units, and what it has sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region
from monitor.method.settings import MethodSettings

from .evidence import Sent, newest, observations, source_of, submissions
from .figures import Figure, Group, Source
from .overview import in_order, is_count_of_regions, previous_of
from .sheet import Sheet, open_sheet

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True)
class Rank:
    """Place among the units that have a figure of the same period, best first; equal figures share a place."""

    place: int
    of: int


@dataclass(frozen=True)
class Compared:
    """One indicator of the region beside the nation's figure for the same period."""

    indicator: Indicator
    figure: Figure
    previous: Figure | None
    nation: Figure | None
    rank: Rank | None
    years: tuple[Figure, ...]
    nation_years: tuple[Figure, ...]
    source: Source | None
    counts_regions: bool


@dataclass(frozen=True)
class RegionAnswer:
    plan: Plan
    region: Region
    entries: tuple[Compared, ...]
    units: tuple[Region, ...]
    submissions: tuple[Sent, ...]
    period: Period | None
    periods: tuple[Period, ...]
    as_of: datetime | None
    newest: datetime | None
    settings: MethodSettings
    catalogue_version: str

    def count(self, group: Group, *, binding: bool | None = None) -> int:
        return sum(
            entry.figure.group == group and (binding is None or (entry.indicator.nature == "binding") == binding)
            for entry in self.entries
        )

    @property
    def is_empty(self) -> bool:
        return not any(entry.figure.has_value for entry in self.entries)

    @property
    def synthetic(self) -> bool:
        return any(entry.figure.synthetic for entry in self.entries)


def _rank(sheet: Sheet, figure: Figure, indicator: Indicator, units: Sequence[Region]) -> Rank | None:
    """None where better has no direction, or the region is not one of the units."""
    if indicator.direction == "none" or figure.value is None or figure.region_code not in {u.code for u in units}:
        return None
    rows = [sheet.at(unit.code, indicator.id, figure.period) for unit in units]
    peers = [row.value for row in rows if row is not None and row.value is not None]
    mine = figure.value
    better = sum(value > mine if indicator.direction == "up" else value < mine for value in peers)
    return Rank(better + 1, len(peers))


def region_answer(
    desk: Desk,
    code: str,
    *,
    plan: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
    by_number: bool = False,
) -> RegionAnswer | None:
    """The region's page; None when no such region is known."""
    configuration = desk.configuration(as_of)
    catalogue, regions = configuration.plan(plan), configuration.regions
    region, own = regions.get(code), catalogue.plan
    if region is None:
        return None
    sheet = open_sheet(desk, own.id, as_of)
    indicators = {i.id: i for i in catalogue.indicators if not i.is_context}
    found = [figure for one in indicators if (figure := sheet.latest(code, one, period)) is not None]
    known = observations(desk, sheet.as_of, region=code)
    units = tuple(r for r in regions.children(own.region) if r.reporting)

    def compared(figure: Figure) -> Compared:
        indicator = indicators[figure.indicator_id]
        # a share of regions is no yardstick for one region's own number
        beside = code != own.region and getattr(indicator.target, "scope", "nation") == "nation"
        nation = sheet.at(own.region, indicator.id, figure.period) if beside else None
        return Compared(
            indicator=indicator,
            figure=figure,
            previous=previous_of(sheet, figure, indicator),
            nation=nation if nation is not None and nation.has_value else None,
            rank=_rank(sheet, figure, indicator, units),
            years=_with_value(sheet.years(code, indicator.id)),
            nation_years=_with_value(sheet.years(own.region, indicator.id)) if beside else (),
            source=source_of(figure, known),
            counts_regions=is_count_of_regions(indicator, own, figure),
        )

    return RegionAnswer(
        plan=own,
        region=region,
        entries=tuple(compared(figure) for figure in in_order(found, indicators, by_number=by_number)),
        units=units,
        submissions=submissions(desk, code, sheet.as_of),
        period=period,
        periods=tuple(parse_period(str(y)) for y in range(own.period.start, own.period.end + 1)),
        as_of=sheet.as_of,
        newest=newest(desk, sheet.as_of),
        settings=sheet.settings,
        catalogue_version=sheet.catalogue_version,
    )


def _with_value(years: tuple[Figure, ...]) -> tuple[Figure, ...]:
    return tuple(figure for figure in years if figure.has_value)
