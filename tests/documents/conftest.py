"""The published figures in one store for all that only read them; a store of its own where a test writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.report.desk import Desk

from .world import published_desk


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = published_desk(tmp_path_factory.mktemp("published") / "monitor.duckdb")
    yield desk
    desk.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = published_desk(tmp_path / "monitor.duckdb")
    yield made
    made.store.close()
