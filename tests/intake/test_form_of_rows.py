"""Whole files are filed as single figures are: submit_form_of.sql and `form_of` say the same of every cell."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from monitor.catalogue import parse_catalogues, parse_regions
from monitor.catalogue.forms import form_of
from monitor.catalogue.periods import parse_period
from monitor.intake.submissions import ingest
from monitor.store.store import Store

# 120000 reports from 2023 on, 510000 to the end of 2023 and again never, 110100 only by the province's own plan
REGIONS = parse_regions(
    "region_code,parent_code,level,name,reporting,valid_from,valid_to\n000000,,nation,全国,,,\n"
    "110000,000000,province,北京市,,,\n110100,110000,city,市辖区,false,,\n120000,000000,province,天津市,,2023-01-01,\n"
    "510000,000000,province,四川省,,,2023-12-31\n990000,,other,别处,,,\n",
    "regions.csv",
)
INDICATORS = """\
indicators:
  - {id: a, number: 1, name: 甲, nature: context, unit: 亿元, direction: none, accumulation: stock, aggregate: sum,
     frequency: quarter}
  - {id: b, number: 2, name: 乙, nature: context, unit: 亿元, direction: none, accumulation: stock, aggregate: sum,
     frequency: quarter}
"""
NATION = f"""\
plan: {{id: nation, title: 规划, region: "000000", period: {{base: 2020, start: 2022, end: 2024}}}}
{INDICATORS}forms:
  - {{id: some, name: 专项, kind: special, indicators: [b], units: ["110000", "510000"],
     periods: [2023, 2023-Q4, 2024-Q1], due: {{days: 9}}}}
  - {{id: every, name: 季报, indicators: [a, b], frequency: quarter, due: {{days: 9}}}}
"""
PROVINCE = f"""\
plan: {{id: beijing, title: 规划, region: "110000", period: {{base: 2020, start: 2022, end: 2024}}}}
{INDICATORS}forms:
  - {{id: city, name: 年报, indicators: [a], units: ["110100", "110000"], frequency: year, due: {{days: 9}}}}
"""
PERIODS = ("2021-Q4", "2022-Q1", "2022-Q4", "2023-Q1", "2023-Q4", "2024-Q1", "2023", "2024", "2023-H1")


@pytest.mark.parametrize("plans", [("n",), ("p", "n"), ("n", "p")], ids="-".join)
def test_every_cell_is_filed_under_the_form_that_form_of_names(plans: tuple[str, ...], tmp_path: Path) -> None:
    texts = {"n": ("nation.yaml", NATION), "p": ("province.yaml", PROVINCE)}
    catalogues = parse_catalogues([texts[name] for name in plans], REGIONS)
    cells = list(itertools.product(("a", "b"), REGIONS.codes, PERIODS))
    path = tmp_path / "all.csv"
    path.write_text("indicator_id,region_code,period,value\n" + "".join(f"{','.join(cell)},1\n" for cell in cells))
    with Store.open(tmp_path / "monitor.duckdb") as store:
        result = ingest(store, catalogues, REGIONS, path, by="甲")
        assert not result.is_refused and result.created == len(cells)
        filed = {
            (name, region, period): form
            for name, region, period, form in store.ask(Path(__file__).with_name("forms_of_cells.sql"))
        }
    expected = {cell: form_of(catalogues, REGIONS, *cell[:2], parse_period(cell[2])) for cell in cells}
    assert filed == expected
