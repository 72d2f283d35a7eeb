"""How a synthetic provincial plan agrees with the national one."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.catalogue import Catalogue, find_alignment, parse_catalogues

SHIPPED = (Path(__file__).parents[2] / "indicators.yaml").read_text(encoding="utf-8")

# Synthetic: no real province has these targets.
PROVINCE = """\
plan:
  id: sc-14
  title: 四川省医疗保障规划（模拟）
  region: "510000"
  period: {base: 2020, start: 2021, end: 2025}
  parent: uhs-14
indicators:
"""
NUMBERS = iter(range(1, 10_000))


def indicator(id: str, target: str, unit: str = '"%"', direction: str = "up", more: str = "") -> str:
    return f"""\
  - id: {id}
    number: {next(NUMBERS)}
    name: 指标{id}
    nature: expected
    unit: {unit}
    direction: {direction}
    accumulation: ytd
    aggregate: none
    frequency: year
    target: {target}
{more}"""


def aligned(*indicators: str, parent: str = SHIPPED) -> dict[str, object]:
    loaded = parse_catalogues([("sc.yaml", PROVINCE + "".join(indicators)), ("indicators.yaml", parent)])
    own, national = find_alignment(loaded)
    assert national == {"id": national["id"], "parent": None, "carried": [], "lacking": [], "weaker": []}
    return dict(own)


SETTLEMENT = "    aligns_to: cross_province_settlement_rate\n"


def test_carried_lacking_and_weaker() -> None:
    found = aligned(
        indicator("enrolment_rate", "{rule: hold, comparator: ge, value: 95}"),
        indicator("settlement", "{rule: reach, comparator: ge, value: 65}", more=SETTLEMENT),
        indicator("procured_drugs", "{rule: reach, comparator: ge, value: 500}", unit="种"),
        indicator("out_of_pocket_share", "{rule: reach, comparator: le, value: 28.5}", direction="down"),
        indicator("care_beds", "{rule: reach, comparator: ge, value: 10}", unit="个"),
    )  # fmt: skip
    assert (found["id"], found["parent"]) == ("sc-14", "uhs-14")
    assert found["carried"] == [
        "enrolment_rate", "out_of_pocket_share", "procured_drugs", "cross_province_settlement_rate"]  # fmt: skip
    assert found["lacking"] == [
        "fund_income", "fund_expenditure", "employee_inpatient_payment_share", "resident_inpatient_payment_share",
        "medical_aid_share", "drg_dip_payment_share", "drug_platform_share", "consumables_platform_share",
        "procured_consumables", "online_service_share", "counter_service_share",
    ]  # fmt: skip
    assert found["weaker"] == [
        {"id": "out_of_pocket_share", "target": 28.5, "parent_target": 27},
        {"id": "settlement", "target": 65, "parent_target": 70},
    ]


NATION = """\
plan: {{id: uhs-14, title: 全国, region: "000000", period: {{base: 2020, start: 2021, end: 2025}}}}
indicators:
{0}"""


@pytest.mark.parametrize(
    ("mine", "above", "direction", "weaker"),
    [
        ("{rule: reach, comparator: ge, value: 70}", "{rule: reach, comparator: ge, value: 70}", "up", False),
        ("{rule: reach, comparator: ge, value: 71}", "{rule: reach, comparator: gt, value: 70}", "up", False),
        ("{rule: reach, comparator: ge, value: 69.9}", "{rule: reach, comparator: ge, value: 70}", "up", True),
        ("{rule: reach, comparator: ge, value: 70}", "{rule: reach, comparator: gt, value: 70}", "up", True),
        ("{rule: reach, comparator: gt, value: 70}", "{rule: reach, comparator: ge, value: 70}", "up", False),
        ("{rule: reach, comparator: le, value: 26}", "{rule: reach, comparator: le, value: 27}", "down", False),
        ("{rule: reach, comparator: le, value: 28}", "{rule: reach, comparator: le, value: 27}", "down", True),
        ("{rule: reach, comparator: le, value: 27}", "{rule: reach, comparator: lt, value: 27}", "down", True),
        ("{rule: reach, comparator: ge, value: 95}", "{rule: hold, comparator: ge, value: 95}", "up", True),
        ("{rule: hold, comparator: ge, value: 95}", "{rule: reach, comparator: ge, value: 95}", "up", False),
        ("{rule: hold, comparator: ge, value: 94}", "{rule: reach, comparator: ge, value: 95}", "up", True),
        ("{rule: reach, comparator: ge, value: 95, year: 2025}", "{rule: reach, comparator: ge, value: 95, year: 2023}",
         "up", True),
        ("{rule: judge, text: 稳步提高}", "{rule: reach, comparator: ge, value: 95}", "up", True),
        ("{rule: judge, text: 稳步提高}", "{rule: judge, text: 提高}", "none", False),
        ("{rule: band}", "{rule: band}", "none", False),
        ("{rule: band, value: 86}", "{rule: band}", "none", False),
        ("{rule: band, value: 84}", "{rule: band, value: 86}", "up", True),
        ("{rule: band, tolerance: 2}", "{rule: band, tolerance: 1}", "none", True),
        ("{rule: band, value: 86, tolerance: 2}", "{rule: reach, comparator: ge, value: 85}", "up", True),
        ("{rule: band, value: 86}", "{rule: reach, comparator: ge, value: 85}", "up", False),
        ("{rule: reach, comparator: ge, value: 60}", "{rule: band, value: 86}", "up", False),
    ],
)  # fmt: skip
def test_when_a_target_is_weaker(mine: str, above: str, direction: str, weaker: bool) -> None:
    nation = NATION.format(indicator("share", above, direction=direction))
    found = aligned(indicator("share", mine, direction=direction), parent=nation)
    assert bool(found["weaker"]) is weaker
    assert found["carried"] == ["share"]


def test_units_are_converted() -> None:
    nation = NATION.format(indicator("spent", "{rule: reach, comparator: ge, value: 0.5}", unit="万亿元"))
    own = indicator(
        "own_spent", "{rule: reach, comparator: ge, value: 4000}", unit="亿元", more="    aligns_to: spent\n"
    )
    assert aligned(own, parent=nation)["weaker"] == [{"id": "own_spent", "target": 0.4, "parent_target": 0.5}]
    own = own.replace("4000", "5000")
    assert aligned(own, parent=nation)["weaker"] == []


def test_equal_numbers_show_what_differs() -> None:
    nation = NATION.format(indicator("share", "{rule: hold, comparator: gt, value: 70}"))
    (weaker,) = aligned(indicator("share", "{rule: reach, comparator: ge, value: 70, year: 2024}"), parent=nation)[
        "weaker"
    ]  # type: ignore[misc]
    assert weaker == {"id": "share", "target": "reach ≥70 (2024)", "parent_target": "hold >70 (2025)"}


def test_the_parents_target_for_the_region_and_the_latest_versions_count() -> None:
    regional = '    regional_targets: {"510000": {target: {rule: reach, comparator: ge, value: 60}}}\n'
    nation = NATION.format(indicator("share", "{rule: reach, comparator: ge, value: 70}", more=regional))
    assert aligned(indicator("share", "{rule: reach, comparator: ge, value: 65}"), parent=nation)["weaker"] == []
    version = (
        "    versions: [{valid_from: 2023-01-01, reason: 调整, approval: 批复, "
        "target: {rule: reach, comparator: ge, value: 55}}]\n"
    )
    own = indicator("share", "{rule: reach, comparator: ge, value: 65}", more=version)
    assert aligned(own, parent=nation)["weaker"] == [{"id": "share", "target": 55, "parent_target": 60}]


def test_context_is_not_carried() -> None:
    nation = NATION.format(indicator("share", "{rule: reach, comparator: ge, value: 70}"))
    own = indicator("share", "x").replace("    target: x\n", "").replace("expected", "context")
    found = aligned(own, indicator("other", "{rule: judge, text: x}"), parent=nation)
    assert (found["carried"], found["lacking"]) == ([], ["share"])


def test_a_parent_that_is_not_loaded_is_named_and_nothing_more() -> None:
    loaded: tuple[Catalogue, ...] = parse_catalogues([("sc.yaml", PROVINCE + indicator("x", "{rule: judge, text: x}"))])
    assert find_alignment(loaded) == [
        {"id": "sc-14", "parent": "uhs-14", "carried": [], "lacking": [], "weaker": []}
    ]  # fmt: skip
