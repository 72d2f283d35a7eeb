"""Which catalogues, regions and settings were in force when; recorded only when they change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .migrations import SQL
from .store import Rows, Store


@dataclass(frozen=True)
class Configuration:
    """`seq`: of its event; `at`: UTC without zone.

    `content`: `{catalogues: [{file, text}], regions: {file, text}, settings: {name: decimal}}`.
    """

    seq: int
    at: datetime
    hash: str
    content: Mapping[str, object]


def record_configuration(
    store: Store,
    *,
    catalogues: Sequence[tuple[str, str]],
    regions: tuple[str, str],
    settings: Mapping[str, str],
    by: str,
) -> Configuration:
    """Remember what judges from now on; nothing is written when it is what was recorded last.

    `catalogues` and `regions`: (file name, text); `settings`: name → plain decimal. Raises as `Store.transaction`.
    """
    content = json.dumps(_content(catalogues, regions, settings), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    last = configuration_as_of(store, None)
    if last is not None and last.hash == digest:
        return last
    with store.transaction() as transaction:
        # another thread may have been first
        last = _read(transaction.run(SQL / "configuration_as_of.sql", {"as_of": None}))
        if last is not None and last.hash == digest:
            return last
        moment = transaction.moment()
        event = {"moment": moment, "actor": by, "action": "configured", "submission_id": None, "receipt_id": None}
        detail = json.dumps({"hash": digest})
        seq = int(transaction.run(SQL / "event_record.sql", {**event, "detail": detail})[0][0])
        row = {"seq": seq, "moment": moment, "hash": digest, "content": content}
        transaction.run(SQL / "configuration_record.sql", row)
    return Configuration(seq, moment, digest, json.loads(content))


def differences(
    store: Store, *, catalogues: Sequence[tuple[str, str]], regions: tuple[str, str], settings: Mapping[str, str]
) -> tuple[str, ...]:
    """Which of `catalogues`, `regions`, `settings` are not what was recorded last."""
    last = configuration_as_of(store, None)
    now = _content(catalogues, regions, settings)
    return tuple(name for name in now if last is None or last.content.get(name) != now[name])


def configuration_as_of(store: Store, as_of: datetime | None) -> Configuration | None:
    """The last recorded at or before `as_of` (None: the last of all), else the first; None in a new store."""
    return _read(store.ask(SQL / "configuration_as_of.sql", {"as_of": as_of}))


def _content(
    catalogues: Sequence[tuple[str, str]], regions: tuple[str, str], settings: Mapping[str, str]
) -> dict[str, object]:
    return {
        "catalogues": [{"file": file, "text": text} for file, text in catalogues],
        "regions": {"file": regions[0], "text": regions[1]},
        "settings": dict(settings),
    }


def _read(rows: Rows) -> Configuration | None:
    if not rows:
        return None
    seq, at, digest, content = rows[0]
    return Configuration(seq, at, digest, json.loads(content))
