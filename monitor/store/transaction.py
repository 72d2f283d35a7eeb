"""A write in progress, and how a statement from a `.sql` file is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.resources.abc import Traversable
from typing import Any

import duckdb

from .audit import Note, make_note
from .errors import working_error
from .migrations import SQL
from .times import to_stored

Rows = list[tuple[Any, ...]]
_NEXT = timedelta(microseconds=1)
_texts: dict[str, str] = {}


class Transaction:
    """A write in progress, made by `Store.transaction`; good until that block ends."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, clock: Callable[[], datetime]) -> None:
        self._cursor = cursor
        self._clock = clock
        self._moment: datetime | None = None
        self.abandoned = False
        self.notes: list[Note] = []

    def run(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        """Run one statement; the rows of a query, or the count of rows written. Raises as `Store.ask` does."""
        return execute(self._cursor, sql, parameters).fetchall()

    def columns(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The columns of one query as numpy arrays, by name: for many numbers at once. Raises as `run` does."""
        return execute(self._cursor, sql, parameters).fetchnumpy()

    def moment(self) -> datetime:
        """The time of every event of this transaction: now, but always after the newest event there is.

        Were two transactions of one moment, what was known at that moment would change with the second.
        """
        if self._moment is None:
            newest: datetime | None = self.run(SQL / "last_event.sql")[0][1]
            now = to_stored(self._clock())
            self._moment = now if newest is None else max(now, newest + _NEXT)
        return self._moment

    def note(
        self,
        action: str,
        *,
        by: str,
        object: str | None = None,
        detail: Mapping[str, object] | None = None,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Put into the audit log, with this transaction, what is no event; events get there by themselves.

        `before`, `after`: SHA-256 of what the object said until now and says from now on.
        """
        self.notes.append(make_note(action, by, object, detail, before, after))

    def abandon(self) -> None:
        """Roll everything back at the end of the block instead of committing: a dry run."""
        self.abandoned = True


def text_of(sql: Traversable) -> str:
    """The file's text, read once."""
    name = str(sql)
    if name not in _texts:
        _texts[name] = sql.read_text(encoding="utf-8")
    return _texts[name]


def execute(
    cursor: duckdb.DuckDBPyConnection, sql: Traversable, parameters: Mapping[str, object] | None = None
) -> duckdb.DuckDBPyConnection:
    """`parameters`: as the text names them. An array of whole numbers is a relation of its name, with the column
    `number`: a list of a hundred thousand would be taken apart one by one.
    """
    bound: dict[str, object] = {}
    for name, value in (parameters or {}).items():
        if hasattr(value, "dtype"):  # numpy itself is not imported for questions without one
            cursor.register(name, {"number": value})
        else:
            bound[name] = to_stored(value) if isinstance(value, datetime) else value
    try:
        return cursor.execute(text_of(sql), bound or None)
    except duckdb.Error as error:
        problem = working_error(error)
        if problem is error:
            raise
        raise problem from error


def roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    try:
        cursor.rollback()
    except duckdb.Error:
        # a failed COMMIT has rolled back by itself, and a dead database has nothing to roll back
        return
