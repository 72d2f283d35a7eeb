"""A small tree with a move, and figures small enough to work out by hand.

公主岭市 is 220381 under 四平市 to 2019 and 220184 under 长春市 from 2020, as in data/regions-full.csv; 梨树县 changes
its parent without changing its code, as an operator's file may say it.
"""

from __future__ import annotations

from pathlib import Path

from monitor.catalogue.loader import parse_catalogues, parse_regions
from monitor.intake.submissions import ingest
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process

REGIONS = """region_code,parent_code,level,name,reporting,valid_from,valid_to,formerly
000000,,nation,全国,false,,,
220000,000000,province,吉林省,true,,,
220100,220000,prefecture,长春市,true,,,
220102,220100,county,南关区,true,,,
220184,220100,county,公主岭市,true,2020-01-01,,220381
220300,220000,prefecture,四平市,true,,,
220302,220300,county,铁西区,true,,,
220381,220300,county,公主岭市,true,,2019-12-31,
220322,220300,county,梨树县,true,,2020-12-31,
220322,220100,county,梨树县,true,2021-01-01,,
"""
PLAN = """
plan:
  {id: p, title: 规划, region: "000000", period: {base: 2018, start: 2019, end: 2021}}
indicators:
  - {id: share, number: 1, name: 比例, nature: binding, unit: "%", direction: up, accumulation: period,
     figure: {numerator: 分子, denominator: 分母, unit: 亿元}, aggregate: ratio_of_sums, frequency: year,
     baseline: {year: 2018, value: 50}, target: {rule: reach, comparator: ge, value: 80}}
  - {id: amount, number: 2, name: 总量, nature: expected, unit: 亿元, direction: up, accumulation: period,
     aggregate: sum, frequency: year, target: {rule: reach, comparator: ge, value: 1000}}
"""
# 长春 2019: 60/100; 2020: 60+90 of 100+100; 2021: 60+90+20 of 100+100+100
# 四平 2019: 30+80+20 of 100+100+100; 2020: 30+20 of 100+100; 2021: 30 of 100
SENT = """indicator_id,region_code,period,numerator,denominator,value
share,220102,2019,60,100,
share,220102,2020,60,100,
share,220102,2021,60,100,
share,220381,2019,80,100,
share,220184,2020,90,100,
share,220184,2021,90,100,
share,220302,2019,30,100,
share,220302,2020,30,100,
share,220302,2021,30,100,
share,220322,2019,20,100,
share,220322,2020,20,100,
share,220322,2021,20,100,
amount,220102,2020,,,7
amount,220184,2020,,,5
"""


def make_desk(folder: Path) -> Desk:
    """A desk over a new store under the folder, with everything accepted; the caller closes `desk.store`."""
    regions = parse_regions(REGIONS, "regions.csv")
    catalogues = parse_catalogues([("p.yaml", PLAN)], regions)
    sent = folder / "sent.csv"
    sent.write_text(SENT, encoding="utf-8")
    store = Store.open(folder / "m.duckdb")
    with reading_in_process():
        result = ingest(store, catalogues, regions, sent, by="测试", accept=True, explain="测试")
    assert not result.is_refused, result.problems
    return Desk(store, catalogues, regions, MethodSettings())
