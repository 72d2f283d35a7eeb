"""The ledger and one task in a browser without scripts: what is read, sent, confirmed, returned and taken."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo import tasks as demo
from monitor.demo.tasks import load_task_reports
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.tasks import ledger
from monitor.tasks.ledger import SYNTHETIC
from monitor.web.app import MonitorApp, create_app
from tests.cycle.forms import shipped
from tests.web.people import CHEAP, Person, account, person
from tests.web.reading import Element, read
from tests.web.test_everywhere import CHINESE, NOTHING_YET, check_tables, words_of

from .world import NOW, SMALL, TODAY

PAGE = "/tasks/uhs-14:box8-2"
DO = "/do/duty/tasks/uhs-14:box8-2"
GOOD = {"state": "well", "day": "2025-06-30", "text": "已评定三批"}
COUNTED = {"count:windows": "380", "counted_on:windows": "2025-06-28", "source:windows": "经办中心"}


DEPARTMENT = frozenset({"医疗保障事业管理中心"})


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where nothing was reported yet, to be copied: with the two who report."""
    folder = tmp_path_factory.mktemp("peopled")
    with Store.open(folder / "m.duckdb", clock=lambda: NOW) as store:
        app = app_over(store)
        account(app, "王计划", "planner")
        account(app, "经办", "reviewer", departments=DEPARTMENT)
    return folder


def app_over(store: Store) -> MonitorApp:
    desk = Desk(store, *shipped(), MethodSettings())
    return create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)


@pytest.fixture
def app(peopled: Path, tmp_path: Path) -> Iterator[MonitorApp]:
    folder = shutil.copytree(peopled, tmp_path / "data")
    with Store.open(folder / "m.duckdb", clock=lambda: NOW) as store:
        yield app_over(store)


@pytest.fixture
def planner(app: MonitorApp) -> Person:
    return person(app, "王计划", "planner")


@pytest.fixture
def lead(app: MonitorApp) -> Person:
    return person(app, "经办", "reviewer", departments=DEPARTMENT)


def row(page: Element, task: str) -> Element:
    return next(one for one in page.all("tr") if one.attributes.get("data-task") == task)


def test_the_title_says_how_many_are_done_behind_overdue_and_silent(planner: Person, lead: Person) -> None:
    assert planner.get("/tasks").one("h1").seen == "103 项任务：已完成 0 项，滞后 0 项，超期 103 项；103 项没有进展报告"
    lead.post(f"{DO}/report", **GOOD, **COUNTED)
    page = planner.get("/tasks")
    assert page.one("h1").seen == "103 项任务：已完成 0 项，滞后 0 项，超期 102 项；102 项没有进展报告"
    cells = [one.seen for one in row(page, "box8-2").all("td")]
    assert "进展良好" in cells[2] and "2025-06-30" in cells[3] and "无提醒" in cells[4]
    assert "未报告" in row(page, "box8-3").seen and "超期" in row(page, "box8-3").seen
    english = planner.get("/tasks?lang=en")
    assert english.one("h1").seen == "103 tasks: 0 done, 0 behind, 102 overdue; 102 without a report"


def test_every_state_and_reminder_has_colour_shape_and_word(app: MonitorApp, planner: Person) -> None:
    load_task_reports(app.cycle.store, app.cycle.catalogues, TODAY)
    for tally in planner.get("/tasks").all("nav", "task-tally"):
        for badge in tally.all("span", "badge"):
            assert badge.seen.strip() and badge.all("span", "glyph")
            assert any(name.startswith("k-") for name in badge.classes)


FILTERS = {
    "category=box8": 5,
    "category=s14": 6 + 5 + 4 + 3 + 5,  # a section has its boxes with it
    "actor=基金监管司": 14,
    "actor=基金监管司&category=box7": 4,
    "state=well": 1,
    "state=none": 102,
    "class=red": 102,
    "class=none": 1,
    "category=nothing": 0,
}


