"""The catalogue: the plan and its indicators as data, and one indicator's card."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.plan_card import PlanCard

from ..components import html
from ..components.catalogue_parts import (
    alignment_card,
    indicators_card,
    plan_facts,
    relations_list,
    target_sentence,
)
from ..components.choices import choice
from ..components.form_elements import button, form, hidden_field, input_, label
from ..components.indicator_card import (
    changes_card,
    checks_card,
    neighbours,
    regional_card,
    related_card,
    relations_of,
    says_card,
)
from ..components.parts import attributes, dotted, page_head
from ..components.quality_parts import anchored
from ..pinyin import initials
from ..view import View
from .page import Page


def catalogue_page(view: View, answer: PlanCard) -> Page:
    """Every indicator of the plan, those alone that the address asks for, and the plan's own card."""
    words, plan, address = view.words, answer.catalogue.plan, view.address
    binding = sum(one.nature == "binding" for one in answer.main)
    title = words(
        "catalogue.headline", plan=words.text(plan.title), n=len(answer.main), binding=binding,
        expected=len(answer.main) - binding, context=len(answer.context),
    )  # fmt: skip
    facts = [plan.document or "", words("catalogue.version_short", version=answer.catalogue.version),
             words("overview.data_as_of", date=view.as_of)]  # fmt: skip
    found = [one for one in answer.catalogue.indicators if _is_asked(view, one)]
    main, context = [one for one in found if not one.is_context], [one for one in found if one.is_context]
    body: list[Any] = [
        page_head(title, html.P(dotted(facts), className="subtitle"), html.Span()),
        html.Div([_natures(view), _categories(view, answer), _search_form(view)], className="filters"),
    ]
    narrowed = bool(address.nature or address.category or address.asked)
    cards: list[Any] = []
    if main or not context:
        heading = words("catalogue.found" if narrowed else "catalogue.main_title", n=len(main))
        cards.append(indicators_card(view, answer, heading, main, key="catalogue"))
    if context:
        heading = words("catalogue.context_title", n=len(context))
        cards.append(anchored(indicators_card(view, answer, heading, context, key="context"), "context"))
    if not narrowed:
        cards.insert(0, anchored(plan_facts(view, answer), "plan"))
        if answer.catalogue.relations:
            relations = relations_list(view, answer, answer.catalogue.relations, key="relations")
            cards.append(anchored(relations, "relations"))
        alignment = alignment_card(view, answer)
        cards += [] if alignment is None else [alignment]
    body.append(html.Div(cards, className="stack"))
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.catalogue"), None))
    return Page(title, body, address, crumbs, plan.id)


def indicator_card_page(view: View, answer: PlanCard, indicator: Indicator) -> Page:
    """One indicator's card; its rule is the title."""
    words, plan = view.words, answer.catalogue.plan
    tolerance = float(answer.settings.band_tolerance)
    rule = target_sentence(words, plan, indicator, indicator.target, tolerance)
    name = f"{indicator.number} {words.text(indicator.name)}"
    title = words("catalogue.card_headline", name=name, rule=rule)
    facts = [words.text(plan.title), words(f"nature.{indicator.nature}"), words.text(indicator.category),
             words("overview.data_as_of", date=view.as_of)]  # fmt: skip
    cards = [
        says_card(view, answer, indicator),
        related_card(view, answer, indicator),
        changes_card(view, answer, indicator),
        regional_card(view, answer, indicator),
        checks_card(view, indicator),
        relations_of(view, answer, indicator),
    ]
    body: list[Any] = [
        page_head(title, html.P(dotted(facts), className="subtitle"), neighbours(view, words, answer, indicator)),
        html.Div([one for one in cards if one is not None], className="card-columns"),
    ]
    crumbs = (
        (words("overview.title"), view.href("overview")),
        (words("nav.catalogue"), view.href("catalogue")),
        (words.text(indicator.name), None),
    )
    return Page(title, body, view.address, crumbs, plan.id)


def _is_asked(view: View, one: Indicator) -> bool:
    words, address = view.words, view.address
    if address.nature and one.nature != address.nature:
        return False
    categories = ("", "") if one.category is None else (one.category.zh, one.category.en or one.category.zh)
    if address.category and address.category not in categories:
        return False
    asked = _plain(address.asked or "")
    texts = [str(one.number), one.id, one.name.zh, one.name.en or "", initials(one.name.zh), words.text(one.category),
             words.text(one.definition), words.text(one.source), words.text(one.owner)]  # fmt: skip
    return not asked or any(asked in _plain(text) for text in texts)


def _plain(text: str) -> str:
    """Full-width and half-width, capital and small letters alike."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _natures(view: View) -> html.Nav:
    words, chosen = view.words, view.address.nature
    options = [(words("catalogue.all"), view.here(nature=None), not chosen)]
    options += [(words(f"nature.{name}"), view.here(nature=name), chosen == name)
                for name in ("binding", "expected", "context")]  # fmt: skip
    return choice(words("catalogue.h_nature"), options)


def _categories(view: View, answer: PlanCard) -> html.Nav:
    words, chosen = view.words, view.address.category
    options = [(words("catalogue.all"), view.here(category=None), not chosen)]
    options += [(name, view.here(category=name), name == chosen) for name in _names(view, answer.catalogue.indicators)]
    return choice(words("catalogue.h_category"), options)


def _names(view: View, some: Sequence[Indicator]) -> list[str]:
    return list(dict.fromkeys(text for one in some if (text := view.words.text(one.category))))


def _search_form(view: View) -> Any:
    """Searches within the catalogue; a plain GET form that keeps the slice."""
    words, address = view.words, view.address
    kept = {"plan": address.plan, "as_of": address.as_of, "nature": address.nature, "category": address.category,
            "lang": address.language if address.language_in_url else None}  # fmt: skip
    fields = [hidden_field(name, value) for name, value in kept.items() if value]
    typed = input_("search", "q", address.asked or "", id="catalogue-q", placeholder=words("catalogue.search_hint"))
    return form(
        [*fields, label(words("catalogue.search"), "catalogue-q", class_="unseen"), typed,
         button(words("catalogue.search"), class_="tool")],
        "/catalogue", method="get", role="search", class_="inline-search",
        **attributes(aria_label=words("catalogue.search")),
    )  # fmt: skip
