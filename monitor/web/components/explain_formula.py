"""How a figure came about, in numbers: its formula with the numbers put in, and the units or periods it is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from monitor.catalogue.units import factor_between
from monitor.method.figures import Figure
from monitor.report.counted import REGIONS, as_count
from monitor.report.explain import Explanation
from monitor.report.explain_figure import Formula

from ..view import View
from ..words import Words
from . import html
from .alone import stands_alone
from .board_parts import period_text
from .exact_numbers import exact_number, exact_text
from .explain_bounds import equals, exact_of, figure_fact, known_text
from .explain_facts import Fact, facts_table, number_fact, scroller, text_fact
from .parts import card, synthetic_mark
from .take import take_table
from .why import why

_TERMS_SHOWN = 4


def formula_line(words: Words, formula: Formula, unit: str, n: int = 0, comparator: str = "eq") -> str:
    """The formula with its numbers in: `100 × 34,913.37 ÷ 47,096.2 = 74.13…%`. `n`: how many it is made of.

    `comparator`: of its result; a sum of bounds is `30 + 40 ≥ 70`.
    """
    made = _worked(words, formula, n)
    if not made:
        return known_text(words, formula.result, unit, comparator)
    return f"{made} {equals(comparator)} {known_text(words, formula.result, unit)}"


def _worked(words: Words, formula: Formula, n: int = 0) -> str:
    """What stands left of the result; empty where the number is as it was sent."""
    if formula.operation == "quotient" and formula.numerator is not None and formula.denominator is not None:
        times = "" if formula.factor == 1 else f"{exact_text(formula.factor)} × "
        return f"{times}{exact_text(formula.numerator)} ÷ {exact_text(formula.denominator)}"
    if formula.operation == "weighted_mean":
        top = sum((t * w for t, w in zip(formula.terms, formula.weights, strict=True)), Fraction(0))
        bottom = sum(formula.weights, Fraction(0))
        made = words("explain.weighted")
        return f"{made} = {exact_text(top)} ÷ {exact_text(bottom)}"
    if formula.operation in ("max", "min"):
        return words(f"explain.{formula.operation}_of", n=n or len(formula.terms))
    if formula.operation == "sum" and len(formula.terms) > _TERMS_SHOWN:
        return words("explain.sum_of", n=len(formula.terms))
    return " + ".join(exact_text(term) for term in formula.terms) if len(formula.terms) > 1 else ""


def formula_words(words: Words, answer: Explanation, formula: Formula) -> str:
    """The same formula in names."""
    parts = answer.indicator.figure
    if answer.made.kind == "regions" or formula.operation == "count":
        return words("explain.of_regions")
    if formula.operation == "quotient" and parts is not None:
        named = {"numerator": words.text(parts.numerator), "denominator": words.text(parts.denominator)}
        if formula.factor == 1:
            return words("indicator.formula_plain", **named)
        return words("indicator.formula_parts", factor=exact_text(formula.factor), **named)
    return words.text(answer.indicator.name)


def figure_facts(view: View, answer: Explanation) -> list[Fact | None]:
    """The figure, its parts, how it was converted, and what stands beside it."""
    words, made, unit = view.words, answer.made, answer.indicator.unit
    formula, figure = made.formula, made.figure
    if formula is None or figure is None:
        return []
    shown_unit = "%" if made.kind == "regions" else unit
    part_unit = words.unit(answer.indicator.part_unit or "")
    parts = answer.indicator.figure
    worked = _worked(words, formula) != ""
    line = formula_line(words, formula, shown_unit, comparator=figure.comparator)
    facts: list[Fact | None] = [
        figure_fact(words, words("column.value"), figure, shown_unit, line if worked else ""),
        None if answer.figure is None else text_fact(words("explain.shown"), words.value(answer.figure),
                                                     words("explain.rounded")),
        text_fact(words("explain.formula"), formula_words(words, answer, formula) if worked else ""),
    ]  # fmt: skip
    if made.kind == "regions" and answer.figure is not None:  # the count as pages show it, the exact share beside
        facts[:2] = [text_fact(words("explain.shown"), words.value(as_count(answer.figure))), facts[0]]
        facts += [number_fact(words("explain.reached"), formula.numerator, words("mark.regions")),
                  number_fact(words("explain.expected"), formula.denominator, words("mark.regions"))]  # fmt: skip
    elif formula.operation == "quotient":
        top, bottom = words("explain.numerator"), words("explain.denominator")
        if parts is not None:
            top, bottom = f"{top} · {words.text(parts.numerator)}", f"{bottom} · {words.text(parts.denominator)}"
        facts += [number_fact(top, formula.numerator, part_unit), number_fact(bottom, formula.denominator, part_unit)]
    facts += _as_sent(words, answer)
    facts.append(_change(words, answer, figure))
    if figure.comparator != "eq":
        facts.append(text_fact(words("explain.certainty"), words(f"explain.comparator_{figure.comparator}"),
                               words("explain.bound_note")))  # fmt: skip
    return facts


def _change(words: Words, answer: Explanation, figure: Figure) -> Fact | None:
    """The change since the last figure, where both are single numbers."""
    before = answer.previous
    if before is None or not before.figure.comparator == figure.comparator == "eq":
        return None
    new, old, unit = figure.value, before.figure.value, answer.indicator.unit
    if answer.made.kind == "regions" and figure.numerator is not None and before.figure.numerator is not None:
        new, old, unit = figure.numerator, before.figure.numerator, REGIONS
    change = new - old
    shown = words.difference(float(change), unit)
    how = f"{exact_text(new, 4)} − {exact_text(old, 4)}"
    name = words("explain.change", period=period_text(words, before.period))
    return Fact(name, shown, exact_number(change), words("number.pp") if unit == "%" else words.unit(unit), how)


def _unit_name(words: Words, unit: str) -> str:
    return "%" if unit == "%" else words.unit(unit)


def _as_sent(words: Words, answer: Explanation) -> list[Fact | None]:
    """What was typed in the file, where it is not what the formula shows: other units, and a value beside the parts."""
    source = answer.provenance.chosen if answer.provenance is not None else None
    if source is None or source.figure is None or answer.made.kind not in ("sent", "shorter"):
        return []
    facts: list[Fact | None] = []
    if source.numerator is not None and source.denominator is not None:
        if source.part_unit and source.part_unit != answer.indicator.part_unit and source.figure.numerator is not None:
            sent = f"{exact_text(Fraction(source.numerator))} ÷ {exact_text(Fraction(source.denominator))}"
            facts.append(text_fact(words("explain.as_sent"), f"{sent} {words.unit(source.part_unit)}",
                                   _conversion(words, source.part_unit, answer.indicator.part_unit or "")))  # fmt: skip
        if source.value is not None:
            sent_value = Figure(Fraction(source.value), source.comparator)
            facts.append(figure_fact(words, words("explain.printed_beside"), sent_value, source.unit,
                                     words("explain.parts_count")))  # fmt: skip
    elif source.value is not None and source.unit != answer.indicator.unit:
        sent_value = Figure(Fraction(source.value), source.comparator)
        facts.append(figure_fact(words, words("explain.as_sent"), sent_value, source.unit,
                                 _conversion(words, source.unit, answer.indicator.unit)))  # fmt: skip
    return facts


def _conversion(words: Words, source: str, target: str) -> str:
    factor = factor_between(source, target)
    if factor is None:
        return ""
    return f"1 {words.unit(source)} = {exact_text(factor)} {words.unit(target)}"


def origin_sentence(words: Words, answer: Explanation) -> str:
    """Where the number is from in one sentence."""
    made, gathered = answer.made, answer.gathered
    period = period_text(words, made.period)
    if made.kind == "shorter":
        return words("explain.from_shorter", period=period)
    if made.kind == "parts":
        return words("explain.from_parts", n=len(made.parts))
    if made.kind in ("aggregate", "regions") and gathered is not None:
        entered = len(gathered.aggregate.entered)
        expected = sum(unit.absence != "not_counted" for unit in gathered.units)
        how = words("explain.of_regions") if gathered.counts else words(f"aggregate.{gathered.operation}")
        return words("explain.from_units", n=expected, k=entered, how=how)
    return words("explain.from_sent", region=words.region_short(answer.region), period=period)


@stands_alone
def formula_card(view: View, answer: Explanation, facts: list[Fact | None]) -> html.Section:
    """The formula with its numbers, large; below it each of them."""
    words, formula = view.words, answer.made.formula
    title = words("explain.formula_title")
    assert formula is not None
    unit = "%" if answer.made.kind == "regions" else answer.indicator.unit
    comparator = answer.made.figure.comparator if answer.made.figure is not None else "eq"
    line = formula_line(words, formula, unit, comparator=comparator)
    body = [html.P(line, className="formula-line"), facts_table(words, title, facts, "formula")]
    synthetic = answer.made.figure is not None and answer.made.figure.synthetic
    return card(title, body, note=origin_sentence(words, answer), marks=[synthetic_mark(words)] if synthetic else [],
                class_name="formula-card", foot=[words("overview.foot_as_of", date=view.as_of),
                                                 take_table(view, "formula")])  # fmt: skip


@stands_alone
def parts_card(view: View, answer: Explanation) -> html.Section | None:
    """The periods that were added up, or those of an incomplete period."""
    words, parts = view.words, answer.made.parts
    if not parts:
        return None
    title = words("explain.parts_title" if answer.made.figure is not None else "explain.parts_incomplete")
    return card(title, scroller(_parts_table(view, answer, title), title), foot=[take_table(view, "parts")])


def _parts_table(view: View, answer: Explanation, title: str) -> html.Table:
    words, unit = view.words, answer.indicator.unit
    with_parts = any(part.figure is not None and part.figure.has_parts for part in answer.made.parts)
    heads = [words("column.period"), *part_heads(words, answer, with_parts), value_head(words, unit)]
    rows = []
    for part in answer.made.parts:
        shown = words("number.none")
        if part.figure is not None:
            shown = known_text(words, part.figure.value, "", part.figure.comparator, 4)
        link = why(view, shown, answer.indicator.id, part.region.code, part.period)
        exact = exact_of(part.figure)
        cells = [*part_cells(words, part.figure, with_parts), html.Td(link, className="num", exact=exact)]
        rows.append(html.Tr([html.Th(period_text(words, part.period), scope="row"), *cells]))
    return plain_table(title, heads, rows, "parts")


def part_heads(words: Words, answer: Explanation, with_parts: bool) -> list[str]:
    unit = words.unit(answer.indicator.part_unit or "")
    tail = f" / {unit}" if unit else ""
    return [words("explain.numerator") + tail, words("explain.denominator") + tail] if with_parts else []


def part_cells(words: Words, figure: Figure | None, with_parts: bool) -> list[html.Td]:
    if not with_parts:
        return []
    found = []
    for part in (figure.numerator, figure.denominator) if figure is not None else (None, None):
        shown = words("number.none") if part is None else exact_text(part, 4)
        found.append(html.Td(shown, className="num", exact=None if part is None else exact_number(part)))
    return found


def value_head(words: Words, unit: str) -> str:
    return f"{words('column.value')} / {_unit_name(words, unit)}"


def plain_table(title: str, heads: list[str], rows: list[Any], key: str, foot: Any = None) -> html.Table:
    """The first column names, the others are numbers; after an empty head, which is left out, come texts."""
    numbers = heads.index("") if "" in heads else len(heads)
    head = html.Tr(
        [
            html.Th(text, scope="col", className="num" if 0 < i < numbers else None)
            for i, text in enumerate(heads)
            if text
        ]
    )
    parts = [html.Caption(title, className="unseen"), html.Thead(head), html.Tbody(rows)]
    return html.Table([*parts, html.Tfoot(foot)] if foot else parts, className="plain", key=key)
