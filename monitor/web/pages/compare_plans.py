"""Two loaded plans: what both have, which target asks less, and the same figures judged under both."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.models import Plan
from monitor.report.compare_plans import PlansCompared

from ..components import html
from ..components.kind_parts import field, kind_form, kind_tabs, plan_options
from ..components.parts import attributes, card, dotted, page_head, synthetic_mark
from ..components.plans_parts import plans_table, plans_title
from ..components.take import take_table
from ..view import View
from .page import Page


def compare_plans_page(view: View, found: PlansCompared) -> Page:
    words = view.words
    title = plans_title(words, found)
    facts = [_plan_fact(view, found.first), _plan_fact(view, found.second),
             words("plans.for_region", region=words.region(found.region)),
             words("overview.data_as_of", date=view.as_of)]  # fmt: skip
    marks = [synthetic_mark(words)] if found.synthetic else []
    head = page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=marks)
    fields = [
        field("from", words("kinds.first_plan"), plan_options(view, found.plans, found.first.id)),
        field("to", words("kinds.second_plan"), plan_options(view, found.plans, found.second.id)),
    ]
    foot = [words("plans.foot"), words("overview.foot_as_of", date=view.as_of), take_table(view, "plans")]
    body: list[Any] = [
        head,
        kind_tabs(view),
        kind_form(view, fields, words("kinds.plans_note"), "as_of"),
        card(words("plans.caption"), plans_table(view, found), foot=foot, class_name="plans-card"),
    ]
    return Page(title, body, view.address, _crumbs(view), found.first.id, synthetic=found.synthetic)


def one_plan_page(view: View, plan: Plan) -> Page:
    """Where only one plan is loaded: why there is nothing to compare, and what to do."""
    words = view.words
    title = words("kinds.one_plan_title", plan=words.text(plan.title))
    mark = html.Span(className="glyph g-hatch", **attributes(aria_hidden="true"))
    said = html.Div([html.Strong(words("kinds.one_plan")), html.P(words("kinds.one_plan_body"))])
    body: list[Any] = [page_head(title, html.P(className="subtitle"), html.Span()), kind_tabs(view)]
    body.append(html.Div([mark, said], className="state"))
    return Page(title, body, view.address, _crumbs(view), plan.id)


def _plan_fact(view: View, plan: Plan) -> str:
    return f"{view.words.text(plan.title)} {plan.period.start}–{plan.period.end}"


def _crumbs(view: View) -> tuple[tuple[str, str | None], ...]:
    return (view.words("overview.title"), view.href("overview")), (view.words("nav.compare"), None)
