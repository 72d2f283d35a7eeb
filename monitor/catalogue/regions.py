"""The tree of regions; a parent link has dates, so every question about the tree names a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Region:
    """One row of the regions file: a region under one parent, from `valid_from` to `valid_to` (both included)."""

    code: str
    parent_code: str | None
    level: str
    name: str
    reporting: bool
    short_name: str = ""
    glyph: str = ""
    name_en: str = ""
    code_system: str = ""
    population: int | None = None
    tile_column: int | None = None
    tile_row: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    formerly: tuple[str, ...] = ()
    """Codes that its area had before: regions that ended when this one began (公主岭市 220184: 220381)."""

    def is_valid(self, on: date | None) -> bool:
        """Whether the row holds on that day; with no day, always."""
        if on is None:
            return True
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class Regions:
    """All rows of a regions file, answering who belongs to whom on a day; `file` and `text` as they were read."""

    def __init__(self, rows: tuple[Region, ...], *, file: str = "", text: str = "") -> None:
        self.rows = rows
        self.file = file
        self.text = text
        self._by_code: dict[str, list[Region]] = defaultdict(list)
        self._by_parent: dict[str, list[Region]] = defaultdict(list)
        for row in sorted(rows, key=lambda r: (r.code, r.valid_from or date.min)):
            self._by_code[row.code].append(row)
            if row.parent_code:
                self._by_parent[row.parent_code].append(row)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str, on: date | None = None) -> Region | None:
        """The region's row on that day; with no day, its latest row."""
        valid = [row for row in self._by_code.get(code, ()) if row.is_valid(on)]
        return valid[-1] if valid else None

    def children(self, code: str, on: date | None = None) -> tuple[Region, ...]:
        """Direct children on that day, by code; with no day, every child there ever was, once."""
        found = {row.code: row for row in self._by_parent.get(code, ()) if row.is_valid(on)}
        return tuple(found.values())

    def lineage(self, code: str, on: date | None = None) -> tuple[str, ...]:
        """The region's code and those of all above it on that day, nearest first; of an unknown one its code alone."""
        found = [code]
        while (region := self.get(found[-1], on)) and region.parent_code and region.parent_code not in found:
            found.append(region.parent_code)
        return tuple(found)

    def history(self, code: str) -> tuple[Region, ...]:
        """The region's rows in order of time; more than one where a parent, a name or another field changed."""
        return tuple(self._by_code.get(code, ()))

    def successors(self, code: str) -> tuple[Region, ...]:
        """Regions that began with this one's area, by code (莱城区 371202: 莱芜区)."""
        return tuple(row for row in self.rows if code in row.formerly)

    def descendants(self, code: str, on: date | None = None) -> tuple[Region, ...]:
        """Children, their children and so on, each once; the loader has refused cycles."""
        found: dict[str, Region] = {}
        waiting = [*reversed(self.children(code, on))]
        while waiting:
            region = waiting.pop()
            if region.code not in found:
                found[region.code] = region
                waiting.extend(reversed(self.children(region.code, on)))
        return tuple(found.values())
