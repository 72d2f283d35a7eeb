"""What a task is to be reminded of on a day: a pure function of task, reports, day and the file's number of days.

Blue: something is due soon. Yellow: a milestone or a report is a little late, or a count is below the share of the time
that is over. Red: the task's own day, a year's goal, or something else by more than the grace is over. A task that is
reported as done is reminded of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from .models import Goal, ReminderDays, Task, Timetable
from .progress import Report, counts_of, done_on, latest_report

Level = Literal["blue", "yellow", "red"]
Cause = Literal[
    "task_near", "task_over",
    "milestone_near", "milestone_late", "milestone_over",
    "report_near", "report_late", "report_over", "report_missing",
    "count_below", "year_near", "year_over",
]  # fmt: skip
LEVELS: tuple[Level, ...] = ("blue", "yellow", "red")


@dataclass(frozen=True)
class Reason:
    """`days`: until the day it is about, or since; in both languages what is the matter."""

    level: Level
    cause: Cause
    due: date
    days: int
    zh: str
    en: str


@dataclass(frozen=True)
class Reminder:
    """`level` is the gravest of its reasons, which stand gravest first."""

    level: Level
    reasons: tuple[Reason, ...]


def elapsed_share(timetable: Timetable, today: date) -> Fraction:
    """The share of the days from the first to the last, both counted, that is over at the end of a day; 0 to 1."""
    whole = (timetable.due - timetable.first_day).days + 1
    return min(max(Fraction((today - timetable.first_day).days + 1, whole), Fraction(0)), Fraction(1))


def remind(
    task: Task, timetable: Timetable, reports: Sequence[Report], today: date, days: ReminderDays
) -> Reminder | None:
    """What there is to be reminded of, None for nothing."""
    latest = latest_report(reports, today)
    if today < timetable.first_day or (latest is not None and latest.state == "done"):
        return None
    found = [
        *_task(timetable, today, days),
        *_milestones(task, reports, today, days),
        *(one for goal in task.goals for one in _goal(goal, timetable, reports, today, days)),
        *_report(timetable, latest, today, days),
    ]
    if not found:
        return None
    # of the same weight, what was to be done goes before what was to be told
    found.sort(key=lambda one: -LEVELS.index(one.level))
    return Reminder(found[0].level, tuple(found))


def _task(timetable: Timetable, today: date, days: ReminderDays) -> Iterator[Reason]:
    left = (timetable.due - today).days
    day = timetable.due.isoformat()
    if left < 0:
        yield Reason(
            "red",
            "task_over",
            timetable.due,
            -left,
            f"应于 {day} 前完成，已超期 {-left} 天",
            f"was to be done by {day}, {_days(-left)} ago",
        )
    elif left <= days.near:
        yield Reason(
            "blue",
            "task_near",
            timetable.due,
            left,
            f"应于 {day} 前完成，{_left_zh(left)}",
            f"to be done by {day}, {_left_en(left)}",
        )


def _milestones(task: Task, reports: Sequence[Report], today: date, days: ReminderDays) -> Iterator[Reason]:
    for one in task.milestones:
        if done_on(reports, one.id, today) is not None:
            continue
        left, day = (one.due - today).days, one.due.isoformat()
        zh, en = one.text.zh, one.text.in_language("en")
        if left < 0:
            level: Level = "yellow" if -left <= days.grace else "red"
            cause: Cause = "milestone_late" if level == "yellow" else "milestone_over"
            said = f"节点“{zh}”（{day}）已超期 {-left} 天", f"milestone '{en}' ({day}) is {_days(-left)} late"
            yield Reason(level, cause, one.due, -left, *said)
        elif left <= days.near:
            said = f"节点“{zh}”（{day}）{_left_zh(left)}", f"milestone '{en}' ({day}): {_left_en(left)}"
            yield Reason("blue", "milestone_near", one.due, left, *said)


def _report(timetable: Timetable, latest: Report | None, today: date, days: ReminderDays) -> Iterator[Reason]:
    """The next report is due some days after the last one, the first some days after the beginning."""
    since = timetable.first_day if latest is None else latest.day
    due = since + timedelta(days=days.report)
    left, day = (due - today).days, due.isoformat()
    if left < 0:
        level: Level = "yellow" if -left <= days.grace else "red"
        if latest is None:
            said = (
                f"还没有进展报告（首次应于 {day} 前），已超期 {-left} 天",
                f"no report of progress yet (the first was due on {day}, {_days(-left)} ago)",
            )
            yield Reason(level, "report_missing", due, -left, *said)
            return
        said = (
            f"进展报告应于 {day} 前更新，已超期 {-left} 天",
            f"the next report was due on {day}, {_days(-left)} ago",
        )
        yield Reason(level, "report_late" if level == "yellow" else "report_over", due, -left, *said)
    elif left <= days.near:
        said = f"进展报告应于 {day} 前更新，{_left_zh(left)}", f"the next report is due on {day}, {_left_en(left)}"
        yield Reason("blue", "report_near", due, left, *said)


def _goal(
    goal: Goal, timetable: Timetable, reports: Sequence[Report], today: date, days: ReminderDays
) -> Iterator[Reason]:
    if goal.each_year:
        yield from _yearly(goal, timetable, reports, today, days)
        return
    counts = counts_of(reports, goal.id, today)
    if not counts or goal.comparator not in ("ge", "gt", "eq") or goal.is_reached(counts[-1].number):
        return
    last = counts[-1]
    expected = Fraction(goal.number) * elapsed_share(timetable, today)
    if Fraction(last.number) < expected:
        share = elapsed_share(timetable, today)
        zh, en = goal.name.zh, goal.name.in_language("en")
        said = (
            f"{zh}：{last.number:f}/{goal.number:f}{_unit(goal)}，低于时间进度（{_percent(share)}）",
            f"{en}: {last.number:f} of {goal.number:f}, below the share of time that is over ({_percent(share)})",
        )
        yield Reason("yellow", "count_below", timetable.due, (timetable.due - today).days, *said)


def _yearly(
    goal: Goal, timetable: Timetable, reports: Sequence[Report], today: date, days: ReminderDays
) -> Iterator[Reason]:
    """Each year of the timetable by itself: a year that is over without its number is overdue."""
    best = {one.counted_on.year: one.number for one in counts_of(reports, goal.id, today)}
    zh, en = goal.name.zh, goal.name.in_language("en")
    for year in range(timetable.start, min(today.year, timetable.end) + 1):
        if year in best and goal.is_reached(best[year]):
            continue
        due = date(year, 12, 31)
        left = (due - today).days
        if left < 0:
            said = f"{zh}：{year} 年没有达到的记录", f"{en}: nothing says that it was reached in {year}"
            yield Reason("red", "year_over", due, -left, *said)
        elif left <= days.near:
            said = f"{zh}：{year} 年{_left_zh(left)}", f"{en}: {year}, {_left_en(left)}"
            yield Reason("blue", "year_near", due, left, *said)


def _unit(goal: Goal) -> str:
    return "%" if goal.unit.zh == "%" else f" {goal.unit.zh}"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def _left_zh(left: int) -> str:
    return "今天到期" if left == 0 else f"还有 {left} 天"


def _left_en(left: int) -> str:
    return "due today" if left == 0 else f"{_days(left)} left"


def _percent(share: Fraction) -> str:
    """Cut, not rounded, to one decimal: what is not over is not told as over."""
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10}%"
