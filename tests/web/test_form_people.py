"""Who signed a form, by pages and API: shown to its unit and its reviewers, in no byte of anybody else's answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.intake.submissions import list_submissions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.app import MonitorApp, create_app
from tests.cycle.forms import SIGNED, form, shipped
from tests.cycle.in_process import reading_in_process

from .conftest import NOW
from .people import CHEAP, Person, person

FIGURES = {"procured_drugs": 512.0, "procured_consumables": 6.0}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Store.open(tmp_path / "store.duckdb", clock=lambda: NOW) as store, reading_in_process():
        yield Desk(store, *shipped(), MethodSettings())


@pytest.fixture
def app(desk: Desk) -> MonitorApp:
    return create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW)


def signed(app: MonitorApp, desk: Desk, folder: Path) -> tuple[Person, int, int]:
    """The reporter who sent a signed form, its receipt and its submission."""
    reporter = person(app, "江苏填报", "reporter", "320000")
    content = form(desk.current, folder, FIGURES).read_bytes()
    receipt = reporter.draft(content)
    answer = reporter.post(f"/do/draft/{receipt}/submit", explain_all="补报")
    assert answer.status_code == 303
    return reporter, receipt, list_submissions(desk.store)[0].submission_id


def names_in(text: str) -> set[str]:
    return {field for field, name in SIGNED.items() if name in text}


def test_no_answer_to_anybody_else_holds_a_name(app: MonitorApp, desk: Desk, tmp_path: Path) -> None:
    reporter, receipt, number = signed(app, desk, tmp_path)
    reviewer, planner = person(app, "李审核", "reviewer"), person(app, "王计划", "planner")
    assert names_in(reporter.client.get(f"/draft/{receipt}").text) == set(SIGNED)
    for reader in (reporter, reviewer, planner):
        assert names_in(reader.client.get(f"/submission/{number}").text) == set(SIGNED)
    assert planner.post(f"/do/submission/{number}/accept", explain="属实").status_code == 303
    others = [
        person(app, "浙江填报", "reporter", "330000"), person(app, "领导", "viewer"), person(app, "运维", "operator"),
        person(app, "基金审核", "reviewer", indicators=frozenset({"fund_income"})),
        person(app, "浙江审核", "reviewer", "330000"),
    ]  # fmt: skip
    for reader in others:
        for path in (f"/submission/{number}", f"/draft/{receipt}", f"/download/annotated/{receipt}.xlsx"):
            assert not names_in(reader.client.get(path).get_data().decode("utf-8", "replace")), path
    for path in (f"/submission/{number}?lang=en", "/history/procured_drugs/320000/2025", "/region/320000"):
        assert not names_in(others[1].client.get(path).text), path
    for role, reach, expected in (("reporter", ["320000"], True), ("viewer", None, False), ("reviewer", None, True)):
        _, token = make_token(desk.store, name=f"令牌{role}", role=role, regions=reach, by="root")  # type: ignore[arg-type]
        asked = {"Authorization": f"Bearer {token}"}
        answer = app.server.test_client().get(f"/api/v1/submissions/{number}", headers=asked)
        people = answer.get_json()["people"]
        assert people == ({**SIGNED, "erased_at": None} if expected else None)


def test_a_planner_erases_by_two_steps_and_no_page_drawn_before_shows_it_again(
    app: MonitorApp, desk: Desk, tmp_path: Path
) -> None:
    reporter, receipt, number = signed(app, desk, tmp_path)
    reviewer, planner = person(app, "李审核", "reviewer"), person(app, "王计划", "planner")
    page, way = f"/submission/{number}", f"/do/submission/{number}/erase-people"
    for reader in (reporter, reviewer, planner):  # what is drawn is kept
        assert names_in(reader.client.get(page).text) == set(SIGNED)
        assert (way in reader.client.get(page).text) == (reader is planner)
    assert names_in(reporter.client.get(f"/draft/{receipt}").text) == set(SIGNED)
    for reader in (reporter, reviewer):
        assert reader.post(way, reason="要求").status_code == 403
    told = planner.follow(planner.post(way, reason=f"{SIGNED['prepared']}要求"))
    assert "不可删改" in told.one(class_name="notice").text
    done = planner.follow(planner.post(way, reason="本人要求"))
    assert "个人信息已清除" in done.one(class_name="notice").text
    for reader in (reporter, reviewer, planner):
        shown = reader.client.get(page).text
        assert not names_in(shown) and "由 王计划 清除" in shown and way not in shown
    assert not names_in(reporter.client.get(f"/draft/{receipt}").text)
    assert "没有要清除" in planner.follow(planner.post(way, reason="本人要求")).one(class_name="notice").text


def test_a_reviewer_of_some_indicators_is_offered_what_is_theirs(app: MonitorApp, desk: Desk, tmp_path: Path) -> None:
    _, _, number = signed(app, desk, tmp_path)
    of_drugs = person(app, "药品审核", "reviewer", indicators=frozenset({"procured_drugs"}))
    page = of_drugs.get(f"/submission/{number}")
    fields = {one.attributes.get("name") for one in page.all("textarea")}
    assert "remark:procured_drugs" in fields and "remark:procured_consumables" not in fields
    buttons = {one.attributes.get("id") for one in page.all("button")}
    assert "return" in buttons and "accept" not in buttons and "须由计划员通过" in page.text
    told = of_drugs.follow(of_drugs.post(f"/do/submission/{number}/accept", explain="属实"))
    assert "通过请找计划员" in told.one(class_name="notice").text
    assert not [one for one in of_drugs.get("/queue").all("input") if one.attributes.get("name") == "ids"]
