"""What is answered of the work around the plan, as models: rounds of evaluation, and the ledger of tasks."""

from __future__ import annotations

from .tables import RoundRow, TaskRow
from .values import Told


class RoundLine(Told):
    """A round of evaluation. `as_of`: of its figures, which never move; `sha256`: of their rows."""

    round_id: str
    kind: str
    title: str
    state: str
    plan_id: str
    region_code: str
    period: str
    as_of: str
    deadline: str | None
    opened_by: str
    closed_by: str | None
    sha256: str


class RoundList(Told):
    items: list[RoundLine]


class RoundAnswer(RoundLine):
    """`items`: one for each indicator, with what people wrote of it."""

    items: list[RoundRow]  # type: ignore[valid-type]


class TaskList(Told):
    """`today`: the day that states and reminders are of."""

    plan_id: str
    today: str
    items: list[TaskRow]  # type: ignore[valid-type]
