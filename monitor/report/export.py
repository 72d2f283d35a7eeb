"""Tables as files: CSV, .xlsx, Parquet and JSON, the same bytes again for the same rows."""

from __future__ import annotations

import io
import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .parquet import write_parquet
from .sheet_rows import SheetRows, fits_a_cell
from .streamed import AT_ONCE, Row, Streamed, streamed
from .whole_file import replace_file

FORMATS = ("csv", "xlsx", "parquet", "json")

# A spreadsheet reads a text cell that starts so, after blanks or marks without width, as a formula. A text that starts
# with the very mark that we write is marked too, so that taking one away always gives back what there was.
FORMULA_START = re.compile(
    "[\\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\\-@＝＋－＠\t\r\n']"
)
_NO_XML = str.maketrans({"\0": None, "\ufffe": "\ufffd", "\uffff": "\ufffd"})
_ROWS_OF_A_SHEET = 1_048_575  # beside the head
_FIXED_DATE = datetime.fromisoformat("2000-01-01")


def plain_number(value: float | int | Decimal) -> str:
    """A number without exponent, with no trailing zeros: 27.7, 0.0000001, 34913.37; minus zero is 0."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    number = Decimal(value)
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def neutral_text(text: str) -> str:
    """The text with `'` before it where a spreadsheet would run it; `restored_text` takes it away again."""
    text = text.replace("\0", "")
    return "'" + text if FORMULA_START.match(text) else text


def restored_text(text: str) -> str:
    """The text as it was before `neutral_text`."""
    return text[1:] if text.startswith("'") else text


def cell_text(value: object) -> str:
    """One cell of a CSV: numbers plain, booleans true/false, texts quoted and harmless, nothing for none."""
    value = _plain(value)
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return plain_number(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    return '"' + neutral_text(text).replace('"', '""') + '"' if text else ""


def _plain(value: object) -> object:
    """A number of numpy's as Python's: its text would be taken for a sender's."""
    return value.item() if isinstance(value, np.generic) else value


def to_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with BOM and CRLF, so that Excel and WPS read it."""
    return "".join(_csv_parts(streamed(frame))).encode()


def _csv_parts(table: Streamed) -> Iterator[str]:
    """The text of a CSV, some thousand rows at a time."""
    yield "\ufeff" + ",".join(map(_head, table.columns)) + "\r\n"
    rows = iter(table)
    while part := list(itertools.islice(rows, AT_ONCE)):
        columns = [_cells(column) for column in zip(*part, strict=True)]
        yield "".join(",".join(row) + "\r\n" for row in zip(*columns, strict=True))


def write_csv(table: Streamed, path: Path) -> None:
    """Raises OSError."""
    with path.open("wb") as file:
        for part in _csv_parts(table):
            file.write(part.encode())


def _head(name: str) -> str:
    """A column's name, quoted only where it would not be read as one harmless cell."""
    return cell_text(name) if FORMULA_START.match(name) or any(mark in name for mark in ',"\r\n') else name


def _cells(column: Sequence[object]) -> list[str]:
    """A column's cells as CSV text; few different values stand in many rows, so each is written once."""
    written: dict[object, str] = {}
    cells = []
    for value in column:
        key = (type(value), value)
        if key not in written:
            written[key] = cell_text(value)
        cells.append(written[key])
    return cells


def to_json(frame: pd.DataFrame) -> bytes:
    """A list of objects, a row each; null where there is no value, numbers as float64 prints them."""
    rows = frame.itertuples(index=False, name=None)
    return "".join(_json_parts(list(frame.columns), rows)).encode()


def write_json(table: Streamed, path: Path) -> None:
    """As `to_json`, while the rows are read. Raises OSError."""
    with path.open("wb") as file:
        for part in _json_parts(table.columns, iter(table)):
            file.write(part.encode())


def _json_parts(columns: Sequence[str], rows: Iterator[Row]) -> Iterator[str]:
    """The text of a list of objects, some thousand at a time."""
    told = ({name: _json_value(value) for name, value in zip(columns, row, strict=True)} for row in rows)
    before = "["
    while part := list(itertools.islice(told, AT_ONCE)):
        text = json.dumps(part, ensure_ascii=False, indent=1, allow_nan=False)
        yield before + text.removeprefix("[").removesuffix("\n]")
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _json_value(value: object) -> object:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


