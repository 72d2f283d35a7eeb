"""The whole ingest of a 100,000-row CSV: read, check, store, accept, audit.

Reference: `pandas.read_csv(dtype=str)` and a bare insert of its frame into an empty DuckDB file.
"""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections.abc import Iterator
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
_COLUMNS = ("indicator_id", "region_code", "period", "numerator", "denominator", "value", "unit", "synthetic", "note")


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
                result = ingest(store, catalogues, regions, path, by="bench", accept=True)
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
        writer.writerow(_COLUMNS)
        writer.writerows(itertools.islice(_rows(catalogue, units), ROWS))


def _rows(catalogue: Catalogue, units: list[str]) -> Iterator[tuple[object, ...]]:
    """Synthetic figures inside the catalogue's ranges, month by month as units would send them."""
    for month, unit in itertools.product(range(12 * 12), units):
        period = f"{2014 + month // 12}-{month % 12 + 1:02d}"
        for place, indicator in enumerate(catalogue.indicators):
            wobble = (month * 31 + place * 7 + int(unit)) % 997
            parts = (f"{900 + wobble / 100:.2f}", f"{1000 + wobble / 50:.2f}") if indicator.figure else ("", "")
            value = "" if indicator.figure else f"{40 + wobble / 100:.2f}"
            yield (indicator.id, unit, period, *parts, value, indicator.unit, "true", "模拟数据")
