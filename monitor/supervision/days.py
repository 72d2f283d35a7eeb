"""The days that supervision counts: pure functions of days, so that every page can be had as of a past one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

OBJECTION_DAYS = 10
"""被监督单位应当在接到监督报告10日内提出书面意见。逾期未提出书面意见的，视同无异议。"""
NEAR_DAYS = 7

Objection = Literal["open", "objected", "none", "deemed_none"]
Timing = Literal["ahead", "near", "overdue"]


def last_objection_day(received_on: date) -> date:
    """The last day in time: the day of receipt is not counted, so received on D it is D + 10, that day included."""
    return received_on + timedelta(days=OBJECTION_DAYS)


def objection(received_on: date, said_on: date | None, today: date, *, objects: bool = True) -> Objection:
    """Where the objection to an on-site report stands on a day. `said_on`: when the unit answered in writing, if it
    did; `objects`: whether it objected or said that it has none. What was said after the last day does not count.
    """
    last = last_objection_day(received_on)
    if said_on is not None and said_on <= last:
        return "objected" if objects else "none"
    return "deemed_none" if today > last else "open"


def timing(due: date, today: date) -> Timing:
    """How near the last day of something that is not done yet is; that day itself is in time."""
    if today > due:
        return "overdue"
    return "near" if (due - today).days <= NEAR_DAYS else "ahead"
