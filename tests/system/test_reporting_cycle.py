"""The whole reporting cycle as people live it, with real files in a real browser, Calc and server.

Call → template → filled in Calc → three faults → annotated workbook → corrected → submitted → returned at one cell →
sent again → accepted → on the overview within a second; as of yesterday the old figure stands. Playwright's trace of it
is kept as test-results/reporting-cycle.zip.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .calc import fill
from .windows import watched

UNIT, PERIOD = "540000", "2025-Q4"
TRACE = Path("test-results/reporting-cycle.zip")
# what the unit means to send: (numerator, denominator) or a value, in the template's units
FIGURES: dict[str, tuple[float, float] | float] = {
    "enrolment_rate": (341.2, 352.0),
    "fund_income": 152.4,
    "fund_expenditure": 121.7,
    "employee_inpatient_payment_share": (17.3, 19.6),
    "resident_inpatient_payment_share": (11.2, 15.9),
    "medical_aid_share": (1.9, 2.6),
    "drg_dip_payment_share": (21.8, 29.4),
    "drug_platform_share": (8.6, 9.4),
    "consumables_platform_share": (1.7, 2.1),
    "procured_drugs": 512,
    "procured_consumables": 6,
    "cross_province_settlement_rate": (1.62, 2.11),
    "online_service_share": (45, 54),
    "counter_service_share": (54, 54),
}
FAULTS: dict[str, tuple[float | str, float] | float] = {
    "enrolment_rate": ("约341", 352.0),
    "fund_income": -152.4,
    "counter_service_share": (55, 54),
}
# seen on the overview: no national figure is published for it, so it is the sum over the units
WATCHED = "counter_service_share"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server with the demonstration's store, where pages may write."""
    folder = tmp_path_factory.mktemp("cycle")
    log = (folder / "server.log").open("w+")
    command = [sys.executable, "-m", "monitor", "demo", "--port", "0", "--fresh"]
    environment = {"MONITOR_STORE": str(folder / "data" / "monitor.duckdb"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        deadline = time.monotonic() + 90
        while not (found := re.search(r"http://\S+", Path(log.name).read_text(encoding="utf-8"))):
            assert process.poll() is None and time.monotonic() < deadline, Path(log.name).read_text(encoding="utf-8")
            time.sleep(0.1)
        yield found[0].rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        log.close()


def type_into(source: Path, target: Path, figures: Mapping[str, tuple[float | str, float] | float]) -> Path:
    """Fill the rows of these indicators in Calc and save: parts under 分子 and 分母, other figures under 数值."""
    book = openpyxl.load_workbook(source)
    sheet = next(one for one in book if "指标编码" in {cell.value for row in one.iter_rows(max_row=12) for cell in row})
    places = {cell.value: cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    top, bottom, value = (places[name].column_letter for name in ("分子", "分母", "数值"))
    cells: dict[str, float | str] = {}
    for name, figure in figures.items():
        row = places[name].row
        if isinstance(figure, tuple):
            cells |= {f"{top}{row}": figure[0], f"{bottom}{row}": figure[1]}
        else:
            cells[f"{value}{row}"] = figure
    fill(source, target, cells, sheet=sheet.title)
    return target


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, context: BrowserContext, address: str, name: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.page.goto(address)
        self.page.get_by_role("button", name=name).click()
        self.ready()

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("html[data-ready]")

    def download(self, selector: str, target: Path) -> Path:
        with self.page.expect_download() as found:
            self.page.locator(selector).first.click()
        found.value.save_as(target)
        return target

    def upload(self, path: Path) -> None:
        self.go("/upload")
        self.page.set_input_files("#upload-file", path)  # choosing a file sends it
        self.page.wait_for_url("**/draft/**")
        self.ready()

    def press(self, selector: str) -> None:
        self.page.click(selector)
        self.page.wait_for_load_state()
        self.ready()


@pytest.fixture
def contexts(browser: Browser, server: str) -> Iterator[list[BrowserContext]]:
    """Two browsers, one recorded: its trace shows every step with a picture of the page."""
    made = [browser.new_context(locale="zh-CN", accept_downloads=True, viewport={"width": 1440, "height": 900})]
    made.append(browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}))
    for context in made:
        context.tracing.start(screenshots=True, snapshots=True)
    with watched(*made, address=server):
        yield made
    TRACE.parent.mkdir(exist_ok=True)
    for context, name in zip(made, (TRACE, TRACE.with_stem("reporting-cycle-review")), strict=True):
        context.tracing.stop(path=name)
        context.close()


def comments(path: Path) -> dict[str, str]:
    """Cell of the form → its comment, in an annotated workbook."""
    book = openpyxl.load_workbook(path)
    return {
        f"{cell.coordinate}": cell.comment.text
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def watched_cell(page: Page) -> str:
    """The row of the watched indicator as the overview prints it."""
    return page.locator(f'tr:has(a[href*="/indicator/{WATCHED}"])').first.inner_text()


def test_the_whole_cycle(server: str, contexts: list[BrowserContext], tmp_path: Path) -> None:
    reporter = Person(contexts[0], server, "西藏填报人")
    reviewer = Person(contexts[1], server, "审核人小李")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()

    # the call, and its form filled in Calc with three faults
    reporter.go("/upload")
    template = reporter.download(f'a[href*="/download/template"][href*="{PERIOD}"]', tmp_path / "表.xlsx")
    faulty = type_into(template, tmp_path / "有错.xlsx", {**FIGURES, **FAULTS})
    reporter.upload(faulty)
    problems = reporter.page.locator(".problems-card")
    expect(problems).to_contain_text("约341")
    assert reporter.page.locator(".problems-card tbody tr").count() >= 3
    assert not reporter.page.locator("#submit").count(), "a file with errors cannot be submitted"

    # the annotated workbook says so at the cells, and is what gets corrected
    annotated = reporter.download('a[href*="/download/annotated"]', tmp_path / "批注.xlsx")
    assert len(comments(annotated)) >= 3
    corrected = type_into(annotated, tmp_path / "改正.xlsx", {name: FIGURES[name] for name in FAULTS})
    reporter.upload(corrected)
    for field in reporter.page.locator("textarea[name^='explain:']").all():
        field.fill("与自治区决算一致，已核对")
    reporter.press("#submit")
    submission = reporter.page.url.rsplit("/", 1)[1].split("?")[0]
    assert submission.isdigit(), reporter.page.url

    # returned at one cell
    reviewer.go("/queue")
    reviewer.press(f'a[href*="/submission/{submission}"]')
    reviewer.page.locator(f'details:has(textarea[name="remark:{WATCHED}"]) summary').click()
    reviewer.page.fill(f'textarea[name="remark:{WATCHED}"]', "窗口可办事项数与上季不符，请核对")
    reviewer.page.fill("#return-reason", "一处数据请核对后重报")
    reviewer.press("#return")

    # its sender sees it on the page and in the workbook, and sends it again
    reporter.go("/upload")
    reporter.press(f'a[href*="/submission/{submission}"]')
    expect(reporter.page.locator("main")).to_contain_text("一处数据请核对后重报")
    expect(reporter.page.locator("main")).to_contain_text("窗口可办事项数与上季不符")
    returned = reporter.download("#annotated", tmp_path / "退回.xlsx")
    assert any("窗口可办事项数与上季不符" in text for text in comments(returned).values())
    again = type_into(returned, tmp_path / "重报.xlsx", {WATCHED: (48, 54)})
    reporter.upload(again)
    for field in reporter.page.locator("textarea[name^='explain:']").all():
        field.fill("按核对后的事项清单")
    reporter.press("#submit")
    resent = reporter.page.url.rsplit("/", 1)[1].split("?")[0]
    assert resent.isdigit() and resent != submission, reporter.page.url

    # accepted: the overview shows it within a second, yesterday's does not
    reviewer.go("/")
    before = watched_cell(reviewer.page)
    reviewer.go(f"/submission/{resent}")
    expect(reviewer.page.locator("main")).to_contain_text("54")
    reviewer.page.click("#accept")
    reviewer.page.wait_for_load_state()
    accepted_at = time.monotonic()
    answer = reviewer.page.request.get(server + "/")
    elapsed = time.monotonic() - accepted_at
    assert answer.ok
    reviewer.go("/")
    now = watched_cell(reviewer.page)
    assert now != before
    shown = re.search(r"\d+\.\d+", now)
    assert shown and shown[0] in answer.text(), "the first answer after the acceptance has the new figure"
    print(f"from acceptance to the overview's answer with the new figure: {elapsed:.3f} s")
    reviewer.go(f"/?as_of={yesterday}")
    assert watched_cell(reviewer.page) == before
