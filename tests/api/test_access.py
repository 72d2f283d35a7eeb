"""Who may ask what: every operation × every kind of caller, from the table of operations itself."""

from __future__ import annotations

import base64
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from monitor.access.accounts import AccountError, Scope
from monitor.access.actors import Actor
from monitor.store.audit_listing import AuditFilter, list_audit
from monitor.store.tokens import list_tokens, make_token, revoke_token
from monitor.web.api.operations import Operation
from monitor.web.api.pages import Pages
from monitor.web.api.routes import operations
from monitor.web.api.tables import Tables

from .conftest import HEADER, HERE, THERE, World, row

CALLERS = ("viewer", "reporter", "neighbour", "reviewer", "planner", "operator")
# What comes back to whom, in the order of CALLERS. Posts carry a body that nobody's is: whoever may act learns that
# (400, 415), whoever may not is told so before it is read. The submission asked for waits, and is the neighbour's.
EXPECTED: dict[str, tuple[int, ...]] = {
    "listScorecards": (200, 200, 200, 200, 200, 403),
    "listObservations": (200, 200, 200, 200, 200, 403),
    "listRegions": (200, 200, 200, 200, 200, 200),  # names and codes, no figures
    "listHistory": (200, 200, 200, 200, 200, 403),
    "getExplanation": (200, 200, 200, 200, 200, 403),
    "listSubmissions": (200, 200, 200, 200, 200, 403),
    "listBoard": (200, 200, 200, 200, 200, 403),
    "listRates": (200, 200, 200, 200, 200, 403),
    "listChanges": (200, 200, 200, 200, 200, 403),
    "getSdmxStructure": (200, 200, 200, 200, 200, 200),
    "getSdmxData": (200, 200, 200, 200, 200, 403),
    "getTemplate": (200, 200, 200, 200, 200, 403),
    "listCatalogues": (200, 200, 200, 200, 200, 200),
    "getCatalogue": (200, 200, 200, 200, 200, 200),
    "listCalls": (200, 200, 200, 200, 200, 200),
    "listSnapshots": (200, 200, 200, 200, 200, 403),
    "listRounds": (200, 200, 200, 200, 200, 403),
    "getRound": (404, 404, 404, 404, 404, 403),
    "listTasks": (200, 200, 200, 200, 200, 403),
    "getMe": (200, 200, 200, 200, 200, 200),
    "sendFile": (403, 415, 415, 403, 415, 403),
    "getSubmission": (404, 404, 200, 200, 200, 403),
    "getQueue": (403, 403, 403, 200, 200, 403),
    "getAnnotated": (403, 404, 404, 403, 404, 403),
    "accept": (403, 403, 403, 400, 400, 403),
    "return": (403, 403, 403, 400, 400, 403),
    "comment": (403, 403, 403, 400, 400, 403),
    "withdraw": (403, 400, 400, 403, 400, 403),
    "explain": (403, 400, 400, 403, 400, 403),
    "listTokens": (403, 403, 403, 403, 403, 200),
    "addToken": (403, 403, 403, 403, 403, 400),
    "revokeToken": (403, 403, 403, 403, 403, 404),
}
QUERIES = {
    "getSdmxData": "?indicator=enrolment_rate",
    "listChanges": "?from=2026-01-01&limit=1",
    "getTemplate": f"?region={HERE}&period=2025-Q4&form=quarterly",
    "listScorecards": f"?region={HERE}&period=2024",
    "getExplanation": f"?indicator=enrolment_rate&region={HERE}&period=2024",
}
WAITING_THERE = 3


def table(world: World) -> tuple[Operation, ...]:
    return operations(Pages(Tables(world.desk)))


