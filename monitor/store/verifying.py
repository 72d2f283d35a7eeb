"""The proof of a store's integrity: its audit log, and the invariants that every store keeps (I1, I2, I3, I5, I6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .audit_check import Events, LogCheck
from .audit_folder import Head
from .erasures import ASIDE, digest_of
from .findings import Finding
from .migrations import SQL
from .reading import Reading
from .store import Store

_EVERY = -(2**63)
_ROWS_AT_ONCE = 200_000
_NO_KEY = Finding(
    "key_missing",
    "审计密钥 chain.key 不在：审计记录是否被改动无从验证",
    "the key of the audit log, chain.key, is gone: whether entries were changed cannot be told",
)
_FAULTS = {
    "revisions": ("的修订号不是从 1 起的连续编号", "has revisions that are not 1, 2, … each once"),
    "twice": ("不止一份", "is there more than once"),
    "no_receipt": ("没有回执", "has no receipt"),
    "no_event": ("没有任何事件", "has no event"),
    "no_submission": ("的数据没有所属的报送", "has rows and does not exist"),
    "carried": ("沿用的数据与来源不符", "has carried rows that are not what was sent"),
    "numbers": ("的数据违反数字规则", "has rows that break the rules of numbers"),
}


@dataclass(frozen=True)
class Verified:
    """How much was looked at, and what was found; `findings` that are no faults are only good to know."""

    entries: int
    receipts: int
    submissions: int
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        return not any(finding.is_fault for finding in self.findings)


def verify(store: Store, key: bytes | None, head: Head | Literal["missing", "unreadable"]) -> Verified:
    """Look at everything, of one moment. `key` None: it is gone. `head`: as it was read before.

    Raises StoreError, OSError for a kept file that cannot be read.
    """
    with store.reading() as asked:
        return prove_log_and_rows(store, asked, key, head)


def prove_log_and_rows(
    store: Store, asked: Reading, key: bytes | None, head: Head | Literal["missing", "unreadable"]
) -> Verified:
    """As `verify`, of a moment of the store that others ask too."""
    check = LogCheck(key, head, Events(asked.ask_each(SQL / "events_after.sql", {"seq": _EVERY})))
    found = [] if key is not None else [_NO_KEY]
    found += check.run(asked.ask_each(SQL / "audit_since.sql", {"seq": _EVERY}))
    sizes = asked.ask(SQL / "verify_sizes.sql")
    receipts = asked.ask(SQL / "verify_receipts.sql")
    found += _received(store, receipts)
    found += _revisions(asked)
    found += _rows(asked, sizes)
    return Verified(check.count, len(receipts), len(sizes), tuple(found))


def _received(store: Store, receipts: list[tuple[int, str]]) -> Iterator[Finding]:
    """I1: every receipt's file is there with its bytes."""
    folder = store.received_folder
    if folder is None:
        return
    if receipts and not folder.is_dir():
        yield Finding("received_missing", f"{folder}：收到的文件都不在", f"{folder}: the received files are gone")
        return
    for receipt, expected in receipts:
        file = folder / str(receipt)
        if not file.is_file():
            yield Finding(
                "file_missing", f"{file}：回执 {receipt} 的文件不在", f"{file}: of receipt {receipt}, is gone"
            )
        elif (
            digest_of(file) != expected
            and not _is_aside(folder, receipt, expected)
            and digest_of(file) != _expected_now(store, receipt)
        ):
            yield Finding(
                "file_changed",
                f"{file}：不是回执 {receipt} 收到的内容",
                f"{file}: is not what receipt {receipt} was given for",
            )


def _expected_now(store: Store, receipt: int) -> str | None:
    """Names may have been erased from it since the moment that is looked at."""
    known: Mapping[int, str] = dict(store.ask(SQL / "verify_receipts.sql"))
    return known.get(receipt)


def _is_aside(folder: Path, receipt: int, expected: str) -> bool:
    """A crash came before a file without its names took its place; the next opening lets it."""
    left = folder / ASIDE / str(receipt)
    return left.is_file() and digest_of(left) == expected


def _revisions(asked: Reading) -> Iterator[Finding]:
    """I2: versions are 1..n, each thing is there once, nothing is of nothing."""
    for what, fault in asked.ask(SQL / "verify_revisions.sql"):
        zh, en = _FAULTS[fault]
        yield Finding(fault, f"{what} {zh}", f"{what} {en}")


def _rows(asked: Reading, sizes: list[tuple[int, int]]) -> Iterator[Finding]:
    """I3 and I6: rows as many and as they were sent, within the rules of numbers; some at a time."""
    for first, last in spans(sizes):
        span = {"first": first, "last": last}
        for submission, said, found, same, strays in asked.ask(SQL / "verify_submissions.sql", span):
            if said != found:
                zh, en = f"有 {found} 行，报送时为 {said} 行", f"has {found} rows and was sent with {said}"
            elif not same:
                zh, en = "的内容不是报送时的内容", "does not say what was sent"
            else:
                zh, en = f"有 {strays} 行不属于它", f"has {strays} rows of another region, period or vintage"
            yield Finding("content", f"报送 {submission} {zh}", f"submission {submission} {en}")
        for fault, submission, count in asked.ask(SQL / "verify_rows.sql", span):
            zh, en = _FAULTS[fault]
            yield Finding(fault, f"报送 {submission} {zh}（{count} 行）", f"submission {submission} {en} ({count})")


def spans(sizes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Numbers of submissions from the smallest to the largest there can be, cut where enough rows come together."""
    first, rows = _EVERY, 0
    for submission, count in sizes:
        rows += max(count, 0)
        if rows >= _ROWS_AT_ONCE:
            yield first, submission
            first, rows = submission + 1, 0
    yield first, 2**63 - 1
