"""The shipped tasks are the plan's: every item, every paragraph, every number that stands in them, and nothing else."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal

from monitor.catalogue.loader import load_catalogues
from monitor.shipped import find_shipped
from monitor.tasks.files import load_tasks, tasks_of, tasks_path

# counted by hand in 国办发〔2021〕36号
BOXES = {2: 4, 3: 3, 4: 6, 5: 4, 6: 5, 7: 4, 8: 5, 9: 4, 10: 3, 11: 5, 12: 5}
SECTIONS = {
    4: 3, 5: 7, 6: 3, 7: 3, 8: 1, 9: 1, 10: 6, 11: 3, 12: 5,
    13: 3, 14: 6, 15: 2, 16: 3, 17: 3, 18: 3, 19: 1, 20: 1, 21: 1,
}  # fmt: skip
# of all texts with newlines between, once each had been found in the published text (two slips of it put right)
TEXTS = "0b095472c21de6e8 4edeb536e6dc31eb b5ef12fdc5cd79e8 781ba690494fcd3d".replace(
    " ", ""
)  # in four, so that it does not look like a key

FILE = load_tasks(find_shipped("data/tasks-uhs-14.yaml"), "uhs-14")


def test_every_item_of_every_box_and_every_task_of_every_section_is_there() -> None:
    counted = Counter(one.part for one in FILE.tasks)
    assert counted == {**{f"box{n}": k for n, k in BOXES.items()}, **{f"s{n:02d}": k for n, k in SECTIONS.items()}}
    assert len(FILE.tasks) == 103
    for one in FILE.tasks:
        assert one.id == f"{one.part}-{one.item}"
    for part in counted:
        assert [one.item for one in FILE.tasks if one.part == part] == list(range(1, counted[part] + 1))


def test_texts_are_the_plan_s_letter_by_letter() -> None:
    assert hashlib.sha256("\n".join(one.text for one in FILE.tasks).encode()).hexdigest() == TEXTS
    texts = {one.id: one.text for one in FILE.tasks}
    assert texts["box8-2"] == "建成 400 个区县级以上经办服务示范窗口，重点向区县倾斜。"
    assert texts["box11-4"] == "海南自由贸易港：支持商业保险机构跨境结算试点。"
    assert texts["box4-6"].endswith("对不宜打包付费的复杂病例和门诊费用按项目付费。")
    assert "业务规则和标准" in texts["box9-2"]
    assert texts["s21-1"].endswith("为深化医疗保障制度改革创造良好舆论环境。")


def test_countable_goals_are_those_of_the_text() -> None:
    goals = {
        one.id: (goal.number, goal.unit.zh, goal.comparator, goal.each_year) for one in FILE.tasks for goal in one.goals
    }
    assert goals == {
        "box8-1": (Decimal(100), "%", "ge", False),
        "box8-2": (Decimal(400), "个", "ge", False),
        "box8-3": (Decimal(500), "个", "ge", False),
        "box8-4": (Decimal(500), "个", "ge", False),
        "box8-5": (Decimal(100), "个", "ge", False),
        "box12-2": (Decimal(15), "项", "ge", False),
        "box6-2": (Decimal(1), "次", "ge", True),
        "box6-3": (Decimal(100), "%", "ge", False),
        "s12-2": (Decimal(100), "%", "ge", False),
    }


def test_times_are_the_plan_s_and_the_one_year_that_a_text_names() -> None:
    assert {FILE.timetable_of(one).due for one in FILE.tasks} == {date(2025, 12, 31)}
    assert FILE.timetable.inferred
    milestones = [(one.id, mile.due, mile.printed) for one in FILE.tasks for mile in one.milestones]
    assert milestones == [("s10-1", date(2022, 12, 31), "2022年")]


def test_who_leads_is_inferred_and_says_so_but_for_units_that_a_text_names() -> None:
    assert all(one.lead.inferred for one in FILE.tasks)
    for one in FILE.tasks:
        for unit in one.cooperating:
            first = unit.zh.split("、")[0].removesuffix("等部门")
            assert unit.inferred or first in one.text, (one.id, unit.zh)
    named = {one.id for one in FILE.tasks for unit in one.cooperating if not unit.inferred}
    assert named == {"s04-2", "s04-3", "box6-5", "s17-1", "s18-1"}


def test_the_shipped_catalogue_finds_them_and_knows_who_leads() -> None:
    catalogue = load_catalogues([find_shipped("indicators.yaml")])[0]
    path = tasks_path(catalogue)
    assert path is not None and path.name == "tasks-uhs-14.yaml"
    assert tasks_of(catalogue) is tasks_of(catalogue)
    assert "基金监管司" in catalogue.departments and "待遇保障司" in catalogue.departments
