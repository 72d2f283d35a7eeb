"""Every load of the reliability figures against a server as in service: `python -m bench load --test NAME`.

normal, deadline, overload, bigfile and export; each prints its row and writes it into docs/reliability.md.
`--minutes` makes a run shorter, `--runs` says how many there are (the median of three is what counts).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import load_page
from .asking import HANG_SECONDS, Asked, Browser, arrivals, at_moments
from .load_page import Row
from .loaded import (
    People,
    Sender,
    Watch,
    World,
    faults,
    lost,
    make_world,
    post_api,
    programs_of,
    rows_of,
    served,
    settings_of,
    sign_in,
    watching,
    xlsx_file,
)
from .rush import quantile

NORMAL_RATE, DEADLINE_RATE, OVERLOAD_RATE = 5.0, 20.0, 100.0
UPLOAD_EVERY = 2.0
NORMAL_P95, NORMAL_P99, DEADLINE_P95, UPLOAD_SECONDS = 0.3, 0.8, 0.8, 3.0
OVERLOAD_SECONDS, RECOVERED_AFTER = 60.0, 30.0
BIG_ROWS, BIG_SECONDS, BIG_RATIO = 50_000, 15.0, 2.0
BASE_SECONDS = 60.0
EXPORT_MEGABYTES = 200.0
_MEGABYTE = 1 << 20


@dataclass
class Run:
    """A server that is being asked: its world, its people and what has come of it."""

    world: World
    address: str
    watch: Watch
    people: People
    browsers: list[Browser]
    seed: int
    clicks: list[Asked] = field(default_factory=list)
    uploads: list[Asked] = field(default_factory=list)

    async def click(self, rate: float, seconds: float) -> list[Asked]:
        """Callbacks at a rate for some seconds; those of this call."""
        made: list[Asked] = []
        chance = random.Random(1000 * self.seed + len(self.clicks))  # nosec B311 # a load, nothing to be guessed
        try:
            await at_moments(arrivals(rate, seconds, chance), time.perf_counter(), self.people.click, made)
        finally:
            self.clicks += made
        return made


Figures = Mapping[str, float]
Test = Callable[[Run, float], Awaitable[Figures]]
Told = tuple[str, bool]
"""What was measured, and whether the figure is held."""


def p(asked: Sequence[Asked], percent: int) -> float:
    return quantile([one.spent for one in asked], percent) if len(asked) > 1 else float("nan")


def wrong(asked: Sequence[Asked]) -> int:
    return sum(not one.is_good for one in asked)


# ---- the tests: each gives its figures, seconds and counts; `minutes` is how long


async def normal(run: Run, minutes: float) -> Figures:
    clicks = await run.click(NORMAL_RATE, 60 * minutes)
    return {"p50": p(clicks, 50), "p95": p(clicks, 95), "p99": p(clicks, 99), "n": len(clicks), "errors": wrong(clicks)}


async def deadline(run: Run, minutes: float) -> Figures:
    sender = Sender(run.world, run.browsers, programs_of(run.world, run.address), turn=1000 * run.seed)
    moments = [UPLOAD_EVERY * (number + 1) for number in range(int(60 * minutes / UPLOAD_EVERY))]
    files = iter(sender.prepared(len(moments)))
    sending = at_moments(iter(moments), time.perf_counter(), lambda: sender.send(next(files)), run.uploads)
    clicks, _ = await asyncio.gather(run.click(DEADLINE_RATE, 60 * minutes), sending)
    run.world.sent.extend(sender.sent)
    return {
        "p50": p(clicks, 50), "p95": p(clicks, 95), "p99": p(clicks, 99), "n": len(clicks), "errors": wrong(clicks),
        "uploads": len(run.uploads), "upload_p50": p(run.uploads, 50), "upload_p95": p(run.uploads, 95),
        "upload_max": max(one.spent for one in run.uploads), "unsent": wrong(run.uploads),
        "server_errors": sum(one.status >= 500 or not one.status for one in [*clicks, *run.uploads]),
    }  # fmt: skip


async def overload(run: Run, minutes: float) -> Figures:
    """A minute of normal load for comparison, then the overload, then normal load again."""
    seconds = min(OVERLOAD_SECONDS, 60 * minutes)
    before = await run.click(NORMAL_RATE, seconds)
    flood: list[Asked] = []
    chance = random.Random(run.seed)  # nosec B311 # a load, nothing to be guessed
    start = time.perf_counter()
    flooding = asyncio.create_task(at_moments(arrivals(OVERLOAD_RATE, seconds, chance), start, run.people.click, flood))
    await asyncio.sleep(seconds)
    after = await run.click(NORMAL_RATE, max(seconds, 2 * RECOVERED_AFTER))
    await flooding
    turned = [one for one in flood if one.is_turned_away]
    good = [one for one in flood if one.is_good]
    again = [one for one in after if one.due >= RECOVERED_AFTER]
    late = [one.due for one in after if not one.is_good or one.spent > NORMAL_P95]
    in_time = [second for second in range(60) if _slow_part(after, second) <= 0.05]
    return {
        "before_p95": p(before, 95), "n": len(flood), "answered": len(good), "turned": len(turned),
        "others": len(flood) - len(good) - len(turned), "answered_p95": p(good, 95), "turned_p95": p(turned, 95),
        "longest": max(one.spent for one in flood), "after_p95": p(again, 95), "after_errors": wrong(again),
        "recovered": float(in_time[0] if in_time else 60), "late": len(late),
    }  # fmt: skip


def _slow_part(asked: Sequence[Asked], second: int) -> float:
    """Of what was asked for in the ten seconds from then on, the part that was not answered in a normal day's time."""
    found = [one for one in asked if second <= one.due < second + 10]
    return sum(not one.is_good or one.spent > NORMAL_P95 for one in found) / max(1, len(found))


