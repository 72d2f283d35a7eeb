"""A stored row as a figure of its indicator: exact, in the indicator's units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from monitor.catalogue.models import Indicator
from monitor.catalogue.units import factor_between

from .figures import Absence, Figure, Sent, part_factor, quotient

StoredRow = Sequence[object]
"""What `figures_as_of.sql` and `plan_rows_as_of.sql` answer: indicator_id, region_code, period, vintage, state,
numerator, denominator, part_unit, value, unit, comparator, synthetic, published_on, submission_id."""


@lru_cache(maxsize=256)
def _unit_factor(source: str, target: str) -> Fraction:
    factor = factor_between(source, target)
    if factor is None:
        raise ValueError(f"{source} cannot be converted to {target}")
    return factor


def to_sent(row: StoredRow, indicator: Indicator) -> Sent:
    """One stored row as a figure in the indicator's units, exact, or as the absence of one."""
    _, _, _, vintage, state, numerator, denominator, part_unit, value, unit, comparator, synthetic, _, source = row
    if state != "value":
        return Absence("" if state == "missing" else str(state))
    top = bottom = judged = None
    if isinstance(numerator, Decimal) and isinstance(denominator, Decimal):
        parts = indicator.figure
        top, bottom = Fraction(numerator), Fraction(denominator)
        if parts and part_unit and part_unit != parts.unit:
            factor = _unit_factor(str(part_unit), parts.unit)
            top, bottom = top * factor, bottom * factor
        judged = quotient(top, bottom, part_factor(indicator))
    elif isinstance(value, Decimal):
        judged = Fraction(value)
        if unit != indicator.unit:
            judged *= _unit_factor(str(unit), indicator.unit)
    if judged is None:
        return Absence()
    return Figure(judged, str(comparator), top, bottom, str(vintage), bool(synthetic), False, (int(str(source)),))
