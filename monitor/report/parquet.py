"""Tables as Parquet: the same rows with types that hold every one of them.

Which type a column has is known after its last row alone. So rows that are read while they are written stand as texts
in parts beside the target first, and memory holds a part of them.
"""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import pandas as pd

from monitor.store.transaction import text_of

from .streamed import Streamed
from .whole_file import PARTS

_TO_PARQUET = files(__package__) / "sql" / "to_parquet.sql"
_PART_ROWS = 20_000
_MOST_DIGITS = 38  # of a DECIMAL


class _Column:
    """What has been seen of a column. A Decimal's digits are counted as DuckDB counts them."""

    def __init__(self) -> None:
        self._kinds: set[type] = set()
        self._before_point = self._behind_point = 0
        self._least = self._most = 0

    def texts(self, values: Sequence[object]) -> list[str | None]:
        """The values as texts, which a cast turns into what they were; nothing for none."""
        plain = [_plain(value) for value in values]
        kinds = set(map(type, plain)) - {type(None)}
        self._kinds |= kinds
        if Decimal in kinds:
            for value in plain:
                if type(value) is Decimal:
                    self._count(value)
        if int in kinds:
            whole = [value for value in plain if type(value) is int]
            self._least, self._most = min(self._least, *whole), max(self._most, *whole)
        return [None if value is None else str(value) for value in plain]

    def _count(self, value: Decimal) -> None:
        _, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int):  # no finite number
            self._kinds.add(str)
            return
        behind = max(0, -exponent)
        width = len(digits) + max(0, exponent)
        width = width if width >= behind else behind + 1
        self._before_point = max(self._before_point, width - behind)
        self._behind_point = max(self._behind_point, behind)

    def type(self) -> str:
        """The type that holds all of them exactly; texts where only they do."""
        kinds = self._kinds
        if not kinds:
            return "INTEGER"
        if kinds == {bool}:
            return "BOOLEAN"
        if kinds == {int} and self._least >= -(2**63) and self._most < 2**63:
            return "INTEGER" if self._least >= -(2**31) and self._most < 2**31 else "BIGINT"
        if kinds == {float}:
            return "DOUBLE"
        if kinds == {Decimal} and (width := self._before_point + self._behind_point) <= _MOST_DIGITS:
            return f"DECIMAL({width}, {self._behind_point})"
        if kinds == {date}:
            return "DATE"
        return "TIMESTAMP" if kinds <= {date, datetime} else "VARCHAR"


def _plain(value: object) -> object:
    """The value as Python's, None for none."""
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, float):
        return None if value != value else float(value)
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def write_parquet(table: pd.DataFrame | Streamed, path: Path) -> None:
    """The rows with their types: numbers DOUBLE or DECIMAL, texts VARCHAR, booleans, days. Raises OSError."""
    try:
        if isinstance(table, Streamed):
            _write_rows(table, path)
        else:
            _write_frame(table, path)
    except duckdb.IOException as error:
        number = errno.ENOSPC if "No space left" in str(error) else errno.EIO
        raise OSError(number, os.strerror(number), str(path)) from error


def _write_frame(frame: pd.DataFrame, path: Path) -> None:
    # types by all values: a larger number than those of a sample of a thousand would be refused
    with duckdb.connect(config={"pandas_analyze_sample": max(1, len(frame))}) as connection:
        connection.register("exported", frame.astype(dict.fromkeys(frame.select_dtypes("str").columns, object)))
        _copy(connection, "*", "exported", path)


def _write_rows(table: Streamed, path: Path) -> None:
    folder = path.with_name(path.name + PARTS)
    folder.mkdir()
    try:
        # one thread keeps the order, and one group of rows in memory; what is not looked at is a text
        with duckdb.connect(config={"threads": 1, "pandas_analyze_sample": 0}) as connection:
            seen, parts = _write_parts(connection, table, folder)
            typed = (
                f"CAST(column{place} AS {column.type()}) AS {_named(name)}"
                for place, (name, column) in enumerate(zip(table.columns, seen, strict=True))
            )
            read = ", ".join(_quoted(str(part)) for part in parts)
            _copy(connection, ", ".join(typed), f"read_parquet([{read}])", path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_parts(
    connection: duckdb.DuckDBPyConnection, table: Streamed, folder: Path
) -> tuple[list[_Column], list[Path]]:
    """The rows as texts in one file after the other, at least one; and what was seen of each column."""
    seen = [_Column() for _ in table.columns]
    parts: list[Path] = []
    for rows in _portions(table):
        columns: Sequence[Sequence[object]] = list(zip(*rows, strict=True)) or [() for _ in seen]
        texts = {
            f"column{place}": pd.Series(column.texts(values), dtype=object)
            for place, (column, values) in enumerate(zip(seen, columns, strict=True))
        }
        connection.register("part", pd.DataFrame(texts))
        parts.append(folder / f"{len(parts)}.parquet")
        _copy(connection, "*", "part", parts[-1])
        connection.unregister("part")
    return seen, parts


def _portions(table: Streamed) -> Iterator[list[tuple[object, ...]]]:
    rows = iter(table)
    yield list(itertools.islice(rows, _PART_ROWS))
    while part := list(itertools.islice(rows, _PART_ROWS)):
        yield part


def _copy(connection: duckdb.DuckDBPyConnection, columns: str, rows: str, path: Path) -> None:
    connection.execute(text_of(_TO_PARQUET).format(columns=columns, rows=rows, path=_quoted(str(path))))


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
