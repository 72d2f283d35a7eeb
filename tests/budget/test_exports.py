"""Files of the tables: whole, merged as the form is, harmless, and the same bytes again."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from monitor.budget.answers import Answer
from monitor.budget.book import rating_book, target_book
from monitor.budget.frames import RATING_COLUMNS, TARGET_COLUMNS, rating_frame, target_frame
from monitor.budget.library import Library
from monitor.budget.linked import linked_figures
from monitor.budget.rated import rate
from monitor.report.export import write_table

from .conftest import MANAGEMENT, SYSTEM, World, full_answers


def test_the_target_table_as_rows(shipped: Library) -> None:
    frame = target_frame(shipped.tables[MANAGEMENT])
    assert tuple(frame.columns) == TARGET_COLUMNS and len(frame) == 28
    first = frame.iloc[0]
    parts = [first[f"mid_term_{name}"] for name in ("value", "comparator", "number", "unit")]
    assert parts == ["≥3次", "≥", Decimal(3), "次"]
    assert frame.iloc[6]["annual_value"] == "20项" and frame.iloc[6]["annual_comparator"] == ""


@pytest.mark.parametrize(("project", "rows"), [(SYSTEM, 22), (MANAGEMENT, 28)])
def test_the_official_form_has_merged_cells(shipped: Library, project: str, rows: int) -> None:
    made = target_book(shipped.tables[project])
    assert made == target_book(shipped.tables[project])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    texts = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert sheet["A1"].value == "项目支出绩效目标表" and "国家医疗保障局[257]" in texts
    levels = {"产出指标": {SYSTEM: 13, MANAGEMENT: 19}, "效益指标": {SYSTEM: 7, MANAGEMENT: 6}}
    row = 12
    for level in ("产出指标", "效益指标"):
        size = levels[level][project]
        assert sheet[f"A{row}"].value == level and f"A{row}:A{row + size - 1}" in merged
        row += size
    assert texts.count("指标值") == 2 and sheet.max_row == 11 + rows + 1
    assert all(
        not isinstance(cell.value, str) or not cell.value.startswith("=") for line in sheet.iter_rows() for cell in line
    )


def test_the_self_rating_as_rows_and_as_the_form(world: World, tmp_path: Path) -> None:
    table = world.known.tables[SYSTEM]
    evil = '=HYPERLINK("https://x")'
    answers = full_answers(table, row_1=Answer(row=1, actual="2次", cause=evil, measures="补"))
    rated = rate(table, world.known.scoring, answers, linked_figures(world.desk, table))
    frame = rating_frame(rated, "draft", synthetic=True)
    assert tuple(frame.columns) == RATING_COLUMNS and len(frame) == 1 + 22 + 1
    assert frame.iloc[1]["score"] == Decimal("2.57") and frame.iloc[1]["arithmetic"] == "2 ÷ 3 × 3.85 ≈ 2.5667"
    assert frame.iloc[18]["actual"] == "≥95%" and frame.iloc[18]["vintage"] == "bulletin"
    last = frame.iloc[-1]
    assert (last["indicator"], last["points"], last["score"], last["verdict"]) == ("总分", 100, Decimal("98.72"), "优")
    assert set(frame["synthetic"]) == {"true"}
    write_table(frame, tmp_path / "a.csv", {})
    write_table(frame, tmp_path / "b.csv", {})
    text = (tmp_path / "a.csv").read_bytes()
    assert text == (tmp_path / "b.csv").read_bytes() and b"'=HYPERLINK" in text
    made = rating_book(rated, synthetic=True)
    assert made == rating_book(rated, synthetic=True)
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None and "模拟数据" in str(sheet["A1"].value)
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert "98.72" in [cell.value for cell in cells] and f"{evil}；补" in [cell.value for cell in cells]
