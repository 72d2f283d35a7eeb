"""The foot of a form: who answers for it and can be asked about it. Personal data: known again here and nowhere else.

The same finding serves reading and erasing, so that what is read is what goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .problems import escape_text
from .template_marks import PEOPLE

PERSON_CHARACTERS = 100  # of one field; a longer text is cut
_PIECES = 8  # cells of one field that are read


def _spaced(label: str) -> str:
    """A label as people print it, with blanks between its characters or words."""
    return r"\s*".join(map(re.escape, label.replace(" ", "")))


_FIELD_OF = {label.replace(" ", "").lower(): field for field, labels in PEOPLE.items() for label in labels}
_LABEL = re.compile(
    rf"\s*({'|'.join(_spaced(label) for labels in PEOPLE.values() for label in labels)})\s*[:：]\s*",
    re.IGNORECASE,
)


class FootCell(NamedTuple):
    """A cell that somebody filled in: its field, row and column from 1, text, and what was printed in it before."""

    field: str
    row: int
    column: int
    text: str
    printed: str


def foot_cells(row: int, cells: Sequence[str]) -> Iterator[FootCell]:
    """What stands right of each label in a row of the foot, up to the next label, or behind it in its own cell."""
    field = None
    for column, cell in enumerate(cells, start=1):
        found = _LABEL.match(cell)
        if found is not None:
            field = _FIELD_OF["".join(found[1].split()).lower()]
            if text := cell[found.end() :].strip():
                yield FootCell(field, row, column, text, cell[: found.end()].rstrip())
        elif field is not None and (text := cell.strip()):
            yield FootCell(field, row, column, text, "")


def people_in(cells: Iterable[FootCell]) -> dict[str, str]:
    """Field → what was filled in, on one line, without what the eye cannot see."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        pieces = found.setdefault(cell.field, [])
        if len(pieces) < _PIECES:
            pieces.append(unicodedata.normalize("NFC", cell.text))
    return {field: escape_text(" ".join(pieces), PERSON_CHARACTERS) for field, pieces in _ordered(found)}


def _ordered(found: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    return [(field, found[field]) for field in PEOPLE if field in found]
