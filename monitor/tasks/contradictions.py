"""Where a state and what was counted do not go together: to be put right or explained, never passed over. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .board import GoalState, TaskState


@dataclass(frozen=True)
class Contradiction:
    zh: str
    en: str


def contradictions(state: TaskState, day: date) -> tuple[Contradiction, ...]:
    """Of a task's state as reported for a day with its own counts and milestones."""
    if state.state == "done":
        return (*_not_reached(state, day), *_not_done(state))
    if state.state == "failing" and _all_reached(state, day):
        zh = "可计数目标和时间节点均已达到，与“不能完成”不符"
        return (Contradiction(zh, "every number and milestone is reached, which does not go with 'cannot be done'"),)
    return ()


def _not_reached(state: TaskState, day: date) -> Iterator[Contradiction]:
    for one in state.goals:
        goal, zh, en = one.goal, one.goal.name.zh, one.goal.name.in_language("en")
        if goal.each_year:
            if lacking := _years_lacking(state, one, day):
                years = "、".join(map(str, lacking))
                yield Contradiction(
                    f"{zh}：{years} 年没有达到的记录，与“已完成”不符",
                    f"{en}: nothing says that it was reached in {', '.join(map(str, lacking))}, which does not go with"
                    " 'done'",
                )
        elif one.count is None:
            yield Contradiction(f"{zh}：没有报数，与“已完成”不符", f"{en}: no count, which does not go with 'done'")
        elif not one.is_reached:
            number, wanted = f"{one.count.number:f}", f"{goal.number:f}"
            yield Contradiction(
                f"{zh}：{number}/{wanted} {goal.unit.zh}，与“已完成”不符",
                f"{en}: {number} of {wanted}, which does not go with 'done'",
            )


def _not_done(state: TaskState) -> Iterator[Contradiction]:
    for one in state.milestones:
        if one.done_on is None:
            zh, en = one.milestone.text.zh, one.milestone.text.in_language("en")
            yield Contradiction(
                f"节点“{zh}”没有完成日期，与“已完成”不符", f"milestone '{en}' has no day on which it was done"
            )


def _all_reached(state: TaskState, day: date) -> bool:
    """Whether there is something to reach, and all of it is."""
    if not state.goals and not state.milestones:
        return False
    goals = all(not _years_lacking(state, one, day) if one.goal.each_year else one.is_reached for one in state.goals)
    return goals and all(one.done_on is not None for one in state.milestones)


def _years_lacking(state: TaskState, one: GoalState, day: date) -> list[int]:
    timetable = state.timetable
    years = range(timetable.start, min(day.year, timetable.end) + 1)
    return [year for year in years if year not in one.years or not one.goal.is_reached(one.years[year])]
