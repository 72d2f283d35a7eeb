"""A consistent copy of the database while others read and write it: all tables at one moment, with their fingerprints.

Copying the files of a database that is open breaks one time in fifteen, so the copy is made from inside: one reading
transaction fills an empty database of the same structure. Neither readers nor the writer wait for it.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from monitor.progress import Telling, untold

from .audit_chain import read_end
from .audit_folder import FIRST_MAC, Head
from .errors import StoreError, working_error
from .migrations import SQL, known_migrations
from .transaction import execute, roll_back, text_of

COPY_PREFIX = "ingest-copy-"  # cleared at the next opening like whatever else a killed process left
ROOM = 64 * 1024 * 1024
"""Bytes that must be free beside the size of the database, before a copy is begun."""

Tables = Mapping[str, tuple[int, str]]
"""Table → how many rows it has, and their fingerprint (see fingerprint_of)."""


@dataclass(frozen=True)
class StoreCopy:
    """`path`: the copy, alone in a folder of the staging folder; whoever asked for it takes it away (`discard`).

    `head`: the end of the audit log, `tables`: what each table holds, `level`: the last migration, all at the copy's
    moment.
    """

    path: Path
    head: Head
    tables: Tables
    level: int

    def discard(self) -> None:
        """Remove what is left of it. Harmless when it is gone."""
        shutil.rmtree(self.path.parent, ignore_errors=True)


def copy_database(
    connection: duckdb.DuckDBPyConnection, file: Path | None, staging: Path, told: Telling = untold
) -> StoreCopy:
    """Copy the database that the connection has open into a new folder of `staging`, which SQL may write to.

    `file`: of the database, None for one in memory. The store may be of any migration up to the last.

    Raises StoreError, StoreFatal; no copy is left then.
    """
    folder: Path | None = None
    try:
        _need_room(file, staging)
        folder = Path(tempfile.mkdtemp(prefix=COPY_PREFIX, dir=staging))
        copy = folder / "monitor.duckdb"
        with connection.cursor() as cursor:
            levels = [int(row[0]) for row in execute(cursor, SQL / "migrations_applied.sql").fetchall()]
            make_empty(copy, levels)
            head, tables = _fill(cursor, copy, told)
        return StoreCopy(copy, head, tables, max(levels))
    except BaseException as error:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, duckdb.Error) and (problem := working_error(error)) is not error:
            raise problem from error
        if isinstance(error, OSError):
            raise _no_copy(staging, error.strerror or str(error)) from error
        raise


def tables_of(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of all tables of the file itself. Raises as `execute`."""
    return [str(row[0]) for row in execute(cursor, SQL / "own_tables.sql").fetchall()]


def fingerprint_of(cursor: duckdb.DuckDBPyConnection, table: str) -> tuple[int, str]:
    """How many rows the table has, and a text that is equal for equal rows in whatever order.

    Only texts of the same version of DuckDB can be compared. Raises duckdb.Error.
    """
    rows = cursor.execute(filled("table_fingerprint", table=quoted(table))).fetchall()
    return int(rows[0][0]), f"{int(rows[0][1]):032x}"


def filled(sql: str, **parts: str) -> str:
    """The text of a packaged statement about tables or files, whose names cannot be parameters."""
    return text_of(SQL / f"{sql}.sql").format(**parts)


def quoted(name: str) -> str:
    """A table's or a column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def path_text(path: Path) -> str:
    """A path as SQL writes it."""
    return "'" + str(path).replace("'", "''") + "'"


def _need_room(file: Path | None, staging: Path) -> None:
    """A disk that runs full in the middle harms no copy, but whoever writes meanwhile would meet it too."""
    files = [] if file is None else [file, file.with_name(f"{file.name}.wal")]
    needed, free = sum(one.stat().st_size for one in files if one.exists()) + ROOM, shutil.disk_usage(staging).free
    if free < needed:
        raise _no_copy(staging, f"{free // 10**6} MB < {needed // 10**6} MB")


def _no_copy(staging: Path, reason: str) -> StoreError:
    return StoreError(
        "machine",
        f"无法在 {staging} 中复制数据库（{reason}）；请检查磁盘空间和权限",
        f"the store cannot be copied into {staging} ({reason}): check disk space and permissions",
    )


def make_empty(path: Path, levels: Sequence[int]) -> None:
    """A database of the structure that these migrations make, without a row, not even of theirs."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(text_of(SQL / "migration_table.sql"))
        for step in known_migrations():
            if step.number in levels:
                connection.execute(step.text)
    path.chmod(0o600)


def _fill(cursor: duckdb.DuckDBPyConnection, path: Path, told: Telling) -> tuple[Head, Tables]:
    name = f"copy_{secrets.token_hex(8)}"
    cursor.execute(filled("copy_attach", path=path_text(path), copy=name))
    try:
        cursor.begin()
        names = tables_of(cursor)
        head = read_end(cursor)[0] if "audit" in names else Head(0, FIRST_MAC, 0, None)
        tables: dict[str, tuple[int, str]] = {}
        for done, table in enumerate(names):
            told(f"复制表 {table}", f"copying table {table}", done=done, total=len(names))
            cursor.execute(filled("copy_table", copy=name, table=quoted(table)))
            tables[table] = fingerprint_of(cursor, table)
        cursor.commit()
        cursor.execute(filled("copy_checkpoint", copy=name))
    except BaseException:
        roll_back(cursor)
        with suppress(duckdb.Error):
            cursor.execute(filled("copy_detach", copy=name))
        raise
    cursor.execute(filled("copy_detach", copy=name))
    return head, tables
