"""The one door: before any route runs, who asks and whether they may; what has no line here is open to nobody.

The services behind ask again (Cycle, Drawing, the operations of the API): a route that is let through here by mistake
still shows nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.rights import RIGHTS, Action, Role

from .address import PageName
from .api.faults import is_api
from .identity import Person
from .security import shown_path

_log = logging.getLogger("monitor.web")

Need = Action | Literal["public", "signed_in", "token"]
"""`public`: everybody; `signed_in`: every account (the page or service asks for more); `token`: a token of the API and
no cookie; the route asks for it."""

LOGIN = "/login"
PASSWORD = "/login/password"

ENDPOINTS: Mapping[str, Need] = {
    # what a browser needs to show the page of signing in, and what watches the server
    "_dash_assets.static": "public",
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": "public",
    "/_favicon.ico": "public",
    "_vendor": "public",
    "_bundle": "public",
    "_alive": "public",
    "_ready": "public",
    "_metrics": "token",
    "_login": "public",
    "_sign_in": "public",
    "_sign_in_demo": "public",
    "_oidc_begin": "public",
    "_oidc_end": "public",
    "_oidc_out": "public",
    # one's own session
    "_sign_out": "public",
    "_sign_out_others": "signed_in",
    "_password": "public",  # pragma: allowlist secret
    "_choose_password": "public",  # pragma: allowlist secret
    # the pages: drawing.py asks PAGE_ACTIONS
    "/": "signed_in",
    "/<path:path>": "signed_in",
    "/_dash-layout": "signed_in",
    "/_dash-dependencies": "signed_in",
    "/_dash-update-component": "signed_in",
    "/_reload-hash": "signed_in",
    # files
    "_table": "export",
    "_rows": "read_figures",
    "_picture": "export",
    "_ledger": "read_figures",
    "_template": "read_figures",
    "_annotated": "send",
    # forms
    "_upload": "send",
    "_save": "send",
    "_discard": "send",
    "_submit": "send",
    "_withdraw": "send",
    "_explain": "send",
    "_accept": "review",
    "_return": "review",
    "_comment": "review",
    "_accept_clean": "review",
    "_chase": "remind",
    "_erase_people": "erase_people",
    # accounts, tokens, scheduled work and the audit log
    "_add_account": "manage_accounts",
    "_change_account": "manage_accounts",
    "_disable_account": "manage_accounts",
    "_enable_account": "manage_accounts",
    "_end_sessions": "manage_accounts",
    "_reset_password": "manage_accounts",  # pragma: allowlist secret
    "_make_token": "manage_accounts",
    "_revoke_token": "manage_accounts",
    "_shown": "manage_accounts",
    "_run_job": "run_jobs",
    "_pause_job": "run_jobs",
    "_resume_job": "run_jobs",
    "_check_log": "read_audit",
    "_audit_file": "read_audit",
    # around the plan: the services ask for more
    "_paper": "read_figures",
    "_round_open": "evaluate",
    "_round_assess": "self_assess",
    "_round_missing": "evaluate",
    "_round_propose": "evaluate",
    "_round_approve": "evaluate",
    "_round_propose_rest": "evaluate",
    "_round_approve_waiting": "evaluate",
    "_round_return": "evaluate",
    "_round_comment": "read_figures",
    "_round_answer": "evaluate",
    "_round_sign": "evaluate",
    "_round_withdraw": "evaluate",
    "_round_file": "read_figures",
    "_document": "read_figures",
    "_budget_save": "self_assess",
    "_budget_submit": "self_assess",
    "_budget_accept": "evaluate",
    "_budget_return": "evaluate",
    "_budget_book": "read_figures",
    "_supervision_notice": "read_waiting",
    "_supervision_new": "supervise",
    "_supervise": "supervise",
    "_supervise_item": "supervise",
    "_rectify": "rectify",
    "_object": "rectify",
    "_task_report": "self_assess",
    "_task_confirm": "evaluate",
    "_task_return": "evaluate",
    "_task_ledger": "read_figures",
    "_pooling_case": "read_plan",
    "_pooling_table": "read_plan",
    "_pooling_sample": "read_plan",
}

PAGE_ACTIONS: Mapping[PageName, Action] = {
    "overview": "read_figures",
    "indicator": "read_figures",
    "region": "read_figures",
    "matrix": "read_figures",
    "tree": "read_figures",
    "explain": "read_figures",
    "wall": "read_figures",
    "quality": "read_figures",
    "reporting": "read_figures",
    "compare": "read_figures",
    "history": "read_figures",
    "search": "read_figures",
    "catalogue": "read_plan",
    "method": "read_plan",
    "me": "read_plan",
    "unknown": "read_plan",
    "upload": "send",
    "draft": "send",
    "queue": "review",
    "submission": "read_figures",
    "status": "watch",
    "jobs": "watch",
    "integrity": "watch",
    "accounts": "manage_accounts",
    "tokens": "manage_accounts",
    "audit": "read_audit",
    "rounds": "read_figures",
    "tasks": "read_figures",
    "levels": "read_figures",
    "budget": "read_figures",
    "supervision": "read_waiting",
    "pooling": "read_plan",
    "duties": "read_plan",
}
"""What the reader of a page must be allowed to do; `read_plan` is every account's."""

