"""Every row of methods.md section 6 by the command line, and what the published figures say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.shipped import find_shipped

HERE = Path(__file__).parent
Rows = list[dict[str, str]]
Table = dict[tuple[str, str], dict[str, str]]


def by_cell(rows: Rows) -> Table:
    """(indicator, period) → row, for the nation alone."""
    return {(row["indicator_id"], row["period"]): row for row in rows if row["region_code"] == "000000"}


@pytest.fixture(scope="module")
def worked(assess: Callable[..., Rows]) -> Table:
    return by_cell(
        assess("--catalogue", HERE / "worked_rows.yaml", "--observations", HERE / "worked_rows.csv",
               "--regions", find_shipped("data/regions.csv"))
    )  # fmt: skip


@pytest.fixture(scope="module")
def published(assess: Callable[..., Rows]) -> Table:
    return by_cell(
        assess("--catalogue", find_shipped("indicators.yaml"), "--regions", find_shipped("data/regions.csv"),
               "--observations", find_shipped("data/published_national.csv"), "--region", "000000")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "period", "expected"),
    [
        ("oop_2021", "2021", {"progress_share": "0", "time_share": "0.2", "class": "behind"}),
        ("oop_2021", "2022", {"progress_share": "1", "time_share": "0.4", "class": "achieved"}),
        ("oop_parts", "2022", {"time_share": "0.4", "class": "ahead", "numerator": "22914.5"}),
        ("oop_final", "2023", {"time_share": "0.6", "class": "slipped", "met_period": "2022"}),
        ("oop_final", "2025", {"time_share": "1", "class": "missed", "met_period": "2022"}),
        ("oop_parts", "2025", {"time_share": "1", "class": "missed", "met_period": ""}),
        ("resident_share", "2021", {"progress_share": "", "time_share": "0.2", "class": "held"}),
        ("resident_share", "2022", {"time_share": "0.4", "class": "breached", "first_failing_period": "2022"}),
        ("employee_share", "2022", {"time_share": "0.4", "class": "held", "target_gap": "0"}),
        ("employee_share", "2025", {"time_share": "1", "class": "breached", "first_failing_period": "2025"}),
        ("settlement_rate", "2023", {"time_share": "0.6", "class": "achieved", "certainty": "bound"}),
        ("enrolment_rate", "2024", {"time_share": "0.8", "class": "held", "certainty": "approximate"}),
        ("past_target", "2022", {"progress_share": "", "time_share": "0.4", "class": "below_baseline"}),
        ("falling_count", "2022", {"progress_share": "0.4", "time_share": "0.4", "class": "on_schedule"}),
    ],
)
def test_worked_row(worked: Table, indicator: str, period: str, expected: dict[str, str]) -> None:
    row = worked[indicator, period]
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("indicator", "period", "column", "expected"),
    [
        ("oop_parts", "2022", "value", 2291450 / 84846.7),
        ("oop_parts", "2022", "progress_share", (27.7 - 2291450 / 84846.7) / 0.7),
        ("oop_final", "2023", "progress_share", 4 / 7),
        ("oop_parts", "2025", "value", 2531090 / 93367.2),
        ("oop_parts", "2025", "progress_share", 0.844308),
        ("oop_parts", "2025", "numerator_gap", 101.756),
    ],
)
def test_worked_number(worked: Table, indicator: str, period: str, column: str, expected: float) -> None:
    assert float(worked[indicator, period][column]) == pytest.approx(expected, rel=1e-6)


def test_second_method_disagrees_on_the_falling_count(assess: Callable[..., Rows]) -> None:
    rows = by_cell(
        assess("--catalogue", HERE / "worked_rows.yaml", "--observations", HERE / "worked_rows.csv",
               "--regions", find_shipped("data/regions.csv"), "--method", "cagr")
    )  # fmt: skip
    assert rows["falling_count", "2022"]["class"] == "moderate"
    assert float(rows["falling_count", "2022"]["progress_share"]) == pytest.approx(0.815552, abs=1e-6)


@pytest.mark.parametrize(
    ("indicator", "period", "expected"),
    [
        ("out_of_pocket_share", "2022", {"class": "achieved", "vintage": "final_accounts", "value": "26.89"}),
        ("out_of_pocket_share", "2023", {"class": "slipped", "met_period": "2022", "vintage": "final_accounts"}),
        ("out_of_pocket_share", "2025", {"class": "missed", "met_period": "2022"}),
        ("resident_inpatient_payment_share", "2021", {"class": "held"}),
        ("resident_inpatient_payment_share", "2022", {"class": "breached", "first_failing_period": "2022"}),
        ("resident_inpatient_payment_share", "2025", {"class": "breached", "first_failing_period": "2022"}),
        ("employee_inpatient_payment_share", "2022", {"class": "held", "target_gap": "0"}),
        ("employee_inpatient_payment_share", "2024", {"class": "held"}),
        ("employee_inpatient_payment_share", "2025", {"class": "breached", "first_failing_period": "2025"}),
        ("enrolment_rate", "2021", {"class": "held", "certainty": "bound"}),
        ("enrolment_rate", "2023", {"class": "held", "certainty": "bound"}),
        ("enrolment_rate", "2024", {"class": "held", "certainty": "approximate"}),
        ("enrolment_rate", "2025", {"class": "held", "certainty": "approximate"}),
        ("cross_province_settlement_rate", "2022", {"class": "ahead", "certainty": "approximate"}),
        ("cross_province_settlement_rate", "2023", {"class": "achieved", "certainty": "bound", "comparator": "gt"}),
        ("cross_province_settlement_rate", "2024", {"class": "no_data", "value": ""}),
        ("cross_province_settlement_rate", "2025", {"class": "no_data", "value": ""}),
        ("fund_income", "2025", {"class": "judged", "target": ""}),
        ("fund_expenditure", "2022", {"class": "judged"}),
    ],
)
def test_published_figures(published: Table, indicator: str, period: str, expected: dict[str, str]) -> None:
    row = published[indicator, period]
    assert {name: row[name] for name in expected} == expected


def test_indicators_without_any_published_figure_have_none(published: Table) -> None:
    empty = (
        "medical_aid_share", "drg_dip_payment_share", "drug_platform_share", "consumables_platform_share",
        "procured_drugs", "procured_consumables", "online_service_share", "counter_service_share",
    )  # fmt: skip
    rows = [published[indicator, str(year)] for indicator in empty for year in range(2021, 2026)]
    assert {row["class"] for row in rows} == {"no_data"}
    assert {row["value"] for row in rows} == {""}


def test_income_and_expenditure_are_in_the_plans_unit(published: Table) -> None:
    assert published["fund_income", "2025"]["value"] == "3.592132"
    assert published["fund_income", "2025"]["unit"] == "万亿元"
