"""The national totals that the synthetic submissions add up to.

Published figures come from `data/published_national.csv`. Where none was published, an assumption stands in for it,
listed below; it shapes synthetic rows only and is never loaded as a figure of the nation.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .numbers import SCALE, scaled

FIRST_YEAR, LAST_YEAR = 2020, 2025
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))

_PREFERRED = ("bulletin", "flash", "long_series")

# Denominators without a published total, in the unit of the parts. Those of the payment shares are whole tens, so that
# a rate of one decimal gives a numerator of two and the quotient is exactly the published rate.
_ASSUMED_DENOMINATORS: Mapping[str, tuple[int, ...]] = {
    "enrolment_rate": (141000, 141100, 140800, 140300, 139620, 139900),  # 万人
    "employee_inpatient_payment_share": (7000, 7600, 7700, 8900, 9300, 9500),  # 亿元
    "resident_inpatient_payment_share": (8200, 8900, 9000, 10400, 10600, 10600),
    "medical_aid_share": (300, 320, 328, 398, 419, 420),
    "drg_dip_payment_share": (15200, 16500, 16700, 19300, 19900, 20100),
    "drug_platform_share": (12766, 13325, 13203, 13357, 13431, 13472),
    "consumables_platform_share": (1500, 1620, 1650, 1800, 1850, 1880),
    "cross_province_settlement_rate": (585, 758, 875, 1372, 1706, 1851),  # 万人次
}

# Rates in % for years without a published one. 84.7 keeps the employees' share of 2021 between its neighbours, so that
# nothing is breached by a year nobody published.
_ASSUMED_RATES: Mapping[str, Mapping[int, str]] = {
    "employee_inpatient_payment_share": {2021: "84.7"},
    "medical_aid_share": {2020: "70", 2021: "71", 2022: "71.4", 2023: "71.8", 2024: "72.2", 2025: "72.6"},
    "out_of_pocket_share": {2020: "27.7"},
    "drg_dip_payment_share": {2020: "4", 2021: "17.5", 2022: "34", 2023: "51", 2024: "62.5", 2025: "74.2"},
    "drug_platform_share": {2020: "75.2", 2021: "77.6", 2023: "84.6", 2024: "88.6", 2025: "91.3"},
    "consumables_platform_share": {2020: "38", 2021: "47", 2022: "57", 2023: "67", 2024: "76", 2025: "82.6"},
}

# Where a numerator is itself a published amount, that amount is what the units add up to.
_NUMERATOR_SERIES = {
    "cross_province_settlement_rate": "cross_province_settled_inpatients",
    "drug_platform_share": "drug_platform_amount",
}


@dataclass(frozen=True)
class Nation:
    """National figures by (indicator, year), in ten-thousandths of the published unit.

    `values`: amounts and rates; `parts`: numerator and denominator where both were published.
    """

    values: Mapping[tuple[str, int], int]
    parts: Mapping[tuple[str, int], tuple[int, int]]

    def amount(self, indicator: str, year: int) -> int:
        """A published amount. Raises KeyError when the file has none."""
        return self.values[indicator, year]

    def fund(self, flow: str, year: int) -> tuple[int, int, int]:
        """`fund_income` or `fund_expenditure` of a year: employees', residents', and what rounding left between them
        and the published total. Residents' figures of 2020 were not published: the total less the employees'."""
        total, employee = self.values[flow, year], self.values[f"{flow}_employee", year]
        resident = self.values.get((f"{flow}_resident", year), total - employee)
        return employee, resident, total - employee - resident

    def insured(self, year: int) -> tuple[int, int, int]:
        """Insured persons of a year: employees, residents, and what rounding left between them and the total."""
        employee, resident = (self.values[f"insured_persons_{scheme}", year] for scheme in ("employee", "resident"))
        return employee, resident, self.values["insured_persons", year] - employee - resident

    def ratio(self, indicator: str, year: int) -> tuple[int, int]:
        """Numerator and denominator that the units' parts sum to: as published, else from the published rate or the
        published numerator and an assumed denominator."""
        if (indicator, year) in self.parts:
            return self.parts[indicator, year]
        if indicator == "out_of_pocket_share":
            denominator = self.values["total_health_expenditure", year]
        else:
            denominator = _ASSUMED_DENOMINATORS[indicator][year - FIRST_YEAR] * SCALE
        if indicator == "enrolment_rate":
            return self.values["insured_persons", year], denominator
        numerator = self.values.get((_NUMERATOR_SERIES.get(indicator, ""), year))
        if numerator is not None:
            return numerator, denominator
        assumed = _ASSUMED_RATES.get(indicator, {}).get(year)
        rate = scaled(assumed) if assumed else self.values[indicator, year]
        return round(denominator * rate / (100 * SCALE)), denominator


def read_nation(path: Path, region: str = "000000") -> Nation:
    """Read the published figures of whole years; of several vintages the bulletin's, then the flash figure.

    Bounds and approximate figures are left out: nothing can add up to them. Raises OSError when the file is missing.
    """
    values: dict[tuple[str, int], int] = {}
    parts: dict[tuple[str, int], tuple[int, int]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [
            row
            for row in csv.DictReader(lines)
            if row["region_code"] == region and row["period"].isdigit() and row["comparator"] == "eq"
        ]
    for vintage in reversed(_PREFERRED):
        for row in rows:
            if row["vintage"] != vintage:
                continue
            key = (row["indicator_id"], int(row["period"]))
            if row["value"]:
                values[key] = scaled(Decimal(row["value"]))
            if row["numerator"]:
                parts[key] = (scaled(row["numerator"]), scaled(row["denominator"]))
    return Nation(values, parts)
