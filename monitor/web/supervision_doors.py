"""What the pages of supervision post: a new request, what supervisors do, and what units answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.actors import Actor
from monitor.dossier.acts import read_acts
from monitor.dossier.errors import DossierError
from monitor.supervision.checking import LONGEST_CHAPTER
from monitor.supervision.dossier import fold
from monitor.supervision.mailing import writer_of
from monitor.supervision.making import read_day, request_of
from monitor.supervision.putting_right import Order
from monitor.supervision.reach import seen_by
from monitor.supervision.service import Supervising

from .downloads import attachment
from .gatekeeper import refused
from .taking import note_taken

if TYPE_CHECKING:
    from .duty_doors import DutyDoors

_PAGE = "/supervision/{name}"
Done = tuple[str, str]


def serve_supervision(server: Flask, doors: DutyDoors) -> None:
    service = Supervising(doors.desk, writer_of(doors.postman))

    @server.get("/download/supervision/<name>/<unit>.txt")
    def _supervision_notice(name: str, unit: str) -> AnyResponse:
        """The notice as it was sent, to be printed and delivered."""
        try:
            told = service.look(doors.actor, name).notices.get(unit)
        except DossierError as error:
            return refused(404, error.zh, error.en)
        if told is None:
            return refused(404, "没有发给该单位的通知。", "That unit has no notice.")
        note_taken(doors.desk.store, doors.actor)
        text = told.en if request.args.get("lang") == "en" else told.zh
        return attachment(f"\ufeff{text}\n".encode(), f"{name}-{unit}.txt", "text/plain; charset=utf-8")

    @server.post("/do/duty/supervision")
    @doors.guarded("/supervision")
    def _supervision_new() -> AnyResponse:
        given = {name: request.form.get(name, "") for name in request.form}
        lists = {name: request.form.getlist(name) for name in ("units", "indicators")}
        made = request_of(doors.desk, given, lists, today=service.today)
        name = service.create(doors.actor, made)
        return doors.done(
            f"/supervision/{name}", f"已建立 {name}，下一步发出通知。", f"{name} is made; send its notice next."
        )

    @server.post(f"/do/duty/supervision/<name>/<any({', '.join(_VERBS)}):verb>")
    @doors.guarded(_PAGE, longest=LONGEST_CHAPTER)
    def _supervise(name: str, verb: str) -> AnyResponse:
        zh, en = _VERBS[verb](doors, service, name)
        return doors.done(f"/supervision/{name}", zh, en)

    @server.post("/do/duty/supervision/<name>/<int:number>/<any(accept, send_back):verb>")
    @doors.guarded(_PAGE)
    def _supervise_item(name: str, number: int, verb: str) -> AnyResponse:
        if verb == "accept":
            service.accept(doors.actor, name, number, request.form.get("text", ""))
            return doors.done(f"/supervision/{name}", f"第 {number} 项整改已通过。", f"Item {number} is accepted.")
        service.send_back(doors.actor, name, number, request.form.get("reason", ""))
        return doors.done(f"/supervision/{name}", f"第 {number} 项已退回，继续整改。", f"Item {number} was sent back.")

    @server.post("/do/duty/supervision/<name>/<int:number>/answer")
    @doors.guarded(_PAGE)
    def _rectify(name: str, number: int) -> AnyResponse:
        service.answer(doors.actor, name, number, request.form.get("text", ""), doors.papers())
        return doors.done(f"/supervision/{name}", f"第 {number} 项整改情况已提交。", f"Item {number} is answered.")

    @server.post("/do/duty/supervision/<name>/object")
    @doors.guarded(_PAGE)
    def _object(name: str) -> AnyResponse:
        service.object(
            doors.actor, name, request.form.get("unit", ""), request.form.get("text", ""),
            objects="none" not in request.form, said_on=_day("said_on"), papers=doors.papers(),
        )  # fmt: skip
        return doors.done(f"/supervision/{name}", "书面意见已记录。", "What the unit says is recorded.")


def reads_paper(doors: DutyDoors, actor: Actor, dossier: str, seq: int) -> bool:
    """Whether the paper that is asked for is part of what the actor may see: one of a unit is not another's."""
    state = fold(read_acts(doors.desk.store, "supervision", dossier))
    seen = None if state is None else seen_by(actor, state)
    return seen is not None and seq in seen.papers


