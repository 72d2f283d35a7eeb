"""What an owner and a borrower say to each other: JSON messages over a socket of this machine, never anything that
runs when it is read.

Each message is 8 bytes of length and then JSON in ASCII. Values that JSON lacks are written as an object with one name
that begins with `$`. Before anything else both sides prove that they know the token of the owner's file, without
saying it.
"""

from __future__ import annotations

import base64
import hmac
import json
import math
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

Message = dict[str, Any]
_GREETING_BYTES = 4096
_GREETING_SECONDS = 10.0  # for all of it


class WireError(Exception):
    """The other side is gone, silent for too long, or not who it should be."""


class Wire:
    """One end. `receive` is for one thread at a time; `send` for any."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._sending = threading.Lock()
        self._until = math.inf
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, message: Mapping[str, Any]) -> None:
        """Raises WireError, TypeError for a value that no message can hold."""
        body = json.dumps(message, default=_written, separators=(",", ":")).encode("ascii")
        try:
            with self._sending:
                self._hurry()
                self._socket.sendall(len(body).to_bytes(8) + body)
        except OSError as error:
            raise WireError(str(error)) from None

    def be_patient(self, seconds: float | None) -> None:
        """How long the other side may be silent, or leave what it is sent unread, from now on; None for ever."""
        try:
            self._socket.settimeout(seconds)
        except OSError:  # closed: the next message says so
            return

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Everything in the block ends within `seconds`, in however many parts the other side sends it."""
        self._until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = math.inf

    def receive(self, *, most_bytes: int = 2**40) -> Message:
        """The next message. Raises WireError."""
        try:
            length = int.from_bytes(self._exactly(8))
            if length > most_bytes:
                raise WireError("a message is too long")
            message = json.loads(self._exactly(length), object_hook=_read)
        except (OSError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
            raise WireError(str(error)) from None  # whatever is no message, too: a stranger may have sent it
        if not isinstance(message, dict):
            raise WireError("a message is no object")
        return message

    def hang_up(self) -> None:
        """From any thread; whoever waits for a message is told that the other side is gone. Harmless twice."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """By whoever waits for messages: one still waiting on a closed socket would go on waiting. Harmless twice."""
        self.hang_up()
        self._socket.close()

    def _exactly(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            self._hurry()
            part = self._socket.recv(min(count - len(parts), 1 << 20))
            if not part:
                raise WireError("the other side is gone")
            parts += part
        return bytes(parts)

    def _hurry(self) -> None:
        """Waits no longer than to the end of `within`. Raises WireError."""
        if self._until < math.inf:
            left = self._until - time.monotonic()
            if left <= 0:
                raise WireError("the other side is too slow")
            self._socket.settimeout(left)


def greet_as_owner(wire: Wire, token: str, greeting: Mapping[str, Any]) -> None:
    """Prove it and let it be proven; the borrower gets `greeting`. Raises WireError."""
    with wire.within(_GREETING_SECONDS):
        mine = secrets.token_hex(32)
        wire.send({"nonce": mine})
        said = _short(wire)
        theirs = str(said.get("nonce"))
        _need_proof(said, token, "borrower", mine, theirs)
        wire.send({"proof": _proof(token, "owner", mine, theirs), **greeting})


def greet_as_borrower(wire: Wire, token: str) -> Message:
    """Prove it and let it be proven; gives the owner's greeting. Raises WireError."""
    with wire.within(_GREETING_SECONDS):
        theirs, mine = str(_short(wire).get("nonce")), secrets.token_hex(32)
        wire.send({"nonce": mine, "proof": _proof(token, "borrower", theirs, mine)})
        said = _short(wire)
        _need_proof(said, token, "owner", theirs, mine)
    wire.be_patient(None)
    return said


def _short(wire: Wire) -> Message:
    return wire.receive(most_bytes=_GREETING_BYTES)


def _need_proof(said: Message, token: str, who: str, owners: str, borrowers: str) -> None:
    if not hmac.compare_digest(str(said.get("proof")).encode(), _proof(token, who, owners, borrowers).encode()):
        raise WireError("the other side does not know the token")


def _proof(token: str, who: str, owners: str, borrowers: str) -> str:
    """`who` makes each side's proof another, so that none can be sent back; the nonces make it good this once."""
    return hmac.digest(bytes.fromhex(token), f"{who} {owners} {borrowers}".encode(), "sha256").hex()


def _written(value: object) -> object:
    """A value that JSON lacks."""
    match value:
        case datetime():
            return {"$moment": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case Decimal():
            return {"$decimal": str(value)}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode()}
        case np.ma.MaskedArray():
            return {"$masked": [np.asarray(value.data), np.ma.getmaskarray(value)]}
        case np.ndarray() if value.dtype.hasobject:
            return {"$objects": value.tolist()}
        case np.ndarray():
            return {"$array": [value.dtype.str, base64.b64encode(value.tobytes()).decode()]}
        case np.generic():
            return value.item()
        case _:
            raise TypeError(f"no message holds a {type(value).__name__}")


def _read(found: dict[str, Any]) -> Any:
    if len(found) != 1:
        return found
    ((name, said),) = found.items()
    match name:
        case "$moment":
            return datetime.fromisoformat(said)
        case "$date":
            return date.fromisoformat(said)
        case "$decimal":
            return Decimal(said)
        case "$bytes":
            return base64.b64decode(said)
        case "$masked":
            return np.ma.MaskedArray(said[0], said[1])
        case "$objects":
            return np.array([*said, None], dtype=object)[:-1]  # the None keeps lists of equal length apart
        case "$array":
            return np.frombuffer(base64.b64decode(said[1]), dtype=said[0]).copy()
        case _:
            return found
