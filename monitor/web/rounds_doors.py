"""What the pages of rounds post to, each asking its service; and a round as a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.actors import Actor
from monitor.catalogue.problems import CatalogueError
from monitor.documents.filing import approve_with_papers
from monitor.documents.problem import DocumentError
from monitor.dossier.errors import DossierError
from monitor.evaluation.assessing import FIELDS, assess, mark_missing
from monitor.evaluation.closing import withdraw
from monitor.evaluation.concluding import (
    approve_conclusion,
    approve_waiting,
    propose,
    propose_agreeing,
    return_conclusion,
)
from monitor.evaluation.consulting import answer, comment
from monitor.evaluation.opening import open_round
from monitor.evaluation.rounds import read_round
from monitor.evaluation.table import round_table
from monitor.report.as_of import AsOfError, read_as_of
from monitor.report.export import to_csv

from .downloads import attachment
from .gatekeeper import refused
from .taking import note_taken

if TYPE_CHECKING:
    from .duty_doors import DutyDoors

_ROUND = "/rounds/{round_id}"
_SUBJECT = "/rounds/{round_id}?show={indicator}"
_PLACE = "/do/duty/rounds/<round_id>"


def may_read_round_papers(doors: DutyDoors, actor: Actor, dossier: str, seq: int) -> bool:
    """Papers of a round are every reader's, as the round is."""
    return actor.may("read_figures")


def serve_rounds(server: Flask, doors: DutyDoors) -> None:
    """Hang the routes on the server."""
    _serve_round(server, doors)
    _serve_subject(server, doors)

    @server.get("/download/rounds/<round_id>.csv")
    def _round_file(round_id: str) -> AnyResponse:
        try:
            told = read_round(doors.desk.store, round_id, _moment(doors, request.args.get("as_of", "")))
        except (DossierError, AsOfError) as error:
            return refused(404, error.zh, error.en)
        note_taken(doors.desk.store, doors.actor)
        return attachment(to_csv(round_table(doors.desk, told)), f"{told.id}.csv", "text/csv; charset=utf-8")


def _serve_round(server: Flask, doors: DutyDoors) -> None:
    @server.post("/do/duty/rounds")
    @doors.guarded("/rounds")
    def _round_open() -> AnyResponse:
        form = request.form
        try:
            as_of = _moment(doors, form.get("as_of", ""))
        except AsOfError as error:
            raise DossierError("field", error.zh, error.en) from None
        told = open_round(
            doors.desk,
            doors.actor,
            kind=form.get("kind", ""),
            title=form.get("title", ""),
            period=form.get("period", "").strip(),
            plan=form.get("plan") or None,
            region=form.get("region") or None,
            deadline=_day(form.get("deadline", "")),
            as_of=as_of,
        )
        return doors.done(
            f"/rounds/{quote(told.id)}", f"已开评估轮次“{told.title}”。", f"The round {told.title} is open."
        )

    @server.post(f"{_PLACE}/comment")
    @doors.guarded(_ROUND)
    def _round_comment(round_id: str) -> AnyResponse:
        about = request.form.get("indicator") or None
        comment(doors.desk.store, doors.actor, round_id, request.form.get("comment", ""), about, doors.papers())
        return doors.done(_back(round_id, about), "意见已提交。", "The comment was taken.")

    @server.post(f"{_PLACE}/answer")
    @doors.guarded(_ROUND)
    def _round_answer(round_id: str) -> AnyResponse:
        form = request.form
        answer(
            doors.desk.store, doors.actor, round_id, _number(form.get("of", "")), form.get("answer", ""),
            form.get("answer_reason", ""),
        )  # fmt: skip
        return doors.done(_back(round_id, form.get("indicator")), "意见已答复。", "The comment was answered.")

    @server.post(f"{_PLACE}/propose")
    @doors.guarded(_ROUND)
    def _round_propose_rest(round_id: str) -> AnyResponse:
        n = len(propose_agreeing(doors.desk.store, doors.actor, round_id))
        zh, en = (
            f"已按测算结果提出 {n} 项结论，待另一人审定。",
            f"{n} conclusions are proposed and wait for somebody else.",
        )
        return doors.done(_back(round_id, None), zh, en)

    @server.post(f"{_PLACE}/approve")
    @doors.guarded(_ROUND)
    def _round_approve_waiting(round_id: str) -> AnyResponse:
        of = _number(request.form.get("built_on", ""))
        n = len(approve_waiting(doors.desk.store, doors.actor, round_id, of))
        return doors.done(_back(round_id, None), f"已审定 {n} 项结论。", f"{n} conclusions were approved.")

    @server.post(f"{_PLACE}/sign")
    @doors.guarded(_ROUND)
    def _round_sign(round_id: str) -> AnyResponse:
        try:
            seen = _number(request.form.get("built_on", ""))
            approve_with_papers(doors.desk, doors.actor, round_id, doors.press, built_on=seen)
        except DocumentError as error:
            return doors.fault(_back(round_id, None), error.zh, error.en)
        except CatalogueError as error:
            first = error.problems[0]
            return doors.fault(_back(round_id, None), first.zh, first.en)
        return doors.done(
            _back(round_id, None), "本轮已审定，不再改动。", "The round is approved and never moves again."
        )

    @server.post(f"{_PLACE}/withdraw")
    @doors.guarded(_ROUND)
    def _round_withdraw(round_id: str) -> AnyResponse:
        withdraw(doors.desk.store, doors.actor, round_id, request.form.get("withdraw", ""))
        return doors.done(_back(round_id, None), "本轮已撤销。", "The round was withdrawn.")


