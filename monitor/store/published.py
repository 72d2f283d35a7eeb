"""A store that is only read, from published versions (publishing.py): the same questions, asked of Parquet files.

It follows CURRENT. What is under way ends on the version that it began on, also where that is pruned meanwhile: every
file of it is held open. A version that is damaged or of another program is refused in words, and the last good one
stays in force (`warning`).
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from monitor.progress import Telling, untold

from .audit import Note, make_note, tell_note
from .copying import StoreCopy, filled, path_text, quoted
from .erasures import digest_of
from .errors import StoreError, working_error
from .manifest import (
    MONTHS,
    STORE,
    TABLES,
    VERSIONS,
    Manifest,
    current_name,
    damaged_file,
    read_manifest,
)
from .migrations import SQL, migrate
from .reading import Reading
from .store import Store
from .switches import switches
from .times import to_stored, utc_now
from .transaction import execute, text_of

_log = logging.getLogger("monitor.store")
_LOOK_SECONDS = 1.0
_FILLED = tuple(table for table in TABLES if table != "paper")
"""Small tables stand in a file of this process's own, where they are joined three times as fast; papers are large."""
_AGAIN_SECONDS = 10.0  # so long a version that was refused is not looked at again; it may still be copied
_Seen = dict[tuple[int, int, int, int], str]
"""Files that were found to be as their manifest says: device, inode, bytes and time of change → SHA-256."""


class _Served:
    """One version, ready to be asked. Its files are let go when nobody asks it any more."""

    def __init__(self, folder: Path, name: str, staging: Path, memory: int | None, threads: int | None, seen: _Seen):
        self.name, self.manifest = name, read_manifest(folder, name)
        self.seen: _Seen = {}
        own, held = Path(tempfile.mkdtemp(prefix="version-", dir=staging)), ExitStack()
        held.callback(shutil.rmtree, own, ignore_errors=True)
        self._letting_go = weakref.finalize(self, held.close)
        try:
            paths = _hold(folder / VERSIONS / name / STORE, name, self.manifest, held, seen, self.seen)
            self.connection = _connect(own, paths, memory, threads)
            held.callback(self.connection.close)
        except BaseException:
            self._letting_go()
            raise


