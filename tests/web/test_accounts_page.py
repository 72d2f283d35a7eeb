"""The operator's pages: accounts and tokens are made, changed and ended, and what is secret is shown once."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from monitor.web.app import MonitorApp

from .people import Person, person
from .reading import Element, read

ADDED = {"form": "add-account", "login": "wangwu", "name": "王五（江苏）", "role": "reporter", "regions": "320000"}


@pytest.fixture
def operator(app: MonitorApp) -> Person:
    return person(app, "管账户的人", "operator")


def secret(who: Person, answer: TestResponse) -> str:
    """What the slip shows; it is shown once, to its owner, and no browser keeps it."""
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/shown/")
    path = answer.headers["Location"]
    shown = who.client.get(path)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    again = who.client.get(path)
    text = read(shown.text).one("strong", "secret").text
    assert again.status_code == 410 and text not in again.text and "<script" not in shown.text
    return text


def row(page: Element, name: str) -> Element:
    (found,) = [one for one in page.all("tr") if one.all("th") and one.one("th").text == name]
    return found


def notice(page: Element) -> str:
    (found,) = [one for one in page.all("div") if one.attributes.get("id") == "notice"]
    return found.text


def field(page: Element, name: str) -> Element:
    return next(one for one in page.all("input") if one.attributes.get("id") == name)


def test_an_account_is_added_used_changed_reset_and_disabled(app: MonitorApp, operator: Person) -> None:
    password = secret(operator, operator.post("/do/accounts", **ADDED))
    account = app.access.account("wangwu")
    assert account is not None and account.must_choose
    told = row(operator.get("/accounts"), "王五（江苏）").text
    assert all(text in told for text in ("wangwu", "填报人", "江苏", "可用", "一次性")) and password not in told
    sessions = app.access.sessions
    assert app.access.sign_in("wangwu", password, "10.0.0.1") and sessions.count(account.account_id) == 1

    path = f"/do/accounts/{account.account_id}"
    page = operator.follow(
        operator.post(f"{path}/change", form="change-account", role="reviewer", departments="待遇保障司")
    )
    assert "已更改" in notice(page) and sessions.count(account.account_id) == 0
    changed = app.access.account("wangwu")
    assert changed is not None and (changed.role, changed.scope.departments) == ("reviewer", {"待遇保障司"})
    assert "checked" in field(page, "departments-待遇保障司").attributes
    assert "checked" not in field(page, "regions-320000").attributes

    taken = operator.client.get("/table/accounts.csv/accounts").get_data(as_text=True)
    assert "wangwu" in taken and "待遇保障司" in taken and password not in taken

    again = secret(operator, operator.post(f"{path}/password"))
    assert again != password
    assert "已停用" in notice(operator.follow(operator.post(f"{path}/disable")))
    assert "已停用" in row(operator.get("/accounts"), "王五（江苏）").text
    assert "已启用" in notice(operator.follow(operator.post(f"{path}/enable")))
    english = operator.get(f"/accounts/{account.account_id}?lang=en")
    assert "one-time, not yet replaced" in english.text


def test_an_operator_signs_somebody_out_everywhere(app: MonitorApp, operator: Person) -> None:
    somebody = person(app, "钱某", "viewer")
    account = next(one for one in app.access.accounts() if one.name == "钱某")
    path = f"/accounts/{account.account_id}"
    assert somebody.client.get("/matrix").status_code == 200 and "结束其登录" in operator.get(path).text
    page = operator.follow(operator.post(f"/do{path}/sign-out"))
    assert "已结束 1 个登录" in notice(page) and "结束其登录" not in page.text
    assert somebody.client.get("/matrix").status_code == 303
    assert operator.post("/do/accounts/999/sign-out").status_code == 404


def test_what_is_refused_is_told_at_the_form_with_what_was_typed(operator: Person) -> None:
    tries: tuple[tuple[dict[str, Any], str], ...] = (
        ({"login": "W 1"}, "登录名"), ({"name": "  "}, "须有姓名"), ({"role": "king"}, "没有角色"),
        ({"regions": "999999"}, "没有地区"), ({"regions": []}, "至少要有一个填报单位"),
        ({"role": "viewer", "regions": [], "indicators": "enrolment_rate"}, "只有审核人可以限定指标"),
        ({"name": "管 账户的人"}, "已有账户或令牌使用"),
    )  # fmt: skip
    for wrong, said in tries:
        sent = {**ADDED, "login": "zhaoliu", "name": "赵六", **wrong}
        page = operator.follow(operator.post("/do/accounts", **sent))
        assert said in notice(page), wrong
        assert field(page, "field-login").attributes["value"] == sent["login"]
        assert ("checked" in field(page, "regions-320000").attributes) == (sent["regions"] == "320000")
    assert operator.post("/do/accounts/999/disable").status_code == 404


def test_the_last_operator_stays(app: MonitorApp, operator: Person) -> None:
    own = next(one for one in app.access.accounts() if one.name == "管账户的人")
    others = [one for one in app.access.accounts() if one.role == "operator" and one != own and not one.disabled]
    for one in others:
        operator.post(f"/do/accounts/{one.account_id}/disable")
    page = operator.follow(operator.post(f"/do/accounts/{own.account_id}/disable"))
    assert "最后一个可用的系统管理员" in notice(page)
    for one in others:
        operator.post(f"/do/accounts/{one.account_id}/enable")


def test_a_token_is_made_once_shown_used_and_revoked(app: MonitorApp, operator: Person) -> None:
    made = {"form": "make-token", "name": "江苏上报程序", "role": "reporter", "regions": "320000", "days": "30"}
    text = secret(operator, operator.post("/do/tokens", **made))
    api = app.server.test_client()
    headers = {"Authorization": f"Bearer {text}"}
    assert api.get("/api/v1/me", headers=headers).get_json()["name"] == "江苏上报程序"
    page = operator.get("/tokens")
    listed = row(page, "江苏上报程序")
    assert "2026-10-01" in listed.text and text not in page.text
    number = listed.attributes["data-id"]
    assert "已撤销" in notice(operator.follow(operator.post(f"/do/tokens/{number}/revoke")))
    assert api.get("/api/v1/me", headers=headers).status_code == 401
    assert not [one for one in operator.get("/tokens").all("th") if one.text == "江苏上报程序"]
    assert "已失效" in row(operator.get("/tokens?rows=all"), "江苏上报程序").text
    for wrong, said in (({"days": "999"}, "1 至 365"), ({"days": "x"}, "1 至 365"), ({"name": "管账户的人"}, "账户")):
        page = operator.follow(operator.post("/do/tokens", **{**made, **wrong}))
        assert said in notice(page) and "checked" in field(page, "regions-320000").attributes


def test_operators_have_their_pages_and_no_figures(app: MonitorApp, operator: Person) -> None:
    home = operator.get("/")
    assert "请留意" in home.one("h1").text and "个可用账户" in operator.get("/accounts").one("h1").text
    rooms = [one.text for one in home.one("ul", "rooms").all("a")]
    assert rooms == ["状况", "作业", "完整性", "账户", "令牌", "审计", "目录", "方法"]
    assert not home.all("div", "search-slot")
    planner = person(app, "看审计的人", "planner")
    assert "审计" in [one.text for one in planner.get("/me").one("ul", "rooms").all("a")]
    for path in ("/accounts", "/tokens", "/accounts/1"):
        assert planner.client.get(path).status_code == 403 and "王五" not in planner.client.get(path).text
    posts = ("/do/accounts", "/do/accounts/1/change", "/do/accounts/1/password", "/do/tokens", "/do/tokens/1/revoke")
    for path in posts:
        assert planner.post(path, **ADDED).status_code == 403
        assert operator.post(path, {"Origin": "https://evil.example"}, **ADDED).status_code == 403


def test_a_slip_is_for_nobody_else(app: MonitorApp, operator: Person) -> None:
    other = person(app, "另一管理员", "operator")
    answer = operator.post("/do/tokens", form="make-token", name="无人程序", role="viewer", days="1")
    assert other.client.get(answer.headers["Location"]).status_code == 410
    assert secret(operator, answer).startswith("pm_")
