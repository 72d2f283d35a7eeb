"""The numbered steps (`migrations/NNNN_name.sql`) that bring a store to this program's structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

import duckdb

from .errors import foreign_store, newer_store, older_store

SQL = files(__package__) / "sql"


@dataclass(frozen=True)
class Migration:
    number: int
    name: str
    text: str


def known_migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """All steps in order; their numbers are 1, 2, … without a gap (ValueError otherwise: a packaging fault)."""
    folder = folder or files(__package__) / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    steps = tuple(
        Migration(int(name[:4]), name.removesuffix(".sql"), (folder / name).read_text(encoding="utf-8"))
        for name in names
    )
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, …: {names}")
    return steps


def migrate(
    connection: duckdb.DuckDBPyConnection,
    where: str,
    now: datetime,
    *,
    read_only: bool,
    folder: Traversable | None = None,
    before: Callable[[], None] | None = None,
) -> int:
    """Apply the steps that are missing, each in a transaction of its own with a checkpoint right after it.

    An empty store takes them all in one transaction, with one checkpoint: it is whole or still empty.

    `before`: called once before the first step on a store that has been in use; nothing is applied where it raises.
    Returns how many were applied. Raises StoreError when the file is another program's, was written by a newer
    program, or needs a step and is open read-only.
    """
    steps = known_migrations(folder)
    tables = {row[0] for row in connection.execute(_sql("tables.sql")).fetchall()}
    if tables and "migration" not in tables:
        raise foreign_store(where)
    applied = {row[0] for row in connection.execute(_sql("migrations_applied.sql")).fetchall()} if tables else set()
    if unknown := applied - {step.number for step in steps}:
        raise newer_store(where, f"migration {max(unknown)}")
    missing = [step for step in steps if step.number not in applied]
    if missing and read_only:
        raise older_store(where, len(missing))
    if missing and applied and before is not None:
        before()
    for steps_at_once in [[step] for step in missing] if tables else [missing]:
        _apply(connection, steps_at_once, now)
    return len(missing)


def _apply(connection: duckdb.DuckDBPyConnection, steps: Sequence[Migration], now: datetime) -> None:
    connection.begin()
    try:
        connection.execute(_sql("migration_table.sql"))
        for step in steps:
            connection.execute(step.text)
            record = {"number": step.number, "name": step.name, "applied_at": now}
            connection.execute(_sql("migration_record.sql"), record)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    # a log with DDL in it is the known weak spot of replay, so none is left behind
    connection.execute("CHECKPOINT")


def _sql(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")
