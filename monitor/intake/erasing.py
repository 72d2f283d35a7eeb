"""Empties the foot of a kept form with openpyxl; only for use in the limited child process."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from openpyxl.packaging.core import DocumentProperties

from .annotating import book_of, held_rows, open_book
from .annotation_list import put_text
from .file_kind import HEAD_BYTES, is_workbook
from .kept_results import keeping, results_of
from .limits import Limits
from .own_rows import OwnRows
from .problems import ProblemLog, Refused
from .xlsx_prescan import scan_workbook
from .xlsx_reader import XlsxTable

_Cleared = dict[tuple[int, int], str]  # row and column from 1 → what stays there


def erase_copy(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job: `copy`, `target` (paths), `limits`. `target` is written where `cells` of the answer is not 0.

    What is left says the same as before in every other cell, or nothing is left at all: the answer is `refused` then.
    """
    warnings.simplefilter("ignore")
    path, limits = Path(job["copy"]), Limits(**job["limits"])
    try:
        with path.open("rb") as stream:
            if not is_workbook(stream.read(HEAD_BYTES)):
                return {"cells": 0}
        cells = _table(path, limits).foot
        if not cells:
            return {"cells": 0}
        cleared = {(cell.row, cell.column): cell.printed for cell in cells}
        if not _in_its_own_look(path, Path(job["target"]), cleared, limits):
            _as_bare_rows(path, Path(job["target"]), cleared, limits)
    except Refused as refusal:
        return {"refused": refusal.code}
    return {"cells": len(cells)}


def _table(path: Path, limits: Limits) -> XlsxTable:
    with path.open("rb") as stream:
        return XlsxTable(path, scan_workbook(stream, limits), limits, ProblemLog(""))


def _in_its_own_look(path: Path, target: Path, cleared: _Cleared, limits: Limits) -> bool:
    """Write the workbook again without the cells; whether it came out as it was but for them."""
    try:
        table, book = _table(path, limits), open_book(path)
        results = results_of(path, book)
        sheet = book[table.sheet]
        for (row, column), left in cleared.items():
            cell = sheet.cell(row, column)
            cell.comment = None
            if left:
                put_text(cell, left)
            else:
                cell.value = None
        _write(book, target, results)
        return _says_the_same(path, target, cleared, limits)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # openpyxl is stricter than those who write workbooks
        return False


def _as_bare_rows(path: Path, target: Path, cleared: _Cleared, limits: Limits) -> None:
    """A workbook of the rows alone. Raises Refused when even that says something else."""
    table = _table(path, limits)
    found = OwnRows(table.sheet, table.header, _rows(table, cleared))
    _write(book_of(held_rows(found, limits), found), target, {})
    if not _says_the_same(path, target, cleared, limits):
        raise Refused("damaged_workbook", detail_zh="不能原样写回", detail_en="it cannot be written again as it was")


def _write(book: Any, target: Path, results: Any) -> None:
    book.properties = DocumentProperties(creator=None)  # programs write there who saved it
    with keeping(results):
        book.save(target)


def _rows(table: XlsxTable, cleared: _Cleared) -> Iterator[tuple[int, list[str]]]:
    """The rows of a workbook as they are to be left: a row that has nothing left is gone."""
    for row, cells in table.own_rows():
        texts = [cleared.get((row, column), cell) for column, cell in enumerate(cells, start=1)]
        if any(text.strip() for text in texts):
            yield row, texts


def _says_the_same(path: Path, target: Path, cleared: _Cleared, limits: Limits) -> bool:
    before, after = _table(path, limits), _table(target, limits)
    if after.foot or before.header != after.header:
        return False
    nothing: tuple[int, list[str]] = (0, [])
    pairs = zip_longest(_rows(before, cleared), after.own_rows(), fillvalue=nothing)
    return all(row == other and _filled(cells) == _filled(texts) for (row, cells), (other, texts) in pairs)


def _filled(cells: Sequence[str]) -> list[str]:
    """Without the empty cells at the end."""
    end = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return list(cells[:end])
