"""Two plans beside each other (两级规划衔接): what both have, what each asks, the same figures judged under both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

from monitor.catalogue.alignment import Strictness, carried_by, strictness, target_for
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator, Plan, Target
from monitor.catalogue.regions import Region

from .figures import Figure
from .sheet import Sheet

if TYPE_CHECKING:
    from .desk import Configuration, Desk

Bearing = Strictness | Literal["lacking", "extra"]
"""Of the second plan: how its target bears on the first plan's; lacking: it has none; extra: the first has none."""
Part = Literal["nature", "rule", "unit", "direction", "figure", "accumulation", "aggregate", "definition"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True)
class Under:
    """One indicator in one plan: its target for the region and the region's latest figure, judged by that plan."""

    indicator: Indicator
    target: Target | None
    figure: Figure | None


@dataclass(frozen=True)
class PlansRow:
    """`changed`: what besides the target is not the same in the two plans; empty where one of them lacks it."""

    first: Under | None
    second: Under | None
    bearing: Bearing
    changed: tuple[Part, ...]

    @property
    def number(self) -> tuple[int, int]:
        """Rows of the first plan by its numbers, then those of the second alone by theirs."""
        if self.first is not None:
            return 0, self.first.indicator.number
        return 1, self.second.indicator.number if self.second is not None else 0


@dataclass(frozen=True)
class PlansCompared:
    """`region`: whose targets and figures are compared. `plans`: all that can be chosen."""

    first: Plan
    second: Plan
    region: Region
    rows: tuple[PlansRow, ...]
    plans: tuple[Plan, ...]
    as_of: datetime | None

    def count(self, bearing: Bearing) -> int:
        return sum(row.bearing == bearing for row in self.rows)

    @property
    def shared(self) -> int:
        """How many indicators both have."""
        return sum(row.first is not None and row.second is not None for row in self.rows)

    @property
    def synthetic(self) -> bool:
        sides = (side for row in self.rows for side in (row.first, row.second))
        return any(side is not None and side.figure is not None and side.figure.synthetic for side in sides)


def compare_plans(
    desk: Desk, first: str | None = None, second: str | None = None, *, as_of: datetime | None = None
) -> PlansCompared | None:
    """Two loaded plans; without names a plan and its parent, else the first two. None where only one is loaded.

    A parent comes first, else the order asked. Raises QuestionError for an unknown plan.
    """
    configuration = desk.configuration(as_of)
    asked = [configuration.plan(name) for name in (first, second) if name is not None]
    if len(configuration.catalogues) < 2:
        return None
    return _compared(desk, configuration, *_pair(configuration.catalogues, asked), as_of)


def own_plan(desk: Desk, national: Plan, region: str, as_of: datetime | None) -> PlansCompared | None:
    """The region's own plan beside the plan it must agree with; None where no such plan is loaded."""
    configuration = desk.configuration(as_of)
    mine = next((c for c in configuration.catalogues if c.plan.region == region and c.plan.parent == national.id), None)
    if mine is None:
        return None
    return _compared(desk, configuration, configuration.plan(national.id), mine, as_of)


def _pair(loaded: tuple[Catalogue, ...], asked: list[Catalogue]) -> tuple[Catalogue, Catalogue]:
    """Two different catalogues; what is not asked for is chosen so that one is the other's parent if it can be."""
    if len(asked) == 2 and asked[0] is not asked[1]:
        return _parent_first(asked[0], asked[1])
    pairs = [(one, other) for one in (asked[:1] or loaded) for other in loaded if one is not other]
    related = [(a, b) for a, b in pairs if a.plan.parent == b.plan.id or b.plan.parent == a.plan.id]
    return _parent_first(*(related or pairs)[0])


def _parent_first(one: Catalogue, other: Catalogue) -> tuple[Catalogue, Catalogue]:
    return (other, one) if one.plan.parent == other.plan.id else (one, other)


def _compared(
    desk: Desk, configuration: Configuration, first: Catalogue, second: Catalogue, as_of: datetime | None
) -> PlansCompared:
    code = _region_of(configuration, first.plan, second.plan)
    region = configuration.regions.get(code) or Region(code, None, "", code, reporting=False)
    sheets = desk.sheet(first.plan.id, as_of), desk.sheet(second.plan.id, as_of)
    rows = (_row(first.plan, second.plan, pair, sheets, code) for pair in aligned(first, second))
    return PlansCompared(
        first=first.plan,
        second=second.plan,
        region=region,
        rows=tuple(sorted(rows, key=lambda row: row.number)),
        plans=tuple(catalogue.plan for catalogue in configuration.catalogues),
        as_of=sheets[0].as_of,
    )


def _region_of(configuration: Configuration, first: Plan, second: Plan) -> str:
    """The region that both plans speak of: the lower of two that lie one within the other, else the second's."""
    below = {region.code for region in configuration.regions.descendants(second.region)}
    return first.region if first.region in below else second.region


def aligned(first: Catalogue, second: Catalogue) -> Iterator[tuple[Indicator | None, Indicator | None]]:
    """Every main indicator of either plan with its counterpart in the other: by `aligns_to` or by the same id."""
    down, up = carried_by(second, first), carried_by(first, second)
    taken: set[str] = set()
    for indicator in first.indicators:
        if indicator.is_context:
            continue
        mine = down.get(indicator.id)
        if mine is None:
            mine = next((other for other in second.indicators if up.get(other.id) is indicator), None)
        if mine is not None:
            taken.add(mine.id)
        yield indicator, mine
    for indicator in second.indicators:
        if not indicator.is_context and indicator.id not in taken:
            yield None, indicator


def _row(
    first: Plan,
    second: Plan,
    pair: tuple[Indicator | None, Indicator | None],
    sheets: tuple[Sheet, Sheet],
    region: str,
) -> PlansRow:
    here, there = (
        None if one is None else Under(one, target_for(one, region), sheet.latest(region, one.id))
        for one, sheet in zip(pair, sheets, strict=True)
    )
    if here is None or there is None:
        return PlansRow(here, there, "extra" if here is None else "lacking", ())
    bearing = strictness(there.indicator, second, here.indicator, first, region)
    return PlansRow(here, there, bearing, tuple(changes(here.indicator, there.indicator, region)))


def changes(one: Indicator, other: Indicator, region: str) -> Iterator[Part]:
    """What is not the same in two definitions of an indicator, the target's number apart.

    A text that only one of them has is left out, not changed.
    """
    for part in PARTS:
        here, there = _said(one, part, region), _said(other, part, region)
        if here != there and None not in (here, there):
            yield part


def _said(indicator: Indicator, part: Part, region: str) -> object:
    if part == "rule":
        target = target_for(indicator, region)
        return None if target is None else target.rule
    if part == "figure":
        parts = indicator.figure
        return None if parts is None else (parts.numerator.zh, parts.denominator.zh)
    if part == "definition":
        return None if indicator.definition is None else indicator.definition.zh
    return getattr(indicator, part)
