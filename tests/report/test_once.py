"""An answer is made once, however many ask for it while it is being made."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.report.once import KeptOnce


def test_readers_at_the_same_moment_share_one_answer() -> None:
    asked, all_here = [], threading.Barrier(8, timeout=10)

    def make(key: int) -> int:
        asked.append(key)
        return key * 2

    kept = KeptOnce(make, 4)

    def ask(_: int) -> int:
        all_here.wait()
        return kept(21)

    with ThreadPoolExecutor(8) as readers:
        assert list(readers.map(ask, range(8))) == [42] * 8
    assert asked == [21]


def test_a_failure_is_not_kept_and_holds_nobody_up() -> None:
    answers = iter([OSError("disk"), "made"])

    def make() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    kept = KeptOnce(make, 4)
    with pytest.raises(OSError):
        kept()
    assert kept() == "made" and kept() == "made"


def test_the_longest_unused_goes_first() -> None:
    made: list[int] = []
    kept = KeptOnce(lambda key: made.append(key), 2)
    for key in (1, 2, 1, 3, 1, 2):
        kept(key)
    assert made == [1, 2, 3, 2]


def test_what_nobody_asks_for_any_more_is_let_go() -> None:
    made: list[tuple[int, str]] = []
    kept = KeptOnce(lambda version, name: made.append((version, name)), 4)
    for version in (1, 2):
        kept(version, "page")
    kept.keep_only(lambda key: key[0] == 2)
    kept(2, "page")
    kept(1, "page")
    assert made == [(1, "page"), (2, "page"), (1, "page")]


def test_what_is_held_can_be_looked_at_without_making_it() -> None:
    kept = KeptOnce(lambda key: [key], 2)
    assert kept.held(1) is None
    assert kept(1) is kept.held(1)
