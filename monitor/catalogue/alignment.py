"""How a plan agrees with the plan above it (两级规划衔接): findings for a planner, never faults.

A parent's indicator is carried when the plan holds a target for it, by `aligns_to` or by the same id; a plan
that only collects it as context does not carry it. Compared is what is in force once every version is: the
plan's target for its own region with the parent's target for that region (`regional_targets`, else its target),
numbers in the parent's unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypedDict

from .loader import Catalogue
from .models import BandTarget, HoldTarget, Indicator, JudgeTarget, Plan, ReachTarget, Target
from .units import factor_between

_SIGNS = {"eq": "=", "ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_STRICT = {"gt", "lt"}


class Weaker(TypedDict):
    """A target that asks less than the parent's; `id` is the plan's own indicator.

    The two targets are numbers, in the parent's unit, where the numbers differ; else texts that show what does.
    """

    id: str
    target: int | float | str
    parent_target: int | float | str


class Alignment(TypedDict):
    """`carried` and `lacking` are the parent's ids; all three are empty when the parent is not loaded."""

    id: str
    parent: str | None
    carried: list[str]
    lacking: list[str]
    weaker: list[Weaker]


Strictness = Literal["weaker", "stricter", "same", "different"]
"""Whether a target asks less than another, more, or the same; `different`: neither asks less, yet they differ."""


def find_alignment(catalogues: Sequence[Catalogue]) -> list[Alignment]:
    """One entry for each plan, in the order given."""
    plans = {catalogue.plan.id: catalogue for catalogue in catalogues}
    return [_alignment(catalogue, plans) for catalogue in catalogues]


def carried_by(plan: Catalogue, parent: Catalogue) -> Mapping[str, Indicator]:
    """The parent's indicator id → the plan's indicator that carries it."""
    targeted = [indicator for indicator in plan.indicators if not indicator.is_context]
    same = {indicator.id: indicator for indicator in targeted if indicator.aligns_to is None}
    aligned = {indicator.aligns_to: indicator for indicator in targeted if indicator.aligns_to is not None}
    found: dict[str, Indicator] = {}
    for above in parent.indicators:
        mine = aligned.get(above.id) or same.get(above.id)
        if mine is not None and not above.is_context:
            found[above.id] = mine
    return found


def _alignment(catalogue: Catalogue, plans: Mapping[str, Catalogue]) -> Alignment:
    plan = catalogue.plan
    found = Alignment(id=plan.id, parent=plan.parent, carried=[], lacking=[], weaker=[])
    parent = plans.get(plan.parent or "")
    if parent is None:
        return found
    mine = carried_by(catalogue, parent)
    for above in parent.indicators:
        if above.is_context:
            continue
        if above.id not in mine:
            found["lacking"].append(above.id)
            continue
        found["carried"].append(above.id)
        weaker = _compare(mine[above.id], plan, above, parent.plan)
        if weaker is not None:
            found["weaker"].append(weaker)
    return found


def strictness(mine: Indicator, plan: Plan, other: Indicator, beside: Plan, region: str) -> Strictness:
    """What the target of `plan` for a region asks, held against that of the plan `beside` it for the same region.

    Of two plans that end in different years a target is not weaker for being due later.
    """
    target, upper = target_for(mine, region), target_for(other, region)
    factor = factor_between(mine.unit, other.unit)
    if target is None or upper is None or factor is None:
        return "same" if target is None and upper is None else "different"
    years = target.year or plan.period.end, upper.year or beside.period.end
    if plan.period.end != beside.period.end:
        years = (plan.period.end, plan.period.end)
    if _is_weaker(target, upper, other, factor, years):
        return "weaker"
    if _is_weaker(upper, target, mine, 1 / factor, (years[1], years[0])):
        return "stricter"
    return "same" if _asked(target, factor) == _asked(upper, Fraction(1)) else "different"


