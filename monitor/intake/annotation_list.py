"""The first sheet of an annotated workbook: every problem and remark with its place; and the words and colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink

from .problems import escape_text
from .template_marks import ERROR_LIST, is_error_list

AUTHOR = "plan-monitor"
# In every comment of ours, so that it is known again when the mended workbook comes back with new problems.
MARK = {"zh": "【核对结果】", "en": "[Check result]"}
COLOURS = {"error": "FFC7CE", "query": "FFEB9C", "warning": "DDEBF7", "remark": "E4DFEC"}
WORDS = {
    "zh": {"error": "错误（强制性）", "query": "核实性（须说明）", "warning": "提醒", "remark": "审核意见"},
    "en": {"error": "Error (blocking)", "query": "Query (explain)", "warning": "Warning", "remark": "Reviewer"},
}
_HEADS = {
    "zh": ("序号", "位置", "级别", "问题与处理办法", "原文"),
    "en": ("No.", "Place", "Severity", "Problem and cure", "Text as sent"),
}
_WHOLE = {"zh": "整个文件", "en": "whole file"}
_NOTE = {
    "zh": "请在着色的单元格中修改后重新报送；本表和批注不会被读入。",
    "en": "Mend the coloured cells and send the workbook again; this sheet and the comments are not read.",
}
_MORE = {"zh": "共 {count} 处，此处列出前 {shown} 处。", "en": "{count} in all, the first {shown} are listed."}
_BARE = {
    "zh": "原工作簿含有无法原样写回的内容，此处只有各行的文字，没有原来的格式。",
    "en": "The original holds what cannot be written again as it was: here are the texts of its rows without formats.",
}
_NONE = {"zh": "没有发现问题。", "en": "No problem was found."}
_CELL_CHARACTERS = 32_767  # the most that a cell or a comment of a workbook may hold
_WIDTHS = (6, 36, 18, 76, 30)


class Place(NamedTuple):
    """A cell by row and column, both from 1."""

    row: int
    column: int


class Entry(NamedTuple):
    """A problem or a remark: its cell (None: the whole file), the header or indicator named."""

    place: Place | None
    label: str | None
    severity: str
    message: str
    text: str | None


def put_text(cell: Any, text: str) -> None:
    """A text that stays one, whatever it begins with; what no workbook may hold is spelled out."""
    cell.value = allowed_text(text)
    cell.data_type = "s"  # last: setting the value guesses, and takes = for a formula


def allowed_text(text: str) -> str:
    """`text` as a cell or comment can hold it."""
    spelled = ILLEGAL_CHARACTERS_RE.sub(lambda found: escape_text(found[0]), text)
    spelled = "".join(c if c not in "\ufffe\uffff" else escape_text(c) for c in spelled)
    return spelled if len(spelled) <= _CELL_CHARACTERS else spelled[: _CELL_CHARACTERS - 1] + "…"


def is_ours(sheet: Any) -> bool:
    """Whether a sheet is a list that an earlier call wrote."""
    return is_error_list(sheet.title) and sheet["A1"].value in ERROR_LIST.values()


def write_list(
    book: Any, marked: Any, entries: Sequence[Entry], count: int, language: str, *, is_bare: bool = False
) -> None:
    """Put the list before all other sheets and in front; `count`: how many there are, where not all are given.

    `is_bare`: the workbook holds the rows of another that could not be written again, and says so.
    """
    sheet = book.create_sheet(ERROR_LIST[language], 0)
    put_text(sheet["A1"], ERROR_LIST[language])
    sheet["A1"].font = Font(bold=True, size=14)
    put_text(sheet["A2"], _NOTE[language])
    shown = len(entries)
    line = _NONE[language] if not count else _MORE[language].format(count=count, shown=shown) if count > shown else ""
    put_text(sheet["A3"], " ".join(part for part in (line, _BARE[language] if is_bare else "") if part))
    for column, (head, width) in enumerate(zip(_HEADS[language], _WIDTHS, strict=True), start=1):
        put_text(sheet.cell(4, column), head)
        sheet.cell(4, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, entry in enumerate(entries, start=5):
        _write_entry(sheet, row, marked, entry, language)
    sheet.freeze_panes = "A5"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def _write_entry(sheet: Any, row: int, marked: Any, entry: Entry, language: str) -> None:
    where = _WHOLE[language]
    if entry.place is not None:
        cell = f"{get_column_letter(entry.place[1])}{entry.place[0]}"
        where = f"{marked.title}!{cell}"
        link = f"{quote_sheetname(marked.title)}!{cell}"
        sheet.cell(row, 2).hyperlink = Hyperlink(ref=f"B{row}", location=link)
        sheet.cell(row, 2).font = Font(underline="single", color="0563C1")
    if entry.label:
        where += f"（{entry.label}）" if language == "zh" else f" ({entry.label})"
    # quoted, so that no row of the list ever looks like a header of figures
    texts = (
        str(row - 4),
        where,
        WORDS[language][entry.severity],
        entry.message,
        f"「{entry.text}」" if entry.text else "",
    )
    for column, text in enumerate(texts, start=1):
        put_text(sheet.cell(row, column), text)
        sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    colour = COLOURS[entry.severity]
    sheet.cell(row, 3).fill = PatternFill("solid", start_color=colour, end_color=colour)
