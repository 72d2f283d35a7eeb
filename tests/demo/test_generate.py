"""What the synthetic submissions promise: the same always, marked, and adding up to what was published."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.catalogue.loader import Catalogue, parse_regions
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.demo.files import write_rows
from monitor.demo.generate import generate
from monitor.demo.rows import COLUMNS, NOTE, SentRow
from monitor.demo.stories import Sending

Final = Mapping[tuple[str, str, str], SentRow]
PublishedRows = Sequence[Mapping[str, str]]

YEARS = range(2020, 2026)
ADDITIVE = (
    "fund_income", "fund_income_employee", "fund_income_resident",
    "fund_expenditure", "fund_expenditure_employee", "fund_expenditure_resident",
    "insured_persons", "insured_persons_employee", "insured_persons_resident",
    "cross_province_settled_inpatients", "cross_province_inpatients", "medical_aid_expenditure",
    "total_health_expenditure", "out_of_pocket_expenditure",
)  # fmt: skip
RATES = ("employee_inpatient_payment_share", "resident_inpatient_payment_share", "out_of_pocket_share")


def units_of(final: Final, indicator: str, year: int) -> list[SentRow]:
    """The year's rows of all units: of the year itself, else of its last quarter."""
    return [
        row for (found, _, period), row in final.items() if found == indicator and period in (str(year), f"{year}-Q4")
    ]


def total(rows: Sequence[SentRow]) -> tuple[Decimal, Decimal, Decimal]:
    """Sums of numerators, denominators and values."""
    return (
        sum((Decimal(row.numerator) for row in rows if row.numerator), Decimal(0)),
        sum((Decimal(row.denominator) for row in rows if row.denominator), Decimal(0)),
        sum((Decimal(row.value) for row in rows if row.value), Decimal(0)),
    )


def published_of(rows: PublishedRows, indicator: str, year: int, vintages: Sequence[str]) -> Mapping[str, str] | None:
    for vintage in vintages:
        for row in rows:
            if (row["indicator_id"], row["period"], row["vintage"]) == (indicator, str(year), vintage):
                return row
    return None


def digest(sendings: Sequence[Sending]) -> str:
    return hashlib.sha256(repr(sendings).encode()).hexdigest()


