"""How the units stand for one indicator in one period: their ranks, and what the middle and the ends of them are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period
from monitor.catalogue.regions import Region
from monitor.method.decomposition import why_absent
from monitor.method.tree import Tree

from .figures import CLASSES, Figure, Source
from .ranking import Rank, place_of


@dataclass(frozen=True)
class Standing:
    """One unit's figure for the chosen period; `figure` is None where it has none, and `absence` says why.

    `rank`: None without a figure, and where neither higher nor lower is better. `absence` is `parts_missing` for a
    unit whose figure cannot enter the aggregate.
    """

    region: Region
    figure: Figure | None
    source: Source | None
    rank: Rank | None = None
    absence: str = ""


@dataclass(frozen=True)
class Distribution:
    """Quartiles of the units' figures by linear interpolation between neighbours (Hyndman & Fan 1996, type 7).

    `classes`: how many units have each class, worst first; units without a figure are not counted.
    """

    count: int
    least: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    most: Fraction
    classes: tuple[tuple[str, int], ...]


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """The number below which that share of an ordered, non-empty list lies."""
    place = share * (len(ordered) - 1)
    low = place.numerator // place.denominator
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def distribution(
    tree: Tree, indicator: Indicator, period: Period, standings: Sequence[Standing]
) -> Distribution | None:
    """None where no unit has a figure."""
    values = sorted(_values(tree, indicator, period, [s.region for s in standings]).values())
    if not values:
        return None
    found = [s.figure.class_ for s in standings if s.figure is not None]
    return Distribution(
        len(values), values[0], quantile(values, Fraction(1, 4)), quantile(values, Fraction(1, 2)),
        quantile(values, Fraction(3, 4)), values[-1],
        tuple((name, found.count(name)) for name in CLASSES if name in found),
    )  # fmt: skip


def ranked(
    tree: Tree, indicator: Indicator, period: Period, units: Sequence[Region], figures: Mapping[str, Figure],
    sources: Mapping[str, Source],
) -> tuple[Standing, ...]:  # fmt: skip
    """The units with their ranks; equal figures share a rank. Exact numbers are compared, never their floats."""
    values = _values(tree, indicator, period, units)
    entered = set(tree.aggregate(indicator, tree.plan.region, period).entered)
    rates = indicator.aggregate == "ratio_of_sums"
    standings = []
    for unit in units:
        code = unit.code
        absence, rank = "", None
        if code not in values:
            absence = why_absent(tree, indicator, code, period, None)
        else:
            absence = "parts_missing" if rates and code not in entered else ""
            if indicator.direction != "none":
                rank = place_of(values[code], values.values(), high_is_best=indicator.direction == "up")
        standings.append(Standing(unit, figures.get(code), sources.get(code), rank, absence))
    return tuple(standings)


def _values(tree: Tree, indicator: Indicator, period: Period, units: Sequence[Region]) -> dict[str, Fraction]:
    found = {unit.code: tree.figure(indicator, unit.code, period) for unit in units}
    return {code: figure.value for code, figure in found.items() if figure is not None}
