"""Small lines without a chart library: an SVG path as a mask, filled with the theme's colours."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from . import html
from .parts import attributes

Point = tuple[float, float]
_WIDTH, _HEIGHT = 100.0, 40.0


def _mask(lines: Sequence[Sequence[Point]], *, dashed: bool = False, width: float = 2.0) -> str:
    path = " ".join(f"{'L' if i else 'M'}{x:.5g} {y:.5g}" for points in lines for i, (x, y) in enumerate(points))
    dash = " stroke-dasharray='4 3'" if dashed else ""
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH:g} {_HEIGHT:g}' preserveAspectRatio='none'>"
        f"<path d='{path}' fill='none' stroke='#000' stroke-width='{width:g}' stroke-linejoin='round'{dash} "
        "vector-effect='non-scaling-stroke'/></svg>"
    )
    return f'url("data:image/svg+xml,{quote(svg)}")'


def _layer(class_name: str, lines: Sequence[Sequence[Point]], *, dashed: bool = False, width: float = 2.0) -> html.Span:
    mask = _mask(lines, dashed=dashed, width=width)
    return html.Span(className=f"line {class_name}", style={"maskImage": mask, "WebkitMaskImage": mask})


def spark(
    own: Sequence[Point],
    beside: Sequence[Point],
    target: float | None,
    span: tuple[float, float],
    label: str,
    more: Sequence[Sequence[Point]] = (),
) -> html.Div:
    """`own`, `beside` and those of `more`: (time, value) in order of time; `span`: the first and last time drawn.

    A single point is a dot; the target is a dashed level. The scale is that of the numbers shown, which lines allow.
    """
    others = [line for line in (beside, *more) if len(line) > 1]
    values = [y for line in (own, beside, *more) for _, y in line] + ([target] if target is not None else [])
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high - low) or abs(high) * 0.1 or 1.0
    first, last = span

    def place(point: Point) -> Point:
        x = _WIDTH * (0.03 + 0.94 * (point[0] - first) / ((last - first) or 1.0))
        return x, _HEIGHT * (0.9 - 0.8 * (point[1] - low) / room)

    layers = []
    if target is not None:
        level = place((first, target))[1]
        layers.append(_layer("goal-line", [[(0.0, level), (_WIDTH, level)]], dashed=True, width=1.2))
    if others:
        layers.append(_layer("beside-line", [[place(point) for point in line] for line in others], width=2))
    if len(own) > 1:
        layers.append(_layer("own-line", [[place(point) for point in own]], width=2.4))
    if own:
        x, y = place(own[-1])
        layers.append(html.Span(className="end", style={"left": f"{x:.4g}%", "top": f"{100 * y / _HEIGHT:.4g}%"}))
    return html.Div(layers, className="spark", role="img", title=label, **attributes(aria_label=label))
