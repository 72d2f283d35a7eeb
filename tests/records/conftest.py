"""Small tables of records, written as Parquet by hand, and the plan that computes from them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from monitor.catalogue.loader import Catalogue, load_regions, parse_catalogues
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.records.computing import Computed, compute
from monitor.records.engines import Machine, on_duckdb
from monitor.records.folder import look_into
from monitor.records.wanted import find
from tests.frame.conftest import CHECKOUT, Ended, Run, _bare_settings, run

__all__ = ["Ended", "Run", "_bare_settings", "run"]

EXAMPLE = (CHECKOUT / "data" / "records" / "example-records.yaml").read_text(encoding="utf-8")
RATE, SHARE = "cross_province_settlement_rate", "drg_dip_payment_share"
COLUMNS = {
    "visit_id": "VARCHAR", "region_code": "VARCHAR", "discharged_on": "DATE", "is_cross_province": "BOOLEAN",
    "settled_directly": "BOOLEAN", "expense": "DECIMAL(12,2)", "paid_by": "VARCHAR",
}  # fmt: skip
Row = tuple[object, ...]


def visit(
    number: int | str | None, region: str | None, day: str | None, cross: bool, settled: bool, expense: str = "1.00",
    paid: str = "DRG",
) -> Row:  # fmt: skip
    return number if number is None else f"V{number}", region, day, cross, settled, Decimal(expense), paid


VISITS: tuple[Row, ...] = (
    visit(1, "320000", "2024-01-01", True, True, "100.10", "DRG"),
    visit(2, "320000", "2024-06-30", True, False, "0.20", "DIP"),
    visit(3, "320000", "2024-06-01", True, True, "50.00", "ITEM"),
    visit(4, "320000", "2024-06-15", False, False, "7.77", "ITEM"),
    visit(5, "110000", "2024-06-15", True, True, "12345678.90", "DRG"),
    visit(6, "110000", "2024-07-01", True, False, "1.00", "DRG"),
    visit(7, "110000", "2023-12-31", True, False, "1.00", "DRG"),
    visit(8, "660000", "2024-02-29", False, True, "3.00", "ITEM"),
)
"""By hand, of 2024-06 since January: Jiangsu 2 of 3 visits, 100.30 of 158.07 yuan; Beijing 1 of 1 and all of its yuan;
the Corps none of none, and 0 of 3.00."""


def write(path: Path, rows: Sequence[Row], columns: dict[str, str] | None = None, options: str = "") -> Path:
    """A Parquet file of these rows, with DuckDB."""
    names = columns or COLUMNS
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        declared = ", ".join(f'"{name}" {kind}' for name, kind in names.items())
        connection.execute(f"CREATE TABLE t ({declared})")
        if rows:
            connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(names))})", [list(row) for row in rows])
        connection.execute(f"COPY t TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet{options})")
    return path


def write_many(path: Path, count: int, settled: str) -> Path:
    """So many visits of Jiangsu on one day, numbered i; `settled`: which of them were, as SQL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 'W' || i AS visit_id, '320000' AS region_code, DATE '2024-06-01' AS discharged_on,"
            f" true AS is_cross_province, {settled} AS settled_directly FROM range({count}) AS made (i))"
            f" TO '{path}' (FORMAT parquet)"
        )
    return path


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """The folder of VISITS in one file."""
    write(tmp_path / "visits" / "a.parquet", VISITS)
    return tmp_path / "visits"


@pytest.fixture(scope="session")
def regions() -> Regions:
    return load_regions(CHECKOUT / "data" / "regions.csv")


def catalogue(text: str = EXAMPLE) -> Catalogue:
    (found,) = parse_catalogues([("plan.yaml", text)])
    return found


def machine(spill: Path, memory: int = 500_000_000) -> Machine:
    return Machine(memory, 2, spill)


def computed(
    folder: Path, regions: Regions, *names: str, period: str = "2024-06", text: str = EXAMPLE, memory: int = 500_000_000
) -> Computed:
    here = machine(folder.parent / "spill", memory)
    wanted = find([catalogue(text)], names or [RATE])
    return compute(wanted, regions, parse_period(period), look_into(folder), here, on_duckdb(here))


def figures(found: Computed) -> dict[tuple[str, str], tuple[object, ...]]:
    """(indicator, unit) → numerator, denominator, value, records."""
    return {
        (one.wanted.indicator.id, one.region): (one.numerator, one.denominator, one.value, one.records)
        for one in found.figures
    }
