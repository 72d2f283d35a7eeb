"""Files that were received and not submitted yet: drafts, and what was refused; each is its receipt and its bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from monitor.access.actors import Actor
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Store, Transaction

from .reading import Reading
from .revisions import IngestResult, Orders, write_event, write_problems, write_receipt

SQL = files(__package__) / "sql"

DraftState = Literal["draft", "rejected", "submitted", "discarded"]
Explanations = Mapping[tuple[int | None, str], str]
"""(line, rule) → the explanation of that query; no line: of the whole file."""


@dataclass(frozen=True)
class Part:
    """What a draft would send: one submission of it."""

    region: str
    form: str
    period: str
    vintage: str


@dataclass(frozen=True)
class DraftLine:
    """One received file and where it stands. Moments are UTC without zone.

    `parts`: known unless the file was refused; `submissions`: what it became. `saved_at`: the last time anything was
    said about it. `reach`: the units of the sender of a refused file, None for all.
    """

    receipt_id: int
    file_name: str
    sha256: str
    size: int
    received_at: datetime
    received_by: str
    row_count: int
    problem_count: int
    state: DraftState
    saved_at: datetime
    parts: tuple[Part, ...]
    submissions: tuple[int, ...]
    explanations: Explanations
    reach: frozenset[str] | None = None


def keep_draft(
    transaction: Transaction, reading: Reading, result: IngestResult, orders: Orders, received_folder: Path
) -> int:
    """Write the receipt of a file that may be submitted, what was noticed, and its bytes. Returns the receipt's id."""
    receipt = write_receipt(transaction, reading, "draft", orders, received_folder)
    write_problems(transaction, receipt, result.problems)
    parts = [
        {"region": one.region_code, "form": one.form, "period": one.period, "vintage": one.vintage}
        for one in result.submissions
    ]
    write_event(transaction, "drafted", orders.by, receipt, {"parts": parts})
    return receipt


def save_explanations(transaction: Transaction, line: DraftLine, by: str, explanations: Explanations) -> None:
    """Remember what was written so far."""
    said = [
        {"line": place, "rule": rule, "text": text.strip()}
        for (place, rule), text in explanations.items()
        if text.strip()
    ]
    parts = [{"region": p.region, "form": p.form, "period": p.period, "vintage": p.vintage} for p in line.parts]
    write_event(transaction, "drafted", by, line.receipt_id, {"parts": parts, "explanations": said})


def discard(transaction: Transaction, receipt_id: int, by: str, **why: object) -> None:
    write_event(transaction, "discarded", by, receipt_id, why)


def may_open(actor: Actor, line: DraftLine) -> bool:
    """A draft is its sender's and that of others who send for all the units in it; nobody else's."""
    if line.parts:
        return actor.sends and all(actor.may_send(part.region) for part in line.parts)
    # of a refused file nobody knows for whom it speaks; a name alone is many people's
    is_own = line.received_by == actor.name and (line.reach is None or all(map(actor.may_send, line.reach)))
    return actor.sends and is_own


def find_kept(
    store: Store, *, receipts: Sequence[int] | None = None, as_of: datetime | None = None
) -> tuple[DraftLine, ...]:
    """Drafts and refused files, newest first; `receipts` None for all."""
    asked = {"receipt_ids": None if receipts is None else list(receipts), "as_of": as_of}
    return tuple(_line(row) for row in store.ask(STORE_SQL / "kept_files.sql", asked))


def _line(row: Sequence[Any]) -> DraftLine:
    receipt_id, file_name, sha256, size, received_at, received_by, rows, problems, state, saved_at, detail, became = row
    told = json.loads(detail) if detail else {}
    return DraftLine(
        receipt_id,
        file_name,
        sha256,
        size,
        received_at,
        received_by,
        rows,
        problems,
        state,
        saved_at,
        parts=tuple(Part(**part) for part in told.get("parts", ())),
        submissions=tuple(int(one) for one in became.split(",")) if became else (),
        explanations={(one["line"], one["rule"]): one["text"] for one in told.get("explanations", ())},
        reach=None if told.get("reach") is None else frozenset(told["reach"]),
    )
