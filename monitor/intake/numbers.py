"""The published number grammar (interface.md, Observation files): what a cell's text may say, and nothing else.

    number  = [sign] digits [ "." digits ] [ "%" ]      digits may be grouped by commas in threes
    missing = "" | "—" | "——" | "-" | "…" | "……" | "N/A"
    marks   = "不适用" | "保密" | "withheld"

Full-width digits, points, commas, signs and percent signs are read; whatever is read otherwise than written is
marked changed. More than 10 decimals are rounded half-even to 10. Everything else is an error with a hint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from .number_hints import number_hint
from .rows import State

DECIMALS = 10  # DECIMAL(38,10): 28 digits before the point, 10 after it
INTEGER_DIGITS = 28
_LONGEST = 400  # characters; longer texts are no figures, and are not worth a parse

_CONTEXT = Context(prec=_LONGEST + 20, rounding=ROUND_HALF_EVEN)
_STEP = Decimal(1).scaleb(-DECIMALS)
_BLANKS = " \t\r\n\u3000\u00a0"
# Full-width forms of ASCII only: a wider folding would read 9² as 92.
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_MINUS = {0x2212: "-"}
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<grouped>[1-9][0-9]{0,2}(?:,[0-9]{3})+)|(?P<plain>[0-9]*))"
    r"(?:\.(?P<fraction>[0-9]*))?(?P<percent>\s?%)?"
)
# A text that is its own canonical form: the common case, read without further ado.
_DECIMALS = r"(?:\.[0-9]{1,10})?"
_UNSIGNED = rf"(?:0|[1-9][0-9]{{0,27}}){_DECIMALS}"
is_plain_number = re.compile(rf"(?:-(?=[0-9.]*[1-9]))?{_UNSIGNED}").fullmatch
PLAIN_NUMBER = rf"{_UNSIGNED}|-[1-9][0-9]{{0,27}}{_DECIMALS}"
"""What `is_plain_number` matches, but for numbers between -1 and 0; for engines that cannot look ahead."""

_MISSING = frozenset({"", "-", "—", "——", "…", "……", "n/a"})
_MARKS: dict[str, State] = {"不适用": "not_applicable", "保密": "withheld", "withheld": "withheld"}


@dataclass(frozen=True, slots=True)
class Number:
    """What a text says. `state` None is an error, with its `code` (and, for not_a_number, `hint`).

    `text`: the number in plain digits with at most 10 decimals, as printed (`27.0` keeps its zero), "" when none.
    `changed`: the text said it in another way. `percent`: it carried a percent sign.
    """

    state: State | None
    text: str = ""
    changed: bool = False
    percent: bool = False
    code: Literal["", "not_a_number", "number_too_large"] = ""
    hint: str = ""

    @property
    def value(self) -> Decimal | None:
        return Decimal(self.text) if self.text else None


def parse_number(text: str) -> Number:
    """Read one cell's text; never raises."""
    stripped = text.strip(_BLANKS)
    if is_plain_number(stripped):
        return Number("value", stripped)
    if len(stripped) > _LONGEST:
        return Number(None, code="not_a_number", hint="other")
    folded = stripped.translate(_FULL_WIDTH)
    mark = folded.lower()
    if mark in _MISSING:
        return Number("missing")
    if mark in _MARKS:
        return Number(_MARKS[mark])
    found = _NUMBER.fullmatch(folded.translate(_MINUS))
    digits = found and (found["grouped"] or found["plain"] or found["fraction"])
    if not found or not digits:
        return Number(None, code="not_a_number", hint=number_hint(folded))
    integer = (found["grouped"] or found["plain"]).replace(",", "").lstrip("0") or "0"
    plain = _round(found["sign"] == "-", integer, found["fraction"] or "")
    if plain is None:
        return Number(None, code="number_too_large")
    return Number("value", plain, changed=plain != stripped, percent=bool(found["percent"]))


def _round(negative: bool, integer: str, fraction: str) -> str | None:
    """The number in plain digits with at most 10 decimals, half-even; None beyond DECIMAL(38,10); never −0."""
    number = f"{integer}.{fraction}" if fraction else integer
    if len(fraction) > DECIMALS:
        number = format(Decimal(number).quantize(_STEP, context=_CONTEXT), "f")
    if len(number.partition(".")[0]) > INTEGER_DIGITS:
        return None
    return f"-{number}" if negative and number.strip("0.") else number


def cell_number_text(number: float) -> str:
    """A spreadsheet's number cell as plain digits: 15 significant ones, then half-even to 10 decimals, silently."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return format_number(_fifteen_digits(number))


def percent_cell_text(number: float) -> str:
    """What a number cell in percent format shows: 0.952 → `95.2%`."""
    return f"{format_number(_fifteen_digits(number).scaleb(2, _CONTEXT))}%"


def _fifteen_digits(number: float) -> Decimal:
    return Decimal(format(number, ".15g"))


def format_number(value: Decimal) -> str:
    """A finite decimal in plain digits, at most 10 decimals (half-even), no trailing zeros, no −0."""
    rounded = value.quantize(_STEP, context=_CONTEXT)
    text = format(rounded, "f").rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
