"""Which column of a form stands where: the table that prints, and right of it what only the system needs."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.catalogue.base import Language
from monitor.intake.columns import COLUMNS, column_letter
from monitor.intake.template_marks import REFERENCE

from .lines import Line
from .verdicts import Places

# column → width in characters
_PRINTED = {
    "number": 6, "name": 42, "numerator": 14, "denominator": 14, "part_unit": 9, "value": 14, "unit": 8,
    "computed": 11, "previous": 12, "year_earlier": 12, "change": 12.5, "change_of_year": 12.5, "verdict": 9,
    "note": 20,
}  # fmt: skip
_TECHNICAL = {
    "indicator_id": 9, "region_code": 7, "period": 8, "comparator": 6, "vintage": 8, "synthetic": 6, "source": 6,
    "published_on": 9, "grade": 5,
}  # fmt: skip
_OF_RATIOS = ("numerator", "denominator", "part_unit", "computed")
_OF_YEARS = ("year_earlier", "change_of_year")
_ALWAYS = ("indicator_id", "region_code", "period", "comparator")


@dataclass(frozen=True)
class Layout:
    """The columns in their order; `printed` of them are printed."""

    columns: tuple[str, ...]
    printed: int

    def place(self, name: str) -> int:
        return self.columns.index(name)

    def width(self, name: str) -> float:
        return (_PRINTED | _TECHNICAL)[name]

    def cell(self, name: str, row: int) -> str:
        """`D8`, of a row counted from 0."""
        return f"{column_letter(self.place(name))}{row + 1}"

    def has(self, name: str) -> bool:
        return name in self.columns

    def places(self, row: int) -> Places:
        """Of a year the period before and the year before are one, and stand in one column."""
        names = ("numerator", "denominator", "value", "computed", "previous", "year_earlier")
        shown = ("previous" if name == "year_earlier" and not self.has(name) else name for name in names)
        return Places(*(f"${self.cell(name, row)}" if self.has(name) else "" for name in shown))

    def signatures(self) -> tuple[tuple[int, int, int, int], ...]:
        """Three places to sign beside each other: first and last column of the label, first and last of the line."""
        rest = range(2, self.printed)
        widths = [self.width(self.columns[place]) for place in rest]
        total, ends, so_far = sum(widths), list[int](), 0.0
        for place, width in zip(rest, widths, strict=True):
            so_far += width
            if len(ends) < len(_SHARES) and so_far >= total * _SHARES[len(ends)]:
                ends.append(place)
        first, label, second, other, third = ends
        return (0, 1, 2, first), (first + 1, label, label + 1, second), (second + 1, other, other + 1, third)


# where, of the width right of the names, a line to sign, the next label, … end
_SHARES = (0.22, 0.34, 0.56, 0.70, 0.92)


def layout_of(lines: Sequence[Line], vintage: str, *, yearly: bool) -> Layout:
    """The columns that a row has something to say in; of a form by the year one earlier figure, not the same twice."""
    printed = [*_PRINTED]
    if not any(line.is_ratio for line in lines):
        printed = [name for name in printed if name not in _OF_RATIOS]
    if yearly:
        printed = [name for name in printed if name not in _OF_YEARS]
    sent = [line.sent for line in lines if line.sent is not None]
    wanted = {
        "vintage": vintage != "reported",
        "synthetic": any(one.synthetic for one in sent),
        "source": any(one.source for one in sent),
        "published_on": any(one.published_on for one in sent),
        "grade": any(one.grade for one in sent),
    }
    technical = [name for name in _TECHNICAL if name in _ALWAYS or wanted[name]]
    return Layout((*printed, *technical), len(printed))


def header_label(name: str, language: Language) -> str:
    if name in REFERENCE:
        return REFERENCE[name][0 if language == "zh" else 1]
    return COLUMNS[name] if language == "zh" else name.replace("_", " ").capitalize()


def lines_needed(text: str, width: float) -> int:
    """How many lines a text takes in a column so many characters wide; Chinese characters take two."""
    return sum(max(1, -(-_length(part) // max(1, int(width - 1)))) for part in text.split("\n"))


def _length(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
