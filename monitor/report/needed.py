"""What the rows that are asked for rest on: the periods and the indicators whose figures they need."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period


def needed_periods(catalogue: Catalogue, period: Period, *, parts: bool) -> list[str]:
    """The codes of all periods that a row of `period` can depend on: its own figure, and the year figures up to it.

    A region without a baseline of its own takes the figure of the year that the catalogue states for it.

    `parts`: also those that are only added up to longer ones.
    """
    first = min(catalogue.plan.period.base, period.year) - 5
    years = {*range(first, period.year + 1), *chain.from_iterable(map(baseline_years, catalogue.indicators))}
    wanted = {period, *(Period.of(year) for year in years)}
    found: set[Period] = set()
    while wanted:
        found |= wanted
        shorter = {one for longer in wanted for one in (*longer.same_end, *(longer.parts if parts else ()))}
        wanted = shorter - found
    return sorted(one.code for one in found)


def baseline_years(indicator: Indicator) -> set[int]:
    """The years that its baselines name: the plan's own region's, other regions' and those of later versions."""
    stated = [
        indicator.baseline,
        *(version.baseline for version in indicator.versions),
        *(regional.baseline for regional in indicator.regional_targets.values()),
    ]
    return {baseline.year for baseline in stated if baseline is not None and baseline.year is not None}


def resting_on(names: frozenset[str], indicators: Sequence[Indicator]) -> set[str]:
    """The indicators with those that their rows are weighed by or aligned to, all the way."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        found |= waiting
        sources = {name for one in indicators if one.id in waiting for name in (one.weight, one.aligns_to) if name}
        waiting = sources - found
    return found
