"""A backup: one folder that can be carried, proven before it gets its name.

It holds the database as it was at one moment, the files as they were received, the head of the audit log (and its key,
where that lies beside the data anyway), and now and then the same rows in Parquet. A received file that an earlier
backup holds with the same bytes is not copied again: both have it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from monitor import __version__
from monitor.progress import Telling, untold
from monitor.store.audit_folder import KEY_FILE, AuditFolder, Head
from monitor.store.copying import ROOM, StoreCopy, tables_of
from monitor.store.erasures import digest_of, to_disk
from monitor.store.errors import first_line
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.store import Store
from monitor.store.times import to_stored, utc_now
from monitor.store.transaction import execute

from .errors import BackupError
from .files import copy_file, folders_to_disk, link_file, take_file, write_text
from .manifest import (
    AUDIT,
    DATABASE,
    HEAD,
    MANIFEST,
    PARQUET,
    RECEIVED,
    SUMS,
    Kind,
    Manifest,
    read_manifest,
    read_sums,
    sums_text,
)
from .own import number_of_next, of_store
from .proving import SQL, Proof, prove
from .retention import is_portable_due
from .shelf import UNFINISHED, Backup, look, newest_whole, shelf

ACTION = "backed_up"  # in the audit log, before anything is copied
_TELL_EACH = 500  # received files
_FAULTS_TOLD = 50


@dataclass(frozen=True)
class _Source:
    """Where the parts of a store lie: its file, the files received, the key and the head of its audit log."""

    file: Path
    audit: AuditFolder

    @property
    def received(self) -> Path:
        return self.file.parent / RECEIVED

    @property
    def key(self) -> Path | None:
        """The key where it belongs to the data folder; one that is kept elsewhere stays there."""
        folder = self.audit.path
        is_beside = folder is not None and folder.absolute() == (self.file.parent / AUDIT).absolute()
        return folder / KEY_FILE if folder is not None and is_beside and self.audit.has_key() else None


@dataclass(frozen=True)
class _Order:
    by: str
    kind: Kind
    portable: bool
    at: datetime
    number: int


def make_backup(store: Store, folder: Path, *, by: str, kind: Kind, portable: bool, told: Telling = untold) -> Backup:
    """Back the store up into a new folder of `folder`, while others read and write it.

    `portable`: with its rows in Parquet; a nightly one has them once a week by itself. Faults that the store had
    already are backed up with it and stand in the manifest; a copy that is not the store is not kept. Raises
    BackupError, StoreError, StoreFatal.
    """
    if store.path is None or store.audit_folder is None:
        raise BackupError("memory", "内存中的数据库不能备份", "a store in memory is not backed up")
    source = _Source(store.path, store.audit_folder)
    with _told_apart(folder), shelf(folder):
        made_at = to_stored(store.now())
        is_portable = portable or (kind == "nightly" and is_portable_due(folder, made_at, of_store(store)))
        number = number_of_next(folder, store.ask(SQL / "backup_notes.sql"))
        store.note(ACTION, by=by, object="store", detail={"kind": kind, "folder": str(folder), "number": number})
        order = _Order(by, kind, is_portable, made_at, number)
        try:
            return _build(source, store.copy_to_staging(told), folder, order, told, is_last=False)
        except _Changed:
            return _build(source, store.copy_to_staging(told), folder, order, told, is_last=True)


def backup_before_migration(
    copy: StoreCopy, file: Path, audit: AuditFolder, folder: Path, *, by: str, told: Telling = untold
) -> Backup:
    """Back up a store that its program is about to change, of which `copy` was made. Raises BackupError, StoreError."""
    with _told_apart(folder), shelf(folder):
        order = _Order(by, "before_migration", False, to_stored(utc_now()), number_of_next(folder, _notes(copy)))
        return _build(_Source(file, audit), copy, folder, order, told, is_last=True)


class _Changed(Exception):
    """A file was received with other bytes than the copy says: it lost its names meanwhile, or is damaged."""


def _build(source: _Source, copy: StoreCopy, folder: Path, order: _Order, told: Telling, *, is_last: bool) -> Backup:
    """Raises _Changed unless it is the last try, BackupError, StoreError."""
    name = _free_name(folder, f"plan-monitor-{order.at:%Y%m%dT%H%M%SZ}-{copy.head.seq:06d}")
    unfinished = folder / f"{UNFINISHED}{name}"
    try:
        _need_room(folder, copy, order)
        unfinished.mkdir(mode=0o700)
        sums = {DATABASE: take_file(copy.path, unfinished / DATABASE)}
        sums |= _take_audit(source, copy.head, unfinished / AUDIT)
        earlier = newest_whole(folder, lambda one: one.origin in (None, copy.head.origin))
        sums |= _take_received(source.received, unfinished, earlier, told, is_last=is_last)
        told("核验备份", "proving the backup")
        proof = _prove(source, copy, unfinished, order)
        if order.portable:
            sums |= _take_parquet(unfinished / PARQUET)
        _write_manifest(unfinished, copy, source, order, sums, proof)
        folders_to_disk(unfinished)
        os.rename(unfinished, folder / name)
        to_disk(folder)
    finally:
        copy.discard()
        shutil.rmtree(unfinished, ignore_errors=True)
    told(f"备份完成：{name}", f"backup made: {name}")
    return look(folder / name)


def _free_name(folder: Path, wanted: str) -> str:
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, 10_000)))
    return next(name for name in names if not (folder / name).exists())


def _need_room(folder: Path, copy: StoreCopy, order: _Order) -> None:
    """Raises BackupError where the disk of backups would be full before the end, OSError."""
    size = copy.path.stat().st_size
    is_here = copy.path.stat().st_dev == folder.stat().st_dev
    needed = (0 if is_here else size) + (size if order.portable else 0) + ROOM
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            "no_space",
            f"{folder}：空间不足，不能备份（剩余 {free // 10**6} MB，需要 {needed // 10**6} MB）；请清理磁盘",
            f"{folder}: too little space for a backup ({free // 10**6} MB free, {needed // 10**6} MB needed)",
        )


def _take_audit(source: _Source, head: Head, target: Path) -> dict[str, str]:
    """The head as of the copy, and the key where it belongs to the data folder: path → SHA-256."""
    target.mkdir(mode=0o700)
    sums = {f"{AUDIT}/{HEAD}": write_text(target / HEAD, head.line())}
    if (key := source.key) is not None:
        sums[f"{AUDIT}/{KEY_FILE}"] = copy_file(key, target / KEY_FILE)
    return sums


def _take_received(
    received: Path, unfinished: Path, earlier: Backup | None, told: Telling, *, is_last: bool
) -> dict[str, str]:
    """The files that the copied store has receipts of: path → SHA-256. One that is gone is left to the proof.

    Raises OSError, _Changed.
    """
    target = unfinished / RECEIVED
    target.mkdir(mode=0o700)
    expected = _receipts(unfinished / DATABASE)
    held = {} if earlier is None else _held(earlier.path)
    sums: dict[str, str] = {}
    for done, (receipt, digest) in enumerate(expected):
        if done % _TELL_EACH == 0:
            told("复制收到的文件", "copying received files", done=done, total=len(expected))
        name = f"{RECEIVED}/{receipt}"
        is_held = earlier is not None and held.get(name) == digest
        if is_held and earlier is not None and link_file(earlier.path / name, target / str(receipt), digest):
            sums[name] = digest
            continue
        try:
            sums[name] = copy_file(received / str(receipt), target / str(receipt))
        except FileNotFoundError:
            continue
        if sums[name] != digest and not is_last:
            raise _Changed
    return sums


def _notes(copy: StoreCopy) -> list[tuple[object, ...]]:
    """What the copied store's log says of backups; nothing where it has no log yet. Raises OSError."""
    try:
        with duckdb.connect(str(copy.path), read_only=True) as connection:
            with_log = "audit" in tables_of(connection)
            return execute(connection, SQL / "backup_notes.sql").fetchall() if with_log else []
    except duckdb.Error as error:
        raise OSError(0, first_line(error), str(copy.path)) from error


