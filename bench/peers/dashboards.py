"""c) Pages and what they ask for: our dashboard beside Apache Superset on a copy of the same DuckDB file."""

from __future__ import annotations

import gzip
import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.clicks import sign_in
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .browse import CHROMIUM, Opened, Page, median, open_page
from .contest import ContestError, milliseconds
from .superset import LINE, PIVOT, USER, Running, superset

TITLE = "### c) Pages and callbacks"
YEAR, INDICATOR = "2024", "enrolment_rate"
# our page's own mark that it stands, and what it is for
_STANDS = "document.querySelector('html[data-ready]')"
_OURS = {
    "/": f"return {_STANDS} && document.querySelectorAll('main a[href*=\"/indicator/\"]').length >= 15",
    f"/indicator/{INDICATOR}": f"return {_STANDS} && document.querySelector('.dash-graph .main-svg')",
    "/matrix": f"return {_STANDS} && document.querySelectorAll('main td').length > 300",
}
_PIVOT_DRAWN = "document.querySelectorAll('.pvtVal').length > 300"
_LINE_DRAWN = "document.querySelector('[_echarts_instance_] canvas')"
# what our page shows → what of Superset's shows the same
PAGES: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "overview · table and chart": ("/", (PIVOT, LINE), f"return {_PIVOT_DRAWN} && {_LINE_DRAWN}"),
    "indicator · chart": (f"/indicator/{INDICATOR}", (LINE,), f"return {_LINE_DRAWN}"),
    "matrix · table": ("/matrix", (PIVOT,), f"return {_PIVOT_DRAWN}"),
}
_CALLBACKS = {"matrix · table": ("/matrix", PIVOT), "indicator · chart": (f"/indicator/{INDICATOR}", LINE)}

_ABOUT = f"""\
{TITLE}

The demonstration's store: `monitor serve` beside Apache Superset {{version}} (gunicorn, one process of 8 threads as
ours; SQLite for its own records, its answers kept in memory) on a copy of the same DuckDB file, read-only through
duckdb-engine. Superset's dashboards show the figures in force of a virtual dataset: a pivot table of regions and
indicators, and a line chart of one indicator by region. Ours show, besides, classes, gaps, reasons and the way to
each figure's source; Superset's can be put together by anyone with a mouse. Usable: all charts and tables stand.
"""
_FIGURES = """\
Our callback brings the page drawn, with its words and classes; Superset's the chart's rows as JSON, which its
scripts draw. Anew: ours as of another day each time, Superset's with its cache passed over. Of {told} figures that
Superset's table gives, {same} are those of our scorecard; its dataset takes the latest accepted figure of a period in
the unit in which it was sent, and knows neither preferred vintages nor sums of regions."""


@dataclass(frozen=True)
class Answered:
    """Medians of what one callback took at the client, in seconds, and its bytes over the wire (gzip where offered)."""

    anew: float
    again: float
    bytes: int


@dataclass(frozen=True)
class Result:
    """`cold`, `warm`: by page, ours and Superset's; None without a browser. `callbacks`: likewise."""

    cold: Mapping[str, tuple[Opened, Opened]] | None
    warm: Mapping[str, tuple[Opened, Opened]] | None
    callbacks: Mapping[str, tuple[Answered, Answered]]
    figures: tuple[int, int]
    version: str


