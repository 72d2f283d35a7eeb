"""Arithmetic between indicators of one region and period, within a form and between forms.

Operands are taken from the file first, else from what is in force, all of one vintage: a flash figure and a bulletin's
need not add up. A relation is told only where all are known; a bound breaks it only where no number it allows could
satisfy it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial

import numpy as np

from monitor.catalogue.models import Indicator
from monitor.catalogue.relations import Expression, Negation, Number, Operation, ParsedRelation
from monitor.catalogue.relations import Figure as Operand
from monitor.catalogue.units import factor_between
from monitor.method.figures import Figure

from .finding import Figures, Finding, Suspect
from .intervals import EVERYTHING, Interval, exactly, interval_of
from .known import NOWHERE, Cells, Floats, Integers, Known, Mask
from .rulebook import Rulebook
from .words import plain, shown

_OPERATORS = {"eq": "=", "ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_ROUNDING = 4e-15  # of one operation or conversion, generously
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}
_PRINTED = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def check_relations(known: Known, rulebook: Rulebook) -> Iterator[Suspect]:
    places = rulebook.places
    for relation in rulebook.relations:
        definitions = {name: rulebook.indicators[places[name]] for name in relation.indicators()}
        factors = {name: _factor(relation, indicator) for name, indicator in definitions.items()}
        operands = _operands(known, [places[name] for name in definitions])
        floats = {name: known.value[rows] * float(factors[name]) for name, rows in zip(factors, operands, strict=True)}
        points = np.logical_and.reduce([known.point[rows] for rows in operands])
        likely = np.flatnonzero(~(_clearly_holds(relation, floats, len(points)) & points))
        for at in likely.tolist():
            found = {name: int(rows[at]) for name, rows in zip(factors, operands, strict=True)}
            yield Suspect(tuple(found.values()), partial(_decide, known, relation, definitions, factors, found))


def _decide(
    known: Known,
    relation: ParsedRelation,
    definitions: Mapping[str, Indicator],
    factors: Mapping[str, Fraction],
    rows: Mapping[str, int],
    figures: Figures,
) -> Finding | None:
    if not all(row in figures for row in rows.values()):
        return None
    given = {name: (figures[row], factors[name]) for name, row in rows.items()}
    return _finding(known, definitions, relation, rows, given) if fails(relation, given) else None


def fails(relation: ParsedRelation, given: Mapping[str, tuple[Figure, Fraction]]) -> bool:
    """Whether nothing that the figures allow satisfies the relation within its tolerance; exact.

    given: id → figure in its indicator's unit, and what makes it one in the relation's.
    """
    values = {name: interval_of(figure, factor) for name, (figure, factor) in given.items()}
    left, right = evaluate(relation.left, values), evaluate(relation.right, values)
    if left is None or right is None:
        return False
    difference, tolerance = left - right, Fraction(relation.relation.tolerance)
    operator = relation.relation.operator
    if operator == "eq":
        return difference.is_outside(tolerance)
    if operator in ("le", "lt"):
        difference = -difference
    below = difference.is_below(-tolerance)
    return below or (operator in ("gt", "lt") and difference.high == -tolerance)


def evaluate(expression: Expression, values: Mapping[str, Interval]) -> Interval | None:
    """Every number that the expression may have; None where an operand is missing or a divisor is 0.

    Products and quotients of anything but a number are left wholly open.
    """
    if isinstance(expression, Number):
        return exactly(expression.value)
    if isinstance(expression, Operand):
        return values.get(expression.indicator_id)
    if isinstance(expression, Negation):
        inner = evaluate(expression.operand, values)
        return None if inner is None else -inner
    left, right = evaluate(expression.left, values), evaluate(expression.right, values)
    if left is None or right is None:
        return None
    if expression.sign in "+-":
        return left + right if expression.sign == "+" else left - right
    if expression.sign == "*":
        if left.point is not None:
            return right.times(left.point)
        return EVERYTHING if right.point is None else left.times(right.point)
    if right.point is None:
        return EVERYTHING
    return None if right.point == 0 else left.times(1 / right.point)


def _operands(known: Known, places: Sequence[int]) -> list[Integers]:
    """One entry a (region, period, vintage) of the file that has an operand: the row of each operand. All are known."""
    touched = known.one_a_moment(np.concatenate([known.checked_rows(place) for place in places]))
    own, vintage = known.cells.of(touched), known.vintage[touched]
    found = []
    for place in places:
        indicator = np.full(len(touched), place, dtype=np.int64)
        found.append(known.find_same(Cells(indicator, own.region, own.end, own.months, own.synthetic), vintage))
    complete = np.logical_and.reduce([rows != NOWHERE for rows in found])
    return [rows[complete] for rows in found]


@dataclass(frozen=True)
class _Float:
    """Numbers and how far they may be from the exact ones."""

    value: Floats
    error: Floats


def _clearly_holds(relation: ParsedRelation, floats: Mapping[str, Floats], size: int) -> Mask:
    with np.errstate(all="ignore"):
        left, right = _estimate(relation.left, floats, size), _estimate(relation.right, floats, size)
        difference = left.value - right.value
        error = left.error + right.error + _ROUNDING * np.abs(difference)
        tolerance = float(relation.relation.tolerance)
        error = error + _ROUNDING * tolerance
        operator = relation.relation.operator
        if operator == "eq":
            result: Mask = np.abs(difference) + error < tolerance
            return result
        signed = difference if operator in ("ge", "gt") else -difference
        result = signed - error > -tolerance
        return result


def _estimate(expression: Expression, floats: Mapping[str, Floats], size: int) -> _Float:
    if isinstance(expression, Number):
        value = np.full(size, float(expression.value))
        return _Float(value, np.abs(value) * _ROUNDING)
    if isinstance(expression, Operand):
        value = floats[expression.indicator_id]
        return _Float(value, np.abs(value) * _ROUNDING)
    if isinstance(expression, Negation):
        inner = _estimate(expression.operand, floats, size)
        return _Float(-inner.value, inner.error)
    left, right = _estimate(expression.left, floats, size), _estimate(expression.right, floats, size)
    if expression.sign in "+-":
        value = left.value + right.value if expression.sign == "+" else left.value - right.value
        error = left.error + right.error
    elif expression.sign == "*":
        value = left.value * right.value
        error = np.abs(left.value) * right.error + np.abs(right.value) * left.error + left.error * right.error
    else:
        value = left.value / right.value
        least = np.abs(right.value) - right.error
        error = np.where(least > 0, (left.error + np.abs(value) * right.error) / least, np.inf)
    return _Float(value, error + _ROUNDING * np.abs(value))


@lru_cache(maxsize=1024)
def _conversion(unit: str, target: str) -> Fraction:
    factor = factor_between(unit, target)
    if factor is None:  # unit_of names a unit of the same dimension
        raise ValueError(f"{unit} does not convert to {target}")
    return factor


def _factor(relation: ParsedRelation, indicator: Indicator) -> Fraction:
    return _conversion(indicator.unit, relation.unit_of(indicator.unit))


def _finding(
    known: Known,
    definitions: Mapping[str, Indicator],
    relation: ParsedRelation,
    rows: Mapping[str, int],
    given: Mapping[str, tuple[Figure, Fraction]],
) -> Finding:
    """It stands at the first operand, in the order of the text, that is to be checked."""
    name, row = next((name, row) for name, row in rows.items() if known.checked[row])
    values = {one: figure.value * factor for one, (figure, factor) in given.items()}
    left, right = relation.left.evaluate(values), relation.right.evaluate(values)
    numbers = {one: plain(value) for one, value in values.items()}
    names = [{one: definition.name.in_language(language) for one, definition in definitions.items()}
             for language in ("zh", "en")]  # fmt: skip
    others = [one for one, where in rows.items() if not known.line[where] > 0]
    said = relation.relation
    return Finding(
        int(known.number[row]),
        int(known.line[row]),
        name,
        "relation_fails",
        f"relation:{said.left} {said.operator} {said.right}",
        said.severity,
        {
            "relation_zh": _sentence(relation, names[0]),
            "relation_en": _sentence(relation, names[1]),
            "left": _side(relation.left, numbers, left),
            "right": _side(relation.right, numbers, right),
            "unit": said.unit,
            "difference": plain(left - right) if left is not None and right is not None else "",
            "tolerance": plain(Fraction(said.tolerance)),
            "others_zh": f"（{'、'.join(names[0][one] for one in others)} 取自已接受的数据）" if others else "",
            "others_en": f" (taken from accepted data: {', '.join(names[1][one] for one in others)})" if others else "",
        },
        shown(given[name][0], definitions[name]),
    )


def _sentence(relation: ParsedRelation, names: Mapping[str, str]) -> str:
    left, right = _printed(relation.left, names), _printed(relation.right, names)
    return f"{left} {_OPERATORS[relation.relation.operator]} {right}"


def _side(expression: Expression, numbers: Mapping[str, str], value: Fraction | None) -> str:
    text = _printed(expression, numbers)
    result = "" if value is None else plain(value)
    return text if text == result else f"{text} = {result}"


def _printed(expression: Expression, words: Mapping[str, str], above: int = 0) -> str:
    """The expression with each indicator by its word, parentheses only where they are needed."""
    if isinstance(expression, Number):
        return plain(expression.value)
    if isinstance(expression, Operand):
        word = words[expression.indicator_id]
        return f"({word})" if above and word.startswith("-") else word
    if isinstance(expression, Negation):
        return f"−{_printed(expression.operand, words, 3)}"
    if not isinstance(expression, Operation):
        raise TypeError(type(expression))
    own = _PRECEDENCE[expression.sign]
    right_above = own + 1 if expression.sign in "-/" else own
    text = (
        f"{_printed(expression.left, words, own)} {_PRINTED[expression.sign]} "
        f"{_printed(expression.right, words, right_above)}"
    )
    return f"({text})" if own < above else text
