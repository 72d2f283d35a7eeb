"""What was asked about accepted figures, and which relations between them do not hold."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from monitor.catalogue.relations import ParsedRelation
from monitor.method.relations import sentence
from monitor.report.quality import OUTLIER, Quality, Query
from monitor.report.quality_relations import Failure, RelationResult

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .parts import card, link, synthetic_mark
from .tables import head, number_cell, plain_table, rest_link
from .take import take_table
from .why import why

_QUERIES_SHOWN = 12
_FAILURES_SHOWN = 12


@stands_alone
def queries_card(view: View, answer: Quality) -> html.Section:
    """The queries at accepted figures but for outliers; of what waits only counts."""
    words, count = view.words, answer.query_count
    some = tuple(query for query in answer.queries if query.code != OUTLIER)
    if not count.queries:
        title = words("quality.queries_none_title")
    elif count.unexplained:
        title = words("quality.queries_open", n=count.queries, k=count.unexplained)
    else:
        title = words("quality.queries_explained", n=count.queries)
    kinds = [
        words("quality.kind_count", kind=words.known("query_kind", kind), n=one.queries, k=one.explained)
        for kind, one in answer.by_kind.items()
    ]
    waiting = answer.waiting
    note = words("quality.waiting", n=waiting.submissions, q=waiting.queries, k=waiting.unexplained) \
        if waiting.submissions else words("quality.waiting_none")  # fmt: skip
    parts: list[Any] = [html.P(words.join(kinds), className="kinds")] if kinds else []
    if not count.unexplained:
        parts.append(html.P(words("quality.queries_none"), className="quiet"))
    return _queries(view, answer, some, title, note, "queries", parts)


@stands_alone
def outliers_card(view: View, answer: Quality) -> html.Section:
    """Figures whose change stood out among the units' when they were sent."""
    words, count = view.words, answer.outlier_count
    if not count.queries:
        return card(words("quality.outliers_none"), html.P(words("quality.outliers_why"), className="quiet"))
    key = "quality.outliers_open" if count.unexplained else "quality.outliers_explained"
    title = words(key, n=count.queries, k=count.unexplained)
    return _queries(view, answer, answer.outliers, title, words("quality.outliers_why"), "outliers", [])


def _queries(
    view: View, answer: Quality, some: Sequence[Query], title: str, note: str, key: str, parts: list[Any]
) -> html.Section:
    words = view.words
    shown = some if view.address.rows == "all" else some[:_QUERIES_SHOWN]
    foot: list[Any] = [words("reporting.as_of", date=view.as_of)]
    if shown:
        heads = [
            words("column.region"),
            words("column.indicator"),
            words("column.period"),
            words("quality.h_asked"),
            words("quality.h_explanation"),
            head(words("column.submission"), "num"),
        ]
        rows = [_query_row(view, answer, query) for query in shown]
        parts.append(plain_table(words(f"quality.{key}_title"), heads, rows, key=key, class_name="asked-table"))
        foot.append(take_table(view, key))
    if len(shown) < len(some):
        foot.insert(0, rest_link(view, words("quality.more", n=len(some) - len(shown))))
    return card(title, parts, note=note, foot=foot)


def _query_row(view: View, answer: Quality, query: Query) -> html.Tr:
    words = view.words
    region = answer.regions.get(query.region_code)
    unit = query.region_code if region is None else words.region_short(region)
    indicator = answer.catalogue.indicator(query.indicator_id or "")
    name: Any = words("number.none") if indicator is None else words.text(indicator.name)
    period: Any = query.period.code
    if indicator is not None:
        name = link(name, view.href("indicator", indicator.id, region=query.region_code))
        period = why(view, period, indicator.id, query.region_code, query.period)
    said = query.en if words.language == "en" else query.zh
    number = link(f"#{query.submission_id}", view.href("submission", str(query.submission_id), period=None, as_of=None))
    answered: Any = query.explanation or html.Span(words("quality.no_explanation"), className="open-query")
    return html.Tr(
        [
            html.Th(link(unit, view.href("region", query.region_code, period=None)), scope="row"),
            html.Td(name),
            html.Td(period, className="period"),
            html.Td([html.B(words.known("query_kind", query.code)), " ", said], className="said"),
            html.Td(answered, className="said"),
            html.Td(number, className="num"),
        ]
    )


