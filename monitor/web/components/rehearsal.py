"""The banner that every page wears while a restored copy is looked at (`monitor serve --rehearse`)."""

from __future__ import annotations

from ..words import Words
from . import html
from .parts import attributes


def rehearsal_banner(words: Words) -> html.Section:
    mark = html.Span("!", className="stale-sign", **attributes(aria_hidden="true"))
    title = words("rehearsal.title")
    return html.Section(
        [html.Strong([mark, title]), html.Ul([html.Li(words("rehearsal.said"))])],
        className="stale rehearsal",
        role="status",
        **attributes(aria_label=title),
    )
