"""A self-rating of each project of the budget, synthetic in every text: one accepted, one begun."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from monitor.access.actors import Actor
from monitor.budget.answers import Answer, Answers
from monitor.budget.library import library
from monitor.budget.linked import linked_figures
from monitor.budget.models import PerformanceTable
from monitor.budget.ratings import accept, save, submit
from monitor.budget.values import Measure
from monitor.report.desk import Desk
from monitor.shipped import find_shipped

MARK = "（模拟数据）"
RATED, BEGUN = "2020-system", "2020-management"
_DEPARTMENT = Actor(f"模拟填报人{MARK}", "planner")
_DECIDES = Actor(f"模拟审定人{MARK}", "planner")
# what is not as promised: row → a number, or a percentage of attainment
_SHORT = {2: "28个省", 5: "85", 7: "63%", 11: "72", 21: "88.5%"}
_BEGUN_ROWS = 8


def load_budget(desk: Desk) -> None:
    """Saves, submits and accepts the one, saves the other as far as it is filled in. Raises DossierError."""
    known = library(desk.store, find_shipped("data/budget"))
    unknown = {name for name, one in linked_figures(desk, known.tables[RATED]).items() if one.figure is None}
    answers = _answers(known.tables[RATED], None, unknown)
    save(desk, _DEPARTMENT, known, RATED, answers, synthetic=True)
    submit(desk, _DEPARTMENT, known, RATED)
    accept(desk, _DECIDES, RATED, f"同意自评结果{MARK}")
    save(desk, _DEPARTMENT, known, BEGUN, _answers(known.tables[BEGUN], _BEGUN_ROWS), synthetic=True)


def _answers(table: PerformanceTable, most: int | None, unknown: Collection[str] = ()) -> Answers:
    """Every row as promised but for a few; with `most` the first ones alone, and no funds. `unknown`: indicators of the
    plan that the store has no figure of."""
    rows = []
    for number, row in enumerate(table.indicators[:most], start=1):
        if row.plan_indicator is not None:  # the store knows
            if row.plan_indicator in unknown:
                rows.append(Answer(row=number, cause=f"规划数据尚未公布{MARK}"))
            continue
        short = _SHORT.get(number) if most is None else None
        rows.append(_answer(table, number, short))
    if most is not None:
        return Answers(rows=tuple(rows))
    budget = table.funds.annual.total
    return Answers(
        budget=budget,
        executed=(budget * Decimal("0.93")).quantize(Decimal("0.01")),
        funds_cause=f"部分课题跨年结算，资金结转下年使用{MARK}",
        goals_reached=f"年度总体目标基本实现{MARK}",
        rows=tuple(rows),
    )


def _answer(table: PerformanceTable, number: int, short: str | None) -> Answer:
    goal = table.value(table.indicators[number - 1].annual)
    cause = f"示例：部分工作推迟{MARK}" if short else ""
    measures = f"调整计划，下年补齐{MARK}" if short else ""
    if isinstance(goal, Measure):
        return Answer(row=number, actual=short or f"{goal.number:f}{goal.unit}", cause=cause, measures=measures)
    percent = Decimal(short or 100)
    word = "达成年度指标" if percent >= 80 else "部分达成年度指标并具有一定效果"
    return Answer(row=number, attainment=word, percent=percent, cause=cause, measures=measures)