def test_the_same_bytes_in_another_process_with_another_hash_seed(
    sendings: Sequence[Sending], catalogues: Sequence[Catalogue], regions: Regions, published: Path
) -> None:
    assert generate(catalogues[0].indicators, regions, published) == sendings
    program = (
        "import hashlib\n"
        "from monitor.catalogue.loader import load_catalogues, load_regions\n"
        "from monitor.demo.generate import generate\n"
        "from monitor.shipped import find_shipped\n"
        "regions = load_regions(find_shipped('data/regions.csv'))\n"
        "indicators = load_catalogues([find_shipped('indicators.yaml')], regions)[0].indicators\n"
        "made = generate(indicators, regions, find_shipped('data/published_national.csv'))\n"
        "print(hashlib.sha256(repr(made).encode()).hexdigest())\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert answer.stdout.strip() == digest(sendings)


def test_every_row_is_marked_synthetic(sendings: Sequence[Sending], regions: Regions) -> None:
    units = {row.code for row in regions.children("000000") if row.reporting}
    rows = [row for sending in sendings for row in sending.rows]
    assert {row.cells()[COLUMNS.index("synthetic")] for row in rows} == {"true"}
    assert all(row.note.startswith(NOTE) and "模拟" in row.cells()[COLUMNS.index("source")] for row in rows)
    assert {row.region_code for row in rows} == units and len(units) == 32


def test_the_published_file_holds_no_figure_of_a_province(published_rows: PublishedRows) -> None:
    assert {row["region_code"] for row in published_rows} == {"000000"}


def test_all_fifteen_indicators_are_sent_each_quarter_or_year(
    sendings: Sequence[Sending], catalogues: Sequence[Catalogue]
) -> None:
    sent = defaultdict(set)
    for sending in sendings:
        for row in sending.rows:
            sent[row.indicator_id].add(row.period)
    for indicator in catalogues[0].indicators:
        if not indicator.is_context:
            kind = "year" if indicator.frequency == "year" else "quarter"
            of_kind = {period for period in sent[indicator.id] if parse_period(period).kind == kind}
            assert len(of_kind) == len(sent[indicator.id]) == (6 if kind == "year" else 24), indicator.id


@pytest.mark.parametrize("indicator", ADDITIVE)
def test_amounts_sum_exactly_to_the_published_ones(final: Final, published_rows: PublishedRows, indicator: str) -> None:
    compared = 0
    for year in YEARS:
        row = published_of(published_rows, indicator, year, ("bulletin", "flash"))
        if row is not None:
            rows = units_of(final, indicator, year)
            assert len(rows) == 32
            assert total(rows)[2] == Decimal(row["value"]), year
            compared += 1
    assert compared


@pytest.mark.parametrize("indicator", RATES)
def test_rates_are_the_published_ones(final: Final, published_rows: PublishedRows, indicator: str) -> None:
    """Parts published: the units' parts sum to them. Only a rate published: the quotient rounds to it, to the digit."""
    compared = 0
    for year in YEARS:
        row = published_of(published_rows, indicator, year, ("bulletin",))
        if row is None:
            continue
        numerator, denominator, _ = total(units_of(final, indicator, year))
        if row["numerator"]:
            assert (numerator, denominator) == (Decimal(row["numerator"]), Decimal(row["denominator"]))
        else:
            assert (100 * numerator / denominator).quantize(Decimal(row["value"])) == Decimal(row["value"]), year
        compared += 1
    assert compared >= 5


def test_the_way_of_the_out_of_pocket_share_is_kept(final: Final) -> None:
    shares = {year: total(units_of(final, "out_of_pocket_share", year)) for year in YEARS}
    printed = [(100 * num / den).quantize(Decimal("0.01")) for num, den, _ in shares.values()]
    assert printed == [Decimal(text) for text in ("27.70", "27.70", "27.01", "27.33", "27.51", "27.11")]


def test_no_year_between_published_ones_is_invented_outside_them(final: Final) -> None:
    """Employees' payment share of 2021 was not published: it lies between its neighbours, within the band."""
    numerator, denominator, _ = total(units_of(final, "employee_inpatient_payment_share", 2021))
    assert Decimal("84.2") <= 100 * numerator / denominator <= Decimal("85.2")


def test_bounds_and_approximate_figures_hold_for_the_sums(final: Final) -> None:
    def share(indicator: str, year: int) -> Decimal:
        numerator, denominator, _ = total(units_of(final, indicator, year))
        return 100 * numerator / denominator

    assert all(share("enrolment_rate", year) >= 95 for year in YEARS)
    assert all(round(share("enrolment_rate", year)) == 95 for year in (2024, 2025))
    assert share("cross_province_settlement_rate", 2020) == Decimal("30023") / Decimal("585")
    assert round(share("cross_province_settlement_rate", 2022)) == 65
    assert all(share("cross_province_settlement_rate", year) > 80 for year in (2023, 2024, 2025))
    assert total(units_of(final, "drug_platform_share", 2022))[0] == Decimal(10615)


def test_figures_of_one_unit_agree_with_each_other(final: Final) -> None:
    """Totals and schemes, rates and the counts they are made of, may be sent at different times of the year."""

    def at(indicator: str, unit: str, year: int) -> SentRow:
        found = final.get((indicator, unit, str(year)))
        return final[indicator, unit, f"{year}-Q4"] if found is None else found

    for unit in {unit for _, unit, _ in final}:
        for year in YEARS:
            for whole in ("fund_income", "fund_expenditure", "insured_persons"):
                schemes = [at(f"{whole}_{scheme}", unit, year) for scheme in ("employee", "resident")]
                difference = abs(Decimal(at(whole, unit, year).value) - total(schemes)[2])
                assert difference <= Decimal("0.01"), (whole, unit, year)
            assert at("enrolment_rate", unit, year).numerator == at("insured_persons", unit, year).value
            settled = at("cross_province_settlement_rate", unit, year)
            assert settled.numerator == at("cross_province_settled_inpatients", unit, year).value
    for row in final.values():
        if row.denominator:
            assert 0 <= Decimal(row.numerator) <= Decimal(row.denominator), row


def test_counts_and_amounts_to_date_never_fall_within_a_year(final: Final) -> None:
    growing = {"fund_income", "fund_expenditure", "procured_drugs", "procured_consumables", "medical_aid_expenditure"}
    for (indicator, unit, period), row in final.items():
        before = parse_period(period).previous().code
        earlier = final.get((indicator, unit, before))
        if (
            indicator in growing
            and earlier
            and before[:4] == period[:4]
            and row.value[0].isdigit()
            and earlier.value[0].isdigit()
        ):
            assert Decimal(row.value) >= Decimal(earlier.value), (indicator, unit, period)


def test_every_state_is_among_the_sendings(sendings: Sequence[Sending], regions: Regions) -> None:
    last = [sending for sending in sendings if (sending.period, sending.vintage) == ("2025-Q4", "reported")]
    by_key = defaultdict(list)
    for sending in sendings:
        by_key[sending.unit, sending.period, sending.vintage].append(sending)
    assert all([s.number for s in found] == list(range(1, len(found) + 1)) for found in by_key.values())
    ends = {tuple(sending.outcome for sending in found) for found in by_key.values()}
    assert ends >= {
        ("accepted",), ("submitted",), ("returned",), ("returned", "accepted"), ("accepted", "accepted"),
        ("accepted", "submitted"), ("withdrawn", "accepted"),
    }  # fmt: skip
    assert {"submitted", "returned", "accepted"} <= {sending.outcome for sending in last}
    assert any(sending.late_days for sending in sendings) and not all(sending.late_days for sending in sendings)
    assert all(sending.reason for sending in sendings if sending.outcome == "returned")
    assert all(found[-1].explanation for found in by_key.values() if found[0].outcome == "accepted" and len(found) > 1)
    units = {row.code for row in regions.children("000000") if row.reporting}
    assert {s.unit for s in sendings if s.period == "2022-Q3"} < units  # somebody never sent it
    assert any(sending.decided_at is None for sending in sendings if sending.outcome == "submitted")


def test_every_kind_of_cell_is_sent(final: Final) -> None:
    assert {"不适用", "保密", "—"} <= {row.value for row in final.values()}
    assert {row.comparator for row in final.values()} == {"eq", "gt", "ge", "approx"}
    assert any(
        row.unit == "%" and row.value and not row.denominator and row.comparator == "eq" for row in final.values()
    )
    assert any(row.value and row.denominator for row in final.values())


def test_a_restatement_changes_figures_and_says_why(sendings: Sequence[Sending]) -> None:
    changed = 0
    for later in sendings:
        if later.number == 2 and later.explanation and later.vintage == "reported":
            first = next(
                s
                for s in sendings
                if (s.unit, s.period, s.vintage, s.number) == (later.unit, later.period, "reported", 1)
            )
            before = {row.indicator_id: row for row in first.rows}
            changed += any(before.get(row.indicator_id) != row for row in later.rows)
    assert changed >= 10


def test_dates_follow_each_other(sendings: Sequence[Sending]) -> None:
    for sending in sendings:
        assert sending.received_at.date() > parse_period(sending.period).end
        if sending.decided_at is not None:
            assert sending.received_at < sending.decided_at


@pytest.mark.parametrize("name", ["sent.csv", "sent.xlsx"])
def test_files_are_the_same_bytes_whenever_they_are_written(
    sendings: Sequence[Sending], tmp_path: Path, name: str
) -> None:
    rows = [row for sending in sendings[:20] for row in sending.rows]
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_rows(tmp_path / folder / name, rows)
    assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_a_country_of_three_units_adds_up_as_well(catalogues: Sequence[Catalogue], published: Path) -> None:
    few = parse_regions(
        "region_code,parent_code,level,name\n000000,,nation,全国\n"
        "110000,000000,province,甲省\n120000,000000,province,乙市\n130000,000000,province,丙省\n",
        "regions.csv",
    )
    made = generate(catalogues[0].indicators, few, published)
    last = {(row.indicator_id, row.region_code): row for one in made if one.period == "2021" for row in one.rows}
    income = [Decimal(row.value) for (indicator, _), row in last.items() if indicator == "fund_income_employee"]
    assert len(income) == 3 and sum(income) == Decimal("19003.1")
    nobody = parse_regions("region_code,parent_code,level,name\n000000,,nation,全国\n", "regions.csv")
    assert generate(catalogues[0].indicators, nobody, published) == ()
