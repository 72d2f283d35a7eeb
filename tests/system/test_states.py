"""What a page does while the next is fetched, and when the server is away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.system.windows import Open, origin, settled

PLACES = "(all) => all.map((one) => one.getBoundingClientRect()).map((box) => [box.x, box.y, box.width, box.height])"


def boxes(page: Page) -> object:
    return page.locator("h1, .count, .card").evaluate_all(PLACES)


def test_a_slow_page_shows_that_it_is_coming_and_nothing_jumps(opened: Open) -> None:
    page = opened("/")

    held: list[Route] = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    before = boxes(page)
    page.locator("table.scorecard tbody a").first.click()
    page.wait_for_selector('#page[data-dash-is-loading="true"]', state="attached")
    expect(page.locator("#page main")).to_have_css("opacity", "0.55")
    assert boxes(page) == before and held
    page.unroute("**/_dash-update-component*")  # which lets go of those held
    page.wait_for_url("**/indicator/*")
    expect(page.locator(".chart-card")).to_be_visible()
    expect(page.locator("#page main")).to_have_css("opacity", "1")


@pytest.mark.parametrize(
    ("language", "said", "again"),
    [("zh", "服务器没有应答", "再试一次"), ("en", "The server does not answer", "Try again")],
)
def test_a_server_that_is_away_is_said_over_the_page_that_stays(
    opened: Open, language: str, said: str, again: str
) -> None:
    page = opened(f"/?lang={language}")
    finding = page.locator("h1").inner_text()
    page.route("**/_dash-update-component*", lambda route: route.fulfill(status=503, body=""))
    page.route("**/healthz", lambda route: route.fulfill(status=503, body=""))
    page.locator("table.scorecard tbody th a").first.click()
    notice = page.locator(".away")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text(said)
    assert page.locator("h1").inner_text() == finding
    page.unroute("**/_dash-update-component*")
    page.unroute("**/healthz")
    page.get_by_role("button", name=again).click()
    page.wait_for_url("**/indicator/*")
    settled(page)
    expect(page.locator(".away")).to_be_hidden()
    expect(page.locator(".chart-card")).to_be_visible()


def test_without_a_network_the_reader_may_stay_and_is_taken_on_when_it_is_back(opened: Open) -> None:
    page = opened("/")
    page.context.set_offline(True)
    page.locator("table.scorecard tbody th a").first.click()
    expect(page.locator(".away")).to_be_visible()
    page.locator("[data-action='stay']").click()
    expect(page.locator(".away")).to_be_hidden()
    assert page.url.endswith("/")
    page.locator("table.scorecard tbody th a").first.click()
    expect(page.locator(".away")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".chart-card")).to_be_visible()
    expect(page.locator(".away")).to_be_hidden()


PRINTED = ("/", "/indicator/out_of_pocket_share", "/region/320000", "/matrix", "/quality", "/reporting")


def test_paper_says_its_moment_and_place_and_shows_no_buttons(opened: Open) -> None:
    page = opened("/?as_of=2025-12-31")
    for path in PRINTED:
        page.emulate_media(media="screen")
        page.goto(f"{origin(page)}{path}?as_of=2025-12-31")
        settled(page)
        page.emulate_media(media="print")
        foot = page.locator(".foot .print-only")
        expect(foot).to_be_visible()
        expect(foot).to_contain_text(f"{path}?as_of=2025-12-31")
        assert "2025-12-31" in page.locator("main").inner_text() + foot.inner_text()
        for hidden in (".take", ".tools", ".downloads", ".rooms", "button"):
            assert page.locator(f"main {hidden}:visible").count() == 0, (path, hidden)
        heads = page.locator("table thead:visible")
        shown = heads.evaluate_all("(all) => [...new Set(all.map((one) => getComputedStyle(one).display))]")
        assert set(shown) <= {"table-header-group"}, path
