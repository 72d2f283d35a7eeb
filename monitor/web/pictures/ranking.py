"""Units in order as dots on one scale, in two columns, with the target as a line."""

from __future__ import annotations

from collections.abc import Sequence

from ..components.html import Element
from ..figures.template import INK, LINE, QUIET
from .elements import classes_of, seen, share_of, within
from .frame import Caption, Item, framed
from .looks import LINE_STRONG, LOOKS, SOFT, named, shape
from .svg import Svg, circle, line, text

_ROW, _COLUMN, _GAP, _NAME, _NUMBER = 25.0, 520.0, 36.0, 150.0, 92.0


def ranking_picture(said: Caption, items: Sequence[Element], target: float | None, legend: Sequence[Item]) -> str:
    """`items`: those of the page's list, in its order; `target`: its place on the scale as a share of 1."""
    half = max(1, -(-len(items) // 2))
    parts: list[Svg] = []
    for column in range(2 if len(items) > 1 else 1):
        left = column * (_COLUMN + _GAP)
        for row, item in enumerate(items[column * half : (column + 1) * half]):
            parts += _row(item, column * half + row + 1, left, row * _ROW, target)
    return framed(said, 2 * _COLUMN + _GAP, half * _ROW, parts, legend)


def _row(item: Element, place: int, left: float, top: float, target: float | None) -> list[Svg]:
    base, middle = top + 17, top + _ROW / 2
    first, room = left + _NAME + 34, _COLUMN - _NAME - _NUMBER - 64
    classes, name, shown, dot = classes_of(item), within(item, "unit-name"), within(item, "num"), within(item, "filled")
    parts = [
        line(left, top + _ROW, left + _COLUMN, top + _ROW, stroke=LINE),
        text(left + 22, base, str(place), size=11, fill=QUIET, anchor="end"),
        text(left + 30, base, seen(name), fill=INK, bold="current" in classes),
        line(first, middle, first + room, middle, stroke=LINE_STRONG),
        text(left + _COLUMN - 24, base, seen(shown), fill=QUIET if dot is None else INK, anchor="end"),
    ]
    if target is not None:
        x = first + room * target
        parts.append(line(x, top + 4, x, top + _ROW - 4, stroke=INK, width=1.5))
    share = share_of(dot, "--x") if dot is not None else None
    if share is not None:
        fill, _, tone = LOOKS[named(classes, "k-") or "plain"]
        parts.append(circle(first + room * share, middle, 5.5, fill=fill, stroke=SOFT))
        parts.append(shape(named(classes, "s-") or "ring", left + _COLUMN - 8, middle, 11, tone))
    return parts
