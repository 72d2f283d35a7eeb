"""The values of a performance table: a number with comparator and unit, or a word of a closed list."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

WORDS = (
    "显著提高", "提高", "显著", "有所提升", "保持稳定", "按计划完成", "控制在预算范围内", "控制在预算内", "长期有效",
    "动态维护", "验收通过", "每年开展", "在评估的基础上适时推进",
)  # fmt: skip
"""What the two tables of the budget of 2020 use; a file adds its own under `words:`."""

COMPARATORS = {"≥": "ge", "≤": "le", ">": "gt", "＞": "gt", "<": "lt", "＜": "lt", "=": "eq"}
SIGNS = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<", "eq": "", "approx": "≈"}
_MEASURE = re.compile(r"([≥≤<>＜＞=]?)\s*([0-9]{1,12}(?:\.[0-9]{1,4})?)\s*([^\s0-9]{0,20})")


@dataclass(frozen=True)
class Measure:
    """`comparator`: ge, le, gt, lt, eq where the sign is printed, "" where none is (31个省)."""

    printed: str
    comparator: str
    number: Decimal
    unit: str


@dataclass(frozen=True)
class Word:
    """A qualitative goal, word for word."""

    printed: str


Value = Measure | Word


def read_measure(text: str) -> Measure | None:
    """`≥3次` → ge 3 次, `31个省` → "" 31 个省; None for what is no number with a unit."""
    text = text.strip()
    found = _MEASURE.fullmatch(text)
    if found is None or re.match(r"[0-9.,，]", found[3]):
        return None
    return Measure(text, COMPARATORS.get(found[1], ""), Decimal(found[2]), found[3])


def read_value(text: str, words: Collection[str] = ()) -> Value | None:
    """What a cell says; None for a word that is on no list. `words`: the file's own beside the closed list."""
    measure = read_measure(text)
    if measure is not None:
        return measure
    word = text.strip()
    return Word(word) if word in WORDS or word in words else None
