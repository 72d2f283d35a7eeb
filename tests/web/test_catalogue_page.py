"""The catalogue's pages say what the catalogue in force says."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient

from monitor.catalogue.loader import parse_catalogues
from monitor.catalogue.regions import Regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app
from monitor.web.components.catalogue_parts import target_sentence
from monitor.web.words import Words

from .conftest import NOW
from .people import CHEAP, browser
from .reading import Element, read


def page(client: FlaskClient, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:400]
    return read(answer.text)


def names(root: Element) -> list[str]:
    return [row.one("th").text for box in root.all("table", "catalogue-table") for row in box.one("tbody").all("tr")]


def test_every_indicator_is_listed_and_has_a_card(client: FlaskClient, desk: Desk) -> None:
    (catalogue,) = desk.current.catalogues
    root = page(client, "/catalogue")
    assert names(root) == [one.name.zh for one in catalogue.indicators]
    assert "15 项主要指标" in root.one("h1").text
    for one in catalogue.indicators:
        card = page(client, f"/catalogue/{one.id}")
        assert one.name.zh in card.one("h1").text
        for said in (one.definition, one.source):
            assert said is None or said.zh in card.text


def test_a_card_has_the_printed_strings_the_note_and_the_inferred_owner(client: FlaskClient) -> None:
    text = page(client, "/catalogue/enrolment_rate").text
    assert ">95" in text and "① 指“十四五”期间基本医疗保险参保率每年保持在95%以上。" in text
    assert "待遇保障司" in text and "推定" in text
    assert "参保人数 ÷ 应参保人数 × 100" in text
    assert "医疗保障规划主要指标季报表" in text


@pytest.mark.parametrize(
    ("indicator", "zh", "en"),
    [
        ("enrolment_rate", "2021–2025 年每年都不低于 95%", "at least 95% in every year 2021–2025"),
        ("out_of_pocket_share", "到 2025 年不高于 27%", "at most 27% by 2025"),
        ("cross_province_settlement_rate", "到 2025 年高于 70%", "above 70% by 2025"),
        ("procured_drugs", "到 2025 年所列 31 个地区都不低于 500 个，看达标地区的个数，不看全国合计",
         "at least 500 items in each of the 31 regions named by 2025; the regions that reached it count, never a sum"),
        ("employee_inpatient_payment_share", "2021–2025 年每年与 85.2% 相差不超过 1 个百分点（容差为设置）",
         "within 1 pp of 85.2% in every year 2021–2025 (the tolerance is a setting)"),
    ],
)  # fmt: skip
def test_rules_in_plain_words(desk: Desk, indicator: str, zh: str, en: str) -> None:
    (catalogue,) = desk.current.catalogues
    one = catalogue.indicator(indicator)
    assert one is not None
    said = [target_sentence(words, catalogue.plan, one, one.target, 1.0) for words in (Words("zh"), Words("en"))]
    assert said == [zh, en]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("q=cbl", "基本医疗保险参保率"), ("q=ＤＲＧ", "实行按疾病诊断相关分组付费"), ("q=跨省", "住院费用跨省直接结算率"),
     ("nature=binding", "个人卫生支出占卫生总费用的比例"), ("category=优质服务", "医疗保障政务服务事项线上可办率")],
)  # fmt: skip
def test_the_list_is_narrowed(client: FlaskClient, asked: str, found: str) -> None:
    shown = names(page(client, f"/catalogue?{asked}"))
    assert any(found in name for name in shown) and len(shown) < 38


def test_what_is_not_found_says_what_next(client: FlaskClient) -> None:
    assert "没有符合条件的指标" in page(client, "/catalogue?q=没有这个").text


def test_the_table_is_taken(client: FlaskClient) -> None:
    answer = client.get("/table/catalogue.csv/catalogue")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["序号"] for row in rows] == [str(number) for number in range(1, 16)]


def test_an_unknown_indicator_is_told(client: FlaskClient) -> None:
    assert client.get("/catalogue/nothing").status_code == 404


def test_nothing_in_a_catalogue_becomes_markup(hostile: Desk) -> None:
    client = browser(create_app(hostile, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    for address in ("/catalogue", "/catalogue/enrolment_rate", "/search?q=%3Cimg", "/quality", "/method"):
        answer = client.get(address)
        assert answer.status_code == 200 and "<img src=x" not in answer.text
        read(answer.text)


def test_changes_regional_targets_and_aligned_plans_are_shown(regions: Regions, tmp_path: Path) -> None:
    plan = yaml.safe_load(find_shipped("indicators.yaml").read_text(encoding="utf-8"))
    national = yaml.safe_dump(plan, allow_unicode=True)
    province = {
        "plan": {**plan["plan"], "id": "js-14", "title": {"zh": "江苏规划"}, "region": "320000", "parent": "uhs-14"},
        "indicators": [
            {
                "id": "js_enrolment", "number": 1, "name": {"zh": "参保率（江苏）"}, "nature": "binding", "unit": "%",
                "direction": "up", "accumulation": "stock", "aggregate": "none", "frequency": "year",
                "aligns_to": "enrolment_rate", "baseline": {"year": 2020, "value": 97},
                "target": {"rule": "hold", "comparator": "ge", "value": 98},
                "versions": [{"valid_from": "2023-07-01", "reason": {"zh": "中期评估"}, "approval": {"zh": "省政府"},
                              "target": {"rule": "hold", "comparator": "ge", "value": 98.5}}],
                "regional_targets": {"320000": {"baseline": {"year": 2020, "value": 97.1}}},
            }
        ],
    }  # fmt: skip
    texts = [("national.yaml", national), ("js.yaml", yaml.safe_dump(province, allow_unicode=True))]
    store = Store.open(tmp_path / "two.duckdb", clock=lambda: NOW)
    desk = Desk(store, parse_catalogues(texts, regions), regions, MethodSettings())
    client = browser(create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW))
    text = page(client, "/catalogue/js_enrolment?plan=js-14").text
    for said in ("中期调整 1 次", "2023-07-01", "98.5%", "省政府", "97.1", "基本医疗保险参保率"):
        assert said in text, said
    assert "江苏规划 1 参保率（江苏）" in page(client, "/catalogue/enrolment_rate").text
    listed = page(client, "/catalogue?plan=js-14").text
    assert "已承接 1 项" in listed and "未承接 14 项" in listed
    store.close()
