"""Tokens through the API, for the operator of a running server: only one program may open the store."""

from __future__ import annotations

from monitor.access.accounts import Scope
from monitor.access.tokens import object_of
from monitor.report.as_of import format_as_of
from monitor.store.tokens import Token

from .asked import TokenBody
from .operations import Answer, Caller
from .told import MadeToken, Me, TokenLine, TokenList


def me(caller: Caller) -> Answer:
    token = caller.token
    answer = Me(
        token_id=token.token_id, name=token.name, role=caller.actor.role, expires_at=format_as_of(token.expires_at),
        **_scope(token),
    )  # fmt: skip
    return Answer(answer)


def tokens(caller: Caller) -> Answer:
    return Answer(TokenList(items=[TokenLine(**_line(caller, one)) for one in caller.tokens.list(caller.actor)]))


def add(caller: Caller, body: TokenBody) -> Answer:
    scope = Scope(*(None if names is None else frozenset(names) for names in body.scope))
    made, text = caller.tokens.make(caller.actor, name=body.name, role=body.role, scope=scope, days=body.days)
    return Answer(MadeToken(**_line(caller, made), token=text), 201)


def revoke(caller: Caller, token_id: int) -> Answer:
    return Answer(TokenLine(**_line(caller, caller.tokens.revoke(caller.actor, token_id))))


def _scope(one: Token) -> dict[str, list[str] | None]:
    return {
        name: None if (found := getattr(one, name)) is None else sorted(found)
        for name in ("regions", "indicators", "departments")
    }


def _line(caller: Caller, one: Token) -> dict[str, object]:
    used = caller.tokens.last_used().get(object_of(one))
    return {
        "token_id": one.token_id,
        "name": one.name,
        "role": one.role,
        **_scope(one),
        "created_at": format_as_of(one.created_at),
        "created_by": one.created_by,
        "expires_at": format_as_of(one.expires_at),
        "revoked_at": format_as_of(one.revoked_at) or None,
        "last_used_on": None if used is None else used.date().isoformat(),
    }
