"""The demonstration's store: published figures from the day they were known, synthetic ones marked, every state."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from monitor.catalogue.loader import Catalogue, parse_catalogues
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.demo.loader import DemoSummary, load_demo
from monitor.demo.rows import NOTE
from monitor.demo.stories import ODD, Sending
from monitor.intake.submissions import list_submissions, show
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.migrations import SQL
from monitor.store.store import Store, StoreError

NOW = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
EARLY = datetime(2024, 6, 30, 3, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CLASSES = {
    "ahead", "on_schedule", "nearly", "behind", "below_baseline", "achieved", "slipped", "missed", "held", "breached",
    "not_assessable", "no_data", "judged",
}  # fmt: skip

PublishedRows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Loaded:
    store: Store
    summary: DemoSummary


@pytest.fixture(scope="module")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, catalogues: Sequence[Catalogue], regions: Regions
) -> Iterator[Loaded]:
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    with Store.open(path, clock=lambda: NOW) as store:
        yield Loaded(store, load_demo(store, catalogues, regions, NOW))


@pytest.fixture(scope="module")
def scorecard(loaded: Loaded, catalogues: tuple[Catalogue, ...], regions: Regions) -> pd.DataFrame:
    return Desk(loaded.store, catalogues, regions, MethodSettings(), "Asia/Shanghai").scorecard().frame


def known_on(row: Mapping[str, str]) -> date:
    """Written apart from the loader: the day of publication, else a year after the period's end."""
    if row["published_on"]:
        return date.fromisoformat(row["published_on"])
    end = parse_period(row["period"]).end
    return end.replace(year=end.year + 1)


def end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, SHANGHAI).astimezone(UTC)


HISTORY = (
    "indicator_id", "region_code", "form", "period", "vintage", "revision", "submission_id", "carried_from", "state",
    "numerator", "denominator", "part_unit", "value", "unit", "comparator", "synthetic", "published_on", "note",
    "source", "grade", "submitted_at", "submitted_by", "estimated", "explanation", "submission_state", "state_at",
    "state_by", "state_detail", "accepted_at", "accepted_by", "accepted_seq", "receipt_id", "file_name", "line",
)  # fmt: skip


