"""A region's answer: its scorecard against the nation, its rank among the units, and what it has sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region
from monitor.method.settings import MethodSettings

from .evidence import Sent, newest, observations, source_of, submissions
from .figures import Figure, Group, Source, figures, latest, previous, with_order, worst_first
from .overview import is_count_of_regions

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


def _rank(frame: pd.DataFrame, figure: Figure, indicator: Indicator, units: list[str]) -> Rank | None:
    """None where better has no direction, the figure is a bound, or the region is not one of the units."""
    if indicator.direction == "none" or figure.value is None or figure.region_code not in units:
        return None
    peers = frame[
        (frame["indicator_id"] == indicator.id)
        & (frame["period"] == figure.period.code)
        & frame["region_code"].isin(units)
    ]["value"].dropna()
    better = peers > figure.value if indicator.direction == "up" else peers < figure.value
    return Rank(int(better.sum()) + 1, len(peers))


def _years(frame: pd.DataFrame) -> dict[str, tuple[Figure, ...]]:
    years = frame[(frame["kind"] == "year") & frame["value"].notna()].sort_values("order")
    return {str(key): tuple(figures(rows)) for key, rows in years.groupby("indicator_id", sort=False)}


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
    card = desk.scorecard(plan=own.id, as_of=as_of)
    indicators = {i.id: i for i in catalogue.indicators if not i.is_context}
    frame = with_order(card.frame)
    mine = frame[frame["region_code"] == code]
    nation = frame[frame["region_code"] == own.region]
    chosen = list(figures(latest(mine if period is None else mine[mine["period"] == period.code])))
    if by_number:
        chosen.sort(key=lambda figure: indicators[figure.indicator_id].number)
    else:
        binding = frozenset(i.id for i in indicators.values() if i.nature == "binding")
        chosen = worst_first(chosen, binding, {i.id: i.number for i in indicators.values()})
    beside = {(f.indicator_id, f.period): f for f in figures(nation)} if code != own.region else {}
    years, nation_years = _years(mine), _years(nation) if code != own.region else {}
    known = observations(desk, card.as_of, region=code)
    units = tuple(r for r in regions.children(own.region) if r.reporting)

    def compared(figure: Figure) -> Compared:
        indicator = indicators[figure.indicator_id]
        same = beside.get((figure.indicator_id, figure.period))
        if same is not None and is_count_of_regions(indicator, own, same):
            same = None  # a share of regions is no yardstick for one region's own number
        return Compared(
            indicator=indicator,
            figure=figure,
            previous=previous(mine, figure) if figure.has_value else None,
            nation=same if same is not None and same.has_value else None,
            rank=_rank(frame, figure, indicator, [r.code for r in units]),
            years=years.get(figure.indicator_id, ()),
            nation_years=() if _counts(indicator) else nation_years.get(figure.indicator_id, ()),
            source=source_of(figure, known),
            counts_regions=is_count_of_regions(indicator, own, figure),
        )

    return RegionAnswer(
        plan=own,
        region=region,
        entries=tuple(compared(figure) for figure in chosen),
        units=units,
        submissions=submissions(desk, code, card.as_of),
        period=period,
        periods=tuple(parse_period(str(y)) for y in range(own.period.start, own.period.end + 1)),
        as_of=card.as_of,
        newest=newest(desk, card.as_of),
        settings=card.settings,
        catalogue_version=card.catalogue_version,
    )


def _counts(indicator: Indicator) -> bool:
    return getattr(indicator.target, "scope", "nation") == "each_region"
