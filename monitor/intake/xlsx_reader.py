"""Rows of a workbook's sheet as text, as its cells show them; only for use in the limited child process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import python_calamine

from .columns import HEADER_ROWS, KEYS, PARTS, column_letter, is_header, read_header
from .csv_reader import BATCH_ROWS, Batch
from .foot import FootCell, foot_cells
from .limits import Limits
from .numbers import cell_number_text, percent_cell_text
from .problems import ProblemLog, Refused, escape_text
from .template_marks import FOOT, is_error_list, is_marked, only_instructions
from .xlsx_prescan import Sheet, WorkbookScan
from .xlsx_sheet import ERROR, FORMULA, MONTH, NO_RESULT, PERCENT, SheetScan
from .xlsx_zip import damaged

_NUMBER_COLUMNS = frozenset({"value", *PARTS})


class _Candidate(NamedTuple):
    """A visible sheet with a header: what the pre-scan saw, its cells, the header's row, the first row in use.

    `is_template`: the sheet says above its header that it is a form to fill.
    """

    sheet: Sheet
    scan: SheetScan
    cells: Any
    header: list[str]
    row: int
    first_row: int
    is_template: bool


class XlsxTable:
    """The one sheet that is read, as its header and batches of rows; blank rows are left out.

    `sheet`: its name. `foot`: what somebody filled in at the foot of a form to fill.
    """

    def __init__(self, path: Path, workbook: WorkbookScan, limits: Limits, problems: ProblemLog) -> None:
        """Choose the sheet and find its header. Raises Refused (no_visible_sheet, several_sheets, no_header, …)."""
        self._limits = limits
        self._problems = problems
        self._book = _opened(path)
        if workbook.has_links:
            problems.add("external_links")
        if workbook.has_macros:
            problems.add("macros_ignored")
        chosen = self._choose(workbook.sheets)
        self._scan, self._cells = chosen.scan, chosen.cells
        self.sheet = problems.sheet = chosen.sheet.name
        others = [one.name for one in workbook.sheets if one is not chosen.sheet and not is_error_list(one.name)]
        if others and not (chosen.is_template and only_instructions(others)):
            problems.add("sheet_chosen", text=chosen.sheet.name, values={"others": escape_text("、".join(others))})
        self.header = read_header(
            chosen.header, chosen.row, chosen.first_row, limits.columns, problems, is_template=chosen.is_template
        )
        self._at = {position: name for name, position in self.header.positions.items()}
        self.foot: list[FootCell] = []
        self._foot = self._find_foot() if chosen.is_template else frozenset()
        self._report_merges()
        self._report_lost_cells()

    def _choose(self, sheets: list[Sheet]) -> _Candidate:
        """The only visible sheet that has a header."""
        visible = [(sheet, sheet.scan) for sheet in sheets if sheet.visible and sheet.scan is not None]
        if not visible:
            raise Refused("no_visible_sheet")
        found: list[_Candidate] = []
        in_use = False
        for sheet, scan in visible:
            opened = _opened_sheet(self._book, sheet.name)
            used = ((row, cells) for row, cells in _texts_of(opened) if any(cell.strip() for cell in cells))
            first_row, is_template = 0, False
            for row, cells in islice(used, HEADER_ROWS):
                in_use = True
                first_row = first_row or row
                if is_header(cells):
                    found.append(_Candidate(sheet, scan, opened, cells, row, first_row, is_template))
                    break
                is_template = is_template or is_marked(cells)
        if not found:
            raise Refused("no_header" if in_use else "empty_file", rows=HEADER_ROWS)
        if len(found) > 1:
            names = "、".join(candidate.sheet.name for candidate in found)
            raise Refused("several_sheets", names=escape_text(names))
        return found[0]

    def _find_foot(self) -> frozenset[int]:
        """The rows below a form's table: from its mark on, those that name no figure; `foot`: who signs there."""
        keys = [self.header.positions[name] for name in KEYS if name in self.header.positions]
        rows: set[int] = set()
        for row, cells in _texts_of(self._cells):
            named = [cells[place].strip() for place in keys if place < len(cells)]
            if row > self.header.row and (rows or FOOT in named) and not any(text not in ("", FOOT) for text in named):
                rows.add(row)
                self.foot.extend(foot_cells(row, cells))
        return frozenset(rows)

    def _report_merges(self) -> None:
        """A merged area among the data leaves open which row a text belongs to."""
        for _top, bottom, left, right, reference in self._scan.merges:
            columns = [self._at[column] for column in range(left, right + 1) if column in self._at]
            if bottom + 1 > self.header.row and columns and not self._foot.issuperset(range(_top + 1, bottom + 2)):
                row = max(_top + 1, self.header.row + 1)
                self._problems.add("merged_cells", row=row, column=self.header.label(columns[0]), text=reference)

    def _report_lost_cells(self) -> None:
        """Errors and formulas without a result come as empty cells: report them, wherever they stand."""
        for row, column, flags in self._scan.flagged(NO_RESULT | ERROR):
            if row + 1 > self.header.row and column in self._at and row + 1 not in self._foot:
                code = "error_cell" if flags & ERROR else "formula_without_result"
                reference = f"{column_letter(column)}{row + 1}"
                self._problems.add(code, row=row + 1, column=self.header.labels[column], text=reference)

    def batches(self) -> Iterator[Batch]:
        """All data rows in batches, each as wide as the header. Raises Refused when there are too many."""
        lines: list[int] = []
        rows: list[list[str]] = []
        width, room, first = self.header.width, self._limits.rows, True
        for row, cells in _rows_of(self._cells):
            if row <= self.header.row or row in self._foot:
                continue
            texts = [cell if isinstance(cell, str) else _text(cell) for cell in cells[:width]]
            texts.extend([""] * (width - len(texts)))
            if flags := self._scan.flags(row - 1):
                self._look_closer(row, texts, cells, flags)
            if not any(texts) or not any(text.strip() for text in texts):
                continue
            if first and self.header.is_repeated_by(texts):
                self._problems.add("second_header", row=row)
                first = False
                continue
            first = False
            room -= 1
            if room < 0:
                raise Refused("too_many_rows", row, limit=self._limits.rows)
            lines.append(row)
            rows.append(texts)
            if len(rows) == BATCH_ROWS:
                yield Batch(lines, rows)
                lines, rows = [], []
        if rows:
            yield Batch(lines, rows)

    def own_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row of the sheet that holds anything, as its cells show it."""
        for row, cells in _rows_of(self._cells):
            texts = [cell if isinstance(cell, str) else _text(cell) for cell in cells]
            for column, flag in enumerate(self._scan.flags(row - 1)[: len(cells)]):
                cell = cells[column]
                if flag & PERCENT and isinstance(cell, float):
                    texts[column] = percent_cell_text(cell)
            if any(text.strip() for text in texts):
                yield row, texts

    def _look_closer(self, row: int, texts: list[str], cells: list[Any], flags: bytes) -> None:
        """Read the cells of a row whose value is not what they show: percentages, months, results of formulas."""
        for column, flag in enumerate(flags[: len(texts)]):
            name = self._at.get(column)
            if not flag or name is None or column >= len(cells):
                continue
            label, cell = self.header.labels[column], cells[column]
            if flag & PERCENT and isinstance(cell, float) and name in _NUMBER_COLUMNS:
                stored, texts[column] = texts[column], percent_cell_text(cell)
                self._problems.add(
                    "percent_format", row=row, column=label, text=texts[column], values={"stored": stored}
                )
            elif flag & MONTH and name == "period" and isinstance(cell, (date, datetime)):
                texts[column] = f"{cell.year:04d}-{cell.month:02d}"
                self._problems.add("period_from_date", row=row, column=label, text=texts[column])
            if flag & FORMULA and not flag & (NO_RESULT | ERROR):
                self._problems.add("formula_result", row=row, column=label, text=texts[column])


def first_visible(path: Path, workbook: WorkbookScan) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The name of the first visible sheet and its rows that hold anything. Raises Refused (no_visible_sheet, …)."""
    name = next((sheet.name for sheet in workbook.sheets if sheet.visible and sheet.scan is not None), None)
    if name is None:
        raise Refused("no_visible_sheet")
    rows = _texts_of(_opened_sheet(_opened(path), name))
    return name, ((row, texts) for row, texts in rows if any(text.strip() for text in texts))


def _opened(path: Path) -> Any:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as fault:
        raise Refused("encrypted_workbook") from fault
    except (python_calamine.CalamineError, OSError) as fault:
        raise damaged("表格程序打不开", "no spreadsheet reader can open it") from fault


def _opened_sheet(book: Any, name: str) -> Any:
    try:
        return book.get_sheet_by_name(name)
    except (python_calamine.CalamineError, OSError) as fault:
        raise damaged(f"工作表“{name}”读不出", f"the sheet '{name}' cannot be read") from fault


def _rows_of(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet with their number from 1, each from column A on."""
    if sheet.start is None:
        return
    empty = [""] * sheet.start[1]
    for row, cells in enumerate(sheet.iter_rows(), start=1):
        yield row, empty + cells


def _texts_of(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for row, cells in _rows_of(sheet):
        yield row, [cell if isinstance(cell, str) else _text(cell) for cell in cells]


def _text(cell: float | bool | date | datetime | time | timedelta) -> str:
    """A cell that is no text, as text: numbers in plain digits, dates in ISO."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (float, int)):
        return cell_number_text(float(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
