"""The catalogue's relations held against the figures in force: which do not hold, where, by how much.

As when a file is checked (intake/checks/relations.py), operands are of one region, period and vintage, and synthetic
figures are not held against real ones; a relation is told only where all of its figures are known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.relations import ParsedRelation
from monitor.catalogue.units import factor_between
from monitor.method.exact import Floats
from monitor.method.figures import Figure
from monitor.method.relations import clearly_holds, factor_of, fails
from monitor.method.stored import StoredRow, to_sent

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
_Place = tuple[str, str, str, bool]
"""Region, period, vintage, synthetic or not."""


@dataclass(frozen=True)
class Failure:
    """One place where a relation does not hold. Numbers are exact, in the relation's unit; None with a divisor of 0.

    `figures`: indicator id → the operand in the relation's unit; `submissions`: those that the operands came in.
    """

    region_code: str
    period: Period
    vintage: str
    synthetic: bool
    left: Fraction | None
    right: Fraction | None
    figures: Mapping[str, Fraction]
    submissions: tuple[int, ...]

    @property
    def difference(self) -> Fraction | None:
        return None if self.left is None or self.right is None else self.left - self.right


@dataclass(frozen=True)
class RelationResult:
    """`checked`: how many places have all figures of the relation; `failures`: the newest period first."""

    parsed: ParsedRelation
    checked: int
    failures: tuple[Failure, ...]


def relation_results(desk: Desk, catalogue: Catalogue, submissions: Sequence[int]) -> tuple[RelationResult, ...]:
    """Every relation of the plan on the figures of some submissions, in the order of the catalogue; of several figures
    alike that of the last counts.
    """
    ids = sorted({name for parsed in catalogue.relations for name in parsed.indicators()})
    if not ids:
        return ()
    asked = {"submission_ids": list(submissions), "indicator_ids": ids}
    known: dict[str, dict[_Place, _Operand]] = {name: {} for name in ids}
    for *row, number in desk.store.ask(_SQL / "quality_operands.sql", asked):
        name, region, period, vintage, *_, synthetic, _, _ = row
        known[str(name)][str(region), str(period), str(vintage), bool(synthetic)] = _Operand(tuple(row), number)
    definitions = {name: one for name in ids if (one := catalogue.indicator(name)) is not None}
    return tuple(_Table(parsed, definitions, known).result() for parsed in catalogue.relations)


@dataclass(frozen=True, slots=True)
class _Operand:
    """One stored figure; `number` is near enough to pass over what clearly holds, None where there is none."""

    row: StoredRow
    number: float | None

    @property
    def is_point(self) -> bool:
        return self.row[10] in ("eq", "approx")

    @property
    def is_ratio(self) -> bool:
        return self.row[6] is not None

    @property
    def unit(self) -> str:
        return str(self.row[9])


class _Table:
    """One relation: the places that have all of its figures, and which of them do not clearly satisfy it."""

    def __init__(
        self,
        parsed: ParsedRelation,
        definitions: Mapping[str, Indicator],
        known: Mapping[str, Mapping[_Place, _Operand]],
    ) -> None:
        self._parsed, self._known, self._names = parsed, known, parsed.indicators()
        self._definitions = definitions
        complete = all(name in definitions for name in self._names)
        self._factors = {name: factor_of(parsed, definitions[name]) for name in self._names} if complete else {}
        first, *others = (known[name] for name in self._names)
        self._places = [place for place in first if all(place in other for other in others)] if complete else []
        floats = {name: self._floats(name, definitions[name]) for name in self._factors}
        points = [all(known[name][place].is_point for name in self._names) for place in self._places]
        holds = clearly_holds(parsed, floats, len(self._places)) if complete else np.zeros(0, dtype=bool)
        clear = holds & np.array(points, dtype=bool)
        self._suspects = [self._places[at] for at in np.flatnonzero(~clear).tolist()]

    def _floats(self, name: str, indicator: Indicator) -> Floats:
        operands = self._known[name]
        factor = float(self._factors[name])
        numbers = [_float(operands[place], indicator) * factor for place in self._places]
        return np.array(numbers, dtype=np.float64)

    def result(self) -> RelationResult:
        found = []
        for place in self._suspects:
            sent = {name: to_sent(self._known[name][place].row, self._definitions[name]) for name in self._names}
            given = {name: (one, self._factors[name]) for name, one in sent.items() if isinstance(one, Figure)}
            if len(given) == len(sent) and fails(self._parsed, given):
                found.append(_failure(self._parsed, place, given))
        found.sort(key=lambda one: (-one.period.index, one.period.months, one.region_code, one.vintage))
        return RelationResult(self._parsed, len(self._places), tuple(found))


def _float(operand: _Operand, indicator: Indicator) -> float:
    """The figure in the indicator's unit; NaN where there is none."""
    if operand.number is None:
        return math.nan
    if operand.is_ratio:
        return float(indicator.factor) * operand.number
    return operand.number * _unit_factor(operand.unit, indicator.unit)


@lru_cache(maxsize=256)
def _unit_factor(unit: str, target: str) -> float:
    factor = factor_between(unit, target)
    return math.nan if factor is None else float(factor)


def _failure(parsed: ParsedRelation, place: _Place, given: Mapping[str, tuple[Figure, Fraction]]) -> Failure:
    region, period, vintage, synthetic = place
    values = {name: figure.value * factor for name, (figure, factor) in given.items()}
    left, right = parsed.left.evaluate(values), parsed.right.evaluate(values)
    submissions = tuple(sorted({source for figure, _ in given.values() for source in figure.sources}))
    return Failure(region, parse_period(period), vintage, synthetic, left, right, values, submissions)
