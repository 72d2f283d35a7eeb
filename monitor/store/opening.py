"""Opening the store's file: its folders, the database's switches, the migrations."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from .copying import StoreCopy, copy_database
from .errors import opening_error
from .migrations import SQL, migrate
from .switches import MEMORY_BYTES, switches
from .times import to_stored
from .transaction import text_of

INGEST_PREFIX = "ingest-"
BeforeMigration = Callable[[StoreCopy], object]
"""What is done with a copy of a store that is about to be migrated; where it raises, nothing is migrated."""
SPILL = INGEST_PREFIX + "spill"  # cleared like whatever else a killed process left


def connect(
    file: Path,
    staging: Path,
    allowed: Sequence[Path],
    *,
    read_only: bool,
    clock: Callable[[], datetime],
    before_migration: BeforeMigration | None = None,
    memory_bytes: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection that reaches nothing but its file and the allowed folders, migrated. `memory_bytes`: the store's."""

    def copy_first() -> None:
        if before_migration is not None:
            before_migration(copy_database(connection, file, staging))

    try:
        connection = duckdb.connect(str(file), read_only=read_only)
    except duckdb.Error as error:
        raise opening_error(file, error) from error
    try:
        ((machine,),) = connection.execute(text_of(SQL / "memory_limit.sql")).fetchall()
        most = memory_bytes or MEMORY_BYTES
        for statement in switches([staging, *allowed], staging / SPILL, machine, most=most):
            connection.execute(statement)
        migrate(connection, str(file), to_stored(clock()), read_only=read_only, before=copy_first)
        # a file that was cut off may show it only when a table is read
        connection.execute(text_of(SQL / "data_version.sql")).fetchall()
    except duckdb.Error as error:
        connection.close()
        raise opening_error(file, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def prepare_folder(file: Path, staging: Path, clock: Callable[[], datetime]) -> None:
    """The data folder, its staging folder and, where there is none yet, a complete empty store.

    A new store is built under another name and linked into place, so that a crash leaves no half-made file and
    two programs that start at once agree on one.
    """
    try:
        for made in (file.parent, staging):  # drafts and hashes of passwords are for nobody else on the machine
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.exists():
            return
        with tempfile.TemporaryDirectory(prefix=".new-store-", dir=file.parent) as folder:
            made = Path(folder) / file.name
            connect(made, staging, (), read_only=False, clock=clock).close()
            made.chmod(0o600)
            try:
                os.link(made, file)
            except FileExistsError:
                return
    except OSError as error:
        raise opening_error(file, error) from error


def clear(staging: Path) -> None:
    """Remove what a killed ingest left; the lock on the file says that nobody else is at work here."""
    for left in staging.glob(INGEST_PREFIX + "*"):
        shutil.rmtree(left, ignore_errors=True)
