"""What was accepted and exported can be sent again and says the same: to the digit and to the character."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import strategies as st

from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.intake import normalise
from monitor.intake.revisions import IngestResult
from monitor.intake.submissions import ingest
from monitor.report import export
from monitor.report.export import write_table
from monitor.report.ledger import observations
from monitor.shipped import find_shipped
from monitor.store.store import Store

Plans = tuple[tuple[Catalogue, ...], Regions]
NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
SENT = ("indicator_id", "region_code", "period", "numerator", "denominator", "part_unit", "value", "unit",
        "comparator", "vintage", "synthetic", "note", "source", "published_on", "grade")  # fmt: skip
HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "'", "''", "'=1", "'plain",
    " =1", "\u200b=1", "\ufeff=1", "\u00a0@x", "\u202e=1", "'\u200b+1", '=HYPERLINK("http://x","y")', "_x003D_1",
    "=cmd|' /C calc'!A0", 'a "b", c', "两行\n下一行", "[1]!x", "{=1}", "-", "NA", "1E5", "011", "#REF!", "%0A-1",
)  # fmt: skip
NUMBERS = tuple(
    map(
        Decimal,
        ("0", "0.1", "27.007", "4119.74", "123456789012345.67", "99999999999999999.9999", "0.0000000001", "7E+3"),
    )
)
# what no reader should have to meet is refused when it comes in (NUL, U+FFFD); no file holds half a character
TEXTS = st.sampled_from(HOSTILE) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0\ufffd\ufffe\uffff"), max_size=20
)


@pytest.fixture(scope="module")
def plans() -> Plans:
    regions = load_regions(find_shipped("data/regions.csv"))
    return load_catalogues([find_shipped("indicators.yaml")], regions), regions


def test_what_an_export_marks_is_what_a_reader_takes_for_marked() -> None:
    assert export.FORMULA_START.pattern == normalise.FORMULA_START.pattern


def taken_in(store: Store, plans: Plans, file: Path, *, dry_run: bool = False) -> IngestResult:
    result = ingest(store, *plans, file, by="x", accept=True, explain="x", dry_run=dry_run)
    assert not result.is_refused, [(problem.zh, problem.text) for problem in result.problems]
    return result


def known(store: Store) -> list[dict[str, object]]:
    found = observations(store, ["fund_income"], None, None, None)[list(SENT)]
    return [dict(zip(SENT, row, strict=True)) for row in found.itertuples(index=False)]


def there_and_back(
    plans: Plans, folder: Path, suffix: str, units: Sequence[str], texts: Sequence[str], numbers: Sequence[Decimal]
) -> None:
    """Send a figure with a note and a source for each unit, export what was accepted, and send that elsewhere."""
    rows = [
        {
            "indicator_id": "fund_income", "region_code": unit, "period": "2024", "value": number, "unit": "亿元",
            "note": note, "source": source, "grade": "A", "published_on": "2025-05-01", "synthetic": True,
        }
        for unit, note, source, number in zip(units, texts[::2], texts[1::2], numbers, strict=True)
    ]  # fmt: skip
    first_file, exported = folder / "first.csv", folder / f"exported{suffix}"
    with Store.open(folder / "one.duckdb", clock=lambda: NOW) as first:
        write_table(pd.DataFrame(rows, dtype=object), first_file, {})
        taken_in(first, plans, first_file)
        write_table(observations(first, ["fund_income"], None, None, None), exported, {})
        again = taken_in(first, plans, exported, dry_run=True)
        assert (again.verdict, again.unchanged) == ("duplicate", len(units))
        before = known(first)
    with Store.open(folder / "other.duckdb", clock=lambda: NOW) as other:
        taken_in(other, plans, exported)
        after = known(other)
    assert after == before
    assert [(row["region_code"], row["value"]) for row in after] == sorted(zip(units, numbers, strict=True))
    said = {row["region_code"]: (row["note"] or "", row["source"] or "") for row in after}
    assert said == {unit: (n, s) for unit, n, s in zip(units, texts[::2], texts[1::2], strict=True)}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_sent_again_says_the_same(plans: Plans, tmp_path: Path, suffix: str) -> None:
    count = len(HOSTILE) // 2
    units = plans[1].codes[1 : count + 1]
    numbers = [NUMBERS[place % len(NUMBERS)] for place in range(count)]
    there_and_back(plans, tmp_path, suffix, units, HOSTILE[: 2 * count], numbers)