def _serve_subject(server: Flask, doors: DutyDoors) -> None:
    @server.post(f"{_PLACE}/<indicator>/assess")
    @doors.guarded(_SUBJECT)
    def _round_assess(round_id: str, indicator: str) -> AnyResponse:
        fields = {name: request.form.get(name, "") for name in FIELDS}
        assess(doors.desk, doors.actor, round_id, indicator, fields, doors.papers())
        return doors.done(_back(round_id, indicator), "自评已提交。", "The self-assessment was taken.")

    @server.post(f"{_PLACE}/<indicator>/missing")
    @doors.guarded(_SUBJECT)
    def _round_missing(round_id: str, indicator: str) -> AnyResponse:
        mark_missing(doors.desk.store, doors.actor, round_id, indicator, request.form.get("missing", ""))
        return doors.done(_back(round_id, indicator), "已注明缺报原因。", "The reason was noted.")

    @server.post(f"{_PLACE}/<indicator>/propose")
    @doors.guarded(_SUBJECT)
    def _round_propose(round_id: str, indicator: str) -> AnyResponse:
        said, reason = request.form.get("conclusion", ""), request.form.get("reason", "")
        propose(doors.desk.store, doors.actor, round_id, indicator, said, reason, doors.papers())
        zh, en = "结论已提出，待另一人审定。", "The conclusion is proposed; somebody else has to approve it."
        return doors.done(_back(round_id, indicator), zh, en)

    @server.post(f"{_PLACE}/<indicator>/approve")
    @doors.guarded(_SUBJECT)
    def _round_approve(round_id: str, indicator: str) -> AnyResponse:
        approve_conclusion(doors.desk.store, doors.actor, round_id, indicator, _number(request.form.get("of", "")))
        return doors.done(_back(round_id, indicator), "结论已审定。", "The conclusion was approved.")

    @server.post(f"{_PLACE}/<indicator>/return")
    @doors.guarded(_SUBJECT)
    def _round_return(round_id: str, indicator: str) -> AnyResponse:
        remark, of = request.form.get("remark", ""), _number(request.form.get("of", ""))
        return_conclusion(doors.desk.store, doors.actor, round_id, indicator, remark, of)
        return doors.done(_back(round_id, indicator), "结论已退回。", "The conclusion was returned.")


def _back(round_id: str, indicator: str | None) -> str:
    place = f"/rounds/{quote(round_id, safe='')}"
    return f"{place}?show={quote(indicator, safe='')}" if indicator else place


def _moment(doors: DutyDoors, text: str) -> datetime | None:
    """Raises AsOfError."""
    said = text.strip()[:80]
    return read_as_of(doors.desk.store, said, doors.desk.timezone, doors.clock()) if said else None


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DossierError(
            "field", f"“{text[:40]}”不是日期；写作 2026-06-30", f"'{text[:40]}' is no day: write it as 2026-06-30"
        ) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise DossierError("unknown", "没有这一条", "there is no such entry")
    return int(text)
