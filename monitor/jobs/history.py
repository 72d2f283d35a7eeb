"""What the store knows of scheduled work: every run with its end and its log, who asked, who stopped it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Literal

from monitor.store.store import Store, Transaction
from monitor.store.times import to_stored

SQL = files(__package__) / "sql"
BY_SCHEDULE = "schedule"
_LONG_AGO = datetime.fromisoformat("2000-01-01")
_CLOCK_STEP = timedelta(days=1)  # by less than this a clock may be set back, and nothing is done twice
BY_ITSELF = "clock"  # work that looks for itself, and found something
LONGEST_AWAY = timedelta(days=45)
_ASSURING = "periods"  # what is done of it is written down for ever, so that it asks about the clock first

Result = Literal["done", "failed", "interrupted"]


@dataclass(frozen=True)
class LogLine:
    """`done` of `total` where they can be counted; `at`: naive UTC."""

    line: int
    at: datetime
    zh: str
    en: str
    done: int | None
    total: int | None


@dataclass(frozen=True)
class Run:
    """One run of a job. `result` None: it is under way. `due_at`: the moment that it is for. Moments are naive UTC.

    `touched`: what it changed, one text for each thing. `last`: the newest line of its log.
    """

    run_id: int
    job: str
    due_at: datetime
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    result: Result | None
    zh: str
    en: str
    touched: tuple[str, ...]
    last: LogLine | None

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it is under way; never negative, whatever the clock did meanwhile."""
        return None if self.ended_at is None else max(0.0, (self.ended_at - self.started_at).total_seconds())


@dataclass(frozen=True)
class Tried:
    """What was done for the newest moment of a job that was begun: how often it failed, and when it ended last.

    Being cut off once is no failure.
    """

    due_at: datetime
    is_done: bool
    failures: int
    ended_at: datetime | None


@dataclass(frozen=True)
class Request:
    request_id: int
    job: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Switch:
    """`at`: since when it is so."""

    paused: bool
    at: datetime
    by: str


def begin(
    store: Store,
    job: str,
    *,
    due_at: datetime,
    by: str,
    owner: str,
    request_id: int | None = None,
    at: datetime | None = None,
) -> int:
    """Write down that a run begins, or began `at`; gives its number. Raises StoreError."""
    with store.transaction() as transaction:
        row = {"job": job, "due_at": due_at, "at": at or to_stored(store.now()), "by": by, "owner": owner}
        return int(transaction.run(SQL / "run_begin.sql", {**row, "request_id": request_id})[0][0])


def tell(store: Store, run_id: int, line: LogLine) -> None:
    """Put a line into the log of a run."""
    said = {"run_id": run_id, "line": line.line, "at": line.at, "zh": line.zh, "en": line.en}
    with store.transaction() as transaction:
        transaction.run(SQL / "log_record.sql", {**said, "done": line.done, "total": line.total})


def end(store: Store, run_id: int, result: Result, zh: str, en: str, touched: Sequence[str]) -> None:
    """Write down what came of a run."""
    with store.transaction() as transaction:
        _end(transaction, run_id, to_stored(store.now()), result, zh, en, touched)


def settle(store: Store, owner: str) -> tuple[int, ...]:
    """End as interrupted what a process that is gone had begun; the numbers of those runs.

    For the process that owns the store, under its own name `owner`: nobody else is at work then.
    """
    open_runs = store.ask(SQL / "runs_open.sql", {"owner": owner})
    if not open_runs:
        return ()
    with store.transaction() as transaction:
        for (run_id,) in open_runs:
            now = to_stored(store.now())
            zh, en = "程序在作业结束前停止了", "the program stopped before it was done"
            _end(transaction, run_id, now, "interrupted", zh, en, ())
    return tuple(run_id for (run_id,) in open_runs)


def list_runs(store: Store, *, job: str | None = None, run_id: int | None = None, limit: int = 100) -> tuple[Run, ...]:
    """The newest first."""
    rows = store.ask(SQL / "runs.sql", {"job": job, "run_id": run_id, "limit": limit})
    return tuple(_run(row) for row in rows)


