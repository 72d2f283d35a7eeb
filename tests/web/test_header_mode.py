"""Where a proxy signs people in: each request is its login's, and of nobody else; and no password counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.catalogue.regions import Regions
from monitor.store.store import Store
from monitor.web.front import Front, asking_behind, stand_behind
from monitor.web.gatekeeper import keep_the_door
from monitor.web.identity import Cookies
from monitor.web.notices import NoticeBoard
from monitor.web.signing_in import SigningIn, serve_signing_in

from .people import CHEAP

CONSOLE = Actor("console", "console")
HEADER = "X-Remote-User"


@pytest.fixture(scope="module")
def access(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    store = Store.open(tmp_path_factory.mktemp("header") / "store.duckdb")
    made = Access(store, tuple, lambda: regions, passwords=CHEAP)
    made.add(CONSOLE, login="wang.fang", name="王芳", role="planner", scope=Scope(), with_password=False)
    made.add(CONSOLE, login="root", name="管理员", role="operator", scope=Scope(), with_password=False)
    gone = made.add(CONSOLE, login="gone", name="已离任", role="planner", scope=Scope(), with_password=False)[0]
    made.change(CONSOLE, gone.account_id, disabled=True)
    yield made
    store.close()


@pytest.fixture
def client(access: Access) -> FlaskClient:
    server, cookies = Flask("bed", static_folder=None), Cookies()
    front = Front(ip_network("10.1.2.3"), HEADER)
    asking = asking_behind(front, access, cookies)
    keep_the_door(server, asking)
    signing = SigningIn(access, cookies, asking, "Asia/Shanghai")
    serve_signing_in(server, signing, NoticeBoard())
    server.get("/", endpoint="/")(lambda: Response(asking().actor.name))
    stand_behind(server, front, signing)
    return server.test_client()


def ask(client: FlaskClient, path: str, login: str | None, peer: str = "10.1.2.3", **more: str) -> TestResponse:
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", **more}
    if login is not None:
        headers[HEADER] = login
    return client.get(path, headers=headers, environ_base={"REMOTE_ADDR": peer})


def test_each_request_is_of_the_login_that_the_proxy_names(client: FlaskClient) -> None:
    for login, name in (("wang.fang", "王芳"), ("Wang.Fang", "王芳"), ("root", "管理员"), ("wang.fang", "王芳")):
        answer = ask(client, "/", login)
        assert (answer.status_code, answer.text) == (200, name)
        assert "Set-Cookie" not in answer.headers
    assert ask(client, "/", None).status_code == 303  # nothing of the one before is kept


def test_from_any_other_address_it_is_nobody_whatever_it_says(client: FlaskClient, access: Access) -> None:
    account = access.account("wang.fang")
    assert account is not None
    client.set_cookie("__Host-monitor", access.sessions.open(account.account_id, "password"))
    for peer in ("10.1.2.4", "127.0.0.1", "::1"):
        for login in ("wang.fang", None):
            answer = ask(client, "/", login, peer)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


@pytest.mark.parametrize(
    ("login", "zh", "en"),
    [
        ("li.si", "li.si", "no account here has that login"), ("gone", "已停用", "disabled"),
        ("wang.fang, root", "不止一个登录名", "more than one login"),
        (None, "没有给出登录名", "did not say who you are"),
        ("<script>alert(1)</script>", "&lt;script&gt;", "&lt;script&gt;"), ("wang.fan\u0261", "wang.fan", "no account"),
        ("", "没有给出登录名", "did not say who you are"),
    ],
)  # fmt: skip
def test_a_login_that_is_no_accounts_is_told_so_and_nobody_elses_is_shown(
    client: FlaskClient, login: str | None, zh: str, en: str
) -> None:
    sent = None if login is None else login.encode().decode("latin-1")
    assert ask(client, "/", sent).status_code == 303
    for language, text in (("zh", zh), ("en", en)):
        answer = ask(client, f"/login?lang={language}", sent)
        assert answer.status_code == 403 and text in answer.text
        assert "王芳" not in answer.text and 'type="password"' not in answer.text and "<script>" not in answer.text
        assert "no-store" in answer.headers["Cache-Control"]


def test_no_password_signs_anybody_in(client: FlaskClient, access: Access) -> None:
    password = access.add(CONSOLE, login="local", name="本地", role="planner", scope=Scope())[1]
    for peer in ("10.1.2.3", "127.0.0.1"):
        answer = client.post(
            "/login", data={"login": "local", "password": password}, environ_base={"REMOTE_ADDR": peer},
            headers={"Origin": "http://localhost"},
        )  # fmt: skip
        assert answer.status_code == 403 and "Set-Cookie" not in answer.headers


def test_the_log_of_the_audit_is_told_when_somebody_comes_and_not_of_each_request(
    client: FlaskClient, access: Access, tmp_path: Path
) -> None:
    (tmp_path / "notes.sql").write_text(
        "SELECT action, actor, detail FROM audit WHERE action LIKE 'sign%' ORDER BY seq"
    )
    before = len(access.store.ask(tmp_path / "notes.sql"))
    for _ in range(3):
        ask(client, "/", "wang.fang")
        ask(client, "/", "li.si")
    told = access.store.ask(tmp_path / "notes.sql")[before:]
    assert [(action, actor) for action, actor, _ in told] == [("signed_in", "王芳"), ("sign_in_failed", "anonymous")]
    assert json.loads(str(told[0][2])) == {"way": "proxy", "address": "203.0.113.7"}
