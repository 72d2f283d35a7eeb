"""The check of the audit log while the store is open and others write: up to the head of the moment it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from .audit_check import Events, LogCheck
from .audit_folder import Head
from .findings import Finding
from .migrations import SQL
from .store import Store
from .times import to_stored

_EVERY = -(2**63)


@dataclass(frozen=True)
class LogLook:
    """`at`: when (UTC without zone); `entries`: how many were proven; `findings`: what is wrong with them."""

    at: datetime
    entries: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not any(one.is_fault for one in self.findings)


def look_at_log(store: Store) -> LogLook | None:
    """Prove every entry and every event that it seals; None for a store in memory, of which nothing is kept outside.

    What is written meanwhile is left for the next look. Received files and rows are for `verify` (verifying.py).
    Raises StoreError.
    """
    folder = store.audit_folder
    if folder is None:
        return None
    head = folder.read_head()
    key = folder.load_key() if folder.has_key() else None
    last, sealed = (head.seq, head.event_seq) if isinstance(head, Head) else (None, None)
    events = Events(_until(store.ask_each(SQL / "events_after.sql", {"seq": _EVERY}), sealed))
    check = LogCheck(key, head, events)
    found = check.run(_until(store.ask_each(SQL / "audit_since.sql", {"seq": _EVERY}), last))
    if key is None:
        found.insert(0, Finding("key_missing", "审计密钥 chain.key 不在", "the key of the audit log is gone"))
    return LogLook(to_stored(store.now()), check.count, tuple(found))


def _until(rows: Iterator[tuple[Any, ...]], last: int | None) -> Iterator[Sequence[Any]]:
    """Rows by number, up to one; all where it is not known."""
    return rows if last is None else takewhile(lambda row: row[0] <= last, rows)
