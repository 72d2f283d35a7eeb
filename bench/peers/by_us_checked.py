"""Our own ingest as a contestant: the whole of it, and its checks alone (`dry_run`)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.intake.submissions import IngestResult, ingest
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .worker import serve

_REGIONS = load_regions(find_shipped("data/regions.csv"))
_CATALOGUES = load_catalogues([find_shipped("indicators.yaml")], _REGIONS)


def whole(path: str) -> dict[str, Any]:
    """Read, check, store, accept, audit: into a new store."""
    with (
        tempfile.TemporaryDirectory(prefix="monitor-peers-") as folder,
        Store.open(Path(folder) / "monitor.duckdb") as store,
    ):
        said = ingest(store, _CATALOGUES, _REGIONS, Path(path), by="bench", accept=True, explain="模拟数据")
    return _told(said)


def check(path: str) -> dict[str, Any]:
    """Everything but the writing."""
    with (
        tempfile.TemporaryDirectory(prefix="monitor-peers-") as folder,
        Store.open(Path(folder) / "monitor.duckdb") as store,
    ):
        said = ingest(store, _CATALOGUES, _REGIONS, Path(path), by="bench", dry_run=True, explain="模拟数据")
    return _told(said)


def _told(said: IngestResult) -> dict[str, Any]:
    return {
        "stored": sum(part.created for part in said.submissions),
        "errors": [one.row for one in said.problems if one.severity == "error"],
        "relations": [one.row for one in said.problems if one.code == "relation_fails"],
        "others": sorted({one.code for one in said.problems if one.severity == "query"} - {"relation_fails"}),
        "problems": said.problem_count,
        "listed": len(said.problems),
    }


if __name__ == "__main__":
    serve({"whole": whole, "check": check})
