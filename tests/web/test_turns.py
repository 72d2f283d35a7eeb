"""A crowd: whoever cannot be served is told when to come back, and those who send do not stand in readers' way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Response
from flask.testing import FlaskClient

from monitor.report.desk import Desk
from monitor.web import turns
from monitor.web.app import MonitorApp, create_app
from monitor.web.turns import Turns

from .conftest import CHEAP, NOW
from .people import sign_in

ASKED: dict[str, Any] = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [
        {"id": "address", "property": "pathname", "value": "/method"},
        {"id": "address", "property": "search", "value": ""},
    ],
    "changedPropIds": ["address.pathname"],
}


def test_as_many_as_may_work_and_wait_and_no_more() -> None:
    line = Turns(2, 1, 60.0)
    assert line.take() and line.take()
    with ThreadPoolExecutor(1) as pool:
        third = pool.submit(line.take)
        while not line._waiting:
            threading.Event().wait(0.001)
        assert not line.take(), "the place in line is taken"
        line.end()
        assert third.result()
    line.end()
    line.end()
    assert line.take() and line.take() and not Turns(0, 1, 0.0).take()


class Held:
    """An app in which the only page that may be drawn at once is being drawn until it is let go."""

    def __init__(self, app: MonitorApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.begun, self.go_on = app, threading.Event(), threading.Event()
        draw = app.drawing.draw

        def held(*asked: Any) -> Any:
            self.begun.set()
            assert self.go_on.wait(30)
            return draw(*asked)

        monkeypatch.setattr(app.drawing, "draw", held)

    def client(self, role: str = "planner") -> FlaskClient:
        client = self.app.server.test_client()
        sign_in(client, self.app, role=role)
        return client


@pytest.fixture
def held(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    monkeypatch.setattr(turns, "PAGES_WAITING", 0)
    app = create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP, at_once=1)
    made = Held(app, monkeypatch)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(made.client().get, "/method")
        assert made.begun.wait(30)
        yield made
        made.go_on.set()
        assert first.result().status_code == 200, "the crowd took nothing from whoever came first"
        assert made.client().get("/method").status_code == 200, "a turn that ended is free again"


def _told(answer: Any) -> None:
    assert answer.status_code == 503
    assert 1 <= int(answer.headers["Retry-After"]) <= 10
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_and_a_callback_are_told_when_to_come_back(held: Held) -> None:
    client = held.client()
    page = client.get("/catalogue", headers={"Sec-Fetch-Mode": "navigate"})
    _told(page)
    assert page.headers["Refresh"] == page.headers["Retry-After"], "the browser asks again by itself"
    asked: Callable[..., Response] = client.post  # type: ignore[assignment]
    _told(asked("/_dash-update-component", json=ASKED))


def test_the_api_says_so_in_its_own_form(held: Held) -> None:
    answer = held.client().get("/api/v1/me")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.get_json()["code"] == "crowded" and answer.headers["Retry-After"]


def test_signing_in_and_what_watches_the_server_never_wait(held: Held) -> None:
    client = held.app.server.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/login").status_code == 200
    assert client.get("/catalogue").status_code == 303, "nobody waits only to be told to sign in"


def test_senders_have_turns_of_their_own(held: Held) -> None:
    answer = held.client().post("/do/upload", headers={"Accept": "application/json", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400, "the form was read: it holds no file"


def test_too_many_senders_are_told_in_both_languages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SENDERS", 0)
    app = create_app(desk, secret_key=b"k" * 32, clock=lambda: NOW, passwords=CHEAP)
    client = app.server.test_client()
    sign_in(client, app, role="planner")
    answer = client.post("/do/upload", headers={"Accept": "application/json", "Sec-Fetch-Site": "same-origin"})
    _told(answer)
    assert set(answer.get_json()) == {"zh", "en"}
    assert client.get("/method").status_code == 200
