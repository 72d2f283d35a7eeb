"""A region's page: beside chosen others, what it has sent and how good it was, its own plan."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.catalogue.regions import Regions
from monitor.report.desk import Desk
from monitor.report.region import region_answer
from monitor.web.app import MonitorApp, create_app
from tests.report.calls import World, at
from tests.report.sichuan import desk_with
from tests.web.people import browser
from tests.web.reading import Element, read

from .people import CHEAP

ROWS = """
enrolment_rate,510000,2025,96,
drg_dip_payment_share,510000,2025,76,
drug_platform_share,510000,2025,86,
drug_platform_share,440000,2025,91.5,
medical_aid_share,510000,2024,73,approx
medical_aid_share,440000,2024,74,ge
"""


@pytest.fixture(scope="module")
def two_plans_app(tmp_path_factory: pytest.TempPathFactory, regions: Regions) -> Iterator[MonitorApp]:
    """A desk with Sichuan's own plan loaded."""
    desk = desk_with(tmp_path_factory.mktemp("planned"), regions, ROWS)
    yield create_app(desk, secret_key=b"k" * 32, passwords=CHEAP)
    desk.store.close()


@pytest.fixture
def planned(two_plans_app: MonitorApp) -> FlaskClient:
    """A visitor who has not chosen a language yet."""
    return browser(two_plans_app)


def rows_of(page: Element, class_name: str) -> list[list[str]]:
    return [[cell.text for cell in row.all("th") + row.all("td")] for row in
            page.one("table", class_name).one("tbody").all("tr")]  # fmt: skip


def test_others_are_chosen_by_a_form_that_needs_no_script(client: FlaskClient) -> None:
    page = read(client.get("/region/510000?sort=number&as_of=2026-01-31").text)
    form = page.one("form", "beside-form")
    assert (form.attributes["method"], form.attributes["action"].split("#")[0]) == ("get", "/region/510000")
    fields = form.all("select")
    assert [one.attributes["name"] for one in fields] == ["with"] * 3
    assert all(
        label.attributes["for"] == one.attributes["id"] for label, one in zip(form.all("label"), fields, strict=True)
    )
    assert {one.attributes["name"]: one.attributes["value"] for one in form.all("input")} == {
        "as_of": "2026-01-31", "sort": "number",
    }  # fmt: skip
    assert not page.all("table", "beside-table")
    sent = client.get("/region/510000?with=330000&with=440000&with=").text
    listed = client.get("/region/510000?with=330000,440000").text
    assert rows_of(read(sent), "beside-table") == rows_of(read(listed), "beside-table") != []


@pytest.mark.parametrize(
    ("query", "printed", "reason"),
    [
        ("", "95左右", "全国是约数，不算差"),
        ("?period=2023", "≥95", "全国是范围，不算差"),
        ("?lang=en", "≈95", "Nation: an approximate number, so no difference is taken"),
    ],
)
def test_nothing_is_taken_from_a_figure_that_is_no_single_number(
    client: FlaskClient, query: str, printed: str, reason: str
) -> None:
    rows = read(client.get(f"/region/320000{query}").text).one("table", "compared").one("tbody").all("tr")
    row = next(one for one in rows if "/indicator/enrolment_rate" in one.one("a").attributes["href"])
    cell = row.one("td", "against")
    assert row.one("td", "nation").seen.strip() == printed
    assert cell.seen.strip() == "—" and cell.attributes["title"] == reason and reason in cell.text


def test_figures_and_differences_are_those_of_the_answer(client: FlaskClient, desk: Desk) -> None:
    answer = region_answer(desk, "510000", beside=["330000"])
    assert answer is not None
    page = read(client.get("/region/510000?with=330000").text)
    rows = page.one("table", "beside-table").one("tbody").all("tr")
    assert len(rows) == len(answer.beside.rows) == 15
    for row, found in zip(rows, answer.beside.rows, strict=True):
        own, other = (side.figure for side in found.sides)
        assert own is not None and other is not None
        links = [one.attributes["href"] for one in row.all("a", "why")]
        assert links[0] == f"/explain/{found.indicator.id}/510000/{own.period.code}"
        assert links[1] == f"/explain/{found.indicator.id}/330000/{other.period.code}"
        shown = row.all("td", "difference")[0].text
        assert ("个百分点" in shown) == (own.unit == "%")
        assert row.all("span", "glyph")
    heads = [one.text for one in page.one("table", "beside-table").one("thead").all("th")]
    assert heads[4:7] == ["四川", "浙江", "差（浙江减四川）"]
    assert page.one("table", "beside-table").attributes["role"] == "table"


