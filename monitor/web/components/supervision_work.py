"""A supervision's page, first half: the request, the notices, where reports stand, the analysis."""

from __future__ import annotations

from typing import Any

from monitor.supervision.dossier import Finding
from monitor.supervision.letters import REGULARITY

from ..words import Words
from . import html
from .duty_parts import paper_links, papers_field
from .form_elements import button as press
from .form_elements import element, form, hidden_field, input_, label, option, select
from .parts import attributes, card, dotted, link
from .supervision_parts import (
    Shown,
    badge_of,
    checks,
    day_field,
    doing,
    folded,
    moment_by,
    standing_badge,
    submission_link,
    template_link,
    text_area,
)
from .take import take_table
from .upkeep_parts import cell

_LEVELS = {
    "missing": ("cross", "brick"), "late": ("down", "brick"), "returned": ("diamond", "amber"),
    "incomplete": ("diamond", "amber"), "lagging": ("down", "brick"), "breached": ("cross", "brick"),
    "outlier": ("diamond", "amber"), "unexplained": ("diamond", "amber"), "unbalanced": ("diamond", "amber"),
    "own": ("dot", "light"),
}  # fmt: skip


def table(words: Words, keys: list[str], rows: list[Any], key: str) -> Any:
    """A table that becomes cards on a phone and can be taken as a file."""
    head = html.Tr([html.Th(words(f"supervision.column_{name}"), scope="col") for name in keys])
    made = html.Table([html.Thead(head), element("tbody", rows)], className=f"plain stacking {key}", key=key)
    return html.Div(made, className="table-wrap")


def kind_badge(words: Words, kind: str) -> html.Span:
    shape, colour = _LEVELS[kind]
    return badge_of(shape, colour, words(f"supervision.kind_{kind}"))


def request_card(shown: Shown) -> html.Section:
    """What was asked for."""
    words, request = shown.words, shown.state.request
    how = REGULARITY[request.regularity][0 if words.language == "zh" else 1]
    plan = shown.catalogue
    form_ = None if plan is None else plan.form(request.form)
    indicators = [None if plan is None else plan.indicator(one) for one in request.indicators]
    pairs: list[tuple[str, Any]] = [
        ("purpose", request.purpose),
        ("basis", request.basis or words("number.none")),
        ("units", words.join([shown.unit(one) for one in request.units])),
    ]
    if not shown.state.is_onsite:
        named = [
            one if found is None else words.text(found.name)
            for one, found in zip(request.indicators, indicators, strict=True)
        ]
        said = words("supervision.n_indicators", n=len(named))
        pairs += [
            ("regularity", how),
            ("form", request.form if form_ is None else words.text(form_.name)),
            ("periods", words.join(list(request.periods))),
            ("indicators", folded(said, html.Ul([html.Li(one) for one in named]))),
            ("format", request.format),
            ("channel", request.channel),
            ("deadline", words.day(request.deadline)),
        ]
    if request.source:
        pairs.append(("source", link(request.source, shown.view.href("supervision", request.source, period=None))))
    facts = [
        part
        for name, said in pairs
        for part in (element("dt", words(f"supervision.field_{name}")), element("dd", said))
    ]
    made = words("supervision.made", day=words.day(request.made_on), by=shown.state.by)
    return card(words("supervision.request"), element("dl", facts, class_="facts"), note=made)