async def bigfile(run: Run, minutes: float) -> Figures:
    """The same load before and while a workbook of 50,000 rows is taken in."""
    body = xlsx_file(rows_of(run.world, run.world.units, BIG_ROWS, 5000 + run.seed))
    before = await run.click(DEADLINE_RATE, min(BASE_SECONDS, 60 * minutes))
    clicking = asyncio.create_task(run.click(DEADLINE_RATE, 4 * BIG_SECONDS))
    started = time.perf_counter()
    reply = await post_api(Browser(run.address, _bearer(run.world)), "national.xlsx", body)
    spent = time.perf_counter() - started
    during = [one for one in await clicking if one.due <= spent]
    is_taken = reply.status in (200, 201, 202)
    if not is_taken:
        print(reply.status, reply.body[:500].decode(errors="replace"), file=sys.stderr)
    return {
        "before_p95": p(before, 95), "during_p95": p(during, 95), "ratio": p(during, 95) / p(before, 95),
        "seconds": spent, "n": len(during), "errors": wrong(during) + wrong(before), "refused": not is_taken,
    }  # fmt: skip


def _bearer(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.tokens['all']}"}


async def export(run: Run, minutes: float) -> Figures:
    """All figures as CSV and as workbook by the command, beside the server; what either holds more than before."""
    made: dict[str, float] = {}
    await run.click(NORMAL_RATE, min(BASE_SECONDS, 60 * minutes))
    little = await _exported(run.world, "little.csv", "--region", run.world.units[0])
    clicking = asyncio.create_task(run.click(NORMAL_RATE, 3600.0))
    for kind in ("csv", "xlsx"):
        held = _resident(run.watch, 10.0)
        started = time.perf_counter()
        peak = await _exported(run.world, f"all.{kind}")
        made[f"{kind}_seconds"] = time.perf_counter() - started
        most = max(one[1] for one in run.watch.between(started, time.perf_counter()))
        made |= {f"{kind}_server": (most - held) / _MEGABYTE, f"{kind}_command": (peak - little) / _MEGABYTE}
        await asyncio.sleep(10.0)
    clicking.cancel()
    await asyncio.gather(clicking, return_exceptions=True)
    lines = sum(1 for _ in (run.world.folder / "all.csv").open("rb")) - 1
    return {**made, "missing": abs(run.world.cells - lines), "command": little / _MEGABYTE}


