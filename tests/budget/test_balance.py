"""The sums of the department budget of 2020, as they stand in the printed tables, and what is told where one is off."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from monitor.budget.balance import Finding, department_findings, exact, table_findings
from monitor.budget.findings import findings_frame, findings_of
from monitor.budget.library import Library
from monitor.budget.loading import parse_budget
from monitor.budget.models import DepartmentBudget

from .conftest import MANAGEMENT, SHIPPED, SYSTEM


def _named(found: tuple[Finding, ...], zh: str) -> Finding:
    return next(one for one in found if one.name.zh == zh)


@pytest.mark.parametrize(
    ("name", "arithmetic"),
    [
        ("收入总计＝本年收入＋上年结转", "35,878.19 + 14,645.16 = 50,523.35"),
        ("本年支出合计＝各类支出", "50,098.13 + 425.22 = 50,523.35"),
        ("医疗保障体系建设中期资金＝3×年度资金", "3 × 4,946.90 = 14,840.70"),
        ("医疗保障综合管理中期资金＝3×年度资金", "3 × 3,714.91 = 11,144.73"),
        (
            "2019年绩效目标管理的拨款＝表5中2019年的项目执行数",
            "6,066.17 + 8,332.00 + 4,617.00 + 2,548.00 + 15,000.00 = 36,563.17",
        ),
        ("机关运行经费降低率", "364.03 ÷ (422.45 + 364.03) × 100 ≈ 46.2860% · 46.3% (±0.05)"),
        ("政府采购总额＝货物＋服务", "2,187.14 + 11,325.40 = 13,512.54"),
        ("2020年“三公”经费＝三项之和", "106.76 + 10.40 = 117.16"),
        ("项目支出占比", "47,922.90 ÷ 50,523.35 × 100 ≈ 94.8530% · 95% (±0.5)"),
        ("部门公开表5 · 2101502 一般行政管理事务 · 增减额", "3,714.91 − 6,066.17 = −2,351.26"),
        ("部门公开表5 · 2101550 事业运行 · 增减(%)", "19.50 ÷ 4.80 × 100 = 406.25% · 406.3% (±0.05)"),
        (
            "部门公开表6 · 301 工资福利支出 · 合计＝下级之和",
            "536.25 + 684.08 + 1.91 + 23.67 + 161.00 = 1,406.91",
        ),
    ],
)
def test_golden_sums(shipped: Library, name: str, arithmetic: str) -> None:
    found = findings_of(shipped)
    assert (_named(found, name).arithmetic, _named(found, name).outcome) == (arithmetic, "agrees")


@pytest.mark.parametrize(
    ("project", "arithmetic"),
    [
        (SYSTEM, "624 + 870 + 1,015 + 2,437.9 = 4,946.90"),
        (MANAGEMENT, "477 + 349 + 1,037.84 + 971 + 567 + 225 + 88.07 = 3,714.91"),
    ],
)
def test_sub_projects_make_the_annual_funds(shipped: Library, project: str, arithmetic: str) -> None:
    found = _named(table_findings(shipped.tables[project]), "年度资金总额＝各二级项目之和")
    assert (found.arithmetic, found.difference) == (arithmetic, 0)


def test_all_sums_of_the_published_tables_agree(shipped: Library) -> None:
    found = findings_of(shipped)
    assert Counter(one.outcome for one in found) == {"agrees": 282}
    rules = Counter(one.rule for one in found)
    assert rules["columns"] == 15 + 15 + 15 + 34 and rules["percent"] == rules["change"] == 29


def _department(*changes: tuple[str, str]) -> DepartmentBudget:
    text = (SHIPPED / "2020-department.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    made = parse_budget(text, "department.yaml")
    assert isinstance(made, DepartmentBudget)
    return made


def test_what_is_off_is_told_with_its_difference_and_never_repaired(shipped: Library) -> None:
    line = '{code: "2101505", name: 医疗保障政策管理, values: {total: 7325.74, carried: 2378.84, general: 4946.90}}'
    budget = _department((line, line.replace("7325.74", "7325.75")))
    wrong = [one for one in department_findings(budget, shipped.tables) if one.outcome != "agrees"]
    assert [(one.name.zh, one.difference) for one in wrong] == [
        ("部门公开表2 · 2101505 医疗保障政策管理 · 合计＝各列之和", Fraction(1, 100)),
        ("部门公开表2 · 21015 医疗保障管理事务 · 合计＝下级之和", Fraction(-1, 100)),
        ("部门公开表2 · 2101505 医疗保障政策管理 · 合计＝部门公开表3", Fraction(1, 100)),
    ]
    assert wrong[0].arithmetic == "2,378.84 + 4,946.90 = 7,325.74 ≠ 7,325.75"


def test_the_tolerance_of_a_percentage_is_half_of_its_last_place(shipped: Library) -> None:
    """406.25 % is printed as 406.3, which is off by exactly 0.05; 406.2 would be too, 406.1 would not."""
    line = "change: 19.50, percent: 406.3,"
    for printed, outcome in (("406.3", "agrees"), ("406.2", "agrees"), ("406.1", "differs"), ("406.4", "differs")):
        budget = _department((line, line.replace("406.3", printed)))
        name = "部门公开表5 · 2101550 事业运行 · 增减(%)"
        assert _named(department_findings(budget, shipped.tables), name).outcome == outcome


def test_a_missing_number_is_not_zero(shipped: Library) -> None:
    found = _named(
        department_findings(_department(), {}), "医疗保障体系建设中期资金＝3×年度资金"
    )  # no project was loaded
    assert (found.outcome, found.difference) == ("incomplete", None)
    budget = _department(('{code: "income_total", name: 收入总计, values: {amount: 50523.35}}',
                          '{code: "income_total", name: 收入总计, values: {}}'))  # fmt: skip
    found = _named(department_findings(budget, shipped.tables), "收入总计＝本年收入＋上年结转")
    assert (found.outcome, found.arithmetic) == ("incomplete", "— = 35,878.19 + 14,645.16")


def test_findings_as_a_table(shipped: Library) -> None:
    frame = findings_frame(findings_of(shipped))
    assert len(frame) == 282 and set(frame["outcome"]) == {"agrees"}
    share = frame[frame["check"] == "项目支出占比"].iloc[0]
    assert share["difference"] == Decimal("0.1470260780")  # 7,428.25 ÷ 50,523.35


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 100), "0.01"),
        (Fraction(-5), "−5.00"),
        (Fraction(1, 3), "≈0.3333"),
        (Fraction(12345, 1000), "12.345"),
    ],
)
def test_numbers_as_they_are_told(number: Fraction, text: str) -> None:
    assert exact(number) == text
