"""Our own answers about a store as a contestant: the scorecard and the whole tree, through the report layer."""

from __future__ import annotations

import math
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store

from .worker import serve

_FIGURES = ["indicator_id", "region_code", "numerator", "denominator", "value", "aggregated_value", "vintage"]
_held = ExitStack()
_desks: dict[str, Desk] = {}
_last: dict[str, pd.DataFrame] = {}


def open_store(path: str) -> None:
    store = _held.enter_context(Store.open(Path(path)))
    for name, file in {"provinces": "data/regions.csv", "tree": "data/regions-full.csv"}.items():
        regions = load_regions(find_shipped(file))
        _desks[name] = Desk(
            store, load_catalogues([find_shipped("indicators.yaml")], regions), regions, MethodSettings()
        )


def bare(period: str, as_of: str) -> int:
    """The SQL of the scorecard's figures alone, its rows fetched: the reference."""
    desk = _desks["provinces"]
    questions = desk.figure_questions(desk.current.catalogues[0], datetime.fromisoformat(as_of), parse_period(period))
    return sum(len(desk.store.ask(*question)) for question in questions)


def scorecard(period: str, as_of: str, *, cached: bool = False) -> int:
    desk = _desks["provinces"]
    if not cached:
        desk.forget()
    _last["provinces"] = desk.scorecard(period=period, as_of=datetime.fromisoformat(as_of)).frame
    return len(_last["provinces"])


def tree(period: str, as_of: str) -> int:
    desk = _desks["tree"]
    desk.forget()
    _last["tree"] = desk.whole_tree(period=period, as_of=datetime.fromisoformat(as_of)).frame
    return len(_last["tree"])


def told(what: str) -> list[list[Any]]:
    """The last answer: `_FIGURES`, None where there is none."""
    rows = _last[what][_FIGURES].to_numpy(dtype=object)
    return [[None if isinstance(cell, float) and math.isnan(cell) else cell for cell in row] for row in rows]


if __name__ == "__main__":
    with _held:
        serve({"open": open_store, "bare": bare, "scorecard": scorecard, "tree": tree, "told": told})
