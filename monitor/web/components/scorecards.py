"""The table of indicators: one row each, with base, target, bar, figure, gap, change and class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from monitor.catalogue.models import Baseline, Indicator
from monitor.report.figures import Figure
from monitor.report.overview import Entry, Overview

from ..view import View
from ..words import Words
from . import html
from .bars import lane
from .columns import RatePlaces, places_of, plain_number
from .parts import attributes, badge, evidence_lines, hidden, link
from .why import explained, why

# class of a cell → what its column is called
_LABELLED = {
    "base": "baseline", "target": "target", "gap": "gap", "change": "change", "nation": "nation",
    "against": "against_nation", "rank": "rank",
}  # fmt: skip


def name_cell(view: View, indicator: Indicator, href: str) -> html.Th:
    """The indicator's full name as a link, with its mark when it is binding."""
    words = view.words
    marks: list[Any] = [link(words.text(indicator.name), href)]
    if indicator.nature == "binding":
        marks.insert(0, html.Span(words("nature.binding_short"), className="mark binding"))
    return html.Th(marks, scope="row", className="name", role="rowheader")


def period_cell(view: View, figure: Figure) -> html.Td:
    """The period of the figure, and whether it is synthetic."""
    latest_of_none = not figure.has_value and view.address.period is None
    shown: list[Any] = [view.words("number.none") if latest_of_none else figure.period.code]
    if figure.synthetic:
        short = html.Span(view.words("mark.synthetic_short"), className="mark synthetic")
        shown.append(short)
    title = view.words("evidence.synthetic") if figure.synthetic else None
    return html.Td(shown, className="period", role="cell", title=title)


def row_scale(words: Words, figure: Figure) -> tuple[float, str]:
    """What all numbers of a row are divided by, and the unit they then have: that of its largest number."""
    sizes = [abs(number) for number in (figure.value, figure.baseline) if number is not None]
    return words.scale(max(sizes, default=0.0), figure.unit)


def baseline_text(words: Words, figure: Figure, indicator: Indicator, places: int = 0) -> str:
    """The baseline as the plan prints it; one from a figure as a number. `places`: of the column's rates."""
    printed = figure.baseline_printed
    as_printed = _printed_baseline(figure, indicator)
    if as_printed is not None:
        if words.can_read(printed):
            return printed
        return words.number(float(as_printed.value), figure.unit, as_printed.comparator)
    if figure.baseline is None:
        return printed or words("number.none")
    least = places if figure.unit == "%" else 0
    return words.number(figure.baseline / row_scale(words, figure)[0], figure.unit, places=least)


def _printed_baseline(figure: Figure, indicator: Indicator) -> Baseline | None:
    """The one that stands in the plan and is the figure's; None where it comes from a figure."""
    own = indicator.regional_targets.get(figure.region_code)
    in_plan = (indicator.baseline, own.baseline if own is not None else None)
    printed = figure.baseline_printed
    return next((b for b in in_plan if b is not None and b.printed and b.printed == printed), None)


def baseline_places(rows: Iterable[tuple[Figure, Indicator]]) -> int:
    """Decimals of the baselines that are rates and come from figures."""
    made = (figure for figure, indicator in rows if figure.unit == "%" and _printed_baseline(figure, indicator) is None)
    return places_of(figure.baseline for figure in made)


def target_text(words: Words, figure: Figure, indicator: Indicator) -> str:
    """The target as printed; a judged one, which is a sentence, by one word."""
    if figure.rule == "judge":
        return words("bar.text_target")
    if figure.target_printed and words.can_read(figure.target_printed):
        return figure.target_printed
    return words(f"rule.{figure.rule}") if figure.rule == "band" else words.number(figure.target, figure.unit)


def value_cells(
    view: View, figure: Figure, lines: list[str], *, counts_regions: bool, places: int = 0
) -> list[html.Td]:
    """The figure as a link to its explanation, and its unit; where there is none, why not. `places`: of the column."""
    words = view.words
    if figure.value is None:
        reasons = words.join([words.reason(reason) for reason in figure.reasons])
        none = why(view, words("number.none"), figure.indicator_id, figure.region_code, figure.period, title=reasons)
        return [html.Td(none, className="num value none", role="cell"), html.Td("", className="unit", role="cell")]
    exact = figure.value
    if counts_regions and figure.numerator is not None and figure.denominator is not None:
        shown, exact = words.number(figure.numerator), figure.numerator
        unit = words("mark.of_regions", n=words.number(figure.denominator))
    elif figure.unit == "%":
        shown, unit = plain_number(words, figure, places), "%"
    else:
        size, unit = row_scale(words, figure)
        shown, exact = words.number(figure.value / size, unit, figure.comparator or "eq"), figure.value / size
    taken = exact if figure.comparator in ("", "eq") else None  # a bound is taken as it is printed
    return [
        html.Td(explained(view, shown, figure, lines), className="num value", role="cell", exact=taken),
        html.Td(unit, className="unit", role="cell"),
    ]


