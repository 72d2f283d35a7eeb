"""The cycle by its pages, as a browser without scripts sends it: upload, draft, submit, return, resubmit, accept."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from monitor.catalogue.loader import Catalogue, load_catalogues
from monitor.catalogue.regions import Regions
from monitor.intake.limits import Limits
from monitor.intake.submissions import Submission, list_submissions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.app import MonitorApp, create_app

from .conftest import EVIL, NOW
from .people import CHEAP, COMPLETE, FAULTY, GOOD, HEAD, LOST, OWN, Person, account, number, person
from .reading import Element, read


@pytest.fixture(scope="module")
def catalogues(regions: Regions) -> tuple[Catalogue, ...]:
    return load_catalogues([find_shipped("indicators.yaml")], regions)


@pytest.fixture(scope="module")
def peopled(catalogues: tuple[Catalogue, ...], regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder without figures, to be copied: with the demonstration's people and those of these tests."""
    folder = tmp_path_factory.mktemp("peopled")
    with Store.open(folder / "store.duckdb", clock=lambda: NOW) as store:
        app = app_over(Desk(store, catalogues, regions, MethodSettings()))
        account(app, "王填报", "reporter", "320000")
        account(app, "李审核", "reviewer")
    return folder


@pytest.fixture
def desk(catalogues: tuple[Catalogue, ...], regions: Regions, peopled: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = shutil.copytree(peopled, tmp_path / "data")
    with Store.open(folder / "store.duckdb", clock=lambda: NOW) as store:
        yield Desk(store, catalogues, regions, MethodSettings())


def app_over(desk: Desk) -> MonitorApp:
    limits = replace(Limits(), file_bytes=50_000)
    return create_app(desk, secret_key=b"k" * 32, passwords=CHEAP, clock=lambda: NOW, demo=True, limits=limits)


@pytest.fixture
def app(desk: Desk) -> MonitorApp:
    return app_over(desk)


@pytest.fixture
def reporter(app: MonitorApp) -> Person:
    return person(app, "王填报", "reporter", "320000")


@pytest.fixture
def reviewer(app: MonitorApp) -> Person:
    return person(app, "李审核", "reviewer")


def sent(desk: Desk) -> list[Submission]:
    return list(list_submissions(desk.store))


def fields_of(page: Element, kind: str = "explain:") -> list[str]:
    found = [*page.all("textarea"), *page.all("input")]
    return [one.attributes["name"] for one in found if one.attributes.get("name", "").startswith(kind)]


def test_a_faulty_file_shows_every_problem_at_its_cell(reporter: Person, desk: Desk) -> None:
    answer = reporter.upload(FAULTY, "第四季度.csv")
    page = reporter.follow(answer)
    assert page.one("h1").text.startswith("3 处错误")
    assert "第四季度.csv" in page.one(class_name="subtitle").text
    marked = page.one("table", "grid-table").all("td", "p-error")
    assert [cell.one("span").text for cell in marked] == ["many", "2025-13", "120"]
    for cell in marked:  # the list leads to the cell, the mark in the cell back to the list
        problem = cell.one("a", "to-problem").attributes["href"].removeprefix("#")
        row = next(row for row in page.all("tr") if row.attributes.get("id") == problem)
        assert row.one("a").attributes["href"] == "#" + cell.attributes["id"]
        assert cell.attributes["title"] in row.text and cell.one(class_name="unseen").text
    assert "<b>note</b>" in page.one("table", "grid-table").text
    assert not [one for one in page.all("button") if one.attributes.get("id") == "submit"]
    assert not sent(desk)
    book = reporter.client.get(f"/download/annotated/{number(answer)}.xlsx")
    assert book.status_code == 200 and book.headers["X-Content-Type-Options"] == "nosniff"
    assert "filename*=UTF-8''%E7%AC%AC%E5%9B%9B" in book.headers["Content-Disposition"]
    sheets = openpyxl.load_workbook(io.BytesIO(book.data))
    assert sum(cell.comment is not None for sheet in sheets for row in sheet.rows for cell in row) >= 3


def test_the_senders_formulas_come_back_to_the_sender_alone(app: MonitorApp, reporter: Person) -> None:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for line in GOOD.splitlines():
        book.active.append(line.split(",")[:5])
    book.active["M3"] = '=HYPERLINK("http://evil.example/","x")'
    book.save(stream)
    receipt = number(reporter.upload(stream.getvalue(), "sent.xlsx"))
    kinds = []
    for who in (reporter, person(app, "王计划", "planner")):
        marked = who.client.get(f"/download/annotated/{receipt}.xlsx")
        sheets = openpyxl.load_workbook(io.BytesIO(marked.data))
        assert any(cell.value == "enrolment_rate" for sheet in sheets for row in sheet.rows for cell in row)
        kinds.append({cell.data_type for sheet in sheets for row in sheet.rows for cell in row})
    assert "f" in kinds[0] and "f" not in kinds[1]


def test_the_whole_cycle_without_scripts(reporter: Person, reviewer: Person, desk: Desk) -> None:
    first = reporter.submit(GOOD)
    assert reporter.get(f"/submission/{first}").one("h1").text.startswith("江苏")
    queue = reviewer.get("/queue")
    assert queue.one(class_name="waiting-count").text == "1" and queue.one("h1").text.startswith("1 件待审核")
    reviewed = reviewer.get(f"/submission/{first}")
    assert {"remark:enrolment_rate", "remark:medical_aid_share"} == set(fields_of(reviewed, "remark:"))
    back = reviewer.post(f"/do/submission/{first}/return", reason="")
    assert "必须写明原因" in reviewer.follow(back).one(class_name="notice").text
    remark = {"remark:medical_aid_share": f"分母不对 {EVIL}"}
    assert reviewer.post(f"/do/submission/{first}/return", reason="请核对救助", **remark).status_code == 303

    upload = reporter.get("/upload")
    assert "1 件被退回" in upload.one("h1").text
    assert "请核对救助" in upload.one("table", "sendings").one("tr").text or "请核对救助" in upload.text
    returned = reporter.get(f"/submission/{first}")
    assert "请核对救助" in returned.one(class_name="returned-card").text
    row = returned.text[returned.text.index("重点救助") :]
    assert "分母不对" in row and EVIL in row
    book = reporter.client.get(f"/download/annotated/{desk_receipt(desk, first)}.xlsx")
    comments = [
        c.comment.text for s in openpyxl.load_workbook(io.BytesIO(book.data)) for r in s.rows for c in r if c.comment
    ]
    assert any("分母不对" in text for text in comments)

    second = reporter.submit(GOOD.replace("73,100", "72,100"))
    again = reviewer.get(f"/submission/{second}")
    assert "73 / 100" in again.one(class_name="changed").text
    before = desk.store.data_version()
    assert reviewer.post(f"/do/submission/{second}/accept").status_code == 303
    shown = reviewer.get("/region/320000?period=2025-Q4").text
    assert desk.store.data_version() > before and "72.0" in shown
    assert [(one.submission_id, one.state) for one in sent(desk)] == [(second, "accepted"), (first, "returned")]


def desk_receipt(desk: Desk, submission: int) -> int:
    return list_submissions(desk.store, ids=[submission])[0].receipt_id


def test_queries_are_answered_in_place_and_kept(reporter: Person, reviewer: Person, desk: Desk) -> None:
    assert reviewer.post(f"/do/submission/{reporter.submit(GOOD)}/accept").status_code == 303
    receipt = reporter.draft(LOST)
    page = reporter.get(f"/draft/{receipt}")
    names = fields_of(page)
    assert names and "需要说明" in page.one("h1").text
    saved = reporter.follow(reporter.post(f"/do/draft/{receipt}/save", **{names[0]: "停业整顿，没有发生"}))
    assert saved.one("textarea", "answer").text == "停业整顿，没有发生"
    refused = reporter.follow(reporter.post(f"/do/draft/{receipt}/submit"))
    assert "重述" in refused.one(class_name="notice").text and len(sent(desk)) == 1
    done = reporter.post(f"/do/draft/{receipt}/submit", reason="机构停业")
    page = reviewer.get(done.headers["Location"].split("?")[0])
    assert "停业整顿" in page.text and "机构停业" in page.text and "已说明" in page.text


def test_one_explanation_for_all(reporter: Person, reviewer: Person) -> None:
    assert reviewer.post(f"/do/submission/{reporter.submit(GOOD)}/accept").status_code == 303
    lost = HEAD + "enrolment_rate,320000,2025-Q4,,,,\nmedical_aid_share,320000,2025-Q4,,,,\n"
    receipt = reporter.draft(lost)
    keys = fields_of(reporter.get(f"/draft/{receipt}"))
    assert len(keys) == 2
    page = reporter.follow(reporter.post(f"/do/draft/{receipt}/save", explain_all="系统切换", **{keys[0]: "其一"}))
    assert [one.text for one in page.all("textarea", "answer")] == ["其一", "系统切换"]


def test_the_same_again_changes_nothing(reporter: Person, desk: Desk) -> None:
    first = reporter.draft(GOOD)
    assert reporter.post(f"/do/draft/{first}/submit").status_code == 303
    page = reporter.follow(reporter.upload(GOOD))
    assert "未作任何改变" in page.one("h1").text and len(sent(desk)) == 1
    assert not [one for one in page.all("button") if one.attributes.get("id") == "submit"]


def test_nobody_accepts_what_they_sent(app: MonitorApp, reporter: Person, desk: Desk) -> None:
    submission = reporter.submit(GOOD)
    same = person(app, "王填报", "reviewer")
    page = same.get(f"/submission/{submission}")
    assert "accept" not in [one.attributes.get("id") for one in page.all("button")]
    assert "须由他人审核" in page.text
    told = same.follow(same.post(f"/do/submission/{submission}/accept"))
    assert told.one(class_name="notice").classes >= {"k-brick"}
    assert sent(desk)[0].state == "submitted"


def test_clean_ones_are_accepted_together_and_the_others_say_why(app: MonitorApp, reviewer: Person, desk: Desk) -> None:
    planner = person(app, "陈计划", "planner")
    clean = planner.submit(COMPLETE)
    other = planner.submit(COMPLETE.replace("320000", "440000"))
    assert reviewer.post(f"/do/submission/{other}/accept").status_code == 303
    restated = planner.submit(COMPLETE.replace("320000", "440000").replace("8100", "8200"), reason="决算后更正")
    partial = planner.submit(GOOD.replace("320000", "110000"))
    page = reviewer.get("/queue")
    assert [box.attributes["value"] for box in page.all("input") if box.attributes.get("name") == "ids"] == [str(clean)]
    answer = reviewer.client.post("/do/queue/accept", data={"ids": [clean, restated, partial, 999]}, headers=OWN)
    notice = reviewer.follow(answer).one(class_name="notice").text
    assert "通过 1 件，3 件未通过" in notice and "重述" in notice and "漏项" in notice and "999" in notice
    assert {one.submission_id: one.state for one in sent(desk)} == {
        clean: "accepted",
        other: "accepted",
        restated: "submitted",
        partial: "submitted",
    }
    assert "没有选择" in reviewer.follow(reviewer.post("/do/queue/accept")).one(class_name="notice").text


def test_a_sender_withdraws_and_discards(reporter: Person, desk: Desk) -> None:
    submission = reporter.submit(GOOD)
    page = reporter.follow(reporter.post(f"/do/submission/{submission}/withdraw"))
    assert "已撤回" in page.one("h1").text and sent(desk)[0].state == "withdrawn"
    receipt = reporter.draft(GOOD.replace("8100", "8101"))
    assert "已放弃" in reporter.follow(reporter.post(f"/do/draft/{receipt}/discard")).one(class_name="notice").text
    assert "已放弃" in reporter.get(f"/draft/{receipt}").one("h1").text


CROSS: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {},
)