@stands_alone
def relations_card(view: View, answer: Quality) -> html.Section:
    """Every relation of the catalogue with how often it was held against figures, and where it does not hold."""
    words, results = view.words, answer.relations
    title = words("quality.relations_title")
    if not results:
        return card(words("quality.relations_none"), html.P(words("quality.relations_none_why"), className="quiet"))
    checked, failing = sum(result.checked for result in results), [r for r in results if r.failures]
    if failing:
        heading = words("quality.relations_fail", n=answer.failures, checked=checked, k=len(failing))
    else:
        heading = words("quality.relations_hold", checked=checked)
    parts: list[Any] = [_relations_table(view, answer)]
    foot: list[Any] = [words("reporting.as_of", date=view.as_of), take_table(view, "relations")]
    failures = [(result, failure) for result in failing for failure in result.failures]
    shown = failures if view.address.rows == "all" else failures[:_FAILURES_SHOWN]
    if failures:
        heads = [
            words("column.region"), words("column.period"), words("quality.h_relation"),
            head(words("quality.h_left"), "num"), head(words("quality.h_right"), "num"),
            head(words("quality.h_difference"), "num"), words("column.unit"), head(words("column.submission"), "num"),
        ]  # fmt: skip
        rows = [_failure_row(view, answer, *one) for one in shown]
        parts.append(html.H3(words("quality.failures_title"), className="within"))
        parts.append(plain_table(words("quality.failures_title"), heads, rows, key="failures"))
        foot.append(html.Span([words("quality.failures_take"), " ", take_table(view, "failures")]))
    if len(shown) < len(failures):
        foot.insert(0, rest_link(view, words("quality.more", n=len(failures) - len(shown))))
    synthetic = any(failure.synthetic for _, failure in failures)
    marks = [synthetic_mark(words)] if synthetic else []
    return card(heading or title, parts, note=words("quality.relations_note"), foot=foot, marks=marks)


def relation_text(words: Words, answer: Quality, parsed: ParsedRelation) -> str:
    """`职工基金收入 + 居民基金收入 = 基金收入`, in the reader's language."""
    found = {name: answer.catalogue.indicator(name) for name in parsed.indicators()}
    names = {name: name if one is None else words.text(one.name) for name, one in found.items()}
    return sentence(parsed, names, _plain)


def _plain(number: Fraction) -> str:
    return f"{float(number):g}"


def _relations_table(view: View, answer: Quality) -> html.Div:
    words = view.words
    heads = [
        words("quality.h_relation"), words("quality.h_severity"), head(words("quality.h_tolerance"), "num"),
        head(words("quality.h_checked"), "num"), head(words("quality.h_failing"), "num"),
    ]  # fmt: skip
    rows = [_relation_row(words, answer, result) for result in answer.relations]
    return plain_table(words("quality.relations_title"), heads, rows, key="relations", class_name="relations-table")


def _relation_row(words: Words, answer: Quality, result: RelationResult) -> html.Tr:
    said, fails = result.parsed.relation, len(result.failures)
    none = words("quality.not_checked") if not result.checked else None
    return html.Tr(
        [
            html.Th(relation_text(words, answer, result.parsed), scope="row", className="relation"),
            html.Td(words(f"check.{said.severity}")),
            number_cell(f"{said.tolerance.normalize():f} {words.unit(said.unit)}", said.tolerance),
            number_cell(none or words.number(float(result.checked)), result.checked, "none" if none else ""),
            number_cell(str(fails), fails, "worse" if fails else "none"),
        ]
    )


def _failure_row(view: View, answer: Quality, result: RelationResult, failure: Failure) -> html.Tr:
    words, said = view.words, result.parsed.relation
    region = answer.regions.get(failure.region_code)
    unit = failure.region_code if region is None else words.region_short(region)
    first = result.parsed.indicators()[0]
    period: list[Any] = [why(view, failure.period.code, first, failure.region_code, failure.period)]
    if failure.vintage != "reported":
        period.append(html.Small(f" {words.known('vintage', failure.vintage)}"))
    sides = [None if side is None else float(side) for side in (failure.left, failure.right, failure.difference)]
    submissions: list[Any] = []
    for one in failure.submissions:
        submissions += [" ", link(f"#{one}", view.href("submission", str(one), period=None, as_of=None))]
    return html.Tr(
        [
            html.Th(link(unit, view.href("region", failure.region_code, period=None)), scope="row"),
            html.Td(period, className="period"),
            html.Td(relation_text(words, answer, result.parsed), className="relation"),
            number_cell(words.number(sides[0], said.unit), sides[0]),
            number_cell(words.number(sides[1], said.unit), sides[1]),
            number_cell(words.signed(sides[2], said.unit), sides[2], "worse"),
            html.Td(words.unit(said.unit)),
            html.Td(submissions, className="num"),
        ]
    )
