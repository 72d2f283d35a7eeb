"""How every task of a plan stands on a day: the pure answer behind the page, the ledger and the report's chapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from monitor.dossier.acts import Act

from .models import Goal, Milestone, Part, Task, TaskFile, Timetable
from .progress import Count, Report, State, counts_of, done_on, latest_report, reports_of
from .reminders import Reminder, elapsed_share, remind


@dataclass(frozen=True)
class GoalState:
    """A countable goal: `count` is the last one known (of this year, where the goal is `each_year`), None without one.

    `share`: count ÷ number, exact; `expected`: number × elapsed share of the time, None where the goal has no share of
    it (each year anew, or not an amount to grow to).
    """

    goal: Goal
    count: Count | None
    is_reached: bool
    share: Fraction | None
    expected: Fraction | None
    years: Mapping[int, Decimal]


@dataclass(frozen=True)
class MilestoneState:
    milestone: Milestone
    done_on: date | None


@dataclass(frozen=True)
class TaskState:
    """One task on a day. `state`: of the latest report that counts, None where there is none (未报告).

    `reports`: all, first sent first, also those returned or revised; `elapsed`: share of the task's time that is over.
    """

    plan: str
    part: Part
    task: Task
    timetable: Timetable
    reports: tuple[Report, ...]
    latest: Report | None
    goals: tuple[GoalState, ...]
    milestones: tuple[MilestoneState, ...]
    elapsed: Fraction
    reminder: Reminder | None

    @property
    def dossier(self) -> str:
        return dossier_of(self.plan, self.task.id)

    @property
    def state(self) -> State | None:
        return None if self.latest is None else self.latest.state

    @property
    def is_done(self) -> bool:
        return self.state == "done"


def dossier_of(plan: str, task: str) -> str:
    """Under which name the acts of a task are kept; its page has that name too."""
    return f"{plan}:{task}"


def task_board(file: TaskFile, acts: Sequence[Act], today: date) -> tuple[TaskState, ...]:
    """Every task of the file in its order, as the acts (of kind `task`, those of other plans are passed over) tell it.

    `today`: the day that is judged; reports that speak of a later one are passed over.
    """
    told: dict[str, list[Act]] = {}
    for act in acts:
        told.setdefault(act.dossier, []).append(act)
    return tuple(task_state(file, task, told.get(dossier_of(file.plan, task.id), ()), today) for task in file.tasks)


def task_state(file: TaskFile, task: Task, acts: Sequence[Act], today: date) -> TaskState:
    """One task, from its own acts."""
    reports, timetable = reports_of(acts), file.timetable_of(task)
    elapsed = elapsed_share(timetable, today)
    return TaskState(
        plan=file.plan,
        part=file.part(task.part),
        task=task,
        timetable=timetable,
        reports=reports,
        latest=latest_report(reports, today),
        goals=tuple(goal_state(goal, reports, elapsed, today) for goal in task.goals),
        milestones=tuple(MilestoneState(one, done_on(reports, one.id, today)) for one in task.milestones),
        elapsed=elapsed,
        reminder=remind(task, timetable, reports, today, file.reminders),
    )


def goal_state(goal: Goal, reports: Sequence[Report], elapsed: Fraction, today: date) -> GoalState:
    """How much of a goal is reached on a day."""
    counts = counts_of(reports, goal.id, today)
    years = {count.counted_on.year: count.number for count in counts}
    if goal.each_year:
        counts = tuple(one for one in counts if one.counted_on.year == today.year)
    last = counts[-1] if counts else None
    grows = not goal.each_year and goal.comparator in ("ge", "gt", "eq")
    return GoalState(
        goal=goal,
        count=last,
        is_reached=last is not None and goal.is_reached(last.number),
        share=None if last is None else Fraction(last.number) / Fraction(goal.number),
        expected=Fraction(goal.number) * elapsed if grows else None,
        years=years,
    )
