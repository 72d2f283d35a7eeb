"""`monitor task …` as a caller meets it: exit codes, what is printed, what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from monitor.store.store import Store
from tests.frame.conftest import Ended, Run, _bare_settings, catalogue, run

from .world import SMALL

__all__ = ["_bare_settings", "catalogue", "run"]
DAY = "2025-06-30"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "var" / "monitor.duckdb"
    path.parent.mkdir()
    Store.open(path).close()
    return path


def rows(ended: Ended) -> list[dict[str, str]]:
    assert ended.code == 0, ended.err
    return list(csv.DictReader(io.StringIO(ended.out.removeprefix("\ufeff"))))


def report(run: Run, *more: str, task: str = "box8-2", state: str = "well") -> Ended:
    return run("task", "report", task, "--state", state, "--text", "已评定三批", "--day", DAY, *more)


def test_a_task_is_reported_confirmed_listed_and_shown(run: Run, store: Path, tmp_path: Path) -> None:
    paper = tmp_path / "评定.pdf"
    paper.write_bytes(b"%PDF")
    sent = report(run, "--count", "windows", "380", DAY, "经办中心", "--paper", str(paper), "--by", "张三")
    assert sent.code == 0 and "1" in sent.out
    assert run("task", "confirm", "uhs-14:box8-2", "1", "--by", "李四").code == 0
    (row,) = rows(run("task", "list", "--day", DAY, "--state", "well", "--format", "csv"))
    assert (row["task"], row["state_name"], row["decision"], row["reminder"]) == ("box8-2", "进展良好", "confirmed", "")
    shown = run("task", "show", "box8-2", "--day", DAY)
    assert "建成 400 个区县级以上经办服务示范窗口" in shown.out and "380/400" in shown.out and "评定.pdf" in shown.out
    assert len(rows(run("task", "list", "--part", "box7", "--format", "csv"))) == 4
    assert len(rows(run("task", "list", "--lead", "基金监管司", "--format", "csv"))) == 14


def test_a_return_needs_its_reason_and_takes_effect(run: Run, store: Path) -> None:
    assert report(run, "--by", "张三").code == 0
    assert run("task", "return", "box8-2", "1", "--by", "李四").code == 2
    assert run("task", "return", "box8-2", "1", "--remark", "缺文件", "--by", "李四").code == 0
    (row,) = rows(run("task", "list", "--part", "box8", "--reminder", "red", "--format", "csv"))[1:2]
    assert (row["task"], row["state_name"]) == ("box8-2", "未报告")
    again = run("task", "confirm", "box8-2", "1", "--by", "李四")
    assert (again.code, again.out) == (1, "") and again.err.count("\n") == 1


WRONG = [
    ("task", "show", "box99-1"),
    ("task", "list", "--plan", "other"),
    ("task", "list", "--day", "yesterday"),
    ("task", "list", "--state", "fine"),
    ("task", "report", "box8-2", "--state", "well", "--text", " "),
    ("task", "report", "box8-2", "--state", "done", "--text", "完", "--count", "windows", "380", DAY, "统计"),
    ("task", "report", "box8-2", "--state", "well", "--text", "好", "--count", "windows", "x", DAY, "统计"),
    ("task", "report", "box8-2", "--state", "well", "--text", "好", "--count", "windows", "38%", DAY, "统计"),
    ("task", "report", "box8-2", "--state", "well", "--text", "好", "--paper", "nothing.pdf"),
    ("task", "export", "--output", "ledger.doc"),
    ("task", "check", "nothing.yaml"),
    ("task",),
]


def test_wrong_use_is_one_line(run: Run, store: Path) -> None:
    for arguments in WRONG:
        ended = run(*arguments)
        assert (ended.code, ended.out) == (2, ""), arguments
        assert ended.err.count("\n") == 1 and "Traceback" not in ended.err


def test_without_a_store_there_is_nothing_to_list(run: Run) -> None:
    assert run("task", "list").code == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_the_same_again_and_noted(run: Run, store: Path, tmp_path: Path, kind: str) -> None:
    assert report(run, "--by", "张三").code == 0
    assert run("snapshot", "freeze", "第1版").code == 0
    first, second = tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"
    assert run("task", "export", "--as-of", "第1版", "--day", DAY, "--output", first).code == 0
    assert report(run, "--difficulties", "慢", "--by", "张三", state="hard").code == 0
    assert run("task", "export", "--as-of", "第1版", "--day", DAY, "--output", second).code == 0
    assert first.read_bytes() == second.read_bytes()
    assert run("task", "export", "--reports", "--output", tmp_path / "reports.csv").code == 0
    assert len((tmp_path / "reports.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    actions = [one["action"] for one in json.loads(run("audit", "list", "--format", "json").out)]
    assert actions.count("exported") >= 3 and actions.count("task_report") == 2


def test_a_file_is_checked_and_every_fault_has_its_place(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "tasks-p.yaml", tmp_path / "tasks-q.yaml"
    good.write_text(SMALL, encoding="utf-8")
    bad.write_text(
        SMALL.replace("lead: 基金监管司", "leed: 基金监管司").replace("number: 400", "number: x"), encoding="utf-8"
    )
    ended = run("task", "check", good)
    assert ended.code == 0 and "tasks-p.yaml: p, " in ended.out and "2 tasks, 2 countable goals" in ended.out
    ended = run("task", "check", good, bad)
    assert ended.code == 1
    assert "tasks-q.yaml:20 tasks[1].leed" in ended.out and "tasks-q.yaml:25 tasks[1].goals[0].number" in ended.out
    told = json.loads(run("task", "check", bad, "--format", "json").out)
    assert [one["line"] for one in told] == [20, 25]
    assert run("task", "check").out.startswith("tasks-uhs-14.yaml: uhs-14, 103")


def test_a_faulty_file_beside_a_plan_is_told_in_one_line(
    run: Run, store: Path, tmp_path: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tasks-uhs-14.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setenv("MONITOR_CATALOGUE", str(catalogue))
    ended = run("task", "list")
    assert (ended.code, ended.err.count("\n")) == (1, 1) and "tasks-uhs-14.yaml:2 plan" in ended.err
