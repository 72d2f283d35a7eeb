"""What one sender may send in a day, and how much of it is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from monitor.access.actors import Actor
from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.cycle import Cycle
from monitor.intake.inbox import Seen, poll
from monitor.intake.limits import Limits
from monitor.intake.quota import QuotaError
from monitor.shipped import find_shipped
from monitor.store.store import Store

SENDER = Actor("王填报", "reporter", frozenset({"320000"}))
OTHER = Actor("赵填报", "reporter", frozenset({"320000"}))
START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "m.duckdb", clock=clock) as opened:
        yield opened


@cache
def plans() -> tuple[tuple[Catalogue, ...], Regions]:
    regions = load_regions(find_shipped("data/regions.csv"))
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


def cycle_of(store: Store, **limits: int) -> Cycle:
    catalogues, regions = plans()
    return Cycle(store, catalogues, regions, limits=replace(Limits(), **limits))


def sent(folder: Path, number: int) -> Path:
    path = folder / f"{number}.csv"
    head = "indicator_id,region_code,period,numerator,denominator\n"
    path.write_text(f"{head}enrolment_rate,320000,2025-Q4,{number},8400\n", encoding="utf-8")
    return path


def test_after_the_days_files_the_next_is_refused_until_midnight(store: Store, clock: Clock, tmp_path: Path) -> None:
    cycle = cycle_of(store, files_per_day=3)
    cycle.draft(SENDER, sent(tmp_path, 8101), name="a.csv")
    cycle.send(SENDER, sent(tmp_path, 8101), name="a.csv", dry_run=True)  # reading is what costs
    cycle.draft(SENDER, sent(tmp_path, 8101), name="a.csv")
    for _ in range(2):
        with pytest.raises(QuotaError) as caught:
            cycle.draft(SENDER, sent(tmp_path, 8102), name="b.csv")
    assert caught.value.code == "too_many_files" and "2026-10-02 00:00" in caught.value.zh and "3" in caught.value.en
    assert 8 * 3600 <= (caught.value.retry_after or 0) <= 8 * 3600 + 1
    cycle.draft(OTHER, sent(tmp_path, 8103), name="c.csv")  # everybody has their own
    clock.time += timedelta(hours=8)
    cycle.draft(SENDER, sent(tmp_path, 8102), name="b.csv")


def test_the_count_outlives_a_restart(store: Store, tmp_path: Path) -> None:
    first = cycle_of(store, files_per_day=2)
    for number in (8101, 8102):
        first.send(SENDER, sent(tmp_path, number), name="a.csv")
    with pytest.raises(QuotaError):
        cycle_of(store, files_per_day=2).send(SENDER, sent(tmp_path, 8103), name="a.csv")


def test_what_is_kept_is_limited_and_only_an_operator_can_raise_it(store: Store, clock: Clock, tmp_path: Path) -> None:
    size = sent(tmp_path, 8101).stat().st_size
    cycle = cycle_of(store, kept_bytes=2 * size)
    for number in (8101, 8102):
        cycle.draft(SENDER, sent(tmp_path, number), name="a.csv")
    clock.time += timedelta(days=3)
    with pytest.raises(QuotaError) as caught:
        cycle.draft(SENDER, sent(tmp_path, 8103), name="a.csv")
    assert caught.value.code == "too_much_kept" and caught.value.retry_after is None
    cycle_of(store, kept_bytes=3 * size).draft(SENDER, sent(tmp_path, 8103), name="a.csv")


def test_many_at_once_do_not_get_past_it(store: Store, tmp_path: Path) -> None:
    cycle = cycle_of(store, files_per_day=2)
    said: list[str] = []
    together = threading.Barrier(5)

    def send(number: int) -> None:
        path = sent(tmp_path, number)
        together.wait()
        try:
            cycle.send(SENDER, path, name=path.name, dry_run=True)
            said.append("taken")
        except QuotaError:
            said.append("refused")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8101, 8106)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["refused"] * 3 + ["taken"] * 2


def test_the_console_and_the_inbox_are_not_counted(store: Store, tmp_path: Path) -> None:
    cycle = cycle_of(store, files_per_day=1)
    for number in (8101, 8102):
        cycle.send(Actor("root", "console"), sent(tmp_path, number), name="a.csv")
    inbox = tmp_path / "inbox"
    (inbox / "320000").mkdir(parents=True)
    seen = Seen()
    for number in (8103, 8104):
        sent(inbox / "320000", number)
        poll(cycle, inbox, seen)
        (taken,) = poll(cycle, inbox, seen)
        assert taken.error is None and taken.result is not None and not taken.result.is_refused
