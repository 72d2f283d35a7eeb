"""The pages that look at the cycle as a whole: who has sent, what changed, one cell's history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.access.rights import AccountRole
from monitor.mail.collect import Postman
from monitor.mail.contacts import Contact, Contacts
from monitor.report.desk import Desk
from monitor.report.export import to_csv
from monitor.report.reporting import reporting_board
from monitor.report.reporting_table import reporting_table
from monitor.store.snapshots import freeze
from monitor.store.times import to_stored
from monitor.web.app import MonitorApp, create_app
from tests.report.calls import World

from .conftest import EVIL, NOW
from .people import CHEAP, OWN, sign_in
from .reading import read

CELL = "/history/rate/660000/2023-Q1"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """110000 has sent in time and is accepted, 660000 five days late and was returned; 120000 has more time."""
    from monitor.intake.submissions import return_

    made = World(tmp_path)
    made.accept(made.send("110000", "2023-Q1", when="2023-04-18T09:00", rate="80", number="10"))
    late = made.send("660000", "2023-Q1", when="2023-04-25T09:00", by=EVIL, rate="70", number="5")
    made.now = made.now.replace(day=26)
    return_(made.store, late, by="李四", reason=EVIL)
    yield made
    made.store.close()


@pytest.fixture
def small(world: World) -> FlaskClient:
    return _client(world)


def _client(world: World, contacts: tuple[Contact, ...] = ()) -> FlaskClient:
    postman = Postman(world.desk, Contacts(contacts), "monitor@localhost")
    app = create_app(
        world.desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: world.now.replace(tzinfo=UTC), postman=postman
    )
    client = app.server.test_client()
    _become(client, "viewer", app=app)
    return client


def _become(client: FlaskClient, role: AccountRole, *regions: str, app: MonitorApp | None = None) -> None:
    """Sign somebody of that role in on the browser; `app` is remembered from the first time."""
    known = app or _APPS[id(client)]
    _APPS[id(client)] = known
    sign_in(client, known, f"赵六（{role}）", role, *regions)


_APPS: dict[int, MonitorApp] = {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_headline_says_the_rates_of_the_board(client: FlaskClient, desk: Desk, language: str) -> None:
    board = reporting_board(desk, now=to_stored(NOW))
    assert board is not None
    page = read(client.get(f"/reporting?lang={language}").text)
    title = page.one("h1").text
    timely = board.rates.timeliness
    assert f"{timely.numerator}/{timely.denominator}" in title
    assert str(board.rates.completeness.numerator) in title
    table = page.one("table", "board")
    assert len(table.all("tbody")[0].all("tr")) == len(board.units) == 32
    states = [report.state for report in board.cells.values() if report.call.period in board.shown]
    for state in set(states):
        assert len(table.all("td", f"c-{state}")) == states.count(state)


def test_a_cell_leads_to_its_submission_and_says_when_and_by_whom(small: FlaskClient) -> None:
    page = read(small.get("/reporting").text)
    cell = page.one("td", "c-accepted")
    assert "/submission/1" in cell.all("a")[0].attributes["href"]
    assert "2023-04-20" in cell.attributes["title"]
    assert "张三" in cell.attributes["title"]
    late = page.one("td", "c-returned")
    assert late.all("span", "late-mark")
    assert "2023年一季度：2 个单位应报，2 个已报，及时率 50%（1/2）" in page.one("h1").text


def test_as_of_shows_the_board_of_that_day_and_of_a_snapshot(small: FlaskClient, world: World) -> None:
    freeze(world.store, "第1版", by="王五")
    world.accept(world.send("660000", "2023-Q1", when="2023-04-27T09:00", rate="70", number="5"))
    assert not read(small.get("/reporting").text).all("td", "c-returned")
    named = read(small.get("/reporting?as_of=第1版").text)
    assert named.all("td", "c-returned")
    assert "第1版" in named.text
    before = read(small.get("/reporting?as_of=2023-04-20").text)
    assert "2 个单位应报，1 个已报" in before.one("h1").text
    assert len(before.all("td", "c-late")) == 1


def test_a_page_as_of_a_name_is_there_as_soon_as_it_is_frozen(small: FlaskClient, world: World) -> None:
    assert small.get("/?as_of=第1版").status_code == 404
    freeze(world.store, "第1版", by="王五")
    assert small.get("/?as_of=第1版").status_code == 200


def test_downloads_are_the_exports(client: FlaskClient, desk: Desk) -> None:
    answer = client.get("/download/reporting.csv?form=quarterly&period=2025-Q3&as_of=2025-12-31")
    from monitor.report.as_of import parse_as_of

    moment = parse_as_of("2025-12-31", desk.timezone, to_stored(NOW))
    frame, _ = reporting_table(desk, form="quarterly", period="2025-Q3", as_of=moment)
    assert answer.data == to_csv(frame)
    assert client.get("/download/rates.xlsx").data[:2] == b"PK"
    assert client.get("/download/compare.csv?from=2026-06-30&region=320000").status_code == 200
    for wrong in ("reporting.csv?form=none", "reporting.csv?as_of=never", "compare.csv?from=2026-09-01&to=2026-08-01"):
        refused = client.get(f"/download/{wrong}")
        assert refused.status_code == 404
        assert "\n" in refused.text.strip()


def test_only_reviewers_chase_and_only_whom_they_can_reach(world: World) -> None:
    people = (Contact("660000", "王五", "wang@example.org", "zh", "reporter"),)
    client = _client(world, people)
    fields = {"form": "quarterly", "period": "2023-Q1", "region": "660000"}
    assert not read(client.get("/reporting").text).all("form")
    assert client.post("/do/chase", data=fields, headers=OWN).status_code == 403
    _become(client, "reporter", "660000")
    assert client.post("/do/chase", data=fields, headers=OWN).status_code == 403
    _become(client, "reviewer")
    page = read(client.get("/reporting").text)
    (form,) = [one for one in page.all("form") if one.attributes.get("action") == "/do/chase"]
    sent = {one.attributes["name"]: one.attributes["value"] for one in form.all("input")}
    assert sent == fields
    answer = client.post("/do/chase", data=sent, headers=OWN)
    assert answer.status_code == 303
    assert "1 个单位" in read(client.get(answer.headers["Location"]).text).text
    again = client.post("/do/chase", data=sent, headers=OWN)
    assert "今天已经催过" in read(client.get(again.headers["Location"]).text).text
    assert client.post("/do/chase", data=sent, headers={"Origin": "http://evil.example"}).status_code == 403


def test_comparison_names_figures_classes_and_why(small: FlaskClient, world: World) -> None:
    number = world.send("110000", "2023-Q1", when="2023-05-02T09:00", rate="95", number="10", explain="补报一个统筹区")
    world.accept(number)
    page = read(small.get("/compare?from=2023-05-01").text)
    assert "1 个数据改变" in page.one("h1").text
    rows = page.one("table", "figures").all("tbody")[0].all("tr")
    assert f"#{number}" in rows[0].text
    assert "已核实" in rows[0].text
    assert [cell.seen for cell in rows[1].all("td")][:5] == ["北京市", "2023-Q1", "80.0%", "95.0%", "+15 个百分点"]
    assert rows[1].all("a")[-1].attributes["href"] == "/history/rate/110000/2023-Q1"
    classes = page.all("table", "compared-rows")[0].text
    assert "快于时序" in classes or "已达标" in classes
    same = read(small.get("/compare?from=2023-05-02").text)
    assert "没有任何改变" in same.one("h1").text


def test_comparison_of_snapshots_by_the_form(small: FlaskClient, world: World) -> None:
    freeze(world.store, "第1版", by="王五")
    page = read(small.get("/compare").text)
    fields = {one.attributes["name"]: one.attributes for one in page.one("form", "compare-form").all("input")}
    assert (fields["from"]["type"], fields["from"]["value"]) == ("text", "第1版")
    assert fields["to"]["type"] == "date"
    links = {one.text: one.attributes["href"] for one in page.all("a")}
    assert read(small.get(links["第1版"]).text).one("h1").text
    assert "as_of=" in links["第1版"]
    assert small.get("/compare?from=第9版").status_code == 404
    assert small.get("/compare?from=2023-04-26&to=2023-04-20").status_code == 404


def test_history_tells_reviewers_all_and_others_what_was_accepted(small: FlaskClient) -> None:
    closed = small.get(CELL).text
    assert "70.0%" not in closed
    assert "没有人报过" in closed
    _become(small, "reviewer")
    page = read(small.get(CELL).text)
    assert "70.0%" in page.text
    assert EVIL in page.text  # said as a text, never as markup
    assert not page.all("img")
    assert "收到 1 次报送" in page.one("h1").text
    accepted = read(small.get("/history/rate/110000/2023-Q1").text)
    assert "80.0%，没有改动过" in accepted.one("h1").text


@pytest.mark.parametrize(
    "path", ["/history/none/660000/2023-Q1", "/history/rate/999999/2023-Q1", "/history/rate/660000/x"]
)
def test_a_history_of_nothing_is_not_found(small: FlaskClient, path: str) -> None:
    assert small.get(path).status_code == 404


def test_the_figures_of_an_indicator_lead_to_their_history(client: FlaskClient) -> None:
    page = read(client.get("/indicator/enrolment_rate?region=320000").text)
    links = {one.attributes["href"] for one in page.all("a") if one.attributes.get("href", "").startswith("/history/")}
    assert "/history/enrolment_rate/320000/2025-Q4" in links
    region = client.get("/region/320000").text
    assert re.search(r'href="/reporting[^"]*"', region)


def test_a_plan_without_forms_says_what_to_do(tmp_path: Path) -> None:
    from tests.report.calls import PLAN

    world = World(tmp_path, PLAN[: PLAN.index("forms:")])
    page = _client(world).get("/reporting")
    assert page.status_code == 200
    assert "forms" in page.text
    world.store.close()
