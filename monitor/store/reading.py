"""Several questions asked of one moment, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import duckdb

from .migrations import SQL
from .transaction import Rows, execute, roll_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import pandas

STREAMS = 2
"""How many `ask_each` of one reading may be under way together."""


class Reading:
    """A moment of the store, made by `Store.reading`; good until that block ends. For one thread."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, streams: list[duckdb.DuckDBPyConnection]) -> None:
        self._cursor, self._idle = cursor, streams

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        """As `Store.ask`."""
        return execute(self._cursor, sql, parameters).fetchall()

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pandas.DataFrame:
        """As `Store.ask_frame`."""
        return frame_of(execute(self._cursor, sql, parameters))

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = 5000
    ) -> Iterator[tuple[Any, ...]]:
        """As `Store.ask_each`. Raises RuntimeError for more than STREAMS of them together."""
        if not self._idle:
            raise RuntimeError(f"more than {STREAMS} questions are read row by row together")
        cursor = self._idle.pop()
        try:
            yield from rows_of(execute(cursor, sql, parameters), at_once)
        finally:
            self._idle.append(cursor)


@contextmanager
def reading(
    open_cursor: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
    still: AbstractContextManager[object],
) -> Iterator[Reading]:
    """A reading on cursors of `open_cursor`. `still`: entered while their transactions begin, nothing is committed.

    One cursor has one answer at a time, so each answer that is read row by row needs a cursor of its own, and all of
    them the same moment.
    """
    with ExitStack() as opened:
        cursors = [opened.enter_context(open_cursor()) for _ in range(1 + STREAMS)]
        try:
            with still:
                for cursor in cursors:
                    cursor.begin()
                    execute(cursor, SQL / "data_version.sql").fetchall()  # the first question sets the moment
            yield Reading(cursors[0], cursors[1:])
        finally:
            for cursor in cursors:
                roll_back(cursor)


def rows_of(asked: duckdb.DuckDBPyConnection, at_once: int) -> Iterator[tuple[Any, ...]]:
    """What was asked, row by row, `at_once` of them in memory."""
    while rows := asked.fetchmany(at_once):
        yield from rows


def frame_of(asked: duckdb.DuckDBPyConnection) -> pandas.DataFrame:
    """What was asked, with the names of the columns and every value as it is."""
    rows = asked.fetchall()
    return named_frame([column[0] for column in asked.description or ()], rows)


def named_frame(names: list[str], rows: Rows) -> pandas.DataFrame:
    """Every value as it is, so figures stay exact."""
    import pandas  # here, since a command that asks for no frame need not wait half a second for it

    return pandas.DataFrame(rows, columns=names, dtype=object)


def columns_of(frame: pandas.DataFrame) -> dict[str, Any]:
    """The columns of a frame of rows as `Store.ask_columns` gives them."""
    import numpy  # here, as pandas

    found = {}
    for name in frame.columns:
        is_null = frame[name].isna().to_numpy()
        values = frame[name][~is_null].to_list()
        kind = type(values[0]) if values else float
        whole = numpy.zeros(len(frame), dtype=kind if kind in (int, float, bool) else object)
        if kind in (date, datetime):
            whole = numpy.zeros(len(frame), dtype="datetime64[us]")
        whole[~is_null] = values
        found[str(name)] = numpy.ma.masked_array(whole, mask=is_null)
    return found
