"""What one sender may send in a day, and how much of it is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.access.actors import Actor
from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake.cycle import Cycle
from monitor.intake.inbox import Seen, poll
from monitor.intake.limits import Limits
from monitor.intake.quota import Quota, QuotaError
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


def quota_of(store: Store, **limits: int) -> Quota:
    return Quota(store, ZoneInfo("Asia/Shanghai"), replace(Limits(), **limits))


def test_after_the_days_files_the_next_is_refused_until_midnight(store: Store, clock: Clock) -> None:
    quota = quota_of(store, files_per_day=3)
    for _ in range(3):
        quota.take(SENDER, 10)
    for _ in range(2):
        with pytest.raises(QuotaError) as caught:
            quota.take(SENDER, 10)
    assert caught.value.code == "too_many_files" and "2026-10-02 00:00" in caught.value.zh and "3" in caught.value.en
    assert 8 * 3600 <= (caught.value.retry_after or 0) <= 8 * 3600 + 1
    quota.take(OTHER, 10)  # everybody has their own
    quota.take(Actor("root", "console"), 10)
    clock.time += timedelta(hours=8)
    quota.take(SENDER, 10)


def test_many_at_once_do_not_get_past_it(store: Store) -> None:
    quota = quota_of(store, files_per_day=5)
    said: list[str] = []
    together = threading.Barrier(16)

    def send() -> None:
        together.wait()
        try:
            quota.take(SENDER, 10)
            said.append("taken")
        except QuotaError:
            said.append("refused")

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (said.count("taken"), said.count("refused")) == (5, 11)


def test_the_count_outlives_a_restart_and_the_inbox_has_none(store: Store, clock: Clock, tmp_path: Path) -> None:
    cycle = cycle_of(store, files_per_day=2)
    cycle.draft(SENDER, sent(tmp_path, 8101), name="a.csv")
    cycle.send(SENDER, sent(tmp_path, 8101), name="a.csv")
    size = sent(tmp_path, 8102).stat().st_size
    for again in (cycle, cycle_of(store, files_per_day=2), cycle_of(store, kept_bytes=3 * size - 1)):
        with pytest.raises(QuotaError) as caught:
            again.draft(SENDER, sent(tmp_path, 8102), name="b.csv")
    # what is kept is no matter of a day: an operator has to raise it
    assert caught.value.code == "too_much_kept" and caught.value.retry_after is None
    inbox = tmp_path / "inbox"
    (inbox / "320000").mkdir(parents=True)
    sent(inbox / "320000", 8103)
    none, seen = cycle_of(store, kept_bytes=1), Seen()
    poll(none, inbox, seen)
    (taken,) = poll(none, inbox, seen)
    assert taken.error is None and taken.result is not None and not taken.result.is_refused
