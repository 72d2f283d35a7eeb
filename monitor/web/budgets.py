"""The budget files that pages and routes are drawn from: what comes with the program, and what was loaded over it."""

from __future__ import annotations

from datetime import datetime

from monitor.budget.library import Library, library
from monitor.shipped import find_shipped
from monitor.store.store import Store


def budget_library(store: Store, as_of: datetime | None = None) -> Library:
    """As known at a moment (naive UTC)."""
    return library(store, find_shipped("data/budget"), as_of)
