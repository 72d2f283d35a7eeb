"""What the pages ask for, against the scorecard it is taken from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from monitor.catalogue.periods import parse_period
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.evidence import STANDINGS, observations
from monitor.report.figures import CLASSES, GROUPS, group_of, severity
from monitor.report.indicator import indicator_answer
from monitor.report.overview import elapsed_share, overview
from monitor.report.region import region_answer
from monitor.report.reporting import reporting_board
from monitor.store.store import Store
from tests.cycle.forms import shipped
from tests.demo_store import DEMO_NOW

EARLIER = datetime(2023, 6, 30, 15, 59, 59)  # noqa: DTZ001 — moments of the store are UTC without a zone


@pytest.fixture(scope="module")
def desk(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = shutil.copytree(demo_folder, tmp_path_factory.mktemp("answers") / "data")
    with Store.open(folder / "demo.duckdb", clock=lambda: DEMO_NOW) as store:
        yield Desk(store, *shipped(), MethodSettings())


def test_every_class_has_a_group_and_a_place() -> None:
    assert {group_of(name) for name in CLASSES} == set(GROUPS)
    assert [severity(name) for name in CLASSES] == sorted(severity(name) for name in CLASSES)
    assert group_of("never heard of") == "open"


@pytest.mark.parametrize("as_of", [None, EARLIER])
def test_the_overview_takes_the_last_period_with_a_figure(desk: Desk, as_of: datetime | None) -> None:
    answer = overview(desk, as_of=as_of)
    frame = desk.scorecard(region="000000", as_of=as_of).frame
    assert len(answer.entries) == 15 == sum(answer.count(group) for group in GROUPS)
    for entry in answer.entries:
        mine = frame[(frame["indicator_id"] == entry.indicator.id) & frame["value"].notna()]
        last = max(mine["period"], key=lambda code: parse_period(code).order)
        assert entry.figure.period.code == last
        row = mine[mine["period"] == last].iloc[0]
        assert (entry.figure.value, entry.figure.class_) == (row["value"], row["class"])
        if entry.figure.vintage != "aggregated":
            assert entry.source is not None and entry.source.source


def test_year_to_date_figures_are_compared_with_a_year_earlier(desk: Desk) -> None:
    by_id = {entry.indicator.id: entry for entry in overview(desk, as_of=EARLIER).entries}
    income = by_id["fund_income"]
    assert income.indicator.accumulation == "ytd" and income.figure.period.kind == "quarter"
    assert income.previous is not None and income.previous.period == income.figure.period.year_earlier()
    stock = by_id["procured_drugs"]
    assert stock.previous is not None and stock.previous.period == stock.figure.period.previous()


def test_units_count_their_own_lagging_indicators(desk: Desk) -> None:
    answer = overview(desk)
    assert len(answer.units) == 32
    for unit in answer.units[::8]:
        page = region_answer(desk, unit.region.code)
        assert page is not None
        assert (unit.lagging, unit.assessed) == (page.count("lag"), len(page.entries) - page.count("open"))


def test_who_has_not_reported_is_the_units_without_an_accepted_file(desk: Desk) -> None:
    reporting = overview(desk).reporting
    assert reporting is not None and reporting.period.code == "2025-Q4"
    asked = (reporting.period, "reported")
    for region in reporting.missing:
        page = region_answer(desk, region.code)
        assert page is not None
        sent = [s for line in page.reports.lines for s in line.sendings if (line.period, line.vintage) == asked]
        assert not [one for one in sent if one.state in ("accepted", "superseded")]
    assert reporting.missing and len(reporting.missing) + len(reporting.reported) == 32
    board = reporting_board(desk, period=reporting.period)
    assert board is not None
    for code, standing in reporting.standing.items():  # who waits for us owes nothing
        assert standing == {"submitted": "submitted", "returned": "returned"}.get(
            board.cells[code, reporting.period].state, "none"
        )
    assert all(reporting.at(one) for one in STANDINGS)


def test_ranks_follow_the_direction_and_share_places(desk: Desk) -> None:
    pages = [region_answer(desk, region.code) for region in desk.current.regions.children("000000") if region.reporting]
    for indicator, better in (("out_of_pocket_share", min), ("drug_platform_share", max)):
        found = {}
        for page in pages:
            assert page is not None
            entry = next(one for one in page.entries if one.indicator.id == indicator)
            assert entry.rank is not None and entry.figure.value is not None
            found.setdefault(entry.rank.place, []).append(entry.figure.value)
        assert found[1][0] == better(value for values in found.values() for value in values)
        assert all(len(set(values)) == 1 for values in found.values())
        places = sorted(place for place, values in found.items() for _ in values)
        assert all(place <= index for index, place in enumerate(places, start=1))


def test_a_region_is_not_measured_against_a_count_of_regions(desk: Desk) -> None:
    page = region_answer(desk, "320000")
    assert page is not None
    drugs = next(one for one in page.entries if one.indicator.id == "procured_drugs")
    assert drugs.nation is None and not drugs.nation_years
    aid = next(one for one in page.entries if one.indicator.id == "medical_aid_share")
    assert aid.nation is not None and aid.nation.period == aid.figure.period


def test_every_vintage_stays_visible_and_one_is_judged(desk: Desk) -> None:
    answer = indicator_answer(desk, "out_of_pocket_share")
    assert answer is not None
    of_2022 = [p for p in answer.printed if p.observation.period.code == "2022"]
    assert {p.observation.vintage: round(p.value, 3) for p in of_2022} == {"bulletin": 27.007, "final_accounts": 26.89}
    assert [p.observation.vintage for p in of_2022 if p.chosen] == ["final_accounts"]


def test_an_earlier_moment_knows_no_later_figure(desk: Desk) -> None:
    assert all(one.source.accepted_at <= EARLIER for one in observations(desk, EARLIER, region="000000"))
    answer = indicator_answer(desk, "out_of_pocket_share", as_of=EARLIER)
    assert answer is not None and answer.course[-1].period.code == "2021"
    assert overview(desk, as_of=datetime(2001, 1, 1)).is_empty  # noqa: DTZ001


@pytest.mark.parametrize(
    ("indicator", "region"),
    [("none", None), ("insured_persons", None), ("fund_income", "999999"), ("fund_income", "710000")],
)
def test_what_is_not_there_has_no_answer(desk: Desk, indicator: str, region: str | None) -> None:
    assert indicator_answer(desk, indicator, region=region) is None


def test_elapsed_time_is_of_the_plan(desk: Desk) -> None:
    plan = desk.current.catalogues[0].plan
    for moment, share in (("2020-12-31", 0.0), ("2023-06-30", 0.5), ("2025-12-31", 1.0), ("2027-01-01", 1.0)):
        found = elapsed_share(plan, datetime.fromisoformat(f"{moment}T15:59:59"), "Asia/Shanghai")
        assert found == pytest.approx(share, abs=0.002)


def test_a_sheet_is_laid_out_once_until_the_data_change(desk: Desk) -> None:
    assert desk.sheet("uhs-14", None) is desk.sheet("uhs-14", None)
    assert desk.sheet("uhs-14", None) is not desk.sheet("uhs-14", EARLIER)
