"""What can be compared besides two moments: periods, regions, plans; each answers at once and says what it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from monitor.catalogue.regions import Regions
from monitor.report.compare_periods import compare_periods
from monitor.report.desk import Desk
from monitor.web.app import MonitorApp, create_app
from tests.report.sichuan import desk_with
from tests.web.people import browser
from tests.web.reading import Element, read

from .people import CHEAP

KINDS = ("", "?kind=periods", "?kind=regions", "?kind=plans")
ROWS = """
medical_aid_share,110000,2023,71.5,
medical_aid_share,110000,2024,69.9,
medical_aid_share,310000,2023,75.2,
medical_aid_share,310000,2024,76,ge
out_of_pocket_share,110000,2020,30,
out_of_pocket_share,110000,2023,28,
out_of_pocket_share,110000,2024,27.5,
drg_dip_payment_share,510000,2025,76,
"""


@pytest.fixture(scope="module")
def two_plans_app(tmp_path_factory: pytest.TempPathFactory, regions: Regions) -> Iterator[MonitorApp]:
    desk = desk_with(tmp_path_factory.mktemp("kinds"), regions, ROWS)
    yield create_app(desk, secret_key=b"k" * 32, passwords=CHEAP)
    desk.store.close()


@pytest.fixture
def planned(two_plans_app: MonitorApp) -> FlaskClient:
    """A visitor who has not chosen a language yet."""
    return browser(two_plans_app)


def page_of(client: FlaskClient, path: str) -> Element:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return read(answer.text)


def row_of(page: Element, class_name: str, name: str) -> list[str]:
    rows = page.one("table", class_name).one("tbody").all("tr")
    (found,) = [row for row in rows if name in row.one("th").text]
    return [cell.text for cell in found.all("td")]


def taken(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """The rows of a taken table by its heads, the lines about it left out."""
    lines = list(csv.reader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))
    start = next(place for place, line in enumerate(lines) if "指标" in line)
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :] if len(line) == len(lines[start])]


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_answers_at_once_and_leads_to_the_others(planned: FlaskClient, path: str, language: str) -> None:
    page = page_of(planned, f"/compare{path}{'&' if path else '?'}lang={language}")
    tabs = page.one("nav", "tabs")
    chosen = [one for one in tabs.children if not isinstance(one, str) and one.attributes.get("aria-current")]
    assert len(chosen) == 1
    links = {one.attributes["href"] for one in tabs.all("a")}
    assert links == {f"/compare{other}{'&' if other else '?'}lang={language}" for other in KINDS if other != path}
    assert page.one("h1").text
    (form,) = page.all("form", "compare-form")
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/compare")
    labelled = {one.attributes["for"] for one in form.all("label")}
    assert labelled == {
        one.attributes["id"] for one in form.all("select") + form.all("input") if "id" in one.attributes
    }


def test_periods_say_what_became_of_each_class(planned: FlaskClient) -> None:
    page = page_of(planned, "/compare?kind=periods&from=2023&to=2024&region=110000")
    assert page.one("h1").text.startswith("北京：2024 与 2023 相比，15 项指标中 0 项等级变好、1 项变差")
    aid = row_of(page, "steps-table", "救助")
    assert "−1.6 个百分点" in aid[4] and aid[6] == "0.1"
    assert aid[-2:] == ["保持→未保持", "变差"]
    own = row_of(page, "steps-table", "个人卫生支出")
    assert "−0.5 个百分点" in own[4] and own[-1] == "不变"
    assert "更优" in own[4], "a falling indicator gets better by falling"
    enrolment = row_of(page, "steps-table", "参保率")
    assert enrolment[4] == "缺数据，不相减" and enrolment[2].startswith("—")
    nation = page_of(planned, "/compare?kind=periods&from=2023&to=2024")
    units = nation.all("table", "steps-table")[1]
    assert [row.all("td")[1].text for row in units.one("tbody").all("tr")] == ["北京"]


def test_a_range_is_named_and_not_subtracted(planned: FlaskClient) -> None:
    page = page_of(planned, "/compare?kind=periods&from=2023&to=2024&region=310000")
    aid = row_of(page, "steps-table", "救助")
    assert aid[4] == "范围，不相减" and "≥76" in aid[3]
    line = next(one for one in taken(planned, "/table/periods.csv/compare?kind=periods&from=2023&to=2024&region=310000")
                if "救助" in one["指标"])  # fmt: skip
    assert (line["差"], line["说明"], line["2023"], line["2024"]) == ("", "范围，不相减", "75.2", "76")


def test_periods_of_the_demonstration_are_the_scorecards(client: FlaskClient, desk: Desk) -> None:
    found = compare_periods(desk)
    assert found is not None
    page = page_of(client, "/compare?kind=periods")
    title = page.one("h1").text
    assert f"{found.count('better')} 项等级变好、{found.count('worse')} 项变差" in title
    lines = {one["指标"]: one for one in taken(client, "/table/periods.csv/compare?kind=periods")}
    for step in found.steps:
        line = lines[step.indicator.name.zh]
        for side, head in ((step.old, found.first.code), (step.new, found.second.code)):
            assert side is not None and side.value is not None
            assert float(line[head]) == side.value
    units = page.all("table", "steps-table")[1].one("tbody").all("tr")
    assert len(units) == 40 < len(found.units)
    every = page_of(client, "/compare?kind=periods&rows=all")
    assert len(every.all("table", "steps-table")[1].one("tbody").all("tr")) == len(found.units)
    sums = {kind: sum(step.movement == kind for step in found.units) for kind in ("better", "worse")}
    assert f"变好 {sums['better']} 个，变差 {sums['worse']} 个" in every.all("h2")[-1].text


def test_regions_that_reached_are_compared_as_a_count(client: FlaskClient) -> None:
    row = row_of(page_of(client, "/compare?kind=periods&from=2024&to=2025"), "steps-table", "药品集中带量采购品种")
    assert row[1] == "省" and "18 / 31" in row[2] and "28 / 31" in row[3]
    assert "+10 省" in row[4] and row[5:7] == ["13", "3"]
    line = next(one for one in taken(client, "/table/periods.csv/compare?kind=periods&from=2024&to=2025")
                if one["指标"] == "药品集中带量采购品种")  # fmt: skip
    assert (line["2024"], line["2025"], line["差"]) == ("18", "28", "10")


def test_a_count_of_regions_is_not_set_against_a_regions_own_figure(client: FlaskClient) -> None:
    found = page_of(client, "/compare?kind=regions&with=000000,110000&period=2025")
    (row,) = [one for one in found.all("tr") if one.all("th") and one.one("th").text == "药品集中带量采购品种"]
    cells = [cell.text for cell in row.all("td")]
    assert "省 / 个" in cells and any("28 / 31" in cell for cell in cells)
    assert "单位不同，不相减" in cells and not any("最优" in cell for cell in cells)


def test_regions_say_who_is_best(planned: FlaskClient) -> None:
    page = page_of(planned, "/compare?kind=regions&with=110000,310000&period=2023")
    assert page.one("h1").text.startswith("北京、上海：15 项指标中，北京 0 项最优、上海 1 项最优")
    aid = row_of(page, "beside-table", "救助")
    assert any("+3.7 个百分点" in cell for cell in aid)
    missing = row_of(page, "beside-table", "个人卫生支出")
    assert "缺数据，不相减" in missing
    chosen = [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes]
    assert chosen == ["110000", "310000", "", "", "2023"]


def test_too_many_and_unknown_regions_are_told(planned: FlaskClient) -> None:
    page = page_of(planned, "/compare?kind=regions&with=110000,310000,440000,510000,330000,123456")
    assert [one.text for one in page.one("div", "notice").all("li")] == [
        "地区“330000”没有列出：个数已满", "没有地区“123456”；请从列表中选，或写六位地区代码",
    ]  # fmt: skip


def test_plans_say_who_is_weaker(planned: FlaskClient) -> None:
    page = page_of(planned, "/compare?kind=plans&from=sc-14&to=uhs-14")
    assert "1 项目标偏低" in page.one("h1").text and "1 项目标更严" in page.one("h1").text
    line = next(one for one in taken(planned, "/table/plans.csv/compare?kind=plans") if one["相比"] == "更严")
    assert line["现值：四川省测试规划"] == "76" and line["测算结果：四川省测试规划"] == "已达标"
    assert line["目标：四川省测试规划"] == "≥75.0%"


def test_one_plan_says_what_to_do(client: FlaskClient) -> None:
    page = page_of(client, "/compare?kind=plans")
    assert "没有可比较的规划" in page.one("h1").text
    assert "MONITOR_CATALOGUE" in page.one("div", "state").text


@pytest.mark.parametrize(
    "path",
    ["kind=none", "kind=periods&from=x", "kind=periods&region=999999", "kind=plans&from=none",
     "kind=regions&period=20x", "kind=periods&plan=none", "kind=regions&as_of=never"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(planned: FlaskClient, path: str) -> None:
    assert planned.get(f"/compare?{path}").status_code == 404


def test_no_change_between_two_moments_names_them(planned: FlaskClient) -> None:
    page = page_of(planned, "/compare?from=2026-01-01&to=2026-01-01")
    assert page.one("h1").text == "2026-01-01 至 2026-01-01：数据、等级和设置没有任何改变"


def test_an_earlier_day_is_kept_by_every_kind(client: FlaskClient) -> None:
    for kind in KINDS[1:3]:
        page = page_of(client, f"/compare{kind}&as_of=2023-06-30")
        assert all("as_of=2023-06-30" in one.attributes["href"] for one in page.one("nav", "tabs").all("a"))
        form = page.one("form", "compare-form")
        assert {"as_of": "2023-06-30"}.items() <= {
            one.attributes["name"]: one.attributes["value"] for one in form.all("input")
        }.items()
    assert "2022" in page_of(client, "/compare?kind=periods&as_of=2023-06-30").one("h1").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_distances_are_drawn_with_their_finding_and_taken_as_rows(planned: FlaskClient, language: str) -> None:
    path = f"/compare?kind=periods&region=110000&from=2023&to=2024&lang={language}"
    root = page_of(planned, path)
    (drawn,) = root.all("ol", "dumbbells")
    heading = next(one.text for one in root.all("h2") if "2023" in one.text and "2024" in one.text)
    # the aid share went from above its target to just below; the out-of-pocket share came nearer
    assert heading.startswith("2 项可比的指标中" if language == "zh" else "Of 2 comparable indicators")
    lanes = drawn.all(class_name="dumb-lane")
    assert len(lanes) == len(drawn.all("li")) == 2
    assert all(lane.attributes["role"] == "img" and "2024" in lane.attributes["aria-label"] for lane in lanes)
    assert all(len(lane.all(class_name="dumb-dot")) == 2 for lane in lanes)
    table = planned.get(f"/table/distance.csv{path}").data.decode("utf-8-sig")
    assert "2023" in table and "2024" in table and planned.get(f"/table/distance.xlsx{path}").status_code == 200


def test_a_distance_needs_a_figure_and_a_number_as_target(planned: FlaskClient) -> None:
    assert not page_of(planned, "/compare?kind=periods&from=2001&to=2002").all("ol", "dumbbells")
    assert planned.get("/picture/distance.svg/compare?kind=periods&from=2001&to=2002").status_code == 404
    regions = page_of(planned, "/compare?kind=regions&with=110000,310000")
    names = [one.text for one in regions.one("ol", "dumbbells").all(class_name="dumb-name")]
    assert names and not any("基金收入" in name for name in names)
