"""One page opened in chromium: when it can be used, how many requests it made, and what came over the wire."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_LONGEST = 120_000
# notes when what the page is for stands in it; __READY__ is an expression
_WATCH = """
(() => {
  const isReady = () => { __READY__ };
  const look = () => {
    if (!isReady()) { requestAnimationFrame(look); return; }
    document.documentElement.dataset.usable = performance.now();
  };
  requestAnimationFrame(look);
})();
"""


@dataclass(frozen=True)
class Page:
    """`ready`: a JavaScript function's body, true when the page shows what it is for; `url` with its host."""

    name: str
    url: str
    ready: str


@dataclass(frozen=True)
class Opened:
    """Seconds until usable; bytes as they came over the wire, with their headers."""

    ready: float
    requests: int
    bytes: int


def open_page(context: Any, page: Page) -> Opened:
    """In a new tab of the context: cold in a new context, warm in one that has opened it before."""
    tab = context.new_page()
    try:
        client = context.new_cdp_session(tab)
        client.send("Network.enable")
        asked: set[str] = set()
        sizes: dict[str, float] = {}

        def received(event: dict[str, Any]) -> None:
            if urlsplit(event["response"]["url"]).hostname:  # and no picture written into a style
                asked.add(event["requestId"])

        def loaded(event: dict[str, Any]) -> None:
            sizes[event["requestId"]] = event["encodedDataLength"]

        client.on("Network.responseReceived", received)
        client.on("Network.loadingFinished", loaded)
        tab.add_init_script(_WATCH.replace("__READY__", page.ready))
        tab.goto(page.url, timeout=_LONGEST)
        tab.wait_for_selector("html[data-usable]", state="attached", timeout=_LONGEST)
        tab.wait_for_load_state("networkidle", timeout=_LONGEST)
        ready = float(tab.get_attribute("html", "data-usable"))
        return Opened(ready / 1000, len(asked), int(sum(sizes.get(number, 0) for number in asked)))
    finally:
        tab.close()


def median(rounds: Sequence[Opened]) -> Opened:
    """Of each measure by itself."""
    return Opened(
        statistics.median(one.ready for one in rounds),
        round(statistics.median(one.requests for one in rounds)),
        round(statistics.median(one.bytes for one in rounds)),
    )
