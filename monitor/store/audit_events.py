"""The events that a transaction wrote, as the audit log seals them: each with what its object said before and says now.

This is events_after.sql asked in pieces, of which a commit mostly needs two: the whole took three times as long.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import duckdb

from .migrations import SQL
from .transaction import execute

_REPLACED = {"accepted": "replaces", "superseded": "by"}  # where their details name the other submission
_Row = tuple[Any, ...]


def new_events(cursor: duckdb.DuckDBPyConnection, seq: int) -> list[_Row]:
    """As the rows of events_after.sql. Raises duckdb.Error, StoreError, StoreFatal."""
    events = sorted(execute(cursor, SQL / "events_new.sql", {"seq": seq}).fetchall())
    if not events:
        return []
    others = {event[0]: _other(event) for event in events}
    said = {*others.values(), *(event[4] for event in events)} - {None}
    received = {event[5] for event in events if event[4] is None} - {None}
    submissions = _hashes(cursor, "submission", sorted(said))
    receipts = _hashes(cursor, "receipt", sorted(received))
    configured: dict[int, tuple[str, str | None]] = {}
    if any(event[3] == "configured" for event in events):
        rows = execute(cursor, SQL / "configuration_hashes.sql").fetchall()
        configured = {number: (digest, before) for number, digest, before in rows}

    def contents(event: _Row) -> tuple[str | None, str | None]:
        number, _, _, action, submission, receipt, _ = event
        own, other = submissions.get(submission), submissions.get(others[number])
        if action == "superseded":
            return own, other
        if action == "configured" and submission is None and receipt is None:
            after, before = configured.get(number, (None, None))
            return before, after
        return (other if action == "accepted" else None), (own if submission is not None else receipts.get(receipt))

    return [(*event, *contents(event)) for event in events]


def _other(event: _Row) -> int | None:
    """The submission that an acceptance replaces, or that takes the place of a superseded one."""
    name = _REPLACED.get(event[3])
    if name is None or event[6] is None:
        return None
    said = json.loads(event[6])
    found = said.get(name) if isinstance(said, dict) else None
    return None if found is None else int(found)


def _hashes(cursor: duckdb.DuckDBPyConnection, kind: str, numbers: Sequence[int]) -> dict[int | None, str]:
    if not numbers:
        return {}
    return dict(execute(cursor, SQL / f"{kind}_hashes.sql", {f"{kind}_ids": list(numbers)}).fetchall())