def last_runs(store: Store) -> dict[str, tuple[Run, ...]]:
    """By job: the newest run, the newest that ended, and the newest that was done, each once."""
    found: dict[str, list[Run]] = {}
    for row in store.ask(SQL / "runs_last.sql"):
        run = _run(row)
        found.setdefault(run.job, []).append(run)
    return {job: tuple(runs) for job, runs in found.items()}


def log_of(store: Store, run_id: int, *, after: int = 0) -> tuple[LogLine, ...]:
    """The lines of one run after line `after`, in order."""
    return tuple(LogLine(*row) for row in store.ask(SQL / "run_log.sql", {"run_id": run_id, "after": after}))


def tried(store: Store) -> dict[str, Tried]:
    """By job, of the runs that the schedule asked for.

    What was done for a moment far ahead was done under a clock that was wrong, and says nothing of the days until then.
    """
    until = to_stored(store.now()) + _CLOCK_STEP
    rows = store.ask(SQL / "runs_tried.sql", {"by": BY_SCHEDULE, "until": until})
    return {row[0]: Tried(row[1], bool(row[2]), int(row[3]), row[4]) for row in rows}


def active_until(store: Store, now: datetime) -> datetime:
    """The last moment that the clock can be believed for (naive UTC), `now` in a store where nothing happened yet.

    It follows what happened from day to day, from where `periods` was done last, and stops where there was nothing for
    longer than LONGEST_AWAY: what comes after such a gap may have come under a wrong clock, until somebody runs
    `periods`, which says that it is right.
    """
    ((assured,),) = store.ask(SQL / "last_assured.sql", {"job": _ASSURING, "until": now})
    days = store.ask(SQL / "activity.sql", {"since": assured or _LONG_AGO, "until": now})
    last: datetime | None = assured
    for (moment,) in days:
        if last is not None and moment - last > LONGEST_AWAY:
            break
        last = moment
    return now if last is None else last


def switches(store: Store) -> dict[str, Switch]:
    """By job: whether it is paused; since now at the latest, whatever the clock said then."""
    now = to_stored(store.now())
    rows = store.ask(SQL / "switches.sql")
    return {job: Switch(bool(paused), at if at <= now + _CLOCK_STEP else _LONG_AGO, by) for job, paused, at, by in rows}


def switch(store: Store, job: str, *, paused: bool, by: str, noted: bool = True) -> None:
    """Pause a job, or let it go on; `noted`: in the audit log."""
    with store.transaction() as transaction:
        row = {"job": job, "paused": paused, "at": to_stored(store.now()), "by": by}
        transaction.run(SQL / "switch_record.sql", row)
        if noted:
            transaction.note("job_paused" if paused else "job_resumed", by=by, object=f"job:{job}")


def requests(store: Store) -> tuple[Request, ...]:
    """What was asked for and is not begun, in order."""
    return tuple(Request(*row) for row in store.ask(SQL / "requests_open.sql"))


def request(store: Store, job: str, *, by: str) -> int:
    """Ask for a run now; gives the number of the request."""
    with store.transaction() as transaction:
        row = {"job": job, "at": to_stored(store.now()), "by": by}
        request_id = int(transaction.run(SQL / "request_record.sql", row)[0][0])
        transaction.note("job_asked", by=by, object=f"job:{job}", detail={"request_id": request_id})
        return request_id


def run_of_request(store: Store, request_id: int) -> int | None:
    """The run that answers a request, once it has begun."""
    rows = store.ask(SQL / "run_of_request.sql", {"request_id": request_id})
    return int(rows[0][0]) if rows else None


def _end(
    transaction: Transaction, run_id: int, at: datetime, result: Result, zh: str, en: str, touched: Sequence[str]
) -> None:
    row = {"run_id": run_id, "at": at, "result": result, "zh": zh, "en": en}
    transaction.run(SQL / "run_end.sql", {**row, "touched": json.dumps(list(touched), ensure_ascii=False)})


def _run(row: Sequence[Any]) -> Run:
    run_id, job, due_at, started_at, started_by, ended_at, result, zh, en, touched, line, at, *said = row
    last = None if line is None else LogLine(line, at, *said)
    things = tuple(json.loads(touched)) if touched else ()
    return Run(run_id, job, due_at, started_at, started_by, ended_at, result, zh or "", en or "", things, last)
