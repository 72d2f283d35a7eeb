"""How long backups are kept, and when one is due that can be read without this version of the database.

Both go by what lies in the folder and its order: a clock that was wrong for a night must neither remove what is needed
nor hold up what is due.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.store.store import Store
from monitor.store.times import to_stored

from .errors import BackupError
from .own import numbered_apart, of_store
from .shelf import Belongs, everybodys, list_backups, remove, shelf

_WEEK = timedelta(days=7) - timedelta(hours=1)  # the same hour a week later, give or take
CLOCK_SLACK = timedelta(hours=1)  # a backup from further ahead is of a wrong clock


def is_portable_due(folder: Path, now: datetime, belongs: Belongs = everybodys) -> bool:
    """Whether the last copy that needs no DuckDB of this version is a week old, or from a time that has not come."""
    last = next((one.made_at for one in list_backups(folder, belongs) if one.portable and one.whole), None)
    return last is None or not -CLOCK_SLACK <= to_stored(now) - last < _WEEK


def prune_backups(folder: Path, store: Store, *, days: int, months: int) -> tuple[Path, ...]:
    """Remove what need not be kept of this store: gives the paths of those that are gone, the oldest first.

    What another store put there stays, and what cannot be read, so that nobody knows whose it is.
    Kept are those of the newest day that has any and of `days` days before it, the last whole one of each of the newest
    `months` months, and in any case the newest whole one and the newest whole portable one. Days and months without a
    backup do not count: today's date is not asked. Raises BackupError (where their numbers do not tell the order too:
    then nothing is removed), StoreError, OSError.
    """
    with shelf(folder, make=False) as is_there:
        if not is_there:
            return ()
        backups = [one for one in list_backups(folder, of_store(store)) if one.kind is not None]
        if (apart := numbered_apart(store, backups)) is not None:
            first, second = (one.path.name for one in apart)
            raise BackupError(
                "numbers",
                f"{folder}：{first} 与 {second} 的编号不合先后次序，什么都没有清理；多半是从别处复制来的，"
                "请把复制来的备份移到另一个文件夹",
                f"{folder}: the numbers of {first} and {second} do not tell which is newer, and nothing was removed:"
                " where backups were copied in from another folder, move them into one of their own",
            )
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
