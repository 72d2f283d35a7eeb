"""A table of the page as a picture: its texts, marks, shapes, bullet bars and coloured cells, just as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..components.html import Element
from ..figures.template import INK, LINE, QUIET
from .elements import classes_of, every, parts_of, runs
from .frame import Caption, Item, framed
from .lanes import lane_picture
from .looks import LINE_STRONG, LOOKS, PLAIN, SOFT, WHITE, hatched, named, shape
from .svg import Anchor, Svg, line, rect, tag, text, width_of, wrapped

_SIZE, _SMALL, _ROW, _PAD, _BAR, _NAME = 13.0, 11.5, 27.0, 8.0, 190.0, 300.0


@dataclass(frozen=True)
class Cell:
    """What is seen in one cell of the page's table."""

    runs: tuple[tuple[str, str], ...]  # (kind, text): "text", "mark"; ("shape", its name)
    lane: Element | None
    colour: str  # of a badge's words and shape
    ground: str  # of a cell that is filled with the colour of its class, else empty
    right: bool
    is_head: bool

    @property
    def width(self) -> float:
        if self.lane is not None:
            return _BAR + 44
        return sum(_run_width(kind, said) for kind, said in self.runs) + 2 * _PAD


def table_picture(said: Caption, table: Element, legend: Sequence[Item] = ()) -> str:
    """Every row of the table; columns as wide as what they hold, names at most 300 px in up to two lines."""
    rows = [[_cell(cell) for cell in parts_of(row)] for row in _rows(table)]
    count = max((len(row) for row in rows), default=0)
    widths = [max((row[at].width for row in rows if at < len(row)), default=0.0) for at in range(count)]
    widths = [min(width, _NAME) if not _has_lane(rows, at) else width for at, width in enumerate(widths)]
    parts: list[Svg] = []
    y = 0.0
    for row in rows:
        tall = max((_height(cell, widths[at]) for at, cell in enumerate(row)), default=_ROW)
        x = 0.0
        for at, cell in enumerate(row):
            parts.append(_drawn(cell, x, y, widths[at], tall))
            x += widths[at]
        y += tall
        parts.append(line(0, y, sum(widths), y, stroke=LINE_STRONG if any(c.is_head for c in row[1:2]) else LINE))
    return framed(said, sum(widths), y, parts, legend)


def _has_lane(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    return any(at < len(row) and row[at].lane is not None for row in rows)


def _rows(node: Any) -> Iterator[Element]:
    for one in parts_of(node):
        if one.tag == "tr":
            yield one
        elif one.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(one)


def _cell(cell: Element) -> Cell:
    inside = list(every(cell))
    badge = next((one for one in inside if "badge" in classes_of(one)), None)
    colour = named(classes_of(badge), "k-") if badge is not None else None
    filled = next((one for one in inside if named(classes_of(one), "k-") and one is not badge
                   and "badge" not in classes_of(one) and "lane" not in classes_of(one)), None)  # fmt: skip
    ground = named(classes_of(filled), "k-") or "" if filled is not None else ""
    found = list(runs(cell))
    kind = named(classes_of(filled), "s-") if filled is not None else None
    if ground and kind and not any(run == "shape" for run, _ in found):
        found.insert(0, ("shape", kind))
    return Cell(
        runs=tuple(found),
        lane=next((one for one in inside if "lane" in classes_of(one)), None),
        colour=colour or "",
        ground=ground,
        right="num" in classes_of(cell) or "no" in classes_of(cell),
        is_head=cell.tag == "th" and cell.names.get("scope") == "col",
    )


def _run_width(kind: str, said: str) -> float:
    if kind == "shape":
        return 17.0
    return width_of(said, _SMALL) + 16 if kind == "mark" else width_of(said, _SIZE) + 3


def _said(cell: Cell) -> str:
    return " ".join(said for kind, said in cell.runs if kind == "text")


def _before(cell: Cell) -> float:
    """The room that marks and shapes take before the text."""
    return sum(_run_width(kind, said) for kind, said in cell.runs if kind != "text")


def _lines(cell: Cell, width: float) -> list[str]:
    return wrapped(_said(cell), _SIZE, max(40.0, width - 2 * _PAD - _before(cell))) if cell.lane is None else []


def _height(cell: Cell, width: float) -> float:
    return max(_ROW, 10 + 17.0 * len(_lines(cell, width)))


def _drawn(cell: Cell, x: float, y: float, width: float, tall: float) -> Svg:
    parts: list[Svg] = []
    ink = QUIET if cell.is_head else INK
    tone = LOOKS[cell.colour][2] if cell.colour in LOOKS else ink
    if cell.ground in LOOKS:
        fill, tone, _ = LOOKS[cell.ground]
        empty = cell.ground == "empty"
        parts.append(hatched(x + 1, y + 1, width - 2, tall - 2) if empty else
                     rect(x + 1, y + 1, width - 2, tall - 2, fill=fill, stroke=LINE_STRONG))  # fmt: skip
    middle = y + tall / 2
    if cell.lane is not None:
        parts.append(lane_picture(cell.lane, x + _PAD, middle - 10, _BAR))
        share = _said(cell)
        parts.append(text(x + width - 4, middle + 4.5, share, size=_SMALL, fill=QUIET, anchor="end"))
        return tag("g", *parts)
    parts += _texts(cell, x, middle, width, tone)
    return tag("g", *parts) if parts else tag("g")


def _texts(cell: Cell, x: float, middle: float, width: float, tone: str) -> list[Svg]:
    """Marks and shapes that stand before the text, its lines, and what stands behind it."""
    lines = _lines(cell, width)
    first = next((at for at, (kind, _) in enumerate(cell.runs) if kind == "text"), len(cell.runs))
    behind = [run for run in cell.runs[first:] if run[0] != "text"]
    long = max((width_of(one, _SIZE) for one in lines), default=0.0)
    after = sum(_run_width(*run) for run in behind)
    at = x + (width - _PAD - _before(cell) - long if cell.right else _PAD)
    parts: list[Svg] = []
    for run in cell.runs[:first]:
        parts.append(_sign(run, at, middle, tone))
        at += _run_width(*run)
    anchor: Anchor = "end" if cell.right else "start"
    edge = (x + width - _PAD - after) if cell.right else at
    top = middle + 4.5 - 8.5 * (len(lines) - 1)
    for place, one in enumerate(lines):
        parts.append(text(edge, top + 17 * place, one, size=_SIZE, fill=tone, bold=bool(cell.colour), anchor=anchor))
    at += long + 5
    for run in behind:
        parts.append(_sign(run, at, middle, tone))
        at += _run_width(*run)
    return parts


def _sign(run: tuple[str, str], at: float, middle: float, tone: str) -> Svg:
    """A class's shape, or a mark in its box."""
    kind, said = run
    if kind == "shape":
        return shape(said, at + 6, middle, 11, tone)
    wide = _run_width(kind, said) - 6
    box = rect(at, middle - 9, wide, 18, fill=WHITE, stroke=PLAIN, radius=3)
    return tag("g", box, text(at + wide / 2, middle + 4, said, size=_SMALL, fill=SOFT, anchor="middle"))
