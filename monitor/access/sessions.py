"""Who is signed in: random ids, kept as hashes in the memory of the one process, so a restart ends them all.

Time is monotonic: a clock that is set back makes no session longer.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 60 * 60
_MOST_OF_ONE = 10
"""Sessions of one account at the same time; the one that was idle longest gives way."""

Way = Literal["password", "oidc", "proxy", "demo"]


@dataclass
class Session:
    """`began`, `seen`: seconds of the clock. `must_choose`: signed in with a one-time password, to choose one's own.
    `address`: from where it was opened."""

    account_id: int
    way: Way
    must_choose: bool
    began: float
    seen: float
    address: str = ""


@dataclass(frozen=True)
class OpenSession:
    """What its owner is told of a session: seconds since it was opened and since it was last seen. `own`: the one that
    asks."""

    way: Way
    address: str
    age: float
    idle: float
    own: bool


class Sessions:
    """Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open(self, account_id: int, way: Way, *, must_choose: bool = False, address: str = "") -> str:
        """A new session; gives its id, which nobody else ever had."""
        text, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._kept = {key: one for key, one in self._kept.items() if _is_good(one, now)}
            own = sorted((one.seen, key) for key, one in self._kept.items() if one.account_id == account_id)
            for _, key in own[: max(0, len(own) - _MOST_OF_ONE + 1)]:
                del self._kept[key]
            self._kept[_hash(text)] = Session(account_id, way, must_choose, now, now, address)
        return text

    def find(self, text: str) -> Session | None:
        """The session of an id that is good now, which counts as seen."""
        key, now = _hash(text), self._clock()
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            if not _is_good(found, now):
                del self._kept[key]
                return None
            found.seen = now
            return found

    def end(self, text: str) -> Session | None:
        """Gives what ended, None where there was nothing."""
        with self._lock:
            return self._kept.pop(_hash(text), None)

    def end_all(self, account_id: int, *, but: str | None = None) -> int:
        """End every session of an account, except the one of the id `but`; how many there were."""
        spared, now = but and _hash(but), self._clock()
        with self._lock:
            ended = [key for key, one in self._kept.items() if one.account_id == account_id and key != spared]
            return sum(_is_good(self._kept.pop(key), now) for key in ended)

    def of(self, account_id: int, own: str | None) -> list[OpenSession]:
        """Those of an account that are good now, the last seen first; `own`: the id of the one that asks."""
        now, key_of_own = self._clock(), own and _hash(own)
        with self._lock:
            found = [
                OpenSession(one.way, one.address, now - one.began, now - one.seen, key == key_of_own)
                for key, one in self._kept.items() if one.account_id == account_id and _is_good(one, now)
            ]  # fmt: skip
        return sorted(found, key=lambda one: (not one.own, one.idle, one.age))

    def count(self, account_id: int | None = None) -> int:
        """How many are good now, of one account or of all."""
        now = self._clock()
        with self._lock:
            of = [one for one in self._kept.values() if account_id in (None, one.account_id)]
            return sum(_is_good(one, now) for one in of)


def _is_good(one: Session, now: float) -> bool:
    return now - one.seen < IDLE_SECONDS and now - one.began < LONGEST_SECONDS


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
