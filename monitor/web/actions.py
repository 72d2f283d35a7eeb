"""What forms are posted to: each route lets a service act and leads to a page that shows what came of it.

Every route answers 303, so that a reload never posts again. Posts of other sites are refused before anything is read.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.report.desk import Desk

from . import identity
from .identity import Person
from .notices import Notice, NoticeBoard

_PREFIX = "/do/"


def is_own_post() -> bool:
    """Whether the browser says that a page of this server sent the form; one that says nothing is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.host


def see(path: str, said: str | None = None) -> AnyResponse:
    """Lead to a page, with what is to be told there."""
    return redirect(f"{path}?{urlencode({'said': said})}" if said else path, 303)


def refused(status: int, zh: str, en: str) -> Response:
    return Response(f"{zh}\n{en}\n", status=status, content_type="text/plain; charset=utf-8")


def serve_actions(server: Flask, desk: Desk, notices: NoticeBoard, asking: Callable[[], Person]) -> None:
    """Hang the routes on the server; `asking` tells whose request is under way."""

    @server.before_request
    def _own_site_only() -> Response | None:
        if not request.path.startswith(_PREFIX):
            return None
        if not is_own_post():
            return refused(403, "这次提交不是从本系统的页面发出的，未予处理。", "This was not sent by a page of ours.")
        if asking().refusal is not None:
            return refused(403, "这里不能填写；原因见“我是谁”页。", "Nothing can be written here; see the page /me.")
        return None

    @server.post("/do/me")
    def _declare() -> AnyResponse:
        given = request.form
        lacking = identity.declare(
            given.get("name", ""), given.get("role", ""), given.getlist("regions"), desk.current.regions
        )
        person = asking()
        if lacking is not None:
            return see("/me", notices.put(person.actor.name, _LACKING[lacking]))
        return see("/upload" if person.actor.sends else "/queue" if person.actor.reviews else "/")

    @server.post("/do/me/forget")
    def _forget() -> AnyResponse:
        identity.forget()
        return see("/me")


_LACKING = {
    "name": Notice("fault", "请写姓名。", "Give a name."),
    "role": Notice("fault", "请选择角色。", "Choose a role."),
    "units": Notice("fault", "填报人请至少选择一个填报单位。", "A reporter belongs to at least one unit: choose it."),
}
