"""With the whole tree configured the other pages stay of a size that a browser can show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app
from tests.web.people import CHEAP, browser

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    regions = load_regions(find_shipped("data/regions-full.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(tmp_path_factory.mktemp("wide") / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        yield browser(create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP))


def body_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True).partition('id="react-entry-point"')[0]


@pytest.mark.parametrize("address", ["/upload", "/rounds", "/supervision", "/search?q=公主岭", "/compare?kind=regions"])
def test_no_page_offers_thousands_of_regions(client: FlaskClient, address: str) -> None:
    page = body_of(client, address)
    assert page.count("<option") < 300
    assert page.count("<") < 12_000


def test_the_board_comes_in_parts_and_by_level(client: FlaskClient) -> None:
    page = body_of(client, "/reporting")
    told = re.search(r"第 1–60 行，共 (3,[0-9]{3}) 行", page)
    assert told is not None
    assert page.count("<tr") < 200
    second = body_of(client, "/reporting?level=prefecture&skip=60")
    assert "第 61–120 行，共 333 行" in second
    last = body_of(client, "/reporting?level=prefecture&skip=99999")
    assert "第 333–333 行，共 333 行" in last
    whole = client.get("/table/board.csv/reporting?rows=all").get_data(as_text=True)
    assert len(whole.splitlines()) > 3200


def test_the_search_finds_a_county_and_a_typed_code_gets_its_template(client: FlaskClient) -> None:
    assert 'href="/region/220184' in body_of(client, "/search?q=公主岭")
    form = body_of(client, "/upload")
    assert 'id="template-region"' in form and 'pattern="[0-9]{6}"' in form
    answer = client.get("/download/template?region=220184&form=annual&period=2024")
    assert answer.status_code == 200 and answer.data[:2] == b"PK"
