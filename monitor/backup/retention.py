"""How long backups are kept, and when one is due that can be read without this version of the database.

Both go by what lies in the folder and its order: a clock that was wrong for a night must neither remove what is needed
nor hold up what is due.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.store.times import to_stored

from .shelf import list_backups, remove, shelf

_WEEK = timedelta(days=7) - timedelta(hours=1)  # the same hour a week later, give or take
CLOCK_SLACK = timedelta(hours=1)  # a backup from further ahead is of a wrong clock


def is_portable_due(folder: Path, now: datetime) -> bool:
    """Whether the last copy that needs no DuckDB of this version is a week old, or from a time that has not come."""
    last = next((one.made_at for one in list_backups(folder) if one.portable and one.whole), None)
    return last is None or not -CLOCK_SLACK <= to_stored(now) - last < _WEEK


def prune_backups(folder: Path, *, days: int, months: int) -> tuple[Path, ...]:
    """Remove what need not be kept: gives the paths of those that are gone, the oldest first.

    Kept are those of the newest day that has any and of `days` days before it, the last whole one of each of the newest
    `months` months, and in any case the newest whole one and the newest whole portable one. Days and months without a
    backup do not count: today's date is not asked. Raises BackupError, OSError.
    """
    with shelf(folder, make=False) as is_there:
        if not is_there:
            return ()
        backups = list_backups(folder)
        whole = [one for one in backups if one.whole]
        kept = {one.path for one in (whole[:1] + [one for one in whole if one.portable][:1])}
        last_of_month: dict[tuple[int, int], Path] = {}
        for one in whole:
            last_of_month.setdefault((one.made_at.year, one.made_at.month), one.path)
        kept |= set(list(last_of_month.values())[:months])
        by_day: dict[date, set[Path]] = {}
        for one in backups:
            by_day.setdefault(one.made_at.date(), set()).add(one.path)
        kept |= {path for paths in list(by_day.values())[: days + 1] for path in paths}
        gone = [one.path for one in reversed(backups) if one.path not in kept]
        for path in gone:
            remove(path)
        return tuple(gone)
