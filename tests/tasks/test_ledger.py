"""The ledger as a file: a row for each task, and the same bytes for the same question."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from monitor.access.actors import Actor
from monitor.report.export import write_table
from monitor.tasks.ledger import COLUMNS, REPORT_COLUMNS, ledger_table, reports_table

from .world import TODAY, World, count, report

CONSOLE = Actor("张三", "console")


def filled(world: World) -> None:
    day = TODAY - timedelta(days=40)
    world.tasks.report(CONSOLE, "box8-2", report(day=day, counts=(count("150", day=day),)), (), today=TODAY)
    new = report("hard", text="=1+1", difficulties="慢", counts=(count("210"),))
    world.tasks.report(CONSOLE, "box8-2", new, (), today=TODAY)


def test_a_row_says_how_a_task_stands(world: World) -> None:
    filled(world)
    frame = ledger_table(world.tasks.board(TODAY), TODAY)
    assert tuple(frame.columns) == COLUMNS and len(frame) == 103
    row = frame.set_index("task").loc["box8-2"]
    assert row["state_name"] == "有困难经努力能完成" and row["report_day"] == "2025-06-30" and row["report"] == 2
    assert row["goals"] == "区县级以上经办服务示范窗口：210/400 个（2025-06-30，经办中心统计）"
    # 2025-06-30: 1642 of 1826 days are over, 89.92…%; cut, not rounded
    assert (row["elapsed_percent"], row["reminder"]) == ("89.9", "yellow")
    assert row["lead"] == "医疗保障事业管理中心" and row["lead_inferred"]
    silent = frame.set_index("task").loc["box8-3"]
    assert (silent["state_name"], silent["state"], silent["report"]) == ("未报告", None, None)
    assert silent["goals"] == "医疗保障基层服务示范点：未报数，目标 500 个"


def test_a_count_of_a_made_up_report_stays_marked_under_a_later_one(world: World) -> None:
    day = TODAY - timedelta(days=40)
    made_up = report(day=day, text="【模拟数据】进展", counts=(count("150", day=day),))
    world.tasks.report(CONSOLE, "box8-2", made_up, (), today=TODAY)
    world.tasks.report(CONSOLE, "box8-2", report(), (), today=TODAY)

    def marked() -> bool:
        row = ledger_table(world.tasks.board(TODAY), TODAY).set_index("task").loc["box8-2"]
        assert row["report"] > 1
        return bool(row["synthetic"])

    assert marked()  # the state is of the second report, the count of the first
    world.tasks.report(CONSOLE, "box8-2", report(counts=(count("160"),)), (), today=TODAY)
    assert not marked()


def test_every_report_has_a_row(world: World) -> None:
    filled(world)
    frame = reports_table(world.tasks.board(TODAY))
    assert tuple(frame.columns) == REPORT_COLUMNS
    assert [(row.report, row.state, row.revised_by) for row in frame.itertuples()] == [
        (1, "well", None),
        (2, "hard", None),
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_question_gives_the_same_bytes_also_later(world: World, tmp_path: Path, kind: str) -> None:
    filled(world)
    moment = world.tick()

    def written(name: str) -> bytes:
        path = tmp_path / f"{name}.{kind}"
        write_table(ledger_table(world.tasks.board(TODAY, moment), TODAY, moment), path, {"plan": "uhs-14"})
        return path.read_bytes()

    first = written("first")
    world.tick(hours=1)
    world.tasks.report(CONSOLE, "box8-2", report("done", counts=(count("400"),)), (), today=TODAY)
    assert written("second") == first


def test_a_text_is_no_formula_in_a_file(world: World, tmp_path: Path) -> None:
    filled(world)
    frame = reports_table(world.tasks.board(TODAY))
    write_table(frame, tmp_path / "reports.csv", {})
    assert '"\'=1+1"' in (tmp_path / "reports.csv").read_text(encoding="utf-8-sig")
    write_table(frame, tmp_path / "reports.xlsx", {})
    sheet = openpyxl.load_workbook(tmp_path / "reports.xlsx").worksheets[0]
    cell = sheet.cell(3, REPORT_COLUMNS.index("text") + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
