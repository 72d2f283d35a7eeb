"""The parts of an indicator's page: its siblings, its figures by period, its outlook, published beside aggregated."""

from __future__ import annotations

from typing import Any

from monitor.catalogue.models import Indicator
from monitor.report.counted import REGIONS
from monitor.report.figures import Figure
from monitor.report.indicator import IndicatorAnswer, Printed

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .columns import RatePlaces, figure_places, places_of, plain_number
from .notes import note_lines
from .parts import attributes, badge, card, evidence_lines, glyph, hidden, link, look, synthetic_mark
from .scorecards import baseline_text, gap_cell, target_text
from .take import take_table
from .why import explained, why

_ROWS_SHOWN = 12


def sibling_strip(view: View, answer: IndicatorAnswer) -> html.Nav:
    """All indicators of the plan by number, each with its class, to go to the next with one click."""
    words = view.words
    items = []
    for indicator, figure in answer.siblings:
        name = words.text(indicator.name)
        face: list[Any] = [
            glyph(figure.class_),
            str(indicator.number),
            hidden(f" {name} {words.class_name(figure.class_)}"),
        ]
        kind = f"sibling k-{look(figure.class_)[1]}"
        if indicator.id == answer.indicator.id:
            items.append(html.Li(html.Span(face, className=f"{kind} chosen", **attributes(aria_current="page"))))
        else:
            href = view.href("indicator", indicator.id, region=view.address.region)
            items.append(html.Li(link(face, href, kind, f"{name} · {words.class_name(figure.class_)}")))
    return html.Nav(html.Ul(items), className="siblings", **attributes(aria_label=words("nav.indicators")))


@stands_alone
def periods_table(view: View, answer: IndicatorAnswer) -> html.Section:
    """Every figure there is, newest first; other vintages of a period stand below the one that is judged."""
    words = view.words
    heads = ["period", "value", "vintage", "progress_share", "gap", "class"]
    rows = []
    others: dict[Any, list[Printed]] = {}
    for printed in answer.printed:
        if not printed.chosen and printed.observation.vintage != "plan":
            others.setdefault(printed.observation.period, []).append(printed)
    judged = {figure.period: figure for figure in answer.course}
    places = figure_places(answer.course, answer.indicator.unit)
    gap_places = RatePlaces.of((figure, None) for figure in answer.course).gap
    for period in sorted({*judged, *others}, key=lambda p: p.order, reverse=True):
        if period in judged:
            rows.append(_judged_row(view, answer, judged[period], (places, gap_places)))
        rows += [
            _other_row(view, printed, before=period.year <= answer.plan.period.base)
            for printed in others.get(period, [])
        ]
    shown, rest = rows, 0
    if view.address.rows != "all" and len(rows) > _ROWS_SHOWN + 2:
        shown, rest = rows[:_ROWS_SHOWN], len(rows) - _ROWS_SHOWN
    if not rows:
        return card(words("indicator.table_title"), html.P(words("indicator.table_none"), className="quiet"))
    unit = words.unit(unit_of(answer))
    table = html.Table(
        [
            html.Caption(words("indicator.table_title"), className="unseen"),
            html.Thead(
                html.Tr(
                    [
                        html.Th(words(f"column.{head}") + (f" / {unit}" if head == "value" else ""), scope="col",
                                className="num" if head in ("value", "progress_share", "gap") else head)
                        for head in heads
                    ]
                )
            ),
            html.Tbody(shown),
        ],
        className="plain",
        key="periods",
    )  # fmt: skip
    marks = [synthetic_mark(words)] if answer.synthetic else []
    more = [link(words("indicator.more_periods", n=rest), view.here(rows="all"))] if rest else []
    scroll = html.Div(table, className="scroll", tabIndex=0, role="region",
                      **attributes(aria_label=words("indicator.table_title")))  # fmt: skip
    foot = [*more, words("overview.foot_as_of", date=view.as_of), take_table(view, "periods")]
    return card(words("indicator.table_title"), scroll, marks=marks, class_name="periods-card", foot=foot)


