"""Kept files that lose what must not be kept any longer: the new bytes take the place of the old whole, or not at all.

Three steps, each durable before the next. The complete new file is put aside. The transaction that removes the rows
notes it in the audit log (`people_erased` of receipt:N, `after` the SHA-256 of the new bytes). The new file takes the
place of the old one. Whatever stands aside after a crash takes the place too, if that is what was noted; if not, the
erasing never happened and it goes.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from .errors import StoreError, StoreFatal
from .migrations import SQL

if TYPE_CHECKING:
    from .store import Store

_log = logging.getLogger("monitor.store")
_ROOM = 64 * 1024 * 1024  # bytes that a checkpoint may take beside the log's own
ACTION = "people_erased"
ASIDE = ".erasing"  # the folder, within that of received files, of new files by the number of their receipt


def aside(received: Path, receipt_id: int) -> Path:
    """Where the new file of a receipt is put first; its folder is there then. Raises OSError."""
    folder = received / ASIDE
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / str(receipt_id)


def settle(store: Store, received: Path | None) -> None:
    """Finish, or forget, what a crash or a fault left half done; nothing is aside then. Raises StoreError, OSError.

    For the one who erases, and before anybody else reads the files.
    """
    folder = None if received is None else received / ASIDE
    if received is None or folder is None or not folder.is_dir():
        return
    for left in folder.iterdir():
        noted = store.ask(SQL / "last_noted.sql", {"action": ACTION, "object": f"receipt:{left.name}"})
        if noted and noted[0][0] == digest_of(left):
            os.replace(left, received / left.name)
        else:
            left.unlink()
    to_disk(received)
    folder.rmdir()


def flush(store: Store) -> None:
    """Let go of the database's log of late writes, which holds what was written and erased since.

    Not where the disk is nearly full, which no checkpoint may meet, nor where one fails: then the next one does it.
    """
    if store.path is None:
        return
    log = store.path.with_name(f"{store.path.name}.wal")
    try:
        if log.exists() and shutil.disk_usage(log.parent).free > _ROOM + 4 * log.stat().st_size:
            store.ask(SQL / "checkpoint.sql")
    except StoreFatal:
        raise
    except (duckdb.Error, StoreError, OSError) as fault:
        _log.warning("no checkpoint after erasing: %s", type(fault).__name__)


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def to_disk(path: Path) -> None:
    """Let a file's bytes, or a folder's names, be there after a crash. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
