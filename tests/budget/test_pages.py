"""The pages of the budget: what they say, to whom, and what their forms do."""

from __future__ import annotations

import io

import openpyxl
import pytest

from monitor.budget.answers import Answers
from monitor.budget.ratings import accept, read_rating, save, submit
from monitor.demo.budget import load_budget
from monitor.web.app import MonitorApp, create_app
from tests.web.people import CHEAP, Person, person
from tests.web.reading import Element

from .conftest import MANAGEMENT, OTHER, PLANNER, SYSTEM, World, full_answers


@pytest.fixture
def app(world: World) -> MonitorApp:
    return create_app(world.desk, secret_key=b"k" * 32, clock=lambda: world.time[0], passwords=CHEAP)


def _told(who: Person, answer: object) -> str:
    return who.follow(answer).one("div", "notice").text  # type: ignore[arg-type]


def _fields(page: Element) -> dict[str, str]:
    form = next(one for one in page.all("form") if one.attributes["action"].endswith("/save"))
    found = {
        one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input") if "name" in one.attributes
    }
    found |= {one.attributes["name"]: one.text for one in form.all("textarea")}
    for one in form.all("select"):
        chosen = [option.attributes["value"] for option in one.all("option") if "selected" in option.attributes]
        found[one.attributes["name"]] = chosen[0] if chosen else ""
    found.pop("papers")
    return found


def test_the_list_says_what_was_found(app: MonitorApp) -> None:
    planner = person(app, "王计划", "planner")
    page = planner.get("/budget")
    assert page.one("h1").text == "2 个项目年度资金共 8,661.81 万元，282 条平衡校验全部相符；还没有审定的自评"
    assert "624 + 870 + 1,015 + 2,437.9 = 4,946.90" in page.text and "评分办法" in page.text
    assert [one.text for one in page.one("table", "budget-projects").all("a")] == [
        "医疗保障综合管理",
        "医疗保障体系建设",
    ]
    everything = planner.get("/budget?rows=all")
    assert len(everything.one("table", "budget-checks").all("tr")) == 283
    english = planner.get("/budget?lang=en")
    assert "282 sums were checked and all agree" in english.one("h1").text
    taken = planner.client.get("/table/checks.csv/budget").text.splitlines()
    assert len(taken) == 283 and "14,645.16" in taken[1]


@pytest.mark.parametrize(("project", "rows", "levels"), [(SYSTEM, 22, [13, 7, 2]), (MANAGEMENT, 28, [19, 6, 3])])
def test_the_table_is_drawn_with_merged_cells(app: MonitorApp, project: str, rows: int, levels: list[int]) -> None:
    page = person(app, "王计划", "planner").get(f"/budget/{project}")
    table = next(one for one in page.all("table", "budget-form") if "budget-rating" not in one.classes)
    spans = [int(one.attributes["rowspan"]) for one in table.all("th") if one.attributes.get("scope") == "rowgroup"]
    assert spans == levels and sum(len(body.all("tr")) for body in table.all("tbody")) == rows
    assert sum(int(one.attributes["rowspan"]) for one in table.all("td", "kind")) == 2 * rows


def test_a_rating_by_the_pages_alone(app: MonitorApp, world: World) -> None:
    department = person(app, "待遇司小赵", "reviewer", indicators=frozenset({"enrolment_rate"}))
    fields = _fields(department.get(f"/budget/{SYSTEM}"))
    assert (
        "actual:1" in fields and "actual:18" not in fields and fields["points:1"] == ""
    )  # 3.85 unless another is written
    for name in fields:
        if name.startswith("attainment:"):
            fields[name] = "达成年度指标"
        if name.startswith("percent:"):
            fields[name] = "100"
    actual = {1: "3", 2: "31", 3: "11", 4: "90", 6: "90", 7: "70", 8: "80", 21: "90", 22: "90"}
    fields |= {f"actual:{row}": value for row, value in actual.items()} | {"budget": "4946.90", "executed": "4946.90"}
    wrong = department.post(f"/do/duty/budget/{SYSTEM}/save", **fields | {"actual:1": "三次", "cause:1": "写过的原因"})
    page = department.follow(wrong)
    assert "第 1 行：“三次”不是带单位的数" in page.one("div", "notice").text
    assert _fields(page)["cause:1"] == "写过的原因" and _fields(page)["actual:1"] == "三次"
    paper = (io.BytesIO(b"paper"), "证明.txt")
    assert "已保存第 1 稿" in _told(
        department, department.post(f"/do/duty/budget/{SYSTEM}/save", papers=paper, **fields)
    )
    stale = department.post(f"/do/duty/budget/{SYSTEM}/save", **fields)
    assert "在您之后保存了第 1 稿" in _told(department, stale)
    assert "已提交" in _told(department, department.post(f"/do/duty/budget/{SYSTEM}/submit"))
    assert department.post(f"/do/duty/budget/{SYSTEM}/accept").status_code == 403
    planner, viewer = person(app, "陈计划", "planner"), person(app, "周领导", "viewer")
    assert (
        "未公开" in viewer.get("/budget").text
        and "≥95" not in viewer.get(f"/budget/{SYSTEM}").one("section", "card").text
    )
    seq = read_rating(world.desk, SYSTEM).papers[0].seq
    assert viewer.client.get(f"/paper/{seq}/1").status_code == 404
    assert viewer.client.get(f"/download/budget/{SYSTEM}/rating.xlsx").status_code == 404
    assert planner.client.get(f"/paper/{seq}/1").data == b"paper"
    assert "退回须写原因" in _told(planner, planner.post(f"/do/duty/budget/{SYSTEM}/return"))
    read = planner.get(f"/budget/{SYSTEM}")
    seen = next(one.attributes["value"] for one in read.all("input") if one.attributes.get("name") == "seen")
    late = planner.post(f"/do/duty/budget/{SYSTEM}/accept", seen=str(int(seen) - 1))
    assert "请重新打开本页" in _told(planner, late)
    assert "已审定" in _told(planner, planner.post(f"/do/duty/budget/{SYSTEM}/accept", seen=seen))
    page = viewer.get(f"/budget/{SYSTEM}")
    assert "自评已审定，100.00 分（优）" in page.one("h1").text and not page.all("form")
    links = [one.attributes["href"] for one in page.one("table", "budget-rating").all("a")]
    assert [one.partition("?")[0] for one in links] == [
        "/explain/resident_inpatient_payment_share/000000/2020", "/explain/enrolment_rate/000000/2020",
    ]  # fmt: skip
    assert viewer.client.get(links[1]).status_code == 200
    assert "自评已审定 1 个：优" in viewer.get("/budget").one("h1").text


