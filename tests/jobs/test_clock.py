"""The clock: ticks go on whatever one of them does, are never doubled, and end when told."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import apscheduler.schedulers.base as scheduling
import apscheduler.triggers.interval as intervals
import pytest

import monitor.jobs.clock as clocks
from monitor.intake.cycle import Cycle
from monitor.jobs.clock import Clock, Tick
from monitor.jobs.health import Health
from monitor.jobs.runner import Runner
from monitor.jobs.work.arrivals import inbox_job
from monitor.store.store import Store
from tests.intake.desk import ReadingDesk, as_csv, row

from .test_health import waited_for


def test_a_tick_that_fails_is_logged_and_followed_by_the_next(caplog: pytest.LogCaptureFixture) -> None:
    count, again = 0, threading.Event()

    def fail() -> None:
        nonlocal count
        count += 1
        if count >= 3:
            again.set()
        raise RuntimeError("boom")

    clock = Clock([Tick("bad", 0.02, fail)])
    with caplog.at_level(logging.WARNING):
        clock.start()
        assert again.wait(10)
        clock.stop()
    lines = [record for record in caplog.records if "bad failed: RuntimeError: boom" in record.getMessage()]
    assert len(lines) >= 3 and [bool(record.exc_info) for record in lines].count(True) == 1


def test_a_slow_tick_is_not_doubled_and_does_not_hold_up_another() -> None:
    inside, most, others = 0, 0, 0
    lock, enough, leave = threading.Lock(), threading.Event(), threading.Event()

    def slow() -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        leave.wait(10)
        with lock:
            inside -= 1

    def quick() -> None:
        nonlocal others
        others += 1
        if others >= 5:
            enough.set()

    clock = Clock([Tick("slow", 0.02, slow), Tick("quick", 0.02, quick)])
    clock.start()
    assert enough.wait(10)
    leave.set()
    clock.stop()
    assert most == 1


def test_a_stop_waits_for_work_under_way_and_nothing_begins_afterwards() -> None:
    begun, done, count = threading.Event(), threading.Event(), 0

    def work() -> None:
        nonlocal count
        count += 1
        begun.set()
        threading.Event().wait(0.2)
        done.set()

    clock = Clock([Tick("work", 0.02, work)])
    assert not clock.is_running
    clock.start()
    clock.start()
    assert begun.wait(10) and clock.is_running
    clock.stop()
    clock.stop()
    assert done.is_set() and not clock.is_running
    before = count
    threading.Event().wait(0.1)
    assert count == before


def test_a_stop_says_whether_all_work_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.jobs.clock._LEAVE_SECONDS", 0.05)
    begun, leave = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        leave.wait(30)

    clock = Clock([Tick("work", 0.02, work)])
    assert clock.stop()
    clock.start()
    assert begun.wait(10) and not clock.stop()
    leave.set()


def test_without_ticks_there_is_nothing_to_run() -> None:
    clock = Clock([])
    clock.start()
    assert not clock.is_running
    clock.stop()


def test_the_inbox_is_watched(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    desk = ReadingDesk(tmp_path_factory.mktemp("desk"))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Store.open(":memory:") as store:
        job = inbox_job(Cycle(store, desk.catalogues, desk.regions), inbox, 0.05)
        runner = Runner(store, [job], Health(["inbox", "schedule"]))
        clock = Clock([tick for tick in runner.ticks() if tick.name == "inbox"])
        clock.start()
        (inbox / "a.csv").write_text(as_csv([row()]))
        waited = threading.Event()
        for _ in range(200):
            if (inbox / "a.csv.receipt.json").exists():
                break
            waited.wait(0.05)
        clock.stop()
        assert (inbox / "a.csv.receipt.json").exists()


def test_an_inbox_that_is_mounted_later_is_told_and_then_watched(tmp_path: Path) -> None:
    desk = ReadingDesk(tmp_path)
    inbox = tmp_path / "share" / "inbox"
    with Store.open(":memory:") as store:
        job = inbox_job(Cycle(store, desk.catalogues, desk.regions), inbox, 0.05)
        health = Health(["inbox", "schedule"])
        clock = Clock([tick for tick in Runner(store, [job], health).ticks() if tick.name == "inbox"], health=health)
        clock.start()
        try:
            assert waited_for(lambda: [one.reason for one in clock.failing()] == ["files"])
            inbox.mkdir(parents=True)
            assert waited_for(lambda: not clock.failing())
        finally:
            clock.stop()


def test_a_machine_clock_that_is_put_back_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler reckons by the time of day; an hour lost would be an hour without a tick."""
    shift, came = [timedelta()], threading.Event()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + shift[0]

    for module in (scheduling, intervals, clocks):
        monkeypatch.setattr(module, "datetime", Shifted)
    clock = Clock([Tick("work", 0.2, came.set)])
    clock.start()
    try:
        for hours in (-1, 1, -25):
            assert came.wait(10)
            shift[0] += timedelta(hours=hours)
            came.clear()
            assert came.wait(10), f"no tick after {hours:+d} h"
            assert clock.is_ticking()
    finally:
        clock.stop()