def notice_card(shown: Shown) -> html.Section:
    """Who was told when, with the text; and the way to tell the others."""
    words, state = shown.words, shown.state
    rows = []
    for unit in state.request.units:
        one = state.notices.get(unit)
        told: Any = html.Span(words("supervision.not_told"), className="quiet")
        if one is not None:
            lines = [html.P(line) for line in shown.said(one.zh, one.en).splitlines()]
            save = f"/download/supervision/{state.dossier}/{unit}.txt?lang={words.language}"
            lines.append(html.P(html.A(words("supervision.notice_save"), href=save, download="")))
            told = folded(words("supervision.notice_text"), html.Div(lines, className="letter"))
        when = "" if one is None else words.day(one.sent_on)
        by = "" if one is None else one.by
        rows.append(
            element(
                "tr",
                [
                    html.Th(shown.unit(unit), scope="row"),
                    cell(words, "supervision.column_told_on", when),
                    cell(words, "supervision.column_told_by", by),
                    cell(words, "supervision.column_notice", told),
                ],
            )
        )
    body: list[Any] = [table(words, ["unit", "told_on", "told_by", "notice"], rows, "notices")]
    left = [one for one in state.request.units if one not in state.notices]
    if shown.supervises and left:
        options = [(one, shown.unit(one)) for one in left]
        fields = [
            checks("units", words("supervision.units_to_tell"), options, left),
            day_field(
                words,
                "sent_on",
                words("supervision.sent_on"),
                shown.typed("sent_on", shown.today.isoformat()),
                "sent-on",
            ),
        ]
        body.append(doing(fields, shown.path("notify"), words("supervision.notify"), "notify"))
    return card(words("supervision.notice"), body, note=words("supervision.notice_note"))


def standings_card(shown: Shown) -> html.Section:
    """Where each report stands now, straight from the reporting cycle."""
    words, request = shown.words, shown.state.request
    rows = []
    for one in shown.board:
        late = [" ", badge_of("down", "brick", words("supervision.late"))] if one.is_late else []
        sent = words.day(one.sent_on) if one.sent_on is not None else words("number.none")
        needs = words(f"supervision.needs_{one.needs}") if one.needs else ""
        pending = (
            [" ", html.Span(words(f"supervision.pending_{one.pending}"), className="quiet")] if one.pending else []
        )
        to = [] if one.submission is None else [submission_link(shown.view, one.submission, one.revision), " · "]
        rows.append(
            element(
                "tr",
                [
                    html.Th(shown.unit(one.unit), scope="row"),
                    cell(words, "supervision.column_period", one.period),
                    cell(words, "supervision.column_state", [standing_badge(words, one.state), *pending]),
                    cell(words, "supervision.column_sent_on", [sent, *late]),
                    cell(words, "supervision.column_needs", needs),
                    cell(words, "supervision.column_cells", f"{one.cells}/{one.expected}"),
                    cell(
                        words,
                        "supervision.column_links",
                        [*to, template_link(shown.view, request.form, one.unit, one.period)],
                    ),
                ],
            )
        )
    if shown.catalogue is None:
        return card(words("supervision.standings"), html.P(words("supervision.plan_gone", plan=request.plan)))
    keys = ["unit", "period", "state", "sent_on", "needs", "cells", "links"]
    note = words("supervision.standings_note", deadline=words.day(request.deadline))
    return card(
        words("supervision.standings"), table(words, keys, rows, "standings"), note=note,
        foot=[take_table(shown.view, "standings")],
    )  # fmt: skip


def analysis_card(shown: Shown) -> html.Section:
    """What was found, each with its figure and link; what is ticked goes into the report."""
    words, state = shown.words, shown.state
    last = state.analyses[-1] if state.analyses else None
    can = shown.supervises and state.issued is None
    body: list[Any] = []
    if last is None:
        body.append(html.P(words("supervision.no_analysis"), className="quiet"))
    found = state.findings
    if found:
        chosen = set(state.drafts[-1].chosen) if state.drafts else {one.key for one in found}
        rows = [_finding_row(shown, one, can=can, ticked=one.key in chosen) for one in found]
        keys = [*(["tick"] if can else []), "kind", "finding", "figure"]
        listed = table(words, keys, rows, "findings")
        if can and last is not None:
            said = words("supervision.draft_again" if state.drafts else "supervision.draft")
            buttons = element("p", press(said, class_="button primary", id="draft"), class_="buttons")
            body.append(form([listed, buttons], shown.path("draft"), id="draft-form"))
        else:
            body.append(listed)
    elif last is not None:
        body.append(html.P(words("supervision.nothing_found"), className="quiet"))
    if can:
        said = words("supervision.analyse_again" if last is not None else "supervision.analyse")
        if state.notices:
            body.append(doing([], shown.path("analyse"), said, "analyse"))
        body.append(folded(words("supervision.own_finding"), _own_form(shown)))
    note = words("supervision.analysis_note")
    if last is not None:
        told = words("supervision.analysed", as_of=words.moment(last.as_of), by=last.by, n=len(found))
        note = f"{told} {words('mark.synthetic')}" if last.synthetic else told
    foot = [take_table(shown.view, "findings")] if found else []
    return card(words("supervision.analysis"), body, note=note, foot=foot)


