"""How long backups are kept, and when one is due that can be read without this version of the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from monitor.store.times import to_stored

from .shelf import list_backups, remove, shelf

_WEEK = timedelta(days=7) - timedelta(hours=1)  # the same hour a week later, give or take


def is_portable_due(folder: Path, now: datetime) -> bool:
    """Whether the last copy that needs no DuckDB of this version is a week old."""
    last = next((one.made_at for one in list_backups(folder) if one.portable and one.sound), None)
    return last is None or to_stored(now) - last >= _WEEK


def prune_backups(folder: Path, now: datetime, *, days: int, months: int) -> tuple[Path, ...]:
    """Remove what need not be kept: gives the paths of those that are gone, the oldest first.

    Kept are those of the last `days` days, the last sound one of each month for `months` months, and in any case the
    newest sound one and the newest sound portable one. Raises BackupError, OSError.
    """
    moment = to_stored(now)
    with shelf(folder, make=False) as is_there:
        if not is_there:
            return ()
        backups = list_backups(folder)
        kept = {one.path for one in backups if moment - one.made_at <= timedelta(days=days)}
        sound = [one for one in backups if one.sound]
        kept |= {one.path for one in (sound[:1] + [one for one in sound if one.portable][:1])}
        since = moment.year * 12 + moment.month - months
        last_of_month: dict[int, Path] = {}
        for one in sound:
            last_of_month.setdefault(one.made_at.year * 12 + one.made_at.month, one.path)
        kept |= {path for month, path in last_of_month.items() if month > since}
        gone = [one.path for one in reversed(backups) if one.path not in kept]
        for path in gone:
            remove(path)
        return tuple(gone)
