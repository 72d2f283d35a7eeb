"""The owner lends its open store to commands of the same machine and user, so that they need not open it themselves.

Each borrower (borrowed.py) has a connection to the loopback address and a thread here, so that one that stalls stops
nobody. It sends which packaged statement is to be run, never its text. What it began and does not end, because it died
or was silent for a minute, or asked nothing in a transaction for ten, is rolled back. Whoever has not proven yet that
it knows the token takes no borrower's room, and gives way to whoever comes later.
"""

from __future__ import annotations

import logging
import math
import os
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import islice
from typing import Any

import duckdb

from .audit import Note
from .errors import StoreError, StoreFatal
from .owner import Owner, Ownership
from .reading import Reading
from .store import Store
from .transaction import Transaction
from .wire import Message, Wire, WireError, greet_as_owner

SILENCE_SECONDS = 60.0
"""So long a borrower that keeps others waiting may say nothing; one at work says every few seconds that it is."""
WORKLESS_SECONDS = 600.0
"""So long a transaction may ask nothing, signs of life or not: a command that hangs would else stop all writers."""
_IDLE_SECONDS = 3600.0  # one that keeps nobody waiting
_LEAVE_SECONDS = 5.0  # a stop waits so long for those at work; what is cut off later is rolled back
_BORROWERS = 64  # connections at the same time, further ones wait
_STRANGERS = 64  # connections that are being greeted; a borrower's takes milliseconds
_STATEMENT = re.compile(r"([a-z_]+/)+sql/[a-z0-9_]+\.sql")
_PACKAGE = files(__package__.partition(".")[0])
_log = logging.getLogger("monitor.store")


@contextmanager
def lending(store: Store, ownership: Ownership, version: str) -> Iterator[None]:
    """Lend the store to the end of the block, and say so in the owner's file. Raises OSError."""
    lender = _Lender(store, secrets.token_hex(32))
    lender.start()
    try:
        ownership.tell(Owner(os.getpid(), version, lender.port, lender.token))
        yield
    finally:
        lender.stop()


class _Lender:
    def __init__(self, store: Store, token: str) -> None:
        self.token = token
        self._store = store
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=_BORROWERS)
        self.port = int(self._listener.getsockname()[1])
        self._room = threading.BoundedSemaphore(_BORROWERS)
        self._guests: set[_Guest] = set()
        self._strangers: dict[_Guest, None] = {}  # those of them who are being greeted, in the order they came
        self._changing = threading.Lock()
        self._is_stopping = False

    def start(self) -> None:
        threading.Thread(target=self._listen, name="lending", daemon=True).start()

    def stop(self) -> None:
        """Nobody new comes in; those at work get a few seconds to end."""
        self._is_stopping = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # which ends the waiting for the next one
        self._listener.close()
        until = time.monotonic() + _LEAVE_SECONDS
        with self._changing:
            guests = list(self._guests)
        for guest in guests:
            guest.leave(until)
        for guest in guests:
            guest.join(max(0.0, until + 1 - time.monotonic()))

    def _listen(self) -> None:
        while not self._is_stopping:
            try:
                self._let_in()
            except (OSError, RuntimeError) as error:  # no more descriptors or threads: others leave some day
                if not self._is_stopping:
                    _log.warning("a borrower could not be let in: %s", error)
                    time.sleep(1)

    def _let_in(self) -> None:
        """The next one, in place of the one who has been greeted longest where there are many. Raises OSError,
        RuntimeError."""
        connected, _ = self._listener.accept()
        guest = _Guest(self._store, Wire(connected), self)
        with self._changing:
            guest.start()
            self._guests.add(guest)
            self._strangers[guest] = None
            if len(self._strangers) > _STRANGERS:
                slowest = next(iter(self._strangers))
                del self._strangers[slowest]
                slowest.cut_off()

    @contextmanager
    def room_for(self, guest: _Guest) -> Iterator[None]:
        """One that knows the token waits for its room, and leaves it at the end of the block."""
        with self._changing:
            self._strangers.pop(guest, None)
        with self._room:
            yield

    def left(self, guest: _Guest) -> None:
        with self._changing:
            self._guests.discard(guest)
            self._strangers.pop(guest, None)


