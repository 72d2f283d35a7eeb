"""Where a request comes from, and who sends it, where a proxy stands in front: told by that one proxy alone.

Everybody can write `X-Forwarded-For` or the header of a login. So these are believed from the address of the trusted
proxy (MONITOR_TRUSTED_PROXY), by one hop, and taken out of all other requests before anything reads them. Waitress
must leave them alone (server.py): it compares one address where networks are wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import request
from werkzeug.http import parse_list_header
from werkzeug.middleware.proxy_fix import ProxyFix

from monitor.watch.requests import GIVEN_ID, HEADER

Network = IPv4Network | IPv6Network

_LOGIN = "monitor.proxied_login"  # no header becomes a key of this form
_LOGIN_CHARACTERS = 200
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


class FromProxy:
    """Wraps an application. `network`: the proxy's, None where there is none; `header`: in which it names people."""

    def __init__(self, inner: WSGIApplication, network: Network | None = None, header: str | None = None) -> None:
        self._inner = inner
        self._behind = ProxyFix(inner, x_for=1, x_proto=1, x_host=1)
        self._network = network
        self._header = None if header is None else _key(header)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        login = environ.pop(self._header, None) if self._header is not None else None
        request_id = str(environ.pop(_key(HEADER), ""))
        if not self._is_proxy(environ.get("REMOTE_ADDR")):
            _remove(environ, kept=())
            return self._inner(environ, start_response)
        _remove(environ, kept=tuple(_CHECKS))
        for key, check in _CHECKS.items():
            _keep_last(environ, key, check)
        if _REQUEST_ID.fullmatch(request_id):
            environ[GIVEN_ID] = request_id
        if login is not None:
            environ[_LOGIN] = _read_login(login)
        return self._behind(environ, start_response)

    def _is_proxy(self, peer: object) -> bool:
        address = _address(peer)
        return self._network is not None and address is not None and address in self._network


def proxied_login() -> str | None:
    """The login that the trusted proxy gave for the request under way, as it was written; None where it gave none."""
    found = request.environ.get(_LOGIN)
    return found if isinstance(found, str) and found else None


def _key(header: str) -> str:
    """As WSGI names a header: hyphens and underscores become one, and so do upper and lower case."""
    return f"HTTP_{header.upper().replace('-', '_')}"


def _remove(environ: WSGIEnvironment, kept: tuple[str, ...]) -> None:
    for key in [key for key in environ if key.startswith("HTTP_X_FORWARDED_") or key == "HTTP_FORWARDED"]:
        if key not in kept:
            del environ[key]


def _keep_last(environ: WSGIEnvironment, key: str, check: Callable[[str], str | None]) -> None:
    """What the proxy itself added stands last; without a sense it goes, and the request is the proxy's own."""
    text = environ.pop(key, None)
    values = parse_list_header(text) if isinstance(text, str) else []
    kept = check(values[-1].strip()) if values else None
    if kept:
        environ[key] = kept


def _address(text: object) -> Any:
    """An IPv4 address that came through an IPv6 socket is that IPv4 address. None for what is no address."""
    try:
        found = ip_address(str(text).partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _read_login(text: str) -> str:
    """WSGI hands over bytes as Latin-1; names are UTF-8. Two headers come as one with a comma, which no login has."""
    try:
        shown = text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        shown = text
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)[:_LOGIN_CHARACTERS]


# each gives what is kept of it, nothing where it has no sense; an address is spelled in one way, since it is counted
_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "HTTP_X_FORWARDED_FOR": lambda text: str(_address(text) or ""),
    "HTTP_X_FORWARDED_PROTO": lambda text: text if text in {"http", "https"} else None,
    "HTTP_X_FORWARDED_HOST": lambda text: text if _HOST.fullmatch(text) else None,
}
