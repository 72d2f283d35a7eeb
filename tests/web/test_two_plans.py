"""Two plans side by side: a page belongs to the plan that has what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from monitor.catalogue.regions import Regions
from monitor.web.app import create_app
from tests.report.sichuan import desk_with
from tests.web.people import browser

from .people import CHEAP

ROWS = """
drg_dip_payment_share,510000,2024-Q4,60,
drg_dip_payment_share,510000,2025,76,
"""


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory, regions: Regions) -> Iterator[FlaskClient]:
    desk = desk_with(tmp_path_factory.mktemp("two"), regions, ROWS)
    yield browser(create_app(desk, secret_key=b"k" * 32, passwords=CHEAP))
    desk.store.close()


def _text(visitor: FlaskClient, address: str, status: int = 200) -> str:
    answer = visitor.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def _shows(text: str, percent: int) -> bool:
    return re.search(rf"\b{percent}(\.0+)?%", text) is not None


@pytest.mark.parametrize("page", ["indicator", "catalogue"])
def test_an_indicator_of_the_second_plan_stands_in_its_plan_without_being_told(visitor: FlaskClient, page: str) -> None:
    own = _text(visitor, f"/{page}/sc_inpatient_share?plan=sc-14")
    assert "住院费用按病种付费占比" in own
    found = _text(visitor, f"/{page}/sc_inpatient_share")
    assert "住院费用按病种付费占比" in found and "plan=sc-14" in found
    assert "没有这项指标" in _text(visitor, f"/{page}/sc_inpatient_share?plan=uhs-14", 404)


def test_a_region_outside_the_plan_is_said_to_be_outside(visitor: FlaskClient) -> None:
    said = _text(visitor, "/region/110000?plan=sc-14", 404)
    assert "规划不含这个地区" in said and "“四川省测试规划”不含北京市" in said
    assert "北京市" in _text(visitor, "/region/110000")
    assert "没有代码“999999”" in _text(visitor, "/region/999999?plan=sc-14", 404)


def test_the_history_of_an_aligned_indicator_is_that_of_its_source(visitor: FlaskClient) -> None:
    told = _text(visitor, "/history/sc_inpatient_share/510000/2025?plan=sc-14")
    assert "没有单独报送，取上级规划指标" in told and _shows(told, 76) and "这一格还没有人报过" not in told
    source = _text(visitor, "/history/drg_dip_payment_share/510000/2025")
    assert "没有单独报送" not in source and _shows(source, 76)


def test_a_cell_that_nobody_sent_leads_to_the_explanation_of_what_it_shows(visitor: FlaskClient) -> None:
    told = _text(visitor, "/history/drg_dip_payment_share/510000/2024")
    assert "这一格还没有人报过" in told and 'href="/explain/drg_dip_payment_share/510000/2024"' in told
    assert _shows(_text(visitor, "/explain/drg_dip_payment_share/510000/2024"), 60)
