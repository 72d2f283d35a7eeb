"""A supervision's page, second half: the report, what is to be put right, on-site deliveries, the end."""

from __future__ import annotations

from typing import Any

from monitor.access.names import same_person
from monitor.supervision.days import OBJECTION_DAYS, last_objection_day, objection
from monitor.supervision.dossier import CHAPTERS, Delivery, Item
from monitor.supervision.drafting import TITLES, cure_of

from . import html
from .duty_parts import paper_links, papers_field
from .form_elements import button as press
from .form_elements import element, form, hidden_field, input_, label, option, select, textarea
from .parts import card, synthetic_mark
from .supervision_parts import (
    Shown,
    day_field,
    doing,
    due_mark,
    folded,
    item_badge,
    moment_by,
    objection_badge,
    text_area,
)
from .supervision_work import table
from .take import take_table
from .upkeep_parts import cell


def report_card(shown: Shown) -> html.Section:
    """The text that is worked on, or the report as it was issued."""
    words, state = shown.words, shown.state
    issued = state.issued
    if issued is not None:
        body: list[Any] = [paper_links(shown.view, issued.papers)]
        body.append(folded(words("supervision.report_text"), _chapters(shown, dict(issued.chapters))))
        as_of = words.moment(issued.as_of)
        note = words(
            "supervision.issued_note",
            number=issued.number,
            author=issued.author,
            by=issued.by,
            at=words.moment(issued.at),
            as_of=as_of,
        )
        return card(words("supervision.report"), body, note=note)
    if not state.drafts:
        return card(words("supervision.report"), html.P(words("supervision.no_draft"), className="quiet"))
    draft = state.drafts[-1]
    note = words("supervision.draft_note", number=draft.number, by=draft.by, at=words.moment(draft.at))
    if not shown.supervises:
        return card(words("supervision.report"), _chapters(shown, dict(draft.chapters)), note=note)
    fields: list[Any] = [hidden_field("number", draft.number)]
    for name in CHAPTERS:
        text = shown.typed(name, draft.chapters[name])
        rows = min(12, 2 + text.count("\n") + len(text) // 60)
        said = label(_title(shown, name), f"chapter-{name}")
        fields.append(
            element("p", [said, textarea(name, text, id=f"chapter-{name}", rows=rows, required=True)], class_="field")
        )
    parts: list[Any] = [doing(fields, shown.path("revise"), words("supervision.revise"), "revise")]
    if same_person(draft.by, shown.person.actor.name):
        parts.append(html.P(words("supervision.four_eyes"), className="quiet"))
    else:
        parts.append(doing([], shown.path("issue"), words("supervision.issue"), "issue"))
    return card(words("supervision.report"), parts, note=note)


def _title(shown: Shown, name: str) -> str:
    return shown.said(*TITLES[name])


def _chapters(shown: Shown, chapters: dict[str, str]) -> Any:
    parts: list[Any] = []
    for name in CHAPTERS:
        parts.append(html.H3(_title(shown, name), className="card-title"))
        parts += [html.P(line) for line in chapters[name].splitlines()]
    return html.Div(parts, className="letter")


def findings_card(shown: Shown) -> html.Section | None:
    """What a unit is told of the issued report: the findings that are its own."""
    issued = shown.state.issued
    if issued is None or not issued.findings:
        return None
    items = []
    for one in issued.findings:
        said: list[Any] = [shown.said(one.zh, one.en)]
        if one.synthetic:
            said += [" ", synthetic_mark(shown.words)]
        if one.papers:
            said.append(paper_links(shown.view, one.papers))
        items.append(html.Li(said))
    return card(shown.words("supervision.told_findings"), html.Ul(items, className="findings"))


def rectification_card(shown: Shown) -> html.Section | None:
    """What has to be put right: by whom, by when, what was answered, and what the supervisor says to it."""
    words, state = shown.words, shown.state
    if state.issued is None:
        return None
    body: list[Any] = []
    if state.items:
        rows = [_item_row(shown, one) for one in state.items]
        body.append(
            table(words, ["number", "unit", "finding", "what", "due", "item_state", "answer"], rows, "rectification")
        )
        body += [part for one in state.items if (part := _item_forms(shown, one)) is not None]
    else:
        body.append(html.P(words("supervision.no_items"), className="quiet"))
    if shown.supervises:
        ordered = {one.finding.key for one in state.items}
        left = [one for one in state.issued.findings if one.key not in ordered]
        if left:
            body.append(folded(words("supervision.order"), _order_form(shown, left), is_open=not state.items))
    foot = [take_table(shown.view, "rectification")] if state.items else []
    return card(words("supervision.rectification"), body, note=words("supervision.rectification_note"), foot=foot)


def _item_row(shown: Shown, one: Item) -> Any:
    words = shown.words
    last = one.words[-1] if one.words else None
    answer: list[Any] = []
    for word in one.words:
        said = words(f"supervision.word_{word.action}")
        answer.append(
            html.P(
                [
                    html.Strong(said),
                    " ",
                    word.text,
                    " ",
                    html.Span(moment_by(words, word.at, word.by), className="quiet"),
                ]
            )
        )
        if word.papers:
            answer.append(paper_links(shown.view, word.papers))
    return element(
        "tr",
        [
            html.Th(str(one.number), scope="row"),
            cell(words, "supervision.column_unit", shown.unit(one.unit)),
            cell(words, "supervision.column_finding", shown.said(one.finding.zh, one.finding.en)),
            cell(words, "supervision.column_what", one.what),
            cell(words, "supervision.column_due", due_mark(words, one.due, shown.today, is_done=not one.is_owed)),
            cell(words, "supervision.column_item_state", item_badge(words, one.state)),
            cell(words, "supervision.column_answer", answer if last is not None else ""),
        ],
    )


def _item_forms(shown: Shown, one: Item) -> Any:
    """What the reader may do about one item now; None for nothing."""
    words = shown.words
    parts: list[Any] = []
    if shown.doable and one.is_owed and shown.person.actor.may("rectify", one.unit):
        fields = [
            text_area(words, "text", words("supervision.answer_text"), "", f"answer-text-{one.number}"),
            papers_field(shown.view, f"answer-papers-{one.number}"),
        ]
        said = words("supervision.answer", n=one.number)
        parts.append(
            folded(said, doing(fields, shown.path(f"{one.number}/answer"), said, f"answer-{one.number}", files=True))
        )
    if shown.supervises and one.state == "answered":
        yes = words("supervision.accept", n=one.number)
        accept = form(
            press(yes, class_="button primary", id=f"accept-{one.number}"), shown.path(f"{one.number}/accept")
        )
        back = words("supervision.send_back", n=one.number)
        reason = text_area(words, "reason", words("supervision.back_reason"), "", f"back-reason-{one.number}")
        parts += [
            accept,
            folded(
                back, doing([reason], shown.path(f"{one.number}/send_back"), back, f"back-{one.number}", grave=True)
            ),
        ]
    return html.Div(parts, className="item-doing") if parts else None


def _order_form(shown: Shown, left: list[Any]) -> Any:
    words = shown.words
    lines = []
    for place, one in enumerate(left):
        said = shown.said(one.zh, one.en)
        box = label([input_("checkbox", "finding", f"{place}:{one.key}"), said], class_="check")
        field = textarea(f"what-{place}", cure_of(one), id=f"what-{place}", rows=1, maxlength=5000)
        lines.append(
            element(
                "div",
                [box, label(words("supervision.column_what"), f"what-{place}", class_="unseen"), field],
                class_="field",
            )
        )
    lines.append(day_field(words, "due", words("supervision.column_due"), shown.typed("due"), "order-due"))
    return doing(lines, shown.path("order"), words("supervision.order"), "order")


def onsite_card(shown: Shown) -> html.Section:
    """Deliveries of the report, and the ten days for objections: on site alone."""
    words, state = shown.words, shown.state
    body: list[Any] = []
    rows = [_delivery_row(shown, one) for one in state.deliveries.values()]
    if rows:
        body.append(table(words, ["unit", "received_on", "last_day", "objection", "said"], rows, "deliveries"))
    else:
        body.append(html.P(words("supervision.no_delivery"), className="quiet"))
    if shown.doable:
        body += [
            _objection_form(shown, one)
            for one in state.deliveries.values()
            if _is_open(shown, one) and shown.person.actor.may("rectify", one.unit)
        ]
    left = [one for one in state.request.units if one not in state.deliveries]
    if shown.supervises and left:
        options = [option(one, shown.unit(one)) for one in left]
        fields = [
            element(
                "p",
                [label(words("supervision.column_unit"), "deliver-unit"), select("unit", options, id="deliver-unit")],
                class_="field",
            ),
            day_field(
                words,
                "received_on",
                words("supervision.column_received_on"),
                shown.typed("received_on", shown.today.isoformat()),
                "received-on",
            ),
            papers_field(shown.view, "deliver-papers"),
        ]
        body.append(doing(fields, shown.path("deliver"), words("supervision.deliver"), "deliver", files=True))
    return card(words("supervision.deliveries"), body, note=words("supervision.ten_days", n=OBJECTION_DAYS))


def _is_open(shown: Shown, one: Delivery) -> bool:
    return objection(one.received_on, one.said_on, shown.today, objects=one.objects) == "open"


def _delivery_row(shown: Shown, one: Delivery) -> Any:
    words = shown.words
    state = objection(one.received_on, one.said_on, shown.today, objects=one.objects)
    said: list[Any] = [one.text] if one.text else []
    if one.said_on is not None:
        said += [" ", html.Span(f"{words.day(one.said_on)} · {one.said_by}", className="quiet")]
    if one.said_papers:
        said.append(paper_links(shown.view, one.said_papers))
    return element(
        "tr",
        [
            html.Th(shown.unit(one.unit), scope="row"),
            cell(
                words,
                "supervision.column_received_on",
                [words.day(one.received_on), paper_links(shown.view, one.papers)],
            ),
            cell(words, "supervision.column_last_day", words.day(last_objection_day(one.received_on))),
            cell(words, "supervision.column_objection", objection_badge(words, state)),
            cell(words, "supervision.column_said", said),
        ],
    )


def _objection_form(shown: Shown, one: Delivery) -> Any:
    words = shown.words
    fields: list[Any] = [
        hidden_field("unit", one.unit),
        text_area(words, "text", words("supervision.objection_text"), "", f"object-text-{one.unit}", required=False),
        papers_field(shown.view, f"object-papers-{one.unit}"),
        label([input_("checkbox", "none", "1"), words("supervision.objects_not")], class_="check"),
    ]
    if shown.handles:
        fields.append(
            day_field(words, "said_on", words("supervision.said_on"), "", f"said-on-{one.unit}", required=False)
        )
    said = words("supervision.object", unit=shown.unit(one.unit))
    return folded(said, doing(fields, shown.path("object"), said, f"object-{one.unit}", files=True))


def closing_card(shown: Shown) -> html.Section | None:
    """The end, or the way there."""
    words, closed = shown.words, shown.state.closed
    if closed is not None:
        said = words("supervision.closed", at=words.moment(closed.at), by=closed.by)
        return card(words("supervision.closing"), html.P([said, " ", closed.text]))
    if not shown.supervises:
        return None
    field = text_area(words, "text", words("supervision.close_text"), shown.typed("text"), "close-text", required=False)
    body = folded(
        words("supervision.close"), doing([field], shown.path("close"), words("supervision.close"), "close", grave=True)
    )
    return card(words("supervision.closing"), body, note=words("supervision.closing_note"))
