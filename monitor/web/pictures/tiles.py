"""The tile map as a picture: the same squares as the page's, in the same places."""

from __future__ import annotations

from collections.abc import Sequence

from ..components.html import Element
from ..figures.template import INK, LINE, QUIET
from .elements import classes_of, parts_of, seen, style_of, within
from .frame import Caption, Item, framed
from .looks import LINE_STRONG, LOOKS, SOFT, SUNKEN, WHITE, hatched, heat, named, shape
from .svg import Svg, rect, tag, text, width_of

_SIDE, _GAP, _COLUMNS = 74.0, 5.0, 8


def tile_picture(said: Caption, items: Sequence[Element], *, legend: Sequence[Item] = ()) -> str:
    """`items`: those of the page's list of tiles. Those without a place come last, in rows."""
    step, rows, loose = _SIDE + _GAP, 0, []
    parts: list[Svg] = []
    for item in items:
        place = style_of(item)
        if "gridRow" not in place:
            loose.append(item)
            continue
        column, row = int(place["gridColumn"]) - 1, int(place["gridRow"]) - 1
        rows = max(rows, row + 1)
        parts.append(_square(item, column * step, row * step))
    for index, item in enumerate(loose):
        parts.append(_square(item, (index % _COLUMNS) * step, (rows + index // _COLUMNS) * step))
    rows += -(-len(loose) // _COLUMNS)
    return framed(said, _COLUMNS * step - _GAP, rows * step - _GAP, parts, legend)


def _square(item: Element, x: float, y: float) -> Svg:
    tile = within(item, "tile")
    if tile is None:
        return tag("g")
    sign, *shown = [seen(part) for part in parts_of(tile) if "unseen" not in classes_of(part)]
    classes = classes_of(tile)
    colour, kind, step = named(classes, "k-"), named(classes, "s-"), named(classes, "t-")
    parts, ink, bare = _ground(colour, step, x, y)
    if kind and kind != "hatch" and not bare:
        parts.append(shape(kind, x + _SIDE - 12, y + 12, 10, ink))
    if "current" in classes:
        parts.append(rect(x - 2, y - 2, _SIDE + 4, _SIDE + 4, stroke=INK, stroke_width=2, radius=4))
    middle, number = x + _SIDE / 2, " ".join(shown)
    if bare:  # letters on slanted lines need a ground of their own
        wide = max(width_of(sign, 18), width_of(number, 13)) + 8
        parts.append(rect(middle - wide / 2, y + 18, wide, 42, fill=WHITE))
    parts.append(text(middle, y + 37, sign, size=18, fill=ink, anchor="middle", bold=True))
    parts.append(text(middle, y + 55, number, size=13, fill=ink, anchor="middle"))
    return tag("g", *parts)


def _ground(colour: str | None, step: str | None, x: float, y: float) -> tuple[list[Svg], str, bool]:
    """The square itself, the ink on it, and whether it stands for nothing reported."""
    if colour == "empty" or step == "none":
        return [hatched(x, y, _SIDE, _SIDE)], SOFT, True
    if step == "outside":
        return [rect(x, y, _SIDE, _SIDE, fill=WHITE, stroke=LINE)], QUIET, True
    fill, ink = heat(int(step)) if step is not None else LOOKS.get(colour or "", (SUNKEN, INK, INK))[:2]
    if colour == "plain":
        fill, ink = SUNKEN, SOFT
    return [rect(x, y, _SIDE, _SIDE, fill=fill, stroke=LINE_STRONG, radius=3)], ink, False
