"""Exact numbers as they are written down: every digit where they end, else cut off with a mark, never rounded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from ..words import MINUS

DIGITS = 10
CUT = 8
_ENDLESS = "…"


def exact_text(value: Fraction, cut: int = CUT) -> str:
    """`34,913.37`; `74.13034276…` for what does not end after ten decimals, cut after `cut` decimals, not rounded."""
    scaled = value * 10**DIGITS
    if scaled.denominator == 1:
        return _grouped(abs(scaled.numerator), DIGITS, negative=value < 0)
    return _grouped(int(abs(value) * 10**cut), cut, negative=value < 0, keep=True) + _ENDLESS


def time_text(value: Fraction) -> str:
    """A time in years, which no thousands are marked in: `2022.5`."""
    return exact_text(value, 4).replace(",", "")


def float_text(value: float, decimals: int = 6) -> str:
    """A number that is a float by its nature (a power, a logarithm), to so many decimals at most."""
    text = f"{abs(value):,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{MINUS if value < 0 and text.strip('0.,') else ''}{text}"


def exact_number(value: Fraction) -> Decimal | float:
    """The number for a file: a decimal that says all of it where there is one, else the nearest float."""
    scaled = value * 10**DIGITS
    return Decimal(scaled.numerator).scaleb(-DIGITS).normalize() if scaled.denominator == 1 else float(value)


def _grouped(digits: int, decimals: int, *, negative: bool, keep: bool = False) -> str:
    whole, part = divmod(digits, 10**decimals)
    tail = f"{part:0{decimals}d}"
    if not keep:
        tail = tail.rstrip("0")
    return f"{MINUS if negative and digits else ''}{whole:,}{f'.{tail}' if tail else ''}"
