"""The banner of work that fails: on every page, drawn each time, in both languages, without particulars."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from monitor.jobs.clock import Clock, Tick
from monitor.jobs.health import Failing
from monitor.report.desk import Desk
from monitor.web.address import Address
from monitor.web.app import create_app
from monitor.web.components.stale import stale_banner
from monitor.web.markup import to_html, to_node
from monitor.web.view import View
from monitor.web.words import Words

from .conftest import NOW
from .people import CHEAP, browser
from .reading import Element, read

EVERY = ("/", "/matrix", "/wall", "/indicator/enrolment_rate", "/region/320000", "/reporting", "/me", "/nothing")


def test_a_failing_tick_of_the_clock_shows_on_every_page_until_it_works(desk: Desk) -> None:
    is_broken, ran = True, threading.Event()

    def work() -> None:
        ran.set()
        if is_broken:
            raise OSError(5, "password=geheim", "/srv/inbox")

    clock = Clock([Tick("inbox", 0.02, work)], now=lambda: datetime(2026, 9, 30, 1, 2, tzinfo=UTC))
    app = create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW, health=clock.failing)
    client = browser(app)
    assert not read(client.get("/").text).all(class_name="stale")  # and the page is kept from now on
    clock.start()
    try:
        while not clock.failing():
            assert ran.wait(10)
        for path in EVERY:
            text = client.get(path).text
            (banner,) = read(text).all(class_name="stale")
            assert "收件文件夹自 2026-09-30 09:02 (UTC+8) 起" in banner.text, path
            assert banner.attributes["role"] == "status"
            assert "geheim" not in text and "/srv" not in text
        is_broken = False
        while clock.failing():
            ran.clear()
            assert ran.wait(10)
        assert not read(client.get("/").text).all(class_name="stale")
    finally:
        clock.stop()


@pytest.mark.parametrize(("language", "said"), [("zh", "定时任务“archive”"), ("en", "The scheduled job archive")])
def test_work_without_words_of_its_own_is_told_by_its_name(desk: Desk, language: str, said: str) -> None:
    moment = datetime(2026, 9, 30, 1, 2)  # noqa: DTZ001 — moments of the store are UTC without a zone
    one = Failing("archive", moment, moment, "stuck")
    app = create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW, health=lambda: (one,))
    banner = read(browser(app).get(f"/?lang={language}").text).one(class_name="stale")
    assert said in banner.text and "2026-09-30 09:02" in banner.text


def test_work_that_makes_no_page_old_says_what_it_means() -> None:
    def banner(*names: str) -> Element:
        failing = [Failing(name, datetime(2026, 9, 30, 1, 2), None, "other") for name in names]  # noqa: DTZ001
        return read(to_html(to_node(stale_banner(View(Words("zh"), Address("overview")), failing))))

    alone = banner("backup", "integrity", "publish", "prune")
    assert "系统需要照看" in alone.text and "数据可能不是最新" not in alone.text and len(alone.all("li")) == 4
    assert "数字不受影响" in alone.all("li")[0].text
    assert "数据可能不是最新" in banner("backup", "caches").text and "“重新计算看板”" in banner("caches").text
