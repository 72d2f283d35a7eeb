"""The whole ingest of a 100,000-row CSV: read, check, store, accept, audit. One part in a hundred has a wrong figure.

Reference: `pandas.read_csv(dtype=str)` and a bare insert of its frame into an empty DuckDB file.
"""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.intake.submissions import ingest
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .measure import Ratio, in_turn

ROWS = 100_000
ROUNDS = 5
BOUND = 8.0
COLUMNS = ("indicator_id", "region_code", "period", "numerator", "denominator", "value", "unit", "synthetic", "note")


def run() -> tuple[int, Ratio]:
    """Rows of the file, and the ratio."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    units = [region.code for region in regions.children(catalogues[0].plan.region) if region.reporting]
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        path = folder / "figures.csv"
        _write(path, catalogues[0], units)
        numbers = itertools.count()

        def whole() -> None:
            with Store.open(folder / f"work-{next(numbers)}" / "monitor.duckdb") as store:
                result = ingest(store, catalogues, regions, path, by="bench", accept=True, explain="模拟数据")
                created = sum(part.created for part in result.submissions)
                assert created == ROWS, result.problems[:3]

        def bare() -> None:
            frame = pd.read_csv(path, dtype=str)
            with duckdb.connect(str(folder / f"bare-{next(numbers)}.duckdb")) as connection:
                connection.register("sent", frame)
                connection.execute("CREATE TABLE observation AS SELECT * FROM sent")

        work, reference = in_turn(whole, bare, ROUNDS)
    return ROWS, Ratio("ingest", work, reference, BOUND)


def _write(path: Path, catalogue: Catalogue, units: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(itertools.islice(figures(catalogue, units), ROWS))


# What amounts are of one another, so that the catalogue's relations hold; all others are a tenth of the whole.
_SHARES = {
    "fund_income": Decimal("0.0001"),  # 万亿元 of 亿元
    "fund_income_employee": Decimal("0.7"),
    "fund_income_resident": Decimal("0.3"),
    "fund_expenditure": Decimal("0.00009"),
    "fund_expenditure_employee": Decimal("0.63"),
    "fund_expenditure_resident": Decimal("0.27"),
    "insured_persons": Decimal(1),
    "insured_persons_employee": Decimal("0.3"),
    "insured_persons_resident": Decimal("0.7"),
    "fund_balance_pooled": Decimal("0.05"),
    "total_health_expenditure": Decimal(1),
    "out_of_pocket_expenditure": Decimal("0.27"),
    "cross_province_inpatients": Decimal(1),
    "cross_province_settled_inpatients": Decimal("0.7"),
}
_PARTS = {"out_of_pocket_share": Decimal("0.27"), "cross_province_settlement_rate": Decimal("0.7")}
_TENTH, _WRONG = Decimal("0.1"), Decimal("1.5")


def figures(
    catalogue: Catalogue, units: list[str], first_year: int = 2014, turn: int = 0
) -> Iterator[tuple[object, ...]]:
    """Synthetic figures as units would send them month by month: sums that hold, year-to-date figures that rise.

    `turn`: another one gives other figures of the same cells.
    """
    for month, unit in itertools.product(range(12 * 12), units):
        period = f"{first_year + month // 12}-{month % 12 + 1:02d}"
        is_wrong = (month * 32 + int(unit[:2])) % 97 == 0
        for place, indicator in enumerate(catalogue.indicators):
            wobble = (month + 1 + turn) * (int(unit) + place) * 7919 % 997
            whole = 1000 + Decimal((month + 1 + turn) * int(unit) * 7919 % 997) / 100
            if indicator.accumulation == "ytd":
                whole *= month % 12 + 1
            parts = ("", "")
            if indicator.id in _PARTS:
                parts = (f"{whole * _PARTS[indicator.id]:f}", f"{whole:f}")
            elif indicator.figure:
                parts = (f"{900 + wobble / 100:.2f}", f"{1000 + wobble / 50:.2f}")
            amount = whole * _SHARES.get(indicator.id, _TENTH)
            if indicator.unit == "%":
                amount = 40 + Decimal(wobble) / 100
            if is_wrong and indicator.id == "fund_income":
                amount *= _WRONG
            value = "" if indicator.figure else f"{amount:f}"
            yield (indicator.id, unit, period, *parts, value, indicator.unit, "true", "模拟数据")
