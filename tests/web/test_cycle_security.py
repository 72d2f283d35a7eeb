"""Attacks on the cycle: what was never accepted, forms nobody's page sends, two at once, names that look alike."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.catalogue.loader import Catalogue, load_catalogues
from monitor.catalogue.regions import Regions
from monitor.intake.cycle import Cycle
from monitor.intake.kept import find_kept
from monitor.intake.limits import Limits
from monitor.intake.preview import own_rows_only, preview
from monitor.intake.submission_errors import RestatementReasonError, SelfAcceptanceError, WrongDraftError
from monitor.intake.submissions import list_submissions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app

from .conftest import NOW
from .people import CHEAP, HEAD, OWN, Person, account, browser, person

SENDER = Actor("王填报", "reporter", frozenset({"320000"}))
REVIEWER = Actor("李审核", "reviewer")


def file_of(number: int) -> str:
    return HEAD + f"enrolment_rate,320000,2025-Q4,{number},8400,,\n"


@pytest.fixture(scope="module")
def catalogues(regions: Regions) -> tuple[Catalogue, ...]:
    return load_catalogues([find_shipped("indicators.yaml")], regions)


@pytest.fixture(scope="module")
def peopled(catalogues: tuple[Catalogue, ...], regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder without figures, to be copied: with a sender and a reviewer."""
    folder = tmp_path_factory.mktemp("peopled")
    with Store.open(folder / "store.duckdb", clock=lambda: NOW) as store:
        app = app_over(Desk(store, catalogues, regions, MethodSettings()))
        account(app, SENDER.name, "reporter", "320000")
        account(app, REVIEWER.name, "reviewer")
    return folder


@pytest.fixture
def desk(catalogues: tuple[Catalogue, ...], regions: Regions, peopled: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = shutil.copytree(peopled, tmp_path / "data")
    with Store.open(folder / "store.duckdb", clock=lambda: NOW) as store:
        yield Desk(store, catalogues, regions, MethodSettings())


def app_over(desk: Desk) -> MonitorApp:
    limits = replace(Limits(), file_bytes=50_000)
    return create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW, limits=limits)


@pytest.fixture
def app(desk: Desk) -> MonitorApp:
    return app_over(desk)


@pytest.fixture
def cycle(app: MonitorApp) -> Cycle:
    return app.cycle


@pytest.fixture
def reporter(app: MonitorApp) -> Person:
    return person(app, SENDER.name, "reporter", "320000")


@pytest.fixture
def reviewer(app: MonitorApp) -> Person:
    return person(app, REVIEWER.name, "reviewer")


def kept(cycle: Cycle, folder: Path, number: int) -> int:
    """A draft of one figure; returns its receipt."""
    path = folder / f"{number}.csv"
    path.write_text(file_of(number), encoding="utf-8")
    return cycle.draft(SENDER, path, name=path.name).receipt_id


def test_what_was_returned_stays_the_units_own_after_another_revision_is_accepted(
    app: MonitorApp, reporter: Person, reviewer: Person
) -> None:
    first = reporter.submit(file_of(8101))
    assert reviewer.post(f"/do/submission/{first}/return", reason="有误").status_code == 303
    second = reporter.submit(file_of(8205), explain_all="说明")
    assert reviewer.post(f"/do/submission/{second}/accept", explain="属实").status_code == 303
    leader, other = person(app, "周领导", "viewer"), person(app, "赵填报", "reporter", "330000")
    for reader in (reporter, reviewer, leader, other):
        shown = reader.get(f"/submission/{second}").text
        assert "8205 / 8400" in shown
        assert ("8101 / 8400" in shown) == (reader in (reporter, reviewer))
    for reader in (leader, other):
        assert reader.client.get(f"/submission/{first}").status_code == 404
        story = reader.get("/history/enrolment_rate/320000/2025-Q4").text
        assert "8,205" in story and "8,101" not in story


@pytest.mark.parametrize(
    "name", ["explain:99999999999:x", f"explain:{'9' * 5000}:x", "explain:１:x", "explain:1:" + "x" * 100_000, "\0"]
)
def test_fields_that_no_page_has_are_passed_over(reporter: Person, name: str) -> None:
    draft = reporter.draft(file_of(8101))
    saved = reporter.client.post(f"/do/draft/{draft}/save", data={name: "t"}, headers=OWN)
    assert saved.status_code == 303
    submission = reporter.submit(file_of(8102))
    explained = reporter.client.post(f"/do/submission/{submission}/explain", data={name: "t"}, headers=OWN)
    assert explained.status_code == 303
    assert reporter.client.get(f"/submission/{submission}").status_code == 200


def test_endless_texts_are_not_kept(reporter: Person, reviewer: Person, desk: Desk) -> None:
    submission = reporter.submit(file_of(8101))
    endless = "长" * 2_001
    before = desk.store.event_version()
    for action, fields in (
        ("return", {"reason": endless}),
        ("comment", {"remark:enrolment_rate": endless}),
        ("accept", {"explain": endless}),
    ):
        answer = reviewer.client.post(f"/do/submission/{submission}/{action}", data=fields, headers=OWN)
        page = reviewer.follow(answer)
        assert "文字过长" in page.text
    assert desk.store.event_version() == before


def test_a_callback_of_another_site_gets_nothing(app: MonitorApp) -> None:
    address = {"id": "address", "property": "pathname", "value": "/"}
    question = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": [address, {"id": "address", "property": "search", "value": ""}],
        "changedPropIds": ["address.pathname"],
    }
    client = browser(app)
    for headers in ({"Origin": "https://evil"}, {"Origin": "http://[::1"}, {"Sec-Fetch-Site": "cross-site", **OWN}):
        assert client.post("/_dash-update-component", json=question, headers=headers).status_code == 403
    for headers in (OWN, {"Sec-Fetch-Site": "same-origin"}):
        assert client.post("/_dash-update-component", json=question, headers=headers).status_code == 200


