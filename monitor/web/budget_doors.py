"""What the pages of the budget post to, and the official forms that they give away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.actors import Actor
from monitor.budget.answers import read_answers
from monitor.budget.book import rating_book, target_book
from monitor.budget.ratings import accept, may_see, read_rating, result, save, send_back, submit
from monitor.dossier.errors import DossierError
from monitor.report.as_of import AsOfError, read_as_of

from .budgets import budget_library
from .downloads import WORKBOOK, attachment
from .gatekeeper import refused
from .taking import note_taken

if TYPE_CHECKING:
    from .duty_doors import DutyDoors

_BACK = "/budget/{project}"
_OF_ROWS = ("actual", "attainment", "percent", "points", "cause", "measures")


def reads_budget_paper(doors: DutyDoors, actor: Actor, dossier: str, seq: int) -> bool:
    """Papers of a rating are for those who may see it."""
    table = budget_library(doors.desk.store).tables.get(dossier)
    return table is not None and may_see(actor, table, read_rating(doors.desk, dossier))


def serve_budget(server: Flask, doors: DutyDoors) -> None:
    @server.post("/do/duty/budget/<project>/save")
    @doors.guarded(_BACK)
    def _budget_save(project: str) -> AnyResponse:
        known = budget_library(doors.desk.store)
        known.table(project)
        given, papers = read_answers(_answers()), doors.papers()
        saved = save(doors.desk, doors.actor, known, project, given, papers, revision=_number("revision"))
        return doors.done(
            _BACK.format(project=project), f"已保存第 {saved.revision} 稿。", f"Revision {saved.revision} is saved."
        )

    @server.post("/do/duty/budget/<project>/submit")
    @doors.guarded(_BACK)
    def _budget_submit(project: str) -> AnyResponse:
        submit(doors.desk, doors.actor, budget_library(doors.desk.store), project, seen=_number("seen"))
        return doors.done(_BACK.format(project=project), "已提交，等待审定。", "Submitted; it waits for a decision.")

    @server.post("/do/duty/budget/<project>/accept")
    @doors.guarded(_BACK)
    def _budget_accept(project: str) -> AnyResponse:
        budget_library(doors.desk.store).table(project)
        accept(doors.desk, doors.actor, project, request.form.get("reason", ""), seen=_number("seen"))
        return doors.done(
            _BACK.format(project=project), "已审定，此后不再改动。", "Accepted; it does not move any more."
        )

    @server.post("/do/duty/budget/<project>/return")
    @doors.guarded(_BACK)
    def _budget_return(project: str) -> AnyResponse:
        budget_library(doors.desk.store).table(project)
        send_back(doors.desk, doors.actor, project, request.form.get("reason", ""), seen=_number("seen"))
        return doors.done(_BACK.format(project=project), "已退回。", "Sent back.")

    @server.get("/download/budget/<project>/<any(target, rating):what>.xlsx")
    def _budget_book(project: str, what: str) -> AnyResponse:
        try:
            body = _book(doors, project, what)
        except (DossierError, AsOfError) as error:
            return refused(404, error.zh, error.en)
        note_taken(doors.desk.store, doors.actor)
        return attachment(body, f"{project}-{what}.xlsx", WORKBOOK)


def _book(doors: DutyDoors, project: str, what: str) -> bytes:
    """Raises DossierError for what is not there or not to be seen, AsOfError."""
    desk, text = doors.desk, request.args.get("as_of", "").strip()[:80]
    as_of = read_as_of(desk.store, text, desk.timezone, doors.clock()) if text else None
    known = budget_library(desk.store, as_of)
    table = known.table(project)
    if what == "target":
        return target_book(table)
    rating = read_rating(desk, project, as_of)
    if rating.state == "none" or not may_see(doors.actor, table, rating):
        raise DossierError("unknown", "没有可以看的自评", "there is no self-rating to be seen")
    return rating_book(result(desk, known, rating, as_of), synthetic=rating.synthetic)


def _number(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _answers() -> dict[str, Any]:
    """The form's fields as answers; what was left empty is not there."""
    form = request.form
    given: dict[str, Any] = {
        name: text.strip()
        for name in ("budget", "executed", "funds_cause", "goals_reached")
        if (text := form.get(name, "")).strip()
    }
    numbers = {name.partition(":")[2] for name in form if name.partition(":")[0] in _OF_ROWS}
    rows = []
    for number in sorted((one for one in numbers if one.isascii() and one.isdigit() and len(one) < 4), key=int):
        texts = {name: form.get(f"{name}:{number}", "").strip() for name in _OF_ROWS}
        rows.append({"row": number, **{name: text for name, text in texts.items() if text}})
    return {**given, "rows": rows}
