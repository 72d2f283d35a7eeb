"""`make bench`: every benchmark in one run; prints the figures, writes docs/performance.md, fails above a bound.

`python -m bench rush` runs the deadline alone, `python -m bench pages` the pages alone; each writes its section.
`python -m bench sealing` runs what the audit log costs, `python -m bench ingest` how long files take; both write their
lines.
`python -m bench load` and `python -m bench soak` run the loads of docs/reliability.md, and `python -m bench restore` a
backup and the way back, `python -m bench sizing` what a server needs, `python -m bench growth` how time and memory
grow; each has `--help`. What usual tools do beside us is a package of its own: `python -m bench.peers`.
`python -m bench.scorecard` measures the scorecard and the whole tree alone, and prints them.
"""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from . import growth, ingest, load, pages, restore, rush, scorecard, sealing, sizing, soak, versions
from .measure import Ratio

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def main(only: str | None = None, *rest: str) -> int:
    if only == "versions":
        return versions.main(rest)
    if only == "restore":
        return restore.main(rest)
    if only == "sizing":
        return sizing.main(rest)
    if only == "growth":
        return growth.main(rest)
    if only == "load":
        return load.main(rest)
    if only == "soak":
        return soak.main(rest)
    if only == "rush":
        deadline = rush.run()
        return write_section(rush.TITLE, rush.describe(deadline), holds=deadline.holds)
    if only == "pages":
        opened = pages.run()
        return write_section(pages.TITLE, pages.describe(opened), holds=opened.holds)
    if only == "sealing":
        return _lines_alone(sealing.describe(*sealing.run()))
    if only == "ingest":
        return _lines_alone(ingest.describe(ingest.run()))
    taken = ingest.run()
    answered = scorecard.run()
    sealed, proven = sealing.run()
    deadline = rush.run()
    opened = pages.run()
    table = [
        *ingest.describe(taken),
        *answered.describe(),
        *sealing.describe(sealed, proven),
    ]
    lines = [_line(*one) for one in table]
    text = PAGE_TEXT.format(
        lines="\n".join(lines), answered=answered.tell(),
        taken=ingest.describe_memory(taken),
        cores=os.cpu_count(), python=platform.python_version(), duckdb=duckdb.__version__, day=datetime.now(UTC).date(),
        deadline=rush.describe(deadline), pages=pages.describe(opened), peers=read_section("## Beside other tools\n"),
    )  # fmt: skip
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return 0 if answered.holds and deadline.holds and opened.holds and all(ratio.holds for _, _, ratio in table) else 1


def _line(work: str, against: str, one: Ratio) -> str:
    times = f"{one.work * 1000:.0f} ms | {one.reference * 1000:.0f} ms"
    return f"| {work} | {against} | {times} | {one.ratio:.2f} | ≤ {one.bound:g} |"


def _lines_alone(table: list[tuple[str, str, Ratio]]) -> int:
    """Write some lines of the first table anew, or at its end."""
    lines = PAGE.read_text(encoding="utf-8").splitlines(keepends=True)
    for work, against, one in table:
        kept = [line for line in lines if not line.startswith(f"| {work} |")]
        place = 1 + max(number for number, line in enumerate(kept[: kept.index("\n", 8)]) if line.startswith("|"))
        lines = [*kept[:place], _line(work, against, one) + "\n", *kept[place:]]
        print(lines[place], end="")
    PAGE.write_text("".join(lines), encoding="utf-8")
    return 0 if all(one.holds for _, _, one in table) else 1


def read_section(title: str) -> str:
    """One section of the page: from its title to the next one, or to the closing words; empty where there is none."""
    _, found, rest = PAGE.read_text(encoding="utf-8").partition(title)
    ends = [place for mark in ("\n## ", CLOSING) if (place := rest.find(mark)) >= 0]
    return f"{found}{rest[: min(ends)]}" if found else ""


def write_section(title: str, text: str, *, holds: bool) -> int:
    """Write one section of the page anew: from its title to the next one, or to the closing words."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(title)
    if not rest:
        before, closing, after = before.partition(CLOSING)
        rest = closing + after
    ends = [place for mark in ("\n## ", CLOSING) if (place := rest.find(mark)) >= 0]
    PAGE.write_text(f"{before}{text}\n{rest[min(ends) :].lstrip()}", encoding="utf-8")
    print(text)
    return 0 if holds else 1


CLOSING = "How it is measured: "
PAGE_TEXT = """\
# Performance

Written by `make bench`. Ratios are medians of alternating runs in one process and are what counts; milliseconds are
this machine's ({cores} cores, Python {python}, DuckDB {duckdb}, {day}).

| work | reference | work | reference | ratio | bound |
|---|---|---|---|---|---|
{lines}

{answered}
- The ingest files have rows of {{units × months × indicators}}, of 32 provinces and of 382 units; the time includes
  starting the limited child process that reads them, 2,632 and 26,316 submissions with their events, and keeping the
  file as it was received. {taken}

{deadline}
{pages}
{peers}
How it is measured: [bench/](../bench). A timed test would fail on a busy machine and pass on a fast one, so none of
this runs in `make test`.
"""

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
