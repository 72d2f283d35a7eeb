"""All of China in a browser: 2,845 counties, of which only those in sight are drawn, by mouse and by keyboard."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app
from tests.system.windows import House, Open, opening, origin, serving, settled

ONE = "indicator=drug_platform_share&level=county"
ROWS = "#page table[data-rows] tbody tr:not(.rows-gap)"
SCROLL = "(place) => { document.querySelector('#page .tree-scroll').scrollTop = place; }"


def _figures(path: Path, regions: Regions) -> None:
    """A share of each county: its place in the order of codes, of a thousand, so that 90 % is reached by a few."""
    end = date(2025, 12, 31)
    counties = [row for row in regions.descendants("000000", end) if not regions.children(row.code, end)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        head = ("indicator_id", "region_code", "period", "numerator", "denominator", "synthetic", "note")
        writer.writerow(head)
        for place, row in enumerate(sorted(counties, key=lambda one: one.code)):
            if row.reporting:
                share = 500 + place % 450
                writer.writerow(("drug_platform_share", row.code, "2025-Q4", share, 1000, "true", "模拟数据"))


def _world() -> tuple[tuple[Catalogue, ...], Regions]:
    regions = load_regions(find_shipped("data/regions-full.csv"))
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("tree")
    catalogues, regions = _world()
    _figures(folder / "counties.csv", regions)
    with Store.open(folder / "m.duckdb") as store:
        result = ingest(store, catalogues, regions, folder / "counties.csv", by="测试", accept=True, explain="模拟数据")
        assert not result.is_refused
        desk = Desk(store, catalogues, regions, MethodSettings())
        with serving(create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True)) as made:
            yield made


@pytest.fixture
def opened(browser: Browser, house: House) -> Iterator[Open]:
    with opening(browser, house) as open_page:
        yield open_page


def rows_in_order(page: Page) -> list[int]:
    return [
        int(one) for one in page.locator(ROWS).evaluate_all("(rows) => rows.map(r => r.getAttribute('aria-rowindex'))")
    ]


def test_only_the_rows_in_sight_are_drawn(opened: Open) -> None:
    page = opened(f"/tree?{ONE}&period=2025-Q4")
    table = page.locator("#page table[data-rows]")
    total = int(table.get_attribute("data-total") or "")
    assert total == 2845
    assert page.evaluate("document.querySelectorAll('*').length") < 4000
    height = float(table.get_attribute("data-height") or "")
    page.evaluate(SCROLL, 1500 * height)
    expect(page.locator(f"{ROWS}[aria-rowindex='1502']")).to_be_visible(timeout=20_000)
    drawn = rows_in_order(page)
    assert drawn == list(range(drawn[0], drawn[0] + len(drawn))) and len(drawn) < 150
    page.evaluate(SCROLL, 10**9)
    expect(page.locator(f"{ROWS}[aria-rowindex='{total + 1}']")).to_be_visible(timeout=20_000)
    assert f"{total:,}" in page.locator(".tree-place").inner_text().replace(str(total), f"{total:,}")
    assert page.evaluate("document.querySelectorAll('*').length") < 4000


def test_from_the_nation_to_a_county_and_back(opened: Open) -> None:
    page = opened("/tree?period=2025-Q4&indicator=drug_platform_share&sort=code")
    for name in ("吉林", "长春市"):
        page.locator(ROWS).get_by_role("link", name=name).first.click()
        expect(page.locator("h1")).to_have_text(re.compile(f"^{name} "), timeout=20_000)
        settled(page)
    assert [one.inner_text() for one in page.locator(".crumbs a").all()] == ["全国", "吉林"]
    county = page.locator(ROWS).get_by_role("link", name="公主岭市")
    assert county.get_attribute("href") == "/region/220184?period=2025-Q4"
    page.go_back()
    expect(page.locator("h1")).to_have_text(re.compile("^吉林 "), timeout=20_000)


def test_search_finds_a_county_by_its_initials(opened: Open) -> None:
    page = opened("/tree?period=2025-Q4&indicator=drug_platform_share")
    page.fill("#page #tree-q", "gzls")
    page.press("#page #tree-q", "Enter")
    expect(page.locator("h1")).to_contain_text("gzls", timeout=20_000)
    expect(page.locator(f"{ROWS} th").filter(has_text="公主岭市")).to_have_count(1, timeout=20_000)


def test_the_keyboard_goes_beyond_the_rows_that_were_drawn(opened: Open) -> None:
    page = opened(f"/tree?{ONE}&period=2025-Q4&sort=code")
    page.locator(f"{ROWS} a").first.focus()
    reached = 0
    for _ in range(300):  # a press at the edge does nothing until the next rows are there
        page.keyboard.press("ArrowDown")
        reached = page.evaluate("Number(document.activeElement.closest('tr')?.getAttribute('aria-rowindex'))")
        if reached >= 90:
            break
        page.wait_for_timeout(30)
    assert reached == 90


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(opened: Open, scheme: str) -> None:
    page = opened("/tree?period=2025-Q4", color_scheme=scheme, bypass_csp=True)
    for path in ("/tree?period=2025-Q4&lang=en", f"/tree?{ONE}&period=2025-Q4&lang=zh", "/tree?q=nothing&lang=zh"):
        page.goto(f"{origin(page)}{path}")
        settled(page)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]
