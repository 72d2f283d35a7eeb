"""A scorecard of 32 units × 15 indicators as of a past moment, from a store of 16 million observations.

Reference: the bare SQL that gives the figures it is made from, with the same parameters, rows fetched.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .measure import Ratio, in_turn, median_seconds
from .store16m import make_store

PERIOD = "2024"
AS_OF = datetime.fromisoformat("2025-06-30")
ROUNDS = 9
BOUND = 1.5
REPEATED_AT_MOST = 0.005


def run() -> tuple[int, int, Ratio, float]:
    """Observations in the store, rows of the scorecard, its ratio, and the seconds of a repeated question."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    plan = catalogues[0].plan
    provinces = [region.code for region in regions.children(plan.region) if region.reporting]
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        path = Path(folder) / "monitor.duckdb"
        observations = make_store(path, catalogues[0], provinces)
        with Store.open(path) as store:
            desk = Desk(store, catalogues, regions, MethodSettings())
            questions = desk.figure_questions(catalogues[0], AS_OF, parse_period(PERIOD))

            def bare() -> None:
                for sql, parameters in questions:
                    store.ask(sql, parameters)

            def asked() -> int:
                desk.forget()
                return len(desk.scorecard(period=PERIOD, as_of=AS_OF).frame)

            work, reference = in_turn(asked, bare, ROUNDS)
            rows = asked()
            repeated = median_seconds(lambda: desk.scorecard(period=PERIOD, as_of=AS_OF), 50)
    return observations, rows, Ratio("scorecard", work, reference, BOUND), repeated
