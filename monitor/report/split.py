"""A target broken down to the regions below (分解): their own targets held against the one above, exact.

Amounts add up. A ratio of sums is weighted with the denominators of the newest period for which all regions have
theirs, else all that have a target; a weighted mean with its weights. Without them nothing is worked out, and rates
are never averaged. Of everything else (each region, held, a band) it is counted who asks at least as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from monitor.catalogue.alignment import Strictness, carried_by, strictness, target_for
from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator, JudgeTarget, Plan, ReachTarget, Target
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region, Regions
from monitor.catalogue.units import factor_between

if TYPE_CHECKING:
    from monitor.method.tree import Tree

SplitKind = Literal["sum", "weighted", "each", "text"]
SplitVerdict = Literal["none", "meets", "short", "different", "incomplete", "no_weights", "text"]
"""none: no region has a target of its own; different: some neither ask less nor the same; incomplete: some have none,
or only a text, so that the whole cannot be told."""
_SIGNS = {"ge": 1, "gt": 1, "le": -1, "lt": -1}


@dataclass(frozen=True)
class Weights:
    """What targets are weighted with, by period and region: denominators in `unit`, or the weight's figures."""

    by_period: Mapping[Period, Mapping[str, Fraction]]
    unit: str

    def newest(self, codes: Sequence[str]) -> Period | None:
        """The newest period for which every one of the regions has a weight."""
        whole = [period for period, known in self.by_period.items() if all(known.get(code) for code in codes)]
        return max(whole, key=lambda period: period.order, default=None) if codes else None


@dataclass(frozen=True)
class RegionTarget:
    """A region's own target: of its own plan, else of `regional_targets` of the plan above (`plan` None).

    `value`: its number in the unit of the plan above, None for a text. `weight`: at the split's `weights_at`.
    """

    region: Region
    plan: Plan | None
    target: Target
    value: Fraction | None
    bearing: Strictness
    weight: Fraction | None = None


@dataclass(frozen=True)
class Split:
    """`goal`: the target's number; `result`: the sum, or the weighted value, of the regions that have a number.

    `expected`: the regions that should have a target. `rest`: of a sum what the regions without a target still have to
    bring; of a weighted value what comes out if they take the target above. `short`: by how much the result misses the
    goal, 0 where it does not. All in the indicator's unit.
    """

    indicator: Indicator
    target: Target | None
    kind: SplitKind
    goal: Fraction | None
    shares: tuple[RegionTarget, ...]
    expected: tuple[Region, ...]
    result: Fraction | None
    rest: Fraction | None
    short: Fraction | None
    verdict: SplitVerdict
    weights_at: Period | None = None
    weight_unit: str = ""

    @property
    def covered(self) -> int:
        codes = {one.code for one in self.expected}
        return sum(one.region.code in codes for one in self.shares)

    @property
    def numbered(self) -> tuple[RegionTarget, ...]:
        """The targets that are numbers, of regions that should have one."""
        codes = {one.code for one in self.expected}
        return tuple(one for one in self.shares if one.value is not None and one.region.code in codes)

    @property
    def is_whole(self) -> bool:
        """Whether every region that should have a target has one that is a number."""
        codes = {one.region.code for one in self.numbered}
        return all(one.code in codes for one in self.expected)

    @property
    def at_least(self) -> int:
        """How many regions' own targets ask as much as the one above, or more."""
        return sum(one.bearing in ("same", "stricter") for one in self.shares)


def latest_weights(tree: Tree, indicator: Indicator) -> Weights | None:
    """What is known of an indicator's weights; None for one that needs none."""
    if indicator.aggregate not in ("ratio_of_sums", "weighted_mean"):
        return None
    source = tree.indicators.get(indicator.weight or "") if indicator.aggregate == "weighted_mean" else None
    carrier = source or indicator
    found: dict[Period, dict[str, Fraction]] = {}
    for region in tree.regions.children(tree.plan.region):
        series = tree.series_of(carrier, region.code)
        for period in series.sent if series is not None else ():
            figure = tree.figure(carrier, region.code, period)
            weight = None if figure is None else figure.value if source is not None else figure.denominator
            if weight is not None and weight > 0:
                found.setdefault(period, {})[region.code] = weight
    unit = source.unit if source is not None else indicator.part_unit or ""
    return Weights(found, unit)


def split(
    parent: Catalogue, indicator: Indicator, below: Sequence[Catalogue], regions: Regions, tree: Tree | None = None
) -> Split:
    """One indicator's target and the targets of the regions below it; `tree`: where weights are known."""
    plan, target = parent.plan, target_for(indicator, parent.plan.region)
    shares = _shares(parent, indicator, below, regions)
    expected = _expected(plan, target, regions)
    kind = _kind(indicator, target)
    goal = Fraction(value) if (value := getattr(target, "value", None)) is not None else None
    base = Split(indicator, target, kind, goal, shares, expected, None, None, None, "text")
    if kind == "text":
        return base
    if not shares:
        return replace(base, verdict="none")
    if kind == "each" or goal is None:
        return replace(base, verdict=_counted(base))
    if not base.numbered:
        return replace(base, verdict="incomplete")
    return _summed(base, goal) if kind == "sum" else _weighted(base, goal, tree)