def gap_cell(view: View, figure: Figure, *, counts_regions: bool = False, places: int = 0) -> html.Td:
    """What is still to go; a tick where nothing is. `places`: decimals of the column's rates."""
    words = view.words
    if figure.rule == "judge" or figure.target_gap is None or figure.value is None:
        return html.Td(words("number.none"), className="num gap none", role="cell")
    if figure.target_gap <= 0:
        tick = html.Span(className="glyph g-tick", **attributes(aria_hidden="true"))
        return html.Td([tick, hidden(words("number.met"))], className="num gap met", role="cell")
    if counts_regions and figure.numerator is not None and figure.denominator is not None:
        left = figure.denominator - figure.numerator
        shown = words.number(left)
        face = _why(view, shown, figure, f"{shown} {words('mark.regions')}")
        return html.Td(face, className="num gap", role="cell", exact=left)
    left = figure.target_gap / row_scale(words, figure)[0]
    shown = words.distance(left, places if figure.unit == "%" else 0)
    face = _why(view, shown, figure, words.points(figure.target_gap, figure.unit))
    return html.Td(face, className="num gap", role="cell", exact=round(left, 10))


def _why(view: View, shown: str, figure: Figure, title: str) -> html.A:
    """A number that was made of the figure, as a link to the figure's explanation."""
    place = (figure.indicator_id, figure.region_code, figure.period)
    return why(view, shown, *place, title=title, class_name="made")


def change_cell(
    view: View, figure: Figure, previous: Figure | None, *, counts_regions: bool = False, places: int = 0
) -> html.Td:
    """The change since the last period of the same length; none where either is a bound. `places`: as in gap_cell."""
    words = view.words
    exact = ("", "eq")
    if (
        previous is None
        or previous.value is None
        or figure.value is None
        or figure.comparator not in exact
        or previous.comparator not in exact
    ):
        return html.Td(words("number.none"), className="num change none", role="cell")
    change, said = figure.value - previous.value, words.difference(figure.value - previous.value, figure.unit)
    shown = change / row_scale(words, figure)[0]
    if counts_regions and figure.numerator is not None and previous.numerator is not None:
        shown, places = figure.numerator - previous.numerator, 0
        said = f"{words.signed(shown)} {words('mark.regions')}"
    title = f"{previous.period.code} → {figure.period.code} {said}"
    face = _why(view, words.signed(shown, "", places if figure.unit == "%" else 0), figure, title)
    return html.Td(face, className="num change", role="cell", exact=round(shown, 10))


def class_cell(view: View, figure: Figure) -> html.Td:
    words = view.words
    reasons = words.join([words.reason(reason) for reason in figure.reasons])
    return html.Td(badge(words, figure.class_, reasons or None), className="class", role="cell")


def labelled_row(words: Words, cells: list[html.Td | html.Th]) -> html.Tr:
    """A row whose cells say what they are where it is too narrow for columns: the head is not seen there."""
    for cell in cells:
        for kind in cell.names["className"].split():
            if kind in _LABELLED:
                cell.names |= attributes(data_label=words(f"column.{_LABELLED[kind]}"))
    return html.Tr(cells, role="row")


def _row(view: View, answer: Overview, entry: Entry, places: RatePlaces) -> html.Tr:
    words, figure, indicator = view.words, entry.figure, entry.indicator
    counts = entry.counts_regions
    href = view.href("indicator", indicator.id)
    lines = evidence_lines(words, figure, entry.source, view.as_of)
    if figure.rule == "judge" or (indicator.target is not None and indicator.target.note):
        lines.insert(0, words("evidence.target_text", text=figure.target_printed))
    bar = lane(
        words,
        indicator,
        figure,
        entry.years,
        tolerance=float(answer.settings.band_tolerance),
        counts_regions=counts,
    )
    return labelled_row(
        words,
        [
            html.Td(str(indicator.number), className="no", role="cell"),
            name_cell(view, indicator, href),
            html.Td(baseline_text(words, figure, indicator), className="num base", role="cell"),
            html.Td(target_text(words, figure, indicator), className="num target", role="cell"),
            html.Td([bar, lane_text(words, figure)], className="bar", role="cell"),
            *value_cells(view, figure, lines, counts_regions=counts, places=places.value),
            period_cell(view, figure),
            gap_cell(view, figure, counts_regions=counts, places=places.gap),
            change_cell(view, figure, entry.previous, counts_regions=counts, places=places.change),
            class_cell(view, figure),
        ],
    )


def lane_text(words: Words, figure: Figure) -> html.Span:
    """The progress beside the lane, where there is one."""
    known = figure.rule == "reach" and figure.progress_share is not None
    return html.Span(words.share(figure.progress_share) if known else "", className="pct")


def scorecard_table(view: View, answer: Overview) -> html.Table:
    words = view.words
    places = RatePlaces.of((entry.figure, entry.previous) for entry in answer.entries)
    heads = [
        ("no", words("column.number")),
        ("name", words("column.indicator")),
        ("num", words("column.baseline")),
        ("num", words("column.target")),
        ("bar", words("column.progress")),
        ("num", words("column.value")),
        ("unit", words("column.unit")),
        ("period", words("column.period")),
        ("num", words("column.gap")),
        ("num", words("column.change")),
        ("class", words("column.class")),
    ]
    return html.Table(
        [
            html.Caption(words("overview.table_title"), className="unseen"),
            html.Thead(
                html.Tr(
                    [html.Th(text, className=kind, scope="col", role="columnheader") for kind, text in heads],
                    role="row",
                ),
                role="rowgroup",
            ),
            html.Tbody([_row(view, answer, entry, places) for entry in answer.entries], role="rowgroup"),
        ],
        className="scorecard",
        role="table",
        key="indicators",
    )
