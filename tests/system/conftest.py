"""One server and one browser for all browser tests, the distribution's own; and in which order the files begin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from monitor.demo.around import load_around
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.web.app import create_app
from tests.cycle.forms import shipped
from tests.made_once import made_once
from tests.order import longest_first
from tests.system.windows import House, Open, opening, serving

# by the seconds that they take; the API's, which asks for a set time, beside those that wait more than they work
LONGEST = (
    "test_dashboard", "test_reference_pages", "test_around_plan", "test_region_compare", "test_matrix_wall",
    "test_access", "test_indicator", "test_bundle", "test_api_schema", "test_container", "test_cycle_pages",
    "test_signing_in", "test_explain", "test_reporting_cycle", "test_restore", "test_hostile_pages", "test_calc",
    "test_proxy", "test_demo", "test_serving",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)  # before those that are not asked for are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("system")
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
    folder = made_once(tmp_path_factory, "dashboard", _make_dashboard)
    copied = shutil.copytree(folder, tmp_path_factory.mktemp("dashboard") / "data")
    with Store.open(copied / "demo.duckdb") as store:
        desk = Desk(store, *shipped(), MethodSettings())
        with serving(create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True)) as house:
            yield house


def _make_dashboard(folder: Path) -> None:
    with Store.open(folder / "demo.duckdb") as store:
        load_demo(store, *shipped(), datetime.now(UTC))
        load_around(Desk(store, *shipped(), MethodSettings()))


@pytest.fixture
def opened(browser: Browser, dashboard: House) -> Iterator[Open]:
    """Opens a path of the dashboard in a fresh window, a planner's if nothing is said."""
    with opening(browser, dashboard) as open_page:
        yield open_page
