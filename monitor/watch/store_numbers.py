"""What the store tells of itself: its rows, the files it received, what waits, the mails, the audit log, its room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from prometheus_client import Metric

from monitor.store.space import Space
from monitor.store.store import Store

from .families import all_of, counters, gauge, gauges, moment

SQL = files("monitor.watch") / "sql"
VERDICTS = ("accept", "warn", "review", "duplicate", "rows", "reject", "draft")
STATES = ("submitted", "accepted", "returned", "withdrawn", "superseded")
ACTIONS = ("signed_in", "sign_in_failed")
"""Of the audit log; the others are told once they have been done."""
MAIL_STATES = ("sent", "waiting", "failed")


class StoreNumbers:
    """Asks one store. `attempts`: after so many a mail is given up. What only events change is asked once for each."""

    def __init__(self, store: Store, attempts: int) -> None:
        self._store, self._attempts = store, attempts
        self._kept: tuple[int, tuple[Metric, ...]] | None = None

    def rows(self) -> Iterator[Metric]:
        """Raises StoreError, as all of these."""
        found = {str(name): float(rows) for name, rows in self._store.ask(SQL / "rows.sql")}
        yield gauges("monitor_store_rows", "Rows of the table", ("table",), all_of(found, ()))
        ((memory,),) = self._store.ask(SQL / "memory.sql")
        yield gauge("monitor_store_memory_bytes", "Memory that the database uses", float(memory))
        done = {str(action): float(entries) for action, entries in self._store.ask(SQL / "audit.sql")}
        yield counters("monitor_audit_entries", "Entries of the audit log", ("action",), all_of(done, ACTIONS))

    def cycle(self) -> tuple[Metric, ...]:
        version = self._store.event_version()  # before the questions: what comes meanwhile is asked for again
        if self._kept is None or self._kept[0] != version:
            self._kept = version, tuple(self._ask_cycle())
        return self._kept[1]

    def _ask_cycle(self) -> Iterator[Metric]:
        told = self._store.ask(SQL / "receipts.sql")
        verdicts = {str(verdict): float(number) for verdict, number, _ in told}
        yield counters("monitor_receipts", "Files received", ("verdict",), all_of(verdicts, VERDICTS))
        received = float(sum(size for *_, size in told))
        yield gauge("monitor_received_bytes", "Size of all files that were received", received)
        states = self._store.ask(SQL / "submissions.sql")
        counted = {str(state): float(number) for state, number, _ in states}
        yield gauges(
            "monitor_submissions", "Submissions that are in the state now", ("state",), all_of(counted, STATES)
        )
        waiting = next((oldest for state, _, oldest in states if state == "submitted"), None)
        yield gauge(
            "monitor_review_oldest_timestamp_seconds",
            "Since when the submission waits for review that has waited longest; absent where none waits",
            moment(waiting),
        )
        ((accepted,),) = self._store.ask(SQL / "last_accepted.sql")
        yield gauge("monitor_last_acceptance_timestamp_seconds", "When figures were accepted last", moment(accepted))

    def mails(self) -> Iterator[Metric]:
        told = self._store.ask(SQL / "mails.sql", {"most": self._attempts})
        counted = {str(state): float(number) for state, number, _ in told}
        yield gauges("monitor_mails", "Mails; failed: given up", ("state",), all_of(counted, MAIL_STATES))
        waiting = next((oldest for state, _, oldest in told if state == "waiting"), None)
        yield gauge(
            "monitor_mail_oldest_timestamp_seconds",
            "When the oldest mail was written that waits; absent where none waits",
            moment(waiting),
        )


def room(space: Space, folders: Mapping[str, Path]) -> Iterator[Metric]:
    """The store's files and the disks of the folders, by what each is for. Raises OSError."""
    if (store := space.store) is not None:
        sizes = {"database": _size(store), "log": _size(store.with_name(store.name + ".wal"))}
        yield gauges(
            "monitor_store_bytes", "Size of the store's file and of its write-ahead log", ("file",), all_of(sizes, ())
        )
    if (found := space.look()) is not None:
        told = "Free bytes of the data folder below which no file is taken"
        yield gauge("monitor_disk_needed_bytes", told, float(found.needed))
    disks = {name: shutil.disk_usage(path) for name, path in folders.items() if path.exists()}
    free = {name: float(disk.free) for name, disk in disks.items()}
    yield gauges("monitor_disk_free_bytes", "Free bytes of the disk of the folder", ("folder",), all_of(free, ()))
    total = {name: float(disk.total) for name, disk in disks.items()}
    yield gauges("monitor_disk_bytes", "Size of the disk of the folder", ("folder",), all_of(total, ()))


def _size(path: Path) -> float:
    try:
        return float(path.stat().st_size)
    except FileNotFoundError:  # the log goes at each checkpoint
        return 0.0
