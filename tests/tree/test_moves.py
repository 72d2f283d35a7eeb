"""A county's figure enters the parent that it had at the period's end: in sums, coverage, membership, explanations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest

from monitor.catalogue.loader import parse_catalogues, parse_regions
from monitor.catalogue.periods import parse_period
from monitor.report.branch_table import Table
from monitor.report.branches import TreeAsk, branches
from monitor.report.desk import Desk
from monitor.report.explain import explain_cell
from monitor.report.placed import below, past
from monitor.report.whole_tree import whole_tree

from .world import PLAN, make_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = make_desk(tmp_path_factory.mktemp("moves"))
    yield made
    made.store.close()


SUMS = [
    # period, region, numerator, denominator: worked out in world.py
    ("2019", "220100", 60, 100), ("2019", "220300", 130, 300),
    ("2020", "220100", 150, 200), ("2020", "220300", 50, 200),
    ("2021", "220100", 170, 300), ("2021", "220300", 30, 100),
    # the province and the nation are the same sum however their counties are divided
    ("2019", "220000", 190, 400), ("2020", "220000", 200, 400), ("2021", "000000", 200, 400),
]  # fmt: skip


@pytest.mark.parametrize(("period", "region", "top", "bottom"), SUMS)
def test_sums_follow_the_parent_of_the_day(desk: Desk, period: str, region: str, top: int, bottom: int) -> None:
    frame = whole_tree(desk, period=period).frame
    row = frame[(frame["indicator_id"] == "share") & (frame["region_code"] == region)].iloc[0]
    assert (row["numerator"], row["denominator"], row["value"]) == (top, bottom, pytest.approx(100 * top / bottom))
    assert (row["vintage"], row["coverage"], row["partial"]) == ("aggregated", 1.0, False)


def test_who_is_a_member_and_under_whom(desk: Desk) -> None:
    found = {}
    for year in ("2019", "2020", "2021"):
        frame = whole_tree(desk, period=year).frame
        of = frame[frame["indicator_id"] == "share"].set_index("region_code")["parent_code"]
        found[year] = {code: of.get(code) for code in ("220381", "220184", "220322")}
    assert found == {
        "2019": {"220381": "220300", "220184": None, "220322": "220300"},
        "2020": {"220381": None, "220184": "220100", "220322": "220300"},
        "2021": {"220381": None, "220184": "220100", "220322": "220100"},
    }


def test_coverage_counts_the_parts_of_the_day(desk: Desk) -> None:
    """Amounts of 2020: two of 长春's two parts sent one, none of 四平's two, so one of the province's two parts."""
    frame = whole_tree(desk, period="2020").frame
    rows = frame[frame["indicator_id"] == "amount"].set_index("region_code")
    assert (rows.loc["220100", "value"], rows.loc["220100", "coverage"]) == (12.0, 1.0)
    assert rows.loc["220300", "coverage"] == 0
    assert (rows.loc["220000", "value"], rows.loc["220000", "coverage"], rows.loc["220000", "partial"]) == (
        12.0,
        0.5,
        True,
    )


@pytest.mark.parametrize(
    ("period", "region", "units"),
    [
        ("2019", "220300", ["220302", "220322", "220381"]),
        ("2020", "220300", ["220302", "220322"]),
        ("2020", "220100", ["220102", "220184"]),
        ("2021", "220100", ["220102", "220184", "220322"]),
    ],
)
def test_the_explanation_names_the_parts_of_the_day(desk: Desk, period: str, region: str, units: list[str]) -> None:
    found = explain_cell(desk, "share", region, parse_period(period), today=date(2026, 1, 1))
    assert found is not None
    assert found.gathered is not None
    assert sorted(one.region.code for one in found.gathered.units) == units


