"""Scripts and styles from memory: compressed once, cached for ever where the address carries a fingerprint.

Dash serves its bundles from disk and compresses at each request; that costs 200–300 ms to answer "not modified".
Here the first answer is kept, compressed, with the hash of its bytes as ETag.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass

import brotli
from dash.fingerprint import check_fingerprint
from flask import Flask, Request, Response, request

_PREFIXES = ("/assets/", "/_dash-component-suites/", "/vendor/")
_BROTLI_QUALITY = 9
_LEAST_BYTES = 900  # below this compression gains nothing
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_ON_THE_FLY = ("text/html", "application/json")


@dataclass(frozen=True)
class Kept:
    plain: bytes
    brotli: bytes
    gzip: bytes
    content_type: str
    etag: str


class StaticCache:
    """One entry a file: the fingerprint in an address is checked by Dash but makes no entry of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def answer(self) -> Response | None:
        """The kept answer to this request, None when there is none yet."""
        key = _key(request) if request.method in ("GET", "HEAD") else None
        kept = self._kept.get(key) if key else None
        return None if kept is None else _respond(kept)

    def keep(self, response: Response) -> Response:
        """Keep a first answer, and give it compressed."""
        key = _key(request)
        if key is None or response.status_code != 200 or request.method != "GET" or key in self._kept:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        kept = Kept(
            plain=body,
            brotli=brotli.compress(body, quality=_BROTLI_QUALITY),
            gzip=gzip.compress(body, 6, mtime=0),
            content_type=_content_type(response),
            etag=hashlib.sha256(body).hexdigest()[:32],
        )
        with self._lock:
            self._kept[key] = kept
        return _respond(kept)


def _content_type(response: Response) -> str:
    kind = response.mimetype or ""
    return "text/javascript; charset=utf-8" if kind.endswith("javascript") else str(response.content_type)


def _key(asked: Request) -> str | None:
    if not asked.path.startswith(_PREFIXES):
        return None
    return _parts(asked)[0]


def _is_fingerprinted(asked: Request) -> bool:
    return _parts(asked)[1] or "m" in asked.args


def _parts(asked: Request) -> tuple[str, bool]:
    """The path without its fingerprint, and whether it had one."""
    plain, fingerprinted = check_fingerprint(asked.path)  # type: ignore[no-untyped-call]
    return str(plain), bool(fingerprinted)


def _respond(kept: Kept) -> Response:
    headers = {
        "Cache-Control": _FOR_EVER if _is_fingerprinted(request) else _ASK_AGAIN,
        "Vary": "Accept-Encoding",
        "ETag": f'"{kept.etag}"',
    }
    if kept.etag in request.if_none_match:
        return Response(status=304, headers=headers)
    body = kept.plain
    if len(body) >= _LEAST_BYTES:
        if request.accept_encodings["br"]:
            body, headers["Content-Encoding"] = kept.brotli, "br"
        elif request.accept_encodings["gzip"]:
            body, headers["Content-Encoding"] = kept.gzip, "gzip"
    return Response(body, headers=headers, content_type=kept.content_type)


def _compressed(response: Response) -> Response:
    """Pages and callback answers, compressed as they go out."""
    if (
        response.mimetype in _ON_THE_FLY
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"]
    ):
        body = response.get_data()
        if len(body) >= _LEAST_BYTES:
            response.set_data(gzip.compress(body, 4, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.headers.add("Vary", "Accept-Encoding")
    return response


def serve_from_memory(server: Flask) -> None:
    """Let the server answer scripts and styles from memory, and compress the rest on the fly."""
    cache = StaticCache()
    server.before_request(cache.answer)
    server.after_request(_compressed)  # runs last: Flask calls these in reverse
    server.after_request(cache.keep)
