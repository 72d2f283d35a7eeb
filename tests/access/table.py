"""expected.csv: who is answered how at which door. A line stands for each of its things, and the statuses of everybody.

`{receipt}` and `{submission}` of an address are the numbers of a line's things, `missing` is a number of nothing. A
door of `CALLBACK` is a callback of the app, by its output or by the name of its function in the browser.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from .world import MISSING, STATES, World

FILE = Path(__file__).with_name("expected.csv")
BROWSERS = ("nobody", "viewer", "reporter_a", "reporter_b", "reviewer", "department", "planner", "operator")
PROGRAMS = ("nobody", "viewer", "reporter_a", "reporter_b", "reviewer", "reviewer_b", "planner", "operator")
_COLUMNS = ("door", "address", "things", "nobody", "viewer", "reporter_a", "reporter_b", "reviewer", "other_reviewer",
            "planner", "operator")  # fmt: skip


def is_for_programs(address: str) -> bool:
    """Whether a token opens the door of an address, and no cookie does."""
    return address.startswith(("/api/", "/metrics"))


@dataclass(frozen=True)
class Line:
    """`statuses` by person; `thing`: what the address names, None where it names none or nothing that is there."""

    door: str
    address: str
    thing: str | None
    statuses: dict[str, int]

    @property
    def is_program(self) -> bool:
        return is_for_programs(self.address)

    @property
    def is_callback(self) -> bool:
        return self.door == "CALLBACK"

    def path(self, world: World, *, missing: bool = False) -> str:
        found = None if missing or self.thing in (None, "missing") else world.things[str(self.thing)]
        return self.address.format(
            receipt=found.receipt if found else MISSING, submission=(found and found.submission) or MISSING
        )


def lines(units: Collection[str] = "ab", states: Collection[str] = tuple(STATES)) -> tuple[Line, ...]:
    """One for each thing of each line of the file, of these units and states."""
    wanted = {"missing", *(f"{unit}.{state}" for unit in units for state in states)}
    with FILE.open(encoding="utf-8", newline="") as file:
        first, *rows = csv.reader(row for row in file if not row.startswith("#"))
    assert tuple(first) == _COLUMNS
    found = []
    for door, address, things, *told in rows:
        who = PROGRAMS if is_for_programs(address) else BROWSERS
        statuses = dict(zip(who, map(int, told), strict=True))
        of: list[str | None] = [one for one in things.split() if one in wanted] if things else [None]
        found += [Line(door, address, thing, statuses) for thing in of]
    return tuple(found)
