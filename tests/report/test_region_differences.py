"""One figure less another: exact to the last printed digit, and never silently."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue.loader import load_catalogues
from monitor.catalogue.models import Break, Text
from monitor.catalogue.periods import parse_period
from monitor.report.differences import Difference, break_between, difference, is_better, movement
from monitor.report.figures import Figure
from monitor.report.ranking import Rank, place_of
from monitor.shipped import find_shipped

(PLAN,) = load_catalogues([find_shipped("indicators.yaml")])
PLAIN = next(one for one in PLAN.indicators if one.id == "medical_aid_share")
BROKEN = PLAIN.model_copy(update={"breaks": (Break(period="2023", note=Text(zh="新口径")),)})
_EMPTY: dict[str, Any] = dict.fromkeys(
    (
        "numerator", "denominator", "baseline", "target", "progress_share", "time_share", "schedule_gap_pp",
        "target_gap", "numerator_gap", "pace_per_year", "required_per_year", "projected_value", "projected_year",
        "coverage", "aggregated_value",
    )
)  # fmt: skip
_TEXTS = dict.fromkeys(
    (
        "region_name",
        "baseline_printed",
        "target_printed",
        "first_failing_period",
        "conclusion",
        "met_period",
        "outlook",
    ),
    "",
)


def figure(value: float | None, period: str = "2024", **other: Any) -> Figure:
    known: dict[str, Any] = {
        "indicator_id": PLAIN.id, "region_code": "110000", "vintage": "reported", "comparator": "eq", "unit": "%",
        "rule": "hold", "class_": "held", "reasons": (), "synthetic": False, "certainty": "certain", "partial": False,
    }  # fmt: skip
    return Figure(value=value, period=parse_period(period), **{**_EMPTY, **_TEXTS, **known, **other})


def test_a_difference_is_exact_where_floats_are_not() -> None:
    assert 69.9 - 71.5 != -1.6
    assert difference(figure(69.9), figure(71.5, "2023"), PLAIN) == Difference(-1.6)


@pytest.mark.parametrize(("new", "old"), [(None, figure(1.0)), (figure(1.0), None), (figure(None), figure(0.0))])
def test_what_is_missing_is_not_zero(new: Figure | None, old: Figure | None) -> None:
    assert difference(new, old, PLAIN) == Difference(None, "missing")


@pytest.mark.parametrize("comparator", ["ge", "gt", "le", "lt"])
def test_a_range_is_not_subtracted(comparator: str) -> None:
    bound = figure(74.0, comparator=comparator)
    assert difference(bound, figure(70.0), PLAIN) == Difference(None, "bound")
    assert difference(figure(70.0), bound, PLAIN) == Difference(None, "bound")


def test_an_approximate_side_and_another_unit_are_told() -> None:
    assert difference(figure(73.0, comparator="approx"), figure(70.5), PLAIN) == Difference(2.5, is_approximate=True)
    assert difference(figure(73.0), figure(12.0, unit="个"), PLAIN) == Difference(None, "units")


@pytest.mark.parametrize(
    ("one", "other", "broken"),
    [("2022", "2023", "2023"), ("2021", "2025", "2023"), ("2023", "2024", None), ("2021", "2022", None),
     ("2022", "2023-Q1", None), ("2022", "2023-Q4", "2023")],
)  # fmt: skip
def test_a_change_of_definition_between_is_told(one: str, other: str, broken: str | None) -> None:
    first, last = parse_period(one), parse_period(other)
    found = break_between(BROKEN, first, last)
    assert found == break_between(BROKEN, last, first) == (parse_period(broken) if broken else None)
    assert difference(figure(2.0, other), figure(1.0, one), BROKEN).broken_at == found


_CENTS = st.integers(-(10**9), 10**9).map(lambda n: float(Decimal(n) / 100))


@given(_CENTS, _CENTS)
def test_a_difference_turned_round_changes_its_sign_alone(one: float, other: float) -> None:
    there, back = difference(figure(one), figure(other), PLAIN), difference(figure(other), figure(one), PLAIN)
    assert there.value is not None and back.value is not None
    assert there.value == -back.value == float(Decimal(str(one)) - Decimal(str(other)))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("held", "held", "same"), ("held", "breached", "worse"), ("behind", "nearly", "better"),
     ("on_schedule", "achieved", "better"), ("slipped", "missed", "still"), ("behind", "below_baseline", "worse"),
     ("achieved", "missed", "worse"), ("no_data", "achieved", "other"), ("achieved", "not_assessable", "other"),
     ("judged", "judged", "same")],
)  # fmt: skip
def test_a_class_moves_by_severity_where_both_are_assessed(old: str, new: str, found: str) -> None:
    assert movement(replace(figure(1.0), class_=old), replace(figure(2.0), class_=new)) == found


def test_a_row_that_was_not_there_has_no_data() -> None:
    assert movement(None, None) == "same"
    assert movement(None, figure(1.0)) == "other"


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.booleans())
def test_places_are_shared_and_leave_room(values: list[int], high: bool) -> None:
    ranks = [place_of(value, values, high_is_best=high) for value in values]
    assert min(rank.place for rank in ranks) == 1
    assert all(rank.of == len(values) for rank in ranks)
    for value, rank in zip(values, ranks, strict=True):
        assert rank.place == 1 + sum(is_better(other, value, "up" if high else "down") for other in values)
        assert not (rank.is_front and rank.is_back)


def test_thirds_of_32_units() -> None:
    assert [place for place in range(1, 33) if Rank(place, 32).is_front] == list(range(1, 11))
    assert [place for place in range(1, 33) if Rank(place, 32).is_back] == list(range(22, 33))


def test_an_indicator_without_a_direction_has_no_better() -> None:
    assert is_better(2.0, 1.0, "up") and is_better(1.0, 2.0, "down")
    assert not is_better(2.0, 1.0, "none") and not is_better(1.0, 2.0, "none")
