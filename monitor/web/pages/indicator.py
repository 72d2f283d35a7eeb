"""One indicator: what it says, its course, every figure, how the units stand, and what it means."""

from __future__ import annotations

from typing import Any

from dash import dcc

from monitor.report.indicator import IndicatorAnswer
from monitor.report.units_gap import UnitsGap

from ..components import html
from ..components.alone import stands_alone
from ..components.answers_parts import indicator_answers_card
from ..components.choices import choice
from ..components.definition import definition_card
from ..components.finding import course_finding, finding
from ..components.gap_finding import lacking
from ..components.gap_parts import gap_card
from ..components.indicator_parts import (
    base_and_target,
    comparison,
    outlook_card,
    periods_table,
    sibling_strip,
    unit_text,
)
from ..components.parts import attributes, badge, card, dotted, page_head, synthetic_mark
from ..components.standings import class_map, ranking
from ..components.states import empty_state
from ..components.take import take_chart
from ..components.two_methods import two_methods
from ..figures.template import CONFIG
from ..figures.trajectory import trajectory
from ..pictures.frame import Caption, box_facts, caption
from ..view import View
from ..words import Words
from .page import Page


def indicator_page(view: View, answer: IndicatorAnswer) -> Page:
    words, figure = view.words, answer.figure
    tolerance = float(answer.settings.band_tolerance)
    title = finding(words, answer, tolerance, lacking=lacking(answer.gap))
    marks = [synthetic_mark(words)] if figure is not None and figure.synthetic else []
    body: list[Any] = [
        sibling_strip(view, answer),
        page_head(title, _subtitle(view, answer), _periods(view, answer), marks=marks),
    ]
    if figure is None or (figure.value is None and answer.period is not None):
        body.append(empty_state(view, answer.period))
    left: list[Any] = [_chart(view, answer, tolerance, title)]
    right: list[Any] = [periods_table(view, answer)]
    gap = gap_card(view, answer)
    left += [gap] if gap is not None else []
    if answer.standings:
        left.append(ranking(view, answer))
        right.append(class_map(view, answer))
    right += [
        part
        for part in (outlook_card(view, answer), two_methods(view, answer), comparison(view, answer))
        if part is not None
    ]
    open_methods = any(not pair.agree for pair in answer.methods)
    is_long = isinstance(answer.gap, UnitsGap) and answer.gap.own is None and not open_methods
    (right if is_long else left).append(definition_card(view, answer))
    left.append(indicator_answers_card(view, answer.plan, answer.indicator, answer.lineage))
    body.append(
        html.Div([html.Div(left, className="column-wide"), html.Div(right, className="aside")], className="grid")
    )
    crumbs: list[tuple[str, str | None]] = [(words("overview.title"), view.href("overview"))]
    if answer.region.code != answer.plan.region:
        crumbs.append((words.region_short(answer.region), view.href("region", answer.region.code)))
    crumbs.append((f"{answer.indicator.number} {words.text(answer.indicator.name)}", None))
    synthetic = answer.synthetic or any(s.figure is not None and s.figure.synthetic for s in answer.standings)
    return Page(title, body, view.address, tuple(crumbs), answer.plan.id, synthetic=synthetic)


def _subtitle(view: View, answer: IndicatorAnswer) -> html.P:
    words, figure = view.words, answer.figure
    parts: list[Any] = []
    if figure is not None:
        parts += [badge(words, figure.class_), figure.period.code, words.known("vintage", figure.vintage)]
    parts.append(words(f"nature.{answer.indicator.nature}"))
    if answer.indicator.category is not None:
        parts.append(words.text(answer.indicator.category))
    parts.append(base_and_target(view, answer))
    if figure is not None and figure.reasons:
        parts.append(words.join([words.reason(reason) for reason in figure.reasons]))
    return html.P(dotted(parts), className="subtitle")