def ask(world: World, operation: Operation, who: str | None, **more: Any) -> TestResponse:
    path = operation.path.removeprefix("/api/v1")
    for name, value in (
        ("submission_id", WAITING_THERE),
        ("plan_id", "uhs-14"),
        ("token_id", 999),
        ("receipt_id", 999),
    ):
        path = path.replace("{" + name + "}", str(value))
    given = {"json": {"nope": 1}} if operation.method == "POST" and operation.name != "revokeToken" else {}
    return world.ask(operation.method, path + QUERIES.get(operation.name, ""), who, **given, **more)


def test_every_operation_answers_each_caller_as_expected(calm: World) -> None:
    found = {one.name: tuple(ask(calm, one, who).status_code for who in CALLERS) for one in table(calm)}
    assert found == EXPECTED


def test_nothing_but_the_document_opens_without_a_good_token(world: World) -> None:
    late, text = make_token(world.store, name="late", role="operator", regions=None, by="admin", days=1)
    gone, gone_text = make_token(world.store, name="gone", role="operator", regions=None, by="admin")
    revoke_token(world.store, gone.token_id, by="admin")
    assert late.expires_at - late.created_at == timedelta(days=1)
    world.clock.time += timedelta(days=2)
    good = world.tokens["operator"]
    wrong = [
        {}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {good}"},
        {"Authorization": good}, {"Authorization": f"Bearer {good[:-1]}"}, {"Authorization": f"Bearer {good}x"},
        {"Authorization": "Bearer pm_" + "A" * 43}, {"Authorization": f"Bearer {text}"},
        {"Authorization": f"Bearer {gone_text}"}, {"Cookie": f"token={good}; Authorization=Bearer {good}"},
    ]  # fmt: skip
    bodies = set()
    for operation in table(world):
        for headers in wrong:
            answer = ask(world, operation, None, headers=headers)
            assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
            bodies.add(answer.get_json()["detail"])
    assert len(bodies) == 1
    assert world.ask("GET", "/nothing", None).status_code == 401
    assert world.client.get("/api").status_code == world.client.get("/api/v2/scorecards").status_code == 401
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "FOO"):
        answer = world.ask(method, "/scorecards", None)
        assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_the_document_is_open_and_names_every_operation(calm: World) -> None:
    named = {item["operationId"] for path in calm.document["paths"].values() for item in path.values()}
    assert named == set(EXPECTED) and calm.document["openapi"].startswith("3.1")
    assert calm.document["security"] == [{"token": []}]
    first = calm.client.get("/api/openapi.json")
    again = calm.client.get("/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_what_is_not_yours_looks_like_what_is_not_there(world: World) -> None:
    acts: list[tuple[str, str, dict[str, Any]]] = [
        ("accept", "reviewer there", {}), ("return", "reviewer there", {"reason": "分母"}),
        ("comment", "reviewer there", {"remarks": {"enrolment_rate": "分母"}}), ("withdraw", "neighbour", {}),
        ("explain", "neighbour", {"answers": [{"rule": "x", "text": "核实"}]}),
    ]  # fmt: skip
    sent = world.send(HEADER + row()).get_json()["submissions"][0]["submission_id"]
    for verb, who, body in acts:
        foreign, missing = world.act(sent, verb, who, body), world.act(sent + 1000, verb, who, body)
        assert foreign.status_code == missing.status_code == 404
        assert {**foreign.get_json(), "instance": ""} == {**missing.get_json(), "instance": ""}
    for who in ("viewer", "neighbour", "reviewer there"):
        foreign, missing = (world.ask("GET", f"/submissions/{n}", who) for n in (sent, sent + 1000))
        assert foreign.status_code == missing.status_code == 404
        assert {**foreign.get_json(), "instance": ""} == {**missing.get_json(), "instance": ""}


def test_what_waits_is_seen_by_those_who_may(world: World) -> None:
    world.send(HEADER + row())
    for who, waiting in (
        ("viewer", set()), ("reporter", {HERE}), ("neighbour", {THERE}), ("reviewer there", {THERE}),
        ("reviewer", {HERE, THERE}), ("planner", {HERE, THERE}),
    ):  # fmt: skip
        listed = world.get("/submissions?limit=1000", who)["items"]
        assert {one["region_code"] for one in listed if one["state"] == "submitted"} == waiting
        assert {one["region_code"] for one in listed if one["state"] == "accepted"} == {HERE, THERE}
        told = world.get("/history?period=2025", who)["items"]
        assert {one["region_code"] for one in told} == waiting
        assert world.get("/observations?period=2025", who)["items"] == []


def test_a_file_of_another_unit_is_forbidden_row_by_row(world: World) -> None:
    answer = world.send(HEADER + row() + row(THERE))
    problems = answer.get_json()["problems"]
    assert answer.status_code == 403
    assert [(one["row"], one["code"]) for one in problems if one["severity"] == "error"] == [(3, "not_your_unit")]
    assert world.get("/submissions?state=submitted", "reporter")["items"] == []


def test_tokens_are_made_and_revoked_while_the_server_runs(world: World) -> None:
    body = {"name": "江苏二", "role": "reporter", "regions": [HERE], "days": 30}
    made = world.ask("POST", "/tokens", "operator", json=body)
    assert made.status_code == 201
    told = made.get_json()
    world.tokens["new"] = told.pop("token")
    me = world.get("/me", "new")
    assert (me["name"], me["role"], me["regions"], me["token_id"]) == ("江苏二", "reporter", [HERE], told["token_id"])
    listed = world.ask("GET", "/tokens", "operator")
    today = world.clock.time.date().isoformat()
    assert {**told, "last_used_on": today} in listed.get_json()["items"] and world.tokens["new"] not in listed.text
    world.get("/me", "new")
    uses = list_audit(world.store, AuditFilter(actor="江苏二"))
    assert [(one.action, one.object) for one in uses] == [("token_used", f"token:{told['token_id']}")]
    assert world.ask("POST", f"/tokens/{told['token_id']}/revoke", "operator").get_json()["revoked_at"]
    assert world.ask("GET", "/me", "new").status_code == 401
    assert world.ask("POST", "/tokens", "operator", json={**body, "regions": None}).status_code == 409
    assert world.ask("POST", "/tokens", "operator", json={**body, "regions": ["999999"]}).status_code == 404
    assert world.ask("POST", "/tokens", "operator", json={**body, "role": "king"}).status_code == 400


def test_a_reviewers_token_reaches_its_indicators_and_those_of_its_departments(world: World) -> None:
    mine = world.send(HEADER + row()).get_json()["submissions"][0]["submission_id"]
    catalogue = world.desk.current.catalogues[0]
    owner = next(one.owner.zh for one in catalogue.indicators if one.id == "enrolment_rate" and one.owner)
    other = next(one for one in catalogue.indicators if one.owner is not None and one.owner.zh != owner)
    for name, scope, seen in (
        ("by indicator", {"indicators": ["enrolment_rate"]}, 200), ("by department", {"departments": [owner]}, 200),
        ("another", {"indicators": [other.id]}, 404), ("both", {"indicators": [other.id], "departments": [owner]}, 200),
    ):  # fmt: skip
        made = world.ask("POST", "/tokens", "operator", json={"name": name, "role": "reviewer", **scope})
        assert made.status_code == 201 and {key: made.get_json()[key] for key in scope} == scope
        world.tokens[name] = made.get_json()["token"]
        assert world.ask("GET", f"/submissions/{mine}", name).status_code == seen, name
    for body, status in (
        ({"role": "viewer", "indicators": ["enrolment_rate"]}, 409), ({"role": "reviewer", "departments": ["无"]}, 404),
        ({"role": "operator", "regions": [HERE]}, 409), ({"role": "reviewer", "name": "张 三"}, 409),
    ):  # fmt: skip
        if "name" in body:
            console = Actor("测试", "console")
            world.app.access.add(console, login="zhang", name="张三", role="viewer", scope=Scope(), with_password=False)
        assert world.ask("POST", "/tokens", "operator", json={"name": "x", **body}).status_code == status, body
    with pytest.raises(AccountError, match="By Indicator"):
        world.app.access.add(Actor("测试", "console"), login="bb", name="By Indicator", role="viewer", scope=Scope())


def test_what_programs_take_is_noted_once_a_list(world: World) -> None:
    first = world.ask("GET", "/observations?limit=1", "viewer")
    again = world.ask("GET", "/observations?limit=1", "viewer", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["ETag"]) == (304, first.headers["ETag"])
    world.get(f"/observations?limit=1&cursor={first.get_json()['next']}", "viewer")
    world.ask("HEAD", "/observations?limit=1", "viewer")
    world.get("/me", "viewer")
    (noted,) = list_audit(world.store, AuditFilter(action="exported", actor="viewer"))
    assert (noted.object, noted.detail) == ("/api/v1/observations", '{"question": "limit=1"}')


def test_nobody_makes_a_cursor_to_read_a_list_without_its_entry(world: World) -> None:
    """One that is built of what is known, or another caller's."""
    given = world.get("/observations?limit=1", "planner")["next"]
    start, moment, seal = json.loads(base64.b64decode(given + "=="))
    made = [
        [0, moment, seal], [start, "2020-01-01T00:00:00", seal], [start, moment, "0" * 32], [start, moment, "é"],
        [start, moment, 7],
    ]  # fmt: skip
    texts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in made]
    for who, cursor in (*(("planner", text) for text in texts), ("viewer", given)):
        assert world.ask("GET", f"/observations?limit=1&cursor={cursor}", who).status_code == 404, cursor
    assert world.get(f"/observations?limit=1&cursor={given}", "planner")["items"]
    assert len(list_audit(world.store, AuditFilter(action="exported"))) == 1


