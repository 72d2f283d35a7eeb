"""The bullet bar of a table as SVG, drawn from the bar on the page: its spans and their places in % of the lane."""

from __future__ import annotations

from collections.abc import Mapping

from ..components.html import Element
from ..figures.template import BRICK, INK, QUIET, STRONG
from .looks import LINE_STRONG, LOOKS, PLAIN, TRACK, WHITE, mixed, named
from .svg import Svg, circle, line, polygon, rect, tag, text

_HEIGHT = 20.0
_ZONE = mixed((11, 92, 173), 0.2)


def lane_picture(lane: Element, x: float, y: float, width: float) -> Svg:
    """The lane in a field of that width, 20 px high."""
    classes = str(lane.names.get("className", "")).split()
    at = {name: x + width * value / 100 for name, value in _places(lane).items()}
    at |= {"start": x, "end": x + width, "wide": width * _places(lane).get("--w", 0.0) / 100}
    marks = [str(mark.names.get("className", "")) for mark in lane.children if isinstance(mark, Element)]
    colour = LOOKS[named(classes, "k-") or "plain"][0]
    if "gap-bar" in classes:
        return _from_zero(at, y, bool(marks), colour)
    if "reach" in classes:
        return _reach(marks, at, y, width, colour)
    if "range" in classes:
        return _range(marks, at, y, width, colour)
    return _columns(lane, x, y)


def _places(lane: Element) -> Mapping[str, float]:
    return {name: float(str(value).rstrip("%")) for name, value in (lane.names.get("style") or {}).items()}


def _from_zero(at: Mapping[str, float], y: float, has_bar: bool, colour: str) -> Svg:
    """What a unit adds to a gap, to the right of the zero line, or takes off it."""
    zero = line(at["--z"], y - 3, at["--z"], y + 23, stroke=LINE_STRONG)
    return tag("g", *([rect(at["--x"], y + 3, at["wide"], 13, fill=colour)] if has_bar else []), zero)


def _reach(marks: list[str], at: Mapping[str, float], y: float, width: float, colour: str) -> Svg:
    zero, goal = at["start"] + 0.08 * width, at["start"] + 0.84 * width
    parts = [rect(zero, y + 5, goal - zero, 9, fill=TRACK)]
    for mark in marks:
        if mark.startswith("fill"):
            hollow = "hollow" in mark
            parts.append(rect(at["--l"], y + 5, at["wide"], 9, fill=WHITE if hollow else colour, stroke=colour,
                              stroke_width=1.5 if hollow else 0.8, dash="3 2" if hollow else None))  # fmt: skip
        elif mark == "goal":
            parts.append(polygon([(goal - 4.5, y), (goal + 4.5, y), (goal, y + 6.5)], fill=INK))
        elif mark == "time":
            parts.append(line(zero, y + 19, at["--s"], y + 19, stroke=QUIET, width=2))
        elif mark == "sched":
            parts.append(line(at["--s"], y + 2, at["--s"], y + 17, stroke=INK, width=2))
        elif mark == "over":
            parts.append(polygon([(at["end"], y + 9.5), (at["end"] - 8, y + 3), (at["end"] - 8, y + 16)], fill=colour))
        elif mark == "under":
            parts.append(polygon([(at["start"], y + 9.5), (at["start"] + 8, y + 3), (at["start"] + 8, y + 16)],
                                 fill=colour))  # fmt: skip
    return tag("g", *parts)


def _range(marks: list[str], at: Mapping[str, float], y: float, width: float, colour: str) -> Svg:
    parts = [line(at["start"], y + 9, at["end"], y + 9, stroke=TRACK, width=2)]
    years = [mark for mark in marks if mark.startswith("year")]
    step = width / max(1, len(years))
    for place, mark in enumerate(years):
        left, state = at["start"] + place * step, mark.split("y-")[-1]
        parts.append(_year(state, left, y, step - 2))
    if "zone" in marks:
        parts.append(rect(at["--l"], y + 2, at["wide"], 13, fill=_ZONE))
    if "--c" in at:
        parts.append(line(at["--c"], y + 2, at["--c"], y + 15, stroke=QUIET))
    spot = next((mark for mark in marks if mark.startswith("spot")), None)
    if spot is not None:
        parts.append(_spot(spot, at["--v"], y + 8.5, colour))
    return tag("g", *parts)


def _year(state: str, left: float, y: float, width: float) -> Svg:
    if state == "breached":
        return rect(left, y + 14, width, 6, fill=BRICK)
    if state == "held":
        return rect(left, y + 17, width, 3, fill=STRONG)
    if state == "open":
        return rect(left + 0.5, y + 16.5, width - 1, 3, stroke=PLAIN)
    return line(left, y + 18.5, left + width, y + 18.5, stroke=LINE_STRONG, width=3, dash="2 2")


def _spot(mark: str, x: float, y: float, colour: str) -> Svg:
    """A dot; a bound points to where the figure lies, an approximate one is a square."""
    if "more" in mark:
        return polygon([(x, y - 6), (x + 11, y), (x, y + 6)], fill=colour)
    if "less" in mark:
        return polygon([(x, y - 6), (x - 11, y), (x, y + 6)], fill=colour)
    if "about" in mark:
        return rect(x - 5, y - 5, 10, 10, fill=colour, stroke=INK, radius=2)
    return circle(x, y, 5.2, fill=colour, stroke=INK)


def _columns(lane: Element, x: float, y: float) -> Svg:
    """The yearly figures of a judged indicator as columns from zero, and the word beside them."""
    parts: list[Svg] = []
    for mark in lane.children:
        height = (mark.names.get("style") or {}).get("height")
        if height is None:
            parts.append(text(x + 6, y + 14, str(mark.children), size=11, fill=QUIET))
            continue
        tall = _HEIGHT * float(str(height).rstrip("%")) / 100
        parts.append(rect(x, y + _HEIGHT - tall, 12, tall, fill=PLAIN))
        x += 15
    return tag("g", *parts)