def _receipts(database: Path) -> list[tuple[int, str]]:
    """Receipt and SHA-256 of its file, as the copied store knows them. Raises OSError."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            with_log = "audit" in tables_of(connection)
            sql = STORE_SQL / "verify_receipts.sql" if with_log else SQL / "received_files.sql"
            return [(int(receipt), str(digest)) for receipt, digest in execute(connection, sql).fetchall()]
    except duckdb.Error as error:
        raise OSError(0, first_line(error), str(database)) from error


def _held(backup: Path) -> Mapping[str, str]:
    try:
        return read_sums(backup, read_manifest(backup))
    except BackupError:
        return {}


def _prove(source: _Source, copy: StoreCopy, unfinished: Path, order: _Order) -> Proof:
    """Raises BackupError where the copy is not the store, OSError."""
    parquet = unfinished / PARQUET if order.portable else None
    if parquet is not None:
        parquet.mkdir(mode=0o700)
    proof = prove(unfinished / DATABASE, audit=source.audit.path, head=copy.head, parquet=parquet)
    shutil.rmtree(unfinished / "staging", ignore_errors=True)  # what the proof had no room for in memory
    if (differing := sorted(name for name in copy.tables if proof.tables.get(name) != copy.tables[name])) or (
        proof.head != copy.head
    ):
        which = ", ".join(differing) or "audit"
        raise BackupError(
            "not_equal",
            f"{unfinished.parent}：备份与数据库不符（{which}），没有保留；请检查磁盘后重试",
            f"{unfinished.parent}: the backup is not what the store says ({which}) and was not kept: check the disk",
        )
    return proof


def _take_parquet(folder: Path) -> dict[str, str]:
    """What the proof wrote, to the disk and for its owner alone: path → SHA-256."""
    sums = {}
    for one in folder.iterdir():
        one.chmod(0o600)
        to_disk(one)
        sums[f"{PARQUET}/{one.name}"] = digest_of(one)
    return sums


def _write_manifest(
    unfinished: Path,
    copy: StoreCopy,
    source: _Source,
    order: _Order,
    sums: Mapping[str, str],
    proof: Proof,
) -> None:
    text = sums_text(sums)
    manifest = Manifest(
        program=__version__,
        duckdb=duckdb.__version__,
        level=copy.level,
        store=source.file.name,
        made_at=order.at,
        made_by=order.by,
        kind=order.kind,
        head=copy.head,
        tables=copy.tables,
        bytes=sum((unfinished / name).stat().st_size for name in sums),
        database_bytes=(unfinished / DATABASE).stat().st_size,
        portable=order.portable,
        faults=tuple(en for _, en in proof.faults[:_FAULTS_TOLD]),
        sums=write_text(unfinished / SUMS, text),
        number=order.number,
    )
    write_text(unfinished / MANIFEST, manifest.text())


@contextmanager
def _told_apart(folder: Path) -> Iterator[None]:
    """A fault of the machine in words for people."""
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        raise BackupError(
            "machine",
            f"{place}：备份失败（{error.strerror}），没有留下半份备份；请检查磁盘空间和权限后重试",
            f"{place}: the backup failed ({error.strerror}) and nothing half is left: check disk space and permissions",
        ) from error
