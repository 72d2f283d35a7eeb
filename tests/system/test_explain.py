"""From any number to its explanation with one click, by mouse and keyboard, in both languages and themes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.system.windows import Open, in_turn, origin, settled

CELLS = (
    "/explain/out_of_pocket_share/000000/2022",
    "/explain/procured_drugs/000000/2025",
    "/explain/drg_dip_payment_share/630000/2025",
)
WITH_NUMBERS = ("/", "/region/320000", "/indicator/out_of_pocket_share", "/matrix?show=value")


def test_one_click_from_a_number_to_its_explanation_and_back(opened: Open) -> None:
    for path, page in in_turn(opened, WITH_NUMBERS):
        number = page.locator('main a[href^="/explain/"]').first
        address = number.get_attribute("href")
        number.click()
        page.wait_for_url(f"**{address}")
        expect(page.locator(".formula-card, .state").first).to_be_visible()
        expect(page.locator("main")).to_be_focused()
        page.go_back()
        page.wait_for_url(f"**{path}")
        expect(page.locator('main a[href^="/explain/"]').first).to_be_visible()


def test_the_keyboard_reaches_units_and_their_own_explanation(opened: Open) -> None:
    page = opened(CELLS[1])
    unit = page.locator(".units-card tbody a.why").first
    unit.focus()
    assert unit.evaluate("(e) => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/explain/procured_drugs/110000/2025")
    expect(page.locator(".verdict-card .decided")).to_be_visible()
    story = page.locator("details.fold summary")
    story.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.fold .story-events")).to_be_visible()
    page.reload()
    settled(page)
    assert page.url.endswith("/explain/procured_drugs/110000/2025")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_explanations_break_no_accessibility_rule(opened: Open, scheme: str, language: str) -> None:
    page = opened(f"{CELLS[0]}?lang={language}", color_scheme=scheme, bypass_csp=True)
    for width, cells in ((1440, CELLS[:2]), (390, CELLS[2:])):
        page.set_viewport_size({"width": width, "height": 900})
        for path in cells:
            page.goto(f"{origin(page)}{path}?lang={language}")
            settled(page)
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]


def test_an_explanation_reads_without_scripts_and_on_paper(opened: Open) -> None:
    page = opened(CELLS[0], script=False)
    expect(page.locator("h1")).to_contain_text("26.89%")
    page.locator(".units-card tbody a.why").first.click()
    expect(page.locator(".formula-line")).to_contain_text("÷")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 1024, 3840])
def test_no_explanation_is_wider_than_its_window(opened: Open, width: int) -> None:
    page = opened(CELLS[0], width)
    for path in CELLS:
        page.goto(origin(page) + path)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
