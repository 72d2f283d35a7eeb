"""What watches the server: `/healthz`, `/readyz` and `/metrics`, and the hooks that measure every request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import Metric

from monitor.access.sessions import Sessions
from monitor.access.tokens import Tokens
from monitor.mail.outbox import MOST_ATTEMPTS
from monitor.store.errors import StoreError
from monitor.store.space import Space
from monitor.store.store import Store
from monitor.watch.families import gauge
from monitor.watch.measures import Measures
from monitor.watch.requests import ROUTE, WHO, Watched
from monitor.watch.store_numbers import StoreNumbers, room

from .api.faults import ApiProblem, answer_fault, forbidden
from .api.gate import bearer
from .readers import ReaderTokens
from .security import new_fault_id

_READY_SQL = files("monitor.store") / "sql" / "data_version.sql"
_TEXT = "text/plain; charset=utf-8"


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Watch:
    """`ticking`: whether the clock of the scheduled work runs. `folders`: those whose disks are measured too."""

    measures: Measures = field(default_factory=Measures)
    ticking: Callable[[], bool] = _always
    folders: Mapping[str, Path] = field(default_factory=dict)


def watch_requests(server: Flask, measures: Measures) -> None:
    """To be called first of all: what asks before a request may end it."""
    server.wsgi_app = Watched(server.wsgi_app, measures)  # type: ignore[method-assign]

    @server.before_request
    def _route() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule is not None else "none"

    @server.teardown_request
    def _who(_fault: BaseException | None) -> None:
        request.environ[WHO] = g.caller if "caller" in g else g.person.actor.name if "person" in g else ""


def watch_store(watch: Watch, store: Store, space: Space, sessions: Sessions) -> None:
    """Measure what the application has at hand."""
    numbers, add = StoreNumbers(store, MOST_ATTEMPTS), watch.measures.add
    folders = {**({} if store.path is None else {"data": store.path.parent}), **watch.folders}
    add("rows", numbers.rows)
    add("cycle", numbers.cycle)
    add("mails", numbers.mails)
    add("room", lambda: room(space, folders))
    add("sessions", lambda: [gauge("monitor_sessions", "Sessions that are good now", float(sessions.count()))])


def watch_server(measures: Measures, dispatcher: Any) -> None:
    """Measure the threads of the web server (waitress), and the requests that wait for one."""

    def busy() -> Iterator[Metric]:
        yield gauge("monitor_http_threads", "Threads that answer requests", float(len(dispatcher.threads)))
        yield gauge("monitor_http_threads_busy", "Threads that are answering one", float(dispatcher.active_count))
        yield gauge("monitor_http_requests_queued", "Requests that wait for a thread", float(len(dispatcher.queue)))

    measures.add("server", busy)


def serve_watching(server: Flask, store: Store, tokens: Tokens, watch: Watch) -> None:
    """Hang the three on the server."""

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
            if not (tokens.may_measure(actor) if isinstance(tokens, ReaderTokens) else actor.may("watch")):
                raise forbidden()
        except (ApiProblem, StoreError) as error:
            return answer_fault(error, new_fault_id())
        text, content_type = watch.measures.text(request.headers.get("Accept", ""))
        answer = Response(text, content_type=content_type)
        answer.headers["Cache-Control"] = "no-store"
        return answer
