"""The pages that explain figures: every number leads to one, which shows the same number and how it came about."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from monitor.report.desk import Desk
from monitor.web.app import create_app
from monitor.web.components.exact_numbers import exact_text, time_text
from tests.report.calls import World, at

from .conftest import EVIL, NOW
from .people import CHEAP, browser
from .reading import Element, read

DRG = "/explain/drg_dip_payment_share/000000/2025"


def page(client: FlaskClient, path: str, status: int = 200) -> Element:
    answer = client.get(path)
    assert answer.status_code == status, path
    return read(answer.text)


def links(client: FlaskClient, path: str) -> dict[str, str]:
    """Every number of a page that is a link to an explanation: address → number as shown."""
    found = page(client, path).one("main").all("a")
    return {a.attributes["href"]: a.seen.strip() for a in found if a.attributes["href"].startswith("/explain/")}


def facts(found: Element, key: str) -> dict[str, list[str]]:
    """The facts of a card, by name: value and how; `key`: the address its table is taken under."""
    for card in found.one("main").all("section", "card"):
        if any(f"/table/{key}.csv" in a.attributes["href"] for a in card.all("a") if "href" in a.attributes):
            rows = card.all("table", "fact-table")[0].one("tbody").all("tr")
            return {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}
    raise AssertionError(key)


@pytest.mark.parametrize(
    ("path", "every"),
    [("/", 2), ("/region/320000", 3), ("/indicator/out_of_pocket_share", 6), ("/matrix?show=value", 40)],
)
def test_every_number_leads_to_its_explanation_which_shows_it(client: FlaskClient, path: str, every: int) -> None:
    found = links(client, path)
    assert len(found) >= 15
    for href, shown in list(found.items())[::every]:
        number = shown.rstrip("%").split(" ")[0].removeprefix("+")
        said = page(client, href).one("main").text
        plain = number.rstrip("0").rstrip(".") if "." in number else number  # a column may write 27.70
        assert plain in said or number in ("—", ""), (href, shown)


def test_the_demonstrations_national_share_by_hand(client: FlaskClient, desk: Desk) -> None:
    found = page(client, DRG)
    assert found.one("h1").text.startswith("实行按疾病诊断相关分组付费") and "已达到目标 70" in found.one("h1").text
    row = desk.scorecard(region="000000", period="2025").frame.set_index("indicator_id").loc["drg_dip_payment_share"]
    line = found.one("p", "formula-line").text
    top, bottom = (
        exact_text(Fraction(str(row[name])).limit_denominator(10**4)) for name in ("numerator", "denominator")
    )
    assert line.startswith(f"100 × {top} ÷ {bottom} = 74.13") and line.endswith("…%")
    assert found.one("tr", "decided").one("th").text == "5"
    units = next(card for card in found.all("section", "units-card"))
    assert "32 个单位中 31 个计入" in units.text and "保密：青海" in units.text
    rows = units.one("tbody").all("tr")
    assert len(rows) == 32 and units.one("tfoot").text.count(top) >= 1


def test_a_published_figure_says_file_line_people_and_the_vintage_beside_it(client: FlaskClient) -> None:
    found = page(client, "/explain/out_of_pocket_share/000000/2022")
    told = facts(found, "source")
    assert told["数据版本"][0] == "核算数" and "行" in told["文件"][0] and told["报送人"][0] and told["通过人"][0]
    vintages = [row.text for table in found.all("table") for row in table.all("tr", "decided") if "采用" in row.text]
    assert len(vintages) == 1 and "26.89" in vintages[0] and "版本顺序靠后" in found.text
    beside = facts(found, "beside")
    assert beside["公布数"][0] == "26.89%" and beside["汇总数"][0].startswith("27.00694311…%")


def test_regions_that_reached_are_listed_with_value_and_target(client: FlaskClient) -> None:
    rows = page(client, "/explain/procured_drugs/000000/2025").one("section", "units-card").one("tbody").all("tr")
    said = [row.all("td")[2].text for row in rows]
    assert said.count("已达标") == 28 and said.count("未达标") == 3 and said[-1] == "已达标 · 只列出，不计数"
    assert {row.all("td")[1].text for row in rows} == {"500"}


def test_a_share_of_regions_is_explained_by_its_count_first(client: FlaskClient) -> None:
    found = page(client, "/explain/procured_drugs/000000/2025")
    assert "31 省中 28 省已达标，还差 3 省：天津、安徽、青海" in found.one("h1").text
    made, judged = facts(found, "formula"), facts(found, "verdict")
    assert list(made)[:2] == ["页面显示", "现值"]
    assert made["页面显示"][0] == "28 / 31 省" and made["现值"][0].startswith("90.3225")
    assert made["较 2024年"][0] == "+10 省" and judged["还有几省未达标"] == ["3 省", "31 − 28"]


@pytest.mark.parametrize(
    ("query", "count", "share"),
    [
        ("", "还有几省未达标", "达标省份占比距 100%"),
        ("?lang=en", "Regions yet to reach it", "Share of regions that reached it, short of 100%"),
    ],
)
def test_two_distances_are_named_by_what_they_measure(client: FlaskClient, query: str, count: str, share: str) -> None:
    cards = page(client, f"/explain/procured_drugs/000000/2025{query}").all("section", "verdict-card")
    rows = cards[0].one("table", "fact-table").one("tbody").all("tr")
    names = [row.one("th").text for row in rows]
    assert count in names and share in names and len(names) == len(set(names))


@pytest.mark.parametrize(
    ("query", "said"), [("", "仅旁列的汇总数含模拟数据，本数不含"), ("?lang=en", "only the aggregate shown beside it")]
)
def test_only_the_aggregate_is_said_to_be_synthetic(client: FlaskClient, query: str, said: str) -> None:
    found = page(client, f"/explain/enrolment_rate/000000/2025{query}")
    rows = found.one("section", "verdict-card").one("table", "fact-table").one("tbody").all("tr")
    assert [row.text for row in rows if said in row.text]
    assert not found.one("h1").all(None, "synthetic")  # the published figure wears no mark


def source_rows(client: FlaskClient, path: str) -> dict[str, Element]:
    card = page(client, path).one("section", "source-card")
    return {row.one("th").text: row.one("td") for row in card.one("table", "fact-table").one("tbody").all("tr")}


def test_a_remark_in_another_language_stands_apart_and_is_marked(client: FlaskClient) -> None:
    cell = "/explain/cross_province_settlement_rate/000000/2023"
    rows = source_rows(client, cell)  # 初步测算; target met two years early
    assert rows["备注"].text == "初步测算" and not rows["备注"].all("span")[0].attributes.get("lang")
    foreign = rows["英文备注"].one("span")
    assert (foreign.text, foreign.attributes["lang"]) == ("target met two years early", "en")
    rows = source_rows(client, f"{cell}?lang=en")
    assert rows["Note"].text == "target met two years early"
    foreign = rows["Remark in Chinese"].one("span")
    assert (foreign.text, foreign.attributes["lang"]) == ("初步测算", "zh")


@pytest.mark.parametrize("period", ["2022", "2023"])
def test_a_remark_in_english_alone_is_no_chinese_row(client: FlaskClient, period: str) -> None:
    cell = f"/explain/out_of_pocket_share/000000/{period}"
    rows = source_rows(client, cell)
    assert "备注" not in rows and rows["英文备注"].one("span").attributes["lang"] == "en"
    assert "Remark in Chinese" not in source_rows(client, f"{cell}?lang=en")
    story = page(client, f"{cell}?lang=zh").one("section", "source-card").one("ol", "story")
    assert [
        one.attributes["lang"]
        for one in story.all("span")
        if "final accounts" in one.text and one.attributes.get("lang")
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_cell_is_explained_in_both_languages(client: FlaskClient, desk: Desk, language: str) -> None:
    frame = desk.scorecard(include_context=True).frame
    one_each = frame.drop_duplicates(["class", "rule"])
    cells = [f"{r.indicator_id}/{r.region_code}/{r.period}" for r in one_each.itertuples()]
    cells += ["enrolment_rate/000000/2031", "enrolment_rate/320000/2025-06", "drg_dip_payment_share/630000/2025"]
    assert len(cells) > 15
    for cell in cells[language == "en" :: 3]:
        found = page(client, f"/explain/{cell}?lang={language}")
        assert found.one("html").attributes["lang"] == ("zh-CN" if language == "zh" else "en")
        assert found.one("h1").text and found.all("table", "fact-table")


def test_no_figure_is_explained_and_unknown_things_are_not_found(client: FlaskClient) -> None:
    withheld = page(client, "/explain/drg_dip_payment_share/630000/2025")
    assert facts(withheld, "absent")["原因"][0] == "保密" and "报送人" in facts(withheld, "source")
    future = facts(page(client, "/explain/enrolment_rate/320000/2025-06"), "absent")
    assert future["原因"][0] == "没有已通过的报送" and "谁来报" in future
    for path in (
        "/explain/nothing/000000/2025",
        "/explain/enrolment_rate/999999/2025",
        "/explain/enrolment_rate/000000/x",
    ):
        page(client, path, 404)


def test_the_day_asked_for_is_kept(client: FlaskClient) -> None:
    now = page(client, "/explain/out_of_pocket_share/000000/2022")
    then = page(client, "/explain/out_of_pocket_share/000000/2022?as_of=2023-12-01")
    assert "26.89" in now.one("h1").text and "26.89" not in then.one("main").text
    hrefs = [a.attributes["href"] for a in then.one("main").all("a", "why")]
    assert hrefs and all("as_of=2023-12-01" in href for href in hrefs)


def test_all_of_it_can_be_taken_with_exact_numbers(client: FlaskClient) -> None:
    answer = client.get(f"/table/explanation.csv{DRG}")
    assert answer.status_code == 200
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    by_name = {(line["部分"], line["项目"]): line for line in lines}
    value = by_name["计算", "现值"]
    assert value["数值"].startswith("74.13034276") and value["单位"] == "%" and "100 × 14,839" in value["说明"]
    assert by_name["各单位", "青海"]["说明"] == "保密" and {line["部分"] for line in lines} >= {
        "判定",
        "两种方法",
        "设置与版本",
    }
    for key in ("formula", "verdict", "ladder", "units", "methods", "definition", "settings"):
        assert client.get(f"/table/{key}.csv{DRG}").status_code == 200, key
    assert client.get(f"/table/explanation.xlsx{DRG}").data.startswith(b"PK")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def test_nothing_that_was_not_accepted_is_told(small: World) -> None:
    first = small.send("110000", "2023-Q1", when="2023-04-10T09:00", rate="61", explain="首报说明")
    small.accept(first, when="2023-04-11T09:00")
    small.send("110000", "2023-Q1", when="2023-05-02T09:00", by="王五", rate="77.25", explain="尚未通过的说明")
    client = browser(create_app(small.desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    told = page(client, "/explain/rate/110000/2023-Q1").text
    assert "61" in told and "首报说明" in told and "张三" in told and "李四" in told
    assert not any(secret in told for secret in ("77.25", "王五", "尚未通过"))
    taken = client.get("/table/explanation.csv/explain/rate/110000/2023-Q1").get_data(as_text=True)
    assert "61" in taken and "77.25" not in taken


def test_a_restatement_is_explained_as_of_each_day(small: World) -> None:
    first = small.send("110000", "2023-Q1", when="2023-04-10T09:00", rate="61")
    small.accept(first, when="2023-04-11T09:00")
    second = small.send("110000", "2023-Q1", when="2023-05-02T09:00", rate="77.25", explain="补报一个统筹区")
    small.accept(second, when="2023-05-03T09:00")
    client = browser(create_app(small.desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    now = page(client, "/explain/rate/110000/2023-Q1")
    assert "77.25" in now.one("h1").text and "补报一个统筹区" in now.text
    earlier = [a.attributes["href"] for a in now.one("main").all("a", "why") if "as_of" in a.attributes["href"]]
    shown = {page(client, href).one("p", "formula-line").text for href in earlier}
    assert shown == {"61%", "77.25%"}
    before = page(client, f"/explain/rate/110000/2023-Q1?as_of={at('2023-04-01T00:00').isoformat()}Z")
    assert "没有这个数" in before.text and "2023-05-10" not in before.text and "2023-04-20" in before.text


def test_names_that_would_like_to_be_markup_stay_text(hostile: Desk) -> None:
    client = browser(create_app(hostile, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    answer = client.get("/explain/medical_aid_share/000000/2024")
    assert answer.status_code == 200 and "<img src=x" not in answer.text
    found = read(answer.text)
    assert EVIL in found.one("main").text and not found.one("main").all("img")
    inputs = [{"id": "address", "property": "pathname", "value": "/explain/medical_aid_share/000000/2024"},
              {"id": "address", "property": "search", "value": ""}]  # fmt: skip
    body = {"output": "page.children", "outputs": {"id": "page", "property": "children"}, "inputs": inputs}
    drawn = client.post("/_dash-update-component", json={**body, "changedPropIds": []})
    assert drawn.status_code == 200 and EVIL in json.dumps(drawn.get_json(), ensure_ascii=False).replace('\\"', '"')


@given(st.fractions(min_value=-(10**7), max_value=10**7, max_denominator=10**6))
def test_written_numbers_are_cut_and_never_rounded(value: Fraction) -> None:
    text = exact_text(value)
    read_back = Fraction(text.rstrip("…").replace(",", "").replace("−", "-"))
    if text.endswith("…"):
        assert abs(read_back) < abs(value) < abs(read_back) + Fraction(1, 10**8)
    else:
        assert read_back == value
    assert "," not in time_text(value)
