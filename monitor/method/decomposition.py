"""Where the gap lies: what each unit under a region contributes to the region's distance from its target.

With target `g`, direction `d` (+1 up, −1 down) and a ratio of sums `v = f·ΣN ÷ ΣD` the distance divides exactly:

    d·(g − v) = Σ_i (D_i ÷ ΣD) · d·(g − r_i),    r_i = f·N_i ÷ D_i

because `ΣD·v = Σ D_i·r_i`; it is the within-group part of a shift-share decomposition against a fixed standard
(Kitagawa 1955, "Components of a difference between two rates"). A weighted mean divides the same way by its weights,
and a share of regions that reached by 1 ÷ n with r_i of 100 or 0. Of a band, and of a target that is to be met
exactly, the distance from the centre divides; `d` then points from the figure to the centre. A plain sum has no share
of its target for each unit, so nothing is divided.

Everything is exact, so the parts add up to the whole; a figure that is a bound enters with the number at its bound and
is named in `bounded`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from monitor.catalogue.models import BandTarget, Indicator, JudgeTarget
from monitor.catalogue.periods import Period

from .figures import Figure, part_factor, total
from .goals import in_force
from .settings import MethodSettings
from .tree import Tree

Form = Literal["ratio_of_sums", "weighted_mean", "share_reached"]
Refusal = Literal["no_target", "no_division", "no_units", "no_figure"]
_HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Part:
    """One unit as it enters: its figure `value` and its `weight` among all that enter, which are 1 together.

    `numerator`, `denominator`: in the part unit, None where the form has none. `has_figure` is false for a region
    that is expected to reach and has sent nothing.
    """

    value: Fraction
    weight: Fraction
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    comparator: str = "eq"
    has_figure: bool = True
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one unit adds to the distance (positive) or takes off it (negative), in the indicator's unit (of a rate
    in percentage points). `change`: by how much its numerator must rise (positive) or fall (negative) with the
    present denominator to reach the target, 0 where it has, None where there are no parts; in the part unit.
    """

    code: str
    part: Part
    amount: Fraction
    change: Fraction | None

    @property
    def to_add(self) -> Fraction | None:
        """`max(0, d·(g·D ÷ f − N))`: persons or yuan to go."""
        return None if self.change is None else abs(self.change)


@dataclass(frozen=True)
class Goal:
    """The number that the distance is measured to. `low` and `high` are the ends of what satisfies the target."""

    centre: Fraction
    sign: int
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Decomposition:
    """`gap` = Σ amounts + (`difference` or 0), exactly: the whole distance of the region's row from its target.

    `difference`: what is left where the row is a published figure and no aggregate, "published − aggregated" as it
    adds to the distance; None where the row is the aggregate. `absent`: units that do not enter, with the reason
    `not_sent`, `missing`, `withheld`, `not_applicable`, `parts_missing` or `weight_missing`. `bounded`: codes whose
    figure is a bound or approximate, the region's own among them; of a share of regions, those not sure to have
    reached. `if_reached`: the aggregate if every unit that has not reached the target came exactly to it; `gap_then`
    the distance that would be left by that aggregate.
    """

    form: Form
    goal: Goal
    value: Fraction
    aggregated: Fraction
    gap: Fraction
    contributions: tuple[Contribution, ...]
    difference: Fraction | None
    absent: tuple[tuple[str, str], ...]
    bounded: tuple[str, ...]
    if_reached: Fraction
    gap_then: Fraction


def contributions(parts: Mapping[str, Part], goal: Goal, factor: Fraction = Fraction(1)) -> tuple[Contribution, ...]:
    """`weight · d·(g − value)` for each unit, and how its numerator must change: `g·D ÷ f − N`."""
    return tuple(
        Contribution(code, part, part.weight * goal.sign * (goal.centre - part.value), _change(part, goal, factor))
        for code, part in parts.items()
    )


def ratio_parts(figures: Mapping[str, Figure], factor: Fraction) -> dict[str, Part]:
    """Figures with their parts, weighed by their denominators."""
    whole = total(figure.denominator for figure in figures.values())
    found = {}
    for code, figure in figures.items():
        top, bottom = figure.numerator, figure.denominator
        assert top is not None and bottom is not None
        found[code] = Part(
            factor * top / bottom, bottom / whole, top, bottom, figure.comparator, synthetic=figure.synthetic
        )
    return found


def weighed_parts(figures: Mapping[str, Figure], weights: Mapping[str, Fraction]) -> dict[str, Part]:
    """Figures weighed by another indicator's."""
    whole = total(weights[code] for code in figures)
    return {
        code: Part(figure.value, weights[code] / whole, comparator=figure.comparator, synthetic=figure.synthetic)
        for code, figure in figures.items()
    }


def if_reached(parts: Mapping[str, Part], goal: Goal) -> Fraction:
    """The aggregate if every unit outside what satisfies the target came exactly to its nearest end.

    Of a ratio of sums and a target upwards this is `f·Σ max(N_i, g·D_i ÷ f) ÷ ΣD`; downwards with min.
    """
    return total(part.weight * _nearest(part.value, goal) for part in parts.values())


def _nearest(value: Fraction, goal: Goal) -> Fraction:
    if goal.low is not None and value < goal.low:
        return goal.low
    return goal.high if goal.high is not None and value > goal.high else value


def _change(part: Part, goal: Goal, factor: Fraction) -> Fraction | None:
    if part.numerator is None or part.denominator is None:
        return None
    return (_nearest(part.value, goal) - part.value) * part.denominator / factor


