"""A target with the baseline and path it stands beside, wherever in an indicator they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .drafts import Draft
from .models import Baseline, Indicator, Target
from .yaml_nodes import Location


@dataclass(frozen=True)
class WrittenGoal:
    """One target in force for someone at some time; the locations say where its parts are, or would be, written.

    `base_year` is that of the baseline time is measured from, None for the plan's base year.
    """

    target: Target | None
    baseline: Baseline | None
    base_year: int | None
    path: Mapping[int, Decimal] | None
    target_at: Location
    baseline_at: Location
    path_at: Location


def written_goals(part: Draft[Indicator]) -> Iterator[WrittenGoal]:
    """The indicator's own goal, then one for each version, then one for each region with a goal of its own."""
    at, indicator = part.location, part.model
    target, baseline = indicator.target, indicator.baseline
    target_at, baseline_at, path_at = ((*at, key) for key in ("target", "baseline", "path"))
    yield WrittenGoal(target, baseline, _year(baseline), indicator.path, target_at, baseline_at, path_at)
    for index, version in enumerate(indicator.versions):
        if version.target is not None:
            target, target_at = version.target, (*at, "versions", index, "target")
        if version.baseline is not None:
            baseline, baseline_at = version.baseline, (*at, "versions", index, "baseline")
        if version.target or version.baseline:
            yield WrittenGoal(target, baseline, _year(baseline), None, target_at, baseline_at, path_at)
    for code, regional in indicator.regional_targets.items():
        here: Location = (*at, "regional_targets", code)
        yield WrittenGoal(
            regional.target or indicator.target,
            regional.baseline,
            _year(regional.baseline) or _year(indicator.baseline),
            regional.path,
            (*here, "target") if regional.target else (*at, "target"),
            (*here, "baseline") if regional.baseline else (*at, "baseline"),
            (*here, "path"),
        )


def _year(baseline: Baseline | None) -> int | None:
    return None if baseline is None else baseline.year
