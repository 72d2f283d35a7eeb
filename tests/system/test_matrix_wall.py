"""The matrix, the overview's filters and the wall in a browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from waitress.server import create_server

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app
from tests.system.windows import House, Open, origin, settled

SCREENS = ((1280, 720), (1920, 1080), (3840, 2160))
AXED = {
    "/matrix": (1440, 390),
    "/matrix?show=gap&class=lag&sort=lag": (1440,),
    "/?class=lag": (1440, 390),
    "/wall": (1440,),
    "/wall?slide=3": (1440, 390),
}
SLIDES = 'document.querySelectorAll("#page .wall-marks a").length'
# what of a slide lies below its foot or outside the window
CUT = """() => {
    const foot = document.querySelector('#page .wall-foot').getBoundingClientRect().top;
    return [...document.querySelectorAll('#page .wall-body *, #page .wall h1')]
        .filter((e) => !e.classList.contains('unseen'))
        .map((e) => [e.getBoundingClientRect(), e])
        .filter(([box]) => box.bottom > foot + 1 || box.right > innerWidth + 1)
        .map(([_, e]) => e.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_accessibility_rule_is_broken(opened: Open, scheme: str, language: str) -> None:
    page = opened(f"/matrix?lang={language}", color_scheme=scheme, bypass_csp=True)
    for path, widths in AXED.items():
        page.goto(f"{origin(page)}{path}{'&' if '?' in path else '?'}lang={language}")
        settled(page)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]


def test_every_cell_leads_to_its_explanation_and_back(opened: Open) -> None:
    page = opened("/matrix?sort=lag&class=lag")
    cells = page.locator("table.matrix tbody tr:not(.m-totals) td:not(.m-lag)")
    assert cells.count() == cells.locator("> a[href^='/explain/']").count() > 400
    cells.nth(20).locator("a").click()
    page.wait_for_url("**/explain/**")
    page.go_back()
    page.wait_for_url("**/matrix?sort=lag&class=lag")
    expect(page.locator(".m-narrowed")).to_be_visible()


def test_sorting_and_filters_live_in_the_address(opened: Open) -> None:
    page = opened("/matrix")
    first = page.locator("table.matrix tbody tr:not(.m-totals) th")
    page.locator("thead .m-lag .sorter").click()
    page.wait_for_url("**sort=lag")
    expect(first.nth(1)).to_have_text("陕西")
    page.locator(".m-filters a", has_text="约束性").click()
    page.wait_for_url("**nature=binding**")
    expect(page.locator("thead .m-indicator")).to_have_count(3)
    page.reload()
    settled(page)
    expect(page.locator("thead .m-indicator")).to_have_count(3)
    page.go_back()
    expect(page.locator("thead .m-indicator")).to_have_count(15)
    expect(first.nth(1)).to_have_text("陕西")
    page.go_back()
    expect(first.nth(1)).to_have_text("北京")


def test_arrow_keys_move_between_cells_and_tab_passes_in_one_step(opened: Open) -> None:
    page = opened("/matrix")
    body = page.locator("table.matrix tbody")
    assert body.locator("a[tabindex='0']").count() == 1
    body.locator("a").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):  # over what is no link
        page.keyboard.press(key)
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert re.fullmatch(r"/explain/enrolment_rate/110000/\d{4}", focused)
    page.keyboard.press("End")
    assert "counter_service_share/110000" in page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Tab")
    assert not page.evaluate("Boolean(document.activeElement.closest('table.matrix tbody'))")


def test_the_matrix_is_never_wider_than_its_window(opened: Open) -> None:
    for path in ("/matrix", "/matrix?show=value&lang=en"):
        page = opened(path)
        for width in (390, 768, 1024, 1440, 2560, 3840):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            head = page.locator("table.matrix tbody th").nth(9)
            head.scroll_into_view_if_needed()
            page.locator(".m-scroll").evaluate("(e) => { e.scrollLeft = 500; }")
            box = head.bounding_box()
            assert box is not None and 0 <= box["x"] < width / 2, (path, width)  # names stay while cells scroll


