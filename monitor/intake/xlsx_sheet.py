"""One worksheet's XML, streamed: how far it reaches, and which cells are not what they seem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .columns import column_letter
from .limits import Limits
from .problems import Refused
from .xlsx_styles import Shown
from .xlsx_zip import damaged

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

FORMULA, NO_RESULT, ERROR, PERCENT, MONTH = 1, 2, 4, 8, 16
_TITLE_ROWS = 1_000  # above and between the rows of the table
_MERGES = 10_000
_CONTENT = frozenset({"v", "f", "is"})
_SHOWN_FLAGS = {Shown.PERCENT: PERCENT, Shown.MONTH: MONTH}


class SheetScan:
    """Handlers for the parser of one sheet; the answers stand in its attributes when the parse is done.

    `merges`: first row, last row, first column, last column (from 0) and the reference of each merged area.
    A sheet that is not read may be wider than the limit of columns, but not larger than that of cells.
    """

    def __init__(self, limits: Limits, shown: list[Shown], *, is_read: bool) -> None:
        self.merges: list[tuple[int, int, int, int, str]] = []
        self._stride = limits.columns
        self._flags = bytearray()
        self._cells_left = limits.cells
        self._cells_limit = limits.cells
        self._is_read = is_read
        self._last_row = limits.rows + _TITLE_ROWS
        self._style_flags = {str(index): _SHOWN_FLAGS[kind] for index, kind in enumerate(shown) if kind in _SHOWN_FLAGS}
        self._columns: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._row = self._column = -1
        self._at = (-1, -1)  # of the last cell: they must come in order, or a reader might lose some
        self._extent = [0, 0]
        self._is_number = False
        self._style = "0"
        self._in_cell = self._has_content = self._in_value = False
        self._has_text_result = False
        self._parser: XMLParserType | None = None

    def attach(self, parser: XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self._start

    def flags(self, row: int) -> bytes:
        """The flags of a row's cells (from 0); empty when it has none."""
        start = row * self._stride
        end = start + self._stride
        if start >= len(self._flags) or self._flags.count(0, start, end) == min(end, len(self._flags)) - start:
            return b""
        return bytes(self._flags[start:end])

    def flagged(self, wanted: int) -> Iterator[tuple[int, int, int]]:
        """Row, column (from 0) and flags of the cells with one of the flags `wanted`, in order."""
        rows = range(-(-len(self._flags) // self._stride))
        for row in rows:
            for column, flags in enumerate(self.flags(row)):
                if flags & wanted:
                    yield row, column, flags

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = tag.rpartition(" ")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name in _CONTENT and self._in_cell:
            self._start_content(name)
        elif name == "row":
            self._start_row(attributes.get("r"))
        else:
            self._in_cell = False  # so that what stands after the cells (a rule's formula) is not taken for content
            if name == "mergeCell":
                self._add_merge(attributes.get("ref", ""))

    def _start_row(self, number: str | None) -> None:
        self._in_cell = False
        self._row = int(number) - 1 if number else self._row + 1
        self._column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._row, self._column = max(self._row, 0), self._column + 1
        else:
            self._row, self._column = self._position(reference)
        self._in_cell, self._has_content = True, False
        self._cells_left -= 1
        if self._cells_left < 0:
            raise Refused("too_many_cells", limit=self._cells_limit)
        kind = attributes.get("t")
        self._is_number = kind is None or kind == "n"
        self._has_text_result = kind == "str"  # the result of a formula may be the empty text
        self._style = attributes.get("s", "0")
        if kind == "e":
            self._flag(ERROR)

    def _start_content(self, name: str) -> None:
        """The first content of a cell: only such cells count, formatting alone does not."""
        row, column = self._row, self._column
        if not self._has_content:
            if (row, column) <= self._at:
                raise damaged("单元格次序错乱或重复", "its cells are out of order or repeated")
            self._has_content = True
            self._at = (row, column)
            self._check_extent(row, column)
            if self._is_number and (flag := self._style_flags.get(self._style)):
                self._flag(flag)
        if name == "f":
            self._flag(FORMULA | NO_RESULT)
            self._watch_result(True)
        elif name == "v":
            self._in_value = True
            if self._has_text_result:
                self._unflag(NO_RESULT)

    def _check_extent(self, row: int, column: int) -> None:
        if self._is_read:
            if row > self._last_row or column >= self._stride:
                raise Refused("stray_cell", row + 1, letter=column_letter(column))
            return
        extent = self._extent
        extent[0], extent[1] = max(extent[0], row + 1), max(extent[1], column + 1)
        if extent[0] * extent[1] > self._cells_limit:
            raise Refused("stray_cell", row + 1, letter=column_letter(column))

    def _watch_result(self, on: bool) -> None:
        """Only a cell with a formula needs its characters looked at: is there a result beside it?"""
        parser = self._parser
        if parser is not None:
            parser.CharacterDataHandler = self._characters if on else None
            parser.EndElementHandler = self._end if on else None
        self._in_value = False

    def _characters(self, text: str) -> None:
        if self._in_value and text.strip():
            self._unflag(NO_RESULT)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._watch_result(False)

    def _position(self, reference: str) -> tuple[int, int]:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = _column_number(letters)
        row = int(reference[len(letters) :]) - 1
        if not 0 <= row < 1_048_576:
            raise damaged("单元格地址不合规范", "a cell's address is not valid")
        return row, column

    def _add_merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if len(self.merges) >= _MERGES:
            raise Refused("too_many_cells", limit=_MERGES)
        (top, left), (bottom, right) = self._position(first), self._position(last or first)
        self.merges.append((top, bottom, left, right, reference))

    def _flag(self, flag: int) -> None:
        if not self._is_read or self._column >= self._stride or self._row > self._last_row:
            return
        place = self._row * self._stride + self._column
        missing = place + 1 - len(self._flags)
        if missing > 0:
            self._flags.extend(bytes(missing))
        self._flags[place] |= flag

    def _unflag(self, flag: int) -> None:
        place = self._row * self._stride + self._column
        if self._is_read and place < len(self._flags):
            self._flags[place] &= ~flag


def _column_number(letters: str) -> int:
    """A → 0, XFD → 16383."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise damaged("单元格地址不合规范", "a cell's address is not valid")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16_384:
        raise damaged("单元格地址不合规范", "a cell's address is not valid")
    return number - 1
