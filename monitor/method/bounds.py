"""A figure may be a bound (≥95, >80): whether all, none or part of it satisfies a target.

A comparator makes the figure an interval (methods.md section 1): `ge v` = [v, ∞), `gt v` = (v, ∞),
`le`, `lt` likewise; `eq` and `approx` are the point v.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from .exact import Exact, Mask

Codes = npt.NDArray[np.str_]


def combine_comparators(comparators: Iterable[str]) -> str | None:
    """The comparator of a sum (with positive weights) of figures, None when nothing can be said.

    Lower bounds add up to a lower bound, open as soon as one is open; a lower and an upper bound
    add up to nothing. An approximate part makes a sum of points approximate.
    """
    found = set(comparators)
    if found <= {"eq"}:
        return "eq"
    if found <= {"eq", "approx"}:
        return "approx"
    rays = found - {"eq", "approx"}
    if rays <= {"ge", "gt"}:
        return "gt" if "gt" in rays else "ge"
    if rays <= {"le", "lt"}:
        return "lt" if "lt" in rays else "le"
    return None


def is_point(comparator: Codes) -> Mask:
    return np.isin(comparator, ("eq", "approx"))


def is_upper_ray(comparator: Codes) -> Mask:
    """Figures that reach up to infinity."""
    return np.isin(comparator, ("ge", "gt"))


def is_open(comparator: Codes) -> Mask:
    return np.isin(comparator, ("gt", "lt"))


def against_target(v: Exact, comparator: Codes, g: Exact, target: Codes) -> tuple[Mask, Mask]:
    """Whether the figure is wholly inside, and wholly outside, what the target comparator allows.

    Known figures that are neither straddle the target. `target`: ge, gt, le, lt or eq.
    """
    point, up, opened = is_point(comparator), is_upper_ray(comparator), is_open(comparator)
    down = ~point & ~up
    above, below, equal = v > g, v < g, v == g
    at_least, at_most = above | equal, below | equal

    inside = np.select(
        [target == "ge", target == "gt", target == "le", target == "lt"],
        [
            (point | up) & at_least,
            (point & above) | (up & (above | (opened & equal))),
            (point | down) & at_most,
            (point & below) | (down & (below | (opened & equal))),
        ],
        point & equal,
    )
    outside = np.select(
        [target == "ge", target == "gt", target == "le", target == "lt"],
        [
            (point & below) | (down & (below | (opened & equal))),
            (point | down) & at_most,
            (point & above) | (up & (above | (opened & equal))),
            (point | up) & at_least,
        ],
        (point & ~equal & v.known & g.known) | (up & (above | (opened & equal))) | (down & (below | (opened & equal))),
    )
    return inside.astype(bool), outside.astype(bool)


def against_band(v: Exact, comparator: Codes, low: Exact, high: Exact) -> tuple[Mask, Mask]:
    """Whether the figure is wholly inside, and wholly outside, the closed band [low, high]."""
    point, up, opened = is_point(comparator), is_upper_ray(comparator), is_open(comparator)
    down = ~point & ~up
    inside = point & (v >= low) & (v <= high)
    outside = (
        (point & ((v < low) | (v > high)))
        | (up & ((v > high) | (opened & (v == high))))
        | (down & ((v < low) | (opened & (v == low))))
    )
    return inside, outside
