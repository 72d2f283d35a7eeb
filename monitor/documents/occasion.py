"""A round of evaluation and the ledger of tasks as the documents take them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from monitor.catalogue.periods import Period
from monitor.dossier.acts import read_acts
from monitor.evaluation.conclusions import CONCLUSIONS, OUTLOOKS
from monitor.evaluation.rounds import Round, Subject
from monitor.report.desk import Desk
from monitor.tasks.board import GoalState, TaskState, task_board
from monitor.tasks.files import tasks_of
from monitor.tasks.ledger import is_synthetic
from monitor.tasks.progress import NO_REPORT, STATE_NAMES, STATES
from monitor.tasks.reminders import Cause

from .case import Origin
from .numbers import exact, plain
from .said import Occasion, Said, TaskCount, Tasks
from .sentences import Number, Sentence

_OVERDUE: Mapping[Cause, str] = {
    "task_over": "已过完成期限",
    "milestone_over": "节点已超期",
    "year_over": "有年度没有达到的记录",
    "report_over": "进展报告超期未更新",
    "report_missing": "应有而没有进展报告",
}
"""What may be overdue (red) in the order of the draft."""


def occasion_of(desk: Desk, told: Round) -> Occasion:
    """What the round's people said, with the tasks of its plan as known at its frozen moment.

    Nothing here depends on whether the round is approved yet: the documents that are filed with the approval can be
    made again afterwards. Raises CatalogueError for a tasks file with faults.
    """
    said = {one.indicator: _said(one) for one in told.subjects}
    tasks = None
    configuration = desk.configuration(told.as_of)
    if told.region == configuration.plan(told.plan).plan.region:
        tasks = tasks_told(desk, told.plan, told.as_of)
    return Occasion(told.title, told.id, said, tasks)


def tasks_told(desk: Desk, plan: str | None, as_of: datetime | None) -> Tasks | None:
    """The tasks of a plan as known at a moment, judged on its day; None where it has none, or none of them a report.

    Raises CatalogueError.
    """
    catalogue = desk.configuration(as_of).plan(plan)
    file, moment = tasks_of(catalogue), desk.moment(as_of)
    if file is None or moment is None:
        return None
    day = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(desk.timezone)).date()
    states = task_board(file, read_acts(desk.store, "task", as_of=moment), day)
    if all(one.latest is None for one in states):
        return None
    counts = [TaskCount(STATE_NAMES[name][0], _titles(states, name)) for name in STATES]
    counts.append(TaskCount(NO_REPORT[0], _titles(states, None)))
    goals = tuple(
        _goal(one, goal) for one in states for goal in one.goals if goal.count is not None and one.latest is not None
    )
    marked = any(is_synthetic(one.latest) for one in states)
    return Tasks(day.isoformat(), tuple(one for one in counts if one.titles), goals, _overdue(states), marked)


def _titles(states: tuple[TaskState, ...], name: str | None) -> tuple[str, ...]:
    return tuple(one.task.title.zh for one in states if one.state == name)


def _overdue(states: tuple[TaskState, ...]) -> tuple[TaskCount, ...]:
    """Every task that is overdue, told under the first of its reasons; a deadline's day where there is only one."""
    first = [
        (one.task.title.zh, one.reminder.reasons[0])
        for one in states
        if one.reminder is not None and one.reminder.level == "red"
    ]
    found = []
    for cause, said in _OVERDUE.items():
        late = [(title, reason.due) for title, reason in first if reason.cause == cause]
        days = {due for _, due in late}
        when = f"（{_day(min(days))}）" if cause == "task_over" and len(days) == 1 else ""
        if late:
            found.append(TaskCount(f"{said}{when}", tuple(title for title, _ in late)))
    return tuple(found)


def _goal(state: TaskState, goal: GoalState) -> Sentence:
    """`国家医保服务示范窗口：380个（2025-06-30），目标400个`, each number with its origin."""
    count = goal.count
    assert count is not None
    report = state.latest
    assert report is not None
    unit = goal.goal.unit.zh
    synthetic = is_synthetic(report)
    origin = Origin(
        state.task.id, goal.goal.name.zh, "", count.counted_on.isoformat(), "task", count.source or "任务进展报告",
        (report.seq,), None, synthetic,
    )  # fmt: skip
    aim = Origin(state.task.id, goal.goal.name.zh, "", Period.of(state.timetable.end).code, "plan", "规划文本")
    number = Number(f"{count.number:f}{unit}", f"{count.number:f} {unit}", "任务计数", origin)
    wanted = Number(f"{goal.goal.number:f}{unit}", f"{goal.goal.number:f} {unit}", "任务目标", aim)
    reached = "，已达到" if goal.is_reached else "，尚未达到"
    share: Sentence = ()
    if goal.share is not None and not goal.is_reached:
        done = Number(f"{plain(100 * goal.share, 2)}%", f"{exact(100 * goal.share)} %", "任务目标完成比例", origin)
        share = ("，完成", done)
    return f"{goal.goal.name.zh}：{_day(count.counted_on)}为", number, reached, wanted, "的目标", *share, "。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _said(subject: Subject) -> Said:
    conclusion, assessment = subject.conclusion, subject.assessment
    said = Said(unit=subject.unit, absent=subject.missing.reason if subject.missing is not None else "")
    if conclusion is not None and conclusion.decision != "returned":
        wording = CONCLUSIONS[conclusion.code].zh
        told = wording if conclusion.decision == "approved" else f"拟：{wording}"
        said = replace(said, conclusion=told, differs=conclusion.differs, reason=conclusion.reason)
    if assessment is None:
        return said
    outlook = OUTLOOKS[assessment.outlook][0]
    return replace(
        said,
        completion=assessment.completion,
        outlook=f"{outlook}。{assessment.outlook_text}" if assessment.outlook_text else outlook,
        problems=assessment.problems,
        adjust=assessment.adjust_reason if assessment.adjust else "",
        measures=assessment.measures,
    )
