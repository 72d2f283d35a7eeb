"""The catalogue's rules as plain JSON, for checkers that know nothing of catalogues."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.relations import Expression, Negation, Operation, ParsedRelation
from monitor.catalogue.relations import Figure as Operand
from monitor.catalogue.units import UNITS
from monitor.intake.rules import IndicatorRule, Rules
from monitor.method.relations import factor_of

_DIRECTIONS = {"ge": 1, "gt": 1, "le": -1, "lt": -1}


def rules_for_peers(catalogue: Catalogue, rules: Rules) -> dict[str, Any]:
    """Indicators with unit, factor and bounds; regions; units; those relations that are sums.

    A relation's `terms` are what each indicator's figure is multiplied by; their sum must be 0 within the tolerance
    (`least` None) or at least `least`.
    """
    return {
        "indicators": {rule.id: _bounds(rule) for rule in rules.indicators.values()},
        "regions": sorted(rules.regions),
        "units": list(UNITS),
        "relations": [found for one in catalogue.relations if (found := _sum_relation(catalogue, one))],
    }


def _bounds(rule: IndicatorRule) -> dict[str, Any]:
    lows = [check.low for check in rule.ranges if check.low is not None and check.severity == "error"]
    highs = [check.high for check in rule.ranges if check.high is not None and check.severity == "error"]
    return {
        "unit": rule.unit,
        "factor": None if rule.factor is None else str(rule.factor),
        "low": str(max(lows)) if lows else None,
        "high": str(min(highs)) if highs else None,
    }


def _sum_relation(catalogue: Catalogue, relation: ParsedRelation) -> dict[str, Any] | None:
    """None for a relation with quotients, which neither peer is asked for."""
    terms = _terms(relation.left)
    right = _terms(relation.right)
    if terms is None or right is None:
        return None
    for name, times in right.items():
        terms[name] = terms.get(name, Fraction(0)) - times
    by_id = {one.id: one for one in catalogue.indicators}
    direction = _DIRECTIONS.get(relation.relation.operator)
    given = {name: times * factor_of(relation, by_id[name]) * (direction or 1) for name, times in terms.items()}
    tolerance = relation.relation.tolerance
    return {
        "terms": {name: str(float(times)) for name, times in given.items()},
        "tolerance": str(tolerance),
        "least": None if direction is None else str(-tolerance),
    }


def _terms(expression: Expression) -> dict[str, Fraction] | None:
    """What each indicator is multiplied by in a sum; None where it is no sum of indicators."""
    if isinstance(expression, Operand):
        return {expression.indicator_id: Fraction(1)}
    if isinstance(expression, Negation):
        inner = _terms(expression.operand)
        return None if inner is None else {name: -times for name, times in inner.items()}
    if not isinstance(expression, Operation) or expression.sign not in "+-":
        return None
    left, right = _terms(expression.left), _terms(expression.right)
    if left is None or right is None:
        return None
    sign = 1 if expression.sign == "+" else -1
    return {
        name: left.get(name, Fraction(0)) + sign * right.get(name, Fraction(0))
        for name in dict.fromkeys([*left, *right])
    }
