"""A store with 16 million synthetic observations: 15 indicators sent monthly by 3,332 units over six years.

The units are regions of the whole tree, the provincial ones first; each month is sent in four or five revisions.
No figure here is real.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import duckdb

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.models import Indicator
from monitor.catalogue.regions import Regions
from monitor.store.store import Store

MONTHS = 72
LEVELS = ("province", "prefecture", "county")
UNITS = 3_332
FIFTH_REVISIONS = 45
"""Of a hundred months, how many have a fifth revision: 15 × 3,332 × 72 × 4.45 is 16 million."""

_SQL = files("bench") / "sql"


def tree_units(regions: Regions) -> list[str]:
    """The regions that report, by level; those that are no more come last."""
    here = [row for row in regions.rows if row.reporting and row.valid_to is None]
    here.sort(key=lambda row: (LEVELS.index(row.level) if row.level in LEVELS else len(LEVELS), row.code))
    return list(dict.fromkeys([*(row.code for row in here), *(row.code for row in regions.rows if row.reporting)]))


def make_store(path: Path, catalogue: Catalogue, provinces: Sequence[str], units: int = UNITS) -> int:
    """Writes the store file, of as many units, and gives the number of observations.

    `provinces`: the codes of the first units, those of as many as are named; the others are numbered.
    """
    Store.open(path).close()
    indicators = [one for one in catalogue.indicators if not one.is_context]
    parameters = {
        "provinces": list(provinces),
        "units": units,
        "months": MONTHS,
        "fifths": FIFTH_REVISIONS,
        "form": catalogue.plan.id,
        "ids": [one.id for one in indicators],
        "part_units": [one.figure.unit if one.figure else None for one in indicators],
        "own_units": [one.unit for one in indicators],
        "scales": [_typical_value(one) for one in indicators],
    }
    with duckdb.connect(str(path)) as connection:
        for name in ("unit", "made", "submission", "event", "observation"):
            text = (_SQL / f"make_{name}.sql").read_text(encoding="utf-8")
            used = {key: value for key, value in parameters.items() if f"${key}" in text}
            connection.execute(text, used)
        connection.execute("CHECKPOINT")
        counted = connection.execute("SELECT count(*) FROM observation").fetchone()
    return int(counted[0]) if counted else 0


def _typical_value(indicator: Indicator) -> float:
    """About what a figure is, in the indicator's unit; only ratios have parts."""
    return {"万亿元": 0.08, "个": 450.0, "类": 4.0}.get(indicator.unit, 80.0)
