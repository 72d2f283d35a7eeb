"""What every answer carries, and what a malformed question gets.

The policy allows this server's own scripts and nothing evaluated from text; styles may be inline because charts
and widgets set them (reliability.md 4b).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from .api.faults import answer_fault, is_api

_log = logging.getLogger("monitor.web")

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def policy(script_hashes: Sequence[str]) -> str:
    """The Content-Security-Policy; `script_hashes` are those of the inline scripts Dash writes."""
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        ]
    )


def guard(server: Flask, content_policy: Callable[[], str]) -> None:
    """Put the headers on every answer and turn every fault into a short answer with an id, never a traceback.

    To be called before anything else is hung on the server: what is registered first runs last.
    """

    @server.after_request
    def _headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = content_policy()
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    @server.errorhandler(Exception)
    def _fault(error: Exception) -> Response | HTTPException | tuple[dict[str, str], int]:
        if is_api(request.path):
            return answer_fault(error, new_fault_id())
        if isinstance(error, HTTPException):
            return error
        fault_id = new_fault_id()
        if request.path.startswith("/_dash"):
            # Pages catch their own failures (app.py), so this is a question no page of ours asks.
            _log.warning("malformed question %s at %s: %s", fault_id, request.path, one_line(error))
            return {"error": "malformed request", "id": fault_id}, 400
        _log.error("fault %s at %s", fault_id, request.path, exc_info=error)
        said = (
            f"没有成功，是程序的错误。请把编号 {fault_id} 告诉系统管理员\n"
            f"This failed, and the fault is the program's. Tell the operator the number {fault_id}\n"
        )
        return Response(said, status=500, content_type="text/plain; charset=utf-8")


def new_fault_id() -> str:
    """What a reader tells the operator, and what the log is searched for."""
    return secrets.token_hex(4)


def one_line(error: Exception) -> str:
    """An error as one short line of a log, whatever the sender put into it."""
    text = f"{type(error).__name__}: {error}"
    return "".join(c if c.isprintable() else " " for c in text)[:200]
