"""What watches the server: `/healthz`, `/readyz` and `/metrics`, and the hooks that measure every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files

from flask import Flask, Response, g, request

from monitor.access.tokens import Tokens
from monitor.mail.outbox import MOST_ATTEMPTS
from monitor.store.errors import StoreError
from monitor.store.store import Store
from monitor.watch.measures import Measures
from monitor.watch.requests import ROUTE, WHO, Watched
from monitor.watch.store_numbers import StoreNumbers

from .api.faults import ApiProblem, answer_fault, forbidden
from .api.gate import bearer
from .security import new_fault_id

_READY_SQL = files("monitor.store") / "sql" / "data_version.sql"
_TEXT = "text/plain; charset=utf-8"


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Watch:
    """`ticking`: whether the clock of the scheduled work runs."""

    measures: Measures = field(default_factory=Measures)
    ticking: Callable[[], bool] = _always


def watch_requests(server: Flask, measures: Measures) -> None:
    """To be called first of all: what asks before a request may end it."""
    server.wsgi_app = Watched(server.wsgi_app, measures)  # type: ignore[method-assign]

    @server.before_request
    def _route() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule is not None else "none"

    @server.teardown_request
    def _who(_fault: BaseException | None) -> None:
        request.environ[WHO] = g.caller if "caller" in g else g.person.actor.name if "person" in g else ""


def serve_watching(server: Flask, store: Store, tokens: Tokens, watch: Watch) -> None:
    """Hang the three on the server."""
    numbers = StoreNumbers(store, MOST_ATTEMPTS)
    for name, part in (("rows", numbers.rows), ("cycle", numbers.cycle), ("mails", numbers.mails)):
        watch.measures.add(name, part)

    @server.get("/healthz")
    def _alive() -> Response:
        return Response("ok\n", content_type=_TEXT)

    @server.get("/readyz")
    def _ready() -> Response:
        """Which of the two is lacking, and no more: everybody may ask."""
        try:
            store.ask(_READY_SQL)
        except StoreError:
            return Response("store\n", status=503, content_type=_TEXT)
        if not watch.ticking():
            return Response("clock\n", status=503, content_type=_TEXT)
        return Response("ready\n", content_type=_TEXT)

    @server.get("/metrics", provide_automatic_options=False)
    def _metrics() -> Response:
        """By the token of an operator, as the API: no cookie opens it. Every fault is told as the API tells it."""
        try:
            token = bearer(store, tokens)
            actor = tokens.actor(token)
            g.caller = actor.name
            if not actor.may("watch"):
                raise forbidden()
        except (ApiProblem, StoreError) as error:
            return answer_fault(error, new_fault_id())
        text, content_type = watch.measures.text(request.headers.get("Accept", ""))
        answer = Response(text, content_type=content_type)
        answer.headers["Cache-Control"] = "no-store"
        return answer
