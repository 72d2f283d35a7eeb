"""The open store: one DuckDB file, one owner process, a cursor for each question, one writer at a time.

Reading is `Store.ask`, writing is `Store.transaction`; both take SQL as packaged `.sql` files with `$named`
parameters. Moments may be given with a zone; rows hold them as UTC without one.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakValueDictionary

import duckdb

from monitor.progress import Telling, untold

from .audit import Note, make_note
from .audit_chain import Chain
from .audit_folder import AuditFolder, Head
from .audit_opening import open_chain
from .copying import StoreCopy, copy_database
from .erasures import settle
from .errors import StoreError, StoreFatal, working_error
from .migrations import SQL
from .opening import INGEST_PREFIX, SPILL, BeforeMigration, clear, connect, prepare_folder
from .publishing import write_to_staging
from .reading import Reading, frame_of, reading, rows_of
from .times import to_stored, utc_now
from .transaction import Rows, Transaction, execute, roll_back

if TYPE_CHECKING:
    import pandas

__all__ = ["INGEST_PREFIX", "SPILL", "Reading", "Rows", "Store", "StoreError", "StoreFatal", "Transaction"]

_log = logging.getLogger("monitor.store")

_open_stores: WeakValueDictionary[Path, Store] = WeakValueDictionary()
_open_lock = threading.Lock()


class Store:
    """See the module. `path` is None for `:memory:`; `received_folder` and `audit_folder` then are None too."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        path: Path | None,
        staging_folder: Path,
        *,
        read_only: bool,
        clock: Callable[[], datetime],
        chain: Chain | None,
    ) -> None:
        self.path, self.staging_folder, self.read_only = path, staging_folder, read_only
        self._connection: duckdb.DuckDBPyConnection | None = connection
        self._clock = clock
        self._chain = chain
        self.audit_folder: AuditFolder | None = None
        self._writing = threading.RLock()
        self._in_transaction = False
        self._prepare: Callable[[int], None] | None = None
        self._hearers: list[Callable[[Sequence[Note]], None]] = []
        self._alone: dict[str, threading.Lock] = {}
        self._pid = os.getpid()
        self._data_version, self._event_version = 0, 0
        self._data_version, self._event_version = self._read_versions()

    @classmethod
    def open(
        cls,
        path: Path | Literal[":memory:"],
        *,
        read_only: bool = False,
        allowed_directories: Sequence[Path] = (),
        audit_folder: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
        before_migration: BeforeMigration | None = None,
        memory_bytes: int | None = None,
    ) -> Store:
        """Open the file, or make it, and bring it to this program's structure.

        `allowed_directories`: further folders (backup, export, published) that SQL may read and write.
        `audit_folder`: where the key and the head of the audit log are, `audit` beside the file by default.
        `before_migration`: is given a copy of a store that this program is about to change.
        `memory_bytes`: what the database may take, `switches.MEMORY_BYTES` by default.
        Raises StoreError: in use by another process (its pid named), newer than this program, damaged, no permission,
        less in it than the head of its audit log says; nothing is compared when it is opened read-only.
        """
        if path == ":memory:":
            staging = Path(tempfile.mkdtemp(prefix="monitor-staging-"))
            connection = connect(Path(path), staging, allowed_directories, read_only=False, clock=clock)
            chain = open_chain(connection, AuditFolder(None, path), to_stored(clock()))
            return cls(connection, None, staging, read_only=False, clock=clock, chain=chain)
        file = Path(path).absolute()
        with _open_lock:
            if file.resolve() in _open_stores:
                raise StoreError(
                    "already_open",
                    f"本进程已打开数据库 {file}；请使用已打开的那一个。",
                    f"this process has the store {file} open already: use that one",
                    pid=os.getpid(),
                )
            staging = file.parent / "staging"
            if not read_only:
                prepare_folder(file, staging, clock)
            connection = connect(
                file,
                staging,
                allowed_directories,
                read_only=read_only,
                clock=clock,
                before_migration=before_migration,
                memory_bytes=memory_bytes,
            )
            if not read_only:
                clear(staging)
            try:
                audit = AuditFolder.of(file, audit_folder)
                sealed = None if read_only else open_chain(connection, audit, to_stored(clock()))
                store = cls(connection, file, staging, read_only=read_only, clock=clock, chain=sealed)
                store.audit_folder = audit
                if not read_only:
                    settle(store, store.received_folder)
            except BaseException:
                connection.close()
                raise
            _open_stores[file.resolve()] = store
            return store

    def copy_to_staging(self, told: Telling = untold) -> StoreCopy:
        """A copy of the database as it is at one moment, in the staging folder; others go on reading and writing.

        Raises StoreError (no room, a fault of the machine), StoreFatal; no copy is left then.
        """
        with self._cursor() as cursor:
            return copy_database(cursor, self.path, self.staging_folder, told)

    def publish_to_staging(self, known: Mapping[str, str], told: Telling = untold) -> Path:
        """What is published of one moment, in a new folder of the staging folder that whoever asked takes away.

        `known`: the months that need not be written, as publishing.py has them. Raises as `copy_to_staging`, OSError.
        """
        with self._cursor() as cursor:
            return write_to_staging(cursor, self.staging_folder, known, told)

    @property
    def received_folder(self) -> Path | None:
        """Where the files lie as they were received, each named by its receipt; none for `:memory:`."""
        return None if self.path is None else self.path.parent / "received"

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        """The rows of one query, on a cursor of its own; DECIMAL comes as Decimal, TIMESTAMP as UTC without zone.

        Raises StoreFatal when the database has given up, StoreError when the machine fails; a mistake in the
        query comes as DuckDB's own error.
        """
        with self._cursor() as cursor:
            return execute(cursor, sql, parameters).fetchall()

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = 5000
    ) -> Iterator[tuple[Any, ...]]:
        """As `ask`, row by row, for so many that they should not all be in memory."""
        with self._cursor() as cursor:
            yield from rows_of(execute(cursor, sql, parameters), at_once)

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pandas.DataFrame:
        """As `ask`, with the names of the columns; every value as `ask` gives it, so figures stay exact."""
        with self._cursor() as cursor:
            return frame_of(execute(cursor, sql, parameters))

    def ask_columns(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        """As `ask`, the columns as numpy arrays by name, masked where NULL; for hundreds of thousands of numbers."""
        with self._cursor() as cursor:
            return execute(cursor, sql, parameters).fetchnumpy()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Several questions of one moment: what is committed meanwhile shows in none of them. Writers go on."""
        with reading(self._cursor, self._chain.still() if self._chain is not None else nullcontext()) as at_one_moment:
            yield at_one_moment

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One write: commits at the end of the block, rolls back when it raises. Writers wait for each other.

        Raises StoreError when the commit fails (nothing is written then) or the store is read-only.
        """
        self._need_writable()
        with self._writing, self._cursor() as cursor:
            if self._in_transaction:
                raise RuntimeError("a transaction is open in this thread already")
            self._in_transaction = True
            try:
                yield from self._transact(cursor)
            finally:
                self._in_transaction = False

    def _transact(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[Transaction]:
        transaction = Transaction(cursor, self._clock)
        try:
            cursor.begin()
            yield transaction
            if transaction.abandoned:
                cursor.rollback()
                return
            self._commit(cursor, transaction.notes, "new")
        except BaseException as error:
            roll_back(cursor)
            if isinstance(error, duckdb.Error) and (problem := working_error(error)) is not error:
                raise problem from error
            raise
        self._publish(*self._read_versions())

    def _commit(self, cursor: duckdb.DuckDBPyConnection, notes: Sequence[Note], events: Literal["none", "new"]) -> None:
        if self._chain is None:
            raise RuntimeError("a store that is open read-only commits nothing")
        with self._chain.sealing(cursor, notes, to_stored(self._clock()), events=events):
            cursor.commit()

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
        """As `Transaction.note`, at once: it waits for no writer, only for a commit under way, and changes no version.

        Raises StoreError when it cannot be written or the store is read-only.
        """
        self._need_writable()
        noted = make_note(action, by, object, detail, before, after)
        with self._cursor() as cursor:
            try:
                cursor.begin()
                self._commit(cursor, [noted], "none")
            except BaseException as error:
                roll_back(cursor)
                if isinstance(error, duckdb.Error) and (problem := working_error(error)) is not error:
                    raise problem from error
                raise

    def audit_head(self) -> Head:
        """The end of the audit log. Raises StoreError when the store is read-only, and so has none in memory."""
        self._need_writable()
        assert self._chain is not None
        return self._chain.head()

    def _need_writable(self) -> None:
        if self.read_only:
            raise StoreError(
                "read_only",
                f"数据库 {self.path} 以只读方式打开，不能写入。",
                f"the store {self.path} is open read-only",
            )

    def _read_versions(self) -> tuple[int, int]:
        before = {"version": self._data_version, "event": self._event_version}
        version, event = self.ask(SQL / "versions_since.sql", before)[0]
        return int(version), int(event)

    def _publish(self, version: int, last_event: int) -> None:
        if self._prepare is not None and version != self._data_version:
            try:
                self._prepare(version)
            except Exception:  # what was written stays written; whoever asks next works it out, or is told why not
                _log.exception("nothing could be prepared for data version %s", version)
        self._data_version, self._event_version = version, last_event

    def prepare_with(self, prepare: Callable[[int], None]) -> None:
        """Let `prepare` work out answers for each new data version before data_version() tells of it.

        It runs in the thread that wrote, which waits for it; everybody else goes on with the answers of the version
        before. What it raises is logged.
        """
        self._prepare = prepare

    def hear_with(self, hear: Callable[[Sequence[Note]], None]) -> None:
        """Let `hear` know what a borrower (lending.py) did, for what this process keeps in memory of the store.

        It gets the notes of each of its transactions, right after it, and at the end of each `alone` a note with the
        name of that as its action. What it raises is logged.
        """
        self._hearers.append(hear)

    def tell(self, notes: Sequence[Note]) -> None:
        """Let everybody who listens know what a borrower did."""
        for hear in self._hearers:
            try:
                hear(notes)
            except Exception:  # what was written stays written
                _log.exception("what a borrower did was not heard")

    @contextmanager
    def alone(self, what: str, *, wait: bool = True) -> Iterator[bool]:
        """Whether the caller is the only one at `what`, borrowers included, to the end of the block.

        `wait`: until it is. For work beside the store (files, mails) that two may not do at once.
        """
        lock = self._alone.setdefault(what, threading.Lock())
        is_alone = lock.acquire(blocking=wait)
        try:
            yield is_alone
        finally:
            if is_alone:
                lock.release()

    def data_version(self) -> int:
        """Changes with every acceptance and every configuration, and with nothing else; the key of every cache."""
        return self._data_version

    def event_version(self) -> int:
        """Changes with every event, never before data_version(): the key of whatever shows the reporting cycle."""
        return self._event_version

    def now(self) -> datetime:
        """The store's clock, with its zone."""
        return self._clock()

    def close(self) -> None:
        """Wait for the writer, then let the file go. Harmless when closed already."""
        with self._writing:
            connection, self._connection = self._connection, None
            if connection is None:
                return
            if self._chain is not None:
                self._chain.close()
            connection.close()
            if self.path is None:
                shutil.rmtree(self.staging_folder, ignore_errors=True)
                return
        with _open_lock:
            if _open_stores.get(self.path.resolve()) is self:
                del _open_stores[self.path.resolve()]

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = self._connection
        if connection is None:
            raise StoreError("closed", f"数据库 {self.path} 已关闭。", f"the store {self.path} is closed")
        if os.getpid() != self._pid:
            # a forked child's insert is accepted and lost
            raise StoreError(
                "forked",
                f"数据库 {self.path} 由父进程 {self._pid} 打开，子进程不能使用。",
                f"the store {self.path} belongs to the parent process {self._pid}: a forked child may not use it",
                pid=self._pid,
            )
        try:
            cursor = connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()
        except duckdb.Error as error:  # also of what is fetched after a statement has begun to answer
            problem = working_error(error)
            if problem is error:
                raise
            raise problem from error