def test_filters(planner: Person, lead: Person) -> None:
    lead.post(f"{DO}/report", **GOOD, **COUNTED)
    for question, n in FILTERS.items():
        page = planner.get(f"/tasks?{question}")
        assert len([one for one in page.all("tr") if "data-task" in one.attributes]) == n, question
        assert f"{n} / 103 项" in page.seen
        assert "103 项任务" in page.one("h1").seen  # the finding is of the whole plan


def test_the_day_judged_is_that_of_the_address_and_never_one_to_come(planner: Person) -> None:
    assert "按 2022-06-30 评判" in planner.get("/tasks?to=2022-06-30").seen
    assert "按 2025-06-30 评判" in planner.get("/tasks?to=2031-01-01").seen
    assert "按 2025-06-30 评判" in planner.get("/tasks?to=never").seen
    assert "超期 0 项" in planner.get("/tasks?to=2021-03-01").one("h1").seen


def test_a_task_has_the_plan_s_words_its_source_and_who_leads(planner: Person) -> None:
    page = planner.get(PAGE)
    quoted = page.one("p", "verbatim")
    assert quoted.seen == "建成 400 个区县级以上经办服务示范窗口，重点向区县倾斜。"
    assert quoted.attributes["lang"] == "zh-CN"
    assert "专栏8 医疗保障服务示范工程第 2 项" in page.seen
    facts = page.one("dl", "facts").seen
    assert "医疗保障事业管理中心 推定" in facts and "2025-12-31" in facts and "到 2025 年" in facts
    assert "未报数" in page.one("div", "goal-bar").seen
    assert planner.client.get("/tasks/uhs-14:box8-9").status_code == 404
    assert planner.client.get("/tasks/other:box8-2").status_code == 404
    assert planner.client.get("/tasks/box8-2").status_code == 404


def test_a_report_is_sent_shown_confirmed_and_its_paper_taken(planner: Person, lead: Person) -> None:
    papers = (io.BytesIO(b"evidence"), "评定文件.pdf")
    page = lead.follow(lead.post(f"{DO}/report", **GOOD, **COUNTED, papers=papers))
    assert "已收到第 1 份进展报告" in page.one("div", "notice").seen
    told = page.one("ol", "task-reports")
    assert "已评定三批" in told.seen and "380（目标 ≥400 个；截至 2025-06-28，经办中心）" in told.seen
    (paper,) = [one for one in told.all("a") if one.attributes["href"].startswith("/paper/")]
    assert planner.client.get(paper.attributes["href"]).data == b"evidence"
    bars = page.one("div", "goal-bar").all("progress")
    assert [one.attributes["value"] for one in bars] == ["0.9500", "0.8992"]  # 380 ÷ 400; 1642 ÷ 1826 days
    assert not [one for one in page.all("button") if "confirm" in one.attributes.get("formaction", "")]
    page = planner.follow(planner.post(f"{DO}/confirm", number="1", remark="同意"))
    assert "已确认" in page.one("ol", "task-reports").seen and "由王计划确认" in page.seen
    assert not [one for one in page.all("button") if "confirm" in one.attributes.get("formaction", "")]


def test_what_is_refused_stands_in_the_form_again(lead: Person) -> None:
    fields = {**GOOD, **COUNTED, "state": "done"}
    page = lead.follow(lead.post(f"{DO}/report", **fields))
    assert "380/400 个" in page.one("div", "notice").seen
    values = {one.attributes.get("name"): one.attributes.get("value") for one in page.all("input")}
    assert values["count:windows"] == "380" and values["counted_on:windows"] == "2025-06-28"
    assert "已评定三批" in [one.text for one in page.all("textarea")]
    (chosen,) = [one for one in page.all("option") if "selected" in one.attributes]
    assert chosen.attributes["value"] == "done"
    assert "还没有进展报告。" in page.seen


