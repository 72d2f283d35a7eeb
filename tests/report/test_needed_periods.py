"""A row asked for by its period has read what the same row of the whole scorecard rests on."""

from __future__ import annotations

from monitor.catalogue.loader import parse_catalogues
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Region, Regions
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.report.needed import needed_periods
from monitor.store.store import Store

CATALOGUE = """
plan:
  id: p
  title: 规划
  region: "000000"
  period: {base: 2020, start: 2021, end: 2025}
indicators:
  - id: a
    number: 1
    name: 指标
    nature: expected
    unit: "%"
    direction: up
    accumulation: period
    aggregate: none
    frequency: year
    baseline: {year: 2010, value: 1}
    target: {rule: reach, comparator: ge, value: 9}
    regional_targets: {"110000": {baseline: {year: 2008, value: 1}}}
"""


def test_the_years_of_baselines_are_read_however_long_ago() -> None:
    (catalogue,) = parse_catalogues([("a.yaml", CATALOGUE)])
    found = needed_periods(catalogue, parse_period("2022-Q2"), parts=False)
    assert {"2008", "2010", "2010-Q4", "2010-12", "2015", "2022-Q2", "2022-06", "2021"} <= set(found)
    assert not {"2009", "2014", "2023", "2022-Q3", "2022-04"} & set(found)
    assert "2010-01" in needed_periods(catalogue, parse_period("2022"), parts=True)


def test_regions_that_do_not_report_are_read_for_every_period() -> None:
    catalogues = parse_catalogues([("a.yaml", CATALOGUE.replace('"110000"', '"660000"'))])
    regions = Regions(
        (
            Region("000000", None, "nation", "甲", False),
            Region("110000", "000000", "province", "乙", True),
            Region("660000", "000000", "province", "丙", False),
        )
    )
    with Store.open(":memory:") as store:
        desk = Desk(store, catalogues, regions, MethodSettings())
        *actual, _plan_rows = desk.figure_questions(catalogues[0], None, parse_period("2022"))
    read = [(asked["region_codes"], asked["periods"] is None) for _, asked in actual]
    assert read == [(["000000", "110000"], False)] * 2 + [(["660000"], True)]
