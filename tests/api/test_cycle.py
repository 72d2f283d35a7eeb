"""The cycle through the API: sent, refused at its cells, mended, returned at a cell, sent again, accepted, known."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openpyxl
import pytest

from monitor.intake import cycle
from monitor.intake.reading import Reading
from monitor.web.api import told
from monitor.web.api.operations import XLSX
from monitor.web.api.uploads import AROUND_BYTES

from .conftest import HEADER, HERE, World, row

TITLE = "enrolment_rate"
NAMELESS = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n--x--\r\n'


def scored(world: World, as_of: str | None = None) -> list[tuple[object, object]]:
    """What is known of the figure of 2025, by anybody."""
    asked = f"/scorecards?region={HERE}&period=2025" + (f"&as_of={as_of}" if as_of else "")
    return [(one["value"], one["class"]) for one in world.get(asked)["items"] if one["indicator_id"] == TITLE]


def test_the_whole_cycle(world: World) -> None:
    faults = HEADER + f"{TITLE},{HERE},2025,80x0,8200,\n{TITLE},99,2025,1,2,\nnothing,{HERE},2025,1,2,\n"
    refused = world.send(faults)
    problems = refused.get_json()["problems"]
    assert refused.status_code == 422
    assert [(one["row"], one["severity"]) for one in problems] == [(2, "error"), (3, "error"), (4, "error")]
    assert [one["text"] for one in problems] == ["80x0", "99", "nothing"]
    assert all(one["zh"] and one["en"] and one["column"] for one in problems)
    assert scored(world) == [(None, "no_data")]

    sent = world.send(HEADER + row(part="4000") + row(indicator="drug_platform_share", part="7000"))
    assert sent.status_code == 202, sent.get_json()
    receipt = told.Receipt.model_validate(sent.get_json())
    number = receipt.submissions[0].submission_id
    assert number is not None and sent.headers["Location"] == f"/api/v1/submissions/{number}"
    assert number in [one["submission_id"] for one in world.get("/queue", "reviewer")["items"]]

    remark = {"remarks": {TITLE: "分子请核对"}, "reason": "一处有误"}
    returned = world.act(number, "return", "reviewer", remark)
    assert returned.status_code == 200 and returned.get_json()["state"] == "returned"
    seen = told.SubmissionAnswer.model_validate(world.get(f"/submissions/{number}", "reporter"))
    assert [(one.indicator_id, one.text) for one in seen.remarks if one.indicator_id] == [(TITLE, "分子请核对")]
    assert "一处有误" in [one.detail.get("reason") for one in seen.events]
    assert world.act(number, "accept", "reviewer").status_code == 409

    again = world.send(HEADER + row() + row(indicator="drug_platform_share", part="7000"))
    second = again.get_json()["submissions"][0]
    assert (again.status_code, second["revision"], second["submission_id"] != number) == (202, 2, True)
    before = world.clock().isoformat()
    old = world.ask("GET", f"/scorecards?region={HERE}&as_of={before.replace('+', '%2B')}").data
    accepted = world.act(second["submission_id"], "accept", "reviewer", {"explain": "已电话核实"})
    assert (accepted.status_code, accepted.get_json()["state"]) == (200, "accepted")
    (known,) = scored(world)
    assert known[0] == pytest.approx(100 * 8000 / 8200) and known[1] == "held"
    assert scored(world, before.replace("+", "%2B")) == [(None, "no_data")]
    assert world.ask("GET", f"/scorecards?region={HERE}&as_of={before.replace('+', '%2B')}").data == old
    exact = world.get(f"/observations?region={HERE}&period=2025&indicator={TITLE}")["items"]
    assert [(one["numerator"], one["denominator"], one["value"]) for one in exact] == [("8000", "8200", None)]


def test_the_same_file_again_says_so_and_changes_nothing(world: World) -> None:
    first, version = world.send(HEADER + row()), world.store.event_version()
    second = world.send(HEADER + row())
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.get_json()["duplicate_of"] == first.get_json()["receipt_id"]
    assert world.store.event_version() == version


def test_eight_that_send_the_same_at_once_make_one_revision(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.send(HEADER + row()), range(8)))
    assert sorted(one.status_code for one in answers) == [200] * 7 + [202]
    listed = world.get(f"/submissions?region={HERE}&period=2025", "reporter")["items"]
    assert [one["revision"] for one in listed] == [1]
    assert {one.get_json()["submissions"][0]["submission_id"] for one in answers} == {listed[0]["submission_id"]}


def test_files_are_taken_in_two_at_a_time_and_none_is_turned_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[int] = []
    most, lock = 0, threading.Lock()
    read = cycle.read_file

    def watched(*given: Any, **named: Any) -> Reading:
        nonlocal most
        with lock:
            inside.append(1)
            most = max(most, len(inside))
        try:
            return read(*given, **named)
        finally:
            with lock:
                inside.pop()

    monkeypatch.setattr(cycle, "read_file", watched)
    periods = [f"2025-{month:02d}" for month in range(1, 7)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda period: world.send(HEADER + row(period=period)), periods))
    assert {one.status_code for one in answers} == {202} and most == 2
    assert world.get("/submissions?state=submitted", "reporter")["total"] == 6


def test_a_dry_run_tells_all_and_leaves_nothing(world: World) -> None:
    version = world.store.event_version()
    tried = world.send(HEADER + row(), path="/submissions?dry_run=true")
    told_of = tried.get_json()
    assert (tried.status_code, told_of["dry_run"], told_of["created"], told_of["receipt_id"]) == (200, True, 1, None)
    bad = world.send(HEADER + row(part="x"), path="/submissions?dry_run=true")
    assert bad.status_code == 422 and bad.get_json()["receipt_id"] is None
    assert world.store.event_version() == version


def test_a_form_and_a_workbook_say_the_same_as_a_text(world: World) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in (HEADER + row()).strip().split("\n"):
        book.active.append([cell or None for cell in line.split(",")])
    made = io.BytesIO()
    book.save(made)
    form = world.ask(
        "POST", "/submissions", "reporter",
        data={"file": (io.BytesIO(made.getvalue()), "江苏 2025.xlsx"), "dry_run": "true", "explain": "核实"},
    )  # fmt: skip
    raw = world.ask("POST", "/submissions", "reporter", data=made.getvalue(), content_type=XLSX)
    assert (form.status_code, form.get_json()["file"], form.get_json()["created"]) == (200, "江苏 2025.xlsx", 1)
    assert raw.status_code == 202
    assert world.send(HEADER + row()).get_json()["verdict"] == "duplicate"


def test_queries_are_answered_one_by_one_and_nobody_accepts_their_own(world: World) -> None:
    number = world.send(HEADER + row(part="4000")).get_json()["submissions"][0]["submission_id"]
    seen = world.get(f"/submissions/{number}", "reporter")
    open_ = [one for one in seen["notices"] if one["severity"] == "query"]
    assert open_ and seen["open_queries"] == len(open_)
    assert world.act(number, "accept", "reviewer").get_json()["code"] == "explanation_missing"
    answers = [{"row": one["row"], "rule": one["rule"], "text": "口径调整"} for one in open_]
    explained = world.act(number, "explain", "reporter", {"answers": answers}).get_json()
    assert explained["open_queries"] == 0
    assert {one["explanation"] for one in explained["notices"] if one["severity"] == "query"} == {"口径调整"}
    world.tokens["reporter as reviewer"] = world.ask(
        "POST", "/tokens", "operator", json={"name": "reporter", "role": "reviewer"}
    ).get_json()["token"]
    own = world.act(number, "accept", "reporter as reviewer")
    assert (own.status_code, own.get_json()["code"]) == (409, "self_acceptance")
    assert world.act(number, "accept", "planner").status_code == 200


def test_one_takes_back_ones_own_alone(world: World) -> None:
    number = world.send(HEADER + row()).get_json()["submissions"][0]["submission_id"]
    assert world.act(number, "withdraw", "operator").status_code == 403
    withdrawn = world.act(number, "withdraw", "reporter")
    assert withdrawn.get_json()["state"] == "withdrawn"
    assert world.act(number, "withdraw", "reporter").status_code == 409


def test_what_is_restated_says_why(world: World) -> None:
    number = world.send(HEADER + row(period="2024", part="7900")).get_json()["submissions"][0]["submission_id"]
    refused = world.act(number, "accept", "reviewer")
    assert (refused.status_code, refused.get_json()["code"]) in {
        (409, "restatement_reason_missing"), (409, "explanation_missing"),
    }  # fmt: skip
    said = world.send(HEADER + row(period="2024", part="7800"), path="/submissions?reason=%E6%9B%B4%E6%AD%A3")
    second = said.get_json()["submissions"][0]["submission_id"]
    assert world.get(f"/submissions/{second}", "reviewer")["reason"] == "更正"


def test_the_annotated_file_and_the_template_are_workbooks(world: World) -> None:
    receipt = world.send(HEADER + row(part="80x0")).get_json()["receipt_id"]
    marked = world.ask("GET", f"/receipts/{receipt}/annotated?language=en", "reporter")
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(marked.data)) for line in sheet for cell in line]
    assert any(cell.comment is not None and cell.value == "80x0" for cell in cells)
    assert "attachment" in marked.headers["Content-Disposition"]
    form = world.ask("GET", f"/templates?region={HERE}&period=2025-Q4&form=quarterly", "reporter")
    assert openpyxl.load_workbook(io.BytesIO(form.data)).sheetnames
    assert world.ask("GET", f"/templates?region={HERE}&period=2025-Q4&form=nothing").status_code == 404
    assert world.ask("GET", f"/templates?region={HERE}").status_code == 400


@pytest.mark.parametrize(
    ("status", "content_type", "data"),
    [
        (415, "application/json", b"{}"),
        (415, "application/x-www-form-urlencoded", b"a=b"),
        (415, "", b"a"),
        (422, "text/csv", b""),
        (422, "text/csv", b"\x00\xff\xfe"),
        (422, XLSX, b"PK\x03\x04 no workbook"),
        (400, "multipart/form-data; boundary=x", b"--x--\r\n"),
        (400, "multipart/form-data", b"no boundary"),
        (
            400,
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n--x--\r\n',
        ),
    ],
)
def test_what_is_no_file_is_refused_in_words(calm: World, status: int, content_type: str, data: bytes) -> None:
    answer = calm.ask("POST", "/submissions", "reporter", data=data, content_type=content_type)
    assert answer.status_code == status


def test_what_is_too_large_is_refused_before_it_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr(world.app.cycle, "send", read)
    most = world.app.cycle.limits.file_bytes
    for size in (most + 1, most + AROUND_BYTES + 1):
        answer = world.ask("POST", "/submissions", "reporter", data=b"x" * size, content_type="text/csv")
        assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")
    large = world.ask("POST", "/submissions/1/return", "reviewer", json={"reason": "x" * 1_000_001})
    assert large.status_code == 413
    assert list(world.store.staging_folder.glob("ingest-*")) == []
