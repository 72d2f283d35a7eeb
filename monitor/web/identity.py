"""Who is asking: the name and role that a reader declares, kept in the signed session cookie until accounts come.

A declared name is proven by nothing. Pages therefore let somebody write only where the server can be reached from its
own machine alone, or where the operator has said that names may be trusted (MONITOR_TRUST_NAMES).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import Request, request, session

from monitor.access.actors import Actor
from monitor.access.rights import ROLES
from monitor.catalogue.regions import Regions

Refusal = Literal["closed", "host"]
NAME_CHARACTERS = 40
_KEY = "who"
NOBODY = Actor("", "viewer", frozenset())


@dataclass(frozen=True)
class Writing:
    """Whether pages may write. `any_host`: by whatever name the server is called, else only by a loopback one."""

    open: bool = False
    any_host: bool = False


@dataclass(frozen=True)
class Person:
    """Who asks, as far as is known; `refusal` is why nothing can be written from here, None when it can."""

    actor: Actor = NOBODY
    refusal: Refusal | None = "closed"
    demo: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.actor.name)

    @property
    def sends(self) -> bool:
        return self.refusal is None and self.is_known and self.actor.sends

    @property
    def reviews(self) -> bool:
        return self.refusal is None and self.is_known and self.actor.reviews


def person_asking(writing: Writing, regions: Regions, *, demo: bool = False) -> Person:
    """The person of the request under way; nobody where nothing can be written, whatever a cookie from before says."""
    refusal = _refusal(writing, request)
    return Person(_read(session, regions) if refusal is None else NOBODY, refusal, demo)


def _refusal(writing: Writing, asked: Request) -> Refusal | None:
    if not writing.open:
        return "closed"
    # a name that leads here from elsewhere (a proxy, a rebound name) makes a loopback server reachable for others
    return None if writing.any_host or is_loopback(asked.host) else "host"


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


def _read(kept: Mapping[str, Any], regions: Regions) -> Actor:
    """What the cookie says, if it still makes sense; the signature was checked by Flask."""
    who = kept.get(_KEY)
    if not isinstance(who, dict):
        return NOBODY
    name, role, codes = who.get("name"), who.get("role"), who.get("regions")
    if not isinstance(name, str) or not name or role not in ROLES:
        return NOBODY
    if codes is None:
        return Actor(name, role)
    known = frozenset(str(code) for code in codes if str(code) in regions)
    return Actor(name, role, known)


def declare(name: str, role: str, codes: Sequence[str], regions: Regions) -> Literal["name", "role", "units"] | None:
    """Keep who somebody says they are; the part that is lacking, where one is. No units: every one of them."""
    shown = "".join(character if character.isprintable() else " " for character in name).strip()[:NAME_CHARACTERS]
    if not shown:
        return "name"
    if role not in ROLES:
        return "role"
    known = sorted({code for code in codes if code in regions})
    if role == "reporter" and not known:
        return "units"
    session[_KEY] = {"name": shown, "role": role, "regions": known or None}
    return None


def forget() -> None:
    session.pop(_KEY, None)
