"""Data quality: how complete and timely reporting is, what was asked about the figures, and what disagrees."""

from __future__ import annotations

from typing import Any

from monitor.report.quality import Quality

from ..components import html
from ..components.parts import dotted, page_head, synthetic_mark
from ..components.quality_findings import outliers_card, queries_card, relations_card
from ..components.quality_parts import (
    anchored,
    differences_card,
    forms_card,
    headline,
    key_figures,
    makeup_card,
    units_card,
)
from ..components.states import empty_state
from ..view import View
from .page import Page


def quality_page(view: View, answer: Quality) -> Page:
    words = view.words
    title = headline(words, answer)
    facts: list[Any] = [
        words.text(answer.plan.title),
        words("quality.subtitle", n=len(answer.units)),
        words("overview.data_as_of", date=view.as_of),
    ]
    synthetic = bool(answer.makeup.synthetic)
    marks = [synthetic_mark(words)] if synthetic else []
    body: list[Any] = [page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=marks)]
    crumbs = ((words("overview.title"), view.href("overview")), (words("quality.title"), None))
    if answer.is_empty:
        return Page(title, [*body, empty_state(view, None)], view.address, crumbs, answer.plan.id)
    aside = html.Div([forms_card(view, answer), makeup_card(view, answer)], className="aside")
    left = html.Div([anchored(units_card(view, answer), "units")], className="column-wide")
    body += [
        key_figures(view, answer),
        html.Div([left, aside], className="grid quality-grid"),
        html.Div(
            [
                anchored(relations_card(view, answer), "relations"),
                anchored(differences_card(view, answer), "differences"),
                anchored(queries_card(view, answer), "queries"),
                anchored(outliers_card(view, answer), "outliers"),
            ],
            className="stack quality-stack",
        ),
    ]
    return Page(title, body, view.address, crumbs, answer.plan.id, synthetic=synthetic)
