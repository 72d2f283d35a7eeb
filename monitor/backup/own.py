"""Which backups of a folder are of a store, where several stores put theirs; and which number its next one has."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from monitor.store.store import Store

from .proving import SQL
from .shelf import Backup, Belongs, next_number, repeated


def of_store(store: Store) -> Belongs:
    """Those whose log began as the store's does, so that those from before it was restored count too.

    A program that did not write that down left the end of the log: where the store has that entry, it is its backup.
    """
    origin = store.audit_head().origin

    def belongs(one: Backup) -> bool:
        return stands_in(store, one) if one.origin is None else one.origin == origin

    return belongs


def stands_in(store: Store, one: Backup) -> bool:
    """Whether the store's log goes on from where the backup's ends. Raises StoreError."""
    return one.seq > 0 and store.ask(SQL / "entry_mac.sql", {"seq": one.seq}) == [(one.mac,)]


def numbered_apart(store: Store, backups: Sequence[Backup]) -> tuple[Backup, Backup] | None:
    """Two backups of a store whose numbers are not in the order of its log, or are the same: nobody can tell the order.

    The log of a store that was restored begins further down again, so that only what it still has is compared.
    """
    before: Backup | None = None
    for one in sorted((one for one in backups if one.number is not None), key=lambda one: (one.seq, one.number)):
        if not stands_in(store, one):
            continue
        if before is not None and before.seq < one.seq and (before.number or 0) >= (one.number or 0):
            return before, one
        before = one
    return repeated(backups)


def number_of_next(folder: Path, notes: Sequence[tuple[object, ...]]) -> int:
    """Greater than any that the folder or the store's log knows of: numbers are the store's, wherever backups lie.

    `notes`: the rows of backup_notes.sql. Programs that counted each folder for itself noted no number: theirs is no
    greater than that of their notes.
    """
    said = [json.loads(str(detail)) for (detail,) in notes if detail is not None]
    noted = [int(one["number"]) for one in said if isinstance(one.get("number"), int)]
    return max(next_number(folder), len(notes) + 1, *(number + 1 for number in noted))
