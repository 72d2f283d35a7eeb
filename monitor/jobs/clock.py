"""The clock: says again and again that it is time to look. What is to be done, each job finds out for itself.

A tick that fails is logged and never stops the next; one that takes longer than its interval is not doubled; those
that were missed while the machine slept are made up by the next one alone. A watchdog that knows nothing of the time of
day starts the scheduler again when no tick comes, as when the machine's clock was put back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.store.times import utc_now

from .health import Failing, Health

_LOG = logging.getLogger(__name__)
_WATCH_SECONDS = 0.5
_GRACE_SECONDS = 1.0  # beyond its intervals, for a machine that is busy
_LATE_TICKS = 1.5  # intervals without a tick after which the scheduler is started again
_LEAVE_SECONDS = 8.0  # a stop waits so long for work under way; what is cut off later has not been committed


@dataclass(frozen=True)
class Tick:
    """What is done every `seconds`. `run` is called by one thread at a time."""

    name: str
    seconds: float
    run: Callable[[], object]


class Clock:
    """Runs ticks in threads of its own between `start` and `stop`. `now`: the moment that failures are dated by."""

    def __init__(
        self, ticks: Sequence[Tick], now: Callable[[], datetime] = utc_now, health: Health | None = None
    ) -> None:
        self._ticks = tuple(ticks)
        self._scheduler: BackgroundScheduler | None = None
        self._stopping = threading.Event()
        self._under_way: set[str] = set()
        self._changed = threading.Condition()
        self._health = health or Health([tick.name for tick in ticks], now)
        self._came = {tick.name: time.monotonic() for tick in ticks}
        self._watchdog: threading.Thread | None = None

    def failing(self) -> tuple[Failing, ...]:
        """The ticks whose last run failed, and those that do not come back."""
        return self._health.failing()

    @property
    def is_running(self) -> bool:
        return self._scheduler is not None

    def start(self) -> None:
        """Tick at once, then at each interval. Harmless without ticks."""
        if self._scheduler is not None or not self._ticks:
            return
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._stopping.clear()
        self._scheduler = self._scheduling()
        self._watchdog = threading.Thread(target=self._watch, name="clock-watchdog", daemon=True)
        self._watchdog.start()

    def is_ticking(self) -> bool:
        """Whether every tick came lately or is under way."""
        return self.is_running and not self._late(_LATE_TICKS + 1)

    def _scheduling(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self._ticks))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for tick in self._ticks:
            scheduler.add_job(
                self._run, "interval", args=(tick,), seconds=tick.seconds, id=tick.name, next_run_time=datetime.now(UTC)
            )
        self._came = dict.fromkeys(self._came, time.monotonic())
        scheduler.start()
        return scheduler

    def stop(self) -> bool:
        """No tick begins from now on; those under way get a few seconds to end. False where one of them has not: its
        thread would hold the process. Harmless when stopped.
        """
        if self._scheduler is None or self._watchdog is None:
            return True
        self._stopping.set()
        self._watchdog.join()  # it may be starting the scheduler again
        scheduler, self._scheduler = self._scheduler, None
        scheduler.shutdown(wait=False)
        deadline = time.monotonic() + _LEAVE_SECONDS
        with self._changed:
            while self._under_way and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            return not self._under_way

    def _late(self, intervals: float) -> bool:
        """Whether a tick that is not under way has not come for so many of its intervals, and a moment more."""
        now = time.monotonic()
        with self._changed:
            return any(
                tick.name not in self._under_way
                and now - self._came[tick.name] > intervals * tick.seconds + _GRACE_SECONDS
                for tick in self._ticks
            )

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_SECONDS):
            scheduler = self._scheduler
            if scheduler is None or not self._late(_LATE_TICKS):
                continue
            _LOG.warning("the clock stood still: it is started again")
            scheduler.shutdown(wait=False)
            try:
                self._scheduler = self._scheduling()
            except Exception:  # no room for its threads, say: tried again at the next look
                _LOG.exception("the clock could not be started again")

    def _run(self, tick: Tick) -> None:
        with self._changed:
            # a scheduler that was given up may still call
            if self._stopping.is_set() or tick.name in self._under_way:
                return
            self._under_way.add(tick.name)
        self._health.begins(tick.name)
        try:
            tick.run()
        except Exception as fault:
            # the first of a row with its traceback: a fault that lasts must not fill the log
            first = self._health.fails(tick.name, fault)
            _LOG.warning("%s failed: %s: %s", tick.name, type(fault).__name__, fault, exc_info=first)
        else:
            if self._health.succeeds(tick.name):
                _LOG.warning("%s works again", tick.name)
        finally:
            with self._changed:
                self._under_way.discard(tick.name)
                self._came[tick.name] = time.monotonic()
                self._changed.notify_all()