def test_posts_of_other_sites_are_refused(reporter: Person, desk: Desk) -> None:
    submission = reporter.submit(GOOD)
    version = desk.store.event_version()
    paths = ["/do/upload", "/do/me", "/do/draft/1/submit", f"/do/submission/{submission}/withdraw", "/do/queue/accept"]
    for headers in CROSS:
        for path in paths:
            assert reporter.post(path, headers=headers, reason="x").status_code == 403, (path, headers)
    assert desk.store.event_version() == version


def test_rights_are_those_of_the_role(app: MonitorApp, reporter: Person, reviewer: Person, desk: Desk) -> None:
    submission = reporter.submit(GOOD)
    receipt = desk_receipt(desk, submission)
    viewer, elsewhere = person(app, "客", "viewer"), person(app, "赵填报", "reporter", "440000")
    nobody = Person(app.server.test_client())
    version = desk.store.event_version()
    for who in (viewer, elsewhere):
        assert who.client.get(f"/submission/{submission}").status_code == 404
        assert who.client.get(f"/draft/{receipt}").status_code == (404 if who is elsewhere else 403)
        assert who.client.get(f"/download/annotated/{receipt}.xlsx").status_code in (403, 404)
        for verb in ("accept", "return", "comment", "withdraw", "explain"):
            assert who.post(f"/do/submission/{submission}/{verb}", reason="x").status_code in (403, 404), verb
        for verb in ("save", "submit", "discard"):
            assert who.post(f"/do/draft/{receipt}/{verb}").status_code in (403, 404), verb
        assert who.post("/do/queue/accept", ids=str(submission)).status_code == 403
    assert viewer.upload(GOOD).status_code == 403 and nobody.upload(GOOD).status_code == 401
    assert reporter.post(f"/do/submission/{submission}/accept").status_code == 403
    assert reviewer.client.get(f"/draft/{receipt}").status_code == 403  # drafts are their senders'
    assert desk.store.event_version() == version


