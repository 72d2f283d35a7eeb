"""Reporting periods: months, quarters, halves and years, and how they nest."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import ClassVar, Literal

PeriodKind = Literal["month", "quarter", "half", "year"]

MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_KINDS: dict[int, PeriodKind] = {months: kind for kind, months in MONTHS.items()}

_CODE = re.compile(r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
_CHINESE = re.compile(
    r"(?P<year>\d{4})年"
    r"(?:(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四1-4])季度?|(?P<month>0?[1-9]|1[0-2])月份?)?"
)
_HALVES = {"上半年": 1, "下半年": 2}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, eq=False)
class Period:
    """`index`: the months from the start of year 1 to the period's end; `months`: its length.

    There is one object a period, so that comparing and looking up thousands of them costs nothing.
    """

    index: int
    months: int
    _made: ClassVar[dict[tuple[int, int], Period]] = {}

    def __new__(cls, index: int, months: int) -> Period:
        return cls._made.get((index, months)) or cls._made.setdefault((index, months), super().__new__(cls))

    def __reduce__(self) -> tuple[type[Period], tuple[int, int]]:
        return Period, (self.index, self.months)

    @classmethod
    def of(cls, year: int, kind: PeriodKind = "year", part: int = 1) -> Period:
        """The `part`-th period of that kind in `year`, counted from 1."""
        return cls((year - 1) * 12 + part * MONTHS[kind], MONTHS[kind])

    @cached_property
    def year(self) -> int:
        return (self.index - 1) // 12 + 1

    @property
    def kind(self) -> PeriodKind:
        return _KINDS[self.months]

    @cached_property
    def code(self) -> str:
        """`2023`, `2023-H1`, `2023-Q2` or `2023-06`."""
        month = (self.index - 1) % 12 + 1
        part = month // self.months
        marks = {12: "", 6: f"-H{part}", 3: f"-Q{part}", 1: f"-{month:02d}"}
        return f"{self.year:04d}{marks[self.months]}"

    @cached_property
    def time(self) -> Fraction:
        """The period's end in years: 2023 → 2023, 2023-Q2 → 2022.5 (methods.md, Symbols)."""
        return Fraction(self.index, 12)

    @cached_property
    def end(self) -> date:
        """The last day of the period."""
        month = (self.index - 1) % 12 + 1
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @cached_property
    def order(self) -> tuple[int, int]:
        """Sort key: by end, then month < quarter < half < year (interface.md, Scorecard)."""
        return (self.index, self.months)

    @cached_property
    def same_end(self) -> tuple[Period, ...]:
        """Shorter periods with the same end, longest first: 2023 → 2023-H2, 2023-Q4, 2023-12."""
        return tuple(Period(self.index, months) for months in (6, 3, 1) if months < self.months)

    @cached_property
    def parts(self) -> tuple[Period, ...]:
        """The next shorter periods that make up this one: a year's halves, a half's quarters, a quarter's months."""
        shorter = {12: 6, 6: 3, 3: 1}.get(self.months)
        if shorter is None:
            return ()
        first = self.index - self.months + shorter
        return tuple(Period(index, shorter) for index in range(first, self.index + 1, shorter))

    def previous(self) -> Period:
        """The period of the same length that ends where this one begins."""
        return Period(self.index - self.months, self.months)

    def year_earlier(self) -> Period:
        return Period(self.index - 12, self.months)

    def __str__(self) -> str:
        return self.code


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read a period's code or its Chinese form (`2023年二季度`); full-width digits are read.

    Raises ValueError when `text` names no period.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    found = _CODE.fullmatch(plain) or _CHINESE.fullmatch(plain)
    if not found or not 1 <= int(found["year"]) <= 9998:
        raise ValueError(f"not a period: {text!r}")
    year = int(found["year"])
    if half := found["half"]:
        return Period.of(year, "half", _HALVES.get(half) or int(half))
    if quarter := found["quarter"]:
        return Period.of(year, "quarter", _QUARTERS.get(quarter) or int(quarter))
    if month := found["month"]:
        return Period.of(year, "month", int(month))
    return Period.of(year)
