"""The ledger of tasks as rows: one for each task, and one for each report, for files and for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pandas as pd

from .board import GoalState, TaskState
from .progress import NO_REPORT, STATE_NAMES, Report

SYNTHETIC = "模拟数据"
LEVEL_NAMES = {"blue": ("临近", "near"), "yellow": ("滞后", "behind"), "red": ("超期", "overdue")}
DECISION_NAMES = {"open": ("未确认", "open"), "confirmed": ("已确认", "confirmed"), "returned": ("已退回", "returned")}

COLUMNS = (
    "plan", "task", "part", "item", "title", "text", "lead", "lead_inferred", "cooperating", "due", "due_printed",
    "state", "state_name", "report_day", "report", "reported_by", "reported_at", "decision", "synthetic", "goals",
    "milestones", "elapsed_percent", "reminder", "reasons", "today", "as_of",
)  # fmt: skip
REPORT_COLUMNS = (
    "plan", "task", "title", "report", "day", "state", "state_name", "text", "difficulties", "explanation", "counts",
    "milestones", "papers", "reported_by", "reported_at", "revised_by", "decision", "decided_by", "decided_at",
    "remark", "synthetic",
)  # fmt: skip


def is_synthetic(report: Report | None) -> bool:
    """Whether a report says of itself that it is made up for the demonstration."""
    return report is not None and report.text.startswith(f"【{SYNTHETIC}】")


def rests_on_synthetic(one: TaskState) -> bool:
    """Whether the report that tells the state, or one that a count or a milestone's day is from, is made up."""
    counts = {goal.count for goal in one.goals if goal.count is not None}
    days = {(mile.milestone.id, mile.done_on) for mile in one.milestones}
    return is_synthetic(one.latest) or any(
        is_synthetic(report)
        and report.counts_for_something
        and (any(count in counts for count in report.counts)
             or any((done.milestone, done.done_on) in days for done in report.milestones))
        for report in one.reports
    )  # fmt: skip


def ledger_table(states: Sequence[TaskState], today: date, as_of: datetime | None = None) -> pd.DataFrame:
    """One row for each task in the order given; dates as ISO texts, shares of time cut to one decimal."""
    rows = [_row(one, today, as_of) for one in states]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def reports_table(states: Sequence[TaskState]) -> pd.DataFrame:
    """One row for each report, also those returned or revised."""
    rows = [_report_row(one, report) for one in states for report in one.reports]
    return pd.DataFrame(rows, columns=list(REPORT_COLUMNS), dtype=object)


def _row(one: TaskState, today: date, as_of: datetime | None) -> tuple[Any, ...]:
    task, latest = one.task, one.latest
    reasons = () if one.reminder is None else one.reminder.reasons
    return (
        one.plan,
        task.id,
        f"{one.part.number}{one.part.title.zh}",
        task.item,
        task.title.zh,
        task.text,
        task.lead.zh,
        task.lead.inferred,
        "；".join(f"{unit.zh}{'（推定）' if unit.inferred else ''}" for unit in task.cooperating) or None,
        one.timetable.due.isoformat(),
        one.timetable.printed,
        one.state,
        (NO_REPORT if one.state is None else STATE_NAMES[one.state])[0],
        None if latest is None else latest.day.isoformat(),
        None if latest is None else latest.number,
        None if latest is None else latest.by,
        None if latest is None else _moment(latest.at),
        None if latest is None else latest.decision,
        rests_on_synthetic(one),
        "；".join(map(_goal, one.goals)) or None,
        "；".join(f"{m.milestone.text.zh}：{m.done_on.isoformat() if m.done_on else '未完成'}" for m in one.milestones)
        or None,
        _percent(one.elapsed),
        None if one.reminder is None else one.reminder.level,
        "；".join(reason.zh for reason in reasons) or None,
        today.isoformat(),
        None if as_of is None else _moment(as_of),
    )


def _report_row(one: TaskState, report: Report) -> tuple[Any, ...]:
    return (
        one.plan,
        one.task.id,
        one.task.title.zh,
        report.number,
        report.day.isoformat(),
        report.state,
        STATE_NAMES[report.state][0],
        report.text,
        report.difficulties or None,
        report.explanation or None,
        "；".join(f"{c.goal}={c.number:f}（{c.counted_on.isoformat()}，{c.source}）" for c in report.counts) or None,
        "；".join(f"{m.milestone}（{m.done_on.isoformat()}）" for m in report.milestones) or None,
        "；".join(f"{paper.name}（SHA-256 {paper.sha256}）" for paper in report.papers) or None,
        report.by,
        _moment(report.at),
        report.revised_by,
        report.decision,
        report.decided_by,
        None if report.decided_at is None else _moment(report.decided_at),
        report.remark or None,
        is_synthetic(report),
    )


def _goal(one: GoalState) -> str:
    goal = one.goal
    wanted = f"{goal.number:f} {goal.unit.zh}{'（每年）' if goal.each_year else ''}"
    if one.count is None:
        return f"{goal.name.zh}：未报数，目标 {wanted}"
    said = f"{one.count.counted_on.isoformat()}，{one.count.source}"
    return f"{goal.name.zh}：{one.count.number:f}/{wanted}（{said}）"


def _moment(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')}Z"


def _percent(share: Fraction) -> str:
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10}"
