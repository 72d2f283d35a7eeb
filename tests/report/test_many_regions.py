"""A plan of many regions, read branch by branch: the rows and explanations are those of all regions at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue.models import Indicator
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions_file import parse_regions
from monitor.method.grown import Grown, branches_of
from monitor.method.tree import Tree
from monitor.report.branch_tree import BranchTree
from monitor.report.columns import NotByColumns, with_shorter
from monitor.report.desk import Desk
from monitor.report.explain import explain_cell
from monitor.report.scorecard import judge_rows
from monitor.report.selection import Selection
from monitor.report.sums import Above, KeptSums, SumsKnown
from tests.method.oracle_tree import World as Given
from tests.method.worlds import to_tree, tree_worlds
from tests.properties import examples

from .calls import REGIONS, World, at
from .test_whole_tree import _columns, _moving

COUNTIES = (
    "110100,110000,prefecture,北京\n110101,110100,county,东城\n110102,110100,county,西城\n"
    + "120100,120000,prefecture,天津\n"
)
COLUMNS_OF_NAMES = ["region_code", "indicator_id", "period"]


class _Sent:
    """What was decided of each period, in place of the store's: a mark for each period of a tree."""

    def __init__(self, tree: Tree) -> None:
        periods = {period for series in tree.series.values() for period in series.sent}
        self.marks = {period.code: period.code.encode() for period in periods}


def _branch_tree(tree: Tree, *, fails: bool) -> BranchTree:
    indicators: tuple[Indicator, ...] = tuple(tree.indicators.values())
    branches = branches_of(tree.regions, tree.plan.region)

    def grow(periods: tuple[Period, ...]) -> Grown:
        if fails:
            raise NotByColumns
        sent = {
            (one.id, period): _columns(
                [
                    series.sent.get(period) if (series := tree.series.get((one.id, code))) else None
                    for code in branches.codes
                ]
            )
            for one in indicators
            for period in with_shorter(periods, parts=True)
        }
        return Grown(tree.plan, indicators, periods, branches, sent, {})

    sums = SumsKnown(_Sent(tree), KeptSums(Above(branches)), grow)  # type: ignore[arg-type]
    return BranchTree(
        tree.plan, tree.plan_indicators, tree.indicators, tree.regions, tree.series, tree.plan_rows,
        sums=sums, by_sums=True,
    )  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(world=tree_worlds(), is_moving=st.booleans(), fails=st.booleans())
def test_sums_give_the_rows_of_the_scorecard(world: Given, is_moving: bool, fails: bool) -> None:
    tree = to_tree(_moving(world) if is_moving else world)
    whole = judge_rows(tree, Selection(), world.settings)
    found = judge_rows(_branch_tree(tree, fails=fails), Selection(), world.settings)
    pd.testing.assert_frame_equal(found.table, whole.table)


def _desks(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, Desk]:
    """A desk that takes the regions for few, one that takes them for many."""
    regions = parse_regions(REGIONS + COUNTIES, "regions.csv")
    plain, parted = (Desk(world.store, world.catalogues, regions, world.desk.current.settings) for _ in range(2))
    monkeypatch.setattr("monitor.report.many_regions.REGIONS_AT_ONCE", 3)
    parted.sheet()
    return plain, parted


BEFORE = at("2024-03-15T09:00")


def _same(
    world: World, plain: Desk, parted: Desk, monkeypatch: pytest.MonkeyPatch, told_before: list[object] | None = None
) -> list[object]:
    """`told_before`: what `plain` has explained at BEFORE, which this returns: it is asked for it once."""
    for as_of in (None, BEFORE):
        monkeypatch.setattr("monitor.report.many_regions.REGIONS_AT_ONCE", 400)
        whole = plain.scorecard(as_of=as_of).frame
        explained = _explained(plain, as_of) if as_of is None or told_before is None else told_before
        monkeypatch.setattr("monitor.report.many_regions.REGIONS_AT_ONCE", 3)
        for region in parted.configuration(as_of).regions.codes:
            found = parted.scorecard(region=region, as_of=as_of).frame
            expected = whole[whole["region_code"] == region].reset_index(drop=True)
            named = found.merge(expected[COLUMNS_OF_NAMES]) if len(expected) else found[:0]
            pd.testing.assert_frame_equal(named, expected, check_dtype=bool(len(expected)))
            sheet = parted.sheet(as_of=as_of)
            for name in ("rate", "number"):
                shown = [figure.period.code for figure in sheet.course(region, name)]
                assert shown == expected[expected["indicator_id"] == name]["period"].to_list()
        assert _explained(parted, as_of) == explained
    return explained


def _explained(desk: Desk, as_of: object) -> list[object]:
    return [
        explain_cell(desk, name, code, parse_period(period), today=date(2024, 7, 1), as_of=as_of)  # type: ignore[arg-type]
        for name in ("rate", "number")
        for code in desk.current.regions.codes
        for period in ("2023", "2023-Q4", "2024")
    ]


def test_a_desk_of_many_regions_answers_as_one_of_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    with world.store:
        world.now = at("2024-03-01T09:00")
        for code, rate in (("110000", 70), ("120000", 80)):
            world.accept(world.send(code, "2023-Q4", rate=str(rate), number="5"))
        plain, parted = _desks(world, monkeypatch)
        told = _same(world, plain, parted, monkeypatch)
        world.now = at("2024-04-01T09:00")
        world.accept(world.send("120000", "2023-Q4", rate="85", number="6"))
        _same(world, plain, parted, monkeypatch, told)
        world.now = at("2024-05-01T09:00")
        world.accept(world.send("120000", "2024-Q1", rate="86", number="7"))
        parted.prepare(world.store.data_version())
        _same(world, plain, parted, monkeypatch, told)


def test_an_acceptance_reads_no_more_than_its_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    with world.store:
        world.now = at("2024-03-01T09:00")
        for code in ("110000", "120000"):
            world.accept(world.send(code, "2023-Q4", rate="70", number="5"))
        _, parted = _desks(world, monkeypatch)
        held = parted._branch_trees(parted.since(None), "small").fetched.series
        world.now = at("2024-04-01T09:00")
        world.accept(world.send("120000", "2023-Q4", rate="85", number="6"))
        now = parted._branch_trees(parted.since(None), "small").fetched.series
        assert now["rate", "110000"] is held["rate", "110000"]
        sent = now["rate", "120000"].figure(parse_period("2023-Q4"))
        assert sent is not None and sent.value == 85
