"""The reporting units of the demonstration and the weight of each in the nation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.catalogue.regions import Region, Regions

# The census file has no figure for the Corps, which the bureau counts beside the provinces; its share here is an
# assumption of the synthetic data, not a published number.
ASSUMED_POPULATION = 3_500_000

# Directly governed cities insure far more employees than residents; provinces are the other way round.
_CITY_EMPLOYEE_WEIGHT = 2.2


@dataclass(frozen=True)
class Unit:
    """`weight`: share of the population; `employee_weight`: how much more employees count here (1 = as usual)."""

    code: str
    short_name: str
    weight: float
    employee_weight: float


def reporting_units(regions: Regions, nation: str) -> tuple[Unit, ...]:
    """The nation's reporting children, by code."""
    rows: Sequence[Region] = [row for row in regions.children(nation) if row.reporting]
    people = {row.code: row.population or ASSUMED_POPULATION for row in rows}
    total = sum(people.values())
    return tuple(
        Unit(
            code=row.code,
            short_name=row.short_name or row.name,
            weight=people[row.code] / total,
            employee_weight=_CITY_EMPLOYEE_WEIGHT if row.name.endswith("市") else 1.0,
        )
        for row in sorted(rows, key=lambda row: row.code)
    )
