"""Pages: how soon they can be used in a browser, and what their callbacks cost while eight people click.

The server is `monitor serve`'s own, in a process of its own on loopback; browser and clickers share the machine with
it. Everything is on the demonstration's store; the callbacks also on one of 16 million synthetic observations.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.store.tokens import make_token

from .clicks import SECONDS, Click, Clickers, accept_in_turn, sign_in
from .rush import quantile
from .store16m import MONTHS, make_store

ROUNDS = 5
HELLO = "a Dash app of one sentence"
# page → its address, and the seconds within which it is to be usable
PAGES: Mapping[str, tuple[str, float]] = {
    "overview": ("/", 1.0),
    "indicator (chart)": ("/indicator/enrolment_rate", 1.8),
    "region": ("/region/510000", 1.8),
    "explain": ("/explain/enrolment_rate/510000/2024", 1.8),
    "compare": ("/compare", 1.8),
    "history": ("/history/drg_dip_payment_share/510000/2025", 1.8),
    "matrix (grid)": ("/matrix", 2.4),
    "reporting (grid)": ("/reporting", 2.4),
    "quality": ("/quality", 1.8),
    "catalogue": ("/catalogue", 1.8),
    "method": ("/method", 1.8),
    "search": ("/search?q=yb", 1.8),
    "wall": ("/wall", 1.8),
}
OVERVIEW_SCRIPT_BYTES = 600_000
DEMO_P95, BIG_P95 = 0.100, 0.150
_CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
# notes when the page is what its address says and every chart on it is drawn
_WATCH = """
(() => {
  const drawn = (chart) => chart.querySelector(".main-svg");
  const isReady = () => document.querySelector("html[data-ready], #hello") &&
    [...document.querySelectorAll(".dash-graph")].every(drawn);
  const observer = new MutationObserver(() => {
    if (!isReady()) return;
    observer.disconnect();
    document.documentElement.dataset.usable = performance.now();
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
})();
"""


@dataclass(frozen=True)
class Loaded:
    """One page opened with nothing in the browser's cache. Seconds; bytes as they came over the wire."""

    ready: float
    first_paint: float
    script_bytes: int
    requests: int
    hosts: frozenset[str]


@dataclass(frozen=True)
class Clicked:
    """Callbacks of one store. `accepted`: the seconds each acceptance meanwhile took."""

    clicks: tuple[Click, ...]
    accepted: tuple[float, ...]
    observations: int
    peak_megabytes: float

    @property
    def p95(self) -> float:
        return quantile([one.in_server for one in self.clicks], 95)

    @property
    def faults(self) -> int:
        return sum(not one.is_good for one in self.clicks)


@dataclass(frozen=True)
class Result:
    """`loaded`: of each page and of the reference, its rounds; None without a browser."""

    loaded: Mapping[str, tuple[Loaded, ...]] | None
    demo: Clicked
    big: Clicked
    load: float

    @property
    def holds(self) -> bool:
        good = self.demo.p95 < DEMO_P95 and self.big.p95 < BIG_P95 and self.demo.faults == self.big.faults == 0
        if self.loaded is None:
            return good
        in_time = all(_median(self.loaded[page], "ready") < bound for page, (_, bound) in PAGES.items())
        return good and in_time and _median(self.loaded["overview"], "script_bytes") <= OVERVIEW_SCRIPT_BYTES


def run() -> Result:
    load = os.getloadavg()[0]
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    root = catalogues[0].plan.region
    units = [region.code for region in regions.children(root) if region.reporting]
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        path = Path(name) / "demo" / "monitor.duckdb"
        path.parent.mkdir()
        with Store.open(path) as store:
            load_demo(store, catalogues, regions, datetime.now(UTC))
            token = make_token(store, name="reviewer", role="reviewer", regions=None, by="bench")[1]
        with _server(path) as (address, hello, process):
            loaded = _browse(address, hello)
            demo = _click(address, process, catalogues[0], units, today, token)
        path = Path(name) / "big" / "monitor.duckdb"
        path.parent.mkdir()
        observations = make_store(path, catalogues[0], units)
        # its last month is MONTHS after the beginning of 2020: days asked for lie before that
        last = date(2020 + MONTHS // 12, 1, 1)
        with _server(path) as (address, _, process):
            big = _click(address, process, catalogues[0], units, last, None, observations)
    return Result(loaded, demo, big, load)


@contextmanager
def _server(store: Path) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """The addresses of the dashboard and of the reference."""
    command = [sys.executable, "-m", "bench.served", str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address, hello = process.stdout.readline().split()
        try:
            yield address, hello, process
        finally:
            process.terminate()
            process.wait(60)


def _click(
    address: str, process: subprocess.Popen[str], catalogue: Catalogue, units: Sequence[str], today: date,
    token: str | None, observations: int = 0,
) -> Clicked:  # fmt: skip
    until = time.perf_counter() + SECONDS
    with Clickers(address.rstrip("/"), catalogue, units, today) as clickers:
        if token is None:
            time.sleep(SECONDS)
            accepted = []
        else:
            accepted = accept_in_turn(address, token, until)
    return Clicked(tuple(clickers.done), tuple(accepted), observations, _peak_megabytes(process.pid))


def _peak_megabytes(pid: int) -> float:
    """The most memory the process has held; NaN where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _browse(address: str, hello: str) -> dict[str, tuple[Loaded, ...]] | None:
    """Every page in turn, some rounds, so that a busy moment slows page and reference alike."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if chromium is None:
        return None
    found: dict[str, list[Loaded]] = {}
    asked = {HELLO: hello, **{page: address.rstrip("/") + path for page, (path, _) in PAGES.items()}}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_CHROMIUM))
        cookie = sign_in(address)
        for number in range(ROUNDS + 1):
            for page, url in asked.items():
                loaded = _load(browser, url, cookie)
                if number:  # the first round draws the pages
                    found.setdefault(page, []).append(loaded)
        browser.close()
    return {page: tuple(rounds) for page, rounds in found.items()}


def _load(browser: Any, url: str, cookie: str) -> Loaded:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    try:
        page = context.new_page()
        client = context.new_cdp_session(page)
        client.send("Network.enable")
        kinds: dict[str, str] = {}
        sizes: dict[str, int] = {}
        hosts: set[str] = set()

        def received(event: dict[str, Any]) -> None:
            url = urlsplit(event["response"]["url"])
            if url.hostname:  # and no picture written into a style
                kinds[event["requestId"]] = event["type"]
                hosts.add(url.hostname)

        client.on("Network.responseReceived", received)
        client.on(
            "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]})
        )
        page.add_init_script(_WATCH)
        page.goto(url)
        page.wait_for_selector("html[data-usable]", state="attached")
        page.wait_for_load_state("networkidle")
        ready = float(page.get_attribute("html", "data-usable"))
        paint = float(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        scripts = sum(size for number, size in sizes.items() if kinds.get(number) == "Script")
        return Loaded(ready / 1000, paint / 1000, int(scripts), len(kinds), frozenset(hosts))
    finally:
        context.close()


def _median(rounds: Sequence[Loaded], name: str) -> float:
    return float(statistics.median(getattr(one, name) for one in rounds))


def describe(result: Result) -> str:
    """The section of docs/performance.md."""
    demo, big = result.demo, result.big
    return TEXT.format(
        browser=_browser_lines(result.loaded), seconds=SECONDS, load=result.load,
        demo=_click_lines(demo), big=_click_lines(big), observations=big.observations,
        accepted=len(demo.accepted), took=1000 * statistics.median(demo.accepted or (float("nan"),)),
        demo_peak=demo.peak_megabytes, big_peak=big.peak_megabytes, faults=demo.faults + big.faults,
        demo_bound=1000 * DEMO_P95, big_bound=1000 * BIG_P95,
        slowest=", ".join(f"{kind} {1000 * spent:.0f} ms" for kind, spent in _by_kind(demo.clicks)),
    )  # fmt: skip


def _browser_lines(loaded: Mapping[str, tuple[Loaded, ...]] | None) -> str:
    if loaded is None:
        return "There was no chromium or playwright on this machine: the pages were not opened in a browser.\n"
    reference = _median(loaded[HELLO], "ready")
    lines = [
        "| page | usable | against the reference | bound | first paint | scripts | requests |",
        "|---|---|---|---|---|---|---|",
    ]
    for page, rounds in loaded.items():
        ready = _median(rounds, "ready")
        bound = f"< {PAGES[page][1]:.1f} s" if page in PAGES else "reference"
        lines.append(
            f"| {page} | {ready:.2f} s | {ready / reference:.2f} | {bound} | {_median(rounds, 'first_paint'):.2f} s"
            f" | {_median(rounds, 'script_bytes') / 1000:.0f} KB | {_median(rounds, 'requests'):.0f} |"
        )
    hosts = {host for rounds in loaded.values() for one in rounds for host in one.hosts}
    said = (
        f"Hosts asked: {', '.join(sorted(hosts))}. Bound of the overview's scripts: {OVERVIEW_SCRIPT_BYTES // 1000} KB."
    )
    return "\n".join([*lines, "", said, ""])


def _click_lines(clicked: Clicked) -> str:
    firsts = [one for one in clicked.clicks if one.is_first]
    repeats = [one for one in clicked.clicks if not one.is_first]
    named = (("drawn for the first time", firsts), ("repeated", repeats), ("all", list(clicked.clicks)))
    return "\n".join(
        f"| {name} ({len(clicks)}) | {_times([one.in_server for one in clicks])}"
        f" | {_times([one.at_client for one in clicks])} |"
        for name, clicks in named
        if len(clicks) > 1
    )


def _times(times: Sequence[float]) -> str:
    return " | ".join(f"{1000 * one:.0f} ms" for one in (quantile(times, 50), quantile(times, 95), max(times)))


def _by_kind(clicks: Sequence[Click]) -> list[tuple[str, float]]:
    """The median of first draws of each kind of page, slowest first."""
    kinds = {one.kind for one in clicks if one.is_first}
    medians = {k: statistics.median(one.in_server for one in clicks if one.is_first and one.kind == k) for k in kinds}
    return sorted(medians.items(), key=lambda pair: -pair[1])


TITLE = "## Pages\n"
TEXT = """\
## Pages

Every kind of page of the demonstration, opened in chromium at 1440 × 900 with an empty cache; medians of five rounds,
in turn with the reference. Usable: the address's page stands and its charts are drawn (`html[data-ready]`). Scripts are
bytes over the wire.

{browser}
Eight people click for {seconds:.0f} s, each looking at a page for a second on average, over all kinds of page and
slices (period, as-of day, language, region, indicator); seeded. Times of the callbacks, in the server and at the
client.

| the demonstration's store | server: median | p95 | longest | client: median | p95 | longest |
|---|---|---|---|---|---|---|
{demo}

Bound: p95 of all in the server < {demo_bound:.0f} ms. Meanwhile {accepted} submissions were accepted, one every ten
seconds, after each of which nearly every page is drawn anew; an acceptance took {took:.0f} ms (median), for it works
out the scorecard before readers are told of it. Medians of first draws: {slowest}.

| {observations:,} observations | server: median | p95 | longest | client: median | p95 | longest |
|---|---|---|---|---|---|---|
{big}

Bound: p95 of all in the server < {big_bound:.0f} ms. Pages that failed: {faults}. Most memory held by the server:
{demo_peak:.0f} MB with the demonstration, {big_peak:.0f} MB with the large store. Load of the machine when the run
began: {load:.1f}.
"""
