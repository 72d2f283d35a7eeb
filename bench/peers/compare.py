"""Cell by cell: what another told beside what we told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Cell = tuple[str, str]
Amounts = tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Agreement:
    """Of figures told by both: `amounts` the same to the last digit, `figures` within `CLOSE` of ours.

    `missing`: cells where we have a figure and they have none; `extra`: the other way round; `apart`: cells whose
    amounts or figures differ; `furthest`: the largest relative difference of a figure.
    """

    cells: int
    figures: int
    missing: tuple[Cell, ...]
    extra: tuple[Cell, ...]
    apart: tuple[Cell, ...]
    furthest: Decimal

    @property
    def is_whole(self) -> bool:
        return self.cells > 0 and not (self.missing or self.extra or self.apart)


CLOSE = Decimal("1e-12")
"""Relative; ours are given as the nearest float of the exact quotient, theirs may be floats from end to end."""


def amounts_by_cell(rows: Iterable[Sequence[Any]]) -> dict[Cell, Amounts]:
    """(indicator, region) → numerator, denominator, figure, aggregate; without the cells that have none of them."""
    told = {(str(row[0]), str(row[1])): tuple(_exact(cell) for cell in row[2:6]) for row in rows}
    return {cell: amounts for cell, amounts in told.items() if any(amount is not None for amount in amounts)}


def agreement(ours: Mapping[Cell, Amounts], theirs: Mapping[Cell, Amounts]) -> Agreement:
    """Every number that one has and the other has not, or that differs, is told by its cell."""
    missing, extra, apart, figures, furthest = [], [], [], 0, Decimal(0)
    for cell in sorted({*ours, *theirs}):
        own, other = ours.get(cell), theirs.get(cell)
        if own is None or other is None:
            (missing if other is None else extra).append(cell)
            continue
        distances = [_distance(one, another) for one, another in zip(own, other, strict=True)]
        figures += sum(one is not None for one in own)
        known = [distance for distance in distances if distance is not None]
        furthest = max([furthest, *known])
        # parts are compared exactly: they are what was sent, or sums of it
        if None in distances or any(known[:2]) or max(known, default=Decimal(0)) > CLOSE:
            apart.append(cell)
    return Agreement(len({*ours, *theirs}), figures, tuple(missing), tuple(extra), tuple(apart), furthest)


def _distance(one: Decimal | None, another: Decimal | None) -> Decimal | None:
    """Relative; None where only one of them is there."""
    if one is None or another is None:
        return Decimal(0) if one is another else None
    if one == another:
        return Decimal(0)
    return abs(one - another) / max(abs(one), abs(another))


def _exact(number: Any) -> Decimal | None:
    """Floats as the shortest text that means them."""
    return None if number is None else Decimal(str(number))
