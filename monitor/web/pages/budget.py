"""Budget performance: the projects with their funds, sums and grades; one project's table and its rating."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.budget.balance import printed
from monitor.budget.findings import findings_of
from monitor.budget.library import FILES, Library
from monitor.budget.rated import Rated
from monitor.budget.ratings import Rating, changed_since, may_rate, may_see, read_rating, read_ratings, result

from ..budgets import budget_library
from ..components import html
from ..components.budget_form import decide_card, rating_form, submit_card
from ..components.budget_parts import Standing, checks_card, files_card, projects_card, scoring_card, state_words
from ..components.budget_rating import history_card, rating_card
from ..components.budget_table import target_card
from ..components.cycle_parts import notice_of
from ..components.duty_parts import duty_tabs
from ..components.parts import page_head, synthetic_mark
from ..words import Words
from .page import Page
from .problem import not_found

if TYPE_CHECKING:
    from ..duties import DutyAsked


def budget_page(asked: DutyAsked) -> Page:
    """/budget, and /budget/PROJECT; the address of the loaded files leads to the first."""
    known = budget_library(asked.desk.store, asked.as_of)
    item = asked.view.address.item
    if not item or item == FILES:
        return _whole(asked, known)
    return _one(asked, known, item) if item in known.tables else not_found(asked.view)


def _whole(asked: DutyAsked, known: Library) -> Page:
    view, words = asked.view, asked.view.words
    ratings = read_ratings(asked.desk, asked.as_of)
    standings = []
    for name, table in known.tables.items():
        rating = ratings.get(name, Rating(name))
        seen = may_see(asked.person.actor, table, rating)
        rated = result(asked.desk, known, rating, asked.as_of) if seen and rating.state != "none" else None
        standings.append(Standing(table, rating, rated, is_hidden=not seen and rating.state != "none"))
    findings = findings_of(known)
    wrong = sum(one.outcome != "agrees" for one in findings)
    verdict = words("budget.headline_differ", n=wrong) if wrong else words("budget.headline_agree")
    title = words(
        "budget.headline",
        n=len(standings),
        annual=printed(sum((one.table.funds.annual.total for one in standings), start=0 * standings[0].total)),
        checks=len(findings),
        verdict=verdict,
        rated=_rated_words(words, standings),
    )
    project = standings[0].table.project
    subtitle = words("budget.subtitle", department=project.department, unit=project.implementing_unit)
    synthetic = any(one.rests_on_synthetic for one in standings)
    marks = [synthetic_mark(words)] if synthetic else []
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(subtitle, className="subtitle"), html.Span(), marks=marks),
        *notice_of(view, asked.notice),
        html.Div(
            [
                projects_card(view, standings),
                checks_card(view, findings),
                scoring_card(view, known.scoring),
                files_card(view, known),
            ],
            className="stack",
        ),
    ]
    return Page(title, body, view.address, ((words("duty.budget"), None),), synthetic=synthetic)


def _rated_words(words: Words, standings: list[Standing]) -> str:
    accepted = [one for one in standings if one.rating.state == "accepted" and one.rated is not None]
    if not accepted:
        return words("budget.headline_none_rated")
    grades = [_grade(words, one.rated) for one in accepted if one.rated is not None]
    return words("budget.headline_rated", n=len(accepted), grades=words.join(grades))


def _grade(words: Words, rated: Rated) -> str:
    return words("number.none") if rated.total.grade is None else words.text(rated.total.grade.name)


def _one(asked: DutyAsked, known: Library, item: str) -> Page:
    view, words, actor = asked.view, asked.view.words, asked.person.actor
    table, rating = known.table(item), read_rating(asked.desk, item, asked.as_of)
    seen = may_see(actor, table, rating)
    rated = result(asked.desk, known, rating, asked.as_of)
    shown = rating.basis.table if seen and rating.basis is not None else table
    title = words(
        "budget.table_headline",
        name=words.text(shown.project.name),
        annual=printed(shown.funds.annual.total),
        rows=len(shown.indicators),
        state=state_words(words, rating, rated if seen else None),
    )
    synthetic = seen and rating.state != "none" and (rating.synthetic or rated.rests_on_synthetic)
    marks = [synthetic_mark(words)] if synthetic else []
    subtitle = html.P(words("budget.source", source=words.text(shown.source)), className="subtitle")
    cards: list[Any] = [rating_card(view, rating, rated, is_seen=seen)]
    is_now = asked.as_of is None
    if is_now and rating.is_open and may_rate(actor, table):
        if rating.state != "none":
            cards.append(submit_card(view, rating, rated))
        cards.append(rating_form(view, rating, rated, asked.notice))
    if is_now and rating.state == "submitted" and actor.may("evaluate"):
        cards.append(decide_card(view, rating, changed_since(asked.desk, rating)))
    cards.append(target_card(view, shown))
    if seen and rating.acts:
        cards.append(history_card(view, rating))
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, subtitle, html.Span(), marks=marks),
        *notice_of(view, asked.notice),
        html.Div(cards, className="stack"),
    ]
    crumbs = ((words("duty.budget"), view.href("budget")), (words.text(shown.project.name), None))
    return Page(title, body, view.address, crumbs, synthetic=synthetic)
