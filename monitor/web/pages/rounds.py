"""Rounds of evaluation: the list and the form that opens one; a round as a table with all that is done on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from monitor.dossier.errors import DossierError
from monitor.evaluation.assessing import may_assess
from monitor.evaluation.changes import Changed, compare_rounds, previous_rounds
from monitor.evaluation.concluding import waiting_for
from monitor.evaluation.conclusions import BY_PEOPLE
from monitor.evaluation.consulting import may_comment
from monitor.evaluation.frozen import fingerprint, frozen_scorecard
from monitor.evaluation.rounds import Round, Subject, read_round, read_rounds

from ..components import html
from ..components.cycle_parts import mark, notice_of, region_name
from ..components.document_parts import document_links
from ..components.duty_parts import duty_tabs, paper_links
from ..components.form_elements import element
from ..components.parts import badge, card, dotted, link, page_head, synthetic_mark
from ..components.rounds_forms import answer_form, comment_form, end_forms, open_form, together_forms
from ..components.rounds_parts import (
    assessed_mark,
    comment_of,
    conclusion_badge,
    decision_badge,
    differs_mark,
    headline,
    kind_name,
    lacking_units,
    round_badge,
    spoken,
)
from ..components.take import take_table
from ..components.upkeep_parts import cell, moment_mark, table_of
from ..view import View
from ..words import Words
from .page import Page
from .round_subject import subject_page

if TYPE_CHECKING:
    from ..duties import DutyAsked

_LIST = (
    "rounds.title", "rounds.kind", "rounds.period", "rounds.state", "rounds.frozen_at", "rounds.assessments",
    "rounds.conclusions", "rounds.differing",
)  # fmt: skip
_TABLE = (
    "rounds.indicator", "rounds.unit", "rounds.value", "rounds.target", "rounds.computed", "rounds.conclusion",
    "rounds.assessment",
)  # fmt: skip
_CHANGES = ("rounds.indicator", "rounds.value", "rounds.computed", "rounds.conclusion", "rounds.why")


def rounds_page(asked: DutyAsked) -> Page:
    """/rounds, /rounds/ID and /rounds/ID?show=INDICATOR; `?from=ID` is the earlier round that it is compared with.

    Raises DossierError for a round or an indicator that is not there.
    """
    address = asked.view.address
    if not address.item:
        return _list(asked)
    told = spoken(asked.view.words, asked.desk, read_round(asked.desk.store, address.item, asked.as_of))
    return subject_page(asked, told, address.show) if address.show else _round(asked, told)


def _list(asked: DutyAsked) -> Page:
    view, words = asked.view, asked.view.words
    rounds = read_rounds(asked.desk.store, asked.as_of)
    open_ones = [one for one in rounds if one.state == "open"]
    title = words("rounds.headline_list", n=len(rounds), open=len(open_ones)) if rounds else words("rounds.none")
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(_subtitle(asked, words("rounds.what")), className="subtitle"), html.Span()),
        *notice_of(view, asked.notice),
    ]
    cards: list[Any] = []
    if rounds:
        wrap = table_of(words, _LIST, [_line(asked, one) for one in rounds], "rounds")
        wrap.children.names["key"] = "rounds"
        tools = take_table(view, "rounds")
        cards.append(card(words("rounds.list"), wrap, tools=tools, class_name="office-card"))
    if asked.as_of is None and asked.person.may("evaluate"):
        desk, typed = asked.desk, dict(asked.notice.typed) if asked.notice else {}
        body_of_form = open_form(view, desk.current.catalogues, desk.current.regions, asked.today, typed)
        cards.append(card(words("rounds.open_title"), body_of_form, note=words("rounds.open_note")))
    body.append(html.Div(cards, className="stack"))
    return Page(title, body, view.address, ((words("duty.rounds"), None),))


def _subtitle(asked: DutyAsked, *facts: str) -> html.Span:
    known = asked.view.words("rounds.known_at", moment=asked.view.words.moment(asked.as_of)) if asked.as_of else ""
    return dotted([*facts, known])


def _line(asked: DutyAsked, one: Round) -> Any:
    view, words = asked.view, asked.view.words
    n = len(one.subjects)
    done, approved = n - len(one.without_assessment), n - len(one.without_approval)
    place = region_name(words, asked.desk.current.regions, one.region)
    href = view.href("rounds", one.id, period=None)
    return element(
        "tr",
        [
            html.Th([link(one.title, href), html.Small(one.id)], scope="row", className="two-lines"),
            cell(words, "rounds.kind", kind_name(words, one.kind)),
            cell(words, "rounds.period", f"{one.period} · {place}"),
            cell(words, "rounds.state", round_badge(words, one.state)),
            cell(words, "rounds.frozen_at", moment_mark(words, one.as_of), "when"),
            cell(words, "rounds.assessments", words("rounds.of", n=done, all=n)),
            cell(words, "rounds.conclusions", words("rounds.of", n=approved, all=n)),
            cell(words, "rounds.differing", str(len(one.differing))),
        ],
        data_round=one.id,
    )


def _round(asked: DutyAsked, told: Round) -> Page:
    view, words, person = asked.view, asked.view.words, asked.person
    title = headline(words, told)
    frame = frozen_scorecard(asked.desk, told).frame
    rows = {str(row["indicator_id"]): row for row in frame.to_dict("records")}
    synthetic = bool(frame["synthetic"].any())
    place = region_name(words, asked.desk.current.regions, told.region)
    facts = [round_badge(words, told.state), " ", _subtitle(asked, kind_name(words, told.kind), place, told.period)]
    ask = f"?as_of={quote(view.address.as_of)}" if view.address.as_of else ""
    tools = html.A(
        words("rounds.file"),
        href=f"/download/rounds/{quote(told.id, safe='')}.csv{ask}",
        className="button",
        download="",
    )
    head = page_head(
        title, html.P(facts, className="subtitle"), html.Span(tools, className="buttons"),
        marks=[synthetic_mark(words)] if synthetic else [],
    )  # fmt: skip
    cards: list[Any] = [
        _mine(asked, told),
        _lacking(words, told),
        _table(view, told, rows),
        _frozen(view, told, fingerprint(frame)),
    ]
    cards += _changes(asked, told)
    cards.append(_comments(asked, told))
    if told.state != "withdrawn" and asked.as_of is None:
        cards.append(document_links(view, told))
    if told.papers:
        cards.append(card(words("rounds.filed"), paper_links(view, told.papers)))
    if asked.as_of is None and told.state == "open" and person.may("evaluate"):
        rest = sum(one.conclusion is None and one.computed != BY_PEOPLE for one in told.subjects)
        if together := together_forms(view, told, rest, len(waiting_for(person.actor, told))):
            cards.append(card(words("rounds.together"), together, note=words("rounds.together_note")))
        cards.append(card(words("rounds.end"), end_forms(view, told), note=words("rounds.end_note")))
    body: list[Any] = [
        duty_tabs(view, person),
        head,
        *notice_of(view, asked.notice),
        html.Div([one for one in cards if one is not None], className="stack"),
    ]
    crumbs = ((words("duty.rounds"), view.href("rounds", period=None)), (told.title, None))
    return Page(title, body, view.address, crumbs, told.plan, synthetic=synthetic)


def _mine(asked: DutyAsked, told: Round) -> Any:
    """What waits for a department's own reviewer: its indicators without a self-assessment."""
    view, words, actor = asked.view, asked.view.words, asked.person.actor
    is_asked = asked.as_of is None and told.state == "open" and actor.may("self_assess") and not actor.may("evaluate")
    mine = [one for one in told.without_assessment if may_assess(actor, told, one.indicator)] if is_asked else []
    if not mine:
        return None
    lines = [html.Li(link(one.name, view.href("rounds", told.id, period=None, show=one.indicator))) for one in mine]
    return card(words("rounds.yours", n=len(mine)), html.Ul(lines, className="findings"))


