"""What an action has to tell on the page it leads to, kept in memory for a while and shown to its owner alone."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

_KEPT = 1000


@dataclass(frozen=True)
class Notice:
    """One message in both languages; `lines` are its particulars, also in both."""

    kind: Literal["done", "fault"]
    zh: str
    en: str
    lines: tuple[tuple[str, str], ...] = ()


class NoticeBoard:
    """Notices by a random token that stands in the address, so that a reload shows them again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, Notice]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str, notice: Notice) -> str:
        """Returns the token; the oldest notices go when there are too many."""
        token = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[token] = (owner, notice)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return token

    def get(self, owner: str, token: str | None) -> Notice | None:
        """None when it is unknown, gone, or somebody else's."""
        with self._lock:
            found = self._kept.get(token or "")
        return found[1] if found is not None and found[0] == owner else None
