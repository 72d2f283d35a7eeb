"""`monitor pooling` as a caller meets it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.frame.conftest import Run, _bare_settings, run

__all__ = ["_bare_settings", "run"]


def test_steps_are_printed_with_their_rules(run: Run) -> None:
    ended = run("pooling", "employees", "--task", "10000", "--collected", "9300", "--balance", "120")
    assert (ended.code, ended.err) == (0, "")
    assert "min(200, 120) = 120 〔二、（四）2 第2段" in ended.out
    assert "200 − 120 = 80" in ended.out
    assert "“各区县（自治县）完成目标考核任务后，统筹基金实际支出未超过下达的基金支出指标的" in ended.out
    assert "（--met）" in ended.out


def test_a_bad_amount_is_one_line(run: Run) -> None:
    ended = run("pooling", "residents", "--funding", "-5", "--first", "perhaps")
    assert ended.code == 2 and ended.err.count("\n") == 1
    assert "--funding" in ended.err and "--first" in ended.err
    assert run("pooling", "residents").code == 2


def test_a_table_is_settled_to_a_file_the_same_again(run: Run, tmp_path: Path) -> None:
    sample = run("pooling", "settle", "--sample", "--scheme", "employees").out
    (tmp_path / "d.csv").write_text(sample, encoding="utf-8", newline="")
    for name in ("a.xlsx", "b.xlsx", "a.csv"):
        assert run("pooling", "settle", "d.csv", "--scheme", "employees", "--output", name).code == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig"))))
    assert [row["区县"] for row in rows][:2] == ["示例甲区", "示例乙区"] and len(rows) == 6
    assert (rows[1]["超支：市级承担"], rows[0]["超收留存"], rows[1]["差额：区县政府弥补"]) == ("550", "150", "80")
    assert {row["备注"] for row in rows[:4]} == {"模拟数据"}


def test_problems_of_a_table_are_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("district,funding\n甲,x\n乙,-1\n", encoding="utf-8")
    ended = run("pooling", "settle", "d.csv", "--scheme", "residents")
    assert ended.code == 1 and ended.out == ""
    assert [line.split(": ")[0] for line in ended.err.splitlines()] == ["d.csv:2:funding", "d.csv:3:funding"]


def test_rules_are_printed_and_can_be_another_citys(run: Run, tmp_path: Path) -> None:
    ended = run("pooling", "rules")
    assert ended.code == 0 and "始终保持各年度筹资总额8%的水平" in ended.out and "六、（四） 第1段第2句" in ended.out
    (tmp_path / "mine.yaml").write_text("id: x\n", encoding="utf-8")
    ended = run("pooling", "rules", "--rules", "mine.yaml")
    assert ended.code == 2 and "mine.yaml:1" in ended.err
    assert run("pooling", "settle", "--scheme", "employees").code == 2
