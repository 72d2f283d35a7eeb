"""Two levels of plans (两级规划衔接): what plans below carry of the plan above, and its targets broken down to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from monitor.report.desk import QuestionError
from monitor.report.levels import Levels, levels

from ..components import html
from ..components.duty_parts import duty_tabs
from ..components.levels_parts import (
    example_mark,
    matrix_card,
    own_card,
    split_card,
    targets_card,
    verdict_badge,
    weaker_card,
)
from ..components.parts import attributes, dotted, page_head, synthetic_mark
from ..components.plans_parts import goal_text
from ..example_plans import examples_beside
from ..view import View
from ..words import Words
from .page import Page
from .problem import not_found

if TYPE_CHECKING:
    from ..duties import DutyAsked


def levels_page(asked: DutyAsked) -> Page:
    """/levels, and /levels/INDICATOR."""
    view, desk = asked.view, asked.desk
    configuration = desk.configuration(asked.as_of)
    try:
        found = levels(desk, view.address.plan, as_of=asked.as_of, examples=examples_beside(configuration.catalogues))
    except QuestionError:
        return not_found(view, "plan", view.address.plan or "")
    view = replace(view, as_of=view.words.day(found.as_of))
    return _one(asked, view, found) if view.address.item else _whole(asked, view, found)


def headline(words: Words, found: Levels) -> str:
    """How much of the plan above is carried, and how much of it with less."""
    if not found.plans:
        return words("levels.headline_none")
    said = [
        words("levels.part_carried", plans=len(found.plans), n=found.carried, all=len(found.plans) * len(found.main))
    ]
    for bearing in ("weaker", "lacking"):
        if n := found.count(bearing):
            said.append(words(f"levels.part_{bearing}", n=n))
    if found.own:
        said.append(words("levels.part_own", n=found.own))
    return ("，" if words.language == "zh" else ", ").join(said)


def _whole(asked: DutyAsked, view: View, found: Levels) -> Page:
    words = view.words
    title = headline(words, found)
    body: list[Any] = [duty_tabs(view, asked.person), page_head(title, _subtitle(view, found), html.Span(),
                                                                 marks=_marks(words, found))]  # fmt: skip
    if found.examples or not found.plans:
        body.append(_how_to_load(words, examples=found.examples))
    if found.plans:
        cards = [matrix_card(view, found), weaker_card(view, found), own_card(view, found), split_card(view, found)]
        body.append(html.Div(cards, className="stack"))
    crumbs = ((words("duty.levels"), None),)
    return Page(title, body, view.address, crumbs, found.parent.id, synthetic=found.synthetic)


def _marks(words: Words, found: Levels) -> list[Any]:
    return [example_mark(words), synthetic_mark(words)] if found.examples else []


def _subtitle(view: View, found: Levels) -> html.P:
    words = view.words
    facts = [words("levels.above", plan=words.text(found.parent.title))]
    facts += [words.text(one.plan.title) for one in found.plans]
    return html.P(dotted(facts), className="subtitle")


def _how_to_load(words: Words, *, examples: bool) -> html.Div:
    """Why these plans are shown, and how a province adds its own."""
    mark = html.Span(className="glyph g-hatch", **attributes(aria_hidden="true"))
    said = words("levels.examples_said") if examples else words("levels.none_said")
    how = html.P([words("levels.how_to_load"), " ", html.Span("MONITOR_CATALOGUE", className="code")])
    return html.Div([mark, html.Div([html.Strong(said), how])], className="state")


def _one(asked: DutyAsked, view: View, found: Levels) -> Page:
    """One indicator: every region's own target held against the one above."""
    words = view.words
    one = found.split_of(view.address.item)
    if one is None:
        return not_found(view, "indicator", view.address.item)
    indicator = one.indicator
    name = words.text(indicator.name)
    title = words("levels.headline_one", name=name, goal=goal_text(words, one.target, indicator.unit),
                  n=one.covered, all=len(one.expected), least=one.at_least)  # fmt: skip
    facts = [words(f"levels.kind_{one.kind}"), verdict_badge(words, one)]
    body: list[Any] = [
        duty_tabs(view, asked.person),
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=_marks(words, found)),
        html.Div([targets_card(view, found, one)], className="stack"),
    ]
    crumbs = ((words("duty.levels"), view.href("levels", period=None)), (f"{indicator.number} {name}", None))
    return Page(title, body, view.address, crumbs, found.parent.id, synthetic=found.synthetic)
