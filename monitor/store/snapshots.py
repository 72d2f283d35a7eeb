"""Moments frozen under a name (第1版): whatever accepts a moment accepts the name, and it never moves.

Every transaction is strictly later than the newest event (`Transaction.moment`), so nothing can be added to what was
known at a frozen moment, not even by a clock that stands still. A name is given once and for all.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from .migrations import SQL
from .store import Rows, Store, Transaction

LONGEST_NAME = 40


class SnapshotError(ValueError):
    """Nothing was frozen. `code`: bad_name or name_taken; `zh` and `en` say what and the cure."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True)
class Snapshot:
    """`seq`: of its event; `at`: UTC without zone; `by`: who froze it."""

    seq: int
    name: str
    at: datetime
    note: str | None
    by: str


def freeze(store: Store, name: str, *, by: str, note: str | None = None, at: datetime | None = None) -> Snapshot:
    """Give the present state of the store a name, or that of an earlier moment, in one transaction with `frozen`.

    `at`: naive UTC; nothing can be added to what was known then, as little as to what is known now.

    The configuration in force must have been recorded before (configuration.py): a later record would not count.
    Raises SnapshotError (a name that is none, or is taken), StoreError.
    """
    with store.transaction() as transaction:
        return freeze_within(transaction, name, by=by, note=note, at=at)


def freeze_within(
    transaction: Transaction, name: str, *, by: str, note: str | None = None, at: datetime | None = None
) -> Snapshot:
    """As `freeze`, within a transaction that writes more than the name."""
    given = _checked(name)
    said = (note or "").strip() or None
    taken = _read(transaction.run(SQL / "snapshots.sql", {"name": given}))
    if taken:
        raise _name_taken(taken[0])
    moment = transaction.moment()
    frozen = moment if at is None else min(at, moment)
    detail = json.dumps({"name": given, "note": said, "at": frozen.isoformat()}, ensure_ascii=False)
    event = {"moment": moment, "actor": by, "action": "frozen", "submission_id": None, "receipt_id": None}
    seq = int(transaction.run(SQL / "event_record.sql", {**event, "detail": detail})[0][0])
    transaction.run(SQL / "snapshot_record.sql", {"seq": seq, "name": given, "moment": frozen, "note": said})
    return Snapshot(seq, given, frozen, said, by)


def list_snapshots(store: Store) -> tuple[Snapshot, ...]:
    """All of them, first to last."""
    return _read(store.ask(SQL / "snapshots.sql", {"name": None}))


def find_snapshot(store: Store, name: str) -> Snapshot | None:
    """The one of that name, blanks around it and ways of writing the same letter apart."""
    found = _read(store.ask(SQL / "snapshots.sql", {"name": _plain(name)}))
    return found[0] if found else None


def reads_as_moment(name: str) -> bool:
    """Whether it is a date or a time, and so no name that a snapshot could have."""
    try:
        datetime.fromisoformat(_plain(name))
    except ValueError:
        return False
    return True


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _checked(name: str) -> str:
    """The name as it is kept; one that reads as a date would hide that date. Raises SnapshotError."""
    plain = _plain(name)
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise SnapshotError(
            "bad_name",
            f"版本名“{name}”不可用；请用 1 至 {LONGEST_NAME} 个可见字符，例如 第1版",
            f"'{name}' is no name for a snapshot: use 1 to {LONGEST_NAME} visible characters, e.g. 第1版",
        )
    if reads_as_moment(plain):
        raise SnapshotError(
            "bad_name",
            f"版本名“{plain}”会与日期混淆；请换一个名称，例如 第1版",
            f"the name '{plain}' could be taken for a date: choose another, e.g. 第1版",
        )
    return plain


def _name_taken(taken: Snapshot) -> SnapshotError:
    return SnapshotError(
        "name_taken",
        f"版本“{taken.name}”已于 {taken.at:%Y-%m-%d %H:%M:%S} UTC 由 {taken.by} 冻结，不能改动；请换一个名称",
        f"snapshot '{taken.name}' was frozen at {taken.at:%Y-%m-%d %H:%M:%S} UTC by {taken.by} and never moves:"
        " choose another name",
    )


def _read(rows: Rows) -> tuple[Snapshot, ...]:
    return tuple(Snapshot(*row) for row in rows)
