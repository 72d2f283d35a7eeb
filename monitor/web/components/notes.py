"""Remarks as their writers wrote them: what is in another language than the page's stands apart, named and marked."""

from __future__ import annotations

import re
from typing import Any

from monitor.catalogue.models import Language

from ..words import Words
from . import html

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"\b[A-Za-z]?[a-z]{2,}\b")
_BETWEEN = re.compile(r"(?:;\s+|；\s*)")
_OTHER: dict[Language, Language] = {"zh": "en", "en": "zh"}


def language_of(text: str) -> Language | None:
    """Chinese or English by which has more words (two characters count as one); None for figures alone."""
    words, characters = len(_WORD.findall(text)), len(_HAN.findall(text))
    if not words and not characters:
        return None
    return "en" if 2 * words >= characters else "zh"


def own_and_foreign(words: Words, text: str) -> tuple[str, str]:
    """The clauses of a remark in the page's language, and those in the other one; nothing is translated."""
    clauses = [(one, language_of(one) or words.language) for one in _BETWEEN.split(text) if one]
    if len({language for _, language in clauses}) < 2:  # as it was written, to the last mark
        is_own = not clauses or clauses[0][1] == words.language
        return (text, "") if is_own else ("", text)
    own, foreign = ("; ".join(one for one, language in clauses if (language == words.language) is is_own)
                    for is_own in (True, False))  # fmt: skip
    return own, foreign


def foreign_span(words: Words, text: str) -> html.Span:
    """A text in the language that is not the page's, marked as such for who hears it."""
    return html.Span(text, dir="auto", lang=_OTHER[words.language])


def note_lines(words: Words, text: str) -> list[str]:
    """The same as plain lines, for what is told on hovering."""
    own, foreign = own_and_foreign(words, text)
    lines = [words("evidence.note", text=own)] if own else []
    return [*lines, words("evidence.note_foreign", text=foreign)] if foreign else lines


def note_spans(words: Words, text: str) -> list[Any]:
    """The same within a line of facts."""
    own, foreign = own_and_foreign(words, text)
    spans: list[Any] = [words("evidence.note", text=own)] if own else []
    if foreign:
        label = words("evidence.note_foreign", text="")
        spans.append(html.Span([label, foreign_span(words, foreign)]))
    return spans
