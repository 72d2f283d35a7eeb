"""The end of the audit log, where each transaction is sealed at its commit."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import duckdb

from .audit import COLUMNS, QUARANTINED, RESTORED, Note, event_digest, mac_of, object_of
from .audit_events import new_events
from .audit_folder import FIRST_MAC, AuditFolder, Head
from .migrations import SQL
from .transaction import execute

_AT_ONCE = 20_000


class Chain:
    """Seals what each transaction wrote, at its commit; the end of the log is kept in memory by the one owner."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: AuditFolder) -> None:
        self._connection, self._folder = connection, folder
        self._key = b""
        self._lock = threading.Lock()
        self._head: Head | None = None
        self._sealed = 0  # the last event of which nothing is left to seal

    def load_key(self) -> bytes:
        """Nothing is sealed before. Raises StoreError for a key that must not be used."""
        self._key = self._folder.load_key()
        return self._key

    @contextmanager
    def sealing(
        self,
        cursor: duckdb.DuckDBPyConnection,
        notes: Sequence[Note],
        now: datetime,
        *,
        events: Literal["none", "new", "all"] = "new",
    ) -> Iterator[None]:
        """Seals the events of the cursor's transaction, then `notes`; the block commits it, or raises.

        One at a time, so that the order of entries is the order of commits. `now`: UTC without zone. `events`: those
        that were written in the transaction, or all there are, or (none can have been) none.
        """
        with self._lock:
            last, sealed = (self._head, self._sealed) if self._head is not None else self.read()
            head = last
            if events == "all":
                for part in self._of_old_events():
                    head = self._seal(cursor, head, part, now)
            new = map(_of_event, new_events(cursor, sealed) if events == "new" else ())
            head = self._seal(cursor, head, [*new, *map(_of_note, notes)], now)
            self._head = None  # what became of a commit that raises is asked of the file
            yield
            self._head, self._sealed = head, max(sealed, head.event_seq)
            if head.seq > last.seq:
                self._folder.write_head(head)

    @contextmanager
    def still(self) -> Iterator[None]:
        """While it lasts, nothing is committed."""
        with self._lock:
            yield

    def head(self) -> Head:
        """The end of the log as committed."""
        with self._lock:
            return self._head if self._head is not None else self.read()[0]

    def close(self) -> None:
        """Let the head be there after a power cut."""
        with self._lock:
            if self._head is not None:
                self._folder.write_head(self._head, durably=True)

    def read(self) -> tuple[Head, int]:
        """The end of the log as committed, and the last event there is.

        No committed event is left to seal: one that is unsealed was put there from outside, and sealing it now would
        hide that.
        """
        with self._connection.cursor() as cursor:
            return read_end(cursor)

    def _of_old_events(self) -> Iterator[list[tuple[Any, ...]]]:
        """All that were ever committed: more than should be in memory at once."""
        with self._connection.cursor() as cursor:
            asked = execute(cursor, SQL / "events_after.sql", {"seq": 0})
            while rows := asked.fetchmany(_AT_ONCE):
                yield [_of_event(row) for row in rows]

    def _seal(
        self, cursor: duckdb.DuckDBPyConnection, last: Head, new: Sequence[tuple[Any, ...]], now: datetime
    ) -> Head:
        """Write entries in one go, `new` being their columns from `actor` to `after`; gives the end of the log then."""
        if not new:
            return last
        moment = now if last.at is None else max(now, last.at)
        mac, event_seq, store, origin, entries = last.mac, last.event_seq, last.store, last.origin, []
        for seq, said in enumerate(new, start=last.seq + 1):
            entry = (seq, moment, *said)
            mac = mac_of(self._key, mac, entry)
            entries.append((*entry, mac))
            event_seq = max(event_seq, entry[6] or 0)
            if store is None or entry[3] in (RESTORED, QUARANTINED):
                store = mac
            origin = origin or mac
        columns = dict(zip(COLUMNS, zip(*entries, strict=True), strict=True))
        lists = {name: json.dumps(column) for name, column in columns.items() if name != "at"}
        execute(cursor, SQL / "audit_record.sql", {**lists, "at": moment})
        return Head(last.seq + len(entries), mac, event_seq, moment, store, origin)


def read_end(cursor: duckdb.DuckDBPyConnection) -> tuple[Head, int]:
    """The end of a log, and the last event there is. Raises as `execute`."""
    ((seq, mac, at, sealed, last_event),) = execute(cursor, SQL / "audit_head.sql").fetchall()
    named = [execute(cursor, SQL / f"audit_{name}.sql").fetchone() for name in ("identity", "origin")]
    store, origin = (None if row is None else str(row[0]) for row in named)
    return Head(seq, mac or FIRST_MAC, sealed, at, store, origin), max(sealed, last_event)


def _of_event(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *event, before, after = row
    seq, _, actor, action, submission_id, receipt_id, detail = event
    about = object_of(submission_id, receipt_id, action, detail)
    return (actor, action, about, detail, seq, event_digest(event), before, after)


def _of_note(note: Note) -> tuple[Any, ...]:
    return (note.actor, note.action, note.object, note.detail, None, None, note.before, note.after)
