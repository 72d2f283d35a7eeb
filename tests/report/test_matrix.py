"""The matrix: every unit × every indicator, counted, sorted and narrowed; by hand on a small plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue.periods import parse_period
from monitor.report.figures import CLASSES, GROUPS
from monitor.report.freshness import freshness
from monitor.report.matrix import Ask, gap_of, matrix
from monitor.report.overview import overview
from monitor.report.wall import seconds_of, slide_number, slides_of, wall

from .calls import PLAN, World

YEAR_PLAN = PLAN.replace(
    "    frequency: quarter\n    first: 2023-Q1\n    last: 2023-Q4",
    "    frequency: year\n    first: 2021\n    last: 2025",
).replace("period: 2023-Q1, due_on: 2023-05-10", "period: 2023, due_on: 2024-05-10")
# at the end of 2023 the time share is 0.6: of 50 → 90, 60 and 66 are behind (below 0.8 × 0.6), 80 is ahead (0.75)
SENT = {"110000": {"rate": "60", "number": "10"}, "120000": {"rate": "66", "number": "600"}, "660000": {"rate": "80"}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("matrix"), YEAR_PLAN)
    for code, figures in SENT.items():
        made.accept(made.send(code, "2023", when="2024-01-20T09:00", **figures), when="2024-01-21T09:00")
    yield made
    made.store.close()


def codes(world: World, **ask: str) -> list[str]:
    return [line.region.code for line in matrix(world.desk, ask=Ask(**ask)).units]


def test_units_and_indicators_count_what_lags_of_what_was_judged(world: World) -> None:
    found = matrix(world.desk)
    assert [line.region.code for line in found.lines] == ["000000", "110000", "120000", "660000"]
    # the number 10 has no baseline and cannot be judged; 660000 sent none
    assert [(line.lagging, line.assessed) for line in found.units] == [(1, 1), (1, 2), (0, 1)]
    assert found.lagging == {"rate": 2, "number": 0} and found.judged == {"rate": 3, "number": 1}
    assert [line.region.code for line in found.worst] == ["110000", "120000"]
    assert sum(found.classes.values()) == 8 and found.classes["behind"] == 2


def test_the_distance_is_measured_to_the_target_and_scaled_within_the_indicator(world: World) -> None:
    found = matrix(world.desk)
    gaps = [[gap_of(line.figures[one]) for one in ("rate", "number")] for line in found.units]
    assert gaps == [[30, 490], [24, 0], [10, None]]
    assert found.widest == {"rate": 30, "number": 490}


def test_columns_sort_worst_first_and_the_other_way_with_what_is_missing_last(world: World) -> None:
    assert codes(world) == ["110000", "120000", "660000"]
    assert codes(world, sort="rate") == ["110000", "120000", "660000"]
    assert codes(world, sort="-rate") == ["660000", "120000", "110000"]
    assert codes(world, sort="number") == ["120000", "110000", "660000"]  # judged before what nobody can judge
    assert codes(world, sort="number", show="gap") == ["110000", "120000", "660000"]
    assert codes(world, sort="-number", show="value") == ["120000", "110000", "660000"]
    assert codes(world, sort="lag") == ["110000", "120000", "660000"]  # as many, of fewer judged
    assert codes(world, sort="-lag") == ["660000", "120000", "110000"]


def test_rows_and_columns_without_the_class_fall_away_and_the_nation_stays(world: World) -> None:
    found = matrix(world.desk, ask=Ask(class_="behind"))
    assert [line.region.code for line in found.lines] == ["000000", "110000", "120000"]
    assert [one.id for one in found.indicators] == ["rate"]
    assert (found.hidden_units, found.hidden_indicators, found.unit_count) == (1, 1, 3)
    assert found.lagging["rate"] == 2  # of all units, not of those left
    assert [one.id for one in matrix(world.desk, ask=Ask(nature="expected")).indicators] == ["number"]


def test_an_old_address_still_shows_a_matrix(world: World) -> None:
    asked = Ask(sort="gone", show="colour", nature="odd", category="none", class_="never")
    assert matrix(world.desk, ask=asked).ask == Ask()


def test_a_period_asked_for_fills_nothing_in(world: World) -> None:
    found = matrix(world.desk, period=parse_period("2022"))
    assert found.is_empty and found.classes == {"no_data": 8} and not found.worst


@given(
    sort=st.sampled_from([None, "lag", "-lag", "rate", "-rate", "number", "-number"]),
    show=st.sampled_from(["class", "gap", "value"]),
    class_=st.sampled_from([None, *CLASSES, *GROUPS]),
    nature=st.sampled_from([None, "binding", "expected"]),
)
def test_whatever_is_asked_cells_keep_their_figures(
    world: World, sort: str | None, show: str, class_: str | None, nature: str | None
) -> None:
    everything = {line.region.code: line for line in matrix(world.desk).lines}
    found = matrix(world.desk, ask=Ask(sort, show, nature, None, class_))
    assert len({line.region.code for line in found.units}) == len(found.units) == 3 - found.hidden_units
    for line in found.lines:
        for one in found.indicators:
            assert line.figures[one.id] is everything[line.region.code].figures[one.id]
    same = matrix(world.desk, ask=Ask(nature=nature))
    assert (found.lagging, found.judged, found.classes) == (same.lagging, same.judged, same.classes)
    assert [line.region.code for line in found.worst] == [line.region.code for line in same.worst]


def test_freshness_names_the_newest_of_each_source_and_who_is_behind(world: World) -> None:
    answer = overview(world.desk)
    rate, number = sorted(answer.entries, key=lambda entry: entry.indicator.number)
    assert not rate.figure.has_value  # not aggregated, and the nation sent nothing
    fresh = freshness(answer.entries, date(2026, 3, 2))
    assert fresh.missing == (rate,) and fresh.period == parse_period("2023") and fresh.current == 1
    assert [(one.vintage, one.count, one.on, one.days) for one in fresh.sources] == [("aggregated", 1, None, None)]
    newer = replace(number, figure=replace(number.figure, period=parse_period("2024-Q1"), vintage="bulletin"))
    both = freshness((number, newer), date(2026, 3, 2))
    assert both.older == (number,) and both.current == 1
    assert {one.vintage for one in both.sources} == {"aggregated", "bulletin"}


def test_slides_follow_from_what_there_is_to_say(world: World) -> None:
    answer = overview(world.desk)
    kinds = [slide.kind for slide in slides_of(answer)]
    assert kinds[:2] == ["table", "map"] and "missing" in kinds and "indicator" not in kinds
    assert wall(world.desk, slide="2").units[0].region.code == "110000"


@given(count=st.integers(1, 20), number=st.integers(0, 10**5))
def test_a_wall_goes_round(count: int, number: int) -> None:
    assert 1 <= slide_number(str(number), count) <= count
    assert slide_number(str(count + 1), count) == 1
    assert slide_number("x", count) == slide_number(None, count) == 1


def test_a_slide_stays_within_reason() -> None:
    assert [seconds_of(text) for text in (None, "x", "1", "45", "99999", "-3")] == [20, 20, 5, 45, 600, 20]
