"""The mails there are: put once by their key, listed with what came of them. Sending is `delivery`'s."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Literal

from monitor.store.store import Store
from monitor.store.times import to_stored

from .contacts import Language
from .letters import Kind, one_line

SQL = files("monitor.mail") / "sql"

# After the first attempt the next waits a minute, and so on; after the last, some four days in all, nobody tries again.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 2880))
MOST_ATTEMPTS = len(DELAYS) + 1

MailState = Literal["waiting", "sent", "failed"]


@dataclass(frozen=True)
class Mail:
    """One mail and what came of it. Moments are UTC without zone. `last_detail`: what the server said last."""

    mail_id: int
    created_at: datetime
    created_by: str
    kind: str
    region_code: str | None
    submission_id: int | None
    language: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    body: str
    key: str
    attempts: int
    last_at: datetime | None
    last_detail: str | None
    is_sent: bool

    @property
    def state(self) -> MailState:
        if self.is_sent:
            return "sent"
        return "failed" if self.attempts >= MOST_ATTEMPTS else "waiting"

    def is_ready(self, now: datetime) -> bool:
        """Whether it is to be tried now; `now` is UTC without zone."""
        if self.state != "waiting":
            return False
        if self.last_at is None:
            return True
        # a clock that was put back must not hold a mail for ever
        return now < self.last_at or now >= self.last_at + DELAYS[self.attempts - 1]


class Outbox:
    """Takes mails for one store."""

    def __init__(self, store: Store, sender: str) -> None:
        self.store, self.sender = store, sender

    def put(
        self,
        kind: Kind,
        *,
        language: Language,
        recipients: Sequence[str],
        subject: str,
        body: str,
        key: str,
        region: str | None = None,
        submission_id: int | None = None,
        by: str = "monitor",
    ) -> int | None:
        """The mail's number; None where a mail with this key is there already. Raises StoreError."""
        row: Mapping[str, object] = {
            "created_by": by,
            "kind": kind,
            "region_code": region,
            "submission_id": submission_id,
            "language": language,
            "sender": self.sender,
            "recipients": json.dumps(list(recipients)),
            "subject": one_line(subject),
            "body": body,
            "key": key,
        }
        with self.store.transaction() as transaction:
            made = transaction.run(SQL / "mail_put.sql", {"created_at": transaction.moment(), **row})
        return int(made[0][0]) if made else None

    def keys(self, since: datetime) -> frozenset[str]:
        """The keys of mails made since then (UTC)."""
        return frozenset(row[0] for row in self.store.ask(SQL / "mail_keys.sql", {"since": since}))


def give_up(store: Store, *, before: datetime, reason: str) -> int:
    """Let nobody try again to send what was put before then (UTC) and still waits: how many. Raises StoreError."""
    old = [mail for mail in list_mails(store, states=("waiting",), unsent=True) if mail.created_at < to_stored(before)]
    if not old:
        return 0
    with store.transaction() as transaction:
        for mail in old:
            tried = {"mail_id": mail.mail_id, "moment": transaction.moment(), "outcome": "failed", "detail": reason}
            for _ in range(MOST_ATTEMPTS - mail.attempts):
                transaction.run(SQL / "mail_attempt.sql", tried)
    return len(old)


def list_mails(store: Store, *, states: Sequence[MailState] | None = None, unsent: bool = False) -> tuple[Mail, ...]:
    """Mails, newest first; `unsent` asks the store for those alone."""
    rows = store.ask(SQL / "mail_list.sql", {"only_unsent": unsent})
    mails = (Mail(*_opened(row)) for row in rows)
    return tuple(mail for mail in mails if states is None or mail.state in states)


def _opened(row: Sequence[Any]) -> list[Any]:
    """The row with its list of recipients read."""
    values = list(row)
    values[8] = tuple(json.loads(values[8]))
    return values
