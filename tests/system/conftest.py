"""One server and one browser for all browser tests; the browser is the distribution's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app
from tests.system.windows import House, Open, opening, serving


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "the browser tests need chromium: apt-get install chromium fonts-noto-cjk"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": found, "args": arguments}


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration's dashboard."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    store = Store.open(tmp_path_factory.mktemp("dashboard") / "demo.duckdb")
    load_demo(store, catalogues, regions, datetime.now(UTC))
    desk = Desk(store, catalogues, regions, MethodSettings())
    with serving(create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True)) as house:
        yield house
    store.close()


@pytest.fixture
def opened(browser: Browser, dashboard: House) -> Iterator[Open]:
    """Opens a path of the dashboard in a fresh window, a planner's if nothing is said."""
    with opening(browser, dashboard) as open_page:
        yield open_page
