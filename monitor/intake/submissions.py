"""A file becomes submissions, and submissions are looked up; the reviewer's actions stand in `review`.

A file is split into one submission per (region, form, period, vintage). A part that says something new becomes the
next revision of its four, a part that says nothing new becomes nothing. All of it is one transaction.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import INGEST_PREFIX, Store

from .limits import Limits
from .reading import Reading, read_file
from .review import accept, explain, return_, withdraw
from .revisions import IngestResult, Orders, Outcome, take_in
from .submission_errors import (
    ExplanationMissingError,
    LaterAcceptedError,
    NotSenderError,
    ReasonMissingError,
    SubmissionError,
    UnknownSubmissionError,
    WrongStateError,
)

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

__all__ = [
    "Cell",
    "ExplanationMissingError",
    "Happening",
    "IngestResult",
    "LaterAcceptedError",
    "NotSenderError",
    "Notice",
    "Outcome",
    "ReasonMissingError",
    "Submission",
    "SubmissionDetail",
    "SubmissionError",
    "UnknownSubmissionError",
    "WrongStateError",
    "accept",
    "explain",
    "ingest",
    "ingest_reading",
    "list_submissions",
    "return_",
    "show",
    "withdraw",
]

SubmissionState = Literal["submitted", "accepted", "superseded", "returned", "withdrawn"]


@dataclass(frozen=True)
class Submission:
    """One revision and where it stands. Moments are UTC without zone.

    `state_at`, `state_by`, `detail`: of the event that put it there. `queries`: how many need `explanation` or one of
    their own, `open_queries`: how many have neither.
    `in_force`: the revision of its four that counts; one below it can no longer be accepted.
    """

    submission_id: int
    receipt_id: int
    region_code: str
    form: str
    period: str
    vintage: str
    revision: int
    state: SubmissionState
    state_at: datetime
    state_by: str
    detail: Mapping[str, Any]
    row_count: int
    content_sha256: str
    submitted_at: datetime
    submitted_by: str
    estimated: bool
    explanation: str | None
    queries: int
    in_force: int | None
    file_name: str
    open_queries: int


@dataclass(frozen=True)
class Happening:
    """One event of a submission; `at` is UTC without zone."""

    seq: int
    at: datetime
    actor: str
    action: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """One thing that was noticed in the file, at its cell; a query with the `explanation` of its own (None: none)."""

    sheet: str | None
    line: int | None
    column: str | None
    code: str
    severity: Literal["error", "query", "warning"]
    zh: str
    en: str
    text: str | None
    indicator_id: str | None
    rule: str
    explanation: str | None


@dataclass(frozen=True)
class Cell:
    """One cell of a submission beside what it replaces (`was_…`); carried cells have only the latter."""

    indicator_id: str
    line: int | None
    change: Literal["created", "updated", "unchanged", "carried"]
    state: str | None
    numerator: Decimal | None
    denominator: Decimal | None
    part_unit: str | None
    value: Decimal | None
    unit: str | None
    comparator: str | None
    synthetic: bool | None
    note: str | None
    source: str | None
    published_on: date | None
    grade: str | None
    was_state: str | None
    was_numerator: Decimal | None
    was_denominator: Decimal | None
    was_part_unit: str | None
    was_value: Decimal | None
    was_unit: str | None
    was_comparator: str | None
    was_submission_id: int | None


@dataclass(frozen=True)
class SubmissionDetail:
    submission: Submission
    events: tuple[Happening, ...]
    notices: tuple[Notice, ...]
    cells: tuple[Cell, ...]


def ingest(
    store: Store,
    catalogues: Sequence[Catalogue],
    regions: Regions,
    path: Path,
    *,
    by: str,
    accept: bool = False,
    dry_run: bool = False,
    explain: str | None = None,
    accepted_at: datetime | None = None,
    limits: Limits | None = None,
    computed: Mapping[str, object] | None = None,
) -> IngestResult:
    """Read a file and submit what it says that is new; `accept` accepts it too, in the same transaction.

    A part with queries and no explanation is submitted but not accepted. `dry_run` computes everything and writes
    nothing. `accepted_at` back-dates the submission and its acceptance, never beyond now (the demo's loader only).
    `computed`: as of Orders.
    Raises OSError (the file cannot be opened), StoreError.
    """
    folder = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=store.staging_folder))
    keep_copy = store.received_folder is not None and not dry_run
    try:
        reading = read_file(path, catalogues, regions, staging_folder=folder, limits=limits, keep_copy=keep_copy)
        explained = (explain or "").strip() or None
        orders = Orders(by, accept, dry_run, explained, accepted_at, computed=computed)
        return ingest_reading(store, catalogues, regions, reading, orders)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ingest_reading(
    store: Store, catalogues: Sequence[Catalogue], regions: Regions, reading: Reading, orders: Orders
) -> IngestResult:
    """As `ingest`, for a file that has been read with the same catalogues into the store's staging folder."""
    with store.transaction() as transaction:
        result = take_in(transaction, reading, catalogues, regions, orders, store.received_folder)
        if orders.dry_run:
            transaction.abandon()
    return result


def list_submissions(
    store: Store,
    *,
    ids: Sequence[int] | None = None,
    receipts: Sequence[int] | None = None,
    regions: Sequence[str] | None = None,
    forms: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    states: Sequence[SubmissionState] | None = None,
    as_of: datetime | None = None,
    most: int | None = None,
) -> tuple[Submission, ...]:
    """Submissions as they stood at `as_of` (None: now), newest first; a filter that is None lets all through."""
    given = {
        "submission_ids": ids,
        "receipt_ids": receipts,
        "region_codes": regions,
        "forms": forms,
        "periods": periods,
        "states": states,
    }
    lists = {name: None if values is None else list(values) for name, values in given.items()}
    rows = store.ask(STORE_SQL / "submissions_as_of.sql", {"as_of": as_of, "most": most, **lists})
    return tuple(Submission(*_opened(row, 10)) for row in rows)


def show(store: Store, submission_id: int, *, as_of: datetime | None = None) -> SubmissionDetail:
    """One submission with its events up to `as_of`, what was noticed, and its cells. Raises UnknownSubmissionError."""
    found = list_submissions(store, ids=[submission_id], as_of=as_of)
    if not found:
        raise UnknownSubmissionError(submission_id)
    one = {"submission_id": submission_id}
    events = store.ask(STORE_SQL / "submission_events.sql", {**one, "as_of": as_of})
    return SubmissionDetail(
        found[0],
        tuple(Happening(*_opened(row, 4)) for row in events),
        tuple(Notice(*row) for row in store.ask(STORE_SQL / "submission_issues.sql", one)),
        tuple(Cell(*row) for row in store.ask(STORE_SQL / "submission_cells.sql", one)),
    )


def _opened(row: Sequence[Any], place: int) -> list[Any]:
    """The row with the JSON text at `place` read."""
    values = list(row)
    values[place] = json.loads(values[place]) if values[place] else {}
    return values
