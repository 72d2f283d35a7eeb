"""What the clock tells of work that fails: since when, the last success, and a reason without particulars."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.jobs.clock import Clock, Tick
from monitor.jobs.health import STUCK_SECONDS, Health, Reason, reason_of
from monitor.store.errors import StoreError

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def waited_for(what: Callable[[], bool]) -> bool:
    """Whether it became so within ten seconds."""
    moment = threading.Event()
    for _ in range(500):
        if what():
            return True
        moment.wait(0.02)
    return False


def test_a_tick_that_fails_is_told_until_it_works_again() -> None:
    broken = threading.Event()
    broken.set()

    def work() -> None:
        if broken.is_set():
            raise PermissionError(13, "secret", "/srv/secret/inbox")

    clock = Clock([Tick("inbox", 0.02, work), Tick("mail", 0.02, lambda: None)], now=lambda: START)
    assert clock.failing() == ()
    clock.start()
    try:
        assert waited_for(lambda: bool(clock.failing()))
        (found,) = clock.failing()
        assert (found.name, found.reason, found.last_success) == ("inbox", "files", None)
        assert found.since == START.replace(tzinfo=None)
        assert "secret" not in repr(found)
        broken.clear()
        assert waited_for(lambda: not clock.failing())
        broken.set()
        assert waited_for(lambda: bool(clock.failing()))
        assert clock.failing()[0].last_success == START.replace(tzinfo=None)
    finally:
        clock.stop()


def test_a_row_of_failures_is_dated_by_its_first() -> None:
    now = START
    health = Health(["inbox"], lambda: now)
    health.begins("inbox")
    assert health.succeeds("inbox") is False
    firsts = []
    for _ in range(3):
        now += timedelta(minutes=1)
        health.begins("inbox")
        now += timedelta(seconds=5)
        firsts.append(health.fails("inbox", ValueError("x")))
    (found,) = health.failing()
    assert firsts == [True, False, False]
    assert found.since == (START + timedelta(minutes=1)).replace(tzinfo=None)
    assert found.last_success == START.replace(tzinfo=None) and found.reason == "other"
    assert health.succeeds("inbox") is True and health.failing() == ()


def test_work_that_does_not_come_back_is_told_too() -> None:
    now = START
    health = Health(["inbox"], lambda: now)
    health.begins("inbox")
    now += timedelta(seconds=STUCK_SECONDS)
    assert health.failing() == ()
    now += timedelta(seconds=1)
    assert [(one.name, one.reason) for one in health.failing()] == [("inbox", "stuck")]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (OSError("disk"), "files"),
        (ConnectionError("away"), "files"),
        (StoreError("closed", "库已关闭", "the store is closed"), "store"),
        (MemoryError(), "memory"),
        (KeyError("x"), "other"),
    ],
)
def test_reasons_are_kinds(fault: Exception, reason: Reason) -> None:
    assert reason_of(fault) == reason
