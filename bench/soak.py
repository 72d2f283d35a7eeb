"""Whether the server keeps its size: `python -m bench soak --minutes 15` (480 before a release).

Ten callbacks a second and a file every twenty seconds. After ten minutes (half the time of a shorter run) memory may
grow by no more than 2 MB an hour, by Theil–Sen: the median of the slopes between all pairs of moments, which a few
outliers do not move. Beside it stand two slopes that explain it: that of the lowest size in each half minute, for what
a page or a file takes for a moment goes back within a second or two, and swings by far more than an hour may add; and
that of what the database itself holds by the server's metrics: what it has read of its file, which it keeps up to a
limit of its own, and what was sent since its last checkpoint.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from . import load_page
from .asking import Asked, Reply, arrivals, at_moments
from .load_page import Row
from .loaded import People, Sender, Watch, World, faults, lost, make_world, programs_of, served, sign_in
from .rush import quantile

RATE, UPLOAD_EVERY = 10.0, 20.0
SETTLED_SECONDS = 600.0
SLOPE, DESCRIPTORS, THREADS = 2.0, 5, 2
_EVERY, _WEIGHED_EVERY, _REST_SECONDS = 5, 10, 30.0
_HELD = re.compile(rb"^monitor_store_memory_bytes (\S+)$", re.MULTILINE)
_MEGABYTE = 1 << 20


def theil_sen(points: Sequence[tuple[float, float]]) -> float:
    """The median slope between all pairs of (x, y) with different x (Sen 1968). Raises StatisticsError for fewer."""
    return statistics.median(
        (y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in itertools.combinations(points, 2) if x1 != x2
    )


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """Megabytes an hour, of (seconds, bytes)."""
    return theil_sen([(moment / 3600, size / _MEGABYTE) for moment, size in samples])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--no-page", action="store_true", help="print, and leave docs/reliability.md as it is")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        world = make_world(Path(folder))
        clicks, uploads, weighed, watch, start = asyncio.run(_soak(world, 60 * asked.minutes))
        broken, missing = faults(world), lost(world, world.sent)
    end, settled = start + 60 * asked.minutes, start + min(SETTLED_SECONDS, 30 * asked.minutes)
    samples = watch.between(settled, end)
    sizes = [(one[0], float(one[1])) for one in samples]
    grown, grown_at_rest = slope(sizes[::_EVERY]), slope(at_rest(sizes))
    of_database = slope([one for one in weighed if settled <= one[0] <= end])
    swings = [
        max(abs(one[place] - statistics.median(other[place] for other in samples)) for one in samples)
        for place in (2, 3)
    ]
    asked_for = len(clicks) + len(uploads)
    errors = sum(not one.is_good for one in [*clicks, *uploads]) + broken
    row = Row(
        f"soak, {asked.minutes:g} min", "10 callbacks/s and a file every 20 s",
        "RSS slope ≤ 2 MB/h after 10 min (Theil–Sen), descriptors ±5, threads ±2",
        f"slope {grown:+.1f} MB/h after {(settled - start) / 60:g} min (RSS {samples[0][1] / _MEGABYTE:,.0f} →"
        f" {samples[-1][1] / _MEGABYTE:,.0f} MB), of its lowest in each half minute"
        f" {grown_at_rest:+.1f}, of the database's own {of_database:+.1f};"
        f" descriptors ±{swings[0]:.0f}, threads ±{swings[1]:.0f}; p95"
        f" {1000 * quantile([one.spent for one in clicks], 95):.0f} ms, {errors} errors of {asked_for},"
        f" {missing} lost receipts of {len(uploads)}",
        f"python -m bench soak --minutes {asked.minutes:g}",
        grown <= SLOPE and swings[0] <= DESCRIPTORS and swings[1] <= THREADS and not errors + missing,
    )  # fmt: skip
    for one in watch.between(start, end)[::30]:
        print(f"{one[0] - start:6.0f} s  {one[1] / _MEGABYTE:8.1f} MB  {one[2]} descriptors  {one[3]} threads")
    print(row.line(), flush=True)
    if not asked.no_page:
        load_page.write([row])
    return 0 if row.holds else 1


def at_rest(samples: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of (seconds, bytes), the smallest of each half minute."""
    by_half_minute = itertools.groupby(samples, key=lambda one: one[0] // _REST_SECONDS)
    return [min(some, key=lambda one: one[1]) for _, some in by_half_minute]


async def _soak(
    world: World, seconds: float
) -> tuple[list[Asked], list[Asked], list[tuple[float, float]], Watch, float]:
    """Clicks, uploads, (moment, bytes) of the database, the process, the beginning."""
    clicks: list[Asked] = []
    uploads: list[Asked] = []
    weighed: list[tuple[float, float]] = []
    with served(world) as (address, watch):
        browsers = await sign_in(address, world.people)
        people = People(world, browsers)
        programs = programs_of(world, address)
        sender = Sender(world, browsers, programs)

        async def weigh() -> tuple[str, Reply, bool]:
            reply = await programs["operator"].ask("GET", "/metrics")
            if found := _HELD.search(reply.body):
                weighed.append((time.perf_counter(), float(found[1])))
            return "metrics", reply, found is not None

        moments = [UPLOAD_EVERY * (number + 1) for number in range(int(seconds / UPLOAD_EVERY))]
        files = iter(sender.prepared(len(moments)))
        start = time.perf_counter()
        chance = random.Random(15)  # nosec B311 # a load, nothing to be guessed
        await asyncio.gather(
            at_moments(arrivals(RATE, seconds, chance), start, people.click, clicks),
            at_moments(iter(moments), start, lambda: sender.send(next(files)), uploads),
            at_moments(iter([float(one) for one in range(0, int(seconds), _WEIGHED_EVERY)]), start, weigh, []),
        )
        world.sent.extend(sender.sent)
        for browser in browsers:
            browser.close()
    return clicks, uploads, weighed, watch, start