def _notify(doors: DutyDoors, service: Supervising, name: str) -> Done:
    units = request.form.getlist("units")
    done = service.notify(doors.actor, name, units=units, sent_on=_day("sent_on"))
    told, paper = len(done.units), len(done.unreached)
    return (
        f"已通知 {told} 个单位，其中 {paper} 个没有邮箱，请打印送达。" if paper else f"已通知 {told} 个单位。",
        f"{told} units told; {paper} of them have no mail address: print and send it."
        if paper
        else f"{told} units told.",
    )


def _analyse(doors: DutyDoors, service: Supervising, name: str) -> Done:
    found = service.analyse(doors.actor, name)
    return f"分析完成，发现 {len(found)} 个问题。", f"The analysis found {len(found)} things."


def _finding(doors: DutyDoors, service: Supervising, name: str) -> Done:
    service.find(doors.actor, name, request.form.get("unit", ""), request.form.get("text", ""), doors.papers())
    return "已添加问题。", "The finding is added."


def _draft(doors: DutyDoors, service: Supervising, name: str) -> Done:
    service.draft(doors.actor, name, request.form.getlist("chosen"))
    return "监督报告草稿已生成。", "The report is drafted."


def _revise(doors: DutyDoors, service: Supervising, name: str) -> Done:
    service.revise(doors.actor, name, _number("number"), dict(request.form.items()))
    return "修改已保存为新的一稿。", "Your changes are kept as a further revision."


def _issue(doors: DutyDoors, service: Supervising, name: str) -> Done:
    sha256 = service.issue(doors.actor, name)
    return f"监督报告已签发，SHA-256 {sha256[:12]}…", f"The report is issued, SHA-256 {sha256[:12]}…"


def _order(doors: DutyDoors, service: Supervising, name: str) -> Done:
    due = _day("due")
    if due is None:
        raise DossierError("field", "请写明整改期限", "name the day by which it has to be put right")
    orders = []
    for told in request.form.getlist("finding"):
        place, _, key = told.partition(":")
        orders.append(Order(key, request.form.get(f"what-{place}", ""), due))
    service.order(doors.actor, name, orders)
    return f"已提出 {len(orders)} 项整改要求。", f"{len(orders)} things are to be put right."


def _escalate(doors: DutyDoors, service: Supervising, name: str) -> Done:
    service.escalate(doors.actor, name, request.form.get("unit", ""), request.form.get("reason", ""))
    return "已记录实施现场监督的决定。", "The decision to supervise on site is recorded."


def _deliver(doors: DutyDoors, service: Supervising, name: str) -> Done:
    received_on = _day("received_on")
    if received_on is None:
        raise DossierError("field", "请写明送达日期", "name the day of receipt")
    service.deliver(doors.actor, name, request.form.get("unit", ""), received_on, doors.papers())
    return "送达已记录，十日期限开始计算。", "The delivery is recorded; the ten days run."


def _close(doors: DutyDoors, service: Supervising, name: str) -> Done:
    service.close(doors.actor, name, request.form.get("text", ""))
    return "这一监督已结束。", "This supervision is closed."


_VERBS: Mapping[str, Callable[[DutyDoors, Supervising, str], Done]] = {
    "notify": _notify, "analyse": _analyse, "finding": _finding, "draft": _draft, "revise": _revise, "issue": _issue,
    "order": _order, "escalate": _escalate, "deliver": _deliver, "close": _close,
}  # fmt: skip


def _day(name: str) -> date | None:
    """A day of the form, None where it is empty. Raises DossierError."""
    return read_day(request.form.get(name, ""))


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0
