"""The units below a region, each with what it gave; those that are missing by name, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from monitor.report.explain import Explanation
from monitor.report.explain_figure import Contribution, Gathered

from ..view import View
from ..words import Words
from . import html
from .exact_numbers import exact_number, exact_text
from .explain_facts import Fact, number_fact, scroller, text_fact
from .explain_formula import formula_line, part_cells, part_heads, plain_table, value_head
from .parts import card, synthetic_mark
from .take import take_table
from .why import why


def unit_facts(words: Words, answer: Explanation) -> list[Fact | None]:
    """A line for each unit, and the parts it gave."""
    gathered = answer.gathered
    if gathered is None:
        return []
    facts: list[Fact | None] = []
    unit_name, part_unit = words.unit(answer.indicator.unit), words.unit(answer.indicator.part_unit or "")
    for unit in gathered.units:
        name, status, figure = words.region_short(unit.region), _status(words, unit, gathered.counts), unit.figure
        if figure is None:
            facts.append(text_fact(name, words("number.none"), status))
            continue
        facts.append(number_fact(name, figure.value, unit_name, status, cut=8))
        if figure.has_parts and not gathered.counts:
            facts.append(number_fact(f"{name} · {words('explain.numerator')}", figure.numerator, part_unit))
            facts.append(number_fact(f"{name} · {words('explain.denominator')}", figure.denominator, part_unit))
    return facts


def units_card(view: View, answer: Explanation) -> html.Section | None:
    """The units below with what each gave; those that are missing by name, and why."""
    words, gathered = view.words, answer.gathered
    if gathered is None or not gathered.units:
        return None
    counted = answer.made.kind in ("aggregate", "regions")
    title = words("explain.units_title" if counted else "explain.units_beside")
    table = _units_table(view, answer, gathered, title)
    synthetic = gathered.aggregate.figure is not None and gathered.aggregate.figure.synthetic
    notes = [*coverage_lines(words, gathered), *missing_lines(words, gathered)]
    body: list[Any] = [html.Ul([html.Li(line) for line in notes], className="fact-lines"), scroller(table, title)]
    return card(title, body, marks=[synthetic_mark(words)] if synthetic else [], class_name="units-card",
                foot=[words("overview.foot_as_of", date=view.as_of), take_table(view, "units")])  # fmt: skip


def coverage_lines(words: Words, gathered: Gathered) -> list[str]:
    aggregate = gathered.aggregate
    lines = []
    if aggregate.coverage is not None:
        expected = sum(unit.absence != "not_counted" for unit in gathered.units)
        share = words.share(float(aggregate.coverage), 1)
        lines.append(words("explain.coverage", k=len(aggregate.entered), n=expected, share=share))
    if aggregate.weight_coverage is not None:
        lines.append(words("explain.weight_coverage", share=words.share(float(aggregate.weight_coverage), 1)))
    return lines


def missing_lines(words: Words, gathered: Gathered) -> list[str]:
    """Units without a figure and figures that did not enter, by reason, by name."""
    by_reason: dict[str, list[str]] = {}
    for unit in (*gathered.missing, *gathered.kept_out):
        by_reason.setdefault(unit.absence or "not_sent", []).append(words.region_short(unit.region))
    return [
        words("explain.missing_line", reason=words(f"explain.absent_{reason}"), names=words.join(names))
        for reason, names in by_reason.items()
    ]


def _units_table(view: View, answer: Explanation, gathered: Gathered, title: str) -> html.Table:
    words = view.words
    with_parts = any(unit.figure is not None and unit.figure.has_parts for unit in gathered.units)
    with_parts = with_parts and not gathered.counts
    weighed = gathered.operation == "weighted_mean"
    heads = [words("reporting.unit"), *part_heads(words, answer, with_parts),
             value_head(words, answer.indicator.unit)]  # fmt: skip
    heads += [words("explain.weight")] if weighed else []
    heads += [words("column.target")] if gathered.counts else []
    heads += ["", words("explain.entered")]
    rows = [_unit_row(view, answer, unit, with_parts, weighed, gathered.counts) for unit in gathered.units]
    return plain_table(title, heads, rows, "units", _units_foot(words, answer, gathered, with_parts, weighed))


def _unit_row(
    view: View, answer: Explanation, unit: Contribution, with_parts: bool, weighed: bool, counts: bool
) -> html.Tr:
    words, figure = view.words, unit.figure
    shown = words("number.none") if figure is None else words.number(float(figure.value), "", figure.comparator)
    link = why(view, shown, answer.indicator.id, unit.region.code, unit.period)
    exact = None if figure is None else exact_number(figure.value)
    cells = [*part_cells(words, figure, with_parts), html.Td(link, className="num", exact=exact)]
    if weighed:
        shown = words("number.none") if unit.weight is None else exact_text(unit.weight, 4)
        cells.append(html.Td(shown, className="num", exact=None if unit.weight is None else exact_number(unit.weight)))
    if counts:
        goal = unit.goal.value if unit.goal is not None else None
        shown = words("number.none") if goal is None else exact_text(goal, 4)
        cells.append(html.Td(shown, className="num", exact=None if goal is None else exact_number(goal)))
    cells.append(html.Td(_status(words, unit, counts), className="entered"))
    name = html.Th(words.region_short(unit.region), scope="row", className="unit-name")
    return html.Tr([name, *cells], className=None if unit.entered else "left-out")


def _status(words: Words, unit: Contribution, counts: bool) -> str:
    if counts and unit.figure is not None:
        said = words("explain.has_reached" if unit.reached else "explain.not_reached")
        return f"{said} · {words('explain.absent_not_counted')}" if unit.absence == "not_counted" else said
    if unit.entered:
        return words("explain.has_entered")
    reason = words(f"explain.absent_{unit.absence or 'not_sent'}")
    periods = words.join([period.code for period in unit.lacking])
    return f"{reason} {periods}".rstrip()


def _units_foot(
    words: Words, answer: Explanation, gathered: Gathered, with_parts: bool, weighed: bool
) -> list[html.Tr]:
    """The totals that stand in the formula, and what they give."""
    whole, formula = gathered.aggregate.figure, gathered.formula
    if whole is None or formula is None:
        return []
    cells: list[Any] = []
    if with_parts:
        cells += part_cells(words, whole, True)
    shown = exact_text(whole.value, 6)
    if gathered.counts and whole.numerator is not None and whole.denominator is not None:
        shown = f"{exact_text(whole.numerator)} / {exact_text(whole.denominator)}"
    cells.append(html.Td(shown, className="num", exact=exact_number(whole.value)))
    if weighed:
        weights = sum(formula.weights, Fraction(0))
        cells.append(html.Td(exact_text(weights, 4), className="num", exact=exact_number(weights)))
    if gathered.counts:
        cells.append(html.Td(""))
    unit = "%" if gathered.operation == "regions" else answer.indicator.unit
    cells.append(html.Td(formula_line(words, formula, unit, len(gathered.aggregate.entered)), className="entered"))
    return [html.Tr([html.Th(words("explain.total"), scope="row"), *cells])]