def test_what_is_one_persons_is_not_shown_to_another_nor_stored(reporter: Person, reviewer: Person) -> None:
    receipt = reporter.draft(GOOD)
    answer = reporter.client.get(f"/draft/{receipt}")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert reporter.client.get("/upload").headers["Cache-Control"] == "no-store"
    assert f"/draft/{receipt}" not in reviewer.client.get("/upload").text
    cookie = reporter.client.get_cookie("__Host-monitor")
    assert cookie is not None and cookie.path == "/"
    body = {
        "output": "page.children", "outputs": {"id": "page", "property": "children"}, "changedPropIds": [],
        "inputs": [{"id": "address", "property": "pathname", "value": f"/draft/{receipt}"},
                   {"id": "address", "property": "search", "value": ""}],
    }  # fmt: skip
    ours, theirs = (who.client.post("/_dash-update-component", json=body) for who in (reporter, reviewer))
    assert "sent.csv" in ours.text and "sent.csv" not in theirs.text
    assert ours.headers["Cache-Control"] == "no-store"


def test_a_notice_is_its_owners_alone(reporter: Person, reviewer: Person) -> None:
    place = reporter.post(f"/do/draft/{reporter.draft(GOOD)}/save").headers["Location"]
    token = place.partition("said=")[2]
    assert reporter.get(place).all(class_name="notice")
    assert not reviewer.get(f"/queue?said={token}").all(class_name="notice")


