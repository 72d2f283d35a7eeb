"""What is done around the plan, to read: rounds of evaluation, and the ledger of tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from monitor.catalogue.problems import CatalogueError
from monitor.evaluation.rounds import Round, read_round, read_rounds
from monitor.evaluation.table import round_table
from monitor.report.as_of import format_as_of
from monitor.report.desk import QuestionError
from monitor.tasks.files import tasks_path
from monitor.tasks.ledger import ledger_table
from monitor.tasks.service import tasks_over

from .asked import AsOfQuery, TasksQuery
from .faults import ApiProblem
from .operations import Answer, Caller
from .pages import moment_of
from .tables import RoundRow, TaskRow, model_rows
from .told_around import RoundAnswer, RoundLine, RoundList, TaskList


def rounds(caller: Caller, query: AsOfQuery) -> Answer:
    """All that were known at the moment, newest first."""
    found = read_rounds(caller.desk.store, moment_of(caller, query.as_of))
    return Answer(RoundList(items=[RoundLine(**_line(one)) for one in found]))


def one_round(caller: Caller, query: AsOfQuery, round_id: str) -> Answer:
    """Its figures are the frozen ones; what was written is as known at the moment."""
    found = read_round(caller.desk.store, round_id, moment_of(caller, query.as_of))
    rows = model_rows(RoundRow, round_table(caller.desk, found))
    return Answer(RoundAnswer(**_line(found), items=[RoundRow.model_validate(row) for row in rows]))


def tasks(caller: Caller, query: TasksQuery) -> Answer:
    """Every task of one plan, by default of the first that has some; the day is the moment's, else today's.

    Raises QuestionError where it has none, ApiProblem where its file of tasks cannot be read.
    """
    as_of, current = moment_of(caller, query.as_of), caller.desk.current
    of_tasks = (one.plan.id for one in current.catalogues if tasks_path(one) is not None)
    catalogue = current.plan(query.plan or next(of_tasks, None))
    try:
        found = tasks_over(caller.desk.store, catalogue)
    except CatalogueError as error:
        first = error.problems[0]
        raise ApiProblem(409, "faulty_tasks", first.zh, first.en) from None
    if found is None:
        plan = catalogue.plan.id
        raise QuestionError(f"规划 {plan} 没有重点任务", f"the plan {plan} has no tasks")
    today = _day(as_of or caller.now, caller.desk.timezone)
    rows = model_rows(TaskRow, ledger_table(found.board(today, as_of), today, as_of))
    items = [TaskRow.model_validate(row) for row in rows]
    return Answer(TaskList(plan_id=catalogue.plan.id, today=today.isoformat(), items=items))


def _day(moment: datetime, timezone: str) -> date:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date()


def _line(told: Round) -> dict[str, str | None]:
    return {
        "round_id": told.id,
        "kind": told.kind,
        "title": told.title,
        "state": told.state,
        "plan_id": told.plan,
        "region_code": told.region,
        "period": told.period,
        "as_of": format_as_of(told.as_of),
        "deadline": None if told.deadline is None else told.deadline.isoformat(),
        "opened_by": told.opened_by,
        "closed_by": told.closed_by,
        "sha256": told.sha256,
    }
