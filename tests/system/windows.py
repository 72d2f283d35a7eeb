"""Fresh browser windows on one server, which may ask no other host, break no policy and report no fault."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from waitress.server import create_server

from monitor.web.app import MonitorApp

Open = Callable[..., Page]
_EXPECTED = re.compile(
    "status of (404|413|503)|Callback error updating|ERR_INTERNET_DISCONNECTED|server did not respond"
)


@dataclass
class House:
    """A dashboard that listens at `address`, with the accounts of the demonstration."""

    address: str
    app: MonitorApp
    _kept: dict[str, str] = field(default_factory=dict)

    def session(self, who: str) -> str:
        """The id of a session of a demonstration's account, by its login without `demo-`; one while it is good."""
        kept = self._kept.get(who)
        if kept is None or self.app.access.known(kept) is None:
            account = self.app.access.account(f"demo-{who}")
            assert account is not None, who
            kept = self._kept[who] = self.app.access.sessions.open(account.account_id, "demo")
        return kept

    def end(self, who: str) -> None:
        """End every session of an account, as a restart or an operator does."""
        account = self.app.access.account(f"demo-{who}")
        assert account is not None, who
        assert self.app.access.sessions.end_all(account.account_id)

    def let_in(self, context: BrowserContext, who: str) -> None:
        """Put the session's cookie into a browser."""
        context.add_cookies([{"name": self.app.cookies.name, "value": self.session(who), "url": self.address}])


@contextmanager
def serving(app: MonitorApp) -> Iterator[House]:
    """The app on a port of this machine; made with `plain_http` and `demo`."""
    server = create_server(app.server, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield House(f"http://127.0.0.1:{server.effective_port}", app)
    server.close()
    thread.join(timeout=10)


def settled(page: Page) -> Page:
    page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    return page


def origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def in_turn(open_page: Open, paths: Sequence[str], *size: int, **options: Any) -> Iterator[tuple[str, Page]]:
    """Each path and its window: one window for all of them, which is less than half the work of fresh ones."""
    page = open_page(paths[0], *size, **options)
    yield paths[0], page
    for path in paths[1:]:
        page.goto(origin(page) + path)
        yield path, settled(page)


def act_as(page: Page, who: str, path: str) -> Page:
    """Sign in as another of the demonstration's people, by its door, and open a path."""
    answer = page.request.post(f"{origin(page)}/login/demo", form={"who": f"demo-{who}"}, max_redirects=0)
    assert answer.status == 303, answer.text()
    page.goto(origin(page) + path)
    return settled(page)


@contextmanager
def watched(*contexts: BrowserContext, address: str, expected: str = "") -> Iterator[Callable[[BrowserContext], None]]:
    """While windows of these contexts, and of those given to the function, are open: at the end nothing may have been
    asked of another host, broken the policy, or been reported as a fault but what `expected` matches."""
    said: list[str] = []
    hosts: set[str] = set()

    def heard(message: ConsoleMessage) -> None:
        is_expected = _EXPECTED.search(message.text) or (expected and re.search(expected, message.text))
        if message.type == "error" and not is_expected:
            said.append(f"{message.text} {message.location.get('url', '')}")

    def watch(context: BrowserContext) -> None:
        context.on("console", heard)
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))

    for context in contexts:
        watch(context)
    yield watch
    assert not said, said
    assert hosts - {""} <= {urlsplit(address).netloc}


@contextmanager
def opening(browser: Browser, house: House, expected: str = "") -> Iterator[Open]:
    """Opens a path in a fresh window of somebody, a planner if nothing is said; `who=None`: of nobody."""
    contexts: list[BrowserContext] = []
    with watched(address=house.address, expected=expected) as watch:

        def open_page(
            path: str, width: int = 1440, height: int = 900, *, script: bool = True, who: str | None = "planner",
            **options: Any,
        ) -> Page:  # fmt: skip
            size = {"width": width, "height": height}
            context = browser.new_context(viewport=size, java_script_enabled=script, **options)  # type: ignore[arg-type]
            contexts.append(context)
            watch(context)
            if who is not None:
                house.let_in(context, who)
            page = context.new_page()
            page.goto(house.address + path)
            return settled(page) if script and who is not None else page

        yield open_page
        for context in contexts:
            context.close()
