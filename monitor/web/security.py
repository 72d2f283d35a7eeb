"""What every answer carries, and what a malformed question gets.

The policy allows this server's own scripts and nothing evaluated from text; styles may be inline because charts
and widgets set them (reliability.md 4b).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from monitor.log_lines import REQUEST_ID, shown
from monitor.store.errors import StoreError, StoreFatal
from monitor.store.space import LowSpaceError, is_full
from monitor.watch.requests import new_request_id

from .api.faults import answer_fault, is_api

_log = logging.getLogger("monitor.web")

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_ONLY_TLS = "max-age=31536000"  # other names of the same domain are not ours to speak for
_SHOWN_CHARACTERS = 200
_SAID = {
    400: ("这一请求无法读取。", "This request cannot be read."),
    404: ("没有这个地址。", "There is nothing at this address."),
    405: ("此处不能这样请求。", "This cannot be asked in this way."),
    413: ("内容过大，未予接收。", "This is too large and was not taken."),
    415: ("这种内容无法读取。", "This kind of content cannot be read."),
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

    server.debug = False  # whatever the environment says

    @server.after_request
    def _headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = content_policy()
        response.headers.setdefault("Cache-Control", "no-cache")
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", _ONLY_TLS)
        return response

    @server.errorhandler(Exception)
    def _fault(error: Exception) -> AnyResponse | HTTPException | tuple[dict[str, str], int]:
        if is_api(request.path):
            return answer_fault(error, new_fault_id())
        status = (error.code or 500) if isinstance(error, HTTPException) else None
        fault_id = new_fault_id()
        if request.path.startswith("/_dash"):
            # Pages catch their own failures (app.py), so this is a question no page of ours asks.
            _log.warning("malformed question %s at %s: %s", fault_id, shown_path(), one_line(error))
            refused = status if status is not None and 400 <= status < 500 else 400
            return {"error": "malformed request", "id": fault_id}, refused
        if isinstance(error, HTTPException) and status is not None and status < 500:
            return _refusal(error, status)
        _log.error("fault %s at %s", fault_id, shown_path(), exc_info=error)
        if isinstance(error, (StoreError, StoreFatal)) or is_full(error):
            return _unwritten(error, fault_id)
        said = (
            f"没有成功，是程序的错误。请把编号 {fault_id} 告诉系统管理员\n"
            f"This failed, and the fault is the program's. Tell the operator the number {fault_id}\n"
        )
        return Response(said, status=500, content_type="text/plain; charset=utf-8")


def _unwritten(error: Exception, fault_id: str) -> Response:
    """What the machine kept from being done: 507 where writing failed, 503 where the store is out of reach."""
    if isinstance(error, (LowSpaceError, StoreFatal)):
        zh, en = error.zh, error.en
    elif is_full(error):
        zh, en = "磁盘空间不足，这一步没有完成，没有改变任何数据", "There is no space left: this was not done"
    else:
        zh, en = "系统暂时无法写入，这一步没有完成", "Nothing can be written now, so this was not done"
    again = (
        f"请稍后再试；若仍然如此，请把编号 {fault_id} 告诉系统管理员",
        f"Try again; else tell the operator {fault_id}",
    )
    said = f"{zh}。{again[0]}\n{en}. {again[1]}\n"
    status = 507 if is_full(error) or getattr(error, "code", "") == "machine" else 503
    headers = {"Retry-After": "10"} if isinstance(error, StoreFatal) else {}
    return Response(said, status=status, headers=headers, content_type="text/plain; charset=utf-8")


def _refusal(error: HTTPException, status: int) -> AnyResponse | HTTPException:
    """What the web framework refuses, in two lines; where it leads elsewhere it goes on as it is."""
    if status < 400 or error.response is not None:
        return error
    zh, en = _SAID.get(status, ("这一请求未予处理。", f"{error.name}."))
    response = error.get_response()
    response.data = f"{zh}\n{en}\n".encode()
    response.content_type = "text/plain; charset=utf-8"
    return response


def shown_path() -> str:
    """The path that was asked for, as a log may hold it."""
    return shown(request.path[:_SHOWN_CHARACTERS])


def new_fault_id() -> str:
    """What a reader tells the operator, and what the log is searched for: the id of the request under way."""
    return REQUEST_ID.get() or new_request_id()


def one_line(error: Exception) -> str:
    """An error as one short line of a log, whatever the sender put into it."""
    text = f"{type(error).__name__}: {error}"[: 2 * _SHOWN_CHARACTERS]
    return shown(" ".join(text.split()))[:_SHOWN_CHARACTERS]