class _Guest(threading.Thread):
    """One borrower's connection: answers its messages one after another, in the order of its `with` blocks."""

    def __init__(self, store: Store, wire: Wire, lender: _Lender) -> None:
        super().__init__(name="borrower", daemon=True)
        self._store, self._wire, self._lender = store, wire, lender
        self._answers: dict[int, Iterator[tuple[Any, ...]]] = {}
        self._answering = threading.RLock()  # held until what was begun is answered

    def run(self) -> None:
        try:
            greet_as_owner(self._wire, self._lender.token, _greeting(self._store))
            with self._lender.room_for(self):
                self._attend(self._store, _IDLE_SECONDS)
        except WireError as gone:
            _log.debug("a borrower left: %s", gone)
        except Exception:
            _log.exception("a borrower was sent away")
        finally:
            self._wire.close()
            self._lender.left(self)

    def cut_off(self) -> None:
        """At once; its thread ends by itself."""
        self._wire.hang_up()

    def leave(self, until: float) -> None:
        """Cut it off, after what it is at where that ends by `until` (seconds of the monotonic clock)."""
        is_at_rest = self._answering.acquire(timeout=max(0.0, until - time.monotonic()))
        self._wire.hang_up()
        if is_at_rest:
            self._answering.release()

    def _attend(self, asked: Store | Reading | Transaction | None, seconds: float, workless: float = math.inf) -> bool:
        """Answer until the borrower ends its block; whether it ends it well.

        Raises WireError, also for one silent for `seconds`, or that only says for `workless` that it is at work.
        """
        until = time.monotonic() + workless
        while (left := until - time.monotonic()) > 0:
            self._wire.be_patient(min(seconds, left))
            message = self._wire.receive()
            if message.get("do") == "end":
                return bool(message.get("well"))
            if message.get("do") != "wait":
                self._answer(message, asked)
                until = time.monotonic() + workless
        raise WireError("it asked nothing for too long")

    def _answer(self, message: Message, asked: Any) -> None:
        with self._answering:
            try:
                reply = self._do(message, asked)
            except WireError:
                raise
            except Exception as error:
                reply = {"error": _told(error)}
            self._wire.send(reply)

    def _do(self, message: Message, asked: Any) -> Message:
        match message["do"]:
            case "ask":
                return self._rows(asked.ask_each(*_statement(message)), message["at_once"])
            case "next":
                return self._rows(self._answers.pop(message["answer"]), message["at_once"])
            case "forget":
                getattr(self._answers.pop(message["answer"], None), "close", lambda: None)()
                return {}
            case "frame":
                frame = asked.ask_frame(*_statement(message))
                return {"names": list(frame.columns), "rows": list(frame.itertuples(index=False, name=None))}
            case "run":
                return {"rows": asked.run(*_statement(message))}
            case "columns":
                return {"columns": asked.columns(*_statement(message))}
            case "moment":
                return {"moment": asked.moment()}
            case "note":
                asked.note(message["action"], **message["said"])
                return {}
            case "versions":
                return {"data": asked.data_version(), "event": asked.event_version()}
            case "head":
                return {"head": asked.audit_head().line()}
            case "copy":
                return self._copy()
            case "publish":
                return {"path": str(self._store.publish_to_staging(message["known"], self._tell))}
            case "transaction":
                return self._transact()
            case "reading":
                return self._read()
            case "alone":
                return self._be_alone(message["what"], wait=message["wait"])
            case unknown:
                raise ValueError(f"no borrower may ask for {unknown!r}")

    def _rows(self, rows: Iterator[tuple[Any, ...]], at_once: int) -> Message:
        """Some rows, and where there may be more, under which number they are had."""
        some = list(islice(rows, at_once))
        if len(some) < at_once:
            return {"rows": some, "answer": None}
        number = max(self._answers, default=0) + 1
        self._answers[number] = rows
        return {"rows": some, "answer": number}

    def _transact(self) -> Message:
        with self._store.transaction() as transaction:
            self._wire.send({})
            if not self._attend(transaction, SILENCE_SECONDS, WORKLESS_SECONDS):
                transaction.abandon()
        if not transaction.abandoned:
            self._store.tell(transaction.notes)
        return {}

    def _read(self) -> Message:
        with self._store.reading() as at_one_moment:
            self._wire.send({})
            self._attend(at_one_moment, _IDLE_SECONDS)
        return {}

    def _be_alone(self, what: str, *, wait: bool) -> Message:
        with self._store.alone(what, wait=wait) as is_alone:
            try:
                self._wire.send({"alone": is_alone})
                self._attend(None, SILENCE_SECONDS)
            finally:
                self._store.tell([Note(what, "borrower")])
        return {}

    def _tell(self, zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
        self._wire.send({"told": [zh, en], "done": done, "total": total})

    def _copy(self) -> Message:
        made = self._store.copy_to_staging(self._tell)
        tables = {name: list(about) for name, about in made.tables.items()}
        return {"path": str(made.path), "head": made.head.line(), "tables": tables, "level": made.level}


def _greeting(store: Store) -> Message:
    audit = None if store.audit_folder is None or store.audit_folder.path is None else str(store.audit_folder.path)
    return {"store": str(store.path), "staging": str(store.staging_folder), "audit": audit}


def _statement(message: Message) -> tuple[Traversable, dict[str, object]]:
    """A packaged statement by its place in the program. Raises ValueError for anything else."""
    name = message["sql"]
    if not isinstance(name, str) or not _STATEMENT.fullmatch(name):
        raise ValueError(f"{name!r} is no statement of this program")
    return _PACKAGE.joinpath(*name.split("/")), message["with"]


def _told(error: Exception) -> Message:
    """An error as the borrower raises it again: a StoreError, DuckDB's own, else what went wrong here."""
    match error:
        case StoreError():
            return {"code": error.code, "zh": error.zh, "en": error.en, "pid": error.pid}
        case StoreFatal():  # the owner ends and is started again; the borrower has only lost what it was doing
            return {"code": "machine", "zh": error.zh, "en": error.en, "pid": None}
        case duckdb.Error():
            return {"duckdb": type(error).__name__, "text": str(error)}
        case _:
            _log.error("a borrower's question failed", exc_info=error)
            return {"text": f"{type(error).__name__}: {error}"}
