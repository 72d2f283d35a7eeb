"""Faults of catalogues and regions files, told to people in Chinese and English."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

# A file of nothing but faults is not more useful for listing all of them.
MOST_PROBLEMS = 500


@dataclass(frozen=True)
class Problem:
    """One fault.

    `line` counts from 1 and is None when the whole file is at fault; `path` is like
    `indicators[3].target.value` (in a regions file: the column), empty for the whole file;
    `code` is stable snake_case; `text` is the offending text where there is one.
    """

    file: str
    line: int | None
    path: str
    code: str
    zh: str
    en: str
    text: str | None = None

    @property
    def place(self) -> str:
        """`indicators.yaml:12 indicators[3].target.value`"""
        line = "" if self.line is None else f":{self.line}"
        return f"{self.file}{line} {self.path}".rstrip()

    def __str__(self) -> str:
        return f"{self.place}: {self.zh} · {self.en}"


class CatalogueError(ValueError):
    """Catalogues or a regions file that cannot be used; holds every fault of every file at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By line within each file, files in the order in which they came; each fault once, at most MOST_PROBLEMS."""
    once = list(dict.fromkeys(problems))
    files = list(dict.fromkeys(problem.file for problem in once))
    once.sort(key=lambda problem: (files.index(problem.file), problem.line or 0))
    return tuple(once[:MOST_PROBLEMS])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word a slip of the hand would have meant, or None."""
    found = difflib.get_close_matches(word, [*known], n=1, cutoff=0.6)
    return found[0] if found else None


def suggestion(word: str, known: Iterable[str]) -> tuple[str, str]:
    """What to append to a message, in Chinese and English; empty when nothing known is near."""
    meant = nearest(word, known)
    return (f"；是不是“{meant}”？", f"; did you mean '{meant}'?") if meant else ("", "")
