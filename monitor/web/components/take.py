"""The links with which a table or a picture of a page is taken away as a file (taken_files.py)."""

from __future__ import annotations

from ..view import View
from . import html
from .parts import attributes, hidden


def take_table(view: View, key: str) -> html.Span:
    """CSV and workbook of the table with that key on this page; all its rows, also of one that the page shortens."""
    page = view.here(rows="all", said=None)
    links = [
        html.A([_what(view), said], href=f"/table/{key}.{kind}{page}", download="")
        for kind, said in (("csv", "CSV"), ("xlsx", "Excel"))
    ]
    return html.Span(links, className="take")


def take_picture(view: View, key: str) -> html.Span:
    """SVG from the server, PNG made of it by the browser (assets/pictures.js)."""
    address = f"/picture/{key}.svg{view.here(said=None)}"
    svg = html.A([_what(view), "SVG"], href=address, download="")
    png = html.Button([_what(view), "PNG"], type="button", **attributes(data_action="png", data_picture=address))
    return html.Span([svg, png], className="take", **_faults(view, "failed", "unanswered"))


def take_chart(view: View, chart: str) -> html.Span:
    """SVG and PNG of a chart that the chart library has drawn, made in the browser (assets/pictures.js)."""
    buttons = [
        html.Button(
            [_what(view), kind.upper()],
            type="button",
            **attributes(data_action="chart", data_chart=chart, data_kind=kind),
        )
        for kind in ("svg", "png")
    ]
    return html.Span(buttons, className="take scripted", **_faults(view, "failed", "undrawn"))


def _faults(view: View, *names: str) -> dict[str, str]:
    """What the script tells when no picture could be made."""
    return attributes(**{f"data_{name}": view.words(f"picture.{name}") for name in names})


def _what(view: View) -> html.Span:
    return hidden(view.words("take.download") + " ")
