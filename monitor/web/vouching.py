"""Accounts for whom another vouches: an OpenID provider, or the proxy in front that names who is signed in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from flask import g, request

from monitor.access.accounts import Account
from monitor.access.sessions import IDLE_SECONDS
from monitor.access.signing import Access

from .identity import Person
from .notices import Notice
from .proxied import proxied_login

_MOST = 10_000


def vouched(access: Access, login: str) -> Account | None:
    """The account of a login that another gives. Logins are of ASCII; capitals are not told apart.

    Nothing else is folded: the Kelvin sign becomes a k in lower case, and is somebody else's name.
    """
    return access.account(login) if login.isascii() and login == login.strip() else None


def unknown_notice(login: str) -> Notice:
    """Says which login has no account, and whom to ask; never whose there are."""
    return Notice(
        "fault",
        f"您已通过身份认证，登录名为“{login}”，但本系统没有这个登录名的账户。请系统管理员为“{login}”添加账户。",
        f"You are known as “{login}”, but no account here has that login. Ask an operator to add an account with the"
        f" login “{login}”.",
    )


class HeaderMode:
    """Who asks, where the proxy says it with each request: no session is kept, and no cookie is looked at.

    The log of the audit is told when somebody comes, or comes again after half an hour.
    """

    def __init__(self, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        self._access, self._clock = access, clock
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def asking(self) -> Person:
        if "person" not in g:
            g.person = self._person()
        found: Person = g.person
        return found

    def notice(self) -> Notice:
        """Why the one who asks is nobody here."""
        login = proxied_login()
        if login is None:
            return _NO_LOGIN
        if "," in login:
            return _TWO_LOGINS
        account = vouched(self._access, login)
        return unknown_notice(login) if account is None else _DISABLED

    def _person(self) -> Person:
        login = proxied_login()
        if login is None:
            return Person()
        account = vouched(self._access, login)
        is_known = account is not None and not account.disabled
        if self._is_new(login.lower()):
            self._note(account if is_known else None, "unknown" if account is None else "disabled")
        return Person(self._access.actor(account), account, "proxy") if account is not None and is_known else Person()

    def _note(self, account: Account | None, why: str) -> None:
        address = request.remote_addr or ""
        if account is None:
            self._access.refused("proxy", address, why)
        else:
            said = {"way": "proxy", "address": address}
            self._access.store.note("signed_in", by=account.name, object=account.object, detail=said)

    def _is_new(self, login: str) -> bool:
        now = self._clock()
        with self._lock:
            last = self._seen.pop(login, None)
            if len(self._seen) >= _MOST:
                del self._seen[next(iter(self._seen))]
            self._seen[login] = now  # the one seen last stands last
        return last is None or now - last >= IDLE_SECONDS


_NO_LOGIN = Notice(
    "fault",
    "前置代理没有给出登录名。请从单位的统一入口打开；仍不行请告知系统管理员。",
    "The proxy in front did not say who you are. Open the pages through your organisation's entrance; if it stays so,"
    " tell the operator.",
)
_TWO_LOGINS = Notice(
    "fault",
    "请求中有不止一个登录名，均不采信：前置代理必须替换而不是追加该请求头。请告知系统管理员。",
    "The request names more than one login, and none is believed: the proxy must replace the header instead of adding"
    " to it. Tell the operator.",
)
_DISABLED = Notice("fault", "此账户已停用。请联系系统管理员。", "This account is disabled. Ask an operator.")
