"""What is wrong or odd in a file, each at its cell, in words for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

from .messages import MESSAGES

ProblemSeverity = Literal["error", "query", "warning"]

SHOWN_PROBLEMS = 200  # reliability.md section 3: the first 200 are listed, all are counted
SHOWN_CHARACTERS = 200  # of one offending text

_SEVERITIES: tuple[ProblemSeverity, ...] = ("error", "query", "warning")
# Control, format (bidi, zero width), surrogate, private use, unassigned, line and paragraph separators
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class FileProblem:
    """One problem.

    `row` is the file's own row (CSV: line of the file; sheet: row of the sheet); `column` the header as it
    stands in the file, or the letter where there is none. Both are None for what concerns the whole file.
    `indicator_id`: whose figure, where known. `rule`: what an explanation silences, None for all of its `code`.
    """

    file: str
    sheet: str | None
    row: int | None
    column: str | None
    code: str
    severity: ProblemSeverity
    zh: str
    en: str
    text: str | None
    indicator_id: str | None = None
    rule: str | None = None

    @property
    def key(self) -> tuple[int | None, str]:
        """What an explanation answers."""
        return self.row, self.rule or self.code


def first_problems(problems: Iterable[FileProblem]) -> tuple[FileProblem, ...]:
    """At most 200, by row; where there are more, errors come before queries, queries before warnings."""
    chosen = sorted(problems, key=lambda problem: _SEVERITIES.index(problem.severity))[:SHOWN_PROBLEMS]
    return tuple(sorted(chosen, key=lambda problem: problem.row or 0))


def problem_lists(problems: Sequence[FileProblem]) -> dict[str, list[Any]]:
    """As the parallel lists of the SQL that writes or compares them."""
    return {
        "sheets": [problem.sheet for problem in problems],
        "lines": [problem.row for problem in problems],
        "columns": [problem.column for problem in problems],
        "codes": [problem.code for problem in problems],
        "severities": [problem.severity for problem in problems],
        "zh": [problem.zh for problem in problems],
        "en": [problem.en for problem in problems],
        "texts": [problem.text for problem in problems],
        "indicator_ids": [problem.indicator_id for problem in problems],
        "rules": [problem.rule for problem in problems],
    }


class Refused(Exception):
    """The file cannot be read on: one clear reason. `code` and `values` as in `messages.MESSAGES`."""

    def __init__(self, code: str, row: int | None = None, text: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.text = text
        self.values = values


def escape_text(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """`text` on one line, cut to `limit` characters; what the eye cannot see stands as `\\u200b`."""
    cut = text if len(text) <= limit else text[:limit]
    if not (cut.isascii() and cut.isprintable()):
        cut = "".join(_escape_character(character) for character in cut)
    return cut if len(text) <= limit else cut + "…"


def _escape_character(character: str) -> str:
    odd_space = character.isspace() and character not in (" ", "\u3000")
    if odd_space or unicodedata.category(character) in _HIDDEN:
        return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
    return character


def code_points(text: str) -> str:
    """` (U+0031 U+200B)` for a text that may not be what it looks like; nothing for plain ASCII and Chinese."""
    if all("\x20" <= character <= "\x7e" or "\u4e00" <= character <= "\u9fff" for character in text):
        return ""
    return spelled_out(text)


def spelled_out(text: str) -> str:
    """The characters of a text by their code points: ` (U+0031 U+004F)`."""
    return f" ({' '.join(f'U+{ord(character):04X}' for character in text[:12])})"


class ProblemLog:
    """Collects the problems of one file: all are counted, the first of each severity are kept."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheet: str | None = None
        self.counts: dict[ProblemSeverity, int] = dict.fromkeys(_SEVERITIES, 0)
        self._kept: dict[ProblemSeverity, list[FileProblem]] = {severity: [] for severity in _SEVERITIES}

    @property
    def blocked(self) -> bool:
        return self.counts["error"] > 0

    def add(
        self,
        code: str,
        *,
        row: int | None = None,
        column: str | None = None,
        text: str | None = None,
        severity: ProblemSeverity | None = None,
        values: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Record a problem; `values` fill the message of `code`, `severity` replaces its usual one."""
        message = MESSAGES[code]
        level = severity or message.severity
        self.counts[level] += 1
        kept = self._kept[level]
        if len(kept) >= SHOWN_PROBLEMS:
            return
        shown = None if text is None else escape_text(text)
        fill = {"text": shown, "row": row, **values}
        label = None if column is None else escape_text(column)
        kept.append(
            FileProblem(
                self.file,
                self.sheet,
                row,
                label,
                code,
                level,
                message.zh.format_map(fill),
                message.en.format_map(fill),
                shown,
            )
        )

    def refuse(self, refusal: Refused) -> None:
        self.add(refusal.code, row=refusal.row, text=refusal.text, values=refusal.values)

    def first(self) -> list[FileProblem]:
        """At most 200, by row; where there are more, errors come before queries, queries before warnings."""
        chosen = [problem for severity in _SEVERITIES for problem in self._kept[severity]][:SHOWN_PROBLEMS]
        return sorted(chosen, key=lambda problem: problem.row or 0)

    def as_json(self) -> dict[str, object]:
        return {"count": sum(self.counts.values()), "problems": [asdict(problem) for problem in self.first()]}
