"""What is shown where there is nothing to show: empty slices, unknown things, and our own failures."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.periods import Period

from ..view import View
from . import html
from .parts import attributes, link


def empty_state(view: View, period: Period | None) -> html.Div:
    """Why there is nothing, and what to do next."""
    words = view.words
    way: Any = None
    if period is not None:
        title, text = words("empty.no_period_title", period=period.code), words("empty.no_period_body")
        way = link(words("empty.latest"), view.here(period=None), "button")
    else:
        title, text = words("empty.no_data_title"), words("empty.no_data_body")
        if view.address.as_of:
            way = link(words("empty.now"), view.here(as_of=None), "button")
    return html.Div(
        [html.Span(className="glyph g-hatch", **attributes(aria_hidden="true")),
         html.Div([html.Strong(title), html.P(text)]), way],
        className="state",
    )  # fmt: skip


def away_notice(view: View) -> html.Div:
    """What assets/shell.js shows over the page while the server does not answer; it is there before that happens."""
    words = view.words
    return html.Div(
        [
            html.Span(className="glyph g-ring", **attributes(aria_hidden="true")),
            html.Span(role="alert"),
            html.Button(words("away.again"), type="button", className="button", **attributes(data_action="again")),
            html.Button(words("away.stay"), type="button", className="button", **attributes(data_action="stay")),
        ],
        className="away",
        hidden=True,
        **attributes(data_said=words("away.said")),
    )


def kept_notice(view: View) -> html.Div:
    """What assets/forms.js shows where it has put back what was typed before a session ended."""
    words = view.words
    close = html.Button(words("away.close"), type="button", className="button", **attributes(data_action="close"))
    return html.Div(
        [html.Span(className="glyph g-tick", **attributes(aria_hidden="true")), html.Span(role="status"), close],
        className="kept",
        hidden=True,
        **attributes(data_said=words("away.kept")),
    )


def problem_body(
    view: View, title: str, text: str, *, retry: bool = False, way: tuple[str, str] | None = None
) -> list[Any]:
    """A whole page that says what is wrong and leads on, by `way` (text and address) or to the overview."""
    words = view.words
    said, address = way or (words("error.home"), view.href("overview"))
    ways: list[Any] = [link(said, address, "button")]
    if retry:
        ways.insert(0, html.A(words("error.retry"), href=view.here(), className="button"))
    return [
        html.Div(
            [
                html.Span(className="glyph g-ring", **attributes(aria_hidden="true")),
                html.H1(title),
                html.P(text),
                html.P(ways, className="ways"),
            ],
            className="problem",
        )
    ]
