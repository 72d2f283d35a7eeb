"""The tree of regions as one looks at it: the branches under a region, at one level or found by a text, worst first.

One function, `branches`, asked by the page of the tree. It holds no word of any language. Every link to a parent is
that of the period's last day (methods.md, section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from monitor.catalogue.models import Indicator, Plan
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.settings import MethodSettings

from .branch_table import NO_DATA, Branch, Table
from .configured import QuestionError
from .figures import CLASSES, GROUPS, Group, group_of, severity

if TYPE_CHECKING:
    from .desk import Desk

LEVELS = ("province", "prefecture", "county")
"""What the tree can be looked at besides a region's direct children; a region's own level is never one of its own."""
_ORDERS = ("code", "lag", "gap", "value", "contribution", "coverage")


@dataclass(frozen=True)
class TreeAsk:
    """What is looked at. `root`: a region's code, None the plan's own; `level`: None for the direct children.

    `indicator`: one indicator's id, None for all beside each other. `class_`: a class or a group of classes. `text`:
    only regions that it finds, at every level. `sort`: one of code, lag, gap, value, contribution, coverage or an
    indicator's id, `-` before it the other way round; None: the worst first.
    """

    root: str | None = None
    level: str | None = None
    indicator: str | None = None
    class_: str | None = None
    text: str | None = None
    sort: str | None = None

    @property
    def key(self) -> str:
        return (self.sort or "").removeprefix("-")

    @property
    def is_turned(self) -> bool:
        return (self.sort or "").startswith("-")


@dataclass(frozen=True)
class Branches:
    """`order`: places in the table of the regions that are shown, in the order asked for; `classes`: how many of them
    (of their cells, with all indicators) have each class, before a class is chosen.
    """

    plan: Plan
    ask: TreeAsk
    root: Region
    above: tuple[Region, ...]
    levels: Mapping[str, int]
    indicators: tuple[Indicator, ...]
    shown: tuple[Indicator, ...]
    order: tuple[int, ...]
    worst: Branch | None
    classes: Mapping[str, int]
    period: Period
    periods: tuple[Period, ...]
    as_of: datetime | None
    settings: MethodSettings
    catalogue_version: str
    table: Table

    def __len__(self) -> int:
        return len(self.order)

    def rows(self, first: int = 0, after: int | None = None) -> tuple[Branch, ...]:
        return tuple(self.table.branch(place, self.shown) for place in self.order[first:after])

    @cached_property
    def own(self) -> Branch:
        """The region at whose branches one looks."""
        return self.table.branch(self.table.place[self.root.code], self.shown)

    @property
    def lagging(self) -> int:
        """How many of the regions shown lag: in the indicator, or in any."""
        return int(np.count_nonzero(self.table.lagging(self.shown)[list(self.order)])) if self.order else 0

    @staticmethod
    def group(class_: str) -> Group:
        return group_of(class_)

    @property
    def synthetic(self) -> bool:
        return self.table.any_synthetic([*self.order, self.table.place[self.root.code]], self.shown)

    @property
    def is_empty(self) -> bool:
        return not self.table.any_value(self.order, self.shown)


def branches(
    desk: Desk,
    *,
    plan: str | None = None,
    period: Period | None = None,
    as_of: datetime | None = None,
    ask: TreeAsk | None = None,
    finds: Callable[[Region, str], bool] | None = None,
) -> Branches | None:
    """The branches under a region; None where the plan's tree has no such region on the period's last day.

    `period`: None for the latest year of the plan that has a figure. `finds`: whether a text means a region; without it
    a part of its name or the beginning of its code. Raises QuestionError for an unknown plan.
    """
    configuration = desk.configuration(as_of)
    catalogue = configuration.plan(plan)
    own, regions = catalogue.plan, configuration.regions
    years = tuple(parse_period(str(year)) for year in range(own.period.start, own.period.end + 1))
    everything = tuple(sorted((one for one in catalogue.indicators if not one.is_context), key=lambda one: one.number))
    chosen = period or _latest(desk, own.id, years, as_of)
    found = desk.whole_tree(plan=own.id, period=chosen.code, as_of=as_of)
    table = Table(found.frame, regions, chosen.end, everything)
    asked = _known(ask or TreeAsk(), everything, table)
    root_code = asked.root or own.region
    root = regions.get(root_code, chosen.end)
    if root is None or root_code not in table.place:
        return None
    shown = tuple(one for one in everything if asked.indicator in (None, one.id))
    below = [table.place[one.code] for one in regions.descendants(root_code, chosen.end) if _counts(table, one, shown)]
    wanted = _wanted(table, root_code, below, asked, finds or _finds)
    classes = _classes(table, wanted, shown)
    if asked.class_ is not None:
        wanted = [place for place in wanted if _has_class(table, place, shown, asked.class_)]
    return Branches(
        plan=own, ask=asked, root=root, above=_above(regions, root_code, own.region, chosen.end),
        levels=_levels(table, below, root), indicators=everything, shown=shown,
        worst=_worst(table, wanted, shown, asked),
        order=tuple(_in_order(table, wanted, shown, asked)), classes=classes, period=chosen, periods=years,
        as_of=found.as_of, settings=configuration.settings, catalogue_version=catalogue.version, table=table,
    )  # fmt: skip


def _latest(desk: Desk, plan_id: str, years: Sequence[Period], as_of: datetime | None) -> Period:
    """The latest year with a figure; the first year where there is none at all."""
    for year in reversed(years):
        if desk.whole_tree(plan=plan_id, period=year.code, as_of=as_of).frame["value"].notna().any():
            return year
    if not years:
        raise QuestionError("规划没有年份", "the plan has no years")
    return years[0]


def _known(ask: TreeAsk, indicators: Sequence[Indicator], table: Table) -> TreeAsk:
    """The same without what nobody knows, so that an old link still shows a tree."""
    ids = {one.id for one in indicators}
    return replace(
        ask,
        level=ask.level if ask.level in LEVELS else None,
        indicator=ask.indicator if ask.indicator in ids else None,
        class_=ask.class_ if ask.class_ in (*CLASSES, *GROUPS) else None,
        sort=ask.sort if ask.key in (*_ORDERS, *ids) else None,
        text=(ask.text or "").strip() or None,
    )


def _counts(table: Table, region: Region, shown: Sequence[Indicator]) -> bool:
    """Whether a region has a line: it reports, or has a figure all the same."""
    place = table.place.get(region.code)
    return place is not None and (region.reporting or table.any_value([place], shown))


def _wanted(
    table: Table, root: str, below: Sequence[int], ask: TreeAsk, finds: Callable[[Region, str], bool]
) -> list[int]:
    if ask.text is not None:
        return [place for place in below if finds(table.region(place), ask.text)]
    if ask.level is None:
        return [place for place in below if table.parents[place] == root]
    return [place for place in below if table.region(place).level == ask.level]


def _finds(region: Region, text: str) -> bool:
    return text in region.name or region.code.startswith(text)


def _levels(table: Table, below: Sequence[int], root: Region) -> dict[str, int]:
    found = dict.fromkeys(LEVELS, 0)
    for place in below:
        level = table.region(place).level
        if level in found and level != root.level:
            found[level] += 1
    return {level: number for level, number in found.items() if number}


def _above(regions: Regions, code: str, top: str, day: date) -> tuple[Region, ...]:
    """From the plan's own region down to the one above, on the day."""
    lineage = regions.lineage(code, day)
    lineage = lineage[: lineage.index(top) + 1] if top in lineage else lineage[:1]
    return tuple(found for one in reversed(lineage[1:]) if (found := regions.get(one, day)) is not None)


