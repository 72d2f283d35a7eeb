"""A store with the published national figures alone, and the people who evaluate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.access.actors import Actor
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.published import LOADED_BY, read_rounds, write_round
from monitor.evaluation.assessing import assess, mark_missing
from monitor.evaluation.concluding import approve_conclusion, propose
from monitor.evaluation.conclusions import usual
from monitor.evaluation.opening import open_round
from monitor.evaluation.rounds import Round, read_round
from monitor.intake.reading import read_file
from monitor.intake.revisions import Orders
from monitor.intake.submissions import ingest, ingest_reading
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from tests.cycle.in_process import reading_in_process

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
OPENER, SIGNER = Actor("王计划", "planner"), Actor("陈计划", "planner")
UNIT = Actor("赵自评", "reviewer")
ROUND = "2025-final"
OWN = {
    "out_of_pocket_share": {
        "completion": "2022年曾降到26.89%，此后回升",
        "outlook": "hard",
        "outlook_text": "受人口老龄化影响",
        "problems": "门诊费用增长较快",
        "adjust": "yes",
        "adjust_reason": "建议按核算口径评价",
        "measures": "提高门诊保障水平",
    }
}


class Clock:
    """Each look is a second later, so that no two acts are at one moment."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def open_desk(path: Path) -> Desk:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    return Desk(Store.open(path, clock=Clock()), catalogues, regions, MethodSettings())


def published_desk(path: Path) -> Desk:
    """The shipped plan with data/published_national.csv as the demonstration loads it, and no synthetic figure."""
    desk = open_desk(path)
    store, catalogues, regions = desk.store, desk.current.catalogues, desk.current.regions
    indicators = {one.id for one in catalogues[0].indicators}
    with reading_in_process():
        for place, part in enumerate(read_rounds(find_shipped("data/published_national.csv"), indicators, ZONE)):
            file = path.parent / f"part-{place}.csv"
            write_round(file, part.rows)
            reading = read_file(file, catalogues, regions, staging_folder=store.staging_folder, keep_copy=False)
            orders = Orders(LOADED_BY, accept=True, dates=part.dates)
            result = ingest_reading(store, catalogues, regions, reading, orders)
            assert not result.is_refused, result.problems[:3]
    return desk


def send(desk: Desk, folder: Path, rows: str) -> None:
    """Accepted national figures, one `indicator_id,region_code,period,value` a line."""
    file = folder / f"sent-{len(list(folder.iterdir()))}.csv"
    file.write_text(f"indicator_id,region_code,period,value\n{rows.strip()}\n", encoding="utf-8")
    with reading_in_process():
        result = ingest(
            desk.store, desk.current.catalogues, desk.current.regions, file, by="张三", accept=True, explain="已核实"
        )
    assert not result.is_refused, result.problems


def ready_round(desk: Desk) -> Round:
    """The final evaluation of 2025, everything in it but its approval."""
    told = open_round(desk, OPENER, kind="final", title="“十四五”总结评估", period="2025")
    for subject in told.subjects:
        own = OWN.get(subject.indicator)
        if own is not None:
            assess(desk, UNIT, told.id, subject.indicator, own)
        else:
            mark_missing(desk.store, OPENER, told.id, subject.indicator, "单位未报")
        if subject.computed == "judged":
            propose(desk.store, OPENER, told.id, subject.indicator, "achieved", "收支规模与发展水平相适应")
        elif subject.indicator == "out_of_pocket_share":
            propose(desk.store, OPENER, told.id, subject.indicator, "nearly", "与目标仅差0.11个百分点")
        else:
            propose(desk.store, OPENER, told.id, subject.indicator, usual(subject.computed), "")
        approve_conclusion(desk.store, SIGNER, told.id, subject.indicator)
    return read_round(desk.store, told.id)
