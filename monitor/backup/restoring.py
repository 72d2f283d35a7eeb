"""The way back from a backup: every byte compared with what was made, the store proven, then put in place."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from monitor.progress import Telling, untold
from monitor.store.audit import RESTORED
from monitor.store.audit_folder import KEY_FILE, AuditFolder, Head
from monitor.store.copying import make_empty, path_text, quoted
from monitor.store.errors import first_line
from monitor.store.migrations import known_migrations
from monitor.store.store import Store
from monitor.store.transaction import text_of

from .errors import BackupError, damaged
from .files import copy_file
from .manifest import AUDIT, DATABASE, HEAD, PARQUET, Manifest, read_manifest, read_sums
from .proving import SQL, Proof, prove
from .target import filling


@dataclass(frozen=True)
class Restored:
    """`store`: its file; `proof`: of it as restored; `head`: the end of its audit log before that was noted there.

    `last_receipt`: the number of the last file that was received. `made`: of the backup that it came from.
    """

    store: Path
    head: Head
    proof: Proof
    last_receipt: int
    made: Manifest | None = None

    @property
    def is_sound(self) -> bool:
        return not self.proof.faults


def restore_backup(
    backup: Path,
    target: Path,
    *,
    by: str,
    key_folder: Path | None = None,
    from_parquet: bool = False,
    told: Telling = untold,
) -> Restored:
    """Make a data folder of a backup in `target`, which is empty or is made; the backup is not touched.

    `key_folder`: where the key of the audit log is, if it is not in the backup. `from_parquet`: the rows are taken from
    the portable copy, which every version of the database reads. The store is brought to this program's structure.
    Raises BackupError: damaged, no key, not empty …; StoreError. `target` is as it was then.
    """
    manifest = read_manifest(backup)
    sums = read_sums(backup, manifest)
    if manifest.level > len(known_migrations()):
        raise BackupError(
            "newer_backup",
            f"{backup}：其数据库由更新版本的程序写成；请用该版本恢复",
            f"{backup}: its store was written by a newer program: restore it with that one",
        )
    with filling(target, manifest.store) as work:
        _take_files(backup, work, sums, told)
        _take_key(work / AUDIT, key_folder, backup, is_needed=manifest.head.seq > 0)
        store = work / manifest.store
        if from_parquet:
            _from_parquet(work, store, manifest)
        elif store.name != DATABASE:
            (work / DATABASE).rename(store)
        if manifest.head.seq > 0:
            (work / AUDIT / HEAD).rename(work / AUDIT / f"{store.name}.head")
        else:  # a store without a log is sealed when it is opened, and not one whose log has no entry yet
            (work / AUDIT / HEAD).unlink()
        told("核验数据库", "proving the store")
        proof = _proven(work, store, manifest)
        _compare(backup, manifest, proof)
        shutil.rmtree(work / PARQUET, ignore_errors=True)
        detail = {"backup": backup.name, "seq": manifest.head.seq}
        last_receipt, proof = _go_on(store, proof, by, detail)
    return Restored(target / manifest.store, manifest.head, proof, last_receipt, manifest)


def put_note(store: Path, action: str, by: str, detail: Mapping[str, object]) -> int:
    """Open a restored store for the first time, which migrates it, and note in it where it comes from.

    Gives the number of its last receipt. Raises StoreError.
    """
    with Store.open(store, audit_folder=store.parent / AUDIT) as opened:
        opened.note(action, by=by, object="store", detail=detail)
        return int(opened.ask(SQL / "last_receipt.sql")[0][0])


def _proven(work: Path, store: Path, manifest: Manifest) -> Proof:
    """Raises BackupError, which knows of the portable copy where this version of the database reads no other."""
    try:
        return prove(store, audit=work / AUDIT, head=manifest.head)
    except BackupError as error:
        if error.code != "unreadable" or manifest.duckdb == duckdb.__version__ or not manifest.portable:
            raise
        zh, en = f"备份由 DuckDB {manifest.duckdb} 写成", f"it was made by DuckDB {manifest.duckdb}"
        raise BackupError(
            "other_database",
            f"{error.zh}：{zh}；请加 --from-parquet",
            f"{error.en}: {en}: add --from-parquet",
        ) from error


def _go_on(store: Path, proof: Proof, by: str, detail: Mapping[str, object]) -> tuple[int, Proof]:
    last_receipt = put_note(store, RESTORED, by, detail)
    if proof.level < len(known_migrations()):
        proof = prove(store, audit=store.parent / AUDIT, head=None)  # could be verified only once it was migrated
    return last_receipt, proof


def _take_files(backup: Path, work: Path, sums: Mapping[str, str], told: Telling) -> None:
    """Copy each file, and compare what was copied. Raises BackupError, OSError where it cannot be written."""
    for done, (name, digest) in enumerate(sorted(sums.items())):
        if done % 500 == 0:
            told("复制文件", "copying files", done=done, total=len(sums))
        source = backup / name
        if Path(name).is_absolute() or ".." in Path(name).parts or not source.is_file():
            raise damaged(source, "文件不在", "the file is gone")
        place = work / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            found = copy_file(source, place)
        except OSError as error:
            if error.errno is not None and not _is_readable(source):
                raise damaged(source, error.strerror or "", error.strerror or "") from error
            raise
        if found != digest:
            raise damaged(source, "内容被改动过", "it was changed")


def _is_readable(source: Path) -> bool:
    try:
        with source.open("rb") as stream:
            while stream.read(1 << 20):
                pass
    except OSError:
        return False
    return True


def _take_key(audit: Path, key_folder: Path | None, backup: Path, *, is_needed: bool) -> None:
    """The key from where it is kept apart, if the backup has none. Raises BackupError, StoreError, OSError."""
    if (audit / KEY_FILE).exists():
        return
    kept = AuditFolder(key_folder, "")
    if key_folder is None or not kept.has_key():
        if not is_needed:
            return
        raise BackupError(
            "no_key",
            f"{backup}：审计密钥不在备份中；请用 MONITOR_AUDIT_FOLDER 指明存有 {KEY_FILE} 的文件夹",
            f"{backup}: the key of its audit log is not in it: name the folder of {KEY_FILE} with MONITOR_AUDIT_FOLDER",
        )
    kept.load_key()
    copy_file(key_folder / KEY_FILE, audit / KEY_FILE)


def _from_parquet(work: Path, store: Path, manifest: Manifest) -> None:
    """Make the store anew from the portable copy. Raises BackupError."""
    if not manifest.portable:
        raise BackupError(
            "not_portable",
            f"{work.parent}：该备份没有 Parquet 副本；请选用带有 {PARQUET} 文件夹的备份",
            f"{work.parent}: this backup has no copy in Parquet: take one that has a folder {PARQUET}",
        )
    (work / DATABASE).unlink()
    make_empty(store, range(1, manifest.level + 1))
    try:
        with duckdb.connect(str(store)) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            for table in manifest.tables:
                path = work / PARQUET / f"{table}.parquet"
                names = {"table": quoted(table), "path": path_text(path)}
                connection.execute(text_of(SQL / "table_from_parquet.sql").format(**names))
    except duckdb.Error as error:
        raise damaged(PARQUET, first_line(error), first_line(error)) from error


def _compare(backup: Path, manifest: Manifest, proof: Proof) -> None:
    """What was restored is what was backed up. Hashes of rows are those of one version of the database."""
    with_hashes = manifest.duckdb == duckdb.__version__
    for table, expected in manifest.tables.items():
        found = proof.tables.get(table)
        if found is None or found[0] != expected[0] or (with_hashes and found != expected):
            raise damaged(backup, f"表 {table} 与备份时不符", f"table {table} is not what was backed up")
    if proof.level != manifest.level or proof.head != manifest.head:
        raise damaged(backup, "末尾与备份时不符", "its end is not what was backed up")
