"""Which number formats show a percentage, and which show a month but no day (ECMA-376 part 1, 18.8.30)."""

from __future__ import annotations

import re
from enum import Enum


class Shown(Enum):
    """How a cell's number format shows it, as far as reading depends on it."""

    PLAIN = 0
    PERCENT = 1
    MONTH = 2


# The formats every workbook has without saying so: 0%, 0.00%; mmm-yy and, in Chinese locales, yyyy年m月.
_BUILT_IN = {9: Shown.PERCENT, 10: Shown.PERCENT, 17: Shown.MONTH, 27: Shown.MONTH, 36: Shown.MONTH,
             50: Shown.MONTH, 52: Shown.MONTH, 55: Shown.MONTH, 57: Shown.MONTH}  # fmt: skip
# "quoted", \escaped, _padding, *filling and [bracketed] characters are no format codes
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def shown_by(format_id: int, code: str | None) -> Shown:
    """How a format shows a number; `code` is the workbook's own format code, None for a built-in one."""
    if code is None:
        return _BUILT_IN.get(format_id, Shown.PLAIN)
    bare = _LITERAL.sub("", code.partition(";")[0]).lower()
    if "%" in bare:
        return Shown.PERCENT
    if "y" in bare and "m" in bare and not re.search(r"[dhs0#?]", bare):
        return Shown.MONTH
    return Shown.PLAIN
