"""What an action has to tell on the page it leads to, kept in memory for a while and shown to its owner alone."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Literal

_KEPT = 1000
_SLIPS_KEPT = 100
_SLIP_SECONDS = 300


@dataclass(frozen=True)
class Notice:
    """One message in both languages; `lines` are its particulars, also in both.

    `typed`: what was written in the form that was refused, name and text of each field, to be shown there again.
    """

    kind: Literal["done", "fault"]
    zh: str
    en: str
    lines: tuple[tuple[str, str], ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


class NoticeBoard:
    """Notices by a random token that stands in the address, so that a reload shows them again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, Notice]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str, notice: Notice) -> str:
        """Returns the token; the oldest notices go when there are too many."""
        token = secrets.token_urlsafe(16)
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


@dataclass(frozen=True)
class Slip:
    """A password or a token, to be shown once. `kind`: password or token; `about`: whose; `back`: the page to go on."""

    kind: Literal["password", "token"]
    about: str
    secret: str = field(repr=False)
    back: str = "/"


class Slips:
    """What is shown to its owner once and then is nowhere: it is let go of as it is handed out, or after minutes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, float, Slip]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str, slip: Slip) -> str:
        """Returns the token under which it is fetched."""
        token, now = secrets.token_urlsafe(18), time.monotonic()
        with self._lock:
            self._forget(now)
            self._kept[token] = (owner, now, slip)
            while len(self._kept) > _SLIPS_KEPT:
                self._kept.popitem(last=False)
        return token

    def take(self, owner: str, token: str) -> Slip | None:
        """None when it was shown already, is too old, or somebody else's."""
        with self._lock:
            self._forget(time.monotonic())
            found = self._kept.get(token)
            if found is None or found[0] != owner:
                return None
            return self._kept.pop(token)[2]

    def _forget(self, now: float) -> None:
        while self._kept and now - next(iter(self._kept.values()))[1] > _SLIP_SECONDS:
            self._kept.popitem(last=False)
