"""Pinyin initials of Chinese text: 居民 → jm.

GB 2312 orders its 3,755 common characters by pinyin, so a character's code tells its first letter
(GB/T 2312-1980, level 1). Rarer characters have none and are left out.
"""

from __future__ import annotations

from bisect import bisect_right

# the first code of each letter among the level-1 characters; no pinyin begins with i, u or v
_STARTS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_CODES = [code for code, _ in _STARTS]
_LAST = 0xD7F9


def initials(text: str) -> str:
    """The first letters of the text's common characters; other text is kept in lower case without blanks."""
    found = []
    for character in text:
        code = int.from_bytes(character.encode("gb2312", "ignore"))
        if character.isascii():
            found.append(character.lower().strip())
        elif _CODES[0] <= code <= _LAST:
            found.append(_STARTS[bisect_right(_CODES, code) - 1][1])
    return "".join(found)
