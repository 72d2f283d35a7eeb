"""`python -m bench.tree`: what the page of the tree costs with 3,200 regions, on the demonstration of the whole tree.

Prints processor seconds of this process (the machine may be busy), bytes and elements: of loading the regions file,
of the whole tree's answer, of pages first and again, of a window of rows, of the table as a file; and the seconds
until a browser can use the page, where chromium is there.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright
from waitress.server import create_server

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.counties import load_counties
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app

PAGES = (
    "/tree?period=2025", "/tree?period=2025&level=prefecture", "/tree?period=2025&level=county",
    "/tree?period=2025&level=county&indicator=drug_platform_share", "/tree?period=2025&q=gzl",
    "/rows/tree?period=2025&level=county&first=1400&after=1500",
    "/table/tree.csv/tree?period=2025&level=county&rows=all",
    "/reporting", "/upload", "/rounds",
)  # fmt: skip
ROUNDS = 5
_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def main() -> None:
    path = find_shipped("data/regions-full.csv")
    seconds = min(_spent(lambda: load_regions(path)) for _ in range(ROUNDS))
    print(f"regions file read and checked: {seconds:.3f} s")
    regions = load_regions(path)
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        with Store.open(folder / "m.duckdb") as store:
            started = time.perf_counter()
            load_demo(store, catalogues, regions, datetime.now(UTC))
            desk = Desk(store, catalogues, regions, MethodSettings())
            rows = load_counties(desk, folder)
            print(f"demonstration with {rows:,} rows of counties: {time.perf_counter() - started:.1f} s on the clock")
            for turn in ("first", "again without what was kept"):
                if turn != "first":
                    desk.forget()
                print(f"whole tree of 2025, {turn}: {_spent(lambda: desk.whole_tree(period='2025')):.2f} s")
            app = create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True)
            _asked(app)
            _opened(app)


def _spent(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _asked(app: MonitorApp) -> None:
    client = app.server.test_client()
    client.post("/login/demo", data={"who": "demo-planner", "next": "/tree"})
    print("page: processor seconds first, again; kilobytes; elements")
    for address in PAGES:
        first, again = _spent(lambda at=address: client.get(at)), _spent(lambda at=address: client.get(at))
        text = client.get(address).get_data(as_text=True).partition('id="react-entry-point"')[0]
        size = len(text.encode()) / 1000
        print(f"{address}: {first:.3f} s, {again:.3f} s; {size:.0f} kB; {text.count('</'):,}")


def _opened(app: MonitorApp) -> None:
    """Seconds on the clock from the address to a page that can be used, and how many elements it has then."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("no chromium: nothing opened")
        return
    server = create_server(app.server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    origin = f"http://127.0.0.1:{server.effective_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_CHROMIUM)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.request.post(f"{origin}/login/demo", form={"who": "demo-planner"}, max_redirects=0)
        for address in PAGES[:4]:
            taken = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                page.goto(origin + address)
                page.wait_for_selector("html[data-ready]", state="attached", timeout=120_000)
                taken.append(time.perf_counter() - started)
            elements = page.evaluate("document.querySelectorAll('*').length")
            print(f"{address} usable in a browser: {sorted(taken)[ROUNDS // 2]:.2f} s (median), {elements:,} elements")
        browser.close()
    server.close()


if __name__ == "__main__":
    main()
