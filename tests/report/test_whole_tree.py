"""The whole tree by columns is the scorecard's rows, cell by cell, for every kind of indicator and of figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue.models import VINTAGE_ORDER
from monitor.catalogue.periods import Period, parse_period
from monitor.catalogue.regions import Region
from monitor.catalogue.regions_file import parse_regions
from monitor.intake.submissions import accept, ingest
from monitor.method.aggregation import FigureColumns
from monitor.method.bounds import comparators_of
from monitor.method.exact import Exact
from monitor.method.figures import Absence, Figure, Sent
from monitor.method.grown import Grown, SentColumns, branches_of
from monitor.method.tree import Tree
from monitor.report.columns import with_shorter
from monitor.report.desk import Desk
from monitor.report.scorecard import judge_rows
from monitor.report.selection import Selection
from monitor.report.whole_columns import by_columns, needed
from monitor.report.whole_tree import lay_out, whole_tree
from monitor.store.reading import columns_of
from tests.cycle.in_process import reading_in_process
from tests.method.oracle_tree import World as Given
from tests.method.worlds import EAST, NORTH, SOUTH, WEST, to_tree, tree_worlds
from tests.properties import examples

from .calls import PLAN, REGIONS, World, at

PERIODS = [parse_period(code) for code in ("2019", "2020", "2022", "2023", "2023-06", "2024", "2025", "2026")]
MOVED = date(2022, 9, 30)


def _same(world: Given) -> Given:
    return world


def _moving(world: Given) -> Given:
    """NORTH belongs to EAST first, then to WEST."""
    rows: list[Region] = []
    for row in world.regions:
        if row.code == NORTH:
            rows += [
                replace(row, parent_code=EAST, valid_to=MOVED),
                replace(row, parent_code=WEST, valid_from=date(2022, 10, 1)),
            ]
        else:
            rows.append(row)
    return replace(world, regions=tuple(rows))


def _silent(world: Given) -> Given:
    """SOUTH need not report: what it sends all the same enters no sum."""
    return replace(
        world, regions=tuple(replace(row, reporting=row.reporting and row.code != SOUTH) for row in world.regions)
    )


def _columns(sent: list[Sent | None]) -> SentColumns:
    figures = [one if isinstance(one, Figure) else None for one in sent]
    reasons = [one.reason if isinstance(one, Absence) else "" for one in sent]
    return SentColumns(
        FigureColumns(
            Exact.of(one.value if one else None for one in figures),
            Exact.of(one.numerator if one else None for one in figures),
            Exact.of(one.denominator if one else None for one in figures),
            comparators_of(one.comparator if one else "eq" for one in figures),
            np.array([one is not None and one.synthetic for one in figures], dtype=bool),
            np.array([one is not None and one.partial for one in figures], dtype=bool),
        ),
        np.array([VINTAGE_ORDER.index(one.vintage) if one else 0 for one in figures], dtype=np.int64),
        np.array(reasons, dtype=object),
    )


def _grown(tree: Tree, period: Period) -> Grown:
    indicators = tuple(tree.indicators.values())
    branches = branches_of(tree.regions, tree.plan.region)
    wanted, bases = needed(tree.plan, indicators, period)

    def laid(cells: Mapping[tuple[str, str], Mapping[Period, Sent]], periods: list[Period]) -> dict[
        tuple[str, Period], SentColumns
    ]:  # fmt: skip
        return {
            (one.id, some): _columns([cells.get((one.id, code), {}).get(some) for code in branches.codes])
            for one in indicators
            for some in periods
        }

    sent = laid({key: series.sent for key, series in tree.series.items()}, with_shorter(wanted, parts=True))
    return Grown(tree.plan, indicators, wanted, branches, sent, laid(tree.plan_rows, list(bases)))


@settings(max_examples=examples(60), deadline=None)
@given(world=tree_worlds(), changed=st.sampled_from([_same, _moving, _silent]), period=st.sampled_from(PERIODS))
def test_columns_give_the_rows_of_the_scorecard(
    world: Given, changed: Callable[[Given], Given], period: Period
) -> None:
    tree = to_tree(changed(world))
    judged = judge_rows(tree, Selection(period=period, every_region=True), world.settings)
    found = by_columns(_grown(tree, period), tuple(tree.indicators.values()), world.settings, period)
    pd.testing.assert_frame_equal(found, lay_out(judged, tree.regions, period), check_dtype=bool(len(found)))


LARGE = """
  - id: large
    number: 3
    name: {zh: 大数, en: Large}
    nature: expected
    unit: "%"
    direction: up
    accumulation: period
    aggregate: ratio_of_sums
    frequency: quarter
    figure: {numerator: {zh: 上, en: top}, denominator: {zh: 下, en: bottom}, unit: 元}
    target: {rule: reach, comparator: ge, value: 90}
