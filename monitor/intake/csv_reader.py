"""Rows of a text file: the standard library's strict CSV reader on decoded, length-limited lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .columns import HEADER_ROWS, Header, is_header, read_header
from .encoding import Encoding
from .limits import Limits
from .problems import ProblemLog, Refused

BATCH_ROWS = 8192
_LINE_END = re.compile(r"\r\n|\r|\n")
_SEPARATORS = {",": ("逗号", "commas"), ";": ("分号", "semicolons"), "\t": ("制表符", "tabs"), "，": ("全角逗号", "，")}


class Batch(NamedTuple):
    """Rows of one width with the file's row of each."""

    lines: Sequence[int]
    rows: list[list[str]]


class CsvTable:
    """A text file as its header and batches of rows; blank rows are left out, faulty ones reported."""

    def __init__(self, stream: BinaryIO, encoding: Encoding, limits: Limits, problems: ProblemLog) -> None:
        """Find the header. Raises Refused (no_header, line_too_long, …)."""
        self._limits = limits
        self._problems = problems
        csv.field_size_limit(limits.line_bytes)
        stream.seek(encoding.mark)
        text = io.TextIOWrapper(stream, encoding.name, errors="strict", newline="")
        lines = _limited_lines(text, limits.line_bytes)
        opening = list(islice(lines, HEADER_ROWS * 2))
        self.separator, self.header = self._find_header(opening)
        self._reader = csv.reader(chain(opening, lines), delimiter=self.separator, strict=True)

    def _find_header(self, opening: list[str]) -> tuple[str, Header]:
        for separator, (name_zh, name_en) in _SEPARATORS.items():
            first_row = 0
            for row, cells in islice(_opening_records(opening, separator), HEADER_ROWS):
                first_row = first_row or row
                if is_header(cells):
                    if separator != ",":
                        self._problems.add("separator", row=row, values={"name_zh": name_zh, "name_en": name_en})
                    return separator, read_header(cells, row, first_row, self._limits.columns, self._problems)
        raise Refused("no_header" if any(line.strip() for line in opening) else "empty_file", rows=HEADER_ROWS)

    def batches(self) -> Iterator[Batch]:
        """All data rows, in batches. Raises Refused when there are too many."""
        room = self._limits.rows
        is_first = True
        for lines, rows in self._records():
            batch = self._data_rows(lines, rows)
            if is_first and batch.rows:
                is_first = False
                if self.header.is_repeated_by(batch.rows[0]):
                    self._problems.add("second_header", row=batch.lines[0])
                    batch = Batch(batch.lines[1:], batch.rows[1:])
            if len(batch.rows) > room:
                raise Refused("too_many_rows", batch.lines[room], limit=self._limits.rows)
            room -= len(batch.rows)
            if batch.rows:
                yield batch

    def _data_rows(self, lines: Sequence[int], rows: list[list[str]]) -> Batch:
        """Those below the header that hold anything; rows that are not as wide as the header are reported."""
        width = self.header.width
        all_data = lines[0] > self.header.row and set(map(len, rows)) == {width}
        if all_data and all(row[0].strip() for row in rows):
            return Batch(lines, rows)
        kept_lines, kept_rows = [], []
        for line, row in zip(lines, rows, strict=True):
            if line <= self.header.row or not any(cell.strip() for cell in row):
                continue
            if len(row) != width:
                self._problems.add("ragged_row", row=line, values={"count": len(row), "width": width})
                continue
            kept_lines.append(line)
            kept_rows.append(row)
        return Batch(kept_lines, kept_rows)

    def _records(self) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        """All records with the line on which each begins; one with faulty quotes is reported and left out."""
        reader = self._reader
        while True:
            rows: list[list[str]] = []
            before = reader.line_num
            fault: csv.Error | None = None
            try:
                rows.extend(islice(reader, BATCH_ROWS))  # on a fault, the rows before it stay
            except csv.Error as error:
                fault = error
            if fault is None and reader.line_num - before == len(rows):
                lines: Sequence[int] = range(before + 1, before + 1 + len(rows))
                after = reader.line_num + 1
            else:
                lines, after = _lines_of(rows, before + 1)
            if rows:
                yield lines, rows
            if fault is not None:
                if after > self.header.row:
                    self._problems.add("bad_quotes", row=after, values=_quote_fault(str(fault)))
            elif len(rows) < BATCH_ROWS:
                return


def raw_records(path: Path, encoding: Encoding, limits: Limits, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Every record of the file that holds anything, with the line on which it begins.

    A record with faulty quotes comes line by line, each as its raw text in one cell. Raises Refused (line_too_long).
    """
    csv.field_size_limit(limits.line_bytes)
    taken: list[str] = []
    with path.open(encoding=encoding.name, errors="strict", newline="") as text:
        text.seek(encoding.mark)

        def lines() -> Iterator[str]:
            for line in _limited_lines(text, limits.line_bytes):
                taken.append(line)
                yield line

        reader = csv.reader(lines(), delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            taken.clear()
            try:
                records = [next(reader)]
            except StopIteration:
                return
            except csv.Error:
                records = [[raw.rstrip("\r\n")] for raw in taken]
            for place, cells in enumerate(records):
                if any(cell.strip() for cell in cells):
                    yield line + place, cells


def _quote_fault(complaint: str) -> dict[str, object]:
    """What the CSV reader complains of, for people."""
    if "end of data" in complaint:
        return {"detail_zh": "引号没有结束", "detail_en": "a quote is not closed"}
    if "field limit" in complaint:
        return {"detail_zh": "引号没有结束，单元格太长", "detail_en": "a quote is not closed and the cell is too long"}
    return {"detail_zh": "引号后面不是分隔符", "detail_en": "no separator after a closing quote"}


def _lines_of(rows: list[list[str]], line: int) -> tuple[list[int], int]:
    """The line on which each record begins, where some hold line ends in quotes, and the line after the last."""
    lines = []
    for row in rows:
        lines.append(line)
        line += 1 + len(_LINE_END.findall("\0".join(row)))
    return lines, line


def _opening_records(opening: list[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records of the first lines that hold anything, each with its line; faulty ones are left out here."""
    reader = csv.reader(opening, delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield line, row
                line = reader.line_num + 1
            return
        except csv.Error:
            line = reader.line_num + 1


def _limited_lines(text: io.TextIOWrapper, limit: int) -> Iterator[str]:
    """The lines of a text with their ends, none of more than `limit` bytes. Raises Refused (line_too_long)."""
    harmless = limit // 4  # characters: no encoding takes more than four bytes for one
    readline = text.readline
    number = 0
    while line := readline(limit + 1):
        number += 1
        if len(line) > harmless and len(line.encode(text.encoding)) > limit:
            raise Refused("line_too_long", number, limit=limit)
        yield line
