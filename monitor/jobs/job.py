"""One kind of scheduled work, and one run of it: begun, told and ended in the store, whatever becomes of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.progress import Telling, untold
from monitor.store.errors import StoreError, StoreFatal
from monitor.store.store import Store
from monitor.store.times import to_stored

from . import history
from .history import LogLine, Result
from .schedule import Every, Schedule

_LOG = logging.getLogger(__name__)
_WRITE_AGAIN_SECONDS = 10.0
_BETWEEN_COUNTS = 1.0  # seconds: a count that moves faster is not worth a row each time

Summary = tuple[str, str]
"""What was done, in one line: Chinese, English."""


@dataclass(frozen=True)
class Job:
    """`run` does the work and sums it up. It must be harmless when done again: a run that was cut off is.

    Under `Every` it looks for itself whether there is something to do, and is None where there was nothing.
    """

    name: str
    schedule: Schedule | Every
    run: Callable[[Work], Summary | None]


class Work:
    """A run under way, as the work sees it. `stopping` is set when the program is about to end; `by`: who asked."""

    def __init__(
        self, store: Store, run_id: int | None, stopping: threading.Event, told: Telling = untold, *, by: str
    ) -> None:
        self.store, self.stopping, self.by = store, stopping, by
        self.touched: list[str] = []
        self.run_id = run_id
        self._told = told
        self._line = 0
        self._counted = -_BETWEEN_COUNTS

    def tell(self, zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
        """A `Telling`: a line of the log, at once; of counts one in a second, and the last."""
        self._told(zh, en, done=done, total=total)
        if done is not None and done != total:
            now = time.monotonic()
            if now - self._counted < _BETWEEN_COUNTS:
                return
            self._counted = now
        if self.run_id is None:
            return
        self._line += 1
        line = LogLine(self._line, to_stored(self.store.now()), zh, en, done, total)
        try:
            history.tell(self.store, self.run_id, line)
        except StoreError as fault:  # the work matters more than what it says
            _LOG.warning("a line of the log of run %s was not kept: %s", self.run_id, fault.en)

    def touch(self, thing: str) -> None:
        """Say what was changed: a file, a mail, a moment."""
        self.touched.append(thing)


class NoUseAgain(StoreError):
    """What came of a run is not as it should be, and another would come to the same: it waits for its next moment."""


@dataclass(frozen=True)
class Ended:
    """What came of a run; `fault` is what it raised."""

    run_id: int
    result: Result
    zh: str
    en: str
    fault: Exception | None = None


def execute(
    store: Store,
    job: Job,
    *,
    due_at: datetime,
    by: str,
    owner: str,
    request_id: int | None = None,
    stopping: threading.Event | None = None,
    told: Telling = untold,
) -> Ended:
    """Run a job once, now, with its beginning, log and end in the store.

    What the work raises is the run's end, and no more. Where not even that can be written down it is tried again until
    `stopping` (None: raises StoreError), so that the run counts as under way meanwhile. Raises StoreFatal.
    """
    run_id = history.begin(store, job.name, due_at=due_at, by=by, owner=owner, request_id=request_id)
    work = Work(store, run_id, stopping or threading.Event(), told, by=by)
    fault: Exception | None = None
    result: Result = "done"
    try:
        zh, en = job.run(work) or ("没有要做的事", "there was nothing to do")
    except StoreFatal:
        raise
    except Exception as error:
        fault, result = error, "failed"
        zh, en = fault_text(error)
    while True:
        try:
            history.end(store, run_id, result, zh, en, work.touched)
        except StoreError as error:
            if stopping is None:
                raise
            _LOG.warning("the end of run %s could not be written: %s", run_id, error.en)
            if stopping.wait(_WRITE_AGAIN_SECONDS):
                raise
        else:
            return Ended(run_id, result, zh, en, fault)


def look(store: Store, job: Job, *, owner: str, stopping: threading.Event) -> None:
    """Let work that looks for itself look once; a run is written down only where it did something.

    Raises what the work raises.
    """
    began = to_stored(store.now())
    work = Work(store, None, stopping, by=history.BY_ITSELF)
    summary = job.run(work)
    if summary is not None:
        _write_down(store, job.name, began, owner, "done", summary, work.touched)


def write_failure(store: Store, name: str, *, owner: str, fault: Exception) -> None:
    """The first failure in a row of work that looks for itself."""
    try:
        _write_down(store, name, to_stored(store.now()), owner, "failed", fault_text(fault), ())
    except StoreError as error:
        _LOG.warning("that %s failed could not be kept: %s", name, error.en)


def _write_down(
    store: Store,
    name: str,
    began: datetime,
    owner: str,
    result: Result,
    summary: Summary,
    touched: list[str] | tuple[()],
) -> None:
    run_id = history.begin(store, name, due_at=began, by=history.BY_ITSELF, owner=owner, at=began)
    history.end(store, run_id, result, *summary, touched)


def fault_text(error: Exception) -> Summary:
    """Why work failed, for people: errors of ours say it in both languages, others by their kind."""
    zh, en = getattr(error, "zh", None), getattr(error, "en", None)
    if isinstance(zh, str) and isinstance(en, str):
        return zh, en
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}读写失败（{error.strerror}）", f"{place}reading or writing failed ({error.strerror})"
    kind = type(error).__name__
    return f"意外错误（{kind}），详情见日志", f"unexpected error ({kind}): see the log"
