"""The small parts of the cycle's pages: what an action said, why nothing can be written, and the states of sendings."""

from __future__ import annotations

from typing import Any

from dash import html

from ..identity import Refusal
from ..notices import Notice
from ..words import Words
from .form_elements import element
from .parts import attributes


def notice_box(words: Words, notice: Notice) -> Any:
    """What the last action had to tell, read out by screen readers as it appears."""
    chinese = words.language == "zh"
    shape = "tick" if notice.kind == "done" else "cross"
    said: list[Any] = [html.Strong(notice.zh if chinese else notice.en)]
    if notice.lines:
        said.append(html.Ul([html.Li(zh if chinese else en) for zh, en in notice.lines]))
    mark = html.Span(className=f"glyph g-{shape}", **attributes(aria_hidden="true"))
    kind = "strong" if notice.kind == "done" else "brick"
    return element("div", [mark, html.Div(said)], class_=f"notice k-{kind}", role="status", id="notice")


def refusal_box(words: Words, refusal: Refusal) -> html.Div:
    """Why nothing can be written from here, and what to do."""
    mark = html.Span(className="glyph g-ring", **attributes(aria_hidden="true"))
    said = [html.Strong(words("cycle.refused_title")), html.P(words(f"cycle.refused_{refusal}"))]
    return html.Div([mark, html.Div(said)], className="state")
