"""The staging file: normalised rows as Parquet, which the store takes over whole.

Rows go through a text file of our own making and DuckDB, which also finds cells that are named twice: both scale
to millions of rows in little memory. The text file knows no quotes: fields end with U+001F, rows with a line feed,
and what a note may hold of these is escaped (DuckDB's reading of quoted line ends cannot be relied on).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
    """Collects the rows of one file in `work` (text); `finish` turns them into Parquet."""

    def __init__(self, work: Path, spill: Path) -> None:
        self._work = work
        self._spill = spill
        self._stream = work.open("w", encoding="utf-8", newline="")
        self.count = 0

    def add(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Rows as `rows.STAGED_COLUMNS`, text, "" for none; free texts through `escape_field`."""
        if rows:
            self._stream.write("\n".join(map(_FIELD_END.join, rows)) + "\n")
            self.count += len(rows)

    def finish(
        self, target: Path, sheet: str | None, faulty_lines: set[int], column: str, problems: ProblemLog, memory: int
    ) -> None:
        """Report cells named twice; write `target` when the file has no error.

        `column`: the header under which repeats are reported; `memory`: bytes DuckDB may use.
        """
        self._stream.close()
        if not self.count:
            return
        import duckdb

        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": f"{memory // 1024}KiB",
            "temp_directory": str(self._spill),
        }
        with duckdb.connect(config=config) as connection:
            _set(connection, "path", _quoted(str(self._work)))
            connection.execute(f"CREATE TABLE staged AS {_sql('stage_rows')}")
            counted = connection.execute("SELECT COUNT(*) FROM staged").fetchall()[0][0]
            if counted != self.count:  # would be a defect of ours; never let it pass as a smaller file
                raise RuntimeError(f"{self.count} rows written, {counted} staged")
            repeats = _report_repeats(connection, faulty_lines, column, problems)
            if not problems.blocked:
                self._write(connection, target, sheet, repeats)

    def _write(
        self, connection: duckdb.DuckDBPyConnection, target: Path, sheet: str | None, repeats: list[int]
    ) -> None:
        _set(connection, "sheet", "NULL" if sheet is None else _hidden(sheet))
        _set(connection, "repeats", f"{repeats}::INTEGER[]")
        connection.execute(f"COPY ({_sql('staging_rows')}) TO {_quoted(str(target))} (FORMAT parquet)")


def _set(connection: duckdb.DuckDBPyConnection, name: str, literal: str) -> None:
    """Give a query its parameter. As a variable: binding a Python value would first import pandas, 0.3 s of a child."""
    connection.execute(f"SET VARIABLE {name} = {literal}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _hidden(text: str) -> str:
    """A text of the sender's as SQL that shows none of its characters."""
    return f"decode(unhex('{text.encode().hex()}'))"


def escape_field(text: str) -> str:
    """A free text without the characters that end a field or a row."""
    for character, escaped in _ESCAPES:
        if character in text:
            text = text.replace(character, escaped)
    return text


def _sql(name: str) -> str:
    return (files("monitor.intake") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _report_repeats(
    connection: duckdb.DuckDBPyConnection, faulty_lines: set[int], column: str, problems: ProblemLog
) -> list[int]:
    """Report every cell named twice; the lines of those that only say the same again."""
    found = connection.execute(_sql("repeated_keys"))
    same: list[int] = []
    conflicts: dict[tuple[int, str], list[int]] = defaultdict(list)
    for line, first, *key, is_same in _fetched(found):
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


def _fetched(found: duckdb.DuckDBPyConnection) -> Iterable[tuple[Any, ...]]:
    while rows := found.fetchmany(_FETCHED):
        yield from rows
