"""SDMX-CSV 2.0: one observation a row, a column for each component, the dataflow named in every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.report.export import neutral_text

from .series import Observation
from .structure import VERSION, DataStructure

TYPE = "application/vnd.sdmx.data+csv; version=2.0.0"
_ACTION = "I"  # what there is, told for information
_TEXTS = frozenset({"SOURCE", "GRADE", "NOTE", "PRINTED"})
"""What people wrote: a spreadsheet must not run it."""


def data_csv(agency: str, structure: DataStructure, rows: Iterable[Observation]) -> Iterator[str]:
    """The lines of the file, each with its end (CRLF); UTF-8 without a byte order mark."""
    columns = structure.columns
    yield _line(["STRUCTURE", "STRUCTURE_ID", "ACTION", *columns])
    flow = f"{agency}:{structure.id}({VERSION})"
    for row in rows:
        yield _line(["dataflow", flow, _ACTION, *(_cell(name, row.get(name, "")) for name in columns)])


def _cell(name: str, text: str) -> str:
    return neutral_text(text) if name in _TEXTS else text


def _line(cells: Iterable[str]) -> str:
    return ",".join(_quoted(cell) for cell in cells) + "\r\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\r\n') else cell
