"""Search over everything: what was found, in groups, best first; a plain form that works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.catalogue.periods import Period
from monitor.report.desk import Configuration, Desk
from monitor.report.search import AcceptedSubmission, accepted_submission, snapshots

from ..address import PageName
from ..components import html
from ..components.board_parts import period_text
from ..components.form_elements import button, form, hidden_field, input_, label
from ..components.parts import attributes, card, link, page_head
from ..components.tables import rest_link
from ..matching import find, plain
from ..search_index import KINDS, Entry, Hit, Kind, index_of, number_asked, period_asked
from ..view import View
from ..words import Words
from .page import Page

_SHOWN = 8


def search_page(view: View, desk: Desk, configuration: Configuration, as_of: datetime | None) -> Page:
    """The answer to `q`, or, without one, what can be searched."""
    words, asked = view.words, (view.address.asked or "").strip()
    catalogue = configuration.plan(view.address.plan)
    hits = _hits(view, desk, configuration, catalogue.plan.id, asked, as_of) if asked else ()
    if not asked:
        title = words("search.title_empty")
    elif hits:
        title = words("search.title_found", q=asked, n=len(hits))
    else:
        title = words("search.title_none", q=asked)
    subtitle = words("search.subtitle")
    body: list[Any] = [page_head(title, html.P(subtitle, className="subtitle"), html.Span()), _form(view, asked)]
    body.append(html.Div(_groups(view, asked, hits), className="stack search-hits") if hits else _hints(view))
    crumbs = ((words("overview.title"), view.href("overview")), (words("search.title"), None))
    return Page(title, body, view.address, crumbs, catalogue.plan.id)


def _hits(
    view: View, desk: Desk, configuration: Configuration, plan_id: str, asked: str, as_of: datetime | None
) -> tuple[Hit, ...]:
    words = view.words
    found = list(index_of(configuration, plan_id, words.language).search(asked))
    text = plain(asked).strip()
    named = [(one, find(one.name, text)) for one in snapshots(desk, as_of)]
    found += [
        Hit(Entry("snapshot", one.name, one.note or words.moment(one.at), "overview", changes=(("as_of", one.name),)),
            match.rank)
        for one, match in named if match is not None
    ]  # fmt: skip
    period = period_asked(asked)
    if period is not None:
        found += [Hit(entry, 0) for entry in _periods(words, period)]
    number = number_asked(asked)
    submission = None if number is None else accepted_submission(desk, number, as_of)
    if submission is not None:
        entry = Entry(
            "submission", f"#{number}", _submission_said(words, configuration, submission), "submission", str(number)
        )
        found.append(Hit(entry, 0))
    return tuple(sorted(found, key=lambda hit: (hit.rank, KINDS.index(hit.entry.kind))))


def _submission_said(words: Words, configuration: Configuration, found: AcceptedSubmission) -> str:
    region = configuration.regions.get(found.region_code)
    forms = {one.id: words.text(one.name) for catalogue in configuration.catalogues for one in catalogue.forms}
    unit = found.region_code if region is None else words.region(region)
    revision = words("draft.revision", n=found.revision)
    vintage = words.known("vintage", found.vintage)
    return " · ".join([unit, forms.get(found.form, found.form), found.period.code, vintage, revision])


def _periods(words: Words, period: Period) -> list[Entry]:
    said, chosen = period_text(words, period), (("period", period.code),)
    pages: tuple[PageName, ...] = ("overview", "matrix", "reporting")
    return [
        Entry("period", words(f"search.period_{page}", period=said), period.code, page, "", chosen) for page in pages
    ]


def _href(view: View, entry: Entry) -> str:
    changes: dict[str, str | None] = dict(entry.changes)
    if entry.kind != "period":
        changes.setdefault("period", None)
    href = view.href(entry.page, entry.item, **changes)
    return f"{href}#{entry.anchor}" if entry.anchor else href


def _groups(view: View, asked: str, hits: Sequence[Hit]) -> list[Any]:
    """A card a kind; the kind with the best hit first."""
    words = view.words
    kinds: dict[Kind, list[Hit]] = {}
    for hit in hits:
        kinds.setdefault(hit.entry.kind, []).append(hit)
    cards = []
    for kind, some in kinds.items():
        shown = some if view.address.rows == "all" else some[:_SHOWN]
        items = [_item(view, asked, hit) for hit in shown]
        foot = [rest_link(view, words("search.more", n=len(some) - len(shown)))] if len(shown) < len(some) else []
        count = html.Span(words("search.count", n=len(some)), className="tally")
        cards.append(card(words(f"search.kind_{kind}"), html.Ol(items, className="hits"), marks=[count], foot=foot))
    return cards


def _item(view: View, asked: str, hit: Hit) -> html.Li:
    entry, text = hit.entry, plain(asked).strip()
    return html.Li(
        [
            link(marked(entry.label, text), _href(view, entry), "hit"),
            html.Span(marked(entry.note, text), className="hit-note"),
            *([html.Span(marked(said, text), className="hit-said")] if (said := _mention(entry, text)) else []),
        ]
    )


def _mention(entry: Entry, text: str) -> str:
    """What it was found by, where neither its label nor its note shows it: another name, or a line of its texts."""
    if find(entry.label, text) is not None or find(entry.note, text) is not None:
        return ""
    by_name = next((said for said in entry.names if find(said, text) is not None), "")
    return by_name or next((said for said in entry.texts if text in plain(said)), "")


def marked(shown: str, text: str) -> list[Any]:
    """The text with the part that was found marked; several words each."""
    whole = find(shown, text)
    found = (
        [whole] if whole is not None else [match for part in text.split() if (match := find(shown, part)) is not None]
    )
    spans = sorted({(match.start, match.end) for match in found if match.end > match.start})
    parts: list[Any] = []
    at = 0
    for start, end in spans:
        if start >= at:
            parts += [shown[at:start], html.B(shown[start:end], className="found")]
            at = end
    return [part for part in (*parts, shown[at:]) if part != ""]


def _form(view: View, asked: str) -> Any:
    words, address = view.words, view.address
    kept = {"plan": address.plan, "as_of": address.as_of, "lang": address.language if address.language_in_url else None}
    fields = [hidden_field(name, value) for name, value in kept.items() if value]
    field = input_("search", "q", asked, id="search-q", maxlength="80", placeholder=words("search.placeholder"))
    return form(
        [*fields, label(words("search.title"), "search-q", class_="unseen"), field,
         button(words("search.go"), class_="button primary")],
        "/search", method="get", role="search", class_="search-form", **attributes(aria_label=words("search.title")),
    )  # fmt: skip


def _hints(view: View) -> html.Section:
    """What can be searched, each with an example that works."""
    words = view.words
    items = []
    for name in ("indicator", "pinyin", "region", "period", "submission", "method", "page"):
        example = words(f"search.example_{name}")
        items.append(html.Li([words(f"search.hint_{name}"), " ", link(example, view.here(asked=example), "more")]))
    return card(words("search.hints_title"), html.Ul(items, className="said-list"))
