"""One submission: where it stands, its figures side by side, and what its sender or a reviewer can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from monitor.intake.cycle import Cycle
from monitor.intake.people import FormPeople
from monitor.intake.side_by_side import Review
from monitor.intake.submissions import Happening, Notice

from ..components import html
from ..components.cycle_parts import form_name, mark, notice_of, region_name, sent_in_time, state_badge, to
from ..components.form_elements import button, element, form, input_, label, textarea
from ..components.parts import card, dotted, link, page_head, synthetic_mark
from ..components.people_parts import people_card
from ..components.problem_grid import field_name
from ..components.review_parts import cell_table, notice_line, remark_line
from ..identity import Person
from ..notices import Notice as Told
from ..view import View
from .page import Page

REVIEW_FORM = "review-form"
_WORDS_MOST = 1000


def submission_page(
    view: View,
    person: Person,
    cycle: Cycle,
    review: Review,
    told: Told | None,
    next_id: int | None = None,
    people: FormPeople | None = None,
) -> Page:
    """`next_id`: the submission that waits for this reviewer after this one. `people`: None where they may not know."""
    words, one = view.words, review.submission
    unit = region_name(words, cycle.regions, one.region_code)
    name = form_name(words, cycle.catalogues, one.form)
    title = _headline(view, review, f"{unit} {name} {one.period}")
    onward: Any = html.Span()
    if next_id is not None:
        onward = link(words("submission.next"), to(view, "submission", next_id), "button next")
    body: list[Any] = [page_head(_whole_period(title, one.period), _facts(view, review), onward)]
    body += notice_of(view, told)
    parts: list[Any] = []
    if one.state == "returned":
        parts.append(_returned_card(view, person, review))
    takes_remarks = _may_review(person, review)
    actions = _review_form(view, person, review) if takes_remarks else _sender_form(view, person, review)
    if actions is not None:
        parts.append(actions)
    parts.append(_cells_card(view, review, _remarkable(person, review) if takes_remarks else frozenset()))
    whole = [notice for notice in review.detail.notices if not _stands_at_a_cell(review, notice)]
    if whole:
        items = [html.Li(notice_line(view, notice)) for notice in whole]
        parts.append(card(words("submission.whole_title"), html.Ul(items, className="said-list")))
    erase = f"/do/submission/{one.submission_id}/erase-people" if person.may("erase_people") else None
    signed = people_card(view, people, erase=erase)
    if signed is not None:
        parts.append(signed)
    parts.append(_timeline(view, review))
    body.append(html.Div(parts, className="stack"))
    room = "queue" if person.actor.reviews else "upload"
    crumbs: list[tuple[str, str | None]] = [(words("overview.title"), view.href("overview"))]
    if not person.actor.reads_only:  # a copy has neither room
        crumbs.append((words(f"nav.{room}"), to(view, room)))  # type: ignore[arg-type]
    crumbs.append((words("submission.crumb", id=one.submission_id), None))
    synthetic = any(cell.cell.synthetic for cell in review.cells)
    return Page(title, body, view.address, tuple(crumbs), synthetic=synthetic, has_moments=False)


def _may_review(person: Person, review: Review) -> bool:
    one = review.submission
    return one.state == "submitted" and person.reviews and person.actor.may("review", one.region_code, _sent(review))


def _sent(review: Review) -> frozenset[str]:
    """The indicators that it sends, without those carried over."""
    return frozenset(cell.indicator_id for cell in review.cells if cell.cell.change != "carried")


def _remarkable(person: Person, review: Review) -> frozenset[str]:
    """The indicators that this reviewer may write a remark at."""
    region = review.submission.region_code
    return frozenset(name for name in _sent(review) if person.actor.may("review", region, [name]))


def _stands_at_a_cell(review: Review, notice: Notice) -> bool:
    return any(notice in cell.notices for cell in review.cells)


def _headline(view: View, review: Review, what: str) -> str:
    words, one = view.words, review.submission
    if one.state != "submitted":
        return words("submission.headline", what=what, state=words(f"state.{one.state}"))
    sent = sum(cell.cell.change != "carried" for cell in review.cells)
    restated = _restated(review)
    if restated and not one.open_queries:
        key = "submission.headline_restated" if review.reason else "submission.headline_restated_why"
        return words(key, what=what, n=sent, k=restated)
    if one.open_queries:
        return words("submission.headline_open", what=what, n=sent, k=one.open_queries)
    if one.queries:
        return words("submission.headline_explained", what=what, n=sent, k=one.queries)
    return words("submission.headline_clean", what=what, n=sent)


def _whole_period(title: str, period: str) -> list[Any]:
    """The headline with a period that no line end divides at its hyphen."""
    before, found, after = title.partition(period)
    return [before, html.Span(found, className="period"), after]


def _restated(review: Review) -> int:
    """How many accepted figures it changes."""
    return sum(cell.cell.change == "updated" for cell in review.cells) if review.submission.in_force else 0


def _facts(view: View, review: Review) -> html.P:
    words, one = view.words, review.submission
    facts: list[Any] = [
        state_badge(words, one.state),
        words("submission.number", id=one.submission_id, n=one.revision),
        words.known("vintage", one.vintage),
        words("submission.sent", time=words.moment(one.submitted_at), by=one.submitted_by),
        one.file_name,
        sent_in_time(words, review.call, words_day(view, one.submitted_at))
        if review.call is not None and one.revision == 1
        else None,
        words("submission.reason", text=review.reason) if review.reason else None,
        link(words("submission.to_region"), view.href("region", one.region_code, period=None, as_of=None), "more"),
        link(words("nav.reporting"), to(view, "reporting", form=one.form), "more"),
    ]
    return html.P(dotted([fact for fact in facts if fact]), className="subtitle")


def words_day(view: View, moment: Any) -> date:
    """The day of a moment where the plan is carried out."""
    return date.fromisoformat(view.words.day(moment))


def _returned_card(view: View, person: Person, review: Review) -> html.Section:
    """Why it came back, and the way on."""
    words, one = view.words, review.submission
    reason = str(one.detail.get("reason") or "")
    said: list[Any] = [
        html.P([html.Strong(one.state_by), "：" if words.language == "zh" else ": ", reason], className="reason")
    ]
    remarks = [remark for remark in review.remarks if remark.indicator_id is None and remark.text != reason]
    said += [html.P(remark_line(view, remark)) for remark in remarks]
    number = sum(bool(cell.remarks) for cell in review.cells)
    if number:
        said.append(html.P(words("submission.remarked", n=number), className="quiet"))
    ways: list[Any] = []
    href = f"/download/annotated/{one.receipt_id}.xlsx?lang={words.language}"
    if person.sends and person.actor.may_send(one.region_code):
        ways = [
            html.A(words("draft.annotated"), href=href, download="", className="button", id="annotated"),
            link(words("draft.again"), to(view, "upload"), "button primary"),
        ]
    title = html.Span([mark("diamond"), words("submission.returned_title")], className="badge k-amber")
    return card(title, [*said, element("p", ways, class_="buttons")], class_name="returned-card")


def _review_form(view: View, person: Person, review: Review) -> Any:
    """Accept, return or comment; remarks at the cells belong to this form by their `form` attribute."""
    words, one = view.words, review.submission
    base = f"/do/submission/{one.submission_id}"
    own = one.submitted_by == person.actor.name
    fields: list[Any] = [
        element(
            "p",
            [
                label(words("submission.reason_label"), "return-reason"),
                textarea("reason", id="return-reason", rows=2, maxlength=_WORDS_MOST, required=True,
                         placeholder=words("submission.reason_hint")),
            ],
            class_="field",
        )
    ]  # fmt: skip
    restated = 0 if review.reason else _restated(review)
    if one.open_queries or restated:
        lacking = (
            words("submission.explain_label", n=one.open_queries)
            if one.open_queries
            else words("submission.restated_label", n=restated)
        )
        fields.append(
            element(
                "p",
                [
                    label(lacking, "accept-explain"),
                    input_("text", "explain", id="accept-explain", maxlength=_WORDS_MOST),
                ],
                class_="field",
            )
        )
    buttons: list[Any] = []
    if own:
        buttons.append(html.Span(words("submission.own"), className="quiet"))
    elif not person.actor.may_all("review", one.region_code, _sent(review)):
        buttons.append(html.Span(words("submission.partly"), className="quiet"))
    else:
        buttons.append(
            button(
                words("submission.accept"), class_="button primary", id="accept", formaction=f"{base}/accept",
                formnovalidate=True,
            )
        )  # fmt: skip
    buttons += [
        button(words("submission.return"), class_="button grave", id="return", formaction=f"{base}/return"),
        button(
            words("submission.comment"), class_="button", id="comment", formaction=f"{base}/comment",
            formnovalidate=True,
        ),
    ]  # fmt: skip
    bar = element("p", buttons, class_="buttons")
    return form([*fields, bar], f"{base}/comment", id=REVIEW_FORM, class_="card actions")


def _sender_form(view: View, person: Person, review: Review) -> Any:
    """What its sender can still do while it waits: answer open queries, take it back."""
    words, one = view.words, review.submission
    if one.state != "submitted" or not person.sends or not person.actor.may_send(one.region_code):
        return None
    base = f"/do/submission/{one.submission_id}"
    open_ = {
        (notice.line, notice.rule): notice
        for notice in review.detail.notices
        if notice.severity == "query" and not notice.explanation
    }
    fields: list[Any] = []
    for place, (key, notice) in enumerate(open_.items() if one.open_queries else ()):
        text = notice.zh if words.language == "zh" else notice.en
        fields.append(
            element(
                "p",
                [
                    label(text, f"explain-{place}"),
                    textarea(field_name(key), id=f"explain-{place}", maxlength=_WORDS_MOST),
                ],
                class_="field",
            )
        )
    buttons: list[Any] = []
    if fields:
        buttons.append(
            button(words("submission.explain"), class_="button primary", id="explain", formaction=f"{base}/explain")
        )
    if one.submitted_by == person.actor.name:
        withdraw = button(
            words("submission.withdraw"), class_="button grave", id="withdraw", formaction=f"{base}/withdraw"
        )
        buttons.append(withdraw)
    if not buttons:
        return None
    bar = element("p", buttons, class_="buttons")
    return form([*fields, bar], f"{base}/explain", id="sender-form", class_="card actions")


def _cells_card(view: View, review: Review, remarkable: frozenset[str]) -> html.Section:
    words = view.words
    body = cell_table(view, review, REVIEW_FORM, remarkable)
    note = words("submission.cells_note", previous=review.previous.code, year=review.year_earlier.code)
    if review.returned is not None:
        changed = sum(cell.returned is not None for cell in review.cells)
        note += words("submission.since_returned", n=changed, id=review.returned.submission_id)
    marks = [synthetic_mark(words)] if any(cell.cell.synthetic for cell in review.cells) else []
    return card(words("submission.cells_title"), body, note=note, class_name="cells-card", marks=marks)


def _timeline(view: View, review: Review) -> html.Section:
    words = view.words
    items = [html.Li(_event(view, event)) for event in review.detail.events]
    return card(words("submission.timeline_title"), html.Ol(items, className="timeline"))


def _event(view: View, event: Happening) -> list[Any]:
    words = view.words
    said: Sequence[str] = [str(event.detail[key]) for key in ("reason", "explanation") if event.detail.get(key)]
    face = html.Strong(words.known("event", event.action))
    when = html.Span(f"{words.moment(event.at)} · {event.actor}", className="quiet")
    return [face, " ", when, *(html.Span(text, className="written") for text in said)]
