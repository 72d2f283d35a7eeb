"""Brakes on guessing passwords: who fails waits longer and longer, and nobody can lock out somebody else for good.

Three counts, each over the last fifteen minutes: failures of one name from one address (from the fifth on a delay
that doubles), checks of one name from anywhere, checks from one address that did not turn out right. What the log of a
restarted server says is counted again (`fail` with the age of the failure).
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from functools import lru_cache

WINDOW_SECONDS = 15 * 60
FREE_FAILURES = 5
CHECKS_OF_A_NAME = 15
"""A minute, from all addresses together."""
CHECKS_OF_AN_ADDRESS = 20
"""A minute, for all names together; right ones are not counted, or an office behind one address would wait."""
_MINUTE = 60.0
_MOST_KEYS = 20_000
_SWEEP_SECONDS = 10.0
_MOST_COUNTED = 64
"""Failures of one name from one address that are counted: long before, the delay is the window."""


@lru_cache(maxsize=1024)
def asked_from(address: str) -> str:
    """What counts as one address: of IPv6 the network of 64 bits, all of which one machine may have."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, 64), strict=False))
        found = found.ipv4_mapped
    return str(found)


class Brakes:
    """Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: defaultdict[tuple[str, str], deque[float]] = defaultdict(lambda: deque(maxlen=_MOST_COUNTED))
        self._checks: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._swept = -_SWEEP_SECONDS

    def wait(self, name: str, address: str) -> int:
        """Seconds until this name may be tried from this address, 0 for now; a try that may go on counts as a check
        until it is found right (`succeed`) or is not looked at (`give_back`)."""
        now, address = self._clock(), asked_from(address)
        with self._lock:
            self._forget(now)
            waits = [
                self._delay((name, address), now),
                self._crowd(("name", name), CHECKS_OF_A_NAME, now),
                self._crowd(("address", address), CHECKS_OF_AN_ADDRESS, now),
            ]
            longest = max(waits)
            if longest <= 0:
                for key in (("name", name), ("address", address)):
                    self._checks[key].append(now)
            return int(longest) + (longest > int(longest))

    def fail(self, name: str, address: str, *, age: float = 0.0) -> int:
        """Count a failure of `age` seconds ago; how many there are now."""
        with self._lock:
            found = self._failures[name, asked_from(address)]
            found.append(self._clock() - age)
            return len(found)

    def succeed(self, name: str, address: str) -> None:
        address = asked_from(address)
        with self._lock:
            self._failures.pop((name, address), None)
            self._uncount(("address", address))

    def give_back(self, name: str, address: str) -> None:
        """The try was not looked at: it was no check."""
        with self._lock:
            self._uncount(("name", name))
            self._uncount(("address", asked_from(address)))

    def _uncount(self, key: tuple[str, str]) -> None:
        if found := self._checks.get(key):
            found.pop()

    def _delay(self, key: tuple[str, str], now: float) -> float:
        """From the fifth failure on 1, 2, 4 … seconds after the last one, at most the window."""
        found = self._failures.get(key)
        if not found or now - found[-1] >= WINDOW_SECONDS:
            self._failures.pop(key, None)
            return 0.0
        if len(found) < FREE_FAILURES:
            return 0.0
        return found[-1] + min(2.0 ** (len(found) - FREE_FAILURES), WINDOW_SECONDS) - now

    def _crowd(self, key: tuple[str, str], most: int, now: float) -> float:
        found = self._checks.get(key)
        while found and now - found[0] >= _MINUTE:
            found.popleft()
        return found[0] + _MINUTE - now if found and len(found) >= most else 0.0

    def _forget(self, now: float) -> None:
        """What is over, once there is much of it; not at each question, or a flood would make all of them slow."""
        if len(self._failures) + len(self._checks) < _MOST_KEYS or 0 <= now - self._swept < _SWEEP_SECONDS:
            return
        self._swept = now
        for kept, window in ((self._failures, WINDOW_SECONDS), (self._checks, _MINUTE)):
            for key in [key for key, times in kept.items() if not times or now - times[-1] >= window]:
                del kept[key]
