"""Quality, catalogue, method and search in a browser: no rule broken, no page too wide, places on a page, keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.system.windows import Open, in_turn, settled

PAGES = (
    "/quality", "/catalogue", "/catalogue/out_of_pocket_share", "/method", "/search?q=cbl", "/search",
    "/duties", "/duties/hainan_bureau", "/levels", "/levels/drg_dip_payment_share",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_accessibility_rule_is_broken(opened: Open, scheme: str, language: str) -> None:
    for width in (1440, 390):
        paths = [f"{path}{'&' if '?' in path else '?'}lang={language}" for path in PAGES]
        for path, page in in_turn(opened, paths, width, color_scheme=scheme, bypass_csp=True):
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]


@pytest.mark.parametrize("width", [390, 1024, 3840])
def test_no_page_is_wider_than_its_window(opened: Open, width: int) -> None:
    for path, page in in_turn(opened, PAGES, width):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_link_leads_to_its_place_on_another_page_and_back(opened: Open) -> None:
    page = opened("/catalogue")
    page.locator("#plan a[href$='#settings']").click()
    page.wait_for_url("**/method#settings")
    expect(page.locator("#settings")).to_be_in_viewport()
    page.locator("#worked a[href='#class-slipped']").first.click()
    expect(page.locator("#class-slipped")).to_be_in_viewport()
    page.reload()
    settled(page)
    expect(page.locator("#class-slipped")).to_be_in_viewport()
    page.go_back()
    page.go_back()
    page.wait_for_url("**/catalogue")
    expect(page.locator("h1")).to_contain_text("15 项主要指标")


def test_search_by_keyboard(opened: Open) -> None:
    page = opened("/")
    box = page.get_by_placeholder("查找指标或地区")
    box.focus()
    page.keyboard.type("jmyl")
    expect(page.get_by_role("option").last).to_have_text("“jmyl”的全部结果")
    page.keyboard.press("ArrowUp")  # from the first to the last
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=jmyl")
    settled(page)
    field = page.locator("#search-q")
    field.focus()
    field.fill("期末未达标")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    settled(page)
    hit = page.locator("a.hit[href$='#class-missed']").first
    expect(hit.locator("b.found")).to_have_text("期末未达标")
    hit.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/method#class-missed")
    expect(page.locator("#class-missed")).to_be_in_viewport()


def test_enter_goes_to_the_first_that_is_found(opened: Open) -> None:
    page = opened("/")
    page.get_by_placeholder("查找指标或地区").focus()
    page.keyboard.type("chongqing")
    expect(page.get_by_role("option").first).to_have_text("重庆市")
    page.keyboard.press("Enter")
    page.wait_for_url("**/region/500000")


def test_search_works_without_scripts(opened: Open) -> None:
    page = opened("/method", script=False)
    page.locator("footer a").first.click()
    page.locator("#search-q").fill("江苏")
    page.locator(".search-form button").click()
    expect(page.locator("h1")).to_contain_text("“江苏”：找到")
    page.locator("a.hit").first.click()
    expect(page.locator("h1")).to_contain_text("江苏省")


def test_units_are_ordered_by_a_click_and_the_order_lives_in_the_address(opened: Open) -> None:
    page = opened("/quality")
    page.locator("#units th a", has_text="缺失").click()
    page.wait_for_url("**/quality?sort=missing")
    expect(page.locator("#units th[aria-sort]")).to_contain_text("缺失")
    counts = page.locator("#units tbody tr td:nth-child(5)").all_inner_texts()
    assert [int(one) for one in counts] == sorted((int(one) for one in counts), reverse=True)
    page.reload()
    settled(page)
    expect(page.locator("#units th[aria-sort]")).to_contain_text("缺失")
