"""The published figures in one store for all that only read them; a store of its own where a test writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.report.desk import Desk

from .world import open_desk, published_desk, ready_round


@pytest.fixture(scope="session")
def published_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that is closed, to be copied."""
    folder = tmp_path_factory.mktemp("published")
    published_desk(folder / "monitor.duckdb").store.close()
    return folder


@pytest.fixture(scope="session")
def published(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with _copied(published_folder, tmp_path_factory.mktemp("read")) as desk:
        yield desk


@pytest.fixture
def desk(published_folder: Path, tmp_path: Path) -> Iterator[Desk]:
    with _copied(published_folder, tmp_path) as desk:
        yield desk


@pytest.fixture(scope="session")
def with_round(published_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a round that could be approved, to be copied, or read by the command line."""
    folder = shutil.copytree(published_folder, tmp_path_factory.mktemp("round") / "data")
    desk = open_desk(folder / "monitor.duckdb")
    ready_round(desk)
    desk.store.close()
    return folder


@pytest.fixture
def ready(with_round: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk where only the approval of a round is missing."""
    with _copied(with_round, tmp_path) as desk:
        yield desk


@contextmanager
def _copied(source: Path, folder: Path) -> Iterator[Desk]:
    shutil.copytree(source, folder / "data")
    made = open_desk(folder / "data" / "monitor.duckdb")
    yield made
    made.store.close()