def _resident(watch: Watch, seconds: float) -> float:
    now = time.perf_counter()
    return statistics.median(one[1] for one in watch.between(now - seconds, now))


async def _exported(world: World, name: str, *more: str) -> float:
    """The most bytes that `monitor export` held. Raises AssertionError when it fails."""
    command = [sys.executable, "-m", "monitor", "export", "observations", *more, "--output", name]
    with subprocess.Popen(command, cwd=world.folder, env=settings_of(world)) as process, watching(process.pid) as watch:
        while process.poll() is None:
            await asyncio.sleep(0.05)
    assert process.returncode == 0, f"the export ended with {process.returncode}"
    return max((one[1] for one in watch.samples), default=0.0)


# ---- what is said of them


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.0f} ms"


def _normal(f: Figures) -> Told:
    measured = (
        f"p50 {_ms(f['p50'])}, p95 {_ms(f['p95'])}, p99 {_ms(f['p99'])}, {f['errors']:.0f} errors of {f['n']:.0f}"
    )
    return measured, f["p95"] <= NORMAL_P95 and f["p99"] <= NORMAL_P99 and not f["errors"]


def _deadline(f: Figures) -> Told:
    measured = (
        f"p50 {_ms(f['p50'])}, p95 {_ms(f['p95'])}, p99 {_ms(f['p99'])}; upload median {_ms(f['upload_p50'])}, p95"
        f" {_ms(f['upload_p95'])}, longest {_ms(f['upload_max'])}; {f['server_errors']:.0f} × 5xx,"
        f" {f['errors'] + f['unsent']:.0f} failures of {f['n'] + f['uploads']:.0f}; {f['lost']:.0f} lost receipts"
    )
    failed = f["server_errors"] + f["errors"] + f["unsent"] + f["lost"]
    return measured, f["p95"] <= DEADLINE_P95 and f["upload_max"] <= UPLOAD_SECONDS and not failed


def _overload(f: Figures) -> Told:
    measured = (
        f"{f['answered']:.0f} answered (p95 {_ms(f['answered_p95'])}), {f['turned']:.0f} told when to come back (p95"
        f" {_ms(f['turned_p95'])}), {f['others']:.0f} others; longest {_ms(f['longest'])}; normal again after"
        f" {f['recovered']:.0f} s; p95 from 30 s on {_ms(f['after_p95'])} (before {_ms(f['before_p95'])})"
    )
    is_normal = f["recovered"] <= RECOVERED_AFTER and f["after_p95"] <= NORMAL_P95 and not f["after_errors"]
    return measured, is_normal and f["longest"] < HANG_SECONDS and not f["others"]


def _bigfile(f: Figures) -> Told:
    measured = (
        f"taken in {f['seconds']:.1f} s; p95 {_ms(f['during_p95'])} against {_ms(f['before_p95'])} before"
        f" ({f['ratio']:.1f} ×), {f['errors']:.0f} errors"
    )
    return measured, f["seconds"] <= BIG_SECONDS and f["ratio"] <= BIG_RATIO and not f["errors"] + f["refused"]


def _export(f: Figures) -> Told:
    grown = max(f[f"{kind}_{who}"] for kind in ("csv", "xlsx") for who in ("server", "command"))
    measured = (
        f"CSV {f['csv_seconds']:.0f} s: server {f['csv_server']:+.0f} MB, command {f['csv_command']:+.0f} MB; .xlsx"
        f" {f['xlsx_seconds']:.0f} s: server {f['xlsx_server']:+.0f} MB, command {f['xlsx_command']:+.0f} MB (over an"
        f" export of one unit, {f['command']:.0f} MB); {f['missing']:.0f} rows missing; callbacks p95 {_ms(f['p95'])},"
        f" {f['errors']:.0f} errors"
    )
    return measured, grown <= EXPORT_MEGABYTES and not f["missing"] + f["errors"]


