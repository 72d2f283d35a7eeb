"""One world for all questions that change nothing, and one for what happens to accounts.

Both go with the package: while they stand, files are read in this process.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .world import FEW, World, opened


@pytest.fixture(scope="package")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("access"), FEW) as world:
        yield world


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Where nothing was sent yet, for tests that make accounts of their own."""
    with opened(tmp_path_factory.mktemp("people"), ()) as world:
        yield world
