"""What only the store knows of what is searched for: an accepted submission by its number, moments by their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor.catalogue.periods import Period, parse_period
from monitor.store.snapshots import Snapshot, list_snapshots

if TYPE_CHECKING:
    from .desk import Desk

_SQL = files("monitor.report") / "sql"


@dataclass(frozen=True)
class AcceptedSubmission:
    submission_id: int
    region_code: str
    form: str
    period: Period
    vintage: str
    revision: int
    accepted_at: datetime


def accepted_submission(desk: Desk, number: int, as_of: datetime | None) -> AcceptedSubmission | None:
    """The submission of that number, where it had been accepted by T: nothing else is everybody's to see."""
    rows = desk.store.ask(_SQL / "submission_accepted.sql", {"submission_id": number, "as_of": as_of})
    if not rows:
        return None
    found, region, form, period, vintage, revision, at = rows[0]
    assert isinstance(at, datetime)
    return AcceptedSubmission(
        int(str(found)), str(region), str(form), parse_period(str(period)), str(vintage), int(str(revision)), at
    )


def snapshots(desk: Desk, as_of: datetime | None) -> tuple[Snapshot, ...]:
    """The moments that had been frozen by T, the last first."""
    return tuple(one for one in reversed(list_snapshots(desk.store)) if as_of is None or one.at <= as_of)
