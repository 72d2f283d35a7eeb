"""One figure explained: the answer as a sentence, its formula with the numbers in, its verdict, its source."""

from __future__ import annotations

from typing import Any

from monitor.report.explain import Explanation
from monitor.report.explain_figure import NOT_COUNTED

from ..components import html
from ..components.alone import stands_alone
from ..components.answers_parts import accepted_of, answers_card, answers_facts, answers_of
from ..components.board_parts import period_text
from ..components.explain_facts import Fact, facts_table, long_rows
from ..components.explain_formula import figure_facts, formula_card, parts_card
from ..components.explain_judged import methods_card, methods_facts, verdict_card, verdict_facts, years_card
from ..components.explain_records import records_card, records_facts
from ..components.explain_sources import (
    absent_card,
    absent_facts,
    beside_card,
    beside_facts,
    check_facts,
    definition_facts,
    revisions_card,
    setting_facts,
    source_card,
    source_facts,
    vintage_facts,
    vintages_card,
)
from ..components.explain_units import unit_facts, units_card
from ..components.finding import finding
from ..components.parts import badge, card, dotted, link, page_head, synthetic_mark
from ..components.take import take_table
from ..view import View
from ..words import Words
from .page import Page


def explain_page(view: View, answer: Explanation) -> Page:
    words = view.words
    title = headline(words, answer)
    marks = [synthetic_mark(words)] if answer.synthetic else []
    verdict = answer.verdict
    facts: dict[str, list[Fact | None]] = {
        "formula": figure_facts(view, answer),
        "absent": absent_facts(words, answer),
        "verdict": verdict_facts(words, answer, verdict) if verdict is not None else [],
        "methods": methods_facts(words, answer, verdict) if verdict is not None else [],
        "units": unit_facts(words, answer),
        "source": source_facts(view, answer),
        "records": records_facts(view, answer),
        "answers": answers_facts(view, answers_of(answer), accepted_of(answer)),
        "checks": check_facts(words, answer),
        "vintages": vintage_facts(words, answer),
        "beside": beside_facts(words, answer),
        "definition": definition_facts(words, answer),
        "settings": setting_facts(words, view, answer),
    }
    left = [
        absent_card(view, answer, facts["absent"]),
        formula_card(view, answer, facts["formula"]) if answer.made.formula is not None else None,
        verdict_card(view, answer, facts["verdict"]),
        parts_card(view, answer),
        methods_card(view, answer, facts["methods"]),
        years_card(view, answer),
        answers_card(view, answer),
        units_card(view, answer),
    ]
    right = [
        source_card(view, answer, facts["source"]),
        records_card(view, answer, facts["records"]),
        vintages_card(view, answer),
        beside_card(view, answer, facts["beside"]),
        revisions_card(view, answer),
        _plain_card(view, "definition", facts["definition"], view.href("catalogue", answer.indicator.id, period=None)),
        _plain_card(view, "settings", facts["settings"], view.href("method", period=None)),
    ]
    sections = [(words(f"explain.part_{name}"), found) for name, found in facts.items()]
    columns = [html.Div([one for one in side if one is not None], className=name)
               for side, name in ((left, "column-wide"), (right, "aside"))]  # fmt: skip
    tools = html.Span([html.Span(words("explain.take_all"), className="quiet"), take_table(view, "explanation")],
                      className="tools take-all")  # fmt: skip
    body: list[Any] = [
        page_head(title, _subtitle(view, answer), tools, marks=marks),
        html.Div(columns, className="grid explain-grid", key="explanation", rows=long_rows(view, sections)),
    ]
    return Page(title, body, view.address, _crumbs(view, answer), answer.plan.id, synthetic=answer.synthetic)


def headline(words: Words, answer: Explanation) -> str:
    """The figure, and what it means, in one sentence."""
    figure, when = answer.figure, period_text(words, answer.period)
    if figure is None:
        name = words.text(answer.indicator.name)
        return words("explain.headline_outside", name=name, region=words.region(answer.region), period=when)
    if figure.value is not None and answer.indicator.is_context:
        name = words.text(answer.indicator.name)
        return words("explain.headline_context", name=name, period=when, value=words.value(figure),
                     region=words.region_short(answer.region))  # fmt: skip
    units = answer.gathered.units if answer.counts_regions and answer.gathered is not None else ()
    short = [unit.region for unit in units if not unit.reached and unit.absence != NOT_COUNTED]
    return finding(words, answer, float(answer.settings.band_tolerance), when=when, lacking=short)


def _subtitle(view: View, answer: Explanation) -> html.P:
    words, figure = view.words, answer.figure
    href = view.href("indicator", answer.indicator.id, region=answer.region.code)
    name = words.text(answer.indicator.name)
    parts: list[Any] = [words("explain.subtitle")]
    if figure is not None and figure.class_:
        parts.append(badge(words, figure.class_))
    parts.append(name if answer.indicator.is_context else link(name, href))
    parts.append(link(words.region(answer.region), view.href("region", answer.region.code)))
    parts.append(answer.period.code)
    if figure is not None and figure.vintage:
        parts.append(words.known("vintage", figure.vintage))
    parts.append(words("overview.foot_as_of", date=view.as_of))
    return html.P(dotted(parts), className="subtitle")


@stands_alone
def _plain_card(view: View, name: str, facts: list[Fact | None], more: str) -> html.Section:
    title = view.words(f"explain.part_{name}")
    return card(
        title,
        facts_table(view.words, title, facts, name),
        foot=[link(view.words(f"explain.to_{name}"), more), take_table(view, name)],
    )


def _crumbs(view: View, answer: Explanation) -> tuple[tuple[str, str | None], ...]:
    words = view.words
    name = words.text(answer.indicator.name)
    href = None if answer.indicator.is_context else view.href(
        "indicator", answer.indicator.id, region=answer.region.code)  # fmt: skip
    place = f"{words.region_short(answer.region)} {answer.period.code}"
    return ((words("overview.title"), view.href("overview")), (name, href),
            (words("explain.crumb", cell=place), None))  # fmt: skip
