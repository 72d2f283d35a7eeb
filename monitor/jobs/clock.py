"""The clock: says again and again that it is time to look. What is to be done, each job finds out for itself.

A tick that fails is logged and never stops the next; one that takes longer than its interval is not doubled; those
that were missed while the machine slept are made up by the next one alone.
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
_LEAVE_SECONDS = 8.0  # a stop waits so long for work under way; what is cut off later has not been committed


@dataclass(frozen=True)
class Tick:
    """What is done every `seconds`. `run` is called by one thread at a time."""

    name: str
    seconds: float
    run: Callable[[], object]


class Clock:
    """Runs ticks in threads of its own between `start` and `stop`. `now`: the moment that failures are dated by."""

    def __init__(self, ticks: Sequence[Tick], now: Callable[[], datetime] = utc_now) -> None:
        self._ticks = tuple(ticks)
        self._scheduler: BackgroundScheduler | None = None
        self._stopping = threading.Event()
        self._running = 0
        self._changed = threading.Condition()
        self._health = Health([tick.name for tick in ticks], now)

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
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(self._ticks))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for tick in self._ticks:
            scheduler.add_job(
                self._run, "interval", args=(tick,), seconds=tick.seconds, id=tick.name, next_run_time=datetime.now(UTC)
            )
        self._stopping.clear()
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """No tick begins from now on; those under way get a few seconds to end. Harmless when stopped."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is None:
            return
        self._stopping.set()
        scheduler.shutdown(wait=False)
        deadline = time.monotonic() + _LEAVE_SECONDS
        with self._changed:
            while self._running and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)

    def _run(self, tick: Tick) -> None:
        with self._changed:
            if self._stopping.is_set():
                return
            self._running += 1
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
                self._running -= 1
                self._changed.notify_all()