def run(rounds: int) -> Result:
    """`rounds` of each page cold and warm, ours and Superset's in turn; ten times as many callbacks."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with tempfile.TemporaryDirectory(prefix="monitor-peers-") as name, ExitStack() as stack:
        ours, theirs = Path(name) / "demo" / "monitor.duckdb", Path(name) / "superset.duckdb"
        ours.parent.mkdir()
        with Store.open(ours) as store:
            load_demo(store, catalogues, regions, datetime.now(UTC))
        shutil.copy(ours, theirs)
        main = [one.id for one in catalogues[0].indicators if not one.is_context]
        running = stack.enter_context(superset(theirs, YEAR, main, INDICATOR))
        address = stack.enter_context(_served(ours))
        callbacks = {name: _callbacks(address, running, *asked, 10 * rounds) for name, asked in _CALLBACKS.items()}
        opened = _browse(address, running, rounds)
        figures = _same_figures(theirs, running)
    cold, warm = opened or (None, None)
    return Result(cold, warm, callbacks, figures, running.version)


@contextmanager
def _served(store: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.served", str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[0].rstrip("/")
        finally:
            process.terminate()
            process.wait(60)


def _browse(
    address: str, running: Running, rounds: int
) -> tuple[dict[str, tuple[Opened, Opened]], dict[str, tuple[Opened, Opened]]] | None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    found: dict[tuple[str, str, bool], list[Opened]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        people = {"ours": _signed_in_here(address), "theirs": _signed_in_there(browser, running)}
        for _ in range(rounds):
            for name, (path, charts, ready) in PAGES.items():
                pages = {
                    "ours": Page(name, address + path, _OURS[path]),
                    "theirs": Page(name, running.api.address + running.dashboards[charts], ready),
                }
                for who, page in pages.items():
                    context = browser.new_context(viewport={"width": 1440, "height": 1800}, storage_state=people[who])
                    for is_warm in (False, True):
                        opened = open_page(context, page)
                        found.setdefault((name, who, is_warm), []).append(opened)
                    context.close()
        browser.close()
    cold, warm = (
        {name: (median(found[name, "ours", is_warm]), median(found[name, "theirs", is_warm])) for name in PAGES}
        for is_warm in (False, True)
    )
    return cold, warm


def _signed_in_here(address: str) -> dict[str, Any]:
    name, _, value = sign_in(address).partition("=")
    host = str(urlsplit(address).hostname)
    cookie = {"name": name, "value": value, "domain": host, "path": "/", "expires": -1, "httpOnly": True,
              "secure": False, "sameSite": "Lax"}  # fmt: skip
    return {"cookies": [cookie], "origins": []}


def _signed_in_there(browser: Any, running: Running) -> dict[str, Any]:
    """By Superset's own form; what its pages keep in the browser stays behind, so that a cold page is cold."""
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{running.api.address}/login/", timeout=120_000)
    tab.fill("input[type=text]", USER)
    tab.fill("input[type=password]", running.password)
    tab.press("input[type=password]", "Enter")
    tab.wait_for_url(lambda url: "/login" not in url, timeout=120_000)
    state: dict[str, Any] = {"cookies": context.cookies(), "origins": []}
    context.close()
    return state


def _callbacks(address: str, running: Running, path: str, chart: str, rounds: int) -> tuple[Answered, Answered]:
    """Each as its browser asks: worked out anew (ours: as of another day each time; theirs: forced), and again."""
    ours, theirs = _Asker(address, sign_in(address)), _Asker(running.api.address, "", running.api.headers)
    today = datetime.now(UTC).date()

    def ask_ours(day: int | None) -> tuple[float, int]:
        search = "" if day is None else f"?as_of={today - timedelta(days=7 + 3 * day)}"
        return ours("/_dash-update-component", _page_callback(path, search))

    def ask_theirs(day: int | None) -> tuple[float, int]:
        return theirs("/api/v1/chart/data", {**running.questions[chart], "force": day is not None})

    asked: dict[Callable[[int | None], tuple[float, int]], tuple[list[float], list[float], list[int]]] = {
        ask_ours: ([], [], []), ask_theirs: ([], [], []),
    }  # fmt: skip
    for number in range(rounds + 1):
        for ask, (anew, again, sizes) in asked.items():
            first, size = ask(number)
            ask(None)
            repeated, _ = ask(None)
            if number:
                anew.append(first)
                again.append(repeated)
                sizes.append(size)
    ours.close()
    theirs.close()
    medians = [
        Answered(statistics.median(anew), statistics.median(again), round(statistics.median(sizes)))
        for anew, again, sizes in asked.values()
    ]
    return medians[0], medians[1]


def _page_callback(path: str, search: str) -> dict[str, Any]:
    """What our browser posts when an address is opened."""
    return {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": search},
        ],
        "changedPropIds": ["address.pathname", "address.search"],
    }


