"""What is done with the audit log when a store is opened: its key read, its head compared, an older store sealed."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

import duckdb

from monitor.secret_key import SecretKeyError, load_secret_key

from .audit_chain import Chain
from .audit_folder import KEY_FILE, AuditFolder
from .errors import StoreError


def open_chain(connection: duckdb.DuckDBPyConnection, path: Path | None, now: datetime) -> Chain:
    """The chain of an open store. `path`: the audit folder, None for a store in memory; `now`: UTC without zone.

    Raises StoreError: the key cannot be used.
    """
    if path is None:
        return Chain(connection, AuditFolder(None), secrets.token_bytes(32))
    return Chain(connection, AuditFolder(path), _load_key(path))


def _load_key(path: Path) -> bytes:
    try:
        return load_secret_key(path, KEY_FILE)
    except SecretKeyError as error:
        raise StoreError("audit_key", error.zh, error.en) from None
    except OSError as error:
        raise StoreError(
            "audit_folder",
            f"审计文件夹 {path} 无法使用（{error.strerror}）；请检查 MONITOR_AUDIT_FOLDER 及其所有者和权限。",
            f"the audit folder {path} cannot be used ({error.strerror}): check MONITOR_AUDIT_FOLDER",
        ) from error
