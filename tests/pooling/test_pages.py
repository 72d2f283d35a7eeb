"""The pages of gap sharing, without scripts: what is typed stands in the address, a table is for its sender."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.pooling.table import sample
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app
from monitor.web.components.pooling_parts import EXAMPLES
from tests.web.people import CHEAP, OWN, browser, sign_in

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorApp]:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(tmp_path_factory.mktemp("pooling") / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        yield create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)


def test_what_is_typed_becomes_an_address_that_tells_the_steps(app: MonitorApp) -> None:
    client = browser(app)
    typed = {"task": "10,000", "collected": "9300", "balance": "120", "met": "", "extra": "x"}
    sent = client.post("/do/duty/pooling/employees", data=typed, headers=OWN)
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/pooling/employees?case=task%3D10%2C000%3Bcollected%3D9300%3Bbalance%3D120"
    text = client.get(sent.headers["Location"]).text
    assert "征收差额 200" in text
    assert "min(200, 120)" in text and "其低于95%的差额部分由当地基本医疗保险统筹结余基金支付" in text
    assert 'value="10,000"' in text
    english = client.get(sent.headers["Location"] + "&lang=en").text
    assert "200 short of the task" in english and "from the pooled balance first" in english


def test_a_fault_stands_at_its_field(app: MonitorApp) -> None:
    text = browser(app).get("/pooling/residents?case=funding%3D-5%3Bfirst%3Dperhaps").text
    assert "有 2 处填写需要改正" in text
    assert 'id="pooling-funding-fault"' in text and "不能为负数" in text
    assert 'aria-invalid="true"' in text


def test_what_is_too_long_for_an_address_is_refused(app: MonitorApp) -> None:
    client = browser(app)
    sent = client.post("/do/duty/pooling/employees", data={"task": "1" * 25}, headers=OWN)
    assert "至多 24 个字符" in client.get(sent.headers["Location"]).text


@pytest.mark.parametrize("scheme", ["employees", "residents"])
def test_the_example_is_marked_and_its_steps_can_be_taken(app: MonitorApp, scheme: str) -> None:
    client = browser(app)
    text = client.get(f"/pooling/{scheme}", query_string={"case": EXAMPLES[scheme]}).text  # type: ignore[index]
    assert "模拟数据" in text and "没有结果" not in text
    part = {"employees": "spending", "residents": "gap"}[scheme]
    taken = client.get(f"/table/{part}.csv/pooling/{scheme}", query_string={"case": EXAMPLES[scheme]})  # type: ignore[index]
    assert taken.status_code == 200 and "〔2011〕" not in taken.text.splitlines()[0]
    assert ("1000" if scheme == "employees" else "300") in taken.text


def test_a_table_is_settled_for_its_sender_alone(app: MonitorApp) -> None:
    client = browser(app)
    content = client.get("/download/pooling/employees.csv").data
    assert content == sample("employees")
    fields = {"scheme": "employees", "file": (io.BytesIO(content), "区县.csv")}
    sent = client.post("/do/duty/pooling/settle", data=fields, headers=OWN)
    place = sent.headers["Location"]
    text = client.get(place).text
    assert "4 个区县中 3 个有结果" in text and "示例乙区" in text and "模拟数据" in text
    taken = client.get("/table/settled.csv" + place)
    assert taken.status_code == 200 and "530" in taken.text
    other = app.server.test_client()
    sign_in(other, app, "李查看", "viewer")
    assert "请重新上传" in other.get(place).text and "示例乙区" not in other.get(place).text


def test_problems_of_a_table_are_told_with_their_place(app: MonitorApp) -> None:
    client = browser(app)
    fields = {"scheme": "residents", "file": (io.BytesIO("区县,筹资总额\n甲,x\n,1\n".encode()), "d.csv")}
    sent = client.post("/do/duty/pooling/settle", data=fields, headers=OWN)
    text = client.get(sent.headers["Location"]).text
    assert "d.csv 有 2 处问题" in text and "没有写区县" in text
    nothing = client.post("/do/duty/pooling/settle", data={"scheme": "residents"}, headers=OWN)
    assert "请选择办法和一个 CSV 文件" in client.get(nothing.headers["Location"]).text


def test_an_empty_form_stands_above_the_rules(app: MonitorApp) -> None:
    client = browser(app)
    assert "始终保持各年度筹资总额8%的水平" in client.get("/pooling/residents").text
    assert "其他区县统筹基金缺口" not in client.get("/pooling/residents").text
    assert "其他区县（自治县）统筹基金缺口由市级承担60%" in client.get("/pooling").text


def test_there_is_no_other_page(app: MonitorApp) -> None:
    assert browser(app).get("/pooling/nothing").status_code == 404