def test_the_branches_and_what_they_contribute(desk: Desk) -> None:
    """四平 2019 is 130 of 300, so 80 − 43⅓ = 36⅔ points short: a third each of 50, 60 and 0."""
    found = branches(desk, period=parse_period("2019"), ask=TreeAsk(root="220300", indicator="share"))
    assert found is not None
    rows = {one.region.code: one.cells["share"] for one in found.rows()}
    assert [one.region.code for one in found.rows()] == ["220322", "220302", "220381"]
    expected = {"220322": 20.0, "220302": 50 / 3, "220381": 0.0}
    assert {code: cell.contribution for code, cell in rows.items()} == pytest.approx(expected)
    gap = found.own.cells["share"].target_gap
    assert gap == pytest.approx(sum(expected.values())) == pytest.approx(110 / 3)
    assert [one.code for one in found.above] == ["000000", "220000"]


def test_levels_search_filter_and_order(desk: Desk) -> None:
    year = parse_period("2020")

    def codes(**asked: str) -> list[str]:
        found = branches(desk, period=year, ask=TreeAsk(**asked))
        return [] if found is None else [one.region.code for one in found.rows()]

    assert codes() == ["220000"]
    assert codes(level="prefecture", sort="code") == ["220100", "220300"]
    assert codes(level="county", sort="-code") == ["220322", "220302", "220184", "220102"]
    assert codes(level="county", indicator="share") == ["220322", "220302", "220102", "220184"]
    assert codes(level="county", indicator="share", sort="-value") == ["220184", "220102", "220302", "220322"]
    assert codes(text="公主") == codes(text="220184") == ["220184"]
    assert codes(level="county", indicator="share", class_="good") == ["220184"]
    assert codes(root="220381") == []
    whole = branches(desk, period=year, ask=TreeAsk(sort="nonsense", level="village", indicator="none"))
    assert whole is not None
    assert (whole.levels, len(whole), whole.ask.sort) == ({"province": 1, "prefecture": 2, "county": 4}, 1, None)


def test_without_a_period_the_latest_year_with_a_figure(desk: Desk) -> None:
    found = branches(desk)
    assert found is not None
    assert found.period.code == "2021"


def test_the_past_of_a_region(desk: Desk) -> None:
    regions = desk.current.regions

    def told(code: str) -> list[tuple[str, str, str | None, str | None, str]]:
        return [
            (one.kind, one.other.code, one.parent.name if one.parent else None, one.now.name if one.now else None,
             str(one.until))
            for one in past(regions, code)
        ]  # fmt: skip

    assert told("220184") == [("was", "220381", "四平市", "长春市", "2019-12-31")]
    assert told("220381") == [("became", "220184", "四平市", "长春市", "2019-12-31")]
    assert told("220322") == [("moved", "220322", "四平市", "长春市", "2020-12-31")]
    assert told("220102") == []
    assert [one.code for one in below(regions, "220300", date(2019, 12, 31))] == ["220302", "220322", "220381"]


def test_a_region_that_does_not_report_adds_nothing_to_its_parents_distance() -> None:
    """20 of 100 from 60 %; the other's 10 of 100 do not enter the parent's sum, so nothing is divided among both."""
    regions = parse_regions(
        "region_code,parent_code,level,name,reporting\n000000,,nation,全国,false\n110000,000000,province,甲,true\n"
        "810000,000000,province,乙,false\n",
        "r.csv",
    )
    (catalogue,) = parse_catalogues([("p.yaml", PLAN)], regions)
    numbers = {"numerator": [60.0, 60.0, 10.0], "denominator": [100.0] * 3, "value": [60.0, 60.0, 10.0]}
    texts = {"indicator_id": ["share"] * 3, "region_code": list(regions.codes), "parent_code": ["", *["000000"] * 2]}
    frame = pd.DataFrame({**texts, **numbers, "target": [80.0] * 3, "class": ["behind"] * 3})
    found = Table(frame, regions, date(2020, 12, 31), catalogue.indicators).contributions("share")
    assert found[1] == 20 and not np.isfinite(found[[0, 2]]).any()