def _lacking(words: Words, told: Round) -> Any:
    """Whose self-assessments lack, while the round is open."""
    if told.state != "open" or not told.without_assessment:
        return None
    due = "" if told.deadline is None else words("rounds.due", date=told.deadline.isoformat())
    lines = html.Ul([html.Li([mark("hatch"), " ", one]) for one in lacking_units(words, told)], className="findings")
    return card(words("rounds.lacking", n=len(told.without_assessment)), lines, note=due or None)


def _table(view: View, told: Round, rows: dict[str, dict[str, Any]]) -> html.Section:
    words = view.words
    lines = [_indicator(view, told, one, rows[one.indicator]) for one in told.subjects]
    wrap = table_of(words, _TABLE, lines, "round-table")
    wrap.children.names["key"] = "round"
    return card(words("rounds.table"), wrap, tools=take_table(view, "round"), class_name="office-card")


def _indicator(view: View, told: Round, one: Subject, row: dict[str, Any]) -> Any:
    words, newest = view.words, one.conclusion
    value = float(row["value"])
    said = words.amount(None if value != value else value, str(row["unit"]), str(row["comparator"]))
    marks: list[Any] = [" ", synthetic_mark(words)] if row["synthetic"] else []
    concluded: list[Any] = [conclusion_badge(words, None if newest is None else newest.code)]
    if newest is not None:
        concluded += [" ", decision_badge(words, newest.decision)]
        if newest.differs:
            concluded += [" ", differs_mark(words)]
    href = view.href("rounds", told.id, period=None, show=one.indicator)
    return element(
        "tr",
        [
            html.Th(link(one.name, href), scope="row"),
            cell(words, "rounds.unit", one.unit),
            cell(words, "rounds.value", [said, *marks], "num"),
            cell(words, "rounds.target", str(row["target_printed"])),
            cell(words, "rounds.computed", badge(words, one.computed)),
            cell(words, "rounds.conclusion", concluded),
            cell(words, "rounds.assessment", assessed_mark(words, one)),
        ],
        data_indicator=one.indicator,
    )


