"""The tables that leave: the list, a supervision's reports, what has to be put right; the same bytes for the same T."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pandas as pd

from monitor.catalogue.regions import Regions
from monitor.report.as_of import format_as_of

from .days import last_objection_day, objection, timing
from .dossier import Supervision
from .standing import Standing

STANDINGS = (
    "dossier", "unit", "unit_name", "period", "state", "first_sent_on", "deadline", "late", "needs", "cells_given",
    "cells_expected", "submission_id", "revision", "pending", "as_of",
)  # fmt: skip
RECTIFICATION = (
    "dossier", "number", "unit", "unit_name", "finding", "what", "due", "state", "timing", "answered_at", "answer",
    "decision_at", "decision", "as_of",
)  # fmt: skip
OBJECTIONS = ("dossier", "unit", "unit_name", "received_on", "last_day", "state", "said_on", "text", "as_of")
LIST = (
    "dossier", "kind", "title", "step", "made_on", "deadline", "units", "late_units", "items", "items_owed",
    "items_overdue", "as_of",
)  # fmt: skip


def standings_table(
    state: Supervision, board: Sequence[Standing], regions: Regions, as_of: datetime | None
) -> pd.DataFrame:
    """One row for each unit and period. `as_of`: naive UTC, None for now (printed as nothing)."""
    deadline = state.request.deadline
    rows = [
        (
            state.dossier, one.unit, _name(regions, one.unit), one.period, one.state, _day(one.sent_on), _day(deadline),
            one.is_late, one.needs, one.cells, one.expected, one.submission, one.revision, one.pending,
            format_as_of(as_of),
        )
        for one in board
    ]  # fmt: skip
    return _frame(rows, STANDINGS)


def rectification_table(state: Supervision, regions: Regions, today: date, as_of: datetime | None) -> pd.DataFrame:
    """One row for each thing to be put right; `timing` is that of what the unit still owes on `today`."""
    rows = []
    for one in state.items:
        answers = [word for word in one.words if word.action == "answer"]
        decided = [word for word in one.words if word.action != "answer"]
        rows.append(
            (
                state.dossier, one.number, one.unit, _name(regions, one.unit), one.finding.zh, one.what, _day(one.due),
                one.state, timing(one.due, today) if one.is_owed else "",
                format_as_of(answers[-1].at if answers else None), answers[-1].text if answers else "",
                format_as_of(decided[-1].at if decided else None), decided[-1].text if decided else "",
                format_as_of(as_of),
            )
        )  # fmt: skip
    return _frame(rows, RECTIFICATION)


def objections_table(state: Supervision, regions: Regions, today: date, as_of: datetime | None) -> pd.DataFrame:
    """One row for each report delivered on site, as its ten days stand on `today`."""
    rows = [
        (
            state.dossier, one.unit, _name(regions, one.unit), _day(one.received_on),
            _day(last_objection_day(one.received_on)),
            objection(one.received_on, one.said_on, today, objects=one.objects), _day(one.said_on), one.text,
            format_as_of(as_of),
        )
        for one in state.deliveries.values()
    ]  # fmt: skip
    return _frame(rows, OBJECTIONS)


def list_row(state: Supervision, late: Sequence[str] | None, today: date, as_of: datetime | None) -> dict[str, object]:
    """One supervision in a list; `late`: the units that have not sent in time, None where nobody can tell."""
    owed = [one for one in state.items if one.is_owed]
    request = state.request
    return {
        "dossier": state.dossier, "kind": request.kind, "title": request.title, "step": state.step,
        "made_on": _day(request.made_on), "deadline": _day(request.deadline), "units": len(request.units),
        "late_units": None if late is None else len(late), "items": len(state.items), "items_owed": len(owed),
        "items_overdue": sum(timing(one.due, today) == "overdue" for one in owed), "as_of": format_as_of(as_of),
    }  # fmt: skip


def _name(regions: Regions, code: str) -> str:
    region = regions.get(code)
    return code if region is None else region.name


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _frame(rows: Sequence[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object)
