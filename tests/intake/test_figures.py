"""Parts against value and range, decided as exact arithmetic decides: compared with fractions at every close call."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.intake.figures import check_figure
from monitor.intake.rules import IndicatorRule, Range

RULE = IndicatorRule(
    id="share", name="比例", unit="%", factor=Decimal(100), part_unit="万人",
    ranges=(Range(Decimal(0), Decimal(100), "error"),), parts_severity="query",
)  # fmt: skip
PARTS = st.decimals("0.0001", 10**9, places=4).map(str)


def _expected(numerator: str, denominator: str, value: str, comparator: str) -> set[str]:
    """The codes that exact fractions give."""
    quotient = Fraction(numerator) * 100 / Fraction(denominator)
    found = set() if 0 <= quotient <= 100 else {"out_of_range"}
    if value:
        tolerance = max(Fraction(1, 2 * 10 ** len(value.partition(".")[2])), Fraction(1, 20))
        gap = Fraction(value) - quotient
        low, high = -tolerance <= gap, gap <= tolerance
        agrees = {"ge": high, "gt": high, "le": low, "lt": low}.get(comparator, low and high)
        found |= set() if agrees else {"parts_disagree"}
    return found


def _found(numerator: str, denominator: str, value: str, comparator: str) -> set[str]:
    figure, findings = check_figure(RULE, "%", comparator, numerator, denominator, value)
    assert figure == ("value", numerator, denominator, value)
    return {finding.code for finding in findings}


@st.composite
def close_calls(draw: st.DrawFn) -> tuple[str, str, str]:
    """Parts, and a value as close to the edge of its tolerance as 10 decimals can say, or closer."""
    numerator, denominator = draw(PARTS), draw(PARTS)
    edge = Fraction(numerator) * 100 / Fraction(denominator) + draw(st.sampled_from([-1, 1])) * Fraction(1, 20)
    step = draw(st.integers(-3, 3))
    places = draw(st.integers(1, 10))
    units = round(edge * 10**places) + step
    return numerator, denominator, f"{max(units, 0) // 10**places}.{max(units, 0) % 10**places:0{places}d}"


@given(close_calls(), st.sampled_from(["eq", "ge", "gt", "le", "lt", "approx"]))
@example(("95", "100", "95.05"), "eq")
@example(("95", "100", "95.0500000001"), "eq")
@example(("1", "3", "33.3833333333"), "eq")
@example(("1", "3", "33.3833333334"), "eq")
def test_a_close_call_is_decided_exactly(call: tuple[str, str, str], comparator: str) -> None:
    assert _found(*call, comparator) == _expected(*call, comparator)


@given(PARTS, st.integers(-2, 2))
def test_the_edge_of_a_range_is_decided_exactly(denominator: str, step: int) -> None:
    numerator = str(Decimal(denominator) + Decimal(step).scaleb(-10))
    assert _found(numerator, denominator, "", "eq") == _expected(numerator, denominator, "", "eq")


@given(st.decimals("0", "9" * 28, places=0).map(str), st.decimals("0.0000000001", "9" * 28, places=10).map(str))
def test_numbers_of_any_size_are_compared_exactly(numerator: str, denominator: str) -> None:
    assert _found(numerator, denominator, "", "eq") == _expected(numerator, denominator, "", "eq")


def test_a_value_in_another_unit_is_compared_in_its_own() -> None:
    rule = IndicatorRule("income", "收入", "万亿元", None, None, (Range(None, Decimal(3), "query"),), "query")
    for value, unit, codes in (
        ("30000", "亿元", []),
        ("30000.0000000001", "亿元", ["out_of_range"]),
        ("3", "万亿元", []),
    ):
        assert [finding.code for finding in check_figure(rule, unit, "eq", "", "", value)[1]] == codes
