"""What the integrity checks found when they ran last, as the store keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.store.store import Store

from .history import SQL


@dataclass(frozen=True)
class Found:
    """What one check found: `count` things, the first of them as `examples`."""

    count: int
    examples: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Findings:
    """Of one run of all checks, by the checks' names. `at`: naive UTC."""

    run_id: int
    at: datetime
    found: Mapping[str, Found]


def last_findings(store: Store) -> Findings | None:
    """Of the newest run; None before the first. Raises StoreError."""
    rows = store.ask(SQL / "checks_last.sql")
    if not rows:
        return None
    found = {
        str(name): Found(int(count), tuple(str(one) for one in json.loads(examples)), float(seconds))
        for _, _, name, count, examples, seconds in rows
    }
    run_id, at = rows[0][:2]
    return Findings(int(run_id), at, found)