def test_names_notes_and_files_never_become_markup(app: MonitorApp, reviewer: Person) -> None:
    hostile = person(app, EVIL[:40], "planner")
    quoted = EVIL.replace('"', '""')
    text = HEAD + f'enrolment_rate,320000,2025-Q4,8100,8400,,"{quoted}"\n"{quoted}",320000,2025-Q4,1,2,,\n'
    pages = [hostile.follow(hostile.upload(text, f"{EVIL}.csv".replace("/", "_")))]
    submission = hostile.submit(text.rsplit('"' + quoted[:4], 1)[0])
    pages += [
        hostile.get("/upload"),
        hostile.get("/me"),
        reviewer.get(f"/submission/{submission}"),
        reviewer.get("/queue"),
    ]
    for page in pages:
        assert EVIL[:30] in page.text.replace("\xa0", " ")
        assert not page.all("img") and not [
            a for a in page.all("a") if a.attributes.get("href", "").startswith("https")
        ]
        assert not [e for e in page.all() if any(name.startswith("on") for name in e.attributes)]


def test_a_file_that_is_too_large_is_told_so(reporter: Person) -> None:
    large = GOOD.encode() + b"," * 60_000
    page = reporter.follow(reporter.upload(large))
    assert "超过 0.05 MB" in page.one(class_name="notice").text
    asked = {**OWN, "Accept": "application/json"}
    answer = reporter.client.post("/do/upload", data={"file": (io.BytesIO(large * 4), "x.csv")}, headers=asked)
    assert answer.status_code == 413 and "0.05 MB" in answer.json["zh"] and "larger" in answer.json["en"]
    answer = reporter.client.post("/do/upload", data={"file": (io.BytesIO(GOOD.encode()), "x.csv")}, headers=asked)
    assert answer.status_code == 200 and reporter.client.get(answer.json["location"]).status_code == 200
    assert reporter.client.post("/do/upload", data={}, headers=asked).status_code == 400


