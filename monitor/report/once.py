"""Answers that are kept, each made once: whoever asks for one that is being made waits for it.

A plain cache would have every reader of a page make the same answer after an acceptance.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Answer = TypeVar("Answer")


class KeptOnce(Generic[Answer]):
    """`make(*key)` for each key, the `most` last used kept."""

    def __init__(self, make: Callable[..., Answer], most: int) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[tuple[Hashable, ...], Answer] = OrderedDict()
        self._making: dict[tuple[Hashable, ...], threading.Lock] = {}
        self._lock = threading.Lock()

    def __call__(self, *key: Hashable) -> Answer:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                answer = self._make(*key)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            with self._lock:
                self._kept[key] = answer
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            return answer

    def held(self, *key: Hashable) -> Answer | None:
        """The answer if it is kept; nothing is made for it."""
        with self._lock:
            return self._kept.get(key)

    def keep_only(self, is_wanted: Callable[[tuple[Any, ...]], bool]) -> None:
        """Lets go of the answers to questions that nobody asks any more."""
        with self._lock:
            for key in [key for key in self._kept if not is_wanted(key)]:
                del self._kept[key]

    def cache_clear(self) -> None:
        with self._lock:
            self._kept.clear()
