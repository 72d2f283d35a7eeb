"""Children of the program as calls in this process: the same code on the same job, for tests of what comes of it.

A child costs a tenth of a second and more, most of it its imports, and the tests ask for thousands. Its process, limits
and death are what tests with the mark `child_process` are about (and all of tests/system and tests/faults): they have
real ones, and so has whoever starts Python with other arguments.

A child has a database in memory to itself, which takes 9 ms to make; files read in this process share one, each in a
catalog of its own that is gone with it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb

from monitor.backup import proving
from monitor.intake import child, confined, reading
from monitor.intake.limits import Limits
from monitor.intake.staging import Staging

_run_child, _ask_prover = confined.run_child, proving._asked


def _read(arguments: Sequence[str], job: Mapping[str, Any], folder: Path, limits: Limits) -> dict[str, Any]:
    if arguments is not _READER:
        return _run_child(arguments, job, folder, limits)
    answer: dict[str, Any] = json.loads(json.dumps(child.do(json.loads(json.dumps(job)))))
    return answer


def _prove(job: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(json.dumps(proving._answer(json.loads(json.dumps(job)))))
    return answer


_READER = confined.CHILD
_numbers = itertools.count()


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


class _Catalog:
    """As a connection to a database in memory; its tables are dropped when it is closed or forgotten."""

    def __init__(self) -> None:
        self._name = f"staging{next(_numbers)}"
        self._cursor: duckdb.DuckDBPyConnection | None = _shared().cursor()
        self._cursor.execute(f"ATTACH ':memory:' AS {self._name}")
        self._cursor.execute(f"USE {self._name}")

    def execute(self, *asked: Any) -> duckdb.DuckDBPyConnection:
        assert self._cursor is not None, "used after it was closed"
        return self._cursor.execute(*asked)

    def __enter__(self) -> _Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.__del__()

    def __del__(self) -> None:
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            cursor.execute("USE memory")
            cursor.execute(f"DETACH {self._name}")
            cursor.close()


_own_connection = Staging.connection
_shared_connection = cached_property(lambda _staging: _Catalog())
_shared_connection.__set_name__(Staging, "connection")


def have_children(real: bool) -> None:
    """From now on; whatever another fixture has put there meanwhile is its own to take away."""
    confined.run_child = reading.run_child = _run_child if real else _read
    proving._asked = _ask_prover if real else _prove
    Staging.connection = _own_connection if real else _shared_connection  # type: ignore[assignment]
