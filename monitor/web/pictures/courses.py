"""Small courses side by side: one region's years, the nation's, and the target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from ..components.html import Element
from ..figures.template import INK, LINE, QUIET, STRONG
from .elements import classes_of, every, parts_of, seen, share_of, style_of, within
from .frame import Caption, framed
from .looks import PLAIN, SOFT
from .svg import Svg, circle, line, polyline, tag, text, width_of, wrapped

_WIDE, _TALL, _GAP, _COLUMNS, _PLOT = 210.0, 153.0, 24.0, 5, 58.0
_PATH = re.compile(r"<path d='(M[^']*)'")
_LINES = {"own-line": (STRONG, 2.4, None), "beside-line": (PLAIN, 2.0, None), "goal-line": (QUIET, 1.2, "5 4")}


def courses_picture(said: Caption, items: Sequence[Element]) -> str:
    """`items`: those of the page's list of courses."""
    step = _WIDE + _GAP
    parts = [_course(item, (place % _COLUMNS) * step, (place // _COLUMNS) * _TALL) for place, item in enumerate(items)]
    rows = -(-len(items) // _COLUMNS)
    return framed(said, min(_COLUMNS, max(1, len(items))) * step - _GAP, rows * _TALL, parts)


def _course(item: Element, left: float, top: float) -> Svg:
    parts = [line(left, top, left + _WIDE, top, stroke=LINE)]
    for place, said in enumerate(wrapped(seen(within(item, "course-name")), 11.5, _WIDE)[:3]):
        parts.append(text(left, top + 17 + 15 * place, said, size=11.5, fill=SOFT))
    plot = top + 57
    for layer in every(item):
        classes = classes_of(layer)
        kind = next((name for name in classes if name in _LINES), None)
        if kind is not None:
            parts.append(_line(kind, layer, left, plot))
        elif "end" in classes:
            x, y = share_of(layer, "left") or 0.0, share_of(layer, "top") or 0.0
            parts.append(circle(left + x * _WIDE, plot + y * _PLOT, 4, fill=STRONG))
    value = within(item, "course-value")
    shown, period = [seen(part) for part in parts_of(value)][:2] if value is not None else ["", ""]
    parts.append(text(left, plot + _PLOT + 18, shown, size=12.5, fill=INK, bold=True))
    if width_of(shown, 12.5, bold=True) + width_of(period, 11) < _WIDE - 8:
        parts.append(text(left + _WIDE, plot + _PLOT + 18, period, size=11, fill=QUIET, anchor="end"))
    return tag("g", *parts)


def _line(kind: str, layer: Element, left: float, top: float) -> Svg:
    """The line of a spark, whose mask holds its points on a field of 100 × 40."""
    found = _PATH.search(unquote(str(style_of(layer).get("maskImage", ""))))
    pairs = [pair.split() for pair in re.split("[ML]", found[1])[1:]] if found else []
    points = [(left + float(x) * _WIDE / 100, top + float(y) * _PLOT / 40) for x, y in pairs]
    stroke, width, dash = _LINES[kind]
    return polyline(points, stroke=stroke, width=width, dash=dash)
