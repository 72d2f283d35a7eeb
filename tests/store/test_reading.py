"""Several questions of one moment, while others write."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.migrations import SQL
from monitor.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.duckdb") as opened:
        yield opened


def test_what_is_written_meanwhile_shows_in_no_answer(store: Store) -> None:
    store.note("looked", by="before")
    with store.reading() as then:
        store.note("looked", by="meanwhile")
        assert [row[2] for row in then.ask(SQL / "audit_since.sql", {"seq": 0})] == ["before"]
        assert [row[2] for row in then.ask_each(SQL / "audit_since.sql", {"seq": 0})] == ["before"]
        assert list(then.ask_frame(SQL / "audit_since.sql", {"seq": 0})["actor"]) == ["before"]
    with store.reading() as now:
        assert [row[2] for row in now.ask(SQL / "audit_since.sql", {"seq": 0})] == ["before", "meanwhile"]


def test_two_answers_can_be_read_side_by_side_and_no_third(store: Store) -> None:
    for number in range(20):
        store.note("looked", by=str(number))
    with store.reading() as then:
        one, two = (then.ask_each(SQL / "audit_since.sql", {"seq": 0}, at_once=3) for _ in range(2))
        side_by_side = [(next(one)[2], next(two)[2], then.ask(SQL / "audit_head.sql")[0][0]) for _ in range(20)]
        assert side_by_side == [(str(number), str(number), 20) for number in range(20)]
        third = then.ask_each(SQL / "audit_since.sql", {"seq": 0})
        with pytest.raises(RuntimeError, match="more than 2"):
            next(third)
        assert next(one, None) is None  # which lets its cursor go
        assert len(list(then.ask_each(SQL / "audit_since.sql", {"seq": 0}))) == 20


def test_every_reading_is_of_a_moment_between_two_commits(store: Store) -> None:
    """Each writer's transaction notes twice: no reading sees an odd number, nor two numbers."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with store.transaction() as transaction:
                transaction.note("one", by="writer")
                transaction.note("two", by="writer")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(30):
            with store.reading() as then:
                counts = {len(then.ask(SQL / "audit_since.sql", {"seq": 0}))}
                counts |= {len(list(then.ask_each(SQL / "audit_since.sql", {"seq": 0}))) for _ in range(2)}
            assert len(counts) == 1 and counts.pop() % 2 == 0
    finally:
        stop.set()
        writer.join()


def test_a_store_that_is_open_read_only_has_readings_too(tmp_path: Path) -> None:
    path = tmp_path / "monitor.duckdb"
    with Store.open(path) as store:
        store.note("looked", by="me")
    with Store.open(path, read_only=True) as store, store.reading() as then:
        assert len(then.ask(SQL / "audit_since.sql", {"seq": 0})) == 1
