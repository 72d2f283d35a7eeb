"""How figures are judged: every class, formula, setting and edge in plain words, with worked rows judged live."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.models import Plan
from monitor.method.settings import METHOD_VERSION, MethodSettings
from monitor.report.worked import Worked

from ..components import html
from ..components.method_parts import (
    aggregates_card,
    checks_card,
    classes_card,
    decisions_card,
    edges_card,
    formulas_card,
    glossary_card,
    growth_card,
    settings_card,
    worked_card,
)
from ..components.parts import attributes, dotted, link, page_head
from ..components.quality_parts import anchored
from ..view import View
from .page import Page

SECTIONS = (
    "classes", "decisions", "worked", "settings", "formulas", "growth", "aggregates", "edges", "checks", "glossary",
)  # fmt: skip


def method_page(view: View, plan: Plan, settings: MethodSettings, rows: tuple[Worked, ...]) -> Page:
    words = view.words
    title = words("method.headline")
    facts = [
        words("method.version", version=METHOD_VERSION),
        words("overview.settings", band=words.number(float(settings.band_tolerance)),
              ahead=words.number(float(settings.ahead)), near=words.number(float(settings.near))),
        words("reporting.as_of", date=view.as_of),
    ]  # fmt: skip
    cards = {
        "classes": classes_card(view),
        "decisions": decisions_card(view, settings),
        "worked": worked_card(view, rows),
        "settings": settings_card(view, settings, plan.vintages, words("method.settings_note", date=view.as_of)),
        "formulas": formulas_card(view),
        "growth": growth_card(view),
        "aggregates": aggregates_card(view),
        "edges": edges_card(view),
        "checks": checks_card(view),
        "glossary": glossary_card(view),
    }
    contents = [html.Li(link(words(f"method.{name}_title"), f"#{name}")) for name in SECTIONS]
    nav = html.Nav(html.Ol(contents), className="contents", **attributes(aria_label=words("method.contents")))
    body: list[Any] = [
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span()),
        html.Div(
            [nav, html.Div([anchored(cards[name], name) for name in SECTIONS], className="stack")],
            className="method-grid",
        ),
    ]
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.method"), None))
    return Page(title, body, view.address, crumbs, plan.id)
