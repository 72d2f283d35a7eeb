"""Numbers as documents print them, and lists of submissions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.documents.numbers import exact, plain, printed, with_mark, with_unit
from monitor.documents.prose import Submissions, clean, listed


@pytest.mark.parametrize(
    ("value", "against", "text"),
    [
        ("27.108984", [], "27.11"), ("84.1", [], "84.1"), ("66", [], "66"), ("-0.004", [], "-0.004"),
        ("69.996", ["70"], "69.996"),  # never 70 beside "missed"
        ("70.004", ["70"], "70.004"), ("0.0001", [], "0.0001"), ("0", [], "0"), ("2.675", [], "2.68"),
        ("95", ["95"], "95"), ("-1.005", [], "-1.01"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_for_print_but_never_onto_the_target(value: str, against: list[str], text: str) -> None:
    assert printed(Fraction(value), [Fraction(one) for one in against]) == text


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6), st.integers(-1000, 1000))
def test_what_is_printed_stands_on_the_same_side(value: Fraction, target: int) -> None:
    shown = Fraction(printed(value, [Fraction(target)]))
    assert (shown > target) - (shown < target) == (value > target) - (value < target)
    assert abs(shown - value) <= Fraction(1, 200)


def test_exact_numbers_have_every_digit_or_their_fraction() -> None:
    assert exact(Fraction("3.592132")) == "3.592132"
    assert exact(Fraction(1, 3)) == "0.33333333…（1/3）"
    assert exact(Fraction(-2, 3)) == "-0.66666666…（-2/3）"
    assert plain(Fraction("1.25"), 1) == "1.3"


def test_marks_are_those_of_plans() -> None:
    assert [with_mark("75", one) for one in ("eq", "gt", "ge", "lt", "le", "approx")] == [
        "75", ">75", "≥75", "<75", "≤75", "75左右",
    ]  # fmt: skip
    assert with_unit("75左右", "%") == "75%左右" and with_unit(">95", "%") == ">95%"
    assert with_unit("95以上", "%") == "95%以上" and with_unit("稳定在86%左右", "%") == "稳定在86%左右"


def test_many_submissions_are_a_group_that_is_listed_once() -> None:
    named = Submissions()
    assert named.told(()) == "—" and named.told((7, 3)) == "3, 7"
    assert named.told((1, 2, 3, 9)) == "4份（A组）" == named.told((9, 3, 2, 1))
    assert named.told((1, 2, 3, 4, 5)) == "5份（B组）"
    assert named.groups == ("报送编号A组：1–3, 9", "报送编号B组：1–5")
    assert listed((1, 2, 4, 5, 6)) == "1, 2, 4–6"


def test_what_a_document_cannot_hold_becomes_a_blank() -> None:
    assert clean("甲\0\x07乙\n丙\ufffe") == "甲 乙 丙 "
