"""What a backup says of itself: `manifest.json`, and `SHA256SUMS` of all its other files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from monitor.store.audit_folder import Head, read_line
from monitor.store.copying import Tables

from .errors import BackupError, damaged

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
DATABASE = "monitor.duckdb"
RECEIVED = "received"
AUDIT = "audit"
PARQUET = "parquet"
HEAD = "head"
FORMAT = 1

Kind = Literal["nightly", "asked", "before_migration"]


@dataclass(frozen=True)
class Manifest:
    """`store`: the name of the store's file; `made_at`: UTC without zone; `head`, `tables`, `level`: as StoreCopy.

    `bytes`: of all files but these two; `database_bytes`: of the database alone; `sums`: SHA-256 of SHA256SUMS.
    `faults`: what the proof found wrong with the store that was copied, as lines in English; none for a sound one.
    `number`: which one of its store it is, counted from 1; None in backups of programs that did not count.
    """

    program: str
    duckdb: str
    level: int
    store: str
    made_at: datetime
    made_by: str
    kind: Kind
    head: Head
    tables: Tables
    bytes: int
    database_bytes: int
    portable: bool
    faults: tuple[str, ...]
    sums: str
    number: int | None = None

    def text(self) -> str:
        """As the file says it; the last line proves the others."""
        said: dict[str, Any] = {
            "format": FORMAT,
            "program": self.program,
            "duckdb": self.duckdb,
            "level": self.level,
            "store": self.store,
            "made_at": self.made_at.isoformat(timespec="microseconds"),
            "made_by": self.made_by,
            "kind": self.kind,
            "head": json.loads(self.head.line()),
            "tables": {name: list(one) for name, one in sorted(self.tables.items())},
            "bytes": self.bytes,
            "database_bytes": self.database_bytes,
            "portable": self.portable,
            "faults": list(self.faults),
            "sums": self.sums,
        }
        if self.number is not None:
            said["number"] = self.number
        digest = hashlib.sha256(_dumped(said).encode()).hexdigest()
        return _dumped({**said, "sha256": digest}) + "\n"


def read_manifest(backup: Path) -> Manifest:
    """That of a backup's folder. Raises BackupError: none there, damaged, or of a newer program."""
    file = backup / MANIFEST
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise BackupError(
            "no_backup",
            f"{backup}：不是备份（没有 {MANIFEST}）；请指明备份文件夹 plan-monitor-…",
            f"{backup}: is no backup (there is no {MANIFEST}): name the folder plan-monitor-…",
        ) from None
    except OSError as error:
        raise damaged(file, error.strerror or "", error.strerror or "") from error
    try:
        said = json.loads(content)
        newer = said["format"] > FORMAT
        manifest = None if newer else _of(said)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise damaged(file, "内容不可读", "it cannot be read") from None
    if manifest is None:
        raise BackupError(
            "newer_backup",
            f"{backup}：由更新版本的程序备份；请用该版本恢复",
            f"{backup}: was made by a newer program: restore it with that one",
        )
    if manifest.text().encode() != content:
        raise damaged(file, "内容被改动过", "it was changed")
    return manifest


def read_sums(backup: Path, manifest: Manifest) -> dict[str, str]:
    """Each file of the backup (path within it) with its SHA-256. Raises BackupError."""
    file = backup / SUMS
    try:
        content = file.read_bytes()
    except OSError as error:
        raise damaged(file, error.strerror or "", error.strerror or "") from error
    if hashlib.sha256(content).hexdigest() != manifest.sums:
        raise damaged(file, "内容被改动过", "it was changed")
    pairs = [line.split("  ", 1) for line in content.decode().splitlines()]
    return {name: digest for digest, name in pairs}


def sums_text(sums: Mapping[str, str]) -> str:
    """As `sha256sum --check` reads it."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def _dumped(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, indent=1)


def _of(said: Mapping[str, Any]) -> Manifest:
    head = read_line(json.dumps(said["head"]))
    if head is None:
        raise ValueError("head")
    return Manifest(
        program=said["program"],
        duckdb=said["duckdb"],
        level=said["level"],
        store=said["store"],
        made_at=datetime.fromisoformat(said["made_at"]),
        made_by=said["made_by"],
        kind=said["kind"],
        head=head,
        tables={name: (one[0], one[1]) for name, one in said["tables"].items()},
        bytes=said["bytes"],
        database_bytes=said["database_bytes"],
        portable=said["portable"],
        faults=tuple(said["faults"]),
        sums=said["sums"],
        number=said.get("number"),
    )
