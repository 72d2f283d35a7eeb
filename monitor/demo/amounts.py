"""Synthetic amounts: insured persons, fund income and expenditure of each unit and quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .nation import FIRST_YEAR, YEARS, Nation
from .numbers import allot, spread
from .units import Unit

# (ingredient, unit's code, year, quarter) → ten-thousandths
Ingredients = dict[tuple[str, str, int, int], int]

QUARTERS = (1, 2, 3, 4)

# The share of a year's amount that has come in by the end of each quarter. Residents pay at the turn of the year.
_SEASONS: Mapping[str, tuple[float, float, float]] = {
    "fund_income_employee": (0.241, 0.489, 0.738),
    "fund_income_resident": (0.405, 0.648, 0.842),
    "fund_expenditure_employee": (0.233, 0.482, 0.737),
    "fund_expenditure_resident": (0.218, 0.463, 0.722),
    "medical_aid_expenditure": (0.226, 0.472, 0.731),
}
# The share of a year's change that a level has made by the end of each quarter.
_STEPS = (0.48, 0.70, 0.87)


@dataclass(frozen=True)
class Standing:
    """What a unit is like in one series: a standing factor and its yearly drift, both around 1."""

    factor: float
    drift: float

    def weight(self, unit: Unit, year: int) -> float:
        return unit.weight * self.factor * (1 + self.drift * (year - FIRST_YEAR))


def _standing(series: str, unit: Unit, width: float) -> Standing:
    """`width`: how far the unit may lie from its share of the population, as a fraction.

    A unit's funds take in and pay out much alike; a third of the width is the flow's own, so that here and there a
    unit pays out more than it takes in.
    """
    kind, scheme = series.split("_")[0], series.rsplit("_", 1)[1]
    weight = unit.employee_weight if scheme == "employee" else 2 - min(unit.employee_weight, 1.6)
    shared = spread(width, kind, scheme, unit.code, "standing")
    own = spread(width / 3, series.rsplit("_", 1)[0], unit.code, "standing")
    return Standing(weight * (1 + shared) * (1 + own), spread(0.006, series, unit.code, "drift"))


def _yearly(series: str, totals: Mapping[int, int], units: Sequence[Unit], width: float) -> dict[tuple[str, int], int]:
    """Each unit's amount of each year; the units of a year sum to its total exactly."""
    kinds = {unit.code: _standing(series, unit, width) for unit in units}
    return {
        (code, year): amount
        for year, total in totals.items()
        for code, amount in allot(total, {u.code: kinds[u.code].weight(u, year) for u in units}).items()
    }


def _flows(series: str, totals: Mapping[int, int], units: Sequence[Unit]) -> Ingredients:
    yearly = _yearly(series, totals, units, width=0.24)
    found: Ingredients = {}
    for (code, year), amount in yearly.items():
        for quarter, share in zip(QUARTERS, _SEASONS[series], strict=False):
            found[series, code, year, quarter] = round(amount * (share + spread(0.006, series, code, year, quarter)))
        found[series, code, year, 4] = amount
    return found


def levels(series: str, yearly: Mapping[tuple[str, int], int], code: str, years: Sequence[int] = YEARS) -> Ingredients:
    """A level at the end of each quarter, on its way from one year's end to the next."""
    found: Ingredients = {}
    for year in years:
        end = yearly[code, year]
        start = yearly.get((code, year - 1), end)
        for quarter, share in zip(QUARTERS, _STEPS, strict=False):
            found[series, code, year, quarter] = start + round((end - start) * share)
        found[series, code, year, 4] = end
    return found


def amounts(nation: Nation, units: Sequence[Unit]) -> Ingredients:
    """Insured persons (levels), fund flows by scheme and medical aid (year to date).

    `<series>_rounding` holds, for the largest unit at the year's end, the 0.01 by which a published total differs from
    its published parts (17342.45 − 13222.71 is printed 4119.75): the units' totals then sum to the published total.
    """
    largest = max(units, key=lambda unit: (unit.weight, unit.code)).code
    found: Ingredients = {}
    for flow in ("fund_income", "fund_expenditure"):
        split = {year: nation.fund(flow, year) for year in YEARS}
        for place, scheme in enumerate(("employee", "resident")):
            found |= _flows(f"{flow}_{scheme}", {year: parts[place] for year, parts in split.items()}, units)
        found |= {(f"{flow}_rounding", largest, year, 4): parts[2] for year, parts in split.items() if parts[2]}
    found |= _flows("medical_aid_expenditure", {y: nation.amount("medical_aid_expenditure", y) for y in YEARS}, units)
    insured_years = (FIRST_YEAR - 1, *YEARS)
    insured = {year: nation.insured(year) for year in insured_years}
    for place, scheme in enumerate(("employee", "resident")):
        series = f"insured_persons_{scheme}"
        yearly = _yearly(series, {year: parts[place] for year, parts in insured.items()}, units, width=0.03)
        for unit in units:
            found |= levels(series, yearly, unit.code)
    found |= {("insured_persons_rounding", largest, year, 4): insured[year][2] for year in YEARS if insured[year][2]}
    return found
