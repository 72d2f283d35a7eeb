"""Places among the units: equal ones share a place, and the next place is as many further on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Number = TypeVar("Number", int, float, Fraction)


@dataclass(frozen=True)
class Rank:
    """Place among the units that have a figure of the same period, best first; equal figures share a place."""

    place: int
    of: int

    @property
    def is_front(self) -> bool:
        """In the first third."""
        return 3 * self.place <= self.of

    @property
    def is_back(self) -> bool:
        """In the last third."""
        return 3 * self.place > 2 * self.of

    @property
    def share(self) -> Fraction:
        """How far down the list, above 0 and at most 1."""
        return Fraction(self.place, self.of)


def place_of(mine: Number, all_: Iterable[Number], *, high_is_best: bool) -> Rank:
    """The place of `mine` among `all_`, which holds it."""
    peers = list(all_)
    better = sum(one > mine if high_is_best else one < mine for one in peers)
    return Rank(better + 1, len(peers))
