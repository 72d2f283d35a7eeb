"""Whose word counts on an address, a scheme, a host and a login: the trusted proxy's alone, over a real socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask, Response, request
from hypothesis import given, settings
from hypothesis import strategies as st
from waitress.server import create_server
from werkzeug.test import EnvironBuilder, run_wsgi_app

from monitor.watch.measures import Measures
from monitor.watch.requests import HEADER as HEADER_OF_ID
from monitor.watch.requests import Watched
from monitor.web.proxied import FromProxy, proxied_login
from tests.properties import examples

PROXY = ip_network("127.0.0.1/32")
HEADER = "X-Remote-User"
FORWARDED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "monitor.example.org"}


def telling() -> Flask:
    """An application that tells what it was told."""
    server = Flask("telling")

    @server.route("/")
    def _tell() -> Response:
        told = [name for name, _ in request.headers if "forward" in name.lower() or "remote-user" in name.lower()]
        login = proxied_login()
        said = {"from": request.remote_addr, "url": request.url_root, "login": login, "told": sorted(told)}
        return Response(json.dumps(said), content_type="application/json")

    return server


def ask(headers: dict[str, str], peer: str, network: str | None = "10.1.2.0/29", header: str | None = HEADER) -> Any:
    wrapped = FromProxy(telling().wsgi_app, None if network is None else ip_network(network), header)
    environ = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": peer}).get_environ()
    body, status, _ = run_wsgi_app(wrapped, environ)
    assert status == "200 OK"
    return json.loads(b"".join(body))


def test_the_proxy_says_where_a_request_comes_from_and_who_sends_it() -> None:
    told = ask(FORWARDED | {HEADER: "zhang"}, "10.1.2.3")
    assert (told["from"], told["url"], told["login"]) == ("203.0.113.7", "https://monitor.example.org/", "zhang")
    assert HEADER not in told["told"]
    assert ask({HEADER: "zhang"}, "::ffff:10.1.2.3")["login"] == "zhang"  # IPv4 through a socket of IPv6


@pytest.mark.parametrize(
    ("peer", "sent", "taken"),
    [("10.1.2.3", "from-the-Proxy-1", True), ("10.1.2.3", "short", False), ("10.1.2.3", "a" * 65, False),
     ("10.1.2.3", "no words\tor_signs", False), ("10.1.2.9", "from-the-Proxy-1", False)],
)  # fmt: skip
def test_the_proxy_gives_a_request_its_id_where_it_is_one(peer: str, sent: str, taken: bool) -> None:
    wrapped = FromProxy(Watched(telling().wsgi_app, Measures()), ip_network("10.1.2.0/29"))
    environ = EnvironBuilder(headers={HEADER_OF_ID: sent}, environ_base={"REMOTE_ADDR": peer}).get_environ()
    _, _, headers = run_wsgi_app(wrapped, environ, buffered=True)
    assert (headers[HEADER_OF_ID] == sent) is taken


@pytest.mark.parametrize(
    ("peer", "network"),
    [("10.1.2.9", "10.1.2.0/29"), ("127.0.0.1", "10.1.2.0/29"), ("127.0.0.1", None), ("::1", "127.0.0.1/32"),
     ("not an address", "10.1.2.0/29"), ("", "10.1.2.0/29"), ("::ffff:10.1.2.9", "10.1.2.0/29")],
)  # fmt: skip
def test_nobody_else_does(peer: str, network: str | None) -> None:
    more = {"Forwarded": "for=203.0.113.7", "X-Forwarded-Port": "1", "X-Forwarded-Prefix": "/x", HEADER: "zhang"}
    told = ask(FORWARDED | more, peer, network)
    assert (told["from"], told["url"], told["login"], told["told"]) == (peer, "http://localhost/", None, [])


def test_only_the_last_hop_counts_and_nonsense_does_not() -> None:
    assert ask({"X-Forwarded-For": "192.0.2.1, 203.0.113.7"}, "10.1.2.3")["from"] == "203.0.113.7"
    assert ask({"X-Forwarded-For": "203.0.113.7, unknown"}, "10.1.2.3")["from"] == "10.1.2.3"
    for spelled in ("::ffff:203.0.113.7", "::FFFF:cb00:7107", "203.0.113.7"):
        assert ask({"X-Forwarded-For": spelled}, "10.1.2.3")["from"] == "203.0.113.7"
    assert ask({"X-Forwarded-For": "2001:0DB8::0:1"}, "10.1.2.3")["from"] == "2001:db8::1"
    assert ask({"X-Forwarded-Proto": "javascript"}, "10.1.2.3")["url"] == "http://localhost/"
    assert ask({"X-Forwarded-Host": "evil.example/path"}, "10.1.2.3")["url"] == "http://localhost/"
    assert ask({"X-Forwarded-Host": "[2001:db8::1]:8443"}, "10.1.2.3")["url"] == "http://[2001:db8::1]:8443/"
    only = ask({"Forwarded": "for=192.0.2.1", "X-Forwarded-Prefix": "/x", "X-Forwarded-Port": "1"}, "10.1.2.3")
    assert (only["from"], only["url"], only["told"]) == ("10.1.2.3", "http://localhost/", [])


def test_without_a_header_mode_the_header_means_nothing() -> None:
    assert ask({HEADER: "zhang"}, "10.1.2.3", header=None)["login"] is None
    assert ask({}, "10.1.2.3")["login"] is None and ask({HEADER: ""}, "10.1.2.3")["login"] is None


@given(st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n\0"), max_size=300))
@settings(max_examples=examples(40), deadline=None)
def test_whatever_the_header_holds_is_one_line_of_text(value: str) -> None:
    login = ask({HEADER: value}, "10.1.2.3")["login"]
    assert login is None or (login.isprintable() and len(login) <= 200)


@contextmanager
def listening(network: str | None) -> Iterator[int]:
    wrapped = FromProxy(telling().wsgi_app, None if network is None else ip_network(network), HEADER)
    server = create_server(wrapped, host="127.0.0.1", port=0, threads=1, clear_untrusted_proxy_headers=False)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(timeout=10)


def send(port: int, *lines: str) -> Any:
    """One request as its lines stand: no client of ours would write some of them."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        head = "\r\n".join(["GET / HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""])
        connection.sendall(head.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status, _, body = answer.partition(b"\r\n\r\n")
    return json.loads(body) if status.startswith(b"HTTP/1.1 200") else status.split(b"\r\n")[0].decode()


SPELLINGS = [
    ["X-Remote-User: planner"], ["x-remote-user: planner"], ["X_Remote_User: planner"], ["X-Remote_User: planner"],
    ["X_REMOTE_USER: planner"], ["X-Remote-User: planner", "X_Remote_User: planner"],
    ["X-Remote-User: planner", "X-Remote-User: planner"], ["HTTP_X_REMOTE_USER: planner"],
    ["monitor.proxied_login: planner"], ["Remote-User: planner"], ["X-Remote-User:planner\t"],
    ["X-Forwarded-For: 127.0.0.1", "X-Remote-User: planner"], ["Forwarded: for=127.0.0.1", "X-Remote-User: planner"],
]  # fmt: skip


def test_no_spelling_of_the_header_gets_around_it() -> None:
    with listening("10.1.2.0/29") as port:
        for lines in SPELLINGS:
            told = send(port, *lines)
            assert (told["from"], told["login"]) == ("127.0.0.1", None), lines
        assert "400" in send(port, "X-Remote-User : planner")
        assert send(port, "A: b", " X-Remote-User: planner")["login"] is None  # a folded line is part of the one before
        assert send(port, "X_Forwarded_For: 192.0.2.1", "X-Forwarded-For: 192.0.2.1")["from"] == "127.0.0.1"


def test_what_the_proxy_lets_through_beside_its_own_header_is_no_login() -> None:
    with listening("127.0.0.1") as port:
        assert send(port, "X-Remote-User: zhang")["login"] == "zhang"
        # nginx drops names with underscores, and so does waitress
        assert send(port, "X_Remote_User: planner", "X-Remote-User: zhang")["login"] == "zhang"
        assert send(port, "X_Remote_User: planner")["login"] is None
        # a proxy that adds its header instead of replacing the sender's: neither name counts
        assert send(port, "X-Remote-User: planner", "X-Remote-User: zhang")["login"] == "planner, zhang"
        told = send(port, "X-Remote-User: 王芳", "X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 203.0.113.7")
        assert (told["login"], told["from"]) == ("王芳", "203.0.113.7")
