"""All that units have sent, by call. After an event only what it is about is read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"
_STORE_SQL = files("monitor.store") / "sql"
SentKey = tuple[str, str, str, str]
"""Unit, form, period, vintage."""


@dataclass(frozen=True)
class Sending:
    """One revision: its last state, the queries it raised and those of them without an explanation. Naive UTC."""

    submission_id: int
    revision: int
    state: str
    state_at: datetime
    row_count: int
    estimated: bool
    queries: int
    open_queries: int


Sent = Mapping[SentKey, tuple[Sending, ...]]
"""Of each call its revisions, first to last."""


@dataclass(frozen=True)
class _Question:
    desk: Desk
    forms: tuple[str, ...]
    codes: tuple[str, ...]
    as_of: datetime | None


class Sendings:
    """What was sent, the `most` last questions kept: a submission changes by its own events and by nothing else."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[_Question, tuple[int, Sent]] = OrderedDict()

    def read(self, desk: Desk, forms: tuple[str, ...], codes: tuple[str, ...], as_of: datetime | None) -> Sent:
        """All of some forms and units as of T (naive UTC, None: now), up to the newest event there was at the call."""
        question, version = _Question(desk, forms, codes, as_of), desk.store.event_version()
        with self._lock:
            since, sent = self._kept.get(question, (None, {}))
        if since is not None and since >= version:
            return sent
        changed = None if since is None else [one for (one,) in desk.store.ask(_CHANGED, {"seq": since})]
        if changed is None or changed:
            sent = {**sent, **_merged(sent, _read(question, changed))}
        with self._lock:
            self._kept[question] = version, sent
            self._kept.move_to_end(question)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return sent


_CHANGED = _SQL / "submissions_changed.sql"


def _read(question: _Question, submissions: list[int] | None) -> dict[SentKey, list[Sending]]:
    asked = {
        "as_of": question.as_of, "submission_ids": submissions, "receipt_ids": None,
        "region_codes": list(question.codes), "forms": list(question.forms), "periods": None, "states": None,
        "most": None,
    }  # fmt: skip
    found: dict[SentKey, list[Sending]] = {}
    for row in question.desk.store.ask(_STORE_SQL / "submissions_as_of.sql", asked):
        number, region, form, period, vintage, revision, state, state_at = (row[0], *row[2:9])
        one = Sending(number, revision, state, state_at, row[11], bool(row[15]), row[17], row[20])
        found.setdefault((str(region), str(form), str(period), str(vintage)), []).append(one)
    return found


def _merged(sent: Sent, news: Mapping[SentKey, list[Sending]]) -> dict[SentKey, tuple[Sending, ...]]:
    """The calls that something is new of, whole."""
    merged = {}
    for key, some in news.items():
        by_number = {one.submission_id: one for one in (*sent.get(key, ()), *some)}
        merged[key] = tuple(sorted(by_number.values(), key=lambda one: one.revision))
    return merged
