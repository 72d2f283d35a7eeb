"""Asking a server as many browsers do, at given moments whether or not earlier answers have come (open loop).

One event loop in this process, each person with connections of their own, kept open. The time of an answer counts from
the moment at which it was to be asked for, so a client that falls behind makes the server look slower, never faster.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HANG_SECONDS = 30.0
_SOCKETS = 6  # a browser's own limit for one address
_LARGEST_LINE = 1 << 20


@dataclass(frozen=True)
class Reply:
    """`status` 0: no answer within HANG_SECONDS, or a connection that broke."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Asked:
    """One request: seconds since the start of the run at which it was due, and from then to its whole answer."""

    kind: str
    due: float
    spent: float
    status: int
    is_good: bool
    retry_after: str | None = None

    @property
    def is_turned_away(self) -> bool:
        """Told to come back later, and when."""
        return self.status in (429, 503) and self.retry_after is not None


class Browser:
    """The connections of one person; at most six questions are on their way, the others wait as in a browser."""

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        host = urlsplit(address)
        self._host, self._port = str(host.hostname), int(host.port or 80)
        self.headers = {"Host": f"{self._host}:{self._port}", **(headers or {})}
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._free = asyncio.Semaphore(_SOCKETS)

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None,
        patience: float = HANG_SECONDS,
    ) -> Reply:  # fmt: skip
        head = {**self.headers, **(headers or {})}
        if body or method == "POST":
            head["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        message = "\r\n".join(lines).encode() + body
        try:
            async with asyncio.timeout(patience), self._free:
                while self._idle:
                    reply = await self._exchange(*self._idle.pop(), message)
                    if reply is not None:  # else the server had let that connection go
                        return reply
                opened = await asyncio.open_connection(self._host, self._port, limit=_LARGEST_LINE)
                return await self._exchange(*opened, message) or Reply(0)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return Reply(0)

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes
    ) -> Reply | None:
        """The answer; None where the connection was closed before any of it came."""
        is_whole = False
        try:
            writer.write(message)
            first = await reader.readline()
            if not first:
                return None
            status, headers = int(first.split()[1]), {}
            while (line := await reader.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.strip().lower()] = value.strip()
            body = await _body(reader, headers)
            is_whole = True
            if headers.get("connection", "").lower() != "close":
                self._idle.append((reader, writer))
                return Reply(status, headers, body)
            writer.close()
            return Reply(status, headers, body)
        except ConnectionError:
            return None
        finally:
            if not is_whole:
                writer.close()

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.read()
    pieces = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        pieces.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readline()
    return b"".join(pieces)


def arrivals(rate: float, seconds: float, chance: random.Random) -> Iterator[float]:
    """Moments of a Poisson process: seconds from the beginning."""
    moment = chance.expovariate(rate)
    while moment < seconds:
        yield moment
        moment += chance.expovariate(rate)


Work = Callable[[], Awaitable[tuple[str, Reply, bool]]]
"""Asks for one thing: its kind, its answer, and whether that is what it should be."""


async def at_moments(moments: Iterator[float], start: float, work: Work, into: list[Asked]) -> None:
    """Begin `work` at each moment after `start` (perf_counter), and wait until all have their answers."""
    running: set[asyncio.Task[None]] = set()

    async def one(due: float) -> None:
        kind, reply, is_good = await work()
        spent = time.perf_counter() - start - due
        into.append(Asked(kind, due, spent, reply.status, is_good, reply.headers.get("retry-after")))

    for due in moments:
        await asyncio.sleep(max(0.0, start + due - time.perf_counter()))
        task = asyncio.create_task(one(due))
        running.add(task)
        task.add_done_callback(running.discard)
    if running:
        await asyncio.wait(running)