def test_ranges_and_missing_figures_are_not_subtracted(planned: FlaskClient) -> None:
    page = read(planned.get("/region/510000?with=440000").text)
    told = {row[0]: row for row in rows_of(page, "beside-table")}
    aid = next(row for name, row in told.items() if "救助" in name)
    assert any("范围，不相减" in cell for cell in aid)
    drugs = next(row for name, row in told.items() if "采购药品金额" in name)
    assert any("+5.5 个百分点" in cell for cell in drugs)
    enrolment = next(row for name, row in told.items() if "参保率" in name)
    assert any("缺数据，不相减" in cell for cell in enrolment)


def test_codes_that_cannot_be_shown_are_told(client: FlaskClient) -> None:
    page = read(client.get("/region/510000?with=999999,510000,710000,%3Cimg%3E").text)
    told = [one.text for one in page.one("div", "notice").all("li")]
    assert told == [
        "没有地区“999999”；请从列表中选，或写六位地区代码", "地区“510000”已在表中，不必重复选",
        "没有地区“<img>”；请从列表中选，或写六位地区代码",
    ]  # fmt: skip
    assert "台湾" in page.one("table", "beside-table").text
    english = read(client.get("/region/510000?with=999999&lang=en").text)
    assert "There is no region '999999'" in english.one("div", "notice").text


def test_quick_links_add_and_take_away(client: FlaskClient) -> None:
    page = read(client.get("/region/510000?with=330000").text)
    links = {one.text: one.attributes["href"] for one in page.one("nav", "quick").all("a")}
    assert links["浙江 ×，去掉"].split("#")[0] == "/region/510000"
    added = next(href for text, href in links.items() if "江苏" in text)
    assert added.split("#")[0] == "/region/510000?with=330000%2C320000"
    assert "江苏" in read(client.get(added.split("#")[0]).text).one("table", "beside-table").text
    full = read(client.get("/region/510000?with=330000,440000,110000").text)
    swapped = next(a.attributes["href"] for a in full.one("nav", "quick").all("a") if "江苏" in a.text)
    assert "with=330000%2C440000%2C320000" in swapped


def test_what_was_sent_leads_to_the_submission(client: FlaskClient, desk: Desk) -> None:
    answer = region_answer(desk, "320000")
    assert answer is not None and answer.reports.quality is not None
    page = read(client.get("/region/320000").text)
    card = page.one("section", "submissions-card")
    rates = answer.reports.quality.rates
    assert f"应报 {rates.timeliness.denominator} 份：按时 {rates.timeliness.numerator} 份" in card.one("h2").text
    rank = answer.reports.quality.timeliness
    assert rank is not None
    assert f"第 {rank.place} / {rank.of}" in card.one("ul", "quality-line").text
    newest = next(line for line in answer.reports.lines if line.sendings)
    first = card.one("table", "submissions").one("tbody").all("a")[0]
    assert first.attributes["href"] == f"/submission/{newest.sendings[-1].submission_id}"
    assert client.get(first.attributes["href"]).status_code == 200
    shown = len(card.one("table", "submissions").one("tbody").all("tr"))
    every = read(client.get("/region/320000?rows=all").text)
    assert shown == 12 and len(rows_of(every, "submissions")) == len(answer.reports.lines)


