"""The overview's answer: where the plan stands, which indicators lag, which units have reported.

One function, `overview`, asked by the page of the same name; it holds no word of any language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region
from monitor.method.settings import MethodSettings

from .counted import is_count_of_regions
from .evidence import Reported, newest, reported_units, sources
from .figures import Figure, Group, Source, worst_first
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True)
class Entry:
    """One indicator of the plan's region: its latest figure, the one before, and the year figures of the plan."""

    indicator: Indicator
    figure: Figure
    previous: Figure | None
    years: tuple[Figure, ...]
    counts_regions: bool
    source: Source | None


@dataclass(frozen=True)
class UnitStanding:
    """One reporting unit on the tile map: how many of its indicators lag, of how many that have a class."""

    region: Region
    lagging: int
    assessed: int
    synthetic: bool


@dataclass(frozen=True)
class Overview:
    plan: Plan
    entries: tuple[Entry, ...]  # worst first
    units: tuple[UnitStanding, ...]
    outside: tuple[Region, ...]  # on the map, reporting nothing
    reporting: Reported | None
    period: Period | None  # the one asked for, None = each indicator's latest
    periods: tuple[Period, ...]  # years that can be asked for
    as_of: datetime | None
    newest: datetime | None  # naive UTC, like as_of
    settings: MethodSettings
    catalogue_version: str
    elapsed: float | None  # share of the plan gone by the end of the period asked for, else of the as-of day
    lacking: int  # indicators that have no figure of that length at all

    def count(self, group: Group, *, binding: bool | None = None) -> int:
        """Indicators in that group; with `binding`, only those that are (or are not)."""
        return sum(
            entry.figure.group == group and (binding is None or (entry.indicator.nature == "binding") == binding)
            for entry in self.entries
        )

    def classes(self) -> Mapping[str, int]:
        """How many indicators each class has."""
        counts: dict[str, int] = {}
        for entry in self.entries:
            counts[entry.figure.class_] = counts.get(entry.figure.class_, 0) + 1
        return counts

    @property
    def changes(self) -> tuple[Entry, ...]:
        """Indicators whose class is not that of the period before."""
        return tuple(e for e in self.entries if e.previous is not None and e.previous.class_ != e.figure.class_)

    @property
    def is_empty(self) -> bool:
        return not any(entry.figure.has_value for entry in self.entries)


def elapsed_share(plan: Plan, as_of: datetime | None, timezone: str) -> float | None:
    """Share of the plan's time gone at the end of the as-of day: 0 at the base year's end, 1 at the plan's end."""
    if as_of is None:
        return None
    local = as_of.replace(tzinfo=UTC)
    start = datetime(plan.period.base + 1, 1, 1, tzinfo=ZoneInfo(timezone))
    end = datetime(plan.period.end + 1, 1, 1, tzinfo=ZoneInfo(timezone))
    return min(1.0, max(0.0, (local - start) / (end - start)))


def time_gone(plan: Plan, period: Period) -> float:
    """Share of the plan's time gone at the period's end (methods.md, Symbols)."""
    share = (float(period.time) - plan.period.base) / (plan.period.end - plan.period.base)
    return min(1.0, max(0.0, share))


def _standings(
    sheet: Sheet, units: Sequence[Region], indicators: Iterable[str], period: Period | None
) -> tuple[UnitStanding, ...]:
    ids = tuple(indicators)
    standings = []
    for unit in units:
        latest = [figure for one in ids if (figure := sheet.latest(unit.code, one, period)) is not None]
        standings.append(
            UnitStanding(
                region=unit,
                lagging=sum(figure.group == "lag" for figure in latest),
                assessed=sum(figure.group != "open" for figure in latest),
                synthetic=any(figure.synthetic for figure in latest),
            )
        )
    return tuple(standings)


def previous_of(sheet: Sheet, figure: Figure, indicator: Indicator) -> Figure | None:
    """What a figure is compared with: the period before, or a year earlier where figures run from January."""
    return sheet.previous(figure, year_to_date=indicator.accumulation == "ytd") if figure.has_value else None


def in_order(shown: list[Figure], indicators: Mapping[str, Indicator], *, by_number: bool) -> list[Figure]:
    """By number, or the worst first and the binding ones first among them."""
    numbers = {one.id: one.number for one in indicators.values()}
    if by_number:
        return sorted(shown, key=lambda figure: numbers[figure.indicator_id])
    binding = frozenset(one.id for one in indicators.values() if one.nature == "binding")
    return worst_first(shown, binding, numbers)


def overview(
    desk: Desk,
    *,
    plan: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
    by_number: bool = False,
) -> Overview:
    """Where the plan stands as of T; with `period`, exactly that period instead of each indicator's latest."""
    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(plan)
    own, regions = catalogue.plan, configuration.regions
    sheet = desk.sheet(own.id, as_of)
    indicators = {i.id: i for i in catalogue.indicators if not i.is_context}
    found = [figure for one in indicators if (figure := sheet.latest(own.region, one, period)) is not None]
    shown = in_order(found, indicators, by_number=by_number)
    evidence = sources(desk, sheet.as_of, shown)
    children = regions.children(own.region)
    return Overview(
        plan=own,
        entries=tuple(
            Entry(
                indicator=indicators[figure.indicator_id],
                figure=figure,
                previous=previous_of(sheet, figure, indicators[figure.indicator_id]),
                years=sheet.years(own.region, figure.indicator_id),
                counts_regions=is_count_of_regions(indicators[figure.indicator_id], own, figure),
                source=evidence.get(figure.indicator_id, {}).get(figure.region_code),
            )
            for figure in shown
        ),
        units=_standings(sheet, [r for r in children if r.reporting], indicators, period),
        outside=tuple(r for r in children if not r.reporting and r.tile_column is not None),
        reporting=reported_units(desk, own, regions, as_of, period),
        period=period,
        periods=tuple(parse_period(str(y)) for y in range(own.period.start, own.period.end + 1)),
        as_of=sheet.as_of,
        newest=newest(desk, sheet.as_of),
        settings=sheet.settings,
        catalogue_version=sheet.catalogue_version,
        elapsed=elapsed_share(own, sheet.as_of, desk.timezone) if period is None else time_gone(own, period),
        lacking=len(indicators) - len(found),
    )
