"""The indicator's page: the gap adds up, every number explains itself, the slider's form, both methods, the fan."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import Any

import pytest
from flask.testing import FlaskClient

from monitor.catalogue.periods import parse_period
from monitor.report.desk import Desk
from monitor.report.indicator import indicator_answer
from monitor.report.units_gap import UnitsGap
from monitor.web.figures.trajectory import trajectory
from monitor.web.words import Words

from .people import CHEAP, browser
from .reading import Element, read
from .test_pages import page

DIVIDED = (
    "enrolment_rate", "employee_inpatient_payment_share", "medical_aid_share", "out_of_pocket_share",
    "drg_dip_payment_share", "drug_platform_share", "procured_drugs", "cross_province_settlement_rate",
    "counter_service_share",
)  # fmt: skip


def gap_card(client: FlaskClient, path: str) -> Element:
    return page(client, path).one("section", "gap-card")


def taken(client: FlaskClient, key: str, path: str) -> list[list[str]]:
    text = client.get(f"/table/{key}.csv{path}{'&' if '?' in path else '?'}rows=all").get_data(as_text=True)
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    return [line for line in lines if line]


def gap_of(desk: Desk, name: str, **keys: Any) -> UnitsGap:
    answer = indicator_answer(desk, name, **keys)
    assert answer is not None and isinstance(answer.gap, UnitsGap)
    return answer.gap


@pytest.mark.parametrize("name", DIVIDED)
def test_the_units_add_up_to_the_whole_gap(desk: Desk, name: str) -> None:
    gap = gap_of(desk, name)
    whole = sum((line.contribution.amount for line in gap.lines), Fraction(0)) + (gap.division.difference or 0)
    assert whole == gap.division.gap
    assert gap.figure.target_gap is not None
    if gap.figure.rule != "band":
        assert float(whole) == pytest.approx(gap.figure.target_gap, abs=1e-12)
    codes = {line.region.code for line in gap.lines} | {region.code for region, _ in gap.absent}
    assert len(codes) in (31, 32)


@pytest.mark.parametrize("path", ["/indicator/out_of_pocket_share", "/indicator/drug_platform_share?period=2023"])
def test_the_table_taken_away_adds_up_too(client: FlaskClient, path: str) -> None:
    head, *rows = taken(client, "gap", path)
    assert head[2] == "对差距的贡献 / 个百分点" and head[5].endswith(" / 亿元")
    amounts = {row[0]: float(row[2]) for row in rows}
    whole = amounts.pop("全部差距")
    published = [amounts.pop(name) for name in ("各单位合计", "公布数与汇总数之差") if name in amounts]
    assert len(amounts) == 32
    assert sum(amounts.values()) + sum(published[1:]) == pytest.approx(whole, abs=1e-9)


def test_the_bars_are_taken_as_a_picture_with_their_finding(client: FlaskClient) -> None:
    svg = client.get("/picture/gap-bars.svg/indicator/out_of_pocket_share").get_data(as_text=True)
    title = gap_card(client, "/indicator/out_of_pocket_share").one("h2").text
    assert svg.startswith("<svg") or "<svg" in svg[:200]
    assert "差距 0.11 个百分点" in svg and "差距 0.11 个百分点" in title
    assert "浙江" in svg and "+0.11" in svg and "公布数与汇总数之差" in svg


def test_the_page_shortens_and_still_adds_up(client: FlaskClient) -> None:
    short = gap_card(client, "/indicator/out_of_pocket_share")
    rows = short.one("tbody").all("tr")
    assert len(rows) < 32 and any("其余" in row.text for row in rows)
    assert len(gap_card(client, "/indicator/out_of_pocket_share?rows=all").one("tbody").all("tr")) == 32


def test_a_share_of_the_gap_is_told_only_where_nothing_takes_off_it(client: FlaskClient, desk: Desk) -> None:
    title = gap_card(client, "/indicator/counter_service_share").one("h2").text
    assert title.startswith("差距 0.16 个百分点：100% 来自")
    gap = gap_of(desk, "out_of_pocket_share")
    assert gap.taking > 0
    title = gap_card(client, "/indicator/out_of_pocket_share").one("h2").text
    assert "合计拉大" in title and "合计缩小" in title
    met = gap_card(client, "/indicator/drg_dip_payment_share").one("h2").text
    assert met.startswith("已达到目标") and "仍有 5 个单位未到" in met and "来自" not in met


def test_every_contribution_explains_itself(client: FlaskClient) -> None:
    card = gap_card(client, "/indicator/drug_platform_share?period=2023&lang=en")
    lines = [row for row in card.one("tbody").all("tr") if "other-row" not in row.classes]
    for row in lines:
        links = [link.attributes["href"] for link in row.all("a", "why")]
        assert len(links) == 2 and links[0] == links[1]
        assert links[0].startswith("/explain/drug_platform_share/") and links[0].endswith("/2023?lang=en")
    whole = card.one("tfoot").all("a", "why")[-1]
    assert whole.attributes["href"] == "/explain/drug_platform_share/000000/2023?lang=en"


def test_a_unit_sees_what_it_adds_to_the_nations_gap(client: FlaskClient, desk: Desk) -> None:
    gap = gap_of(desk, "drug_platform_share", region="370000", period=parse_period("2023"))
    assert gap.own is not None and gap.parent.code == "000000"
    card = gap_card(client, "/indicator/drug_platform_share?region=370000&period=2023")
    assert card.one("h2").text.startswith("山东使全国的差距")
    assert card.one("a", "gap-more").attributes["href"] == "/indicator/drug_platform_share?period=2023"
    assert not card.all("table")


def test_a_target_in_words_has_no_gap_to_divide(client: FlaskClient) -> None:
    assert not page(client, "/indicator/fund_income").all("section", "gap-card")


def test_each_region_says_who_has_not_reached_it(client: FlaskClient, desk: Desk) -> None:
    gap = gap_of(desk, "procured_drugs")
    short = [line.region for line in gap.lines if line.contribution.amount]
    title = gap_card(client, "/indicator/procured_drugs").one("h2").text
    assert title.startswith(f"31 个地区中还有 {len(short)} 个没有达到")
    assert all((region.short_name or region.name) in title for region in short)


def test_regions_are_counted_in_the_title_the_table_and_the_chart(client: FlaskClient, desk: Desk) -> None:
    found = page(client, "/indicator/procured_drugs")
    assert found.one("h1").text.startswith("药品集中带量采购品种：31 省中 28 省已达标，还差 3 省：天津、安徽、青海")
    assert "每省目标 >500 个（基期 112）" in found.one("p", "subtitle").text
    card = found.one("section", "periods-card")
    first = card.one("tbody").all("tr")[0].all("td")
    assert "现值 / 省" in card.one("thead").text and first[0].text.startswith("28 / 31")
    assert (first[2].text, first[3].text.startswith("3")) == ("90%", True)
    row = next(line for line in taken(client, "periods", "/indicator/procured_drugs") if line[0] == "2025")
    assert row[1] == "28" and row[4] == "3"
    assert found.one("section", "chart-card").one("h2").text.startswith("2021 至 2025 年从 0 省增至 28 省")
    sums = found.one("section", "gap-card").one("tfoot").all("td")
    assert "+3" in sums[1].text and sums[-1].text.startswith("28 / 31")
    answer = indicator_answer(desk, "procured_drugs")
    assert answer is not None
    drawn = trajectory(Words("zh"), answer, 1.0)
    assert drawn["layout"]["yaxis"]["ticksuffix"] == "" and drawn["data"][-1]["y"] == [0, 0, 6, 18, 28]
    assert "28 / 31 省" in drawn["data"][-1]["customdata"][-1]
    assert any("31 省" in note["text"] for note in drawn["layout"]["annotations"])


def test_many_regions_that_lack_are_counted_and_not_named(client: FlaskClient) -> None:
    head = page(client, "/indicator/procured_drugs?period=2023").one("h1").text
    assert "31 省中 6 省已达标，还差 25 省" in head and "天津" not in head
    english = page(client, "/indicator/procured_consumables?lang=en")
    assert english.one("h1").text.startswith("High-value consumables under volume-based procurement: all 31 regions")
    assert (
        english.one("section", "chart-card").one("h2").text.startswith("2021 to 2025: up from 0 regions to 31 regions")
    )


def test_no_outlook_is_drawn_for_a_count_of_regions(desk: Desk) -> None:
    answer = indicator_answer(desk, "procured_drugs", period=parse_period("2023"))
    assert answer is not None and answer.counts_regions
    drawn = trajectory(Words("zh"), answer, 1.0)
    assert not {trace.get("name") for trace in drawn["data"]} & {"outlook", "outlook-interval"}
    assert drawn["layout"]["yaxis"]["range"][1] < 40


def test_a_province_keeps_the_indicators_own_unit(client: FlaskClient) -> None:
    found = page(client, "/indicator/procured_drugs?region=330000")
    assert found.one("h1").text.startswith("浙江：药品集中带量采购品种 633 个，已达到目标 >500")
    assert "现值 / 个" in found.one("section", "periods-card").one("thead").text


def test_units_stand_in_order_with_shared_ranks_and_a_reason_for_none(client: FlaskClient, desk: Desk) -> None:
    answer = indicator_answer(desk, "procured_drugs")
    assert answer is not None
    items = page(client, "/indicator/procured_drugs").one("ol", "ranking").all("li")
    places = [item.one("span", "place").text for item in items]
    wanted = sorted(s.rank.place for s in answer.standings if s.rank is not None)
    assert places == [str(place) for place in wanted] and len(set(wanted)) < len(wanted)
    silent = page(client, "/indicator/drg_dip_payment_share").one("ol", "ranking").all("li")[-1]
    assert silent.one("span", "absence").text == "未报送" and silent.one("span", "place").text == ""
    rows = taken(client, "ranking", "/indicator/drg_dip_payment_share")
    assert any("未报送" in row for row in rows)


def test_the_spread_is_drawn_said_and_counted(client: FlaskClient, desk: Desk) -> None:
    answer = indicator_answer(desk, "drg_dip_payment_share")
    assert answer is not None and answer.distribution is not None
    spread = page(client, "/indicator/drg_dip_payment_share").one("div", "spread")
    median = Words("zh").number(float(answer.distribution.median), "%")
    assert median in spread.one("span", "spread-median").text
    assert spread.one("div", "spread-lane").attributes["aria-label"].startswith(f"{answer.distribution.count} 个单位")
    counted = [item.text for item in spread.all("span", "spread-count")]
    assert counted == [f"{Words('zh').class_name(name)} {count}" for name, count in answer.distribution.classes]


def test_the_slider_is_a_form_that_can_be_sent_as_it_stands(client: FlaskClient) -> None:
    root = page(client, "/indicator/drug_platform_share?lang=en&as_of=2026-06-30&region=370000&period=2023")
    form = root.one("form", "slider")
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/indicator/drug_platform_share")
    fields = {field.attributes.get("name"): field.attributes for field in form.all("input")}
    assert fields["period"]["type"] == "range" and fields["period"]["value"] == "2023"
    assert (fields["period"]["min"], fields["period"]["max"]) == ("2021", "2025")
    kept = {name: fields[name]["value"] for name in ("as_of", "region", "lang")}
    assert kept == {"as_of": "2026-06-30", "region": "370000", "lang": "en"}
    assert form.one("output").text == "2023"
    steps = [link.attributes["href"] for link in form.all("a", "slider-step")]
    assert [("period=2022" in steps[0]), ("period=2024" in steps[1])] == [True, True]


def test_quarters_are_counted_and_listed_for_those_without_scripts(client: FlaskClient) -> None:
    form = page(client, "/indicator/drug_platform_share?period=2024-Q2").one("form", "slider")
    slider = next(field for field in form.all("input") if field.attributes["type"] == "range")
    codes = slider.attributes["data-codes"].split()
    assert "name" not in slider.attributes and codes[int(slider.attributes["value"])] == "2024-Q2"
    assert slider.attributes["data-to"] == "/indicator/drug_platform_share?period=PERIOD"
    options = [one.attributes["value"] for one in form.one("noscript").one("select").all("option")]
    assert options == codes
    assert not page(client, "/indicator/out_of_pocket_share").one("form", "slider").one("noscript").all("select")


def test_the_methods_are_open_where_they_disagree_and_folded_where_not(client: FlaskClient) -> None:
    apart = page(client, "/indicator/drug_platform_share").one("section", "two-card")
    assert apart.one("h2").text.startswith("两种方法在 2022 年看法不同") and not apart.all("details")
    assert "按固定比率上升" in apart.one("p", "two-why").text
    assert [row.one("th").text[:4] for row in apart.all("tr", "apart")] == ["2022"]
    alike = page(client, "/indicator/out_of_pocket_share").one("section", "two-card")
    assert alike.one("details") and "open" not in alike.one("details").attributes
    assert not page(client, "/indicator/fund_income").all("section", "two-card")


def test_the_chart_draws_the_interval_as_a_fan_and_says_it(desk: Desk) -> None:
    answer = indicator_answer(desk, "drug_platform_share", period=parse_period("2023"))
    assert answer is not None and answer.fan is not None
    figure = trajectory(Words("zh"), answer, 1.0)
    fan = next(trace for trace in figure["data"] if trace.get("name") == "outlook-interval")
    assert fan["x"] == [2023, 2025, 2025, 2023] and fan["fill"] == "toself"
    assert fan["y"] == [answer.fan.first, answer.fan.high, answer.fan.low, answer.fan.first]
    said = [note["text"] for note in figure["layout"]["annotations"] if note.get("name") == "outlook"]
    assert said == ["推算 90.9%（89.4%～93.0%）"]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < answer.fan.low < answer.fan.high < high


def test_the_chart_has_no_fan_where_nothing_is_left_to_project(desk: Desk) -> None:
    answer = indicator_answer(desk, "drug_platform_share")
    assert answer is not None and answer.fan is None
    names = {trace.get("name") for trace in trajectory(Words("zh"), answer, 1.0)["data"]}
    assert not names & {"outlook", "outlook-interval"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_charts_title_is_a_finding(client: FlaskClient, language: str) -> None:
    title = page(client, f"/indicator/out_of_pocket_share?lang={language}").one("section", "chart-card").one("h2").text
    said = {
        "zh": "2021 至 2025 年从 27.7% 降到 27.11%，下降 0.59 个百分点",
        "en": "2021 to 2025: down 0.59 pp, from 27.7% to 27.11%",
    }
    assert title.startswith(said[language])


def test_the_definition_names_relations_by_their_indicators(client: FlaskClient) -> None:
    card = page(client, "/indicator/out_of_pocket_share").one("section", "definition-card")
    assert "out_of_pocket_expenditure" not in card.text and "审核关系" in card.text
    assert any(link.attributes["href"] == "/catalogue/out_of_pocket_share" for link in card.all("a"))


def test_hostile_names_stay_text_in_the_gap(hostile: Desk) -> None:
    from monitor.web.app import create_app

    client = browser(create_app(hostile, secret_key=b"k" * 32, passwords=CHEAP))
    root = read(client.get("/indicator/medical_aid_share").get_data(as_text=True))
    assert not [image for image in root.all("img") if image.attributes.get("src") == "x"]


@pytest.mark.parametrize(
    ("path", "said", "fact"),
    [
        ("out_of_pocket_share", "分子还需减少 101.76 亿元", "分子还需减少"),
        ("counter_service_share", "分子还需增加 2 项", "分子还需增加"),
    ],
)
def test_a_falling_indicators_numerator_is_to_be_lessened(client: FlaskClient, path: str, said: str, fact: str) -> None:
    assert said in page(client, f"/indicator/{path}?period=2025").one("main").text
    rows = page(client, f"/explain/{path}/000000/2025").one("main").all("th", "fact-name")
    assert fact in [row.text for row in rows]
