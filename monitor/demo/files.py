"""The files in which the synthetic submissions are handed in: CSV with BOM as WPS and Excel write it, or .xlsx."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from .rows import COLUMNS, SentRow

# A workbook holds the moment of its making; a fixed one keeps the bytes the same.
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


def write_rows(path: Path, rows: Iterable[SentRow]) -> None:
    """Write an observation file in the format of the name's suffix, `.csv` or `.xlsx`. Raises OSError."""
    if path.suffix == ".xlsx":
        _write_xlsx(path, rows)
    else:
        _write_csv(path, rows)


def _write_csv(path: Path, rows: Iterable[SentRow]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(COLUMNS)
        writer.writerows(row.cells() for row in rows)


def _write_xlsx(path: Path, rows: Iterable[SentRow]) -> None:
    """All cells are texts: a number cell would lose digits beyond the fifteenth, and codes their leading zeros."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"created": _MADE})
        sheet = workbook.add_worksheet("模拟数据")
        sheet.write_row(0, 0, COLUMNS)
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, row.cells())
