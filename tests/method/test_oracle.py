"""Every row of a scorecard is what a slow second judge, written from methods.md alone, says of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.properties import examples

from .oracle import certainty, judge_cagr, judge_linear, time_share
from .oracle_tree import World, aggregate, case_of, rows_of
from .worlds import rows, same, scorecard, single_region_worlds, tree_worlds

SOURCE_REASONS = ("evidence_synthetic", "aggregated_value_synthetic")
many = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
fewer = settings(many, max_examples=examples(40))


def _own_reasons(text: str) -> str:
    """The reasons of the verdict itself, without what is said of the figures' origin."""
    return ";".join(reason for reason in text.split(";") if reason not in SOURCE_REASONS)


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["indicator_id"], row["region_code"], row["period"]


def schedule_gap(p: Fraction | Decimal | None, s: Fraction | None) -> Fraction | Decimal | None:
    if p is None or s is None:
        return None
    if isinstance(p, Fraction):
        return 100 * (p - s)
    return 100 * (p - Decimal(s.numerator) / Decimal(s.denominator))


def check_linear(given_world: World) -> None:
    found = rows(scorecard(given_world))
    assert [_key(row) for row in found] == rows_of(given_world, include_context=True)
    for row in found:
        one = given_world.indicator(row["indicator_id"])
        case = case_of(given_world, one, row["region_code"], row["period"])
        wanted = judge_linear(case)
        whole = aggregate(given_world, one, row["region_code"], row["period"])
        reasons = [wanted.reason] if wanted.reason else []
        if whole.parts_missing and (case.figure is None or row["vintage"] == "aggregated"):
            reasons.append("parts_missing")
        texts = {
            "class": wanted.class_, "first_failing_period": wanted.first_failing, "met_period": wanted.met,
            "outlook": wanted.outlook, "certainty": wanted.certainty,
        }  # fmt: skip
        assert {name: row[name] for name in texts} == texts, (case, row)
        assert _own_reasons(row["reason"]) == ";".join(reasons), (case, row)
        numbers = {
            "value": case.figure.value if case.figure else None,
            "progress_share": wanted.p, "time_share": wanted.s, "schedule_gap_pp": schedule_gap(wanted.p, wanted.s),
            "target_gap": wanted.target_gap, "numerator_gap": wanted.numerator_gap,
            "pace_per_year": wanted.pace, "required_per_year": wanted.required,
            "projected_value": wanted.projected_value, "projected_year": wanted.projected_year,
            "aggregated_value": whole.figure.value if whole.figure else None,
            "coverage": whole.coverage, "weight_coverage": whole.weight_coverage,
        }  # fmt: skip
        for name, number in numbers.items():
            assert same(row[name], number), (name, row[name], number, case)
        assert row["partial"] == whole.partial
        assert row["synthetic"] == (case.figure is not None and case.figure.synthetic)


def check_cagr(given_world: World) -> None:
    for row in rows(scorecard(given_world, "cagr")):
        one = given_world.indicator(row["indicator_id"])
        case = case_of(given_world, one, row["region_code"], row["period"])
        wanted = judge_cagr(case)
        assert row["class"] == wanted.class_, (case, wanted, row)
        if wanted.class_ != "not_available":
            known = certainty(case, wanted.class_, wanted.ratio, time_share(case))
            assert row["certainty"] == known, (case, wanted, row)
            assert same(row["progress_share"], wanted.ratio), (case, wanted, row)


@many
@given(single_region_worlds())
def test_linear_rows_are_the_oracles(given_world: World) -> None:
    check_linear(given_world)


@fewer
@given(tree_worlds())
def test_linear_rows_of_a_tree_are_the_oracles(given_world: World) -> None:
    check_linear(given_world)


@many
@given(single_region_worlds())
def test_cagr_rows_are_the_oracles(given_world: World) -> None:
    check_cagr(given_world)


@fewer
@given(tree_worlds())
def test_cagr_rows_of_a_tree_are_the_oracles(given_world: World) -> None:
    check_cagr(given_world)
