"""A small country with two plans, and files about it that have been read already: for the tests of the store."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from monitor.catalogue.loader import Catalogue, parse_catalogues, parse_regions
from monitor.catalogue.regions import Regions
from monitor.intake.problems import FileProblem
from monitor.intake.reading import Reading
from monitor.intake.revisions import IngestResult, Orders
from monitor.intake.submissions import ingest_reading
from monitor.store.migrations import SQL
from monitor.store.store import INGEST_PREFIX, Store
from monitor.store.times import to_stored

REGIONS = """region_code,parent_code,level,name
000000,,nation,全国
110000,000000,province,北京市
120000,000000,province,天津市
110101,110000,prefecture,东城区
"""
_PLAN = """
plan: {{id: {id}, title: 规划, region: "{region}", period: {{base: 2020, start: 2021, end: 2025}}}}
indicators:
"""
_INDICATOR = """
  - {{id: {id}, number: {number}, name: {id}, nature: context, unit: "%", direction: up, accumulation: stock,
     aggregate: none, frequency: month}}
"""


@cache
def country() -> tuple[tuple[Catalogue, ...], Regions]:
    """The national plan has a, b, c; the capital's plan has b, c, d."""
    regions = parse_regions(REGIONS, "regions.csv")
    plans = [("capital", "110000", "bcd"), ("nation", "000000", "abc")]
    texts = [
        (
            f"{name}.yaml",
            _PLAN.format(id=name, region=region)
            + "".join(_INDICATOR.format(id=id_, number=place) for place, id_ in enumerate(ids, 1)),
        )
        for name, region, ids in plans
    ]
    capital, nation = parse_catalogues(texts, regions)
    return (nation, capital), regions


@dataclass(frozen=True)
class Sent:
    """One row of a file; `value` None = missing."""

    indicator_id: str = "a"
    region_code: str = "120000"
    period: str = "2023-06"
    value: str | None = "1"
    vintage: str = "reported"
    note: str | None = None
    published_on: date | None = None
    numerator: str | None = None
    denominator: str | None = None
    state: str | None = None


def day(year: int, month: int, day_: int) -> datetime:
    """The start of a day as the store keeps it."""
    return to_stored(datetime(year, month, day_, tzinfo=UTC))


class Clock:
    """A clock that a test sets; it moves by a second at each look, so that moments differ."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.time = start

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@dataclass(frozen=True)
class File:
    """What the reader would say of a file with these rows (`line` of the first: 2)."""

    rows: tuple[Sent, ...]
    name: str = "file.csv"
    problems: tuple[FileProblem, ...] = ()
    problem_count: int | None = None
    blocked: bool = False
    bytes_: bytes = field(default=b"")

    @property
    def content(self) -> bytes:
        return self.bytes_ or repr(self.rows).encode()

    def read(self, store: Store) -> Reading:
        folder = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=store.staging_folder))
        staging, copy = folder / "rows.parquet", folder / "copy"
        copy.write_bytes(self.content)
        if not self.blocked:
            write_staging(staging, self.rows)
        return Reading(
            file=self.name,
            sha256=hashlib.sha256(self.content).hexdigest(),
            size=len(self.content),
            encoding="utf-8",
            sheet=None,
            row_count=len(self.rows),
            problems=self.problems,
            problem_count=len(self.problems) if self.problem_count is None else self.problem_count,
            staging=None if self.blocked else staging,
            blocked=self.blocked,
            copy=copy,
        )


_STAGING = """
SELECT unnest(CAST($line AS INTEGER[])) AS line, CAST(NULL AS VARCHAR) AS sheet,
       unnest(CAST($indicator_id AS VARCHAR[])) AS indicator_id, unnest(CAST($region_code AS VARCHAR[])) AS region_code,
       unnest(CAST($period AS VARCHAR[])) AS period, unnest(CAST($state AS VARCHAR[])) AS state,
       unnest(CAST($numerator AS DECIMAL(38,10)[])) AS numerator,
       unnest(CAST($denominator AS DECIMAL(38,10)[])) AS denominator, CAST(NULL AS VARCHAR) AS part_unit,
       unnest(CAST($value AS DECIMAL(38,10)[])) AS value, '%' AS unit, 'eq' AS comparator,
       unnest(CAST($vintage AS VARCHAR[])) AS vintage, false AS synthetic, unnest(CAST($note AS VARCHAR[])) AS note,
       CAST(NULL AS VARCHAR) AS source, unnest(CAST($published_on AS DATE[])) AS published_on,
       CAST(NULL AS VARCHAR) AS grade
"""
_maker = duckdb.connect()


def write_staging(path: Path, rows: Sequence[Sent]) -> None:
    """The Parquet file that the reader's child leaves."""
    columns: dict[str, list[Any]] = {
        name: [getattr(row, name) for row in rows]
        for name in ("indicator_id", "region_code", "period", "vintage", "note", "published_on")
    }
    for name in ("value", "numerator", "denominator"):
        columns[name] = [None if getattr(row, name) is None else Decimal(getattr(row, name)) for row in rows]
    columns["state"] = [
        row.state or ("missing" if row.value is None and row.numerator is None else "value") for row in rows
    ]
    columns["line"] = list(range(2, len(rows) + 2))
    with _maker.cursor() as cursor:
        cursor.sql(_STAGING, params=columns).write_parquet(str(path))


def send(store: Store, *rows: Sent, by: str = "reporter", **orders: Any) -> IngestResult:
    """Submit one file with these rows."""
    return send_file(store, File(rows), by=by, **orders)


def send_file(store: Store, file: File, by: str = "reporter", **orders: Any) -> IngestResult:
    catalogues, regions = country()
    return ingest_reading(store, catalogues, regions, file.read(store), Orders(by, **orders))


VINTAGES = ["final_accounts", "yearbook", "bulletin", "reported", "flash"]
ALL = ["a", "b", "c", "d"]


def figures(store: Store, as_of: datetime | None = None, **filters: Any) -> dict[tuple[str, str, str], Decimal | None]:
    """(indicator, region, period) → the preferred figure."""
    asked = {"as_of": as_of, "indicator_ids": ALL, "region_codes": None, "periods": None, "vintages": VINTAGES}
    rows = store.ask(SQL / "figures_as_of.sql", asked | filters)
    assert len({row[:3] for row in rows}) == len(rows)
    return {row[:3]: row[8] for row in rows}


def visible(store: Store, as_of: datetime | None = None) -> dict[tuple[str, str, str, str], Decimal | None]:
    """(indicator, region, period, vintage) → figure, of all that counts."""
    asked = {"as_of": as_of, "indicator_ids": ALL, "region_codes": None, "periods": None}
    rows = store.ask(SQL / "vintages_as_of.sql", asked)
    assert len({row[:4] for row in rows}) == len(rows)
    return {row[:4]: row[8] for row in rows}
