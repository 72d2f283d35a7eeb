"""The number grammar (interface.md): what is read, what was changed, and what is an error."""

from __future__ import annotations

import math
import struct
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.intake.number_hints import HINTS
from monitor.intake.numbers import cell_number_text, format_number, is_plain_number, parse_number, percent_cell_text

FIGURES = st.decimals(min_value=Decimal("-1e27"), max_value=Decimal("1e27"), places=10, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("0", "0"), ("95", "95"), ("27.0", "27.0"), ("-3.5", "-3.5"), ("  12 ", "12"), ("\u300012\u3000", "12"),
     ("0.0000000001", "0.0000000001"), ("9007199254740993", "9007199254740993"), ("9" * 28, "9" * 28),
     ("-" + "9" * 28 + ".1", "-" + "9" * 28 + ".1")],
)  # fmt: skip
def test_a_plain_number_is_read_as_it_stands(text: str, plain: str) -> None:
    number = parse_number(text)
    assert (number.state, number.text, number.changed) == ("value", plain, False)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("９５．２", "95.2"), ("1,234,567.5", "1234567.5"), ("１，２３４", "1234"), ("−5", "-5"), ("－5", "-5"),
     ("95%", "95"),
     ("95.2％", "95.2"), ("95 %", "95"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("007", "7"), ("-0", "0"),
     ("-0.00", "0.00"),
     ("0.12345678905", "0.1234567890"), ("0.12345678915", "0.1234567892"), ("-0.00000000001", "0.0000000000"),
     ("1.00000000000", "1.0000000000")],
)  # fmt: skip
def test_what_is_read_otherwise_than_written_is_reported_as_changed(text: str, plain: str) -> None:
    number = parse_number(text)
    assert (number.state, number.text, number.changed) == ("value", plain, True)


@pytest.mark.parametrize("text", ["", "   ", "-", "—", "——", "…", "……", "N/A", "n/a", "－", "Ｎ／Ａ"])
def test_missing_marks_are_missing_and_never_zero(text: str) -> None:
    assert (parse_number(text).state, parse_number(text).text) == ("missing", "")


@pytest.mark.parametrize(
    ("text", "state"),
    [("不适用", "not_applicable"), ("保密", "withheld"), ("withheld", "withheld"), (" Withheld ", "withheld")],
)
def test_marks_of_other_states(text: str, state: str) -> None:
    assert parse_number(text).state == state


@pytest.mark.parametrize(
    ("text", "hint"),
    [("NaN", "not_finite"), ("inf", "not_finite"), ("-Infinity", "not_finite"), ("∞", "not_finite"),
     ("1e309", "scientific"),
     ("1E5", "scientific"), ("1.5e-3", "scientific"), ("1_000", "underscore"), ("(5)", "brackets"),
     ("（5）", "brackets"),
     ("3.2万", "multiple"), ("1亿", "multiple"), ("95以上", "comparator"), ("≥95", "comparator"),
     ("65左右", "comparator"),
     (">80", "comparator"), ("1,23", "grouping"), ("12,34,567", "grouping"), ("1234,567", "grouping"),
     ("0,123", "grouping"),
     ("1 234", "grouping"), ("1,234,", "grouping"), ("1.2.3", "points"), ("2023-06-01", "date"), ("2023年6月", "date"),
     ("=1+1", "formula"), ("+", "sign"), ("−", "sign"), ("--", "sign"), ("95个百分点", "unit"), ("12人", "unit"),
     ("9²", "other"), ("9²5", "other"), ("①", "other"), ("9O", "other"), ("٣", "other"), ("1\u200b2", "other"),
     ("0x1F", "other"),
     ("½", "other"), ("95%%", "other"), ("%", "other"), (".", "other"), ("1'000", "other"), ("NULL", "other"),
     ("无", "other"),
     ("true", "other"), ("1\x00", "other")],
)  # fmt: skip
def test_anything_else_is_an_error_with_a_hint(text: str, hint: str) -> None:
    number = parse_number(text)
    assert (number.state, number.code, number.hint, number.text) == (None, "not_a_number", hint, "")
    assert all(HINTS[hint])


