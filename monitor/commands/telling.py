"""How long work tells a terminal how far it is: one line on stderr that is written over, nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.language import say
from monitor.progress import Telling, untold

_CLEAR = "\r\x1b[K"


@contextmanager
def telling() -> Iterator[Telling]:
    """Who is told as long as the block lasts."""
    if not sys.stderr.isatty():
        yield untold
        return

    def tell(zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
        counted = f" {done}/{total}" if done is not None and total is not None else ""
        sys.stderr.write(f"{_CLEAR}{say(zh, en)}{counted}")
        sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write(_CLEAR)
        sys.stderr.flush()
