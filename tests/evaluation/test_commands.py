"""`monitor round` as a caller meets it, and the rounds of the demonstration."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from monitor.demo.rounds import load_rounds
from monitor.evaluation.frozen import is_unmoved
from monitor.evaluation.rounds import read_rounds
from tests.cycle.in_process import reading_in_process
from tests.frame.conftest import Ended, Run, _bare_settings, run

from .conftest import FIELDS, World

__all__ = ["_bare_settings", "run"]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def done(ended: Ended) -> Ended:
    assert ended.code == 0, ended.err
    return ended


def send(run: Run, folder: Path, value: str) -> None:
    path = folder / f"{value}.csv"
    path.write_text(
        f"indicator_id,region_code,period,value,unit,vintage\nout_of_pocket_share,000000,2025,{value},%,bulletin\n",
        encoding="utf-8",
    )
    with reading_in_process():
        done(run("ingest", path, "--accept", "--explain", "公布", "--by", "数据员"))


@pytest.fixture
def opened(run: Run, tmp_path: Path) -> Path:
    send(run, tmp_path, "27.5")
    ended = done(run("round", "open", "final", "2025", "--title", "总结评估", "--by", "王计划"))
    assert "2025-final: open, 15 indicators" in ended.out
    return tmp_path


def test_a_round_by_commands(run: Run, opened: Path) -> None:
    name, share = "2025-final", "out_of_pocket_share"
    file, first, second = opened / "f.csv", opened / "1.csv", opened / "2.csv"
    done(run("round", "export", name, "--output", first))
    send(run, opened, "26.9")
    done(run("round", "export", name, "--output", second))
    assert first.read_bytes() == second.read_bytes()
    told = rows(first.read_text("utf-8"))
    for row in told:
        row.update(FIELDS)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(told[0]))
        writer.writeheader()
        writer.writerows(told)
    assert "15 self-assessments" in done(run("round", "assess", name, "--file", file)).out
    refused = run("round", "conclude", name, share, "nearly", "--by", "王计划")
    assert refused.code == 2 and "give the reason" in refused.err and "Traceback" not in refused.err
    paper = opened / "依据.txt"
    paper.write_text("依据", encoding="utf-8")
    more = ("--reason", "差距很小", "--paper", paper)
    assert "differs" in done(run("round", "conclude", name, share, "nearly", "--by", "王计划", *more)).err
    own = run("round", "approve-conclusion", name, share, "--by", "王计划")
    assert own.code == 1 and "cannot be decided by you" in own.err
    done(run("round", "return", name, share, "--reason", "请按数据", "--by", "李主任"))
    done(run("round", "conclude", name, share, "未实现", "--by", "王计划"))
    done(run("round", "approve-conclusion", name, share, "--by", "李主任"))
    lacking = run("round", "approve", name, "--by", "李主任")
    assert lacking.code == 1 and "14 (" in lacking.err
    done(run("round", "comment", name, "--text", "意见", "--by", "江苏"))
    number = done(run("round", "show", name)).err.split("#")[1].split(" ")[0]
    done(run("round", "answer", name, number, "taken", "--by", "王计划"))
    shown = {row["indicator_id"]: row for row in rows(done(run("round", "show", name)).out)}
    assert (shown[share]["class"], shown[share]["conclusion"], shown[share]["conclusion_state"]) == (
        "missed", "missed", "approved",
    )  # fmt: skip
    done(run("round", "open", "final", "2025", "--title", "再评", "--by", "王计划"))
    changed = rows(done(run("round", "compare", name, "2025-final-2")).out)
    assert [(row["indicator"], row["value_before"], row["value_after"]) for row in changed] == [(share, "27.5", "26.9")]
    for indicator in ("fund_income", "fund_expenditure"):
        done(run("round", "conclude", name, indicator, "achieved", "--reason", "平稳", "--by", "王计划"))
    assert "12 conclusions" in done(run("round", "conclude-rest", name, "--by", "王计划")).out
    assert run("round", "approve-conclusion", name, "--by", "王计划").code == 1
    assert "14 conclusions" in done(run("round", "approve-conclusion", name, "--by", "李主任")).out
    assert run("round", "approve", name, "--by", "王计划").code == 1
    assert "papers filed" in done(run("round", "approve", name, "--by", "李主任")).out
    assert run("round", "comment", name, "--text", "又一条").code == 1
    done(run("round", "missing", "2025-final-2", share, "--reason", "未报"))
    done(run("round", "withdraw", "2025-final-2", "--reason", "误开"))
    assert [row["state"] for row in rows(done(run("round", "list")).out)] == ["withdrawn", "approved"]


def test_a_file_with_faults_names_each_place(run: Run, opened: Path) -> None:
    path = opened / "bad.csv"
    head = "indicator_id," + ",".join(FIELDS)
    path.write_text(f"{head}\nnothing,a,can,,b,no,,c\nenrolment_rate,a,maybe,,b,no,,\n", encoding="utf-8")
    ended = run("round", "assess", "2025-final", "--file", path)
    assert ended.code == 1 and ended.out == ""
    assert [line.partition("bad.csv:")[2].split(": ")[0] for line in ended.err.splitlines()] == [
        "2:indicator_id", "3:measures", "3:outlook",
    ]  # fmt: skip
    assert run("round", "show", "nothing").code == 2
    assert run("round", "open", "final", "2025", "--title", "x", "--deadline", "soon").code == 2


def test_the_demonstration_has_two_rounds_that_say_they_are_made_up(world: World) -> None:
    assert load_rounds(world.desk) == 2
    final, midterm = read_rounds(world.store)
    assert (final.state, midterm.state) == ("open", "approved")
    assert final.differing and final.without_assessment and not midterm.without_approval
    texts = [final.title, midterm.title]
    for told in (final, midterm):
        assert is_unmoved(world.desk, told)
        texts += [one.text for one in told.comments]
        for subject in told.subjects:
            texts += [text for one in subject.assessments for text in (one.completion, one.problems, one.measures)]
            texts += [one.reason for one in subject.conclusions if one.reason]
    assert all("模拟数据" in text for text in texts)
