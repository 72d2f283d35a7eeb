"""A published version (publishing.py) asked through Spark Connect: the same texts, the same answers, many machines.

For figures that outgrow one machine, never for latency: a question that DuckDB answers in milliseconds takes Spark
half a second. The server and its workers read the version's files where they lie, so each must see the folder at its
path.
Spark's client is imported when a store is opened, and only then.
"""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.progress import Telling, untold

from .audit import make_note, tell_note
from .copying import StoreCopy
from .errors import StoreError
from .manifest import MONTHS, STORE, VERSIONS, Manifest, current_name, read_manifest
from .migrations import SQL
from .reading import Reading, columns_of, named_frame
from .spark_errors import asking_error, missing_file, no_address, no_client, no_server
from .spark_text import for_spark
from .store import Store
from .times import utc_now
from .transaction import Rows, text_of

if TYPE_CHECKING:
    import pandas

_log = logging.getLogger("monitor.store")
_PORT = 15002
_CONNECT_SECONDS = 10.0
_TRIES, _LONGEST_PAUSE_MS = 6, 2000
_TABLES = ("event", "submission", "receipt", "configuration", "snapshot", "issue", "explanation", "remark")
"""What scorecards and exports are asked of, besides observations. Accounts, acts and papers are not for Spark."""
_TYPES = {
    "VARCHAR": "STRING", "BIGINT": "BIGINT", "INTEGER": "INT", "BOOLEAN": "BOOLEAN", "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP_NTZ", "DECIMAL(38,10)": "DECIMAL(38,10)", "DOUBLE": "DOUBLE", "BLOB": "BINARY",
}  # fmt: skip
_SWITCHES = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    # a file that is not there, or is damaged, must be an error and never an answer without its rows
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
}


