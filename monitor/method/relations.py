"""Whether a relation between indicators holds for given figures, by exact arithmetic on what their bounds allow.

A relation is told only where all its figures are known; a bound breaks it only where no number it allows could satisfy
it. Floats serve to pass over what clearly holds; whatever is close is decided on the exact figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from monitor.catalogue.models import Indicator
from monitor.catalogue.relations import Expression, Negation, Number, Operation, ParsedRelation
from monitor.catalogue.relations import Figure as Operand
from monitor.catalogue.units import factor_between

from .exact import Floats, Mask
from .figures import Figure
from .intervals import EVERYTHING, Interval, exactly, interval_of

_OPERATORS = {"eq": "=", "ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_ROUNDING = 4e-15  # of one operation or conversion, generously
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}
_PRINTED = {"+": "+", "-": "−", "*": "×", "/": "÷"}


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


@dataclass(frozen=True)
class _Float:
    """Numbers and how far they may be from the exact ones."""

    value: Floats
    error: Floats


def clearly_holds(relation: ParsedRelation, floats: Mapping[str, Floats], size: int) -> Mask:
    """Where the relation certainly holds, of `size` cases; floats: id → figures in the relation's units, points."""
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


def factor_of(relation: ParsedRelation, indicator: Indicator) -> Fraction:
    """What a figure in the indicator's unit is multiplied by to stand in the relation."""
    return _conversion(indicator.unit, relation.unit_of(indicator.unit))


def sentence(relation: ParsedRelation, names: Mapping[str, str], number: Callable[[Fraction], str]) -> str:
    """The relation with each indicator by its name."""
    left, right = printed(relation.left, names, number), printed(relation.right, names, number)
    return f"{left} {_OPERATORS[relation.relation.operator]} {right}"


def printed(expression: Expression, words: Mapping[str, str], number: Callable[[Fraction], str], above: int = 0) -> str:
    """The expression with each indicator by its word, parentheses only where they are needed."""
    if isinstance(expression, Number):
        return number(expression.value)
    if isinstance(expression, Operand):
        word = words[expression.indicator_id]
        return f"({word})" if above and word.startswith("-") else word
    if isinstance(expression, Negation):
        return f"−{printed(expression.operand, words, number, 3)}"
    if not isinstance(expression, Operation):
        raise TypeError(type(expression))
    own = _PRECEDENCE[expression.sign]
    right_above = own + 1 if expression.sign in "-/" else own
    text = (
        f"{printed(expression.left, words, number, own)} {_PRINTED[expression.sign]} "
        f"{printed(expression.right, words, number, right_above)}"
    )
    return f"({text})" if own < above else text
