"""One small plan and four regions; a door to read bytes as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.desk import ReadingDesk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingDesk]:
    yield ReadingDesk(Path(tmp_path_factory.mktemp("intake")))
