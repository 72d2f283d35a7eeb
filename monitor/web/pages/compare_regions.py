"""Two to four regions side by side, for one period or the last that all of them have."""

from __future__ import annotations

from typing import Any

from monitor.report.compare_regions import MOST_COMPARED, RegionsCompared

from ..components import html
from ..components.compared_cells import refusals, region_selects
from ..components.distance_parts import Measured, distance_card
from ..components.form_elements import option
from ..components.kind_parts import field, kind_form, kind_tabs, period_options
from ..components.parts import card, dotted, page_head, synthetic_mark
from ..components.regions_parts import regions_table
from ..components.states import empty_state
from ..components.take import take_table
from ..view import View
from ..words import Words
from .page import Page


def compare_regions_page(view: View, found: RegionsCompared, version: str) -> Page:
    """`version`: the catalogue's, for the picture's foot."""
    words = view.words
    title = _title(words, found)
    period = words("kinds.regions_common") if found.period is None else found.period.code
    facts = [words.text(found.plan.title), period, words("overview.data_as_of", date=view.as_of)]
    marks = [synthetic_mark(words)] if found.synthetic else []
    head = page_head(title, html.P(dotted(facts), className="subtitle"), html.Span(), marks=marks)
    body: list[Any] = [head, kind_tabs(view), _form(view, found)]
    told = refusals(view, found.refused)
    if told is not None:
        body.append(told)
    has_figures = any(side.figure is not None and side.figure.has_value for row in found.rows for side in row.sides)
    if has_figures:
        foot = [words("beside.foot"), words("overview.foot_as_of", date=view.as_of), take_table(view, "regions")]
        table = regions_table(view, found.rows, found.regions, found.plan, key="regions")
        told_table = card(words("kinds.regions_table"), table, foot=foot, note=words("beside.courses_note"))
        names = [words.region_short(one) for one in found.regions]
        rows = [
            Measured(row.indicator, view.href("indicator", row.indicator.id), tuple(side.figure for side in row.sides))
            for row in found.rows
        ]
        drawn = distance_card(view, names, rows, version=version)
        body.append(html.Div([*([drawn] if drawn is not None else []), told_table], className="stack"))
    else:
        body.append(empty_state(view, found.period))
    crumbs = ((words("overview.title"), view.href("overview")), (words("nav.compare"), None))
    return Page(title, body, view.address, crumbs, found.plan.id, synthetic=found.synthetic)


def _title(words: Words, found: RegionsCompared) -> str:
    """How often each of them is the best."""
    if len(found.regions) < 2:
        return words("kinds.regions_none")
    names = words.join([words.region_short(region) for region in found.regions])
    best = [words("kinds.regions_best", region=words.region_short(one), n=found.best_in(one)) for one in found.regions]
    return words("kinds.regions_title", names=names, n=len(found.rows), best=words.join(best))


def _form(view: View, found: RegionsCompared) -> html.Section:
    words = view.words
    periods = [option("", words("kinds.regions_common"), chosen=found.period is None)]
    periods += period_options(tuple({*found.periods, *([found.period] if found.period else [])}), found.period)
    fields = [
        *region_selects(view, found.regions, found.choices, most=MOST_COMPARED),
        field("period", words("tools.period"), periods),
    ]
    return kind_form(view, fields, words("kinds.regions_note"), "plan", "as_of")
