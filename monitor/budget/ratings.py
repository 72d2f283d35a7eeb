"""Self-ratings as acts: saved as often as needed, submitted by the department, decided by another, then frozen.

What is submitted carries all that its result follows from: the table, the points, the plan's figures. So an accepted
rating says the same for ever, whatever is loaded or accepted later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from monitor.access.actors import Actor
from monitor.access.names import same_person
from monitor.dossier.acts import Act, NewPaper, Paper, Writing, by_dossier, read_acts, writing
from monitor.dossier.errors import DossierError, forbidden
from monitor.report.desk import Desk

from .answers import Answers, all_faults
from .library import FILES, Library
from .linked import Linked, linked_figures, linked_of
from .models import PerformanceTable, Scoring
from .rated import Rated, rate
from .scoring import two_places

State = Literal["none", "draft", "submitted", "returned", "accepted"]
_OPEN: frozenset[State] = frozenset({"none", "draft", "returned"})


@dataclass(frozen=True)
class Basis:
    """What a submitted rating was worked out from."""

    table: PerformanceTable
    scoring: Scoring
    linked: Mapping[str, Linked]


@dataclass(frozen=True)
class Rating:
    """The rating of a project as its acts tell it. `revision` counts saved ones; `basis` from submitting on."""

    project: str
    state: State = "none"
    revision: int = 0
    answers: Answers = field(default_factory=Answers)
    synthetic: bool = False
    saved_by: str = ""
    submitted_by: str = ""
    submitted_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    basis: Basis | None = None
    papers: tuple[Paper, ...] = ()
    acts: tuple[Act, ...] = ()
    authors: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether it can be saved and submitted."""
        return self.state in _OPEN


def fold(project: str, acts: Sequence[Act]) -> Rating:
    """The state after these acts."""
    found = Rating(project)
    for act in acts:
        found = replace(_after(found, act), acts=(*found.acts, act), papers=(*found.papers, *act.papers))
    return found


def _after(rating: Rating, act: Act) -> Rating:
    body = act.body
    if act.action == "save":
        return replace(
            rating, state="draft" if rating.state == "none" else rating.state, revision=rating.revision + 1,
            answers=Answers.model_validate(body["answers"]), saved_by=act.actor,
            synthetic=rating.synthetic or bool(body["synthetic"]),
            authors=rating.authors | {act.actor},
        )  # fmt: skip
    if act.action == "submit":
        basis = Basis(
            PerformanceTable.model_validate(body["table"]),
            Scoring.model_validate(body["scoring"]),
            {name: linked_of(name, one) for name, one in body["linked"].items()},
        )
        return replace(
            rating, state="submitted", basis=basis, submitted_by=act.actor, submitted_at=act.at, reason="",
            authors=rating.authors | {act.actor},
        )  # fmt: skip
    state: State = "accepted" if act.action == "accept" else "returned"
    basis_now = rating.basis if state == "accepted" else None
    return replace(
        rating, state=state, basis=basis_now, decided_by=act.actor, decided_at=act.at, reason=str(body["reason"])
    )


def read_rating(desk: Desk, project: str, as_of: datetime | None = None) -> Rating:
    return fold(project, read_acts(desk.store, "budget", project, as_of=as_of))


def read_ratings(desk: Desk, as_of: datetime | None = None) -> dict[str, Rating]:
    """Every rating that has begun, by project."""
    acts = by_dossier(read_acts(desk.store, "budget", as_of=as_of))
    return {name: fold(name, ones) for name, ones in acts.items() if name != FILES}


def result(desk: Desk, library: Library, rating: Rating, as_of: datetime | None = None) -> Rated:
    """Worked out: of a submitted or accepted one from what it was submitted with, else from what is in force."""
    if rating.basis is not None:
        return rate(rating.basis.table, rating.basis.scoring, rating.answers, rating.basis.linked)
    table = library.table(rating.project)
    return rate(table, library.scoring, rating.answers, linked_figures(desk, table, as_of))


def may_rate(actor: Actor, table: PerformanceTable) -> bool:
    """A department's reviewer rates what shares an indicator with the plan that is theirs; who has all, everything."""
    return actor.may("self_assess", indicators=table.plan_indicators)


def may_see(actor: Actor, table: PerformanceTable, rating: Rating) -> bool:
    """What was accepted is every reader's; before that it is the department's and that of those who decide."""
    if rating.state == "accepted":
        return actor.may("read_figures")
    return may_rate(actor, table) or actor.may("evaluate")


def save(
    desk: Desk, actor: Actor, library: Library, project: str, answers: Answers, papers: Sequence[NewPaper] = (),
    *, revision: int | None = None, synthetic: bool = False,
) -> Rating:  # fmt: skip
    """One revision more. `revision`: the one that was seen, so that nobody overwrites what they have not read.

    Raises DossierError.
    """
    table = library.table(project)
    if not may_rate(actor, table):
        raise forbidden()
    rated = rate(table, library.scoring, answers, linked_figures(desk, table))
    if rated.all_faults:
        raise all_faults(rated.all_faults)
    with writing(desk.store, "budget", project, by=actor.name) as dossier:
        before = _open(dossier, project)
        if revision is not None and revision != before.revision:
            raise DossierError(
                "changed", f"{before.saved_by} 在您之后保存了第 {before.revision} 稿；请重新打开本页，再填一次",
                f"{before.saved_by} saved revision {before.revision} meanwhile: open the page again and repeat this",
            )  # fmt: skip
        dossier.add("save", {"answers": answers.model_dump(mode="json"), "synthetic": synthetic}, papers)
    return fold(project, dossier.acts)


