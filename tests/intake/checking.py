"""A country of nine provinces and a plan full of checks, to send figures to."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from monitor.catalogue import Catalogue, Regions, parse_catalogues, parse_regions
from monitor.intake.problems import FileProblem
from monitor.intake.reading import Reading
from monitor.intake.revisions import IngestResult, Orders
from monitor.intake.submissions import ingest, ingest_reading
from monitor.store.store import INGEST_PREFIX, Store

from .desk import as_csv

PROVINCES = tuple(f"{number}0000" for number in range(11, 20))
REGIONS = "region_code,parent_code,level,name\n000000,,nation,全国\n" + "".join(
    f"{code},000000,province,省{code[:2]}\n" for code in PROVINCES
)
CHECKS = {
    "points": "[{rule: change, against: previous_period, max_points: 3, severity: query}]",
    "strict": "[{rule: change, against: previous_period, max_points: 3, severity: error}]",
    "percent": "[{rule: change, against: same_period_last_year, max_percent: 30, severity: query}]",
    "total": "[{rule: cumulative, severity: query}]",
    "spread": '[{rule: outlier, threshold: "6.745", severity: query}]',
    "flow": '[{rule: outlier, threshold: "6.745", severity: query}]',
    "needed": "[{rule: completeness, severity: query}]",
    "vital": "[{rule: completeness, severity: error}]",
}
_RATE = "figure: {numerator: {zh: 甲}, denominator: {zh: 乙}, factor: 100, unit: 万人}, aggregate: ratio_of_sums"
_SHAPES = {
    "points": f"unit: '%', accumulation: stock, {_RATE}",
    "strict": f"unit: '%', accumulation: stock, {_RATE}",
    "percent": "unit: 亿元, accumulation: ytd, aggregate: sum",
    "total": "unit: 亿元, accumulation: ytd, aggregate: sum",
    "share": f"unit: '%', accumulation: ytd, {_RATE}",
    "spread": f"unit: '%', accumulation: stock, {_RATE}",
    "flow": "unit: 亿元, accumulation: ytd, aggregate: sum",
    "needed": "unit: 个, accumulation: stock, aggregate: sum",
    "vital": "unit: 个, accumulation: stock, aggregate: sum",
    "part_a": "unit: 亿元, accumulation: stock, aggregate: sum",
    "part_b": "unit: 亿元, accumulation: stock, aggregate: sum",
    "whole": "unit: 万亿元, accumulation: stock, aggregate: sum",
    "persons": "unit: 万人, accumulation: stock, aggregate: sum",
    "each": f"unit: '%', accumulation: stock, {_RATE}",
}
RELATIONS = """relations:
  - {left: part_a + part_b, operator: eq, right: whole, unit: 亿元, tolerance: 0.01, severity: query}
  - {left: part_a, operator: le, right: whole, unit: 亿元, tolerance: 0, severity: error}
  - {left: part_a ÷ persons, operator: lt, right: 500, unit: 元, tolerance: 0, severity: query}
  - {left: part_b ÷ part_a × 100, operator: ge, right: each, unit: "%", tolerance: 0, severity: query}
