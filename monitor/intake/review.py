"""What a reviewer or a sender does to one submission: each action is one transaction and leaves an event.

`submitted → accepted | returned | withdrawn`, `accepted → superseded` by the acceptance of a later revision;
there is no other way from state to state.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from monitor.access.names import same_person
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Store, Transaction
from monitor.store.times import to_stored

from .submission_errors import (
    ExplanationMissingError,
    LaterAcceptedError,
    NotSenderError,
    ReasonMissingError,
    SelfAcceptanceError,
    UnknownSubmissionError,
    WrongStateError,
)

SQL = files(__package__) / "sql"
# what units send; every other vintage was published by somebody
REPORTED_VINTAGES = frozenset({"reported", "flash"})


@dataclass(frozen=True)
class _Standing:
    state: str
    submitted_by: str
    revision: int
    accepted_revision: int | None
    accepted_id: int | None
    queries: int
    is_explained: bool
    vintage: str


def accept(
    store: Store,
    submission_id: int,
    *,
    by: str,
    at: datetime | None = None,
    explain: str | None = None,
    operator: bool = False,
) -> None:
    """Let the submission's figures count from now on, with the cells it does not name copied from those in force.

    `at` back-dates the acceptance, never beyond now (the demo's loader only). `explain` answers its queries.
    No one accepts what they sent, but published figures, or as the `operator` at the machine; the event says so.
    Raises SubmissionError (unknown, wrong state, a later revision accepted, queries unexplained, one's own),
    StoreError.
    """
    text = _given(explain)
    with store.transaction() as transaction:
        standing = _waiting(transaction, submission_id)
        is_own = same_person(standing.submitted_by, by)
        if is_own and standing.vintage in REPORTED_VINTAGES and not operator:
            raise SelfAcceptanceError(submission_id, by)
        later = standing.accepted_revision
        if later is not None and standing.accepted_id is not None and later > standing.revision:
            raise LaterAcceptedError(submission_id, standing.accepted_id, later)
        if standing.queries and not standing.is_explained and text is None:
            raise ExplanationMissingError(submission_id, standing.queries)
        transaction.run(SQL / "accept_one.sql", {"submission_id": submission_id, "replaced_id": standing.accepted_id})
        accept_chosen(transaction, by=by, at=at, explain=text, own=is_own)


def return_(
    store: Store, submission_id: int, *, by: str, reason: str, remarks: Mapping[str, str] | None = None
) -> None:
    """Send it back to its sender; `reason` is needed, `remarks` says at which indicators and why.

    Raises SubmissionError (unknown, wrong state, no reason).
    """
    text = _given(reason)
    with store.transaction() as transaction:
        _waiting(transaction, submission_id)
        if text is None:
            raise ReasonMissingError(submission_id)
        seq = _happened(transaction, submission_id, "returned", by, {"reason": text})
        _remark(transaction, submission_id, seq, remarks or {})


def comment(store: Store, submission_id: int, *, by: str, remarks: Mapping[str, str]) -> None:
    """A reviewer's remarks at indicators of a submission that waits, which goes on waiting; empty key: on the whole.

    Raises SubmissionError (unknown, wrong state, nothing said).
    """
    with store.transaction() as transaction:
        _waiting(transaction, submission_id)
        if not any(_given(text) for text in remarks.values()):
            raise ReasonMissingError(submission_id)
        # of no submission, since the last event of a submission is its state
        event = {
            "moment": transaction.moment(),
            "actor": by,
            "action": "commented",
            "submission_id": None,
            "receipt_id": None,
            "detail": json.dumps({"submission_id": submission_id}),
        }
        seq = int(transaction.run(STORE_SQL / "event_record.sql", event)[0][0])
        _remark(transaction, submission_id, seq, remarks)


def withdraw(store: Store, submission_id: int, *, by: str, reason: str | None = None) -> None:
    """Take back one's own submission before it is accepted.

    Raises SubmissionError (unknown, wrong state, not the sender).
    """
    with store.transaction() as transaction:
        standing = _waiting(transaction, submission_id)
        if standing.submitted_by != by:
            raise NotSenderError(submission_id, standing.submitted_by)
        _happened(transaction, submission_id, "withdrawn", by, {"reason": _given(reason)})


def explain(store: Store, submission_id: int, *, by: str, text: str) -> None:
    """Answer the queries of a submission that waits for review.

    Raises SubmissionError (unknown, wrong state, no text).
    """
    given = _given(text)
    with store.transaction() as transaction:
        standing = _waiting(transaction, submission_id)
        if given is None:
            raise ExplanationMissingError(submission_id, standing.queries)
        _happened(transaction, submission_id, "submitted", by, {"explanation": given})


def explain_queries(store: Store, submission_id: int, *, by: str, texts: Mapping[tuple[int | None, str], str]) -> None:
    """Answer single queries of a submission that waits, by (line, rule); what was said of one before is replaced.

    Raises SubmissionError (unknown, wrong state, no text).
    """
    given = {key: text.strip() for key, text in texts.items() if text.strip()}
    with store.transaction() as transaction:
        standing = _waiting(transaction, submission_id)
        if not given:
            raise ExplanationMissingError(submission_id, standing.queries)
        seq = _happened(transaction, submission_id, "submitted", by, {"explained": str(len(given))})
        for (line, rule), text in given.items():
            row = {"seq": seq, "submission_id": submission_id, "line": line, "rule": rule, "text": text}
            transaction.run(SQL / "explanation_record.sql", row)


def accept_chosen(
    transaction: Transaction, *, by: str, at: datetime | None, explain: str | None, own: bool = False
) -> None:
    """Accept what the temporary table `chosen` (submission_id, replaced_id) names; `at` as for `accept`.

    `own`: who accepts has sent it too, which the event tells.
    """
    if transaction.run(SQL / "accept_replaced.sql")[0][0]:  # else there is nothing to look for among all figures
        transaction.run(SQL / "accept_carry.sql")
    parameters = {"moment": event_moment(transaction, at), "actor": by, "explanation": explain, "own": own}
    transaction.run(SQL / "accept_events.sql", {**parameters, "estimated": at is not None})


def event_moment(transaction: Transaction, at: datetime | None) -> datetime:
    """The transaction's moment, or a given one, but never later than that, and never within a frozen one."""
    if at is None:
        return transaction.moment()
    frozen = transaction.run(STORE_SQL / "last_frozen.sql")[0][0]
    given = to_stored(at)
    return transaction.moment() if frozen is not None and given <= frozen else min(given, transaction.moment())


def _given(text: str | None) -> str | None:
    """None for a text that says nothing."""
    return text.strip() or None if text else None


def _waiting(transaction: Transaction, submission_id: int) -> _Standing:
    rows = transaction.run(SQL / "submission_standing.sql", {"submission_id": submission_id})
    if not rows:
        raise UnknownSubmissionError(submission_id)
    standing = _Standing(*rows[0])
    if standing.state != "submitted":
        raise WrongStateError(submission_id, standing.state)
    return standing


def _remark(transaction: Transaction, submission_id: int, seq: int, remarks: Mapping[str, str]) -> None:
    for indicator_id, text in remarks.items():
        if given := _given(text):
            row = {"seq": seq, "submission_id": submission_id, "indicator_id": indicator_id or None, "text": given}
            transaction.run(SQL / "remark_record.sql", row)


def _happened(transaction: Transaction, submission_id: int, action: str, by: str, detail: dict[str, str | None]) -> int:
    """Write the event; its sequence number."""
    rows = transaction.run(
        STORE_SQL / "event_record.sql",
        {
            "moment": transaction.moment(),
            "actor": by,
            "action": action,
            "submission_id": submission_id,
            "receipt_id": None,
            "detail": json.dumps(detail, ensure_ascii=False),
        },
    )
    return int(rows[0][0])
