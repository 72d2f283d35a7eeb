"""A server over published versions: who asks, what is refused in words, and which version each answer is of.

Nothing here writes. One request is answered from one version, from its first question to the last byte of a file; a
version with other plans or settings gets an application of its own, and those under way end on the one before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, g, request
from prometheus_client import Metric

from monitor.access.accounts import Account, Scope
from monitor.access.actors import Actor
from monitor.access.rights import AccountRole
from monitor.access.tokens import Tokens
from monitor.report.desk import Desk
from monitor.store.manifest import Manifest
from monitor.store.published import Published
from monitor.store.tokens import Token
from monitor.watch.families import gauge, gauges

from .api.faults import ApiProblem, is_api, no_token, respond
from .identity import Person

_log = logging.getLogger("monitor.web")
HEADER = "X-Data-Version"
GUEST = "guest"
_LOOK_SECONDS = 1.0
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ASKING = frozenset({"/_dash-update-component", "_sign_out", "_sign_out_others", "_oidc_begin", "_oidc_out"})
"""What may be posted to a reader: the callback that draws pages, and what concerns one's own session."""


@dataclass(frozen=True)
class ReadOnly:
    """How a server shows published versions. `is_open`: to everybody, as to a viewer; `owner`: the address where
    things are done, None where it was not set.
    """

    store: Published
    is_open: bool = False
    owner: str | None = None

    def refusal(self) -> tuple[str, str]:
        """Why nothing is done here, and where it is."""
        zh = (
            f"这是只读副本（数据版本 {self.store.version}），这里不能改动；请到" + (self.owner or "主服务上") + "操作。"
        )
        place = self.owner or "the owner's pages"
        return zh, f"This is a read-only copy (data version {self.store.version}): do it at {place}"

    def guest(self) -> Person:
        """Whoever reaches an open reader."""
        moment = self.store.manifest.moment or datetime.min  # noqa: DTZ901 — the store's moments have no zone
        account = Account(0, 1, GUEST, GUEST, "viewer", Scope(), False, moment, GUEST, False, False)
        return Person(Actor(GUEST, "viewer", reads_only=True), account, "proxy")


class ReaderTokens(Tokens):
    """Tokens are not published: a program is known as people are, by the proxy in front, or is a guest."""

    def __init__(self, read_only: ReadOnly, asking: Callable[[], Person], desk: Desk) -> None:
        super().__init__(desk.store, lambda: desk.current.catalogues, lambda: desk.current.regions)
        self._read_only, self._asking_person = read_only, asking

    def vouched(self) -> Token:
        """Raises ApiProblem where nobody is known."""
        person = self._asking_person()
        account = person.account
        if account is None or not person.is_known or person.way != "proxy":
            raise no_token()
        scope, at = account.scope, account.at
        limits = (scope.regions, scope.indicators, scope.departments)
        return Token(0, account.name, account.role, *limits, at, account.made_by, datetime.max, None)  # noqa: DTZ901

    def actor(self, token: Token) -> Actor:
        person = self._asking_person()
        return person.actor if person.account is not None else super().actor(token)

    def may_measure(self, actor: Actor) -> bool:
        return self._read_only.is_open or cast(AccountRole, actor.role) == "operator"

    def used(self, token: Token) -> None:
        """Nothing is kept of it: each file that is taken is a line of the log."""


def open_asking(read_only: ReadOnly) -> Callable[[], Person]:
    """Everybody who reaches the server is the guest."""

    def asking() -> Person:
        if "person" not in g:
            g.person = read_only.guest()
        found: Person = g.person
        return found

    return asking


def refuse_writing(server: Flask, read_only: ReadOnly) -> None:
    """To be called before the door is kept: whatever would change something is told where it is done."""

    @server.before_request
    def _nothing_is_done_here() -> Response | None:
        if request.method not in _UNSAFE or request.endpoint in ASKING:
            return None
        zh, en = read_only.refusal()
        if is_api(request.path):
            return respond(ApiProblem(403, "read_only", zh, en))
        return Response(f"{zh}\n{en}\n", status=403, content_type="text/plain; charset=utf-8")

    @server.after_request
    def _announce(response: Response) -> Response:
        response.headers[HEADER] = read_only.store.version
        return response


def measures(store: Published) -> Iterator[Metric]:
    """Which version is served, of when, and whether a newer one was refused."""
    manifest = store.manifest
    yield gauges("monitor_reader_version_info", "1, with the version served", ("version",), [((store.version,), 1.0)])
    yield gauge("monitor_reader_data_version", "The data version served", float(manifest.data_version))
    published = datetime.fromisoformat(f"{manifest.published_at}+00:00").timestamp()
    yield gauge("monitor_reader_published_timestamp_seconds", "When the version was published", published)
    yield gauge("monitor_reader_refused", "Whether a newer version was refused", float(store.warning is not None))


@dataclass(frozen=True)
class _Made:
    """An application for the plans and settings of some versions."""

    configuration: str
    application: WSGIApplication
    desk: Desk


class Following:
    """The WSGI application of a reader. `make` gives desk and application for the version that the thread asks."""

    def __init__(self, store: Published, first: tuple[Desk, WSGIApplication], make: Callable[[], tuple[Desk, Flask]]):
        self._store, self._make = store, make
        self._made: tuple[_Made, ...] = (_Made(store.manifest.configuration, first[1], first[0]),)
        self._last = store.manifest
        self._ending = threading.Event()
        store.prepare_with(self._prepare)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._store.pinned():
            answer = self._fitting(self._store.manifest).application(environ, start_response)
            try:
                yield from answer
            finally:
                getattr(answer, "close", lambda: None)()

    def start(self) -> None:
        """Look for newer versions each second, so that nobody who asks waits for one to be opened."""
        threading.Thread(target=self._look, name="versions", daemon=True).start()

    def stop(self) -> None:
        self._ending.set()

    def _look(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            try:
                self._store.look()
            except Exception:  # the next look comes
                _log.exception("the published folder could not be looked at")

    def _prepare(self, version: int) -> None:
        """Called while the coming version is asked by this thread alone."""
        coming, last = self._store.manifest, self._last
        known = self._fitting(coming)
        # an owner that was set back tells other things under numbers that were used before
        goes_on = coming.event_version > last.event_version or coming.months == last.months
        if known.configuration == coming.configuration and goes_on:
            self._made, self._last = (known,), coming
            known.desk.prepare(version)
            return
        self._store.forget_hearers()
        desk, server = self._make()
        self._made, self._last = (_Made(coming.configuration, server.wsgi_app, desk), self._made[0]), coming
        desk.prepare(version)

    def _fitting(self, manifest: Manifest) -> _Made:
        made = self._made
        return next((one for one in made if one.configuration == manifest.configuration), made[0])
