"""What a tasks file may say: the plan's boxes and section tasks, word for word, with units, times and countable goals.

Every model refuses unknown keys. Nothing here is invented: a milestone or a goal stands in the task's own text, and a
unit that no published text names is `inferred` (printed with 推定).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from monitor.catalogue.base import Model, Owner, Text
from monitor.catalogue.forms import Some
from monitor.catalogue.values import Day, Index, PlanId, Positive, Printed, Whole, Year, refusal

PartKind = Literal["box", "section"]
Comparator = Literal["ge", "gt", "le", "lt", "eq"]
_TASK_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
MOST_DAYS = 3_660


def _task_id(text: str) -> str:
    if not _TASK_ID.fullmatch(text) or len(text) > 40:
        raise refusal(
            "编码只用小写字母、数字，以 - 或 _ 相连，至多 40 个字符",
            "an id has lower-case letters and digits, joined by - or _, at most 40 characters",
        )
    return text


TaskId = Annotated[str, AfterValidator(_task_id)]
Days = Annotated[Whole, Field(ge=0, le=MOST_DAYS)]


class Timetable(Model):
    """From the first day of `start` to the last of `end`; `inferred` where only the plan's own horizon says so."""

    start: Year
    end: Year
    printed: Printed | None = None
    inferred: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Timetable:
        if self.start > self.end:
            raise refusal("须 start ≤ end", "start <= end must hold")
        return self

    @property
    def first_day(self) -> date:
        return date(self.start, 1, 1)

    @property
    def due(self) -> date:
        """The last day on which the task is in time."""
        return date(self.end, 12, 31)


class ReminderDays(Model):
    """When reminders begin: `near` days before something is due; a report is due `report` days after the last one.

    A milestone or a report that is late by at most `grace` days is behind (yellow), by more it is overdue (red).
    """

    near: Days = 30
    report: Annotated[Whole, Field(ge=1, le=MOST_DAYS)] = 183
    grace: Days = 30


class Part(Model):
    """A box (专栏) or a section of the plan; `section`: of a box, the section in which it stands."""

    id: TaskId
    kind: PartKind
    number: Printed
    title: Text
    section: TaskId | None = None


class Milestone(Model):
    """Something that the text wants by a day of its own; `printed`: how the text says when."""

    id: TaskId
    text: Text
    printed: Printed
    due: Day


class Goal(Model):
    """A number that the text gives; `each_year`: to be reached anew in every year of the timetable."""

    id: TaskId
    name: Text
    printed: Printed
    comparator: Comparator = "ge"
    number: Positive
    unit: Text
    each_year: bool = False

    def is_reached(self, count: Decimal) -> bool:
        """Exactly, with nothing rounded."""
        return {
            "ge": count >= self.number,
            "gt": count > self.number,
            "le": count <= self.number,
            "lt": count < self.number,
            "eq": count == self.number,
        }[self.comparator]


class Task(Model):
    """One numbered item of a box, or one task of a section; `text` is the plan's, word for word."""

    id: TaskId
    part: TaskId
    item: Index | None = None
    title: Text
    text: Annotated[str, Field(min_length=1)]
    lead: Owner
    cooperating: tuple[Owner, ...] = ()
    timetable: Timetable | None = None
    milestones: tuple[Milestone, ...] = ()
    goals: tuple[Goal, ...] = ()

    def goal(self, id: str) -> Goal | None:
        return next((one for one in self.goals if one.id == id), None)

    def milestone(self, id: str) -> Milestone | None:
        return next((one for one in self.milestones if one.id == id), None)


class TaskFile(Model):
    """The whole of one tasks file. `timetable` is that of every task that has none of its own."""

    plan: PlanId
    source: Text
    timetable: Timetable
    reminders: ReminderDays = ReminderDays()
    notes: tuple[Text, ...] = ()
    parts: Some[Part]
    tasks: Some[Task]

    def task(self, id: str) -> Task | None:
        return next((one for one in self.tasks if one.id == id), None)

    def part(self, id: str) -> Part:
        """Raises KeyError for a part that the file does not have, which loading has refused."""
        found = next((one for one in self.parts if one.id == id), None)
        if found is None:
            raise KeyError(id)
        return found

    def timetable_of(self, task: Task) -> Timetable:
        return task.timetable or self.timetable
