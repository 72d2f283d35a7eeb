"""Finding what was typed in a text: as written, by pinyin initials, by full pinyin, and English by the start of words.

Full-width and half-width, capital and small letters are the same. Every finding says which part of the text it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .pinyin import initials, syllables

# how good a finding is, best first
EXACT, START, WORD, INITIALS, INSIDE, PINYIN, MENTIONED = range(7)
_LATIN = re.compile(r"[a-z]+")
_SHORT = 2  # so many letters only begin something: two letters are inside of nearly everything


@dataclass(frozen=True)
class Match:
    """`rank`: how good; `start` and `end`: the part of the text as written, equal where none is to be marked."""

    rank: int
    start: int
    end: int


def plain(text: str) -> str:
    """The text as it is compared."""
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(frozen=True)
class _Views:
    """A text in its ways of writing; `*_at`: of each letter the character of the text that it comes from."""

    plain: str
    plain_at: tuple[int, ...]
    initials: str
    initials_at: tuple[int, ...]
    pinyin: str
    pinyin_at: tuple[int, ...]
    begins: frozenset[int]  # where in `pinyin` a character begins


@lru_cache(maxsize=4096)
def _views(text: str) -> _Views:
    written = _joined([plain(character) for character in text])
    first = _joined([initials(character) for character in text])
    spoken = _joined(list(syllables(text)))
    begins = frozenset(n for n, at in enumerate(spoken[1]) if not n or spoken[1][n - 1] != at)
    return _Views(*written, *first, *spoken, begins)


def _joined(parts: Iterable[str]) -> tuple[str, tuple[int, ...]]:
    letters = [(letter, at) for at, part in enumerate(parts) for letter in part]
    return "".join(letter for letter, _ in letters), tuple(at for _, at in letters)


def find(text: str, asked: str) -> Match | None:
    """Where and how well `asked` (as `plain` gives it, without blanks at its ends) is found in one text."""
    if not asked or not text:
        return None
    views = _views(text)
    if views.plain.strip() == asked:
        return Match(EXACT, 0, len(text))
    is_latin = bool(_LATIN.fullmatch(asked))
    at = views.plain.find(asked)
    if at == 0:
        return _match(START, views.plain_at, 0, len(asked))
    begins_word = re.search(rf"(?<![a-z0-9]){re.escape(asked)}", views.plain) if asked[0].isascii() else None
    if begins_word:
        return _match(WORD, views.plain_at, begins_word.start(), len(asked))
    if at > 0 and not (is_latin and len(asked) <= _SHORT):
        return _match(INSIDE, views.plain_at, at, len(asked))
    return _by_sound(views, asked) if is_latin and not text.isascii() else None


def _by_sound(views: _Views, asked: str) -> Match | None:
    at = views.initials.find(asked)
    if at == 0 or (at > 0 and len(asked) > 1):
        return _match(INITIALS, views.initials_at, at, len(asked))
    at = views.pinyin.find(asked)
    while at >= 0 and at not in views.begins:
        at = views.pinyin.find(asked, at + 1)
    return _match(PINYIN, views.pinyin_at, at, len(asked)) if at >= 0 and len(asked) > 1 else None


def _match(rank: int, at: tuple[int, ...], start: int, length: int) -> Match:
    return Match(rank, at[start], at[start + length - 1] + 1)


def best(texts: Iterable[str], asked: str) -> int | None:
    """The best rank among several texts; of several words each is to be found in some of them."""
    known = [text for text in texts if text]
    whole = [found.rank for text in known if (found := find(text, asked)) is not None]
    if whole:
        return min(whole)
    parts = asked.split()
    if len(parts) < 2:
        return None
    ranks = [best(known, part) for part in parts]
    return None if any(rank is None for rank in ranks) else max(rank for rank in ranks if rank is not None)
