"""The page of the tree and what hangs on it, over the small tree with a move."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from monitor.web.app import MonitorApp, create_app
from tests.tree.world import make_desk
from tests.web.people import CHEAP, browser

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitorApp]:
    desk = make_desk(tmp_path_factory.mktemp("tree-page"))
    yield create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)
    desk.store.close()


@pytest.fixture
def client(app: MonitorApp) -> FlaskClient:
    return browser(app)


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True).partition('id="react-entry-point"')[0]


def title_of(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1])


def test_the_title_tells_who_lags(client: FlaskClient) -> None:
    """2021 is the target's year: 长春 with 56⅔ % and 四平 with 30 % have missed 80 %."""
    page = text_of(client, "/tree?region=220000&period=2021&indicator=share")
    assert title_of(page) == "吉林省 2021：2 个直属下级中 2 个“比例”滞后或未达标，四平市差 50 个百分点"
    page = text_of(client, "/tree?region=220000&period=2021&indicator=share&lang=en")
    assert title_of(page) == "吉林省, 2021: of 2 direct parts, 2 lag in “比例”, 四平市 by 50 pp"
    assert title_of(text_of(client, "/tree?region=220302&period=2021&lang=zh")) == "铁西区没有下级地区"
    empty = text_of(client, "/tree?region=220000&period=2019-06")
    assert title_of(empty) == "吉林省 2019-06：2 个直属下级都没有数据"


def test_one_click_a_level_and_the_way_back(client: FlaskClient) -> None:
    assert 'href="/tree?period=2020&amp;region=220000"' in text_of(client, "/tree?period=2020")
    below = text_of(client, "/tree?period=2020&region=220000")
    assert 'href="/tree?period=2020&amp;region=220300"' in below
    county = text_of(client, "/tree?period=2020&region=220300")
    crumbs = re.search(r'class="crumbs".*?</nav>', county, re.DOTALL)
    assert crumbs is not None
    assert re.findall(r'href="([^"]+)">([^<]+)', crumbs[0]) == [
        ("/tree?period=2020", "全国"), ("/tree?period=2020&amp;region=220000", "吉林省"),
    ]  # fmt: skip
    assert 'href="/region/220302?period=2020"' in county  # nothing is below: the region's own page
    assert 'href="/explain/share/220302/2020"' in county


def test_members_are_those_of_the_period(client: FlaskClient) -> None:
    for period, name in (("2019", "220381"), ("2020", None)):
        page = text_of(client, f"/tree?period={period}&region=220300")
        assert ("/explain/share/220381/" in page) == (name is not None)
    text_of(client, "/tree?period=2020&region=220381", 404)
    text_of(client, "/tree?region=999999", 404)


def test_search_by_name_sound_and_former_code(client: FlaskClient) -> None:
    for asked in ("公主岭", "gzl", "gongzhuling", "220184", "220381"):
        page = text_of(client, f"/tree?period=2021&q={asked}")
        assert title_of(page) == f"“{asked}”找到 1 个地区"
        assert "/explain/share/220184/2021" in page
    assert "没有可列的地区" in text_of(client, "/tree?period=2021&q=nowhere")


def test_rows_that_are_asked_for_later(client: FlaskClient) -> None:
    answer = client.get("/rows/tree?period=2020&level=county&first=1&after=3").get_json()
    assert (answer["total"], answer["first"], len(answer["rows"])) == (4, 1, 2)
    tag, attributes, head, *_ = answer["rows"][0]
    assert (tag, attributes["aria-rowindex"], head[0]) == ("tr", "3", "th")
    assert client.get("/rows/tree?first=99").get_json()["rows"] == []
    for wrong in ("region=999999", "period=20", "plan=nothing", "as_of=never"):
        assert client.get(f"/rows/tree?{wrong}").status_code == 404, wrong


def test_the_table_as_a_file(client: FlaskClient) -> None:
    answer = client.get("/table/tree.csv/tree?period=2019&level=county&indicator=share&rows=all")
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [(line["地区代码"], line["上级代码"], line["现值 (%)"]) for line in lines] == [
        ("220322", "220300", "20"), ("220302", "220300", "30"), ("220102", "220100", "60"),
        ("220381", "220300", "80"),
    ]  # fmt: skip
    again = client.get("/table/tree.csv/tree?period=2019&level=county&indicator=share&rows=all")
    assert again.data == answer.data
    every = client.get("/table/tree.xlsx/tree?period=2019&rows=all")
    assert every.status_code == 200 and every.data[:2] == b"PK"


def test_the_region_page_tells_what_is_below_and_what_was(client: FlaskClient) -> None:
    page = text_of(client, "/region/220184?period=2021")
    assert "前身为公主岭市（220381），属四平市，至 2019-12-31；此后属长春市" in page
    page = text_of(client, "/region/220322?period=2021")
    assert "至 2020-12-31 属四平市，自 2021-01-01 属长春市" in page
    page = text_of(client, "/region/220100?period=2021&lang=en")
    assert "3 direct parts" in page
    assert 'href="/region/220322?period=2021&amp;lang=en"' in page
    assert 'href="/tree?period=2021&amp;region=220100&amp;lang=en"' in page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "slice_", ["", "level=county", "level=county&indicator=share", "q=%3Cb%3E", "class=lag", "sort=-code"]
)
def test_every_slice_is_drawn_in_both_languages(client: FlaskClient, language: str, slice_: str) -> None:
    page = text_of(client, f"/tree?period=2020&lang={language}&{slice_}")
    assert title_of(page)
    assert "<b>" not in title_of(page)