def _frozen(view: View, told: Round, sha256: str) -> html.Section:
    """What the round stands on, and that it is still the same to the byte."""
    words = view.words
    same = sha256 == told.sha256
    proof = [mark("tick" if same else "cross"), " ", words("rounds.unmoved" if same else "rounds.moved")]
    shown: list[tuple[str, Any]] = [
        ("rounds.frozen_at", [moment_mark(words, told.as_of), " ", html.Span(told.snapshot, className="quiet")]),
        ("rounds.plan", told.plan),
        ("rounds.catalogue", html.Span(told.catalogue_version, className="code")),
        ("rounds.settings", html.Span(told.settings, className="code")),
        ("rounds.method", told.method),
        ("rounds.proof", html.Span([*proof, " ", html.Span(f"SHA-256 {told.sha256[:16]}…", title=told.sha256)])),
        ("rounds.opened", [told.opened_by, " ", moment_mark(words, told.opened_at)]),
        ("rounds.deadline", words("number.none") if told.deadline is None else told.deadline.isoformat()),
    ]
    if told.state != "open":
        shown.append(("rounds.closed", [told.closed_by or "", " ", moment_mark(words, told.closed_at)]))
    if told.closed_reason:
        shown.append(("rounds.withdraw_reason", told.closed_reason))
    facts = [part for key, said in shown for part in (element("dt", words(key)), element("dd", said))]
    return card(words("rounds.stands_on"), element("dl", facts, class_="facts"), note=words("rounds.stands_note"))


def _comments(asked: DutyAsked, told: Round) -> html.Section:
    view, words = asked.view, asked.view.words
    is_open = asked.as_of is None and told.state == "open"
    may_answer = is_open and asked.person.may("evaluate")
    names = {one.indicator: one.name for one in told.subjects}
    lines = [
        comment_of(
            view, one, names.get(one.indicator or "", words("rounds.whole")),
            [answer_form(view, told, one)] if may_answer else [],
        )
        for one in told.comments
    ]  # fmt: skip
    parts: list[Any] = [
        html.Ol(lines, className="round-notes") if lines else html.P(words("rounds.no_comments"), className="quiet")
    ]
    if is_open and may_comment(asked.person.actor):
        parts.append(comment_form(view, told, None))
    return card(words("rounds.comments"), parts)


def _changes(asked: DutyAsked, told: Round) -> list[Any]:
    """What is otherwise than in an earlier round: that of the address, else the newest before."""
    view, words = asked.view, asked.view.words
    earlier = previous_rounds(read_rounds(asked.desk.store, asked.as_of), told)
    found = next((one for one in earlier if one.id == view.address.start), earlier[0] if earlier else None)
    if found is None:
        return []
    chosen = spoken(words, asked.desk, found)
    others = [link(one.title, view.here(start=one.id, said=None), "button") for one in earlier if one.id != chosen.id]
    title = words("rounds.changes", title=chosen.title)
    try:
        changed = [one for one in compare_rounds(asked.desk, chosen, told) if one.is_changed]
    except DossierError as error:
        return [card(title, html.P(error.zh if words.language == "zh" else error.en))]
    if not changed:
        return [card(title, [html.P(words("rounds.no_changes")), html.P(others, className="buttons")])]
    wrap = table_of(words, _CHANGES, [_change(view, one) for one in changed], "round-changes")
    wrap.children.names["key"] = "changes"
    parts: list[Any] = [wrap, html.P(others, className="buttons")] if others else [wrap]
    note = words("rounds.changes_note", n=len(changed), all=len(told.subjects))
    return [card(title, parts, note=note, tools=take_table(view, "changes"), class_name="office-card")]


def _change(view: View, one: Changed) -> Any:
    words = view.words
    why: list[Any] = [words(f"rounds.why_{name}") for name in one.why]
    why += [link(f"#{number}", view.href("submission", str(number), period=None)) for number in one.submissions]
    before, after = one.before, one.after
    if before is None or after is None:
        gone = words("rounds.only_before" if after is None else "rounds.only_after")
        return html.Tr([html.Th(one.name, scope="row"), html.Td(gone, colSpan=4)])
    values = [
        html.Span(
            [
                words.amount(side.value, one.unit, side.comparator),
                *([" ", synthetic_mark(words)] if side.synthetic else []),
            ]
        )
        for side in (before, after)
    ]
    computed = [badge(words, side.computed) for side in (before, after)]
    concluded = [conclusion_badge(words, side.conclusion) for side in (before, after)]
    return html.Tr(
        [
            html.Th(one.name, scope="row"),
            cell(words, "rounds.value", _then(values), "num"),
            cell(words, "rounds.computed", _then(computed)),
            cell(words, "rounds.conclusion", _then(concluded)),
            cell(words, "rounds.why", dotted(why)),
        ]
    )


def _then(sides: Sequence[Any]) -> list[Any]:
    return [sides[0], " → ", sides[1]]
