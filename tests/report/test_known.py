"""Answers that start from what is known at another moment are those that start from nothing."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.intake.submissions import accept
from monitor.report.desk import Desk
from monitor.report.evidence import observations, sources
from monitor.report.known import Nearest

from .calls import World, at

CELLS = st.tuples(
    st.sampled_from(["110000", "660000"]), st.sampled_from(["2023-Q1", "2023-Q2", "2024-Q1"]), st.integers(1, 99)
)
DAYS = st.integers(0, 40)
FIRST, REVISED, ELSEWHERE = ("110000", "2023-Q1", 10), ("110000", "2023-Q1", 20), (("660000", "2023-Q1", 5), 1)
COUNTED = itertools.count(1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def _anew(world: World) -> Desk:
    return Desk(world.store, world.desk.current.catalogues, world.desk.current.regions, world.desk.current.settings)


def _send(world: World, region: str, period: str, number: int, day: int) -> None:
    """Accepted on that day, whatever was accepted on later ones before."""
    world.now = at("2024-07-01T09:00")
    sent = world.send(region, period, rate=str(number), number=str(next(COUNTED)))
    accept(world.store, sent, by="李四", explain="已核实", at=at("2024-05-01T09:00") + timedelta(days=day))


@settings(max_examples=4, deadline=None)
@example(steps=[(FIRST, 0), 3, (REVISED, 10), 12, 3, 35, ELSEWHERE, 3, 12])
@given(steps=st.lists(st.one_of(st.tuples(CELLS, DAYS), DAYS), min_size=3, max_size=6))
def test_every_order_of_acceptances_and_days_gives_the_same_scorecards(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[str, str, int], int] | int]
) -> None:
    """Acceptances come back-dated too, so a day already asked about may get another answer."""
    world = World(tmp_path_factory.mktemp("known"))
    with world.store:
        for step in steps:
            if isinstance(step, tuple):
                (region, period, number), day = step
                _send(world, region, period, number, day)
                continue
            for as_of in (at("2024-05-01T12:00") + timedelta(days=step), None):
                told, anew = world.desk.scorecard(as_of=as_of), _anew(world).scorecard(as_of=as_of)
                pd.testing.assert_frame_equal(told.frame, anew.frame)
                assert world.desk.sheet(as_of=as_of).as_of == _anew(world).sheet(as_of=as_of).as_of
                assert observations(world.desk, as_of) == observations(_anew(world), as_of)


def test_two_days_with_the_same_figures_share_them_and_print_their_own_as_of(world: World) -> None:
    _send(world, "110000", "2023-Q1", 80, 0)
    _send(world, "110000", "2023-Q2", 81, 20)
    first, second = at("2024-05-05T10:00"), at("2024-05-09T10:00")
    assert world.desk.since(first) == world.desk.since(second) != world.desk.since(None)
    assert world.desk.tree(as_of=first) is world.desk.tree(as_of=second)
    for as_of in (first, second):
        assert set(world.desk.scorecard(as_of=as_of).frame["as_of"]) == {as_of.isoformat(timespec="microseconds") + "Z"}
        assert world.desk.sheet(as_of=as_of).as_of == as_of


def test_figures_of_some_indicators_are_taken_from_all_where_they_are_held(world: World) -> None:
    _send(world, "110000", "2023-Q1", 80, 0)
    wanted = frozenset({"rate"})
    alone = world.desk.tree(only=wanted)
    whole = world.desk.tree()
    assert alone is not whole and world.desk.tree(only=wanted) is whole
    assert {cell for cell in alone.series if cell[0] in wanted} == {cell for cell in whole.series if cell[0] in wanted}
    _send(world, "660000", "2023-Q1", 70, 30)
    renewed = world.desk.tree(only=wanted)
    assert ("rate", "660000") in renewed.series and ("rate", "660000") not in whole.series


def test_what_was_known_earlier_outlives_an_acceptance_of_today(world: World) -> None:
    _send(world, "110000", "2023-Q1", 80, 0)
    early = at("2024-05-05T10:00")
    _send(world, "110000", "2023-Q2", 81, 20)
    tree, present = world.desk.tree(as_of=early), world.desk.tree()
    _send(world, "660000", "2023-Q1", 70, 30)
    assert world.desk.tree(as_of=early) is tree
    assert world.desk.tree() is not present


def test_a_moment_from_which_nothing_changed_is_now(world: World) -> None:
    _send(world, "110000", "2023-Q1", 80, 0)
    assert world.desk.since(at("2024-05-05T10:00")) == world.desk.since(None)
    before_all = world.desk.scorecard(as_of=at("2020-01-01T00:00"))
    assert before_all.frame["value"].isna().all()


def test_an_acceptance_is_worked_out_before_anybody_is_told_of_it(world: World) -> None:
    seen = []

    def prepare(version: int) -> None:
        # a page of the event, drawn meanwhile, would be kept with the figures from before it
        seen.append((version, world.store.data_version(), world.store.event_version()))
        world.desk.prepare(version)

    world.store.prepare_with(prepare)
    before, moment = world.store.data_version(), world.desk.moment(None)
    _send(world, "110000", "2023-Q1", 80, 0)
    after = world.store.data_version()
    (told,) = seen
    assert world.desk.sheet().as_of == world.desk.moment(None) == _anew(world).moment(None) != moment
    assert told[:2] == (after, before) and told[2] < after == world.store.event_version()
    assert world.desk.sheet().latest("110000", "rate") == _anew(world).sheet().latest("110000", "rate")


def test_a_day_asked_about_while_an_acceptance_is_worked_out_keeps_no_older_answer(world: World) -> None:
    _send(world, "110000", "2023-Q1", 80, 0)
    _send(world, "110000", "2023-Q2", 81, 20)
    day = at("2024-05-05T10:00")
    world.desk.sheet(as_of=at("2024-05-04T10:00"))
    asked: list[int] = []

    def prepare(version: int) -> None:
        reader = threading.Thread(target=lambda: asked.append(len(world.desk.visible(day))))
        reader.start()
        reader.join()
        world.desk.prepare(version)

    world.store.prepare_with(prepare)
    _send(world, "660000", "2023-Q1", 70, 2)
    assert asked == [2]
    assert world.desk.visible(day) == _anew(world).visible(day)
    pd.testing.assert_frame_equal(world.desk.scorecard(as_of=day).frame, _anew(world).scorecard(as_of=day).frame)


def test_a_desk_first_asked_while_an_acceptance_is_worked_out_prints_the_moment_of_its_figures(world: World) -> None:
    _send(world, "110000", "2023-Q1", 80, 0)
    before = _anew(world).scorecard().frame
    seen = []
    world.store.prepare_with(lambda _version: seen.append(_anew(world).scorecard().frame))
    _send(world, "110000", "2023-Q2", 81, 20)
    pd.testing.assert_frame_equal(seen[0], before)


def test_an_acceptance_holds_though_nothing_could_be_prepared(world: World, caplog: pytest.LogCaptureFixture) -> None:
    def prepare(_version: int) -> None:
        raise OSError("no memory")

    world.store.prepare_with(prepare)
    before = world.store.data_version()
    _send(world, "110000", "2023-Q1", 80, 0)
    assert world.store.data_version() != before and "no memory" in caplog.text
    assert world.desk.sheet().latest("110000", "rate") == _anew(world).sheet().latest("110000", "rate")


def test_the_source_of_each_figure_is_the_submission_that_decides(world: World) -> None:
    _send(world, "110000", "2023-Q1", 80, 0)
    _send(world, "110000", "2023-Q1", 82, 20)
    for as_of, revision in ((at("2024-05-05T10:00"), 1), (None, 2)):
        figure = world.desk.sheet(as_of=as_of).latest("110000", "rate")
        assert figure is not None
        found = sources(world.desk, as_of, [figure])["rate"]["110000"]
        assert found.revision == revision


def test_the_nearest_answer_of_the_last_few_is_found() -> None:
    near: Nearest[str] = Nearest(2)
    assert near.find("q", at("2024-01-01T00:00")) is None
    for day, name in (("2024-01-01", "old"), ("2024-03-01", "middle"), ("2024-06-01", "late")):
        near.keep("q", at(f"{day}T00:00"), name)
    assert near.find("q", at("2024-01-02T00:00")) == "middle"
    assert near.find("q", at("2024-12-31T00:00")) == "late"
    assert near.find("other", at("2024-12-31T00:00")) is None
