"""Two levels of plans (两级规划衔接): what each plan below carries of the plan above, and what its own is.

Pure but for the figures of a loaded plan's own indicators; what bears on what is said by catalogue/alignment.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from monitor.catalogue.alignment import Strictness, carried_by, strictness, target_for
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import BandTarget, HoldTarget, Indicator, JudgeTarget, Plan, ReachTarget, Target
from monitor.catalogue.regions import Region, Regions
from monitor.catalogue.units import factor_between

from .figures import Figure
from .split import Split, split

if TYPE_CHECKING:
    from monitor.method.tree import Tree

    from .desk import Configuration, Desk

Carriage = Strictness | Literal["lacking"]
Because = Literal["text", "number", "comparator", "rule", "year", "band"]
"""Why a target asks less: a text for a number, a worse number, met exactly where the other may not be, reached once
where the other is held, due later, or a wider band."""
EXAMPLE = "example-"
"""The ids of the shipped example plans begin so; their targets are made up."""


@dataclass(frozen=True)
class Carried:
    """One indicator of the plan above in one plan below; targets are those for the lower plan's region.

    `shortfall`: by how much its number asks less, in the unit of `above`; None where it is not the number.
    """

    above: Indicator
    upper: Target | None
    indicator: Indicator | None
    target: Target | None
    bearing: Carriage
    because: Because | None
    shortfall: Fraction | None

    @property
    def renamed(self) -> bool:
        return self.indicator is not None and self.indicator.name.zh != self.above.name.zh


@dataclass(frozen=True)
class Own:
    """An indicator that the plan above does not have, with its region's latest figure; no figure in an example."""

    indicator: Indicator
    target: Target | None
    figure: Figure | None


@dataclass(frozen=True)
class LowerPlan:
    plan: Plan
    region: Region
    example: bool
    carried: tuple[Carried, ...]
    own: tuple[Own, ...]

    def count(self, bearing: Carriage) -> int:
        return sum(one.bearing == bearing for one in self.carried)


@dataclass(frozen=True)
class Levels:
    """`examples`: no plan below is loaded, the shipped examples stand for them. `as_of`: naive UTC."""

    parent: Plan
    main: tuple[Indicator, ...]
    plans: tuple[LowerPlan, ...]
    splits: tuple[Split, ...]
    examples: bool
    as_of: datetime | None

    def count(self, bearing: Carriage) -> int:
        return sum(one.count(bearing) for one in self.plans)

    @property
    def carried(self) -> int:
        return sum(len(one.carried) for one in self.plans) - self.count("lacking")

    @property
    def own(self) -> int:
        return sum(len(one.own) for one in self.plans)

    @property
    def synthetic(self) -> bool:
        figures = [own.figure for one in self.plans for own in one.own]
        return any(one.example for one in self.plans) or any(one is not None and one.synthetic for one in figures)

    def split_of(self, indicator: str) -> Split | None:
        return next((one for one in self.splits if one.indicator.id == indicator), None)


def levels(
    desk: Desk, plan: str | None = None, *, as_of: datetime | None = None, examples: Sequence[Catalogue] = ()
) -> Levels:
    """The plan asked for, else the first that others name as theirs above, with all plans loaded below it.

    Where none is loaded, `examples` of which it is the parent. Raises QuestionError for an unknown plan.
    """
    configuration = desk.configuration(as_of)
    parent = parent_of(configuration, plan)
    shown, is_loaded = _below(parent, configuration.catalogues, examples)
    tree = desk.tree(plan=parent.plan.id, as_of=as_of)
    lower = [_lower(desk if is_loaded else None, one, parent, configuration.regions, as_of) for one in shown]
    return Levels(
        parent=parent.plan,
        main=_main(parent),
        plans=_by_region(lower),
        splits=_splits(parent, shown, configuration.regions, tree),
        examples=not is_loaded and bool(shown),
        as_of=desk.moment(as_of),
    )


def levels_of(
    parent: Catalogue, loaded: Sequence[Catalogue], regions: Regions, examples: Sequence[Catalogue] = ()
) -> Levels:
    """The same of catalogues alone, without a store: no figures, and no weights."""
    shown, is_loaded = _below(parent, loaded, examples)
    lower = [_lower(None, one, parent, regions, None) for one in shown]
    splits = _splits(parent, shown, regions, None)
    return Levels(parent.plan, _main(parent), _by_region(lower), splits, not is_loaded and bool(shown), None)