def test_an_operator_of_some_units_makes_no_token_for_others(world: World) -> None:
    made = make_token(world.store, name="operator here", role="operator", regions=[HERE], by="admin")
    world.tokens["operator here"] = made[1]
    before = list_tokens(world.store)
    for body in ({"name": "x", "role": "planner"}, {"name": "x", "role": "reporter", "regions": [HERE]}):
        assert world.ask("POST", "/tokens", "operator here", json=body).status_code == 403
    assert world.ask("GET", "/tokens", "operator here").status_code == 403
    assert world.ask("POST", "/tokens/1/revoke", "operator here").status_code == 403
    assert list_tokens(world.store) == before


def test_a_refused_file_is_not_for_a_namesake_of_another_unit(world: World) -> None:
    text = make_token(world.store, name="reporter", role="reporter", regions=[THERE], by="admin")[1]
    world.tokens["namesake"] = text
    refused = world.send(HEADER + row(part="many"))
    receipt = refused.get_json()["receipt_id"]
    answers = [world.ask("GET", f"/receipts/{receipt}/annotated", who) for who in ("reporter", "namesake", "operator")]
    assert [one.status_code for one in answers] == [200, 404, 403]


def test_no_token_stands_in_a_log_the_store_or_an_answer(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(type(world.desk), "scorecard", lambda *_, **__: 1 / 0)
    failed = world.ask("GET", "/scorecards", "viewer")
    assert failed.status_code == 500 and failed.get_json()["id"] in caplog.text
    texts = [caplog.text, failed.text]
    for operation in table(world):
        texts.append(ask(world, operation, "operator").text if operation.name != "getTemplate" else "")
        texts.append(
            ask(world, operation, None, headers={"Authorization": "Bearer " + world.tokens["viewer"] + "x"}).text
        )
    texts.append(repr(list_tokens(world.store)))
    world.store.close()
    assert world.store.path is not None
    held = world.store.path.read_bytes()
    for token in world.tokens.values():
        assert all(token not in text for text in texts) and token not in caplog.text
        assert token.encode() not in held