"""


def plan(checks: dict[str, str] = CHECKS, relations: str = RELATIONS, forms: str = "") -> str:
    """A plan with those checks."""
    indicators = "".join(
        f"  - {{id: {name}, number: {place}, name: {{zh: 指标{name}, en: figure {name}}}, nature: context, "
        f"direction: up, frequency: quarter, {shape}, checks: {checks.get(name, '[]')}}}\n"
        for place, (name, shape) in enumerate(_SHAPES.items(), 1)
    )
    head = 'plan: {id: checked, title: 规划, region: "000000", period: {base: 2020, start: 2021, end: 2025}}\n'
    return f"{head}indicators:\n{indicators}{relations}{forms}"


@dataclass(frozen=True)
class Sent:
    """One row of a file; `parts` as `numerator/denominator`."""

    indicator: str
    region: str
    period: str
    value: str = ""
    parts: str = ""
    unit: str = ""
    comparator: str = ""
    vintage: str = ""
    synthetic: bool = False

    def cells(self) -> dict[str, str]:
        numerator, _, denominator = self.parts.partition("/")
        return {
            "indicator_id": self.indicator,
            "region_code": self.region,
            "period": self.period,
            "numerator": numerator,
            "denominator": denominator,
            "value": self.value,
            "unit": self.unit,
            "comparator": self.comparator,
            "vintage": self.vintage,
            "synthetic": "true" if self.synthetic else "",
        }


@cache
def parsed(text: str) -> tuple[tuple[Catalogue, ...], Regions]:
    regions = parse_regions(REGIONS, "regions.csv")
    return parse_catalogues([("plan.yaml", text)], regions), regions


class Office:
    """Takes files in against one plan, in a store of its own. The first row of a file is line 2."""

    def __init__(self, store: Store, text: str | None = None) -> None:
        self.store = store
        self.catalogues, self.regions = parsed(text or plan())

    def send(self, *rows: Sent, accept: bool = False, explain: str | None = None) -> IngestResult:
        """Through the door, as a CSV."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file.csv"
            path.write_text(as_csv([row.cells() for row in rows]), encoding="utf-8")
            return ingest(self.store, self.catalogues, self.regions, path, by="sender", accept=accept, explain=explain)

    def take(self, *rows: Sent, **orders: Any) -> IngestResult:
        """As a file that has been read already: faster, and with all that may be ordered."""
        folder = Path(tempfile.mkdtemp(prefix=INGEST_PREFIX, dir=self.store.staging_folder))
        staging, copy, content = folder / "rows.parquet", folder / "copy", repr(rows).encode()
        copy.write_bytes(content)
        _write_staging(staging, rows, self.catalogues[0])
        sha256 = hashlib.sha256(content).hexdigest()
        reading = Reading("file.csv", sha256, len(content), "utf-8", None, len(rows), (), 0, staging, False, copy)
        return ingest_reading(
            self.store, self.catalogues, self.regions, reading, Orders(orders.pop("by", "sender"), **orders)
        )


_STAGING = """
SELECT unnest(CAST($line AS INTEGER[])) AS line, CAST(NULL AS VARCHAR) AS sheet,
       unnest(CAST($indicator_id AS VARCHAR[])) AS indicator_id, unnest(CAST($region_code AS VARCHAR[])) AS region_code,
       unnest(CAST($period AS VARCHAR[])) AS period, unnest(CAST($state AS VARCHAR[])) AS state,
       unnest(CAST($numerator AS DECIMAL(38,10)[])) AS numerator,
       unnest(CAST($denominator AS DECIMAL(38,10)[])) AS denominator,
       unnest(CAST($part_unit AS VARCHAR[])) AS part_unit, unnest(CAST($value AS DECIMAL(38,10)[])) AS value,
       unnest(CAST($unit AS VARCHAR[])) AS unit, unnest(CAST($comparator AS VARCHAR[])) AS comparator,
       unnest(CAST($vintage AS VARCHAR[])) AS vintage, unnest(CAST($synthetic AS BOOLEAN[])) AS synthetic,
       CAST(NULL AS VARCHAR) AS note, CAST(NULL AS VARCHAR) AS source, CAST(NULL AS DATE) AS published_on,
       CAST(NULL AS VARCHAR) AS grade
"""
_maker = duckdb.connect()


def _write_staging(path: Path, rows: Sequence[Sent], catalogue: Catalogue) -> None:
    """The Parquet file that the reader's child leaves."""
    lines = []
    for place, row in enumerate(rows):
        cells = row.cells()
        indicator = catalogue.indicator(row.indicator)
        assert indicator is not None
        numbers = {
            name: Decimal(cells[name]) if cells[name] else None for name in ("numerator", "denominator", "value")
        }
        lines.append({
            "line": place + 2,
            **{name: cells[name] for name in ("indicator_id", "region_code", "period")},
            **numbers,
            "state": "value" if any(number is not None for number in numbers.values()) else "missing",
            "part_unit": indicator.part_unit if row.parts else None,
            "unit": row.unit or indicator.unit,
            "comparator": row.comparator or "eq",
            "vintage": row.vintage or "reported",
            "synthetic": row.synthetic,
        })  # fmt: skip
    columns: dict[str, list[Any]] = {name: [line[name] for line in lines] for name in lines[0]}
    with _maker.cursor() as cursor:
        cursor.sql(_STAGING, params=columns).write_parquet(str(path))


def told(result: IngestResult) -> list[tuple[int | None, str]]:
    """(line, rule) of everything the checks found, in the order of the file."""
    return [problem.key for problem in result.problems]


def one(result: IngestResult) -> FileProblem:
    (problem,) = result.problems
    return problem