def _hold(store: Path, name: str, manifest: Manifest, held: ExitStack, seen: _Seen, now: _Seen) -> Mapping[str, str]:
    """Every file of a version, opened and found to be what was published: by its path there, where SQL reads it.

    Raises StoreError.
    """
    paths: dict[str, str] = {}
    for path, facts in manifest.files.items():
        try:
            descriptor = os.open(store / path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as fault:
            why = fault.strerror
            raise damaged_file(name, path, f"无法打开（{why}）", f"cannot be opened ({why})") from None
        held.callback(os.close, descriptor)
        about = os.fstat(descriptor)
        if about.st_size != facts.bytes:
            zh, en = f"应有 {facts.bytes} 字节，实有 {about.st_size}", f"has {about.st_size} bytes, not {facts.bytes}"
            raise damaged_file(name, path, zh, en)
        mark = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
        paths[path] = f"{_HELD}/{descriptor}"
        now[mark] = seen[mark] if mark in seen else digest_of(Path(paths[path]))
        if now[mark] != facts.sha256:
            raise damaged_file(name, path, "与其 SHA-256 不符", "is not what was published (SHA-256)")
    return paths


_HELD = "/proc/self/fd"
"""Where a file that is held open can be opened again, whatever became of its name."""


def _connect(own: Path, paths: Mapping[str, str], memory: int | None, threads: int | None) -> duckdb.DuckDBPyConnection:
    """A database of all tables, with the version's rows under their names, and every door locked but its files'."""
    file = own / "version.duckdb"
    connection = duckdb.connect(str(file))
    try:
        migrate(connection, str(own), to_stored(utc_now()), read_only=False)
        ((had,),) = connection.execute(text_of(SQL / "memory_limit.sql")).fetchall()
        for table in _FILLED:
            connection.execute(
                filled("published_fill", table=quoted(table), path=path_text(Path(paths[f"{table}.parquet"])))
            )
        months = [paths[path] for path in sorted(paths) if path.startswith(f"{MONTHS}/")]
        for table, read in (("observation", months), ("paper", [paths["paper.parquet"]])):
            if read:
                aside = quoted(f"{table}_of_nothing")
                connection.execute(filled("published_aside", table=quoted(table), aside=aside))
                said = "[" + ", ".join(path_text(Path(path)) for path in read) + "]"
                connection.execute(filled("published_view", table=quoted(table), paths=said))
        connection.execute(text_of(SQL / "checkpoint.sql"))
        file.unlink()  # it stays open; a reader that is killed leaves nothing
        limit = had if memory is None else f"{memory} bytes"
        # what was removed has no other name any more; what was not is allowed by its path alone
        files = list(paths.values())
        for statement in switches([own, Path(_HELD)], own / "spill", limit, files=files, threads=threads):
            connection.execute(statement)
    except BaseException as error:
        connection.close()
        if isinstance(error, duckdb.Error) and (problem := working_error(error)) is not error:
            raise problem from error
        raise
    return connection


class Published(Store):
    """As a Store that is open read-only. Each process has its own; any number may have the same folder open.

    `warning`: why a newer version is not served, None where the newest is.
    """

    def __init__(
        self,
        folder: Path,
        *,
        memory_bytes: int | None = None,
        threads: int | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Raises StoreError where there is no version that can be served."""
        self.folder = folder.absolute()
        self.path, self.read_only, self.audit_folder = None, True, None
        self.staging_folder = Path(tempfile.mkdtemp(prefix="monitor-reader-"))
        self._memory, self._threads, self._clock = memory_bytes, threads, clock
        self._chain, self._prepare, self._hearers = None, None, []
        self._alone: dict[str, threading.Lock] = {}
        self._writing = threading.RLock()
        self._pid = os.getpid()
        self._pinned = threading.local()
        self._looking = threading.Lock()
        self._looked_at = time.monotonic()
        self._refused: tuple[str, float] = ("", 0.0)
        self.warning: StoreError | None = None
        try:
            self._served: _Served | None = self._open(current_name(self.folder), {})
        except BaseException:
            shutil.rmtree(self.staging_folder, ignore_errors=True)
            raise

    @classmethod
    def open(cls, folder: Path, **given: object) -> Published:  # type: ignore[override]
        """The newest version of a folder; see the class."""
        return cls(folder, **given)  # type: ignore[arg-type]

    def _open(self, name: str, seen: _Seen) -> _Served:
        return _Served(self.folder, name, self.staging_folder, self._memory, self._threads, seen)

    # ---- asking

    @property
    def version(self) -> str:
        """The name of the version that is asked now."""
        return self._asked().name

    @property
    def manifest(self) -> Manifest:
        """Of the version that is asked now."""
        return self._asked().manifest

    def data_version(self) -> int:
        return self._asked().manifest.data_version

    def event_version(self) -> int:
        return self._asked().manifest.event_version

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """All that this thread asks until the end of the block is asked of one version."""
        outer = self._pinned_one()
        self._pinned.served = outer or self._newest()
        try:
            yield
        finally:
            self._pinned.served = outer

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with self.pinned(), super().reading() as at_one_moment:
            yield at_one_moment

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
        """A line of JSON in the service log: a reader has no audit log."""
        tell_note(make_note(action, by, object, detail, before, after), self.version)

    # ---- the newest version

    def look(self) -> bool:
        """Whether CURRENT names another version now, which is served from here on. Raises nothing for one that cannot
        be: `warning` says why."""
        with self._looking:
            return self._follow()

    def forget_hearers(self) -> None:
        """Nobody who asked to hear of changes hears of them any more."""
        self._hearers = []

    def _follow(self) -> bool:
        self._looked_at = time.monotonic()
        served = self._served
        if served is None:
            return False
        name = ""
        try:
            name = current_name(self.folder)
            if name == served.name:
                self.warning, self._refused = None, ("", 0.0)
                return False
            refused, at = self._refused
            if name == refused and time.monotonic() - at < _AGAIN_SECONDS:
                return False
            following = self._open(name, served.seen)
        except StoreError as fault:
            if self._refused[0] != name:
                _log.error("still serving %s: %s", served.name, fault.en)
            self.warning, self._refused = fault, (name, time.monotonic())
            return False
        self._take_over(served, following)
        return True

    def _take_over(self, served: _Served, following: _Served) -> None:
        changed = _accounts(served.connection) ^ _accounts(following.connection)
        self._pinned.served, outer = following, self._pinned_one()
        try:
            if self._prepare is not None:
                self._prepare(following.manifest.data_version)
        except Exception:  # whoever asks next works it out, or is told why not
            _log.exception("nothing could be prepared for version %s", following.name)
        finally:
            self._pinned.served = outer
        self._served, self.warning, self._refused = following, None, ("", 0.0)
        _log.info("serving version %s (data version %s)", following.name, following.manifest.data_version)
        self.tell([Note("account_changed", "publisher", f"account:{number}") for number, _ in sorted(changed)])

    def _pinned_one(self) -> _Served | None:
        found: _Served | None = getattr(self._pinned, "served", None)
        return found

    def _asked(self) -> _Served:
        return self._pinned_one() or self._newest()

    def _newest(self) -> _Served:
        if time.monotonic() - self._looked_at > _LOOK_SECONDS and self._looking.acquire(blocking=False):
            try:
                self._follow()
            finally:
                self._looking.release()
        served = self._served
        if served is None:
            raise StoreError("closed", f"{self.folder} 已关闭。", f"{self.folder} is closed")
        return served

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        served = self._asked()
        if os.getpid() != self._pid:
            raise StoreError(
                "forked",
                f"{self.folder} 由父进程 {self._pid} 打开，子进程不能使用。",
                f"{self.folder} belongs to the parent process {self._pid}: a forked child may not use it",
                pid=self._pid,
            )
        try:
            with served.connection.cursor() as cursor:
                yield cursor
        except duckdb.Error as error:
            problem = working_error(error)
            if problem is error:
                raise
            raise problem from error

    # ---- what only the owner does

    def _need_writable(self) -> None:
        raise StoreError(
            "read_only",
            f"这是只读副本（版本 {self.version}），不能写入；请在主服务上操作。",
            f"this is a read-only copy (version {self.version}): do it at the owner",
        )

    def copy_to_staging(self, told: Telling = untold) -> StoreCopy:
        self._need_writable()
        raise AssertionError

    def publish_to_staging(self, known: Mapping[str, str], told: Telling = untold) -> Path:
        self._need_writable()
        raise AssertionError

    def close(self) -> None:
        """Let the version go, when what is under way has ended. Harmless when closed already."""
        self._served = None
        shutil.rmtree(self.staging_folder, ignore_errors=True)


def _accounts(connection: duckdb.DuckDBPyConnection) -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        return {
            (int(number), int(version))
            for number, version in execute(cursor, SQL / "published_accounts.sql").fetchall()
        }
