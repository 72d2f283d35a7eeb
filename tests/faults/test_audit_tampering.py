"""A thousand random edits of each kind, made to the store's file with plain SQL: each is found, and the place named.

`FAULT_SHARE` scales the rounds (reliability.md 4c). Each edit is made on a copy in memory of one store's two tables.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from monitor.store.audit import mac_of
from monitor.store.audit_check import Events, LogCheck
from monitor.store.audit_folder import AuditFolder, Head
from monitor.store.findings import Finding
from monitor.store.migrations import SQL
from monitor.store.store import Store
from monitor.store.verifying import verify
from tests.store.world import Sent, send

ROUNDS = max(1, round(1000 * float(os.environ.get("FAULT_SHARE", "1"))))
TABLES = ("audit", "event", "submission", "receipt", "configuration")
FIELDS = ("at", "actor", "action", "object", "detail", "event_seq", "event_sha256", "before", "after", "mac")
EVENT_FIELDS = ("at", "actor", "action", "submission_id", "receipt_id", "detail")


class Tampered:
    """The tables of one store in memory, to be changed within a transaction that is rolled back."""

    def __init__(self, file: Path, key: bytes, head: Head) -> None:
        self.key, self.head = key, head
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute(f"ATTACH '{file}' AS kept (READ_ONLY)")
        for table in TABLES:
            self.connection.execute(f"CREATE TABLE {table} AS SELECT * FROM kept.{table}")
        self.connection.execute("DETACH kept")
        self.entries = head.seq
        self.sealing = dict(self.run("SELECT seq, event_seq FROM audit WHERE event_seq IS NOT NULL"))

    def run(self, sql: str, *values: object) -> list[Any]:
        return self.connection.execute(sql, list(values) or None).fetchall()

    def findings(self) -> list[Finding]:
        def rows(name: str) -> list[Any]:
            return self.connection.execute((SQL / name).read_text(), {"seq": -(2**63)}).fetchall()

        return LogCheck(self.key, self.head, Events(rows("events_after.sql"))).run(rows("audit_since.sql"))


@pytest.fixture(scope="module")
def tampered(tmp_path_factory: pytest.TempPathFactory) -> Tampered:
    file = tmp_path_factory.mktemp("audited") / "monitor.duckdb"
    with Store.open(file) as store:
        for number in range(6):
            send(store, Sent(value=str(number)), Sent(indicator_id="b", value="1"), accept=True)
            store.note("exported", by="审核员", object=f"scorecard {number}", detail={"region": "120000"})
    folder = AuditFolder(file.parent / "audit", file.name)
    head = folder.read_head()
    assert isinstance(head, Head) and head.seq == 29
    with Store.open(file, read_only=True) as store:
        assert verify(store, folder.load_key(), head).findings == ()
    return Tampered(file, folder.load_key(), head)


Edit = Callable[[Tampered, random.Random], set[str]]


def named(findings: list[Finding]) -> set[str]:
    """Every entry that is named, as `entry:n`, and every finding's Chinese words."""
    entries = {f"entry:{n}" for one in findings if one.entries for n in range(one.entries[0], one.entries[1] + 1)}
    return entries | {one.zh for one in findings}


def other(value: object, chance: random.Random) -> object:
    if value is None:
        return chance.choice(["x", "0" * 64])
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 100])
    if isinstance(value, str):
        place = chance.randrange(len(value))
        return value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
    return value + timedelta(microseconds=chance.choice([-1, 1, 10**9]))  # type: ignore[operator]


def mutate(tables: Tampered, chance: random.Random) -> set[str]:
    field, seq = chance.choice(FIELDS), chance.randint(1, tables.entries)
    ((value,),) = tables.run(f'SELECT "{field}" FROM audit WHERE seq = ?', seq)
    changed = chance.randint(100, 999) if field == "event_seq" and value is None else other(value, chance)
    tables.run(f'UPDATE audit SET "{field}" = ? WHERE seq = ?', changed, seq)
    return {f"entry:{seq}"}


def delete(tables: Tampered, chance: random.Random) -> set[str]:
    """One or several in a row, not the last ones: that is another kind."""
    first = chance.randint(1, tables.entries - 1)
    last = min(first + chance.choice([0, 0, 1, 5]), tables.entries - 1)
    tables.run("DELETE FROM audit WHERE seq BETWEEN ? AND ?", first, last)
    return {f"entry:{seq}" for seq in range(first, last + 1)}


def delete_and_renumber(tables: Tampered, chance: random.Random) -> set[str]:
    seq = chance.randint(1, tables.entries - 1)
    tables.run("DELETE FROM audit WHERE seq = ?", seq)
    tables.run("UPDATE audit SET seq = seq - 1 WHERE seq > ?", seq)
    return {f"entry:{seq}"}


