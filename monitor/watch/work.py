"""Measures of scheduled work, backups and integrity checks, from what their rooms know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from prometheus_client import Metric

from monitor.store.store import Store

from .families import Values, gauge, gauges, moment
from .store_numbers import SQL


class RunLike(Protocol):
    """As jobs/history.py has it: one run of a job."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def seconds(self) -> float | None: ...


class JobLike(Protocol):
    """As jobs/board.py has it: a job and what came of it."""

    @property
    def name(self) -> str: ...
    @property
    def next_due(self) -> datetime | None: ...
    @property
    def paused(self) -> bool: ...
    @property
    def running(self) -> RunLike | None: ...
    @property
    def last(self) -> RunLike | None: ...
    @property
    def last_done(self) -> datetime | None: ...
    @property
    def is_failing(self) -> bool: ...


class FailingLike(Protocol):
    """As jobs/health.py has it: work that fails now."""

    @property
    def name(self) -> str: ...
    @property
    def since(self) -> datetime: ...
    @property
    def reason(self) -> str: ...


class BackupLike(Protocol):
    """As backup/shelf.py has it."""

    @property
    def made_at(self) -> datetime: ...
    @property
    def bytes(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def sound(self) -> bool | None: ...


def jobs(states: Sequence[JobLike]) -> Iterator[Metric]:
    label = ("job",)

    def told(name: str, text: str, values: Sequence[float | None]) -> Metric:
        found = [((job.name,), value) for job, value in zip(states, values, strict=True) if value is not None]
        return gauges(f"monitor_job_{name}", text, label, found)

    ended = [job.last for job in states]
    yield told("failing", "1 where its last run was not done", [float(job.is_failing) for job in states])
    yield told("paused", "1 where an operator stopped it", [float(job.paused) for job in states])
    yield told(
        "running_since_timestamp_seconds",
        "When the run under way began; absent where none is",
        [moment(job.running.started_at) if job.running else None for job in states],
    )
    yield told(
        "due_timestamp_seconds",
        "When the schedule starts it next; absent where it does not",
        [moment(job.next_due) for job in states],
    )
    yield told("last_success_timestamp_seconds", "When it was done last", [moment(job.last_done) for job in states])
    yield told(
        "last_end_timestamp_seconds",
        "When it ended last, whatever came of it",
        [moment(run.ended_at) if run else None for run in ended],
    )
    yield told("last_duration_seconds", "How long the last run took", [run.seconds if run else None for run in ended])


def clock(is_ticking: bool, failing: Sequence[FailingLike]) -> Iterator[Metric]:
    yield gauge("monitor_clock_ticking", "1 while the clock of the scheduled work runs", float(is_ticking))
    since: Values = [((one.name, one.reason), moment(one.since) or 0.0) for one in failing]
    yield gauges(
        "monitor_work_failing_since_timestamp_seconds",
        "Since when work of the clock fails or does not come back; absent where none does",
        ("work", "reason"),
        since,
    )


def backups(found: Sequence[BackupLike]) -> Iterator[Metric]:
    """`found`: the newest first."""
    yield gauge("monitor_backups", "Backups in the backup folder", float(len(found)))
    last = found[0] if found else None
    made = None if last is None else moment(last.made_at)
    yield gauge("monitor_backup_last_timestamp_seconds", "When the newest backup was made", made)
    yield gauge("monitor_backup_last_bytes", "Its size", None if last is None else float(last.bytes))
    yield gauge(
        "monitor_backup_last_audit_entries",
        "Entries of the audit log that it holds; what the log has beyond them is in no backup",
        None if last is None else float(last.seq),
    )
    sound = None if last is None or last.sound is None else float(last.sound)
    yield gauge("monitor_backup_last_sound", "1 where it was proved sound, 0 where it was not; absent: unknown", sound)


def checks(store: Store) -> Iterator[Metric]:
    """Of the last run. Raises StoreError."""
    rows = store.ask(SQL / "checks.sql")
    found: Values = [((str(name), str(severity)), float(count)) for name, severity, count, *_ in rows]
    yield gauges("monitor_check_found", "What an integrity check found", ("check", "severity"), found)
    took: Values = [((str(name),), float(seconds)) for name, *_, seconds, _ in rows]
    yield gauges("monitor_check_duration_seconds", "How long an integrity check took", ("check",), took)
    ran = moment(rows[0][-1]) if rows else None
    yield gauge("monitor_checks_last_timestamp_seconds", "When the integrity checks ran last", ran)
