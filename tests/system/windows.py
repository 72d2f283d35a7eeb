"""Fresh browser windows on one server, which may ask no other host and break no policy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

Open = Callable[..., Page]
_EXPECTED = re.compile(
    "status of (404|413|503)|Callback error updating|ERR_INTERNET_DISCONNECTED|server did not respond"
)


def settled(page: Page) -> Page:
    page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    return page


def origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


@contextmanager
def opening(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a path in a fresh window; at the end nothing may have been asked of another host or broken the policy."""
    contexts: list[BrowserContext] = []
    said: list[str] = []
    hosts: set[str] = set()

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not _EXPECTED.search(message.text):
            said.append(message.text)

    def open_page(path: str, width: int = 1440, height: int = 900, *, script: bool = True, **options: object) -> Page:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, java_script_enabled=script, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
        page.goto(address + path)
        return settled(page) if script else page

    yield open_page
    for context in contexts:
        context.close()
    assert not said
    assert hosts - {""} <= {urlsplit(address).netloc}
