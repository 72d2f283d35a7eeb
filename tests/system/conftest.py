"""One server and one browser for all browser tests, the distribution's own; and in which order the files begin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.around import load_around
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app
from tests.order import longest_first
from tests.system.windows import House, Open, opening, serving

# by the seconds that they take; the API's, which asks for a set time, beside those that wait more than they work
LONGEST = (
    "test_dashboard", "test_region_compare", "test_reference_pages", "test_matrix_wall", "test_access",
    "test_indicator", "test_bundle", "test_api_schema", "test_container", "test_cycle_pages", "test_signing_in",
    "test_explain", "test_reporting_cycle", "test_restore", "test_hostile_pages", "test_calc",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items, LONGEST)


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
    load_around(desk)
    with serving(create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True)) as house:
        yield house
    store.close()


@pytest.fixture
def opened(browser: Browser, dashboard: House) -> Iterator[Open]:
    """Opens a path of the dashboard in a fresh window, a planner's if nothing is said."""
    with opening(browser, dashboard) as open_page:
        yield open_page
