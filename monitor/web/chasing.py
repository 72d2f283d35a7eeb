"""One-click reminders from the reporting page: the mails are put, the clock sends them (monitor/mail)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.mail.collect import Chased, Postman
from monitor.report.desk import QuestionError

from .actions import see
from .gatekeeper import refused
from .identity import Person
from .notices import Notice, NoticeBoard

_MOST = 1000
_FIELD_CHARACTERS = 80


def known_units(postman: Postman | None) -> Collection[str]:
    """The units that somebody can be written to for."""
    if postman is None:
        return frozenset()
    return frozenset(one.region_code for one in postman.contacts.people if one.role == "reporter")


def serve_chasing(server: Flask, notices: NoticeBoard, asking: Callable[[], Person], postman: Postman | None) -> None:
    """POST /do/chase: `call` once or more, each `form period region`, or the three as fields of their own."""

    @server.post("/do/chase")
    def _chase() -> AnyResponse:
        person = asking()
        chosen = _calls()
        if not person.reviews or not all(person.actor.may_review(region) for _, _, region in chosen):
            return refused(
                403,
                "只有审核人和计划员可以催报自己负责的单位。",
                "Only reviewers and planners remind, the units they review.",
            )
        if postman is None or not chosen:
            return see("/reporting", notices.put(person.actor.name, _NOBODY))
        try:
            done = [
                one
                for form, period, region in chosen
                for one in postman.chase(form=form, period=period, region=region, by=person.actor.name)
            ]
        except QuestionError as error:
            return see("/reporting", notices.put(person.actor.name, Notice("fault", error.zh, error.en)))
        return see("/reporting", notices.put(person.actor.name, _told(done)))


def _calls() -> list[tuple[str, str, str]]:
    """(form, period, region) of what was asked for."""
    given = [text[: 3 * _FIELD_CHARACTERS].split() for text in request.form.getlist("call")[:_MOST]]
    alone = [request.form.get(name, "")[:_FIELD_CHARACTERS] for name in ("form", "period", "region")]
    return [(parts[0], parts[1], parts[2]) for parts in [*given, alone] if len(parts) == 3 and all(parts)]


def _told(done: list[Chased]) -> Notice:
    """How many were written to, and why the others were not."""
    written = sum(bool(one.mails) for one in done)
    today = sum(one.why_not == "today_already" for one in done)
    nobody = sum(one.why_not == "no_contact" for one in done)
    lines = []
    if today:
        lines.append((f"{today} 个单位今天已经催过", f"{today} had a reminder today already"))
    if nobody:
        lines.append((f"{nobody} 个单位没有联系人", f"{nobody} without a contact"))
    zh, en = (
        f"已写好 {written} 个单位的催报邮件，随后发出。",
        f"Reminders written for {written} units; they go out shortly.",
    )
    return Notice("done" if written or today else "fault", zh, en, tuple(lines))


_NOBODY = Notice("fault", "没有可催报的单位。", "There is nobody to remind.")
