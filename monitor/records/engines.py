"""What the questions are put to: DuckDB in this process, locked, or Spark through its Connect server.

An engine is opened over one table of records, which it shows under the name `records`, and answers texts that mean the
same on both. Its answers are whole numbers, decimals, texts and days, never floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from monitor.catalogue.records import sql_type
from monitor.store.switches import switches

from .errors import RecordsError
from .folder import Folder
from .texts import quoted, text_of

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    """A folder as one table: the `columns` that are wanted, by their declared types.

    `parted`: those that only the names of folders tell (`column=value`).
    """

    folder: Folder
    columns: Mapping[str, str]
    parted: frozenset[str]

    @property
    def casts(self) -> str:
        """Each column in its declared type; only the texts of folders' names can fail."""
        return ", ".join(f"CAST({name} AS {sql_type(kind)}) AS {name}" for name, kind in self.columns.items())


@dataclass(frozen=True)
class Engine:
    """`name`: what it is and of which version. `ask` raises RecordsError."""

    name: str
    ask: Callable[[str], Rows]


Opening = Callable[[Table], AbstractContextManager[Engine]]


@dataclass(frozen=True)
class Machine:
    """What DuckDB may take. `spill`: where what does not fit into memory goes meanwhile."""

    memory_bytes: int
    threads: int
    spill: Path


@contextmanager
def locked(folder: Path, machine: Machine) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that reaches the folder of records and its own spill, and whose switches are thrown."""
    connection = duckdb.connect(":memory:", config={"threads": machine.threads})
    try:
        for statement in switches([folder], machine.spill, f"{machine.memory_bytes} bytes"):
            connection.execute(statement)
        yield connection
    finally:
        connection.close()


def on_duckdb(machine: Machine) -> Opening:
    """The engine of one machine."""

    @contextmanager
    def opened(table: Table) -> Iterator[Engine]:
        with locked(table.folder.path, machine) as connection:

            def ask(text: str) -> Rows:
                try:
                    return connection.execute(text).fetchall()
                except duckdb.OutOfMemoryException as error:
                    raise _too_large(machine) from error
                except duckdb.Error as error:
                    raise not_computed(str(error)) from error

            names = ", ".join(quoted(str(file.path)) for file in table.folder.files)
            parted = "true" if table.parted else "false"
            ask(text_of("records").format(columns=table.casts, files=names, parted=parted))
            yield Engine(f"DuckDB {duckdb.__version__}", ask)

    return opened


def not_computed(said: str) -> RecordsError:
    """The engine's own words, of which the first line names the file or the value."""
    line = said.strip().partition("\n")[0][:500]
    return RecordsError(
        "not_computed",
        f"记录无法计算（{line}）；请检查文件是否完整、列的内容是否正确",
        f"the records cannot be computed from ({line}): check whether files are whole and what their columns hold",
    )


def _too_large(machine: Machine) -> RecordsError:
    have = machine.memory_bytes // 1_000_000
    return RecordsError(
        "memory",
        f"内存 {have} MB 不够；请加大 MONITOR_COMPUTE_MEMORY_BYTES，或用 Spark 计算",
        f"{have} MB of memory are not enough: raise MONITOR_COMPUTE_MEMORY_BYTES, or compute on Spark",
    )
