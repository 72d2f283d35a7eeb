"""Numbers as the documents print them: rounded for print alone, and never so that a gap disappears."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

PLACES = 2
_MOST = 10
_CUT = 8
_NUMBER = re.compile(r"([<>≤≥]?\s?-?[\d.]+(?:…（[-\d/]+）)?)(左右|以上|以下|以内)?")
_MARKS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def plain(value: Fraction, places: int) -> str:
    """Rounded half away from zero to so many decimals, without trailing zeros or thousands marks; minus zero is 0."""
    scaled = abs(value) * 10**places
    digits = int(scaled + Fraction(1, 2))
    whole, part = divmod(digits, 10**places)
    tail = f"{part:0{places}d}".rstrip("0") if places else ""
    return f"{'-' if value < 0 and digits else ''}{whole}{'.' + tail if tail else ''}"


def printed(value: Fraction, against: Iterable[Fraction | None] = (), places: int = PLACES) -> str:
    """To two decimals; to more where rounding would print a number on the other side of, or on, one of `against`.

    69.996 beside a target of 70 is printed as 69.996: a reader must not see 70 and "missed" beside each other.
    """
    known = [one for one in against if one is not None]
    for more in range(places, _MOST + 1):
        text = plain(value, more)
        shown = Fraction(text)
        if all(_sign(shown - one) == _sign(value - one) for one in known) and (shown or not value):
            return text
    return plain(value, _MOST)


def exact(value: Fraction) -> str:
    """Every digit where they end after ten decimals, else cut, with the fraction: `27.7`, `0.33333333…（1/3）`."""
    scaled = value * 10**_MOST
    if scaled.denominator == 1:
        return plain(value, _MOST)
    cut = int(abs(value) * 10**_CUT)
    sign = "-" if value < 0 else ""
    whole, part = divmod(cut, 10**_CUT)
    return f"{sign}{whole}.{part:0{_CUT}d}…（{value.numerator}/{value.denominator}）"


def with_mark(text: str, comparator: str) -> str:
    """`>95`, `≥95`, `75左右`: as plans print them."""
    if comparator == "approx":
        return f"{text}左右"
    return f"{_MARKS.get(comparator, '')}{text}"


def with_unit(text: str, unit: str) -> str:
    """The unit behind the number, before 左右 and the like: `75%左右`; a printed text that is no number stays."""
    found = _NUMBER.fullmatch(text)
    return text if found is None else f"{found[1]}{unit}{found[2] or ''}"


def difference_unit(unit: str) -> str:
    """Differences of percentages are percentage points."""
    return "个百分点" if unit == "%" else unit


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
