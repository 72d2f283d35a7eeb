"""A self-rating with every row's arithmetic, and what happened to it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from monitor.budget.balance import printed
from monitor.budget.frames import rating_frame
from monitor.budget.rated import Rated, RatedRow
from monitor.budget.ratings import Rating
from monitor.budget.scoring import Scored, two_places

from ..taken import Rows
from ..view import View
from ..words import Words
from . import html
from .budget_parts import rating_badge, total_words
from .budget_table import book_address
from .cycle_parts import mark
from .duty_parts import paper_links
from .parts import attributes, card, link, synthetic_mark
from .take import take_table

_VERDICTS = {
    "met": ("tick", "strong"),
    "partly": ("diamond", "amber"),
    "not_met": ("down", "brick"),
    "unjudged": ("ring", "plain"),
    "missing": ("hatch", "empty"),
}
_HEADS = ("level", "kind", "third", "goal", "actual", "verdict", "given_points", "row_score", "how", "cause")


def verdict_badge(words: Words, verdict: str) -> html.Span:
    shape, colour = _VERDICTS[verdict]
    return html.Span([mark(shape), words(f"budget.verdict_{verdict}")], className=f"badge k-{colour}")


def rating_card(view: View, rating: Rating, rated: Rated, *, is_seen: bool) -> html.Section:
    """What was said and what it comes to; nothing of it for who may not see it yet."""
    words = view.words
    if rating.state == "none" or not is_seen:
        state = "none" if rating.state == "none" else "hidden"
        said = html.P([rating_badge(words, state), " ", words(f"budget.rating_{state}")])
        return card(words("budget.rating_title"), said)
    marks: list[Any] = [" ", rating_badge(words, rating.state)]
    if rating.synthetic or rated.rests_on_synthetic:
        marks += [" ", synthetic_mark(words)]
    parts: list[Any] = [html.P(_story(words, rating), className="quiet"), _table(view, rated)]
    if rated.answers.goals_reached:
        parts.append(html.P([html.Strong(words("budget.goals_reached")), "：", rated.answers.goals_reached]))
    if rating.papers:
        parts += [html.H3(words("budget.papers"), className="card-title"), paper_links(view, rating.papers)]
    parts.append(html.P(link(words("budget.form_rating"), book_address(view, rating.project, "rating"), "button")))
    if not rating.is_open or not rated.lacking:
        lacking: list[Any] = []
    else:
        listed = [html.Li(zh if words.language == "zh" else en) for zh, en in rated.lacking]
        lacking = [
            html.Details(
                [html.Summary(words("budget.lacking", n=len(listed))), html.Ul(listed, className="findings")],
                className="fold",
            )
        ]
    frame = rating_frame(rated, rating.state, synthetic=rating.synthetic)
    taken = Rows(tuple(frame.columns), tuple(tuple(row) for row in frame.itertuples(index=False)))
    parts[1].children.names["rows"] = taken
    source = words("budget.scoring_source", source=words.text(rated.scoring.source))
    return card(
        words("budget.rating_title"), [*parts, *lacking], marks=marks, tools=take_table(view, "rating"), foot=[source]
    )


def _story(words: Words, rating: Rating) -> str:
    said = [words("budget.rating_of", n=rating.revision, by=rating.saved_by)]
    if rating.state in ("submitted", "accepted"):
        said.append(words("budget.rating_submitted", by=rating.submitted_by, at=words.moment(rating.submitted_at)))
    decided = {"by": rating.decided_by, "at": words.moment(rating.decided_at)}
    if rating.state == "accepted":
        said.append(words("budget.rating_decided", **decided))
    if rating.state == "returned":
        said.append(words("budget.rating_returned", reason=rating.reason, **decided))
    return " ".join(said)


def _table(view: View, rated: Rated) -> html.Div:
    words = view.words
    head = html.Thead(html.Tr([html.Th(words(f"budget.{key}"), scope="col") for key in _HEADS]))
    bodies = [html.Tbody(_funds_row(words, rated))]
    for _, ones in groupby(rated.rows, key=lambda one: one.row.level):
        held = list(ones)
        bodies.append(html.Tbody([_row(view, one, place, held) for place, one in enumerate(held)]))
    total, grade = rated.total, ""
    if total.grade is not None:
        grade = words.text(total.grade.name)
    last = html.Tr(
        [
            html.Th(words("budget.total"), colSpan=6, scope="row"),
            html.Td("100", className="num"),
            html.Td(total_words(total), className="num"),
            html.Td(grade, colSpan=2),
        ],
        className="decided",
    )
    title = words("budget.rating_title")
    drawn = html.Table(
        [html.Caption(title, className="unseen"), head, *bodies, html.Tfoot(last)],
        className="plain budget-form budget-rating", key="rating",
    )  # fmt: skip
    return html.Div(drawn, className="table-wrap", tabIndex=0, role="region", **attributes(aria_label=title))


def _funds_row(words: Words, rated: Rated) -> html.Tr:
    answers, none = rated.answers, words("number.none")
    opening = f"{words('budget.opening_budget')} {printed(rated.table.funds.annual.total)}"
    budget, executed = (none if one is None else printed(one) for one in (answers.budget, answers.executed))
    return html.Tr(
        [
            html.Th(words("budget.execution"), colSpan=3, scope="row"),
            html.Td([opening, html.Small(f"{words('budget.year_budget')} {budget}")], className="two-lines"),
            html.Td(executed, className="value"),
            *_scored_cells(words, rated.execution),
            html.Td(answers.funds_cause, className="name"),
        ]
    )


def _row(view: View, one: RatedRow, place: int, held: list[RatedRow]) -> html.Tr:
    words, row = view.words, one.row
    cells: list[Any] = []
    if place == 0:
        cells.append(html.Th(row.level, rowSpan=len(held), scope="rowgroup"))
    if place == 0 or held[place - 1].row.kind != row.kind:
        same = sum(other.row.kind == row.kind for other in held)
        cells.append(html.Td(row.kind, rowSpan=same, className="kind"))
    said = [text for text in (one.answer.cause, one.answer.measures) if text]
    cells += [
        html.Td([html.Span(f"{one.number}. ", className="quiet"), row.annual.name], className="name"),
        html.Td(row.annual.value, className="value"),
        html.Td(_actual(view, one), className="value"),
        *_scored_cells(words, one.scored),
        html.Td([html.P(text) for text in said], className="name"),
    ]
    return html.Tr(cells)


def _actual(view: View, one: RatedRow) -> list[Any]:
    """What was reached; of a figure shared with the plan the one of the store, with the way to its explanation."""
    words = view.words
    if one.linked is None:
        return [one.actual or words("number.none")]
    linked = one.linked
    item = f"{linked.indicator}/{linked.region}/{linked.year}"
    shown = linked.printed or words("number.none")
    parts: list[Any] = [link(shown, view.href("explain", item, period=None), "why")] if linked.region else [shown]
    told = words("budget.from_store")
    if linked.figure is not None:
        told += f" · {words.known('vintage', linked.figure.vintage)}"
        if linked.figure.synthetic:
            parts += [" ", synthetic_mark(words)]
    return [*parts, html.Small(told, className="parts")]


def _scored_cells(words: Words, scored: Scored) -> list[Any]:
    score = words("number.none") if scored.score is None else two_places(scored.score)
    return [
        html.Td(verdict_badge(words, scored.verdict)),
        html.Td(f"{scored.points:f}", className="num"),
        html.Td(score, className="num"),
        html.Td(scored.arithmetic, className="arithmetic"),
    ]


def history_card(view: View, rating: Rating) -> html.Section:
    words = view.words
    items = []
    for act in rating.acts:
        said = words(f"budget.act_{act.action}", by=act.actor, reason=act.body.get("reason", ""))
        items.append(html.Li([words.moment(act.at), " ", said]))
    return card(words("budget.history"), html.Ol(items, className="timeline"))
