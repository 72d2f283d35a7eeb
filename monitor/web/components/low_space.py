"""The banner that every page wears while the disk has too little room for files: how much, and what goes on."""

from __future__ import annotations

from monitor.store.space import Room

from ..view import View
from . import html
from .parts import attributes

_MB = 1_000_000


def low_space_banner(view: View, room: Room) -> html.Section:
    words = view.words
    mark = html.Span("!", className="stale-sign", **attributes(aria_hidden="true"))
    title = words("low_space.title")
    said = words("low_space.said", free=f"{room.free // _MB:,}", needed=f"{-(-room.needed // _MB):,}")
    return html.Section(
        [html.Strong([mark, title]), html.Ul([html.Li(said)])],
        className="stale low-space",
        role="status",
        **attributes(aria_label=title),
    )
