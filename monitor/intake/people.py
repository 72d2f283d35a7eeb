"""Who signed a form: shown to its unit and its reviewers alone, and erased on request without breaking what is proved.

The names live in two places, the table form_person and the kept bytes of the file, and leave both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.access.actors import Actor
from monitor.store.erasures import ACTION, aside, digest_of, flush, settle, to_disk
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Store

from .confined import ChildDied, ask_child
from .limits import Limits
from .reach import look_up, sent_indicators
from .submission_errors import ForbiddenError, NotErasableError, ReasonNamesError, UnknownReceiptError
from .submissions import list_submissions

if TYPE_CHECKING:
    from .cycle import Cycle
    from .kept import DraftLine

SQL = files(__package__) / "sql"
ERASING = "erasing"  # at which one is alone
_REFUSED = ("rows", "reject")
_TELLING = 2  # characters of a name, or of a number, that tell who is meant


@dataclass(frozen=True)
class FormPeople:
    """As filled in, None where nothing was. `erased_at` (UTC) and `erased_by`: where it was erased."""

    head: str | None = field(default=None, repr=False)
    officer: str | None = field(default=None, repr=False)
    prepared: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    date: str | None = field(default=None, repr=False)
    erased_at: datetime | None = None
    erased_by: str | None = None

    @property
    def filled(self) -> dict[str, str]:
        """Field → text, of those that say anything, in the form's order."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name in FIELDS}
        return {name: text for name, text in said.items() if text}


FIELDS = ("head", "officer", "prepared", "phone", "date")


@dataclass(frozen=True)
class KeptPeople:
    """One receipt beside which people are kept; `regions`, `periods`: of what it became, None where nothing."""

    receipt_id: int
    received_at: datetime
    received_by: str
    file_name: str
    regions: str | None
    periods: str | None
    people: FormPeople


def people_of_submission(cycle: Cycle, actor: Actor, submission_id: int) -> FormPeople | None:
    """Who signed the form that a submission came with; None where the actor may not know.

    Raises UnknownSubmissionError.
    """
    one, _ = look_up(cycle.store, actor, submission_id)
    # a file may have become submissions of several units: then it is for those who may know of them all
    parts = list_submissions(cycle.store, receipts=[one.receipt_id])
    sent = sent_indicators(cycle.store, actor, [part.submission_id for part in parts])
    if not all(actor.may("read_people", part.region_code, sent.get(part.submission_id)) for part in parts):
        return None
    return _people(cycle.store, one.receipt_id)


def people_of_draft(cycle: Cycle, actor: Actor, line: DraftLine) -> FormPeople | None:
    """Who signed the form of a draft that the actor has opened; None where they may not know, or it was refused."""
    if not line.parts or not all(actor.may("read_people", part.region) for part in line.parts):
        return None
    return _people(cycle.store, line.receipt_id)


def list_people(store: Store, actor: Actor) -> tuple[KeptPeople, ...]:
    """All that could be erased, newest first. Raises ForbiddenError."""
    _may_erase(actor)
    return tuple(
        KeptPeople(receipt, at, by, file, regions, periods, FormPeople(*said))
        for receipt, at, by, file, regions, periods, *said in store.ask(SQL / "people_kept.sql")
    )


def erase_people(cycle: Cycle, actor: Actor, receipt_id: int, reason: str | None) -> bool:
    """Remove who signed a form from the table and from the kept bytes; whether there was anything left to remove.

    The audit log says who did it, when and `reason`, and the SHA-256 of the bytes before and after, never what was
    removed. After a crash at any point all of it was done or none. A refused file that cannot be opened loses all its
    bytes. Raises SubmissionError (forbidden, unknown receipt, a reason that names somebody, not to be rewritten),
    StoreError, OSError.
    """
    _may_erase(actor)
    why = (reason or "").strip() or None
    with cycle.store.alone(ERASING):
        settle(cycle.store, cycle.received_folder)
        try:
            erased = _erase(cycle, actor.name, receipt_id, why)
        finally:
            settle(cycle.store, cycle.received_folder)
        if erased:
            flush(cycle.store)
        return erased


def _erase(cycle: Cycle, by: str, receipt_id: int, why: str | None) -> bool:
    found = cycle.store.ask(SQL / "receipt_verdict.sql", {"receipt_id": receipt_id})
    if not found:
        raise UnknownReceiptError(receipt_id)
    people = cycle.store.ask(SQL / "receipt_people.sql", {"receipt_id": receipt_id})
    if why is not None and any(len(text) >= _TELLING and text in why for _, text in people):
        raise ReasonNamesError
    is_refused = found[0][0] in _REFUSED
    before, after = _emptied(cycle.received_folder, receipt_id, cycle.limits, is_refused=is_refused)
    if not people and after is None:
        return False
    detail = {"fields": sorted(str(name) for name, _ in people), "reason": why}
    with cycle.store.transaction() as transaction:
        for sql in ("blank_people", "erase_people"):
            transaction.run(SQL / f"{sql}.sql", {"receipt_id": receipt_id})
        transaction.note(ACTION, by=by, object=f"receipt:{receipt_id}", detail=detail, before=before, after=after)
    return True


def _may_erase(actor: Actor) -> None:
    if not actor.may("erase_people"):
        raise ForbiddenError


def _people(store: Store, receipt_id: int) -> FormPeople:
    known: dict[str, str] = dict(store.ask(SQL / "receipt_people.sql", {"receipt_id": receipt_id}))
    asked = {"action": ACTION, "object": f"receipt:{receipt_id}"}
    noted: Sequence[tuple[Any, ...]] = [] if known else store.ask(STORE_SQL / "last_noted.sql", asked)
    head, officer, prepared, phone, date = (known.get(name) for name in FIELDS)
    at, by = noted[0][1:] if noted else (None, None)
    return FormPeople(head, officer, prepared, phone, date, at, by)


def _emptied(folder: Path, receipt_id: int, limits: Limits, *, is_refused: bool) -> tuple[str | None, str | None]:
    """Put the file without its people aside; SHA-256 of the kept file and of that one, None where there is none.

    Raises NotErasableError, OSError.
    """
    kept = folder / str(receipt_id)
    if not kept.is_file():
        return None, None
    before, target = digest_of(kept), aside(folder, receipt_id)
    try:
        job = {
            "task": "erase",
            "copy": str(kept.resolve()),
            "target": str(target.resolve()),
            "limits": limits.as_json(),
        }
        answer = ask_child(job, limits)
    except ChildDied:
        answer = {"refused": "reader_failed"}
    if "refused" in answer:
        if not is_refused:
            raise NotErasableError(receipt_id)
        if not kept.stat().st_size:
            return before, None
        target.write_bytes(b"")
    elif not answer["cells"]:
        return before, None
    target.chmod(kept.stat().st_mode & 0o777)
    to_disk(target)
    to_disk(target.parent)
    return before, digest_of(target)
