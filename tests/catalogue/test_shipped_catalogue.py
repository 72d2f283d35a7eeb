"""The shipped `indicators.yaml` is box 1 of the plan, and says the truth about the published figures."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from monitor.catalogue import Catalogue, Indicator, factor_between, load_catalogues, load_regions
from monitor.catalogue.models import VINTAGES
from monitor.catalogue.periods import parse_period

TOP = Path(__file__).parents[2]
REGIONS = load_regions(TOP / "data" / "regions.csv")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    (only,) = load_catalogues([TOP / "indicators.yaml"], REGIONS)
    return only


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    with (TOP / "data" / "published_national.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


NAMES = (
    "基本医疗保险参保率",
    "基本医疗保险（含生育保险）基金收入",
    "基本医疗保险（含生育保险）基金支出",
    "职工基本医疗保险政策范围内住院费用基金支付比例",
    "城乡居民基本医疗保险政策范围内住院费用基金支付比例",
    "重点救助对象符合规定的住院医疗费用救助比例",
    "个人卫生支出占卫生总费用的比例",
    "实行按疾病诊断相关分组付费和按病种付费的住院费用占全部住院费用的比例",
    "公立医疗机构通过省级集中采购平台采购药品金额占全部采购药品（不含中药饮片）金额的比例",
    "公立医疗机构通过省级集中采购平台采购高值医用耗材金额占全部采购高值医用耗材金额的比例",
    "药品集中带量采购品种",
    "高值医用耗材集中带量采购品种",
    "住院费用跨省直接结算率",
    "医疗保障政务服务事项线上可办率",
    "医疗保障政务服务事项窗口可办率",
)

# number, id, unit, printed baseline, its number and comparator, printed target, nature, category, direction,
# rule, comparator and number of the target, note, responsible unit
BOX_1: list[tuple[Any, ...]] = [
    (1, "enrolment_rate", "%", ">95", "95", "gt", ">95", "binding", "参保覆盖", "up", "hold", "ge", "95", "①",
     "待遇保障司"),
    (2, "fund_income", "万亿元", "2.5", "2.5", "eq", "收入规模与经济社会发展水平更加适应", "expected", "基金安全",
     "none", "judge", None, None, None, "待遇保障司"),
    (3, "fund_expenditure", "万亿元", "2.1", "2.1", "eq", "支出规模与经济社会发展水平、群众基本医疗需求更加适应",
     "expected", "基金安全", "none", "judge", None, None, None, "待遇保障司"),
    (4, "employee_inpatient_payment_share", "%", "85.2", "85.2", "eq", "保持稳定", "expected", "保障程度", "none",
     "band", None, None, None, "待遇保障司"),
    (5, "resident_inpatient_payment_share", "%", "70", "70", "eq", "保持稳定", "expected", "保障程度", "none",
     "band", None, None, None, "待遇保障司"),
    (6, "medical_aid_share", "%", "70", "70", "eq", "70", "expected", "保障程度", "up", "hold", "ge", "70", None,
     "待遇保障司"),
    (7, "out_of_pocket_share", "%", "27.7", "27.7", "eq", "27", "binding", "保障程度", "down", "reach", "le", "27",
     None, "规划财务和法规司"),
    (8, "drg_dip_payment_share", "%", None, None, None, "70", "expected", "精细管理", "up", "reach", "ge", "70",
     None, "医药服务管理司"),
    (9, "drug_platform_share", "%", "75左右", "75", "approx", "90", "expected", "精细管理", "up", "reach", "ge",
     "90", None, "医药价格和招标采购司"),
    (10, "consumables_platform_share", "%", None, None, None, "80", "expected", "精细管理", "up", "reach", "ge",
     "80", None, "医药价格和招标采购司"),
    (11, "procured_drugs", "个", "112", "112", "eq", ">500", "expected", "精细管理", "up", "reach", "ge", "500",
     "②", "医药价格和招标采购司"),
    (12, "procured_consumables", "类", "1", "1", "eq", ">5", "expected", "精细管理", "up", "reach", "ge", "5", "③",
     "医药价格和招标采购司"),
    (13, "cross_province_settlement_rate", "%", ">50", "50", "gt", ">70", "expected", "优质服务", "up", "reach",
     "gt", "70", "④", "医疗保障事业管理中心"),
    (14, "online_service_share", "%", None, None, None, "80", "expected", "优质服务", "up", "reach", "ge", "80",
     None, "医疗保障事业管理中心"),
    (15, "counter_service_share", "%", None, None, None, "100", "binding", "优质服务", "up", "reach", "ge", "100",
     None, "医疗保障事业管理中心"),
]  # fmt: skip


def as_printed(indicator: Indicator) -> tuple[Any, ...]:
    baseline, target, owner = indicator.baseline, indicator.target, indicator.owner
    assert target is not None
    assert indicator.category is not None
    assert owner is not None
    assert owner.inferred
    number = getattr(target, "value", None)
    return (
        indicator.number, indicator.id, indicator.unit,
        baseline and baseline.printed, baseline and str(baseline.value), baseline and baseline.comparator,
        target.printed, indicator.nature, indicator.category.zh, indicator.direction,
        target.rule, getattr(target, "comparator", None), None if number is None else str(number), target.note,
        owner.zh,
    )  # fmt: skip


@pytest.mark.parametrize("row", BOX_1, ids=lambda row: row[1])
def test_box_1_as_printed(catalogue: Catalogue, row: tuple[Any, ...]) -> None:
    indicator = catalogue.indicators[row[0] - 1]
    assert as_printed(indicator) == row
    assert indicator.name.zh == NAMES[row[0] - 1]
    assert indicator.target is not None
    assert indicator.target.year == 2025
    assert indicator.baseline is None or indicator.baseline.year == 2020


def test_the_plan(catalogue: Catalogue) -> None:
    plan = catalogue.plan
    assert (plan.id, plan.document, str(plan.issued_on), plan.region) == (
        "uhs-14", "国办发〔2021〕36号", "2021-09-23", "000000")  # fmt: skip
    assert plan.title.zh == "“十四五”全民医疗保障规划"
    assert (plan.period.base, plan.period.start, plan.period.end, plan.parent) == (2020, 2021, 2025, None)
    assert {mark: note.zh for mark, note in plan.notes.items()} == {
        "①": "指“十四五”期间基本医疗保险参保率每年保持在95%以上。",
        "②": "指到2025年各省（自治区、直辖市）国家和省级药品集中带量采购品种达500个以上。",
        "③": "指到2025年各省（自治区、直辖市）国家和省级高值医用耗材集中带量采购品种达5类以上。",
        "④": "指住院费用跨省直接结算人次占全部住院跨省异地就医人次的比例。",
    }
    assert sum(not indicator.is_context for indicator in catalogue.indicators) == 15


def test_notes_2_and_3_count_the_31_provinces(catalogue: Catalogue) -> None:
    provinces = tuple(r.code for r in REGIONS.children("000000") if r.reporting and r.code_system == "GB/T 2260")
    assert len(provinces) == 31
    for name in ("procured_drugs", "procured_consumables"):
        indicator = catalogue.indicator(name)
        assert indicator is not None
        assert indicator.target is not None
        assert getattr(indicator.target, "scope", None) == "each_region"
        assert getattr(indicator.target, "expected", None) == provinces
        assert indicator.aggregate == "share_reached"


def test_every_share_is_a_sum_over_a_sum(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators[:15]:
        if indicator.unit == "%":
            assert indicator.aggregate == "ratio_of_sums"
            assert indicator.figure is not None
            assert indicator.factor == 100
            assert any(c.rule == "range" and c.max == 100 and c.severity == "error" for c in indicator.checks)


def test_definition_breaks(catalogue: Catalogue) -> None:
    breaks = {i.id: [b.period for b in i.breaks] for i in catalogue.indicators if i.breaks}
    assert breaks["employee_inpatient_payment_share"] == breaks["resident_inpatient_payment_share"] == ["2022"]
    assert breaks["fund_balance_all_accounts"] == ["2023"]


def test_every_text_is_in_both_languages(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators:
        texts = [indicator.name, indicator.category, indicator.source, indicator.definition]
        texts += [each.note for each in indicator.breaks]
        if indicator.figure is not None:
            texts += [indicator.figure.numerator, indicator.figure.denominator]
        for text in texts:
            assert text is not None, indicator.id
            assert text.en, (indicator.id, text.zh)
            assert text.in_language("en") != text.in_language("zh")


def test_proxies_are_context_and_say_so(catalogue: Catalogue) -> None:
    proxies = [indicator for indicator in catalogue.indicators if "_proxy" in indicator.id]
    assert len(proxies) == 3
    for indicator in proxies:
        assert indicator.is_context
        assert indicator.aligns_to is None
        assert indicator.definition is not None
        assert indicator.definition.zh.startswith("替代数字")


def test_every_published_row_belongs_to_an_indicator_and_converts(
    catalogue: Catalogue, published: list[dict[str, str]]
) -> None:
    assert len(published) == 184
    for row in published:
        indicator = catalogue.indicator(row["indicator_id"])
        assert indicator is not None, row["indicator_id"]
        assert factor_between(row["unit"], indicator.unit) is not None, row
        assert row["vintage"] in VINTAGES
        assert row["region_code"] in REGIONS
        parse_period(row["period"])
    collected = {row["indicator_id"] for row in published} | {"gdp"}
    assert {indicator.id for indicator in catalogue.indicators if indicator.is_context} <= collected


def test_no_published_row_is_outside_a_range(catalogue: Catalogue, published: list[dict[str, str]]) -> None:
    for row in published:
        indicator = catalogue.indicator(row["indicator_id"])
        assert indicator is not None
        factor = factor_between(row["unit"], indicator.unit)
        assert factor is not None
        for check in indicator.checks:
            if check.rule == "range" and row["value"]:
                value = Fraction(row["value"]) * factor
                assert check.min is None or value >= Fraction(check.min), row
                assert check.max is None or value <= Fraction(check.max), row


def test_relations_hold_on_the_bulletins_since_the_base_year(
    catalogue: Catalogue, published: list[dict[str, str]]
) -> None:
    """Every relation is put to at least one published year, and holds to its tolerance within the plan's time."""
    figures: dict[str, dict[str, tuple[Fraction, str]]] = {}
    for row in published:
        if row["vintage"] == "bulletin":
            value = (
                Fraction(row["value"])
                if row["value"]
                else Fraction(row["numerator"]) * 100 / Fraction(row["denominator"])
            )
            if row["numerator"]:
                value = Fraction(row["numerator"]) * 100 / Fraction(row["denominator"])
            figures.setdefault(row["period"], {})[row["indicator_id"]] = (value, row["unit"])
    for relation in catalogue.relations:
        told = []
        for period, values in figures.items():
            given = {}
            for name in relation.indicators():
                indicator = catalogue.indicator(name)
                assert indicator is not None
                if name in values:
                    value, unit = values[name]
                    factor = factor_between(unit, relation.unit_of(indicator.unit))
                    assert factor is not None
                    given[name] = value * factor
            told.append((period, relation.holds(given)))
        unfit = {period for period, holds in told if holds is False}
        assert not {period for period in unfit if period >= "2020"}, (relation.relation, unfit)
        if "fund_balance_all_accounts" not in relation.indicators():
            assert any(holds for period, holds in told if period >= "2020"), relation.relation


def test_the_relation_of_the_two_funds_is_told_where_2018_leaves_out_a_third_scheme(catalogue: Catalogue) -> None:
    relation = catalogue.relations[0]
    parts = {"fund_income_employee": Fraction(13538), "fund_income_resident": Fraction(6971)}
    assert relation.holds({**parts, "fund_income": Fraction(21384)}) is False
    assert relation.difference({**parts, "fund_income": Fraction(21384)}) == -875


def test_decimals_are_exact(catalogue: Catalogue) -> None:
    indicator = catalogue.indicator("out_of_pocket_share")
    assert indicator is not None
    assert indicator.baseline is not None
    assert indicator.baseline.value == Decimal("27.7")
    assert Fraction(indicator.baseline.value) == Fraction(277, 10)
