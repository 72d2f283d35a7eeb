"""The register on its pages, and who answers for a figure on explanations, indicator pages and in the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import yaml
from flask.testing import FlaskClient

from monitor.catalogue.loader import load_regions, parse_catalogues
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app
from tests.cycle.in_process import reading_in_process
from tests.web.people import CHEAP, browser
from tests.web.reading import Element, read
from tests.web.test_everywhere import check_tables

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
ROWS = "indicator_id,region_code,period,value\nmedical_aid_share,460000,2024,71.5\nmedical_aid_share,000000,2024,72\n"


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(find_shipped("data/regions.csv"))


def _desk(folder: object, regions: Regions, plan: str) -> Desk:
    catalogues = parse_catalogues([("indicators.yaml", plan)], regions)
    store = Store.open(f"{folder}/m.duckdb", clock=lambda: NOW)  # type: ignore[arg-type]
    return Desk(store, catalogues, regions, MethodSettings())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, regions: Regions) -> Iterator[MonitorApp]:
    folder = tmp_path_factory.mktemp("duties")
    desk = _desk(folder, regions, find_shipped("indicators.yaml").read_text(encoding="utf-8"))
    sent = folder / "sent.csv"
    sent.write_text(ROWS, encoding="utf-8")
    with reading_in_process():
        ingest(desk.store, desk.current.catalogues, regions, sent, by="李审核", accept=True, explain="据实")
    yield create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)
    desk.store.close()


@pytest.fixture
def client(app: MonitorApp) -> FlaskClient:
    return browser(app)


def _read(client: FlaskClient, address: str, status: int = 200) -> Element:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return read(answer.text)


def test_the_page_lists_departments_with_duties_and_links_to_their_indicators(client: FlaskClient) -> None:
    page = _read(client, "/duties")
    assert page.one("h1").text == "15 项主要指标都有责任单位与所依据的职责"
    row = next(
        one for one in page.all("tr") if "医药服务管理司" in one.text and "组织推进医保支付方式改革。" in one.text
    )
    links = [(one.text, one.attributes["href"]) for one in row.all("a")]
    assert links[:2] == [
        ("医药服务管理司", "/duties/services"),
        ("8 实行按疾病诊断相关分组付费和按病种付费的住院费用占全部住院费用的比例", "/indicator/drg_dip_payment_share"),
    ]
    assert row.one("summary").text == "20 项任务"
    assert "/tasks/uhs-14%3Abox2-3" in [one.attributes["href"] for one in row.one("details").all("a")]
    assert "第四条（四）第3句" in row.text
    assert "66531826" not in row.text
    office = next(one for one in page.all("tr") if "局待遇保障处" in one.text)
    assert "0898-66531826" in office.text and "公开文件没有载明" in office.text
    assert "责任处室”一栏全部为空" in page.text
    tables = [one for one in page.all("table") if "省税务局" in one.text and "按照参保关系属地征收" in one.text]
    assert tables and "《中华人民共和国社会保险法》第七十七条、七十八条" in tables[0].text


def test_a_unit_has_its_own_page(client: FlaskClient) -> None:
    page = _read(client, "/duties/hainan_bureau")
    assert page.one("h1").text == "海南省医疗保障局有 10 条公开职责，对 15 项指标负责"
    assert "探索落实长期护理保险制度改革方案" in page.text
    hrefs = [one.attributes["href"] for one in page.all("a")]
    assert "/indicator/medical_aid_share?region=460000" in hrefs
    assert "0898-66531826" in _read(client, "/duties/hainan_benefits").text
    _read(client, "/duties/nobody", 404)


def test_english_pages_quote_the_chinese_duty_and_translate_it(client: FlaskClient) -> None:
    page = _read(client, "/duties/services?lang=en")
    assert "组织推进医保支付方式改革。" in page.text
    assert "Organise the reform of payment methods of medical insurance." in page.text


def test_an_explanation_says_who_answers_for_the_figure(client: FlaskClient) -> None:
    card = _read(client, "/explain/medical_aid_share/460000/2024").one("section", "answers-card")
    facts = {row.one("th").text: [cell.text for cell in row.all("td")] for row in card.all("tr")[1:]}
    assert facts["责任单位"] == ["待遇保障司", "推定"]
    assert facts["依据的职责"] == [
        "统筹推进多层次医疗保障体系建设。",
        "国家医疗保障局“三定”规定（自2018年7月30日起施行），第四条（三）第2句",
    ]
    assert facts["本地区单位"][0].startswith("海南省医疗保障局 负责组织制定全省医疗保障筹资和待遇政策")
    assert facts["联系电话"][0] == "局待遇保障处 0898-66531826"
    assert facts["通过人"][0] == "李审核"
    assert [one.text for one in card.all("strong")] == ["负责全省城乡医疗救助工作"]


def test_as_of_an_earlier_moment_the_register_is_said_to_be_today_s(client: FlaskClient) -> None:
    place = "/explain/medical_aid_share/460000/2024"
    said = "现行的登记册；它不留历史，与截至时间无关"
    assert said not in _read(client, place).text
    assert said in _read(client, f"{place}?as_of=2026-09-30").one("section", "answers-card").text
    assert said in client.get(f"/table/explanation.csv{place}?as_of=2026-09-30").get_data(as_text=True)
    page = _read(client, "/indicator/medical_aid_share?region=460000&as_of=2026-09-30")
    assert said in page.one("section", "answers-card").text


def test_the_explanation_of_a_figure_that_is_not_there_says_it_too(client: FlaskClient) -> None:
    card = _read(client, "/explain/out_of_pocket_share/000000/2024").one("section", "answers-card")
    assert "规划财务和法规司" in card.text and "国家卫生健康委" in card.text and "通过人" not in card.text


def test_a_region_without_a_unit_in_the_register_is_said_to_have_none(client: FlaskClient) -> None:
    card = _read(client, "/explain/medical_aid_share/320000/2024").one("section", "answers-card")
    assert "职责登记册里没有这个地区的单位" in card.text and "66531826" not in card.text
    nation = _read(client, "/explain/medical_aid_share/000000/2024").one("section", "answers-card")
    assert "本地区单位" not in nation.text


def test_the_taken_explanation_holds_the_answers(client: FlaskClient) -> None:
    said = client.get("/table/explanation.csv/explain/medical_aid_share/460000/2024").get_data(as_text=True)
    assert '"谁负责","责任单位","待遇保障司",,"推定"' in said


def test_the_indicator_page_says_who_answers(client: FlaskClient) -> None:
    card = _read(client, "/indicator/cross_province_settlement_rate?region=460000").one("section", "answers-card")
    assert (
        "医疗保障事业管理中心" in card.text
        and "拟订定点医药机构医保协议和支付管理、异地就医管理办法和结算政策。" in card.text
    )
    assert "制定和完善异地就医管理和费用结算政策" in [one.text for one in card.all("strong")]


def test_an_owner_outside_the_register_is_said_on_both_pages(tmp_path: object, regions: Regions) -> None:
    plan = yaml.safe_load(find_shipped("indicators.yaml").read_text(encoding="utf-8"))
    plan["indicators"][0]["owner"] = {"zh": "参保司"}
    del plan["indicators"][1]["owner"]
    desk = _desk(tmp_path, regions, yaml.safe_dump(plan, allow_unicode=True, sort_keys=False))
    visitor = browser(create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP))
    page = _read(visitor, "/duties")
    assert page.one("h1").text == "15 项主要指标中 13 项有责任单位与所依据的职责，2 项尚缺"
    assert "“参保司”不在职责登记册里" in page.text and "没有写责任单位" in page.text
    assert "职责登记册里没有这个单位" in _read(visitor, "/explain/enrolment_rate/000000/2024").text
    desk.store.close()


@pytest.mark.parametrize("path", ["/duties", "/duties/hainan_bureau", "/duties/hainan_benefits", "/duties?lang=en"])
def test_every_table_of_the_register_can_be_taken_whole(client: FlaskClient, path: str) -> None:
    assert check_tables(client, path) > 0
