"""What a figure was computed from, where that is known: the records, the SQL over them, who ran it and when.

It was kept with the receipt of the file that the program made (monitor/records/lineage.py says what stands in it).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from monitor.store.store import Store

_SQL = files("monitor.report") / "sql"


@dataclass(frozen=True)
class RejectedRecords:
    """Records that a rule could not place and that were left out; `rule` as in catalogue/records.py."""

    rule: str
    records: int


@dataclass(frozen=True)
class ComputedFrom:
    """`at`: UTC without zone. `expressions`: numerator and denominator, or value → SQL.

    `first` … `last`: the days that count. `sql_sha256`: of what the catalogue said about computing the indicator.
    `manifest_sha256`: of the list of all files with their rows and hashes; `files`: (name, rows, SHA-256) of each where
    they are few. Of records: read = used + other periods + rejected.
    """

    by: str
    at: datetime
    table: str
    expressions: Mapping[str, str]
    unit: str
    sql_sha256: str
    catalogue: str
    catalogue_version: str
    engine: str
    software: str
    first: str
    last: str
    read: int
    used: int
    other_period: int
    rejected: tuple[RejectedRecords, ...]
    file_count: int
    file_bytes: int
    manifest_sha256: str
    files: tuple[tuple[str, int, str], ...]


def computed_from(store: Store, submission_id: int, indicator_id: str) -> ComputedFrom | None:
    """None for a figure that came in a file from anywhere else."""
    for by, at, detail in store.ask(_SQL / "computed_from.sql", {"submission_id": submission_id}):
        said = json.loads(detail)
        for scan in said["scans"]:
            if indicator_id in scan["indicators"]:
                return _opened(by, at, said, scan, scan["indicators"][indicator_id])
    return None


def _opened(
    by: str, at: datetime, said: Mapping[str, Any], scan: Mapping[str, Any], own: Mapping[str, str]
) -> ComputedFrom:
    records, found = scan["records"], said["files"]
    return ComputedFrom(
        by=by,
        at=at,
        table=scan["table"],
        expressions={name: own[name] for name in ("numerator", "denominator", "value") if name in own},
        unit=own["unit"],
        sql_sha256=own["sha256"],
        catalogue=said["catalogue"],
        catalogue_version=said["catalogue_version"],
        engine=said["engine"],
        software=said["software"],
        first=scan["first"],
        last=scan["last"],
        read=records["read"],
        used=records["used"],
        other_period=records["other_period"],
        rejected=tuple(RejectedRecords(rule, one["records"]) for rule, one in records["rejected"].items()),
        file_count=found["count"],
        file_bytes=found["bytes"],
        manifest_sha256=found["manifest_sha256"],
        files=tuple((one["name"], one["rows"], one["sha256"]) for one in found["listed"]),
    )
