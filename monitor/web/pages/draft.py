"""One received file: what was understood, every problem at its cell, what would change, what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.intake.cycle import Cycle
from monitor.intake.glance import Glance
from monitor.intake.people import FormPeople
from monitor.intake.preview import Change, Draft

from ..components import html
from ..components.cycle_parts import (
    due_line,
    figure_cell,
    form_name,
    notice_of,
    region_name,
    to,
)
from ..components.form_elements import button, element, form, input_, label
from ..components.parts import attributes, card, dotted, link, page_head
from ..components.people_parts import people_card
from ..components.problem_grid import problem_grid, problem_list
from ..components.take import take_table
from ..identity import Person
from ..notices import Notice
from ..view import View
from .page import Page

FORM_ID = "draft-form"
_CHANGES_SHOWN = 60
_REASON_CHARACTERS = 1000


def draft_page(
    view: View,
    person: Person,
    cycle: Cycle,
    draft: Draft,
    glance: Glance | str | None,
    today: date,
    notice: Notice | None,
    people: FormPeople | None = None,
) -> Page:
    """`glance`: the file's rows, a text that says why they cannot be shown, or None where there is nothing to show.

    `people`: who signed the form, None where the reader may not know.
    """
    words = view.words
    title = headline(view, draft)
    body: list[Any] = [page_head(title, _facts(view, cycle, draft), html.Span())]
    body += notice_of(view, notice)
    parts: list[Any] = [_actions(view, person, draft)]
    rows = glance if isinstance(glance, Glance) else None
    if draft.result.problems:
        names = {one.id: words.text(one.name) for plan in cycle.catalogues for one in plan.indicators}
        parts.append(_problems_card(view, person, draft, rows, names))
    if rows is not None and draft.result.problems:
        parts.append(_grid_card(view, draft, rows))
    elif isinstance(glance, str):
        parts.append(html.P(glance, className="quiet"))
    if draft.changes and draft.state == "draft":
        parts.append(_changes_card(view, cycle, draft))
    if draft.result.submissions and draft.state in ("draft", "submitted"):
        parts.append(_parts_card(view, cycle, draft, today))
    if rows is not None and not draft.result.problems:
        parts.append(_grid_card(view, draft, rows))
    signed = people_card(view, people)
    if signed is not None:
        parts.append(signed)
    body.append(html.Div(parts, className="stack"))
    crumbs = (
        (words("overview.title"), view.href("overview")),
        (words("nav.upload"), to(view, "upload")),
        (words("draft.crumb", id=draft.receipt_id), None),
    )
    return Page(title, body, view.address, crumbs, has_moments=False)


def headline(view: View, draft: Draft) -> str:
    """The verdict in one sentence."""
    words, result = view.words, draft.result
    if draft.state == "submitted":
        return words("draft.headline_submitted", id=draft.receipt_id)
    if draft.state == "discarded" and draft.result.verdict != "duplicate":
        return words("draft.headline_discarded", id=draft.receipt_id)
    if result.is_refused:
        errors = sum(problem.severity == "error" for problem in result.problems)
        more = "+" if result.problem_count > len(result.problems) else ""
        return words("draft.headline_errors", n=f"{errors}{more}")
    if result.verdict == "duplicate":
        if result.duplicate_of is not None and result.duplicate_of != draft.receipt_id:
            return words("draft.headline_duplicate", id=result.duplicate_of)
        return words("draft.headline_nothing_new")
    cells = result.created + result.updated
    open_ = _open_queries(draft)
    if open_:
        return words("draft.headline_queries", n=cells, k=open_)
    return words("draft.headline_ready", n=cells)


def _open_queries(draft: Draft) -> int:
    """How many answers are still missing."""
    return len({query.key for query in draft.queries} - {k for k, text in draft.explanations.items() if text.strip()})


def _facts(view: View, cycle: Cycle, draft: Draft) -> html.P:
    """What was understood of the file."""
    words, line = view.words, draft.line
    parts = draft.result.submissions
    units = list(dict.fromkeys(region_name(words, cycle.regions, one.region_code) for one in parts))
    forms = list(dict.fromkeys(form_name(words, cycle.catalogues, one.form) for one in parts))
    periods = list(dict.fromkeys(one.period for one in parts))
    facts: list[Any] = [
        line.file_name,
        words("draft.size", kb=words.number(max(1, round(line.size / 1000)))),
        words("draft.encoding", name=draft.encoding) if draft.encoding else None,
        words("draft.sheet", name=draft.sheet) if draft.sheet else None,
        words("draft.rows", n=draft.result.row_count),
        _some(view, units),
        _some(view, forms),
        _some(view, periods),
        words("draft.received", time=words.moment(line.received_at), by=line.received_by),
    ]
    return html.P(dotted([fact for fact in facts if fact]), className="subtitle")


def _some(view: View, names: list[str]) -> str:
    words = view.words
    if len(names) <= 3:
        return words.join(names)
    return words("draft.and_more", names=words.join(names[:3]), n=len(names))


def _actions(view: View, person: Person, draft: Draft) -> Any:
    """What can be done now, in a bar that stays in sight."""
    words, receipt = view.words, draft.receipt_id
    buttons: list[Any] = []
    fields: list[Any] = []
    if draft.state == "draft" and person.sends and not draft.result.is_refused:
        if draft.result.verdict == "duplicate":
            buttons.append(button(words("draft.discard"), class_="button", id="discard", **_send(receipt, "discard")))
        else:
            fields = _reason_field(view, draft)
            buttons += [
                button(words("draft.submit"), class_="button primary", id="submit", **_send(receipt, "submit")),
                button(words("draft.save"), class_="button", id="save", **_send(receipt, "save")),
                button(words("draft.discard"), class_="button grave", id="discard", **_send(receipt, "discard")),
            ]
    elif draft.state == "draft" and person.sends:
        buttons.append(button(words("draft.discard"), class_="button", id="discard", **_send(receipt, "discard")))
    if draft.result.problems:
        href = f"/download/annotated/{receipt}.xlsx?lang={words.language}"
        buttons.append(
            html.A(
                words("draft.annotated"),
                href=href,
                download="",
                className="button",
                title=words("draft.annotated_hint"),
            )
        )
    if draft.result.is_refused:
        buttons.insert(0, html.A(words("draft.again"), href=to(view, "upload"), className="button primary"))
    for submission in draft.line.submissions:
        buttons.append(link(words("draft.to_submission", id=submission), to(view, "submission", submission), "button"))
    if not buttons:
        buttons.append(link(words("draft.to_upload"), to(view, "upload"), "button"))
    bar = element("p", buttons, class_="buttons")
    return form([bar, *fields], f"/do/draft/{receipt}/submit", id=FORM_ID, class_="card actions")


def _send(receipt: int, verb: str) -> dict[str, Any]:
    """A button that sends the form elsewhere; saving and discarding need nothing filled in."""
    return {"formaction": f"/do/draft/{receipt}/{verb}", "formnovalidate": verb != "submit"}


def _reason_field(view: View, draft: Draft) -> list[Any]:
    """Why accepted figures are restated, where they are."""
    if not draft.restated:
        return []
    words = view.words
    field = input_(
        "text",
        "reason",
        id="reason",
        maxlength=_REASON_CHARACTERS,
        required=True,
        placeholder=words("draft.reason_hint"),
    )
    return [
        element("p", [label(words("draft.reason", n=draft.restated), "reason"), field], class_="field reason-field")
    ]


def _one_for_all(view: View, draft: Draft) -> list[Any]:
    """What stands here answers every query without an answer of its own; scripts can fill them in at once."""
    if len({query.key for query in draft.queries}) < 2:
        return []
    words = view.words
    fill = button(words("draft.fill_all"), kind="button", class_="button", data_action="fill-all", hidden=True)
    field = input_("text", "explain_all", form=FORM_ID, id="explain-all", maxlength=_REASON_CHARACTERS)
    return [element("p", [label(words("draft.explain_all"), "explain-all"), field, fill], class_="field for-all")]


def _problems_card(
    view: View, person: Person, draft: Draft, glance: Glance | None, names: Mapping[str, str]
) -> html.Section:
    words, result = view.words, draft.result
    counts = {name: sum(p.severity == name for p in result.problems) for name in ("error", "query", "warning")}
    said = [words(f"draft.count_{name}", n=number) for name, number in counts.items() if number]
    tally = html.Span(dotted(said), className="tally")
    more = result.problem_count - len(result.problems)
    takes = draft.state == "draft" and person.sends and not result.is_refused
    form_id = FORM_ID if takes else None
    listed = problem_list(view, result.problems, glance, draft.explanations, form_id=form_id, names=names)
    return card(
        words("draft.problems_title"),
        [*(_one_for_all(view, draft) if takes else []), html.Div(listed, className="table-wrap")],
        marks=[tally],
        note=words("draft.problems_more", n=more) if more > 0 else words("draft.problems_note"),
        class_name="problems-card",
        foot=[take_table(view, "problems")],
    )


def _grid_card(view: View, draft: Draft, glance: Glance) -> html.Section:
    words = view.words
    shown = sum(row.line != glance.header_row for row in glance.rows)
    total = glance.total - (glance.header_row is not None)
    note = words("draft.grid_part", n=shown, total=total) if shown < total else words("draft.grid_all", n=total)
    return card(
        words("draft.grid_title"), problem_grid(view, draft.result.problems, glance), note=note, class_name="grid-card"
    )


def _indicator(cycle: Cycle, name: str) -> Indicator | None:
    return next((found for one in cycle.catalogues if (found := one.indicator(name))), None)


def _changes_card(view: View, cycle: Cycle, draft: Draft) -> html.Section:
    """Old → new, restatements of accepted figures first; carried cells apart."""
    words = view.words
    sent = [one for one in draft.changes if one.change != "carried"]
    sent.sort(key=lambda one: not one.restates)
    carried = [one for one in draft.changes if one.change == "carried"]
    everything = view.address.rows == "all"
    parts: list[Any] = []
    if sent:
        parts.append(_changes_table(view, cycle, sent if everything else sent[:_CHANGES_SHOWN], "changes"))
    if len(sent) > _CHANGES_SHOWN and not everything:
        parts.append(html.P(words("draft.changes_more", n=len(sent) - _CHANGES_SHOWN), className="quiet"))
    if carried:
        rows = _changes_table(view, cycle, carried if everything else carried[:_CHANGES_SHOWN], "carried")
        parts.append(html.Details([html.Summary(words("draft.carried", n=len(carried))), rows], className="fold"))
    tally = words(
        "draft.changes_count", new=draft.result.created, changed=draft.result.updated, same=draft.result.unchanged
    )
    return card(
        words("draft.changes_title"),
        parts,
        marks=[html.Span(tally, className="tally")],
        note=words("draft.changes_note"),
    )


def _changes_table(view: View, cycle: Cycle, changes: Sequence[Change], key: str) -> html.Div:
    words = view.words
    heads = [("draft.column_figure", ""), ("column.region", ""), ("column.period", "")]
    heads += [("draft.column_was", "num"), ("draft.column_now", "num"), ("draft.column_change", "")]
    rows = []
    for one in changes:
        indicator = _indicator(cycle, one.indicator_id)
        name = words.text(indicator.name) if indicator is not None else one.indicator_id
        kind = "restated" if one.restates else one.change
        rows.append(
            html.Tr(
                [
                    html.Th(name, scope="row"),
                    html.Td(region_name(words, cycle.regions, one.region_code), className="when"),
                    html.Td(one.period, className="when"),
                    html.Td(
                        figure_cell(words, indicator, one.was),
                        className="num was",
                        **attributes(data_label=words("draft.column_was")),
                    ),
                    html.Td(
                        [html.Span("→ ", className="arrow"), figure_cell(words, indicator, one.now)], className="num"
                    ),
                    html.Td(html.Span(words(f"change.{kind}"), className=f"change-kind c-{kind}")),
                ]
            )
        )
    head = html.Thead(html.Tr([html.Th(words(key), scope="col", className=kind or None) for key, kind in heads]))
    table = html.Table([head, html.Tbody(rows)], className="plain changes-table stacking", key=key)
    return html.Div([html.Div(table, className="table-wrap"), html.P(take_table(view, key), className="card-foot")])


def _parts_card(view: View, cycle: Cycle, draft: Draft, today: date) -> html.Section:
    """What the file becomes: one submission per unit, form, period and version of the figures."""
    words = view.words
    calls = {(call.form.id, call.region, call.period.code): call for call in draft.calls}
    rows = []
    for one in draft.result.submissions:
        call = calls.get((one.form, one.region_code, one.period))
        state = words("draft.revision", n=one.revision) if one.is_new else words("draft.unchanged")
        if draft.state == "submitted" and one.submission_id is not None:
            state = words("draft.to_submission", id=one.submission_id)
        known = None if one.is_new or one.submission_id is None else to(view, "submission", one.submission_id)
        rows.append(
            html.Tr(
                [
                    html.Th(region_name(words, cycle.regions, one.region_code), scope="row"),
                    html.Td(form_name(words, cycle.catalogues, one.form)),
                    html.Td(one.period, className="when"),
                    html.Td(words.known("vintage", one.vintage), className="when"),
                    html.Td(link(state, known) if known else state, className="when"),
                    html.Td(due_line(words, call, today), className="when"),
                ]
            )
        )
    keys = (
        "column.region",
        "upload.column_form",
        "column.period",
        "column.vintage",
        "column.revision",
        "upload.column_due",
    )
    head = html.Thead(html.Tr([html.Th(words(key), scope="col") for key in keys]))
    table = html.Div(
        html.Table([head, html.Tbody(rows)], className="plain stacking", key="parts"), className="table-wrap"
    )
    return card(words("draft.parts_title" if draft.state == "draft" else "draft.parts_made"), table,
                foot=[take_table(view, "parts")])  # fmt: skip
