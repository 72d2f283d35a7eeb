"""One supervision as its acts have made it: a pure fold, so that it can be had as of any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from monitor.dossier.acts import Act, Paper

from .request import Request, day_of, moment_of

SYNTHETIC = "模拟数据"
Step = Literal["requested", "notified", "analysed", "drafted", "issued", "closed"]
ItemState = Literal["open", "answered", "sent_back", "accepted"]
Chapters = Mapping[str, str]
CHAPTERS = ("basis", "scope", "submission", "problems", "rectification")
"""目的与依据, 范围与方式, 报送情况, 发现的问题, 整改意见."""


@dataclass(frozen=True)
class Notice:
    """What a unit was told, as it was sent."""

    unit: str
    sent_on: date
    by: str
    at: datetime
    zh: str
    en: str


@dataclass(frozen=True)
class Finding:
    """Something that a supervision found. `key` names it within its dossier; `link`: a page of ours, "" for none.

    `kind`: of rules.py, or "own" for what a person wrote (who: `by`).
    """

    key: str
    kind: str
    unit: str
    zh: str
    en: str
    indicator: str = ""
    period: str = ""
    figure: str = ""
    link: str = ""
    synthetic: bool = False
    by: str = ""
    papers: tuple[Paper, ...] = ()

    def body(self) -> dict[str, Any]:
        """As an act says it; papers stay with the act that brought them."""
        names = ("key", "kind", "unit", "zh", "en", "indicator", "period", "figure", "link", "synthetic", "by")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Analysis:
    """What the rules found in the figures that were accepted by `as_of` (naive UTC). `synthetic`: some of them are."""

    at: datetime
    by: str
    as_of: datetime
    findings: tuple[Finding, ...]
    synthetic: bool = False


@dataclass(frozen=True)
class Draft:
    """One revision of the report's text; `number` counts from 1. `chosen`: keys of the findings that it tells."""

    number: int
    at: datetime
    by: str
    chosen: tuple[str, ...]
    chapters: Chapters


@dataclass(frozen=True)
class Issued:
    """The report as it went out: revision `number`, the moment of its figures, and the file with its SHA-256."""

    number: int
    at: datetime
    by: str
    author: str
    as_of: datetime | None
    findings: tuple[Finding, ...]
    chapters: Chapters
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class Word:
    """What was said about an item: `action` is answer, accept or send_back."""

    at: datetime
    by: str
    action: str
    text: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class Item:
    """One thing that a unit has to put right (整改) by `due`; `words` first to last."""

    number: int
    unit: str
    finding: Finding
    what: str
    due: date
    words: tuple[Word, ...] = ()

    @property
    def state(self) -> ItemState:
        last = self.words[-1].action if self.words else ""
        known: dict[str, ItemState] = {"answer": "answered", "accept": "accepted", "send_back": "sent_back"}
        return known.get(last, "open")

    @property
    def is_owed(self) -> bool:
        """Whether the unit has something to do."""
        return self.state in ("open", "sent_back")


@dataclass(frozen=True)
class Escalation:
    """The decision that a serious problem found by data is to be supervised on site."""

    at: datetime
    by: str
    unit: str
    reason: str


@dataclass(frozen=True)
class Delivery:
    """An on-site report as a unit received it, and what the unit said to it in writing, if it did."""

    unit: str
    received_on: date
    by: str
    papers: tuple[Paper, ...]
    said_on: date | None = None
    said_by: str = ""
    objects: bool = False
    text: str = ""
    said_papers: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class Supervision:
    """The state of one dossier; `closed`: when, by whom and what was said, None while it is open."""

    dossier: str
    request: Request
    at: datetime
    by: str
    notices: Mapping[str, Notice] = field(default_factory=dict)
    analyses: tuple[Analysis, ...] = ()
    own: tuple[Finding, ...] = ()
    drafts: tuple[Draft, ...] = ()
    issued: Issued | None = None
    items: tuple[Item, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)
    closed: Word | None = None

    @property
    def step(self) -> Step:
        """How far it has come."""
        if self.closed is not None:
            return "closed"
        if self.issued is not None:
            return "issued"
        if self.drafts:
            return "drafted"
        if self.analyses:
            return "analysed"
        return "notified" if self.notices else "requested"

    @property
    def is_onsite(self) -> bool:
        return self.request.kind == "onsite"

    @property
    def synthetic(self) -> bool:
        """Whether it rests on made-up figures, as far as it is in sight, or says so itself."""
        told = () if self.issued is None else self.issued.findings
        marks = [*(one.synthetic for one in self.analyses), *(one.synthetic for one in told)]
        return any(marks) or SYNTHETIC in self.request.title

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those that a report may tell: of the last analysis, and people's own."""
        return (*(self.analyses[-1].findings if self.analyses else ()), *self.own)

    def item(self, number: int) -> Item | None:
        return next((one for one in self.items if one.number == number), None)

    @property
    def papers(self) -> frozenset[int]:
        """The acts whose papers are part of it."""
        issued = self.issued
        found = [paper for one in self.findings for paper in one.papers]
        if issued is not None:
            found += [*issued.papers, *(paper for one in issued.findings for paper in one.papers)]
        found += [paper for one in self.items for word in one.words for paper in word.papers]
        found += [paper for one in self.items for paper in one.finding.papers]
        found += [paper for one in self.deliveries.values() for paper in (*one.papers, *one.said_papers)]
        return frozenset(paper.seq for paper in found)


