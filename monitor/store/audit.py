"""The audit log: one entry for each change and each export, in the order of commits, each sealed with the one before.

An entry's mac is HMAC-SHA-256(key, mac before it ‖ the entry as canonical JSON), so that nobody without the key can
change, remove, insert or reorder one unseen. What is cut off at the end shows against the head: a copy of the last
entry's number and mac that lies outside the store's file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

_reader_log = logging.getLogger("monitor.reader")

SEALED_AT_UPGRADE = "sealed_at_upgrade"  # the events of a store that had no log yet
# from here on it is another store than the one it was copied from
RESTORED = "restored"
QUARANTINED = "wal_quarantined"
MISSING_HEAD = "head_missing"  # the log went on without a head to compare it with
_LONGEST_NAME = 300  # what somebody types at a sign-in has no end

COLUMNS = ("seq", "at", "actor", "action", "object", "detail", "event_seq", "event_sha256", "before", "after", "mac")


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


def tell_note(noted: Note, version: str) -> None:
    """A line of JSON in the service log, with the version served: a copy has no audit log."""
    about = None if noted.detail is None else json.loads(noted.detail)
    said = {"action": noted.action, "by": noted.actor, "object": noted.object, "version": version, "detail": about}
    _reader_log.info("audit %s", json.dumps(said, ensure_ascii=False))


def mac_of(key: bytes, previous: str, entry: Sequence[Any]) -> str:
    """`entry`: the columns but the mac, in the order of AuditEntry."""
    return hmac.digest(key, (previous + _canonical(entry)).encode(), "sha256").hex()


def event_digest(event: Sequence[Any]) -> str:
    """SHA-256 of an event as canonical JSON; `event`: seq, at, actor, action, submission_id, receipt_id, detail."""
    return hashlib.sha256(_canonical(event).encode()).hexdigest()


def _canonical(row: Sequence[Any]) -> str:
    """The one way to write a number, a moment, texts, numbers and nulls as a JSON list: ASCII, no blanks.

    As json.dumps(…, separators=(",", ":")) does, in less time: to prove a log, every entry of it is written so.
    """
    seq, at, *rest = row
    cells = [_quoted(cell) if type(cell) is str else "null" if cell is None else str(cell) for cell in rest]
    return f'[{seq},"{_moment(at)}",{",".join(cells)}]'


@lru_cache(maxsize=16)
def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")  # one transaction has one


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
        if "dossier" in said:
            return _clean(f"{action.partition('_')[0]}:{said['dossier']}")
    return None


def _clean(name: str) -> str:
    return _plain(name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…")


def _plain(text: str) -> str:
    """Without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()