def test_every_table_of_the_page_can_be_taken(client: FlaskClient) -> None:
    for key in ("beside", "submissions", "indicators"):
        answer = client.get(f"/table/{key}.csv/region/510000?with=330000")
        assert answer.status_code == 200, key
    taken = client.get("/table/beside.csv/region/510000?with=330000").data.decode("utf-8-sig")
    table = [row for row in csv.reader(io.StringIO(taken)) if row]
    head = next(row for row in table if "浙江 差" in row)
    assert {"四川", "四川 测算结果", "浙江", "浙江 测算结果", "浙江 差"} <= set(head)
    line = table[table.index(head) + 1]
    own, other, less = (float(line[head.index(name)]) for name in ("四川", "浙江", "浙江 差"))
    assert less == pytest.approx(other - own, abs=1e-9)


def test_a_region_with_a_plan_of_its_own_shows_how_it_agrees(planned: FlaskClient) -> None:
    page = read(planned.get("/region/510000").text)
    card = page.one("section", "plans-card")
    assert card.one("h2").text.startswith(
        "《四川省测试规划》与《“十四五”全民医疗保障规划》：承接 3 项，1 项目标偏低，1 项目标更严，缺 12 项，自设 1 项"
    )
    rows = card.one("table", "plans-table").one("tbody").all("tr")
    said = {row.one("th").text: row.one("td", "bearing").text for row in rows}
    assert len(rows) == 16
    drugs = next(row for row in rows if "药品平台采购占比" in row.one("th").text)
    assert [one.text for one in drugs.all("td", "class")] == ["期末未达标", "已达标"]
    assert drugs.one("td", "bearing").text == "偏低"
    assert said["村卫生室联网结算占比"] == "自设"
    case = next(row for row in rows if "住院费用按病种付费占比" in row.one("th").text)
    assert case.one("td", "note").text == "属性：预期性 → 约束性、分子分母"
    assert not read(planned.get("/region/110000").text).all("section", "plans-card")


def test_no_plan_of_its_own_shows_nothing(client: FlaskClient) -> None:
    assert not read(client.get("/region/510000").text).all("section", "plans-card")


def test_overall_places_are_told(client: FlaskClient, desk: Desk) -> None:
    answer = region_answer(desk, "320000")
    assert answer is not None
    card = read(client.get("/region/320000").text).one("li", "ranks").text
    front = sum(one.rank is not None and 3 * one.rank.place <= one.rank.of for one in answer.ranked)
    back = sum(one.rank is not None and 3 * one.rank.place > 2 * one.rank.of for one in answer.ranked)
    assert re.search(rf"前三分之一{front}项，后三分之一 {back} 项（共 {len(answer.ranked)} 项）", card)
    best = answer.ranked[0]
    assert best.rank is not None and f"最好 {best.rank.place}/{best.rank.of}：{best.indicator.name.zh}" in card


@pytest.mark.parametrize("path", ["/region/510000?with=330000,440000", "/region/000000", "/region/710000"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_reads_in_both_languages(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200
    if language == "en":
        main = read(answer.text).one("main")
        tables = "".join(one.text for one in main.all("table", "beside-table") + main.all("table", "submissions"))
        assert not re.search("[\u4e00-\u9fff]", tables.replace("左右", ""))


def test_what_is_sent_shows_before_it_is_accepted(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.now = at("2023-04-10T09:00")
    app = create_app(world.desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: world.now.replace(tzinfo=UTC))
    client = browser(app)
    assert not read(client.get("/region/110000").text).all("table", "submissions")
    number = world.send("110000", "2023-Q1", rate="70", number="10")
    (line,) = rows_of(read(client.get("/region/110000").text), "submissions")
    assert line[0] == "2023-Q1" and "已上报" in line[2] and f"#{number}" in line[-1]
    world.store.close()


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "未达标"), ("?period=2023", "滞后"), ("?lang=en", "off target"), ("?period=2023&lang=en", "behind")],
)
def test_after_the_target_year_nothing_is_merely_behind(client: FlaskClient, query: str, said: str) -> None:
    heading = read(client.get(f"/region/330000{query}").text).one("h1").text
    assert said in heading and ("未达标" in heading) + ("滞后" in heading) + ("behind" in heading) <= 1
