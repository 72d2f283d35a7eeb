"""The named formulas of methods.md section 4, one function each, exact where the formula is rational."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal


def completion(v: Fraction, g: Fraction, direction: Literal["up", "down"] = "up") -> Fraction | None:
    """`v ÷ g` for counts and yearly tasks, `g ÷ v` where lower is better; None for a divisor of 0."""
    top, bottom = (v, g) if direction == "up" else (g, v)
    return top / bottom if bottom else None


def cumulative_drop(yearly_drops: Iterable[Fraction]) -> Fraction:
    """`1 − Π(1 − rᵢ)` of yearly drops as fractions; drops never add up."""
    return 1 - math.prod((1 - drop for drop in yearly_drops), start=Fraction(1))


def percent_drop_progress(drop: Fraction, target_drop: Fraction) -> float | None:
    """`ln(1 − d) ÷ ln(1 − D)`, drops as fractions; None where a logarithm does not exist or is zero."""
    if drop >= 1 or not 0 < target_drop < 1:
        return None
    return math.log1p(-float(drop)) / math.log1p(-float(target_drop))


def required_yearly_drop(drop: Fraction, target_drop: Fraction, years: Fraction) -> float | None:
    """`1 − ((1 − D) ÷ (1 − d))^(1/n)`, a fraction per year; None when no time or nothing to drop from is left."""
    if years <= 0 or drop >= 1 or target_drop >= 1:
        return None
    return 1 - math.pow((1 - target_drop) / (1 - drop), 1 / years)


def share_reached(met: int, expected: int) -> Fraction | None:
    """`met ÷ expected`; None when none is expected."""
    return Fraction(met, expected) if expected else None


def rate_of_indicators_met(met: int, assessable: int) -> Fraction | None:
    """`met ÷ assessable`; None when none can be assessed."""
    return Fraction(met, assessable) if assessable else None
