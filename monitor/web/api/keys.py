"""Tokens through the API, for the operator of a running server: only one program may open the store."""

from __future__ import annotations

from monitor.report.as_of import format_as_of
from monitor.store.tokens import Token, list_tokens, make_token, revoke_token

from .asked import TokenBody
from .faults import ApiProblem, forbidden
from .operations import Answer, Caller
from .told import MadeToken, Me, TokenLine, TokenList


def me(caller: Caller) -> Answer:
    token = caller.token
    regions = None if token.regions is None else sorted(token.regions)
    answer = Me(
        token_id=token.token_id, name=token.name, role=caller.actor.role, regions=regions,
        expires_at=format_as_of(token.expires_at),
    )  # fmt: skip
    return Answer(answer)


def tokens(caller: Caller) -> Answer:
    _need_every_unit(caller)
    return Answer(TokenList(items=[TokenLine(**_line(one)) for one in list_tokens(caller.desk.store)]))


def add(caller: Caller, body: TokenBody) -> Answer:
    _need_every_unit(caller)
    for code in body.regions or ():
        if code not in caller.desk.current.regions:
            raise ApiProblem(404, "not_found", f"没有地区“{code}”", f"there is no region '{code}'")
    if body.role == "reporter" and body.regions is None:
        raise ApiProblem(
            409,
            "region_missing",
            "填报人的令牌至少要有一个地区（regions）",
            "a reporter's token needs at least one region (regions)",
        )
    made, text = make_token(
        caller.desk.store, name=body.name, role=body.role, regions=body.regions, by=caller.actor.name, days=body.days
    )
    return Answer(MadeToken(**_line(made), token=text), 201)


def revoke(caller: Caller, token_id: int) -> Answer:
    _need_every_unit(caller)
    ended = revoke_token(caller.desk.store, token_id, by=caller.actor.name)
    return Answer(TokenLine(**_line(ended)))


def _need_every_unit(caller: Caller) -> None:
    """A token for some units makes none, or it could make one for all. Raises ApiProblem."""
    if caller.actor.regions is not None:
        raise forbidden()


def _line(one: Token) -> dict[str, object]:
    return {
        "token_id": one.token_id,
        "name": one.name,
        "role": one.role,
        "regions": None if one.regions is None else sorted(one.regions),
        "created_at": format_as_of(one.created_at),
        "created_by": one.created_by,
        "expires_at": format_as_of(one.expires_at),
        "revoked_at": format_as_of(one.revoked_at) or None,
    }