def test_a_made_up_count_wears_its_mark_whatever_was_reported_since(lead: Person) -> None:
    day = {"day": "2025-05-30", "counted_on:windows": "2025-05-30"}
    lead.post(f"{DO}/report", **{**GOOD, **COUNTED, **day, "text": "【模拟数据】进展"})
    lead.post(f"{DO}/report", **{**GOOD, **COUNTED, "count:windows": "390"})
    lead.post(f"{DO}/report", **GOOD)  # revises the second: its 390 counts no more
    page = lead.get(PAGE)
    assert "已完成 380" in page.seen and page.one("h1").all("span", "synthetic")
    assert page.one("table", "goal-table").all("span", "synthetic")
    assert row(lead.get("/tasks"), "box8-2").all("span", "synthetic")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("count:windows", "many", "不是数"),
        ("count:windows", "38%", "是比例"),
        ("count:windows", "3,8", "不是数"),
        ("count:windows", "1e2", "不是数"),
        ("day", "yesterday", "不是日期"),
        ("counted_on:windows", "x", "不是日期"),
    ],
)
def test_what_cannot_be_read_is_told(lead: Person, field: str, text: str, said: str) -> None:
    page = lead.follow(lead.post(f"{DO}/report", **{**GOOD, **COUNTED, field: text}))
    assert said in page.one("div", "notice").seen


def test_a_returned_report_stays_and_another_unit_sees_no_form(app: MonitorApp, planner: Person, lead: Person) -> None:
    lead.post(f"{DO}/report", **GOOD, **COUNTED)
    page = planner.follow(planner.post(f"{DO}/return", number="1", remark=""))
    assert "理由" in page.one("div", "notice").seen
    page = planner.follow(planner.post(f"{DO}/return", number="1", remark="缺文件"))
    assert "已退回" in page.one("ol", "task-reports").seen and "缺文件" in page.seen
    assert "未报告" in page.one("h1").seen
    other = person(app, "待遇", "reviewer", departments=frozenset({"待遇保障司"}))
    assert not other.get(PAGE).all("form", "fields")
    assert other.post(f"{DO}/report", **GOOD).status_code == 403
    assert lead.post(f"{DO}/confirm", number="1").status_code == 403


def test_markup_in_a_text_stays_text(lead: Person, planner: Person) -> None:
    lead.post(f"{DO}/report", **{**GOOD, "text": "<img src=x onerror=alert(1)>"})
    page = planner.get(PAGE)
    assert not page.all("img") and "<img src=x" in page.one("ol", "task-reports").seen


def test_files_of_the_ledger_are_the_same_again(planner: Person, lead: Person) -> None:
    lead.post(f"{DO}/report", **GOOD, **COUNTED)
    for kind in ("csv", "xlsx"):
        first, again = (planner.client.get(f"/download/tasks.{kind}?plan=uhs-14&to=2025-06-30") for _ in range(2))
        assert first.status_code == 200 and first.data == again.data
    moment = "2025-06-29T12:00:00+08:00"
    page = planner.get(f"/tasks?{urlencode({'as_of': moment})}")
    links = [one.attributes["href"] for one in page.all("a") if "/download/tasks.csv" in one.attributes.get("href", "")]
    then = planner.client.get(links[0])
    assert then.status_code == 200, "the moment's zone outlives the address"
    assert then.data == planner.client.get(f"/download/tasks.csv?{urlencode({'as_of': moment})}").data
    lines = planner.client.get("/download/tasks.csv").text.splitlines()
    assert len(lines) == 104 and "380/400 个" in next(line for line in lines if ',"box8-2",' in line)
    table = planner.client.get("/table/tasks.csv/tasks?category=box8").text
    assert len(table.splitlines()) == 6
    assert planner.client.get("/download/tasks.csv?plan=other").status_code == 404
    assert planner.client.get("/download/tasks.csv?as_of=nothing").status_code == 404


def test_a_past_moment_knows_nothing_of_later_reports_and_takes_none(planner: Person, lead: Person) -> None:
    lead.post(f"{DO}/report", **GOOD, **COUNTED)
    page = planner.get(f"{PAGE}?as_of=2025-06-29")
    assert "还没有进展报告。" in page.seen and not page.all("form", "fields")
    assert "所知截至 2025-06-29" in page.seen