def test_a_full_disk_is_told_with_an_id(app: MonitorApp, reporter: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = reporter.draft(GOOD)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for service in ("draft", "submit", "save"):
        monkeypatch.setattr(app.cycle, service, full)
    answer = reporter.upload(GOOD)
    assert answer.status_code == 507
    told = reporter.follow(reporter.post(f"/do/draft/{receipt}/submit")).one(class_name="notice").text
    for said in (answer.text, told):
        assert "磁盘空间不足" in said and "没有改变任何数据" in said and re.search(r"编号 [0-9a-f]{8}）", said)
    asked = {**OWN, "Accept": "application/json"}
    sent = {"file": (io.BytesIO(GOOD.encode()), "x.csv")}
    assert reporter.client.post("/do/upload", data=sent, headers=asked).status_code == 507


def test_a_reviewer_goes_on_to_the_next(app: MonitorApp, reviewer: Person) -> None:
    planner = person(app, "陈计划", "planner")
    ids = [planner.submit(GOOD.replace("320000", code)) for code in ("110000", "120000", "130000")]
    seen = [ids[0]]
    for _ in range(2):
        link = reviewer.get(f"/submission/{seen[-1]}").one("a", "next").attributes["href"]
        seen.append(int(link.rsplit("/", 1)[1]))
    assert sorted(seen) == ids
    for one in ids[1:]:
        assert reviewer.post(f"/do/submission/{one}/accept").status_code == 303
    assert not reviewer.get(f"/submission/{ids[0]}").all("a", "next")


def test_the_template_is_a_download(reporter: Person, app: MonitorApp) -> None:
    reporter.submit(GOOD)
    asked = "/download/template?form=quarterly&region=320000&period=2025-Q4"
    own = reporter.client.get(asked)
    assert own.status_code == 200 and "attachment" in own.headers["Content-Disposition"]
    figures = {8100, 8400}

    def filled(data: bytes) -> set[object]:
        book = openpyxl.load_workbook(io.BytesIO(data))
        return {cell.value for sheet in book for row in sheet.rows for cell in row} & figures

    assert filled(own.data) == figures
    viewer = person(app, "客", "viewer").client
    assert not filled(viewer.get(asked).data)  # what waits is not everybody's
    lost = reporter.client.get("/download/template?form=quarterly&region=320000&period=1999-Q4")
    assert lost.status_code == 404 and lost.mimetype == "text/plain"


@pytest.mark.parametrize(
    "path", ["/draft/abc", "/draft/999", "/submission/999", "/submission/-1", "/draft/99999999999999999999"]
)
def test_what_is_not_there_is_said_so(reporter: Person, path: str) -> None:
    for language in ("zh", "en"):
        answer = reporter.client.get(f"{path}?lang={language}")
        assert answer.status_code == 404 and read(answer.text).one(class_name="problem").one("h1").text
