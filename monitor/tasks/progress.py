"""What is known of a task: its reports as its acts tell them, what they counted, and what is done. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args

from monitor.dossier.acts import Act, Paper

State = Literal["done", "well", "hard", "adjust", "failing"]
"""已完成 / 进展良好 / 有困难经努力能完成 / 需调整 / 不能完成"""
Decision = Literal["open", "confirmed", "returned"]
STATES: tuple[State, ...] = get_args(State)
STATE_NAMES: dict[State, tuple[str, str]] = {
    "done": ("已完成", "done"),
    "well": ("进展良好", "well under way"),
    "hard": ("有困难经努力能完成", "difficult, can be done with effort"),
    "adjust": ("需调整", "needs adjusting"),
    "failing": ("不能完成", "cannot be done"),
}
NO_REPORT = ("未报告", "no report")


@dataclass(frozen=True)
class Count:
    """How much of a countable goal is reached, as counted on a day; `source`: who or what says so."""

    goal: str
    number: Decimal
    counted_on: date
    source: str


@dataclass(frozen=True)
class DoneMilestone:
    milestone: str
    done_on: date


@dataclass(frozen=True)
class Report:
    """One report of progress as it was sent; nothing of it ever changes but what the planner says of it.

    `seq`: of its event; `number`: 1, 2, … within the task; `day`: the day that it speaks of; `at`: when it was sent
    (UTC without zone); `explanation`: why the state fits counts that seem to say otherwise. A later report on the same
    day revises the earlier one (`revised_by`: its number).
    """

    seq: int
    number: int
    at: datetime
    by: str
    day: date
    state: State
    text: str
    difficulties: str
    explanation: str
    counts: tuple[Count, ...]
    milestones: tuple[DoneMilestone, ...]
    papers: tuple[Paper, ...]
    decision: Decision = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None
    remark: str = ""
    revised_by: int | None = None

    @property
    def counts_for_something(self) -> bool:
        """Neither returned nor revised."""
        return self.decision != "returned" and self.revised_by is None


def reports_of(acts: Sequence[Act]) -> tuple[Report, ...]:
    """The reports of one task, first sent first, each with what was decided of it."""
    found: list[Report] = []
    for act in acts:
        if act.action == "report":
            sent = _report(act, len(found) + 1)
            found = [
                replace(one, revised_by=sent.number)
                if one.day == sent.day and one.revised_by is None and one.decision != "returned"
                else one
                for one in found
            ]
            found.append(sent)
        else:
            decision: Decision = "confirmed" if act.action == "confirm" else "returned"
            number, remark = int(act.body["number"]), str(act.body.get("remark", ""))
            said = {"decision": decision, "decided_by": act.actor, "decided_at": act.at, "remark": remark}
            found = [replace(one, **said) if one.number == number else one for one in found]  # type: ignore[arg-type]
    return tuple(found)


def _report(act: Act, number: int) -> Report:
    body = act.body
    return Report(
        seq=act.seq,
        number=number,
        at=act.at,
        by=act.actor,
        day=date.fromisoformat(body["day"]),
        state=body["state"],
        text=body["text"],
        difficulties=body["difficulties"],
        explanation=body["explanation"],
        counts=tuple(
            Count(one["goal"], Decimal(one["number"]), date.fromisoformat(one["counted_on"]), one["source"])
            for one in body["counts"]
        ),
        milestones=tuple(
            DoneMilestone(one["milestone"], date.fromisoformat(one["done_on"])) for one in body["milestones"]
        ),
        papers=act.papers,
    )


def latest_report(reports: Sequence[Report], today: date) -> Report | None:
    """The one that says how the task stands on a day: of those that speak of that day or an earlier one the last."""
    told = [one for one in reports if one.counts_for_something and one.day <= today]
    return max(told, key=lambda one: (one.day, one.number), default=None)


def counts_of(reports: Sequence[Report], goal: str, today: date) -> tuple[Count, ...]:
    """Every count of a goal that is known on a day, in the order of the days counted; a later report goes first."""
    told = [
        (count.counted_on, one.day, one.number, count)
        for one in reports
        if one.counts_for_something and one.day <= today
        for count in one.counts
        if count.goal == goal
    ]
    return tuple(entry[3] for entry in sorted(told, key=lambda entry: entry[:3]))


def done_on(reports: Sequence[Report], milestone: str, today: date) -> date | None:
    """The day on which a milestone was done, as the last report that names it says."""
    told = [
        (one.day, one.number, done.done_on)
        for one in reports
        if one.counts_for_something and one.day <= today
        for done in one.milestones
        if done.milestone == milestone
    ]
    return max(told)[2] if told else None
