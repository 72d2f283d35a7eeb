"""On a region's page: the regions below it, each one click away, and what changed about its place in the tree."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitor.catalogue.regions import Region, Regions
from monitor.report.placed import Past, below, past

from ..view import View
from ..words import Words
from . import html
from .parts import card, link

_SHOWN = 60


def placed_card(view: View, regions: Regions, region: Region, day: date) -> html.Section | None:
    """None for a region with nothing below it and no past. `day`: that on which the page shows the tree."""
    words = view.words
    found, changes = below(regions, region.code, day), past(regions, region.code)
    if not found and not changes:
        return None
    body: list[Any] = []
    if changes:
        body.append(html.Ul([html.Li(past_line(words, one)) for one in changes], className="past-lines"))
    if found:
        items = [html.Li([_named(view, one), _count(words, regions, one, day)]) for one in found[:_SHOWN]]
        body.append(html.Ul(items, className="below-list"))
        whole = view.href("tree", region=region.code, period=view.address.period)
        body.append(html.P(link(words("tree.card_more", n=len(found)), whole)))
    title = words("tree.card_title", n=len(found)) if found else words("tree.card_past")
    return card(title, body, note=words("tree.on_day", day=words.day(day)) if found else None, class_name="below-card")


def past_line(words: Words, one: Past) -> str:
    """One change as a sentence: from whom to whom, and until when."""
    facts = {
        "name": words.region(one.other),
        "code": one.other.code,
        "parent": "" if one.parent is None else words.region(one.parent),
        "now": "" if one.now is None else words.region(one.now),
        "until": words.day(one.until),
        "from": words.day(one.region.valid_from if one.kind != "became" else one.other.valid_from),
    }
    return words(f"tree.past_{one.kind}", **facts)


def _named(view: View, one: Region) -> html.A:
    return link(view.words.region_short(one), view.href("region", one.code, period=view.address.period))


def _count(words: Words, regions: Regions, one: Region, day: date) -> html.Span:
    number = len(below(regions, one.code, day))
    return html.Span(words("tree.below", n=number) if number else "", className="m-of")
