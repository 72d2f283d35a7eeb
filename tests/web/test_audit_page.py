"""The page of the audit log, and what is taken from pages as an entry of it."""

from __future__ import annotations

import json

import pytest

from monitor.store.audit_folder import AuditFolder
from monitor.store.audit_listing import AuditFilter, check_lines, list_audit
from monitor.store.errors import StoreError
from monitor.store.migrations import SQL
from monitor.web.app import MonitorApp

from .people import Person, person
from .reading import Element

TAKEN = "看指标并取走的人"


@pytest.fixture
def planner(app: MonitorApp) -> Person:
    return person(app, TAKEN, "planner")


def entries(page: Element) -> list[Element]:
    return [one for one in page.all("tr") if "data-seq" in one.attributes]


def test_what_is_taken_from_pages_is_noted_with_its_question(app: MonitorApp, planner: Person) -> None:
    store = app.cycle.store
    versions = (store.data_version(), store.event_version())
    links = [one.attributes.get("href", "") for one in planner.get("/?period=2024").all("a")]
    table, picture = (next(one for one in links if one.startswith(kind)) for kind in ("/table/", "/picture/"))
    paths = [
        table, picture, "/download/reporting.csv?region=320000",
        "/download/template?form=quarterly&region=320000&period=2025-Q4",
        f"{table}{'&' if '?' in table else '?'}cursor=1",  # as a further page of the API has it
        "/table/nothing.csv/",
    ]  # fmt: skip
    given = [planner.client.get(path).status_code for path in paths]
    noted = list_audit(store, AuditFilter(actor=TAKEN, action="exported"))
    assert given == [200, 200, 200, 200, 200, 404]
    assert [one.object for one in reversed(noted)] == [path.partition("?")[0] for path in paths[:5]]
    said = {one.object: json.loads(one.detail or "{}").get("question") for one in noted}
    assert said["/download/reporting.csv"] == "region=320000"
    assert (store.data_version(), store.event_version()) == versions


def test_what_cannot_be_noted_is_not_handed_over(
    app: MonitorApp, planner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("machine", "磁盘已满：/var/secret", "the disk is full: /var/secret")

    monkeypatch.setattr(app.cycle.store, "note", full)
    refused = planner.client.get("/download/reporting.csv")
    assert refused.status_code == 507 and "暂时无法写入" in refused.text and "/var" not in refused.text
    assert planner.client.get("/").status_code == planner.client.get("/audit").status_code == 200
    assert planner.client.head("/download/reporting.csv").status_code == 200


def test_the_log_is_listed_newest_first_filtered_and_paged(app: MonitorApp, planner: Person) -> None:
    first = entries(planner.get("/audit"))
    numbers = [int(one.attributes["data-seq"]) for one in first]
    assert len(numbers) == 100 and numbers == sorted(numbers, reverse=True)
    second = [int(one.attributes["data-seq"]) for one in entries(planner.get("/audit?skip=100"))]
    assert second[0] < numbers[-1]
    app.cycle.store.note("account_changed", by="甲", object="account:77", detail={
        "from": {"role": "viewer", "name": "乙"}, "to": {"role": "planner", "name": "乙"},
    })  # fmt: skip
    (one,) = entries(planner.get("/audit?actor=甲&action=account_changed&object=account&from=2026-10-01&to=2026-10-01"))
    assert (
        "更改账户" in one.text and "账户 77" in one.text and "角色: 领导 → 计划员" in one.text and "乙" not in one.text
    )
    assert not entries(planner.get("/audit?actor=甲&to=2026-09-30"))
    assert "changed an account" in entries(planner.get("/audit?lang=en&actor=甲"))[0].text
    page = planner.get("/audit?lang=zh&from=昨天")
    assert "“昨天”不是日期" in page.text and not entries(page)
    for odd in ("skip=x", "skip=99999999999", "skip=999999", "object=%00", "action=" + "x" * 200):
        assert planner.client.get(f"/audit?{odd}").status_code == 200


def test_the_log_is_proven_on_demand(app: MonitorApp, planner: Person) -> None:
    answer = planner.post("/do/audit/check")
    told = planner.follow(answer).one("p", "verdict").text
    assert "逐条核验完好" in told
    assert person(app, "只看的人", "viewer").post("/do/audit/check").status_code == 403


def test_the_log_is_taken_as_a_file_that_can_be_proven(app: MonitorApp, planner: Person) -> None:
    store = app.cycle.store
    folder = store.audit_folder
    assert isinstance(folder, AuditFolder)
    whole = planner.client.get("/download/audit.jsonl")
    count, findings = check_lines(whole.text.splitlines(), folder.load_key())
    assert whole.status_code == 200 and count > 100 and not findings
    last = json.loads(whole.text.splitlines()[-2])
    assert (last["action"], last["object"], last["actor"]) == ("exported", "/download/audit.jsonl", TAKEN)
    csv = planner.client.get(f"/download/audit.csv?actor={TAKEN}&action=exported").get_data(as_text=True)
    assert csv.count("/download/audit.jsonl") >= 1 and "signed_in" not in csv
    assert planner.client.get("/download/audit.xlsx?actor=无").data[:2] == b"PK"
    assert planner.client.get("/download/audit.csv?from=x").status_code == 404
    assert person(app, "只看的人", "viewer").client.get("/download/audit.csv").status_code == 403


def test_operators_read_that_something_was_said_of_a_submission_and_not_what(app: MonitorApp, planner: Person) -> None:
    secret, harmless = "分子实为八千一百", {"sha256": "a" * 64, "parts": [{"region": "320000"}], "revision": 2}
    store, operator = app.cycle.store, person(app, "管系统的人", "operator")
    with store.transaction() as transaction:
        for action, said in (
            ("submitted", {**harmless, "reason": secret}), ("accepted", {"explanation": secret, "own": False}),
            ("drafted", {"explanations": [{"line": 1, "rule": "x", "text": secret}], "of_a_later_version": secret}),
        ):  # fmt: skip
            event = {"moment": transaction.moment(), "actor": "说话的人", "action": action, "receipt_id": 1}
            detail = json.dumps(said, ensure_ascii=False)
            transaction.run(SQL / "event_record.sql", {**event, "submission_id": None, "detail": detail})
        erased = {"fields": ["head"], "reason": secret}
        transaction.note("people_erased", by="说话的人", object="receipt:1", detail=erased)
    page, files = "/audit?actor=说话的人", [f"/download/audit.{kind}?actor=说话的人" for kind in ("csv", "jsonl")]
    assert secret in planner.get(page).text and "audit.jsonl" in planner.client.get(page).text
    assert all(secret in planner.client.get(file).get_data(as_text=True) for file in files)
    seen = operator.client.get(page).text
    table, whole = (operator.client.get(file) for file in files)
    assert secret not in seen and "audit.jsonl" not in seen and "…" in seen
    text = table.get_data(as_text=True)
    assert secret not in text and "a" * 64 in text and "320000" in text and text.count("说话的人") == 4
    assert whole.status_code == 403 and secret not in whole.text
