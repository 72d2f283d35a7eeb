"""Timing two ways of the same work in one run; only their ratio is a result."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """Medians in seconds of the work and of its reference, and the bound on their ratio."""

    name: str
    work: float
    reference: float
    bound: float

    @property
    def ratio(self) -> float:
        return self.work / self.reference

    @property
    def holds(self) -> bool:
        return self.ratio <= self.bound


def in_turn(
    work: Callable[[], object],
    reference: Callable[[], object],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """Median seconds of both, run alternately so that a busy machine slows both alike; one unmeasured round first.

    `clock`: time.process_time counts what this process works, not what it waits.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for place, run in enumerate((work, reference)):
            gc.collect()
            started = clock()
            run()
            if number:
                times[place].append(clock() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def median_seconds(work: Callable[[], object], rounds: int) -> float:
    """Median seconds of one way alone."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
