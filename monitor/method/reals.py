"""Comparing sums of rational powers, which neither floats nor fractions can settle.

`cagr` and percentage drops compare expressions such as (v/b)^(1/m) − 1 with c·((g/b)^(1/n) − 1).
By Besicovitch's theorem on the linear independence of radicals, such an equality holds only when
each power is itself rational. So 60 digits decide: a difference that survives at 10⁻⁴⁰ is a
difference, a smaller one is a tie of rational powers.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from fractions import Fraction

_DIGITS = Context(prec=60)
_TIE = Decimal("1e-40")


def as_decimal(value: Fraction) -> Decimal:
    """The number to 60 digits."""
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def power(base: Fraction, exponent: Fraction) -> Decimal:
    """`base ^ exponent` to 60 digits, for a base of at least 0 (0 ^ 0 is 1)."""
    if base == 0:
        return Decimal(0 if exponent else 1)
    with localcontext(_DIGITS):
        return (as_decimal(base).ln() * as_decimal(exponent)).exp()


def compare(left: Decimal, right: Decimal) -> int:
    """−1, 0 or +1; numbers nearer than 10⁻⁴⁰ of the larger are equal."""
    with localcontext(_DIGITS):
        difference = left - right
        if abs(difference) <= _TIE * max(abs(left), abs(right), Decimal(1)):
            return 0
    return 1 if difference > 0 else -1
