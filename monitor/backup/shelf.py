"""The folder of backups: what is in it, and one at a time at work there."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.store.audit_folder import read_line
from monitor.store.times import to_stored

from .errors import BackupError
from .manifest import AUDIT, DATABASE, HEAD, MANIFEST, Kind, read_manifest

_NAME = re.compile(r"plan-monitor-(\d{8}T\d{6})Z-(\d+)(?:-\d+)?")
_LOCK = ".lock"
UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Backup:
    """One backup as its manifest tells of it. `made_at`: UTC without zone; `seq`: the end of its audit log.

    `kind`: None where the manifest cannot be read. `whole`: it equalled its store when it was made, and its manifest
    and database are there: it can be gone back to (whether every byte is as it was, `restore` tells). `faults`: how
    many its store had itself then. `number`: which one of its store it is; `mac`: of the end of its audit log;
    `origin`: of which store it is, as Head has it. Each None where it does not say.
    """

    path: Path
    made_at: datetime
    made_by: str
    kind: Kind | None
    seq: int
    bytes: int
    portable: bool
    whole: bool
    faults: int = 0
    number: int | None = None
    mac: str | None = None
    origin: str | None = None

    @property
    def sound(self) -> bool:
        """Whole, and of a store without a fault."""
        return self.whole and not self.faults


Belongs = Callable[[Backup], bool]
"""Whether a backup is of the store that is meant; several stores may have put theirs into one folder."""


def everybodys(_backup: Backup) -> bool:
    """Of whatever store."""
    return True


def list_backups(folder: Path, belongs: Belongs = everybodys) -> tuple[Backup, ...]:
    """All in the folder, the newest first; one that cannot be read is not whole. Raises OSError.

    The order is that in which they were made, whatever the clock said then: by their numbers, within one number by the
    end of the audit log. (That end alone would not do: a store that was restored begins further down again.) One
    without a number comes after the one before it by that end. Where numbers repeat, as programs that counted each
    folder for itself left them, the order is that of the log and then of time.
    """
    if not folder.is_dir():
        return ()
    found = [look(one) for one in folder.iterdir() if _NAME.fullmatch(one.name) and one.is_dir()]
    told = sorted((one for one in found if one.kind is not None and belongs(one)), key=_by_log)
    numbers: dict[Path, int] = {}
    last = 0
    for one in told if repeated(told) is None else ():
        last = numbers[one.path] = last if one.number is None else one.number
    ordered = sorted(told, key=lambda one: (numbers.get(one.path, 0), *_by_log(one)), reverse=True)
    for one in sorted((one for one in found if one.kind is None), key=_by_log):
        ordered.insert(next((at for at, other in enumerate(ordered) if _follows(one, other)), len(ordered)), one)
    return tuple(ordered)


def repeated(backups: Sequence[Backup]) -> tuple[Backup, Backup] | None:
    """Two that have one number and cannot both have it: the log went on between them."""
    known: dict[int, Backup] = {}
    for one in backups:
        if one.number is not None and known.setdefault(one.number, one).seq != one.seq:
            return known[one.number], one
    return None


def _by_log(backup: Backup) -> tuple[int, datetime, str]:
    return backup.seq, backup.made_at, backup.path.name


def _follows(unread: Backup, other: Backup) -> bool:
    """Whether one that cannot be read is newer: it must be by its time and by its log, and hold a database at all."""
    is_later = unread.made_at > other.made_at and unread.seq >= other.seq
    return is_later and (unread.path / DATABASE).is_file()


def newest_whole(folder: Path, belongs: Belongs = everybodys) -> Backup | None:
    """The one to restore from."""
    return next((one for one in list_backups(folder, belongs) if one.whole), None)


def next_number(folder: Path) -> int:
    """Of the backup that is about to be put there, as far as the folder tells."""
    return max((one.number or 0 for one in list_backups(folder)), default=0) + 1


def remove(path: Path) -> None:
    """Remove a backup, of which never a part looks like a whole one. Raises OSError."""
    aside = path.with_name(UNFINISHED + path.name)
    shutil.rmtree(aside, ignore_errors=True)
    os.rename(path, aside)
    shutil.rmtree(aside)


@contextmanager
def shelf(folder: Path, *, make: bool = True) -> Iterator[bool]:
    """The folder for one alone, freed of what a killed one left; whether it is there (always, if it may be made).

    Raises BackupError: another backup is under way, or the folder cannot be used.
    """
    if not make and not folder.is_dir():
        yield False
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupError(
            "folder",
            f"{folder}：不能在此备份（{error.strerror}）；请检查路径、所有者和权限",
            f"{folder}: no backup can be made here ({error.strerror}): check path, owner and mode",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(
                "busy",
                f"{folder}：另一个备份正在进行；请稍后再试",
                f"{folder}: another backup is under way: try again later",
            ) from None
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield True
    finally:
        os.close(descriptor)


def look(path: Path) -> Backup:
    """One backup, told by its manifest, or by its name where that cannot be read."""
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise ValueError(f"no name of a backup: {path.name}")
    at = datetime.strptime(f"{named[1]}+0000", "%Y%m%dT%H%M%S%z")
    try:
        manifest = read_manifest(path)
        is_whole = (path / DATABASE).stat().st_size == manifest.database_bytes
    except (BackupError, OSError):
        return Backup(path, to_stored(at), "", None, _end_of(path, int(named[2])), 0, False, False)
    taken = manifest.bytes + (path / MANIFEST).stat().st_size
    return Backup(
        path=path,
        made_at=manifest.made_at,
        made_by=manifest.made_by,
        kind=manifest.kind,
        seq=manifest.head.seq,
        bytes=taken,
        portable=manifest.portable,
        whole=is_whole,
        faults=len(manifest.faults),
        number=manifest.number,
        mac=manifest.head.mac,
        origin=manifest.head.origin,
    )


def _end_of(path: Path, named: int) -> int:
    """The end of the audit log of a backup without a manifest: what its head says, else its name."""
    try:
        head = read_line((path / AUDIT / HEAD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        head = None
    return named if head is None else head.seq
