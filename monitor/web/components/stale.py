"""The banner that every page wears while scheduled work fails: what fails, since when, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.jobs.board import TITLES
from monitor.jobs.health import Failing

from ..view import View
from ..words import Words
from . import html
from .parts import attributes

_HARMLESS = ("backup", "integrity", "publish", "prune")
"""Where these fail the pages are as new as ever; what it means for the operator, its line says."""
_KNOWN = ("inbox", "mail", *_HARMLESS)


def stale_banner(view: View, failing: Sequence[Failing]) -> html.Section:
    words = view.words
    mark = html.Span("!", className="stale-sign", **attributes(aria_hidden="true"))
    items = [html.Li(_line(words, one)) for one in failing]
    told = words("stale.title_upkeep" if all(one.name in _HARMLESS for one in failing) else "stale.title")
    title = html.Strong([mark, told])
    return html.Section([title, html.Ul(items)], className="stale", role="status", **attributes(aria_label=told))


def _line(words: Words, one: Failing) -> str:
    known = one.name if one.name in _KNOWN else "other"
    last = (
        words("stale.never") if one.last_success is None else words("stale.last", time=words.moment(one.last_success))
    )
    reason = words(f"stale.reason_{one.reason}")
    name = TITLES.get(one.name, (one.name, one.name))[0 if words.language == "zh" else 1]
    return words(f"stale.{known}", name=name, since=words.moment(one.since), reason=reason, last=last)
