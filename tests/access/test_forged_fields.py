"""Fields that no form of ours has, and callbacks that name what is another's: the session alone says who asks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from monitor.access.signing import SignInError
from monitor.intake.submissions import list_submissions
from monitor.store.tokens import list_tokens

from .asking import route_of
from .table import lines
from .world import CALLBACKS, World, nothing_stays

CHOSEN = "chosen by somebody else"
FORGED = {
    "by": "name of planner", "actor": "name of planner", "who": "planner", "user": "planner", "login_as": "planner",
    "account": "1", "account_id": "1", "session": "1", "role": "planner", "roles": "console", "region": "330000",
    "regions": "330000", "unit": "330000", "units": "330000", "departments": "", "indicators": "", "scope": "all",
    "status": "accepted", "state": "accepted", "accepted": "1", "accepted_by": "name of planner", "accept": "true",
    "submitted_by": "name of reporter_b", "received_by": "name of reporter_b", "state_by": "name of planner",
    "submission": "1", "submission_id": "1", "receipt": "1", "receipt_id": "1", "ids": "1", "all": "1,2,3,4,5",
    "must_choose": "", "password": CHOSEN, "disabled": "", "console": "1", "__class__": "console", "force": "1",
    "_method": "DELETE", "reason": "x", "explain": "x", "remark:enrolment_rate": "x", "explain:1:x": "x",
}  # fmt: skip
HEADERS = {
    "X-Forwarded-User": "planner", "X-Remote-User": "planner", "Remote-User": "planner", "X-Role": "planner",
    "X-HTTP-Method-Override": "PUT", "X-Original-URL": "/accounts", "X-Forwarded-For": "127.0.0.1",
}  # fmt: skip
LOW = ("nobody", "viewer", "reporter_b", "reviewer_b", "operator")
MARK = "a note of the first unit"
HEAD = "indicator_id,region_code,period,numerator,denominator,value,note\n"
Sent = tuple[int, int]


def standing(world: World) -> tuple[object, ...]:
    """Everything that a form can change."""
    store = world.store
    return store.event_version(), world.app.access.accounts(), list_tokens(store), list_submissions(store)


def forge(world: World, who: str, path: str, **fields: Any) -> tuple[int, str, str]:
    """What is answered to a form with everything in it that no form has."""
    query = "by=planner&role=planner&account_id=1&regions=330000"
    answer = world.ask(who, "POST", f"{path}?{query}", data={**FORGED, **fields}, headers=HEADERS)
    return answer.status_code, answer.text, answer.headers.get("Location", "")


def send(world: World, who: str, unit: str, figure: str) -> Sent:
    """(receipt, submission) of a file, brought in by forged forms."""
    text = f"{HEAD}enrolment_rate,{unit},2023-Q4,{figure},8400,,{MARK}\n"
    status, _, draft = forge(world, who, "/do/upload", file=(io.BytesIO(text.encode()), "sent.csv"))
    receipt = int(draft.rpartition("/")[2])
    assert (status, forge(world, who, f"/do/draft/{receipt}/save")[0]) == (303, 303)
    assert not list_submissions(world.store, receipts=[receipt])
    status, _, place = forge(world, who, f"/do/draft/{receipt}/submit", explain_all="x")
    (one,) = list_submissions(world.store, receipts=[receipt])
    assert (status, place.partition("?")[0]) == (303, f"/submission/{one.submission_id}")
    assert (one.state, one.state_by, one.region_code) == ("submitted", f"name of {who}", unit)
    return receipt, one.submission_id


@pytest.fixture(scope="module")
def sent(world: World) -> Iterator[dict[str, Sent]]:
    """What both units have sent."""
    yield {"a": send(world, "reporter_a", "320000", "8111.53"), "b": send(world, "reporter_b", "330000", "8222.53")}


def doors(world: World, receipt: int, submission: int) -> list[str]:
    """Every form's address, for that draft and submission and for the planner's account."""
    numbers = {"receipt": receipt, "submission": submission, "account": world.accounts["planner"], "token": 1}
    named = {route_of(world, line)[1]: line.address for line in lines() if line.door == "POST"}
    found = []
    for rule in world.app.server.url_map.iter_rules():
        path = rule.rule.replace("<job>", "backup")
        for name, number in numbers.items():
            path = path.replace(f"<int:{name}>", str(number))
        if path.startswith("/do/"):
            found.append(named.get(rule.rule, path) if "<" in path else path)
    assert len(found) > 15 and not [path for path in found if "<" in path]
    return sorted(found)


def test_what_is_refused_stays_refused_whatever_the_form_says(world: World, sent: dict[str, Sent]) -> None:
    refused, before = 0, standing(world)
    for who in LOW:
        for path in doors(world, *sent["a"]):
            with nothing_stays(world.store):
                plain = world.ask(who, "POST", path)
            if plain.status_code in (401, 403, 404):
                refused += 1
                assert forge(world, who, path)[:2] == (plain.status_code, plain.text), (who, path)
    assert refused > 70
    assert standing(world) == before


def test_a_file_for_another_unit_is_not_taken_for_its_sender_s_word(world: World) -> None:
    text = f"{HEAD}enrolment_rate,330000,2023-Q3,8100,8400,,\n".encode()
    before = list_submissions(world.store)
    _, _, place = forge(world, "reporter_a", "/do/upload", file=(io.BytesIO(text), "sent.csv"))
    if "/draft/" in place:
        forge(world, "reporter_a", f"/do/draft/{place.rpartition('/')[2]}/submit", explain_all="x")
    assert list_submissions(world.store) == before


def test_a_decision_is_of_who_took_it_and_of_the_one_it_names(world: World, sent: dict[str, Sent]) -> None:
    (_, first), (_, second) = sent["a"], sent["b"]
    others = {"submission": str(second), "submission_id": str(second), "ids": str(second), "all": str(second)}
    for verb in ("comment", "accept"):
        assert forge(world, "reviewer", f"/do/submission/{first}/{verb}", **others)[0] == 303
    accepted, waits = (list_submissions(world.store, ids=[one])[0] for one in (first, second))
    assert (accepted.state, accepted.state_by) == ("accepted", "name of reviewer")
    assert (waits.state, waits.state_by) == ("submitted", "name of reporter_b")
    assert forge(world, "reporter_b", f"/do/submission/{second}/withdraw", submission=str(first))[0] == 303
    kept, withdrawn = (list_submissions(world.store, ids=[one])[0] for one in (first, second))
    assert (kept, withdrawn.state, withdrawn.state_by) == (accepted, "withdrawn", "name of reporter_b")


def test_an_operator_chooses_no_password_and_changes_the_one_account_named(world: World) -> None:
    access = world.app.access
    planner, viewer = (access.account(one) for one in ("planner", "viewer"))
    assert planner is not None and viewer is not None
    boxes: dict[str, Any] = {"regions": [], "indicators": [], "departments": []}
    made = {"login": "forged", "name": "forged name", "role": "viewer", "account_id": "1", **boxes}
    assert forge(world, "operator", "/do/accounts", **made)[0] == 303
    new = access.account("forged")
    assert new is not None and new.must_choose and new.role == "viewer"
    assert new.account_id not in (planner.account_id, viewer.account_id)
    named = {"account": str(planner.account_id), "account_id": str(planner.account_id), "login": "planner"}
    for verb in ("password", "disable", "enable"):
        assert forge(world, "operator", f"/do/accounts/{viewer.account_id}/{verb}", **named)[0] == 303
    assert access.account("planner") == planner
    for login in ("planner", "viewer", "forged"):
        with pytest.raises(SignInError):
            access.sign_in(login, CHOSEN, "10.0.0.9")
    world.forget("viewer")


def bodies(question: dict[str, Any], submission: int) -> Iterator[dict[str, Any]]:
    """What a page of ours asks, with what only somebody else may say or be told."""
    pathname, search = question["inputs"]
    claims = [{"id": name, "property": "value", "value": "planner"} for name in ("role", "person", "by", "account_id")]
    page = question["outputs"]
    yield {**question, "state": claims}
    yield {**question, "inputs": [pathname, search, *claims]}
    yield {**question, "inputs": [*claims, pathname, search]}
    yield {**question, "inputs": [{**pathname, "id": "person", "property": "role"}, search]}
    yield {**question, "inputs": [pathname, {**search, "value": "?by=planner&role=planner&as=planner&account_id=1"}]}
    yield {**question, "inputs": [{**pathname, "value": {"role": "planner"}}, search]}
    yield {**question, "outputs": [page, {"id": "address", "property": "pathname"}]}
    yield {**question, "outputs": {"id": "draft", "property": "children"}}
    yield {**question, "output": f"submission-{submission}.children", "outputs": {**page, "id": submission}}
    yield {**question, "output": "..page.children...address.pathname..", "outputs": [page, pathname]}
    yield {**question, "user": "planner", "role": "planner", "session": "1", "cookies": {"monitor": "x"}}
    yield {**question, "changedPropIds": ["person.role", "role.value"]}


def test_a_callback_tells_no_more_whatever_it_names(world: World, sent: dict[str, Sent]) -> None:
    receipt, submission = sent["a"]
    before, answered = standing(world), 0
    for who in LOW:
        for path in (f"/draft/{receipt}", "/accounts", "/audit" if who != "operator" else "/queue"):
            pathname = {"id": "address", "property": "pathname", "value": path}
            question = {
                "output": "page.children", "outputs": {"id": "page", "property": "children"}, "state": [],
                "inputs": [pathname, {"id": "address", "property": "search", "value": ""}],
                "changedPropIds": ["address.pathname"],
            }  # fmt: skip
            for body in bodies(question, submission):
                answer = world.ask(who, "POST", CALLBACKS, json=body, headers=HEADERS)
                assert answer.status_code in ((401,) if who == "nobody" else (200, 204, 400, 404, 500)), body
                assert MARK not in answer.text and "8111" not in answer.text, (who, body)
                if path != "/accounts" or who != "operator":
                    assert "reviewer_b" not in answer.text.replace(f"name of {who}", ""), (who, body)
                if answer.status_code == 200:
                    answered += 1
                    assert set(answer.get_json()["response"]) <= {"page", "draft", str(submission)}, body
    assert answered > 40
    assert standing(world) == before
