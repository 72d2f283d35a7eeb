"""Starts what is due: each moment of a schedule once, in a thread of its own, never two runs of one job at a time.

What was done stands in the store, so that a moment that passed while nothing ran is made up once: of several missed
ones the newest alone. A run that failed, or was cut off, is tried again after a while, until it is done or the next
moment comes.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from monitor.store.errors import StoreError, StoreFatal
from monitor.store.store import Store
from monitor.store.times import to_stored

from . import history
from .clock import Tick
from .health import Health
from .history import BY_SCHEDULE, Request, Switch, Tried
from .job import Ended, Job, NoUseAgain, execute, look, write_failure
from .schedule import Every, Schedule

_LOG = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
_AGAIN_SECONDS, _AGAIN_MOST = 60.0, 3600.0
_LEAVE_SECONDS = 8.0


class Runner:
    """The work of one owner process. `ticks` go to the clock; `health` is told of every run."""

    def __init__(self, store: Store, jobs: Sequence[Job], health: Health) -> None:
        self.store, self.jobs = store, {job.name: job for job in jobs}
        self._health = health
        self._owner = secrets.token_hex(8)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)
        self._running: set[str] = set()
        self._threads: set[threading.Thread] = set()
        self._no_use: dict[str, datetime] = {}  # the moments whose runs are not tried again

    def ticks(self) -> tuple[Tick, ...]:
        """What the clock is to call: one tick for all schedules, one for each job that looks for itself."""
        own = [Tick(job.name, job.schedule.seconds, self._look(job))
               for job in self.jobs.values() if isinstance(job.schedule, Every)]  # fmt: skip
        return (*own, Tick("schedule", LOOK_SECONDS, self.start_due))

    def prepare(self) -> None:
        """Once, before the clock starts: end what a dead process left, and begin to count for jobs that are new.

        What was due before a job was known is not made up. Raises StoreError.
        """
        history.settle(self.store, self._owner)
        known = history.switches(self.store)
        for name in self.jobs.keys() - known.keys():
            history.switch(self.store, name, paused=False, by=BY_SCHEDULE, noted=False)
        for name, runs in history.last_runs(self.store).items():
            ended = [run for run in runs if run.result is not None]
            if name in self.jobs and ended and ended[0].result == "failed":
                self._health.remembers(name, ended[0].started_at)

    def start_due(self) -> None:
        """Start everything that is due now and not under way. Raises StoreError."""
        now = to_stored(self.store.now())
        switches, tried = history.switches(self.store), history.tried(self.store)
        for asked in history.requests(self.store):
            if asked.job in self.jobs:
                self._start(self.jobs[asked.job], now, asked)
        for job in self.jobs.values():
            due = self.due(job, now, switches.get(job.name), tried.get(job.name))
            if due is not None:
                self._start(job, due, None)

    def due(self, job: Job, now: datetime, switch: Switch | None, tried: Tried | None) -> datetime | None:
        """The moment that a run is owed for, if one is."""
        if not isinstance(job.schedule, Schedule) or switch is None or switch.paused:
            return None
        due = job.schedule.last_due(now)
        # the same moment cannot come twice, even where the clock was put back
        if due is None or due <= switch.at or (tried is not None and due < tried.due_at):
            return None
        if tried is None or tried.due_at != due:
            return due
        if tried.is_done or self._no_use.get(job.name) == due:
            return None
        return due if self._may_try_again(tried, now) else None

    def stop(self) -> None:
        """Nothing begins from now on; what is under way is asked to end, and gets a few seconds."""
        self._stopping.set()
        deadline = time.monotonic() + _LEAVE_SECONDS
        with self._lock:
            under_way = list(self._threads)
        for thread in under_way:
            thread.join(max(0.0, deadline - time.monotonic()))

    def wait(self, seconds: float) -> bool:
        """Until nothing that was started is under way, or for so long; whether nothing is."""
        deadline = time.monotonic() + seconds
        with self._ended:
            while self._threads and (left := deadline - time.monotonic()) > 0:
                self._ended.wait(left)
            return not self._threads

    def _may_try_again(self, tried: Tried, now: datetime) -> bool:
        """After a minute, then twice as long each time, an hour at most; what was only cut off at once."""
        if not tried.failures or tried.ended_at is None or tried.ended_at > now:
            return True
        wait = min(_AGAIN_MOST, _AGAIN_SECONDS * 2 ** min(tried.failures - 1, 10))
        return now - tried.ended_at >= timedelta(seconds=wait)

    def _start(self, job: Job, due_at: datetime, asked: Request | None) -> None:
        with self._lock:
            if self._stopping.is_set() or job.name in self._running:
                return
            thread = threading.Thread(target=self._run, args=(job, due_at, asked), name=f"job-{job.name}", daemon=True)
            thread.start()  # raises where the machine has no room for another: then the next tick tries again
            self._running.add(job.name)
            self._threads.add(thread)

    def _run(self, job: Job, due_at: datetime, asked: Request | None) -> None:
        self._health.begins(job.name)
        try:
            ended = execute(
                self.store,
                job,
                due_at=due_at,
                by=BY_SCHEDULE if asked is None else asked.by,
                owner=self._owner,
                request_id=None if asked is None else asked.request_id,
                stopping=self._stopping,
            )
            if isinstance(ended.fault, NoUseAgain):
                self._no_use[job.name] = due_at
            self._judge(job.name, ended)
        except StoreFatal as fault:  # the process is about to end (errors.py)
            _LOG.critical("%s: %s", job.name, fault.en)
        except Exception as fault:
            self._failed(job.name, fault)
        finally:
            with self._ended:
                self._running.discard(job.name)
                self._threads.discard(threading.current_thread())
                self._ended.notify_all()

    def _judge(self, name: str, ended: Ended) -> None:
        if ended.fault is not None:
            self._failed(name, ended.fault)
        elif self._health.succeeds(name):
            _LOG.warning("%s works again", name)

    def _failed(self, name: str, fault: Exception) -> bool:
        if self._stopping.is_set() and isinstance(fault, StoreError):
            return False  # the store was closed under it
        first = self._health.fails(name, fault)
        _LOG.warning("%s failed: %s: %s", name, type(fault).__name__, fault, exc_info=fault if first else None)
        return first

    def _look(self, job: Job) -> Callable[[], None]:
        was_failing = threading.Event()

        def once() -> None:
            switch = history.switches(self.store).get(job.name)
            with self._lock:
                if (switch is not None and switch.paused) or job.name in self._running:
                    return
                self._running.add(job.name)
            try:
                look(self.store, job, owner=self._owner, stopping=self._stopping)
            except StoreFatal:
                raise
            except Exception as fault:
                if not was_failing.is_set():
                    was_failing.set()
                    write_failure(self.store, job.name, owner=self._owner, fault=fault)
                raise
            finally:
                with self._lock:
                    self._running.discard(job.name)
            was_failing.clear()

        return once
