"""What the clock knows of the work it starts: which of it fails, since when, and in short why."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.store.errors import StoreError
from monitor.store.times import to_stored, utc_now

Reason = Literal["files", "store", "memory", "stuck", "other"]
STUCK_SECONDS = 900.0  # work that has not come back after so long will hardly do so by itself


@dataclass(frozen=True)
class Failing:
    """Work that is failing now. `since`: when the first of these failures began; moments are naive UTC.

    `reason` is a kind, never the error's own text, which may hold paths and names; that stands in the log.
    """

    name: str
    since: datetime
    last_success: datetime | None
    reason: Reason


@dataclass
class _Course:
    began: datetime | None = None  # of the run under way
    last_success: datetime | None = None
    since: datetime | None = None
    reason: Reason = "other"


class Health:
    """Takes notes of every run; safe to use from many threads."""

    def __init__(self, names: Sequence[str], now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._courses = {name: _Course() for name in names}

    def begins(self, name: str) -> None:
        with self._lock:
            self._courses[name].began = self._moment()

    def remembers(self, name: str, since: datetime) -> None:
        """It was failing when the program ended; naive UTC."""
        with self._lock:
            self._courses[name].since = since

    def succeeds(self, name: str) -> bool:
        """Whether it had been failing."""
        with self._lock:
            course = self._courses[name]
            was_failing = course.since is not None
            course.began, course.since, course.last_success = None, None, self._moment()
            return was_failing

    def fails(self, name: str, fault: BaseException) -> bool:
        """Whether it is the first failure in a row."""
        with self._lock:
            course = self._courses[name]
            is_first = course.since is None
            if is_first:
                course.since = course.began or self._moment()
            course.began, course.reason = None, reason_of(fault)
            return is_first

    def failing(self) -> tuple[Failing, ...]:
        """What fails now, or has been under way for far too long; in the order of the names given."""
        with self._lock:
            now = self._moment()
            found = []
            for name, course in self._courses.items():
                if course.since is not None:
                    found.append(Failing(name, course.since, course.last_success, course.reason))
                elif course.began is not None and (now - course.began).total_seconds() > STUCK_SECONDS:
                    found.append(Failing(name, course.began, course.last_success, "stuck"))
            return tuple(found)

    def _moment(self) -> datetime:
        return to_stored(self._now())


def reason_of(fault: BaseException) -> Reason:
    """What kind of fault it was."""
    if isinstance(fault, StoreError):
        return "store"
    if isinstance(fault, MemoryError):
        return "memory"
    return "files" if isinstance(fault, OSError) else "other"
