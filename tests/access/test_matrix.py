"""Every door of the running app × everybody who may knock, from the table in expected.csv: nobody else gets in.

The full product of things, states and people is asked in tests/faults; here are those that tell most.
"""

from __future__ import annotations

from typing import get_args

import pytest
from werkzeug.exceptions import MethodNotAllowed

from monitor.access.rights import ACTIONS
from monitor.web.address import Address, PageName
from monitor.web.api.pages import Pages
from monitor.web.api.routes import operations
from monitor.web.api.tables import Tables
from monitor.web.app import create_app
from monitor.web.front import Front
from monitor.web.gatekeeper import ENDPOINTS, PAGE_ACTIONS
from monitor.web.oidc_provider import OidcSettings

from .asking import ask, callbacks, is_a_page, refused_and_one_more, route_of, wrong_answers
from .table import lines
from .world import CLOSED, FEW, World

EVERY = lines()
LINES = lines("b", FEW)


def test_every_door_has_a_line_and_every_line_a_door(calm: World) -> None:
    doors = {
        (method, rule.rule)
        for rule in calm.app.server.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {route_of(calm, line) for line in EVERY} == doors
    assert {line.address for line in EVERY if line.is_callback} == set(callbacks(calm))
    assert len(callbacks(calm)) == len(calm.app.callback_map)
    pages = {
        Address.read(*line.address.format(receipt=1, submission=1).partition("?")[::2], None).page
        for line in EVERY
        if is_a_page(calm, line)
    }
    assert pages == set(get_args(PageName)) == set(PAGE_ACTIONS)


def test_every_endpoint_has_its_need_and_none_has_two(calm: World) -> None:
    provider = OidcSettings("https://provider.example", "monitor", "s" * 40, "https://monitor.example")
    desk = calm.app.drawing._desk
    other = create_app(desk, front=Front(oidc=provider), passwords=calm.app.access.passwords).server
    endpoints = {rule.endpoint for rule in other.url_map.iter_rules()}
    assert {one for one in endpoints if not one.startswith("api.")} == set(ENDPOINTS)
    assert endpoints - {rule.endpoint for rule in calm.app.server.url_map.iter_rules()} == {
        "_oidc_begin", "_oidc_end", "_oidc_out",
    }  # fmt: skip
    table = operations(Pages(Tables(desk)))
    assert {f"api.{one.name}" for one in table} | {"api.document"} == endpoints - set(ENDPOINTS)
    assert {one.action for one in table} | set(ENDPOINTS.values()) | set(PAGE_ACTIONS.values()) <= {
        *ACTIONS, "public", "signed_in", "token",
    }  # fmt: skip


def test_everybody_is_answered_as_the_table_says(calm: World) -> None:
    found = [wrong_answers(calm, [line], refused_and_one_more(line, turn)) for turn, line in enumerate(LINES)]
    assert [one for some in found for one in some] == []


@pytest.mark.parametrize("way", CLOSED)
def test_a_session_that_is_none_opens_what_nobody_opens(calm: World, way: str) -> None:
    for line in LINES:
        if not line.is_program:
            answer = ask(calm, line, way)
            assert answer.status_code == line.statuses["nobody"] and not calm.seen(answer), (way, line)


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(calm: World) -> None:
    for line in LINES:
        if not line.is_program and line.statuses["nobody"] in (303, 401) and not line.address.startswith("/login"):
            answer = ask(calm, line, "one-time")
            assert (answer.status_code, answer.headers["Location"]) == (303, "/login/password"), line
            assert not calm.seen(answer)


@pytest.mark.parametrize("token", ["revoked", "expired", "cookie", "nobody"])
def test_programs_need_a_token_that_is_good(calm: World, token: str) -> None:
    said = set()
    for line in LINES:
        if line.is_program and line.address != "/api/openapi.json":
            answer = ask(calm, line, token)
            assert answer.status_code == 401 and not calm.seen(answer), line
            said.add(answer.get_json()["detail"])
    assert len(said) == 1


def test_other_methods_open_nothing(calm: World) -> None:
    server, places = calm.app.server, {line.path(calm).split("?")[0] for line in LINES if not line.is_callback}
    for place in sorted(places):
        for method in ("HEAD", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"):
            try:
                endpoint = str(server.url_map.bind("").match(place, method)[0])
            except MethodNotAllowed:
                endpoint = ""
            answer = (
                calm.call("nobody", method, place) if place.startswith("/api/") else calm.ask("nobody", method, place)
            )
            opens = ENDPOINTS.get(endpoint) == "public" or place == "/api/openapi.json"
            assert not calm.seen(answer) and (opens or answer.status_code in (204, 303, 401, 404, 405)), (method, place)
