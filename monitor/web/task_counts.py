"""A count of a task's goal as people type it: the one grammar of numbers, and a percent sign only for a percentage."""

from __future__ import annotations

from decimal import Decimal

from monitor.dossier.errors import DossierError
from monitor.intake.numbers import parse_number
from monitor.tasks.models import Task


def read_count(task: Task, goal_id: str, text: str) -> Decimal:
    """The number; whether it can be one of the goal is the service's to say. Raises DossierError (field)."""
    found, goal = parse_number(text), task.goal(goal_id)
    if found.value is None:
        raise DossierError("field", f"“{text[:40]}”不是数；只写数字", f"'{text[:40]}' is no number: write digits alone")
    if found.percent and goal is not None and goal.unit.zh != "%":
        raise DossierError(
            "field",
            f"{goal.name.zh}：“{text[:40]}”是比例，目标以“{goal.unit.zh}”计数；请写个数",
            f"{goal.name.in_language('en')}: '{text[:40]}' is a share, the goal is counted in"
            f" {goal.unit.in_language('en')}: write how many",
        )
    return found.value
