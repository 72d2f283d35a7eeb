"""The line that every page of a read-only copy wears: which version it shows, as of when, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from monitor.store.published import Published

from ..address import PageName
from ..words import Words
from . import html
from .parts import attributes

_COUNTING: frozenset[PageName] = frozenset({"quality", "region", "reporting"})
"""Pages that count, at the owner, also what waits for review: how complete it is, and its queries."""


def reader_line(words: Words, store: Published, owner: str | None, page: PageName) -> html.Section:
    title, moment = words("reader.title"), store.manifest.moment
    said: list[Any] = [html.Li(words("reader.version", version=store.version))]
    if moment is not None:
        said.append(html.Li(words("reader.as_of", time=words.moment(moment))))
    if page in _COUNTING:
        said.append(html.Li(words("reader.accepted_alone")))
    if owner is not None:
        said.append(html.Li(html.A(words("reader.owner"), href=owner)))
    fault = store.warning
    if fault is not None:
        mark = html.Span("!", className="stale-sign", **attributes(aria_hidden="true"))
        reason = fault.en if words.language == "en" else fault.zh
        said.append(html.Li([mark, words("reader.refused", reason=reason)]))
    kind = "reader-line" if fault is None else "reader-line stale"
    return html.Section(
        [html.Strong(title), html.Ul(said)], className=kind, role="status", **attributes(aria_label=title)
    )
