"""A region beside chosen others and every kind of comparison in a browser: keyboard, address, rules, narrow windows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from monitor.catalogue.loader import load_regions
from monitor.shipped import find_shipped
from monitor.web.app import create_app
from tests.report.sichuan import desk_with
from tests.system.windows import House, Open, opening, origin, serving, settled

PAGES = (
    "/region/510000?with=330000,440000,110000,999999",
    "/compare?kind=periods",
    "/compare?kind=regions&with=110000,310000,440000,510000",
)
PLANNED = ("/region/510000?with=440000", "/compare?kind=plans", "/compare?kind=periods&region=510000")
ROWS = """
enrolment_rate,510000,2025,96,
drg_dip_payment_share,510000,2025,76,
drug_platform_share,510000,2025,86,
medical_aid_share,510000,2023,71,
medical_aid_share,510000,2024,69,approx
medical_aid_share,440000,2024,74,ge
"""


@pytest.fixture(scope="module")
def two_plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A dashboard with Sichuan's own plan beside the national one."""
    desk = desk_with(tmp_path_factory.mktemp("plans"), load_regions(find_shipped("data/regions.csv")), ROWS)
    with serving(create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True)) as house:
        yield house
    desk.store.close()


@pytest.fixture
def planned(browser: Browser, two_plans: House) -> Iterator[Open]:
    with opening(browser, two_plans) as open_page:
        yield open_page


# every pair of width, theme and language
@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1440, "light", "zh"), (1440, "dark", "en"), (390, "dark", "zh"), (390, "light", "en")],
)
def test_no_accessibility_rule_is_broken(opened: Open, planned: Open, width: int, scheme: str, language: str) -> None:
    for open_page, paths in ((opened, PAGES), (planned, PLANNED[:2])):
        page = open_page(f"/me?lang={language}", width, color_scheme=scheme, bypass_csp=True)
        for path in paths:
            page.goto(f"{origin(page)}{path}&lang={language}")
            settled(page)
            found = Axe().run(page).response["violations"]
            assert not found, [(path, rule["id"], rule["nodes"][0]["html"]) for rule in found]


def nothing_is_cut(page: Page, path: str) -> None:
    page.goto(f"{origin(page)}{path}")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    cut = page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, .badge, .sided td, .sided th, .tab')]
            .filter((e) => e.offsetParent && getComputedStyle(e).display !== 'inline')
            .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert not cut, (path, cut)


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (390, "en"), (1024, "zh"), (1440, "en"), (2560, "zh")])
def test_nothing_is_cut(opened: Open, planned: Open, width: int, language: str) -> None:
    for open_page, paths in ((opened, PAGES), (planned, PLANNED)):
        page = open_page(f"/me?lang={language}", width)
        for path in paths:
            nothing_is_cut(page, path)


def test_the_new_value_is_seen_on_a_phone(opened: Open) -> None:
    page = opened("/compare?from=2026-01-01", 390)
    row = page.locator("table.figures tbody tr:nth-child(2)").first
    for name in ("old", "new"):
        box = row.locator(f"td.{name}").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    head = row.locator("td.new").evaluate("(e) => getComputedStyle(e, '::before').content")
    assert head == '"新值"'


def test_others_are_chosen_by_keyboard_and_kept(opened: Open) -> None:
    page = opened("/region/510000")
    page.locator("#with-1").focus()
    for key in ("ArrowDown", "Tab", "ArrowDown", "ArrowDown", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**with=110000**")
    settled(page)
    heads = page.locator("table.beside-table thead th a")
    expect(heads).to_have_text(["四川", "北京", "天津"])
    title = page.locator("#beside h2").inner_text()
    page.reload()
    settled(page)
    expect(page.locator("#beside h2")).to_have_text(title)
    page.locator(".quick a", has_text="江苏").click()
    expect(heads).to_have_text(["四川", "北京", "天津", "江苏"])
    assert page.evaluate("scrollY") > 0, "the table stays in view"
    page.go_back()
    expect(heads).to_have_text(["四川", "北京", "天津"])
    page.locator(".quick a", has_text="北京").click()
    expect(heads).to_have_text(["四川", "天津"])


def test_the_form_works_without_scripts(opened: Open) -> None:
    page = opened("/region/510000", script=False)
    page.select_option("#with-2", "330000")
    page.click(".beside-form button")
    expect(page.locator("table.beside-table thead th a")).to_have_text(["四川", "浙江"])
    assert page.input_value("#with-1") == "330000"


def test_every_kind_is_one_click_away_and_keeps_its_choice(planned: Open) -> None:
    page = planned("/compare")
    page.get_by_role("link", name="两个规划").click()
    expect(page.locator("h1")).to_contain_text("1 项目标偏低")
    page.get_by_role("link", name="两个报告期").click()
    expect(page.locator("h1")).to_contain_text("相比")
    page.select_option("#compare-from", "2023")
    page.select_option("#compare-to", "2024")
    page.select_option("#compare-region", "510000")
    page.get_by_role("button", name="比较").click()
    page.wait_for_url("**region=510000**")
    settled(page)
    expect(page.locator("h1")).to_contain_text("四川：2024 与 2023 相比")
    expect(page.locator("table.steps-table")).to_contain_text("−2 个百分点")
    finding = page.locator("h1").inner_text()
    page.reload()
    settled(page)
    expect(page.locator("h1")).to_have_text(finding)
    assert page.input_value("#compare-from") == "2023"
    page.get_by_role("link", name="几个地区").click()
    expect(page.locator("#with-1")).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_have_text(finding)


def test_from_the_plan_to_a_submission_in_three_clicks(opened: Open) -> None:
    page = opened("/")
    page.locator("table.scorecard tbody tr a").first.click()
    page.wait_for_url("**/indicator/*")
    page.locator("a[href*='/region/']").first.click()
    page.wait_for_url("**/region/*")
    page.locator("table.submissions tbody a").first.click()
    page.wait_for_url("**/submission/*")
    expect(page.locator("h1")).to_be_visible()


def test_a_comparison_is_taken_as_a_file(opened: Open, tmp_path: Path) -> None:
    page = opened("/compare?kind=regions&with=110000,310000")
    with page.expect_download() as waiting:
        page.locator('.take a[href^="/table/regions.csv"]').click()
    file = tmp_path / "taken.csv"
    waiting.value.save_as(file)
    assert "北京 测算结果" in file.read_text(encoding="utf-8-sig")
