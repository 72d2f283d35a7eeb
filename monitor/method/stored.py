"""A stored row as a figure of its indicator: exact, in the indicator's units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from monitor.catalogue.models import Indicator
from monitor.catalogue.units import factor_between

from .figures import Absence, Figure, Sent, part_factor, quotient

_KEPT = 65_536

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
    """One stored row as a figure in the indicator's units, exact, or as the absence of one.

    The same row gives the same object, as long as it is among the last asked for: stored rows never change.
    """
    return _to_sent(tuple(row), _Identity(indicator))


def to_sent_once(row: StoredRow, indicator: Indicator) -> Sent:
    """As `to_sent`, of a row that will not be asked for again and so is not kept in place of those that will."""
    return _to_sent.__wrapped__(tuple(row), _Identity(indicator))


class _Identity:
    """An indicator by what it is, not by what it says: comparing two models costs more than the conversion."""

    __slots__ = ("one",)

    def __init__(self, one: Indicator) -> None:
        self.one = one

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.one is other.one


@lru_cache(maxsize=_KEPT)
def _to_sent(row: tuple[object, ...], identity: _Identity) -> Sent:
    indicator = identity.one
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
