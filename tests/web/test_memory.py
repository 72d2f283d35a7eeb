"""What a server has freed goes back to the system while it runs."""

from __future__ import annotations

import platform
import resource
import threading
from pathlib import Path

import pytest

from monitor.web import memory

GLIBC = platform.libc_ver()[0] == "glibc"
PIECE, PIECES = 2_000, 50_000  # larger than Python's own pools take, smaller than what is mapped by itself


def _held() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_what_is_free_is_given_back() -> None:
    pieces = [b"x" * PIECE + bytes([number % 256]) for number in range(PIECES)]
    last = pieces[-1]  # keeps the end of the pool in use: the library gives back by itself only what lies behind
    before = _held() if GLIBC else 0
    pieces.clear()
    assert memory.give_back() == GLIBC
    assert not GLIBC or before - _held() > PIECE * PIECES / 2
    assert len(last) == PIECE + 1


def test_it_is_given_back_again_and_again_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    given, twice = [0], threading.Event()

    def give_back() -> bool:
        given[0] += 1
        if given[0] > 1:
            twice.set()
        return True

    monkeypatch.setattr(memory, "give_back", give_back)
    with memory.given_back(0.001):
        assert twice.wait(30)
        assert "memory" in {thread.name for thread in threading.enumerate()}
    assert "memory" not in {thread.name for thread in threading.enumerate()}


def test_where_nothing_can_be_given_back_nobody_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()
    monkeypatch.setattr(memory, "give_back", lambda: bool(tried.set()))
    with memory.given_back(0.001):
        assert tried.wait(30)
        for thread in threading.enumerate():
            if thread.name == "memory":
                thread.join(30)
                assert not thread.is_alive()


def test_few_pools_where_the_library_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "3")  # whoever runs the program has chosen
    assert memory.few_pools() == GLIBC
