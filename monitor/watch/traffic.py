"""What comes and goes: files received, submissions that wait for review, mails that wait to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.store.store import Store

from .store_numbers import SQL


@dataclass(frozen=True)
class Queue:
    """So many, the first of them since `oldest` (naive UTC)."""

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Traffic:
    """`received`: files by verdict; `mails`: by state (sent, waiting, failed)."""

    received: Mapping[str, int]
    to_review: Queue
    mails: Mapping[str, Queue]


def traffic(store: Store, *, since: datetime, attempts: int) -> Traffic:
    """`since`: naive UTC, for the files; `attempts`: after so many a mail is given up. Raises StoreError."""
    received = {str(verdict): int(files) for verdict, files in store.ask(SQL / "receipts_since.sql", {"since": since})}
    states = {str(state): Queue(int(number), oldest) for state, number, oldest in store.ask(SQL / "submissions.sql")}
    told = store.ask(SQL / "mails.sql", {"most": attempts})
    mails = {str(state): Queue(int(number), oldest) for state, number, oldest in told}
    return Traffic(received, states.get("submitted", Queue()), mails)
