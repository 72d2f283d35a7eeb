"""`monitor budget`, as a caller meets it."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.frame.conftest import Run, _bare_settings, run

from .conftest import MANAGEMENT, SHIPPED, SYSTEM

__all__ = ["_bare_settings", "run"]

ANSWERS = """\
budget: 4946.90
executed: 4452.21
funds_cause: 部分课题跨年结算
rows:
  - {row: 1, actual: 4次}
  - {row: 18, actual: 96%}
"""


@pytest.fixture
def store(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "store"
    shutil.copytree(published, folder)
    monkeypatch.setenv("MONITOR_STORE", str(folder / "m.duckdb"))
    yield folder


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_without_a_store(run: Run, tmp_path: Path) -> None:
    listed = _rows(run("budget", "list").out)
    assert [(one["project"], one["annual_funds"], one["rows"], one["state"]) for one in listed] == [
        (MANAGEMENT, "3714.91", "28", "none"), (SYSTEM, "4946.9", "22", "none"),
    ]  # fmt: skip
    ended = run("budget", "check")
    assert ended.code == 0 and len(_rows(ended.out)) == 282 and "282 checks, 0 do not agree" in ended.err
    assert len(_rows(run("budget", "show", SYSTEM).out)) == 22
    target = tmp_path / "t.xlsx"
    assert run("budget", "export", SYSTEM, "--output", str(target)).code == 0
    assert openpyxl.load_workbook(target).active["A1"].value == "项目支出绩效目标表"  # type: ignore[index]
    unknown = run("budget", "show", "2020-nothing")
    assert unknown.code == 2 and "2020-system" in unknown.err and unknown.err.count("\n") == 1
    assert run("budget", "show", SYSTEM, "--rating").code == 2  # there is no store


def test_a_file_is_checked_with_every_fault(run: Run, tmp_path: Path) -> None:
    text = (SHIPPED / "2020-system.yaml").read_text(encoding="utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(text.replace("显著提高", "显著的提高").replace("attribute:", "atribute:"), encoding="utf-8")
    ended = run("budget", "check", str(own))
    assert ended.code == 1 and "own.yaml:13: project.atribute:" in ended.out
    assert ended.out.count("显著提高") >= 6 and "Traceback" not in ended.out + ended.err
    assert run("budget", "check", str(SHIPPED / "scoring.yaml")).code == 0
    assert run("budget", "check", str(tmp_path / "none.yaml")).code == 2


def test_rating_submitting_and_accepting(run: Run, store: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    refused = run("budget", "rate", SYSTEM, str(answers), "--by", "李四")
    assert refused.code == 2 and "“96%”" in refused.err and refused.err.count("\n") == 1
    answers.write_text(ANSWERS.replace("  - {row: 18, actual: 96%}\n", ""), encoding="utf-8")
    saved = run("budget", "rate", SYSTEM, str(answers), "--by", "李四", "--paper", str(answers))
    assert saved.code == 0 and "revision 1 saved, 21.42—99.00; 19 still lacking" in saved.out  # 9 + 3.85 + 4.29 + 4.28
    assert run("budget", "submit", SYSTEM, "--by", "李四").code == 2
    lines = ["budget: 4946.90", "executed: 4946.90", "rows:"]
    for one in _rows(run("budget", "show", SYSTEM).out):
        if one["annual_number"] and not one["plan_indicator"]:
            lines.append(f"  - {{row: {one['row']}, actual: {one['annual_number']}}}")
        elif not one["plan_indicator"]:
            lines.append(f"  - {{row: {one['row']}, attainment: 达成年度指标, percent: 100}}")
    answers.write_text("\n".join(lines), encoding="utf-8")
    assert "100.00 优" in run("budget", "rate", SYSTEM, str(answers), "--by", "李四").out
    assert run("budget", "submit", SYSTEM, "--by", "李四").code == 0
    assert run("budget", "accept", SYSTEM, "--by", "李四").code == 2
    assert run("budget", "accept", SYSTEM, "--by", "王五", "--return", "再核").code == 0
    assert run("budget", "submit", SYSTEM, "--by", "李四").code == 0
    assert "100.00 优" in run("budget", "accept", SYSTEM, "--by", "王五").out
    target = tmp_path / "rating.csv"
    assert run("budget", "export", SYSTEM, "--rating", "--output", str(target)).code == 0
    first = target.read_bytes()
    run("budget", "export", SYSTEM, "--rating", "--output", str(target))
    assert target.read_bytes() == first and len(_rows(first.decode("utf-8-sig"))) == 24
    listed = {one["project"]: one for one in _rows(run("budget", "list").out)}
    assert (listed[SYSTEM]["state"], listed[SYSTEM]["score"], listed[SYSTEM]["grade"]) == ("accepted", "100.00", "优")


def test_own_points_are_loaded(run: Run, store: Path, tmp_path: Path) -> None:
    own = tmp_path / "points.yaml"
    text = (SHIPPED / "scoring.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("execution: 10", "execution: 20"), encoding="utf-8")
    wrong = run("budget", "load", str(own), "--by", "王五")
    assert wrong.code == 1 and "110" in wrong.out
    own.write_text(text.replace("execution: 10, output: 50", "execution: 20, output: 40"), encoding="utf-8")
    assert run("budget", "load", str(own), "--by", "王五").code == 0
    rows = _rows(run("budget", "show", SYSTEM, "--rating").out)
    assert rows[0]["points"] == "20" and sum(float(one["points"]) for one in rows[:-1]) == pytest.approx(100)