def _periods(view: View, answer: IndicatorAnswer) -> html.Nav:
    words = view.words
    found = sorted({f.period for f in answer.course} | set(answer.standing_periods), key=lambda p: p.order)
    years = [p for p in found if p.kind == "year"] or found[-6:]
    options = [
        (words("tools.period_newest"), view.here(period=None), answer.period is None),
        *((p.code, view.here(period=p.code), answer.period == p) for p in years),
    ]
    if answer.period is not None and answer.period not in years:
        options.append((answer.period.code, view.here(), True))
    return choice(words("tools.period"), options)


@stands_alone
def _chart(view: View, answer: IndicatorAnswer, tolerance: float, title: str) -> html.Section:
    words = view.words
    legend = [html.Span([html.I(className=f"l-{shape}"), words(f"indicator.{key}")], className="legend-item")
              for shape, key in _legend(answer)]  # fmt: skip
    chart = html.Div(
        dcc.Graph(
            id="trajectory",
            figure=trajectory(words, answer, tolerance),
            config=CONFIG,  # type: ignore[arg-type]
            responsive=True,
            className="chart",
        ),
        role="img",
        className="chart-box",
        **attributes(aria_label=title),
        **box_facts(_caption(view, answer, title), view.address.stem("trajectory"), _legend_said(words, answer)),
    )
    vintages = dict.fromkeys(words.known("vintage", f.vintage) for f in answer.course)
    said = words("indicator.chart_title"), words("indicator.chart_unit", unit=unit_text(words, answer))
    return card(
        course_finding(words, answer.course) or said[0],
        chart,
        note=[
            dotted(said),
            html.Span(legend, className="legend"),
        ],
        marks=[synthetic_mark(words)] if answer.synthetic else [],
        class_name="chart-card",
        foot=[
            *([words("overview.foot_sources", sources=words.join(list(vintages)))] if vintages else []),
            words("overview.foot_as_of", date=view.as_of),
            take_chart(view, "trajectory"),
        ],
    )


def _caption(view: View, answer: IndicatorAnswer, title: str) -> Caption:
    """What stands around the chart when it is taken away."""
    words = view.words
    unit = words("indicator.chart_unit", unit=unit_text(words, answer))
    return caption(
        view,
        title,
        f"{words('indicator.chart_title')} · {unit}",
        catalogue=answer.catalogue_version,
        vintages=[figure.vintage for figure in answer.course],
        synthetic=answer.synthetic,
    )


# the legend's marks as characters, for a picture that has no styles
_SIGNS = {
    "actual": "●─", "dash": "┄┄", "zone": "▒", "cross": "✕", "bar": "━", "dots": "····", "fan": "◁", "bound": "▲",
    "square": "■", "open": "○",
}  # fmt: skip


def _legend_said(words: Words, answer: IndicatorAnswer) -> str:
    return "　".join(f"{_SIGNS.get(shape, '')} {words(f'indicator.{key}')}" for shape, key in _legend(answer))


def _legend(answer: IndicatorAnswer) -> list[tuple[str, str]]:
    """Only what the chart holds."""
    course, figure = answer.course, answer.figure
    found = [("actual", "series_actual")]
    if figure is not None and figure.rule == "reach":
        found.append(("dash", "series_path" if answer.indicator.path else "series_required"))
    if figure is not None and figure.rule in ("hold", "band"):
        found.append(("zone", "series_band"))
    if any(not p.chosen and p.observation.vintage != "plan" for p in answer.printed):
        found.append(("cross", "series_other"))
    if any(f.aggregated_value is not None and f.vintage != "aggregated" for f in course):
        found.append(("bar", "series_aggregated"))
    if figure is not None and figure.projected_value is not None:
        found.append(("dots", "series_outlook"))
        if answer.fan is not None and answer.fan.low is not None:
            found.append(("fan", "series_fan"))
    if any(f.comparator in ("ge", "gt", "le", "lt") for f in course):
        found.append(("bound", "legend_bound"))
    if any(f.comparator == "approx" for f in course):
        found.append(("square", "legend_approximate"))
    if any(f.synthetic for f in course):
        found.append(("open", "legend_synthetic"))
    return found
