"""The audit log: who did what and when, newest first, by actor, action, object and days; and whether it is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.store.audit import AuditEntry
from monitor.store.audit_folder import Head
from monitor.store.audit_look import LogLook

from ..address import PageName
from ..components import html
from ..components.cycle_parts import here, mark, notice_of, to
from ..components.form_elements import button, element, form, input_, label, option, select
from ..components.parts import attributes, card, link, page_head
from ..gatekeeper import PAGE_ACTIONS
from ..identity import Person
from ..notices import Notice
from ..view import View
from ..withheld import detail_for, sees_all
from ..words import Words
from .page import Page

SHOWN = 100
_LONGEST_FILTER = 80  # what an address holds (address.py)
_LONGEST = 240
PROVABLE = "jsonl"
_DOSSIERS: Mapping[str, PageName] = {
    "round": "rounds", "task": "tasks", "supervision": "supervision", "budget": "budget"
}  # fmt: skip
_FILES = ("csv", "xlsx", PROVABLE)


@dataclass(frozen=True)
class Shown:
    """One page of the log. `total`: how many the filter lets through; `since`: of the first entry there is.

    `look`: the last full check since the program started; `names`: the actors and the actions to choose from.
    """

    entries: Sequence[AuditEntry]
    total: int
    skipped: int
    head: Head
    since: datetime | None
    look: LogLook | None
    names: tuple[tuple[str, ...], tuple[str, ...]]


def audit_page(view: View, person: Person, shown: Shown, notice: Notice | None) -> Page:
    words = view.words
    title = words("audit.headline", n=words.number(float(shown.head.seq)))
    body: list[Any] = [page_head(title, html.P(words("audit.subtitle"), className="subtitle"), html.Span())]
    body += notice_of(view, notice)
    body.append(html.Div([_whole(view, shown), _filters(view, shown), _list(view, person, shown)], className="stack"))
    crumbs: tuple[tuple[str, str | None], ...] = ((words("nav.audit"), None),)
    if person.may("read_figures"):
        crumbs = ((words("overview.title"), view.href("overview")), *crumbs)
    return Page(title, body, view.address, crumbs, has_moments=False)


def _whole(view: View, shown: Shown) -> html.Section:
    """What is known of the chain: its end, since when, and what the last check found."""
    words, look, head = view.words, shown.look, shown.head
    facts = [
        (words("audit.entries"), words.number(float(head.seq))),
        (words("audit.since"), words.moment(shown.since)),
        (words("audit.last"), words.moment(head.at)),
        (words("audit.head"), html.Span(head.mac[:16] + "…", title=head.mac, className="code")),
    ]
    lines = [part for key, text in facts for part in (element("dt", key), element("dd", text))]
    said: list[Any] = [element("dl", lines, class_="facts")]
    if look is None:
        said.insert(0, html.P([mark("ring"), " ", words("audit.not_looked")], className="quiet"))
    else:
        key = "audit.sound" if look.is_sound else "audit.broken"
        face, colour = ("tick", "strong") if look.is_sound else ("cross", "brick")
        told = words(key, n=words.number(float(look.entries)), at=words.moment(look.at))
        said.insert(0, html.P(html.Span([mark(face), told], className=f"badge k-{colour}"), className="verdict"))
        found = [one.zh if words.language == "zh" else one.en for one in look.findings]
        if found:
            said.insert(1, html.Ul([html.Li(text) for text in found[:20]], className="findings"))
    check = form(button(words("audit.check"), class_="button", id="check-log"), "/do/audit/check")
    note = html.Span(words("audit.check_note"), className="quiet")
    said.append(element("div", [check, note], class_="buttons"))
    return card(words("audit.whole"), said)


def _filters(view: View, shown: Shown) -> html.Section:
    words, address = view.words, view.address
    actors, actions = shown.names

    def choose(name: str, key: str, options: Sequence[tuple[str, str]], chosen: str | None) -> Any:
        listed = [option("", words("audit.all"), chosen=chosen is None)]
        known = [value for value, _ in options]
        more = [(chosen, chosen)] if chosen is not None and chosen not in known else []
        listed += [option(value, text, chosen=value == chosen) for value, text in [*options, *more]]
        return element("p", [label(words(key), f"by-{name}"), select(name, listed, id=f"by-{name}")], class_="field")

    def write(name: str, key: str, text: str | None, **more: Any) -> Any:
        box = input_("text", name, text or "", id=f"by-{name}", maxlength=_LONGEST_FILTER, **more)
        return element("p", [label(words(key), f"by-{name}"), box], class_="field")

    told = sorted(((one, words.known("audited", one)) for one in actions), key=lambda pair: pair[1])
    fields = [
        choose("actor", "audit.actor", [(one, one) for one in actors if len(one) <= _LONGEST_FILTER], address.actor),
        choose("action", "audit.action", told, address.action),
        write("object", "audit.object", address.object, placeholder="submission:17"),
        write("from", "audit.from", address.start, placeholder="2026-01-31"),
        write("to", "audit.to", address.end, placeholder="2026-12-31"),
        element("p", button(words("audit.filter"), class_="button primary", id="filter"), class_="buttons"),
    ]
    if any((address.actor, address.action, address.object, address.start, address.end)):
        fields.append(element("p", link(words("audit.clear"), to(view, "audit"), "button"), class_="buttons"))
    return card(words("audit.filter_title"), form(fields, "/audit", method="get", class_="row-fields audit-filters"))


def _list(view: View, person: Person, shown: Shown) -> html.Section:
    words = view.words
    if not shown.entries:
        return card(words("audit.title"), html.P(words("audit.none")))
    keys = ("number", "when", "actor", "action", "object", "detail")
    head = html.Tr([html.Th(words(f"audit.{key}"), scope="col") for key in keys])
    rows = [_row(view, person, one) for one in shown.entries]
    table = html.Table([html.Thead(head), element("tbody", rows)], className="plain audit stacking")
    first, last = shown.skipped + 1, shown.skipped + len(shown.entries)
    tally = html.Span(words("audit.of", first=first, last=last, n=shown.total), className="tally")
    turn: list[Any] = []
    if shown.skipped:
        before = shown.skipped - SHOWN
        turn.append(link(words("audit.newer"), here(view, skip=str(before) if before > 0 else None), "button"))
    if last < shown.total:
        turn.append(link(words("audit.older"), here(view, skip=str(last)), "button"))
    parts: list[Any] = [html.Div(table, className="table-wrap")]
    if turn:
        parts.append(element("p", turn, class_="buttons"))
    query = here(view, skip=None).partition("?")[2]
    files = [
        html.A(kind.upper(), href=f"/download/audit.{kind}" + (f"?{query}" if query else ""), download="")
        for kind in _FILES
        if kind != PROVABLE or sees_all(person)
    ]
    return card(
        words("audit.title"), parts, marks=[tally], class_name="office-card",
        foot=[html.Span([words("audit.take"), " ", *_spaced(files)], className="take"), words("audit.take_note")],
    )  # fmt: skip


def _spaced(parts: Sequence[Any]) -> list[Any]:
    return [piece for part in parts for piece in (part, " ")]


def _row(view: View, person: Person, one: AuditEntry) -> Any:
    words = view.words

    def cell(key: str, said: Any, class_name: str = "") -> Any:
        return html.Td(said, className=class_name or None, **attributes(data_label=words(f"audit.{key}")))

    told = detail_for(person, one.object, one.event_seq, one.detail)
    moment, _, zone = words.moment(one.at).partition(" (")
    by: Any = one.actor
    if len(one.actor) <= _LONGEST_FILTER:
        by = link(one.actor, here(view, actor=one.actor, skip=None))
    return element(
        "tr",
        [
            cell("number", str(one.seq), "num"),
            cell("when", html.Span(moment, title=f"{zone[:-1]} · {one.at.isoformat()}Z"), "when"),
            html.Th(by, scope="row"),
            cell("action", html.Span(words.known("audited", one.action), title=one.action)),
            cell("object", _object(view, person, one.object), "object"),
            cell("detail", html.Span(detail_words(words, told), className="quiet"), "detail"),
        ],
        data_seq=one.seq,
    )


def _object(view: View, person: Person, text: str | None) -> Any:
    """What it was done to, as a link where there is a page of it, else to all that was done to it."""
    if text is None:
        return None
    words = view.words
    kind, _, number = text.partition(":")
    named = f"audited_object.{kind}"
    shown = words(named, id=number) if number and named in words else words.known("audited_thing", text)
    if number.isdecimal() and kind == "submission" and person.may("read_figures"):
        return link(shown, to(view, "submission", number))
    if number.isdecimal() and kind == "account" and person.may("manage_accounts"):
        return link(shown, to(view, "accounts", number))
    page = _DOSSIERS.get(kind)
    if number and page is not None and person.may(PAGE_ACTIONS[page]):
        return link(shown, to(view, page, number))
    return link(shown, here(view, object=text, skip=None)) if len(text) <= _LONGEST_FILTER else shown


def detail_words(words: Words, detail: str | None) -> str:
    """The particulars in one line; of a change, what differs."""
    try:
        said = json.loads(detail or "{}")
    except ValueError:
        said = detail
    if not isinstance(said, dict):
        return str(said)[:_LONGEST]
    old, new = said.get("from"), said.get("to")
    if isinstance(old, dict) and isinstance(new, dict):
        changed = [key for key in new if new[key] != old.get(key)]
        told = {key: f"{_text(words, key, old.get(key))} → {_text(words, key, new[key])}" for key in changed}
    else:
        told = {key: _text(words, key, value) for key, value in said.items() if value not in (None, "", False)}
    parts = [f"{words.known('audited_detail', key)}: {text}" for key, text in told.items()]
    line = " · ".join(parts)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _text(words: Words, key: str, value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, (list, tuple)):
        return " ".join(_text(words, key, one) for one in value)
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_text(words, name, one)}" for name, one in value.items())
    if isinstance(value, bool):
        return words("audit.yes" if value else "audit.no")
    if key in ("hash", "sha256"):
        return f"{str(value)[:12]}…"
    return words.known("role", str(value)) if key == "role" else str(value)
