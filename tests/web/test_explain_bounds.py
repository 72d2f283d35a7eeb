"""Explanations: bounds stay bounds, numbers stand in their formulas, units are listed so that they can be read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.report.desk import Desk
from monitor.web.app import create_app
from monitor.web.components.exact_numbers import float_text
from tests.report.calls import World

from .conftest import NOW
from .people import CHEAP, browser
from .test_explain import facts, page

SETTLEMENT = "/explain/cross_province_settlement_rate/000000/2023"
ENROLMENT = "/explain/enrolment_rate/000000/2024"
INCOME = "/explain/fund_income/000000/2025"


def taken(client: FlaskClient, key: str, path: str) -> list[dict[str, str]]:
    text = client.get(f"/table/{key}.csv{path}").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_bound_is_a_bound_everywhere(client: FlaskClient) -> None:
    found = page(client, SETTLEMENT)
    assert facts(found, "formula")["现值"][0] == ">80%" and found.one("p", "formula-line").text == ">80%"
    beside = facts(found, "beside")
    assert beside["公布数"][0] == ">80%" and beside["汇总 − 公布"] == ["—", "公布数是范围，不算差"]
    rows = {row.one("th").text: row.all("td")[1].text for row in found.one("table", "ladder").one("tbody").all("tr")}
    assert rows["2"] == "v > 80" and rows["5"] == "范围 >80 全部 > 70"
    assert "范围 >80 全部 > 70" in found.one("p", "decision").text
    said = facts(found, "verdict")
    for name in ("完成进度 p", "至今年均变化", "距目标（负数为已超过）"):
        assert said[name][0].endswith("（按界值）"), name


def test_an_approximate_figure_is_approximate_everywhere(client: FlaskClient) -> None:
    found = page(client, ENROLMENT)
    assert facts(found, "formula")["现值"][0] == "95%左右"
    beside = facts(found, "beside")
    assert beside["公布数"][0] == "95%左右" and beside["汇总 − 公布"] == ["—", "公布数是约数，不算差"]
    english = page(client, f"{ENROLMENT}?lang=en")
    assert english.one("p", "formula-line").text == "≈95%"


@pytest.mark.parametrize(("path", "said", "short"), [(SETTLEMENT, ">80%", ">80"), (ENROLMENT, "95%左右", "95左右")])
def test_no_file_has_a_bound_as_a_number(client: FlaskClient, path: str, said: str, short: str) -> None:
    lines = taken(client, "explanation", path)
    own = [line["数值"] for line in lines if line["项目"] in ("现值", "公布数")]
    assert own == [said, said]
    assert taken(client, "years", path)[-1]["现值"] == short


def test_a_projection_is_no_finer_than_its_figures_and_a_share_stops_at_100(client: FlaskClient) -> None:
    value, how = facts(page(client, SETTLEMENT), "verdict")["推算 2025 年"]
    assert re.fullmatch(r"\d+%左右", value)
    assert how.startswith("80 + (80 − ") and "× (2025 − 2023)" in how
    low, high = re.findall(r"区间 (\d+) 至 (\d+)", how)[0]
    assert int(low) <= int(value.removesuffix("%左右")) <= int(high)
    assert int(high) > 100 and "（超过 100%，按 100% 理解）" in how
    english = facts(page(client, f"{SETTLEMENT}?lang=en"), "verdict")["Projected for 2025"]
    assert english[0].startswith("≈") and "(above 100%, read as 100%)" in english[1]


def test_whole_numbers_keep_their_zeros() -> None:
    assert [float_text(value, 0) for value in (110.2, 0.0, 1200.0)] == ["110", "0", "1,200"]


@pytest.mark.parametrize(
    ("path", "how"),
    [
        (SETTLEMENT, "可回落 10 个百分点（按界值算）"),
        ("/explain/out_of_pocket_share/000000/2022", "可回升 0.11 个百分点"),
    ],
)
def test_a_met_target_needs_nothing_more(client: FlaskClient, path: str, how: str) -> None:
    assert facts(page(client, path), "verdict")["今后年均需要"] == ["已达标，无需", how]


def test_what_rests_on_an_approximate_figure_is_not_written_finer(client: FlaskClient) -> None:
    said = facts(page(client, "/explain/cross_province_settlement_rate/000000/2022"), "verdict")
    assert said["今后年均需要"] == ["1.67 个百分点/年左右", "(70 − 65) ÷ (2025 − 2022)"]


def test_what_the_numerator_lacks_is_worked_out_in_numbers(client: FlaskClient, desk: Desk) -> None:
    said = facts(page(client, "/explain/out_of_pocket_share/000000/2025"), "verdict")
    assert said["分子还需减少"] == ["101.756 亿元", "max(0, 25,310.9 − 27 × 93,367.2 ÷ 100)"]
    frame = desk.scorecard(period="2024").frame
    rising = frame[(frame["indicator_id"] == "drug_platform_share") & (frame["numerator_gap"] > 0)].iloc[0]
    path = f"/explain/drug_platform_share/{rising['region_code']}/2024"
    value, how = facts(page(client, path), "verdict")["分子还需增加"]
    target, denominator, numerator = (float(x.replace(",", "")) for x in re.fullmatch(
        r"max\(0, ([\d.]+) × ([\d,.]+) ÷ 100 − ([\d,.]+)\)", how).groups())  # type: ignore[union-attr]  # fmt: skip
    worked = target * denominator / 100 - numerator
    assert worked == pytest.approx(rising["numerator_gap"])
    assert float(value.split()[0].rstrip("…").replace(",", "")) == pytest.approx(worked, abs=1e-5)


def test_the_units_of_a_sum_are_in_a_unit_of_their_own_size(client: FlaskClient, desk: Desk) -> None:
    card = page(client, INCOME).one("section", "units-card")
    heads = [head.text for head in card.one("thead").all("th")]
    assert heads[1:3] == ["现值 / 亿元", "占合计 / %"]
    frame = desk.scorecard(period="2025").frame
    own = frame[frame["indicator_id"] == "fund_income"].set_index("region_code")["value"]
    rows = {row.one("th").text: [cell.seen.strip() for cell in row.all("td")] for row in card.one("tbody").all("tr")}
    assert rows["北京"][0] == f"{own['110000'] * 10000:,.2f}"
    assert all(re.fullmatch(r"[\d,]+\.\d\d", cells[0]) for cells in rows.values())
    assert sum(float(cells[1]) for cells in rows.values()) == pytest.approx(100, abs=1.6)
    total = [cell.text for cell in card.one("tfoot").all("td")]
    assert total[1] == "100.0" and total[2].endswith("万亿元")
    lines = taken(client, "units", INCOME)
    assert float(lines[0]["现值 / 亿元"]) == pytest.approx(own["110000"] * 10000)


def test_each_unit_leads_to_what_it_sent_and_says_who_accepted_it(client: FlaskClient, desk: Desk) -> None:
    card = page(client, INCOME).one("section", "units-card")
    rows = card.one("tbody").all("tr")
    for row in rows[::8]:
        sent, people, day = row.all("td")[-3:]
        assert client.get(sent.one("a").attributes["href"]).status_code == 200
        assert people.text and re.fullmatch(r"\d{4}-\d\d-\d\d", day.text)


def test_the_last_row_says_by_how_much_it_falls_short(client: FlaskClient) -> None:
    said = page(client, "/explain/procured_drugs/000000/2024").one("tr", "decided")
    assert said.one("th").text == "14" and re.fullmatch(
        r"p = 0\.5806… < 0\.8 × 0\.8 = 0\.64", said.one("td", "here").text)  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def test_who_accepted_is_told_as_of_the_day_asked_for(small: World) -> None:
    for region, number, by in (("110000", "3", "甲"), ("120000", "5", "乙")):
        sent = small.send(region, "2023-Q1", when="2023-04-10T09:00", number=number)
        small.accept(sent, when=f"2023-04-1{number}T09:00", by=by)
    client = browser(create_app(small.desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))

    def told(path: str) -> dict[str, list[str]]:
        rows = page(client, path).one("section", "units-card").one("tbody").all("tr")
        return {row.one("th").text: [cell.seen.strip() for cell in row.all("td")] for row in rows}

    now = told("/explain/number/000000/2023-Q1")
    assert now["北京市"][:2] == ["3", "37.5"] and now["北京市"][-2:] == ["甲", "2023-04-13"]
    assert now["天津市"][:2] == ["5", "62.5"] and now["天津市"][-2:] == ["乙", "2023-04-15"]
    assert now["新疆生产建设兵团"][:2] == ["—", "—"] and now["新疆生产建设兵团"][-3:] == ["", "", ""]
    then = told("/explain/number/000000/2023-Q1?as_of=2023-04-14")
    assert then["北京市"][-2] == "甲" and then["天津市"][0] == "—" and then["天津市"][-3:] == ["", "", ""]
