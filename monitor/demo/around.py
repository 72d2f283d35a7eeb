"""What the demonstration shows around the plan, all of it marked 模拟数据: tasks, supervision, self-ratings, rounds."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

from monitor.report.desk import Desk

from .budget import load_budget
from .rounds import load_rounds
from .supervision import load_supervision
from .tasks import load_task_reports


def load_around(desk: Desk) -> None:
    """To be called after the figures are there (loader.py)."""
    today = desk.store.now().astimezone(UTC).astimezone(ZoneInfo(desk.timezone)).date()
    load_task_reports(desk.store, desk.current.catalogues, today)
    load_supervision(desk)
    load_budget(desk)
    load_rounds(desk)
