"""Marks cells of a workbook with openpyxl; only for use in the limited child process."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from .annotation_list import AUTHOR, COLOURS, MARK, WORDS, Entry, Place, allowed_text, is_ours, put_text, write_list
from .columns import Header
from .file_kind import HEAD_BYTES, is_workbook
from .kept_results import keeping, results_of
from .limits import Limits
from .own_rows import OwnRows, open_rows
from .problems import ProblemLog, Refused, escape_text

_ORDER = ("error", "query", "warning", "remark")
_FIGURES = ("value", "numerator", "denominator")
_WIDEST = 40
_SAMPLED_ROWS = 200


def annotate_copy(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job: `copy`, `target` (paths), `limits`, `language`, `problems`, `remarks`, `count`, `as_texts`."""
    warnings.simplefilter("ignore")  # openpyxl tells of what it leaves out, on a channel nobody reads
    path, limits = Path(job["copy"]), Limits(**job["limits"])
    try:
        with path.open("rb") as stream:
            workbook = is_workbook(stream.read(HEAD_BYTES)) and not job["as_texts"]
            found = open_rows(path, stream, limits)
        if found.header is None:
            raise found.refusal or Refused("no_header")
        try:
            rows = (
                held_rows(found, limits)
                if job["remarks"] or not workbook or any(map(_is_of_a_figure, job["problems"]))
                else {}
            )
            _write(job, found, rows, path if workbook else None)
        except (Refused, MemoryError, RecursionError):
            raise
        except Exception:
            # openpyxl is stricter than those who write workbooks: then it is a workbook of the rows alone
            if not workbook:
                raise
            _write(job, found, rows or held_rows(found, limits), None)
    except Refused as refusal:
        problems = ProblemLog("")
        problems.refuse(refusal)
        reason = problems.first()[0]
        return {"refused": refusal.code, "zh": reason.zh, "en": reason.en}
    return {}


def _write(job: dict[str, Any], found: OwnRows, rows: dict[int, Sequence[str]], original: Path | None) -> None:
    """Mark the workbook at `original`, or, where that is None, a new one of the rows."""
    header = found.header
    assert header is not None
    book = book_of(rows, found) if original is None else open_book(original)
    sheet = book.active if original is None else book[found.sheet]
    results = {} if original is None else results_of(original, book)
    _forget_earlier(book)
    entries = [*_problem_entries(job["problems"], header, rows), *_remark_entries(job["remarks"], header, rows)]
    _mark(sheet, entries, job["language"])
    is_bare = original is None and found.sheet is not None
    count = job["count"] + len(job["remarks"])
    write_list(book, sheet, entries, count, job["language"], is_bare=is_bare)
    with keeping(results):
        book.save(job["target"])


def held_rows(found: OwnRows, limits: Limits) -> dict[int, Sequence[str]]:
    """The rows by their number. Raises Refused (too_many_cells)."""
    rows: dict[int, Sequence[str]] = {}
    left = limits.cells
    for line, cells in found.rows:
        left -= len(cells)
        if left < 0:
            raise Refused("too_many_cells", limit=limits.cells)
        rows[line] = cells
    return rows


def book_of(rows: dict[int, Sequence[str]], found: OwnRows) -> Any:
    """A workbook of the rows of a file, in their places, every cell a text exactly as it was sent."""
    header = found.header
    assert header is not None
    book = Workbook()
    sheet = book.active
    sheet.title = INVALID_TITLE_REGEX.sub("_", found.sheet or "数据")[:31]
    widths: dict[int, int] = defaultdict(lambda: 10)
    for number, (line, cells) in enumerate(rows.items()):
        for column, text in enumerate(cells, start=1):
            if text:
                put_text(sheet.cell(line, column), text)
                sheet.cell(line, column).number_format = "@"
                if number < _SAMPLED_ROWS:
                    width = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
                    widths[column] = min(max(widths[column], width + 2), _WIDEST)
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    for column in range(1, header.width + 1):
        sheet.cell(header.row, column).font = Font(bold=True)
    sheet.freeze_panes = sheet.cell(header.row + 1, 1)
    return book


def _is_of_a_figure(problem: dict[str, Any]) -> bool:
    """Whether it was found of a figure, and of no cell in particular."""
    return problem["row"] is not None and problem["column"] is None and problem["indicator_id"] is not None


