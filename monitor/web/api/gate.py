"""The gate of the API: no route without a token, no error without its problem details.

It looks at the Authorization header alone; cookies open nothing here, so no other site can act for a reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from flask import Flask, Response, g, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Map, Rule

from monitor import __version__
from monitor.access.tokens import Tokens
from monitor.intake.cycle import Cycle
from monitor.method.settings import METHOD_VERSION
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.store.times import to_stored
from monitor.store.tokens import Token, check_token

from ..readers import ReaderTokens
from ..taking import note_taken
from .faults import ApiProblem, asked_language, forbidden, is_api, no_token, not_found
from .openapi import PATH, document
from .operations import JSON, TEXTS, Answer, Caller, Operation
from .pages import Pages
from .refusals import refused_fields
from .routes import operations
from .tables import Tables

_NAMES_OF_MOMENTS = frozenset({"as_of", "from", "to"})
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Gate:
    """What every request needs."""

    desk: Desk
    cycle: Cycle
    clock: Callable[[], datetime]
    routes: Map
    tokens: Tokens

    def caller(self, token: Token) -> Caller:
        asked = sorted((name, value) for name, value in request.args.items(multi=True) if name != "cursor")
        actor = self.tokens.actor(token)
        reach = [None if names is None else sorted(names) for names in (actor.regions, actor.indicators)]
        question = repr((request.path, asked, actor.name, actor.role, reach))
        now = to_stored(self.clock())
        return Caller(token, actor, self.desk, self.cycle, now, asked_language(), question, self.tokens)

    def token(self) -> Token:
        return bearer(self.desk.store, self.tokens)

    def miss(self) -> Response:
        """What is under /api but no operation: a method that is not there, or nothing at all."""
        adapter = self.routes.bind("")
        allowed = set(adapter.allowed_methods(request.path))
        if not allowed:
            self.token()
            raise not_found()
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(sorted(allowed | {"OPTIONS"}))})
        raise MethodNotAllowed(valid_methods=sorted(allowed | {"OPTIONS"}))


def bearer(store: Store, tokens: Tokens) -> Token:
    """The token of the request. Raises ApiProblem, the same for every way in which it is none; StoreError."""
    if isinstance(tokens, ReaderTokens):
        return tokens.vouched()
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    found = check_token(store, text.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise no_token()
    tokens.used(found)
    return found


def serve_api(
    server: Flask, desk: Desk, cycle: Cycle, clock: Callable[[], datetime], tokens: Tokens
) -> tuple[Operation, ...]:
    """Hang every operation and the document on the server; gives the table."""
    table = operations(Pages(Tables(desk)))

    @cache  # written when it is first asked for: a server starts without waiting for it
    def written() -> bytes:
        return Answer(document(table)).body()

    rules = [Rule(_flask_path(one.path), methods=[one.method], endpoint=one.name) for one in table]
    gate = Gate(desk, cycle, clock, Map([*rules, Rule(PATH, methods=["GET"], endpoint="document")]), tokens)
    for one in table:
        server.add_url_rule(
            _flask_path(one.path),
            f"api.{one.name}",
            _view(gate, one),
            methods=[one.method],
            provide_automatic_options=False,
        )
    server.add_url_rule(
        PATH, "api.document", lambda: _document(written()), methods=["GET"], provide_automatic_options=False
    )

    @server.before_request
    def _no_other_way() -> Response | None:
        """Pages of the app have a rule that takes every address; none of it is theirs here."""
        if not is_api(request.path) or (request.endpoint or "").startswith("api."):
            return None
        return gate.miss()

    return table


def _flask_path(path: str) -> str:
    for name in TEXTS:
        path = path.replace(f"{{{name}}}", f"<{name}>")
    return path.replace("{", "<int:").replace("}", ">")


def _view(gate: Gate, operation: Operation) -> Callable[..., Response]:
    def view(**path: Any) -> Response:
        token = gate.token()
        caller = gate.caller(token)
        g.caller = caller.actor.name
        if not caller.actor.may(operation.action):
            raise forbidden()
        if any(isinstance(value, int) and not 0 < value <= _LARGEST_ID for value in path.values()):
            raise not_found()
        given = dict(path)
        query = _query(operation)
        if operation.query is not None:
            given["query"] = query
        etag = _etag(gate, operation, caller)
        if etag is not None and request.if_none_match.contains_weak(etag):
            return _headers(Response(status=304), etag)
        if operation.body is not None:
            given["body"] = _body(operation)
        answer = operation.run(caller, **given)
        if operation.takes:
            note_taken(gate.desk.store, caller.actor)
        response = Response(answer.body(), status=answer.status, content_type=answer.media_type)
        response.headers.extend(dict(answer.headers))
        return _headers(response, etag)

    return view


def _headers(response: Response, etag: str | None) -> Response:
    if etag is not None:
        response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Accept-Language"
    return response


def _etag(gate: Gate, operation: Operation, caller: Caller) -> str | None:
    """Changes with whatever the answer changes with; None for what is not to be kept."""
    if operation.follows == "nothing" or request.method not in ("GET", "HEAD"):
        return None
    store = gate.desk.store
    version = store.data_version() if operation.follows == "data" else store.event_version()
    # as_of may name a day that is over tomorrow, or a snapshot that is made later
    known = (
        __version__,
        METHOD_VERSION,
        version,
        store.event_version() if _NAMES_OF_MOMENTS & set(request.args) else 0,
        caller.now.date(),
    )
    content = repr((known, caller.question, request.args.get("cursor"), caller.actor.name))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _query(operation: Operation) -> BaseModel | None:
    """The parameters of the address, each once. Raises ApiProblem."""
    given: Mapping[str, list[str]] = request.args.to_dict(flat=False)
    for name, values in given.items():
        if len(values) > 1:
            raise ApiProblem(400, "given_twice", f"参数 {name} 给了两次", f"the parameter {name} was given twice")
    model = operation.query or _Nothing
    try:
        return model.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        raise refused_fields(error, "query") from None


class _Nothing(BaseModel, extra="forbid"):
    """An operation without parameters."""


def _body(operation: Operation) -> BaseModel:
    """The JSON of the request. Raises ApiProblem."""
    assert operation.body is not None
    text = request.get_data()
    if not text and not operation.needs_body:
        return operation.body()
    if request.mimetype != JSON:
        raise ApiProblem(
            415, "unsupported_content", f"内容类型不可用；请用 {JSON}", f"this content cannot be read; send {JSON}",
            headers={"Accept-Post": JSON},
        )  # fmt: skip
    try:
        return operation.body.model_validate_json(text)
    except ValidationError as error:
        raise refused_fields(error, "body") from None


def _document(written: bytes) -> Response:
    response = Response(written, content_type=JSON)
    response.set_etag(hashlib.sha256(written).hexdigest()[:32], weak=True)
    return cast(Response, response.make_conditional(request))