_HOMES = [name for wanted in ("overview", "status", "me") for name in PAGE_ACTIONS if name == wanted]


def home_of(role: Role) -> PageName:
    """The page that somebody comes to who has just signed in."""
    return next(name for name in _HOMES if role in RIGHTS[PAGE_ACTIONS[name]])


_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_CALLBACKS = "/_dash-update-component"


def keep_the_door(server: Flask, asking: Callable[[], Person]) -> None:
    """To be called before anything else asks before requests."""

    @server.before_request
    def _door() -> AnyResponse | None:
        if is_api(request.path):
            return None  # tokens open it, cookies do not (api/gate.py)
        if request.method in _UNSAFE and not _is_ours():
            return refused(403, "这不是从本系统的页面发出的，未予处理。", "This was not sent by a page of ours.")
        need: Need | None = "signed_in" if request.endpoint is None else ENDPOINTS.get(request.endpoint)
        if need == "public" or need == "token":
            return None
        person = asking()
        if person.account is None:
            return _sign_in_first()
        if person.must_choose:
            return redirect(PASSWORD, 303)
        if need is None or (need != "signed_in" and not person.may(need)):
            return refused(
                403, "您的角色不能这样做；见“我是谁”页。", "Your role does not allow this; see the page /me."
            )
        return None

    @server.after_request
    def _tell(response: Response) -> Response:
        """What was refused, to whom, whoever refused it: the door, a service, the API; and tokens that are none."""
        is_token = response.status_code == 401 and "Authorization" in request.headers
        if response.status_code == 403 or is_token:
            who = g.caller if "caller" in g else g.person.actor.name if "person" in g else ""
            said = (response.status_code, request.method, shown_path(), who or "nobody known", request.remote_addr)
            _log.warning("refused (%s) %s %s to %s at %s", *said)
        return response


def is_own_path(path: str) -> bool:
    """Whether a path leads nowhere but to this server."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()


def says_its_site() -> bool | None:
    """Whether the browser says that a page of this server sent the request; None where it says nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:  # no address at all
        return False


def refused(status: int, zh: str, en: str) -> Response:
    """A short answer in both languages, for what no page of ours sends."""
    return Response(f"{zh}\n{en}\n", status=status, content_type="text/plain; charset=utf-8")


def _is_ours() -> bool:
    """A form must be known to be ours. Where no session is used yet, and for callbacks, which no form of another site
    can imitate (they are JSON), it is enough that nobody else is known to have sent it."""
    ours = says_its_site()
    if ours is None:
        return request.path == _CALLBACKS or request.path.startswith(LOGIN)
    return ours


def _came_from() -> str:
    """The page of ours that the request came from, "/" where it is not said."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    if parts.netloc != request.host:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _sign_in_first() -> AnyResponse:
    """To the page of signing in and back; programs and scripts get a plain 401."""
    is_page = request.method in ("GET", "HEAD") and request.endpoint in ("/", "/<path:path>")
    if request.method == "POST" and request.headers.get("Sec-Fetch-Mode") == "navigate":
        # a form that somebody sent after the session's end: back to where it was filled in
        return redirect(f"{LOGIN}?{urlencode({'next': _came_from(), 'unsent': '1'})}", 303)
    if not is_page:
        answer = refused(401, "请先登录。", "Sign in first.")
        answer.headers["Cache-Control"] = "no-store"
        return answer
    here = request.full_path.rstrip("?")
    return redirect(f"{LOGIN}?{urlencode({'next': here})}" if here != "/" else LOGIN, 303)
