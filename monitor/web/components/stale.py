"""The banner that every page wears while scheduled work fails: what fails, since when, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.jobs.health import Failing

from ..view import View
from ..words import Words
from . import html
from .parts import attributes

_KNOWN = ("inbox", "mail")


def stale_banner(view: View, failing: Sequence[Failing]) -> html.Section:
    words = view.words
    mark = html.Span("!", className="stale-sign", **attributes(aria_hidden="true"))
    items = [html.Li(_line(words, one)) for one in failing]
    title = html.Strong([mark, words("stale.title")])
    return html.Section(
        [title, html.Ul(items)], className="stale", role="status", **attributes(aria_label=words("stale.title"))
    )


def _line(words: Words, one: Failing) -> str:
    known = one.name if one.name in _KNOWN else "other"
    last = (
        words("stale.never") if one.last_success is None else words("stale.last", time=words.moment(one.last_success))
    )
    reason = words(f"stale.reason_{one.reason}")
    return words(f"stale.{known}", name=one.name, since=words.moment(one.since), reason=reason, last=last)
