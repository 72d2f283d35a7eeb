"""Paragraphs whose numbers carry the mark of their origin, and the table of those origins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .case import OF_CATALOGUE
from .sentences import Number, Sentence
from .words import SYNTHETIC, VINTAGE

_FEW = 3
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True)
class Run:
    """A stretch of text; `raised`: as a superscript."""

    text: str
    raised: bool = False

    @property
    def clean(self) -> str:
        """Without what a document cannot hold; line ends are blanks."""
        return clean(self.text)


def clean(text: str) -> str:
    """A text without control characters, which would make a file unreadable."""
    return _CONTROL.sub(" ", text)


Paragraph = tuple[Run, ...]


@dataclass(frozen=True)
class OriginRow:
    """Where one number of the text is from, as texts; `mark` stands behind it in the text."""

    mark: str
    printed: str
    exact: str
    meaning: str
    indicator: str
    region: str
    period: str
    vintage: str
    source: str
    submissions: str


@dataclass
class Citations:
    """The numbers of a document in the order in which the text first names them; the same number has one mark."""

    _places: dict[Number, int] = field(default_factory=dict)

    def paragraph(self, sentence: Sentence) -> Paragraph:
        """The sentence as runs, each number followed by its raised mark `[3]`."""
        runs: list[Run] = []
        text = ""
        for piece in sentence:
            if isinstance(piece, str):
                text += piece
                continue
            place = self._places.setdefault(piece, len(self._places) + 1)
            runs += [Run(text + piece.printed), Run(f"[{place}]", raised=True)]
            text = ""
        return tuple(run for run in (*runs, Run(text)) if run.text)

    def rows(self, submissions: Submissions) -> tuple[OriginRow, ...]:
        return tuple(_row(number, place, submissions) for number, place in self._places.items())


def _row(number: Number, place: int, submissions: Submissions) -> OriginRow:
    origin = number.origin
    is_of_plan = origin.vintage == OF_CATALOGUE and not origin.submissions
    published = f"（{origin.published_on.isoformat()}发布）" if origin.published_on else ""
    synthetic = f"〔{SYNTHETIC}〕" if origin.synthetic else ""
    return OriginRow(
        f"[{place}]", number.printed, number.exact, number.meaning, origin.indicator, origin.region, origin.period,
        VINTAGE.get(origin.vintage, origin.vintage), f"{origin.source}{published}{synthetic}",
        "规划文本" if is_of_plan else submissions.told(origin.submissions),
    )  # fmt: skip


@dataclass
class Submissions:
    """Ids of submissions as a document names them: a few as they are, many as a group that is listed once."""

    _groups: dict[tuple[int, ...], str] = field(default_factory=dict)

    def told(self, numbers: tuple[int, ...]) -> str:
        """`3, 12`, `31份（A组）`, `—` for none."""
        ordered = tuple(sorted(numbers))
        if len(ordered) <= _FEW:
            return listed(ordered)
        name = self._groups.setdefault(ordered, _letters(len(self._groups)))
        return f"{len(ordered)}份（{name}组）"

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(f"报送编号{name}组：{listed(numbers)}" for numbers, name in self._groups.items())


def listed(numbers: tuple[int, ...]) -> str:
    """`3, 5–9, 12`: in order, three and more that follow each other as a range; `—` for none."""
    told: list[str] = []
    start = 0
    for place, number in enumerate(numbers):
        if place + 1 < len(numbers) and numbers[place + 1] == number + 1:
            continue
        first = numbers[start]
        told += [f"{first}–{number}"] if number - first > 1 else [str(one) for one in numbers[start : place + 1]]
        start = place + 1
    return ", ".join(told) or "—"


def _letters(place: int) -> str:
    """A … Z, AA, AB, …"""
    text = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        text = chr(ord("A") + left) + text
    return text


def plain_text(paragraph: Paragraph) -> str:
    return "".join(run.text for run in paragraph)
