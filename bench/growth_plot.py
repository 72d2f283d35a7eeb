"""A plot of growth as SVG, both axes logarithmic: a line that rises one decade a decade grows in proportion."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.axes import LogXValueAxis, LogYValueAxis
from reportlab.graphics.charts.legends import LineLegend
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor, white

_WIDTH, _HEIGHT = 640, 360
_LEFT, _LOW, _WIDE, _HIGH = 60, 45, 430, 285
# told apart by those who see no red or green, too (Okabe and Ito)
_COLOURS = [HexColor(code) for code in ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#000000")]
_UNITS = {"seconds": ("seconds", 1.0), "peak": ("memory at most, MB", 1e6)}


class Point(Protocol):
    """What is plotted has these."""

    @property
    def seconds(self) -> float: ...
    @property
    def peak(self) -> int: ...


def write_plot(table: Mapping[str, Mapping[int, Point]], measure: str, sizes_of: str, path: Path) -> None:
    """One line a question, `measure` of each size. Raises OSError."""
    unit, scale = _UNITS[measure]
    plot = LinePlot()
    plot.x, plot.y, plot.width, plot.height = _LEFT, _LOW, _WIDE, _HIGH
    plot.xValueAxis, plot.yValueAxis = LogXValueAxis(), LogYValueAxis()
    for axis in (plot.xValueAxis, plot.yValueAxis):
        axis.visibleGrid, axis.gridStrokeColor, axis.labelTextFormat = 1, HexColor("#dddddd"), _label
    plot.data = [[(size, getattr(one, measure) / scale) for size, one in sorted(row.items())] for row in table.values()]
    for place, colour in zip(range(len(plot.data)), _COLOURS, strict=False):
        plot.lines[place].strokeColor, plot.lines[place].strokeWidth = colour, 2
        plot.lines[place].symbol = makeMarker("FilledCircle", size=6)
    drawing = Drawing(_WIDTH, _HEIGHT)
    drawing.add(Rect(0, 0, _WIDTH, _HEIGHT, fillColor=white, strokeColor=None))  # readable on a dark page
    drawing.add(plot)
    drawing.add(_legend(list(table)))
    drawing.add(String(_LEFT + _WIDE / 2, 10, sizes_of, textAnchor="middle"))
    drawing.add(String(8, _LOW + _HIGH + 14, unit))
    renderSVG.drawToFile(drawing, str(path))


def _label(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _legend(names: list[str]) -> Any:
    legend = LineLegend()
    legend.x, legend.y, legend.boxAnchor = _LEFT + _WIDE + 25, _LOW + _HIGH, "nw"
    legend.columnMaximum, legend.alignment, legend.deltay = len(names), "right", 18
    legend.colorNamePairs = list(zip(_COLOURS, names, strict=False))
    return legend
