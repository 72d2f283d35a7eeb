"""Saved results of formulas: openpyxl writes a formula without the result that stood beside it; here it stays.

Without it a program that does not calculate shows nothing, and a workbook that comes back unmended would be full of
formulas without results. Only for use in the limited child process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement  # nosec B405 # written, never read

import python_calamine
from openpyxl.worksheet import _writer

Results = Mapping[tuple[str, int, int], str | float | bool]
"""(sheet, row, column), both from 1 → the result of the formula there"""


def results_of(path: Path, book: Any) -> Results:
    """The results of the plain formulas of a loaded workbook, as the file has them; none for dates and errors."""
    found: dict[tuple[str, int, int], str | float | bool] = {}
    cells = None
    for sheet in book.worksheets:
        places = [
            (cell.row, cell.column)
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" and isinstance(cell.value, str)
        ]
        if not places:
            continue
        cells = cells or python_calamine.CalamineWorkbook.from_path(str(path))
        values = cells.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for row, column in places:
            value = values[row - 1][column - 1] if row <= len(values) and column <= len(values[row - 1]) else ""
            if value != "" and isinstance(value, (str, float, bool)):
                found[sheet.title, row, column] = value
    return found


@contextmanager
def keeping(results: Results) -> Iterator[None]:
    """While it lasts, a workbook that is saved keeps these results beside their formulas."""
    plain = _writer.write_cell

    def write_cell(stream: Any, sheet: Any, cell: Any, styled: Any = None) -> None:
        result = results.get((sheet.title, cell.row, cell.column)) if cell.data_type == "f" else None
        if result is None or not isinstance(cell.value, str):
            plain(stream, sheet, cell, styled)
            return
        attributes = {"r": cell.coordinate}
        if styled:
            attributes["s"] = f"{cell.style_id}"
        kind = "b" if isinstance(result, bool) else "str" if isinstance(result, str) else None
        if kind:
            attributes["t"] = kind
        element = Element("c", attributes)
        SubElement(element, "f").text = cell.value[1:]
        SubElement(element, "v").text = str(int(result)) if kind == "b" else str(result)
        if cell.hyperlink:
            sheet._hyperlinks.append(cell.hyperlink)
        stream.write(element)

    _writer.write_cell = write_cell
    try:
        yield
    finally:
        _writer.write_cell = plain
