"""Pictures of the pages for docs/: `make pictures`. Each is looked at before it is committed.

The demonstration's store, this moment's clock; both languages, both themes, narrow, wall and paper among them.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright
from waitress.server import create_server

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.around import load_around
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
QUALITY = 70
TALLEST = 2000  # of a long page its beginning says enough
PAPER_WIDTH = 1047  # A4 landscape less its margins, at 96 dots an inch


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    width: int = 1440
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    on_paper: bool = False
    who: str | None = "demo-planner"


DRG, OUT = "drg_dip_payment_share", "out_of_pocket_share"
PICTURES = (
    Picture("login", "/login?lang=zh", who=None),
    Picture("login-en-narrow", "/login?lang=en", 390, 844, scheme="dark", who=None),
    Picture("me", "/me?lang=zh", who="demo-reviewer-benefits"),
    Picture("overview", "/?lang=zh"),
    Picture("overview-en", "/?lang=en"),
    Picture("overview-en-dark", "/?lang=en", scheme="dark"),
    Picture("overview-narrow", "/?lang=zh", 390, 844),
    Picture("overview-paper", "/?lang=zh", PAPER_WIDTH, 720, on_paper=True),
    Picture("indicator", f"/indicator/{DRG}?lang=zh"),
    Picture("indicator-en-dark", f"/indicator/{OUT}?period=2023&lang=en", scheme="dark"),
    Picture("indicator-narrow", f"/indicator/{DRG}?lang=zh", 390, 844),
    Picture("region", "/region/510000?with=330000,440000&lang=zh"),
    Picture("matrix", "/matrix?lang=zh"),
    Picture("matrix-en-dark", "/matrix?show=gap&sort=lag&lang=en", scheme="dark"),
    Picture("explain", f"/explain/{DRG}/000000/2025?lang=zh"),
    Picture("quality", "/quality?lang=zh"),
    Picture("compare-periods", "/compare?kind=periods&lang=zh"),
    Picture("compare-regions", "/compare?kind=regions&lang=en"),
    Picture("catalogue", f"/catalogue/{OUT}?lang=zh"),
    Picture("method", "/method?lang=en"),
    Picture("search", "/search?q=cbl&lang=zh"),
    Picture("wall", "/wall?lang=zh", 1920, 1080),
    Picture("reporting", "/reporting?lang=zh"),
    Picture("round", "/rounds/2025-final?lang=zh"),
    Picture("tasks", "/tasks?lang=zh"),
    Picture("levels", "/levels?lang=en"),
    Picture("supervision", "/supervision/2026-001?lang=zh"),
    Picture("budget", "/budget/2020-system?lang=zh"),
    Picture("pooling", "/pooling?lang=zh"),
    Picture("duties", "/duties?lang=zh"),
    Picture("empty", "/?as_of=2020-01-01&lang=zh"),
    Picture("not-there", "/indicator/nothing?lang=en"),
)


def main(names: list[str]) -> None:
    """The pictures named, or all of them. Raises playwright's errors when a page does not come."""
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser_path is None:
        sys.exit("pictures need chromium: apt-get install chromium fonts-noto-cjk")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        address = _serve(Path(folder))
        browser = play.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        for picture in PICTURES:
            if not names or picture.name in names:
                _take(browser, address, picture)
        browser.close()


def _serve(folder: Path) -> str:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    store = Store.open(folder / "demo.duckdb")
    load_demo(store, catalogues, regions, datetime.now(UTC))
    desk = Desk(store, catalogues, regions, MethodSettings())
    load_around(desk)
    app = create_app(desk, secret_key=b"k" * 32, plain_http=True, demo=True)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(app.server, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}"


def _take(browser: Browser, address: str, picture: Picture) -> None:
    size = {"width": picture.width, "height": picture.height}
    context = browser.new_context(viewport=size, color_scheme=picture.scheme)  # type: ignore[arg-type]
    if picture.who is not None:
        context.request.post(f"{address}/login/demo", form={"who": picture.who})
    page = context.new_page()
    page.goto(address + picture.path)
    if picture.who is not None:
        page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_timeout(900)  # charts fade in
    if picture.on_paper:  # as a black and white printer shows it
        page.emulate_media(media="print")
        page.add_style_tag(content="html { filter: grayscale(1); }")
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    shown = {"x": 0, "y": 0, "width": picture.width, "height": min(tall, TALLEST)}
    page.screenshot(path=FOLDER / f"{picture.name}.jpg", type="jpeg", quality=QUALITY, full_page=True, clip=shown)  # type: ignore[arg-type]
    sys.stdout.write(f"{picture.name}\n")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
