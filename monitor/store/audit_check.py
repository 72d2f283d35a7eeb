"""The full check of an audit log: every mac, every number, every event against its entry, the end against the head."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal

from .audit import MISSING_HEAD, QUARANTINED, RESTORED, SEALED_AT_UPGRADE, event_digest, mac_of
from .audit_folder import FIRST_MAC, Head
from .findings import Finding, about_entries

_SEQ, _ACTION, _DETAIL, _EVENT, _DIGEST, _BEFORE, _AFTER, _MAC = 0, 3, 5, 6, 7, 8, 9, 10


class Runs:
    """Neighbouring numbers told as one."""

    def __init__(self) -> None:
        self.found: list[tuple[int, int]] = []

    def add(self, number: int) -> None:
        if self.found and self.found[-1][1] == number - 1:
            self.found[-1] = (self.found[-1][0], number)
        else:
            self.found.append((number, number))


class Events:
    """The rows of events_after.sql, each handed out once, to the entry that seals it; read as far as is asked for."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)
        self._waiting: dict[int, Sequence[Any]] = {}
        self._read_to: int | None = 0
        self.twice: list[int] = []

    def take(self, seq: int) -> Sequence[Any] | None:
        while self._read_to is not None and self._read_to < seq:
            self._read()
        return self._waiting.pop(seq, None)

    def rest(self) -> list[int]:
        """The events that no entry has asked for."""
        while self._read_to is not None:
            self._read()
        return sorted(self._waiting)

    def _read(self) -> None:
        row = next(self._rows, None)
        if row is None:
            self._read_to = None
            return
        if row[0] == self._read_to:
            self.twice.append(row[0])
        self._waiting[row[0]] = row
        self._read_to = row[0]


