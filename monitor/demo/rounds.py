"""Two rounds for the demonstration, marked 模拟数据 throughout: a mid-term one, approved, and a final one at work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd

from monitor.access.actors import Actor
from monitor.dossier.acts import NewPaper
from monitor.evaluation.assessing import mark_missing
from monitor.evaluation.assessment_file import assess_file
from monitor.evaluation.closing import approve
from monitor.evaluation.concluding import approve_waiting, propose, propose_agreeing, return_conclusion
from monitor.evaluation.conclusions import BY_PEOPLE
from monitor.evaluation.consulting import answer, comment
from monitor.evaluation.opening import open_round
from monitor.evaluation.rounds import Round, Subject
from monitor.report.desk import Desk
from monitor.report.export import to_csv
from monitor.store.times import to_stored

_MARK = "【模拟数据】"
_PLAN = "uhs-14"
_PLANNER, _OTHER = Actor("模拟计划员甲", "console"), Actor("模拟计划员乙", "console")
_MIDTERM_AS_OF = datetime.fromisoformat("2024-06-30T15:59:59.999999")
_GOOD = frozenset({"achieved", "held", "ahead", "on_schedule"})
_PAPER = NewPaper("模拟数据-依据说明.txt", f"{_MARK}本文件仅用于演示，不是真实材料。\n".encode())


def load_rounds(desk: Desk) -> int:
    """Both rounds; how many. None where another plan is loaded."""
    plan = next((one.plan for one in desk.current.catalogues if one.plan.id == _PLAN), None)
    if plan is None or to_stored(desk.store.now()) <= _MIDTERM_AS_OF:
        return 0
    _midterm(desk)
    _final(desk)
    return 2


def _midterm(desk: Desk) -> None:
    store = desk.store
    told = open_round(
        desk, _PLANNER, kind="midterm", title="模拟数据 中期评估", period="2023", plan=_PLAN, as_of=_MIDTERM_AS_OF
    )
    _assess(desk, told, told.subjects)
    propose_agreeing(store, _PLANNER, told.id)
    for one in told.subjects:
        if one.computed == BY_PEOPLE:
            propose(store, _PLANNER, told.id, one.indicator, "achieved", f"{_MARK}收支规模与待遇支付相适应，运行平稳。")
    approve_waiting(store, _OTHER, told.id)
    approve(store, _OTHER, told.id)


def _final(desk: Desk) -> None:
    """Some units have assessed, some conclusions are approved, one differs, one was returned, one comment waits."""
    store = desk.store
    due, month_ago = store.now().date() + timedelta(days=30), to_stored(store.now()) - timedelta(days=30)
    # as of some time ago, where something was known, so that later figures show how it stays as it is
    as_of = month_ago if desk.since(month_ago).seq else None
    title = "模拟数据 总结评估"
    told = open_round(desk, _PLANNER, kind="final", title=title, period="2025", plan=_PLAN, deadline=due, as_of=as_of)
    _assess(desk, told, [one for place, one in enumerate(told.subjects) if place % 3 != 2])
    agreed = [next((one for one in told.subjects if one.computed == name), None) for name in ("achieved", "held")]
    for found in filter(None, agreed):
        propose(store, _PLANNER, told.id, found.indicator, "achieved" if found.computed == "achieved" else "held")
    if any(agreed):
        approve_waiting(store, _OTHER, told.id)
    by_class = {one.computed: one for one in told.subjects}
    if (lag := by_class.get("missed")) is not None:
        reason = f"{_MARK}与目标差距很小，主要工作已完成，建议认定为基本实现。"
        propose(store, _PLANNER, told.id, lag.indicator, "nearly", reason, [_PAPER])
    if (kept := by_class.get("breached")) is not None:
        propose(store, _PLANNER, told.id, kept.indicator, "held", f"{_MARK}多数年份保持。")
        return_conclusion(store, _OTHER, told.id, kept.indicator, f"{_MARK}请按各年数据说明未保持的年份。")
    lacking = told.subjects[2]
    mark_missing(store, _PLANNER, told.id, lacking.indicator, f"{_MARK}责任单位正在核对决算数据，暂缺。")
    region, unit = Actor("模拟填报人（江苏）", "console"), Actor("模拟责任单位", "console")
    said = comment(store, region, told.id, f"{_MARK}建议注明参保率的统计口径。", told.subjects[0].indicator)
    answer(store, _PLANNER, told.id, said.comments[-1].seq, "partly", f"{_MARK}已在注释中说明口径，分母不变。")
    comment(store, unit, told.id, f"{_MARK}建议补充各地典型做法。")


def _assess(desk: Desk, told: Round, subjects: Sequence[Subject]) -> None:
    """One file from each responsible unit."""
    for unit in dict.fromkeys(one.unit for one in subjects):
        rows = [_fields(one) for one in subjects if one.unit == unit]
        content = to_csv(pd.DataFrame(rows))
        assess_file(desk, Actor(f"模拟填报人（{unit}）", "console"), told.id, content)


def _fields(one: Subject) -> dict[str, str]:
    good = one.computed in _GOOD
    return {
        "indicator_id": one.indicator,
        "completion": f"{_MARK}{one.name}：已按规划要求推进，{'达到' if good else '尚未达到'}预期进度。",
        "outlook": "can" if good else "hopeful",
        "outlook_text": f"{_MARK}按现有进度判断。",
        "problems": f"{_MARK}{'各地进度不够均衡' if good else '部分地区基础薄弱、进度偏慢'}。",
        "adjust": "no",
        "adjust_reason": "",
        "measures": f"{_MARK}加强调度，巩固{'已有成果' if good else '薄弱环节'}。",
    }