class _Asker:
    """One connection that is kept; posts JSON and takes gzip."""

    def __init__(self, address: str, cookie: str, headers: Mapping[str, str] | None = None) -> None:
        host = urlsplit(address)
        self._connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=120)
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip", **(headers or {})}
        if cookie:
            self._headers["Cookie"] = cookie

    def __call__(self, path: str, content: object) -> tuple[float, int]:
        """Seconds, and the bytes of the body as it came."""
        started = time.perf_counter()
        self._connection.request("POST", path, json.dumps(content), self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        spent = time.perf_counter() - started
        if answer.status != 200 or "failed" in (answer.getheader("Server-Timing") or ""):
            plain = gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body
            raise ContestError(f"{path} answered {answer.status}: {plain[:300]!r}")
        return spent, len(body)

    def close(self) -> None:
        self._connection.close()


def _same_figures(copy: Path, running: Running) -> tuple[int, int]:
    """How many of the matrix's figures Superset's chart gives as our scorecard does, and how many it gives."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with tempfile.TemporaryDirectory(prefix="monitor-peers-") as name:
        copied = Path(name) / "monitor.duckdb"
        shutil.copy(copy, copied)
        with Store.open(copied) as store:
            frame = Desk(store, catalogues, regions, MethodSettings()).scorecard(period=YEAR).frame
    own = {(row["indicator_id"], row["region_code"]): row["value"] for row in frame.to_dict("records")}
    told = running.api("POST", "chart/data", running.questions[PIVOT])["result"][0]["data"]
    known = [row for row in told if (row["indicator_id"], row["region_code"]) in own]
    same = sum(abs(row["figure"] - own[row["indicator_id"], row["region_code"]]) <= 1e-9 for row in known)
    return same, len(known)


def describe(result: Result) -> str:
    same, told = result.figures
    lines = [_ABOUT.format(version=result.version)]
    if result.cold is None or result.warm is None:
        lines.append("There was no chromium or playwright on this machine: the pages were not opened in a browser.")
    else:
        lines += [
            "| page, ours · Superset's | cache | usable: ours | Superset | ratio | requests | over the wire |",
            "|---|---|---|---|---|---|---|",
            *(_page_line(name, "cold", *pair) for name, pair in result.cold.items()),
            *(_page_line(name, "warm", *pair) for name, pair in result.warm.items()),
        ]
    lines += [
        "", "| callback | anew: ours | Superset | ratio | again: ours | Superset | ratio | bytes: ours | Superset |",
        "|---|---|---|---|---|---|---|---|---|",
        *(f"| {name} | {milliseconds(own.anew)} | {milliseconds(peer.anew)} | {peer.anew / own.anew:.1f}"
          f" | {milliseconds(own.again)} | {milliseconds(peer.again)} | {peer.again / own.again:.1f}"
          f" | {own.bytes:,} | {peer.bytes:,} |" for name, (own, peer) in result.callbacks.items()),
        "", _FIGURES.format(told=told, same=same),
    ]  # fmt: skip
    return "\n".join(lines)


def _page_line(name: str, cache: str, own: Opened, peer: Opened) -> str:
    return (
        f"| {name} | {cache} | {own.ready:.2f} s | {peer.ready:.2f} s | {peer.ready / own.ready:.1f}"
        f" | {own.requests} · {peer.requests} | {own.bytes / 1000:,.0f} KB · {peer.bytes / 1000:,.0f} KB |"
    )


def wins(result: Result) -> list[tuple[str, str]]:
    """Where Superset is ahead of us: (who, how)."""
    told = []
    for name, (own, peer) in result.callbacks.items():
        if peer.anew < own.anew:
            told.append(("Apache Superset", f"{name}: worked out anew {own.anew / peer.anew:.1f} times as fast"))
        if peer.again < own.again:
            told.append(("Apache Superset", f"{name}: answered again {own.again / peer.again:.1f} times as fast"))
        if peer.bytes < own.bytes:
            told.append(("Apache Superset", f"{name}: {peer.bytes:,} bytes a callback, ours {own.bytes:,}"))
    for cache, pages in (("cold", result.cold or {}), ("warm", result.warm or {})):
        for name, (mine, theirs) in pages.items():
            if theirs.ready < mine.ready:
                told.append(
                    ("Apache Superset", f"{name}: usable {mine.ready / theirs.ready:.1f} times as soon, {cache}")
                )
    return told
