"""The second method `cagr`: compound growth against the growth that the target asks for.

Source: Eurostat's and Statistics Canada's progress measures (methods.md section 4).
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

from .bounds import against_target, is_open, is_point, is_upper_ray, one_of
from .cells import Cells
from .exact import Floats
from .judge import Verdict
from .reals import compare, power

SUBSTANTIAL, MODERATE, LIMITED = "substantial", "moderate", "limited"
DETERIORATION, ACHIEVED, NOT_AVAILABLE = "deterioration", "target_achieved", "not_available"
_LADDER = (SUBSTANTIAL, MODERATE, LIMITED, DETERIORATION)
_EXPONENT = Fraction(444, 100)


def judge_growth(cells: Cells, linear: Verdict) -> tuple[Verdict, Floats]:
    """The verdict of n cells by `cagr`, and the ratio R (context: V, a fraction per year).

    judge, no figure, hold, band and the share of regions keep what `linear` says of them.
    """
    classes = linear.classes.copy()
    reasons = linear.reasons.copy()
    ratios = np.full(cells.size, np.nan)
    inside, outside = against_target(cells.v, cells.v_comparator, cells.g, cells.g_comparator)
    bound = ~is_point(cells.v_comparator)
    reaches_worse = bound & (is_upper_ray(cells.v_comparator) == (cells.sign < 0))
    just_worse = reaches_worse & is_open(cells.v_comparator) & (cells.v == cells.b)
    for row in range(cells.size):
        rule = cells.rule[row]
        if rule in ("judge", "share") or not cells.v.known[row]:
            continue
        if rule in ("hold", "band"):
            if classes[row] == "not_assessable":
                classes[row] = NOT_AVAILABLE
            continue
        reasons[row] = ""
        if rule == "none":
            classes[row], ratio = _without_target(cells, row, cells.limit[row])
        elif inside[row]:
            classes[row], ratio = ACHIEVED, _ratio(cells, row)
        elif not outside[row]:
            classes[row], reasons[row], ratio = NOT_AVAILABLE, "bound_straddles_target", None
        else:
            classes[row], ratio = _towards_target(cells, row, bool(just_worse[row]))
        if bound[row] and classes[row] in _LADDER:
            classes[row] = _of_interval(str(classes[row]), bool(reaches_worse[row]), bool(just_worse[row]))
            reasons[row] = "bound_straddles_class" if classes[row] == NOT_AVAILABLE else ""
        if classes[row] == NOT_AVAILABLE and not reasons[row] and not cells.b.known[row]:
            reasons[row] = "no_baseline"
        if ratio is not None:
            ratios[row] = float(ratio) + 0.0
    kept = one_of(cells.rule, "share", "hold", "band")
    met, synthetic = np.where(kept, linear.met, 0), linear.evidence_synthetic & kept
    return Verdict(classes, reasons, linear.first_failing, met, synthetic), ratios


def _of_interval(at_number: str, reaches_worse: bool, just_worse: bool) -> str:
    """The class of all of a bound's interval, from the class at its number; not available where it has several.

    An interval that reaches to the worse side ends in deterioration, one that reaches to the better
    side in substantial progress. `just_worse`: it is open at the baseline, so that all of it is worse.
    """
    if reaches_worse:
        return DETERIORATION if just_worse or at_number == DETERIORATION else NOT_AVAILABLE
    return at_number if at_number == SUBSTANTIAL else NOT_AVAILABLE


def _growth(b: Fraction, v: Fraction, years: Fraction) -> Decimal:
    """`(v/b)^(1/years) − 1` to 60 digits."""
    with localcontext(prec=60):
        return power(v / b, 1 / years) - 1


def _numbers(cells: Cells, row: int) -> tuple[Fraction, Fraction, Fraction] | None:
    """b, v and the years between, where a compound rate exists: one sign, b not 0, a year at least."""
    b, v, t, t0 = cells.b[row], cells.v[row], cells.t[row], cells.t0[row]
    if b is None or v is None or t is None or t0 is None or b == 0 or v / b < 0 or t - t0 < 1:
        return None
    return b, v, t - t0


def _ratio(cells: Cells, row: int) -> Decimal | None:
    """`R = sign(b)·d·[(v/b)^(1/(t−t0)) − 1] ÷ |(g/b)^(1/(T−t0)) − 1|`; None where it does not exist."""
    numbers = _numbers(cells, row)
    g, end, t0 = cells.g[row], cells.end[row], cells.t0[row]
    if numbers is None or g is None or end is None or t0 is None:
        return None
    b, v, years = numbers
    if g == 0 or g == b or g / b < 0 or end <= t0:
        return None
    sign = int(cells.sign[row]) * (1 if b > 0 else -1)
    with localcontext(prec=60):
        return sign * _growth(b, v, years) / abs(_growth(b, g, end - t0))


def _towards_target(cells: Cells, row: int, just_worse: bool) -> tuple[str, Decimal | None]:
    """R ≥ 0.95 substantial, ≥ 0.60 moderate, ≥ 0 limited, below deterioration; with g = b there is no ratio."""
    b, v, g = cells.b[row], cells.v[row], cells.g[row]
    if b is not None and v is not None and g == b:
        worse = just_worse or (v < b if cells.sign[row] > 0 else v > b)
        return (DETERIORATION if worse else NOT_AVAILABLE), None
    ratio = _ratio(cells, row)
    if ratio is None:
        return NOT_AVAILABLE, None
    return _threshold(ratio, Decimal("0.95"), Decimal("0.60")), ratio


def _without_target(cells: Cells, row: int, limit: Fraction | None) -> tuple[str, Decimal | None]:
    """`V = sign(b)·d·CAGR` against 1.5 % and 0.5 %, shrunk by C near a natural limit."""
    numbers = _numbers(cells, row)
    if numbers is None or cells.sign[row] == 0:
        return NOT_AVAILABLE, None
    b, v, years = numbers
    sign = int(cells.sign[row]) * (1 if b > 0 else -1)
    shrink = _shrink(b, limit)
    with localcontext(prec=60):
        growth = sign * _growth(b, v, years)
        return _threshold(growth, Decimal("0.015") * shrink, Decimal("0.005") * shrink), growth


def _shrink(b: Fraction, limit: Fraction | None) -> Decimal:
    """C: 1 without a limit or from twice the limit on, falling to 0 at it."""
    if limit is None or abs(b) >= 2 * abs(limit):
        return Decimal(1)
    size = abs(limit)
    nearness = abs(b) / size if abs(b) <= size else (2 * size - abs(b)) / size
    with localcontext(prec=60):
        return 1 - power(nearness, _EXPONENT)


def _threshold(value: Decimal, substantial: Decimal, moderate: Decimal) -> str:
    """Lower bounds are inclusive; minus zero counts as zero."""
    if compare(value, substantial) >= 0:
        return SUBSTANTIAL
    if compare(value, moderate) >= 0:
        return MODERATE
    return LIMITED if compare(value, Decimal(0)) >= 0 else DETERIORATION
