"""What a row says about itself: its state, its parts against its value, its figure against the catalogue's range.

All comparisons are exact: products of decimals, never a quotient.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, Inexact
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from monitor.catalogue.units import factor_between

from .numbers import DECIMALS
from .rules import CheckSeverity, IndicatorRule, Range

_EXACT = Context(prec=400, traps=[Inexact])
_multiply, _subtract = _EXACT.multiply, _EXACT.subtract
_SHOWN = Context(prec=18)
_EXACT_ROUNDED = Context(prec=400)
_SHOWN_DECIMALS = Decimal("0.0001")
_ZERO = Decimal(0)
_HALF = Decimal("0.5")
LEAST_SHARE_TOLERANCE = Decimal("0.05")  # methods.md section 1: at least 0.05 for %


class Mark(Enum):
    """What a number's cell may say instead of a number; the empty text is missing."""

    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"
    UNREADABLE = "unreadable"


class Figure(NamedTuple):
    """A row's figure as text: its state, and "" where there is no number."""

    state: str
    numerator: str
    denominator: str
    value: str


class Finding(NamedTuple):
    """Something wrong with a row, at the cell of `column`; `severity` None for the usual one of `code`."""

    column: str
    code: str
    text: str
    severity: CheckSeverity | None
    values: dict[str, object]


_NOTHING: tuple[Finding, ...] = ()
_UNREADABLE = Figure("missing", "", "", "")


def check_figure(
    rule: IndicatorRule, unit: str, comparator: str, numerator: str | Mark, denominator: str | Mark, value: str | Mark
) -> tuple[Figure, Sequence[Finding]]:
    """The figure of a row in its own unit, with what is wrong about it.

    Numbers come as plain digits, "" is missing. A cell that could not be read was reported at its place: such a
    row has no figure here and no further findings.
    """
    if isinstance(numerator, Mark) or isinstance(denominator, Mark) or isinstance(value, Mark):
        return _marked_figure(rule, unit, comparator, numerator, denominator, value)
    if numerator or denominator:
        if _is_clearly_right(rule, unit, comparator, numerator, denominator, value):
            return Figure("value", numerator, denominator, value), _NOTHING
        findings = _parts_findings(rule, unit, comparator, numerator, denominator, value)
    elif value:
        findings = _value_findings(rule, unit, value)
    else:
        return Figure("missing", "", "", ""), _missing_findings(comparator)
    return Figure("value", numerator, denominator, value), findings


def _marked_figure(
    rule: IndicatorRule, unit: str, comparator: str, numerator: str | Mark, denominator: str | Mark, value: str | Mark
) -> tuple[Figure, Sequence[Finding]]:
    cells = {"value": value, "numerator": numerator, "denominator": denominator}
    if Mark.UNREADABLE in cells.values():
        return _UNREADABLE, _NOTHING
    marks = {name: cell for name, cell in cells.items() if isinstance(cell, Mark)}
    parts = [name for name in ("numerator", "denominator") if isinstance(cells[name], str) and cells[name]]
    if parts or len(set(marks.values())) > 1:
        # a part without the other, a figure beside a mark, or two marks at once
        name, mark = next(iter(marks.items()))
        return _UNREADABLE, [Finding(name, "state_conflict", _MARK_WORDS[mark], None, {})]
    if isinstance(value, str) and value:
        return Figure("value", "", "", value), _value_findings(rule, unit, value)
    mark = next(iter(marks.values()))
    return Figure(mark.value, "", "", ""), _missing_findings(comparator)


_MARK_WORDS = {Mark.NOT_APPLICABLE: "不适用", Mark.WITHHELD: "保密"}


def _missing_findings(comparator: str) -> Sequence[Finding]:
    if comparator == "eq":
        return _NOTHING
    return [Finding("comparator", "comparator_without_figure", comparator, None, {})]


def _value_findings(rule: IndicatorRule, unit: str, value: str) -> Sequence[Finding]:
    if not rule.ranges:
        return _NOTHING
    number = Decimal(value)
    times, over = _conversion(unit, rule.unit)
    return _range_findings(rule, _multiply(number, times), over, "value", f"{value}{unit}")


