"""Turns: how many requests are worked on at once, how many wait for it, and what the next one is told.

More at once would not be done sooner: they share one interpreter, and each would take longer than its reader waits.
Whoever finds the line full is told at once when to come back (503 and Retry-After), so that a crowd never ends in
silence, and the line is empty again a moment after the crowd has gone. Files that are sent, and files that are taken
away or come as papers, have turns of their own: pages are drawn while those wait.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from .api.faults import ApiProblem, is_api, respond
from .gatekeeper import ENDPOINTS

PAGES_WAITING = 64
"""Four at once draw forty a second or more: whoever stands last waits one or two seconds."""
SENDERS = 64
"""Every unit may send twice at once; whose turn it is to be read and compared, intake/cycle.py says."""
FILES, FILES_WAITING = 2, 6
_PAGE_SECONDS, _FILE_SECONDS = 5.0, 30.0
_SOONEST, _SPREAD = 2, 4  # seconds; not all are told the same, or they would come back together
_FREE = frozenset({"/_dash-layout", "/_dash-dependencies", "/_reload-hash", "_metrics"})
_SENDING = frozenset({"_upload", "_submit", "api.sendFile"})
_LARGE = 1_000_000  # bytes of a form: it comes with papers
_TAKING = frozenset({"_table", "_ledger", "_audit_file", "_template", "_annotated", "_document", "_paper"}) | {
    "api.getTemplate",
    "api.getAnnotated",
}

THREADS = PAGES_WAITING + SENDERS + FILES + FILES_WAITING + 4
"""How many the server needs beside those that draw pages: all who wait, and a few who turn others away."""


class Turns:
    """`at_once` work, `waiting` stand in line, none longer than `seconds`. Safe to use from many threads."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._free, self._seconds = threading.Semaphore(at_once), seconds
        self._places, self._waiting, self._lock = waiting, 0, threading.Lock()

    def take(self) -> bool:
        """Whether the caller may go on; it gives its turn back with `end`."""
        if self._free.acquire(blocking=False):
            return True
        with self._lock:
            if self._waiting >= self._places:
                return False
            self._waiting += 1
        try:
            return self._free.acquire(timeout=self._seconds)
        finally:
            with self._lock:
                self._waiting -= 1

    def end(self) -> None:
        self._free.release()


@dataclass(frozen=True)
class Lines:
    """The three lines of a server."""

    pages: Turns
    senders: Turns
    files: Turns

    def of(self, endpoint: str | None, size: int = 0) -> Turns | None:
        """Where a request of so many bytes stands; None for what costs nothing and for what watches the server."""
        if endpoint in _FREE or ENDPOINTS.get(endpoint or "") == "public":
            return None
        if endpoint in _SENDING:
            return self.senders
        return self.files if endpoint in _TAKING or size > _LARGE else self.pages


def keep_turns(server: Flask, at_once: int) -> None:
    """To be called after the door is kept: nobody waits only to be told to sign in."""
    lines = Lines(
        Turns(at_once, PAGES_WAITING, _PAGE_SECONDS),
        Turns(SENDERS, 0, 0.0),
        Turns(FILES, FILES_WAITING, _FILE_SECONDS),
    )
    numbers = itertools.count()

    @server.before_request
    def _wait() -> AnyResponse | None:
        turns = lines.of(request.endpoint, request.content_length or 0)
        if turns is None:
            return None
        if not turns.take():
            return _crowded(_SOONEST + next(numbers) % _SPREAD)
        g.turn = turns
        return None

    @server.teardown_request
    def _go(_error: BaseException | None) -> None:
        turns: Turns | None = g.pop("turn", None)
        if turns is not None:
            turns.end()


def _crowded(seconds: int) -> Response:
    zh = f"现在使用的人太多，请过 {seconds} 秒再试。没有改变任何数据。"
    en = f"Too many ask at once: try again in {seconds} seconds. Nothing was changed."
    headers: Mapping[str, str] = {"Retry-After": str(seconds)}
    if is_api(request.path):
        return respond(ApiProblem(503, "crowded", zh, en, headers=headers))
    if request.accept_mimetypes.best == "application/json" and request.endpoint in _SENDING:
        answer: Response = jsonify({"zh": zh, "en": en})
        answer.status_code = 503
    else:
        answer = Response(f"{zh}\n{en}\n", status=503, content_type="text/plain; charset=utf-8")
    answer.headers.update(headers)
    answer.headers["Cache-Control"] = "no-store"
    if request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate":
        answer.headers["Refresh"] = str(seconds)  # a page that was asked for opens by itself
    return answer
