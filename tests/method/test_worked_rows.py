"""Rows of methods.md section 6 and cases at the edges of its rules, by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from monitor.catalogue.models import Indicator

from .oracle import Fig
from .worlds import EAST, NATION, NORTH, WEST, indicator, row, scorecard, world

F = Fraction


def fig(value: str | int, comparator: str = "eq") -> Fig:
    return Fig(F(value), comparator)


def parts(numerator: str, denominator: str) -> Fig:
    return Fig(100 * F(numerator) / F(denominator), "eq", F(numerator), F(denominator))


def judged(one: Indicator, figures: Mapping[str, Fig | str], period: str, method: Any = "linear") -> dict[str, Any]:
    """The nation's row of the one indicator."""
    sent = {(one.id, NATION, code): figure for code, figure in figures.items()}
    return row(scorecard(world((one,), sent), method), one.id, period)


def reach(comparator: str, value: str | int, b: str | int | None = None, **keys: Any) -> Indicator:
    """Reach `value` by 2025, from b in 2020."""
    own: dict[str, Any] = {"direction": "down" if comparator in ("le", "lt") else "up"}
    if b is not None:
        own["baseline"] = {"value": str(b), "comparator": keys.pop("b_comparator", "eq")}
    target = {"rule": "reach", "comparator": comparator, "value": str(value)} | keys.pop("target", {})
    return indicator(**own, target=target, **keys)


def hold(value: int, b: str, b_comparator: str) -> Indicator:
    target = {"rule": "hold", "comparator": "ge", "value": value}
    return indicator(baseline={"value": b, "comparator": b_comparator}, target=target)


def band(b: str | None, **target: Any) -> Indicator:
    stated = {"baseline": {"value": b}} if b else {}
    return indicator(direction="none", target={"rule": "band"} | target, **stated)


OUT_OF_POCKET = reach("le", 27, "27.7", figure={"numerator": "个人", "denominator": "总", "unit": "亿元"})
ENROLMENT = hold(95, "95", "gt")
SETTLEMENT = reach("gt", 70, 50, b_comparator="gt")