class LogCheck:
    """Takes the entries in the order of their numbers, once, and tells what is wrong; memory does not grow with them.

    `key` None: macs cannot be checked, which is told by whoever has no key. `events` None: there are none to compare.
    """

    def __init__(self, key: bytes | None, head: Head | Literal["missing", "unreadable"], events: Events | None) -> None:
        self._key, self._head, self._events = key, head, events
        self._last, self._mac = 0, FIRST_MAC
        self._store: str | None = None  # as Head.store
        self._is_known = True  # the mac before the next entry
        self._bad, self._unlike_head = Runs(), False
        self._found: list[Finding] = []
        self.count = 0

    def run(self, entries: Iterable[Sequence[Any]]) -> list[Finding]:
        """`entries`: as AuditEntry, by seq."""
        for seq, group in groupby(entries, key=lambda row: int(row[_SEQ])):
            rows = list(group)
            self.count += len(rows)
            self._take(seq, rows)
        found = [*self._found, *self._of_macs(), *self._of_end(), *self._of_events()]
        return sorted(found, key=lambda one: one.entries or (self.count, self.count))

    def _take(self, seq: int, rows: Sequence[Sequence[Any]]) -> None:
        if seq < 1:
            self._tell("foreign", seq, seq, "没有这样的编号：是从外部加入的", "is none of ours: it was put there")
            return
        if seq > self._last + 1:
            zh = "不在了（其后一条因此无从验证）"
            en = f"{'is' if seq == self._last + 2 else 'are'} gone, so the one after cannot be proven"
            self._tell("gap", self._last + 1, seq - 1, zh, en)
            self._is_known = False
        if len(rows) > 1:
            self._tell("twice", seq, seq, f"有 {len(rows)} 份", f"is there {len(rows)} times")
        good = [row for row in rows if self._is_sealed(row)]
        if not good:
            self._bad.add(seq)
        row = (good or rows)[0]
        self._last, self._mac, self._is_known = seq, str(row[_MAC]), True
        if self._store is None or row[_ACTION] in (RESTORED, QUARANTINED):
            self._store = self._mac
        if isinstance(self._head, Head) and self._head.seq == seq:
            self._unlike_head = self._head.mac != row[_MAC]
        self._compare(row, is_good=bool(good))
        if good:
            self._hear(row)

    def _is_sealed(self, row: Sequence[Any]) -> bool:
        if self._key is None or not self._is_known:
            return True
        return mac_of(self._key, self._mac, row[:_MAC]) == str(row[_MAC])

    def _compare(self, row: Sequence[Any], *, is_good: bool) -> None:
        """The event that an entry seals, with what it says of it."""
        if self._events is None or row[_EVENT] is None:
            return
        seq, number = int(row[_SEQ]), int(row[_EVENT])
        event = self._events.take(number)
        if not is_good:
            return
        if event is None:
            zh, en = f"所封存的事件 {number} 不在了", f"seals event {number}, which is gone"
            self._tell("event_gone", seq, seq, zh, en)
        elif event_digest(event[:7]) != row[_DIGEST]:
            zh, en = f"所封存的事件 {number} 被改动过", f"seals event {number}, which was changed"
            self._tell("event_changed", seq, seq, zh, en)
        elif (event[7], event[8]) != (row[_BEFORE], row[_AFTER]):
            zh = f"封存了事件 {number}，其对象（{row[4]}）的内容摘要被改动过"
            en = f"seals event {number}; the hash of what it is about, {row[4]}, was changed"
            self._tell("object_changed", seq, seq, zh, en)

    def _hear(self, row: Sequence[Any]) -> None:
        """What the log says of itself."""
        seq = int(row[_SEQ])
        if row[_ACTION] == MISSING_HEAD:
            zh = f"是在没有 head 文件的情况下续写的：截至 {row[1]:%Y-%m-%d} 末尾是否被截去，无从验证"
            en = f"went on without a head: whether the end was cut before {row[1]:%Y-%m-%d} cannot be told"
            self._tell("went_on", seq, seq, zh, en)
        elif row[_ACTION] == SEALED_AT_UPGRADE:
            kept = json.loads(row[_DETAIL] or "{}").get("key") != "new"
            zh = f"：日志从 {row[1]:%Y-%m-%d} 开始，此前的改动无从验证" + ("，而密钥在那之前已有" if kept else "")
            en = f"begins the log at {row[1]:%Y-%m-%d}: changes made before cannot be told"
            en += ", and there was a key already" if kept else ""
            found = about_entries("began_late", seq, seq, zh, en)
            self._found.append(Finding(found.code, found.zh, found.en, found.entries, is_fault=kept))

    def _of_macs(self) -> Iterator[Finding]:
        for first, last in self._bad.found:
            zh = "不是密钥所封存的：内容、次序或封签被改动过"
            en = f"{'was' if first == last else 'were'} changed, moved, or sealed with another key"
            yield about_entries("mac", first, last, zh, en)

    def _of_end(self) -> Iterator[Finding]:
        if not isinstance(self._head, Head):
            zh, en = ("不在", "is gone") if self._head == "missing" else ("不可读", "cannot be read")
            yield Finding(
                "head_missing",
                f"审计日志的 head 文件{zh}：末尾是否被截去无从验证",
                f"the head of the audit log {en}: whether its end was cut cannot be told",
            )
        elif self._is_anothers(self._head):
            yield Finding(
                "other_store",
                "审计日志的 head 文件是另一个数据库的：恢复的数据库用 --rehearse 核验，"
                "或把 MONITOR_AUDIT_FOLDER 指向它旁边的 audit",
                "the head of the audit log is another store's: verify a restored store with --rehearse, or set"
                " MONITOR_AUDIT_FOLDER to the audit folder beside it",
            )
        elif self._head.seq > self._last:
            is_one = self._head.seq == self._last + 1
            zh, en = "被截去：head 文件记有它们", f"{'was' if is_one else 'were'} cut off: the head knows of more"
            yield about_entries("cut", self._last + 1, self._head.seq, zh, en)
        elif self._unlike_head:
            zh, en = "与 head 文件所记不符", "is not the one that the head was written for"
            yield about_entries("unlike_head", self._head.seq, self._head.seq, zh, en)

    def _is_anothers(self, head: Head) -> bool:
        """Of a log that was changed it cannot be told by its entries."""
        is_whole = not self._bad.found and not self._found
        return is_whole and head.store is not None and self._store not in (None, head.store)

    def _of_events(self) -> Iterator[Finding]:
        if self._events is None:
            return
        unsealed = Runs()
        for number in self._events.rest():
            unsealed.add(number)
        for first, last in unsealed.found:
            which = str(first) if first == last else f"{first}–{last}"
            yield Finding(
                "event_unsealed",
                f"事件 {which} 没有审计记录封存：从外部加入，或其记录已失",
                f"event {which} is sealed by no audit entry: put there from outside, or its entry is lost",
            )
        for number in self._events.twice:
            yield Finding("event_twice", f"事件 {number} 不止一份", f"event {number} is there more than once")

    def _tell(self, code: str, first: int, last: int, zh: str, en: str) -> None:
        self._found.append(about_entries(code, first, last, zh, en))
