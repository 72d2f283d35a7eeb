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
COMPARATORS = ("eq", "approx", "ge", "gt", "le", "lt")
Comparators = npt.NDArray[np.int8]
"""A column of comparators: of each its place in COMPARATORS, so that zeros are points."""
EQ, APPROX, GE, GT, LE, LT = range(len(COMPARATORS))
_SIGNS = (-1, 0, 1)


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


def comparators_of(names: Iterable[str]) -> Comparators:
    """A column of the comparators named. Raises ValueError for what is none."""
    return np.array([COMPARATORS.index(name) for name in names], dtype=np.int8)


def one_of(codes: Codes, *names: str) -> Mask:
    """Where a code is one of the names."""
    found: Mask = codes == names[0]
    for name in names[1:]:
        found |= codes == name
    return found


def is_point(comparator: Comparators) -> Mask:
    return comparator <= APPROX


def is_upper_ray(comparator: Comparators) -> Mask:
    """Figures that reach up to infinity."""
    reaches: Mask = (comparator == GE) | (comparator == GT)
    return reaches


def is_open(comparator: Comparators) -> Mask:
    opened: Mask = (comparator == GT) | (comparator == LT)
    return opened


def against_target(v: Exact, comparator: Comparators, g: Exact, target: Comparators) -> tuple[Mask, Mask]:
    """Whether the figure is wholly inside, and wholly outside, what the target comparator allows.

    Known figures that are neither straddle the target. `target`: ge, gt, le, lt or eq.
    """
    place = (comparator * len(COMPARATORS) + target) * len(_SIGNS) + v.sign_of_difference(g) + 1
    known = v.known & g.known
    return known & _INSIDE[place], known & _OUTSIDE[place]


def _verdicts(comparator: Comparators, target: Comparators, sign: npt.NDArray[np.int8]) -> tuple[Mask, Mask]:
    """As `against_target`, of the signs of v − g."""
    point, up, opened = is_point(comparator), is_upper_ray(comparator), is_open(comparator)
    down = ~point & ~up
    above, below, equal = sign > 0, sign < 0, sign == 0
    at_least, at_most = above | equal, below | equal

    inside = np.select(
        [target == GE, target == GT, target == LE, target == LT],
        [
            (point | up) & at_least,
            (point & above) | (up & (above | (opened & equal))),
            (point | down) & at_most,
            (point & below) | (down & (below | (opened & equal))),
        ],
        point & equal,
    )
    outside = np.select(
        [target == GE, target == GT, target == LE, target == LT],
        [
            (point & below) | (down & (below | (opened & equal))),
            (point | down) & at_most,
            (point & above) | (up & (above | (opened & equal))),
            (point | up) & at_least,
        ],
        (point & ~equal) | (up & (above | (opened & equal))) | (down & (below | (opened & equal))),
    )
    return inside.astype(bool), outside.astype(bool)


_PLACES = range(len(COMPARATORS))
_EVERY = np.array([(c, t, s) for c in _PLACES for t in _PLACES for s in _SIGNS], dtype=np.int8)
_INSIDE, _OUTSIDE = _verdicts(_EVERY[:, 0], _EVERY[:, 1], _EVERY[:, 2])


def against_band(v: Exact, comparator: Comparators, low: Exact, high: Exact) -> tuple[Mask, Mask]:
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
