"""Columns of figures: one number of decimals and one unit each, named in the head; published figures as printed."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from .reading import Element, read

PRINTED = re.compile(r"[≥>≤<≈].*|.*左右|—|")
NUMBER = re.compile(r"[+−]?[\d,]+(\.\d+)?")
UNIT_IN_CELL = re.compile(r"\d (million|billion|bn|tn|m|persons|yuan|visits)\b|\d ?[万亿]")


def page(client: FlaskClient, path: str, language: str = "zh") -> Element:
    return read(client.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text)


def column(table: Element, head: str) -> list[str]:
    """What is seen under the head that begins so, for each row of the body that reaches that far."""
    place = next(i for i, one in enumerate(table.one("thead").all("th")) if one.seen.startswith(head))
    rows = [[one for one in row.children if isinstance(one, Element)] for row in table.one("tbody").all("tr")]
    return [row[place].seen.strip() for row in rows if len(row) > place]


def decimals(shown: list[str]) -> set[int]:
    numbers = [one for one in shown if NUMBER.fullmatch(one)]
    assert len(numbers) > 1, shown
    return {len(one.partition(".")[2]) for one in numbers}


@pytest.mark.parametrize("indicator", ["drg_dip_payment_share", "enrolment_rate", "counter_service_share"])
def test_the_units_of_an_indicator_have_the_same_decimals(client: FlaskClient, indicator: str) -> None:
    found = page(client, f"/indicator/{indicator}?rows=all")
    own = column(found.one("table", "gap-table"), "本单位数值")
    assert decimals(own) == {2}
    listed = [one.one("a", "num").seen.strip() for one in found.one("ol", "ranking").all("li")]
    assert decimals(listed) == {2}
    assert any(re.search(r"\.\d0$", one) for one in [*own, *listed])  # one that needs a decimal less has it too


def test_what_was_worked_out_has_the_same_decimals_and_what_was_printed_its_own(client: FlaskClient) -> None:
    table = next(one for one in page(client, "/indicator/enrolment_rate?rows=all").all("table", "plain")
                 if one.one("caption").text == "历年数据")  # fmt: skip
    vintages, values = column(table, "数据版本"), column(table, "现值")
    worked = [value for value, vintage in zip(values, vintages, strict=True) if vintage == "汇总数"]
    printed = [value for value, vintage in zip(values, vintages, strict=True) if vintage != "汇总数"]
    assert decimals(worked) == {2} and printed and all(PRINTED.fullmatch(one) for one in printed)
    years = page(client, "/indicator/employee_inpatient_payment_share").all("table", "plain")
    found = next(one for one in years if one.one("caption").text == "历年数据")
    assert column(found, "现值")[0] == "84.1"  # the bulletin's digits, beside 84.27 from the units


def test_a_region_has_its_rates_with_the_same_decimals(client: FlaskClient) -> None:
    found = page(client, "/region/320000?with=330000")
    table = found.one("table", "compared")
    rates = [unit == "%" for unit in column(table, "单位")]
    for head in ("基期", "现值", "较上期", "与全国差"):
        shown = [one for one, is_rate in zip(column(table, head), rates, strict=True) if is_rate]
        assert decimals(shown) == {2}, head
    beside = found.one("table", "beside-table")
    side = [one.split()[-1] for one, unit in zip(column(beside, "江苏"), column(beside, "单位"), strict=True)
            if unit == "%"]  # fmt: skip
    assert decimals(side) == {2}


def test_a_count_of_regions_has_no_decimals_beside_rates(client: FlaskClient) -> None:
    for path in ("/", "/region/000000"):
        rows = page(client, path).one("table", "scorecard").one("tbody").all("tr")
        row = next(one for one in rows if "/indicator/procured_drugs" in one.one("a").attributes["href"])
        assert [row.one("td", name).seen.strip() for name in ("value", "gap", "change")] == ["28", "3", "+10"]


def test_an_explanation_has_the_years_with_the_same_decimals(client: FlaskClient) -> None:
    tables = page(client, "/explain/drg_dip_payment_share/000000/2025").all("table", "plain")
    years = next(one for one in tables if one.one("caption").text == "逐年与目标比")
    assert column(years, "现值") == ["17.50", "34.00", "51.00", "62.50", "74.13"]


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("/indicator/enrolment_rate", "分子还需增加 / 万人", "Numerator to add / million persons"),
        ("/indicator/drg_dip_payment_share", "分子还需增加 / 亿元", "Numerator to add / bn yuan"),
        ("/explain/insured_persons/000000/2025", "现值 / 亿人", "Latest / billion persons"),
        ("/explain/fund_income/320000/2025", "现值 / 亿元", "Latest / bn yuan"),
    ],
)
def test_a_columns_unit_stands_in_its_head_alone(client: FlaskClient, path: str, zh: str, en: str) -> None:
    for language, head in (("zh", zh), ("en", en)):
        tables = [one for one in page(client, path, language).all("table", "plain") if "fact-table" not in one.classes]
        heads = [one.seen for table in tables for one in table.all("th") if one.attributes.get("scope") == "col"]
        assert head in heads, heads
        cells = [one.seen for table in tables for one in table.all("td", "num")]
        assert cells and not [one for one in cells if UNIT_IN_CELL.search(one)]


def test_a_file_keeps_the_unit_of_its_exact_numbers(client: FlaskClient) -> None:
    lines = client.get("/table/gap.csv/indicator/enrolment_rate?lang=en").get_data(as_text=True).splitlines()
    assert "Numerator to add / 10⁴ persons" in lines[0].split(",")


@pytest.mark.parametrize("path", ["/", "/region/320000"])
def test_where_columns_have_no_head_each_cell_says_what_it_is(client: FlaskClient, path: str) -> None:
    table = page(client, path).one("table", "scorecard")
    heads = [one.seen.strip() for one in table.one("thead").all("th")]
    for row in table.one("tbody").all("tr"):
        cells = [one for one in row.children if isinstance(one, Element)]
        said = {head: one.attributes.get("data-label") for head, one in zip(heads, cells, strict=True)}
        named = {head for head, label in said.items() if label == head}
        assert {"基期", "目标", "距目标", "较上期"} <= named, said
