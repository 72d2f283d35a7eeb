"""The operators' pages in a browser, with the clock of the scheduled work behind them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.jobs.clock import Clock
from monitor.jobs.health import Health
from monitor.jobs.job import Job, Summary, Work
from monitor.jobs.runner import Runner
from monitor.jobs.schedule import Schedule
from monitor.jobs.work.upkeep import backup_job, integrity_job
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import create_app
from monitor.web.condition import Upkeep
from monitor.web.watching import Watch
from tests.system.windows import House, Open, opening, origin, serving, settled

NEVER = Schedule("never", ZoneInfo("Asia/Shanghai"))


@dataclass
class Going:
    """A server whose job `caches` goes on until `may_end` is set."""

    house: House
    may_end: threading.Event


@pytest.fixture(scope="module")
def going(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Going]:
    folder, may_end = tmp_path_factory.mktemp("upkeep"), threading.Event()
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)

    def long_work(work: Work) -> Summary:
        work.tell("算到一半", "half way", done=5, total=10)
        assert may_end.wait(60)
        work.touch("一页")
        return "算完了", "worked out"

    with Store.open(folder / "m.duckdb") as store:
        backups = folder / "backups"
        jobs = [Job("caches", NEVER, long_work), backup_job(store, backups, NEVER), integrity_job(store, NEVER)]
        health = Health([*(job.name for job in jobs), "schedule"])
        runner = Runner(store, jobs, health)
        runner.prepare()
        clock = Clock(runner.ticks(), health=health)
        clock.start()
        desk = Desk(store, catalogues, regions, MethodSettings())
        app = create_app(
            desk, secret_key=b"k" * 32, plain_http=True, demo=True, health=health.failing,
            watch=Watch(ticking=clock.is_ticking),
            upkeep=Upkeep({job.name: NEVER for job in jobs}, backups, {"backup": backups}),
        )  # fmt: skip
        with serving(app) as house:
            yield Going(house, may_end)
        may_end.set()
        clock.stop()
        runner.stop()


@pytest.fixture
def opened(browser: Browser, going: Going) -> Iterator[Open]:
    with opening(browser, going.house) as open_page:
        yield open_page


def test_a_job_that_runs_tells_its_progress_and_nothing_chosen_is_lost(opened: Open, going: Going) -> None:
    page = opened("/", who="operator")
    expect(page.locator("h1")).to_contain_text("没有备份")
    page.click("#run-integrity")
    expect(settled(page).locator("#notice")).to_contain_text("“数据完整性检查”马上开始运行")
    page.goto(f"{origin(page)}/jobs")
    expect(settled(page).locator("tr[data-job=integrity] .result")).to_contain_text("没有错误", timeout=20_000)
    page.click("#run-caches")
    settled(page)
    row = page.locator("tr[data-job=caches]")
    page.select_option("#by-job", "backup")
    page.focus("#pause-caches")
    expect(row.locator("progress")).to_have_attribute("value", "5", timeout=20_000)
    expect(page.locator("h1")).to_have_text("正在运行：重新计算看板")
    assert page.title().startswith("正在运行")
    page.evaluate("window.stayed = true")
    going.may_end.set()
    expect(row.locator(".result")).to_contain_text("算完了", timeout=20_000)
    expect(page.locator("#jobs")).not_to_have_attribute("data-again", "2")
    assert page.evaluate("[window.stayed, document.activeElement.id, document.querySelector('#by-job').value]") == [
        True, "pause-caches", "backup",
    ]  # fmt: skip
    row.locator(".result a").click()
    expect(page.locator("h1")).to_contain_text("重新计算看板第")
    expect(page.locator("ul.findings")).to_have_text("一页")


def test_run_pause_and_filter_work_without_scripts(opened: Open) -> None:
    page = opened("/integrity", who="operator", script=False)
    page.click("#run-integrity")
    expect(page.locator("#notice")).to_contain_text("数据完整性检查")
    page.goto(f"{origin(page)}/jobs")
    page.click("#pause-integrity")
    expect(page.locator("tr[data-job=integrity]")).to_contain_text("已暂停")
    page.click("#resume-integrity")
    page.select_option("#by-job", "integrity")
    page.click("#show-runs")
    assert page.url.endswith("/jobs?job=integrity")


@pytest.mark.parametrize(
    ("scheme", "width", "paths"),
    [("light", 390, ("/status?lang=zh", "/integrity?lang=en")), ("dark", 1440, ("/status?lang=en", "/jobs?lang=zh"))],
)
def test_no_accessibility_rule_is_broken(opened: Open, scheme: str, width: int, paths: tuple[str, ...]) -> None:
    page = opened("/jobs?run=1", width, who="operator", color_scheme=scheme, bypass_csp=True)
    for path in paths:
        page.goto(f"{origin(page)}{path}")
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        found = Axe().run(page).response["violations"]
        assert not found, [(path, width, rule["id"], rule["nodes"][0]["html"]) for rule in found]
