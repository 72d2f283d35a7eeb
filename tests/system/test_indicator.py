"""An indicator's page in a browser: the slider over the periods, the fan of the outlook, widths, accessibility."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.system.windows import Open, in_turn, origin, settled

PAGE = "/indicator/drug_platform_share"
FOCUSED = "document.activeElement && (document.activeElement.id || document.activeElement.dataset.slide)"


def period_of(page: Page) -> str | None:
    return parse_qs(urlsplit(page.url).query).get("period", [None])[0]


def arrive(page: Page, period: str) -> None:
    page.wait_for_url(f"**period={period}*")
    page.wait_for_selector(f'html[data-ready*="period={period}"]', state="attached")
    expect(page.locator(".slider-now")).to_have_text(period)


def test_the_slider_goes_by_keyboard_and_keeps_focus_and_place(opened: Open) -> None:
    page = opened(PAGE)
    slider = page.locator("#period-slider")
    slider.scroll_into_view_if_needed()
    slider.focus()
    before, top = page.evaluate("scrollY"), slider.bounding_box()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".slider-now")).to_have_text("2024")  # said at once, before the page has moved
    arrive(page, "2024")
    expect(slider).to_be_focused()
    assert page.evaluate("scrollY") == pytest.approx(before, abs=2)
    page.keyboard.press("Home")
    arrive(page, "2021")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "2021")
    moved = slider.bounding_box()
    assert top is not None and moved is not None and moved["width"] == top["width"] and moved["x"] == top["x"]
    expect(page.locator(".map-card h2")).to_contain_text("2021")
    page.go_back()
    arrive(page, "2024")
    page.reload()
    settled(page)
    assert page.locator("#period-slider").input_value() == "2024"


def test_the_slider_goes_by_mouse_and_by_its_steps(opened: Open) -> None:
    page = opened(f"{PAGE}?lang=en")
    slider = page.locator("#period-slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    arrive(page, "2023")
    assert "lang=en" in page.url
    place = page.evaluate("scrollY")
    page.locator('a[data-slide="next"]').click()
    arrive(page, "2024")
    assert page.evaluate(FOCUSED) == "next" and page.evaluate("scrollY") == pytest.approx(place, abs=2)
    page.locator('a[data-slide="next"]').click()
    arrive(page, "2025")
    assert page.locator('a[data-slide="next"]').count() == 0  # the last one; focus goes to the slider
    assert page.evaluate(FOCUSED) == "period-slider"


def test_quarters_have_a_slider_of_their_own(opened: Open) -> None:
    page = opened(PAGE)
    page.locator(".slider-line .choice a", has_text="季").click()
    arrive(page, "2025-Q4")
    page.locator("#period-slider").focus()
    page.keyboard.press("ArrowLeft")
    arrive(page, "2025-Q3")
    expect(page.locator(".map-card h2")).to_contain_text("2025-Q3")


def test_without_scripts_the_form_asks_for_the_period(opened: Open) -> None:
    page = opened(f"{PAGE}?as_of=2026-06-30", script=False)
    page.locator("#period-slider").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("form.slider button").click()
    assert parse_qs(urlsplit(page.url).query) == {"as_of": ["2026-06-30"], "period": ["2024"]}
    expect(page.locator(".map-card h2")).to_contain_text("2024")
    page = opened(f"{PAGE}?period=2024-Q2", script=False)
    page.locator("form.slider select").select_option("2023-Q3")
    page.locator("form.slider button").click()
    assert period_of(page) == "2023-Q3"


def test_the_chart_draws_the_outlook_with_its_interval(opened: Open) -> None:
    page = opened(f"{PAGE}?period=2023")
    said = page.locator(".js-plotly-plot .annotation-text", has_text="推算")
    expect(said).to_have_text("推算 90.9%（89.4%～93.0%）")
    fan = page.locator(".js-plotly-plot .fills path.js-fill")
    expect(fan).to_have_count(1)
    assert "0.16" in (fan.get_attribute("style") or "")
    expect(page.locator(".chart-card .legend")).to_contain_text("推算区间")
    boxes = page.locator(".js-plotly-plot .annotation-text").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect()).map((b) => [b.left, b.top, b.right, b.bottom])"
    )
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)


@pytest.mark.parametrize("width", [390, 1440, 2560])
def test_nothing_is_wider_than_the_window(opened: Open, width: int) -> None:
    paths = (PAGE, "/indicator/procured_drugs?lang=en", "/indicator/out_of_pocket_share?region=330000")
    for path, page in in_turn(opened, paths, width):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_accessibility_rule_is_broken(opened: Open, scheme: str, language: str) -> None:
    page = opened(f"{PAGE}?lang={language}&period=2022", color_scheme=scheme, bypass_csp=True)
    for path in ("/indicator/procured_drugs", "/indicator/out_of_pocket_share?region=330000", PAGE + "?period=2022"):
        page.goto(f"{origin(page)}{path}{'&' if '?' in path else '?'}lang={language}")
        settled(page)
        for details in page.locator(".two-card details").all():
            details.locator("summary").click()
        found = Axe().run(page).response["violations"]
        assert not found, [(path, rule["id"], rule["nodes"][0]["html"]) for rule in found]


def test_the_chart_fits_the_sheet_and_is_itself_again_after_printing(opened: Open) -> None:
    page = opened(f"{PAGE}?lang=en")
    page.set_viewport_size({"width": 1200, "height": 900})
    page.wait_for_selector(".main-svg", state="attached")
    wide = "document.querySelector('.main-svg').getBoundingClientRect().width"
    box = "document.querySelector('.chart-box').getBoundingClientRect().width"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for sheet in (700, 1050):
        page.evaluate(f"document.body.style.width = '{sheet}px'")
        assert page.evaluate(wide) == pytest.approx(page.evaluate(box), abs=1)
        assert page.evaluate(box) <= sheet
    assert page.locator(".main-svg[viewBox]").count() == page.locator(".main-svg").count() > 0
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".main-svg[viewBox]").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("indicator", ["drg_dip_payment_share", "out_of_pocket_share", "enrolment_rate"])
def test_it_prints_on_three_sheets_at_most(opened: Open, indicator: str, language: str) -> None:
    page = opened(f"/indicator/{indicator}?lang={language}")
    page.wait_for_selector(".main-svg", state="attached")
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 3
    page.emulate_media(media="print")
    page.evaluate("document.body.style.width = '1046px'")  # A4 across, less its margins
    tops = [
        page.locator(one).first.bounding_box() for one in ("h1", ".chart-card", ".gap-card tbody tr", ".card .facts")
    ]
    assert all(box is not None and box["height"] for box in tops)
    sheet = 725  # its height less the margins
    assert all(box is not None and box["y"] < sheet for box in tops[:3])
    assert page.locator(".two-card details[open] table, .two-card details:not([open]) table:visible").count() == 0
    wide = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"
    assert not page.locator(".column-wide .card, .aside .card").evaluate_all(wide)


def test_the_class_of_a_period_is_not_cut_off(opened: Open) -> None:
    page = opened("/indicator/out_of_pocket_share?lang=en&region=340000")
    expect(page.locator(".periods-card tbody")).to_contain_text("Met, then slipped")
    cut = "document.querySelector('.periods-card .scroll')"
    assert page.evaluate(f"{cut}.scrollWidth <= {cut}.clientWidth")