def submit(desk: Desk, actor: Actor, library: Library, project: str, *, seen: int | None = None) -> Rating:
    """The newest revision, with all that it rests on. `seen`: of the newest act that was read. Raises DossierError."""
    table = library.table(project)
    if not may_rate(actor, table):
        raise forbidden()
    linked = linked_figures(desk, table)
    with writing(desk.store, "budget", project, by=actor.name) as dossier:
        before = _open(dossier, project)
        _as_seen(before, seen)
        rated = rate(table, library.scoring, before.answers, linked)
        if wrong := (*rated.all_faults, *rated.lacking):
            raise all_faults(wrong)
        dossier.add(
            "submit",
            {
                "table": table.model_dump(mode="json"),
                "scoring": library.scoring.model_dump(mode="json"),
                "linked": {name: one.to_body() for name, one in linked.items()},
                **_told(rated),
            },
        )
    return fold(project, dossier.acts)


def send_back(desk: Desk, actor: Actor, project: str, reason: str, *, seen: int | None = None) -> Rating:
    """The department may go on with it. `seen` as for `submit`. Raises DossierError (field: a reason is needed)."""
    if not actor.may("evaluate"):
        raise forbidden()
    if not reason.strip():
        raise DossierError("field", "退回须写原因", "say why it is sent back")
    with writing(desk.store, "budget", project, by=actor.name) as dossier:
        _as_seen(_waiting(dossier, project), seen)
        dossier.add("return", {"reason": reason.strip()})
    return fold(project, dossier.acts)


def accept(desk: Desk, actor: Actor, project: str, reason: str = "", *, seen: int | None = None) -> Rating:
    """Freezes it; `seen` as for `submit`.

    Raises DossierError: nobody accepts what they wrote or have not read, nor figures that have changed since.
    """
    if not actor.may("evaluate"):
        raise forbidden()
    waits = read_rating(desk, project)
    changed = changed_since(desk, waits) if waits.state == "submitted" else ()
    if changed:
        names = "、".join(changed)
        raise DossierError(
            "changed",
            f"与规划共用的指标（{names}）在提交之后有了新数；请退回，重新提交后再审定",
            f"figures shared with the plan ({names}) have changed since it was submitted: send it back, and accept it"
            " when it was submitted again",
        )
    with writing(desk.store, "budget", project, by=actor.name) as dossier:
        before = _waiting(dossier, project)
        _as_seen(before, seen)
        if any(same_person(actor.name, one) for one in before.authors):
            raise DossierError(
                "state", "自评不能由填写或提交的人自己审定；请换一位有权的人",
                "a rating is not accepted by who wrote or submitted it: let somebody else decide",
            )  # fmt: skip
        assert before.basis is not None
        rated = rate(before.basis.table, before.basis.scoring, before.answers, before.basis.linked)
        dossier.add("accept", {"reason": reason.strip(), **_told(rated)})
    return fold(project, dossier.acts)


def changed_since(desk: Desk, rating: Rating, as_of: datetime | None = None) -> tuple[str, ...]:
    """Indicators whose figure in the store is no longer the one that the rating was submitted with."""
    if rating.basis is None:
        return ()
    now = linked_figures(desk, rating.basis.table, as_of)
    return tuple(name for name, one in rating.basis.linked.items() if now[name].printed != one.printed)


def _told(rated: Rated) -> dict[str, str]:
    total = rated.total
    grade = total.grade.name.zh if total.grade is not None else ""
    return {"low": two_places(total.low), "high": two_places(total.high), "grade": grade}


def _as_seen(rating: Rating, seen: int | None) -> None:
    """Nobody decides on what came after they had read. Raises DossierError."""
    if seen is not None and rating.acts and rating.acts[-1].seq != seen:
        by = rating.acts[-1].actor
        raise DossierError(
            "changed", f"{by} 在您之后改动了这份自评；请重新打开本页，看过再定",
            f"{by} has changed this rating meanwhile: open the page again, read it, and decide then",
        )  # fmt: skip


def _open(dossier: Writing, project: str) -> Rating:
    rating = fold(project, dossier.acts)
    if not rating.is_open:
        zh = "已审定，不再改动" if rating.state == "accepted" else "已提交，等待审核；须先退回才能修改"
        en = (
            "it was accepted and does not move"
            if rating.state == "accepted"
            else "it waits: it must be sent back first"
        )
        raise DossierError("state", f"自评{zh}", f"this rating cannot be changed: {en}")
    return rating


def _waiting(dossier: Writing, project: str) -> Rating:
    rating = fold(project, dossier.acts)
    if rating.state != "submitted":
        raise DossierError("state", "没有等待审核的自评", "no rating waits for a decision")
    return rating
