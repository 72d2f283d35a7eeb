"""The arithmetic of relations: exact, total, and never code."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue.models import Relation
from monitor.catalogue.relations import (
    MOST_OPERANDS,
    MOST_PARENTHESES,
    DimensionError,
    ParsedRelation,
    RelationError,
    measured,
    parse_expression,
    parse_relation,
)

IDS = ("a", "b", "c_1")
Built = tuple[str, Fraction | None]  # a text and what it is worth

VALUES = {"a": Fraction(3), "b": Fraction(-7, 2), "c_1": Fraction(0)}


def _number(whole: int, decimals: int) -> Built:
    return f"{whole}.{decimals:02d}", Fraction(whole) + Fraction(decimals, 100)


def _combined(parts: tuple[Built, str, Built]) -> Built:
    (left, x), sign, (right, y) = parts
    text = f"({left}) {sign} ({right})"
    if x is None or y is None:
        return text, None
    if sign in "+＋":
        return text, x + y
    if sign in "-−":
        return text, x - y
    if sign in "*×":
        return text, x * y
    return text, None if y == 0 else x / y


def _negated(part: Built) -> Built:
    return f"−({part[0]})", None if part[1] is None else -part[1]


LEAVES: st.SearchStrategy[Built] = st.one_of(
    st.builds(_number, st.integers(0, 999), st.integers(0, 99)),
    st.sampled_from([(name, VALUES[name]) for name in IDS]),
    st.just(("missing", None)),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+−×÷-*/＋"), inner).map(_combined), inner.map(_negated)
    ),
    max_leaves=12,
).filter(lambda built: _depth(built[0]) <= MOST_PARENTHESES)  # fmt: skip


def _depth(text: str) -> int:
    depth = most = 0
    for character in text:
        depth += {"(": 1, "−": 1, ")": -1}.get(character, 0)
        most = max(most, depth)
    return most


@given(EXPRESSIONS)
def test_values_are_those_of_exact_arithmetic(built: Built) -> None:
    text, worth = built
    assert parse_expression(text).evaluate(VALUES) == worth


@given(st.lists(st.sampled_from("+-*/"), min_size=1, max_size=8), st.data())
def test_precedence_and_order_are_those_of_arithmetic(signs: list[str], data: st.DataObject) -> None:
    """× and ÷ bind tighter, equal signs bind to the left: as Python's own reading of the same text over Fractions."""
    numbers = data.draw(st.lists(st.integers(1, 9), min_size=len(signs) + 1, max_size=len(signs) + 1))
    text = str(numbers[0]) + "".join(f"{sign}{number}" for sign, number in zip(signs, numbers[1:], strict=True))
    python = f"Fraction({numbers[0]})" + "".join(f"{s}Fraction({n})" for s, n in zip(signs, numbers[1:], strict=True))
    assert parse_expression(text).evaluate({}) == eval(python)


@given(st.text(alphabet="ab1. +-−×÷*/()（）_^,'A\"=", max_size=30))
def test_any_text_is_arithmetic_or_refused_with_a_position(text: str) -> None:
    try:
        parse_expression(text).evaluate({"a": Fraction(1), "b": Fraction(2)})
    except RelationError as error:
        assert 1 <= error.position <= len(text) + 1
        assert error.zh != error.en


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 1), ("a +", 4), ("+", 2), ("a b", 3), ("(a", 1), ("a)", 2), ("()", 2), ("a ** b", 4), ("1 / ", 5),
        ("a % b", 3), ("Aa", 1), ("a.b", 2), ("1e3", 2), ("a = b", 3), ("a + é", 5), ("2 3", 3), ("  @", 3),
        ("(" * 21 + "a" + ")" * 21, 21), ("-" * 21 + "a", 21), ("1" * 39, 1),
        (" + ".join(["a"] * (MOST_OPERANDS + 1)), 4 * MOST_OPERANDS + 1), ("a" * 2001, 2000),
    ],
    ids=lambda value: str(value)[:12],
)  # fmt: skip
def test_faults_name_their_position(text: str, position: int) -> None:
    with pytest.raises(RelationError) as caught:
        parse_expression(text)
    assert caught.value.position == position


def test_as_many_operands_as_allowed() -> None:
    assert parse_expression(" + ".join(["a"] * MOST_OPERANDS)).evaluate({"a": Fraction(1)}) == MOST_OPERANDS


def relation(left: str, operator: str, right: str, unit: str = "亿元", tolerance: str = "0") -> ParsedRelation:
    content: dict[str, Any] = {"left": left, "operator": operator, "right": right}
    return parse_relation(Relation(**content, unit=unit, tolerance=tolerance, severity="query"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operator", "left", "holds"),
    [
        ("eq", "9.99", True), ("eq", "10.01", True), ("eq", "10.02", False), ("eq", "9.98", False),
        ("ge", "9.99", True), ("ge", "9.98", False), ("gt", "9.99", False), ("gt", "10", True),
        ("le", "10.01", True), ("le", "10.02", False), ("lt", "10.01", False), ("lt", "10", True),
    ],
)  # fmt: skip
def test_the_tolerance_is_inclusive(operator: str, left: str, holds: bool) -> None:
    assert relation("a", operator, "10", tolerance="0.01").holds({"a": Fraction(left)}) is holds


def test_the_printed_balance_that_fails_by_a_cent() -> None:
    values = {"income": Fraction("17342.45"), "spent": Fraction("13222.71"), "left_over": Fraction("4119.75")}
    assert relation("income − spent", "eq", "left_over", tolerance="0.01").holds(values) is True
    assert relation("income − spent", "eq", "left_over", tolerance="0.009").holds(values) is False
    assert relation("income − spent", "eq", "left_over").difference(values) == Fraction("-0.01")


@pytest.mark.parametrize("left", ["a + missing", "a ÷ nought", "a ÷ (b − b)"])
def test_what_cannot_be_told_is_neither_true_nor_false(left: str) -> None:
    values = {"a": Fraction(1), "b": Fraction(2), "nought": Fraction(0)}
    assert relation(left, "eq", "b").holds(values) is None


def test_ids_and_units() -> None:
    found = relation("a + b_2 − a", "le", "b_2 × 2 + c", unit="亿元")
    assert found.indicators() == ("a", "b_2", "c")
    assert [found.unit_of(unit) for unit in ("万亿元", "亿元", "元", "万人", "%")] == [
        "亿元",
        "亿元",
        "亿元",
        "人",
        "%",
    ]


UNITS = {"money": "亿元", "more": "万亿元", "people": "万人", "visits": "万人次", "share": "%", "things": "个"}


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("money + more", "money"), ("money − 5", "money"), ("5 + money", "money"), ("-money", "money"),
        ("money ÷ more", "number"), ("money ÷ more × 100", "number"), ("share ÷ 100 × people", "person"),
        ("2 × money", "money"), ("money ÷ people", None), ("money × people", None), ("money ÷ people + share", "share"),
        ("100 ÷ money", None), ("elsewhere + money", "money"), ("money + elsewhere", "money"), ("1 + 2", "number"),
    ],
)  # fmt: skip
def test_what_an_expression_measures(text: str, dimension: str | None) -> None:
    assert measured(parse_expression(text), UNITS) == dimension


@pytest.mark.parametrize("text", ["money + people", "visits − people", "share + money", "things + (money − share)"])
def test_unlike_things_do_not_add_up(text: str) -> None:
    with pytest.raises(DimensionError):
        measured(parse_expression(text), UNITS)
