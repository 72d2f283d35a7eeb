"""What a region's figure is held against: target, baseline and path in force for a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from monitor.catalogue.models import (
    Baseline,
    Indicator,
    JudgeTarget,
    Plan,
    ReachTarget,
    Target,
)
from monitor.catalogue.periods import Period

SIGNS = {"eq": "", "ge": "≥", "gt": ">", "le": "≤", "lt": "<", "approx": "≈"}


@dataclass(frozen=True)
class Base:
    """The baseline `b` as it is used: exact, with its comparator and how it is printed, empty where nothing is."""

    value: Fraction
    comparator: str
    printed: str
    synthetic: bool = False


@dataclass(frozen=True)
class Goal:
    """`b` at year `t0`, the target at year `end`, and the official yearly table where there is one.

    `path` holds (year, value) in order, from `b` where it is known to `g`.
    """

    target: Target | None
    base: Base | None
    t0: int
    end: int
    path: tuple[tuple[int, Fraction], ...] | None

    @property
    def value(self) -> Fraction | None:
        """The target's number; None for text targets and bands without a value of their own."""
        number = getattr(self.target, "value", None)
        return None if number is None else Fraction(number)


def printed_number(value: Decimal | Fraction, comparator: str = "eq") -> str:
    """A number as a plan would print it, to 10 decimals at most: `≥95`, `27.7`."""
    rounded = round(Fraction(value), 10)
    number = Decimal(rounded.numerator) / Decimal(rounded.denominator)
    return f"{SIGNS[comparator]}{number.normalize():f}"


def versions_in_force(indicator: Indicator, period: Period) -> int:
    """How many of the indicator's mid-plan changes hold at the period's end; they are in order of their days."""
    return sum(version.valid_from <= period.end for version in indicator.versions)


def in_force(indicator: Indicator, period: Period) -> Indicator:
    """The indicator as the plan has it at the period's end: later versions replace the keys they name."""
    changed = indicator
    for version in indicator.versions[: versions_in_force(indicator, period)]:
        named = {
            key: getattr(version, key)
            for key in ("baseline", "target", "definition")
            if getattr(version, key) is not None
        }
        changed = changed.model_copy(update=named)
    return changed


def base_year(plan: Plan, indicator: Indicator, region: str) -> int:
    """`t0` of a region: the year of its own baseline, else of the indicator's, else the plan's base year."""
    own = _regional(indicator, region, "baseline")
    for baseline in (own, indicator.baseline):
        if baseline is not None and baseline.year is not None:
            return int(baseline.year)
    return plan.period.base


def stated_base(plan: Plan, indicator: Indicator, region: str) -> Base | None:
    """The baseline that the catalogue states for the region; a parent's is never borrowed."""
    baseline: Baseline | None = _regional(indicator, region, "baseline")
    if baseline is None and region == plan.region:
        baseline = indicator.baseline
    if baseline is None:
        return None
    printed = baseline.printed or printed_number(baseline.value, baseline.comparator)
    return Base(Fraction(baseline.value), baseline.comparator, printed)


def region_goal(plan: Plan, indicator: Indicator, region: str, base: Base | None) -> Goal:
    """The goal of a region, with the baseline found for it.

    Its own target, else the plan's. The plan's yearly table belongs to the plan's own region: another
    region has the table of its own or none.
    """
    target = _regional(indicator, region, "target") or indicator.target
    table: Mapping[int, Decimal] | None = _regional(indicator, region, "path")
    if table is None and region == plan.region:
        table = indicator.path
    t0 = base_year(plan, indicator, region)
    end = target.year if target is not None and target.year is not None else plan.period.end
    if base is None and isinstance(target, ReachTarget) and target.progress == "percent_drop":
        base = Base(Fraction(0), "eq", "")
    path = _full_path(table, base, t0, target, end) if table else None
    return Goal(target, base, t0, end, path)


def target_printed(goal: Goal) -> str:
    """The target as the plan prints it, else its number with the comparator, or its text."""
    target = goal.target
    if target is None:
        return ""
    if target.printed:
        return target.printed
    if isinstance(target, JudgeTarget):
        return target.text.zh
    if target.value is None:
        return "保持稳定"
    return printed_number(target.value, getattr(target, "comparator", "eq"))


def _regional(indicator: Indicator, region: str, key: str) -> Any:
    own = indicator.regional_targets.get(region)
    return getattr(own, key) if own is not None else None


def _full_path(
    table: Mapping[int, Decimal], base: Base | None, t0: int, target: Target | None, end: int
) -> tuple[tuple[int, Fraction], ...]:
    """The table's points between the baseline at `t0`, where there is one, and the target at its year."""
    inner = {int(year): Fraction(value) for year, value in table.items() if year < end}
    points = {year: value for year, value in inner.items() if base is None or year > t0}
    if base is not None:
        points[t0] = base.value
    value = getattr(target, "value", None)
    if value is not None:
        points[end] = Fraction(value)
    return tuple(sorted(points.items()))


def path_value(path: tuple[tuple[int, Fraction], ...], time: Fraction) -> Fraction | None:
    """The path at a time in years: linear between its points, the last value after it, None before its first point."""
    if time < path[0][0]:
        return None
    for (start, low), (stop, high) in pairwise(path):
        if time <= stop:
            return low + (high - low) * (time - start) / (stop - start)
    return path[-1][1]
