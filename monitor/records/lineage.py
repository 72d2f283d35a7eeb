"""Where computed figures are from, as data: what is kept with the receipt and written beside the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from monitor import __version__
from monitor.catalogue.canonical import canonical

from .computing import Computed, Scanned
from .wanted import Wanted

FORMAT = 1
MOST_FILES = 100
"""So many files are listed in what a receipt keeps; of more, their number and the hash of the list alone."""
SUFFIX = ".records.json"


def definition_hash(one: Wanted) -> str:
    """The SHA-256 of what the catalogue says about computing an indicator, whatever its spelling."""
    text = json.dumps(canonical(one.records), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def lineage(computed: Computed, *, every_file: bool) -> dict[str, object]:
    """JSON data, the same for the same records, catalogue and engine; no time and no person, which the event has."""
    files = computed.manifest.files
    listed = files if every_file or len(files) <= MOST_FILES else ()
    catalogue = computed.scans[0].scan.wanted[0].catalogue
    return {
        "format": FORMAT,
        "period": computed.period.code,
        "plan": catalogue.plan.id,
        "catalogue": catalogue.file,
        "catalogue_version": catalogue.version,
        "engine": computed.engine,
        "software": __version__,
        "synthetic": computed.synthetic,
        "scans": [_scan(one) for one in computed.scans],
        "files": {
            "count": len(files),
            "rows": computed.manifest.rows,
            "bytes": computed.manifest.size,
            "manifest_sha256": computed.manifest.sha256,
            "listed": [{"name": one.name, "rows": one.rows, "bytes": one.size, "sha256": one.sha256} for one in listed],
        },
        "not_read": list(computed.passed[:MOST_FILES]),
    }


def _scan(scanned: Scanned) -> dict[str, object]:
    scan = scanned.scan
    records = scan.wanted[0].records
    return {
        "table": records.table,
        "columns": scan.columns,
        "region": records.region,
        "day": records.day,
        "key": list(records.key),
        "first": scan.first.isoformat(),
        "last": scan.last.isoformat(),
        "indicators": {one.indicator.id: _indicator(one) for one in scan.wanted},
        "records": {
            "read": scanned.read,
            "used": scanned.used,
            "other_period": scanned.other_period,
            "rejected": {
                one.rule: {
                    "rejection": one.rejection,
                    "records": one.records,
                    "examples": list(map(dict, one.examples)),
                }
                for one in scanned.rejected
            },
        },
    }


def _indicator(one: Wanted) -> Mapping[str, str]:
    return {**one.records.expressions, "unit": one.unit, "sha256": definition_hash(one)}


def companion(output: Path) -> Path:
    """`F.records.json` beside F."""
    return output.with_name(output.name + SUFFIX)


def to_bytes(facts: Mapping[str, object]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
