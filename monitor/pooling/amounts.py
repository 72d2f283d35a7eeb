"""Exact money: products and differences without rounding, how an amount is printed, and what a typed text says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation

from monitor.intake.number_hints import HINTS
from monitor.intake.numbers import DECIMALS, parse_number

# Amounts have at most 38 digits, rates at most some more; nothing is ever cut off unseen.
_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
_CENT = Decimal("0.01")
_TOO_FINE = re.compile(rf"[.．]\w{{{DECIMALS + 1}}}")


@dataclass(frozen=True)
class Said:
    """One text in both languages."""

    zh: str
    en: str


def times(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.multiply(one, other)


def less(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.subtract(one, other)


def plus(*parts: Decimal) -> Decimal:
    whole = Decimal(0)
    for part in parts:
        whole = _EXACT.add(whole, part)
    return whole


def plain(amount: Decimal) -> str:
    """All digits, thousands grouped, no trailing zeros, a real minus: 9,500, 0.125, −25."""
    text = f"{abs(amount):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if amount < 0 else text


def money(amount: Decimal) -> Said:
    """The exact amount; where it has more than two decimals also what it is when rounded half up to two."""
    exact = plain(amount)
    if amount == amount.quantize(_CENT, context=Context(prec=200)):
        return Said(exact, exact)
    rounded = plain(amount.quantize(_CENT, rounding=ROUND_HALF_UP, context=Context(prec=200)))
    return Said(f"{exact}（四舍五入到两位小数为 {rounded}）", f"{exact} (rounded half up to two decimals: {rounded})")


def read_amount(text: str) -> Decimal | Said | None:
    """What a typed text says by the number grammar of observation files: an amount, None for nothing, or the fault.

    Stricter in three ways: never negative, never a percentage, never more decimals than are kept.
    """
    number = parse_number(text)
    if number.state == "missing":
        return None
    if number.code == "number_too_large":
        return Said("数太大：小数点前至多 28 位", "too large: at most 28 digits before the point")
    if number.state is None:
        return Said(*HINTS[number.hint or "other"])
    if number.value is None:
        return Said("这里只能写金额，没有就留空", "only an amount is read here; leave it empty if there is none")
    if number.percent:
        return Said("这里写金额，不写百分比", "write an amount, not a percentage")
    if _TOO_FINE.search(text):
        return Said(f"小数至多 {DECIMALS} 位；不作舍入", f"at most {DECIMALS} decimals; nothing is rounded here")
    if number.value < 0:
        return Said("不能为负数；请核对", "cannot be negative: check it")
    return number.value
