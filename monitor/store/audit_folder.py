"""What the audit log keeps outside the store's file: the key that seals its entries, and its head."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HEAD_FILE = "head"
KEY_FILE = "chain.key"
_log = logging.getLogger("monitor.store")


@dataclass(frozen=True)
class Head:
    """The end of the log: its last entry (0: none yet), that entry's mac and time, and the last event sealed by any."""

    seq: int
    mac: str
    event_seq: int
    at: datetime | None

    def line(self) -> str:
        at = None if self.at is None else self.at.isoformat(timespec="microseconds")
        return json.dumps({"seq": self.seq, "mac": self.mac, "event_seq": self.event_seq, "at": at}) + "\n"


@dataclass(frozen=True)
class AuditFolder:
    """`path` None: a store in memory, of which nothing is kept."""

    path: Path | None

    def write_head(self, head: Head) -> None:
        """Replaces the head; called after the commit, so that it is never ahead of the store.

        What was committed stays so when this fails: the head lags until the next commit, and that is logged.
        """
        if self.path is None:
            return
        temporary = self.path / f".{HEAD_FILE}.tmp"
        try:
            temporary.write_text(head.line(), encoding="utf-8")
            os.replace(temporary, self.path / HEAD_FILE)
        except OSError:
            _log.exception("the head of the audit log could not be written to %s", self.path)
