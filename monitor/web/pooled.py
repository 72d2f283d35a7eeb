"""Tables of districts that were sent to be settled: kept in memory for their sender alone, gone with a restart."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache

from monitor.pooling.rules import SHIPPED, Rules, Scheme, load_rules
from monitor.shipped import find_shipped

_KEPT = 40  # of at most a megabyte each


@dataclass(frozen=True)
class Sent:
    scheme: Scheme
    name: str
    content: bytes


class Shelf:
    """Tables by a random token that stands in the address, so that a reload shows them again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, Sent]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str, sent: Sent) -> str:
        """Returns the token; the oldest tables go when there are too many."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[token] = (owner, sent)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return token

    def get(self, owner: str, token: str | None) -> Sent | None:
        """None when it is unknown, gone, or somebody else's."""
        with self._lock:
            found = self._kept.get(token or "")
        return found[1] if found is not None and found[0] == owner else None


@cache
def shipped_rules() -> Rules:
    """The rules that the pages work by."""
    return load_rules(find_shipped(SHIPPED))
