"""Tables opened in LibreOffice Calc: no text of a sender runs as a formula, and numbers are numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from monitor.report.export import write_table
from tests.report.test_round_trip import HOSTILE
from tests.system import calc

NUMBERS = (27.7, -0.5, Decimal("-12"), Decimal("34913.37"), 1e-7, 0)


def table() -> pd.DataFrame:
    numbers = [NUMBERS[place % len(NUMBERS)] for place in range(len(HOSTILE))]
    return pd.DataFrame({"text": HOSTILE, "number": numbers, "=1+2": HOSTILE}, dtype=object)


def formulas(path: Path) -> int:
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    return sum(cell.data_type == "f" or cell.hyperlink is not None for cell in cells)


def test_a_bare_csv_would_run_so_the_test_can_fail(tmp_path: Path) -> None:
    bare = tmp_path / "bare.csv"
    bare.write_text('text,number\r\n"=1+1",1\r\n" =2+2",2\r\nplain,3\r\n', encoding="utf-8-sig", newline="")
    assert formulas(calc.to_xlsx(bare, tmp_path)) >= 1


def test_no_text_of_a_csv_runs_and_numbers_are_numbers(tmp_path: Path) -> None:
    frame = table()
    write_table(frame, tmp_path / "table.csv", {})
    opened = calc.to_xlsx(tmp_path / "table.csv", tmp_path)
    assert formulas(opened) == 0
    sheet = openpyxl.load_workbook(opened).worksheets[0]
    shown = [sheet.cell(row, 2) for row in range(2, sheet.max_row + 1)]
    assert {cell.data_type for cell in shown} == {"n"} and len(shown) == len(frame)
    assert [cell.value for cell in shown] == [pytest.approx(float(number)) for number in frame["number"]]


def test_no_text_of_a_workbook_runs_when_it_is_opened_and_saved_again(tmp_path: Path) -> None:
    write_table(table(), tmp_path / "table.xlsx", {"=1+1": '=HYPERLINK("http://x")'})
    saved = tmp_path / "saved.xlsx"
    calc.fill(tmp_path / "table.xlsx", saved, {})
    assert formulas(tmp_path / "table.xlsx") == formulas(saved) == 0
