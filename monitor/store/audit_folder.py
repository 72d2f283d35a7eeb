"""What the audit log keeps outside the store's file: the key that seals its entries, and its head."""

from __future__ import annotations

import json
import logging
import os
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from monitor.secret_key import SecretKeyError, load_secret_key

from .errors import StoreError

KEY_FILE = "chain.key"
FIRST_MAC = "0" * 64  # before the first entry
_MAC = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger("monitor.store")


@dataclass(frozen=True)
class Head:
    """The end of the log: its last entry (0: none yet), that entry's mac and time, and the last event sealed by any.

    `at`: UTC without zone, None before the first entry. `store`: which store it is of: the mac of its first entry, or
    of the one by which it was last restored; `origin`: the mac of its first entry, whatever it was restored from. Both
    None before the first entry, and where an older version wrote the head.
    """

    seq: int
    mac: str
    event_seq: int
    at: datetime | None
    store: str | None = field(default=None, compare=False)
    origin: str | None = field(default=None, compare=False)

    def line(self) -> str:
        """As one line of JSON."""
        at = None if self.at is None else self.at.isoformat(timespec="microseconds")
        said = {"seq": self.seq, "mac": self.mac, "event_seq": self.event_seq, "at": at}
        known = {name: mac for name, mac in (("store", self.store), ("origin", self.origin)) if mac is not None}
        return json.dumps({**said, **known}) + "\n"


def read_line(text: str) -> Head | None:
    """What `Head.line` wrote; None for every other text."""
    try:
        said = json.loads(text)
        at = None if said["at"] is None else datetime.fromisoformat(said["at"])
        head = Head(said["seq"], said["mac"], said["event_seq"], at, said.get("store"), said.get("origin"))
    except (ValueError, TypeError, KeyError):
        return None
    whole = all(type(number) is int and number >= 0 for number in (head.seq, head.event_seq))
    macs = [head.mac, *(mac for mac in (head.store, head.origin) if mac is not None)]
    return head if whole and all(isinstance(mac, str) and _MAC.fullmatch(mac) for mac in macs) else None


@dataclass(frozen=True)
class AuditFolder:
    """`path` None: a store in memory, of which nothing is kept. `name`: of the store's file, which names its head."""

    path: Path | None
    name: str

    @classmethod
    def of(cls, store: Path, folder: Path | None) -> AuditFolder:
        """That of a store's file: `folder`, or `audit` beside it."""
        return cls(folder or store.parent / "audit", store.name)

    @property
    def head_file(self) -> Path | None:
        return None if self.path is None else self.path / f"{self.name}.head"

    def read_head(self) -> Head | Literal["missing", "unreadable"]:
        """The head as it was written last. Raises StoreError where the file is there and may not be read."""
        file = self.head_file
        if file is None or not os.path.lexists(file):
            return "missing"
        try:
            return read_line(file.read_text(encoding="utf-8")) or "unreadable"
        except ValueError:
            return "unreadable"
        except OSError as error:
            raise self._unusable(file, error) from error

    def write_head(self, head: Head, *, durably: bool = False) -> None:
        """Replace the head; called after the commit, so that it is never ahead of the store.

        What was committed stays so when this fails: the head lags until the next commit, and that is logged.
        """
        if (file := self.head_file) is None:
            return
        temporary = file.with_name(f".{file.name}.tmp")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(head.line())
                if durably:
                    stream.flush()
                    os.fsync(descriptor)
            os.replace(temporary, file)
        except OSError:
            _log.exception("the head of the audit log could not be written to %s", file)

    def has_key(self) -> bool:
        return self.path is not None and os.path.lexists(self.path / KEY_FILE)

    def load_key(self) -> bytes:
        """The key; the first call makes it. Raises StoreError for a key that must not be used, or no folder."""
        if self.path is None:
            return os.urandom(32)
        try:
            return load_secret_key(self.path, KEY_FILE)
        except SecretKeyError as error:
            raise StoreError("audit_key", error.zh, error.en) from None
        except OSError as error:
            raise self._unusable(self.path, error) from error

    def _unusable(self, path: Path, error: OSError) -> StoreError:
        return StoreError(
            "audit_folder",
            f"审计文件夹中的 {path} 无法使用（{error.strerror}）；请检查 MONITOR_AUDIT_FOLDER 及其所有者和权限。",
            f"{path} of the audit folder cannot be used ({error.strerror}): check MONITOR_AUDIT_FOLDER and its owner",
        )
