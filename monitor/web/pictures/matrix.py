"""The matrix as a picture: a row for each region, a column for each indicator, a coloured cell with its shape."""

from __future__ import annotations

from collections.abc import Sequence

from ..components.html import Element
from ..figures.template import INK, LINE, QUIET, STRONG
from .elements import classes_of, every, parts_of, seen, within
from .frame import Caption, Item, framed
from .looks import LINE_STRONG, LOOKS, SOFT, SUNKEN, WHITE, hatched, heat, named, shape
from .svg import Svg, line, rect, tag, text, width_of, wrapped

_LAG, _COLUMN, _ROW, _HEAD_SIZE, _GAP = 58.0, 68.0, 24.0, 9.5, 1.5
_HEAD_LINES = 10


def matrix_picture(said: Caption, table: Element, legend: Sequence[Item] = ()) -> str:
    """`table`: the page's own, with its order, its filters and what its cells tell."""
    rows = [one for one in every(table) if one.tag == "tr"]
    if not rows:
        return framed(said, _LAG, _ROW, [], legend)
    heads, *lines = [parts_of(row) for row in rows]
    first = 12 + max((width_of(seen(cells[0]), 12.5, bold=True) for cells in lines), default=0.0)
    shown = [wrapped(_head_text(cell), _HEAD_SIZE, _COLUMN - 6)[:_HEAD_LINES] for cell in heads[2:]]
    tall = 26 + 12.0 * max((len(one) for one in shown), default=1)
    parts: list[Svg] = []
    for place, (cell, said_lines) in enumerate(zip(heads[2:], shown, strict=True)):
        parts += _head(cell, said_lines, first + _LAG + place * _COLUMN, tall)
    wide = first + _LAG + _COLUMN * len(shown)
    y = tall
    for row, cells in zip(rows[1:], lines, strict=True):
        strong = "m-nation" in classes_of(row)
        parts.append(line(0, y, wide, y, stroke=LINE))
        parts.append(text(0, y + 16.5, seen(cells[0]), size=12.5, fill=INK, bold=strong))
        lag = seen(cells[1]).replace(" ", "")
        parts.append(text(first + _LAG - 14, y + 16.5, lag, size=11.5, fill=SOFT, anchor="end"))
        parts += [_cell(cell, first + _LAG + at * _COLUMN, y) for at, cell in enumerate(cells[2:])]
        y += _ROW
    return framed(said, wide, y, parts, legend)


def _head_text(cell: Element) -> str:
    """The indicator's name, with its unit where the cells are numbers."""
    name, unit = within(cell, "m-indicator"), within(cell, "m-unit")
    spans = [one for one in parts_of(name) if one.tag == "span"] if name is not None else []
    return " ".join(part for part in (seen(spans), f"({seen(unit)})" if unit is not None else "") if part)


def _head(cell: Element, lines: Sequence[str], x: float, tall: float) -> list[Svg]:
    number = seen([one for one in every(cell) if one.tag == "b"][:1])
    parts = [text(x + 3, 12, number, size=12.5, fill=INK, bold=True)]
    binding = within(cell, "binding")
    if binding is not None:
        wide = width_of(seen(binding), 8.5) + 8
        parts.append(rect(x + 21, 1.5, wide, 13, fill=INK, radius=2))
        parts.append(text(x + 21 + wide / 2, 11, seen(binding), size=8.5, fill=WHITE, anchor="middle"))
    for place, one in enumerate(lines):
        parts.append(text(x + 3, 25 + 12 * place, one, size=_HEAD_SIZE, fill=QUIET))
    return [*parts, line(x, tall - 1, x + _COLUMN, tall - 1, stroke=LINE_STRONG)]


def _cell(cell: Element, x: float, y: float) -> Svg:
    classes = classes_of(cell)
    colour, kind, step = named(classes, "k-"), named(classes, "s-"), named(classes, "t-")
    left, top, wide, tall = x + _GAP, y + _GAP, _COLUMN - 2 * _GAP, _ROW - 2 * _GAP
    if colour == "empty":
        return tag("g", hatched(left, top, wide, tall), opacity=_strength(classes))
    fill, ink = (WHITE, INK)
    if step is not None and step.isdigit():
        fill, ink = heat(int(step))
    elif colour == "plain":
        fill, ink = SUNKEN, SOFT
    elif colour is not None:
        fill, ink = LOOKS[colour][:2]
    elif "m-met" in classes:
        ink = STRONG
    said = seen(cell)
    parts = [rect(left, top, wide, tall, fill=fill, stroke=LINE)]
    if kind and kind != "hatch":
        at = left + 12 if said else left + wide / 2
        parts.append(shape(kind, at, top + tall / 2, 10, ink))
    if said:
        parts.append(text(left + wide - 6, top + tall / 2 + 4.2, said, size=11.5, fill=ink, anchor="end"))
    return tag("g", *parts, opacity=_strength(classes))


def _strength(classes: Sequence[str]) -> float | None:
    """Cells that a filter does not ask for stand back."""
    return 0.3 if "dim" in classes else None
