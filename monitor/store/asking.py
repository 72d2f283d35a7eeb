"""What a borrower says to the owner of a store, and how it reads the answer: one message, one reply, one connection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from monitor.progress import Telling

from .audit import make_note
from .audit_folder import Head, read_line
from .errors import StoreError
from .reading import named_frame
from .transaction import Rows
from .wire import Message, Wire

if TYPE_CHECKING:
    import pandas

_PACKAGE = Path(str(files(__package__.partition(".")[0])))


def ask_owner(wire: Wire, message: Message) -> Message:
    """The reply. Raises what the owner met: StoreError, DuckDB's own error, RuntimeError."""
    wire.send(message)
    return _reply(wire)


def ask_long(wire: Wire, message: Message, told: Telling) -> Message:
    """As `_ask`, of work that tells how far it is."""
    reply = ask_owner(wire, message)
    while said := reply.get("told"):
        told(*said, done=reply["done"], total=reply["total"])
        reply = _reply(wire)
    return reply


def _reply(wire: Wire) -> Message:
    reply = wire.receive()
    if (error := reply.get("error")) is None:
        return reply
    if "code" in error:
        raise StoreError(error["code"], error["zh"], error["en"], pid=error["pid"])
    kind = getattr(duckdb, error.get("duckdb", ""), None)
    if isinstance(kind, type) and issubclass(kind, duckdb.Error):
        raise kind(error["text"])
    raise RuntimeError(error["text"])


def each_row(
    wire: Wire, sql: Traversable, parameters: Mapping[str, object] | None, at_once: int
) -> Iterator[tuple[Any, ...]]:
    reply = ask_owner(wire, {"do": "ask", "at_once": at_once, **statement_of(sql, parameters)})
    try:
        while True:
            yield from rows_from(reply)
            if reply["answer"] is None:
                return
            answer, reply["answer"] = reply["answer"], None
            reply = ask_owner(wire, {"do": "next", "answer": answer, "at_once": at_once})
    finally:
        if reply["answer"] is not None:  # the rest is not wanted
            ask_owner(wire, {"do": "forget", "answer": reply["answer"]})


def frame_from(wire: Wire, sql: Traversable, parameters: Mapping[str, object] | None) -> pandas.DataFrame:
    reply = ask_owner(wire, {"do": "frame", **statement_of(sql, parameters)})
    return named_frame(reply["names"], rows_from(reply))


def note_with(
    wire: Wire,
    action: str,
    by: str,
    object: str | None,
    detail: Mapping[str, object] | None,
    before: str | None,
    after: str | None,
) -> None:
    noted = make_note(action, by, object, detail, before, after)
    said = None if noted.detail is None else json.loads(noted.detail)
    about = {"by": noted.actor, "object": noted.object, "detail": said, "before": before, "after": after}
    ask_owner(wire, {"do": "note", "action": action, "said": about})


def statement_of(sql: Traversable, parameters: Mapping[str, object] | None) -> Message:
    """Its place in the program, by which the owner reads its own."""
    return {"sql": Path(str(sql)).relative_to(_PACKAGE).as_posix(), "with": dict(parameters or {})}


def rows_from(reply: Message) -> Rows:
    return [tuple(row) for row in reply["rows"]]


def head_from(reply: Message) -> Head:
    found = read_line(reply["head"])
    assert found is not None
    return found