def test_pages_as_of_a_past_moment(app: MonitorApp, world: World) -> None:
    save(world.desk, PLANNER, world.known, SYSTEM, full_answers(world.known.tables[SYSTEM]))
    submit(world.desk, PLANNER, world.known, SYSTEM)
    accept(world.desk, OTHER, SYSTEM)
    day = world.time[0].date().isoformat()
    world.later(72)
    viewer = person(app, "周领导", "viewer")
    assert "自评已审定，100.00 分" in viewer.get(f"/budget/{SYSTEM}?as_of={day}").one("h1").text
    assert "自评未开始" in viewer.get(f"/budget/{SYSTEM}?as_of=2021-07-01").one("h1").text
    assert not viewer.get(f"/budget/{SYSTEM}?as_of=2021-07-01").all("form")
    body = viewer.client.get(f"/download/budget/{SYSTEM}/rating.xlsx?as_of={day}").data
    assert body == viewer.client.get(f"/download/budget/{SYSTEM}/rating.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None and sheet["A1"].value == "项目支出绩效自评表"
    assert viewer.client.get(f"/download/budget/{SYSTEM}/target.xlsx?as_of=never").status_code == 404


def test_what_is_written_is_never_markup(app: MonitorApp, world: World) -> None:
    evil = "<script>alert(1)</script>"
    save(world.desk, PLANNER, world.known, MANAGEMENT, Answers(goals_reached=evil, funds_cause=evil))
    page = person(app, "王计划", "planner").client.get(f"/budget/{MANAGEMENT}").text
    assert evil not in page and "&lt;script&gt;" in page


def test_a_rating_that_rests_on_a_made_up_figure_says_so(app: MonitorApp, world: World) -> None:
    world.publish("enrolment_rate", "96", synthetic=True)
    planner = person(app, "王计划", "planner")
    assert "模拟数据" not in planner.get(f"/budget/{SYSTEM}").one("h1").text, "nothing is rated yet"
    save(world.desk, PLANNER, world.known, SYSTEM, full_answers(world.known.tables[SYSTEM]))
    for path in (f"/budget/{SYSTEM}", "/budget"):
        assert "模拟数据" in planner.get(path).one("h1").text, path
    sheet = openpyxl.load_workbook(io.BytesIO(planner.client.get(f"/download/budget/{SYSTEM}/rating.xlsx").data)).active
    assert sheet is not None and "模拟数据" in str(sheet["A1"].value)


def test_unknown_projects(app: MonitorApp) -> None:
    planner = person(app, "王计划", "planner")
    assert planner.client.get("/budget/2020-nothing").status_code == 404
    assert planner.client.get("/download/budget/2020-nothing/target.xlsx").status_code == 404
    for verb in ("save", "submit", "accept", "return"):
        assert planner.post(f"/do/duty/budget/2020-nothing/{verb}", reason="x").status_code == 404
    assert "评分办法" in planner.get("/budget/files").text  # where the audit log leads to


def test_the_demonstration_is_marked(app: MonitorApp, world: World) -> None:
    load_budget(world.desk)
    viewer, planner = person(app, "周领导", "viewer"), person(app, "王计划", "planner")
    page = viewer.get(f"/budget/{SYSTEM}")
    assert "自评已审定，96.81 分（优）" in page.one("h1").text and "模拟数据" in page.one("h1").text
    assert "等级未定" in planner.get(f"/budget/{MANAGEMENT}").one("h1").text
    for act in (*read_rating(world.desk, SYSTEM).acts, *read_rating(world.desk, MANAGEMENT).acts):
        assert "模拟数据" in act.actor
    rows = planner.client.get(f"/table/rating.csv/budget/{SYSTEM}").text.splitlines()
    assert len(rows) == 25 and all('"true"' in one for one in rows[1:])
