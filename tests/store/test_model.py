"""The life of submissions against a plain dictionary: nothing is lost, doubled or changed later."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.intake.submissions import (
    ExplanationMissingError,
    LaterAcceptedError,
    WrongStateError,
    accept,
    list_submissions,
    return_,
    show,
    withdraw,
)
from monitor.store.store import Store

from .world import Clock, File, Sent, figures, send_file, visible

Key = tuple[str, str, str]  # region, period, vintage
Cells = dict[str, str | None]  # indicator → value, None = missing

_KEYS = [
    ("120000", "2023-06", "reported"),
    ("120000", "2023-06", "bulletin"),
    ("110000", "2023-06", "reported"),
    ("120000", "2023-07", "reported"),
]
_CELLS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2", None]), min_size=1)
_FILES = st.dictionaries(st.sampled_from(_KEYS), _CELLS, min_size=1, max_size=2)


@dataclass
class _Revision:
    """What the model knows of one submission: `named` as sent, `full` with what was carried in at its acceptance."""

    id: int
    key: Key
    number: int
    named: Cells
    queries: int
    explained: bool
    state: str = "submitted"
    full: Cells = field(default_factory=dict)
    accepted_at: datetime | None = None


class Lives(RuleBasedStateMachine):
    """Sends, reviews, looks back and restarts; after each step everything that is known is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.store = Store.open(self.folder / "monitor.duckdb", clock=self.clock)
        self.revisions: list[_Revision] = []
        self.sent: list[tuple[Mapping[Key, Cells], bytes]] = []
        self.receipts: dict[bytes, int] = {}
        self.last_receipt = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    # what the model says

    def _of(self, key: Key, *states: str) -> list[_Revision]:
        return [one for one in self.revisions if one.key == key and one.state in states]

    def _in_force(self, key: Key) -> _Revision | None:
        return next(iter(self._of(key, "accepted")), None)

    def _pending(self, key: Key) -> _Revision | None:
        force = self._in_force(key)
        waiting = [one for one in self._of(key, "submitted") if force is None or one.number > force.number]
        return max(waiting, key=lambda one: one.number, default=None)

    def _take(self, revision: _Revision, at: datetime) -> None:
        old = self._in_force(revision.key)
        revision.full = {**(old.full if old else {}), **revision.named}
        revision.state, revision.accepted_at = "accepted", at
        if old:
            old.state = "superseded"

    # steps

    @rule(parts=_FILES, accepted=st.booleans(), explain=st.booleans())
    def submit(self, parts: Mapping[Key, Cells], accepted: bool, explain: bool) -> None:
        content = repr((len(self.sent), parts)).encode()
        self.sent.append((parts, content))
        self._send(parts, content, accepted, explain)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), accepted=st.booleans(), explain=st.booleans())
    def send_the_same_file_again(self, data: st.DataObject, accepted: bool, explain: bool) -> None:
        self._send(*data.draw(st.sampled_from(self.sent)), accepted, explain)

    def _send(self, parts: Mapping[Key, Cells], content: bytes, accepted: bool, explain: bool) -> None:
        rows = tuple(
            Sent(indicator, key[0], key[1], value, key[2])
            for key, cells in parts.items()
            for indicator, value in cells.items()
        )
        result = send_file(
            self.store, File(rows, bytes_=content), accept=accepted, explain="because" if explain else None
        )
        told = {(o.region_code, o.period, o.vintage): o for o in result.submissions}
        assert told.keys() == parts.keys()
        any_new = False
        for key, cells in sorted(parts.items()):
            force, pending = self._in_force(key), self._pending(key)
            full = force.full if force else {}
            known = {**full, **(pending.named if pending else {})}
            created = len(cells.keys() - known.keys())
            updated = sum(1 for name, value in cells.items() if name in known and known[name] != value)
            one = told[key]
            assert (one.created, one.updated, one.unchanged) == (created, updated, len(cells) - created - updated)
            assert one.is_new == (created + updated > 0)
            any_new |= one.is_new
            if one.is_new:
                assert one.carried == len(full.keys() - cells.keys())
                lost = [
                    name
                    for name, value in cells.items()
                    if value is None and (full.get(name) or (pending and pending.named.get(name)))
                ]
                number = 1 + len([r for r in self.revisions if r.key == key])
                pending = _Revision(len(self.revisions) + 1, key, number, cells, len(lost), explain)
                assert (one.submission_id, one.revision, one.queries) == (pending.id, number, len(lost))
                self.revisions.append(pending)
            elif pending:
                pending.explained |= explain and not accepted
                assert one.submission_id == pending.id
            takes = bool(accepted and pending and (not pending.queries or pending.explained or explain))
            assert (one.state == "submitted") == (pending is not None and not takes)
            if pending and takes:
                pending.explained |= explain
                self._take(pending, self._last_moment())
        self._check_receipt(result.receipt_id, content, any_new)

    def _check_receipt(self, receipt: int | None, content: bytes, any_new: bool) -> None:
        if any_new or content not in self.receipts:
            self.last_receipt += 1
            assert receipt == self.last_receipt
            self.receipts.setdefault(content, self.last_receipt)
        else:
            assert receipt == self.receipts[content]

    def _last_moment(self) -> datetime:
        return max(
            event.at for one in list_submissions(self.store, most=8) for event in self._events(one.submission_id)
        )

    def _events(self, submission_id: int) -> tuple:  # type: ignore[type-arg]
        return show(self.store, submission_id).events

    @precondition(lambda self: self.revisions)
    @rule(data=st.data(), explain=st.sampled_from([None, "because"]))
    def accept_one(self, data: st.DataObject, explain: str | None) -> None:
        revision = data.draw(st.sampled_from(self.revisions))
        force = self._in_force(revision.key)
        if revision.state != "submitted":
            with pytest.raises(WrongStateError):
                accept(self.store, revision.id, by="reviewer", explain=explain)
        elif force and force.number > revision.number:
            with pytest.raises(LaterAcceptedError):
                accept(self.store, revision.id, by="reviewer", explain=explain)
        elif revision.queries and not revision.explained and not explain:
            with pytest.raises(ExplanationMissingError):
                accept(self.store, revision.id, by="reviewer", explain=explain)
        else:
            accept(self.store, revision.id, by="reviewer", explain=explain)
            revision.explained |= bool(explain)
            self._take(revision, self._events(revision.id)[-1].at)

    @precondition(lambda self: self.revisions)
    @rule(data=st.data(), by_sender=st.booleans())
    def return_or_withdraw_one(self, data: st.DataObject, by_sender: bool) -> None:
        revision = data.draw(st.sampled_from(self.revisions))

        def act() -> None:
            if by_sender:
                withdraw(self.store, revision.id, by="reporter")
            else:
                return_(self.store, revision.id, by="reviewer", reason="see cell a")

        if revision.state == "submitted":
            act()
            revision.state = "withdrawn" if by_sender else "returned"
        else:
            with pytest.raises(WrongStateError):
                act()

    @rule()
    def restart(self) -> None:
        before = self.store.data_version()
        self.store.close()
        self.store = Store.open(self.folder / "monitor.duckdb", clock=self.clock)
        assert self.store.data_version() == before

    @rule(hours=st.integers(-48, 48))
    def turn_the_clock(self, hours: int) -> None:
        self.clock.time += timedelta(hours=hours)

    @precondition(lambda self: any(one.accepted_at for one in self.revisions))
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        moment = data.draw(st.sampled_from([one.accepted_at for one in self.revisions if one.accepted_at]))
        assert moment is not None
        for at in (moment, moment - timedelta(microseconds=1)):
            assert visible(self.store, at) == self._known(at)

    # what must hold after every step

    def _known(self, at: datetime | None) -> dict[tuple[str, str, str, str], Decimal | None]:
        """A replay: the acceptances up to `at`, each replacing the one before."""
        found: dict[Key, _Revision] = {}
        for one in sorted(self.revisions, key=lambda one: one.number):
            if one.accepted_at and (at is None or one.accepted_at <= at):
                found[one.key] = one
        return {
            (name, *one.key): None if value is None else Decimal(value)
            for one in found.values()
            for name, value in one.full.items()
        }

    @invariant()
    def what_counts_is_what_was_accepted_last(self) -> None:
        known = self._known(None)
        assert visible(self.store) == known
        preferred: dict[tuple[str, str, str], Decimal | None] = {}
        for vintage in ("reported", "bulletin"):
            for (name, region, period, of), value in known.items():
                if of == vintage and (value is not None or preferred.get((name, region, period)) is None):
                    preferred[name, region, period] = value
        assert figures(self.store) == preferred

    @invariant()
    def every_revision_is_there_in_its_state(self) -> None:
        listed = {(s.submission_id, s.region_code, s.period, s.vintage): s for s in list_submissions(self.store)}
        told = {key: (s.revision, s.state, s.row_count, s.queries) for key, s in listed.items()}
        assert told == {(r.id, *r.key): (r.number, r.state, len(r.named), r.queries) for r in self.revisions}
        assert {s.submission_id for s in listed.values() if s.queries and s.explanation} == {
            r.id for r in self.revisions if r.queries and r.explained
        }


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=6,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
