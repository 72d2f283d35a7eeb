"""Arithmetic between indicators: parsed by a small grammar, never evaluated as code, always exact.

    sum     := product (("+" | "−") product)*
    product := factor (("×" | "÷") factor)*
    factor  := ("+" | "−") factor | number | indicator id | "(" sum ")"

`-`, `*`, `/` and the full-width signs read as −, ×, ÷. A missing operand or a division by zero gives None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .models import Relation
from .units import base_unit, dimension

MOST_CHARACTERS = 2000
MOST_OPERANDS = 200
MOST_PARENTHESES = 20

_SIGNS = str.maketrans("−–－＋×＊✕÷／（）", "---+***//()")
_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<figure>[a-z][a-z0-9_]*)|(?P<sign>[-+*/()]))")
# Bounds the size of exact numbers, as in DECIMAL(38,10).
_MOST_DIGITS = 38

Values = Mapping[str, Fraction]


@dataclass(frozen=True)
class Number:
    value: Fraction

    def evaluate(self, values: Values) -> Fraction | None:
        return self.value


@dataclass(frozen=True)
class Figure:
    """An indicator's figure; `position` counts characters of the text from 1."""

    indicator_id: str
    position: int

    def evaluate(self, values: Values) -> Fraction | None:
        return values.get(self.indicator_id)


@dataclass(frozen=True)
class Negation:
    operand: Expression

    def evaluate(self, values: Values) -> Fraction | None:
        value = self.operand.evaluate(values)
        return None if value is None else -value


@dataclass(frozen=True)
class Operation:
    """`sign` is one of + - * /."""

    sign: str
    left: Expression
    right: Expression

    def evaluate(self, values: Values) -> Fraction | None:
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        if left is None or right is None:
            return None
        if self.sign == "+":
            return left + right
        if self.sign == "-":
            return left - right
        if self.sign == "*":
            return left * right
        return None if right == 0 else left / right


Expression = Number | Figure | Negation | Operation


