"""What all figures share. Colours are those of the light theme; assets/40-chart.css maps each to the dark one."""

from __future__ import annotations

from typing import Any

INK, QUIET, LINE = "#14202e", "#5b6877", "#dfe4ea"
STRONG, LIGHT, AMBER, BRICK, PLAIN = "#0b5cad", "#8ec3e6", "#f4b942", "#9c2a10", "#5b6877"
CLASS_COLOURS = {"strong": STRONG, "light": LIGHT, "amber": AMBER, "brick": BRICK, "plain": PLAIN, "empty": PLAIN}
FONT = '"Source Han Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif'
CONFIG: dict[str, Any] = {"displayModeBar": False, "responsive": True, "doubleClick": False, "scrollZoom": False,
                          "showTips": False}  # fmt: skip


def escaped(text: str) -> str:
    """Data text for a figure: plotly reads `<b>`, `<br>` and `<a href>` in texts, so none may get there."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def axis(**more: Any) -> dict[str, Any]:
    return {
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "fixedrange": True,
        "tickfont": {"color": QUIET, "size": 12},
        **more,
    }


def layout(**more: Any) -> dict[str, Any]:
    return {
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"color": INK, "size": 12}, "align": "left"},
        **more,
    }
