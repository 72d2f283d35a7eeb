"""Figures from records, against what was counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue.loader import parse_regions
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.records.errors import RecordsError
from monitor.records.lineage import lineage
from monitor.records.wanted import places, span
from monitor.records.written import observations

from .conftest import EXAMPLE, RATE, SHARE, VISITS, Row, computed, figures, visit, write


def with_rules(said: str) -> str:
    return EXAMPLE.replace("rules: {outside_plan: warning}", f"rules: {{{said}}}")


def test_figures_are_those_counted_by_hand(records: Path, regions: Regions) -> None:
    found = computed(records, regions, RATE, SHARE)
    assert figures(found) == {
        (RATE, "110000"): (1, 1, None, 1),
        (RATE, "320000"): (2, 3, None, 4),
        (SHARE, "110000"): (Decimal("12345678.90"), Decimal("12345678.90"), None, 1),
        (SHARE, "320000"): (Decimal("100.30"), Decimal("158.07"), None, 4),
        (SHARE, "660000"): (Decimal("0.00"), Decimal("3.00"), None, 1),
    }
    # the Corps has no visit of another province: nothing to divide by is told, and is not zero
    assert [(one.wanted.indicator.id, one.region) for one in found.absent] == [(RATE, "660000")]
    (scan,) = found.scans
    assert (scan.read, scan.used, scan.other_period, scan.rejected) == (8, 6, 2, ())


@pytest.mark.parametrize(
    ("period", "jiangsu"), [("2024-01", (1, 1)), ("2024-Q1", (1, 1)), ("2024-H1", (2, 3)), ("2024", (2, 3))]
)
def test_a_cumulative_figure_counts_the_year_so_far(
    records: Path, regions: Regions, period: str, jiangsu: tuple[int, int]
) -> None:
    assert figures(computed(records, regions, period=period))[RATE, "320000"][:2] == jiangsu


def test_a_flow_counts_its_period_and_a_stock_its_last_day(records: Path, regions: Regions) -> None:
    flow = EXAMPLE.replace("accumulation: ytd", "accumulation: period")
    assert figures(computed(records, regions, text=flow))[RATE, "320000"][:2] == (1, 2)
    stock = EXAMPLE.replace("accumulation: ytd", "accumulation: stock")
    assert figures(computed(records, regions, text=stock))[RATE, "320000"][:2] == (0, 1)
    assert span("period", parse_period("2024-Q1")) == (date(2024, 1, 1), date(2024, 3, 31))
    assert span("stock", parse_period("2024")) == (date(2024, 12, 31), date(2024, 12, 31))


def test_indicators_of_two_spans_are_two_readings(records: Path, regions: Regions) -> None:
    head, mark, tail = EXAMPLE.partition("  - id: cross_province")
    mixed = head + mark + tail.replace("accumulation: ytd", "accumulation: period")
    found = computed(records, regions, RATE, SHARE, text=mixed)
    assert [one.used for one in found.scans] == [4, 6]
    assert figures(found)[RATE, "320000"][:2] == (1, 2)
    assert figures(found)[SHARE, "320000"][:2] == (Decimal("100.30"), Decimal("158.07"))


BAD: tuple[Row, ...] = (
    visit(10, None, "2024-06-02", True, True),
    visit(11, "999999", "2024-06-02", True, True),
    visit(12, "000000", "2024-06-02", True, True),
    visit(13, "320000", None, True, True),
    visit(14, "320000", "2026-01-01", True, True),
    visit(15, "320000", "2019-12-31", True, True),
    visit(None, "320000", "2024-06-02", True, True),
    visit(16, "320000", "2024-06-02", True, True),
    visit(16, "320000", "2024-06-03", True, False),
    visit(17, "999999", "2024-08-02", True, True),
)


def test_what_cannot_be_placed_is_counted_by_rule_and_refuses_where_it_must(records: Path, regions: Regions) -> None:
    write(records / "b.parquet", BAD)
    found = computed(records, regions)
    assert found.is_refused and found.figures == ()
    (scan,) = found.scans
    counts = {one.rule: (one.rejection, one.records) for one in scan.rejected}
    assert counts == {
        "no_day": ("error", 1),
        "outside_plan": ("warning", 2),
        "no_region": ("error", 1),
        "unknown_region": ("error", 2),
        "no_key": ("error", 1),
        "repeated_key": ("error", 2),
    }
    assert scan.read == 18 == scan.used + scan.other_period + sum(one.records for one in scan.rejected)
    examples = {one.rule: one.examples for one in scan.rejected}
    assert examples["unknown_region"] == (
        {"visit_id": "V11", "region_code": "999999", "discharged_on": "2024-06-02"},
        {"visit_id": "V12", "region_code": "000000", "discharged_on": "2024-06-02"},
    )
    assert examples["no_key"][0]["visit_id"] == ""


def test_a_catalogue_that_only_warns_computes_from_the_others(records: Path, regions: Regions) -> None:
    write(records / "b.parquet", BAD)
    every = "no_day: warning, no_region: warning, unknown_region: warning, no_key: warning, repeated_key: warning"
    found = computed(records, regions, text=with_rules(every))
    assert not found.is_refused
    # of a key that comes twice nobody knows which is right, so neither is used
    assert figures(found)[RATE, "320000"] == (2, 3, None, 4)
    rejected = lineage(found, every_file=True)["scans"][0]["records"]["rejected"]  # type: ignore[index]
    assert rejected["repeated_key"]["records"] == 2


def test_without_a_key_a_repeated_record_counts_twice(records: Path, regions: Regions) -> None:
    write(records / "b.parquet", VISITS[:1])
    keyless = EXAMPLE.replace("      key: [visit_id]", "      key: []")
    assert figures(computed(records, regions, text=keyless))[RATE, "320000"][:2] == (3, 4)
    assert computed(records, regions).is_refused


def test_a_region_below_a_unit_counts_for_the_unit(tmp_path: Path) -> None:
    table = (
        "region_code,parent_code,level,name,reporting,valid_from,valid_to\n"
        "000000,,nation,全国,false,,\n"
        "320000,000000,province,江苏,true,,\n"
        "320500,320000,prefecture,苏州,false,,\n"
        "320501,320500,county,甲县,true,,\n"
        "320502,320500,county,乙县,false,,\n"
        "320503,320500,county,旧县,false,,2023-12-31\n"
    )
    regions = parse_regions(table, "regions.csv")
    assert places(regions, "000000", parse_period("2024-06")) == {
        "320000": "320000", "320500": "320000", "320501": "320501", "320502": "320000",
    }  # fmt: skip
    rows = [
        visit(n, code, "2024-06-01", True, n == 1) for n, code in enumerate(("320500", "320502", "320501", "320000"))
    ]
    write(tmp_path / "visits" / "a.parquet", rows)
    found = figures(computed(tmp_path / "visits", regions))
    assert found == {(RATE, "320000"): (1, 3, None, 3), (RATE, "320501"): (0, 1, None, 1)}


def test_partitioned_folders_tell_their_columns(tmp_path: Path, regions: Regions) -> None:
    columns = {"visit_id": "VARCHAR", "is_cross_province": "BOOLEAN", "settled_directly": "BOOLEAN"}
    folder = tmp_path / "visits"
    for code in ("320000", "110000"):
        for day in ("2024-05-01", "2024-06-01"):
            place = folder / f"region_code={code}" / f"discharged_on={day}" / "part-0.parquet"
            write(place, [(f"{code}{day}", True, day < "2024-06")], columns)
    (folder / "_SUCCESS").touch()
    found = computed(folder, regions)
    assert figures(found) == {(RATE, "110000"): (1, 2, None, 2), (RATE, "320000"): (1, 2, None, 2)}
    assert len(found.manifest.files) == 4 and found.passed == ()


def test_a_value_without_parts_and_its_unit(records: Path, regions: Regions) -> None:
    text = EXAMPLE[: EXAMPLE.index("  - id: cross_province")]
    start, end = text.index("    figure:"), text.index("    accumulation")
    text = text[:start] + text[end:]
    text = text.replace('unit: "%"', "unit: 万元").replace("ratio_of_sums", "sum")
    start = text.index("      numerator: sum")
    text = text[:start] + "      value: sum(expense)\n"
    found = computed(records, regions, SHARE, text=text)
    assert figures(found)[SHARE, "320000"] == (None, None, Decimal("158.07"), 4)
    lines = observations(found, vintage="reported", synthetic=False).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("indicator_id,region_code,period,numerator,denominator,part_unit,value,unit")
    assert lines[2].startswith('"drg_dip_payment_share","320000","2024-06",,,,158.07,"元","reported",false,')


def test_the_same_records_give_the_same_bytes_however_they_are_read(records: Path, regions: Regions) -> None:
    files = [computed(records, regions, RATE, SHARE) for _ in range(3)]
    bytes_ = {observations(one, vintage="reported", synthetic=False) for one in files}
    assert len(bytes_) == 1
    assert len({str(lineage(one, every_file=True)) for one in files}) == 1
    # another record, another manifest: the file says so
    write(records / "b.parquet", [visit(99, "110000", "2022-01-01", True, True)])
    other = computed(records, regions, RATE, SHARE)
    assert figures(other) == figures(files[0])
    assert observations(other, vintage="reported", synthetic=False) not in bytes_


def test_sums_are_exact_where_floats_are_not(tmp_path: Path, regions: Regions) -> None:
    rows = [visit(n, "320000", "2024-06-01", True, True, "0.10", "DIP") for n in range(1000)]
    rows.append(visit("big", "320000", "2024-06-01", True, True, "9999999999.99", "ITEM"))
    write(tmp_path / "visits" / "a.parquet", rows)
    found = computed(tmp_path / "visits", regions, SHARE)
    assert figures(found)[SHARE, "320000"][:2] == (Decimal("100.00"), Decimal("10000000099.99"))


UNITS = ("110000", "320000", "660000", "999999", None)
DAYS = ("2019-12-31", "2023-12-31", "2024-01-01", "2024-06-30", "2024-07-01", None)
ROWS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(UNITS), st.sampled_from(DAYS), st.booleans(), st.booleans()),
    max_size=30,
)


@settings(max_examples=10, deadline=None)
@given(drawn=ROWS)
def test_any_records_give_what_python_counts(
    tmp_path_factory: pytest.TempPathFactory, regions: Regions, drawn: list[tuple[int, str, str, bool, bool]]
) -> None:
    """Against a count that knows no SQL: every record under the first rule that fits it."""
    folder = tmp_path_factory.mktemp("drawn") / "visits"
    rows = [visit(*row) for row in drawn]
    write(folder / "a.parquet", rows)
    every = "no_day: warning, no_region: warning, unknown_region: warning, repeated_key: warning"
    found = computed(folder, regions, text=with_rules(every))
    within = [row[0] for row in rows if row[2] is not None and "2024-01-01" <= str(row[2]) <= "2024-06-30"]
    counts: dict[str, int] = {}
    expected: dict[str, list[int]] = {}
    for key, region, day, cross, settled, *_ in rows:
        if day is None:
            rule = "no_day"
        elif str(day) < "2020-01-01":
            rule = "outside_plan"
        elif not "2024-01-01" <= str(day) <= "2024-06-30":
            rule = "other"
        elif region is None:
            rule = "no_region"
        elif region == "999999":
            rule = "unknown_region"
        elif within.count(key) > 1:
            rule = "repeated_key"
        else:
            rule = "used"
            one = expected.setdefault(str(region), [0, 0, 0])
            one[0] += bool(cross and settled)
            one[1] += bool(cross)
            one[2] += 1
        counts[rule] = counts.get(rule, 0) + 1
    (scan,) = found.scans
    said = {one.rule: one.records for one in scan.rejected}
    assert said == {rule: count for rule, count in counts.items() if rule not in ("used", "other")}
    assert (scan.used, scan.other_period) == (counts.get("used", 0), counts.get("other", 0))
    assert figures(found) == {
        (RATE, region): (one[0], one[1], None, one[2]) for region, one in expected.items() if one[1]
    }


def test_a_period_outside_the_plan_and_indicators_without_records_are_told(records: Path, regions: Regions) -> None:
    with pytest.raises(RecordsError, match="2026 is not within 2020–2025"):
        computed(records, regions, period="2026")
    with pytest.raises(RecordsError, match="did you mean 'cross_province_settlement_rate'"):
        computed(records, regions, "cross_province_settlement")
    with pytest.raises(RecordsError, match="no indicator of the catalogue is computed from records"):
        computed(records, regions, "a", text=PLAIN)


PLAIN = EXAMPLE[: EXAMPLE.index("    records:")]