def _judged_row(view: View, answer: IndicatorAnswer, figure: Figure, places: tuple[int, int]) -> html.Tr:
    """`places`: decimals of the figures that were worked out, and of what is still to go."""
    words = view.words
    known = [p for p in answer.printed if p.chosen and p.observation.period == figure.period]
    source = known[0].observation.source if known else None
    lines = evidence_lines(words, figure, source, view.as_of)
    shown = plain_number(words, figure, places[0])
    period: Any = figure.period.code
    if known:
        place = f"{answer.indicator.id}/{figure.region_code}/{figure.period.code}"
        period = link(period, view.href("history", place, period=None), title=words("history.of_figure"))
    return html.Tr(
        [
            html.Th(period, scope="row", className="period"),
            html.Td(explained(view, shown, figure, lines), className="num value", exact=figure.value),
            html.Td(words.known("vintage", figure.vintage), className="vintage"),
            html.Td(words.share(figure.progress_share), className="num", exact=figure.progress_share),
            gap_cell(view, figure, places=places[1]),
            html.Td(badge(words, figure.class_), className="class"),
        ],
        className="year-row" if figure.period.kind == "year" else None,
    )


def _other_row(view: View, printed: Printed, *, before: bool) -> html.Tr:
    words, observation = view.words, printed.observation
    vintage = words.known("vintage", observation.vintage)
    source = observation.source
    lines = [words("evidence.source", text=source.source) if source.source else words("evidence.no_source")]
    if source.published_on is not None:
        lines.append(words("evidence.published", date=words.day(source.published_on)))
    lines += [words("evidence.vintage", vintage=vintage), words("evidence.period", period=observation.period.code)]
    if source.note:
        lines += note_lines(words, source.note)
    if source.synthetic:
        lines.append(words("evidence.synthetic"))
    lines.append(words("evidence.as_of", date=view.as_of))
    number = words.number(printed.value, observation.unit, observation.comparator)
    cell = (observation.indicator_id, observation.region_code, observation.period)
    shown = why(view, number, *cell, title="\n".join(lines))
    return html.Tr(
        [
            html.Th(observation.period.code, scope="row", className="period"),
            html.Td(shown, className="num value"),
            html.Td(vintage, className="vintage"),
            html.Td(words("indicator.before_plan" if before else "indicator.reference"), colSpan=3, className="quiet"),
        ],
        className="other-row",
    )


@stands_alone
def comparison(view: View, answer: IndicatorAnswer) -> html.Section | None:
    """Published beside aggregated, where both are known; nothing for a unit that has nothing below it."""
    words = view.words
    both = [f for f in answer.course if f.aggregated_value is not None and f.vintage != "aggregated"]
    if not both:
        if any(f.vintage == "aggregated" for f in answer.course):
            return card(words("indicator.compare_title"),
                        html.P(words("indicator.compare_only_aggregated"), className="quiet"))  # fmt: skip
        return None
    unit = answer.indicator.unit
    heads = [words("column.period"), words("indicator.compare_reported"), words("indicator.compare_aggregated"),
             words("indicator.compare_difference"), words("indicator.compare_cover")]  # fmt: skip
    places = places_of((f.aggregated_value for f in both), unit)
    computed = figure_places(both, unit)
    rows = []
    for figure in reversed(both):
        aggregated = figure.aggregated_value or 0.0
        exact = figure.comparator in ("", "eq") and figure.value is not None
        gap = words.signed(aggregated - (figure.value or 0.0), unit, places) if exact else words("number.none")
        published = plain_number(words, figure, computed)
        summed = words.number(aggregated, unit, places=places)
        rows.append(
            html.Tr(
                [
                    html.Th(figure.period.code, scope="row", className="period"),
                    html.Td(explained(view, published, figure), className="num", exact=figure.value),
                    html.Td(explained(view, summed, figure), className="num", exact=aggregated),
                    html.Td(gap, className="num", exact=aggregated - (figure.value or 0.0) if exact else None),
                    html.Td(words.share(figure.coverage), className="num", exact=figure.coverage),
                ]
            )
        )
    head = html.Thead(
        html.Tr([html.Th(text, scope="col", className="num" if i else "period") for i, text in enumerate(heads)])
    )
    table = html.Table([html.Caption(words("indicator.compare_title"), className="unseen"), head, html.Tbody(rows)],
                       className="plain", key="published")  # fmt: skip
    return card(
        words("indicator.compare_title"),
        table,
        note=words("indicator.chart_unit", unit=words.unit(unit)),
        marks=[synthetic_mark(words)],
        foot=[words("overview.foot_as_of", date=view.as_of), take_table(view, "published")],
    )