class _Sink(io.FileIO):
    """A new file for a workbook. Once something has failed, what comes after it goes nowhere: the zip library writes
    on when its end has come, and would tell of that on stderr."""

    failure: BaseException | None = None

    _place = 0

    def write(self, data: Any) -> int:
        rest = memoryview(data)
        while rest and self.failure is None:
            try:
                rest = rest[super().write(rest) or 0 :]
            except OSError as error:
                self.failure = error
        self._place += len(data)
        return len(data)

    def seek(self, place: int, whence: int = 0) -> int:
        if self.failure is None:
            self._place = super().seek(place, whence)
        return self._place

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        if self.failure is None:
            super().flush()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self.failure = self.failure or error
        super().__exit__(kind, error, trace)


def write_xlsx(table: Streamed, path: Path, notes: Mapping[str, str]) -> None:
    """A sheet with the rows, more where one is full, and one with what they are.

    Fixed document dates, no cell ever a formula or link.

    Raises OSError.
    """
    from xlsxwriter.exceptions import FileCreateError

    try:
        with _Sink(path, "w") as sink:
            _write_book(table, sink, notes)
        failure = sink.failure
    except FileCreateError as error:  # that library's word for whatever it met on a disk
        failure = error.args[0]
    if failure is not None:
        raise failure


def _write_book(table: Streamed, sink: _Sink, notes: Mapping[str, str]) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"created": _FIXED_DATE})
        bold = book.add_format({"bold": True, "bottom": 1})
        rows = iter(table)
        for number in itertools.count(1):
            sheet = book.add_worksheet("数据 data" if number == 1 else f"数据 data {number}")
            if _write_sheet(sheet, table.columns, rows, bold) < _ROWS_OF_A_SHEET:
                break
        about = book.add_worksheet("说明 about")
        about.set_column(0, 1, 28)
        for number, (name, text) in enumerate(notes.items()):
            about.write_string(number, 0, _sheet_text(name))
            about.write_string(number, 1, _sheet_text(text))


def _write_sheet(sheet: Any, columns: Sequence[str], rows: Iterator[Row], bold: Any) -> int:
    """As many of the rows as a sheet holds; how many they were."""
    sheet.freeze_panes(1, 0)
    for place, head in enumerate(columns):
        sheet.write_string(0, place, _sheet_text(head), bold)
    number = SheetRows(sheet, len(columns), _write_cell).write(1, itertools.islice(rows, _ROWS_OF_A_SHEET))
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
    return number


def _write_cell(sheet: Any, row: int, place: int, value: object) -> None:
    value = _plain(value)
    if value is None or value is pd.NaT or value == "" or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, Decimal) and not fits_a_cell(value):
        sheet.write_string(row, place, plain_number(value))  # else a spreadsheet would change it
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, place, float(value))
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
        # no mark is needed here; but one that is the text's own would be taken away when the file is sent again
        is_marked = text.startswith("'") and FORMULA_START.match(text[1:])
        sheet.write_string(row, place, _sheet_text("'" + text if is_marked else text))


def _sheet_text(text: str) -> str:
    """A text as a workbook can hold it: no NUL, and nothing that would make the file unreadable."""
    return text.translate(_NO_XML)


def write_table(table: pd.DataFrame | Streamed, path: Path, notes: Mapping[str, str]) -> str:
    """Writes the rows in the format of the path's suffix, whole or not at all, and gives the file's SHA-256.

    What is `Streamed` is written as the rows are read. `notes`: what stands on the second sheet of a workbook.
    Raises ValueError for an unknown suffix.
    """
    rows = table if isinstance(table, Streamed) else streamed(table)

    writers: dict[str, Callable[[Path], object]] = {
        ".csv": lambda target: write_csv(rows, target),
        ".json": lambda target: write_json(rows, target),
        ".xlsx": lambda target: write_xlsx(rows, target, notes),
        ".parquet": lambda target: write_parquet(table, target),
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise ValueError(f"unknown format {path.suffix!r}; known: {', '.join(FORMATS)}")
    return replace_file(path, writer)


def write_sidecar(path: Path, facts: Mapping[str, object]) -> Path:
    """`F.meta.json` beside F: what is needed to make the same file again."""
    sidecar = path.with_name(path.name + ".meta.json")
    text = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    replace_file(sidecar, lambda target: target.write_text(text, encoding="utf-8"))
    return sidecar