def _finding_row(shown: Shown, one: Finding, *, can: bool, ticked: bool) -> Any:
    words = shown.words
    said: list[Any] = [shown.said(one.zh, one.en)]
    if one.link:
        said += [" ", link(words("supervision.see"), one.link, "see")]
    if one.synthetic:
        said += [" ", html.Span(words("mark.synthetic"), className="mark synthetic")]
    if one.papers:
        said.append(paper_links(shown.view, one.papers))
    unit = "" if one.kind != "own" else f"{shown.unit(one.unit)}{words('supervision.colon')}"
    cells: list[Any] = []
    if can:
        box = input_("checkbox", "chosen", one.key, checked=ticked, **attributes(aria_label=shown.said(one.zh, one.en)))
        cells.append(html.Td(label(box, class_="check")))
    cells += [
        cell(words, "supervision.column_kind", kind_badge(words, one.kind)),
        cell(words, "supervision.column_finding", [unit, *said]),
        cell(words, "supervision.column_figure", one.figure),
    ]
    return element("tr", cells)


def _own_form(shown: Shown) -> Any:
    words = shown.words
    options = [option(one, shown.unit(one)) for one in shown.state.request.units]
    fields = [
        element(
            "p",
            [label(words("supervision.column_unit"), "own-unit"), select("unit", options, id="own-unit")],
            class_="field",
        ),
        text_area(words, "text", words("supervision.own_text"), shown.typed("text"), "own-text"),
        papers_field(shown.view, "own-papers"),
    ]
    return doing(fields, shown.path("finding"), words("supervision.own_add"), "own-add", files=True)


def escalation_card(shown: Shown) -> html.Section | None:
    """The decision to go on site, recorded; and what came of it."""
    words, state = shown.words, shown.state
    body: list[Any] = [
        html.P(
            [
                badge_of("cross", "brick", words("supervision.escalated")), " ",
                dotted([shown.unit(one.unit), one.reason, moment_by(words, one.at, one.by)]),
            ]
        )
        for one in state.escalations
    ]  # fmt: skip
    body += [
        html.P(link(f"{one.dossier} {one.request.title}", shown.view.href("supervision", one.dossier, period=None)))
        for one in shown.onsite
    ]
    if shown.supervises:
        options = [option(one, shown.unit(one)) for one in state.request.units]
        fields = [
            element(
                "p",
                [label(words("supervision.column_unit"), "escalate-unit"), select("unit", options, id="escalate-unit")],
                class_="field",
            ),
            text_area(words, "reason", words("supervision.escalate_reason"), shown.typed("reason"), "escalate-reason"),
        ]
        body.append(
            folded(
                words("supervision.escalate"),
                doing(fields, shown.path("escalate"), words("supervision.escalate"), "escalate", grave=True),
            )
        )
    if shown.supervises and state.escalations:
        body.append(folded(words("supervision.onsite_new"), onsite_form(shown)))
    return card(words("supervision.escalation"), body, note=words("supervision.escalation_note")) if body else None


def onsite_form(shown: Shown) -> Any:
    """A new supervision on site of the units that this one escalated."""
    words, state = shown.words, shown.state
    units = list(dict.fromkeys(one.unit for one in state.escalations))
    fields = [
        hidden_field("kind", "onsite"),
        hidden_field("source", state.dossier),
        *[hidden_field("units", one) for one in units],
        hidden_field("title", words("supervision.onsite_title", title=state.request.title)[:120]),
        text_area(words, "purpose", words("supervision.field_purpose"), shown.typed("purpose"), "onsite-purpose"),
    ]
    return doing(fields, "/do/duty/supervision", words("supervision.onsite_new"), "onsite-new")