@stands_alone
def outlook_card(view: View, answer: IndicatorAnswer) -> html.Section | None:
    """What the recent trend would lead to; marked as no data, absent where nothing is left to project."""
    words, figure = view.words, answer.figure
    if figure is None or figure.rule != "reach" or figure.target_gap is None or answer.counts_regions:
        return None
    lines: list[Any] = []
    if figure.outlook:
        lines.append(html.P(html.Strong(words(f"indicator.outlook_{figure.outlook}"))))
    if answer.fan is not None:
        ends = (("value", answer.fan.value), ("low", answer.fan.low), ("high", answer.fan.high))
        said = {name: outlook_text(words, answer, value) for name, value in ends if value is not None}
        key = "indicator.outlook_range" if "low" in said else "indicator.outlook_value"
        lines.append(html.P(words(key, year=answer.fan.year, **said)))
    facts = []
    if figure.pace_per_year is not None:
        facts.append(words("indicator.pace", pace=words.difference(figure.pace_per_year, figure.unit)))
    if figure.required_per_year is not None and figure.target_gap > 0:
        facts.append(words("indicator.required", required=words.difference(figure.required_per_year, figure.unit)))
    if figure.numerator_gap and answer.indicator.figure is not None:
        gap = words.amount(figure.numerator_gap, answer.indicator.figure.unit)
        key = "numerator_gap_down" if answer.indicator.direction == "down" else "numerator_gap"
        facts.append(words(f"indicator.{key}", gap=gap))
    lines += [html.P(fact) for fact in facts]
    if not lines:
        return None
    marks = [html.Span(words("mark.outlook"), className="mark")] if figure.outlook or figure.projected_value else []
    if figure.synthetic:
        marks.append(synthetic_mark(words))
    note = words("indicator.outlook_method") if marks and figure.projected_value is not None else None
    title = words("indicator.outlook_title" if figure.outlook else "indicator.pace_title")
    return card(title, html.Div(lines, className="prose"), marks=marks, note=note)


def outlook_text(words: Words, answer: IndicatorAnswer, value: float) -> str:
    """A projected number with no more digits than the data: whole ones where all figures are, else one decimal."""
    figure = answer.figure
    assert figure is not None
    whole = all(f.value is None or float(f.value).is_integer() for f in answer.course)
    return words.amount(round(value, 0 if whole and figure.unit != "%" else 1), figure.unit)


def unit_text(words: Words, answer: IndicatorAnswer) -> str:
    """The unit of the numbers shown; where they count regions, what they are."""
    figure = answer.figure
    if answer.counts_regions and figure is not None and figure.denominator is not None:
        return words("indicator.chart_regions", unit=words.unit(REGIONS), n=words.number(figure.denominator))
    return words.unit(answer.indicator.unit)


def unit_of(answer: IndicatorAnswer) -> str:
    """The unit of the region's own numbers."""
    return REGIONS if answer.counts_regions else answer.indicator.unit


def base_and_target(view: View, answer: IndicatorAnswer) -> html.Span:
    """Base and target as printed, for the line below the title."""
    words, figure = view.words, answer.figure
    if figure is None:
        return html.Span("")
    if answer.counts_regions:
        return html.Span(_each_region(words, answer.indicator))
    base = f"{words('column.baseline')} {baseline_text(words, figure, answer.indicator)}"
    goal = f"{words('column.target')} {target_text(words, figure, answer.indicator)}"
    return html.Span(f"{base} → {goal}")


def _each_region(words: Words, indicator: Indicator) -> str:
    """What is asked of each region, in the unit of the regions' own figures."""
    target, base = indicator.target, indicator.baseline
    printed = [one.printed if one is not None and one.printed else words("number.none") for one in (target, base)]
    return words("indicator.each_region", target=printed[0], baseline=printed[1], unit=words.unit(indicator.unit))
