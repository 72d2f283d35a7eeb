"""What a round froze: the rows of its scorecard, made again from what was known at its moment, and their proof."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pandas as pd

from monitor.catalogue.models import Plan
from monitor.catalogue.periods import Period
from monitor.report.desk import Desk, QuestionError, Scorecard
from monitor.report.export import to_csv

from .rounds import Round


def frozen_scorecard(desk: Desk, told: Round) -> Scorecard:
    """The scorecard of the round's plan, region and period as known at its moment: a row for each subject."""
    return scorecard_at(desk, told.plan, told.region, told.period, told.as_of)


def scorecard_at(desk: Desk, plan: str, region: str, period: str, as_of: datetime) -> Scorecard:
    """Raises QuestionError for an unknown plan, region or period."""
    return desk.scorecard(plan=plan, region=region, period=period, as_of=as_of)


def refuse_evidence(plan: Plan, period: Period) -> None:
    """Raises QuestionError for a period that ends at or before the plan's base year: it is evidence, never judged."""
    if period.time <= plan.period.base:
        raise QuestionError(
            f"{period.code} 不晚于规划“{plan.id}”的基期 {plan.period.base} 年，不能评估；请选基期以后的报告期",
            f"{period.code} is no later than the base year {plan.period.base} of plan {plan.id} and cannot be"
            " evaluated: choose a later period",
        )


def fingerprint(frame: pd.DataFrame) -> str:
    """SHA-256 of the rows as CSV (interface.md, Scorecard)."""
    return hashlib.sha256(to_csv(frame)).hexdigest()


def is_unmoved(desk: Desk, told: Round) -> bool:
    """Whether the rows made again now are, to the byte, those that were frozen."""
    return fingerprint(frozen_scorecard(desk, told).frame) == told.sha256
