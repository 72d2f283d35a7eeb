"""A frozen moment has a name, and never moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.intake.submissions import accept
from monitor.report import ledger
from monitor.report.as_of import AsOfError, read_as_of
from monitor.report.export import to_csv
from monitor.report.reporting_table import rates_table, reporting_table
from monitor.store.snapshots import SnapshotError, find_snapshot, freeze, list_snapshots

from .calls import World, at


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def _exports(world: World, name: str) -> list[bytes]:
    """Every export there is, as of a snapshot."""
    moment = read_as_of(world.store, name, "Asia/Shanghai", world.now)
    indicators = ["number", "rate"]
    return [
        to_csv(frame)
        for frame in (
            world.desk.scorecard(as_of=moment).frame,
            ledger.observations(world.store, indicators, None, None, moment),
            ledger.history(world.store, indicators, None, None, moment),
            ledger.submissions(world.store, None, None, None, moment),
            reporting_table(world.desk, as_of=moment)[0],
            rates_table(world.desk, as_of=moment)[0],
        )
    ]


def test_nothing_that_comes_later_moves_it_even_in_the_same_instant(world: World) -> None:
    first = world.send("110000", "2023-Q1", when="2023-04-18T09:00", rate="80", number="10")
    world.accept(first)
    freeze(world.store, "第1版", by="王五", note="送审")
    before = _exports(world, "第1版")
    # the clock stands still
    restated = world.send("110000", "2023-Q1", rate="81", number="11")
    world.accept(restated)
    late = world.send("660000", "2023-Q1", rate="70", number="5")
    world.accept(late)
    freeze(world.store, "第2版", by="王五")
    assert _exports(world, "第1版") == before
    assert _exports(world, "第2版") != before


def test_a_back_dated_acceptance_does_not_reach_behind_it(world: World) -> None:
    first = world.send("110000", "2023-Q1", when="2023-04-18T09:00", rate="80", number="10")
    freeze(world.store, "第1版", by="王五")
    before = _exports(world, "第1版")
    accept(world.store, first, by="李四", at=at("2023-04-01T09:00"), explain="已核实")
    assert _exports(world, "第1版") == before


def test_a_name_is_given_once(world: World) -> None:
    made = freeze(world.store, " 第1版 ", by="王五", note=" ")
    assert (made.name, made.note, made.by) == ("第1版", None, "王五")
    with pytest.raises(SnapshotError) as refused:
        freeze(world.store, "第1版", by="赵六")
    assert refused.value.code == "name_taken"
    assert "王五" in refused.value.zh
    assert list_snapshots(world.store) == (made,)
    assert find_snapshot(world.store, "第1版 ") == made
    assert find_snapshot(world.store, "第2版") is None


@pytest.mark.parametrize("name", ["", "   ", "2025-12-31", "20251231", "2025-12-31T10:00", "a\tb", "长" * 41])
def test_a_name_is_visible_short_and_no_date(world: World, name: str) -> None:
    with pytest.raises(SnapshotError) as refused:
        freeze(world.store, name, by="王五")
    assert refused.value.code == "bad_name"
    assert list_snapshots(world.store) == ()


def test_freezing_leaves_an_event_and_no_other_trace(world: World) -> None:
    events, data = world.store.event_version(), world.store.data_version()
    freeze(world.store, "第1版", by="王五")
    assert world.store.event_version() == events + 1
    assert world.store.data_version() == data


def test_an_unknown_name_is_told_what_to_write(world: World) -> None:
    with pytest.raises(AsOfError) as refused:
        read_as_of(world.store, "第9版", "Asia/Shanghai", world.now)
    assert "第9版" in refused.value.zh
    assert "2025-12-31" in refused.value.en


@pytest.mark.parametrize("name", ["2025-01-01\u095810", "２０２５-01-01", "2025", "2025-01"])
def test_a_name_that_could_be_given_is_always_found(world: World, name: str) -> None:
    """Also where it only reads as a time in another way of writing its letters."""
    frozen = freeze(world.store, name, by="王五")
    assert read_as_of(world.store, name, "Asia/Shanghai", at("2027-01-01T12:00")) == frozen.at
