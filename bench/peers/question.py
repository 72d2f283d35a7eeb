"""What a peer is told of a scorecard's question, as plain JSON: it knows nothing of catalogues, periods or regions."""

from __future__ import annotations

from datetime import date
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions


def question(catalogue: Catalogue, regions: Regions, year: int, as_of: str) -> dict[str, Any]:
    """The figures of a year as known at a moment.

    `indicators`: id → factor (None: no ratio), whether it is a flow whose months add up, whether a parent is the sum of
    its children (else it is not asked of peers). `parents`: reporting region → its parent at the year's end. `ends`:
    periods that give a stock or a figure since the year began, best first; `parts`: the months that make up a flow.
    """
    root = catalogue.plan.region
    parents: dict[str, str] = {}
    level = [root]
    while level:
        below = {
            child.code: code
            for code in level
            for child in regions.children(code, date(year, 12, 31))
            if child.reporting
        }
        parents.update(below)
        level = list(below)
    return {
        "as_of": as_of,
        "indicators": {
            one.id: {
                "factor": None if one.figure is None else float(one.figure.factor),
                "flow": one.accumulation == "period",
                "sums": one.aggregate in ("ratio_of_sums", "sum"),
            }
            for one in catalogue.indicators
            if not one.is_context
        },
        "parents": parents,
        "root": root,
        "ends": [str(year), f"{year}-H2", f"{year}-Q4", f"{year}-12"],
        "parts": [f"{year}-{month:02d}" for month in range(1, 13)],
        "vintages": list(catalogue.plan.vintages),
    }


def codes_by_level(catalogue: Catalogue, regions: Regions, year: int) -> list[str]:
    """The regions below the plan's own at a year's end: the provinces first, then their children, then theirs."""
    return list(question(catalogue, regions, year, "")["parents"])
