"""Periods nest, are read in both languages and keep one code; units convert exactly."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue import Period, canonical_unit, factor_between, parse_period
from monitor.catalogue.periods import MONTHS
from monitor.catalogue.units import ALIASES, UNITS, base_unit, dimension

PERIODS = st.sampled_from([*MONTHS]).flatmap(
    lambda kind: st.builds(Period.of, st.integers(1900, 2200), st.just(kind), st.integers(1, 12 // MONTHS[kind]))
)


@given(PERIODS)
def test_a_period_is_its_code(period: Period) -> None:
    assert parse_period(period.code) == period
    assert str(period) == period.code
    assert period.end.year == period.year


@given(PERIODS)
def test_parts_fill_a_period_and_end_with_it(period: Period) -> None:
    parts = period.parts
    assert sum(part.months for part in parts) == (0 if period.months == 1 else period.months)
    for before, after in pairwise(parts):
        assert after.previous() == before
    if parts:
        assert parts[-1] in period.same_end
        assert all(part.time == period.time for part in period.same_end)
    assert period.year_earlier().time == period.time - 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2023年", "2023"), ("２０２３", "2023"), ("2023-h1", "2023-H1"), ("2023年上半年", "2023-H1"),
        ("2023年下半年", "2023-H2"), ("2023年二季度", "2023-Q2"), ("2023年第4季度", "2023-Q4"),
        ("2023年一季", "2023-Q1"),
        ("2023年6月", "2023-06"), ("2023年12月份", "2023-12"), (" 2023-06 ", "2023-06"),
    ],
)  # fmt: skip
def test_what_people_write(text: str, code: str) -> None:
    assert parse_period(text).code == code


@pytest.mark.parametrize(
    "text", ["", "23", "2023-13", "2023-0", "2023-Q5", "2023-H3", "2023年13月", "2023-6", "2023/06", "0000", "今年"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        parse_period(text)


@pytest.mark.parametrize(
    ("code", "time", "shorter"),
    [
        ("2023", Fraction(2023), ["2023-H2", "2023-Q4", "2023-12"]),
        ("2023-Q2", Fraction(4045, 2), ["2023-06"]),
        ("2023-06", Fraction(4045, 2), []),
        ("2022", Fraction(2022), ["2022-H2", "2022-Q4", "2022-12"]),
    ],
)
def test_time_is_measured_at_the_end(code: str, time: Fraction, shorter: list[str]) -> None:
    assert parse_period(code).time == time
    assert [period.code for period in parse_period(code).same_end] == shorter


def test_periods_of_one_end_are_ordered_by_length() -> None:
    codes = ["2023", "2023-H2", "2023-12", "2023-Q4", "2023-11"]
    assert [p.code for p in sorted(map(parse_period, codes), key=lambda p: p.order)] == [
        "2023-11", "2023-12", "2023-Q4", "2023-H2", "2023"]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("万亿元", "亿元", Fraction(10_000)), ("元", "万亿元", Fraction(1, 10**12)), ("亿人", "万人", Fraction(10_000)),
        ("万人次", "人次", Fraction(10_000)), ("种", "类", Fraction(1)), ("个", "项", Fraction(1)),
        ("%", "%", Fraction(1)),
        ("人", "人次", None), ("元", "%", None), ("月", "天", None), ("个", "人", None), ("元", "dollar", None),
    ],
)  # fmt: skip
def test_units_convert(source: str, target: str, factor: Fraction | None) -> None:
    assert factor_between(source, target) == factor


@given(st.sampled_from(UNITS), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_conversion_is_one_system(one: str, two: str, three: str) -> None:
    there, on, across = factor_between(one, two), factor_between(two, three), factor_between(one, three)
    if there is not None and on is not None:
        assert across == there * on
        assert dimension(one) == dimension(three)
    assert factor_between(one, base_unit(one)) is not None


def test_aliases_and_spelling() -> None:
    assert {canonical_unit(alias) for alias in ALIASES} <= {*UNITS}
    assert [canonical_unit(text) for text in ("percent", " 万人 ", "Yuan", "count", "kind", "斤", "")] == [
        "%", "万人", "元", "个", "种", None, None]  # fmt: skip