def _below(
    parent: Catalogue, loaded: Sequence[Catalogue], examples: Sequence[Catalogue]
) -> tuple[list[Catalogue], bool]:
    """The plans below that are loaded, else the examples; and whether they are loaded."""
    found = [one for one in loaded if one.plan.parent == parent.plan.id]
    return (found, True) if found else ([one for one in examples if one.plan.parent == parent.plan.id], False)


def parent_of(configuration: Configuration, plan: str | None) -> Catalogue:
    """The plan above that is meant: asked for a plan below another, the one above it. Raises QuestionError."""
    loaded = {one.plan.id: one for one in configuration.catalogues}
    if plan is not None:
        asked = configuration.plan(plan)
        has_lower = any(one.plan.parent == asked.plan.id for one in loaded.values())
        return asked if has_lower else loaded.get(asked.plan.parent or "", asked)
    above = [one.plan.parent for one in configuration.catalogues]
    return next((one for one in configuration.catalogues if one.plan.id in above), configuration.catalogues[0])


def _by_region(lower: Sequence[LowerPlan]) -> tuple[LowerPlan, ...]:
    return tuple(sorted(lower, key=lambda one: (one.plan.region, one.plan.id)))


def _main(catalogue: Catalogue) -> tuple[Indicator, ...]:
    return tuple(sorted((one for one in catalogue.indicators if not one.is_context), key=lambda one: one.number))


def _lower(
    desk: Desk | None, below: Catalogue, parent: Catalogue, regions: Regions, as_of: datetime | None
) -> LowerPlan:
    plan, mine = below.plan, carried_by(below, parent)
    taken = {one.id for one in mine.values()}
    sheet = desk.sheet(plan.id, as_of) if desk is not None else None
    own = [one for one in _main(below) if one.id not in taken]
    return LowerPlan(
        plan=plan,
        region=regions.get(plan.region) or Region(plan.region, None, "", plan.region, reporting=False),
        example=plan.id.startswith(EXAMPLE),
        carried=tuple(_carried(mine.get(above.id), plan, above, parent.plan) for above in _main(parent)),
        own=tuple(
            Own(one, target_for(one, plan.region), None if sheet is None else sheet.latest(plan.region, one.id))
            for one in own
        ),
    )


def _carried(mine: Indicator | None, plan: Plan, above: Indicator, parent: Plan) -> Carried:
    upper = target_for(above, plan.region)
    if mine is None:
        return Carried(above, upper, None, None, "lacking", None, None)
    target = target_for(mine, plan.region)
    bearing = strictness(mine, plan, above, parent, plan.region)
    because, shortfall = _why_weaker(mine, target, above, upper) if bearing == "weaker" else (None, None)
    return Carried(above, upper, mine, target, bearing, because, shortfall)


def _why_weaker(
    mine: Indicator, target: Target | None, above: Indicator, upper: Target | None
) -> tuple[Because, Fraction | None]:
    """The first of the grounds on which alignment.py calls a target weaker that holds."""
    if isinstance(target, JudgeTarget):
        return "text", None
    number, goal = getattr(target, "value", None), getattr(upper, "value", None)
    factor = factor_between(mine.unit, above.unit)
    if number is not None and goal is not None and factor is not None:
        short = abs(Fraction(goal) - Fraction(number) * factor)
        worse = {"up": 1, "down": -1, "none": 0}[above.direction] * (Fraction(goal) - Fraction(number) * factor) > 0
        if worse:
            return "number", short
    if isinstance(target, BandTarget):
        return "band", None
    if getattr(upper, "comparator", "") in ("gt", "lt") and getattr(target, "comparator", "") not in ("gt", "lt"):
        return "comparator", None
    return ("rule" if isinstance(upper, HoldTarget) and isinstance(target, ReachTarget) else "year"), None


def _splits(parent: Catalogue, below: Sequence[Catalogue], regions: Regions, tree: Tree | None) -> tuple[Split, ...]:
    """The targets of the regions below held against each main indicator's target; `tree`: where weights are known."""
    return tuple(split(parent, indicator, below, regions, tree) for indicator in _main(parent))
