"""The units below a region, each with what it gave; those that are missing by name, and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from monitor.report.explain import Explanation
from monitor.report.explain_figure import Contribution, Gathered

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .columns import Measure, measure_of
from .exact_numbers import exact_number, exact_text
from .explain_bounds import figure_fact, marked
from .explain_facts import Fact, number_fact, scroller, text_fact
from .explain_formula import formula_line, part_cells, part_heads, plain_table
from .parts import card, link, synthetic_mark
from .take import take_table
from .why import why

_SHARES = Measure(Fraction(1), "%", 1)


def unit_facts(words: Words, answer: Explanation) -> list[Fact | None]:
    """A line for each unit, and the parts it gave."""
    gathered = answer.gathered
    if gathered is None:
        return []
    facts: list[Fact | None] = []
    part_unit = words.unit(answer.indicator.part_unit or "")
    for unit in gathered.units:
        name, status, figure = words.region_short(unit.region), _status(words, unit, gathered.counts), unit.figure
        if figure is None:
            facts.append(text_fact(name, words("number.none"), status))
            continue
        facts.append(figure_fact(words, name, figure, answer.indicator.unit, status))
        if figure.has_parts and not gathered.counts:
            facts.append(number_fact(f"{name} · {words('explain.numerator')}", figure.numerator, part_unit))
            facts.append(number_fact(f"{name} · {words('explain.denominator')}", figure.denominator, part_unit))
    return facts


@stands_alone
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
    columns = _Columns.of(words, answer, gathered)
    heads = [words("reporting.unit"), *part_heads(words, answer, columns.parts)]
    heads += [f"{words('column.value')} / {columns.measure.name}"]
    heads += [words("explain.share_of_total")] if columns.total is not None else []
    heads += [words("explain.weight")] if columns.weighed else []
    heads += [words("column.target")] if gathered.counts else []
    heads += ["", words("explain.entered")]
    heads += [words(f"explain.{name}") for name in ("submission", "accepted_by", "accepted_on")]
    rows = [_unit_row(view, answer, unit, columns) for unit in gathered.units]
    return plain_table(title, heads, rows, "units", _units_foot(words, answer, gathered, columns))


@dataclass(frozen=True)
class _Columns:
    """Which columns the units have. `total`: what their shares are of, in the indicator's unit, of a sum alone."""

    measure: Measure
    parts: bool
    weighed: bool
    counts: bool
    total: Fraction | None

    @classmethod
    def of(cls, words: Words, answer: Explanation, gathered: Gathered) -> _Columns:
        figures = [unit.figure for unit in gathered.units if unit.figure is not None]
        whole = gathered.aggregate.figure
        has_shares = gathered.operation == "sum" and all(figure.value >= 0 for figure in figures)
        return cls(
            measure_of(words, answer.indicator.unit, [figure.value for figure in figures]),
            any(figure.has_parts for figure in figures) and not gathered.counts,
            gathered.operation == "weighted_mean",
            gathered.counts,
            whole.value if has_shares and whole is not None and whole.value > 0 else None,
        )


def _unit_row(view: View, answer: Explanation, unit: Contribution, columns: _Columns) -> html.Tr:
    words, figure = view.words, unit.figure
    none = words("number.none")
    shown = none if figure is None else marked(words, columns.measure.text(figure.value), figure.comparator)
    cell = why(view, shown, answer.indicator.id, unit.region.code, unit.period)
    exact = columns.measure.exact(figure.value) if figure is not None and figure.comparator == "eq" else None
    cells = [*part_cells(words, figure, columns.parts), html.Td(cell, className="num", exact=exact)]
    if columns.total is not None:
        share = figure.value / columns.total if figure is not None and unit.entered else None
        shown = none if share is None else _SHARES.text(100 * share)
        cells.append(html.Td(shown, className="num", exact=None if share is None else _SHARES.exact(100 * share)))
    if columns.weighed:
        shown = none if unit.weight is None else exact_text(unit.weight, 4)
        cells.append(html.Td(shown, className="num", exact=None if unit.weight is None else exact_number(unit.weight)))
    if columns.counts:
        goal = unit.goal.value if unit.goal is not None else None
        shown = none if goal is None else exact_text(goal, 4)
        cells.append(html.Td(shown, className="num", exact=None if goal is None else exact_number(goal)))
    cells.append(html.Td(_status(words, unit, columns.counts), className="entered"))
    cells += _accepted_cells(view, answer, unit)
    name = html.Th(words.region_short(unit.region), scope="row", className="unit-name")
    return html.Tr([name, *cells], className=None if unit.entered else "left-out")


def _accepted_cells(view: View, answer: Explanation, unit: Contribution) -> list[html.Td]:
    """The submission a unit's figure comes from, who accepted it and when; of several, how many and the last day."""
    numbers = unit.figure.sources if unit.figure is not None else ()
    known = [answer.acceptances[number] for number in numbers if number in answer.acceptances]
    if not known:
        return [html.Td("", className="entered") for _ in range(3)]
    words, last = view.words, max(known, key=lambda one: (one.at, one.submission_id))
    href = view.href("submission", str(last.submission_id), period=None, as_of=None)
    sent: Any = link(f"#{last.submission_id}", href, "more")
    if len(known) > 1:
        sent = words("explain.submissions", n=len(known))
    people = words.join(list(dict.fromkeys(one.by for one in known)))
    shown = ((sent, "entered"), (people, "entered"), (words.day(last.at), "entered day"))
    return [html.Td(text, className=name) for text, name in shown]


def _status(words: Words, unit: Contribution, counts: bool) -> str:
    if counts and unit.figure is not None:
        said = words("explain.has_reached" if unit.reached else "explain.not_reached")
        return f"{said} · {words('explain.absent_not_counted')}" if unit.absence == "not_counted" else said
    if unit.entered:
        return words("explain.has_entered")
    reason = words(f"explain.absent_{unit.absence or 'not_sent'}")
    periods = words.join([period.code for period in unit.lacking])
    return f"{reason} {periods}".rstrip()


def _units_foot(words: Words, answer: Explanation, gathered: Gathered, columns: _Columns) -> list[html.Tr]:
    """The totals that stand in the formula, and what they give."""
    whole, formula = gathered.aggregate.figure, gathered.formula
    if whole is None or formula is None:
        return []
    cells: list[Any] = part_cells(words, whole, columns.parts)
    shown = marked(words, exact_text(whole.value / columns.measure.size, 6), whole.comparator)
    exact = columns.measure.exact(whole.value) if whole.comparator == "eq" else None
    if columns.counts and whole.numerator is not None and whole.denominator is not None:
        shown = f"{exact_text(whole.numerator)} / {exact_text(whole.denominator)}"
        exact = exact_number(whole.value)
    cells.append(html.Td(shown, className="num", exact=exact))
    if columns.total is not None:
        cells.append(html.Td(_SHARES.text(Fraction(100)), className="num", exact=Decimal(100)))
    if columns.weighed:
        weights = sum(formula.weights, Fraction(0))
        cells.append(html.Td(exact_text(weights, 4), className="num", exact=exact_number(weights)))
    if columns.counts:
        cells.append(html.Td(""))
    unit = "%" if gathered.operation == "regions" else answer.indicator.unit
    line = formula_line(words, formula, unit, len(gathered.aggregate.entered), whole.comparator)
    cells.append(html.Td(line, className="entered", colSpan=4))
    return [html.Tr([html.Th(words("explain.total"), scope="row"), *cells])]
