"""How many files a sender may have read in a day, and how much of theirs is kept (reliability.md section 3)."""

from __future__ import annotations

import threading
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from monitor.access.actors import Actor
from monitor.store.store import Store

from .limits import Limits
from .submission_errors import SubmissionError

_SQL = files(__package__) / "sql"


class QuotaError(SubmissionError):
    """Nothing was read. `retry_after`: seconds until the sender may send again; None where an operator decides."""

    def __init__(self, code: str, zh: str, en: str, retry_after: int | None = None) -> None:
        super().__init__(zh, en)
        self.code, self.retry_after = code, retry_after


class Quota:
    """Counts by the sender's name over one open store; safe to call from many threads.

    Every file that is read counts, a dry run and one that says nothing new too: reading is what costs. Those of which
    a receipt was written still count after a restart. Whoever types commands on the machine is not counted, nor what
    lies in the inbox: who may write there, and how much, is the file system's to say.
    """

    def __init__(self, store: Store, zone: ZoneInfo, limits: Limits) -> None:
        self._store, self._zone, self._limits = store, zone, limits
        self._lock = threading.Lock()
        self._day: date | None = None
        self._read: dict[str, int] = {}

    def take(self, actor: Actor, size: int, *, is_counted: bool = True) -> None:
        """Count one more file of `size` bytes. Raises QuotaError."""
        if not is_counted or actor.role == "console":
            return
        now = self._store.now().astimezone(self._zone)
        midnight = datetime.combine(now.date(), time(), self._zone)
        with self._lock:
            if now.date() != self._day:
                self._day, self._read = now.date(), {}
            asked = {"actor": actor.name, "since": midnight}
            ((received, kept),) = self._store.ask(_SQL / "received_by.sql", asked)
            read = max(int(received), self._read.get(actor.name, 0))
            if read >= self._limits.files_per_day:
                raise _too_many(read, now, datetime.combine(now.date() + timedelta(days=1), time(), self._zone))
            if int(kept) + size > self._limits.kept_bytes:
                raise _too_much(int(kept), self._limits.kept_bytes)
            self._read[actor.name] = read + 1


def _too_many(read: int, now: datetime, opens: datetime) -> QuotaError:
    return QuotaError(
        "too_many_files",
        f"您今天已送来 {read} 个文件，达到每天的上限；{opens:%Y-%m-%d %H:%M} 起可以再送",
        f"you have sent {read} files today, the most of a day; more can be sent from {opens:%Y-%m-%d %H:%M} on",
        max(1, int((opens - now).total_seconds()) + 1),
    )


def _too_much(kept: int, most: int) -> QuotaError:
    return QuotaError(
        "too_much_kept",
        f"您送来的文件已存有 {kept / 1e9:.2f} GB，再存就超过 {most / 1e9:g} GB 的上限；"
        "请联系系统管理员（MONITOR_MAX_KEPT_BYTES）",
        f"{kept / 1e9:.2f} GB of your files are kept, and this would be more than {most / 1e9:g} GB: ask the operator"
        " (MONITOR_MAX_KEPT_BYTES)",
    )
