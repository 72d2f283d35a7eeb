"""The staging file: normalised rows as Parquet, which the store takes over whole.

Rows that were read one by one go through a text file of our own making and DuckDB, which also finds cells that are
named twice: both scale to millions of rows in little memory. The text file knows no quotes: fields end with U+001F,
rows with a line feed, and what a note may hold of these is escaped (DuckDB's reading of quoted line ends cannot be
relied on).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .problems import ProblemLog

if TYPE_CHECKING:
    import duckdb

_FIELD_END = "\x1f"
# The escape comes first; in the escaped text it is always followed by its digit, so that stage_rows.sql can take
# each back in any order and the escape itself last.
_ESCAPES = (("\x1e", "\x1e0"), (_FIELD_END, "\x1e1"), ("\n", "\x1e2"), ("\r", "\x1e3"))
_FETCHED = 10_000
_SHOWN_LINES = 8


class Staging:
    """Collects the rows of one file in `target` (Parquet); those read one by one in `work` (text) until `finish`."""

    def __init__(self, work: Path, spill: Path, target: Path, memory: int) -> None:
        """`memory`: bytes that DuckDB may use."""
        self._work = work
        self._spill = spill
        self._target = target
        self._memory = memory
        self._stream = work.open("w", encoding="utf-8", newline="")
        self._written = 0
        self._taken = 0

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database that stages rows; opened when it is first asked for."""
        import duckdb

        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": f"{self._memory // 1024}KiB",
            "temp_directory": str(self._spill),
        }
        return duckdb.connect(config=config)

    def add(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Rows as `rows.STAGED_COLUMNS`, text, "" for none; free texts through `escape_field`."""
        if rows:
            self._stream.write("\n".join(map(_FIELD_END.join, rows)) + "\n")
            self._written += len(rows)

    def take(self, query: str) -> int:
        """Stage the rows of a query, typed as those of stage_rows.sql; how many they are.

        Once, before others are added: they go straight to `target`, which mostly holds the whole file then.
        """
        connection = self.connection
        connection.execute(f"CREATE VIEW staged AS {sql(query)}")
        self._taken = self._write(connection, None, [])
        set_variable(connection, "staging", literal(str(self._target)))
        connection.execute(f"CREATE OR REPLACE VIEW staged AS {sql('staged_whole')}")
        return self._taken

    def finish(self, sheet: str | None, faulty_lines: set[int], column: str, problems: ProblemLog) -> None:
        """Report cells named twice; `target` is good when the file has no error.

        `column`: the header under which repeats are reported.
        """
        self._stream.close()
        if not (self._taken or self._written):
            return
        with self.connection as connection:
            is_good = not self._written and connection.execute(sql("staged_is_in_order")).fetchall()[0][0]
            if not is_good:
                self._put_in_order(connection)
            repeats = _report_repeats(connection, faulty_lines, column, problems)
            if problems.blocked or (is_good and not repeats):
                return
            if is_good:
                self._put_in_order(connection)  # what is read from the file cannot be written to it
            self._write(connection, sheet, repeats)

    def _put_in_order(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let `staged` be a table of all rows, in the order of the file."""
        parts = [sql("staged_whole")] if self._taken else []
        if self._written:
            set_variable(connection, "path", literal(str(self._work)))
            parts.append(sql("stage_rows"))
        connection.execute(f"CREATE OR REPLACE VIEW staged AS {' UNION ALL '.join(parts)}")
        connection.execute(f"CREATE TABLE ordered AS {sql('staged_in_order')}")
        connection.execute("DROP VIEW staged")
        connection.execute("ALTER TABLE ordered RENAME TO staged")
        counted = connection.execute(sql("staged_count")).fetchall()[0][0]
        if counted != self._taken + self._written:  # would be a defect of ours; never let it pass as a smaller file
            raise RuntimeError(f"{self._taken} + {self._written} rows written, {counted} staged")

    def _write(self, connection: duckdb.DuckDBPyConnection, sheet: str | None, repeats: list[int]) -> int:
        """Write the rows of `staged` to `target`; how many they are."""
        set_variable(connection, "sheet", "NULL" if sheet is None else literal(sheet))
        set_variable(connection, "repeats", f"{repeats}::INTEGER[]")
        rows = f"COPY ({sql('staging_rows')}) TO {_quoted(str(self._target))} (FORMAT parquet)"
        return int(connection.execute(rows).fetchall()[0][0])


def set_variable(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Give a query its parameter. As a variable: binding a Python value would first import pandas, 0.3 s of a child."""
    connection.execute(f"SET VARIABLE {name} = {value}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def literal(text: str) -> str:
    """A text as SQL that shows none of its characters, which may be the sender's."""
    return f"decode(unhex('{text.encode().hex()}'))"


def escape_field(text: str) -> str:
    """A free text without the characters that end a field or a row."""
    for character, escaped in _ESCAPES:
        if character in text:
            text = text.replace(character, escaped)
    return text


def sql(name: str) -> str:
    return (files("monitor.intake") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _report_repeats(
    connection: duckdb.DuckDBPyConnection, faulty_lines: set[int], column: str, problems: ProblemLog
) -> list[int]:
    """Report every cell named twice; the lines of those that only say the same again."""
    found = connection.execute(sql("repeated_keys"))
    same: list[int] = []
    conflicts: dict[tuple[int, str], list[int]] = defaultdict(list)
    for line, first, *key, is_same in fetched(found):
        text = ", ".join(key)
        if is_same and not faulty_lines.intersection((line, first)):
            same.append(line)
            problems.add("duplicate_same", row=line, column=column, text=text, values={"first": first, "key": text})
        else:
            conflicts[first, text].append(line)
    for (first, text), lines in conflicts.items():
        rows = [first, *lines]
        shown = ", ".join(map(str, rows[:_SHOWN_LINES])) + ("…" if len(rows) > _SHOWN_LINES else "")
        for row in rows:
            problems.add("duplicate_conflict", row=row, column=column, text=text, values={"rows": shown, "key": text})
    return same


def fetched(found: duckdb.DuckDBPyConnection) -> Iterable[tuple[Any, ...]]:
    while rows := found.fetchmany(_FETCHED):
        yield from rows
