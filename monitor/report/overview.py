"""The overview's answer: where the plan stands, which indicators lag, which units have reported.

One function, `overview`, asked by the page of the same name; it holds no word of any language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.settings import MethodSettings

from .evidence import Reported, newest, reported_units, sources
from .figures import (
    Figure,
    Group,
    Source,
    figures,
    latest,
    previous,
    with_order,
    worst_first,
)

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
    elapsed: float | None  # share of the plan gone by the end of the as-of day

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


def is_count_of_regions(indicator: Indicator, plan: Plan, figure: Figure) -> bool:
    """Whether the figure is the share of regions that reached (methods.md section 5, each_region)."""
    scope = getattr(indicator.target, "scope", "nation")
    return scope == "each_region" and figure.region_code == plan.region


def elapsed_share(plan: Plan, as_of: datetime | None, timezone: str) -> float | None:
    """Share of the plan's time gone at the end of the as-of day: 0 at the base year's end, 1 at the plan's end."""
    if as_of is None:
        return None
    local = as_of.replace(tzinfo=UTC)
    start = datetime(plan.period.base + 1, 1, 1, tzinfo=ZoneInfo(timezone))
    end = datetime(plan.period.end + 1, 1, 1, tzinfo=ZoneInfo(timezone))
    return min(1.0, max(0.0, (local - start) / (end - start)))


def _year_figures(frame: pd.DataFrame) -> dict[str, tuple[Figure, ...]]:
    years = frame[frame["kind"] == "year"].sort_values("order")
    return {str(key): tuple(figures(rows)) for key, rows in years.groupby("indicator_id", sort=False)}


def _standings(regions: Regions, frame: pd.DataFrame, plan: Plan) -> tuple[UnitStanding, ...]:
    found: dict[str, list[Figure]] = {}
    for figure in figures(latest(frame[frame["region_code"] != plan.region])):
        found.setdefault(figure.region_code, []).append(figure)
    return tuple(
        UnitStanding(
            region=region,
            lagging=sum(f.group == "lag" for f in found.get(region.code, ())),
            assessed=sum(f.group != "open" for f in found.get(region.code, ())),
            synthetic=any(f.synthetic for f in found.get(region.code, ())),
        )
        for region in regions.children(plan.region)
        if region.reporting
    )


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
    card = desk.scorecard(plan=own.id, as_of=as_of)
    indicators = {i.id: i for i in catalogue.indicators if not i.is_context}
    frame = with_order(card.frame)
    at_period = frame if period is None else frame[frame["period"] == period.code]
    nation = frame[frame["region_code"] == own.region]
    chosen = list(figures(latest(at_period[at_period["region_code"] == own.region])))
    if by_number:
        chosen.sort(key=lambda figure: indicators[figure.indicator_id].number)
    else:
        binding = frozenset(i.id for i in indicators.values() if i.nature == "binding")
        chosen = worst_first(chosen, binding, {i.id: i.number for i in indicators.values()})
    years = _year_figures(nation)
    evidence = sources(desk, card.as_of, chosen)
    return Overview(
        plan=own,
        entries=tuple(
            Entry(
                indicator=indicators[figure.indicator_id],
                figure=figure,
                previous=previous(nation, figure) if figure.has_value else None,
                years=years.get(figure.indicator_id, ()),
                counts_regions=is_count_of_regions(indicators[figure.indicator_id], own, figure),
                source=evidence.get(figure.indicator_id, {}).get(figure.region_code),
            )
            for figure in chosen
        ),
        units=_standings(regions, at_period, own),
        outside=tuple(r for r in regions.children(own.region) if not r.reporting and r.tile_column is not None),
        reporting=reported_units(desk, own, regions, card.as_of, period),
        period=period,
        periods=tuple(parse_period(str(y)) for y in range(own.period.start, own.period.end + 1)),
        as_of=card.as_of,
        newest=newest(desk, card.as_of),
        settings=card.settings,
        catalogue_version=card.catalogue_version,
        elapsed=elapsed_share(own, card.as_of, desk.timezone),
    )
