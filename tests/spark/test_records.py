"""Indicators from records on a real Spark: the same questions, the same figures, counts and bytes as DuckDB's."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.catalogue.loader import load_regions
from monitor.catalogue.periods import parse_period
from monitor.catalogue.record_sql import FUNCTIONS, faults
from monitor.catalogue.regions import Regions
from monitor.records.computing import Computed, compute
from monitor.records.engines import Machine, Opening, Table, on_duckdb
from monitor.records.errors import RecordsError
from monitor.records.folder import look_into
from monitor.records.lineage import lineage
from monitor.records.spark import on_spark
from monitor.records.wanted import find
from monitor.records.written import observations
from monitor.shipped import find_shipped
from tests.records.conftest import COLUMNS, EXAMPLE, RATE, SHARE, VISITS, catalogue, visit, write
from tests.records.test_computing import BAD, with_rules

from .conftest import Cluster

EVERY = "no_day: warning, no_region: warning, unknown_region: warning, no_key: warning, repeated_key: warning"


@pytest.fixture(scope="module")
def remote(cluster: Cluster) -> str:
    return cluster.remote


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(find_shipped("data/regions.csv"))


def on(opening: Opening, folder: Path, regions: Regions, text: str = EXAMPLE, *names: str) -> Computed:
    machine = Machine(500_000_000, 1, folder.parent / "spill")
    wanted = find([catalogue(text)], names or (RATE, SHARE))
    return compute(wanted, regions, parse_period("2024-06"), look_into(folder), machine, opening)


def both(remote: str, folder: Path, regions: Regions, text: str = EXAMPLE, *names: str) -> tuple[Computed, Computed]:
    machine = Machine(500_000_000, 1, folder.parent / "spill")
    return (
        on(on_duckdb(machine), folder, regions, text, *names),
        on(on_spark(remote), folder, regions, text, *names),
    )


def test_figures_and_files_are_the_same(remote: str, tmp_path: Path, regions: Regions) -> None:
    write(tmp_path / "visits" / "a.parquet", VISITS)
    duckdb, spark = both(remote, tmp_path / "visits", regions)
    assert spark.engine.startswith("Apache Spark ") and duckdb.engine.startswith("DuckDB ")
    written = [observations(one, vintage="reported", synthetic=False) for one in (duckdb, spark)]
    assert written[0] == written[1] and b"158.07" in written[0]
    said = [{**lineage(one, every_file=True), "engine": ""} for one in (duckdb, spark)]
    assert said[0] == said[1]


def test_what_cannot_be_placed_is_counted_and_shown_alike(remote: str, tmp_path: Path, regions: Regions) -> None:
    write(tmp_path / "visits" / "a.parquet", VISITS)
    write(tmp_path / "visits" / "b.parquet", BAD)
    text = with_rules(EVERY)
    duckdb, spark = both(remote, tmp_path / "visits", regions, text, RATE)
    assert duckdb.scans == spark.scans and duckdb.scans[0].read == 18
    assert len(duckdb.scans[0].rejected) == 6 and duckdb.figures == spark.figures


def test_partitions_and_narrower_types_are_read_alike(remote: str, tmp_path: Path, regions: Regions) -> None:
    columns = {**{name: kind for name, kind in COLUMNS.items() if name != "region_code"}, "expense": "DECIMAL(6,1)"}
    for code in ("110000", "320000"):
        row = (f"V{code}", "2024-06-01", True, True, "12345.6", "DRG")
        write(tmp_path / "visits" / f"region_code={code}" / "a.parquet", [row], columns)
    duckdb, spark = both(remote, tmp_path / "visits", regions)
    assert duckdb.figures == spark.figures and len(duckdb.figures) == 4


WORDS = (
    "sum(CASE WHEN expense < 1000 THEN expense * expense ELSE 0 END)",
    "sum(expense * 3 - expense + 0.25)",
    "sum(CASE WHEN expense > 99.995 THEN 1 ELSE 0 END)",
    "max(expense) - min(expense)",
    "count(DISTINCT paid_by)",
    "count(paid_by)",
    "sum(length(paid_by))",
    "sum(length(trim(paid_by)))",
    "count(CASE WHEN paid_by LIKE 'D_G%' OR paid_by LIKE '%P' THEN 1 END)",
    "count(CASE WHEN paid_by IN ('DRG', 'DIP') AND NOT paid_by = 'DIP' THEN 1 END)",
    "count(CASE WHEN paid_by NOT IN ('DRG') THEN 1 END)",
    "count(CASE WHEN paid_by < 'a' THEN 1 END) + count(CASE WHEN paid_by >= '中' THEN 1 END)",
    "count(nullif(substring(paid_by, 2, 1), 'R'))",
    "sum(coalesce(CASE WHEN paid_by = 'DRG' THEN expense END, 0))",
    "sum(greatest(expense, 10)) + sum(least(expense, 10)) + sum(abs(0 - expense))",
    "sum(year(discharged_on) + month(discharged_on))",
    "count(CASE WHEN discharged_on BETWEEN DATE '2024-02-29' AND DATE '2024-06-15' THEN 1 END)",
    "count(CASE WHEN visit_id IS NOT NULL AND (paid_by <> 'DIP' OR paid_by IS NULL) THEN 1 END)",
    "sum(- expense) + 1000000000000",
)
TEXTS = ("DRG", "DIP", " DRG ", "", None, "a", "Z", "中文", "é", "\U0001f3e5", "D%G", "d_g")


def test_every_word_means_the_same(remote: str, tmp_path: Path) -> None:
    """Each function of the list, over texts and amounts that engines like to differ about."""
    rows = [
        visit(number, "320000", f"2024-{1 + number % 6:02d}-{1 + number % 28:02d}", True, True, amount, text)  # type: ignore[arg-type]
        for number, (text, amount) in enumerate(
            (text, amount) for text in TEXTS for amount in ("0.00", "0.10", "99.99", "100.00", "9999999999.99", "-7.25")
        )
    ]
    write(tmp_path / "visits" / "a.parquet", rows)
    assert all([*faults(one, COLUMNS)] == [] for one in WORDS)
    assert all(any(f"{name}(" in one for one in WORDS) for name in FUNCTIONS)
    columns = {"visit_id": "text", "discharged_on": "date", "expense": "decimal(12,2)", "paid_by": "text"}
    table = Table(look_into(tmp_path / "visits"), columns, frozenset())
    text = f"SELECT {', '.join(WORDS)} FROM records"
    answers = []
    for opening in (on_duckdb(Machine(500_000_000, 1, tmp_path / "spill")), on_spark(remote)):
        with opening(table) as engine:
            answers.append(engine.ask(text)[0])
    assert dict(zip(WORDS, answers[0], strict=True)) == dict(zip(WORDS, answers[1], strict=True))


def test_what_does_not_fit_is_an_error_and_never_rounded(remote: str, tmp_path: Path) -> None:
    write(tmp_path / "visits" / "a.parquet", [visit(1, "320000", "2024-06-01", True, True, "9999999999.99")])
    table = Table(look_into(tmp_path / "visits"), {"expense": "decimal(12,2)"}, frozenset())
    with on_spark(remote)(table) as engine:
        with pytest.raises(RecordsError, match="cannot be computed"):
            engine.ask("SELECT sum(9223372036854775807 + length('ab')) FROM records")
        with pytest.raises(RecordsError, match="cannot be computed"):
            engine.ask("SELECT sum(expense * expense * expense * expense) FROM records")


def test_a_file_that_went_away_is_an_error(remote: str, tmp_path: Path, regions: Regions) -> None:
    write(tmp_path / "visits" / "a.parquet", VISITS)
    folder = look_into(tmp_path / "visits")
    (tmp_path / "visits" / "a.parquet").unlink()
    table = Table(folder, {"visit_id": "text"}, frozenset())
    with pytest.raises(RecordsError), on_spark(remote)(table) as engine:
        engine.ask("SELECT count(*) FROM records")