class SparkStore(Store):
    """As a Store that is open read-only, on the version that CURRENT named when it was opened."""

    def __init__(self, folder: Path, remote: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        """`remote`: sc://host:port of a Connect server. Raises StoreError: no version, no client, no server."""
        self.folder, self.remote = folder.absolute(), remote
        self.path, self.read_only, self.audit_folder = None, True, None
        self._clock = clock
        self.version = current_name(self.folder)
        self.manifest: Manifest = read_manifest(self.folder, self.version)
        self._store = self.folder / VERSIONS / self.version / STORE
        self._need_whole()
        self._session = connected(remote)
        try:
            with self._asking():
                self._show_tables()
        except BaseException:
            self.close()
            raise

    def _need_whole(self) -> None:
        """That the files are there, as long as they were. What is in them Spark reads, not this process."""
        for path, facts in self.manifest.files.items():
            try:
                size = (self._store / path).stat().st_size
            except OSError as fault:
                said = fault.strerror or type(fault).__name__
                raise missing_file(self.version, path, f"无法打开（{said}）", f"cannot be opened ({said})") from None
            if size != facts.bytes:
                zh, en = f"应有 {facts.bytes} 字节，实有 {size}", f"has {size} bytes, not {facts.bytes}"
                raise missing_file(self.version, path, zh, en)

    def _show_tables(self) -> None:
        """The version's files under the names of the tables that they are, with the columns of this program."""
        for name, value in _SWITCHES.items():
            self._session.conf.set(name, value)
        self._session.sql(text_of(SQL / "spark_json_extract_string.sql"))
        columns = _columns()
        months = [path for path in sorted(self.manifest.files) if path.startswith(f"{MONTHS}/")]
        for table, paths in {**{table: [f"{table}.parquet"] for table in _TABLES}, MONTHS: months}.items():
            if paths:
                found = [f"file:{self._store / path}" for path in paths]
                frame = self._session.read.schema(columns[table]).parquet(*found)
            else:
                frame = self._session.createDataFrame([], columns[table])
            frame.createOrReplaceTempView(table)

    # ---- asking

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        return list(_rows(self._answer(sql, parameters), None))

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = 5000
    ) -> Iterator[tuple[Any, ...]]:
        """As `ask`; the whole answer has arrived before its first row is given, so that none is ever half of one."""
        yield from _rows(self._answer(sql, parameters), at_once)

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pandas.DataFrame:
        answer = self._answer(sql, parameters)
        return named_frame(list(answer.column_names), list(_rows(answer, None)))

    def ask_columns(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        return columns_of(self.ask_frame(sql, parameters))

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        yield _SparkReading(self)

    def data_version(self) -> int:
        return self.manifest.data_version

    def event_version(self) -> int:
        return self.manifest.event_version

    def _answer(self, sql: Traversable, parameters: Mapping[str, object] | None) -> Any:
        """A pyarrow table: DECIMAL(38,10), BIGINT, UTC without zone, as the store has them."""
        text, arguments = for_spark(text_of(sql), parameters)
        with self._asking():
            return self._session.sql(text, args=arguments).toArrow()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        if self._session is None:
            raise StoreError("closed", f"{self.folder} 已关闭。", f"{self.folder} is closed")
        import grpc
        from pyspark.errors import PySparkException

        try:
            yield
        except (PySparkException, grpc.RpcError) as error:
            raise asking_error(error, self.remote, str(self._store)) from error

    # ---- what only the owner does

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
        """A line of JSON in the log: a reader has no audit log."""
        tell_note(make_note(action, by, object, detail, before, after), self.version)

    def _need_writable(self) -> None:
        raise StoreError(
            "read_only",
            f"Spark 读取的是已发布的版本 {self.version}，不能写入；请在主服务上操作。",
            f"Spark reads the published version {self.version}, which nobody writes to: do it at the owner",
        )

    def copy_to_staging(self, told: Telling = untold) -> StoreCopy:
        self._need_writable()
        raise AssertionError

    def publish_to_staging(self, known: Mapping[str, str], told: Telling = untold) -> Path:
        self._need_writable()
        raise AssertionError

    def close(self) -> None:
        """Let the server forget the session. Harmless when closed already, and when the server is gone."""
        session, self._session = self._session, None
        if session is not None:
            try:
                session.stop()
            except Exception as error:  # it is gone, and its session with it
                _log.debug("the session of %s was not ended: %s", self.remote, error)


class _SparkReading(Reading):
    """Every question is of the one version in any case."""

    def __init__(self, store: SparkStore) -> None:
        self._store = store

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        return self._store.ask(sql, parameters)

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pandas.DataFrame:
        return self._store.ask_frame(sql, parameters)

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = 5000
    ) -> Iterator[tuple[Any, ...]]:
        return self._store.ask_each(sql, parameters, at_once=at_once)


def connected(remote: str) -> Any:
    """A session of its own, which gives up on a server that is gone within seconds. Raises StoreError."""
    place = urlsplit(remote)
    if place.scheme != "sc" or not place.hostname:
        raise no_address(remote)
    os.environ.setdefault("SPARK_CONNECT_LOG_LEVEL", "critical")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas 3: no figure goes through Spark's use of pandas
            from pyspark.logger import PySparkLogger
            from pyspark.sql.connect.client.retries import DefaultPolicy
            from pyspark.sql.connect.session import SparkSession
    except ImportError:
        raise no_client() from None
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True  # what is wrong is said once, in words
    try:
        socket.create_connection((place.hostname, place.port or _PORT), _CONNECT_SECONDS).close()
    except OSError as fault:
        raise no_server(remote, fault.strerror or str(fault)) from None
    session = SparkSession.builder.remote(remote).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=_TRIES, max_backoff=_LONGEST_PAUSE_MS)])
    return session


def _columns() -> dict[str, str]:
    """The columns of each table, in Spark's words, from the migrations."""
    with Store.open(":memory:") as empty:
        columns = empty.ask(SQL / "spark_columns.sql")
    found: dict[str, list[str]] = {}
    for table, column, kind in columns:
        found.setdefault(table, []).append(f"`{column}` {_TYPES[kind]}")
    return {table: ", ".join(said) for table, said in found.items()}


def _rows(answer: Any, at_once: int | None) -> Iterator[tuple[Any, ...]]:
    for batch in answer.to_batches(max_chunksize=at_once):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
