"""The small parts of the pages of tasks: states, reminders, units, and goals with their bars."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from monitor.catalogue.base import Owner
from monitor.tasks.board import GoalState, TaskState
from monitor.tasks.ledger import is_synthetic, rests_on_synthetic
from monitor.tasks.models import Goal
from monitor.tasks.progress import Report
from monitor.tasks.reminders import Reason

from ..view import View
from ..words import Words
from . import html
from .cycle_parts import mark
from .form_elements import element
from .parts import attributes, dotted, link, synthetic_mark

STATES = {
    "done": ("tick", "strong"),
    "well": ("dot", "light"),
    "hard": ("diamond", "amber"),
    "adjust": ("lozenge", "amber"),
    "failing": ("cross", "brick"),
    "none": ("hatch", "empty"),
}
REMINDERS = {
    "red": ("cross", "brick"),
    "yellow": ("down", "amber"),
    "blue": ("ring", "light"),
    "none": ("tick", "plain"),
}
_DECISIONS = {"open": ("ring", "plain"), "confirmed": ("tick", "strong"), "returned": ("diamond", "amber")}


def state_badge(words: Words, state: str | None) -> html.Span:
    """Colour, shape and word of a task's state; None: no report."""
    name = state or "none"
    shape, colour = STATES[name]
    return html.Span([mark(shape), words(f"tasks.state_{name}")], className=f"badge k-{colour}")


def reminder_badge(words: Words, level: str) -> html.Span:
    shape, colour = REMINDERS[level]
    return html.Span([mark(shape), words(f"tasks.reminder_{level}")], className=f"badge k-{colour}")


def decision_badge(words: Words, decision: str) -> html.Span:
    shape, colour = _DECISIONS[decision]
    return html.Span([mark(shape), words(f"tasks.decision_{decision}")], className=f"badge k-{colour}")


def reason_text(words: Words, reason: Reason) -> str:
    return reason.zh if words.language == "zh" else reason.en


def unit_name(words: Words, unit: Owner) -> Any:
    """A unit; 推定 where no published text names it for this."""
    name = words.text(unit)
    if not unit.inferred:
        return html.Span(name)
    return html.Span(
        [name, " ", html.Span(words("tasks.inferred"), className="mark", title=words("tasks.inferred_why"))]
    )


def units_list(words: Words, units: Sequence[Owner]) -> Any:
    return dotted([unit_name(words, one) for one in units]) if units else html.Span(words("number.none"))


def source_text(words: Words, one: TaskState) -> str:
    """Where the task stands: 专栏8 医疗保障服务示范工程 第 2 项."""
    said = f"{one.part.number} {words.text(one.part.title)}"
    return said if one.task.item is None else words("tasks.source", part=said, item=one.task.item)


def report_marks(words: Words, report: Report | None) -> list[Any]:
    return [" ", synthetic_mark(words)] if is_synthetic(report) else []


def task_marks(words: Words, one: TaskState) -> list[Any]:
    """Beside a task's title or state: whether anything of how it stands is made up."""
    return [" ", synthetic_mark(words)] if rests_on_synthetic(one) else []


def verbatim(text: str) -> html.P:
    """The plan's own words, which are Chinese on every page."""
    return html.P(text, className="verbatim", lang="zh-CN")


def goal_amount(words: Words, goal: Goal) -> str:
    """`≥400 个`, `≥100%`, `≥1 次（每年）`."""
    sign = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}[goal.comparator]
    unit = words.text(goal.unit)
    said = f"{sign}{goal.number:f}{unit if unit == '%' else f' {unit}'}"
    return words("tasks.each_year", goal=said) if goal.each_year else said


def goal_bar(words: Words, one: GoalState, elapsed: Fraction) -> Any:
    """Two bars, each with its words: how much of the number is reached, and how much of the time is over."""
    time = words("tasks.time_over", share=_share(elapsed))
    lanes = []
    if one.count is None:
        lanes.append(html.P([mark("hatch"), words("tasks.no_count")], className="goal-none"))
    else:
        share = one.share or Fraction(0)
        said = words("tasks.reached", n=f"{one.count.number:f}", goal=goal_amount(words, one.goal), share=_share(share))
        lanes.append(_lane(said, share, "goal-reached"))
    if not one.goal.each_year:
        lanes.append(_lane(time, elapsed, "goal-time"))
    return html.Div(lanes, className="goal-bar")


def count_source(words: Words, one: GoalState, reports: Sequence[Report]) -> list[Any]:
    """When and by whom it was counted, or how much in each year; whether any of it is made up."""
    if one.count is not None:
        said = words("tasks.counted", date=one.count.counted_on.isoformat(), source=one.count.source)
    elif one.years:
        said = years_text(words, one)
    else:
        return [words("number.none")]
    telling = [
        report
        for report in reports
        if report.counts_for_something
        and any(count == one.count or (one.count is None and count.goal == one.goal.id) for count in report.counts)
    ]
    return [said, *(report_marks(words, next(filter(is_synthetic, telling), None)))]


def years_text(words: Words, one: GoalState) -> str:
    """`2021：1、2022：1`: the last count of each year."""
    years = [words("tasks.of_year", year=year, n=f"{number:f}") for year, number in sorted(one.years.items())]
    return words.join(years) or words("number.none")


def task_link(view: View, one: TaskState) -> html.A:
    return link(view.words.text(one.task.title), view.href("tasks", one.dossier, end=view.address.end, period=None))


def _lane(said: str, share: Fraction, class_name: str) -> Any:
    full = min(share, Fraction(1))
    bar = element(
        "progress", None, value=f"{float(full):.4f}", max="1", class_=class_name, **attributes(aria_label=said)
    )
    return html.Div([bar, html.Span(said, className="goal-said")], className="goal-lane")


def _share(share: Fraction) -> str:
    """Cut to one decimal, so that what is not whole never reads 100%."""
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"