def _kind(indicator: Indicator, target: Target | None) -> SplitKind:
    if target is None or isinstance(target, JudgeTarget):
        return "text"
    if not isinstance(target, ReachTarget) or target.scope == "each_region" or target.progress == "percent_drop":
        return "each"
    if indicator.aggregate == "sum":
        return "sum"
    return "weighted" if indicator.aggregate in ("ratio_of_sums", "weighted_mean") else "each"


def _expected(plan: Plan, target: Target | None, regions: Regions) -> tuple[Region, ...]:
    """Those that `scope: each_region` names, else the reporting regions below on the plan's last day."""
    children = [one for one in regions.children(plan.region, Period.of(plan.period.end).end) if one.reporting]
    if isinstance(target, ReachTarget) and target.expected is not None:
        children = [one for one in children if one.code in target.expected]
    return tuple(children)


def _shares(
    parent: Catalogue, indicator: Indicator, below: Sequence[Catalogue], regions: Regions
) -> tuple[RegionTarget, ...]:
    """The regions' own targets by code; a region's own plan goes before what the plan above sets for it.

    Of two plans of one region the first counts, so that no region does twice.
    """
    found: dict[str, RegionTarget] = {}
    top = parent.plan
    for code, own in indicator.regional_targets.items():
        region = regions.get(code)
        if own.target is not None and region is not None and code != top.region:
            told = indicator.model_copy(update={"target": own.target, "regional_targets": {}, "versions": ()})
            found[code] = _share(region, None, told, top, indicator, top)
    for lower in reversed(below):
        mine, region = carried_by(lower, parent).get(indicator.id), regions.get(lower.plan.region)
        if mine is not None and region is not None and target_for(mine, region.code) is not None:
            found[region.code] = _share(region, lower.plan, mine, lower.plan, indicator, top)
    return tuple(found[code] for code in sorted(found))


def _share(region: Region, plan: Plan | None, mine: Indicator, of: Plan, above: Indicator, top: Plan) -> RegionTarget:
    """Its target held against the one of the whole, whatever the plan above sets for the region itself."""
    target = target_for(mine, region.code)
    assert target is not None
    whole = above.model_copy(update={"target": target_for(above, top.region), "regional_targets": {}, "versions": ()})
    factor, number = factor_between(mine.unit, above.unit), getattr(target, "value", None)
    value = None if number is None or factor is None else Fraction(number) * factor
    return RegionTarget(region, plan, target, value, strictness(mine, of, whole, top, region.code))


def _counted(base: Split) -> SplitVerdict:
    """One target that asks less is enough to fall short, whatever the others will be."""
    if any(one.bearing == "weaker" for one in base.shares):
        return "short"
    if base.at_least < len(base.shares):
        return "different"
    return "meets" if base.covered == len(base.expected) else "incomplete"


def _summed(base: Split, goal: Fraction) -> Split:
    result = sum((one.value for one in base.numbered if one.value is not None), Fraction(0))
    if not base.is_whole:
        return replace(base, result=result, rest=goal - result, verdict="incomplete")
    return replace(base, result=result, rest=Fraction(0), **_held(base, result, goal))


def _weighted(base: Split, goal: Fraction, tree: Tree | None) -> Split:
    weights = None if tree is None else latest_weights(tree, base.indicator)
    codes = [one.region.code for one in base.numbered]
    at = None
    if weights is not None:
        at = weights.newest([one.code for one in base.expected]) or weights.newest(codes)
    if weights is None or at is None:
        return replace(base, verdict="no_weights")
    known = weights.by_period[at]
    shares = tuple(replace(one, weight=known.get(one.region.code)) for one in base.shares)
    pairs = [(one.value, known[one.region.code]) for one in base.numbered if one.value is not None]
    result = _mean(pairs)
    told = replace(base, shares=shares, result=result, weights_at=at, weight_unit=weights.unit)
    if base.is_whole:
        return replace(told, **_held(base, result, goal))
    others = [one.code for one in base.expected if one.code not in codes]
    if not all(known.get(code) for code in others):
        return replace(told, verdict="incomplete")
    rest = _mean([*pairs, *((goal, known[code]) for code in others)])
    return replace(told, rest=rest, verdict="incomplete")


def _mean(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    return sum((value * weight for value, weight in pairs), Fraction(0)) / sum(weight for _, weight in pairs)


def _held(base: Split, result: Fraction, goal: Fraction) -> dict[str, Any]:
    """Verdict and shortfall of a whole; an equal sum of bounds meets a strict one if one of them is strict.

    With weights above 0 one region above its bound, the others at theirs or above, put the whole above the target.
    """
    comparator = getattr(base.target, "comparator", "ge")
    if comparator == "eq":
        return {"verdict": "meets" if result == goal else "short", "short": abs(result - goal)}
    short = max(_SIGNS[comparator] * (goal - result), Fraction(0))
    if comparator in ("gt", "lt") and result == goal:
        strict = any(getattr(one.target, "comparator", "") == comparator for one in base.numbered)
        return {"verdict": "meets" if strict else "short", "short": short}
    return {"verdict": "short" if short else "meets", "short": short}
