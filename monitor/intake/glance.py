"""What a sender sees of their own file: its rows as they stand, so that problems can be shown at their cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .columns import named_by
from .confined import DEATHS, ChildDied, ask_child
from .limits import Limits

GLANCE_ROWS = 500
_FIGURES = ("value", "numerator", "denominator")


class GlanceError(ValueError):
    """The file's rows cannot be shown. `code`: as in `messages.MESSAGES`; `zh` and `en` say why, with the cure."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True, slots=True)
class GlanceRow:
    """One row of the file: its number in the file from 1, and its cells from the first column on, each a text."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Glance:
    """The file's own rows.

    `sheet`: the sheet that is read, None for text. `header_row`: the row the reader takes for the header, None when it
    finds none; rows above it are titles. `columns`: the header as it stands in the file, the letter where there is
    none, as in `FileProblem.column`; `letters`: A, B, … of the same. Every row is as wide as these. `rows`: those that
    hold anything, the first ones and those that were asked for; `total`: how many hold anything. Long cells are cut
    with …, a line's end within a cell stands as ↵ and what the eye cannot see as `\\u200b`.
    """

    sheet: str | None
    header_row: int | None
    columns: tuple[str, ...]
    letters: tuple[str, ...]
    rows: tuple[GlanceRow, ...]
    total: int
    _places: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def place(self, column: str | None) -> int | None:
        """The index of the column that a `FileProblem` names; None when the file does not have it."""
        return None if column is None else self._places.get(column)

    def figure_place(self, line: int) -> int | None:
        """The index of the column that holds a row's figure: of its value, else of its numerator."""
        found = {name: place for place, label in enumerate(self.columns) if (name := named_by(label)) in _FIGURES}
        cells = next((row.cells for row in self.rows if row.line == line), ())
        sent = [found[name] for name in _FIGURES if name in found]
        return next((place for place in sent if place < len(cells) and cells[place].strip()), None)

    def indicator(self, line: int) -> str | None:
        """What a row gives as its indicator, as text."""
        place = next((index for index, label in enumerate(self.columns) if named_by(label) == "indicator_id"), None)
        cells = next((row.cells for row in self.rows if row.line == line), ())
        return cells[place].strip() if place is not None and place < len(cells) else None


def glance(path: Path, *, limits: Limits | None = None, most: int = GLANCE_ROWS, lines: Collection[int] = ()) -> Glance:
    """The first `most` rows of a file that hold anything, and those of the numbers `lines`, read in a limited child.

    `path` is a copy of our own that nobody changes meanwhile. Raises GlanceError, OSError.
    """
    bounds = limits or Limits()
    job = {
        "task": "glance",
        "copy": str(path.resolve(strict=True)),
        "limits": bounds.as_json(),
        "most": most,
        "lines": sorted(set(lines)),
    }
    try:
        answer = ask_child(job, bounds)
    except ChildDied as death:
        zh, en = DEATHS[death.reason]
        raise GlanceError("reader_failed", f"无法显示文件内容：{zh}", f"the rows cannot be shown: {en}") from None
    if "refused" in answer:
        raise GlanceError(answer["refused"], answer["zh"], answer["en"])
    letters = tuple(answer["letters"])
    columns = tuple(label if label.strip() else letter for label, letter in zip(answer["labels"], letters, strict=True))
    places: dict[str, int] = {}
    for index, column in enumerate(columns):
        places.setdefault(column, index)
    return Glance(
        answer["sheet"],
        answer["header_row"],
        columns,
        letters,
        tuple(GlanceRow(line, tuple(cells)) for line, cells in answer["rows"]),
        answer["total"],
        places,
    )
