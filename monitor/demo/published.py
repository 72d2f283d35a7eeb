"""The published national figures as files to load: what became known together, in order of the days it did.

A row counts from the day it was published on; where no day is known, from one year after its period's end, which is
marked as estimated (interface.md, As of T).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.catalogue.periods import Period, parse_period
from monitor.intake.dated import Dated

LOADED_BY = "公布数据"
# An hour of the working day that is the same date in UTC.
_RELEASED = time(10, 0)

PublishedRow = Mapping[str, str]


@dataclass(frozen=True)
class Round:
    """Rows that can go into one file, and when each (region, period, vintage) of them became known."""

    rows: tuple[PublishedRow, ...]
    dates: tuple[Dated, ...]


def known_on(row: PublishedRow) -> tuple[date, bool]:
    """The day from which the row counts, and whether it is estimated."""
    if row["published_on"]:
        return date.fromisoformat(row["published_on"]), False
    period = parse_period(row["period"])
    return Period(period.index + 12, period.months).end, True


def read_rounds(path: Path, indicators: Collection[str], timezone: ZoneInfo) -> tuple[Round, ...]:
    """Split the published rows of the known indicators: the n-th file holds the n-th day of each (region, period,
    vintage), so that rows of one submission with different days become successive revisions.

    Raises OSError when the file cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["indicator_id"] in indicators]
    parts: dict[tuple[str, str, str], dict[date, list[PublishedRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        parts[row["region_code"], row["period"], row["vintage"]][known_on(row)[0]].append(row)
    rounds: dict[int, list[tuple[tuple[str, str, str], date, list[PublishedRow]]]] = defaultdict(list)
    for key in sorted(parts):
        for place, day in enumerate(sorted(parts[key])):
            rounds[place].append((key, day, parts[key][day]))
    return tuple(
        Round(
            rows=tuple(row for _, _, found in rounds[place] for row in found),
            dates=tuple(_dated(key, day, found, timezone) for key, day, found in rounds[place]),
        )
        for place in sorted(rounds)
    )


def _dated(key: tuple[str, str, str], day: date, rows: Sequence[PublishedRow], timezone: ZoneInfo) -> Dated:
    at = datetime.combine(day, _RELEASED, timezone)
    return Dated(
        *key,
        submitted_at=at,
        submitted_by=LOADED_BY,
        decision="accepted",
        decided_at=at,
        decided_by=LOADED_BY,
        estimated=any(known_on(row)[1] for row in rows),
    )


def write_round(path: Path, rows: Sequence[PublishedRow]) -> None:
    """Write the rows with their own columns. Raises OSError."""
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
