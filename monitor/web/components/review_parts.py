"""A submission side by side: this revision, what is in force, earlier periods and the other units, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any

from monitor.catalogue.periods import Period
from monitor.intake.sent_figure import SentFigure
from monitor.intake.side_by_side import Others, Remark, Review, ReviewCell
from monitor.intake.submissions import Cell, Notice

from ..view import View
from ..words import Words
from . import html
from .cycle_parts import figure_cell, severity_badge
from .form_elements import element, textarea
from .parts import attributes, hidden, link
from .take import take_table
from .why import why

_REMARK_CHARACTERS = 1000


def cell_table(view: View, review: Review, form_id: str, remarkable: Collection[str]) -> html.Div:
    """One row an indicator; `form_id`: the form that takes remarks at the indicators `remarkable`."""
    words = view.words
    carried = [cell for cell in review.cells if cell.cell.change == "carried"]
    sent = [cell for cell in review.cells if cell.cell.change != "carried"]
    sent.sort(key=_most_to_say)
    parts: list[Any] = [_table(view, review, sent, "cells", form_id, remarkable)]
    if carried:
        rows = _table(view, review, carried, "carried", form_id, ())
        parts.append(html.Details([html.Summary(words("draft.carried", n=len(carried))), rows], className="fold"))
    return html.Div(parts)


def _most_to_say(cell: ReviewCell) -> tuple[bool, bool, bool, int]:
    number = cell.indicator.number if cell.indicator is not None else 0
    return not _is_open(cell), not cell.notices, cell.cell.change != "updated", number


def _is_open(cell: ReviewCell) -> bool:
    return any(notice.severity == "query" and not notice.explanation for notice in cell.notices)


def _table(
    view: View, review: Review, cells: list[ReviewCell], key: str, form_id: str, remarkable: Collection[str]
) -> html.Div:
    words = view.words
    heads: list[tuple[str, str]] = [
        (words("column.indicator"), ""),
        (words("submission.this"), "num"),
        (words("submission.accepted"), "num"),
        (review.previous.code, "num"),
        (review.year_earlier.code, "num"),
        (words("submission.others"), "others-head"),
    ]
    head = html.Thead(html.Tr([html.Th(text, scope="col", className=kind or None) for text, kind in heads]))
    rows: list[Any] = []
    for cell in cells:
        rows.append(_figures_row(view, review, cell, [text for text, _ in heads]))
        below = _said_row(view, review, cell, form_id if cell.indicator_id in remarkable else None)
        if below is not None:
            rows.append(below)
    table = html.Table([head, element("tbody", rows)], className="plain side-by-side", key=key)
    return html.Div([html.Div(table, className="table-wrap"), html.P(take_table(view, key), className="card-foot")])


def _figures_row(view: View, review: Review, cell: ReviewCell, heads: list[str]) -> Any:
    """`heads`: what the columns are called, for windows too narrow for columns. Figures in force explain themselves."""
    words, indicator = view.words, cell.indicator
    name = words.text(indicator.name) if indicator is not None else cell.indicator_id
    number = html.Small(f"{indicator.number} · ", className="quiet") if indicator is not None else None
    now, was = _sent(cell.cell), _was(cell.cell)
    said = [figure_cell(words, indicator, now if now is not None else was)]
    if cell.returned is not None:
        before = html.Small([words("submission.when_returned"), cell.returned.text], className="parts changed")
        said.append(before)
    unit = indicator.unit if indicator is not None else ""

    def link_to(period: Period, shown: Any) -> html.A:
        return why(view, shown, cell.indicator_id, review.submission.region_code, period)

    return element(
        "tr",
        [
            html.Th([number, name], scope="row"),
            html.Td(said, className="num this", **attributes(data_label=heads[1])),
            html.Td(
                _accepted(words, cell, was, unit, lambda shown: link_to(review.period, shown)),
                className="num",
                **attributes(data_label=heads[2]),
            ),
            html.Td(
                _against(words, cell.value, cell.previous, unit, lambda shown: link_to(review.previous, shown)),
                className="num",
                **attributes(data_label=heads[3]),
            ),
            html.Td(
                _against(words, cell.value, cell.year_earlier, unit, lambda shown: link_to(review.year_earlier, shown)),
                className="num",
                **attributes(data_label=heads[4]),
            ),
            html.Td(_others(words, cell.others, cell.value, unit), className="others"),
        ],
        id=f"cell-{cell.indicator_id}",
        class_=f"c-{cell.cell.change}" + (" has-query" if _is_open(cell) else ""),
    )


def _accepted(
    words: Words, cell: ReviewCell, was: SentFigure | None, unit: str, explained: Callable[[Any], html.A]
) -> list[Any]:
    """What is in force, and how far a restatement moves it."""
    if cell.cell.change == "created":
        return [words("number.none")]
    said: list[Any] = [explained(figure_cell(words, cell.indicator, was))]
    if cell.cell.change == "updated" and cell.value is not None and cell.accepted is not None:
        change = words.difference(float(cell.value - cell.accepted), unit)
        said.append(html.Small(change, className="parts changed"))
    return said


def _sent(cell: Cell) -> SentFigure | None:
    figure = (cell.state, cell.numerator, cell.denominator, cell.part_unit, cell.value, cell.unit, cell.comparator)
    return SentFigure.of(figure)


def _was(cell: Cell) -> SentFigure | None:
    return SentFigure.of(
        (
            cell.was_state, cell.was_numerator, cell.was_denominator, cell.was_part_unit, cell.was_value,
            cell.was_unit, cell.was_comparator,
        )
    )  # fmt: skip


def _against(
    words: Words, value: Fraction | None, before: Fraction | None, unit: str, explained: Callable[[Any], html.A]
) -> Any:
    """An earlier figure, and how far this one is from it."""
    if before is None:
        return html.Span(words("number.none"), className="none")
    shown = explained(words.amount(float(before), unit))
    if value is None:
        return shown
    change = words.difference(float(value - before), unit)
    if unit != "%" and before:
        percent = 100 * float((value - before) / abs(before))
        change = f"{words.signed(percent, digits=1)}%"
    return html.Span([shown, html.Small(change, className="parts")])


def _others(words: Words, others: Others, value: Fraction | None, unit: str) -> Any:
    """Middle, range and place among the other units, with all of them as dots on one line."""
    if not others.n or others.middle is None:
        return html.Span(words("submission.others_none"), className="quiet")
    low, high = others.values[0][1], others.values[-1][1]
    middle = words.amount(float(others.middle), unit)
    spread = f"{words.amount(float(low), unit)} – {words.amount(float(high), unit)}"
    said = words("submission.others_line", middle=middle, spread=spread, n=others.n)
    if others.place is not None:
        said += f" · {words('submission.place', place=others.place, of=others.n + 1)}"
    return html.Span([_strip(others, value), html.Small(said, className="parts")])


def _strip(others: Others, value: Fraction | None) -> html.Span:
    """The units' figures on one line from least to most; this unit's is marked. The words beside it say the same."""
    numbers = [number for _, number in others.values] + ([value] if value is not None else [])
    low, high = min(numbers), max(numbers)
    span = high - low

    def at(number: Fraction) -> str:
        return f"{float(100 * (number - low) / span) if span else 50:.1f}%"

    dots = [html.I(style={"left": at(number)}) for _, number in others.values]
    if others.middle is not None:
        dots.append(html.I(className="middle", style={"left": at(others.middle)}))
    if value is not None:
        dots.append(html.I(className="own", style={"left": at(value)}))
    return html.Span(dots, className="strip", **attributes(aria_hidden="true"))


def _said_row(view: View, review: Review, cell: ReviewCell, form_id: str | None) -> Any:
    """What was noticed at the cell with its explanation, what reviewers said, its history, and room for a remark."""
    words = view.words
    said: list[Any] = [html.Li(notice_line(view, notice)) for notice in cell.notices if notice.severity != "warning"]
    said += [html.Li(notice_line(view, notice)) for notice in cell.notices if notice.severity == "warning"]
    if cell.cell.note:
        said.append(html.Li([html.Span(words("submission.note"), className="quiet"), cell.cell.note]))
    said += [html.Li(remark_line(view, remark)) for remark in cell.remarks]
    parts: list[Any] = [html.Ul(said, className="said-list")] if said else []
    if form_id is not None:
        name = words.text(cell.indicator.name) if cell.indicator is not None else cell.indicator_id
        box = textarea(
            f"remark:{cell.indicator_id}", form=form_id, maxlength=_REMARK_CHARACTERS, class_="remark",
            aria_label=words("submission.remark_for", name=name),
        )  # fmt: skip
        opening = [words("submission.remark_here"), hidden(f" {name}")]
        parts.append(element("details", [element("summary", opening), box], class_="remark-fold"))
    if cell.cell.was_state is not None:
        one = review.submission
        place = f"{cell.indicator_id}/{one.region_code}/{one.period}"
        parts.append(link(words("submission.history"), view.href("history", place, period=None, as_of=None), "story"))
    if not parts:
        return None
    return element("tr", element("td", parts, colspan="6"), class_="said-row")


def notice_line(view: View, notice: Notice) -> list[Any]:
    words = view.words
    text = notice.zh if words.language == "zh" else notice.en
    answered = notice.severity == "query" and bool(notice.explanation)
    parts: list[Any] = [severity_badge(words, "explained" if answered else notice.severity), " ", text]
    if notice.line is not None:
        parts.append(html.Small(f" {words('draft.row', n=notice.line)}", className="quiet"))
    if notice.severity == "query":
        if notice.explanation:
            parts.append(html.Span([words("draft.answer"), html.Q(notice.explanation)], className="written"))
        else:
            parts.append(html.Span(words("submission.unexplained"), className="written open"))
    return parts


def remark_line(view: View, remark: Remark) -> list[Any]:
    words = view.words
    who = f"{remark.by} · {words.moment(remark.at)}"
    return [html.Span(words("submission.remark"), className="badge k-brick"), html.Span(remark.text, className="word"),
            html.Small(who, className="quiet"), hidden("")]  # fmt: skip
