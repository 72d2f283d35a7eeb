"""What is taken over from another moment is what would be worked out anew, for every kind of indicator."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.catalogue.loader import parse_catalogues, parse_regions
from monitor.catalogue.models import Indicator
from monitor.method.settings import MethodSettings
from monitor.method.stored import StoredRow
from monitor.report.known import Deciding, Known, Place
from monitor.report.loading import Loaded, load_tree
from monitor.report.scorecard import Judged, judge_rows
from monitor.report.selection import Selection, select
from monitor.shipped import find_shipped

_CITIES = "510100,510000,city,成都市,,,,GB/T 2260,,,,true\n510300,510000,city,自贡市,,,,GB/T 2260,,,,true\n"
_REGIONS = parse_regions(find_shipped("data/regions.csv").read_text(encoding="utf-8") + _CITIES, "regions.csv")
# one baseline is later than some rows: they rest on a figure of a later period than their own
_PLAN = (
    find_shipped("indicators.yaml")
    .read_text(encoding="utf-8")
    .replace('year: 2020, printed: "85.2"', 'year: 2022, printed: "85.2"')
)
(CATALOGUE,) = parse_catalogues([("indicators.yaml", _PLAN)], _REGIONS)
UNITS = ("000000", "110000", "320000", "510000", "510100", "510300", "660000")
PERIODS = (
    "2019", "2020", "2021", "2022", "2022-H1", "2022-Q1", "2022-Q2", "2022-H2", "2023-01", "2023-02", "2023-03",
    "2023-06", "2023-Q3", "2024", "2024-Q4", "2025-03",
)  # fmt: skip
Sent = Mapping[Place, int]
"""Which submission decides each place; its figures follow from its number."""


def _row(indicator: Indicator, place: Place, number: int) -> StoredRow | None:
    chance = random.Random(f"{indicator.id} {place} {number}")
    if chance.random() < 0.3:
        return None
    top = bottom = value = None
    state = "value" if chance.random() < 0.9 else chance.choice(("missing", "withheld"))
    if state == "value" and indicator.figure is not None and chance.random() < 0.8:
        bottom = Decimal(chance.randint(1, 400))
        top = bottom * chance.randint(0, 100) / 100
    elif state == "value":
        value = Decimal(chance.randint(0, 1000)) / 10
    part_unit = indicator.figure.unit if indicator.figure and top is not None else None
    comparator = chance.choice(("eq",) * 8 + ("approx", "ge"))
    synthetic = chance.random() < 0.5
    vintage = chance.choice(("reported", "flash"))
    return (
        indicator.id, *place, vintage, state, top, bottom, part_unit, value, indicator.unit,
        comparator, synthetic, None, number,
    )  # fmt: skip


def _known(sent: Sent, planned: Sent) -> Known:
    day = datetime(2026, 1, 1)  # noqa: DTZ001 — naive UTC, as the store gives it

    def deciding(number: int, vintage: str) -> Deciding:
        return Deciding(number, "main", vintage, 1, False, day, number)

    def rows(some: Sent) -> dict[Place, list[StoredRow]]:
        found = {p: [_row(one, p, number) for one in CATALOGUE.indicators] for p, number in some.items()}
        return {place: [row for row in made if row is not None] for place, made in found.items()}

    visible = {place: (deciding(number, "reported"),) for place, number in sent.items()}
    for place, number in planned.items():
        visible[place] = (*visible.get(place, ()), deciding(number, "plan"))
    return Known(visible, rows(sent), rows(planned))


def _judged(known: Known, loaded: Loaded | None = None, judged: Judged | None = None) -> tuple[Loaded, Judged]:
    tree = load_tree(CATALOGUE, (CATALOGUE,), _REGIONS, known, loaded)
    return tree, judge_rows(tree.tree, Selection(include_context=True), MethodSettings(), judged)


places = st.tuples(st.sampled_from(UNITS), st.sampled_from(PERIODS))
first = st.dictionaries(places, st.integers(1, 3), min_size=10, max_size=60)
planned = st.dictionaries(st.tuples(st.sampled_from(UNITS), st.just("2020")), st.integers(1, 2), max_size=4)
# 0: withdrawn, else another submission
changed = st.dictionaries(places, st.integers(0, 5), max_size=6)
replanned = st.dictionaries(st.tuples(st.sampled_from(UNITS), st.just("2020")), st.integers(0, 2), max_size=2)


def _after(before: Sent, changes: Sent) -> Sent:
    return {place: number for place, number in {**before, **changes}.items() if number}


@settings(max_examples=3, deadline=None)
@example(
    sent={(unit, period): 1 for unit in UNITS for period in PERIODS},
    plans={},
    changes=[({(unit, "2022"): 2 for unit in UNITS[1:4]}, {})],
)
@given(sent=first, plans=planned, changes=st.lists(st.tuples(changed, replanned), min_size=1, max_size=2))
def test_moment_after_moment_the_rows_are_those_of_a_fresh_start(
    sent: Sent, plans: Sent, changes: list[tuple[Sent, Sent]]
) -> None:
    loaded, judged = _judged(_known(sent, plans))
    for figures, goals in changes:
        sent, plans = _after(sent, figures), _after(plans, goals)
        loaded, judged = _judged(_known(sent, plans), loaded, judged)
        _, anew = _judged(_known(sent, plans))
        pd.testing.assert_frame_equal(judged.table, anew.table)
        assert judged.rows == anew.rows


@pytest.mark.parametrize("indicator", ["enrolment_rate", "drg_dip_payment_share"])
def test_rows_before_the_first_change_are_the_same_rows(indicator: str) -> None:
    sent = {(unit, period): 1 for unit in UNITS for period in ("2021", "2022", "2023-01", "2024")}
    loaded, judged = _judged(_known(sent, {}))
    place, definition = ("110000", "2024"), CATALOGUE.indicator(indicator)
    assert definition is not None
    other = next(number for number in range(2, 99) if _row(definition, place, number) is not None)
    after, _ = _judged(_known({**sent, place: other}, {}), loaded, judged)
    selected = select(after.tree, Selection(include_context=True), judged.selected)
    for unit in UNITS:
        old, new = (one.groups[indicator, unit] for one in (judged.selected, selected))
        assert old and [row.cell.period for row in old] == [row.cell.period for row in new]
        taken = [was.cell.period.code for was, row in zip(old, new, strict=True) if was is row]
        everything = [row.cell.period.code for row in old]
        is_touched = unit in ("000000", "110000", "510000")  # a parent whenever any unit is
        assert taken == [code for code in everything if not is_touched or code < "2024"]