class RelationError(ValueError):
    """Text that is no arithmetic; `position` counts characters from 1."""

    def __init__(self, position: int, zh: str, en: str) -> None:
        self.position, self.zh, self.en = position, f"第 {position} 个字符处：{zh}", f"at character {position}: {en}"
        super().__init__(self.en)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = [*_tokens(text), _Token("end", "", len(text) + 1)]
        self._next = 0
        self._open = 0

    def parse(self) -> Expression:
        expression = self._sum()
        if self._peek.kind != "end":
            raise RelationError(self._peek.position, f"多余的“{self._peek.text}”", f"unexpected '{self._peek.text}'")
        return expression

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _sum(self) -> Expression:
        left = self._product()
        while self._peek.text in {"+", "-"}:
            left = Operation(self._take().text, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._factor()
        while self._peek.text in {"*", "/"}:
            left = Operation(self._take().text, left, self._factor())
        return left

    def _factor(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return Number(Fraction(token.text))
        if token.kind == "figure":
            return Figure(token.text, token.position)
        if token.text in {"+", "-"}:
            operand = self._nested(token, self._factor)
            return Negation(operand) if token.text == "-" else operand
        if token.text == "(":
            inner = self._nested(token, self._sum)
            closing = self._take()
            if closing.text != ")":
                raise RelationError(token.position, "括号没有配对", "this parenthesis is not closed")
            return inner
        if token.kind == "end":
            raise RelationError(token.position, "算式不完整", "the expression is not complete")
        raise RelationError(token.position, f"多余的“{token.text}”", f"unexpected '{token.text}'")

    def _nested(self, token: _Token, part: Callable[[], Expression]) -> Expression:
        self._open += 1
        if self._open > MOST_PARENTHESES:
            raise RelationError(
                token.position, f"括号或正负号嵌套超过 {MOST_PARENTHESES} 层", f"nested deeper than {MOST_PARENTHESES}"
            )
        expression = part()
        self._open -= 1
        return expression


def _tokens(text: str) -> Iterator[_Token]:
    if len(text) > MOST_CHARACTERS:
        zh, en = f"算式超过 {MOST_CHARACTERS} 个字符", f"longer than {MOST_CHARACTERS} characters"
        raise RelationError(MOST_CHARACTERS, zh, en)
    plain, at, operands = text.translate(_SIGNS), 0, 0
    end = len(plain.rstrip())
    while at < end:
        found = _TOKEN.match(plain, at)
        if not found:
            at += len(plain[at:]) - len(plain[at:].lstrip())
            raise RelationError(at + 1, f"不认识“{text[at]}”", f"'{text[at]}' has no meaning here")
        assert found.lastgroup is not None
        token = _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1)
        if token.kind != "sign":
            operands += 1
        if operands > MOST_OPERANDS:
            raise RelationError(token.position, f"算式超过 {MOST_OPERANDS} 项", f"more than {MOST_OPERANDS} operands")
        if token.kind == "number" and len(token.text) > _MOST_DIGITS:
            raise RelationError(token.position, "数太长", "this number is too long")
        yield token
        at = found.end()


def parse_expression(text: str) -> Expression:
    """Raises RelationError with the position of the first fault."""
    return _Parser(text).parse()


def figures(expression: Expression) -> Iterator[Figure]:
    """Every mention of an indicator, in the order of the text."""
    if isinstance(expression, Figure):
        yield expression
    elif isinstance(expression, Negation):
        yield from figures(expression.operand)
    elif isinstance(expression, Operation):
        yield from figures(expression.left)
        yield from figures(expression.right)


@dataclass(frozen=True)
class ParsedRelation:
    """A relation ready to be evaluated on figures that are in the units `unit_of` names."""

    relation: Relation
    left: Expression
    right: Expression

    def indicators(self) -> tuple[str, ...]:
        """The ids on both sides, each once, in the order of the text."""
        return tuple(dict.fromkeys(figure.indicator_id for side in (self.left, self.right) for figure in figures(side)))

    def unit_of(self, unit: str) -> str:
        """The unit in which a figure of an indicator in `unit` (canonical) is to be given.

        That of the relation where both measure the same thing, else the base unit: with `unit: 元`,
        fund_expenditure ÷ insured_persons takes yuan and persons, whatever the catalogue prints.
        """
        same = dimension(unit) == dimension(self.relation.unit)
        return self.relation.unit if same else base_unit(unit)

    def difference(self, values: Values) -> Fraction | None:
        """left − right in the relation's unit; None where an operand is missing or a divisor is zero."""
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        return None if left is None or right is None else left - right

    def holds(self, values: Values) -> bool | None:
        """Whether the relation is true within its tolerance; None where it cannot be told."""
        difference = self.difference(values)
        if difference is None:
            return None
        tolerance = Fraction(self.relation.tolerance)
        return {
            "eq": abs(difference) <= tolerance,
            "ge": difference >= -tolerance,
            "gt": difference > -tolerance,
            "le": difference <= tolerance,
            "lt": difference < tolerance,
        }[self.relation.operator]


def parse_relation(relation: Relation) -> ParsedRelation:
    """Raises RelationError."""
    return ParsedRelation(relation, parse_expression(relation.left), parse_expression(relation.right))


class DimensionError(ValueError):
    """Two things that cannot be added or compared; holds their dimensions."""


def measured(expression: Expression, units: Mapping[str, str]) -> str | None:
    """What an expression measures: a dimension of units.py, `number`, or None where it cannot be told.

    units: indicator id → canonical unit. Products and quotients of unlike things (yuan a person) are not told,
    as no unit is compound; a number fits everything. Raises DimensionError for a sum of unlike things.
    """
    if isinstance(expression, Number):
        return "number"
    if isinstance(expression, Figure):
        unit = units.get(expression.indicator_id)
        return None if unit is None else dimension(unit)
    if isinstance(expression, Negation):
        return measured(expression.operand, units)
    left, right = measured(expression.left, units), measured(expression.right, units)
    if expression.sign in {"+", "-"}:
        return alike(left, right)
    if right in {"number", "share"}:
        return left
    if expression.sign == "*":
        return right if left in {"number", "share"} else None
    return "number" if left == right and left is not None else None


def alike(left: str | None, right: str | None) -> str | None:
    """What two sides of a sum or comparison measure together. Raises DimensionError when they are unlike."""
    if left == right or right == "number":
        return left
    if left == "number":
        return right
    if left is None or right is None:
        return left or right
    raise DimensionError(f"{left} {right}")
