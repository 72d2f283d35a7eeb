"""Where the gap lies, as a page tells it: the units of a region with what each adds to its distance from the target."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.method.decomposition import Contribution, Decomposition, Refusal, decompose
from monitor.method.settings import MethodSettings
from monitor.method.tree import Tree

from .counted import as_count, division_as_count
from .figures import Figure
from .sheet import Sheet

_NAMED = 5
_MOST = Fraction(1, 2)


@dataclass(frozen=True)
class GapLine:
    """One unit: what it contributes, and its row of the scorecard where it has one."""

    region: Region
    contribution: Contribution
    figure: Figure | None


@dataclass(frozen=True)
class UnitsGap:
    """The division of the distance of `parent` from its target in `period`; `figure` is the parent's own row;
    both in regions where it is their share that is divided.

    `lines`: the unit that adds most comes first; `absent`: units that do not enter, with the reason; `own`: the line of
    the region whose page it is, where it is one of the units.
    """

    parent: Region
    period: Period
    figure: Figure
    division: Decomposition
    lines: tuple[GapLine, ...]
    absent: tuple[tuple[Region, str], ...]
    own: GapLine | None = None

    @property
    def below(self) -> tuple[GapLine, ...]:
        """Those that add to the distance, the most first."""
        return tuple(line for line in self.lines if line.contribution.amount > 0)

    @property
    def above(self) -> tuple[GapLine, ...]:
        """Those that take off it, the most first."""
        return tuple(line for line in reversed(self.lines) if line.contribution.amount < 0)

    @cached_property
    def adding(self) -> Fraction:
        """What all that add to the distance add together."""
        return sum((line.contribution.amount for line in self.below), Fraction(0))

    @cached_property
    def taking(self) -> Fraction:
        """What all that take off it take off together, positive."""
        return -sum((line.contribution.amount for line in self.above), Fraction(0))

    @property
    def is_met(self) -> bool:
        """Whether nothing is to go by the row's own number."""
        return self.division.gap <= 0 if self.figure.rule != "band" else self.figure.target_gap == 0

    def leaders(self) -> tuple[tuple[GapLine, ...], Fraction]:
        """The first units that make up half of what is added, five at most, and their share of it."""
        return _leading(self.below, self.adding)

    def holders(self) -> tuple[tuple[GapLine, ...], Fraction]:
        """The first units that make up half of what is taken off, five at most, and their share of it."""
        return _leading(self.above, self.taking)


def _leading(lines: tuple[GapLine, ...], whole: Fraction) -> tuple[tuple[GapLine, ...], Fraction]:
    found: list[GapLine] = []
    share = Fraction(0)
    for line in lines[:_NAMED]:
        if share >= _MOST and line.contribution.amount != found[-1].contribution.amount:
            break
        found.append(line)
        share += abs(line.contribution.amount) / whole
    return tuple(found), share


def units_gap(
    tree: Tree,
    sheet: Sheet,
    indicator: Indicator,
    region: Region,
    period: Period,
    settings: MethodSettings,
) -> UnitsGap | Refusal:
    """The region's distance among its children; for a unit without children its parent's, with the unit's own line."""
    own = tree.indicators[indicator.id]
    answer = _divided(tree, sheet, own, region, period, settings)
    parent = tree.regions.get(region.parent_code, period.end) if region.parent_code else None
    if isinstance(answer, UnitsGap) or region.code == tree.plan.region or parent is None:
        return answer
    above = _divided(tree, sheet, own, parent, period, settings)
    if not isinstance(above, UnitsGap):
        return above
    line = next((line for line in above.lines if line.region.code == region.code), None)
    return UnitsGap(above.parent, period, above.figure, above.division, above.lines, above.absent, line)


def _divided(
    tree: Tree, sheet: Sheet, indicator: Indicator, region: Region, period: Period, settings: MethodSettings
) -> UnitsGap | Refusal:
    division = decompose(tree, indicator, region.code, period, settings)
    if not isinstance(division, Decomposition):
        return division
    figure = sheet.at(region.code, indicator.id, period)
    if figure is None:
        return "no_figure"
    expected = figure.denominator
    if tree.is_region_share(indicator, region.code) and expected:
        figure, division = as_count(figure), division_as_count(division, expected)
    lines = [
        GapLine(unit, one, sheet.at(one.code, indicator.id, period))
        for one in division.contributions
        if (unit := tree.regions.get(one.code, period.end)) is not None
    ]
    lines.sort(key=lambda line: (-line.contribution.amount, line.region.code))
    absent = tuple(
        (unit, reason) for code, reason in division.absent if (unit := tree.regions.get(code, period.end)) is not None
    )
    return UnitsGap(region, period, figure, division, tuple(lines), absent)
