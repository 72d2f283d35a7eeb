"""The routes of signing in and out and of choosing a password; they alone put or drop the session's cookie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.accounts import Account
from monitor.access.passwords import PasswordError
from monitor.access.sessions import OpenSession
from monitor.access.signing import Access, SignInError

from .actions import see
from .bundle import bundle
from .components.rehearsal import rehearsal_banner
from .gatekeeper import LOGIN, PASSWORD, home_of, is_own_path
from .identity import Cookies, Person, is_loopback
from .markup import to_html, to_node
from .notices import Notice, NoticeBoard
from .pages.login import Ways, login_page, password_page
from .words import Words

DEMO_PREFIX = "demo-"
_FORM_BYTES = 20_000
_TEXT = 200
_THEMES = ("light", "dark")
_DOCUMENT = """<!DOCTYPE html>
<html lang="{tag}"{theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="/assets/mark.svg">
<link rel="stylesheet" href="{styles}">
</head>
<body>{body}</body>
</html>
"""


class SigningIn:
    """What every way of signing in ends with; `timezone`: of the words on its pages."""

    def __init__(
        self, access: Access, cookies: Cookies, asking: Callable[[], Person], timezone: str, *, demo: bool = False
    ) -> None:
        self.access, self.cookies, self.asking, self.demo = access, cookies, asking, demo
        self.timezone = timezone
        self.rehearsal = False  # every page says that it is one
        self.passwords = True
        self.elsewhere = False
        """Whether an OpenID provider is there to vouch for people (oidc.py)."""
        self.by_header: Callable[[], Notice] | None = None
        """Where a proxy in front says who asks (vouching.py): why it is nobody."""

    def let_in(self, account: Account, way: Any, next_: str) -> AnyResponse:
        """Sign somebody in whom another has vouched for, and lead on. Raises SignInError."""
        return self.with_session(self.access.sign_in_as(account, way, self.address()), next_)

    def with_session(self, session_id: str, next_: str) -> AnyResponse:
        """Lead on with a new session; the one before, if there was one, is ended."""
        before = self.cookies.read()
        if before:
            self.access.sign_out(before)
        known = self.access.known(session_id)
        if known is not None and next_ in ("", "/"):
            home = home_of(known.account.role)
            next_ = "/" if home == "overview" else f"/{home}"
        answer = redirect(next_ if is_own_path(next_) else "/", 303)
        assert isinstance(answer, Response)
        self.cookies.put(answer, session_id)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def own_sessions(self) -> list[OpenSession]:
        """Those of whoever asks; where a proxy says who that is with each request there are none."""
        account = self.asking().account
        return [] if account is None else self.access.sessions.of(account.account_id, self.cookies.read())

    def address(self) -> str:
        return request.remote_addr or ""

    def words(self) -> Words:
        asked = request.args.get("lang") or request.cookies.get("lang")
        return Words("en" if asked == "en" else "zh", self.timezone)

    def document(self, title: str, body: list[Any], status: int = 200) -> Response:
        """A page without scripts, never kept by a browser."""
        words, theme = self.words(), request.cookies.get("theme")
        if self.rehearsal:
            body = [rehearsal_banner(words), *body]
        text = _DOCUMENT.format(
            tag="zh-CN" if words.language == "zh" else "en",
            theme=f' data-theme="{theme}"' if theme in _THEMES else "",
            title=escape(title),
            styles=bundle("css").url,
            body="".join(to_html(to_node(part)) for part in body),
        )
        answer = Response(text, status=status, content_type="text/html; charset=utf-8")
        answer.headers["Cache-Control"] = "no-store"
        if request.args.get("lang") in ("zh", "en"):
            answer.set_cookie(
                "lang", words.language, max_age=31_536_000, samesite="Lax", secure=not self.cookies.plain_http
            )
        return answer

    def login(self, notice: Notice | None = None, *, status: int = 200, next_: str = "/", login: str = "") -> Response:
        words = self.words()
        keeps = self.cookies.plain_http or request.is_secure or is_loopback(request.host)
        insecure = self.by_header is None and not keeps
        people = [one for one in self.access.accounts() if one.login.startswith(DEMO_PREFIX)] if self.demo else []
        ways = Ways(tuple(people), self.elsewhere, self.by_header is not None, insecure, self.passwords)
        return self.document(words("login.title"), login_page(words, ways, next_, notice, login), status)

    def refuse(self, error: SignInError, *, next_: str = "/", login: str = "") -> Response:
        """The page of signing in with what went wrong."""
        answer = self.login(
            Notice("fault", error.zh, error.en), status=_STATUS.get(error.code, 401), next_=next_, login=login
        )
        if error.seconds:
            answer.headers["Retry-After"] = str(error.seconds)
        return answer


_STATUS: Mapping[str, int] = {"wrong": 401, "wait": 429, "busy": 429, "disabled": 403, "unknown": 403}


def serve_signing_in(server: Flask, signing: SigningIn, notices: NoticeBoard) -> None:
    access, asking = signing.access, signing.asking

    @server.get(LOGIN)
    def _login() -> AnyResponse:
        person, next_ = asking(), request.args.get("next", "/")[:2000]
        if person.is_known and person.way != "proxy" and not signing.demo:
            return redirect(next_ if is_own_path(next_) else "/", 303)
        if signing.by_header is not None and not person.is_known:
            return signing.login(signing.by_header(), status=403, next_=next_)
        notice = None
        if request.args.get("unsent"):
            notice = _UNSENT
        elif person.account is None and signing.cookies.read():
            notice = _ENDED
        return signing.login(notice, next_=next_)

    @server.post(LOGIN)
    def _sign_in() -> AnyResponse:
        given = _form()
        login, next_ = given("login")[:_TEXT], given("next")[:2000]
        if signing.by_header is not None:
            return signing.login(status=403)
        try:
            made = access.sign_in(login, given("password"), signing.address())
        except SignInError as error:
            return signing.refuse(error, next_=next_, login=login)
        return signing.with_session(made, next_)

    @server.post("/login/demo")
    def _sign_in_demo() -> AnyResponse:
        given = _form()
        account = access.account(given("who")[:_TEXT]) if signing.demo else None
        if account is None or not account.login.startswith(DEMO_PREFIX):
            return signing.login(status=404)
        return signing.let_in(account, "demo", given("next")[:2000])

    @server.post("/login/out")
    def _sign_out() -> AnyResponse:
        text = signing.cookies.read()
        if text:
            access.sign_out(text)
        answer = redirect(LOGIN, 303)
        assert isinstance(answer, Response)
        signing.cookies.drop(answer)
        # nothing that was shown stays in the browser
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    @server.post("/login/out/others")
    def _sign_out_others() -> AnyResponse:
        account, text = asking().account, signing.cookies.read()
        if account is None or not text:
            return redirect("/me", 303)
        try:
            ended = access.sign_out_others(account, text, _form()("password"), signing.address())
            notice = Notice("done", f"已结束其他 {ended} 个登录。", f"{ended} other sessions were ended.")
        except SignInError as error:
            notice = Notice("fault", error.zh, error.en)
        return see("/me", notices.put(account.name, notice))

    _passwords(server, signing)


def _passwords(server: Flask, signing: SigningIn) -> None:
    access, asking = signing.access, signing.asking

    def shown(person: Person, notice: Notice | None = None, status: int = 200) -> AnyResponse:
        if person.account is None or not person.account.has_password:
            return redirect(f"{LOGIN}?{urlencode({'next': PASSWORD})}" if person.account is None else "/me", 303)
        words = signing.words()
        body = password_page(words, person.account, notice, must_choose=person.must_choose)
        return signing.document(words("login.password_title"), body, status)

    @server.get(PASSWORD)
    def _password() -> AnyResponse:
        return shown(asking())

    @server.post(PASSWORD)
    def _choose_password() -> AnyResponse:
        person, given = asking(), _form()
        if person.account is None or not person.account.has_password:
            return shown(person)
        if given("new") != given("again"):
            return shown(person, _NOT_THE_SAME, 422)
        try:
            made = access.choose_password(person.account, given("old"), given("new"), signing.address())
        except PasswordError as error:
            return shown(person, Notice("fault", error.zh, error.en), 422)
        except SignInError as error:
            return shown(person, Notice("fault", error.zh, error.en), _STATUS.get(error.code, 401))
        return signing.with_session(made, "/")


def _form() -> Callable[[str], str]:
    request.max_content_length, request.max_form_memory_size = _FORM_BYTES, _FORM_BYTES
    given = request.form
    return lambda name: given.get(name, "")


_ENDED = Notice(
    "fault",
    "登录已失效（30 分钟没有操作、登录满 12 小时、权限有变动，或系统重新启动）。请重新登录，随后回到您要去的那一页。",
    "You are no longer signed in: 30 minutes without a click, 12 hours in all, a change of your rights, or a restart of"
    " the system. Sign in again, and the page that you asked for opens.",
)
_UNSENT = Notice(
    "fault",
    "登录已失效，刚才提交的内容没有送达。重新登录后回到原来那一页：填写的文字还在，文件请重新选择；核对后再提交一次。",
    "You are no longer signed in, and what you have just sent did not arrive. Sign in, and you are back at its page:"
    " what you typed is still there, files have to be chosen again; look it over and send it once more.",
)
_NOT_THE_SAME = Notice("fault", "两次输入的新密码不同。", "The two new passwords differ.")