"""
VINTAGES = ("reported", "flash", "final_accounts")


def _asked(world: World) -> None:
    """Both ways, of periods with figures, with parts of figures and without any; now and before the last acceptance."""
    moments = [None, at("2024-04-01T12:00")]
    for code in ("2023", "2023-Q1", "2023-H1", "2024-12", "2019"):
        for as_of in moments:
            period = parse_period(code)
            desk = world.desk
            judged = desk._judged(desk.since(as_of), "small", Selection(period=period, every_region=True))
            told = lay_out(judged, desk.configuration(as_of).regions, period)
            pd.testing.assert_frame_equal(whole_tree(desk, period=code, as_of=as_of).frame, told)


def test_the_stores_rows_are_read_as_everywhere_else(tmp_path: Path) -> None:
    """Several vintages and revisions of a cell, bounds, other units, figures beyond a double's digits, none at all."""
    world = World(
        tmp_path,
        PLAN.replace("forms:", LARGE.lstrip("\n") + "forms:").replace("[rate, number]", "[rate, number, large]"),
    )
    with world.store:
        world.now = at("2024-03-01T09:00")
        for number, region in enumerate(("110000", "120000", "660000")):
            for period in ("2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"):
                for vintage in VINTAGES[: number + 1]:
                    _send(world, region, period, vintage, number)
        _asked(world)
        world.now = at("2024-05-01T09:00")
        _send(world, "110000", "2023-Q4", "reported", 7)
        _send(world, "000000", "2023", "final_accounts", 8)
        _send(world, "120000", "2023-Q1", "final_accounts", 9)
        _asked(world)
        told = whole_tree(world.desk, period="2023").frame
        of_parts = told[(told["indicator_id"] == "large") & (told["region_code"] == "120000")]
        assert of_parts["vintage"].tolist() == ["reported"]  # the least preferred among the year's quarters
        with patch.object(world.store, "ask_columns", lambda *asked: columns_of(world.store.ask_frame(*asked))):
            anew = Desk(world.store, world.catalogues, world.regions, world.desk.current.settings)
            pd.testing.assert_frame_equal(whole_tree(anew, period="2023").frame, told)


def _send(world: World, region: str, period: str, vintage: str, number: int) -> None:
    whole = 700_123_456_789_012 + number * 3
    rate = ("80,ge", "91.2345678901,eq", "77,approx", "85,eq")[number % 4]
    counted = "保密" if number == 1 else f"{123456 + number}.0000000001"
    parts = f"{whole}.{number}1,{whole + 99},元" if number % 2 == 0 else f"{4000 + number}.5,5000,亿元"
    rows = [f"rate,{rate},,,", f"number,{counted},eq,,,", f"large,,eq,{parts}"]
    lines = [f"{region},{period},{vintage},{row}" for row in rows]
    path = world.path(region, period, vintage=vintage)
    head = "region_code,period,vintage,indicator_id,value,comparator,numerator,denominator,part_unit"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    with reading_in_process():
        result = ingest(world.store, world.catalogues, world.regions, path, by="张三", explain="已核实")
    assert result.submissions, result
    submission = result.submissions[0].submission_id
    assert submission is not None
    accept(world.store, submission, by="李四", explain="已核实")


def test_a_sheet_of_many_regions_is_the_whole_sheet_branch_by_branch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    with world.store:
        world.now = at("2024-03-01T09:00")
        counties = "110100,110000,prefecture,北京\n110101,110100,county,东城\n110102,110100,county,西城\n"
        regions = parse_regions(REGIONS + counties, "regions.csv")
        for code, rate in (("110000", 70), ("120000", 80)):
            world.accept(world.send(code, "2023-Q4", rate=str(rate), number="5"))
        settings_ = world.desk.current.settings
        whole = Desk(world.store, world.catalogues, regions, settings_).sheet()
        monkeypatch.setattr("monitor.report.many_regions.REGIONS_AT_ONCE", 3)
        parted = Desk(world.store, world.catalogues, regions, settings_).sheet()
        assert not parted.has_region("990000") and len(parted._rows) < len(whole._rows)
        for region in regions.codes:
            assert parted.has_region(region) and parted.has_region(region) == whole.has_region(region)
            for name in ("rate", "number"):
                assert list(parted.course(region, name)) == list(whole.course(region, name))
                assert parted.latest(region, name) == whole.latest(region, name)
                assert parted.years(region, name) == whole.years(region, name)
                assert list(parted.periods(region, name)) == list(whole.periods(region, name))
