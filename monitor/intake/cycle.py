"""The services of the reporting cycle: what a sender and a reviewer may do, and who they may do it for.

Pages, the HTTP API and the inbox all come through here, so permission is asked here and nowhere else. Every service
takes the actor first; what the actor may not see is answered as what does not exist.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.access.actors import Actor
from monitor.catalogue.forms import Call, call_of
from monitor.catalogue.periods import parse_period
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.space import Space
from monitor.store.store import INGEST_PREFIX, Store, Transaction

from . import review as deciding
from .checks import KeptForce
from .kept import DraftLine, DraftState, Explanations, discard, find_kept, keep_draft, may_open, save_explanations
from .limits import Limits
from .people import FormPeople, erase_people, people_of_draft, people_of_submission
from .preview import Change, Draft, arrive, own_rows_only, preview, restated_cells
from .quota import Quota
from .reach import look_up, need_accept, need_own, need_review, need_sender, sees_waiting, sent_indicators, visible
from .reading import Reading, read_file
from .review_queue import QueueLine, review_queue, unexplained_restatement
from .revisions import IngestResult, Orders, take_in
from .side_by_side import Review, review_of
from .submission_errors import (
    ForbiddenError,
    NotCleanError,
    RestatementReasonError,
    SubmissionError,
    WrongDraftError,
    WrongStateError,
)
from .submissions import list_submissions

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

__all__ = ["Change", "Cycle", "Decision", "Draft", "NotCleanError"]

_DRAFTS_KEPT = 64
_CHANGES_KEPT = 10_000  # of all of them together: a change takes some two kilobytes
# Files are taken in two at a time: while one is read in its child another is compared here. More at once would not be
# done sooner, and would leave those who read pages nothing of the interpreter.
_TURNS = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Decision:
    """What came of one submission of several; `error` says why it was passed over."""

    submission_id: int
    error: SubmissionError | None = None


class Cycle:
    """The services over one open store; safe to call from many threads."""

    def __init__(
        self,
        store: Store,
        catalogues: Sequence[Catalogue],
        regions: Regions,
        *,
        limits: Limits | None = None,
        timezone: str = "Asia/Shanghai",
    ) -> None:
        self.store, self.catalogues, self.regions = store, tuple(catalogues), regions
        self.limits, self.zone = limits or Limits(), ZoneInfo(timezone)
        self._quota, self.space = Quota(store, self.zone, self.limits), Space(store.path, self.limits.min_free_bytes)
        self.force = KeptForce()
        self.erasures = 0  # what was drawn with names on it is not shown again once this has changed
        self._looked: OrderedDict[tuple[object, ...], Draft] = OrderedDict()
        self._lock = threading.Lock()

    # ---- sending

    def draft(self, actor: Actor, path: Path, *, name: str) -> Draft:
        """Read and check a file and keep it, to be submitted later; one that is refused is kept with its receipt.

        One that says nothing new is put away at once. `name`: what its sender calls it.
        Raises ForbiddenError, QuotaError, StoreError (LowSpaceError too), OSError.
        """
        need_sender(actor)
        self.space.need()
        self._quota.take(actor, path.stat().st_size)
        with self._read(actor, path, name) as reading:
            orders, known = Orders(actor.name, reach=actor.regions), self.store.event_version()
            result, changes, reading = preview(self, actor, reading, orders)
            with self.store.transaction() as transaction:
                is_new = known == self.store.event_version()  # nobody else has written since it was looked at
                if result.is_refused:
                    receipt = self.take_in(transaction, reading, orders).receipt_id
                else:
                    receipt = keep_draft(transaction, reading, result, orders, self.received_folder)
                    if result.verdict == "duplicate":  # there is nothing to submit
                        discard(transaction, receipt, actor.name, duplicate_of=result.duplicate_of)
                known = int(transaction.run(STORE_SQL / "last_event.sql")[0][0])
            assert receipt is not None
            draft = self._draft(self._line(receipt), reading, dataclasses.replace(result, receipt_id=receipt), changes)
        if is_new:
            self._remember(actor, draft, known)
        return draft

    def drafts(self, actor: Actor) -> tuple[DraftLine, ...]:
        """Received files that are not submitted, newest first: one's own, and those of the units one sends for."""
        return tuple(line for line in find_kept(self.store) if may_open(actor, line))

    def look(self, actor: Actor, receipt_id: int) -> Draft:
        """A draft as it would be taken in now, against what is known by now. Raises SubmissionError (unknown)."""
        line = self._open(actor, receipt_id)
        version = self.store.event_version()
        with self._lock:
            known = self._looked.get(self._looked_at(actor, receipt_id, version))
        if known is not None:
            return known
        with self._read(actor, self._bytes(receipt_id), line.file_name) as reading:
            result, changes, reading = preview(self, actor, reading, self._orders(actor, line))
            draft = self._draft(line, reading, dataclasses.replace(result, receipt_id=receipt_id), changes)
        self._remember(actor, draft, version)
        return draft

    def save(self, actor: Actor, receipt_id: int, explanations: Explanations) -> None:
        """Keep what was written so far beside a draft. Raises SubmissionError (unknown, not a draft)."""
        with self.store.transaction() as transaction:  # nobody submits it meanwhile
            line = self._open(actor, receipt_id, state="draft")
            save_explanations(transaction, line, actor.name, explanations)

    def discard(self, actor: Actor, receipt_id: int) -> None:
        """Put a draft away; its receipt and bytes stay. Raises SubmissionError (unknown, not a draft)."""
        with self.store.transaction() as transaction:
            self._open(actor, receipt_id, state="draft")
            discard(transaction, receipt_id, actor.name)

    def submit(
        self,
        actor: Actor,
        receipt_id: int,
        *,
        explanations: Explanations | None = None,
        explain: str | None = None,
        reason: str | None = None,
    ) -> IngestResult:
        """Submit a draft; `explanations` answer single queries, `explain` all, `reason` says why figures are restated.

        A file that is refused by now stays a draft and the result says why. One that says nothing new is put away.
        Raises SubmissionError (unknown, not a draft, restatement without a reason), StoreError.
        """
        line = self._open(actor, receipt_id, state="draft")
        said = {**line.explanations, **(explanations or {})}
        with self._read(actor, self._bytes(receipt_id), line.file_name) as reading:
            return self._submit(actor, reading, self._orders(actor, line, said, explain, reason), receipt_id)

    def send(
        self,
        actor: Actor,
        path: Path,
        *,
        name: str,
        explain: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
        is_counted: bool = True,
        computed: Mapping[str, object] | None = None,
    ) -> IngestResult:
        """Read, check and submit in one go, as the inbox and programs do; `is_counted`: towards the sender's quota.

        `computed`: as of Orders.         Raises ForbiddenError, QuotaError, StoreError (LowSpaceError too), OSError.
        """
        need_sender(actor)
        self.space.need()
        self._quota.take(actor, path.stat().st_size, is_counted=is_counted)
        with self._read(actor, path, name) as reading:
            said, why = _given(explain), _given(reason) or _given(explain)
            orders = Orders(actor.name, False, dry_run, said, reason=why, reach=actor.regions, computed=computed)
            with self.store.transaction() as transaction:
                result, _ = arrive(self, transaction, actor, reading, orders)
                if dry_run:
                    transaction.abandon()
                return result

    def withdraw(self, actor: Actor, submission_id: int, *, reason: str | None = None) -> None:
        """Take back what one sent oneself, before it is accepted. Raises SubmissionError."""
        look_up(self.store, actor, submission_id)
        need_sender(actor)
        deciding.withdraw(self.store, submission_id, by=actor.name, reason=reason)

    def explain(self, actor: Actor, submission_id: int, texts: Explanations) -> None:
        """Answer queries of a submission that waits. Raises SubmissionError."""
        one, _ = look_up(self.store, actor, submission_id)
        if not actor.may_send(one.region_code):
            raise ForbiddenError
        deciding.explain_queries(self.store, submission_id, by=actor.name, texts=texts)

    # ---- reviewing

    def accept(self, actor: Actor, submission_id: int, *, explain: str | None = None) -> None:
        """Let the figures count. Raises SubmissionError (not one's own, queries open, restated without a word why)."""
        one, sent = look_up(self.store, actor, submission_id)
        need_accept(actor, one, sent)
        could_count = one.state == "submitted" and one.revision > (one.in_force or 0)
        if could_count and not _given(explain) and (restated := unexplained_restatement(self, submission_id)):
            raise RestatementReasonError(restated)
        deciding.accept(self.store, submission_id, by=actor.name, explain=explain)

    def accept_clean(self, actor: Actor, submission_ids: Sequence[int]) -> tuple[Decision, ...]:
        """Accept each that nothing speaks against; the others are passed over, with the reason."""
        waiting = {line.submission.submission_id: line for line in self.queue(actor)}
        ids = list(dict.fromkeys(submission_ids))
        there = {one.submission_id: one for one in list_submissions(self.store, ids=ids)}
        sent = sent_indicators(self.store, actor, ids)
        decisions = []
        for submission_id in ids:
            try:
                one = visible(actor, submission_id, there.get(submission_id), sent)
                need_accept(actor, one, sent)
                if one.state != "submitted":
                    raise WrongStateError(submission_id, one.state)
                line = waiting.get(submission_id)
                if line is None or not line.is_clean:
                    raise NotCleanError(submission_id)
                self.accept(actor, submission_id)
                decisions.append(Decision(submission_id))
            except SubmissionError as error:
                decisions.append(Decision(submission_id, error))
        return tuple(decisions)

    def return_(
        self, actor: Actor, submission_id: int, *, reason: str, remarks: Mapping[str, str] | None = None
    ) -> None:
        """Send it back with the reason, and remarks by indicator. Raises SubmissionError."""
        self._reviewable(actor, submission_id, remarks)
        deciding.return_(self.store, submission_id, by=actor.name, reason=reason, remarks=remarks)

    def comment(self, actor: Actor, submission_id: int, remarks: Mapping[str, str]) -> None:
        """Remarks by indicator on a submission that goes on waiting. Raises SubmissionError."""
        self._reviewable(actor, submission_id, remarks)
        deciding.comment(self.store, submission_id, by=actor.name, remarks=remarks)

    def queue(self, actor: Actor) -> tuple[QueueLine, ...]:
        """What waits for this reviewer, most urgent first. Raises ForbiddenError."""
        if not actor.reviews:
            raise ForbiddenError
        return review_queue(self, actor)

    def review(self, actor: Actor, submission_id: int) -> Review:
        """One submission beside what it is to be compared with; also its sender's view. Raises SubmissionError."""
        one, sent = look_up(self.store, actor, submission_id)
        return review_of(self, one, accepted_only=not sees_waiting(actor, one, sent))

    # ---- who signed a form

    def people(self, actor: Actor, submission_id: int) -> FormPeople | None:
        """Who signed the form; None where the actor may not know. Raises SubmissionError (unknown)."""
        return people_of_submission(self, actor, submission_id)

    def people_of_draft(self, actor: Actor, receipt_id: int) -> FormPeople | None:
        """As `people`, of a draft. Raises SubmissionError (unknown)."""
        return people_of_draft(self, actor, self._open(actor, receipt_id))

    def erase_people(self, actor: Actor, receipt_id: int, reason: str | None = None) -> bool:
        """As `people.erase_people`, over this store."""
        erased = erase_people(self, actor, receipt_id, reason)
        self.erasures += erased
        return erased

    def today(self) -> date:
        """The day it is where the plan is carried out."""
        return self.store.now().astimezone(self.zone).date()

    def call(self, form: str, region: str, period: str) -> Call | None:
        return call_of(self.catalogues, self.regions, form, region, parse_period(period))

    @property
    def received_folder(self) -> Path:
        """Where the bytes lie; a store in memory keeps them as long as it is open."""
        return self.store.received_folder or self.store.staging_folder / "received"

    # ---- within

    @contextmanager
    def _read(self, actor: Actor, path: Path, name: str) -> Iterator[Reading]:
        """The file, read and checked for whose figures it holds; what reading needs goes at the end."""
        with _TURNS:
            folder = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=self.store.staging_folder))
            try:
                reading = read_file(
                    path,
                    self.catalogues,
                    self.regions,
                    staging_folder=folder,
                    limits=self.limits,
                    keep_copy=True,
                    name=name,
                )
                yield own_rows_only(self, actor, reading)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def _submit(self, actor: Actor, reading: Reading, orders: Orders, receipt_id: int) -> IngestResult:
        with self.store.transaction() as transaction:
            self._open(actor, receipt_id, state="draft")  # still: whoever else pressed the button came before or waits
            result, _ = arrive(self, transaction, actor, reading, orders)
            if result.is_refused:
                transaction.abandon()
                return dataclasses.replace(result, receipt_id=receipt_id)
            if not orders.reason and (restated := restated_cells(transaction, result)):
                raise RestatementReasonError(restated)
            if result.verdict == "duplicate":
                discard(transaction, receipt_id, orders.by, duplicate_of=result.duplicate_of)
        return result

    def take_in(self, transaction: Transaction, reading: Reading, orders: Orders) -> IngestResult:
        """As `revisions.take_in`, over this store."""
        return take_in(transaction, reading, self.catalogues, self.regions, orders, self.received_folder)

    def _orders(
        self,
        actor: Actor,
        line: DraftLine,
        explanations: Explanations | None = None,
        explain: str | None = None,
        reason: str | None = None,
    ) -> Orders:
        said = {key: text.strip() for key, text in (explanations or {}).items() if text.strip()}
        return Orders(
            actor.name, explain=_given(explain), explanations=said, reason=_given(reason), receipt_id=line.receipt_id
        )

    def _draft(self, line: DraftLine, reading: Reading, result: IngestResult, changes: tuple[Change, ...]) -> Draft:
        asked = (self.call(one.form, one.region_code, one.period) for one in result.submissions)
        return Draft(
            line,
            result,
            reading.encoding,
            reading.sheet,
            changes,
            tuple(call for call in asked if call is not None),
            self._bytes(line.receipt_id),
        )

    def _looked_at(self, actor: Actor, receipt_id: int, version: int) -> tuple[object, ...]:
        """What a look depends on; whether a file comes late or too late is a matter of the day and of who sends it."""
        return receipt_id, version, self.today(), actor.role, actor.regions

    def _remember(self, actor: Actor, draft: Draft, version: int) -> None:
        """`version`: of what was known before the draft was looked at."""
        with self._lock:
            self._looked[self._looked_at(actor, draft.receipt_id, version)] = draft
            while len(self._looked) > 1 and not _fits(self._looked.values()):
                self._looked.popitem(last=False)

    def _bytes(self, receipt_id: int) -> Path:
        return self.received_folder / str(receipt_id)

    def _line(self, receipt_id: int) -> DraftLine:
        found = find_kept(self.store, receipts=[receipt_id])
        if not found:
            raise WrongDraftError(receipt_id, None)
        return found[0]

    def _open(self, actor: Actor, receipt_id: int, *, state: DraftState | None = None) -> DraftLine:
        """The draft, if the actor may open it. Raises WrongDraftError for one that is not there or not theirs."""
        line = self._line(receipt_id)
        if not may_open(actor, line):
            raise WrongDraftError(receipt_id, None)
        if state is not None and line.state != state:
            raise WrongDraftError(receipt_id, line.state)
        return line

    def _reviewable(self, actor: Actor, submission_id: int, remarks: Mapping[str, str] | None = None) -> None:
        """Raises SubmissionError where the actor may not return it, or not say that of its indicators."""
        one, sent = look_up(self.store, actor, submission_id)
        need_review(actor, one, sent)
        need_own(actor, one, [name for name, text in (remarks or {}).items() if text.strip()])


def _given(text: str | None) -> str | None:
    return text.strip() or None if text else None


def _fits(drafts: Collection[Draft]) -> bool:
    return len(drafts) <= _DRAFTS_KEPT and sum(len(one.changes) for one in drafts) <= _CHANGES_KEPT
