"""A rehearsal: every page says that it is one, and none misses the work that is not scheduled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.catalogue.loader import load_catalogues
from monitor.catalogue.regions import Regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app

from .conftest import NOW
from .people import CHEAP, person

PAGES = {
    "planner": ("/", "/matrix", "/indicator/enrolment_rate", "/reporting", "/me", "/nothing", "/wall"),
    "operator": ("/status", "/jobs", "/integrity", "/accounts", "/audit"),
}


@pytest.fixture
def app(regions: Regions, tmp_path: Path) -> Iterator[MonitorApp]:
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(tmp_path / "data" / "m.duckdb", clock=lambda: NOW) as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        yield create_app(
            desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP, plain_http=True, rehearsal=True
        )


def test_every_page_says_that_it_is_a_rehearsal(app: MonitorApp) -> None:
    assert "演练：这是从备份恢复出来的副本" in app.server.test_client().get("/login").text
    for role, pages in PAGES.items():
        client = person(app, role, role).client
        for page in pages:
            text = client.get(page).text
            assert "演练：这是从备份恢复出来的副本" in text and "这一页没能算出来" not in text, page
