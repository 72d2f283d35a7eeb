"""Regions side by side: each indicator's figure in two to four of them, of one and the same period.

The first region is the one that the others are held against.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions

from .counted import as_told
from .differences import Difference, difference, is_better
from .figures import Figure
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Desk

MOST_COMPARED = 4
_BETWEEN_CODES = re.compile(r"[\s,;，、；]+")

Refusal = Literal["unknown", "outside", "repeated", "too_many"]
"""Why a code that was asked for is not shown: no such region; not of this plan; shown already; one too many."""


@dataclass(frozen=True)
class Chosen:
    """The regions asked for that can be shown, in the order asked, and the codes that cannot."""

    regions: tuple[Region, ...]
    refused: tuple[tuple[str, Refusal], ...] = ()


@dataclass(frozen=True)
class Side:
    """One region's figure of a row. `to_first`: less the first region's; None for the first region itself.

    `is_best`: none of the others is better, and one is worse.
    """

    region: Region
    figure: Figure | None
    to_first: Difference | None
    is_best: bool
    years: tuple[Figure, ...]


@dataclass(frozen=True)
class RegionsRow:
    """One indicator; `period` is that of all figures, the nation's too."""

    indicator: Indicator
    period: Period
    sides: tuple[Side, ...]
    nation: Figure | None


@dataclass(frozen=True)
class RegionsCompared:
    """`period`: the one asked for; None: for each indicator the last that all of them have."""

    plan: Plan
    regions: tuple[Region, ...]
    refused: tuple[tuple[str, Refusal], ...]
    rows: tuple[RegionsRow, ...]
    choices: tuple[Region, ...]
    period: Period | None
    periods: tuple[Period, ...]
    as_of: datetime | None

    def best_in(self, region: Region) -> int:
        """How many indicators it is the best in, alone or with others."""
        return sum(side.is_best for row in self.rows for side in row.sides if side.region.code == region.code)

    @property
    def synthetic(self) -> bool:
        return any(side.figure is not None and side.figure.synthetic for row in self.rows for side in row.sides)


def codes_in(text: str | None) -> tuple[str, ...]:
    """The codes of `110000,310000`; Chinese commas and blanks separate as well."""
    return tuple(part for part in _BETWEEN_CODES.split(text or "") if part)


def choose(codes: Iterable[str], regions: Regions, plan: Plan, *, most: int, shown: Sequence[str] = ()) -> Chosen:
    """What can be shown of the codes asked for; `shown`: regions that stand there anyhow."""
    within = {plan.region, *(region.code for region in regions.descendants(plan.region))}
    found: list[Region] = []
    refused: list[tuple[str, Refusal]] = []
    for code in codes:
        region = regions.get(code)
        why: Refusal | None = None
        if region is None:
            why = "unknown"
        elif code not in within:
            why = "outside"
        elif code in shown or region in found:
            why = "repeated"
        elif len(found) == most:
            why = "too_many"
        if why is not None:
            refused.append((code, why))
        elif region is not None:
            found.append(region)
    return Chosen(tuple(found), tuple(refused))


def regions_rows(
    sheet: Sheet,
    indicators: Sequence[Indicator],
    regions: Sequence[Region],
    plan: Plan,
    *,
    period: Period | None = None,
    follow_first: bool = False,
) -> tuple[RegionsRow, ...]:
    """A row for each indicator, all figures of one period: `period`; without one the last that every region has a
    figure of, else that of the first region's latest, which `follow_first` takes at once.
    """
    rows = []
    for indicator in indicators:
        at = period or (None if follow_first else _last_in_common(sheet, indicator, regions))
        if at is None:
            first = sheet.latest(regions[0].code, indicator.id)
            at = first.period if first is not None else None
        if at is not None:
            rows.append(_row(sheet, indicator, regions, plan, at))
    return tuple(rows)


def _last_in_common(sheet: Sheet, indicator: Indicator, regions: Sequence[Region]) -> Period | None:
    have = [set(sheet.periods(region.code, indicator.id)) for region in regions]
    common = set.intersection(*have)
    return max(common, key=lambda period: period.order) if common else None


def _row(sheet: Sheet, indicator: Indicator, regions: Sequence[Region], plan: Plan, period: Period) -> RegionsRow:
    found = (sheet.at(region.code, indicator.id, period) for region in regions)
    figures = [None if one is None else as_told(one, indicator, plan) for one in found]
    known = [figure for figure in figures if figure is not None]
    sides = tuple(
        Side(
            region=region,
            figure=figure,
            to_first=difference(figure, figures[0], indicator) if place else None,
            is_best=_is_best(figure, known, indicator.direction),
            years=tuple(
                as_told(one, indicator, plan) for one in sheet.years(region.code, indicator.id) if one.has_value
            ),
        )
        for place, (region, figure) in enumerate(zip(regions, figures, strict=True))
    )
    # a share of regions is no yardstick for one region's own number
    is_comparable = getattr(indicator.target, "scope", "nation") == "nation"
    nation = sheet.at(plan.region, indicator.id, period) if is_comparable else None
    return RegionsRow(indicator, period, sides, nation if nation is not None and nation.has_value else None)


def _is_best(figure: Figure | None, known: Sequence[Figure], direction: str) -> bool:
    """Among the figures of its own unit: a count of regions is no yardstick for one region's number."""
    if figure is None or figure.value is None:
        return False
    mine = figure.value
    values = [one.value for one in known if one.value is not None and one.unit == figure.unit]
    beats = any(is_better(mine, other, direction) for other in values)
    return beats and not any(is_better(other, mine, direction) for other in values)


def units_in_order(
    sheet: Sheet, indicators: Sequence[Indicator], units: Sequence[Region], period: Period | None = None
) -> tuple[Region, ...]:
    """The units by how they stand: fewest indicators behind first, then most not behind, then by code."""

    def key(unit: Region) -> tuple[int, int, str]:
        latest = [figure for one in indicators if (figure := sheet.latest(unit.code, one.id, period)) is not None]
        behind = sum(figure.group == "lag" for figure in latest)
        return behind, -sum(figure.group == "good" for figure in latest), unit.code

    return tuple(sorted(units, key=key))


def compare_regions(
    desk: Desk,
    codes: Sequence[str] = (),
    *,
    plan: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
) -> RegionsCompared:
    """Up to four regions side by side; where fewer than two can be shown, the units that stand best and worst join.

    Raises QuestionError for an unknown plan.
    """
    configuration = desk.configuration(as_of)
    catalogue, regions = configuration.plan(plan), configuration.regions
    own = catalogue.plan
    sheet = desk.sheet(own.id, as_of)
    indicators = sorted((one for one in catalogue.indicators if not one.is_context), key=lambda one: one.number)
    units = tuple(region for region in regions.children(own.region) if region.reporting)
    chosen = choose(codes, regions, own, most=MOST_COMPARED)
    shown = list(chosen.regions)
    if len(shown) < 2:
        ordered = units_in_order(sheet, indicators, units, period)
        shown += [unit for unit in (*ordered[:1], *reversed(ordered)) if unit not in shown][: 2 - len(shown)]
    rows = regions_rows(sheet, indicators, shown, own, period=period) if shown else ()
    root = regions.get(own.region)
    return RegionsCompared(
        plan=own,
        regions=tuple(shown),
        refused=chosen.refused,
        rows=rows,
        choices=(*([root] if root is not None else []), *units),
        period=period,
        periods=tuple(parse_period(str(year)) for year in range(own.period.start, own.period.end + 1)),
        as_of=sheet.as_of,
    )
