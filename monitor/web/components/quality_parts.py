"""The parts of the data quality page: the key figures, the units, and what kind of figures there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from monitor.report.quality import Difference, Quality, UnitQuality
from monitor.report.quality_makeup import Makeup
from monitor.report.rates import Rate

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .board_parts import formula, parts_text, share_text
from .parts import card, link, synthetic_mark
from .tables import head, number_cell, plain_table, rest_link, sorted_head
from .take import take_table
from .why import why

_DIFFERENCES_SHOWN = 12
# sort → what a unit is ordered by, most first; the default order is that of the answer
UNIT_ORDERS: dict[str, Callable[[UnitQuality], float]] = {
    "completeness": lambda unit: -_value(unit.rates.completeness),
    "timeliness": lambda unit: -_value(unit.rates.timeliness),
    "cells": lambda unit: -_value(unit.rates.completeness_cells),
    "missing": lambda unit: unit.makeup.missing,
    "queries": lambda unit: unit.queries.queries,
    "outliers": lambda unit: unit.outliers,
    "relations": lambda unit: unit.relations,
    "flash": lambda unit: unit.makeup.flash,
    "without_parts": lambda unit: unit.makeup.without_parts,
    "carried": lambda unit: unit.makeup.carried,
    "waiting": lambda unit: unit.waiting.submissions,
}


def _value(rate: Rate) -> float:
    return 2.0 if rate.value is None else float(rate.value)


def _exact(rate: Rate) -> float | None:
    return None if rate.value is None else float(rate.value)


def headline(words: Words, answer: Quality) -> str:
    """`报送率 99.0%，及时率 92.0%；核实性问题都有说明；6 处审核关系不成立`."""
    overall = answer.overall
    if answer.is_empty:
        return words("quality.headline_empty")
    parts = []
    if overall.completeness.denominator:
        shares = {name: share_text(words, getattr(overall, name)) for name in ("completeness", "timeliness")}
        parts.append(words("quality.headline_rates", **shares))
    count = answer.query_count
    if count.unexplained:
        parts.append(words("quality.headline_unexplained", n=count.queries, k=count.unexplained))
    else:
        key = "quality.headline_explained" if count.queries else "quality.headline_clean"
        parts.append(words(key, n=count.queries))
    if any(result.checked for result in answer.relations):
        key = "quality.headline_relations" if answer.failures else "quality.headline_relations_hold"
        parts.append(words(key, n=answer.failures))
    return words("quality.separator").join(parts)


@stands_alone
def key_figures(view: View, answer: Quality) -> html.Ul:
    """Seven figures, each a link to the card that says more."""
    words, overall = view.words, answer.overall
    differing = sum(1 for one in answer.differences if differs(one))
    items: list[tuple[str, str, str, str, bool]] = [
        (words(f"reporting.rate_{rate.name}"), share_text(words, rate), parts_text(rate), "units", _value(rate) < 1)
        for rate in (overall.completeness, overall.timeliness, overall.completeness_cells)
    ]
    count = answer.query_count
    items += [
        (words("quality.card_unexplained"), str(count.unexplained), words("quality.of_queries", n=count.queries),
         "queries", count.unexplained > 0),
        (words("quality.card_outliers"), str(answer.outlier_count.queries),
         words("quality.explained_of", n=answer.outlier_count.explained), "outliers", False),
        (words("quality.card_relations"), str(answer.failures),
         words("quality.of_relations", n=sum(result.checked for result in answer.relations)), "relations",
         answer.failures > 0),
        (words("quality.card_differences"), str(differing), words("quality.of_published", n=len(answer.differences)),
         "differences", differing > 0),
    ]  # fmt: skip
    return html.Ul([_figure(*item) for item in items], className="counts quality-counts")


def _figure(label: str, number: str, below: str, anchor: str, is_amiss: bool) -> html.Li:
    return html.Li(
        link(
            [
                html.Span(label, className="count-label"),
                html.Span(html.Strong(number), className="count-number"),
                html.Span(below, className="count-split"),
            ],
            f"#{anchor}",
            "count-link",
        ),
        className=f"count k-{'amber' if is_amiss else 'strong'}",
    )


_HALF_DIGIT = 0.005


def differs(one: Difference) -> bool:
    """Whether the two cannot both be right as printed: rounded to two places they are not the same."""
    if one.difference is None:
        return not one.agrees
    return abs(one.difference) >= _HALF_DIGIT


@stands_alone
def units_card(view: View, answer: Quality) -> html.Section:
    """One row a unit, worst first or by a column."""
    words = view.words
    order = UNIT_ORDERS.get(view.address.sort or "")
    units = sorted(answer.units, key=order, reverse=True) if order is not None else list(answer.units)
    heads: list[Any] = [
        head(link(words("quality.h_unit"), view.here(sort=None)) if order else words("quality.h_unit"), "unit-name")
    ]
    heads += [
        sorted_head(view, words(f"quality.h_{name}"), name, title=words(f"quality.t_{name}")) for name in UNIT_ORDERS
    ]
    rows = [_unit_row(view, unit) for unit in units]
    return card(
        _units_title(words, answer),
        plain_table(words("quality.units_table"), heads, rows, key="units", class_name="quality-units"),
        note=words("quality.units_note"),
        foot=[words("reporting.as_of", date=view.as_of), words("reporting.on_day", date=answer.today.isoformat()),
              link(words("nav.reporting"), view.href("reporting"), "more"), take_table(view, "units")],
        class_name="quality-card",
        marks=[synthetic_mark(words)] if answer.makeup.synthetic else [],
    )  # fmt: skip


def _units_title(words: Words, answer: Quality) -> str:
    due = [unit for unit in answer.units if unit.rates.completeness.denominator]
    if not due:
        return words("quality.units_none_due")
    worst = due[0]
    behind = sum(unit.missing_reports > 0 for unit in due)
    if not behind:
        last = min(due, key=lambda unit: _value(unit.rates.timeliness))
        return words("quality.units_complete", unit=words.region_short(last.region),
                     share=share_text(words, last.rates.timeliness))  # fmt: skip
    rate = worst.rates.completeness
    return words("quality.units_behind", n=behind, unit=words.region_short(worst.region),
                 share=share_text(words, rate), parts=parts_text(rate))  # fmt: skip


def _unit_row(view: View, unit: UnitQuality) -> html.Tr:
    words, rates, makeup = view.words, unit.rates, unit.makeup
    cells = [
        number_cell(share_text(words, rate), _exact(rate), title=f"{parts_text(rate)} · {formula(words, rate)}")
        for rate in (rates.completeness, rates.timeliness, rates.completeness_cells)
    ]
    queries: Any = str(unit.queries.queries)
    if unit.queries.unexplained:
        queries = [queries, html.Span(words("quality.unexplained", n=unit.queries.unexplained), className="mark")]
    waiting = str(unit.waiting.submissions)
    cells += [
        _count(words, makeup.missing),
        number_cell(queries, unit.queries.queries, "" if unit.queries.queries else "none"),
        _count(words, unit.outliers),
        _count(words, unit.relations),
        _count(words, makeup.flash),
        _count(words, makeup.without_parts),
        _count(words, makeup.carried),
        number_cell(waiting, unit.waiting.submissions, "" if unit.waiting.submissions else "none",
                    title=words("quality.waiting_said", n=unit.waiting.queries, k=unit.waiting.unexplained)),
    ]  # fmt: skip
    name = link(words.region_short(unit.region), view.href("region", unit.region.code, period=None))
    return html.Tr([html.Th(name, scope="row", className="unit-name"), *cells])


def _count(words: Words, count: int) -> html.Td:
    return number_cell(words.number(float(count)), float(count), "" if count else "none")


@stands_alone
def forms_card(view: View, answer: Quality) -> html.Section:
    """The four rates of each form."""
    words = view.words
    names = ("completeness", "timeliness", "completeness_cells", "acceptance")
    if not answer.forms:
        return card(words("quality.forms_title"), html.P(words("reporting.no_forms"), className="quiet"))
    rows = []
    for one in answer.forms:
        name = link(words.text(one.form.name), view.href("reporting", form=one.form.id, period=None))
        rates = [getattr(one.rates, rate) for rate in names]
        cells = [number_cell(share_text(words, rate), _exact(rate), title=parts_text(rate)) for rate in rates]
        rows.append(html.Tr([html.Th(name, scope="row"), *cells]))
    heads = [
        head(words("reporting.form")),
        *(
            head(words(f"reporting.rate_{name}"), "num", title=formula(words, getattr(answer.overall, name)))
            for name in names
        ),
    ]
    due = [one for one in answer.forms if one.rates.timeliness.denominator]
    title = words("quality.forms_title")
    if due:
        last = min(due, key=lambda one: _value(one.rates.timeliness))
        facts = {"form": words.text(last.form.name), "share": share_text(words, last.rates.timeliness)}
        title = words("quality.forms_finding", **facts)
    return card(title, plain_table(words("quality.forms_title"), heads, rows, key="forms"),
                foot=[words("quality.forms_foot"), take_table(view, "forms")])  # fmt: skip


@stands_alone
def makeup_card(view: View, answer: Quality) -> html.Section:
    """What kind of figures the cells show, each kind with what it means."""
    words, makeup = view.words, answer.makeup
    title = words("quality.makeup_finding", cells=words.number(float(makeup.cells)), missing=makeup.missing,
                  flash=makeup.flash)  # fmt: skip
    rows = []
    for field in fields(Makeup):
        count = getattr(makeup, field.name)
        share = count / makeup.cells if makeup.cells else None
        meaning = words(f"quality.m_{field.name}")
        name = [words(f"quality.k_{field.name}"), html.Small(meaning)]
        rows.append(
            html.Tr(
                [
                    html.Th(name, scope="row", className="two-lines"),
                    _count(words, count),
                    number_cell(words.share(share, 1), share),
                ]
            )
        )
    heads = [words("quality.h_kind"), head(words("quality.h_count"), "num"), head(words("quality.h_share"), "num")]
    return card(
        title if makeup.cells else words("quality.makeup_empty"),
        plain_table(words("quality.makeup_title"), heads, rows, key="makeup"),
        note=words("quality.makeup_note"),
        foot=[words("reporting.as_of", date=view.as_of), take_table(view, "makeup")],
    )


@stands_alone
def differences_card(view: View, answer: Quality) -> html.Section:
    """The published figures of the plan's region beside what its units add up to, biggest difference first."""
    words, found = view.words, answer.differences
    if not found:
        nothing = html.P(words("quality.differences_none"), className="quiet")
        return card(words("quality.differences_title"), nothing)
    shown = found if view.address.rows == "all" else found[:_DIFFERENCES_SHOWN]
    apart = sum(differs(one) for one in found)
    worst = found[0]
    if apart:
        facts = {"n": len(found), "k": apart, "name": words.text(worst.indicator.name),
                 "period": worst.figure.period.code}  # fmt: skip
        title = words("quality.differences_finding", **facts)
    else:
        title = words("quality.differences_equal", n=len(found))
    heads = [words("column.indicator"), words("column.period"), head(words("quality.h_published"), "num"),
             words("column.vintage"), head(words("quality.h_aggregated"), "num"),
             head(words("quality.h_difference"), "num"), head(words("quality.h_coverage"), "num")]  # fmt: skip
    foot: list[Any] = [words("quality.differences_foot"), take_table(view, "differences")]
    if len(shown) < len(found):
        foot.insert(0, rest_link(view, words("quality.more", n=len(found) - len(shown))))
    body = plain_table(
        words("quality.differences_title"), heads, [_difference_row(view, answer, one) for one in shown],
        key="differences",
    )  # fmt: skip
    synthetic = [synthetic_mark(words)] if answer.makeup.synthetic else []
    return card(title, body, foot=foot, marks=synthetic, note=words("quality.differences_note"))


def _difference_row(view: View, answer: Quality, one: Difference) -> html.Tr:
    words, unit, figure = view.words, one.indicator.unit, one.figure
    cell = (one.indicator.id, answer.plan.region, figure.period)
    if one.is_approximate:
        said = words("quality.approximate")
    elif one.difference is None:
        said = words("quality.within" if one.agrees else "quality.outside")
    elif not one.difference:
        said = words("quality.equal")
    else:
        said = words.difference(one.difference, unit)
    is_small = one.difference is not None and one.difference and not differs(one) and unit == "%"
    if is_small:
        said = words("quality.small")
    return html.Tr(
        [
            html.Th(link(words.text(one.indicator.name), view.href("indicator", one.indicator.id)), scope="row"),
            html.Td(figure.period.code, className="period"),
            number_cell(why(view, words.value(figure), *cell), one.published),
            html.Td(words.known("vintage", figure.vintage)),
            number_cell(words.amount(one.aggregated, unit), one.aggregated),
            number_cell(said, one.difference, "worse" if differs(one) else ""),
            number_cell(words.share(one.coverage), one.coverage),
        ]
    )


def anchored(section: html.Section, anchor: str) -> html.Section:
    """A card that a link leads to."""
    section.names["id"] = anchor
    return section