def _problem_entries(problems: Iterable[dict[str, Any]], header: Header, rows: dict[int, Sequence[str]]) -> list[Entry]:
    """Each problem with its cell: none for what concerns the whole file, the row's first for a whole row.

    What a check says of a figure stands at the number that was sent.
    """
    figures = _figures(header)
    labels = [escape_text(label) for label in header.labels]
    entries = []
    for problem in problems:
        row, label = problem["row"], problem["column"]
        place = None
        if _is_of_a_figure(problem):
            place = Place(row, _figure(rows.get(row, ()), figures))
        elif row is not None:
            place = Place(row, _column(labels, label, last=problem["code"] == "duplicate_column"))
        entries.append(Entry(place, label, problem["severity"], problem["message"], problem["text"]))
    return entries


def _column(labels: Sequence[str], label: str | None, *, last: bool = False) -> int:
    """The column of a header, from 1; by its letter where it has none; the first where the file lacks it."""
    found = [index for index, one in enumerate(labels, start=1) if one and one == label]
    if found:
        return found[-1 if last else 0]
    letters = [get_column_letter(index) for index in range(1, len(labels) + 1)]
    return letters.index(label) + 1 if label in letters else 1


def _remark_entries(remarks: Iterable[dict[str, Any]], header: Header, rows: dict[int, Sequence[str]]) -> list[Entry]:
    figures = _figures(header)
    labels = [escape_text(label) for label in header.labels]
    entries = []
    for remark in remarks:
        lines = [remark["line"]] if remark["line"] is not None else _lines_of(remark["indicator_id"], header, rows)
        named = None if remark["column"] is None else _column(labels, remark["column"])
        places: list[Place | None] = [
            Place(line, named if named is not None else _figure(rows.get(line, ()), figures)) for line in lines
        ] or [None]
        for place in places:
            entries.append(Entry(place, remark["indicator_id"], "remark", remark["text"], None))
    return entries


def _figures(header: Header) -> list[int]:
    """Where a row's figure can stand, from 0."""
    return [header.positions[name] for name in _FIGURES if name in header.positions] or [0]


def _figure(cells: Sequence[str], figures: Sequence[int]) -> int:
    """The column of a row's figure: the first of `figures` (from 0) that holds anything; from 1."""
    return next((column for column in figures if column < len(cells) and cells[column].strip()), figures[0]) + 1


def _lines_of(indicator: str | None, header: Header, rows: dict[int, Sequence[str]]) -> list[int]:
    column = header.positions.get("indicator_id")
    if indicator is None or column is None:
        return []
    return [
        line
        for line, cells in rows.items()
        if line > header.row and len(cells) > column and cells[column].strip() == indicator
    ]


def _mark(sheet: Any, entries: Sequence[Entry], language: str) -> None:
    at: dict[Place, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.place is not None:
            at[entry.place].append(entry)
    for place, here in at.items():
        cell = _writable(sheet, place)
        worst = min((entry.severity for entry in here), key=_ORDER.index)
        cell.fill = PatternFill("solid", start_color=COLOURS[worst], end_color=COLOURS[worst])
        ours = "\n".join(f"{WORDS[language][entry.severity]}：{entry.message}" for entry in here)
        own = f"{cell.comment.text.rstrip()}\n\n" if cell.comment is not None else ""
        text = allowed_text(f"{own}{MARK[language]}\n{ours}")
        lines = sum(1 + len(line) // 24 for line in text.split("\n"))
        cell.comment = Comment(text, AUTHOR, height=min(24 + 18 * lines, 480), width=360)


def _writable(sheet: Any, place: Place) -> Any:
    """The cell; within a merged area its first, which alone can hold anything."""
    cell = sheet.cell(*place)
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        return sheet.cell(area.min_row, area.min_col)
    return cell


def open_book(path: Path) -> Workbook:
    """The workbook, whatever its file is called: received bytes are kept under their receipt's number."""
    with path.open("rb") as stream:
        return load_workbook(stream, rich_text=True)


def _forget_earlier(book: Any) -> None:
    """Take away what an earlier call wrote: its list, its comments, its colours."""
    for sheet in list(book.worksheets):
        if is_ours(sheet) and len(book.worksheets) > 1:
            book.remove(sheet)
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is None:
                    continue
                places = [at for mark in MARK.values() if (at := cell.comment.text.find(mark)) >= 0]
                if not places:
                    continue
                own = cell.comment.text[: min(places)].rstrip()
                cell.comment = Comment(own, cell.comment.author) if own else None
                if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb[-6:] in COLOURS.values():
                    cell.fill = PatternFill()
