"""The table as a workbook with merged cells, and as CSV: one row an indicator, every digit beside what is printed."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter

from monitor.report.export import to_csv

from .prose import OriginRow, Paragraph, clean
from .table import Cell, IndicatorTable

_FIXED_DATE = datetime.fromisoformat("2000-01-01")
_WIDTHS = (10, 46, 10, 24, 20, 22, 16, 10)
_ORIGIN_WIDTHS = (8, 22, 34, 10, 40, 12, 10, 10, 50, 16)
_LINE, _NOTE_LINE = 15, 13  # points; a merged or a wrapped row does not find its height by itself
CSV_COLUMNS = (
    "number", "indicator_id", "category", "name", "unit", "base", "target", "note", "actual", "result", "class",
    "conclusion", "nature", "exact", "period", "vintage", "source", "submissions", "synthetic", "title", "subtitle",
    "notes", "basis",
)  # fmt: skip


def table_csv(table: IndicatorTable) -> bytes:
    """UTF-8 with BOM; a text that a spreadsheet would run has `'` before it, as in every export.

    `notes` and `basis` stand in every row, so that none is ever without them.
    """
    notes, basis = "\n".join((*table.notes, *table.sources[len(table.rows) :])), "\n".join(table.basis)
    rows = [
        (
            row.number, row.indicator_id, group.category, row.name.text, row.unit, row.base.text, row.target.text,
            row.name.mark or row.target.mark, row.actual.text, row.result.text, row.class_, row.conclusion.text,
            row.nature.text, row.exact, row.period, row.vintage, row.source, row.submissions, row.synthetic,
            table.title, table.subtitle, notes, basis,
        )
        for group in table.groups
        for row in group.rows
    ]  # fmt: skip
    return to_csv(pd.DataFrame(rows, columns=list(CSV_COLUMNS), dtype=object))


def table_xlsx(table: IndicatorTable, origins: tuple[OriginRow, ...], facts: Mapping[str, object]) -> bytes:
    """Three sheets: the table as it is printed, where each figure is from, and what the file is.

    Fixed dates, no cell ever a formula or a link.
    """
    made = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"created": _FIXED_DATE, "title": clean(table.title)})
        _Book(book).write(table, origins, facts)
    return made.getvalue()


class _Book:
    """One workbook under way, with its formats."""

    def __init__(self, book: Any) -> None:
        self.book = book
        plain = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter"}
        self.title = book.add_format({**plain, "font_size": 16, "bold": True, "align": "center"})
        self.subtitle = book.add_format({**plain, "align": "center"})
        self.head = book.add_format({**plain, "font_name": "黑体", "align": "center", "border": 1})
        self.text = book.add_format({**plain, "border": 1})
        self.middle = book.add_format({**plain, "align": "center", "border": 1})
        self.note = book.add_format({**plain, "font_size": 9})
        self.raised = book.add_format({"font_script": 1, "font_name": "宋体", "font_size": 10.5})

    def write(self, table: IndicatorTable, origins: tuple[OriginRow, ...], facts: Mapping[str, object]) -> None:
        sheet = self.book.add_worksheet("完成情况表")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        last = len(_WIDTHS) - 1
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        sheet.merge_range(0, 0, 0, last, clean(table.title), self.title)
        sheet.merge_range(1, 0, 1, last, clean(table.subtitle), self.subtitle)
        sheet.set_row(0, 28)
        row = self._heads(sheet, table, 2)
        sheet.repeat_rows(2, 3)
        sheet.freeze_panes(4, 2)
        row = self._body(sheet, table, row)
        for line in (*(["注："] if table.notes else []), *table.notes, "资料来源：", *table.sources, *table.basis):
            sheet.merge_range(row, 0, row, last, "", self.note)
            sheet.write_string(row, 0, clean(line), self.note)
            sheet.set_row(row, _NOTE_LINE * _lines(line, sum(_WIDTHS)))
            row += 1
        self._origins(origins)
        about = self.book.add_worksheet("说明 about")
        about.set_column(0, 1, 34)
        for place, (name, text) in enumerate(facts.items()):
            about.write_string(place, 0, clean(name))
            about.write_string(place, 1, clean(str(text)))

    def _heads(self, sheet: Any, table: IndicatorTable, row: int) -> int:
        for place, head in enumerate(table.heads):
            if place in (5, 6):
                sheet.write_string(row + 1, place, head, self.head)
            else:
                sheet.merge_range(row, place, row + 1, place, head, self.head)
        sheet.merge_range(row, 5, row, 6, "完成情况", self.head)
        return row + 2

    def _body(self, sheet: Any, table: IndicatorTable, row: int) -> int:
        for group in table.groups:
            last = row + len(group.rows) - 1
            if len(group.rows) > 1:
                sheet.merge_range(row, 0, last, 0, "", self.middle)
            sheet.write_string(row, 0, clean(group.category), self.middle)
            for one in group.rows:
                cells = (one.told_name, one.base, one.target, one.actual, one.result, one.conclusion, one.nature)
                for place, cell in enumerate(cells, start=1):
                    self._write(sheet, row, place, cell, self.text if place in (1, 3) else self.middle)
                lines = (_lines(cell.plain, width) for cell, width in zip(cells, _WIDTHS[1:], strict=True))
                sheet.set_row(row, _LINE * max(lines) + 4)
                row += 1
        return row

    def _write(self, sheet: Any, row: int, place: int, cell: Cell, style: Any) -> None:
        """A cell with a raised mark is written in pieces; a text is never a formula."""
        runs: Paragraph = cell.runs
        if not any(run.raised for run in runs):
            sheet.write_string(row, place, clean(cell.plain), style)
            return
        pieces: list[Any] = []
        for run in runs:
            pieces += [self.raised, run.clean] if run.raised else [run.clean]
        sheet.write_rich_string(row, place, *pieces, style)

    def _origins(self, origins: tuple[OriginRow, ...]) -> None:
        sheet = self.book.add_worksheet("数据出处")
        heads = ("指标号", "表中所列", "精确值", "含义", "指标", "地区", "报告期", "版本", "来源", "报送编号")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for place, width in enumerate(_ORIGIN_WIDTHS):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, self.head)
        for number, row in enumerate(origins, start=1):
            texts = (row.mark, row.printed, row.exact, row.meaning, row.indicator, row.region, row.period)
            cells = (*texts, row.vintage, row.source, row.submissions)
            for place, text in enumerate(cells):
                sheet.write_string(number, place, clean(text), self.text)
            sheet.set_row(number, _LINE * max(map(_lines, cells, _ORIGIN_WIDTHS)) + 4)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many narrow characters."""
    wide = sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)
    return max(1, -(-wide // int(width - 1)))
