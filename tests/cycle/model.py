"""The reporting cycle against plain dictionaries: who may do what, what becomes of it, and what was known when.

Files are real CSV files, read, checked, kept as drafts, submitted, returned, sent again, accepted and restated through
`Cycle`, the door of pages, programs and the inbox; the store is closed and opened again in between.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.access.actors import Actor
from monitor.intake.cycle import Cycle
from monitor.intake.submission_errors import (
    ExplanationMissingError,
    ForbiddenError,
    LaterAcceptedError,
    NotSenderError,
    RestatementReasonError,
    SelfAcceptanceError,
    SubmissionError,
    UnknownSubmissionError,
    WrongDraftError,
    WrongStateError,
)
from monitor.intake.submissions import list_submissions, show
from monitor.store.store import Store
from tests.store.world import Clock, country, figures, visible

from .in_process import reading_in_process

Key = tuple[str, str]  # region, period
Cells = dict[str, str | None]  # indicator → value, None = missing

NORTH, SOUTH = "110101", "120000"
PERIODS = ("2023-06", "2023-07")
SENDERS = {region: Actor(f"sender of {region}", "reporter", frozenset({region})) for region in (NORTH, SOUTH)}
COLLEAGUE = Actor("colleague", "reporter", frozenset({SOUTH}))
REVIEWER = Actor("reviewer", "reviewer")
# a reviewer with a sender's name: nobody reviews their own figures, whatever role they sign in with
TWIN = Actor(f"Sender  of {SOUTH}", "reviewer")
VIEWER = Actor("viewer", "viewer")
PLANNER = Actor("planner", "planner")

_KEYS = [(SOUTH, "2023-06"), (SOUTH, "2023-07"), (NORTH, "2023-06")]
_CELLS = st.dictionaries(st.sampled_from("ab"), st.sampled_from(["1", "2", "3.5", None]), min_size=1)
_WORDS = st.sampled_from([None, "口径调整"])


@dataclass
class Revision:
    """What the model knows of one submission: `named` as sent, `full` with what was carried in at its acceptance."""

    id: int
    key: Key
    number: int
    named: Cells
    sender: str
    open_queries: set[int]  # lines
    reason: str | None
    restated: int
    state: str = "submitted"
    full: Cells = field(default_factory=dict)
    accepted_at: datetime | None = None
    remarks: list[tuple[str | None, str]] = field(default_factory=list)


@dataclass
class Kept:
    """A received file: its rows by key, and what it says of itself."""

    receipt: int
    parts: Mapping[Key, Cells]
    sender: Actor
    content: bytes
    state: str = "draft"
    said: dict[tuple[int | None, str], str] = field(default_factory=dict)


class ReportingCycle(RuleBasedStateMachine):
    """Sends, reviews, looks back and restarts; after each step all that is known is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.revisions: list[Revision] = []
        self.kept: list[Kept] = []
        self._open()

    def _open(self) -> None:
        self.store = Store.open(self.folder / "monitor.duckdb", clock=self.clock)
        self.cycle = Cycle(self.store, *country())

    def teardown(self) -> None:
        try:
            self._every_file_is_there_in_its_state()
            self._remarks_stay()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    # ---- what the model says

    def _of(self, key: Key, *states: str) -> list[Revision]:
        return [one for one in self.revisions if one.key == key and one.state in states]

    def _in_force(self, key: Key) -> Revision | None:
        return next(iter(self._of(key, "accepted")), None)

    def _pending(self, key: Key) -> Revision | None:
        force = self._in_force(key)
        waiting = [one for one in self._of(key, "submitted") if force is None or one.number > force.number]
        return max(waiting, key=lambda one: one.number, default=None)

    def _known_cells(self, key: Key) -> Cells:
        force, pending = self._in_force(key), self._pending(key)
        return {**(force.full if force else {}), **(pending.named if pending else {})}

    def _says_new(self, key: Key, cells: Cells) -> bool:
        known = self._known_cells(key)
        return any(name not in known or known[name] != value for name, value in cells.items())

    def _differs_from_force(self, key: Key, cells: Cells) -> int:
        force = self._in_force(key)
        return sum(1 for name, value in cells.items() if force and name in force.full and force.full[name] != value)

    def _lost(self, key: Key, cells: Cells) -> list[str]:
        force, pending = self._in_force(key), self._pending(key)
        return [
            name
            for name, value in cells.items()
            if value is None and ((force and force.full.get(name)) or (pending and pending.named.get(name)))
        ]

    def _lines(self, parts: Mapping[Key, Cells]) -> dict[tuple[Key, str], int]:
        cells = [(key, name) for key, found in parts.items() for name in found]
        return {cell: line for line, cell in enumerate(cells, start=2)}

    # ---- files

    def _write(self, parts: Mapping[Key, Cells], note: int) -> Path:
        path = self.folder / "outgoing.csv"
        lines = ["indicator_id,region_code,period,value"]
        for (region, period), cells in parts.items():
            lines += [f"{name},{region},{period},{value or ''}" for name, value in cells.items()]
        # blank lines say nothing, and make the bytes of each file its own
        path.write_text("\n".join(lines) + "\n" * (1 + note), encoding="utf-8")
        return path

    def _draft(self, actor: Actor, parts: Mapping[Key, Cells]) -> Kept:
        path = self._write(parts, len(self.kept))
        with reading_in_process():
            draft = self.cycle.draft(actor, path, name="表.csv")
        kept = Kept(draft.receipt_id, parts, actor, path.read_bytes())
        self.kept.append(kept)
        assert draft.receipt_id == len(self.kept)
        if any(actor.regions is not None and region not in actor.regions for region, _ in parts):
            kept.state = "rejected"
            codes = {problem.code for problem in draft.result.problems}
            assert draft.result.is_refused and codes == {"not_your_unit"}
        else:
            new = any(self._says_new(key, cells) for key, cells in parts.items())
            assert draft.result.verdict == ("review" if new else "duplicate")
            restated = [self._differs_from_force(*part) for part in parts.items() if self._says_new(*part)]
            assert draft.restated == sum(restated)
            if not new:
                kept.state = "discarded"
        return kept

    # ---- steps

    @rule(key=st.sampled_from(_KEYS), cells=_CELLS)
    def keep_a_draft(self, key: Key, cells: Cells) -> None:
        self._draft(SENDERS[key[0]], {key: cells})

    @rule(key=st.sampled_from(_KEYS), cells=_CELLS, reason=_WORDS, explain=st.booleans())
    def draft_and_submit(self, key: Key, cells: Cells, reason: str | None, explain: bool) -> None:
        kept = self._draft(SENDERS[key[0]], {key: cells})
        self._submit(kept, kept.sender, reason, explain)

    @rule(cells=_CELLS, explain=_WORDS, other=_CELLS)
    def a_planner_sends_two_periods_at_once(self, cells: Cells, other: Cells, explain: str | None) -> None:
        parts = {(SOUTH, "2023-06"): cells, (SOUTH, "2023-07"): other}
        path = self._write(parts, len(self.kept))
        with reading_in_process():
            result = self.cycle.send(PLANNER, path, name="a.csv", explain=explain)
        news = {key: self._says_new(key, cells) for key, cells in parts.items()}
        assert result.verdict == ("review" if any(news.values()) else "duplicate")
        for key, cells_ in parts.items():
            if news[key]:
                self._make(key, cells_, "planner", parts, explain, {}, explain)
            elif explain and (pending := self._pending(key)):
                pending.open_queries.clear()
        self.kept.append(Kept(len(self.kept) + 1, parts, PLANNER, path.read_bytes(), "sent"))
        assert result.receipt_id == len(self.kept)

    @rule(cells=_CELLS)
    def speak_for_another_unit(self, cells: Cells) -> None:
        kept = self._draft(SENDERS[NORTH], {(NORTH, "2023-06"): {"a": "9"}, (SOUTH, "2023-06"): cells})
        with pytest.raises(WrongDraftError):
            self.cycle.submit(kept.sender, kept.receipt)

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), reason=_WORDS, explain=st.booleans(), colleague=st.booleans())
    def submit_a_draft(self, data: st.DataObject, reason: str | None, explain: bool, colleague: bool) -> None:
        kept = data.draw(st.sampled_from(self.kept))
        self._submit(kept, COLLEAGUE if colleague else kept.sender, reason, explain)

    def _submit(self, kept: Kept, actor: Actor, reason: str | None, explain: bool) -> None:
        [(key, cells), *_] = kept.parts.items()
        lines = self._lines(kept.parts)
        lost = self._lost(key, cells)
        answers = {(lines[key, name], "figure_to_missing"): "确无数据" for name in lost} if explain else {}

        def act() -> object:
            with reading_in_process():
                return self.cycle.submit(actor, kept.receipt, explanations=answers, reason=reason)

        theirs = actor.may_send(key[0]) and (len(kept.parts) == 1 or kept.state != "rejected")
        if kept.state != "draft" or not theirs:
            with pytest.raises(WrongDraftError):
                act()
            return
        restated = self._says_new(key, cells) and self._differs_from_force(key, cells)
        if restated and not reason:
            with pytest.raises(RestatementReasonError):
                act()
            return
        result = act()
        if self._says_new(key, cells):
            kept.state = "submitted"
            revision = self._make(key, cells, actor.name, kept.parts, None, {**kept.said, **answers}, reason)
            assert result.verdict == "review"  # type: ignore[attr-defined]
            assert [one.submission_id for one in result.submissions] == [revision.id]  # type: ignore[attr-defined]
        else:
            kept.state = "discarded"
            assert result.verdict == "duplicate"  # type: ignore[attr-defined]
            if pending := self._pending(key):
                pending.open_queries -= {line for line, _ in {**kept.said, **answers} if line in pending.open_queries}

    def _make(
        self,
        key: Key,
        cells: Cells,
        sender: str,
        parts: Mapping[Key, Cells],
        whole: str | None,
        answers: Mapping[tuple[int | None, str], str],
        reason: str | None,
    ) -> Revision:
        lines = self._lines(parts)
        queries = {lines[key, name] for name in self._lost(key, cells)}
        open_ = set() if whole else {line for line in queries if (line, "figure_to_missing") not in answers}
        number = 1 + len([one for one in self.revisions if one.key == key])
        restated = self._differs_from_force(key, cells)
        revision = Revision(len(self.revisions) + 1, key, number, cells, sender, open_, reason, restated)
        self.revisions.append(revision)
        return revision

    @precondition(lambda self: any(kept.state == "draft" for kept in self.kept))
    @rule(data=st.data(), away=st.booleans())
    def save_or_discard(self, data: st.DataObject, away: bool) -> None:
        kept = data.draw(st.sampled_from([one for one in self.kept if one.state == "draft"]))
        others = [actor for actor in SENDERS.values() if actor is not kept.sender] + [VIEWER, REVIEWER]
        for other in others:
            with pytest.raises(WrongDraftError):
                self.cycle.look(other, kept.receipt)
        if away:
            self.cycle.discard(kept.sender, kept.receipt)
            kept.state = "discarded"
        else:
            kept.said = {(None, "note"): "稍后补充"}
            self.cycle.save(kept.sender, kept.receipt, kept.said)

    @precondition(lambda self: self.revisions)
    @rule(data=st.data(), explain=_WORDS)
    def accept_one(self, data: st.DataObject, explain: str | None) -> None:
        revision = data.draw(st.sampled_from(self.revisions))
        force = self._in_force(revision.key)
        later = force is not None and force.number > revision.number

        def act() -> None:
            self.cycle.accept(REVIEWER, revision.id, explain=explain)

        if revision.state == "submitted" and not later and self._needs_reason(revision) and not explain:
            with pytest.raises(RestatementReasonError):
                act()
        elif revision.state != "submitted":
            with pytest.raises(WrongStateError):
                act()
        elif later:
            with pytest.raises(LaterAcceptedError):
                act()
        elif revision.open_queries and not explain:
            with pytest.raises(ExplanationMissingError):
                act()
        else:
            act()
            self._take(revision, explain)

    def _needs_reason(self, revision: Revision) -> bool:
        return revision.reason is None and self._restated(revision) > 0

    def _restated(self, revision: Revision) -> int:
        """Against what is in force now, which may have changed since it was sent."""
        return self._differs_from_force(revision.key, revision.named)

    def _take(self, revision: Revision, explain: str | None = None) -> None:
        old = self._in_force(revision.key)
        revision.full = {**(old.full if old else {}), **revision.named}
        revision.state = "accepted"
        revision.accepted_at = show(self.store, revision.id).events[-1].at
        if explain:
            revision.open_queries.clear()
        if old:
            old.state = "superseded"

    @rule()
    def accept_what_is_clean(self) -> None:
        waiting = [one for one in self.revisions if one.state == "submitted"]
        ids = [one.id for one in waiting]
        told = {decision.submission_id: decision.error for decision in self.cycle.accept_clean(REVIEWER, ids)}
        assert list(told) == ids
        for revision in waiting:
            listed = self._pending(revision.key) is revision
            lost = len(show(self.store, revision.id).notices)
            clean = listed and not lost and not self._restated(revision)
            if clean:
                assert told[revision.id] is None
                self._take(revision)
            else:
                assert isinstance(told[revision.id], SubmissionError)

    @precondition(lambda self: self.revisions)
    @rule(data=st.data(), where=st.sampled_from(["a", "b", ""]))
    def return_or_comment(self, data: st.DataObject, where: str) -> None:
        revision = data.draw(st.sampled_from(self.revisions))
        goes_back = data.draw(st.booleans())

        def act() -> None:
            if goes_back:
                self.cycle.return_(REVIEWER, revision.id, reason="请核对", remarks={where: "与上期不符"})
            else:
                self.cycle.comment(REVIEWER, revision.id, {where: "与上期不符"})

        if revision.state != "submitted":
            with pytest.raises(WrongStateError):
                act()
            return
        act()
        revision.remarks.append((where or None, "与上期不符"))
        if goes_back:
            revision.state = "returned"

    @precondition(lambda self: self.revisions)
    @rule(data=st.data())
    def withdraw_one(self, data: st.DataObject) -> None:
        revision = data.draw(st.sampled_from(self.revisions))
        sender = SENDERS[revision.key[0]]

        def act() -> None:
            self.cycle.withdraw(sender, revision.id)

        if revision.state != "submitted":
            with pytest.raises(WrongStateError):
                act()
        elif revision.sender != sender.name:
            with pytest.raises(NotSenderError):
                act()
        else:
            act()
            revision.state = "withdrawn"

    @precondition(lambda self: self.revisions)
    @rule(data=st.data())
    def reach_too_far(self, data: st.DataObject) -> None:
        """What is not theirs is not there; what is theirs to see is not theirs to decide; nobody reviews themselves."""
        revision = data.draw(st.sampled_from(self.revisions))
        public = revision.state in ("accepted", "superseded")
        stranger = SENDERS[NORTH if revision.key[0] == SOUTH else SOUTH]
        for actor in (stranger, VIEWER):
            with pytest.raises(ForbiddenError if public else UnknownSubmissionError):
                self.cycle.accept(actor, revision.id)
            with pytest.raises(ForbiddenError if public else UnknownSubmissionError):
                self.cycle.return_(actor, revision.id, reason="x")
            if not public:
                with pytest.raises(UnknownSubmissionError):
                    self.cycle.review(actor, revision.id)
            with pytest.raises(ForbiddenError):
                self.cycle.queue(actor)
        with pytest.raises(ForbiddenError):
            self.cycle.accept(SENDERS[revision.key[0]], revision.id)
        with pytest.raises(ForbiddenError):
            self.cycle.send(VIEWER, self.folder / "outgoing.csv", name="a.csv")
        if revision.sender == SENDERS[SOUTH].name and revision.state == "submitted":
            with pytest.raises((SelfAcceptanceError, RestatementReasonError)):
                self.cycle.accept(TWIN, revision.id)

    @rule()
    def restart(self) -> None:
        self._every_file_is_there_in_its_state()
        self._remarks_stay()
        before = self.store.data_version(), self.store.event_version()
        self.store.close()
        self._open()
        assert (self.store.data_version(), self.store.event_version()) == before

    @rule(hours=st.integers(-48, 48))
    def turn_the_clock(self, hours: int) -> None:
        self.clock.time += timedelta(hours=hours)

    @precondition(lambda self: any(one.accepted_at for one in self.revisions))
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        moment = data.draw(st.sampled_from([one.accepted_at for one in self.revisions if one.accepted_at]))
        assert moment is not None
        for at in (moment, moment - timedelta(microseconds=1)):
            assert visible(self.store, at) == self._visible(at)

    # ---- what must hold after every step

    def _visible(self, at: datetime | None) -> dict[tuple[str, str, str, str], Decimal | None]:
        found: dict[Key, Revision] = {}
        for one in sorted(self.revisions, key=lambda one: one.number):
            if one.accepted_at and (at is None or one.accepted_at <= at):
                found[one.key] = one
        return {
            (name, *one.key, "reported"): None if value is None else Decimal(value)
            for one in found.values()
            for name, value in one.full.items()
        }

    @invariant()
    def what_counts_is_what_was_accepted_last(self) -> None:
        known = self._visible(None)
        assert visible(self.store) == known
        assert figures(self.store) == {key[:3]: value for key, value in known.items()}

    @invariant()
    def every_revision_is_there_in_its_state(self) -> None:
        listed = {one.submission_id: one for one in list_submissions(self.store)}
        told = {key: ((s.region_code, s.period), s.revision, s.state, s.open_queries) for key, s in listed.items()}
        assert told == {r.id: (r.key, r.number, r.state, len(r.open_queries)) for r in self.revisions}

    @invariant()
    def the_queue_holds_what_waits(self) -> None:
        waiting = {line.submission.submission_id: line for line in self.cycle.queue(REVIEWER)}
        pending = {one.id: one for key in _KEYS if (one := self._pending(key))}
        assert waiting.keys() == pending.keys()
        for id_, line in waiting.items():
            assert (line.restated, line.reason) == (self._restated(pending[id_]), pending[id_].reason)

    # ---- what is asked before each restart and at the end of a life, since it takes longer

    def _every_file_is_there_in_its_state(self) -> None:
        for sender in SENDERS.values():
            lines = {line.receipt_id: line.state for line in self.cycle.drafts(sender)}
            assert lines == {k.receipt: k.state for k in self.kept if k.sender is sender}
        for kept in self.kept:
            assert (self.folder / "received" / str(kept.receipt)).read_bytes() == kept.content

    def _remarks_stay(self) -> None:
        for revision in self.revisions:
            if revision.remarks:
                found = self.cycle.review(REVIEWER, revision.id).remarks
                assert sorted(map(repr, ((r.indicator_id, r.text) for r in found))) == sorted(
                    map(repr, revision.remarks)
                )
