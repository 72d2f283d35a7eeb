"""A session is one browser's, for a while: what is copied, old, or made up opens nothing."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.access.accounts import Account, Scope
from monitor.access.actors import Actor
from monitor.access.brakes import Brakes
from monitor.access.passwords import ONE_TIME_DAYS
from monitor.access.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions
from monitor.store.audit_listing import AuditFilter, list_audit
from monitor.web.app import create_app
from tests.web.people import CHEAP, OWN

from .world import Clock, World

CONSOLE = Actor("测试", "console")
GOOD = "wheelbarrow on the moon"  # pragma: allowlist secret
_numbers = itertools.count()


def account_of(world: World, password: str = GOOD) -> Account:
    """A new planner who has chosen that password."""
    access, number = world.app.access, next(_numbers)
    made, first = access.add(CONSOLE, login=f"own{number}", name=f"own {number}", role="planner", scope=Scope())
    assert first is not None
    access.choose_password(made, first, password, "127.0.0.9")
    return made


def sign_in(world: World, client: FlaskClient, login: str, password: str = GOOD) -> TestResponse:
    world.app.access.brakes = Brakes()
    return client.post("/login", data={"login": login, "password": password}, headers=OWN)


def cookie_of(answer: TestResponse) -> Morsel[str]:
    cookies: SimpleCookie = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        if "onitor" in line.split("=")[0]:
            cookies.load(line)
    (found,) = cookies.values()
    return found


def replay(world: World, text: str, path: str = "/_dash-layout") -> int:
    """How a request with a copied cookie is answered."""
    client = world.app.server.test_client()
    client.set_cookie(world.app.cookies.name, text)
    status: int = client.get(path).status_code
    return status


def test_a_cookie_from_before_signing_in_is_not_the_one_after_it(world: World) -> None:
    account, client = account_of(world), world.app.server.test_client()
    name = world.app.cookies.name
    client.set_cookie(name, "A" * 43)  # planted by somebody who then waits
    answer = sign_in(world, client, account.login)
    given = cookie_of(answer).value
    assert given != "A" * 43 and len(given) >= 43
    assert (replay(world, "A" * 43), replay(world, given)) == (401, 200)
    again = cookie_of(sign_in(world, client, account.login)).value
    assert again != given
    assert (replay(world, given), replay(world, again)) == (401, 200)  # the one before is over


@pytest.mark.parametrize(
    "ends",
    ["signed out", "password chosen", "password reset", "role changed", "scope changed", "disabled", "restarted"],
)
def test_a_copy_of_the_cookie_ends_with_the_session(world: World, ends: str) -> None:
    account, client = account_of(world), world.app.server.test_client()
    access = world.app.access
    text = cookie_of(sign_in(world, client, account.login)).value
    assert replay(world, text) == 200
    if ends == "signed out":
        answer = client.post("/login/out", headers=OWN)
        assert cookie_of(answer).value == "" and int(cookie_of(answer)["max-age"]) == 0
        assert "cache" in answer.headers["Clear-Site-Data"]
    elif ends == "password chosen":
        access.brakes = Brakes()
        access.choose_password(account, GOOD, "another barrow on mars", "127.0.0.1")
    elif ends == "password reset":
        access.reset_password(CONSOLE, account.account_id)
    elif ends == "role changed":
        access.change(CONSOLE, account.account_id, role="viewer")
    elif ends == "scope changed":
        access.change(CONSOLE, account.account_id, role="reporter", scope=Scope(frozenset({"320000"})))
    elif ends == "disabled":
        access.change(CONSOLE, account.account_id, disabled=True)
    else:
        again = create_app(world.app.drawing._desk, passwords=CHEAP)
        new = again.server.test_client()
        new.set_cookie(again.cookies.name, text)
        assert new.get("/_dash-layout").status_code == 401
        return
    assert replay(world, text) == 401 and replay(world, text, "/") == 303


def test_one_sees_ones_sessions_and_ends_the_others_with_the_password(world: World) -> None:
    account, here, there = account_of(world), world.app.server.test_client(), world.app.server.test_client()
    own = cookie_of(sign_in(world, here, account.login)).value
    other = cookie_of(sign_in(world, there, account.login)).value
    stranger = cookie_of(sign_in(world, world.app.server.test_client(), account_of(world).login)).value
    page = here.get("/me").text  # the third is of the choice of a password, from another address
    assert (
        page.count("127.0.0.1") == 2
        and page.count("127.0.0.9") == 1
        and page.count("（当前）") == 1
        and "结束其他登录" in page
    )
    for password, left in (("", 200), ("a wrong guess at it", 200), (GOOD, 401)):
        world.app.access.brakes = Brakes()
        answer = here.post("/login/out/others", data={"password": password}, headers=OWN)
        said = here.get(answer.headers["Location"]).text
        assert ("已结束其他 2 个登录" in said) == (left == 401) and ("密码不对" in said) == (left == 200)
        assert (replay(world, own), replay(world, other), replay(world, stranger)) == (200, left, 200)
    assert "结束其他登录" not in here.get("/me").text
    asked = AuditFilter(actor=account.name, action="sessions_ended", object=account.object)
    (entry,) = list_audit(world.app.access.store, asked)
    assert json.loads(entry.detail or "{}") == {"sessions": 2}


def test_guessing_at_the_password_there_is_braked_too(world: World) -> None:
    account, here = account_of(world), world.app.server.test_client()
    sign_in(world, here, account.login)
    said = []
    for _ in range(7):
        answer = here.post("/login/out/others", data={"password": "a guess at it"}, headers=OWN)
        said.append(here.get(answer.headers["Location"]).text)
    assert "密码不对" in said[0] and "密码不对" not in said[-1] and "秒" in said[-1]


def test_a_session_that_another_takes_the_place_of_is_signed_out(world: World) -> None:
    one, other, client = account_of(world), account_of(world), world.app.server.test_client()
    text = cookie_of(sign_in(world, client, one.login)).value
    sign_in(world, client, other.login)
    assert replay(world, text) == 401
    asked = AuditFilter(actor=one.name, action="signed_out", object=one.object)
    assert len(list_audit(world.app.access.store, asked)) == 1


def test_sessions_end_when_idle_and_at_the_latest_after_half_a_day() -> None:
    clock = Clock(500.0)
    sessions = Sessions(clock)
    idle = sessions.open(1, "password")
    clock.now += IDLE_SECONDS - 1
    assert sessions.find(idle) is not None
    clock.now += IDLE_SECONDS
    assert sessions.find(idle) is None and sessions.find(idle) is None
    busy, began = sessions.open(1, "password"), clock.now
    while clock.now + 600 < began + LONGEST_SECONDS:
        clock.now += 600
        assert sessions.find(busy) is not None
    clock.now = began + LONGEST_SECONDS
    assert sessions.find(busy) is None
    assert (IDLE_SECONDS, LONGEST_SECONDS) == (1_800, 43_200)


def test_a_clock_that_is_set_back_makes_no_session_longer(world: World) -> None:
    """Sessions count seconds that never go back; what the wall says does not matter to them."""
    text = world.app.access.sessions.open(world.accounts["viewer"], "password")
    before = world.time[0]
    world.time[0] -= timedelta(days=30)
    world.clock.now += IDLE_SECONDS
    assert replay(world, text) == 401
    world.time[0] = before
    assert Sessions()._clock.__name__ == "monotonic"


def test_the_eleventh_session_of_an_account_ends_the_idlest() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    texts = []
    for _ in range(11):
        clock.now += 1
        texts.append(sessions.open(7, "password"))
    other = sessions.open(8, "password")
    assert [sessions.find(text) is not None for text in (*texts, other)] == [False, *[True] * 11]
    assert len(set(texts)) == 11 and not any(text in repr(sessions._kept) for text in texts)


@pytest.mark.parametrize("plain", [False, True])
def test_the_cookie_says_all_that_keeps_it(world: World, plain: bool) -> None:
    app = create_app(world.app.drawing._desk, passwords=CHEAP, plain_http=plain)
    account = account_of(world)
    app.access._read_again()
    answer = app.server.test_client().post("/login", data={"login": account.login, "password": GOOD}, headers=OWN)
    found = cookie_of(answer)
    assert found.key == ("monitor" if plain else "__Host-monitor")
    assert bool(found["secure"]) is not plain
    assert (found["httponly"], found["samesite"], found["path"], found["domain"]) == (True, "Lax", "/", "")
    assert int(found["max-age"]) <= LONGEST_SECONDS


@pytest.mark.parametrize("name", ["monitor", "__Secure-monitor", "__host-monitor", "session"])
def test_a_cookie_of_another_name_is_no_session(world: World, name: str) -> None:
    text = world.app.access.sessions.open(world.accounts["planner"], "password")
    answer = world.app.server.test_client().get("/_dash-layout", headers={"Cookie": f"{name}={text}"})
    assert answer.status_code == 401


def test_a_one_time_password_opens_the_choice_of_another_and_is_then_gone(world: World) -> None:
    access, client = world.app.access, world.app.server.test_client()
    made, first = access.add(CONSOLE, login="fresh", name="fresh", role="planner", scope=Scope())
    assert first is not None
    text = cookie_of(sign_in(world, client, "fresh", first)).value
    for path in ("/", "/me", "/api/v1/me", "/_dash-layout", "/download/reporting.csv"):
        answer = client.get(path)
        assert answer.status_code == (401 if "api" in path else 303), path
    assert client.get("/login/password").status_code == 200
    given: dict[str, Any] = {"old": first, "new": GOOD, "again": GOOD}
    chosen = client.post("/login/password", data=given, headers=OWN)
    assert chosen.status_code == 303
    assert (replay(world, text), replay(world, cookie_of(chosen).value)) == (401, 200)
    assert sign_in(world, world.app.server.test_client(), "fresh", first).status_code == 401
    another = access.reset_password(CONSOLE, made.account_id)
    world.time[0] += timedelta(days=ONE_TIME_DAYS, hours=1)
    late = sign_in(world, world.app.server.test_client(), "fresh", another)
    assert late.status_code == 401 and "Set-Cookie" not in late.headers


def test_an_account_that_is_disabled_is_told_what_a_wrong_password_is_told(world: World) -> None:
    account = account_of(world)
    world.app.access.change(CONSOLE, account.account_id, disabled=True)
    browsers = [world.app.server.test_client() for _ in range(3)]
    right = sign_in(world, browsers[0], account.login)
    wrong = sign_in(world, browsers[1], account.login, "not the password")
    nobody = sign_in(world, browsers[2], account.login.replace("own", "nob"))
    said = {one.text.replace("nob", "own") for one in (right, wrong, nobody)}
    assert {one.status_code for one in (right, wrong, nobody)} == {401} and len(said) == 1
