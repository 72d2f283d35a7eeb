"""The doors of the documents: the command with its sidecar, the downloads of a round, the approval that files."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.documents.filing import approve_with_papers, papers_of_round
from monitor.documents.press import Press
from monitor.evaluation.rounds import read_round
from monitor.report.desk import Desk
from monitor.store.audit_listing import list_audit
from monitor.web.app import MonitorApp, create_app
from tests.web.people import CHEAP, Person, person

from .reading import docx_text
from .world import ROUND, SIGNER, START, open_desk


@pytest.fixture
def desk(ready: Desk) -> Desk:
    return ready


@pytest.fixture
def app(desk: Desk) -> MonitorApp:
    return create_app(desk, secret_key=b"k" * 32, clock=lambda: START, passwords=CHEAP)


@pytest.fixture
def planner(app: MonitorApp) -> Person:
    return person(app, "陈计划", "planner")


def test_a_rounds_page_offers_every_document(planner: Person, desk: Desk) -> None:
    page = planner.get(f"/rounds/{ROUND}")
    links = [one.attributes["href"] for one in page.all("a") if "/download/document/" in one.attributes.get("href", "")]
    assert [one.rsplit("/", 1)[1] for one in links] == [
        "table.docx", "table.xlsx", "table.csv", "table.pdf", "draft.docx", "draft.pdf",
    ]  # fmt: skip
    made = papers_of_round(desk, read_round(desk.store, ROUND), Press())
    for link in links:
        kind, format_ = link.rsplit("/", 1)[1].split(".")
        answer = planner.client.get(link)
        assert answer.status_code == 200 and answer.data == made.made(kind, format_)  # type: ignore[arg-type]
    assert "2025-final-" in answer.headers["Content-Disposition"]
    assert [one.object for one in list_audit(desk.store) if one.action == "exported"] == links[::-1]
    assert planner.client.get(f"/download/document/{ROUND}/draft.csv").status_code == 404


def test_approval_files_what_the_page_gave(planner: Person, desk: Desk) -> None:
    before = planner.client.get(f"/download/document/{ROUND}/draft.docx").data
    seq = read_round(desk.store, ROUND).seq
    answer = planner.post(f"/do/duty/rounds/{ROUND}/sign", built_on=str(seq))
    assert "已审定" in planner.follow(answer).seen
    told = read_round(desk.store, ROUND)
    assert told.state == "approved" and len(told.papers) == 6
    filed = {paper.name: paper.sha256 for paper in told.papers}
    assert filed["评估报告初稿.docx"] == hashlib.sha256(before).hexdigest()
    assert planner.client.get(f"/download/document/{ROUND}/draft.docx").data == before


def test_an_approval_says_what_is_wrong_with_the_file_of_tasks(
    planner: Person, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.catalogue.problems import CatalogueError, Problem

    def faulty(catalogue: object) -> None:
        raise CatalogueError(
            [Problem("t.yaml", 3, "tasks", "bad", "任务文件第 3 行有误", "line 3 of the tasks is wrong")]
        )

    monkeypatch.setattr("monitor.documents.occasion.tasks_of", faulty)
    seq = read_round(desk.store, ROUND).seq
    answer = planner.post(f"/do/duty/rounds/{ROUND}/sign", built_on=str(seq))
    assert "任务文件第 3 行有误" in planner.follow(answer).seen
    assert read_round(desk.store, ROUND).state == "open"


@pytest.fixture
def store(with_round: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MONITOR_STORE", str(with_round / "monitor.duckdb"))
    monkeypatch.chdir(Path(__file__).parents[2])
    return tmp_path


def test_the_command_writes_the_file_and_what_makes_it_again(store: Path) -> None:
    for name in ("t.docx", "t.xlsx", "t.csv", "t.pdf"):
        assert main(["document", "table", "--period", "2025", "--output", str(store / name)]) == 0
        content = (store / name).read_bytes()
        facts = json.loads((store / f"{name}.meta.json").read_text(encoding="utf-8"))
        assert facts["sha256"] == hashlib.sha256(content).hexdigest()
        assert (facts["plan"], facts["region"], facts["period"]) == ("uhs-14", "000000", "2025")
        assert facts["as_of"].startswith("2026-11-02T") and facts["filed"] is False
    again = ["document", "table", "--period", "2025", "--as-of", facts["as_of"], "--output", str(store / "again.docx")]
    assert main(again) == 0
    assert (store / "again.docx").read_bytes() == (store / "t.docx").read_bytes()


def test_the_command_takes_a_round_and_a_template(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = store / "draft.docx"
    assert main(["document", "draft", "--round", ROUND, "--output", str(out)]) == 0
    assert "评估结论：基本实现" in docx_text(out.read_bytes())
    (store / "own.docx").write_bytes(b"no document")
    refused = ["document", "draft", "--round", ROUND, "--template", str(store / "own.docx"), "--output", str(out)]
    assert main(refused) == 1
    assert "own.docx" in capsys.readouterr().err


def test_what_is_filed_is_given_with_what_the_round_keeps_of_it(
    with_round: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later program gives the same bytes and does not say that it made them, even if it could not make them."""
    data = tmp_path / "data"
    shutil.copytree(with_round, data)
    desk = open_desk(data / "monitor.duckdb")
    told = approve_with_papers(desk, SIGNER, ROUND, Press())
    paper = next(one for one in told.papers if one.name == "评估报告初稿.pdf")
    desk.store.close()
    monkeypatch.setenv("MONITOR_STORE", str(data / "monitor.duckdb"))
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.setattr("monitor.documents.filing.papers_of", None)
    out = tmp_path / "filed.pdf"
    assert main(["document", "draft", "--round", ROUND, "--output", str(out)]) == 0
    assert hashlib.sha256(out.read_bytes()).hexdigest() == paper.sha256
    facts = json.loads((tmp_path / "filed.pdf.meta.json").read_text(encoding="utf-8"))
    assert (facts["filed"], facts["approved_by"], facts["sha256"]) == (True, SIGNER.name, paper.sha256)
    assert (facts["catalogue"], facts["settings"]) == (told.catalogue_version, told.settings)
    assert "program_version" not in facts


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["table", "--output", "x.docx"], 2),
        (["table", "--period", "2025", "--output", "x.doc"], 2),
        (["draft", "--period", "2025", "--output", "x.csv"], 2),
        (["draft", "--round", ROUND, "--period", "2025", "--output", "x.pdf"], 2),
        (["table", "--period", "2025", "--template", "a.docx", "--output", "x.pdf"], 2),
        (["table", "--period", "二十", "--output", "x.pdf"], 2),
        (["draft", "--period", "2020", "--output", "x.pdf"], 2),
        (["table", "--round", "none", "--output", "x.pdf"], 1),
    ],
)
def test_wrong_uses_are_refused_in_one_line(
    store: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    placed = [str(store / one) if one.startswith("x.") else one for one in arguments]
    assert main(["document", *placed]) == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Traceback" not in said
