"""A round of evaluation as data, worked out from its acts: the same at every door, and as of any moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from monitor.dossier.acts import Act, Paper, by_dossier, read_acts
from monitor.dossier.errors import DossierError
from monitor.store.store import Store

from .conclusions import Answer, ConclusionCode, Outlook, RoundKind, differs

RoundState = Literal["open", "approved", "withdrawn"]
"""open: work goes on; approved: signed, never moves again; withdrawn: opened in error, kept but never signed."""
KIND: Literal["round"] = "round"


@dataclass(frozen=True)
class Assessment:
    """The five fields of a unit's self-assessment of one indicator; `late`: after the round's deadline.

    `adjust`: whether the unit asks for another target. Moments are UTC without zone.
    """

    seq: int
    at: datetime
    by: str
    completion: str
    outlook: Outlook
    outlook_text: str
    problems: str
    adjust: bool
    adjust_reason: str
    measures: str
    papers: tuple[Paper, ...] = ()
    late: bool = False


@dataclass(frozen=True)
class Missing:
    """A self-assessment that was not given, with the reason written by a planner."""

    seq: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Conclusion:
    """A proposed conclusion and what became of it; `decided_*` are None while it waits.

    `differs`: from the computed class (conclusions.py).
    """

    seq: int
    at: datetime
    by: str
    code: ConclusionCode
    reason: str
    differs: bool
    papers: tuple[Paper, ...] = ()
    decision: Literal["waiting", "approved", "returned"] = "waiting"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_reason: str = ""


@dataclass(frozen=True)
class Comment:
    """What somebody remarked in consultation (征求意见); `indicator` None: on the whole round."""

    seq: int
    at: datetime
    by: str
    indicator: str | None
    text: str
    papers: tuple[Paper, ...] = ()
    answer: Answer | None = None
    answer_reason: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Subject:
    """One indicator in a round. `unit`: the responsible unit of the frozen catalogue, "" where none is named.

    `computed`: class of the frozen scorecard, `reason` its reasons. `assessments` and `conclusions`: every one, oldest
    first; the newest counts.
    """

    indicator: str
    name: str
    unit: str
    computed: str
    reason: str
    assessments: tuple[Assessment, ...] = ()
    missing: Missing | None = None
    conclusions: tuple[Conclusion, ...] = ()

    @property
    def assessment(self) -> Assessment | None:
        return self.assessments[-1] if self.assessments else None

    @property
    def conclusion(self) -> Conclusion | None:
        """The newest, whatever became of it."""
        return self.conclusions[-1] if self.conclusions else None

    @property
    def approved(self) -> Conclusion | None:
        """The newest, where it is approved."""
        newest = self.conclusion
        return newest if newest is not None and newest.decision == "approved" else None

    @property
    def is_assessed(self) -> bool:
        """Whether there is a self-assessment, or a written reason why there is none."""
        return bool(self.assessments) or self.missing is not None


@dataclass(frozen=True)
class Round:
    """A round as known at some moment; `seq` is its newest act.

    `as_of`: the frozen moment (UTC without zone), `snapshot` the name it bears; `settings` and `catalogue_version` as
    every row of the frozen scorecard prints them; `sha256` of those rows (frozen.py). `deadline`: last day of the
    self-assessments. `papers`: the filed documents.
    """

    id: str
    kind: RoundKind
    title: str
    plan: str
    region: str
    period: str
    deadline: date | None
    snapshot: str
    as_of: datetime
    catalogue_version: str
    settings: str
    method: str
    sha256: str
    opened_by: str
    opened_at: datetime
    subjects: tuple[Subject, ...]
    seq: int
    comments: tuple[Comment, ...] = ()
    state: RoundState = "open"
    closed_by: str | None = None
    closed_at: datetime | None = None
    closed_reason: str = ""
    papers: tuple[Paper, ...] = ()

    def subject(self, indicator: str) -> Subject:
        """Raises DossierError (unknown)."""
        for one in self.subjects:
            if one.indicator == indicator:
                return one
        raise DossierError(
            "unknown",
            f"评估轮次“{self.id}”没有指标“{indicator}”",
            f"the round {self.id} has no indicator '{indicator}'",
        )

    @property
    def without_assessment(self) -> tuple[Subject, ...]:
        return tuple(one for one in self.subjects if not one.is_assessed)

    @property
    def without_approval(self) -> tuple[Subject, ...]:
        """Those whose newest conclusion is not approved."""
        return tuple(one for one in self.subjects if one.approved is None)

    @property
    def differing(self) -> tuple[Subject, ...]:
        """Those whose newest conclusion says something else than the computed class."""
        return tuple(one for one in self.subjects if one.conclusion is not None and one.conclusion.differs)


def fold(acts: Sequence[Act]) -> Round | None:
    """The round that the acts of one dossier tell; None without acts."""
    found: Round | None = None
    for act in acts:
        found = _opened(act) if found is None else replace(_DOINGS[act.action](found, act), seq=act.seq)
    return found


def read_round(store: Store, round_id: str, as_of: datetime | None = None) -> Round:
    """One round as known at a moment (UTC; None: now). Raises DossierError (unknown)."""
    found = fold(read_acts(store, KIND, round_id, as_of=as_of))
    if found is None:
        raise unknown_round(round_id)
    return found


def read_rounds(store: Store, as_of: datetime | None = None) -> tuple[Round, ...]:
    """Every round known at a moment, newest first."""
    told = by_dossier(read_acts(store, KIND, as_of=as_of))
    rounds = [one for acts in told.values() if (one := fold(acts)) is not None]
    return tuple(reversed(rounds))


def unknown_round(round_id: str) -> DossierError:
    return DossierError("unknown", f"没有评估轮次“{round_id}”", f"there is no round '{round_id}'")


def _opened(act: Act) -> Round:
    body = act.body
    return Round(
        id=act.dossier,
        kind=body["kind"],
        title=body["title"],
        plan=body["plan"],
        region=body["region"],
        period=body["period"],
        deadline=date.fromisoformat(body["deadline"]) if body["deadline"] else None,
        snapshot=body["snapshot"],
        as_of=datetime.fromisoformat(body["as_of"]),
        catalogue_version=body["catalogue_version"],
        settings=body["settings"],
        method=body["method"],
        sha256=body["sha256"],
        opened_by=act.actor,
        opened_at=act.at,
        subjects=tuple(Subject(**one) for one in body["subjects"]),
        seq=act.seq,
    )


def _with_subject(told: Round, indicator: str, **changes: Any) -> Round:
    changed = tuple(replace(one, **changes) if one.indicator == indicator else one for one in told.subjects)
    return replace(told, subjects=changed)


def _assessed(told: Round, act: Act) -> Round:
    fields = {name: value for name, value in act.body.items() if name != "indicator"}
    made = Assessment(seq=act.seq, at=act.at, by=act.actor, papers=act.papers, **fields)
    one = told.subject(act.body["indicator"])
    return _with_subject(told, one.indicator, assessments=(*one.assessments, made), missing=None)


def _missing(told: Round, act: Act) -> Round:
    made = Missing(act.seq, act.at, act.actor, act.body["reason"])
    return _with_subject(told, act.body["indicator"], missing=made)


def _proposed(told: Round, act: Act) -> Round:
    one = told.subject(act.body["indicator"])
    code = act.body["conclusion"]
    made = Conclusion(act.seq, act.at, act.actor, code, act.body["reason"], differs(code, one.computed), act.papers)
    return _with_subject(told, one.indicator, conclusions=(*one.conclusions, made))


def _decided(told: Round, act: Act) -> Round:
    one = told.subject(act.body["indicator"])
    decided = {
        "decision": "approved" if act.action == "conclusion_approved" else "returned",
        "decided_by": act.actor, "decided_at": act.at, "decided_reason": act.body.get("reason", ""),
    }  # fmt: skip
    changed = tuple(replace(kept, **decided) if kept.seq == act.body["of"] else kept for kept in one.conclusions)
    return _with_subject(told, one.indicator, conclusions=changed)


def _commented(told: Round, act: Act) -> Round:
    made = Comment(act.seq, act.at, act.actor, act.body["indicator"], act.body["text"], act.papers)
    return replace(told, comments=(*told.comments, made))


def _answered(told: Round, act: Act) -> Round:
    body = act.body
    said = {"answer": body["answer"], "answer_reason": body["reason"], "answered_by": act.actor, "answered_at": act.at}
    changed = tuple(replace(one, **said) if one.seq == body["of"] else one for one in told.comments)
    return replace(told, comments=changed)


def _closed(told: Round, act: Act) -> Round:
    state: RoundState = "approved" if act.action == "approved" else "withdrawn"
    reason = act.body.get("reason", "")
    return replace(told, state=state, closed_by=act.actor, closed_at=act.at, closed_reason=reason, papers=act.papers)


_DOINGS: Mapping[str, Any] = {
    "assessed": _assessed,
    "missing": _missing,
    "proposed": _proposed,
    "conclusion_approved": _decided,
    "conclusion_returned": _decided,
    "commented": _commented,
    "answered": _answered,
    "approved": _closed,
    "withdrawn": _closed,
}