def test_the_demonstration_s_reports_say_that_they_are_made_up(app: MonitorApp, planner: Person) -> None:
    assert load_task_reports(app.cycle.store, app.cycle.catalogues, TODAY) > 10
    page = planner.get("/tasks")
    assert "模拟数据" in page.one("h1").seen
    told = [one for one in page.all("tr") if "data-task" in one.attributes and "2024-06-28" in one.seen]
    assert told and all("模拟数据" in one.seen for one in told)
    assert "模拟数据" in planner.get("/tasks/uhs-14:box8-3").one("ol", "task-reports").seen
    assert len([one for one in page.all("tr") if "未报告" in one.seen]) > 20


def _app_of(folder: Path, tasks: str | None) -> Iterator[Person]:
    regions = load_regions(find_shipped("data/regions.csv"))
    text = find_shipped("indicators.yaml").read_text(encoding="utf-8").replace("id: uhs-14", "id: hn", 1)
    (folder / "hn.yaml").write_text(text, encoding="utf-8")
    if tasks is not None:
        (folder / "tasks-hn.yaml").write_text(tasks, encoding="utf-8")
    catalogues = load_catalogues([folder / "hn.yaml"], regions)
    with Store.open(folder / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        yield person(create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP), "王计划", "planner")


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        (None, "这个规划没有任务台账"),
        (SMALL, "任务文件有 1 处错误，暂不能显示"),
        (SMALL.replace("plan: p", "plan: hn"), "2 项任务：已完成 0 项，滞后 0 项，超期 2 项；2 项没有进展报告"),
    ],
)
def test_a_plan_with_none_with_faulty_and_with_its_own_tasks(tmp_path: Path, tasks: str | None, said: str) -> None:
    for planner in _app_of(tmp_path, tasks):
        page = planner.get("/tasks")
        assert page.one("h1").seen == said
        if said.startswith("任务文件"):
            assert "tasks-hn.yaml:2 plan" in page.seen
        if said.startswith("2 项"):
            assert planner.client.get("/tasks/hn:windows").status_code == 200


def test_the_audit_log_says_who_did_what_and_leads_to_the_task(planner: Person, lead: Person) -> None:
    lead.post(f"{DO}/report", **GOOD, **COUNTED)
    planner.post(f"{DO}/confirm", number="1")
    page = planner.get("/audit")
    assert "报告任务进展" in page.seen and "确认任务报告" in page.seen
    links = {one.attributes["href"] for one in page.all("a") if "重点任务" in one.seen and ":" in one.seen}
    (href,) = links
    assert planner.client.get(href).status_code == 200


def test_every_table_is_taken_whole_and_every_page_speaks_one_language(app: MonitorApp, planner: Person) -> None:
    load_task_reports(app.cycle.store, app.cycle.catalogues, TODAY)
    files = [find_shipped("data/tasks-uhs-14.yaml"), find_shipped("indicators.yaml")]
    known = "".join(path.read_text(encoding="utf-8") for path in files)
    known += "".join(Path(module).read_text(encoding="utf-8") for module in (demo.__file__, ledger.__file__))
    for path in ("/tasks", PAGE, "/tasks/uhs-14:s10-1", "/tasks/uhs-14:box6-2"):
        assert check_tables(planner.client, path, accepted=False) or path == "/tasks/uhs-14:s10-1"
        main = read(planner.client.get(f"{path}?lang=en").text).one("main")
        found = {run.replace(SYNTHETIC, "") for said in words_of(main) for run in CHINESE.findall(said)}
        assert {run for run in found if run not in known} == set(), path


@pytest.mark.parametrize("query", NOTHING_YET)
def test_where_there_is_nothing_the_page_says_why(planner: Person, query: str) -> None:
    for path in ("/tasks", PAGE):
        answer = planner.client.get(f"{path}?{query}")
        assert answer.status_code in (200, 404)
        assert read(answer.text).one("h1").text.strip()
