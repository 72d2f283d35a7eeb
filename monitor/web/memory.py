"""Memory that is free goes back to the system, so that a server that is asked day and night keeps its size.

The C library of most Linux systems (glibc) gives many threads a pool of memory each and keeps in it what was freed: a
server of 120 threads came to hold 200 MB of nothing within five minutes. Here there are few pools, and twice a minute
what is free in them is given back. Where there is another C library nothing is done.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EVERY_SECONDS = 30.0
_POOLS = 2
_ARENA_MAX = -8  # M_ARENA_MAX in malloc.h


def few_pools() -> bool:
    """Let threads that begin from now on share pools; whether that can be said here. MALLOC_ARENA_MAX goes before."""
    chosen = getattr(ctypes.CDLL(None), "mallopt", None)
    return chosen is not None and ("MALLOC_ARENA_MAX" in os.environ or bool(chosen(_ARENA_MAX, _POOLS)))


def give_back() -> bool:
    """Give back what is free, some hundredths of a second's work; whether that can be done here."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return False
    trim(0)
    return True


@contextmanager
def given_back(every: float = EVERY_SECONDS) -> Iterator[None]:
    """What is free is given back from time to time, until the end of the block."""
    ended = threading.Event()

    def again() -> None:
        while not ended.wait(every) and give_back():
            pass

    thread = threading.Thread(target=again, name="memory", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