# indicator, figures, period, expected
SECTION_6: list[tuple[Indicator, dict[str, Fig | str], str, dict[str, object]]] = [
    (OUT_OF_POCKET, {"2021": fig("27.7")}, "2021", {"progress_share": 0, "time_share": 0.2, "class": "behind"}),
    (OUT_OF_POCKET, {"2022": fig(27)}, "2022", {"progress_share": 1, "time_share": 0.4, "class": "achieved"}),
    (
        OUT_OF_POCKET, {"2022": parts("22914.5", "84846.7")}, "2022",
        {"value": 2291450 / 84846.7, "progress_share": 0.9900813, "time_share": 0.4, "class": "ahead"},
    ),
    (
        OUT_OF_POCKET, {"2022": fig("26.89"), "2023": fig("27.3")}, "2023",
        {"progress_share": 4 / 7, "time_share": 0.6, "class": "slipped", "met_period": "2022"},
    ),
    (
        OUT_OF_POCKET, {"2022": fig("26.89"), "2025": parts("25310.9", "93367.2")}, "2025",
        {"progress_share": 0.8443075, "time_share": 1, "class": "missed", "met_period": "2022",
         "numerator_gap": 101.756},
    ),
    (band("70"), {"2021": fig("69.3")}, "2021", {"progress_share": None, "time_share": 0.2, "class": "held"}),
    (
        band("70"), {"2021": fig("69.3"), "2022": fig("68.3")}, "2022",
        {"time_share": 0.4, "class": "breached", "first_failing_period": "2022", "target_gap": 0.7},
    ),
    (band("85.2"), {"2022": fig("84.2")}, "2022", {"time_share": 0.4, "class": "held", "target_gap": 0}),
    (
        band("85.2"), {"2022": fig("84.2"), "2025": fig("84.1")}, "2025",
        {"time_share": 1, "class": "breached", "first_failing_period": "2025"},
    ),
    (
        SETTLEMENT, {"2022": fig(65, "approx"), "2023": fig(80, "gt")}, "2023",
        {"time_share": 0.6, "class": "achieved", "certainty": "bound"},
    ),
    (SETTLEMENT, {"2022": fig(65, "approx")}, "2022", {"certainty": "approximate", "class": "ahead"}),
    (ENROLMENT, {"2023": fig(95, "ge")}, "2023", {"certainty": "bound", "class": "held"}),
    (
        ENROLMENT, {"2021": fig(95, "ge"), "2024": fig(95, "approx")}, "2024",
        {"progress_share": None, "time_share": 0.8, "class": "held", "certainty": "approximate",
         "reason": "years_without_figure:2022,2023"},
    ),
    (
        reach("ge", 95, 97), {"2022": fig(94)}, "2022",
        {"progress_share": None, "schedule_gap_pp": None, "time_share": 0.4, "class": "below_baseline"},
    ),
    (
        reach("le", 50, 100), {"2022": fig(80)}, "2022",
        {"progress_share": 0.4, "time_share": 0.4, "class": "on_schedule", "schedule_gap_pp": 0},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("one", "figures", "period", "expected"), SECTION_6)
def test_section_6(one: Indicator, figures: dict[str, Fig | str], period: str, expected: dict[str, object]) -> None:
    found = judged(one, figures, period)
    numbers = {name: pytest.approx(value, rel=1e-6) for name, value in expected.items() if isinstance(value, float)}
    assert {name: found[name] for name in expected} == expected | numbers


def test_section_6_by_growth() -> None:
    found = judged(reach("le", 50, 100), {"2022": fig(80)}, "2022", "cagr")
    assert found["class"] == "moderate"
    assert found["progress_share"] == pytest.approx((math.sqrt(0.8) - 1) / -abs(0.5**0.2 - 1), rel=1e-12)
    assert (found["schedule_gap_pp"], found["time_share"]) == (None, 0.4)


GROWING = reach("ge", "161.051", 100)  # 10 % a year
SHRINKING = reach("le", "59.049", 100)  # −10 % a year


@pytest.mark.parametrize(
    ("one", "period", "value", "class_"),
    [
        (GROWING, "2022", "119.9025", "substantial"),  # 9.5 % a year: R is exactly 0.95
        (GROWING, "2022", "119.9024999999", "moderate"),
        (GROWING, "2022", "112.36", "moderate"),  # 6 % a year: R is exactly 0.60
        (GROWING, "2022", "112.3599999999", "limited"),
        (GROWING, "2022", "100", "limited"),
        (GROWING, "2022", "99.9999999999", "deterioration"),
        (GROWING, "2022", "0", "deterioration"),
        (GROWING, "2022", "-1", "not_available"),  # the sign changed
        (GROWING, "2021", "109.5", "substantial"),
        (GROWING, "2023", "131.2932375", "substantial"),
        (GROWING, "2023", "131.2932374999", "moderate"),
        (GROWING, "2023", "161.051", "target_achieved"),
        (SHRINKING, "2022", "81.9025", "substantial"),
        (SHRINKING, "2022", "81.9025000001", "moderate"),
        (SHRINKING, "2022", "88.36", "moderate"),
        (SHRINKING, "2022", "100.0000000001", "deterioration"),
        (reach("ge", -50, -100), "2022", "-110", "deterioration"),
        (reach("ge", -50, -100), "2022", "-60", "substantial"),
        (reach("ge", 50, 0), "2022", "30", "not_available"),  # nothing grows from 0
        (reach("ge", 0, -10), "2022", "-5", "not_available"),  # nothing grows to 0
        (reach("gt", 50, 50), "2022", "50", "not_available"),  # g = b, not met, not worse
        (reach("gt", 50, 50), "2022", "49", "deterioration"),
        (reach("gt", 50, 50), "2022", "51", "target_achieved"),
        (reach("ge", 50), "2022", "20", "not_available"),
        (reach("ge", 50), "2022", "50", "target_achieved"),
    ],
)
def test_growth_at_its_thresholds(one: Indicator, period: str, value: str, class_: str) -> None:
    assert judged(one, {period: fig(value)}, period, "cagr")["class"] == class_


def test_growth_needs_a_whole_year() -> None:
    assert judged(GROWING, {"2020-Q4": fig(100), "2021-Q2": fig(150)}, "2021-Q2", "cagr")["class"] == "not_available"


@pytest.mark.parametrize(
    ("one", "value", "comparator", "class_", "reason"),
    [
        (GROWING, "170", "gt", "target_achieved", ""),
        (GROWING, "150", "ge", "not_available", "bound_straddles_target"),
        (GROWING, "120", "le", "not_available", "bound_straddles_class"),
        (GROWING, "100", "le", "not_available", "bound_straddles_class"),
        (GROWING, "100", "lt", "deterioration", ""),  # wholly below b, though its number is not
        (GROWING, "99", "le", "deterioration", ""),
        (SHRINKING, "100", "gt", "deterioration", ""),
        (reach("gt", 50, 50), "50", "lt", "deterioration", ""),
    ],
)
def test_growth_of_bounds(one: Indicator, value: str, comparator: str, class_: str, reason: str) -> None:
    found = judged(one, {"2022": fig(value, comparator)}, "2022", "cagr")
    assert (found["class"], found["reason"]) == (class_, reason)


@pytest.mark.parametrize(
    ("limit", "b", "value", "class_"),
    [
        (None, 100, "103.0225", "substantial"),  # exactly 1.5 % a year
        (None, 100, "103.0224999999", "moderate"),
        (None, 100, "101.0025", "moderate"),  # exactly 0.5 % a year
        (None, 100, "101.0024999999", "limited"),
        (None, 100, "100", "limited"),
        (None, 100, "99.9999999999", "deterioration"),
        (50, 100, "103.0224999999", "moderate"),  # |b| ≥ 2|L|: the thresholds stand
        (100, 100, "100", "substantial"),  # at the limit nothing more is asked
        (100, 100, "99.9999999999", "deterioration"),
        (100, 80, "81.52", "substantial"),  # C = 1 − 0.8^4.44 = 0.6287: asked are 0.943 %
        (100, 80, "81.5", "moderate"),
        (100, 120, "121.5", "moderate"),
    ],
)
def test_growth_without_a_target(limit: int | None, b: int, value: str, class_: str) -> None:
    keys = {} if limit is None else {"limit": limit}
    one = indicator(nature="context", baseline={"value": b}, **keys)
    found = judged(one, {"2022": fig(value)}, "2022", "cagr")
    assert found["class"] == class_
    assert found["progress_share"] == pytest.approx((float(value) / b) ** 0.5 - 1, abs=1e-12)
    plain = judged(one, {"2022": fig(value)}, "2022")
    assert (plain["class"], plain["rule"], plain["target"], plain["progress_share"]) == ("", "", None, None)


RISING = reach("ge", 75, 25)  # 10 a year, s = 0.4 in 2022: the line is at 45, near at 41, ahead at 49


@pytest.mark.parametrize(
    ("value", "comparator", "class_", "reason"),
    [
        ("49", "eq", "ahead", ""),
        ("48.9999999999", "eq", "on_schedule", ""),
        ("45", "eq", "on_schedule", ""),
        ("44.9999999999", "eq", "nearly", ""),
        ("41", "eq", "nearly", ""),
        ("40.9999999999", "eq", "behind", ""),
        ("25", "eq", "behind", ""),
        ("24.9999999999", "eq", "below_baseline", ""),
        ("74.9999999999", "eq", "ahead", ""),
        ("75", "approx", "achieved", ""),
        ("75", "ge", "achieved", ""),
        ("74", "gt", "not_assessable", "bound_straddles_target"),
        ("75", "le", "not_assessable", "bound_straddles_target"),
        ("75", "lt", "not_assessable", "bound_straddles_class"),
        ("25", "le", "not_assessable", "bound_straddles_class"),
        ("25", "lt", "below_baseline", ""),
        ("24", "le", "below_baseline", ""),
    ],
)
def test_classes_at_their_edges(value: str, comparator: str, class_: str, reason: str) -> None:
    found = judged(RISING, {"2022": fig(value, comparator)}, "2022")
    assert (found["class"], found["reason"]) == (class_, reason)


@pytest.mark.parametrize(
    ("absent", "reason"), [("withheld", "withheld"), ("not_applicable", "not_applicable"), ("", "")]
)
def test_no_figure(absent: str, reason: str) -> None:
    found = judged(RISING, {"2022": absent}, "2022")
    assert (found["class"], found["reason"], found["value"], found["certainty"]) == ("no_data", reason, None, "")
    assert (found["time_share"], found["progress_share"], found["target_gap"]) == (0.4, None, None)


def test_a_text_target_is_judged_by_a_person_with_or_without_a_figure() -> None:
    one = indicator(direction="none", baseline={"value": 1}, target={"rule": "judge", "text": "相适应"})
    for method in ("linear", "cagr"):
        with_figure, without = (judged(one, {"2022": fig(2)}, year, method) for year in ("2022", "2023"))
        assert (with_figure["class"], without["class"]) == ("judged", "judged")
        assert (with_figure["target"], with_figure["pace_per_year"], with_figure["time_share"]) == (None, None, 0.4)


def test_without_a_baseline_the_gap_is_still_given() -> None:
    found = judged(reach("ge", 80), {"2022": fig(60)}, "2022")
    assert (found["class"], found["reason"]) == ("not_assessable", "no_baseline")
    assert (found["target_gap"], found["required_per_year"], found["progress_share"]) == (20, 20 / 3, None)
    assert found["baseline_printed"] == "—"


def test_hold_looks_at_every_year_of_the_plan_and_at_none_before() -> None:
    before = {"2019": fig(90), "2020": fig(90)}
    assert judged(ENROLMENT, before | {"2021": fig(95)}, "2021")["class"] == "held"
    later = before | {"2021": fig(94), "2023": fig(96)}
    found = judged(ENROLMENT, later, "2023")
    assert (found["class"], found["first_failing_period"]) == ("breached", "2021")
    assert found["reason"] == "years_without_figure:2022"
    assert judged(ENROLMENT, later, "2022")["class"] == "no_data"
    unclear = judged(ENROLMENT, {"2021": fig(94, "ge"), "2022": fig(96)}, "2022")
    assert (unclear["class"], unclear["reason"]) == ("not_assessable", "bound_straddles_target")
    assert judged(ENROLMENT, {"2021": fig(94, "ge"), "2022": fig(96)}, "2022", "cagr")["class"] == "not_available"


def test_a_band_needs_a_centre() -> None:
    found = judged(band(None), {"2022": fig(70)}, "2022")
    assert (found["class"], found["reason"]) == ("not_assessable", "no_baseline;years_without_figure:2021")
    assert judged(band(None, value=70, tolerance="0.5"), {"2022": fig("70.5")}, "2022")["class"] == "held"
    assert judged(band("60", value=70, tolerance="0.5"), {"2022": fig("69.4")}, "2022")["class"] == "breached"


@pytest.mark.parametrize(
    ("value", "comparator", "class_"),
    [
        ("71", "gt", "breached"),
        ("71", "ge", "not_assessable"),
        ("69", "lt", "breached"),
        ("69", "le", "not_assessable"),
        ("71", "le", "not_assessable"),
        ("71", "approx", "held"),
    ],
)
def test_a_bound_against_a_band(value: str, comparator: str, class_: str) -> None:
    assert judged(band("70"), {"2021": fig(value, comparator)}, "2021")["class"] == class_


PATH = {"2021": "40", "2022": "50", "2023": "60", "2024": "65"}


@pytest.mark.parametrize(
    ("period", "value", "class_"),
    [
        ("2022", "60", "ahead"),
        ("2022", "50", "on_schedule"),
        ("2022", "49.9", "behind"),
        ("2021-Q2", "35", "not_assessable"),
        ("2022-Q2", "45", "on_schedule"),
        ("2022-Q2", "55", "ahead"),
        ("2024", "69.9", "on_schedule"),
        ("2024", "70", "achieved"),
        ("2025", "69.9", "missed"),
    ],
)
def test_a_path_without_a_baseline(period: str, value: str, class_: str) -> None:
    found = judged(reach("ge", 70, path=PATH), {period: fig(value)}, period)
    assert found["class"] == class_
    assert (found["progress_share"], found["time_share"]) == (None, None)
    assert found["reason"] == ("before_path" if class_ == "not_assessable" else "")


@pytest.mark.parametrize(
    ("comparator", "class_", "reason"),
    [("lt", "behind", ""), ("le", "not_assessable", "bound_straddles_class"), ("approx", "on_schedule", "")],
)
def test_a_bound_that_ends_on_the_path(comparator: str, class_: str, reason: str) -> None:
    found = judged(reach("ge", 70, path=PATH), {"2022": fig(50, comparator)}, "2022")
    assert (found["class"], found["reason"]) == (class_, reason)


@pytest.mark.parametrize(
    ("period", "value", "s", "class_"),
    [
        ("2021", "40", 0.25, "on_schedule"),  # from 30: (40 − 30) ÷ 40
        ("2021", "38", 0.25, "nearly"),  # p = 0.2 is exactly 0.8 × 0.25
        ("2021", "37.9", 0.25, "behind"),
        ("2021", "29", 0.25, "behind"),  # the path's own rows know no below_baseline
        ("2021-Q2", "35", 0.125, "on_schedule"),
        ("2023", "65", 0.75, "ahead"),
    ],
)
def test_a_path_with_a_baseline(period: str, value: str, s: float, class_: str) -> None:
    found = judged(reach("ge", 70, 30, path=PATH), {period: fig(value)}, period)
    assert (found["class"], found["time_share"]) == (class_, s)


def test_a_percentage_drop() -> None:
    one = reach("ge", "19", target={"progress": "percent_drop", "year": 2022})
    half_way = judged(one, {"2021": fig(10)}, "2021")  # 0.9 is the square root of 0.81
    assert (half_way["class"], half_way["time_share"]) == ("on_schedule", 0.5)
    assert half_way["progress_share"] == pytest.approx(0.5, rel=1e-12)
    assert half_way["required_per_year"] == pytest.approx(10, rel=1e-12)
    assert half_way["baseline_printed"] == "—"
    assert judged(one, {"2021": fig("9.9999999999")}, "2021")["class"] == "nearly"
    past = reach("ge", "19", 20, target={"progress": "percent_drop"})
    assert judged(past, {"2021": fig(10)}, "2021")["progress_share"] is None


def test_slipped_and_missed_name_the_last_year_in_which_it_was_met() -> None:
    figures: dict[str, Fig | str] = {
        "2019": fig(80),
        "2021": fig(75),
        "2022": fig(76),
        "2023": fig(70),
        "2026": fig(70),
    }
    one = reach("ge", 75, 25)
    slipped, late = judged(one, figures, "2023"), judged(one, figures, "2026")
    assert (slipped["class"], slipped["met_period"]) == ("slipped", "2022")
    assert (late["class"], late["met_period"], late["time_share"]) == ("missed", "2022", 1.2)
    assert (late["required_per_year"], late["projected_value"], late["outlook"]) == (None, None, "")
    only_before = judged(one, {"2019": fig(80), "2021": fig(70)}, "2021")
    assert (only_before["class"], only_before["met_period"]) == ("ahead", "")


def test_outlook() -> None:
    figures = {"2018": fig(10), "2020": fig(25), "2021": fig(35), "2022": fig(40), "2023": fig(55)}
    found = judged(RISING, figures, "2023")
    # the last four: (55 − 25) ÷ 3 = 10 a year; steps 10, 5, 15
    assert (found["projected_value"], found["projected_year"], found["outlook"]) == (75, 2025, "possible")
    two = judged(RISING, {"2021": fig(35), "2022": fig(40)}, "2022")
    assert (two["projected_value"], two["projected_year"], two["outlook"]) == (55, 2029, "")
    new_definition = indicator(
        baseline={"value": 25}, target={"rule": "reach", "comparator": "ge", "value": 75},
        breaks=[{"period": "2022", "note": "新口径"}],
    )  # fmt: skip
    since = judged(new_definition, figures, "2023")
    assert (since["projected_value"], since["projected_year"], since["outlook"], since["break"]) == (
        85,
        2025,
        "",
        "2022",
    )
    before = judged(new_definition, figures, "2021")
    assert (before["projected_value"], before["break"]) == (float(35 + 4 * F(25, 3)), "")
    falling = judged(RISING, {"2021": fig(35), "2022": fig(34), "2023": fig(33)}, "2023")
    assert (falling["projected_year"], falling["outlook"]) == (None, "unlikely")
    met = judged(RISING, {"2021": fig(75), "2022": fig(80), "2023": fig(80)}, "2023")
    assert (met["projected_year"], met["outlook"]) == (2023, "likely")


def test_a_change_in_the_middle_of_the_plan_holds_from_its_day_on() -> None:
    one = reach(
        "ge", 75, 25,
        versions=[{"valid_from": "2023-06-30", "reason": "中期调整", "approval": "国办函",
                   "target": {"rule": "reach", "comparator": "ge", "value": 65}}],
    )  # fmt: skip
    figures: dict[str, Fig | str] = {period: fig(70) for period in ("2022", "2023-05", "2023-06")}
    assert [judged(one, figures, period)["target"] for period in figures] == [75, 75, 65]
    assert [judged(one, figures, period)["class"] for period in figures] == ["ahead", "ahead", "achieved"]


EACH = {"rule": "reach", "comparator": "ge", "value": 500, "scope": "each_region", "printed": ">500"}


def each_region(**target: Any) -> Indicator:
    return indicator(unit="个", aggregate="count_reached", baseline={"value": 112}, target=EACH | target)


def test_each_region_is_judged_for_itself_and_the_plans_region_by_how_many_reached() -> None:
    sent: dict[tuple[str, str, str], Fig | str] = {
        ("a", NATION, "2022"): fig(618),
        ("a", EAST, "2020"): fig(100),
        ("a", EAST, "2022"): fig(500),
        ("a", WEST, "2022"): fig(499, "le"),
        ("a", EAST, "2025"): fig(600),
    }
    frame = scorecard(world((each_region(),), sent, NATION, EAST, WEST))
    nation, last = row(frame, "a", "2022"), row(frame, "a", "2025")
    assert (nation["value"], nation["numerator"], nation["denominator"], nation["unit"]) == (50, 1, 2, "%")
    assert (nation["target"], nation["target_printed"], nation["target_gap"]) == (100, ">500", 50)
    assert (nation["baseline"], nation["progress_share"], nation["class"]) == (None, 0.5, "ahead")
    assert (nation["vintage"], nation["coverage"], nation["aggregated_value"]) == ("aggregated", 1, 50)
    assert (last["class"], last["coverage"], last["partial"]) == ("missed", 0.5, True)
    assert row(frame, "a", "2023")["class"] == "no_data"
    east, west = row(frame, "a", "2022", EAST), row(frame, "a", "2022", WEST)
    assert (east["class"], east["baseline"], east["unit"]) == ("achieved", 100, "个")
    assert (west["class"], west["reason"]) == ("not_assessable", "no_baseline")
    by_growth = row(scorecard(world((each_region(),), sent, NATION, EAST, WEST), "cagr"), "a", "2022")
    assert (by_growth["class"], by_growth["progress_share"]) == ("ahead", 0.5)


def test_expected_regions_may_lie_deeper_and_may_have_targets_of_their_own() -> None:
    one = each_region(expected=(NORTH,))
    own = {NORTH: {"target": {"rule": "reach", "comparator": "ge", "value": 300}}}
    one = Indicator.model_validate(one.model_dump(exclude_none=True) | {"regional_targets": own, "aggregate": "none"})
    sent: dict[tuple[str, str, str], Fig | str] = {
        ("a", NORTH, "2021"): fig(300),
        ("a", NORTH, "2022-Q2"): fig(299),
        ("a", EAST, "2022"): fig(900),
    }
    frame = scorecard(world((one,), sent, NATION, EAST, WEST, NORTH))
    assert row(frame, "a", "2021")["class"] == "achieved"
    middle = row(frame, "a", "2022-Q2")
    assert (middle["value"], middle["coverage"], middle["class"], middle["met_period"]) == (0, 1, "slipped", "2021")
    assert row(frame, "a", "2022")["class"] == "no_data"


def test_more_regions_are_better_also_where_the_indicator_falls() -> None:
    one = indicator(direction="down", target={"rule": "reach", "comparator": "le", "value": 10, "scope": "each_region"})
    sent = {("a", EAST, "2022"): fig(9), ("a", WEST, "2022"): fig(11)}
    nation = row(scorecard(world((one,), sent, NATION, EAST, WEST)), "a", "2022")
    assert (nation["value"], nation["target_gap"], nation["numerator_gap"], nation["class"]) == (50, 50, 1, "ahead")


def test_a_parents_baseline_and_path_are_never_borrowed() -> None:
    one = indicator(
        baseline={"value": 30}, path=PATH, target={"rule": "reach", "comparator": "ge", "value": 70},
        regional_targets={WEST: {"baseline": {"value": 20}, "path": {"2023": 30}}},
    )  # fmt: skip
    sent = {("a", code, "2022"): fig(45) for code in (NATION, EAST, WEST, NORTH)} | {("a", NORTH, "2020"): fig(45)}
    frame = scorecard(world((one,), sent, NATION, EAST, WEST, NORTH))
    assert row(frame, "a", "2022")["class"] == "behind"  # the table asks for 50
    east = row(frame, "a", "2022", EAST)
    assert (east["baseline"], east["class"], east["reason"]) == (None, "not_assessable", "no_baseline")
    west = row(frame, "a", "2022", WEST)
    assert (west["baseline"], west["class"], west["time_share"]) == (20, "ahead", pytest.approx(2 / 15))
    north = row(frame, "a", "2022", NORTH)
    assert (north["baseline"], north["progress_share"], north["time_share"], north["class"]) == (45, 0, 0.4, "behind")


def test_a_plan_row_stands_before_the_base_years_figure() -> None:
    one = indicator(aggregate="sum", target={"rule": "reach", "comparator": "ge", "value": 100})
    sent = {("a", NORTH, "2020"): fig(40), ("a", WEST, "2020"): fig(30), ("a", WEST, "2022"): fig(50)}
    given = world((one,), sent, NATION, EAST, WEST, NORTH, plan_rows={("a", WEST, "2020"): fig(35, "approx")})
    frame = scorecard(given)
    west = row(frame, "a", "2022", WEST)
    assert (west["baseline"], west["baseline_printed"], west["certainty"]) == (35, "≈35", "approximate")
    assert row(frame, "a", "2022", EAST)["baseline"] == 40  # what its children add up to
    assert row(frame, "a", "2022")["baseline"] is None  # the plan's own region uses the catalogue's and nothing else