def fold(acts: Sequence[Act]) -> Supervision | None:
    """The state that the acts of one dossier make, first to last; None without any."""
    if not acts:
        return None
    first, *others = acts
    state = Supervision(first.dossier, Request.of(first.body), first.at, first.actor)
    for act in others:
        state = _STEPS[act.action](state, act)
    return state


def _notified(state: Supervision, act: Act) -> Supervision:
    sent_on = day_of(act.body["sent_on"])
    made = {
        unit: Notice(unit, sent_on, act.actor, act.at, told["zh"], told["en"])
        for unit, told in act.body["notices"].items()
    }
    return replace(state, notices={**state.notices, **made})


def _analysed(state: Supervision, act: Act) -> Supervision:
    findings = tuple(Finding(**one) for one in act.body["findings"])
    made = Analysis(act.at, act.actor, moment_of(act.body["as_of"]), findings, bool(act.body["synthetic"]))
    return replace(state, analyses=(*state.analyses, made))


def _found(state: Supervision, act: Act) -> Supervision:
    text = str(act.body["text"])
    number = len(state.own) + 1
    made = Finding(f"own-{number}", "own", act.body["unit"], text, text, by=act.actor, papers=act.papers)
    return replace(state, own=(*state.own, made))


def _drafted(state: Supervision, act: Act) -> Supervision:
    chosen = tuple(act.body["chosen"])
    made = Draft(len(state.drafts) + 1, act.at, act.actor, chosen, dict(act.body["chapters"]))
    return replace(state, drafts=(*state.drafts, made))


def _issued(state: Supervision, act: Act) -> Supervision:
    """The papers of what people found themselves are those of the acts that brought them."""
    draft = state.drafts[-1]
    chosen = tuple(one for one in state.findings if one.key in draft.chosen)
    as_of = state.analyses[-1].as_of if state.analyses else None
    made = Issued(draft.number, act.at, act.actor, draft.by, as_of, chosen, draft.chapters, act.papers)
    return replace(state, issued=made)


def _ordered(state: Supervision, act: Act) -> Supervision:
    issued = state.issued
    told = {one.key: one for one in issued.findings} if issued is not None else {}
    made = [
        Item(number, one["unit"], told[one["finding"]], one["what"], day_of(one["due"]))
        for number, one in enumerate(act.body["items"], start=len(state.items) + 1)
    ]
    return replace(state, items=(*state.items, *made))


def _said(state: Supervision, act: Act) -> Supervision:
    word = Word(act.at, act.actor, act.action, str(act.body["text"]), act.papers)
    number = act.body["item"]
    items = tuple(replace(one, words=(*one.words, word)) if one.number == number else one for one in state.items)
    return replace(state, items=items)


def _escalated(state: Supervision, act: Act) -> Supervision:
    made = Escalation(act.at, act.actor, act.body["unit"], act.body["reason"])
    return replace(state, escalations=(*state.escalations, made))


def _delivered(state: Supervision, act: Act) -> Supervision:
    made = Delivery(act.body["unit"], day_of(act.body["received_on"]), act.actor, act.papers)
    return replace(state, deliveries={**state.deliveries, made.unit: made})


def _objected(state: Supervision, act: Act) -> Supervision:
    before = state.deliveries[act.body["unit"]]
    made = replace(
        before,
        said_on=day_of(act.body["said_on"]),
        said_by=act.actor,
        objects=bool(act.body["objects"]),
        text=act.body["text"],
        said_papers=act.papers,
    )
    return replace(state, deliveries={**state.deliveries, made.unit: made})


def _closed(state: Supervision, act: Act) -> Supervision:
    return replace(state, closed=Word(act.at, act.actor, act.action, act.body["text"], act.papers))


_STEPS: Mapping[str, Callable[[Supervision, Act], Supervision]] = {
    "notify": _notified, "analyse": _analysed, "finding": _found, "draft": _drafted, "issue": _issued,
    "order": _ordered, "answer": _said, "accept": _said, "send_back": _said, "escalate": _escalated,
    "deliver": _delivered, "object": _objected, "close": _closed,
}  # fmt: skip
