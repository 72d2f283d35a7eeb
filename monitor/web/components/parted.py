"""A long list in parts: what every page shows of one that a plan down to counties makes too long for a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from monitor.catalogue.regions import Region, Regions

from ..view import View
from ..words import Words
from . import html
from .choices import choice
from .form_elements import input_, option, select
from .html import Element
from .parts import link

MOST = 120
"""A list of so many lines is shown whole."""
PART = 60

T = TypeVar("T")


def part_of(view: View, items: Sequence[T]) -> tuple[Sequence[T], html.P | None]:
    """The part that the address asks for (`skip`), and the way to the next ones; all for a file, or of a short list."""
    if len(items) <= MOST or view.address.rows == "all":
        return items, None
    words, text = view.words, view.address.skip or ""
    first = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
    first = min(first, len(items) - 1)
    last = min(first + PART, len(items))
    parts: list[Any] = [html.Span(words("tree.rows", first=first + 1, last=last, n=f"{len(items):,}"))]
    if first:
        before = max(0, first - PART)
        parts.append(link(words("tree.before"), view.here(skip=str(before) if before else None)))
    if last < len(items):
        parts.append(link(words("tree.after"), view.here(skip=str(last))))
    return items[first:last], html.P(parts, className="tree-pager")


def of_level(view: View, regions: Sequence[Region]) -> tuple[Sequence[Region], html.Nav | None]:
    """Of a long list of regions those of the level that the address asks for, and the choice of one."""
    levels = {one.level: 0 for one in regions}
    if len(regions) <= MOST or len(levels) < 2:
        return regions, None
    for one in regions:
        levels[one.level] += 1
    words, asked = view.words, view.address.level if view.address.level in levels else None
    options = [(words("matrix.all"), view.here(level=None, skip=None), asked is None)]
    options += [
        (f"{words.known('level', name)} {number:,}", view.here(level=name, skip=None), asked == name)
        for name, number in levels.items()
    ]
    chosen = regions if asked is None or view.address.rows == "all" else [one for one in regions if one.level == asked]
    return chosen, choice(words("tree.level"), options)


def units_offered(regions: Regions, root: str, units: Sequence[Region], also: str | None = None) -> Sequence[Region]:
    """The units that a field offers: all where they are few, else those directly under the plan's region, and the one
    that was chosen already."""
    if len(units) <= MOST:
        return units
    near = {one.code for one in regions.children(root)}
    return [one for one in units if one.code in near or one.code == also]


def region_field(words: Words, units: Sequence[Region], name: str, ident: str, chosen: str = "") -> Element:
    """A choice among few units; of many the code is typed, which the page of the tree tells."""
    if len(units) <= MOST:
        options = [option(unit.code, words.region_short(unit), chosen=unit.code == chosen) for unit in units]
        return select(name, options, id=ident)
    return input_("text", name, chosen, id=ident, pattern="[0-9]{6}", maxlength="6", inputmode="numeric",
                  placeholder=words("tree.code_hint"), required=True)  # fmt: skip