def history(store: Store, catalogues: Sequence[Catalogue], codes: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Every revision of every cell, by the names of HISTORY."""
    ids = [indicator.id for indicator in catalogues[0].indicators]
    asked = {"indicator_ids": ids, "region_codes": codes, "periods": None, "as_of": None}
    return [dict(zip(HISTORY, row, strict=True)) for row in store.ask(SQL / "cell_history.sql", asked)]


def test_every_published_row_is_there_from_the_day_it_was_known(
    loaded: Loaded, catalogues: Sequence[Catalogue], published_rows: PublishedRows
) -> None:
    sent = {
        (row["indicator_id"], row["period"], row["vintage"]): row
        for row in history(loaded.store, catalogues, ["000000"])
        if row["carried_from"] is None
    }
    assert len(sent) == len(published_rows) == loaded.summary.published_rows
    for row in published_rows:
        found = sent[row["indicator_id"], row["period"], row["vintage"]]
        assert found["accepted_at"].date() == min(known_on(row), NOW.date()), row
        assert found["estimated"] == (not row["published_on"]), row
        for part in ("value", "numerator", "denominator"):
            assert found[part] == (Decimal(row[part]) if row[part] else None), row
        assert (found["comparator"], found["unit"]) == (row["comparator"], row["unit"])
        assert (found["source"], found["note"] or "", found["grade"]) == (row["source"], row["note"], row["grade"])
        assert not found["synthetic"]


@pytest.mark.parametrize("day", ["2021-06-07", "2021-06-08", "2022-12-30", "2023-07-10", "2023-12-31", "2026-07-15"])
def test_as_of_a_day_shows_what_was_known_then_and_nothing_later(
    loaded: Loaded, catalogues: Sequence[Catalogue], published_rows: PublishedRows, day: str
) -> None:
    then = date.fromisoformat(day)
    ids = [indicator.id for indicator in catalogues[0].indicators]
    asked = {"indicator_ids": ids, "region_codes": ["000000"], "periods": None, "as_of": end_of(then)}
    rows = loaded.store.ask(SQL / "vintages_as_of.sql", asked)
    shown = {tuple(row[place] for place in (0, 2, 3)) for row in rows}
    assert shown == {
        (row["indicator_id"], row["period"], row["vintage"]) for row in published_rows if known_on(row) <= then
    }


def test_rows_of_one_submission_with_different_days_are_successive_revisions(loaded: Loaded) -> None:
    bulletin = [
        one for one in list_submissions(loaded.store, regions=["000000"], periods=["2022"]) if one.vintage == "bulletin"
    ]
    assert [(one.revision, one.state, one.estimated) for one in bulletin] == [
        (2, "accepted", True), (1, "superseded", False),
    ]  # fmt: skip
    cells = show(loaded.store, bulletin[0].submission_id).cells
    assert {cell.change for cell in cells} == {"created", "carried"}


def test_what_the_provinces_sent_is_synthetic_wherever_it_is_stored_or_judged(
    loaded: Loaded, catalogues: Sequence[Catalogue], scorecard: pd.DataFrame
) -> None:
    rows = [row for row in history(loaded.store, catalogues) if row["region_code"] != "000000"]
    assert rows
    assert all(row["synthetic"] and row["note"].startswith(NOTE) and "模拟" in row["source"] for row in rows)
    assert all("模拟" in row["file_name"] for row in rows)
    assert len([row for row in rows if row["carried_from"] is None]) == loaded.summary.synthetic_rows
    judged = scorecard[(scorecard["region_code"] != "000000") & scorecard["value"].notna()]
    assert judged["synthetic"].all() and len(judged) > 10_000
    nation = scorecard[(scorecard["region_code"] == "000000") & scorecard["value"].notna()]
    assert nation.loc[nation["vintage"] == "aggregated", "synthetic"].all()
    assert not nation.loc[
        nation["vintage"].isin(["bulletin", "final_accounts", "flash", "briefing"]), "synthetic"
    ].any()


def test_every_class_is_seen(scorecard: pd.DataFrame) -> None:
    assert set(scorecard["class"]) == CLASSES
    years = scorecard[
        (scorecard["region_code"] != "000000") & scorecard["period"].isin(["2022", "2023", "2024", "2025"])
    ]
    # withheld cells, bounds that straddle and shares without parts are rare, every other class is not
    rare = {"no_data", "slipped", "below_baseline"}
    assert min(count for name, count in Counter(years["class"]).items() if name not in rare) >= 10


def test_the_units_add_up_to_what_was_published(scorecard: pd.DataFrame, published_rows: PublishedRows) -> None:
    """汇总数 beside 公布数: equal for amounts, equal to the printed digit for rates."""
    nation = scorecard[(scorecard["region_code"] == "000000") & ~scorecard["partial"]].set_index(
        ["indicator_id", "period"]
    )
    compared: dict[str, int] = defaultdict(int)
    for row in published_rows:
        key = (row["indicator_id"], row["period"])
        if row["vintage"] != "bulletin" or row["comparator"] != "eq" or key not in nation.index:
            continue
        found = float(nation.loc[key, "aggregated_value"])
        if row["unit"] == "亿元":
            assert found * 10_000 == pytest.approx(float(row["value"]), abs=1e-6), key
        elif row["numerator"]:
            assert found == pytest.approx(100 * float(row["numerator"]) / float(row["denominator"]), abs=1e-9), key
        else:
            assert abs(found - float(row["value"])) < 1e-9, key
        compared[row["indicator_id"]] += 1
    assert compared == {
        "fund_income": 5, "fund_expenditure": 5, "employee_inpatient_payment_share": 4,
        "resident_inpatient_payment_share": 5, "out_of_pocket_share": 5,
    }  # fmt: skip


def test_the_nation_is_judged_as_the_published_figures_say(scorecard: pd.DataFrame) -> None:
    nation = scorecard[scorecard["region_code"] == "000000"].set_index(["indicator_id", "period"])["class"]
    expected = {
        ("enrolment_rate", "2025"): "held",
        ("out_of_pocket_share", "2021"): "behind",
        ("out_of_pocket_share", "2022"): "achieved",
        ("out_of_pocket_share", "2023"): "slipped",
        ("out_of_pocket_share", "2025"): "missed",
        ("employee_inpatient_payment_share", "2021"): "held",
        ("employee_inpatient_payment_share", "2024"): "held",
        ("employee_inpatient_payment_share", "2025"): "breached",
        ("resident_inpatient_payment_share", "2022"): "breached",
        ("cross_province_settlement_rate", "2023"): "achieved",
        ("fund_income", "2025"): "judged",
    }
    assert {key: nation[key] for key in expected} == expected


def test_every_state_of_a_submission_is_there(loaded: Loaded, sendings: Sequence[Sending]) -> None:
    found = [one for one in list_submissions(loaded.store) if one.region_code != "000000"]
    assert {one.state for one in found} == {"submitted", "accepted", "superseded", "returned", "withdrawn"}
    assert len(found) == len(sendings)
    assert all(one.detail["reason"] for one in found if one.state == "returned")
    asked = [one for one in found if one.queries and one.state in ("accepted", "superseded")]
    assert len(asked) >= 10 and all(one.explanation and one.open_queries == 0 for one in asked)
    waiting = [one for one in found if one.state == "submitted"]
    assert {one.region_code for one in waiting if one.open_queries} == set(ODD)
    assert {one.period for one in waiting} == {"2025-Q4"} and {one.revision for one in waiting} == {1, 2}
    assert any(one.in_force for one in waiting) and any(one.in_force is None for one in waiting)
    sent = {(one.unit, one.period, one.vintage, one.number): one for one in sendings}
    states = {"accepted": {"accepted", "superseded"}}
    for one in found:
        told = sent[one.region_code, one.period, one.vintage, one.revision]
        assert one.state in states.get(told.outcome, {told.outcome})
        assert one.submitted_at == told.received_at.replace(tzinfo=None)
        assert (one.explanation or "").startswith(told.explanation)
        assert one.queries or one.explanation == (told.explanation or None)
    late = [one for one in found if sent[one.region_code, one.period, one.vintage, one.revision].late_days]
    assert 20 <= len(late) <= len(found) // 4


def test_a_restatement_carries_what_it_does_not_name(loaded: Loaded) -> None:
    restated = list_submissions(loaded.store, regions=["370000"], periods=["2023-Q4"], states=["accepted"])[0]
    assert restated.revision == 2 and restated.explanation
    cells = show(loaded.store, restated.submission_id).cells
    assert {cell.change for cell in cells} == {"updated", "carried"}
    assert len(cells) == 14


def test_one_file_was_refused_and_left_nothing_but_its_receipt(loaded: Loaded) -> None:
    assert loaded.summary.refused_files == 1
    assert not list_submissions(loaded.store, regions=["540000"], periods=["2025-Q4"], states=["submitted", "returned"])
    receipts = {one.receipt_id for one in list_submissions(loaded.store)}
    refused = max(receipts) + 1
    issues = loaded.store.ask(SQL / "receipt_issues.sql", {"receipt_id": refused})
    assert {row[5] for row in issues} == {"error"} and len(issues) == 2


def test_the_files_lie_in_the_stores_folder_marked_by_name(loaded: Loaded) -> None:
    folder = Path(str(loaded.store.path)).parent / "demo"
    names = sorted(path.name for path in folder.iterdir())
    assert all(name.startswith(("模拟数据", "全国公布数据")) for name in names)
    assert {Path(name).suffix for name in names} == {".csv", ".xlsx"}
    assert not list(loaded.store.staging_folder.iterdir())


def test_a_store_that_holds_submissions_is_left_alone(
    loaded: Loaded, catalogues: Sequence[Catalogue], regions: Regions
) -> None:
    before = loaded.store.data_version()
    with pytest.raises(StoreError) as caught:
        load_demo(loaded.store, catalogues, regions, NOW)
    assert caught.value.code == "not_empty" and loaded.store.data_version() == before


def test_an_earlier_load_holds_the_same_and_nothing_from_after_it(
    loaded: Loaded, catalogues: Sequence[Catalogue], regions: Regions
) -> None:
    """Same contents whenever it is made; no moment lies after the making, and those before it are the same."""

    def contents(store: Store) -> set[tuple[object, ...]]:
        return {
            (one.region_code, one.form, one.period, one.vintage, one.revision, one.content_sha256)
            for one in list_submissions(store)
        }

    with Store.open(":memory:", clock=lambda: EARLY) as early:
        load_demo(early, catalogues, regions, EARLY)
        assert contents(early) == contents(loaded.store)
        moments = {
            (row["submission_id"], row["accepted_at"])
            for row in history(early, catalogues)
            if row["accepted_at"] is not None
        }
        limit = EARLY.replace(tzinfo=None)
        assert max(at for _, at in moments) == limit
        later = {
            (row["submission_id"], row["accepted_at"])
            for row in history(loaded.store, catalogues)
            if row["accepted_at"] is not None and row["accepted_at"] < limit - timedelta(seconds=1)
        }
        assert later <= moments


def test_a_plan_that_defines_an_indicator_otherwise_is_refused_in_words(
    catalogues: Sequence[Catalogue], regions: Regions
) -> None:
    other = catalogues[0].text.replace("unit: 万人次", "unit: 天")
    changed = parse_catalogues([("other.yaml", other)], regions)
    with Store.open(":memory:", clock=lambda: NOW) as store, pytest.raises(StoreError) as caught:
        load_demo(store, changed, regions, NOW)
    assert caught.value.code == "demo_refused"
    assert "第1批" in caught.value.zh and "万人次" in caught.value.en
