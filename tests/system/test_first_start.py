"""From an empty folder to a planner at work: the first operator's one-time password, accounts, both led through."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .windows import settled, watched

OWN = "one two three, my own"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of `monitor serve` over nothing, and the file with the first password."""
    folder = tmp_path_factory.mktemp("first")
    environment = {"MONITOR_PLAIN_HTTP": "true", "MONITOR_LANGUAGE": "en", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    server = subprocess.Popen(
        [sys.executable, "-m", "monitor", "serve", "--port", "0"], cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None and server.stderr is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        said = re.search(r"operator with the one-time password in (\S+),", server.stderr.readline())
        assert address is not None and said is not None
        yield address[0], folder / said[1]
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)


def sign_in(page: Page, login: str, password: str) -> None:
    """With a one-time password, which leads to choosing one's own."""
    expect(page.locator("#login")).to_be_focused()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/password")
    expect(page.locator(".subtitle")).to_contain_text("一次性密码")
    expect(page.locator("#old")).to_be_focused()
    for text in (password, OWN, OWN):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    settled(page)


def test_the_first_operator_makes_a_planner_who_works(browser: Browser, served: tuple[str, Path]) -> None:
    address, file = served
    assert file.stat().st_mode & 0o777 == 0o600
    login, once = file.read_text(encoding="utf-8").split()
    first, second = (browser.new_context(viewport={"width": 1440, "height": 900}) for _ in range(2))
    with watched(first, second, address=address):
        page = first.new_page()
        page.goto(address)
        sign_in(page, login, once)
        expect(page.locator(".who")).to_contain_text("系统管理员")
        assert page.url == f"{address}/status"
        page.click(".rooms a[href^='/accounts']")
        page.fill("#add-form input[name=login]", "wang")
        page.fill("#add-form input[name=name]", "王计划")
        page.check("#add-form input[name=role][value=planner]")
        page.click("#add")
        password = page.locator("#secret").inner_text()

        planner = second.new_page()
        planner.goto(f"{address}/method")
        sign_in(planner, "wang", password)
        expect(planner.locator(".who")).to_contain_text("王计划")
        assert {"/upload", "/queue"} <= set(
            planner.locator(".rooms a").evaluate_all("(all) => all.map((a) => a.pathname)")
        )
        planner.locator(".rooms a[href^='/upload']").click()
        planner.wait_for_url("**/upload")
        expect(planner.locator("#upload-form")).to_be_visible()
    for context in (first, second):
        context.close()
