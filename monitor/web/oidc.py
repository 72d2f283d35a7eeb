"""Signing in through an OpenID provider: the way there and the way back.

What is needed to check the answer stays here, under a random cookie of ten minutes: the browser carries nothing that
somebody else could use. Each beginning has one end; whoever comes back without having begun here is sent to begin.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.access.signing import SignInError

from .notices import Notice
from .oidc_provider import Begun, OidcError, Provider
from .security import one_line
from .signing_in import SigningIn
from .vouching import unknown_notice, vouched

BEGIN = "/login/oidc"
_SECONDS = 600
_MOST = 10_000
"""Kept at once; the oldest give way, whose people begin again."""
_PATH_CHARACTERS = 2000
_NOTES_A_MINUTE = 60
# what the provider answers instead of a code (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6)
_DENIED = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})
_AWAY = frozenset({"server_error", "temporarily_unavailable"})
# code → Chinese, English, status
_TOLD: Mapping[str, tuple[str, str, int]] = {
    "away": (
        "统一身份认证没有应答。请过几分钟再试；持续如此请告知系统管理员，编号 {id}。",
        "The identity provider does not answer. Try again in some minutes; if it stays so, tell the operator the number"
        " {id}.",
        503,
    ),
    "busy": (
        "正在登录的人太多，请过几秒再试。",
        "Too many are signing in at this moment: try again in some seconds.",
        503,
    ),
    "setup": (
        "与统一身份认证的连接没有配置好，您自己无法解决。请把编号 {id} 告诉系统管理员。",
        "The connection with the identity provider is not set up rightly, which you cannot mend. Tell the operator the"
        " number {id}.",
        502,
    ),
    "denied": (
        "统一身份认证没有让您登录，或登录被取消。请重新登录；仍不行请告知系统管理员，编号 {id}。",
        "The identity provider did not let you in, or signing in was given up. Try again; if it stays so, tell the"
        " operator the number {id}.",
        403,
    ),
    "state": (
        "这次登录不是从这个浏览器开始的、已经用过，或超过了十分钟。请重新登录，不要使用后退或书签。",
        "This was not begun in this browser, was used already, or took longer than ten minutes. Sign in again, without"
        " the back button or a bookmark.",
        400,
    ),
    "token": (
        "统一身份认证的应答未通过校验，不能采信。请重新登录；仍不行请把编号 {id} 告诉系统管理员。",
        "The identity provider's answer did not stand the checks and is not believed. Try again; if it stays so, tell"
        " the operator the number {id}.",
        502,
    ),
    "clock": (
        "统一身份认证的应答已过期或尚未生效，两台服务器的时钟可能不一致。请重新登录；"
        "仍不行请把编号 {id} 告诉系统管理员。",
        "The identity provider's answer is out of date or not yet good: the clocks of the two servers may differ. Try"
        " again; if it stays so, tell the operator the number {id}.",
        502,
    ),
    "claim": (
        "统一身份认证没有说明您的登录名，您自己无法解决。请把编号 {id} 告诉系统管理员。",
        "The identity provider did not tell your login, which you cannot mend. Tell the operator the number {id}.",
        502,
    ),
}


@dataclass(frozen=True)
class _Kept:
    begun: Begun
    browser: str
    next: str
    until: float


class Handshakes:
    """What was begun and not yet ended, by state. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock, self._most = clock, most
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def keep(self, begun: Begun, browser: str, next_: str) -> None:
        now = self._clock()
        with self._lock:
            for state in list(self._kept):  # in the order in which they end
                if self._kept[state].until > now and len(self._kept) < self._most:
                    break
                del self._kept[state]
            self._kept[begun.state] = _Kept(begun, _hash(browser), next_, now + _SECONDS)

    def take(self, state: str, browser: str) -> tuple[Begun, str] | None:
        """What that browser began under this state, once; and where it wanted to go."""
        with self._lock:
            found = self._kept.get(state)
            if found is None or not hmac.compare_digest(found.browser, _hash(browser)):
                return None
            del self._kept[state]
            return (found.begun, found.next) if found.until > self._clock() else None

    def knows(self, browser: str) -> bool:
        """Whether this browser has begun something, in another window perhaps."""
        hashed = _hash(browser)
        with self._lock:
            return any(one.browser == hashed for one in self._kept.values())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _need_code(error: str | None) -> None:
    """Raises OidcError where the provider gave an error instead."""
    if error is None:
        return
    code = "denied" if error in _DENIED else "away" if error in _AWAY else "setup"
    raise OidcError(code, f"the provider answers {one_line(ValueError(error[:60]))}")


