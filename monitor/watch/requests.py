"""Every request from its arrival to the end of its answer: an id, a measure and, with log_level info, a line.

A WSGI wrapper, so that nothing is missed whoever answers. What only the application knows (the route, who asks) it puts
into the environment under ROUTE and WHO.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from monitor.log_lines import REQUEST_ID, shown

from .measures import Measures

HEADER = "X-Request-Id"
ROUTE, WHO, GIVEN_ID = "monitor.route", "monitor.who", "monitor.request_id"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SHOWN_CHARACTERS = 200
_log = logging.getLogger("monitor.access_log")


def new_request_id() -> str:
    """Short enough to be told on the telephone."""
    return secrets.token_hex(4)


class Watched:
    """Wraps an application. Takes the id of a request that a trusted proxy gave it (GIVEN_ID), else makes one."""

    def __init__(self, inner: WSGIApplication, measures: Measures) -> None:
        self._inner, self._measures = inner, measures

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request_id = str(environ.get(GIVEN_ID) or new_request_id())
        REQUEST_ID.set(request_id)
        under_way = _UnderWay(environ, request_id, self._measures)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            under_way.status = status[:3]
            return start_response(status, [*headers, (HEADER, request_id)], *more)

        try:
            return _Body(self._inner(environ, start), under_way)
        except BaseException:
            under_way.end()
            raise


class _UnderWay:
    def __init__(self, environ: WSGIEnvironment, request_id: str, measures: Measures) -> None:
        self._environ, self._id, self._measures = environ, request_id, measures
        self._began = time.perf_counter()
        self._is_over = False
        self.status, self.bytes = "500", 0
        measures.under_way.inc()

    def end(self) -> None:
        """Harmless when it has ended already."""
        if self._is_over:
            return
        self._is_over = True
        seconds = time.perf_counter() - self._began
        environ = self._environ
        method, route = str(environ.get("REQUEST_METHOD")), str(environ.get(ROUTE) or "none")
        known = method if method in _METHODS else "other"
        self._measures.under_way.dec()
        self._measures.requests.labels(route, known, self.status).observe(seconds)
        if _log.isEnabledFor(logging.INFO):
            self._tell(shown(method[:20]), route, seconds)
        if REQUEST_ID.get() == self._id:
            REQUEST_ID.set("")

    def _tell(self, method: str, route: str, seconds: float) -> None:
        environ = self._environ
        path = shown(_text(str(environ.get("PATH_INFO")))[:_SHOWN_CHARACTERS])
        who, address = str(environ.get(WHO) or ""), str(environ.get("REMOTE_ADDR") or "")
        fields = {
            "method": method, "path": path, "route": route, "status": int(self.status),
            "seconds": round(seconds, 4), "bytes": self.bytes, "who": who, "address": address,
        }  # fmt: skip
        said = (method, path, self.status, 1000 * seconds, self.bytes, who or "nobody known", address)
        _log.info("%s %s %s in %.0f ms, %d bytes to %s at %s", *said, extra={"fields": fields})


class _Body:
    """The parts of an answer. It has ended when the last part was taken, or when the server closes it."""

    def __init__(self, parts: Iterable[bytes], under_way: _UnderWay) -> None:
        self._parts, self._under_way = parts, under_way
        self._taken: Iterator[bytes] = iter(parts)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            part = next(self._taken)
        except BaseException:  # the end of it, or of the program
            self._under_way.end()
            raise
        self._under_way.bytes += len(part)
        return part

    def close(self) -> None:
        try:
            closing = getattr(self._parts, "close", None)
            if closing is not None:
                closing()
        finally:
            self._under_way.end()


def _text(path: str) -> str:
    """WSGI hands over the bytes of a path as Latin-1; what is no text is spelled out."""
    return path.encode("latin-1", "replace").decode("utf-8", "backslashreplace")
