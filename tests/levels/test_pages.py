"""The page of two levels: with the shipped examples where no plan below is loaded, and with loaded plans."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app
from tests.cycle.in_process import reading_in_process
from tests.web.people import CHEAP, browser
from tests.web.reading import Element, read
from tests.web.test_everywhere import CHINESE, check_tables, words_of

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
EXAMPLES = ("data/plans/example-hainan-14.yaml", "data/plans/example-gansu-14.yaml")
SENT = """indicator_id,region_code,period,value,numerator,denominator
drg_dip_payment_share,460000,2025,,60,100
drg_dip_payment_share,620000,2025,,180,300
hn_fund_months,460000,2025,7.5,,
"""


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(find_shipped("data/regions.csv"))


def _visitor(folder: Path, regions: Regions, plans: Sequence[str], rows: str) -> tuple[Store, FlaskClient]:
    catalogues = load_catalogues([find_shipped(name) for name in ("indicators.yaml", *plans)], regions)
    store = Store.open(folder / "m.duckdb", clock=lambda: NOW)
    sent = folder / "sent.csv"
    sent.write_text(rows, encoding="utf-8")
    with reading_in_process():
        ingest(store, catalogues, regions, sent, by="李审核", accept=True, explain="据实")
    desk = Desk(store, catalogues, regions, MethodSettings())
    return store, browser(create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP))


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory, regions: Regions) -> Iterator[FlaskClient]:
    rows = "".join(line for line in SENT.splitlines(keepends=True) if "hn_" not in line)
    store, visitor = _visitor(tmp_path_factory.mktemp("examples"), regions, (), rows)
    yield visitor
    store.close()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, regions: Regions) -> Iterator[FlaskClient]:
    store, visitor = _visitor(tmp_path_factory.mktemp("loaded"), regions, EXAMPLES, SENT)
    yield visitor
    store.close()


def _read(client: FlaskClient, address: str, status: int = 200) -> Element:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return read(answer.text)


def _rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).data.decode("utf-8-sig"))))


def test_without_a_plan_below_the_examples_are_shown_and_say_so(examples: FlaskClient) -> None:
    page = _read(examples, "/levels")
    assert page.one("h1").text.startswith(
        "2 个下级规划应承接 30 项次，承接 22 项次，其中 7 项目标偏低，缺 8 项次，自设 4 项"
    )
    assert [mark.text for mark in page.one("h1").all("span", "mark")] == ["示例", "模拟数据"]
    said = page.one("div", "state").text
    assert "不是任何省的公开目标" in said and "MONITOR_CATALOGUE" in said
    lower = [one.text for one in page.one("table", "levels-table").all("th", "lower")]
    assert lower == ["海南 示例", "甘肃 示例"]


def test_each_cell_says_how_the_target_bears_and_by_how_much(examples: FlaskClient) -> None:
    page = _read(examples, "/levels")
    told = {row.all("td")[0].text: [cell.text for cell in row.all("td", "lower")]
            for row in page.one("table", "levels-table").all("tr")[1:]}  # fmt: skip
    assert told["1"] == ["一致95以上", "偏低95只要求期末达到，上级要求每年保持"]
    assert told["3"] == ["缺少", "缺少"]
    assert told["5"][1].startswith("不同70左右") and "城乡居民住院政策范围内报销比例" in told["5"][1]
    assert told["7"] == ["更严26", "偏低逐步下降定性目标，上级是数字名称：个人卫生支出占比"]
    assert told["10"] == ["偏低75低 5 个百分点", "缺少"]
    assert told["11"] == ["一致500以上", "偏低450低 50 个"]


def test_the_split_weighs_with_known_denominators(examples: FlaskClient) -> None:
    # (75 × 100 + 65 × 300) ÷ 400 = 67.5
    page = _read(examples, "/levels/drg_dip_payment_share")
    assert page.one("p", "formula-line").text == "(75 × 100 + 65 × 300) ÷ (100 + 300) = 67.5%"
    assert "32 个地区中 2 个有自己的目标，其中 1 个不低于上级" in page.one("h1").text
    split = {row["序号"]: row for row in _rows(examples, "/table/split.csv/levels")}
    assert (split["8"]["合计结果"], split["8"]["与上级目标相比"]) == ("67.5", "尚不完整")
    assert (split["14"]["合计结果"], split["14"]["与上级目标相比"]) == ("—", "分母不全，不计算")
    assert (split["11"]["有目标的地区"], split["11"]["不低于上级"]) == ("2/31", "1/2")


def test_loaded_plans_have_figures_of_their_own_indicators(loaded: FlaskClient) -> None:
    page = _read(loaded, "/levels")
    assert not page.all("div", "state")
    own = {row["指标"]: row for row in _rows(loaded, "/table/own.csv/levels")}
    assert own["统筹基金累计结余可支付月数"]["现值"] == "7.5"
    assert own["统筹基金累计结余可支付月数"]["报告期"] == "2025"
    assert own["零星报销办理时限"]["测算结果"] == "暂无数据"
    assert _read(loaded, "/levels?plan=example-gansu-14").one("h1").text == page.one("h1").text


def test_what_is_not_there_is_not_found(examples: FlaskClient) -> None:
    _read(examples, "/levels/nothing", 404)
    _read(examples, "/levels?plan=nothing", 404)


def test_where_no_example_fits_the_page_says_how_to_load_plans(tmp_path: Path, regions: Regions) -> None:
    text = find_shipped("indicators.yaml").read_text(encoding="utf-8").replace("id: uhs-14", "id: own-14", 1)
    plan = tmp_path / "own.yaml"
    plan.write_text(text, encoding="utf-8")
    with Store.open(tmp_path / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, load_catalogues([plan], regions), regions, MethodSettings())
        visitor = browser(create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP))
        page = _read(visitor, "/levels")
    assert page.one("h1").text == "没有载入下级规划，两级衔接无从核对"
    assert not page.all("table") and "MONITOR_CATALOGUE" in page.one("div", "state").text


@pytest.mark.parametrize("path", ["/levels", "/levels/drg_dip_payment_share", "/levels?lang=en"])
def test_every_table_can_be_taken_whole(examples: FlaskClient, loaded: FlaskClient, path: str) -> None:
    assert check_tables(examples, path) > 0
    assert check_tables(loaded, path) > 0


@pytest.mark.parametrize("path", ["/levels?lang=en", "/levels/out_of_pocket_share?lang=en"])
def test_the_english_page_is_english(examples: FlaskClient, path: str) -> None:
    page = _read(examples, path)
    assert [run for said in words_of(page.one("main")) for run in CHINESE.findall(said)] == []
