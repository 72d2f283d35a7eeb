"""The audit log: one entry for each change and each export, in the order of commits, each sealed with the one before.

An entry's mac is HMAC-SHA-256(key, mac before it ‖ the entry as canonical JSON), so that nobody without the key can
change, remove, insert or reorder one unseen. What is cut off at the end shows against the head: a copy of the last
entry's number and mac that lies outside the store's file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

import duckdb

from .audit_folder import AuditFolder, Head
from .migrations import SQL

FIRST_MAC = "0" * 64  # before the first entry
_LONGEST_NAME = 300  # what somebody types at a sign-in has no end

_COLUMNS = ("seq", "at", "actor", "action", "object", "detail", "event_seq", "event_sha256", "before", "after", "mac")


@dataclass(frozen=True)
class AuditEntry:
    """`at`: UTC without zone, never before that of the entry before. `detail`: JSON. `object`: kind:number, or a name.

    `before`, `after`: SHA-256 of what the object said until then and says from then on, where it is such a thing.
    `event_seq`, `event_sha256`: the event that it seals, null for what is no event.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    object: str | None
    detail: str | None
    event_seq: int | None
    event_sha256: str | None
    before: str | None
    after: str | None
    mac: str


@dataclass(frozen=True)
class Note:
    """An entry of something that is no event."""

    action: str
    actor: str
    object: str | None = None
    detail: str | None = None
    before: str | None = None
    after: str | None = None


def make_note(
    action: str,
    by: str,
    object: str | None,
    detail: Mapping[str, object] | None,
    before: str | None,
    after: str | None,
) -> Note:
    """With names cut to a length and freed of what is no text, since some come from who was let in nowhere."""
    said = None if detail is None else json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
    return Note(action, _clean(by), None if object is None else _clean(object), said and _plain(said), before, after)


def mac_of(key: bytes, previous: str, entry: Sequence[Any]) -> str:
    """`entry`: the columns but the mac, in the order of AuditEntry."""
    seq, at, *rest = entry
    text = json.dumps([seq, at.isoformat(timespec="microseconds"), *rest], separators=(",", ":"))
    return hmac.digest(key, (previous + text).encode(), "sha256").hex()


def event_digest(event: Sequence[Any]) -> str:
    """SHA-256 of an event as canonical JSON; `event`: seq, at, actor, action, submission_id, receipt_id, detail."""
    seq, at, *rest = event
    text = json.dumps([seq, at.isoformat(timespec="microseconds"), *rest], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def object_of(submission_id: int | None, receipt_id: int | None, action: str, detail: str | None) -> str | None:
    """What an event is about."""
    if submission_id is not None:
        return f"submission:{submission_id}"
    if receipt_id is not None:
        return f"receipt:{receipt_id}"
    if action == "configured":
        return "configuration"
    said = json.loads(detail) if detail else None
    if isinstance(said, dict):
        for name, kind in (("token_id", "token"), ("mail_id", "mail"), ("name", "snapshot")):
            if name in said:
                return f"{kind}:{said[name]}"
    return None


class Chain:
    """Seals what each transaction wrote, at its commit; the end of the log is kept in memory by the one owner."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: AuditFolder, key: bytes) -> None:
        self._connection, self._folder, self._key = connection, folder, key
        self._lock = threading.Lock()
        self._head: Head | None = None
        self._sealed = 0  # the last event of which nothing is left to seal

    @contextmanager
    def sealing(self, cursor: duckdb.DuckDBPyConnection, notes: Sequence[Note], now: datetime) -> Iterator[None]:
        """Seals the new events of the cursor's transaction, then `notes`; the block commits it, or raises.

        One at a time, so that the order of entries is the order of commits. `now`: UTC without zone.
        """
        with self._lock:
            last, sealed = (self._head, self._sealed) if self._head is not None else self._read()
            entries = self._seal(last, self._new(cursor, sealed, notes), now)
            if entries:
                columns = zip(*entries, strict=True)
                cursor.execute(_text("audit_record.sql"), dict(zip(_COLUMNS, map(list, columns), strict=True)))
            self._head = None  # what became of a commit that raises is asked of the file
            yield
            if not entries:
                self._head, self._sealed = last, sealed
                return
            events = [entry[6] for entry in entries if entry[6] is not None]
            seq, at, mac = entries[-1][0], entries[-1][1], entries[-1][-1]
            self._sealed = max([sealed, *events])
            self._head = Head(seq, mac, max([last.event_seq, *events]), at)
            self._folder.write_head(self._head)

    def _read(self) -> tuple[Head, int]:
        """The end of the log as committed. No committed event is left to seal: what is unsealed was put there from
        outside, and sealing it now would hide that."""
        with self._connection.cursor() as cursor:
            (row,) = cursor.execute(_text("audit_head.sql")).fetchall()
        seq, mac, at, sealed, last_event = row
        return Head(seq, mac or FIRST_MAC, sealed, at), max(sealed, last_event)

    def _new(self, cursor: duckdb.DuckDBPyConnection, sealed: int, notes: Sequence[Note]) -> list[tuple[Any, ...]]:
        """What to seal: the columns from `actor` to `after`."""
        found: list[tuple[Any, ...]] = []
        for *event, before, after in cursor.execute(_text("events_after.sql"), {"seq": sealed}).fetchall():
            seq, _, actor, action, submission_id, receipt_id, detail = event
            about = object_of(submission_id, receipt_id, action, detail)
            found.append((actor, action, about, detail, seq, event_digest(event), before, after))
        for note in notes:
            action, actor, about, detail, before, after = astuple(note)
            found.append((actor, action, about, detail, None, None, before, after))
        return found

    def _seal(self, last: Head, new: Sequence[tuple[Any, ...]], now: datetime) -> list[tuple[Any, ...]]:
        moment = now if last.at is None else max(now, last.at)
        mac, entries = last.mac, []
        for seq, said in enumerate(new, start=last.seq + 1):
            entry = (seq, moment, *said)
            mac = mac_of(self._key, mac, entry)
            entries.append((*entry, mac))
        return entries


def _clean(name: str) -> str:
    return _plain(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…")


def _plain(text: str) -> str:
    """Without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _text(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")