@dataclass(frozen=True)
class Kind:
    """A test as the page tells it: what is run for how many minutes, and what is said of its figures."""

    test: Test
    minutes: float
    title: str
    load: str
    figure: str
    tell: Callable[[Figures], Told]

    def row(self, figures: Figures, command: str) -> Row:
        measured, holds = self.tell(figures)
        return Row(self.title, self.load, self.figure, measured, command, holds)


TESTS: Mapping[str, Kind] = {
    "normal": Kind(
        normal, 10.0, "normal day", "5 callbacks/s, 60 users", "p95 ≤ 300 ms, p99 ≤ 800 ms, 0 errors", _normal
    ),
    "deadline": Kind(
        deadline, 10.0, "deadline day", "20 callbacks/s + 1 upload (2,000 rows) every 2 s",
        "p95 ≤ 800 ms, upload answered ≤ 3 s, 0 × 5xx, 0 lost receipts", _deadline,
    ),
    "overload": Kind(
        overload, 1.0, "overload 5×", "100 callbacks/s for 60 s, then 5/s",
        "429/503 with Retry-After, never a hang; normal p95 again within 30 s", _overload,
    ),
    "bigfile": Kind(
        bigfile, 1.0, "big file", "50,000-row .xlsx while 20 callbacks/s",
        "accepted ≤ 15 s; dashboards p95 ≤ 2 × normal", _bigfile,
    ),
    "export": Kind(
        export, 1.0, "export all", "1 M rows as CSV and .xlsx while 5 callbacks/s", "streamed, RSS + ≤ 200 MB", _export
    ),
}  # fmt: skip
_SUMMED = frozenset({"errors", "lost", "server_errors", "unsent", "others", "after_errors", "refused", "missing"})


def _once(name: str, world: World, minutes: float, seed: int) -> Figures:
    test = TESTS[name].test
    before = faults(world)

    async def asked() -> tuple[dict[str, float], Run]:
        with served(world) as (address, watch):
            browsers = await sign_in(address, world.people)
            run = Run(world, address, watch, People(world, browsers, seed), browsers, seed)
            found = dict(await test(run, minutes))
            for browser in browsers:
                browser.close()
            found["peak"] = max(one[1] for one in watch.samples) / _MEGABYTE
            return found, run

    found, run = asyncio.run(asked())
    found.setdefault("p95", p(run.clicks, 95))
    found["errors"] = found.get("errors", wrong(run.clicks) if name == "export" else 0) + faults(world) - before
    found["lost"] = lost(world, world.sent)
    print({key: round(value, 3) for key, value in found.items()}, flush=True)
    return found


def _together(runs: Sequence[Figures]) -> Figures:
    return {
        key: (sum if key in _SUMMED else statistics.median)([one[key] for one in runs]) for key in runs[0]
    }  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench load", description=__doc__)
    parser.add_argument("--test", choices=[*TESTS, "all"], default="all")
    parser.add_argument("--minutes", type=float, help="of one run (default: as the figure says)")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-page", action="store_true", help="print, and leave docs/reliability.md as it is")
    asked = parser.parse_args(arguments)
    held = True
    for name in TESTS if asked.test == "all" else [asked.test]:
        minutes = asked.minutes or TESTS[name].minutes
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
            world = make_world(Path(folder))
            figures = _together([_once(name, world, minutes, seed) for seed in range(asked.runs)])
        short = f" --minutes {asked.minutes:g}" if asked.minutes else ""
        runs = f" --runs {asked.runs}" if asked.runs != 3 else ""
        row = TESTS[name].row(figures, f"python -m bench load --test {name}{short}{runs}")
        print(row.line(), flush=True)
        if not asked.no_page:
            load_page.write([row])
        held = held and row.holds
    return 0 if held else 1
