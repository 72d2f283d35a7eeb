"""Whatever people try in whatever order: what is refused leaves no act, and no supervision comes into an odd state."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper, read_acts
from monitor.dossier.errors import DossierError
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.supervision.dossier import fold
from monitor.supervision.making import request_of
from monitor.supervision.putting_right import Order
from monitor.supervision.reach import seen_by
from monitor.supervision.service import Supervising
from tests.cycle.forms import shipped

from .conftest import CHIEF, OPERATOR, OTHER, PLANNER, REPORTERS, REVIEWER, VIEWER, A, B, C

UNITS = (A, B)
PEOPLE = st.sampled_from((PLANNER, PLANNER, CHIEF, CHIEF, REVIEWER, OTHER, VIEWER, OPERATOR, *REPORTERS.values()))
SUPERVISORS = {PLANNER.name, CHIEF.name, REVIEWER.name}
ITEMS, KEYS = st.integers(1, 3), st.sampled_from(("own-1", "own-2", "own-3"))


class Anybody(RuleBasedStateMachine):
    """One supervision by data and one on site, over an empty store."""

    @initialize()
    def begin(self) -> None:
        self.stack, self.time = ExitStack(), [datetime(2026, 2, 3, 1, 0, tzinfo=UTC)]
        self.store = self.stack.enter_context(Store.open(":memory:", clock=lambda: self.time[0]))
        self.service = Supervising(Desk(self.store, *shipped(), MethodSettings()))
        given = {"title": "t", "purpose": "p", "form": "quarterly", "periods": "2025-Q4", "format": "f",
                 "channel": "c", "deadline": "2026-03-01"}  # fmt: skip
        made = request_of(self.service.desk, given, {"units": UNITS}, today=self.service.today)
        self.data = self.service.create(PLANNER, made)
        onsite = request_of(self.service.desk, {**given, "kind": "onsite"}, {"units": UNITS}, today=self.service.today)
        self.onsite = self.service.create(PLANNER, onsite)

    def names(self) -> tuple[str, str]:
        return self.data, self.onsite

    def attempt(self, actor: Actor, verb: str, *given: object, onsite: bool = False, **named: object) -> None:
        """What is refused has left nothing behind."""
        count = len(read_acts(self.store, "supervision"))
        self.time[0] += timedelta(seconds=1)
        try:
            getattr(self.service, verb)(actor, self.names()[onsite], *given, **named)
        except DossierError:
            assert len(read_acts(self.store, "supervision")) == count
        else:
            assert len(read_acts(self.store, "supervision")) == count + 1
            unit_may = verb in ("answer", "object")
            assert actor.name in SUPERVISORS or (unit_may and actor.role == "reporter")

    @rule(actor=PEOPLE, onsite=st.booleans())
    def notify(self, actor: Actor, onsite: bool) -> None:
        self.attempt(actor, "notify", onsite=onsite)

    @rule(actor=PEOPLE, onsite=st.booleans(), unit=st.sampled_from((A, B, C)))
    def find(self, actor: Actor, onsite: bool, unit: str) -> None:
        self.attempt(actor, "find", unit, "found", onsite=onsite)

    @rule(actor=PEOPLE, onsite=st.booleans())
    def analyse(self, actor: Actor, onsite: bool) -> None:
        self.attempt(actor, "analyse", onsite=onsite)

    @rule(actor=PEOPLE, chosen=st.sets(KEYS))
    def draft(self, actor: Actor, chosen: set[str]) -> None:
        self.attempt(actor, "draft", chosen)

    @rule(actor=PEOPLE)
    def issue(self, actor: Actor) -> None:
        self.attempt(actor, "issue")

    @rule(actor=PEOPLE, key=KEYS, days=st.integers(-1, 9))
    def order(self, actor: Actor, key: str, days: int) -> None:
        self.attempt(actor, "order", [Order(key, "what", self.service.today + timedelta(days=days))])

    @rule(actor=PEOPLE, item=ITEMS)
    def answer(self, actor: Actor, item: int) -> None:
        self.attempt(actor, "answer", item, "done")

    @rule(actor=PEOPLE, item=ITEMS, yes=st.booleans())
    def decide(self, actor: Actor, item: int, yes: bool) -> None:
        self.attempt(actor, "accept" if yes else "send_back", item, "said")

    @rule(actor=PEOPLE, onsite=st.booleans(), unit=st.sampled_from(UNITS))
    def deliver(self, actor: Actor, onsite: bool, unit: str) -> None:
        self.attempt(actor, "deliver", unit, self.service.today, [NewPaper("r.txt", b"r")], onsite=onsite)

    @rule(actor=PEOPLE, onsite=st.booleans(), unit=st.sampled_from(UNITS))
    def object(self, actor: Actor, onsite: bool, unit: str) -> None:
        self.attempt(actor, "object", unit, "no", onsite=onsite)

    @rule(actor=PEOPLE, onsite=st.booleans(), text=st.sampled_from(("", "reason")))
    def close(self, actor: Actor, onsite: bool, text: str) -> None:
        self.attempt(actor, "close", text, onsite=onsite)

    @rule(days=st.integers(1, 6))
    def wait(self, days: int) -> None:
        self.time[0] += timedelta(days=days)

    @invariant()
    def nothing_is_odd(self) -> None:
        if not hasattr(self, "service"):
            return
        for name, is_onsite in ((self.data, False), (self.onsite, True)):
            state = fold(read_acts(self.store, "supervision", name))
            assert state is not None
            if is_onsite:
                assert not (state.analyses or state.own or state.drafts or state.issued or state.items)
            else:
                assert not state.deliveries
            for one in state.deliveries.values():
                assert one.said_on is None or 0 <= (one.said_on - one.received_on).days <= 10
            if state.issued is not None:
                assert state.issued.by != state.issued.author and state.issued.number == len(state.drafts)
                assert {one.key for one in state.issued.findings} == set(state.drafts[-1].chosen)
            assert not state.items or state.issued is not None
            assert len({one.finding.key for one in state.items}) == len(state.items)
            for item in state.items:
                turns = [word.action for word in item.words]
                assert all(turn == "answer" for turn in turns[::2]) and "answer" not in turns[1::2]
                assert "accept" not in turns[:-1]
            if state.closed is not None:
                assert all(item.state == "accepted" for item in state.items)
            for actor in (VIEWER, OPERATOR, OTHER, REPORTERS[C]):
                assert seen_by(actor, state) is None
            for unit in UNITS:
                seen = seen_by(REPORTERS[unit], state)
                other = B if unit == A else A
                assert seen is None or other not in repr(seen)

    def teardown(self) -> None:
        with suppress(AttributeError):
            self.stack.close()


TestAnybody = Anybody.TestCase
TestAnybody.settings = settings(max_examples=8, stateful_step_count=30, deadline=None)