def test_an_origin_that_is_no_address_is_refused(reporter: Person) -> None:
    assert reporter.post("/login/out", headers={"Origin": "http://[::1"}).status_code == 403


@pytest.mark.parametrize(
    "alias",
    ["王填报 ", "王 填 报", "王\u200b填报", "王填报\ufe00", "\u202e王填报", "王填报\u3164", "王\u2060填\u00ad报"],
)
def test_nobody_accepts_their_own_under_a_name_that_looks_the_same(cycle: Cycle, tmp_path: Path, alias: str) -> None:
    result = cycle.submit(SENDER, kept(cycle, tmp_path, 8101))
    submission = result.submissions[0].submission_id
    assert submission is not None
    with pytest.raises(SelfAcceptanceError):
        cycle.accept(Actor(alias, "reviewer"), submission, explain="x")


def test_width_and_case_make_no_other_person(cycle: Cycle, tmp_path: Path) -> None:
    sender = replace(SENDER, name="ＷＡＮＧ Ｌｉ")
    path = tmp_path / "sent.csv"
    path.write_text(file_of(8101), encoding="utf-8")
    submission = cycle.send(sender, path, name="sent.csv").submissions[0].submission_id
    assert submission is not None
    with pytest.raises(SelfAcceptanceError):
        cycle.accept(Actor("wang li", "planner"), submission, explain="x")
    cycle.accept(Actor("wang lin", "planner"), submission, explain="x")


def test_a_draft_is_submitted_once_however_many_press_the_button(cycle: Cycle, desk: Desk, tmp_path: Path) -> None:
    receipt = kept(cycle, tmp_path, 8101)
    answers: list[str] = []
    together = threading.Barrier(4)

    def press(act: str) -> None:
        together.wait()
        try:
            if act == "submit":
                cycle.submit(SENDER, receipt)
            else:
                cycle.discard(SENDER, receipt)
            answers.append(act)
        except WrongDraftError:
            answers.append("refused")

    threads = [threading.Thread(target=press, args=(act,)) for act in ("submit", "submit", "submit", "discard")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("refused") == 3 and len(answers) == 4
    (line,) = find_kept(desk.store)
    sent = list_submissions(desk.store)
    assert (line.state, len(sent)) in {("submitted", 1), ("discarded", 0)}


def test_a_figure_accepted_between_look_and_submission_is_not_restated_without_a_word(
    cycle: Cycle, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cycle.submit(SENDER, kept(cycle, tmp_path, 8101)).submissions[0].submission_id
    receipt = kept(cycle, tmp_path, 8205)
    assert first is not None

    def then_accepted(*given: object) -> object:
        cycle.accept(REVIEWER, first, explain="属实")
        return own_rows_only(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("monitor.intake.cycle.own_rows_only", then_accepted)
    with pytest.raises(RestatementReasonError):
        cycle.submit(SENDER, receipt)
    assert [one.state for one in list_submissions(desk.store)] == ["accepted"]
    assert find_kept(desk.store, receipts=[receipt])[0].state == "draft"


def test_a_look_is_not_kept_for_what_happened_while_it_was_taken(
    cycle: Cycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cycle.submit(SENDER, kept(cycle, tmp_path, 8101)).submissions[0].submission_id
    assert first is not None
    receipt = kept(cycle, tmp_path, 8205)
    cycle.save(SENDER, receipt, {(None, "x"): "y"})  # what was looked at before is out of date

    def then_accepted(*given: object) -> object:
        found = preview(*given)  # type: ignore[arg-type]
        cycle.accept(REVIEWER, first, explain="属实")
        return found

    with monkeypatch.context() as patch:
        patch.setattr("monitor.intake.cycle.preview", then_accepted)
        assert cycle.look(SENDER, receipt).restated == 0
    assert cycle.look(SENDER, receipt).restated == 1


def test_a_revision_below_the_latest_is_not_accepted_without_a_word_either(cycle: Cycle, tmp_path: Path) -> None:
    first = cycle.submit(SENDER, kept(cycle, tmp_path, 8101)).submissions[0].submission_id
    assert first is not None
    cycle.accept(REVIEWER, first, explain="属实")
    numbers = []
    for value in (8205, 8206):
        path = tmp_path / "again.csv"
        path.write_text(file_of(value), encoding="utf-8")
        numbers.append(cycle.send(SENDER, path, name="again.csv").submissions[0].submission_id)
    second = numbers[0]
    assert second is not None
    with pytest.raises(RestatementReasonError):
        cycle.accept(REVIEWER, second)


def test_what_one_person_is_shown_stays_in_no_cache(app: MonitorApp, reporter: Person) -> None:
    submission = reporter.submit(file_of(8101))
    for path in (f"/submission/{submission}", "/history/enrolment_rate/320000/2025-Q4", "/upload"):
        answer = reporter.client.get(path)
        assert (answer.status_code, answer.headers["Cache-Control"], answer.headers["Vary"]) == (
            200,
            "no-store",
            "Cookie",
        )


def test_drafts_that_were_looked_at_take_no_more_than_their_share(
    cycle: Cycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.intake.cycle._CHANGES_KEPT", 1)
    receipts = [kept(cycle, tmp_path, 8101), kept(cycle, tmp_path, 8205)]
    assert [len(cycle._looked[key].changes) for key in cycle._looked] == [1], "the last one is kept, however large"
    assert [cycle.look(SENDER, receipt).receipt_id for receipt in receipts] == receipts