@pytest.mark.parametrize("text", ["1" + "0" * 28, "9" * 28 + ".99999999999", "-" + "9" * 29, "1" * 399])
def test_a_number_beyond_the_store_is_an_error(text: str) -> None:
    assert (parse_number(text).state, parse_number(text).code) == (None, "number_too_large")


@pytest.mark.parametrize("text", ["1" * 401, "," * 100_000, "9" * 1_000_000 + "e"])
def test_an_endless_text_is_no_number(text: str) -> None:
    assert parse_number(text).state is None


@given(
    st.text(
        alphabet=st.sampled_from("0123456789０９.．,，-−－+%％ \u3000eE_²()万亿—…n/aNA不适用保密withheldif\x00\u200b"),
        max_size=40,
    )
)
@example("9" * 29)
def test_every_text_is_a_finite_number_or_says_why_not(text: str) -> None:
    number = parse_number(text)
    if number.state == "value":
        value = number.value
        assert value is not None and value.is_finite()
        assert is_plain_number(number.text)
        assert not (value == 0 and value.is_signed())
        assert abs(value) < Decimal(10) ** 28
        assert -value.as_tuple().exponent <= 10  # type: ignore[operator]
    else:
        assert number.text == "" and number.value is None
        assert (number.state is None) == bool(number.code)


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_grammar(text: str) -> None:
    number = parse_number(text)
    assert number.state is not None or number.code


@given(FIGURES)
@example(Decimal("-0"))
@example(Decimal("1E+3"))
@example(Decimal("1E-10"))
def test_a_figure_written_out_is_read_back_unchanged(value: Decimal) -> None:
    number = parse_number(format_number(value))
    assert (number.state, number.value, number.changed) == ("value", value, False)


@given(FIGURES, st.booleans())
def test_grouping_and_width_never_change_a_figure(value: Decimal, wide: bool) -> None:
    text = format(value.quantize(Decimal("0.01"), context=_wide_context()), ",.2f")
    plain = parse_number(text.replace(",", ""))
    if wide:
        text = text.translate({code: code - 0x20 + 0xFF00 for code in range(0x21, 0x7F)})
    assert parse_number(text).value == plain.value


def _wide_context() -> object:
    with localcontext() as context:
        context.prec = 60
        return context.copy()


@given(st.integers(min_value=0, max_value=10**20 - 1), st.booleans())
def test_more_than_ten_decimals_are_rounded_half_even(digits: int, negative: bool) -> None:
    text = ("-" if negative else "") + f"0.{digits:020d}"
    with localcontext() as context:
        context.prec = 60
        expected = Decimal(text).quantize(Decimal("1e-10"), rounding=ROUND_HALF_EVEN)
    number = parse_number(text)
    assert number.value == expected
    assert number.changed


def test_number_cells_lose_their_binary_noise_silently() -> None:
    assert cell_number_text(0.1 + 0.2) == "0.3"
    assert cell_number_text(95.0) == "95"
    assert cell_number_text(-0.0) == "0"
    assert cell_number_text(2.0**53 + 2) == "9007199254740990"
    assert cell_number_text(1 / 3) == "0.3333333333"
    assert cell_number_text(1e-11) == "0"
    assert cell_number_text(2.5e-10) == "0.0000000002"
    assert percent_cell_text(0.952) == "95.2%"
    assert percent_cell_text(1 / 3) == "33.3333333333%"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e27, max_value=1e27))
def test_every_number_cell_is_read_without_a_report(number: float) -> None:
    read = parse_number(cell_number_text(number))
    assert read.state == "value" and not read.changed
    assert read.value is not None
    assert math.isclose(float(read.value), number, rel_tol=1e-14, abs_tol=6e-11)


@given(st.binary(min_size=8, max_size=8))
def test_no_number_cell_breaks_the_grammar(bits: bytes) -> None:
    number = struct.unpack("<d", bits)[0]
    if math.isfinite(number):
        assert parse_number(cell_number_text(number)).state in ("value", None)
