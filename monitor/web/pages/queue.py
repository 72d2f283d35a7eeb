"""What waits for review, the most urgent first; what nothing speaks against can be accepted together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from monitor.intake.cycle import Cycle
from monitor.intake.review_queue import QueueLine

from ..components import html
from ..components.choices import choice
from ..components.cycle_parts import due_line, form_name, here, mark, notice_of, region_name, to
from ..components.form_elements import button, element, form, input_
from ..components.parts import attributes, card, link, page_head
from ..components.take import take_table
from ..identity import Person
from ..notices import Notice
from ..view import View
from ..words import Words
from .page import Page

_SHOWN = 200
KINDS = ("overdue", "restated", "queries", "gaps", "clean")
_LOOKS = {
    "overdue": ("down", "brick"),
    "restated": ("lozenge", "plain"),
    "queries": ("diamond", "amber"),
    "gaps": ("diamond", "amber"),
    "clean": ("tick", "strong"),
}


def kinds_of(line: QueueLine) -> tuple[str, ...]:
    """What asks for attention, the gravest first; `clean` where nothing does."""
    found = []
    if line.is_overdue:
        found.append("overdue")
    if line.restated:
        found.append("restated")
    if line.submission.queries:
        found.append("queries")
    if line.has_gaps:
        found.append("gaps")
    if line.is_clean:
        found.append("clean")
    return tuple(found)


def queue_page(
    view: View, person: Person, cycle: Cycle, lines: Sequence[QueueLine], today: date, notice: Notice | None
) -> Page:
    words, address = view.words, view.address
    shown = [line for line in lines if _fits(view, line)]
    title = _headline(view, lines)
    body: list[Any] = [page_head(title, html.P(words("queue.subtitle"), className="subtitle"), html.Span())]
    body += notice_of(view, notice)
    if person.reviews:
        body.append(_filters(view, cycle, lines))
        body.append(_table_card(view, cycle, shown, today) if shown else _nothing(view, bool(lines)))
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.queue"), None))
    return Page(title, body, address, crumbs, has_moments=False)


def _fits(view: View, line: QueueLine) -> bool:
    address, one = view.address, line.submission
    return (
        address.form in (None, one.form)
        and address.period in (None, one.period)
        and address.region in (None, one.region_code)
        and (address.state is None or address.state in kinds_of(line))
    )


def _headline(view: View, lines: Sequence[QueueLine]) -> str:
    words = view.words
    if not lines:
        return words("queue.headline_none")
    urgent = sum(line.is_overdue or bool(line.restated) for line in lines)
    clean = sum(line.is_ready for line in lines)
    return words("queue.headline", n=len(lines), urgent=urgent, clean=clean)


def _nothing(view: View, has_others: bool) -> html.Div:
    words = view.words
    said = words("queue.none_here") if has_others else words("queue.none")
    way = [link(words("queue.all"), to(view, "queue"), "button")] if has_others else []
    return html.Div([mark("tick"), html.P(said), *way], className="state")


def _filters(view: View, cycle: Cycle, lines: Sequence[QueueLine]) -> html.Div:
    """Choices that are links; a single value is no choice."""
    words, address = view.words, view.address
    everything = words("queue.everything")
    kinds = [kind for kind in KINDS if any(kind in kinds_of(line) for line in lines)]
    found: list[Any] = [
        choice(
            words("queue.kind"),
            [
                (everything, here(view, state=None), address.state is None),
                *((words(f"queue.{kind}"), here(view, state=kind), address.state == kind) for kind in kinds),
            ],
        )
    ]
    forms = list(dict.fromkeys(line.submission.form for line in lines))
    periods = sorted({line.submission.period for line in lines}, reverse=True)
    if len(forms) > 1:
        options = [
            (form_name(words, cycle.catalogues, name), here(view, form=name), address.form == name) for name in forms
        ]
        found.append(
            choice(words("upload.column_form"), [(everything, here(view, form=None), address.form is None), *options])
        )
    if len(periods) > 1:
        options = [(code, here(view, period=code), address.period == code) for code in periods]
        found.append(
            choice(words("column.period"), [(everything, here(view, period=None), address.period is None), *options])
        )
    return html.Div(found, className="filters")


def _table_card(view: View, cycle: Cycle, lines: Sequence[QueueLine], today: date) -> html.Section:
    words = view.words
    heads: list[Any] = [html.Th(_choose_all(words), scope="col")]
    heads += [
        html.Th(words(key), scope="col")
        for key in ("queue.column_what", "queue.column_marks", "queue.column_sent", "upload.column_due")
    ]
    rows = [_row(view, cycle, line, today) for line in (lines if view.address.rows == "all" else lines[:_SHOWN])]
    table = html.Div(
        html.Table([html.Thead(html.Tr(heads)), element("tbody", rows)], className="plain queue stacking", key="queue"),
        className="table-wrap",
    )
    clean = sum(line.is_ready for line in lines[:_SHOWN])
    buttons: list[Any] = [
        button(words("queue.accept_chosen"), class_="button primary", id="accept-chosen", disabled=not clean)
    ]
    if clean:
        all_ids = ",".join(str(line.submission.submission_id) for line in lines[:_SHOWN] if line.is_ready)
        buttons.append(
            button(words("queue.accept_all", n=clean), class_="button", id="accept-all", name="all", value=all_ids)
        )
    bar = element("p", [*buttons, html.Span(words("queue.bulk_note"), className="quiet")], class_="buttons bar")
    note = words("queue.more", n=len(lines) - _SHOWN) if len(lines) > _SHOWN else words("queue.order_note")
    return card(
        words("queue.title"),
        form([table, bar], "/do/queue/accept", id="queue-form"),
        marks=[html.Span(words("queue.count", n=len(lines)), className="tally")],
        note=note,
        class_name="queue-card",
        foot=[take_table(view, "queue")],
    )


def _choose_all(words: Words) -> Any:
    """Ticks all clean ones; of use with scripts alone, which show it."""
    box = input_("checkbox", id="choose-all", aria_label=words("queue.choose"), hidden=True)
    return element("span", [box, html.Span(words("queue.choose"), className="unseen")])


def _row(view: View, cycle: Cycle, line: QueueLine, today: date) -> Any:
    words, one = view.words, line.submission
    unit = region_name(words, cycle.regions, one.region_code)
    what = f"{unit} · {form_name(words, cycle.catalogues, one.form)} · {one.period}"
    box: Any = None
    if line.is_ready:
        name = words("queue.choose_one", what=what)
        box = input_("checkbox", "ids", one.submission_id, id=f"choose-{one.submission_id}", aria_label=name)
    marks = []
    for kind in kinds_of(line):
        shape, colour = _LOOKS[kind]
        unsaid = "_why" if kind == "restated" and line.reason is None else ""
        if kind == "queries" and not one.open_queries:
            unsaid = "_said"
        said = words(f"queue.mark_{kind}{unsaid}", n=line.restated, k=one.queries, open=one.open_queries)
        marks.append(html.Span([mark(shape), said], className=f"badge k-{colour}"))
    if line.is_resent:
        marks.append(html.Span(words("queue.resent"), className="mark"))
    told = (
        [html.Span(words("queue.reason", text=line.reason), className="written")]
        if line.reason and line.restated
        else []
    )
    sent = html.Span(f"{words.moment(one.submitted_at)} · {one.submitted_by}")
    revision = html.Small(words("submission.number", id=one.submission_id, n=one.revision))
    return element(
        "tr",
        [
            html.Td(box),
            html.Th(link(what, to(view, "submission", one.submission_id)), scope="row"),
            html.Td([*marks, *told], className="marks"),
            html.Td([sent, revision], className="two-lines"),
            html.Td(due_line(words, line.call, today, is_answered=one.in_force is not None), className="when"),
        ],
        data_id=one.submission_id,
        **attributes(data_kind=kinds_of(line)[0] if kinds_of(line) else ""),
    )
