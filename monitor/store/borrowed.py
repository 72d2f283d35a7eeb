"""A store that another process has open and lends (lending.py): the same questions and transactions, asked of it.

Whatever asks works in its own process, with its own files, user and streams; only statements and rows travel.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.progress import Telling, untold

from .asking import ask_long, ask_owner, each_row, frame_from, head_from, note_with, rows_from, statement_of
from .audit_folder import AuditFolder, Head
from .copying import StoreCopy
from .errors import StoreError
from .opening import BeforeMigration
from .owner import Owner, find_owner
from .reading import Reading, columns_of
from .store import Store
from .times import utc_now
from .transaction import Rows, Transaction
from .wire import Message, Wire, WireError, greet_as_borrower

if TYPE_CHECKING:
    import pandas

_AT_ONCE = 5000
_SIGN_OF_LIFE_SECONDS = 15.0
_STARTING_SECONDS = 30.0  # so long an owner may take to open its store and lend it
_LOOK_SECONDS = 0.1


def open_or_borrow(
    path: Path,
    version: str,
    *,
    read_only: bool = False,
    audit_folder: Path | None = None,
    before_migration: BeforeMigration | None = None,
    memory_bytes: int | None = None,
) -> Store:
    """The store, lent by its owner where there is one, else opened as by `Store.open`. `version`: of this program.

    Waits for an owner that is just starting. Raises StoreError as `Store.open`, and for an owner of another version.
    """
    until = time.monotonic() + _STARTING_SECONDS
    while True:
        owner = find_owner(path)
        if owner is not None and owner.port is not None and (lent := _borrow(path, owner, version)) is not None:
            return lent
        if owner is not None and owner.port is None and _lives(owner.pid) and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)  # it is starting: opening the store now would take it away
            continue
        try:
            return Store.open(
                path,
                read_only=read_only,
                audit_folder=audit_folder,
                before_migration=before_migration,
                memory_bytes=memory_bytes,
            )
        except StoreError as error:
            starts = find_owner(path) if error.code == "in_use" else None
            if starts is None or starts.pid != error.pid or time.monotonic() > until:
                raise
        time.sleep(_LOOK_SECONDS)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def _borrow(path: Path, owner: Owner, version: str) -> Borrowed | None:
    """None where nobody lends it: the owner was killed, and another program may have its port by now."""
    try:
        first = _connected(owner)
    except WireError:
        return None
    if owner.version != version:
        first[0].close()
        raise StoreError(
            "other_version",
            f"数据库 {path} 由进程 {owner.pid} 使用，其版本是 {owner.version}，本程序是 {version}；"
            "请用同一版本的程序，或重新启动该进程。",
            f"the store {path} is in use by pid {owner.pid}, which is version {owner.version}, and this is {version}:"
            " use the same version, or start that process again",
            pid=owner.pid,
        )
    return Borrowed(owner, *first)


def _connected(owner: Owner) -> tuple[Wire, Message]:
    """A new connection, greeted. Raises WireError."""
    try:
        wire = Wire(socket.create_connection(("127.0.0.1", owner.port or 0)))
    except OSError as error:
        raise WireError(str(error)) from None
    try:
        return wire, greet_as_borrower(wire, owner.token)
    except BaseException:
        wire.close()
        raise


class Borrowed(Store):
    """As the Store that it is lent from. A connection is held by whoever asks, and kept for the next."""

    def __init__(self, owner: Owner, wire: Wire, greeting: Message, clock: Callable[[], datetime] = utc_now) -> None:
        self.path, self.staging_folder, self.read_only = Path(greeting["store"]), Path(greeting["staging"]), False
        self.audit_folder = AuditFolder(Path(greeting["audit"]), self.path.name) if greeting["audit"] else None
        self._clock = clock
        self._owner = owner
        self._idle, self._holding = [wire], set[Wire]()
        self._changing = threading.Lock()
        self._writing = threading.RLock()
        self._in_transaction = False
        self._hearers = []  # nobody borrows from a borrower
        self._closed = threading.Event()
        threading.Thread(target=self._give_signs_of_life, name="borrowing", daemon=True).start()

    # ---- asking

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        return list(self.ask_each(sql, parameters))

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = _AT_ONCE
    ) -> Iterator[tuple[Any, ...]]:
        with self._asking() as wire:
            yield from each_row(wire, sql, parameters, at_once)

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pandas.DataFrame:
        with self._asking() as wire:
            return frame_from(wire, sql, parameters)

    def ask_columns(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        return columns_of(self.ask_frame(sql, parameters))

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with self._asking() as wire:
            ask_owner(wire, {"do": "reading"})
            yield _LentReading(wire)
            ask_owner(wire, {"do": "end"})

    def data_version(self) -> int:
        with self._asking() as wire:
            return int(ask_owner(wire, {"do": "versions"})["data"])

    def event_version(self) -> int:
        with self._asking() as wire:
            return int(ask_owner(wire, {"do": "versions"})["event"])

    def audit_head(self) -> Head:
        with self._asking() as wire:
            return head_from(ask_owner(wire, {"do": "head"}))

    def copy_to_staging(self, told: Telling = untold) -> StoreCopy:
        with self._asking() as wire:
            reply = ask_long(wire, {"do": "copy"}, told)
        tables = {name: (rows, text) for name, (rows, text) in reply["tables"].items()}
        return StoreCopy(Path(reply["path"]), head_from(reply), tables, reply["level"])

    def publish_to_staging(self, known: Mapping[str, str], told: Telling = untold) -> Path:
        with self._asking() as wire:
            return Path(ask_long(wire, {"do": "publish", "known": dict(known)}, told)["path"])

    # ---- writing

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._writing:
            if self._in_transaction:
                raise RuntimeError("a transaction is open in this thread already")
            self._in_transaction = True
            try:
                with self._asking() as wire, self._hold(wire):
                    ask_owner(wire, {"do": "transaction"})
                    lent = _LentTransaction(wire)
                    yield lent
                    ask_owner(wire, {"do": "end", "well": not lent.abandoned})
            finally:
                self._in_transaction = False

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
        with self._asking() as wire:
            note_with(wire, action, by, object, detail, before, after)

    @contextmanager
    def alone(self, what: str, *, wait: bool = True) -> Iterator[bool]:
        with self._asking() as wire, self._hold(wire):
            yield bool(ask_owner(wire, {"do": "alone", "what": what, "wait": wait})["alone"])
            ask_owner(wire, {"do": "end"})

    # ---- connections

    def close(self) -> None:
        self._closed.set()
        with self._changing:
            idle, self._idle = self._idle, []
        for wire in idle:
            wire.close()

    @contextmanager
    def _asking(self) -> Iterator[Wire]:
        """A connection of one's own. After an exception it is not used again: the owner rolls back what it began.

        Raises StoreError where the owner is gone.
        """
        if self._closed.is_set():
            raise StoreError("closed", f"数据库 {self.path} 已关闭。", f"the store {self.path} is closed")
        with self._changing:
            wire = self._idle.pop() if self._idle else None
        try:
            if wire is None:
                wire = _connected(self._owner)[0]
            yield wire
        except BaseException as error:
            if wire is not None:
                wire.close()
            if isinstance(error, WireError):
                raise self._gone() from error
            raise
        with self._changing:
            self._idle.append(wire)
        if self._closed.is_set():
            self.close()

    @contextmanager
    def _hold(self, wire: Wire) -> Iterator[None]:
        """While others wait for what is done on this connection, the owner is told that this process lives."""
        with self._changing:
            self._holding.add(wire)
        try:
            yield
        finally:
            with self._changing:
                self._holding.discard(wire)

    def _give_signs_of_life(self) -> None:
        while not self._closed.wait(_SIGN_OF_LIFE_SECONDS):
            with self._changing:
                holding = list(self._holding)
            for wire in holding:
                try:
                    wire.send({"do": "wait"})
                except WireError:  # whoever holds it will see
                    continue

    def _gone(self) -> StoreError:
        pid = self._owner.pid
        return StoreError(
            "owner_gone",
            f"正在使用数据库 {self.path} 的进程 {pid} 已停止或不再应答，本次操作未完成；"
            "请稍后重试，已确认的数据不会丢失。",
            f"pid {pid}, which has the store {self.path} open, has stopped or answers no more, and this was not"
            " finished: try again; no acknowledged data is lost",
            pid=pid,
        )


class _LentReading(Reading):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        return list(self.ask_each(sql, parameters))

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = _AT_ONCE
    ) -> Iterator[tuple[Any, ...]]:
        return each_row(self._wire, sql, parameters, at_once)

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pandas.DataFrame:
        return frame_from(self._wire, sql, parameters)


class _LentTransaction(Transaction):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._moment: datetime | None = None
        self.abandoned, self.notes = False, []

    def run(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> Rows:
        return rows_from(ask_owner(self._wire, {"do": "run", **statement_of(sql, parameters)}))

    def columns(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> dict[str, Any]:
        columns: dict[str, Any] = ask_owner(self._wire, {"do": "columns", **statement_of(sql, parameters)})["columns"]
        return columns

    def moment(self) -> datetime:
        if self._moment is None:
            self._moment = ask_owner(self._wire, {"do": "moment"})["moment"]
        assert self._moment is not None
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
        note_with(self._wire, action, by, object, detail, before, after)
