"""The overview: the answer in a sentence, the counts, all indicators, and where to look."""

from __future__ import annotations

from functools import partial
from typing import Any

from monitor.report.freshness import Freshness
from monitor.report.overview import Overview

from ..components import html
from ..components.alone import stands_alone
from ..components.choices import choice
from ..components.overview_parts import changes_card, chosen_part, freshness_card, narrowed, page_links
from ..components.parts import card, page_head, synthetic_mark
from ..components.scorecards import scorecard_table
from ..components.states import empty_state
from ..components.summary import (
    count_cards,
    headline,
    headline_rest,
    lag_map,
    missing_card,
    plan_line,
)
from ..components.take import take_picture, take_table
from ..pictures.frame import Caption, caption, legend_items
from ..pictures.table import table_picture
from ..view import View
from ..words import Words
from .page import Page

_NATURES = ("binding", "expected")
_LEGEND = ("scale_elapsed", "scale_target", "scale_band", "scale_years", "scale_nobase")
_LEGEND_SHAPES = ("l-sched", "l-goal", "l-zone", "l-years", "l-hollow")


def overview_page(view: View, answer: Overview, fresh: Freshness) -> Page:
    words = view.words
    sentence = headline(words, answer)
    rest = "" if answer.is_empty else headline_rest(words, answer)
    title: list[Any] = [sentence]
    if rest:
        calm = "" if answer.count("lag", binding=True) else " calm"
        title.append(html.Span(rest, className=f"headline-rest{calm}"))
    periods = [
        (words("tools.period_latest"), view.here(period=None), answer.period is None),
        *((p.code, view.here(period=p.code), answer.period == p) for p in answer.periods),
    ]
    if answer.period is not None and answer.period not in answer.periods:
        periods.append((answer.period.code, view.here(), True))
    marks = [synthetic_mark(words)] if any(entry.figure.synthetic for entry in answer.entries) else []
    choices = html.Div([choice(words("tools.period"), periods), page_links(view)], className="head-tools")
    body: list[Any] = [page_head(title, plan_line(words, answer), choices, marks=marks)]
    if answer.is_empty:
        body.append(empty_state(view, answer.period))
    if answer.entries:
        body += [count_cards(view, answer), _grid(view, answer, fresh), changes_card(view, answer)]
    synthetic = any(e.figure.synthetic for e in answer.entries) or any(unit.synthetic for unit in answer.units)
    return Page(sentence, body, view.address, ((words("overview.title"), None),), answer.plan.id, synthetic=synthetic)


def _grid(view: View, answer: Overview, fresh: Freshness) -> html.Div:
    beside = [lag_map(view, answer), missing_card(view, answer)] if answer.units else []
    aside = html.Div([*beside, freshness_card(view, answer, fresh)], className="aside")
    return html.Div([_table_card(view, answer), aside], className="grid overview-grid")


@stands_alone
def _table_card(view: View, answer: Overview) -> html.Section:
    words = view.words
    part = chosen_part(view, answer)
    alone = narrowed(view, part, len(answer.entries))
    sources = dict.fromkeys(
        words.known("vintage", entry.figure.vintage) for entry in answer.entries if entry.figure.vintage
    )
    settings = words(
        "overview.settings",
        band=words.number(float(answer.settings.band_tolerance)),
        ahead=words.number(float(answer.settings.ahead)),
        near=words.number(float(answer.settings.near)),
    )
    note = _note(words, answer)
    synthetic = any(entry.figure.synthetic for entry in answer.entries)
    table = scorecard_table(view, part)
    return card(
        words("overview.table_title"),
        html.Div(
            table,
            className="table-wrap",
            key="bars",
            picture=partial(table_picture, _caption(view, answer, note), table, legend_items(words)),
        ),
        marks=[synthetic_mark(words)] if synthetic else [],
        note=[html.Span(note, className="note-text") if alone is None else alone, _legend(words)],
        tools=_order(view),
        class_name="table-card",
        foot=[
            *([words("overview.foot_sources", sources=words.join(list(sources)))] if sources else []),
            words("overview.foot_as_of", date=view.as_of),
            words("overview.foot_formula"),
            settings,
            words("overview.foot_definition"),
            take_table(view, "indicators"),
            take_picture(view, "bars"),
        ],
    )


def _order(view: View) -> html.Div:
    """Which indicators, and in which order."""
    words = view.words
    by_number = view.address.sort == "number"
    nature = view.address.nature
    return html.Div(
        [
            choice(
                words("matrix.nature"),
                [
                    (words("matrix.all"), view.here(nature=None), nature is None),
                    *((words(f"nature.{one}"), view.here(nature=one), nature == one) for one in _NATURES),
                ],
            ),
            choice(
                words("tools.order"),
                [
                    (words("tools.order_worst"), view.here(sort=None), not by_number),
                    (words("tools.order_number"), view.here(sort="number"), by_number),
                ],
            ),
        ],
        className="head-tools",
    )


def _note(words: Words, answer: Overview) -> str:
    """Which period is shown, and how many indicators have none."""
    note = (
        words("overview.table_note")
        if answer.period is None
        else words("overview.table_note_period", period=answer.period.code)
    )
    if answer.lacking:
        note += words("overview.table_note_lacking", n=answer.lacking)
    return note


def _caption(view: View, answer: Overview, note: str) -> Caption:
    """What stands around the picture of the bars: the page's headline, and whose figures they are."""
    words = view.words
    return caption(
        view,
        headline(words, answer),
        f"{words('overview.table_title')} · {note}",
        catalogue=answer.catalogue_version,
        vintages=[entry.figure.vintage for entry in answer.entries],
        synthetic=any(entry.figure.synthetic for entry in answer.entries),
    )


def _legend(words: Words) -> html.Span:
    """What the marks in the bars are."""
    return html.Span(
        [
            html.Span([html.I(className=shape), words(f"overview.{key}")], className="legend-item")
            for key, shape in zip(_LEGEND, _LEGEND_SHAPES, strict=True)
        ],
        className="legend",
    )
