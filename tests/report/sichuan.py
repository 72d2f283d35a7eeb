"""A provincial plan for tests alone, beside the shipped one: targets of its own, one weaker, one renamed, one extra."""

from __future__ import annotations

from pathlib import Path

from monitor.catalogue.loader import Catalogue, parse_catalogues
from monitor.catalogue.regions import Regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process

REGION = "510000"
PLAN = """
plan:
  id: sc-14
  title: {zh: 四川省测试规划, en: Test plan of Sichuan}
  region: "510000"
  period: {base: 2020, start: 2021, end: 2025}
  parent: uhs-14
indicators:
  - id: enrolment_rate
    number: 1
    name: {zh: 基本医疗保险参保率, en: Basic medical insurance enrolment rate}
    nature: binding
    unit: "%"
    direction: up
    figure: {numerator: {zh: 参保人数}, denominator: {zh: 应参保人数}, unit: 万人}
    accumulation: stock
    aggregate: ratio_of_sums
    frequency: quarter
    target: {rule: hold, comparator: ge, value: 95}
  - id: sc_inpatient_share
    number: 2
    name: {zh: 住院费用按病种付费占比, en: Inpatient expenses paid by case}
    nature: binding
    unit: "%"
    direction: up
    figure: {numerator: {zh: 按病种付费的住院费用}, denominator: {zh: 全部住院费用}, unit: 亿元}
    accumulation: ytd
    aggregate: ratio_of_sums
    frequency: quarter
    target: {rule: reach, comparator: ge, value: 75}
    aligns_to: drg_dip_payment_share
  - id: drug_platform_share
    number: 3
    name: {zh: 药品平台采购占比, en: Drugs bought on the platform}
    nature: expected
    unit: "%"
    direction: up
    figure:
      numerator: {zh: 通过省级集中采购平台采购药品金额}
      denominator: {zh: 全部采购药品（不含中药饮片）金额}
      unit: 亿元
    accumulation: ytd
    aggregate: ratio_of_sums
    frequency: quarter
    target: {rule: reach, comparator: ge, value: 85}
  - id: sc_village_clinics
    number: 4
    name: {zh: 村卫生室联网结算占比, en: Village clinics settling online}
    nature: expected
    unit: "%"
    direction: up
    accumulation: stock
    aggregate: none
    frequency: year
    target: {rule: reach, comparator: ge, value: 90}
"""


def two_plans(regions: Regions) -> tuple[Catalogue, ...]:
    """The shipped plan, and Sichuan's under it."""
    shipped: Path = find_shipped("indicators.yaml")
    return parse_catalogues([("indicators.yaml", shipped.read_text(encoding="utf-8")), ("sichuan.yaml", PLAN)], regions)


def desk_with(folder: Path, regions: Regions, rows: str) -> Desk:
    """A desk with both plans and these accepted figures: `indicator_id,region_code,period,value,comparator` a line."""
    catalogues = two_plans(regions)
    sent = folder / "sent.csv"
    sent.write_text(f"indicator_id,region_code,period,value,comparator\n{rows.strip()}\n", encoding="utf-8")
    store = Store.open(":memory:")
    with reading_in_process():
        ingest(store, catalogues, regions, sent, by="张三", accept=True, explain="已核实")
    return Desk(store, catalogues, regions, MethodSettings())
