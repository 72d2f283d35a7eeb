"""The demonstration's figures in a store: loading them takes three seconds, copying them none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.demo.loader import load_demo
from monitor.store.store import Store
from tests.cycle.forms import shipped

DEMO_NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def make_demo(folder: Path) -> None:
    """Fill `demo.duckdb` in a folder; nobody is in it."""
    with Store.open(folder / "demo.duckdb", clock=lambda: DEMO_NOW) as store:
        load_demo(store, *shipped(), DEMO_NOW)
