"""A round as one table: a row for each indicator with everything said of it; the same bytes for the same acts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from monitor.dossier.acts import Paper
from monitor.report.as_of import format_as_of
from monitor.report.desk import Desk

from .conclusions import ANSWERS, CONCLUSIONS
from .frozen import frozen_scorecard
from .rounds import Comment, Round, Subject

ROUND_COLUMNS = (
    "round_id", "kind", "title", "state", "plan_id", "region_code", "period", "as_of",
    "indicator_id", "indicator_name", "owner", "value", "comparator", "unit", "baseline_printed", "target_printed",
    "class", "reason", "synthetic",
    "conclusion", "conclusion_name", "differs", "conclusion_state", "conclusion_reason", "proposed_by", "proposed_at",
    "decided_by", "decided_at", "returned_reason", "evidence",
    "completion", "outlook", "outlook_text", "problems", "adjust", "adjust_reason", "measures", "assessed_by",
    "assessed_at", "late", "revisions", "missing_reason", "comments",
)  # fmt: skip


def round_table(desk: Desk, told: Round) -> pd.DataFrame:
    """The figures are those that were frozen; what people wrote is as `told` has it."""
    rows = {str(row["indicator_id"]): row for row in frozen_scorecard(desk, told).frame.to_dict("records")}
    lines = [
        {
            "round_id": told.id, "kind": told.kind, "title": told.title, "state": told.state, "plan_id": told.plan,
            "region_code": told.region, "period": told.period, "as_of": format_as_of(told.as_of),
            "indicator_id": one.indicator, "indicator_name": one.name, "owner": one.unit,
            **{name: rows[one.indicator][name] for name in (
                "value", "comparator", "unit", "baseline_printed", "target_printed", "synthetic",
            )},
            "class": one.computed, "reason": one.reason, **_concluded(one), **_assessed(one),
            "comments": _comments([said for said in told.comments if said.indicator == one.indicator]),
        }
        for one in told.subjects
    ]  # fmt: skip
    return pd.DataFrame(lines, columns=list(ROUND_COLUMNS), dtype=object)


def _concluded(one: Subject) -> dict[str, object]:
    newest = one.conclusion
    if newest is None:
        return {"conclusion_state": "none"}
    decided_at = None if newest.decided_at is None else format_as_of(newest.decided_at)
    return {
        "conclusion": newest.code, "conclusion_name": CONCLUSIONS[newest.code].zh, "differs": newest.differs,
        "conclusion_state": newest.decision, "conclusion_reason": newest.reason, "proposed_by": newest.by,
        "proposed_at": format_as_of(newest.at), "decided_by": newest.decided_by, "decided_at": decided_at,
        "returned_reason": newest.decided_reason, "evidence": _papers(newest.papers),
    }  # fmt: skip


def _assessed(one: Subject) -> dict[str, object]:
    newest = one.assessment
    missing = "" if one.missing is None else one.missing.reason
    if newest is None:
        return {"missing_reason": missing, "revisions": 0}
    return {
        "completion": newest.completion, "outlook": newest.outlook, "outlook_text": newest.outlook_text,
        "problems": newest.problems, "adjust": "yes" if newest.adjust else "no",
        "adjust_reason": newest.adjust_reason, "measures": newest.measures, "assessed_by": newest.by,
        "assessed_at": format_as_of(newest.at), "late": newest.late, "revisions": len(one.assessments),
        "missing_reason": missing,
    }  # fmt: skip


def _papers(papers: Sequence[Paper]) -> str:
    return "; ".join(f"{one.name} ({one.sha256})" for one in papers)


def _comments(comments: Sequence[Comment]) -> str:
    """Each with who said it and how it was answered, a line each."""
    lines = []
    for one in comments:
        answer = "" if one.answer is None else f"（{ANSWERS[one.answer][0]}：{one.answer_reason}）"
        lines.append(f"{one.by}：{one.text}{answer}")
    return "\n".join(lines)