class _Cookie:
    """Of one browser, while it is on its way."""

    def __init__(self, plain_http: bool) -> None:
        self.name = "monitor-oidc" if plain_http else "__Host-monitor-oidc"
        self._is_secure = not plain_http

    def read(self) -> str:
        return request.cookies.get(self.name, "")

    def put(self, answer: Response, text: str) -> None:
        answer.set_cookie(
            self.name, text, max_age=_SECONDS, path="/", secure=self._is_secure, httponly=True, samesite="Lax"
        )


class _Sparing:
    """So that nobody fills the log of the audit by asking for nonsense: so many entries of a kind a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque(maxlen=_NOTES_A_MINUTE)
        self._lock = threading.Lock()

    def may(self) -> bool:
        now = self._clock()
        with self._lock:
            if len(self._times) == _NOTES_A_MINUTE and now - self._times[0] < 60:
                return False
            self._times.append(now)
            return True


def serve_oidc(server: Flask, signing: SigningIn, provider: Provider, handshakes: Handshakes | None = None) -> None:
    """Adds the way through the provider to the page of signing in."""
    kept, cookie = handshakes or Handshakes(), _Cookie(signing.cookies.plain_http)
    sparing = {code: _Sparing() for code in (*_TOLD, "unknown", "disabled")}
    signing.elsewhere = True

    def note(code: str) -> None:
        if sparing[code].may():
            signing.access.refused("oidc", signing.address(), code)

    def failed(code: str, fault_id: str = "", next_: str = "/") -> Response:
        """The page of signing in, with what went wrong and what to do; the log of the audit is told the code."""
        zh, en, status = _TOLD[code]
        note(code)
        answer = signing.login(
            Notice("fault", zh.format(id=fault_id), en.format(id=fault_id)), status=status, next_=next_
        )
        if status == 503:
            answer.headers["Retry-After"] = "10"
        return answer

    @server.get(BEGIN)
    def _oidc_begin() -> AnyResponse:
        next_ = request.args.get("next", "/")[:_PATH_CHARACTERS]
        try:
            begun = provider.begin()
        except OidcError as error:
            return failed(error.code, error.fault_id, next_)
        browser = cookie.read()
        if not browser or not kept.knows(browser):
            browser = secrets.token_urlsafe(32)
        kept.keep(begun, browser, next_)
        answer = redirect(begun.url, 303)
        assert isinstance(answer, Response)
        cookie.put(answer, browser)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.get(f"{BEGIN}/callback")
    def _oidc_end() -> AnyResponse:
        given = request.args
        found = kept.take(given.get("state", ""), cookie.read())
        if found is None:
            return failed("state")
        begun, next_ = found
        try:
            _need_code(given.get("error"))
            login = provider.login(given.get("code", ""), begun, given.get("iss"))
        except OidcError as error:
            return failed(error.code, error.fault_id, next_)
        account = vouched(signing.access, login)
        if account is None:
            note("unknown")
            return signing.login(unknown_notice(login), status=403)
        try:
            return signing.let_in(account, "oidc", next_)
        except SignInError as error:
            note(error.code)
            return signing.refuse(error)

    @server.get(f"{BEGIN}/out")
    def _oidc_out() -> AnyResponse:
        try:
            where = provider.farewell()
        except OidcError:
            where = None
        return redirect(where or "/login", 303)