def delete_event(tables: Tampered, chance: random.Random) -> set[str]:
    seq, event = chance.choice([*tables.sealing.items()])
    tables.run("DELETE FROM event WHERE seq = ?", event)
    return {f"entry:{seq}"}


def change_event(tables: Tampered, chance: random.Random) -> set[str]:
    seq, event = chance.choice([*tables.sealing.items()])
    field = chance.choice(EVENT_FIELDS)
    ((value,),) = tables.run(f'SELECT "{field}" FROM event WHERE seq = ?', event)
    changed = chance.randint(1, 99) if field.endswith("_id") and value is None else other(value, chance)
    if field == "detail":  # still JSON, or nothing would read it
        changed = f'{{"revision": {chance.randint(100, 999)}}}'
    tables.run(f'UPDATE event SET "{field}" = ? WHERE seq = ?', changed, event)
    return {f"entry:{seq}"}


def insert_event(tables: Tampered, chance: random.Random) -> set[str]:
    """After the last one, or a second of one that there is."""
    last = max(tables.sealing.values())
    seq = chance.choice([last + 1, chance.randint(1, last)])
    tables.run("INSERT INTO event VALUES (?, now()::TIMESTAMP, 'reporter', 'returned', 1, NULL, '{}')", seq)
    if seq > last:
        return {f"事件 {seq} 没有审计记录封存：从外部加入，或其记录已失"}
    return {f"事件 {seq} 不止一份"}


def reorder(tables: Tampered, chance: random.Random) -> set[str]:
    first, second = chance.sample(range(1, tables.entries + 1), 2)
    tables.run("UPDATE audit SET seq = CASE seq WHEN ? THEN ? ELSE ? END WHERE seq IN (?, ?)",
               first, second, first, first, second)  # fmt: skip
    return {f"entry:{first}", f"entry:{second}"}


def cut(tables: Tampered, chance: random.Random) -> set[str]:
    first = chance.randint(1, tables.entries)
    tables.run("DELETE FROM event WHERE seq IN (SELECT event_seq FROM audit WHERE seq >= ?)", first)
    tables.run("DELETE FROM audit WHERE seq >= ?", first)
    return {f"entry:{seq}" for seq in range(first, tables.entries + 1)}


def rechain(tables: Tampered, chance: random.Random) -> set[str]:
    """An entry changed, it and all after it sealed anew with a key of one's own."""
    first, key = chance.randint(1, tables.entries), chance.randbytes(32)
    tables.run("UPDATE audit SET actor = 'somebody' WHERE seq = ?", first)
    rows = tables.run((SQL / "audit_since.sql").read_text().replace("$seq", str(first - 1)))
    mac = "0" * 64 if first == 1 else rows.pop(0)[-1]
    for *entry, _ in rows:
        mac = mac_of(key, mac, entry)
        tables.run("UPDATE audit SET mac = ? WHERE seq = ?", mac, entry[0])
    return {f"entry:{seq}" for seq in range(first, tables.entries + 1)}


def insert(tables: Tampered, chance: random.Random) -> set[str]:
    """Among the others, as one more of a number, or at the end; made up, or the copy of one that there is."""
    like, seq = chance.randint(1, tables.entries), chance.randint(1, tables.entries + 1)
    (row,) = tables.run("SELECT * FROM audit WHERE seq = ?", like)
    is_copy, is_shifted = chance.random() < 0.3, chance.random() < 0.5
    if is_shifted:
        tables.run("UPDATE audit SET seq = seq + 1 WHERE seq >= ?", seq)
    actor = row[2] if is_copy else "somebody"
    tables.run("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", seq, row[1], actor, *row[3:])
    # of two that are the same, the second is one too many
    return {f"entry:{seq + 1 if is_copy and is_shifted and like == seq else seq}"}


KINDS: tuple[Edit, ...] = (
    mutate, delete, delete_and_renumber, delete_event, change_event, insert_event, reorder, cut, rechain, insert,
)  # fmt: skip


@pytest.mark.parametrize("edit", KINDS, ids=lambda edit: edit.__name__)
def test_every_edit_is_found_and_its_place_named(tampered: Tampered, edit: Edit) -> None:
    for number in range(ROUNDS):
        chance = random.Random(f"{edit.__name__} {number}")
        tampered.connection.begin()
        try:
            expected = edit(tampered, chance)
            found = tampered.findings()
        finally:
            tampered.connection.rollback()
        assert expected <= named(found), (number, expected, found)
    assert tampered.findings() == []
