"""A small plan with one form, three units and a clock that is set by hand."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.catalogue.forms import Call, calls
from monitor.catalogue.loader import parse_catalogues
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions_file import parse_regions
from monitor.intake.submissions import IngestResult, accept, ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.configuration import record_configuration
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process

REGIONS = """region_code,parent_code,level,name
000000,,nation,全国
110000,000000,province,北京市
120000,000000,province,天津市
660000,000000,province,新疆生产建设兵团
"""
PLAN = """
plan:
  id: small
  title: {zh: 小规划, en: Small plan}
  region: "000000"
  period: {base: 2020, start: 2021, end: 2025}
indicators:
  - id: rate
    number: 1
    name: {zh: 比例, en: Rate}
    nature: binding
    unit: "%"
    direction: up
    accumulation: stock
    aggregate: none
    frequency: quarter
    baseline: {value: 50, year: 2020}
    target: {rule: reach, comparator: ge, value: 90}
    regional_targets:
      "110000": {baseline: {value: 50, year: 2020}}
      "120000": {baseline: {value: 50, year: 2020}}
      "660000": {baseline: {value: 50, year: 2020}}
  - id: number
    number: 2
    name: {zh: 数量, en: Number}
    nature: expected
    unit: 个
    direction: up
    accumulation: stock
    aggregate: sum
    frequency: quarter
    target: {rule: reach, comparator: ge, value: 500}
forms:
  - id: quarterly
    name: {zh: 季报, en: Quarterly}
    indicators: [rate, number]
    frequency: quarter
    first: 2023-Q1
    last: 2023-Q4
    due: {days: 20, year_end: 30}
    closes: {days: 60, year_end: 90}
    extensions:
      - {region: "120000", period: 2023-Q1, due_on: 2023-05-10, reason: {zh: 换系统, en: New system}}
"""


def at(text: str) -> datetime:
    """A moment of the units' own time as naive UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC).replace(tzinfo=None)


def one_call(region: str, period: str) -> Call:
    """One call of the form."""
    regions = parse_regions(REGIONS, "regions.csv")
    (catalogue,) = parse_catalogues([("small.yaml", PLAN)], regions)
    (call,) = calls(catalogue, regions, region=region, period=parse_period(period))
    return call


class World:
    """A store whose clock stands where it was set."""

    def __init__(self, folder: Path, plan: str = PLAN) -> None:
        self._folder, self._numbers = folder, itertools.count()
        self.now = at("2023-01-01T12:00")
        self.regions = parse_regions(REGIONS, "regions.csv")
        self.store = Store.open(folder / "small.duckdb", clock=lambda: self.now.replace(tzinfo=UTC))
        self.desk = self.configured(plan, MethodSettings())

    def configured(self, plan: str, settings: MethodSettings) -> Desk:
        """The desk under a catalogue and settings, which are recorded as in force from now on."""
        self.catalogues = parse_catalogues([("small.yaml", plan)], self.regions)
        record_configuration(
            self.store,
            catalogues=[("small.yaml", plan)],
            regions=("regions.csv", REGIONS),
            settings={name: f"{getattr(settings, name):f}" for name in ("ahead", "near", "band_tolerance")},
            by="管理员",
        )
        self.desk = Desk(self.store, self.catalogues, self.regions, settings)
        return self.desk

    def path(self, region: str, period: str, *, vintage: str = "reported", **figures: str) -> Path:
        """A file that says these figures of one unit and period."""
        path = self._folder / f"sent-{next(self._numbers)}.csv"
        rows = [f"{name},{region},{period},{value},{vintage}" for name, value in figures.items()]
        path.write_text("indicator_id,region_code,period,value,vintage\n" + "\n".join(rows) + "\n", encoding="utf-8")
        return path

    def send(self, region: str, period: str, *, when: str | None = None, by: str = "张三", vintage: str = "reported",
             explain: str = "已核实", **figures: str) -> int:  # fmt: skip
        """One submission; its id."""
        if when is not None:
            self.now = at(when)
        path = self.path(region, period, vintage=vintage, **figures)
        with reading_in_process():
            result: IngestResult = ingest(self.store, self.catalogues, self.regions, path, by=by, explain=explain)
        (one,) = result.submissions
        assert one.is_new, result
        assert one.submission_id is not None
        return one.submission_id

    def accept(self, submission: int, *, when: str | None = None, by: str = "李四") -> None:
        if when is not None:
            self.now = at(when)
        accept(self.store, submission, by=by, explain="已核实")
