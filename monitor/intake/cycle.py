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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.catalogue.forms import Call, call_of
from monitor.catalogue.periods import parse_period
from monitor.store.store import INGEST_PREFIX, Store, Transaction

from . import review as deciding
from .actors import Actor
from .kept import DraftLine, DraftState, Explanations, discard, find_kept, keep_draft, save_explanations
from .limits import Limits
from .problems import SHOWN_PROBLEMS, FileProblem, ProblemLog
from .reading import Reading, read_file
from .review_queue import QueueLine, review_queue
from .revisions import IngestResult, Orders, take_in
from .sent_figure import SentFigure
from .side_by_side import Review, review_of
from .submission_errors import (
    ForbiddenError,
    RestatementReasonError,
    SubmissionError,
    UnknownSubmissionError,
    WrongDraftError,
)
from .submissions import Submission, list_submissions

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.catalogue.regions import Regions

SQL = files(__package__) / "sql"
_DRAFTS_KEPT = 64


@dataclass(frozen=True)
class Change:
    """One cell that a draft would change. `change`: created, updated, carried. `restates`: an accepted figure."""

    line: int | None
    region_code: str
    indicator_id: str
    period: str
    vintage: str
    change: str
    restates: bool
    now: SentFigure
    was: SentFigure | None


@dataclass(frozen=True)
class Draft:
    """A received file, as it would be taken in now.

    `result` is that of a dry run (of the refusal, where it was refused). `path`: its bytes. `calls`: what it answers.
    """

    line: DraftLine
    result: IngestResult
    encoding: str | None
    sheet: str | None
    changes: tuple[Change, ...]
    calls: tuple[Call, ...]
    path: Path

    @property
    def receipt_id(self) -> int:
        return self.line.receipt_id

    @property
    def state(self) -> DraftState:
        return self.line.state

    @property
    def explanations(self) -> Explanations:
        return self.line.explanations

    @cached_property
    def queries(self) -> tuple[FileProblem, ...]:
        return tuple(problem for problem in self.result.problems if problem.severity == "query")

    @property
    def restated(self) -> int:
        """How many accepted figures it would change."""
        return sum(change.restates for change in self.changes)


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
        self._looked: OrderedDict[tuple[int, int], Draft] = OrderedDict()
        self._lock = threading.Lock()

    # ---- sending

    def draft(self, actor: Actor, path: Path, *, name: str) -> Draft:
        """Read and check a file and keep it, to be submitted later; one that is refused is kept with its receipt.

        `name`: what its sender calls it. Raises ForbiddenError, StoreError, OSError.
        """
        _may_send(actor)
        with self._read(actor, path, name) as reading:
            orders = Orders(actor.name)
            result, changes, reading = self._preview(actor, reading, orders)
            with self.store.transaction() as transaction:
                if result.is_refused:
                    receipt = self._take_in(transaction, reading, orders).receipt_id
                else:
                    receipt = keep_draft(transaction, reading, result, orders, self.received_folder)
            assert receipt is not None
            line = self._line(receipt)
            draft = self._draft(line, reading, dataclasses.replace(result, receipt_id=receipt), changes)
        self._remember(draft)
        return draft

    def drafts(self, actor: Actor) -> tuple[DraftLine, ...]:
        """Received files that are not submitted, newest first: one's own, and those of the units one sends for."""
        return tuple(line for line in find_kept(self.store) if _may_open(actor, line))

    def look(self, actor: Actor, receipt_id: int) -> Draft:
        """A draft as it would be taken in now, against what is known by now. Raises SubmissionError (unknown)."""
        line = self._open(actor, receipt_id)
        with self._lock:
            known = self._looked.get((receipt_id, self.store.event_version()))
        if known is not None:
            return known
        with self._read(actor, self._bytes(receipt_id), line.file_name) as reading:
            result, changes, reading = self._preview(actor, reading, self._orders(actor, line))
            draft = self._draft(line, reading, dataclasses.replace(result, receipt_id=receipt_id), changes)
        self._remember(draft)
        return draft

    def save(self, actor: Actor, receipt_id: int, explanations: Explanations) -> None:
        """Keep what was written so far beside a draft. Raises SubmissionError (unknown, not a draft)."""
        line = self._open(actor, receipt_id, state="draft")
        with self.store.transaction() as transaction:
            save_explanations(transaction, line, actor.name, explanations)

    def discard(self, actor: Actor, receipt_id: int) -> None:
        """Put a draft away; its receipt and bytes stay. Raises SubmissionError (unknown, not a draft)."""
        self._open(actor, receipt_id, state="draft")
        with self.store.transaction() as transaction:
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
            orders = self._orders(actor, line, said, explain, reason)
            result, changes, reading = self._preview(actor, reading, orders)
            if result.is_refused:
                return dataclasses.replace(result, receipt_id=receipt_id)
            restated = sum(change.restates for change in changes)
            if restated and not orders.reason:
                raise RestatementReasonError(restated)
            return self._submit(reading, orders, receipt_id)

    def send(
        self,
        actor: Actor,
        path: Path,
        *,
        name: str,
        explain: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> IngestResult:
        """Read, check and submit in one go, as the inbox and programs do.

        Raises ForbiddenError, StoreError, OSError.
        """
        _may_send(actor)
        with self._read(actor, path, name) as reading:
            orders = Orders(
                actor.name, dry_run=dry_run, explain=_given(explain), reason=_given(reason) or _given(explain)
            )
            result, _, reading = self._preview(actor, reading, orders)
            if dry_run:
                return dataclasses.replace(result, dry_run=True)
            with self.store.transaction() as transaction:
                return self._take_in(transaction, reading, orders)

    def withdraw(self, actor: Actor, submission_id: int, *, reason: str | None = None) -> None:
        """Take back what one sent oneself, before it is accepted. Raises SubmissionError."""
        self._seen(actor, submission_id)
        _may_send(actor)
        deciding.withdraw(self.store, submission_id, by=actor.name, reason=reason)

    def explain(self, actor: Actor, submission_id: int, texts: Explanations) -> None:
        """Answer queries of a submission that waits. Raises SubmissionError."""
        one = self._seen(actor, submission_id)
        if not actor.may_send(one.region_code):
            raise ForbiddenError
        deciding.explain_queries(self.store, submission_id, by=actor.name, texts=texts)

    # ---- reviewing

    def accept(self, actor: Actor, submission_id: int, *, explain: str | None = None) -> None:
        """Let the figures count. Raises SubmissionError (not one's own, queries open, restated without a word why)."""
        one = self._reviewable(actor, submission_id)
        if one.in_force is not None and not _given(explain):
            line = next((w for w in review_queue(self, actor) if w.submission.submission_id == submission_id), None)
            if line is not None and line.restated and line.reason is None:
                raise RestatementReasonError(line.restated)
        deciding.accept(self.store, submission_id, by=actor.name, explain=explain)

    def accept_clean(self, actor: Actor, submission_ids: Sequence[int]) -> tuple[Decision, ...]:
        """Accept each that nothing speaks against; the others are passed over, with the reason."""
        waiting = {line.submission.submission_id: line for line in self.queue(actor)}
        decisions = []
        for submission_id in dict.fromkeys(submission_ids):
            try:
                line = waiting.get(submission_id)
                if line is not None and not line.is_clean:
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
        self._reviewable(actor, submission_id)
        deciding.return_(self.store, submission_id, by=actor.name, reason=reason, remarks=remarks)

    def comment(self, actor: Actor, submission_id: int, remarks: Mapping[str, str]) -> None:
        """Remarks by indicator on a submission that goes on waiting. Raises SubmissionError."""
        self._reviewable(actor, submission_id)
        deciding.comment(self.store, submission_id, by=actor.name, remarks=remarks)

    def queue(self, actor: Actor) -> tuple[QueueLine, ...]:
        """What waits for this reviewer, most urgent first. Raises ForbiddenError."""
        if not actor.reviews:
            raise ForbiddenError
        return review_queue(self, actor)

    def review(self, actor: Actor, submission_id: int) -> Review:
        """One submission beside what it is to be compared with; also its sender's view. Raises SubmissionError."""
        return review_of(self, self._seen(actor, submission_id))

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
            yield self._own_rows_only(actor, reading)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _own_rows_only(self, actor: Actor, reading: Reading) -> Reading:
        """Refuse a file that speaks for other units than the sender's own, naming each such row."""
        if reading.staging is None or actor.regions is None:
            return reading
        asked = {"path": str(reading.staging), "region_codes": sorted(actor.regions)}
        rows = self.store.ask(SQL / "foreign_rows.sql", asked)
        log = ProblemLog(reading.file)
        for line, code in rows:
            log.add("not_your_unit", row=line, text=code)
        return _with_problems(reading, log)

    def _preview(
        self, actor: Actor, reading: Reading, orders: Orders
    ) -> tuple[IngestResult, tuple[Change, ...], Reading]:
        """What would come of the file now, and the file with what its arrival adds (late, closed)."""
        result, changes = self._dry_run(reading, orders)
        if result.is_refused:
            return result, changes, reading
        arrived = _with_problems(reading, self._on_arrival(actor, reading.file, result))
        if arrived is not reading:
            result, changes = self._dry_run(arrived, orders)
        return result, changes, arrived

    def _dry_run(self, reading: Reading, orders: Orders) -> tuple[IngestResult, tuple[Change, ...]]:
        with self.store.transaction() as transaction:
            result = self._take_in(transaction, reading, dataclasses.replace(orders, dry_run=True))
            rows = [] if result.is_refused else transaction.run(SQL / "draft_changes.sql")
            transaction.abandon()
        return result, tuple(_change(row) for row in rows)

    def _on_arrival(self, actor: Actor, file: str, result: IngestResult) -> ProblemLog:
        """Late, or after the call was closed; a first report only, since what is restated was in time once."""
        log, today = ProblemLog(file), self.today()
        for outcome in result.submissions:
            call = self.call(outcome.form, outcome.region_code, outcome.period) if outcome.is_new else None
            if call is None or call.form.vintage != outcome.vintage or outcome.revision > 1:
                continue
            values = {"period": outcome.period, "due_on": call.due_on, "closes_on": call.closes_on}
            if call.closes_on is not None and today > call.closes_on:
                severity = None if actor.role == "reporter" else "warning"
                log.add("period_closed", text=outcome.period, severity=severity, values=values)  # type: ignore[arg-type]
            elif today > call.due_on:
                log.add("late", text=outcome.period, values=values)
        return log

    def _submit(self, reading: Reading, orders: Orders, receipt_id: int) -> IngestResult:
        with self.store.transaction() as transaction:
            result = self._take_in(transaction, reading, orders)
            if result.verdict == "duplicate":
                discard(transaction, receipt_id, orders.by, duplicate_of=result.duplicate_of)
            if result.is_refused:
                transaction.abandon()
        return result

    def _take_in(self, transaction: Transaction, reading: Reading, orders: Orders) -> IngestResult:
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
            actor.name,
            explain=_given(explain),
            explanations=said,
            reason=_given(reason),
            receipt_id=line.receipt_id,
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

    def _remember(self, draft: Draft) -> None:
        with self._lock:
            self._looked[draft.receipt_id, self.store.event_version()] = draft
            while len(self._looked) > _DRAFTS_KEPT:
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
        if not _may_open(actor, line):
            raise WrongDraftError(receipt_id, None)
        if state is not None and line.state != state:
            raise WrongDraftError(receipt_id, line.state)
        return line

    def _seen(self, actor: Actor, submission_id: int) -> Submission:
        """The submission, if the actor may see it: accepted ones are everybody's."""
        found = list_submissions(self.store, ids=[submission_id])
        if not found:
            raise UnknownSubmissionError(submission_id)
        one = found[0]
        if one.state not in ("accepted", "superseded") and not actor.may_see(one.region_code):
            raise UnknownSubmissionError(submission_id)
        return one

    def _reviewable(self, actor: Actor, submission_id: int) -> Submission:
        one = self._seen(actor, submission_id)
        if not actor.may_review(one.region_code):
            raise ForbiddenError
        return one


class NotCleanError(SubmissionError):
    """It has open queries or restates figures, so somebody has to look at it."""

    code = "not_clean"

    def __init__(self, submission_id: int) -> None:
        super().__init__(
            f"报送 {submission_id} 有核实性问题或重述了已通过的数据，不能批量通过；请打开逐项审核",
            f"submission {submission_id} has queries or restates accepted figures: open it and review it by itself",
        )


def _may_send(actor: Actor) -> None:
    if not actor.sends:
        raise ForbiddenError


def _may_open(actor: Actor, line: DraftLine) -> bool:
    """A draft is its sender's and that of others who send for all the units in it; nobody else's."""
    reaches = all(actor.may_send(part.region) for part in line.parts)
    return actor.sends and reaches and (bool(line.parts) or line.received_by == actor.name)


def _with_problems(reading: Reading, log: ProblemLog) -> Reading:
    """The reading with further problems; an error among them refuses the file."""
    found = log.first()
    if not found:
        return reading
    problems = tuple(sorted((*reading.problems, *found), key=_worst_first))[:SHOWN_PROBLEMS]
    return dataclasses.replace(
        reading,
        problems=tuple(sorted(problems, key=lambda problem: problem.row or 0)),
        problem_count=reading.problem_count + sum(log.counts.values()),
        blocked=reading.blocked or log.blocked,
    )


def _worst_first(problem: FileProblem) -> int:
    return ("error", "query", "warning").index(problem.severity)


def _change(row: Sequence[object]) -> Change:
    line, region, indicator, period, vintage, change, restates, *figures = row
    now = SentFigure.of(figures[:7])
    assert now is not None
    return Change(
        line,  # type: ignore[arg-type]
        str(region),
        str(indicator),
        str(period),
        str(vintage),
        str(change),
        bool(restates),
        now,
        SentFigure.of(figures[7:]),
    )


def _given(text: str | None) -> str | None:
    return text.strip() or None if text else None
