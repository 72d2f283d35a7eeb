"""A file's own rows as text, banner and all, beside the reader's finding of its header; for use in the child."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .columns import Header, column_letter
from .csv_reader import CsvTable, raw_records
from .encoding import detect_encoding
from .file_kind import HEAD_BYTES, is_workbook
from .limits import Limits
from .problems import ProblemLog, Refused, escape_text

_LINE_END = re.compile(r"\r\n|\r|\n")
# What keeps a file from being read as figures but not from being shown.
_SHOWABLE = frozenset({"no_header", "several_sheets"})


@dataclass(frozen=True)
class OwnRows:
    """A file as it is: the sheet that is read, the header the reader found, and all rows.

    `header` is None where the reader does not know which rows are meant; `refusal` is then its reason. `rows` gives
    each row of the file that holds anything, by its number in the file, as wide as it is.
    """

    sheet: str | None
    header: Header | None
    rows: Iterator[tuple[int, Sequence[str]]]
    refusal: Refused | None = None


def open_rows(path: Path, stream: BinaryIO, limits: Limits) -> OwnRows:
    """The rows of the file at `path`, which `stream` has open. Raises Refused where it cannot be shown at all."""
    problems = ProblemLog("")
    stream.seek(0)
    if is_workbook(stream.read(HEAD_BYTES)):
        from .xlsx_prescan import scan_workbook
        from .xlsx_reader import XlsxTable, first_visible

        workbook = scan_workbook(stream, limits)
        try:
            table = XlsxTable(path, workbook, limits, problems)
        except Refused as refusal:
            if refusal.code not in _SHOWABLE:
                raise
            name, rows = first_visible(path, workbook)
            return OwnRows(name, None, rows, refusal)
        return OwnRows(problems.sheet, table.header, table.own_rows())
    encoding = detect_encoding(stream)
    try:
        text = CsvTable(stream, encoding, limits, problems)
    except Refused as refusal:
        if refusal.code not in _SHOWABLE:
            raise
        return OwnRows(None, None, raw_records(path, encoding, limits, ","), refusal)
    return OwnRows(None, text.header, raw_records(path, encoding, limits, text.separator))


def look(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job of the kind `glance`: `copy` (path), `limits`, `most`, `lines`."""
    limits = Limits(**job["limits"])
    path = Path(job["copy"])
    with path.open("rb") as stream:
        try:
            found = open_rows(path, stream, limits)
            return _shown(found, job["most"], set(job["lines"]), limits)
        except Refused as refusal:
            problems = ProblemLog("")
            problems.refuse(refusal)
            reason = problems.first()[0]
            return {"refused": refusal.code, "zh": reason.zh, "en": reason.en}


def _shown(found: OwnRows, most: int, lines: set[int], limits: Limits) -> dict[str, Any]:
    """The first rows and the wanted ones; what comes after a line that is too long is not looked at."""
    rows: list[tuple[int, list[str]]] = []
    total = 0
    try:
        for line, cells in found.rows:
            total += 1
            if total <= most or line in lines:
                rows.append((line, [escape_text(_LINE_END.sub("↵", cell)) for cell in cells[: limits.columns]]))
    except Refused:
        if not rows:
            raise
    labels = found.header.labels if found.header else ()
    width = max([len(labels), *(len(cells) for _, cells in rows)], default=0)
    return {
        "sheet": found.sheet,
        "header_row": found.header.row if found.header else None,
        "labels": [escape_text(label) for label in labels] + [""] * (width - len(labels)),
        "letters": [column_letter(index) for index in range(width)],
        "rows": [(line, cells + [""] * (width - len(cells))) for line, cells in rows],
        "total": total,
    }
