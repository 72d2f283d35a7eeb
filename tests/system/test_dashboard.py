"""The dashboard in a browser: nothing from outside, no accessibility rule broken, keyboard, slices, themes, paper."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.system.windows import Open, in_turn, settled

PAGES = (
    "/", "/indicator/out_of_pocket_share", "/indicator/fund_income", "/region/320000",
    "/explain/out_of_pocket_share/000000/2022", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_accessibility_rule_is_broken(opened: Open, scheme: str, language: str) -> None:
    for width in (1440, 390):
        paths = [f"{path}?lang={language}" for path in PAGES]
        for path, page in in_turn(opened, paths, width, color_scheme=scheme, bypass_csp=True):
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_widgets_break_no_rule_either(opened: Open, scheme: str) -> None:
    page = opened("/?as_of=2024-06-30", color_scheme=scheme, bypass_csp=True)
    for field in (page.locator("#as-of"), page.get_by_placeholder("查找指标或地区")):
        field.click()
        page.wait_for_timeout(600)  # the drop-down fades in, and a faded colour has no contrast
        found = Axe().run(page).response["violations"]
        assert not found, [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
        page.keyboard.press("Escape")


def test_all_fifteen_indicators_are_seen_without_scrolling(opened: Open) -> None:
    for path, page in in_turn(opened, ["/?lang=zh", "/?lang=en"]):
        rows = page.locator("table.scorecard tbody tr")
        assert rows.count() == 15
        boxes = [row.bounding_box() for row in rows.all()]
        assert all(box is not None and box["y"] + box["height"] <= 900 for box in boxes), path


@pytest.mark.parametrize("width", [390, 768, 1024, 1440, 2560, 3840])
def test_no_page_is_wider_than_its_window(opened: Open, width: int) -> None:
    for path, page in in_turn(opened, PAGES, width):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        clipped = page.evaluate(
            """() => [...document.querySelectorAll('h1, h2, .count-number, .badge, td.num')]
                .filter((e) => e.offsetParent && getComputedStyle(e).display !== 'inline')
                .filter((e) => e.scrollWidth > e.clientWidth + 1)
                .map((e) => e.textContent)"""
        )
        assert not clipped, path


def test_the_page_reads_before_and_without_scripts(opened: Open) -> None:
    page = opened("/", script=False)
    expect(page.locator("h1")).to_contain_text("15 项主要指标")
    page.get_by_role("link", name="个人卫生支出占卫生总费用的比例").first.click()
    expect(page.locator("h1")).to_contain_text("个人卫生支出")
    page.locator(".periods-card a.why").first.click()
    expect(page.locator("h1")).to_contain_text("个人卫生支出")
    assert "/explain/out_of_pocket_share/000000/" in page.url


def test_the_app_takes_over_without_a_jump(opened: Open) -> None:
    def places(page: Page) -> list[object]:
        names = "h1, .count, .card, table.scorecard tr, .tile"
        measure = """(all) => all.map((one) => one.getBoundingClientRect())
            .map((box) => [box.x, box.y, box.width, box.height].map(Math.round))"""
        return list(page.locator(names).evaluate_all(measure))

    with_scripts = opened("/region/320000")
    plain = opened("/region/320000", script=False)
    assert places(plain) == places(with_scripts)
    assert with_scripts.locator("#first-paint").count() == 0


def test_three_clicks_from_the_plan_to_a_submission(opened: Open) -> None:
    page = opened("/")
    page.locator("table.scorecard tbody tr a").first.click()
    page.wait_for_url("**/indicator/*")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.locator(".ranking .unit-name").first.click()
    page.wait_for_url("**/region/*")
    expect(page.locator("table.submissions tbody tr").first).to_be_visible()
    page.go_back()
    page.wait_for_url("**/indicator/*")
    expect(page.locator(".ranking")).to_be_visible()
    assert page.title() == page.locator("h1").inner_text()


def test_the_slice_lives_in_the_address(opened: Open) -> None:
    page = opened("/?as_of=2024-06-30&lang=en")
    page.locator(".choice a", has_text="2023").first.click()
    page.wait_for_url("**period=2023**")
    expect(page.locator("h1")).to_contain_text("2023")
    finding = page.locator("h1").inner_text()
    assert {"as_of=2024-06-30", "lang=en"} <= set(urlsplit(page.url).query.split("&"))
    page.reload()
    settled(page)
    assert page.locator("h1").inner_text() == finding
    expect(page.locator("table.scorecard td.period").first).to_contain_text("2023")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_language_switch_keeps_the_place(opened: Open) -> None:
    page = opened("/region/320000?as_of=2024-06-30")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_contain_text("Jiangsu")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "/region/320000" in page.url and "as_of=2024-06-30" in page.url
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_contain_text("江苏")


def test_the_calendar_changes_the_moment_and_speaks_the_language(opened: Open) -> None:
    page = opened("/?as_of=2024-06-30")
    page.locator("#as-of").click()
    expect(page.get_by_text("2024年6月")).to_be_visible()
    page.locator("table button:visible", has_text=re.compile("^3$")).first.click()
    page.wait_for_url("**as_of=2024-06-03**")
    expect(page.locator(".subtitle")).to_contain_text("2024-06-03")
    page.locator(".as-of-slot button[aria-label='回到最新']").click()
    page.wait_for_url(re.compile(r"/$"))


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("jss", "/region/320000"),
        ("Jiangsu", "/region/320000"),
        ("参保率", "/indicator/enrolment_rate"),
        ("grwszc", "/indicator/out_of_pocket_share"),
    ],
)
def test_the_search_finds_by_character_name_and_pinyin(opened: Open, typed: str, path: str) -> None:
    page = opened("/")
    box = page.get_by_placeholder("查找指标或地区")
    box.click()
    box.press_sequentially(typed)
    expect(page.get_by_role("option")).to_have_count(2)  # the one, and the search over everything
    box.press("Enter")
    page.wait_for_url(f"**{path}")


def test_the_theme_is_chosen_and_kept(opened: Open) -> None:
    page = opened("/", color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="深色").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    settled(page)
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == "dark"
    page.get_by_role("button", name="跟随系统").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light


def test_a_chart_wears_the_theme(opened: Open) -> None:
    lines = []
    for scheme in ("light", "dark"):
        page = opened("/indicator/out_of_pocket_share", color_scheme=scheme)
        line = page.locator(".scatterlayer .trace:last-child path.js-line").first
        line.wait_for(state="attached")
        lines.append(line.evaluate("(e) => getComputedStyle(e).stroke"))
    assert lines == ["rgb(20, 32, 46)", "rgb(233, 238, 243)"]


def test_the_keyboard_alone_suffices(opened: Open) -> None:
    page = opened("/indicator/enrolment_rate")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    number = page.locator(".periods-card a.why").first
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/explain/enrolment_rate/**")
    expect(page.locator("main")).to_be_focused()
    page.go_back()
    page.wait_for_url(re.compile(r"/indicator/enrolment_rate(#main)?$"))
    tile = page.locator("a.tile").first
    tile.focus()
    assert tile.evaluate("(e) => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/region/*")
    expect(page.locator("main")).to_be_focused()


def test_the_link_is_copied_with_its_language(opened: Open) -> None:
    page = opened("/?as_of=2024-06-30", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("?as_of=2024-06-30&lang=zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_overview_is_one_sheet_of_paper(opened: Open, language: str) -> None:
    page = opened(f"/?lang={language}", color_scheme="dark")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )


def test_names_that_would_be_markup_stay_text(opened: Open) -> None:
    page = opened("/indicator/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E?period=2023")
    expect(page.locator(".problem")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator(".problem img").count() == 0


def test_where_no_answer_comes_the_server_is_asked_for_the_page(opened: Open) -> None:
    page = opened("/region/110000")
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=503, body=""))
    page.locator(".crumbs a").first.click()
    expect(page.locator("#first-paint h1")).to_contain_text("15 项主要指标", timeout=15_000)