def _parts_findings(
    rule: IndicatorRule, unit: str, comparator: str, numerator: str, denominator: str, value: str
) -> Sequence[Finding]:
    if rule.factor is None:
        name = "numerator" if numerator else "denominator"
        return [Finding(name, "parts_not_expected", numerator or denominator, None, {"indicator": rule.id})]
    if not (numerator and denominator):
        missing, zh, en = ("denominator", "分母", "denominator") if numerator else ("numerator", "分子", "numerator")
        return [Finding(missing, "parts_incomplete", "", None, {"missing_zh": zh, "missing_en": en})]
    above, below = Decimal(numerator), Decimal(denominator)
    findings = [
        Finding(name, "negative_part", text, None, {})
        for name, number, text in (("numerator", above, numerator), ("denominator", below, denominator))
        if number < 0
    ]
    if not below:
        findings.append(Finding("denominator", "zero_denominator", denominator, None, {}))
    if findings:
        return findings
    scaled = _multiply(above, rule.factor)
    if rule.ranges:
        # without a value of its own the figure is blamed on its numerator
        column = "value" if value else "numerator"
        findings = [*_range_findings(rule, scaled, below, column, None)]
    if value and not _agree(scaled, below, unit, rule.unit, comparator, value):
        quotient = _shown_quotient(scaled, below)
        values: dict[str, object] = {
            "quotient": f"{quotient}{rule.unit}",
            "tolerance": f"{_tolerance(value, unit)}{unit}",
        }
        findings.append(Finding("value", "parts_disagree", value, rule.parts_severity, values))
    return findings


def _agree(scaled: Decimal, below: Decimal, unit: str, own_unit: str, comparator: str, value: str) -> bool:
    """Whether `value` is the quotient within its tolerance; a bound only has to hold (methods.md section 1)."""
    times, over = _conversion(unit, own_unit)
    # value·times/over − scaled/below, both times over·below
    gap = _subtract(_multiply(_multiply(Decimal(value), times), below), _multiply(scaled, over))
    room = _multiply(_multiply(_tolerance(value, unit), times), below)
    least = room.copy_negate()  # a unary minus would round to the default context
    if comparator in ("ge", "gt"):
        return gap <= room
    if comparator in ("le", "lt"):
        return gap >= least
    return least <= gap <= room


def _tolerance(value: str, unit: str) -> Decimal:
    """Half a unit of the last printed digit; at least 0.05 for %."""
    decimals = len(value.partition(".")[2])
    half = _HALF.scaleb(-decimals)
    return max(half, LEAST_SHARE_TOLERANCE) if unit == "%" else half


# Every float below is correctly rounded from its text and three operations follow: the relative error stays under
# 1e-15, so that a margin of 1e-12 leaves no case that exact arithmetic would decide otherwise.
MARGIN = 1e-12
_TOLERANCES = {unit: [float(_tolerance("0." + "0" * decimals, unit)) for decimals in range(DECIMALS + 1)]
               for unit in ("%", "")}  # fmt: skip


def _is_clearly_right(
    rule: IndicatorRule, unit: str, comparator: str, numerator: str, denominator: str, value: str
) -> bool:
    """Whether parts in good order agree with their value and lie in range by more than any rounding error."""
    factor = rule.float_factor
    if factor is None or unit != rule.unit or not (numerator and denominator) or comparator != "eq":
        return False
    above, below = float(numerator), float(denominator)
    if above < 0 or below <= 0:
        return False
    quotient = above * factor / below
    margin = MARGIN * (quotient + 1)
    if not rule.float_low + margin < quotient < rule.float_high - margin:
        return False
    if not value:
        return True
    tolerance = _TOLERANCES["%" if unit == "%" else ""][len(value.partition(".")[2])]
    return abs(float(value) - quotient) < tolerance - margin


def _range_findings(
    rule: IndicatorRule, above: Decimal, below: Decimal, column: str, shown: str | None
) -> Sequence[Finding]:
    """Findings for the figure above ÷ below (below > 0), in the indicator's unit."""
    findings = _NOTHING
    for check in rule.ranges:
        too_low = check.low is not None and above < _multiply(check.low, below)
        too_high = check.high is not None and above > _multiply(check.high, below)
        if too_low or too_high:
            figure = shown or f"{_shown_quotient(above, below, check)}{rule.unit}"
            values: dict[str, object] = {"figure": figure, "range": _interval(check.low, check.high), "unit": rule.unit}
            findings = (*findings, Finding(column, "out_of_range", figure, check.severity, values))
    return findings


def _shown_quotient(above: Decimal, below: Decimal, check: Range | None = None) -> str:
    """A quotient for people: enough digits to see what is wrong; of one out of a range (`check`) four, if they tell."""
    shown = _SHOWN.divide(above, below)
    if check is not None:
        short = shown.quantize(_SHOWN_DECIMALS, context=_EXACT_ROUNDED)
        tells = (check.low is not None and short < check.low) or (check.high is not None and short > check.high)
        shown = short if tells else shown
    text = format(shown, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _interval(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return f"≤ {high}"
    return f"≥ {low}" if high is None else f"{low}–{high}"


@lru_cache(maxsize=256)
def _conversion(unit: str, own_unit: str) -> tuple[Decimal, Decimal]:
    """A number in `unit` is number × times ÷ over in `own_unit`; both convertible."""
    factor = factor_between(unit, own_unit)
    if factor is None:  # reported at the unit's cell; compare as sent
        return Decimal(1), Decimal(1)
    return Decimal(factor.numerator), Decimal(factor.denominator)
