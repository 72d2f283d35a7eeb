"""Open SDG's automated progress classes, from its published formulas.

Sources: Open SDG documentation, "Progress" (version 2.4 on), and Statistics Canada, "Progress Measurement for Canada's
Sustainable Development Goals", which it follows. The package that computes them (sdg-build) is on no registry, so the
formulas are written down here, in floats as they are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

OpenClass = Literal[
    "target_achieved", "substantial_progress", "moderate_progress", "limited_progress", "deterioration", "not_available"
]
_RATIO = ((0.95, "substantial_progress"), (0.60, "moderate_progress"), (0.0, "limited_progress"))
_NEVER_ZERO = 0.001
"""What the method puts in the place of a base or a target of 0."""


@dataclass(frozen=True)
class Progress:
    """`ratio`: observed over required growth, None where there is none; `base_year`: the year that served as base."""

    outcome: OpenClass
    ratio: float | None
    base_year: int | None


def progress(series: Mapping[int, float], *, rises: bool, target: float, base_year: int, target_year: int) -> Progress:
    """The class of a series (year → value) towards a target, at its last year.

    The base is the value of the base year, else of the first year after it. The target is achieved where the last value
    meets it, inclusively; else R = sign(base)·d·growth so far ÷ |growth needed|, both compound a year.
    """
    later = [year for year in series if year >= base_year]
    if not later:
        return Progress("not_available", None, None)
    first, last = min(later), max(series)
    base, now = series[first], series[last]
    target = target or _NEVER_ZERO
    is_achieved = now >= target if rises else now <= target
    base = base or _NEVER_ZERO
    ratio = None
    if last - first >= 1 and base * now >= 0 and target_year > first and target / base > 0 and target != base:
        needed = (target / base) ** (1 / (target_year - first)) - 1
        so_far = (now / base) ** (1 / (last - first)) - 1
        ratio = (1 if base > 0 else -1) * (1 if rises else -1) * so_far / abs(needed)
    if is_achieved:
        return Progress("target_achieved", ratio, first)
    if ratio is None:
        return Progress("not_available", None, first)
    for bound, name in _RATIO:
        if ratio >= bound:
            return Progress(name, ratio, first)  # type: ignore[arg-type]
    return Progress("deterioration", ratio, first)