def _classes(table: Table, places: Sequence[int], shown: Sequence[Indicator]) -> dict[str, int]:
    counts = dict.fromkeys(CLASSES, 0)
    for one in shown:
        for name, number in zip(
            *np.unique(table.column(one.id, "class")[places].astype(str), return_counts=True), strict=True
        ):
            counts[name or NO_DATA] = counts.get(name or NO_DATA, 0) + int(number)
    return {name: number for name, number in counts.items() if number}


def _has_class(table: Table, place: int, shown: Sequence[Indicator], class_: str) -> bool:
    names = [str(table.column(one.id, "class")[place]) or NO_DATA for one in shown]
    return any(class_ in (name, group_of(name)) for name in names)


def _in_order(table: Table, places: Sequence[int], shown: Sequence[Indicator], ask: TreeAsk) -> list[int]:
    """The worst first, in the order asked for; what has no such number comes last either way, regions by code."""
    if ask.key == "code":
        return sorted(places, reverse=ask.is_turned)
    one = ask.indicator or (ask.key if ask.key in table.by_id else None)
    if one is None:
        lagging, assessed = table.lagging(shown), table.assessed(shown)
        sign = -1 if ask.is_turned else 1
        return sorted(places, key=lambda place: (-sign * int(lagging[place]), sign * int(assessed[place]), place))
    ranks = {place: _rank(table, place, one, ask.key) for place in places}
    sign = -1 if ask.is_turned else 1
    ranked = [(tuple(sign * part for part in rank), place) for place, rank in ranks.items() if rank is not None]
    return [place for _, place in sorted(ranked)] + [place for place in places if ranks[place] is None]


def _worst(table: Table, places: Sequence[int], shown: Sequence[Indicator], ask: TreeAsk) -> Branch | None:
    first = _in_order(table, places, shown, replace(ask, sort=None))[:1]
    return table.branch(first[0], shown) if first else None


def _rank(table: Table, place: int, indicator: str, key: str) -> tuple[float, ...] | None:
    """What is worse comes first: a smaller tuple."""

    def number(name: str) -> float | None:
        value = float(table.column(indicator, name)[place])
        return value if np.isfinite(value) else None

    value = number("value")
    if value is None:
        return None
    if key == "value":
        return (-value if table.by_id[indicator].direction == "down" else value,)
    if key == "coverage":
        coverage = number("coverage")
        return None if coverage is None else (coverage,)
    if key == "contribution":
        contribution = float(table.contributions(indicator)[place])
        return (-contribution,) if np.isfinite(contribution) else None
    gap = number("target_gap")
    if key == "gap":
        return None if gap is None else (-gap,)
    class_ = str(table.column(indicator, "class")[place])
    return (list(GROUPS).index(group_of(class_)), severity(class_), -(gap or 0.0))
