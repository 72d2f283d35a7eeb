"""A scorecard and an export by DuckDB over published Parquet and by Spark over the same: a Markdown table.

    scripts/spark_environment.sh && scripts/spark.sh start
    .venv-spark/bin/python -m bench.engines [--published DIR] [--remote sc://127.0.0.1:15002] [--rounds 3]

Without `--published` the demo's store is made and published first. Each answer is worked out anew in each round, by a
desk that holds nothing; the sha256 of what it wrote must be the same on every engine, or this fails.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.exported import exported_table, write_exported
from monitor.shipped import find_shipped
from monitor.store.manifest import current_name, read_manifest
from monitor.store.published import Published
from monitor.store.publishing import publish_store
from monitor.store.spark import SparkStore
from monitor.store.store import Store

QUESTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("scorecard of a period", "scorecard", {"period": "2024", "method": "linear", "include_context": False}),
    ("observations of a period", "observations", {"period": "2024"}),
)


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--published", type=Path)
    given.add_argument("--remote", default="sc://127.0.0.1:15002")
    given.add_argument("--rounds", type=int, default=3)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-engines-") as folder:
        published = asked.published or _demo(Path(folder))
        rows = read_manifest(published, current_name(published)).rows
        engines: dict[str, Callable[[], Published | SparkStore]] = {
            "DuckDB on Parquet": lambda: Published(published),
            "Spark": lambda: SparkStore(published, asked.remote),
        }
        print(f"{rows:,} observations, {asked.rounds} rounds, medians\n")
        print("| question | engine | to open, s | first, s | again, s | this process's processor, s | rows |")
        print("|---|---|---:|---:|---:|---:|---:|")
        return max(_measured(one, engines, asked.rounds, Path(folder)) for one in QUESTIONS)


def _demo(folder: Path) -> Path:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(folder / "store" / "monitor.duckdb") as store:
        load_demo(store, catalogues, regions, datetime.now(UTC))
        publish_store(store, folder / "published")
    return folder / "published"


def _measured(
    asked: tuple[str, str, dict[str, Any]],
    engines: dict[str, Callable[[], Published | SparkStore]],
    rounds: int,
    folder: Path,
) -> int:
    name, kind, question = asked
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    digests = set()
    for engine, opened in engines.items():
        begun = time.perf_counter()
        with closing(opened()) as store:
            to_open, walls, processor = time.perf_counter() - begun, [], []
            for _ in range(rounds + 1):
                desk = Desk(store, catalogues, regions, MethodSettings())
                began, used = time.perf_counter(), _processor()
                table, facts = exported_table(desk, kind, None, {"plan": None, "region": None, **question})
                rows = write_exported(table, facts, folder / "out.csv")
                walls.append(time.perf_counter() - began)
                processor.append(_processor() - used)
            digests.add(hashlib.sha256((folder / "out.csv").read_bytes()).hexdigest())
        again, spent = statistics.median(walls[1:]), statistics.median(processor[1:])
        print(
            f"| {name} | {engine} | {to_open:.2f} | {walls[0]:.2f} | {again:.2f} | {spent:.2f} | {rows:,} |", flush=True
        )
    if len(digests) == 1:
        return 0
    print(f"{name}: the engines gave different bytes", file=sys.stderr)
    return 1


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
