"""New stores as copies of an empty one: the statements of all migrations are half of what opening a new file costs.

The copy has the structure and nothing else; what tells one store from another is written when it is opened. Tests of
the store itself (tests/store, tests/faults, tests/system) make each one anew.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from monitor.store import opening

_connect = opening.connect


def copy_new_stores(copied: bool) -> None:
    """From now on, in this process: `prepare_folder` makes a new store by this function of its module."""
    opening.connect = _copy if copied else _connect  # type: ignore[assignment]


class _Closed:
    """What was connected to nothing."""

    def close(self) -> None:
        pass


def _copy(file: Path, *_given: Any, **_named: Any) -> _Closed:
    shutil.copyfile(Path(_empty().name) / "empty.duckdb", file)
    return _Closed()


@cache
def _empty() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="monitor-empty-")
    path = Path(folder.name)
    _connect(path / "empty.duckdb", path, (), read_only=False, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)).close()
    return folder
