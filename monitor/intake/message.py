"""What is told of one code: how grave it is, and the words in both languages."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Message(NamedTuple):
    severity: Literal["error", "query", "warning"]
    zh: str
    en: str
