"""How long work tells how far it is, in both languages."""

from __future__ import annotations

from typing import Protocol


class Telling(Protocol):
    """Called with one line of text; `done` of `total` where they can be counted."""

    def __call__(self, zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None: ...


def untold(zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
    """Tells nobody."""
