"""Signing in and out in a browser: what the session's end leads to, what is kept, what is gone, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from monitor.access.actors import Actor
from monitor.access.passwords import one_time_password
from tests.system.test_cycle_pages import JIANGSU, ODD, send
from tests.system.windows import House, Open, opening, origin, settled

CONSOLE = Actor("测试", "console")


@pytest.fixture
def ending(browser: Browser, dashboard: House) -> Iterator[Open]:
    """Windows in which a request may be refused."""
    with opening(browser, dashboard, expected="status of (401|403|422)") as open_page:
        yield open_page


def come_in(page: Page, name: str) -> None:
    page.wait_for_url("**/login?**")
    page.get_by_role("button", name=name).click()


def test_a_link_after_the_end_leads_to_signing_in_and_on_to_its_page(ending: Open, dashboard: House) -> None:
    page = ending("/")
    dashboard.end("planner")
    page.locator("table.scorecard tbody th a").first.click()
    come_in(page, "计划员老王")
    page.wait_for_url("**/indicator/*")
    expect(settled(page).locator(".chart-card")).to_be_visible()
    dashboard.app.access.sessions.end_all(account_of(dashboard, "planner"))
    page.reload()
    expect(page.locator(".notice")).to_contain_text("登录已失效")
    page.goto(f"{origin(page)}/login?lang=en")
    expect(page.locator(".notice")).to_contain_text("You are no longer signed in")


def account_of(house: House, who: str) -> int:
    account = house.app.access.account(f"demo-{who}")
    assert account is not None
    return account.account_id


def test_what_was_typed_before_the_end_is_there_again(ending: Open, dashboard: House, tmp_path: Path) -> None:
    page = ending("/upload", who=JIANGSU)
    draft = send(page, tmp_path, ODD)
    page.fill("#reason", "决算后更正")
    page.locator("textarea.answer").last.fill("口径调整")
    dashboard.end(JIANGSU)
    page.click("#save")
    expect(page.locator(".notice")).to_contain_text("没有送达")
    come_in(page, "江苏填报人")
    page.wait_for_url(f"**{draft}")
    settled(page)
    expect(page.locator("#reason")).to_have_value("决算后更正")
    expect(page.locator("textarea.answer").last).to_have_value("口径调整")
    expect(page.locator(".kept")).to_contain_text("已放回")
    page.locator(".kept button").click()
    expect(page.locator(".kept")).to_be_hidden()
    page.click("#save")
    page.wait_for_url("**said=*")
    settled(page)
    expect(page.locator("textarea.answer").last).to_have_value("口径调整")
    expect(page.locator(".kept")).to_be_hidden()
    assert page.evaluate("sessionStorage.typed") is None


def test_what_one_typed_is_not_shown_to_another(ending: Open, dashboard: House, tmp_path: Path) -> None:
    page = ending("/upload", who=JIANGSU)
    draft = send(page, tmp_path, ODD)
    page.fill("#reason", "只给江苏看")
    dashboard.end(JIANGSU)
    page.click("#save")
    come_in(page, "计划员老王")
    page.wait_for_url(f"**{draft}")
    settled(page)
    assert "只给江苏看" not in page.content() and page.evaluate("sessionStorage.typed") is None


def test_a_file_after_the_end_is_asked_for_again(ending: Open, dashboard: House, tmp_path: Path) -> None:
    page = ending("/upload", who=JIANGSU)
    dashboard.end(JIANGSU)
    file = tmp_path / "late.csv"
    file.write_text(ODD, encoding="utf-8")
    page.set_input_files("#upload-file", file)
    come_in(page, "江苏填报人")
    page.wait_for_url("**/upload")
    settled(page)
    page.set_input_files("#upload-file", file)
    page.wait_for_url("**/draft/*")
    settled(page)


def test_another_role_closes_the_pages_of_the_old_one(ending: Open, dashboard: House) -> None:
    access = dashboard.app.access
    page = ending("/", who="reviewer")
    try:
        access.change(CONSOLE, account_of(dashboard, "reviewer"), role="viewer")
        page.locator(".rooms a[href^='/queue']").click()
        come_in(page, "审核人小李")
        page.wait_for_url("**/queue")
        settled(page)
        expect(page.locator("h1")).to_have_text("您的角色不能看这一页")
        expect(page.locator(".who-role")).to_have_text("领导")
        assert page.locator(".rooms a[href^='/queue']").count() == 0
        page.get_by_role("link", name="我的角色和范围，退出登录").last.click()
        page.wait_for_url("**/me")
        expect(page.locator("h1")).to_contain_text("审核人小李")
    finally:
        access.change(CONSOLE, account_of(dashboard, "reviewer"), role="reviewer")


def test_nothing_is_left_after_signing_out(opened: Open, dashboard: House) -> None:
    page = opened("/indicator/enrolment_rate", who="viewer")
    finding = page.locator("h1").inner_text()
    page.locator(".who").click()
    page.wait_for_url("**/me")
    page.click("#sign-out")
    page.wait_for_url("**/login")
    for _ in range(2):
        page.go_back()
        page.wait_for_load_state()
        assert "/login" in page.url and finding not in page.content()
    assert not [one for one in page.context.cookies() if one["name"] == dashboard.app.cookies.name]  # type: ignore[typeddict-item]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(ending: Open, scheme: str) -> None:
    for width, language in ((1440, "zh"), (1440, "en"), (390, "zh"), (390, "en")):
        page = ending("/login", width, who=None, color_scheme=scheme, bypass_csp=True)
        for who, path in ((None, "/login"), ("viewer", "/me"), ("viewer", "/upload"), ("operator", "/me")):
            if who is not None:
                assert page.request.post(f"{origin(page)}/login/demo", form={"who": f"demo-{who}"}).ok
            page.goto(f"{origin(page)}{path}?lang={language}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            if who is not None:
                expect(settled(page).locator(".who-role")).to_be_visible()
            found = Axe().run(page).response["violations"]
            assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]


def test_the_keyboard_alone_signs_in_and_the_theme_needs_no_script(opened: Open) -> None:
    page = opened("/login", script=False, who=None, color_scheme="light")
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": page.url}])
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", "rgb(14, 20, 27)")
    expect(page.locator(".person").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("计划员老王")


def test_a_one_time_password_leads_to_ones_own(ending: Open, dashboard: House) -> None:
    login = f"new-{one_time_password()[:6].lower().strip('-')}"
    made, once = dashboard.app.access.add(
        CONSOLE, login=login, name=f"新人 {login}", role="viewer", scope=account_scope(dashboard)
    )
    page = ending("/login?next=/matrix", who=None)
    page.fill("#login", made.login)
    page.fill("#password", once or "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/password")
    page.goto(f"{origin(page)}/matrix")  # nothing else is open before
    page.wait_for_url("**/login/password")
    expect(page.locator("#old")).to_be_focused()
    assert not Axe().run(page).response["violations"]
    page.fill("#old", once or "")
    for field in ("#new", "#again"):
        page.fill(field, f"{once}, und mein eigenes")
    page.click("#choose")
    page.wait_for_url(re.compile(r":\d+/$"))
    expect(settled(page).locator(".who")).to_contain_text(f"新人 {login}")


def account_scope(house: House) -> object:
    account = house.app.access.account("demo-viewer")
    assert account is not None
    return account.scope
