"""Reports of progress for the demonstration: made up by rule, marked 模拟数据, and none for a third of the tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from monitor.access.actors import Actor
from monitor.catalogue.loader import Catalogue
from monitor.store.store import Store
from monitor.tasks.ledger import SYNTHETIC
from monitor.tasks.models import Task
from monitor.tasks.progress import Count, DoneMilestone, State
from monitor.tasks.service import NewReport, Tasks, tasks_over

_PLAN = "uhs-14"
_PLANNER = Actor("模拟审核人", "console")
_FIRST, _LAST = date(2024, 6, 28), date(2025, 12, 19)
# how the tasks without countable goals end, in turn; None: nobody has reported
_ENDS: tuple[State | None, ...] = (
    "done", None, "done", "well", None, "done", "hard", None, "done", "adjust", None, "done", None, "failing",
)  # fmt: skip
_SAID: Mapping[State, tuple[str, str]] = {
    "done": ("各项工作已按计划完成。", ""),
    "well": ("主要工作已完成，其余按计划推进。", ""),
    "hard": ("部分工作进度偏慢，正在加力推进。", "个别地区进度偏慢，需加强调度。"),
    "adjust": ("原定做法与新政策不一致，建议调整任务内容。", "政策环境变化，原任务内容需要调整。"),
    "failing": ("规划期内难以完成。", "所需条件尚不具备，建议转入下一规划期。"),
}
_SOURCE = f"{SYNTHETIC}统计"
_YEARS = (2021, 2022, 2023, 2024)


@dataclass(frozen=True)
class _Story:
    """A countable task: its end, and the number at the first and at the last report."""

    end: State
    first: str
    last: str


_STORIES: Mapping[str, _Story] = {
    "box8-1": _Story("hard", "82.4", "96.8"),
    "box8-2": _Story("done", "286", "400"),
    "box8-3": _Story("hard", "247", "431"),
    "box8-4": _Story("done", "330", "512"),
    "box8-5": _Story("adjust", "38", "64"),
    "box12-2": _Story("done", "15", "15"),
    "box6-3": _Story("well", "87.5", "98.2"),
}


def load_task_reports(store: Store, catalogues: Sequence[Catalogue], today: date) -> int:
    """Reports of the shipped plan's tasks, those of days up to `today`; how many. Another plan gets none."""
    catalogue = next((one for one in catalogues if one.plan.id == _PLAN), None)
    tasks = None if catalogue is None else tasks_over(store, catalogue)
    if tasks is None:
        return 0
    written = 0
    plain = [one for one in tasks.file.tasks if not one.goals]
    for task in tasks.file.tasks:
        end = _ENDS[plain.index(task) % len(_ENDS)] if not task.goals else None
        for new in _reports(task, end):
            if new.day <= today:
                sent = tasks.report(_reporter(task), task.id, new, (), today=today)
                written += 1
                if task.id == "box8-2":
                    tasks.confirm(_PLANNER, task.id, sent.number, f"【{SYNTHETIC}】同意")
    _return_one(tasks)
    return written


def _reporter(task: Task) -> Actor:
    return Actor(f"模拟填报人（{task.lead.zh}）", "console")


def _reports(task: Task, end: State | None) -> Iterator[NewReport]:
    if task.goals:
        yield from _counted(task)
    elif end is not None:
        done = tuple(DoneMilestone(one.id, one.due) for one in task.milestones)
        yield _new(task, end, _LAST, milestones=done)


def _counted(task: Task) -> Iterator[NewReport]:
    goal = task.goals[0].id
    story = _STORIES.get(task.id)
    if story is not None:
        yield _new(task, "well", _FIRST, (Count(goal, Decimal(story.first), _FIRST, _SOURCE),))
        yield _new(task, story.end, _LAST, (Count(goal, Decimal(story.last), _LAST, _SOURCE),))
    elif task.goals[0].each_year:  # one year's is lacking
        for year in _YEARS:
            day = date(year, 12, 20)
            yield _new(task, "well", day, (Count(goal, Decimal(1), day, _SOURCE),))


def _new(
    task: Task,
    state: State,
    day: date,
    counts: tuple[Count, ...] = (),
    milestones: tuple[DoneMilestone, ...] = (),
) -> NewReport:
    said, difficulties = _SAID[state]
    return NewReport(
        state=state,
        day=day,
        text=f"【{SYNTHETIC}】{task.title.zh}：{said}",
        difficulties=f"【{SYNTHETIC}】{difficulties}" if difficulties else "",
        counts=counts,
        milestones=milestones,
    )


def _return_one(tasks: Tasks) -> None:
    """One report that the planner has sent back, where it is there."""
    state = tasks.state("box11-1", _LAST)
    if state.latest is not None:
        tasks.send_back(_PLANNER, "box11-1", state.latest.number, f"【{SYNTHETIC}】请补充证明材料后重报")
