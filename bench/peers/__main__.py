"""`python -m bench.peers [PART…]`: what we do beside what the usual tools do (README.md); writes docs/performance.md.

PART is validation, scorecard, pages or progress; all of them without one. The environments of the peers are made first
(environment.sh). Ends with 1 where a part could not be run, or where what was compared was not the same.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.__main__ import read_section, write_section

from . import dashboards, progress, scorecard, validation
from .contest import CHECKOUT, ContestError
from .page import TITLE, Wins, woven


@dataclass(frozen=True)
class Size:
    """Rows of the submission, observations of the store, rounds of everything."""

    rows: int
    observations: int
    rounds: int


@dataclass(frozen=True)
class Told:
    """`holds`: everything was compared and we found no less than anybody."""

    text: str
    wins: Wins
    holds: bool


def _validation(size: Size) -> Told:
    result = validation.run(size.rows, size.rounds)
    complete = result.found[validation.CHECK].is_complete and all(same for _, _, same in result.sums.values())
    return Told(validation.describe(result), validation.wins(result), complete)


def _scorecard(size: Size) -> Told:
    result = scorecard.run(size.observations, size.rounds)
    same = all(one.is_whole for told in result.agreed.values() for one in told.values())
    return Told(scorecard.describe(result), scorecard.wins(result), same)


def _pages(size: Size) -> Told:
    result = dashboards.run(size.rounds)
    return Told(dashboards.describe(result), dashboards.wins(result), result.cold is not None)


def _progress(_size: Size) -> Told:
    rows = progress.run()
    return Told(progress.describe(rows), (), bool(rows))


# name → letter, environment it needs, what runs it
PARTS: Mapping[str, tuple[str, str | None, Callable[[Size], Told]]] = {
    "validation": ("a", "peers", _validation),
    "scorecard": ("b", "peers", _scorecard),
    "pages": ("c", "superset", _pages),
    "progress": ("d", None, _progress),
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rows", type=int, default=100_000, help="of the submission (100000)")
    parser.add_argument("--observations", type=int, default=1_000_000, help="of the store (1000000); at most 16000000")
    parser.add_argument("--rounds", type=int, default=5, help="of each comparison (5)")
    parser.add_argument("--quick", action="store_true", help="once and small, and nothing is written")
    given = parser.parse_args(arguments)
    size = Size(given.rows, given.observations, given.rounds)
    if given.quick:
        size = Size(given.rows, min(given.observations, 60_000), 1)
    # servers and temporary folders go with whoever ends this
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    texts, wins, holds = {}, {}, True
    for name in given.parts or PARTS:
        letter, environment, run = PARTS[name]
        load = os.getloadavg()[0]
        try:
            if environment:
                subprocess.run([str(CHECKOUT / "bench" / "peers" / "environment.sh"), environment], check=True)
            told = run(size)
        except (ContestError, subprocess.CalledProcessError) as error:
            print(f"{name} could not be run here: {error}", file=sys.stderr)
            holds = False
            continue
        texts[letter] = f"{told.text}\n\n{_circumstances(size, load)}"
        wins[letter], holds = told.wins, holds and told.holds
        print(f"\n{texts[letter]}\n", flush=True)
    section = woven(read_section(TITLE), texts, wins)
    if given.quick:
        print(section.partition("### a)")[0])
        return 0 if holds else 1
    return write_section(TITLE, section, holds=holds)


def _circumstances(size: Size, load: float) -> str:
    """Where and with what a part was measured."""
    places = (CHECKOUT / "bench" / "peers" / f"{name}.lock" for name in ("peers", "superset"))
    locked = "".join(place.read_text(encoding="utf-8") for place in places)
    names = ("apache-superset", "duckdb", "duckdb-engine", "frictionless", "pandas", "pandera", "polars", "psycopg")
    found = {name: re.search(rf"(?m)^{name}(\[\w+\])?==(\S+)", locked) for name in names}
    versions = ", ".join(f"{name} {match[2]}" for name, match in found.items() if match)
    return (
        f"Measured on {datetime.now(UTC).date()}: {os.cpu_count()} cores, Python {platform.python_version()},"
        f" {size.rounds} rounds, load of the machine when the part began {load:.1f}; {versions}."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
