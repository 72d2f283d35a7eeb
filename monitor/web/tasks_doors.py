"""What the pages of tasks post to: a report, a planner's confirming and returning; and the ledger as a file."""

from __future__ import annotations

import tempfile
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.actors import Actor
from monitor.catalogue.problems import CatalogueError
from monitor.dossier.errors import DossierError
from monitor.report.as_of import AsOfError, format_as_of, read_as_of
from monitor.report.export import write_table
from monitor.store.store import INGEST_PREFIX
from monitor.tasks.files import tasks_path
from monitor.tasks.ledger import ledger_table
from monitor.tasks.models import Task
from monitor.tasks.progress import Count, DoneMilestone
from monitor.tasks.service import NewReport, Tasks, tasks_over

from .downloads import WORKBOOK, attachment
from .gatekeeper import refused
from .pages.tasks import day_meant
from .taking import note_taken
from .task_counts import read_count

if TYPE_CHECKING:
    from .duty_doors import DutyDoors

_KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": WORKBOOK}
_BACK = "/tasks/{dossier}"


def may_read_task_papers(doors: DutyDoors, actor: Actor, dossier: str, seq: int) -> bool:
    """Papers of a task are every reader's, as its reports are."""
    return actor.may("read_figures")


def serve_tasks(server: Flask, doors: DutyDoors) -> None:
    @server.post("/do/duty/tasks/<dossier>/report")
    @doors.guarded(_BACK)
    def _task_report(dossier: str) -> AnyResponse:
        tasks, task = _named(doors, dossier)
        today = _today(doors)
        new = _new_report(tasks.task(task), today)
        sent = tasks.report(doors.actor, task, new, doors.papers(), today=today)
        zh, en = f"已收到第 {sent.number} 份进展报告。", f"Report {sent.number} was taken."
        return doors.done(_BACK.format(dossier=dossier), zh, en)

    @server.post("/do/duty/tasks/<dossier>/confirm")
    @doors.guarded(_BACK)
    def _task_confirm(dossier: str) -> AnyResponse:
        tasks, task = _named(doors, dossier)
        found = tasks.confirm(doors.actor, task, _number(), request.form.get("remark", ""))
        zh, en = f"第 {found.number} 份报告已确认。", f"Report {found.number} was confirmed."
        return doors.done(_BACK.format(dossier=dossier), zh, en)

    @server.post("/do/duty/tasks/<dossier>/return")
    @doors.guarded(_BACK)
    def _task_return(dossier: str) -> AnyResponse:
        tasks, task = _named(doors, dossier)
        found = tasks.send_back(doors.actor, task, _number(), request.form.get("remark", ""))
        zh, en = (
            f"第 {found.number} 份报告已退回，不再作数。",
            f"Report {found.number} was returned and counts no more.",
        )
        return doors.done(_BACK.format(dossier=dossier), zh, en)

    @server.get("/download/tasks.<any(csv, xlsx):kind>")
    def _task_ledger(kind: str) -> AnyResponse:
        try:
            body = _file(doors, kind)
        except (DossierError, AsOfError) as error:
            return refused(404, error.zh, error.en)
        note_taken(doors.desk.store, doors.actor)
        return attachment(body, f"tasks.{kind}", _KINDS[kind])


def _file(doors: DutyDoors, kind: str) -> bytes:
    """The whole ledger. Raises DossierError, AsOfError."""
    desk, text = doors.desk, request.args.get("as_of", "").strip()[:80]
    as_of = read_as_of(desk.store, text, desk.timezone, doors.clock()) if text else None
    tasks = _tasks(doors, request.args.get("plan"))
    today = day_meant(request.args.get("to", ""), as_of, _today(doors), desk.timezone)
    frame = ledger_table(tasks.board(today, as_of), today, as_of)
    said = {"kind": "tasks", "plan": tasks.file.plan, "today": today.isoformat()}
    said["as_of"] = format_as_of(as_of) if as_of is not None else ""
    with tempfile.TemporaryDirectory(prefix=INGEST_PREFIX, dir=desk.store.staging_folder) as folder:
        target = Path(folder) / f"tasks.{kind}"
        write_table(frame, target, said)
        return target.read_bytes()


def _named(doors: DutyDoors, dossier: str) -> tuple[Tasks, str]:
    """The plan's tasks and the id of the one meant. Raises DossierError."""
    plan, _, task = dossier.partition(":")
    return _tasks(doors, plan), task


def _tasks(doors: DutyDoors, wanted: str | None) -> Tasks:
    """Those of a plan, without one of the first that has some. Raises DossierError."""
    for catalogue in doors.desk.current.catalogues:
        if wanted == catalogue.plan.id or (not wanted and tasks_path(catalogue) is not None):
            try:
                found = tasks_over(doors.desk.store, catalogue)
            except CatalogueError as error:
                raise DossierError("state", error.problems[0].zh, error.problems[0].en) from None
            if found is not None:
                return found
    raise DossierError("unknown", "没有这个规划的任务", "there are no tasks of such a plan")


def _today(doors: DutyDoors) -> date:
    return doors.clock().replace(tzinfo=UTC).astimezone(ZoneInfo(doors.desk.timezone)).date()


def _number() -> int:
    text = request.form.get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise DossierError("unknown", "没有这份报告", "there is no such report")
    return int(text)


def _new_report(task: Task, today: date) -> NewReport:
    """What the form says. Raises DossierError for a day or a number that cannot be read."""
    form = request.form
    counts = []
    for goal in task.goals:
        text = form.get(f"count:{goal.id}", "").strip()
        if text:
            day = _day(form.get(f"counted_on:{goal.id}", ""), today)
            counts.append(
                Count(goal.id, read_count(task, goal.id, text), day, form.get(f"source:{goal.id}", "").strip())
            )
    done = [
        DoneMilestone(one.id, _day(text, today))
        for one in task.milestones
        if (text := form.get(f"done:{one.id}", "").strip())
    ]
    return NewReport(
        state=form.get("state", ""),
        day=_day(form.get("day", ""), today),
        text=form.get("text", ""),
        difficulties=form.get("difficulties", ""),
        explanation=form.get("explanation", ""),
        counts=tuple(counts),
        milestones=tuple(done),
    )


def _day(text: str, usual: date) -> date:
    if not text.strip():
        return usual
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DossierError(
            "field", f"“{text[:40]}”不是日期；写作 2025-06-30", f"'{text[:40]}' is no day: write it as 2025-06-30"
        ) from None
