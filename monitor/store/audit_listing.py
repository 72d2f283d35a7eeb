"""The audit log as it is read: pages of it for people, and all of it as lines that can be proven elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from .audit import COLUMNS, AuditEntry, mac_of
from .audit_check import LogCheck
from .audit_folder import FIRST_MAC, Head, read_line
from .findings import Finding, about_entries
from .migrations import SQL
from .store import Store

HEAD_LINE = "head"


@dataclass(frozen=True)
class AuditFilter:
    """What is asked for; None = all. `object`: one thing (submission:17), or all of a kind (submission).

    `start`, `end_`: moments, both inclusive; those without a zone are UTC.
    """

    actor: str | None = None
    action: str | None = None
    object: str | None = None
    start: datetime | None = None
    end_: datetime | None = None

    def is_everything(self) -> bool:
        return self == AuditFilter()


def read_edge(text: str, timezone: str, edge: time) -> datetime:
    """A date as its beginning or its end in the time zone, or a moment; as UTC without zone. Raises ValueError."""
    zone = ZoneInfo(timezone)
    try:
        moment = datetime.combine(date.fromisoformat(text.strip()), edge, zone)
    except ValueError:
        given = datetime.fromisoformat(text.strip())
        moment = given if given.tzinfo else given.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError(text) from error


def list_audit(
    store: Store, asked: AuditFilter = AuditFilter(), *, most: int | None = None, offset: int = 0
) -> tuple[AuditEntry, ...]:
    """Newest first; at most `most`, after the newest `offset`. Raises StoreError."""
    parameters = {**asdict(asked), "most": most, "offset": offset}
    return tuple(AuditEntry(*row) for row in store.ask(SQL / "audit_entries.sql", parameters))


def count_audit(store: Store, asked: AuditFilter = AuditFilter()) -> int:
    """How many there are. Raises StoreError."""
    return int(store.ask(SQL / "audit_count.sql", asdict(asked))[0][0])


def audit_names(store: Store) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The actors and the actions that the log names, in order: what a filter can offer. Raises StoreError."""
    rows = store.ask(SQL / "audit_names.sql")
    actors, actions = ([name for kind, name in rows if kind == asked] for asked in ("actor", "action"))
    return tuple(actors), tuple(actions)


def audit_rows(store: Store, asked: AuditFilter = AuditFilter()) -> Iterator[tuple[Any, ...]]:
    """In the order of the log: the columns of AuditEntry, then the mac of the entry before. Raises StoreError."""
    for *entry, previous in store.ask_each(SQL / "audit_export.sql", asdict(asked)):
        yield (*entry, previous or FIRST_MAC)


def audit_lines(rows: Iterable[tuple[Any, ...]], head: Head, question: Mapping[str, object]) -> Iterator[str]:
    """One JSON object a line: each entry with its mac and the one before, last the head of the log at that time.

    With the key, `check_lines` proves each entry and, where nothing was filtered, that none is missing.
    """
    for seq, at, *rest in rows:
        entry = zip((*COLUMNS, "previous"), (seq, at.isoformat(timespec="microseconds"), *rest), strict=True)
        yield json.dumps(dict(entry), ensure_ascii=False) + "\n"
    yield json.dumps({HEAD_LINE: json.loads(head.line()), "question": dict(question)}, ensure_ascii=False) + "\n"


def check_lines(lines: Iterable[str], key: bytes) -> tuple[int, list[Finding]]:
    """How many entries `audit_lines` wrote, and what is wrong with them. Raises ValueError for other text."""
    rows: list[list[Any]] = []
    end: dict[str, Any] = {}
    for line in lines:
        said = json.loads(line)
        if not isinstance(said, dict) or end:
            raise ValueError(line)
        if HEAD_LINE in said:
            end = said
        else:
            rows.append(_row(said))
    head = read_line(json.dumps(end.get(HEAD_LINE)))
    found = [
        about_entries("mac", row[0], row[0], "不是密钥所封存的", "is not as the key sealed it")
        for row in rows
        if mac_of(key, str(row[-1]), row[:-2]) != row[-2]
    ]
    if head is None:
        found.append(Finding("head_missing", "没有末行（head）：是否被截去无从验证", "has no last line: it may be cut"))
    elif not end.get("question"):
        found = LogCheck(key, head, None).run(row[:-1] for row in rows)
    return len(rows), found


def _row(said: Mapping[str, Any]) -> list[Any]:
    try:
        row = [said[name] for name in (*COLUMNS, "previous")]
        return [int(row[0]), datetime.fromisoformat(row[1]), *row[2:]]
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from None
