"""A region's answer: its scorecard against the nation and chosen others, its rank among the units, what it has sent,
and its own plan against the national one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.settings import MethodSettings

from .compare_plans import PlansCompared, own_plan
from .compare_regions import MOST_COMPARED, Refusal, RegionsRow, choose, regions_rows, units_in_order
from .counted import is_count_of_regions
from .evidence import newest, sources
from .figures import Figure, Group, Source
from .overview import in_order, previous_of
from .ranking import Rank, place_of
from .region_reports import UnitReports, unit_reports
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Desk


Suggested = Literal["larger", "smaller", "best", "median", "worst"]
"""A unit to be compared with: the next by population, up or down; the first, middle and last by how they stand."""
MOST_BESIDE = MOST_COMPARED - 1


@dataclass(frozen=True)
class Beside:
    """The region (first) and those chosen to stand beside it; `rows` is empty where none was."""

    regions: tuple[Region, ...]
    refused: tuple[tuple[str, Refusal], ...]
    rows: tuple[RegionsRow, ...]
    choices: tuple[Region, ...]
    suggested: tuple[tuple[Suggested, Region], ...]

    @property
    def others(self) -> tuple[Region, ...]:
        return self.regions[1:]


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
    beside: Beside
    reports: UnitReports
    own_plan: PlansCompared | None
    period: Period | None
    periods: tuple[Period, ...]
    as_of: datetime | None
    newest: datetime | None
    settings: MethodSettings
    catalogue_version: str
    regions: Regions

    def count(self, group: Group, *, binding: bool | None = None) -> int:
        return sum(
            entry.figure.group == group and (binding is None or (entry.indicator.nature == "binding") == binding)
            for entry in self.entries
        )

    @property
    def ranked(self) -> tuple[Compared, ...]:
        """The indicators with a place among the units, best place first, by number among equal ones."""
        found = [entry for entry in self.entries if entry.rank is not None]
        return tuple(sorted(found, key=lambda one: (one.rank.share if one.rank else 0, one.indicator.number)))

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
    return place_of(figure.value, peers, high_is_best=indicator.direction == "up")


def _beside(
    sheet: Sheet,
    plan: Plan,
    regions: Regions,
    region: Region,
    indicators: Sequence[Indicator],
    units: Sequence[Region],
    codes: Sequence[str],
    period: Period | None,
) -> Beside:
    chosen = choose(codes, regions, plan, most=MOST_BESIDE, shown=(region.code,))
    shown = (region, *chosen.regions)
    rows = regions_rows(sheet, indicators, shown, plan, period=period, follow_first=True) if chosen.regions else ()
    peers = [unit for unit in units if unit.code != region.code]
    return Beside(
        regions=shown,
        refused=chosen.refused,
        rows=rows,
        choices=tuple(peers),
        suggested=tuple(_suggested(region, peers, units_in_order(sheet, indicators, units, period))),
    )


def _suggested(
    region: Region, peers: Sequence[Region], ordered: Sequence[Region]
) -> Iterator[tuple[Suggested, Region]]:
    """Units worth a look, each once, the region itself never."""
    sized = sorted((unit for unit in peers if unit.population is not None), key=lambda one: one.population or 0)
    found: dict[Suggested, Region | None] = {}
    if region.population is not None:
        mine = region.population
        found["larger"] = next((unit for unit in sized if (unit.population or 0) > mine), None)
        found["smaller"] = next((unit for unit in reversed(sized) if (unit.population or 0) <= mine), None)
    if ordered:
        found |= {"best": ordered[0], "median": ordered[(len(ordered) - 1) // 2], "worst": ordered[-1]}
    named = {region.code}
    for kind, unit in found.items():
        if unit is not None and unit.code not in named:
            named.add(unit.code)
            yield kind, unit


def region_answer(
    desk: Desk,
    code: str,
    *,
    plan: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
    by_number: bool = False,
    beside: Sequence[str] = (),
    today: date | None = None,
) -> RegionAnswer | None:
    """The region's page; None when the plan's tree has no such region.

    `beside`: codes of up to three regions to stand beside it. `today`: in the desk's zone, None by the store's clock.
    """
    configuration = desk.configuration(as_of)
    catalogue, regions = configuration.plan(plan), configuration.regions
    region, own = regions.get(code), catalogue.plan
    if region is None or code not in {own.region, *(one.code for one in regions.descendants(own.region))}:
        return None
    sheet = desk.sheet(own.id, as_of)
    indicators = {i.id: i for i in catalogue.indicators if not i.is_context}
    found = [figure for one in indicators if (figure := sheet.latest(code, one, period)) is not None]
    behind = sources(desk, sheet.as_of, found)
    units = tuple(r for r in regions.children(own.region) if r.reporting)
    numbered = sorted(indicators.values(), key=lambda one: one.number)

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
            source=behind.get(figure.indicator_id, {}).get(code),
            counts_regions=is_count_of_regions(indicator, own, figure),
        )

    return RegionAnswer(
        plan=own,
        region=region,
        entries=tuple(compared(figure) for figure in in_order(found, indicators, by_number=by_number)),
        units=units,
        beside=_beside(sheet, own, regions, region, numbered, units, beside, period),
        reports=unit_reports(desk, own.id, code, as_of=as_of, today=today or desk.store.now().date()),
        own_plan=own_plan(desk, own, code, as_of),
        period=period,
        periods=tuple(parse_period(str(y)) for y in range(own.period.start, own.period.end + 1)),
        as_of=sheet.as_of,
        newest=newest(desk, sheet.as_of),
        settings=sheet.settings,
        catalogue_version=sheet.catalogue_version,
        regions=regions,
    )


def _with_value(years: tuple[Figure, ...]) -> tuple[Figure, ...]:
    return tuple(figure for figure in years if figure.has_value)