def _asked(target: Target, factor: Fraction) -> tuple[object, ...]:
    """What a target asks, without how it is printed: its rule, comparator, number and tolerance, or its text."""
    if isinstance(target, JudgeTarget):
        return (target.rule, target.text.zh)
    value = None if target.value is None else Fraction(target.value) * factor
    if isinstance(target, BandTarget):
        return (target.rule, value, None if target.tolerance is None else Fraction(target.tolerance) * factor)
    return (target.rule, target.comparator, value)


def _compare(mine: Indicator, plan: Plan, above: Indicator, parent: Plan) -> Weaker | None:
    target = target_for(mine, plan.region)
    upper = target_for(above, plan.region)
    factor = factor_between(mine.unit, above.unit)
    if target is None or upper is None or factor is None:
        return None
    years = target.year or plan.period.end, upper.year or parent.period.end
    if not _is_weaker(target, upper, above, factor, years):
        return None
    number, upper_number = getattr(target, "value", None), getattr(upper, "value", None)
    if number is not None and upper_number is not None and Fraction(number) * factor != Fraction(upper_number):
        return Weaker(id=mine.id, target=_number(Fraction(number) * factor), parent_target=_number(upper_number))
    return Weaker(id=mine.id, target=_words(target, years[0]), parent_target=_words(upper, years[1]))


def target_for(indicator: Indicator, region: str) -> Target | None:
    """The target of a region when every version of the indicator is in force."""
    own = indicator.regional_targets.get(region)
    if own is not None and own.target is not None:
        return own.target
    changed = [version.target for version in indicator.versions if version.target is not None]
    return changed[-1] if changed else indicator.target


def _is_weaker(target: Target, upper: Target, above: Indicator, factor: Fraction, years: tuple[int, int]) -> bool:
    """Whether `target` asks less than `upper`, in the parent indicator's direction.

    A text asks less than a number, and no number less than a text. A number asks less when it is worse; at equal
    numbers, when it may be met exactly and the parent's may not, when it is reached once and the parent's is held in
    every year, or when it is due later. A band asks less than a number when its worse edge (its centre where the
    tolerance is a setting) falls short, and less than a band when it is wider or its centre is worse; a number is
    never compared with the parent's band, which asks for stability.
    """
    if isinstance(upper, JudgeTarget):
        return False
    if isinstance(target, JudgeTarget):
        return True
    sign = {"up": 1, "down": -1, "none": 0}[above.direction]
    if isinstance(upper, BandTarget):
        return isinstance(target, BandTarget) and _band_is_weaker(target, upper, factor, sign)
    if target.value is None:
        return False
    value, goal = Fraction(target.value) * factor, Fraction(upper.value)
    if isinstance(target, BandTarget):
        return sign * value - Fraction(target.tolerance or 0) * factor < sign * goal
    if value != goal:
        return sign * value < sign * goal
    looser = upper.comparator in _STRICT and target.comparator not in _STRICT
    once = isinstance(upper, HoldTarget) and isinstance(target, ReachTarget)
    later = type(target) is type(upper) and years[0] > years[1]
    return looser or once or later


def _band_is_weaker(target: BandTarget, upper: BandTarget, factor: Fraction, sign: int) -> bool:
    wider = (
        target.tolerance is not None
        and upper.tolerance is not None
        and Fraction(target.tolerance) * factor > Fraction(upper.tolerance)
    )
    worse = (
        target.value is not None
        and upper.value is not None
        and sign * Fraction(target.value) * factor < sign * Fraction(upper.value)
    )
    return wider or worse


def _number(value: Fraction | Decimal) -> int | float:
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else float(exact)


def _words(target: Target, year: int) -> str:
    """A target's rule, comparator, number and year in one short text."""
    if isinstance(target, JudgeTarget):
        return target.text.zh
    if isinstance(target, BandTarget):
        centre = target.printed or "band" if target.value is None else f"{target.value:f}"
        return centre if target.tolerance is None else f"{centre} ± {target.tolerance:f}"
    return f"{target.rule} {_SIGNS[target.comparator]}{target.value:f} ({year})"
