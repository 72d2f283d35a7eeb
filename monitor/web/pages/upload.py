"""Sending: what is due, the file to upload, and one's drafts and submissions with where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from monitor.catalogue.regions import Region
from monitor.intake.cycle import Cycle

from ..components import html
from ..components.cycle_parts import due_line, form_name, notice_of, region_name, state_badge, to
from ..components.form_elements import button, element, form, hidden_field, input_, label, option, select
from ..components.parted import region_field
from ..components.parts import attributes, card, dotted, link, page_head
from ..components.take import take_table
from ..identity import Person
from ..notices import Notice
from ..sendings import Desktop, OpenCall, Sending
from ..view import View
from .page import Page

ACCEPTED = ".xlsx,.csv,.txt,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,text/csv"


def upload_page(
    view: View,
    person: Person,
    cycle: Cycle,
    desktop: Desktop | None,
    today: date,
    units: Sequence[Region],
    periods: Sequence[str],
    notice: Notice | None,
) -> Page:
    """`desktop` is None for who does not send."""
    words = view.words
    title = _headline(view, desktop, today)
    subtitle = html.P(words("upload.subtitle"), className="subtitle")
    body: list[Any] = [page_head(title, subtitle, html.Span())]
    body += notice_of(view, notice)
    parts: list[Any] = []
    if person.sends and desktop is not None:
        cards = [_file_card(view, cycle)]
        if desktop.open_calls:
            cards.append(_calls_card(view, cycle, desktop, today))
        cards.append(_template_card(view, person, cycle, units, periods))
        parts.append(html.Div(cards, className="sending-grid"))
        parts.append(_sendings_card(view, cycle, desktop))
    body.append(html.Div(parts, className="stack"))
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.upload"), None))
    return Page(title, body, view.address, crumbs, has_moments=False)


def _headline(view: View, desktop: Desktop | None, today: date) -> str:
    words = view.words
    if desktop is None:
        return words("upload.title")
    overdue = sum(one.call.due_on < today and one.state == "due" for one in desktop.open_calls)
    said = []
    if desktop.returned:
        said.append(words("upload.headline_returned", n=desktop.returned))
    if overdue:
        said.append(words("upload.headline_overdue", n=overdue))
    if desktop.drafts:
        said.append(words("upload.headline_drafts", n=desktop.drafts))
    return words("upload.headline", what=words.join(said)) if said else words("upload.headline_none")


def _file_card(view: View, cycle: Cycle) -> html.Section:
    """The form that sends a file; assets/upload.js adds dropping and progress."""
    words = view.words
    limit = words.number(cycle.limits.file_bytes / 1_000_000)
    field = input_("file", "file", id="upload-file", required=True, accept=ACCEPTED)
    zone = label(
        [
            html.Strong(words("upload.drop")),
            html.Span(words("upload.kinds", limit=limit), className="quiet"),
            field,
        ],
        "upload-file",
        class_="drop",
    )
    progress = element(
        "div",
        [element("progress", None, max=100, value=0, aria_label=words("upload.progress")), element("span", "")],
        class_="upload-progress",
        hidden=True,
    )
    said = {
        "data-sending": words("upload.sending"),
        "data-reading": words("upload.reading"),
        "data-large": words("upload.too_large", limit=limit),
        "data-lost": words("upload.lost"),
        "data-limit": str(cycle.limits.file_bytes),
    }
    fault = element("p", "", class_="fault", role="alert", id="upload-fault")
    body = form(
        [zone, progress, fault, element("p", button(words("upload.send"), class_="button primary", id="upload-send"),
                                        class_="buttons")],
        "/do/upload", enctype="multipart/form-data", id="upload-form", **said,
    )  # fmt: skip
    return card(words("upload.file_title"), body, note=words("upload.file_note"), class_name="file-card")


def template_href(view: View, form_id: str, region: str, period: str) -> str:
    language = view.words.language
    return "/download/template?" + urlencode({"form": form_id, "region": region, "period": period, "lang": language})


def _calls_card(view: View, cycle: Cycle, desktop: Desktop, today: date) -> html.Section:
    words = view.words
    rows = [_call_row(view, cycle, one, today) for one in desktop.open_calls]
    heads = [words(f"upload.column_{name}") for name in ("form", "period", "due", "state", "template")]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in heads])), html.Tbody(rows)],
        className="plain stacking",
        key="calls",
    )
    return card(
        words("upload.calls_title"),
        html.Div(table, className="table-wrap"),
        note=words("upload.calls_note"),
        class_name="calls-card",
        foot=[take_table(view, "calls")],
    )


def _call_row(view: View, cycle: Cycle, one: OpenCall, today: date) -> html.Tr:
    words, call = view.words, one.call
    state: Any = state_badge(words, one.state)
    if one.state == "draft" and one.draft is not None:
        state = link(state, to(view, "draft", one.draft))
    elif one.submission is not None and one.state != "due":
        state = link(state, to(view, "submission", one.submission))
    href = template_href(view, call.form.id, call.region, call.period.code)
    name = [html.Span(words.text(call.form.name)), html.Small(region_name(words, cycle.regions, call.region))]
    download = html.A(
        [words("upload.template"), html.Span(f" {words.text(call.form.name)} {call.period.code}", className="unseen")],
        href=href, download="", className="tool",
    )  # fmt: skip
    return html.Tr(
        [
            html.Th(name, scope="row", className="two-lines"),
            html.Td(call.period.code, className="when"),
            html.Td(due_line(words, call, today)),
            html.Td(state),
            html.Td(download),
        ]
    )


def _template_card(
    view: View, person: Person, cycle: Cycle, units: Sequence[Region], periods: Sequence[str]
) -> html.Section:
    """Any template, for the cases that the list above does not show."""
    words, actor = view.words, person.actor
    own = [unit for unit in units if actor.may_send(unit.code)]
    forms = [one for catalogue in cycle.catalogues for one in catalogue.forms]
    # the newest period that the first form asks for, so that what is chosen at first can be had
    first = {period.code for catalogue in cycle.catalogues[:1] for one in catalogue.forms[:1]
             for period in one.periods_of(catalogue.plan)}  # fmt: skip
    newest = next((code for code in periods if code in first), None)
    choices = [
        ("form", words("upload.column_form"), [option(one.id, words.text(one.name)) for one in forms]),
        ("period", words("upload.column_period"), [option(code, code, chosen=code == newest) for code in periods]),
    ]
    fields = [
        element("p", [label(text, f"template-{name}"), select(name, options, id=f"template-{name}")], class_="field")
        for name, text, options in choices
    ]
    unit = [label(words("upload.unit"), "template-region"), region_field(words, own, "region", "template-region")]
    fields.insert(0, element("p", unit, class_="field"))
    send = element("p", button(words("upload.template"), class_="button", id="template-send"), class_="buttons")
    language = hidden_field("lang", words.language)
    body = form([*fields, language, send], "/download/template", method="get", id="template-form", class_="row-fields")
    return card(words("upload.template_title"), body, note=words("upload.template_note"), class_name="template-card")


def _sendings_card(view: View, cycle: Cycle, desktop: Desktop) -> html.Section:
    words = view.words
    if not desktop.sendings:
        return card(words("upload.mine_title"), html.P(words("upload.mine_none"), className="quiet"))
    heads = [words(f"upload.column_{name}") for name in ("state", "what", "file", "at", "told")]
    rows = [_sending_row(view, cycle, one) for one in desktop.sendings]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in heads])), html.Tbody(rows)],
        className="plain sendings stacking",
        key="sendings",
    )
    count = html.Span(words("upload.mine_count", n=len(rows)), className="tally")
    return card(words("upload.mine_title"), html.Div(table, className="table-wrap"), marks=[count],
                foot=[take_table(view, "sendings")])  # fmt: skip


def _sending_row(view: View, cycle: Cycle, one: Sending) -> html.Tr:
    words = view.words
    href = to(view, "draft", one.draft) if one.draft is not None else to(view, "submission", one.submission or "")
    if one.region is None:
        what: Any = words("upload.receipt", id=one.draft)
    else:
        unit = region_name(words, cycle.regions, one.region)
        what = f"{unit} · {form_name(words, cycle.catalogues, one.form or '')} · {one.period}"
    revision = words("upload.revision", n=one.revision) if one.revision else None
    told: Any = None
    if one.reason:
        told = html.Span(words("upload.reason", text=one.reason))
    elif one.state == "rejected":
        told = words("upload.problems", n=one.problems)
    elif one.problems:
        told = words("upload.open_queries", n=one.problems)
    return html.Tr(
        [
            html.Td(state_badge(words, one.state)),
            html.Th(link(what, href), scope="row"),
            html.Td([one.file_name, html.Small(revision)] if revision else one.file_name, className="two-lines file"),
            html.Td(dotted([words.moment(one.at), one.by]), className="when"),
            html.Td(told, className="note"),
        ],
        **attributes(data_state=one.state),
    )
