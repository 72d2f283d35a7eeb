"""Memory that is free goes back to the system, so that a server that is asked day and night keeps its size.

The C library of most Linux systems (glibc) gives many threads a pool of memory each and keeps in it what was freed: a
server of 120 threads came to hold 200 MB of nothing within five minutes. Here there are few pools, and six times a
minute what is free in them is given back. What is large (a block of the database, the text of a page) is not taken
from a pool at all, where it would lie between small things and leave a hole behind: it comes from the system and goes
back to it at once. glibc begins so too, and by itself takes ever larger pieces from the pools. Where there is another
C library nothing is done.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EVERY_SECONDS = 10.0
_POOLS = 2
_LARGE_BYTES = 128 * 1024
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # M_ARENA_MAX, M_MMAP_THRESHOLD in malloc.h


def few_pools() -> bool:
    """Let threads that begin from now on share pools, for small things only; whether that can be said here.

    What the environment says (MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_) goes before.
    """
    chosen = getattr(ctypes.CDLL(None), "mallopt", None)
    wanted = {"MALLOC_ARENA_MAX": (_ARENA_MAX, _POOLS), "MALLOC_MMAP_THRESHOLD_": (_MMAP_THRESHOLD, _LARGE_BYTES)}
    return chosen is not None and all(name in os.environ or chosen(*said) for name, said in wanted.items())


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
