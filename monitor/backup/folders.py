"""The way back from a data folder that nobody has open: one that was copied, or whose log of late writes is damaged."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from monitor.progress import Telling, untold
from monitor.store.audit import QUARANTINED, RESTORED
from monitor.store.audit_folder import KEY_FILE, AuditFolder, Head
from monitor.store.erasures import ASIDE
from monitor.store.times import to_stored

from .beyond import files_beyond
from .errors import BackupError
from .files import copy_file, copy_stream
from .manifest import AUDIT, RECEIVED
from .proving import Proof, prove
from .restoring import Restored, put_note
from .target import filling

QUARANTINE = "quarantine"
_STAMP = "%Y%m%dT%H%M%SZ"
_TELL_EACH = 500  # received files


@dataclass(frozen=True)
class Quarantined:
    """`logs`: what was put aside. `missing`: the first and the last entry of the audit log that were in it and nowhere
    else, None where there are none. `receipts`: received files that have no receipt now, put aside too.
    """

    logs: tuple[Path, ...]
    missing: tuple[int, int] | None
    receipts: tuple[int, ...]


def find_store(source: Path, name: str) -> Path:
    """The store's file in a data folder, or the path itself. Raises BackupError: there is none, or more than one."""
    if source.is_file():
        return source
    if (source / name).is_file():
        return source / name
    found = sorted(source.glob("*.duckdb")) if source.is_dir() else []
    if len(found) == 1:
        return found[0]
    backups = sorted(one.name for one in source.glob("plan-monitor-*")) if source.is_dir() else []
    zh = f"；其中有备份，如 {backups[-1]}" if backups else ""
    en = f"; it holds backups, such as {backups[-1]}" if backups else ""
    raise BackupError(
        "no_backup",
        f"{source}：既不是备份，也不是数据文件夹{zh}；请检查路径",
        f"{source}: is neither a backup nor a data folder{en}: check the path",
    )


def restore_folder(file: Path, audit: AuditFolder, target: Path, *, by: str, told: Telling = untold) -> Restored:
    """Make a data folder in `target` of another whose store is `file`, with its log of late writes; it is not touched.

    Raises BackupError: somebody has it open, damaged …; StoreError. `target` is as it was then.
    """
    with filling(target, file.name) as work:
        with _alone(file) as held:
            copy_stream(held, work / file.name)
            for log in _logs(file):
                copy_file(log, work / log.name)
            _take_rest(file, audit, work, told)
        last_receipt = put_note(work / file.name, RESTORED, by, {"folder": file.parent.name})
        proof = _proof(work / file.name, told)
    return Restored(target / file.name, proof.head, proof, last_receipt)


def restore_without_log(
    file: Path, audit: AuditFolder, target: Path, *, by: str, now: datetime, told: Telling = untold
) -> tuple[Restored, Quarantined]:
    """As `restore_folder`, of what the store's file alone holds: its log of late writes is kept apart and not read.

    The head of the audit log becomes that of what is there; the old one stays beside it under a name with the time, and
    the restored store's log says which entries are missing. `now`: UTC.
    """
    stamp = to_stored(now).strftime(_STAMP)
    with filling(target, file.name) as work:
        store = work / file.name
        with _alone(file) as held:
            copy_stream(held, store)
            (work / QUARANTINE).mkdir(mode=0o700)
            logs = _put_logs_aside(file, work / QUARANTINE, stamp)
            _take_rest(file, audit, work, told)
        found = prove(store, audit=None, head=None)
        missing = _take_head(store, found.head, stamp)
        beyond = files_beyond(work / RECEIVED, max(found.receipts, default=0))
        _take_aside(work, beyond)
        said: dict[str, object] = {"log": list(logs), "sha256": list(logs.values())}
        if missing is not None:
            said |= {"missing_from": missing[0], "missing_to": missing[1]}
        last_receipt = put_note(store, QUARANTINED, by, said)
        proof = _proof(store, told)
    restored = Restored(target / file.name, found.head, proof, last_receipt)
    return restored, Quarantined(tuple(target / QUARANTINE / name for name in logs), missing, beyond)


@contextmanager
def _alone(file: Path) -> Iterator[BinaryIO]:
    """While it lasts nobody opens the store for writing; gives the file, which is read through this handle alone.

    Closing any other handle of it in this process would give up the lock: never for one that has the store open itself.
    Raises BackupError where somebody has it open, OSError.
    """
    with file.open("rb") as stream:
        try:
            fcntl.lockf(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            raise BackupError(
                "in_use",
                f"{file}：正被使用；请先停止使用它的程序，或用 monitor backup 备份",
                f"{file}: is in use: stop the program that has it open, or make a backup with `monitor backup`",
            ) from None
        yield stream


def _logs(file: Path) -> list[Path]:
    """The database's logs of late writes; there are two while one is written into the file."""
    return sorted(one for one in file.parent.iterdir() if one.name.startswith(f"{file.name}.") and ".wal" in one.name)


def _put_logs_aside(file: Path, folder: Path, stamp: str) -> Mapping[str, str]:
    """New name → SHA-256. Raises OSError."""
    names: dict[str, str] = {}
    for log in _logs(file):
        name = f"{log.name}.{stamp}"
        names[name] = copy_file(log, folder / name)
    return names


def _take_rest(file: Path, audit: AuditFolder, work: Path, told: Telling) -> None:
    """The received files, whatever their number, and the key and the head of the audit log. Raises OSError."""
    for folder in (RECEIVED, f"{RECEIVED}/{ASIDE}"):
        if not (file.parent / folder).is_dir():
            continue
        (work / folder).mkdir(mode=0o700)
        for done, one in enumerate(sorted((file.parent / folder).iterdir())):
            if done % _TELL_EACH == 0:
                told("复制收到的文件", "copying received files", done=done)
            if one.is_file() and one.name.isdecimal():
                copy_file(one, work / folder / one.name)
    (work / AUDIT).mkdir(mode=0o700)
    if audit.path is not None and audit.head_file is not None:
        for one in (audit.path / KEY_FILE, audit.head_file):
            if one.is_file():
                copy_file(one, work / AUDIT / one.name)


def _take_head(store: Path, end: Head, stamp: str) -> tuple[int, int] | None:
    """Let the head be that of what is there, and the old one lie beside it; the entries that are lost. OSError."""
    own = AuditFolder.of(store, None)
    old = own.read_head()
    if own.head_file is not None and own.head_file.exists():
        own.head_file.rename(own.head_file.with_name(f"{own.head_file.name}.{stamp}"))
    if end.seq > 0:
        own.write_head(end, durably=True)
    return (end.seq + 1, old.seq) if isinstance(old, Head) and old.seq > end.seq else None


def _take_aside(work: Path, receipts: tuple[int, ...]) -> None:
    """Received files whose receipts are lost: the next files that come would be given their numbers."""
    for receipt in receipts:
        place = work / QUARANTINE / RECEIVED
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        (work / RECEIVED / str(receipt)).rename(place / str(receipt))


def _proof(store: Path, told: Telling) -> Proof:
    told("核验数据库", "proving the store")
    head = AuditFolder.of(store, None).read_head()
    return prove(store, audit=store.parent / AUDIT, head=head if isinstance(head, Head) else None)
