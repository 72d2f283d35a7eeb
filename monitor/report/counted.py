"""The share of regions that reached, told as people say it: so many regions of those that are expected to.

methods.md section 5, each_region: the row of the plan's own region is 100·n/d %. Pages say n of d; the share stays as
the progress of the row and in exports.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from monitor.catalogue.models import Indicator, Plan
from monitor.method.decomposition import Decomposition

from .figures import Figure

REGIONS = "省"
"""The unit of a count of regions."""


def is_count_of_regions(indicator: Indicator, plan: Plan, figure: Figure) -> bool:
    """Whether the figure is the share of regions that reached (methods.md section 5, each_region)."""
    scope = getattr(indicator.target, "scope", "nation")
    return scope == "each_region" and figure.region_code == plan.region


def as_count(figure: Figure) -> Figure:
    """The share of regions as a count in regions: from none at the base to all that are expected.

    Progress, class and both parts stay as they are; a row without a figure has nothing to count.
    """
    if figure.numerator is None or not figure.denominator:
        return figure
    reached, expected = figure.numerator, figure.denominator
    return replace(
        figure, value=reached, unit=REGIONS, baseline=None, baseline_printed="", target=expected,
        target_printed=f"{expected:g}", target_gap=expected - reached, numerator_gap=None, pace_per_year=None,
        required_per_year=None, projected_value=None, aggregated_value=None,
    )  # fmt: skip


def as_told(figure: Figure, indicator: Indicator, plan: Plan) -> Figure:
    """The figure in the terms in which pages tell it: a share of regions as their count, every other as it is."""
    return as_count(figure) if is_count_of_regions(indicator, plan, figure) else figure


def division_as_count(division: Decomposition, expected: float) -> Decomposition:
    """The division of a share's distance in regions: each that has not reached is one."""
    size = Fraction(expected) / 100
    return replace(
        division,
        value=division.value * size,
        aggregated=division.aggregated * size,
        gap=division.gap * size,
        contributions=tuple(replace(one, amount=one.amount * size) for one in division.contributions),
        if_reached=division.if_reached * size,
        gap_then=division.gap_then * size,
    )
