"""One region: how many indicators lag, each beside the nation and chosen others, its own plan, what it has sent."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from monitor.report.region import RegionAnswer

from ..components import html
from ..components.alone import stands_alone
from ..components.choices import choice
from ..components.parts import card, dotted, page_head, synthetic_mark
from ..components.placed_parts import placed_card
from ..components.plans_parts import own_plan_card
from ..components.region_parts import (
    comparison_table,
    courses,
    region_caption,
    region_counts,
    region_finding,
)
from ..components.regions_parts import beside_card
from ..components.states import empty_state
from ..components.take import take_picture, take_table
from ..components.unit_reports_parts import reports_card
from ..pictures.frame import legend_items
from ..pictures.table import table_picture
from ..view import View
from .page import Page


def region_page(view: View, answer: RegionAnswer) -> Page:
    words, region = view.words, answer.region
    title = region_finding(words, answer)
    facts: list[Any] = [
        words("region.level_line", code=region.code, level=words.known("level", region.level)),
        words("region.convention") if region.code_system == "convention" else "",
        words("region.subtitle", plan=words.text(answer.plan.title), n=len(answer.units)),
        words("overview.data_as_of", date=view.as_of),
        words("overview.updated_at", time=words.moment(answer.newest)),
    ]
    periods = [
        (words("tools.period_latest"), view.here(period=None), answer.period is None),
        *((p.code, view.here(period=p.code), answer.period == p) for p in answer.periods),
    ]
    subtitle = html.P(dotted(facts), className="subtitle")
    marks = [synthetic_mark(words)] if answer.synthetic else []
    body: list[Any] = [page_head(title, subtitle, choice(words("tools.period"), periods), marks=marks)]
    if not answer.entries:
        text = html.P(words("region.not_reporting"), className="quiet")
        body.append(card(words("region.table_title"), text))
    else:
        if answer.is_empty:
            body.append(empty_state(view, answer.period))
        own = own_plan_card(view, answer.own_plan) if answer.own_plan is not None else None
        others = beside_card(view, answer) if answer.beside.choices else None
        placed = placed_card(view, answer.regions, region, _tree_day(answer))
        parts = [_table_card(view, answer), placed, others, own, courses(view, answer), reports_card(view, answer)]
        body += [region_counts(view, answer), html.Div([part for part in parts if part is not None], className="stack")]
    crumbs = ((words("overview.title"), view.href("overview")), (words.region(region), None))
    return Page(title, body, view.address, crumbs, answer.plan.id, synthetic=answer.synthetic)


def _tree_day(answer: RegionAnswer) -> date:
    """The last day of the period asked for, else of the plan: a region that is gone by then on its own last day."""
    end = answer.period.end if answer.period is not None else date(answer.plan.period.end, 12, 31)
    return min(end, answer.region.valid_to or end)


@stands_alone
def _table_card(view: View, answer: RegionAnswer) -> html.Section:
    words = view.words
    by_number = view.address.sort == "number"
    order = choice(
        words("tools.order"),
        [
            (words("tools.order_worst"), view.here(sort=None), not by_number),
            (words("tools.order_number"), view.here(sort="number"), by_number),
        ],
    )
    settings = words(
        "overview.settings",
        band=words.number(float(answer.settings.band_tolerance)),
        ahead=words.number(float(answer.settings.ahead)),
        near=words.number(float(answer.settings.near)),
    )
    vintages = dict.fromkeys(words.known("vintage", e.figure.vintage) for e in answer.entries if e.figure.vintage)
    table = comparison_table(view, answer)
    note = (
        words("overview.table_note")
        if answer.period is None
        else words("overview.table_note_period", period=answer.period.code)
    )
    said = region_caption(view, answer, f"{words('region.table_title')} · {note}")
    return card(
        words("region.table_title"),
        html.Div(
            table,
            className="table-wrap",
            key="bars",
            picture=partial(table_picture, said, table, legend_items(words)),
        ),
        marks=[synthetic_mark(words)] if answer.synthetic else [],
        note=note,
        tools=order,
        class_name="table-card",
        foot=[
            *([words("overview.foot_sources", sources=words.join(list(vintages)))] if vintages else []),
            words("overview.foot_as_of", date=view.as_of),
            settings,
            take_table(view, "indicators"),
            take_picture(view, "bars"),
        ],
    )  # fmt: skip
