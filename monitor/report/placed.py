"""Where a region stands in the tree and how it came there: the regions below it on a day, and its dated changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from monitor.catalogue.regions import Region, Regions

Kind = Literal["was", "became", "moved", "renamed"]


@dataclass(frozen=True)
class Past:
    """One dated change. `was`: another region's area is this one's; `became`: this one's is another's; `moved`: another
    parent; `renamed`: another name. `other` is the row before (of `became` the one after); `parent` the one that it
    stood under, `now` the one after, `until` the last day before the change.
    """

    kind: Kind
    region: Region
    other: Region
    parent: Region | None
    now: Region | None
    until: date | None


def below(regions: Regions, code: str, day: date) -> tuple[Region, ...]:
    """The direct parts that report, on the day."""
    return tuple(child for child in regions.children(code, day) if child.reporting)


def past(regions: Regions, code: str) -> tuple[Past, ...]:
    """What changed about a region, in order of time."""

    def parent(row: Region, on: date | None) -> Region | None:
        return regions.get(row.parent_code, on) or regions.get(row.parent_code) if row.parent_code else None

    rows = regions.history(code)
    found: list[Past] = []
    for row in rows:
        for former in row.formerly:
            before = regions.get(former)
            if before is not None:
                above = parent(before, before.valid_to)
                found.append(Past("was", row, before, above, parent(row, row.valid_from), before.valid_to))
    for before, after in pairwise(rows):
        above, now = parent(before, before.valid_to), parent(after, after.valid_from)
        if before.parent_code != after.parent_code:
            found.append(Past("moved", after, before, above, now, before.valid_to))
        if before.name != after.name:
            found.append(Past("renamed", after, before, above, now, before.valid_to))
    for after in regions.successors(code):
        last = rows[-1] if rows else after
        found.append(Past("became", last, after, parent(last, last.valid_to), parent(after, after.valid_from),
                          last.valid_to))  # fmt: skip
    return tuple(found)
