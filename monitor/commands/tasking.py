"""What the commands of tasks share: which plan, which day, and what --count and --milestone say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from monitor.commands.common import load_plans, open_store, parse_moment, refuse_no_moment
from monitor.commands.errors import Refused, WrongUse

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.settings import Settings
    from monitor.store.store import Store
    from monitor.tasks.models import Task
    from monitor.tasks.progress import Count, DoneMilestone
    from monitor.tasks.service import Tasks


@dataclass(frozen=True)
class TaskDesk:
    """One plan's tasks over the store of the settings; `as_of`: UTC without zone, None for now."""

    store: Store
    catalogues: tuple[Catalogue, ...]
    tasks: Tasks
    today: date
    as_of: datetime | None


@contextmanager
def task_desk(
    settings: Settings, plan: str | None, day: str | None = None, as_of: str | None = None
) -> Iterator[TaskDesk]:
    """`day`: what is judged, today or the as-of day by default. Raises WrongUse, Refused, AsOfError, StoreError."""
    from monitor.catalogue.problems import CatalogueError
    from monitor.tasks.files import tasks_path
    from monitor.tasks.service import tasks_over

    plans = load_plans(settings)
    refuse_no_moment(as_of, settings)
    chosen = next(
        (one for one in plans.catalogues if plan == one.plan.id or (plan is None and tasks_path(one) is not None)),
        None,
    )
    with open_store(settings, must_exist=True) as store:
        try:
            tasks = None if chosen is None else tasks_over(store, chosen)
        except CatalogueError as error:
            first = error.problems[0]
            raise Refused(
                f"{first.place}：{first.zh}（共 {len(error.problems)} 处，见 monitor task check）",
                f"{first.place}: {first.en} ({len(error.problems)} in all: see `monitor task check`)",
            ) from None
        if tasks is None:
            name = plan or "–"
            raise WrongUse(
                f"规划 {name} 没有任务台账；请在目录旁放 tasks-规划编码.yaml",
                f"the plan {name} has no tasks: put a file tasks-PLAN.yaml beside its catalogue",
            )
        moment = parse_moment(as_of, settings, store)
        yield TaskDesk(store, plans.catalogues, tasks, _judged(settings, store, day, moment), moment)


def _judged(settings: Settings, store: Store, day: str | None, as_of: datetime | None) -> date:
    from monitor.store.times import to_stored

    if day is not None:
        return read_day(day)
    from datetime import UTC

    moment = as_of if as_of is not None else to_stored(store.now())
    return moment.replace(tzinfo=UTC).astimezone(settings.zone).date()


def task_named(text: str, plan: str | None) -> tuple[str | None, str]:
    """`uhs-14:box8-2` as plan and task; `box8-2` is one of the plan chosen otherwise."""
    before, mark, task = text.partition(":")
    return (before, task) if mark else (plan, text)


def read_day(text: str) -> date:
    """Raises WrongUse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"“{text}”不是日期；写作 2025-06-30", f"'{text}' is no day: write it as 2025-06-30") from None


def read_counts(task: Task, given: Sequence[tuple[str, str, str, str]]) -> tuple[Count, ...]:
    """--count GOAL NUMBER DAY SOURCE. Raises WrongUse, DossierError."""
    from monitor.tasks.progress import Count
    from monitor.web.task_counts import read_count

    return tuple(
        Count(goal, read_count(task, goal, number), read_day(day), source) for goal, number, day, source in given
    )


def read_milestones(given: Sequence[tuple[str, str]]) -> tuple[DoneMilestone, ...]:
    """--milestone NAME DAY. Raises WrongUse."""
    from monitor.tasks.progress import DoneMilestone

    return tuple(DoneMilestone(name, read_day(day)) for name, day in given)
