"""Who is asking: the account that the session of the request under way stands for, or nobody.

The cookie holds a random id and nothing else; what it stands for is looked up at each request (access/signing.py).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g, request

from monitor.access.accounts import Account
from monitor.access.actors import Actor
from monitor.access.rights import Action
from monitor.access.sessions import LONGEST_SECONDS, Way
from monitor.access.signing import Access

NOBODY = Actor("", "viewer", frozenset())


@dataclass(frozen=True)
class Person:
    """Who asks. `must_choose`: came with a one-time password, and may do nothing but choose another."""

    actor: Actor = NOBODY
    account: Account | None = None
    way: Way | None = None
    must_choose: bool = False
    demo: bool = False

    @property
    def is_known(self) -> bool:
        return self.account is not None and not self.must_choose

    def may(self, action: Action) -> bool:
        return self.is_known and self.actor.may(action)

    @property
    def sends(self) -> bool:
        return self.may("send")

    @property
    def reviews(self) -> bool:
        return self.may("review")


@dataclass(frozen=True)
class Cookies:
    """The session's cookie. `plain_http`: without TLS, which the settings allow on this machine's own address alone."""

    plain_http: bool = False

    @property
    def name(self) -> str:
        return "monitor" if self.plain_http else "__Host-monitor"

    def read(self) -> str | None:
        return request.cookies.get(self.name)

    def put(self, response: Response, session_id: str) -> None:
        response.set_cookie(
            self.name, session_id, max_age=LONGEST_SECONDS, path="/", secure=not self.plain_http, httponly=True,
            samesite="Lax",
        )  # fmt: skip

    def drop(self, response: Response) -> None:
        response.delete_cookie(
            self.name, path="/", secure=not self.plain_http, httponly=True, samesite="Lax"
        )  # fmt: skip


def session_asking(access: Access, cookies: Cookies, *, demo: bool = False) -> Callable[[], Person]:
    """A function that tells whose request is under way; each request is looked up once."""

    def asking() -> Person:
        if "person" not in g:
            text = cookies.read()
            known = access.known(text) if text else None
            if known is None:
                g.person = Person(demo=demo)
            else:
                g.person = Person(access.actor(known.account), known.account, known.way, known.must_choose, demo)
        found: Person = g.person
        return found

    return asking


def is_loopback(host: str) -> bool:
    """Whether an address or name, with or without port, is this machine's own."""
    name = host.rsplit("]", 1)[0].lstrip("[") if host.startswith("[") else host.rsplit(":", 1)[0]
    if host.count(":") > 1 and not host.startswith("["):
        name = host
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
