"""Distances to targets as SVG: a line a row with a dot for each side, the target as a line through all of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..components.html import Element
from ..figures.template import INK, LINE, QUIET
from .elements import classes_of, parts_of, seen, share_of, style_of, within
from .frame import Caption, Item, framed
from .looks import LINE_STRONG, LOOKS, SOFT, named, shape
from .svg import Svg, circle, line, text, wrapped

_NAME, _LANE, _SIDE, _GAP, _ROW, _STEP = 330.0, 400.0, 132.0, 18.0, 34.0, 15.0
_TARGET = 0.72


def dumbbell_picture(said: Caption, items: Sequence[Element], legend: Sequence[Item]) -> str:
    """`items`: those of the page's list, in its order."""
    sides = max((sum("dumb-side" in classes_of(part) for part in parts_of(item)) for item in items), default=0)
    width = _NAME + _LANE + sides * _SIDE + 2 * _GAP
    parts: list[Svg] = []
    y = 0.0
    for item in items:
        dots = [part for part in parts_of(within(item, "dumb-lane") or item) if "dumb-dot" in classes_of(part)]
        tall = _ROW + _STEP * max((_level(dot) for dot in dots), default=0)
        parts += _row(item, dots, y, tall, width)
        y += tall
    return framed(said, width, y, parts, legend)


def _level(dot: Element) -> int:
    return int(style_of(dot).get("--y", 0))


def _row(item: Element, dots: Sequence[Element], top: float, tall: float, width: float) -> list[Svg]:
    left, middle = _NAME + _GAP, top + _ROW / 2
    parts = [line(0, top + tall, width, top + tall, stroke=LINE)]
    names = wrapped(seen(within(item, "dumb-name")), 12.5, _NAME)[:2]
    first = middle + 4.5 - 7.5 * (len(names) - 1)
    parts += [text(0, first + 15 * place, said, size=12.5, fill=INK) for place, said in enumerate(names)]
    goal = left + _LANE * _TARGET
    parts.append(line(left, middle, left + _LANE, middle, stroke=LINE))
    parts.append(line(goal, top + 3, goal, top + tall - 3, stroke=INK, width=1.5))
    span = within(item, "dumb-line")
    if span is not None:
        start = left + _LANE * (share_of(span, "--l") or 0.0)
        end = start + _LANE * (share_of(span, "--w") or 0.0)
        parts.append(line(start, middle, end, middle, stroke=LINE_STRONG, width=4))
    for dot in dots:
        x, y = left + _LANE * (share_of(dot, "--x") or 0.0), middle + _STEP * _level(dot)
        fill, on, _ = LOOKS[named(classes_of(dot), "k-") or "plain"]
        parts.append(circle(x, y, 8, fill=fill, stroke=SOFT))
        parts.append(text(x, y + 3.8, seen(dot), size=10.5, fill=on, anchor="middle", bold=True))
    sides = [part for part in parts_of(item) if "dumb-side" in classes_of(part)]
    for place, side in enumerate(sides):
        parts += _side(side, left + _LANE + _GAP + place * _SIDE, middle)
    return parts


def _side(side: Element, left: float, middle: float) -> list[Svg]:
    """Its number, the shape of its class, and how far it is from the target."""
    mark = within(side, "glyph")
    kind = named(classes_of(mark), "g-") if mark is not None else None
    tone = LOOKS[named(classes_of(side), "k-") or "plain"][2]
    said = seen(side).split(" ", 1)
    return [
        text(left, middle + 4, said[0], size=10.5, fill=QUIET),
        shape(kind or "ring", left + 16, middle, 10, tone),
        text(left + 26, middle + 4.5, said[1] if len(said) > 1 else "", size=12.5, fill=INK),
    ]
