"""The section 'Load and soak' of docs/reliability.md: a row a test, each written anew by the run of that test."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
TITLE = "## Load and soak\n"
_HEAD = "| test | load | figure | measured | command | day |\n|---|---|---|---|---|---|\n"
_ABOUT = """\
`monitor serve` in a process of its own on loopback over a store of a million figures in force (4.5 million sent, all
synthetic). Sixty people sign in with their passwords and walk through every kind of page by its callback, over all
slices (period, as-of day, language, region, indicator); files come in by the page's form and by the API. Open loop:
arrivals are Poisson, a time counts from the moment at which the request was due to its last byte, and the client shares
the machine's cores with the server ([bench/load.py](../bench/load.py), [bench/soak.py](../bench/soak.py)). Figures of
several runs are their medians; errors and lost receipts are those of all runs together.

"""


@dataclass(frozen=True)
class Row:
    """`name` is the row's key: a later run of the same test takes its place."""

    name: str
    load: str
    figure: str
    measured: str
    command: str
    holds: bool

    def line(self) -> str:
        held = "" if self.holds else "**not held:** "
        day = datetime.now(UTC).date().isoformat()
        return f"| {self.name} | {self.load} | {self.figure} | {held}{self.measured} | `{self.command}` | {day} |\n"


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def write(rows: Sequence[Row], page: Path = PAGE) -> None:
    """Put the rows into the section, which is made at the end of the page where there is none yet."""
    text = page.read_text(encoding="utf-8") if page.exists() else "# Reliability\n"
    if TITLE not in text:
        text = f"{text.rstrip()}\n\n{TITLE}\n{_ABOUT}{_HEAD}"
    before, _, rest = text.partition(TITLE)
    end = rest.find("\n## ")
    section, after = (rest, "") if end < 0 else (rest[: end + 1], rest[end + 1 :])
    about, _, table = section.partition(_HEAD)
    kept = [line for line in table.splitlines(keepends=True) if line.startswith("| ")]
    others = [line for line in table.splitlines(keepends=True) if not line.startswith("| ")]
    for row in rows:
        place = next((n for n, line in enumerate(kept) if line.startswith(f"| {row.name} |")), len(kept))
        kept[place : place + 1] = [row.line()]
    lines = "".join([*kept, *others])
    gap = "\n" if after and not lines.endswith("\n\n") else ""
    page.write_text(f"{before}{TITLE}{about}{_HEAD}{lines}{gap}{after}", encoding="utf-8")
