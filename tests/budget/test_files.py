"""The shipped tables are those of the budget, row by row; a file that is wrong says everything that is."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from monitor.budget.library import Library
from monitor.budget.loading import parse_budget
from monitor.budget.models import PerformanceTable
from monitor.budget.values import WORDS, Measure, Word, read_value
from monitor.catalogue.problems import CatalogueError

from .conftest import MANAGEMENT, SHIPPED, SYSTEM

# counted by hand on the printed pages
KINDS = {
    SYSTEM: {
        "数量指标": 3, "质量指标": 5, "时效指标": 4, "成本指标": 1, "社会效益指标": 5, "可持续影响指标": 2,
        "服务对象满意度指标": 2,
    },
    MANAGEMENT: {
        "数量指标": 7, "质量指标": 5, "时效指标": 6, "成本指标": 1, "社会效益指标": 5, "可持续影响指标": 1,
        "服务对象满意度指标": 3,
    },
}  # fmt: skip
LEVELS = {SYSTEM: (13, 7, 2), MANAGEMENT: (19, 6, 3)}


@pytest.mark.parametrize("project", [SYSTEM, MANAGEMENT])
def test_the_tables_are_complete(shipped: Library, project: str) -> None:
    table = shipped.tables[project]
    assert Counter(row.kind for row in table.indicators) == KINDS[project]
    levels = Counter(row.level for row in table.indicators)
    assert tuple(levels[name] for name in ("产出指标", "效益指标", "满意度指标")) == LEVELS[project]
    assert (table.project.department, table.project.department_code) == ("国家医疗保障局", "257")
    assert (table.project.attribute, table.project.cycle) == ("延续项目", "3年")
    assert (table.project.first_year, table.project.last_year, table.project.year) == (2019, 2021, 2020)


def test_rows_pair_mid_term_with_annual_where_their_names_differ(shipped: Library) -> None:
    rows = shipped.tables[SYSTEM].indicators
    assert [(row.mid_term.name, row.annual.name) for row in rows if row.mid_term.name != row.annual.name] == [
        ("出台方案", "对各项医疗保障领域的政策落实情况进行督查"),
        ("国家药品集中采购试点进展", "抗癌药专项集中采购工作完成省份"),
        ("对各项医疗保障领域的政策落实情况进行督查", "纳入国家组织药品集中采购试点的城市全部完成和执行集中采购工作"),
    ]
    assert [row.annual.value for row in rows[:3]] == ["≥3次", "31个省", "11个试点城市"]
    assert [row.mid_term.value for row in rows[1:3]] == ["在评估的基础上适时推进", "每年开展"]
    others = shipped.tables[MANAGEMENT].indicators
    assert all(row.mid_term.name == row.annual.name for row in others)
    unlike = [(row.mid_term.value, row.annual.value) for row in others if row.mid_term.value != row.annual.value]
    assert unlike == [
        ("≥3次", "≥1次"), ("≥3部", "≥1部"), ("≥30次", "≥10次"), ("≥12次", "≥4次"), ("动态维护", "1套"),
        ("动态维护", "1个"), ("60项", "20项"), ("保持稳定", "有所提升"),
    ]  # fmt: skip


def test_the_closed_list_is_what_the_two_tables_use(shipped: Library) -> None:
    used = {
        cell.value
        for table in shipped.tables.values()
        for row in table.indicators
        for cell in (row.mid_term, row.annual)
        if isinstance(table.value(cell), Word)
    }
    assert used - set(WORDS) == {"出台中国特色医疗保障制度改革方案等"} == set(shipped.tables[SYSTEM].words)
    assert set(WORDS) <= used


def test_two_rows_are_the_plans_own(shipped: Library) -> None:
    rows = [row for row in shipped.tables[SYSTEM].indicators if row.plan_indicator is not None]
    assert {row.plan_indicator: (row.annual.name, row.annual.value) for row in rows} == {
        "enrolment_rate": ("基本医保参保率", "≥95%"),
        "resident_inpatient_payment_share": ("城乡居民基本医保政策范围内住院费用报销比例", "≥70%"),
    }
    assert not shipped.tables[MANAGEMENT].plan_indicators


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥3次", ("ge", Decimal(3), "次")), ("31个省", ("", Decimal(31), "个省")), ("1套", ("", Decimal(1), "套")),
        ("≥90%", ("ge", Decimal(90), "%")), ("≤4.5天", ("le", Decimal("4.5"), "天")),
        (">95 %", ("gt", Decimal(95), "%")),
    ],
)  # fmt: skip
def test_numbers_with_comparators_and_units(text: str, expected: tuple[str, Decimal, str]) -> None:
    value = read_value(text)
    assert isinstance(value, Measure)
    assert (value.comparator, value.number, value.unit) == expected


@pytest.mark.parametrize(
    "text", ["1,000次", "-3次", "≥", "明显提高", "=cmd|'/c calc'!A1", "", "١٢次", "1e5次", "3.3.3%"]
)
def test_what_is_no_value(text: str) -> None:
    assert read_value(text) is None


def _hostile(*changes: tuple[str, str]) -> list[str]:
    text = (SHIPPED / "2020-system.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(CatalogueError) as raised:
        parse_budget(text, "own.yaml")
    return [f"{one.place}|{one.code}|{one.zh}|{one.en}" for one in raised.value.problems]


def test_every_fault_of_a_file_is_told_at_once_with_line_path_and_the_nearest() -> None:
    told = _hostile(
        ("implementing_unit:", "implementing_unti:"),
        ("value: 显著提高}", "value: 显著题高}"),
        ("kind: 时效指标", "kind: 社会效益指标"),
        ("amount: 624", "amount: 六百"),
        ("id: 2020-system", "id: system"),
    )
    text = "\n".join(told)
    assert "own.yaml:12 project.implementing_unti|unknown_key" in text and "'implementing_unit'" in text
    assert "indicators[13].mid_term.value|unknown_word" in text and "是不是“显著提高”" in text
    assert "indicators[8].kind|wrong_level" in text
    assert "funds.sub_projects[0].amount|" in text
    assert "project.id|bad_value" in text and "2020-…" in text
    assert len(told) == 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("kind: performance_table", "kind: performance_tabel"), "bad_value"),
        (("year: 2020", "year: 2030"), "bad_value"),
        (("- 出台中国特色医疗保障制度改革方案等", "- 出台方案"), "unknown_word"),
        (("total: 14840.70", "total: -1"), "bad_value"),
        (("total: 14840.70", "total: 14,840.70"), "unknown_key"),
        (("total: 14840.70", "total: .nan"), "bad_value"),
        (("level: 产出指标\n    kind: 时效指标", "level: 产出指标\n    kind: 数量指标"), "wrong_order"),
        (("project:", "project: &a\n  x: *a\nproject:"), "bad_alias"),
        (("source:", "!!python/object:os.system source:"), "bad_tag"),
    ],
)
def test_hostile_files(change: tuple[str, str], code: str) -> None:
    assert any(f"|{code}|" in one for one in _hostile(change))


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "kind: scoring\n", "a" * 100, "kind: [x]\n"])
def test_what_is_no_file_of_this_room(text: str) -> None:
    with pytest.raises(CatalogueError):
        parse_budget(text, "own.yaml")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("output: 50", "output: 51", "not_a_hundred"),
        ("up_to: 80}", "up_to: 79}", "gap"),
        ("at_least: 0, up_to: 60", "at_least: 1, up_to: 60", "gap"),
        ("en: good}, at_least: 80", "en: good}, at_least: 95", "gap"),
        ("bare_number: at_least", "bare_number: at_lest", "bad_value"),
    ],
)
def test_points_that_do_not_add_up(old: str, new: str, code: str) -> None:
    text = (SHIPPED / "scoring.yaml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(CatalogueError) as raised:
        parse_budget(text.replace(old, new, 1), "scoring.yaml")
    assert [one.code for one in raised.value.problems] == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("t1.income_total.amount], right: [t1.income", "t1.incom_total.amount], right: [t1.income", "unknown_place"),
        ("id: 2020-department\n", "id: scoring\n", "bad_value"),
        ("table: t2, total: total", "table: t22, total: total", "unknown_table"),
        ("parts: [carried, general]", "parts: [carried, generals]", "unknown_column"),
        ("values: {amount: 50098.13}", "values: {amuont: 50098.13}", "unknown_column"),
        ('code: "21015"', 'code: "210"', "duplicate"),
    ],
)
def test_checks_that_name_what_is_not_there(old: str, new: str, code: str) -> None:
    text = (SHIPPED / "2020-department.yaml").read_text(encoding="utf-8")
    assert old in text, old
    with pytest.raises(CatalogueError) as raised:
        parse_budget(text.replace(old, new, 1), "department.yaml")
    assert code in [one.code for one in raised.value.problems]


def test_a_value_on_no_list_never_reaches_a_table(shipped: Library) -> None:
    table = shipped.tables[SYSTEM]
    assert isinstance(table, PerformanceTable)
    with pytest.raises(ValueError, match="大为提高"):
        table.value(table.indicators[0].annual.model_copy(update={"value": "大为提高"}))
