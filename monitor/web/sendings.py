"""What one sender has to do and has done: the calls that are open, drafts, and submissions with where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.access.actors import Actor
from monitor.catalogue.forms import Call, calls
from monitor.intake.cycle import Cycle
from monitor.intake.kept import DraftLine
from monitor.intake.submissions import Submission, list_submissions

_MOST_SUBMISSIONS = 400
_MOST_LINES = 20
_MOST_UNITS = 3  # of whose calls a list still helps
_ORDER = {"returned": 0, "draft": 1, "rejected": 2, "submitted": 3}


@dataclass(frozen=True)
class Sending:
    """One draft or submission. `draft`: its receipt's id, `submission`: its id; one of them is None."""

    state: str
    draft: int | None
    submission: int | None
    region: str | None
    form: str | None
    period: str | None
    revision: int | None
    file_name: str
    at: datetime
    by: str
    reason: str | None
    problems: int


@dataclass(frozen=True)
class OpenCall:
    """A call whose period is over, and where the unit's answer stands: due, draft, or a submission's state."""

    call: Call
    state: str
    draft: int | None = None
    submission: int | None = None


@dataclass(frozen=True)
class Desktop:
    """What the upload page shows."""

    open_calls: tuple[OpenCall, ...]
    sendings: tuple[Sending, ...]

    @property
    def returned(self) -> int:
        return sum(one.state == "returned" for one in self.sendings)

    @property
    def drafts(self) -> int:
        return sum(one.state == "draft" for one in self.sendings)


def desktop(cycle: Cycle, actor: Actor, today: date) -> Desktop:
    """Of one sender; returned ones first, then drafts, then what waits, then the rest by time."""
    regions = None if actor.regions is None else sorted(actor.regions)
    known = list_submissions(cycle.store, regions=regions, most=_MOST_SUBMISSIONS)
    mine = [one for one in known if actor.may_send(one.region_code)]
    if regions is None:  # who sends for every unit is shown what they sent themselves
        mine = [one for one in mine if one.submitted_by == actor.name]
    kept = [line for line in cycle.drafts(actor) if line.state in ("draft", "rejected")]
    found = [
        Sending(
            line.state, line.receipt_id, None,
            line.parts[0].region if line.parts else None,
            line.parts[0].form if line.parts else None,
            line.parts[0].period if line.parts else None,
            None, line.file_name, line.saved_at, line.received_by, None, line.problem_count,
        )
        for line in kept
    ]  # fmt: skip
    latest: set[tuple[str, str, str, str]] = set()
    waiting: set[tuple[str, str, str, str]] = set()
    for one in mine:  # newest first
        key = (one.region_code, one.form, one.period, one.vintage)
        state = "replaced" if one.state == "returned" and key in latest else one.state
        if one.state == "submitted" and (key in waiting or one.revision < (one.in_force or 0)):
            state = "superseded"  # nobody will decide about it: a newer one waits or counts
        latest.add(key)
        if one.state == "submitted":
            waiting.add(key)
        reason = one.detail.get("reason") if one.state == "returned" else None
        found.append(
            Sending(
                state, None, one.submission_id, one.region_code, one.form, one.period, one.revision, one.file_name,
                one.state_at, one.submitted_by, str(reason) if reason else None, one.open_queries,
            )
        )  # fmt: skip
    newest = sorted(found, key=lambda one: one.at, reverse=True)
    ordered = sorted(newest, key=lambda one: _ORDER.get(one.state, 4))
    return Desktop(_open_calls(cycle, actor, today, known, kept), tuple(ordered[:_MOST_LINES]))


def _open_calls(
    cycle: Cycle, actor: Actor, today: date, known: Sequence[Submission], kept: Sequence[DraftLine]
) -> tuple[OpenCall, ...]:
    """What can still be sent, soonest due first, without what has been accepted."""
    if actor.regions is None or len(actor.regions) > _MOST_UNITS:
        return ()
    states: dict[tuple[str, str, str, str], Submission] = {}
    for one in known:  # newest first
        states.setdefault((one.region_code, one.form, one.period, one.vintage), one)
    drafts = {
        (part.region, part.form, part.period, part.vintage): line.receipt_id
        for line in reversed(kept)
        if line.state == "draft"
        for part in line.parts
    }
    found = []
    for catalogue in cycle.catalogues:
        for region in sorted(actor.regions):
            for call in calls(catalogue, cycle.regions, region=region):
                if call.period.end >= today or (call.closes_on is not None and call.closes_on < today):
                    continue
                key = (region, call.form.id, call.period.code, call.form.vintage)
                answer, draft = states.get(key), drafts.get(key)
                state: str = answer.state if answer is not None else "due"
                if state == "withdrawn":
                    state = "due"
                if draft is not None and state in ("due", "returned"):
                    state = "draft"
                number = None if answer is None else answer.submission_id
                found.append(OpenCall(call, state, draft, number))
    waiting = [one for one in found if one.state not in ("accepted", "superseded")]
    return tuple(sorted(waiting, key=lambda one: (one.call.due_on, one.call.form.id)))


def periods_to_send(cycle: Cycle, today: date) -> tuple[str, ...]:
    """The periods that any form asks for and that have begun, newest first."""
    found = {
        period
        for catalogue in cycle.catalogues
        for form in catalogue.forms
        for period in form.periods_of(catalogue.plan)
        if period.previous().end < today
    }
    return tuple(period.code for period in sorted(found, key=lambda one: one.order, reverse=True))
