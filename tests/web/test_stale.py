"""The banner of work that fails: on every page, drawn each time, in both languages, without particulars."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from monitor.jobs.clock import Clock, Tick
from monitor.jobs.health import Failing
from monitor.report.desk import Desk
from monitor.web.app import create_app

from .conftest import NOW
from .people import browser
from .reading import read

EVERY = ("/", "/matrix", "/wall", "/indicator/enrolment_rate", "/region/320000", "/reporting", "/me", "/nothing")


def test_a_failing_tick_of_the_clock_shows_on_every_page_until_it_works(desk: Desk) -> None:
    is_broken, ran = True, threading.Event()

    def work() -> None:
        ran.set()
        if is_broken:
            raise OSError(5, "password=geheim", "/srv/inbox")

    clock = Clock([Tick("inbox", 0.02, work)], now=lambda: datetime(2026, 9, 30, 1, 2, tzinfo=UTC))
    app = create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, health=clock.failing)
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
    app = create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, health=lambda: (one,))
    banner = read(browser(app).get(f"/?lang={language}").text).one(class_name="stale")
    assert said in banner.text and "2026-09-30 09:02" in banner.text
