"""The life of a round against a model of it: any order of acts by anybody, refused or taken as the model says."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from monitor.access.actors import Actor
from monitor.dossier.acts import read_acts, writing
from monitor.dossier.errors import DossierError
from monitor.evaluation.assessing import assess, mark_missing
from monitor.evaluation.closing import approve
from monitor.evaluation.concluding import (
    approve_conclusion,
    approve_waiting,
    propose,
    propose_agreeing,
    return_conclusion,
)
from monitor.evaluation.consulting import answer, comment
from monitor.evaluation.opening import open_round
from monitor.evaluation.rounds import fold, read_round
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.snapshots import freeze
from monitor.store.store import Store
from tests.cycle.forms import shipped
from tests.store.world import Clock

from .conftest import FIELDS, START

PLANS = shipped()
A, B = Actor("甲", "planner"), Actor("乙", "planner")
NAMES = ("enrolment_rate", "fund_income")  # nothing is known, and a target in words
PEOPLE, INDICATORS = st.sampled_from([A, B]), st.sampled_from(NAMES)


class Life(RuleBasedStateMachine):
    """`said`: of each indicator its proposer and what became of the proposal; what is not in NAMES is done at first."""

    @initialize()
    def begin(self) -> None:
        self.store = Store.open(":memory:", clock=Clock(START))
        self.desk = Desk(self.store, *PLANS, MethodSettings())
        freeze(self.store, "始", by="甲")  # a store in which something has happened
        told = open_round(self.desk, A, kind="final", title="一轮", period="2025", plan="uhs-14")
        self.name, self.closed = told.id, False
        self.assessed: set[str] = set()
        self.missing: set[str] = set()
        self.said: dict[str, tuple[str, str]] = {}
        self.comments: dict[int, bool] = {}
        with writing(self.store, "round", self.name, by=A.name) as dossier:
            for one in told.subjects:
                if one.indicator not in NAMES:
                    dossier.add("missing", {"indicator": one.indicator, "reason": "不在本例"})
        propose_agreeing(self.store, A, self.name)
        approve_waiting(self.store, B, self.name)
        self.said["enrolment_rate"] = ("甲", "approved")
        self.acts = read_acts(self.store, "round")

    def attempt(self, allowed: bool, act: Any, *given: Any) -> bool:
        """Do it; what is refused leaves everything as it was."""
        before = read_acts(self.store, "round")
        try:
            act(*given)
        except DossierError:
            assert not allowed
            assert read_acts(self.store, "round") == before
            return False
        assert allowed and not self.closed
        assert read_acts(self.store, "round")[: len(before)] == before
        return True

    @rule(who=PEOPLE, name=INDICATORS)
    def assesses(self, who: Actor, name: str) -> None:
        if self.attempt(not self.closed, assess, self.desk, who, self.name, name, FIELDS):
            self.assessed.add(name)

    @rule(who=PEOPLE, name=INDICATORS)
    def misses(self, who: Actor, name: str) -> None:
        allowed = not self.closed and name not in self.assessed
        if self.attempt(allowed, mark_missing, self.store, who, self.name, name, "未报"):
            self.missing.add(name)

    @rule(
        who=PEOPLE, name=INDICATORS, code=st.sampled_from(["undecidable", "held"]), reason=st.sampled_from(["", "有"])
    )
    def proposes(self, who: Actor, name: str, code: str, reason: str) -> None:
        plain = name == "enrolment_rate" and code == "undecidable"
        allowed = not self.closed and (plain or bool(reason))
        if self.attempt(allowed, propose, self.store, who, self.name, name, code, reason):
            self.said[name] = (who.name, "waiting")

    @rule(who=PEOPLE, name=INDICATORS, returns=st.booleans())
    def decides(self, who: Actor, name: str, returns: bool) -> None:
        proposer, state = self.said.get(name, ("", ""))
        allowed = not self.closed and state == "waiting" and proposer != who.name
        act, given = (return_conclusion, ("否",)) if returns else (approve_conclusion, ())
        if self.attempt(allowed, act, self.store, who, self.name, name, *given):
            self.said[name] = (proposer, "returned" if returns else "approved")

    @rule(who=PEOPLE)
    def comments_on(self, who: Actor) -> None:
        if self.attempt(not self.closed, comment, self.store, who, self.name, "意见"):
            self.comments[read_round(self.store, self.name).comments[-1].seq] = False

    @rule(who=PEOPLE, data=st.data())
    def answers(self, who: Actor, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([*self.comments, 1]))
        if self.attempt(
            not self.closed and number in self.comments, answer, self.store, who, self.name, number, "taken"
        ):
            self.comments[number] = True

    @rule(who=PEOPLE)
    def approves(self, who: Actor) -> None:
        whole = (
            self.assessed | self.missing == set(NAMES)
            and [self.said.get(name, ("", ""))[1] for name in NAMES] == ["approved", "approved"]
            and all(self.comments.values())
        )
        if self.attempt(not self.closed and whole and who is B, approve, self.store, who, self.name):
            self.closed = True
            self.acts = read_acts(self.store, "round")

    @invariant()
    def is_as_the_model_says(self) -> None:
        told = read_round(self.store, self.name)
        assert (told.state == "approved") == self.closed
        for name in NAMES:
            one = told.subject(name)
            newest = one.conclusion
            assert bool(one.assessments) == (name in self.assessed)
            assert ((newest.by, newest.decision) if newest is not None else None) == self.said.get(name)
        if self.closed:
            assert read_acts(self.store, "round") == self.acts

    @invariant()
    def every_moment_is_a_beginning_of_the_acts(self) -> None:
        acts = read_acts(self.store, "round")
        moment = acts[len(acts) // 2].at
        assert read_round(self.store, self.name, moment) == fold([one for one in acts if one.at <= moment])

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()


Life.TestCase.settings = settings(
    max_examples=6, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLife = Life.TestCase