def decompose(
    tree: Tree, indicator: Indicator, region: str, period: Period, settings: MethodSettings
) -> Decomposition | Refusal:
    """The distance of a region's row from its target, divided among its children.

    A word where nothing can be divided: `no_target` (a target in words, or none), `no_division` (the aggregate is no
    mean), `no_figure` (the row has none), `no_units` (no child enters).
    """
    row = tree.figure(indicator, region, period)
    share = tree.is_region_share(indicator, region)
    goal = _goal(tree, indicator, region, period, row, settings)
    if goal is None:
        return "no_target"
    if row is None:
        return "no_figure"
    form = _form(indicator, share)
    if form is None:
        return "no_division"
    parts, absent = _enter(tree, indicator, region, period, form)
    aggregate = tree.aggregate(indicator, region, period)
    if not parts or aggregate.figure is None:
        return "no_units"
    found = contributions(parts, goal, part_factor(indicator))
    aggregated = aggregate.figure.value
    published = row is not aggregate.figure
    reached = if_reached(parts, goal)
    return Decomposition(
        form=form,
        goal=goal,
        value=row.value,
        aggregated=aggregated,
        gap=goal.sign * (goal.centre - row.value),
        contributions=found,
        difference=goal.sign * (aggregated - row.value) if published else None,
        absent=absent,
        bounded=_bounded(parts, form) + ((region,) if row.comparator != "eq" and form != "share_reached" else ()),
        if_reached=reached,
        gap_then=goal.sign * (goal.centre - reached),
    )


def _bounded(parts: Mapping[str, Part], form: Form) -> tuple[str, ...]:
    """The units whose figure is a bound or approximate; of regions that reached, those that it keeps from it."""
    kept = (code for code, part in parts.items() if not (form == "share_reached" and part.value > 0))
    return tuple(code for code in kept if parts[code].comparator != "eq")


def _form(indicator: Indicator, share: bool) -> Form | None:
    if share or indicator.aggregate == "share_reached":
        return "share_reached"
    if indicator.aggregate in ("ratio_of_sums", "weighted_mean"):
        return "ratio_of_sums" if indicator.aggregate == "ratio_of_sums" else "weighted_mean"
    return None


def _goal(
    tree: Tree, indicator: Indicator, region: str, period: Period, row: Figure | None, settings: MethodSettings
) -> Goal | None:
    """What the distance is measured to; None for a target in words, and for a band without a centre."""
    if tree.is_region_share(indicator, region):
        return Goal(_HUNDRED, 1, _HUNDRED, None)
    stated = tree.goal(indicator, region, period)
    target = stated.target
    if target is None or isinstance(target, JudgeTarget):
        return None
    centre = stated.value
    reach = Fraction(0)
    if isinstance(target, BandTarget):
        centre = stated.base.value if centre is None and stated.base is not None else centre
        reach = Fraction(settings.band_tolerance if target.tolerance is None else target.tolerance)
    elif target.comparator != "eq":
        assert centre is not None
        up = target.comparator in ("ge", "gt")
        sign = {"up": 1, "down": -1, "none": 1 if up else -1}[in_force(indicator, period).direction]
        return Goal(centre, sign, centre if up else None, None if up else centre)
    if centre is None:
        return None
    sign = -1 if row is not None and row.value > centre else 1
    return Goal(centre, sign, centre - reach, centre + reach)


def _enter(
    tree: Tree, indicator: Indicator, region: str, period: Period, form: Form
) -> tuple[dict[str, Part], tuple[tuple[str, str], ...]]:
    """The units that make up the aggregate, and those that do not with the reason."""
    if form == "share_reached":
        return _share_parts(tree, indicator, region, period)
    entered = tree.aggregate(indicator, region, period).entered
    children = [child.code for child in tree.regions.children(region, period.end) if child.reporting]
    figures = {code: figure for code in entered if (figure := tree.figure(indicator, code, period)) is not None}
    absent = tuple((code, why_absent(tree, indicator, code, period, form)) for code in children if code not in figures)
    if not figures:
        return {}, absent
    if form == "ratio_of_sums":
        return ratio_parts(figures, part_factor(indicator)), absent
    weight = tree.indicators[indicator.weight] if indicator.weight else None
    assert weight is not None
    weights = {code: own.value for code in figures if (own := tree.figure(weight, code, period)) is not None}
    return weighed_parts(figures, weights), absent


def why_absent(tree: Tree, indicator: Indicator, code: str, period: Period, form: Form | None) -> str:
    """Why a unit does not enter an aggregate, or has no figure at all."""
    if tree.figure(indicator, code, period) is not None:
        return "weight_missing" if form == "weighted_mean" else "parts_missing"
    reason = tree.absence(indicator, code, period)
    if reason:
        return reason
    series = tree.series_of(indicator, code)
    return "missing" if series is not None and period in series.sent else "not_sent"


def _share_parts(
    tree: Tree, indicator: Indicator, region: str, period: Period
) -> tuple[dict[str, Part], tuple[tuple[str, str], ...]]:
    """Each expected region as 100 or 0 of n; one without a figure has not reached, and says so."""
    if tree.is_region_share(indicator, region):
        expected = tree.expected(indicator, period)
    else:
        expected = tuple(child.code for child in tree.regions.children(region, period.end) if child.reporting)
    whole = _HUNDRED if indicator.unit == "%" or tree.is_region_share(indicator, region) else Fraction(1)
    parts = {}
    for code in expected:
        figure = tree.figure(indicator, code, period)
        reached = figure is not None and tree.reaches(indicator, code, period)
        parts[code] = Part(
            whole if reached else Fraction(0), Fraction(1, len(expected)),
            comparator="eq" if figure is None else figure.comparator,
            has_figure=figure is not None, synthetic=figure is not None and figure.synthetic,
        )  # fmt: skip
    absent = tuple(
        (code, why_absent(tree, indicator, code, period, None)) for code, part in parts.items() if not part.has_figure
    )
    return parts, absent