def test_the_head_stays_while_the_page_scrolls(opened: Open) -> None:
    page = opened("/matrix")
    page.locator("table.matrix tbody tr").last.scroll_into_view_if_needed()
    page.mouse.wheel(0, 2000)
    box = page.locator("table.matrix thead th").nth(3).bounding_box()
    assert box is not None and box["y"] >= -1


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/matrix", "/matrix?show=value&lang=en"])
def test_it_prints_on_one_sheet(opened: Open, path: str) -> None:
    sheets = opened(path).pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    assert b"/MediaBox [0 0 841" in sheets  # A4, landscape


def test_counts_filter_without_scripts_too(opened: Open) -> None:
    page = opened("/", script=False)
    count = int(page.locator(".count strong").first.inner_text())
    page.locator(".count a").first.click()
    expect(page.locator("table.scorecard tbody tr")).to_have_count(count)
    page.locator(".chip").click()
    expect(page.locator("table.scorecard tbody tr")).to_have_count(15)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_slide_scrolls_or_is_cut(opened: Open, language: str) -> None:
    page = opened(f"/wall?lang={language}")
    for number in range(1, page.evaluate(SLIDES) + 1):
        page.goto(f"{origin(page)}/wall?slide={number}&lang={language}")
        settled(page)
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            root = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
            assert root == [height, width], (width, number)
            assert page.evaluate(CUT) == [], (width, number)


def test_the_wall_advances_pauses_and_obeys_the_keys(opened: Open) -> None:
    page = opened("/wall?seconds=5")
    page.clock.install()
    page.goto(f"{origin(page)}/wall?seconds=5")
    page.wait_for_selector("#page .wall")
    title = page.locator("h1").inner_text()
    history = page.evaluate("history.length")
    page.clock.run_for(6000)
    page.wait_for_url("**slide=2**")
    expect(page.locator("h1")).not_to_have_text(title)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="继续")).to_be_visible()
    page.clock.run_for(20_000)
    assert "slide=2" in page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**slide=3**")
    expect(page.locator(".wall-marks a[aria-current]")).to_have_text("第 3 屏")
    page.clock.run_for(300)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**slide=2**")
    assert page.evaluate("history.length") == history
    page.clock.run_for(300)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r":\d+/$"))
    expect(page.locator("header.top")).to_be_visible()


def test_the_wall_moves_without_scripts_and_calmly_where_motion_is_unwanted(opened: Open) -> None:
    page = opened("/wall", script=False)
    page.get_by_role("link", name="下一屏").click()
    expect(page.locator(".wall-marks a[aria-current]")).to_have_text("第 2 屏")
    calm = opened("/wall?seconds=5", reduced_motion="reduce")
    calm.wait_for_timeout(600)
    assert not calm.locator("#page .wall-clock").get_attribute("style")


class _Restarted:
    """The dashboard on a port of its own, which can go away and come back."""

    def __init__(self, app: MonitorApp) -> None:
        self.app, self.port = app, 0
        self.start()
        self.house = House(f"http://127.0.0.1:{self.port}", app)

    def start(self) -> None:
        self._server = create_server(self.app.server, host="127.0.0.1", port=self.port, threads=4)
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.close()
        self._server.asyncore.close_all(self._server._map)
        self._thread.join(timeout=10)


@pytest.fixture
def restarted(tmp_path: Path) -> Iterator[_Restarted]:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    store = Store.open(tmp_path / "demo.duckdb")
    load_demo(store, catalogues, regions, datetime.now(UTC))
    desk = Desk(store, catalogues, regions, MethodSettings())
    server = _Restarted(create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True))
    yield server
    server.stop()
    store.close()


def test_the_wall_outlives_a_pause_of_the_server(browser: Browser, restarted: _Restarted) -> None:
    page: Page = browser.new_page(viewport={"width": 1280, "height": 720})
    restarted.house.let_in(page.context, "viewer")
    page.clock.install()
    page.goto(f"{restarted.house.address}/wall?seconds=5")
    settled(page)
    restarted.stop()
    page.clock.run_for(6000)
    notice = page.locator("#page .wall-notice")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("正在重试")
    assert "slide=" not in page.url  # the slide that was there stays
    restarted.start()
    page.clock.run_for(6000)
    page.wait_for_url("**slide=2**")
    expect(page.locator("#page .wall-notice")).to_be_hidden()
    page.close()
