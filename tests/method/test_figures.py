"""Which figure a period has, what a period's own amount is, and the named formulas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from monitor.catalogue.models import VINTAGE_ORDER
from monitor.catalogue.periods import parse_period
from monitor.method.figures import Absence, Figure, Series, own_amount, quotient
from monitor.method.named import (
    completion,
    cumulative_drop,
    percent_drop_progress,
    rate_of_indicators_met,
    required_yearly_drop,
    share_reached,
)

from .worlds import RATIO, indicator

F = Fraction


def series(accumulation: str, sent: dict[str, Any], **keys: Any) -> Series:
    """What was sent, a number each or a figure as it is."""
    cells = {
        parse_period(code): cell if isinstance(cell, Figure | Absence) else Figure(F(cell))
        for code, cell in sent.items()
    }
    return Series(indicator(accumulation=accumulation, **keys), cells, VINTAGE_ORDER)


def value(found: Series, code: str) -> Fraction | None:
    figure = found.figure(parse_period(code))
    return None if figure is None else figure.value


@pytest.mark.parametrize("accumulation", ["stock", "ytd"])
@pytest.mark.parametrize(
    ("sent", "year"),
    [
        ({"2023": 1, "2023-H2": 2, "2023-Q4": 3, "2023-12": 4}, 1),
        ({"2023-H2": 2, "2023-Q4": 3, "2023-12": 4}, 2),
        ({"2023-Q4": 3, "2023-12": 4}, 3),
        ({"2023-12": 4}, 4),
        ({"2023-H1": 5, "2023-Q3": 6, "2023-11": 7, "2022": 8, "2024": 9}, None),
        ({"2023": Absence("withheld"), "2023-Q4": 3}, 3),
    ],
)
def test_a_level_takes_a_shorter_period_with_the_same_end(
    accumulation: str, sent: dict[str, Any], year: int | None
) -> None:
    assert value(series(accumulation, sent), "2023") == year


@pytest.mark.parametrize(
    ("sent", "year"),
    [
        ({"2023": 1, "2023-H1": 2, "2023-H2": 3}, 1),
        ({"2023-H1": 2, "2023-H2": 3}, 5),
        ({"2023-Q1": 1, "2023-Q2": 1, "2023-H2": 3}, 5),
        ({"2023-Q1": 1, "2023-04": 1, "2023-05": 2, "2023-06": 3, "2023-H2": 10}, 17),
        ({f"2023-{month:02d}": month for month in range(1, 13)}, 78),
        ({f"2023-{month:02d}": month for month in range(1, 12)}, None),
        ({"2023-Q4": 3}, None),
        ({"2023-H2": 3}, None),
    ],
)
def test_a_flow_is_the_sum_of_a_complete_set_of_parts(sent: dict[str, Any], year: int | None) -> None:
    assert value(series("period", sent), "2023") == year


def test_a_longer_period_is_never_split_nor_an_earlier_one_carried() -> None:
    for accumulation in ("stock", "ytd", "period"):
        found = series(accumulation, {"2022": 7, "2023": 8})
        assert [value(found, code) for code in ("2023-Q4", "2023-12", "2023-H1", "2024")] == [None] * 4


def test_a_ratio_of_a_year_is_the_quotient_of_the_sums_of_its_parts() -> None:
    halves = {
        "2023-H1": Figure(F(50), "eq", F(1), F(2), "flash"),
        "2023-H2": Figure(F(25), "ge", F(2), F(8), "yearbook", synthetic=True, sources=(3,)),
    }
    for keys in ({"figure": RATIO}, {"aggregate": "ratio_of_sums"}, {}):
        whole = series("period", halves, **keys).figure(parse_period("2023"))
        assert whole is not None
        assert (whole.value, whole.numerator, whole.denominator) == (F(30), F(3), F(10))
        assert (whole.comparator, whole.vintage, whole.synthetic, whole.sources) == ("ge", "flash", True, (3,))
    halves["2023-H1"] = Figure(F(50))
    assert series("period", halves, figure=RATIO).figure(parse_period("2023")) is None


def test_a_periods_own_amount() -> None:
    to_date = series("ytd", {"2023-Q1": 10, "2023-Q2": 25, "2023-Q4": 70, "2022-Q4": 60})
    codes = ("2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")
    assert [own_amount(to_date, parse_period(code)) for code in codes] == [10, 15, None, None]
    assert own_amount(series("period", {"2023-Q2": 25}), parse_period("2023-Q2")) == 25
    assert own_amount(series("stock", {"2023-Q2": 25}), parse_period("2023-Q2")) is None
    shares = {"2023-Q1": Figure(F(50), "eq", F(1), F(2)), "2023-Q2": Figure(F(30), "eq", F(3), F(10))}
    assert own_amount(series("ytd", shares, figure=RATIO), parse_period("2023-Q2")) == 25


def test_a_quotient_is_exact_or_there_is_none() -> None:
    assert quotient(F(9500), F(10000), F(100)) == 95
    assert quotient(F("22914.5"), F("84846.7"), F(100)) == F(22914500, 848467)
    assert quotient(F(0), F(3), F(100)) == 0
    assert quotient(F(1), F(0), F(100)) is None
    assert quotient(F(-1), F(2), F(100)) is None
    assert quotient(F(1), F(-2), F(100)) is None


def test_named_formulas() -> None:
    assert completion(F(80), F(100)) == F(4, 5)
    assert completion(F(30), F(24), "down") == F(4, 5)
    assert completion(F(3), F(0)) is None
    assert cumulative_drop([F("0.1"), F("0.2"), F("0.5")]) == F("0.64")
    assert cumulative_drop([]) == 0
    assert percent_drop_progress(F("0.1"), F("0.19")) == pytest.approx(0.5, rel=1e-15)
    assert percent_drop_progress(F(1), F("0.19")) is None
    assert required_yearly_drop(F("0.1"), F("0.271"), F(2)) == pytest.approx(0.1, rel=1e-14)
    assert required_yearly_drop(F("0.1"), F("0.271"), F(0)) is None
    assert required_yearly_drop(F(1), F("0.271"), F(2)) is None
    assert share_reached(24, 31) == F(24, 31)
    assert rate_of_indicators_met(12, 15) == F(4, 5)
    assert share_reached(0, 0) is None
    assert rate_of_indicators_met(0, 0) is None
