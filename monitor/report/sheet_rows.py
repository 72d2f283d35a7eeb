"""Rows of a worksheet as text, straight into the file that the workbook library collects them in.

A cell at a time through that library takes a minute and a half for a million rows of eighteen columns, so a third.
What a text becomes is asked of the library once for each text; numbers are written as it writes them. The bytes are the
same.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

_AT_ONCE = 500
_KEPT = 50_000
_DIGITS_OF_A_CELL = 15  # of a number in a workbook; more would be rounded
_SCRATCH = 1  # the row in which the library is asked; nothing is left there

Put = Callable[[Any, int, int, object], None]


def fits_a_cell(value: Decimal) -> bool:
    """Whether a workbook holds the number without rounding it."""
    digits = value.as_tuple().digits
    return len(digits) <= _DIGITS_OF_A_CELL or len(value.normalize().as_tuple().digits) <= _DIGITS_OF_A_CELL


class SheetRows:
    """For a sheet in constant memory whose first row has been written; `put` writes one value into a cell of it."""

    def __init__(self, sheet: Any, width: int, put: Put) -> None:
        from xlsxwriter.utility import xl_col_to_name

        self._sheet, self._put = sheet, put
        self._columns = [xl_col_to_name(place) for place in range(width)]
        self._known: dict[object, str] = {}
        sheet._write_single_row(_SCRATCH)

    def write(self, first: int, rows: Iterable[Sequence[object]]) -> int:
        """The rows, from row `first` on (from 0); how many they were."""
        out, count, last = [], 0, None
        for count, row in enumerate(rows, start=1):
            number = first + count
            cells = "".join(
                f'<c r="{column}{number}"{told}'
                for column, value in zip(self._columns, row, strict=True)
                if value is not None and (told := self._told(value))
            )
            if cells:
                out.append(f'<row r="{number}">{cells}</row>')
                last = number - 1
            if len(out) == _AT_ONCE:
                self._sheet.row_data_fh.write("".join(out))
                out.clear()
        self._sheet.row_data_fh.write("".join(out))
        if last is not None:
            self._sheet._check_dimensions(last, 0)
        return count

    def _told(self, value: object) -> str:
        """What stands in a cell behind its address; nothing where there is no cell."""
        kind = value.__class__
        if kind is str or kind is bool or kind is date:
            told = self._known.get(value)
            if told is None:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                told = self._known[value] = self._asked(value)
            return told
        if kind is int or (kind is float and math.isfinite(value)) or (kind is Decimal and fits_a_cell(value)):  # type: ignore[arg-type]
            return f"><v>{float(value):.16G}</v></c>"  # type: ignore[arg-type]
        return self._asked(value)

    def _asked(self, value: object) -> str:
        sheet = self._sheet
        self._put(sheet, _SCRATCH, 0, value)
        cell = sheet.table[_SCRATCH].pop(0, None)
        sheet.table.clear()
        if cell is None:
            return ""
        kept, sheet.fh = sheet.fh, io.StringIO()
        try:
            sheet._write_cell(_SCRATCH, 0, cell)
            told: str = sheet.fh.getvalue()
        finally:
            sheet.fh = kept
        return told.removeprefix(f'<c r="{self._columns[0]}{_SCRATCH + 1}"')
