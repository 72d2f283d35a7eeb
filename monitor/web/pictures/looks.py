"""Colours of the light theme by the class names of the page, and the shapes of classes as SVG."""

from __future__ import annotations

from collections.abc import Iterable

from ..figures.template import AMBER, BRICK, INK, LIGHT, LINE, QUIET, STRONG
from .svg import Svg, circle, line, polygon, rect, tag

SOFT, TRACK, LINE_STRONG, SUNKEN, WHITE = "#44515f", "#e6eaef", "#c3cbd5", "#eef1f5", "#ffffff"
PLAIN, EMPTY = "#7a8694", "#c3cbd5"
# the page's k- classes → (fill, ink on the fill, ink of words)
LOOKS = {
    "strong": (STRONG, WHITE, STRONG),
    "light": (LIGHT, "#10202e", "#1d5f8a"),
    "amber": (AMBER, "#2b1d00", "#7d5200"),
    "brick": (BRICK, WHITE, BRICK),
    "plain": (PLAIN, INK, SOFT),
    "empty": (EMPTY, INK, QUIET),
}
_HEAT = (0.04, 0.13, 0.24, 0.36, 0.66, 0.86)  # shares of ink on white, as in 20-figures.css
_HEAT_INK = (20, 40, 66)


def mixed(ink: tuple[int, int, int], share: float) -> str:
    """An ink at that share on white."""
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in ink)


def heat(step: int) -> tuple[str, str]:
    """Fill and ink of one of six steps."""
    return mixed(_HEAT_INK, _HEAT[step]), WHITE if step > 3 else INK


def named(classes: Iterable[str], prefix: str) -> str | None:
    """What stands behind `k-`, `s-`, `g-` or `t-` among class names."""
    return next((name[len(prefix) :] for name in classes if name.startswith(prefix)), None)


def hatched(x: float, y: float, width: float, height: float) -> Svg:
    """A field without data: slanted lines, kept inside by arithmetic, so that nothing has to be referred to."""
    step, parts = 6.0, [rect(x, y, width, height, fill=WHITE, stroke=LINE)]
    offset = step
    while offset < width + height:
        ax, ay = (x + offset, y) if offset <= width else (x + width, y + offset - width)
        bx, by = (x, y + offset) if offset <= height else (x + offset - height, y + height)
        parts.append(line(ax, ay, bx, by, stroke=LINE, width=1.5))
        offset += step
    return tag("g", *parts)


_MARKS = ("sched", "goal", "zone", "years", "hollow", "line", "grey", "dash")


def _mark(kind: str, x: float, y: float, size: float) -> Svg:
    """What legends of bars and courses show beside a word."""
    half = size / 2
    if kind == "sched":
        return line(x, y - half, x, y + half, stroke=INK, width=2)
    if kind == "goal":
        return polygon([(x - 4.5, y - 3), (x + 4.5, y - 3), (x, y + 4)], fill=INK)
    if kind == "zone":
        return rect(x - half, y - half, size, size, fill=mixed((11, 92, 173), 0.2))
    if kind == "years":
        low, high = rect(x - half, y + half - 3, 5, 3, fill=STRONG), rect(x + 1, y + half - 6, 5, 6, fill=BRICK)
        return tag("g", low, high)
    if kind == "hollow":
        return rect(x - half, y - half + 1, size, size - 2, fill=WHITE, stroke=STRONG, stroke_width=1.5, dash="3 2")
    colour = {"line": STRONG, "grey": PLAIN}.get(kind, QUIET)
    return line(x - half, y, x + half, y, stroke=colour, width=2, dash="4 3" if kind == "dash" else None)


def shape(kind: str, x: float, y: float, size: float, colour: str) -> Svg:
    """The shape of a class in a square of `size` whose middle is at (x, y)."""
    half = size / 2

    def at(px: float, py: float) -> tuple[float, float]:
        return x - half + px * size / 10, y - half + py * size / 10

    def stroked(*points: tuple[float, float], width: float = 2.0) -> Svg:
        path = "M" + "L".join(f"{px:.2f} {py:.2f}" for px, py in (at(*point) for point in points))
        return tag("path", d=path, fill="none", stroke=colour, stroke_width=width * size / 10)

    if kind == "up":
        return polygon([at(5, 0.6), at(9.8, 9.4), at(0.2, 9.4)], fill=colour)
    if kind == "down":
        return polygon([at(5, 9.4), at(0.2, 0.6), at(9.8, 0.6)], fill=colour)
    if kind == "diamond":
        return polygon([at(5, 0), at(10, 5), at(5, 10), at(0, 5)], fill=colour)
    if kind == "dot":
        return circle(x, y, 0.44 * size, fill=colour)
    if kind == "tick":
        return stroked((1, 5.4), (3.9, 8.4), (9.2, 1.8))
    if kind == "cross":
        return tag("g", stroked((1.4, 1.4), (8.6, 8.6)), stroked((8.6, 1.4), (1.4, 8.6)))
    if kind == "lozenge":
        return stroked((5, 1.2), (8.8, 5), (5, 8.8), (1.2, 5), (5, 1.2), width=1.5)
    if kind == "hatch":
        lines = [stroked((0.5, 5), (5, 0.5), width=1.1), stroked((0.5, 9.5), (9.5, 0.5), width=1.1),
                 stroked((5, 9.5), (9.5, 5), width=1.1)]  # fmt: skip
        return tag("g", rect(x - 0.45 * size, y - 0.45 * size, 0.9 * size, 0.9 * size, stroke=colour), *lines)
    if kind in _MARKS:
        return _mark(kind, x, y, size)
    return circle(x, y, 0.37 * size, fill="none", stroke=colour, width=0.16 * size)
