"""Where one report stands: a form of one unit for one period, as of a moment (报送情况).

The state is the first of these that holds; days end at midnight in the configured zone.

accepted   a revision has been accepted, and it is the first that was
restated   a revision has been accepted after an earlier accepted one
submitted  the latest revision waits for review
returned   the latest revision was returned to its sender
missing    漏报: nothing was sent, and the closing day is over
draft      nothing was sent, and a draft lies open
late       迟报: nothing was sent, and the due day is over but not the closing day
not_due    nothing was sent, and the due day is not over

A withdrawn revision counts as not sent. Beside the state, `is_late` says that the first sending came after the due
day, and `pending` names what has come since: a draft, or a later revision than the accepted one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.catalogue.forms import Call

ReportState = Literal["not_due", "missing", "late", "draft", "submitted", "returned", "accepted", "restated"]
REPORT_STATES: tuple[ReportState, ...] = (
    "accepted", "restated", "submitted", "returned", "draft", "late", "missing", "not_due",
)  # fmt: skip
Pending = Literal["", "draft", "submitted", "returned"]


@dataclass(frozen=True)
class Revision:
    """One sending as it stood; moments are naive UTC."""

    vintage: str
    revision: int
    submission_id: int
    submitted_at: datetime
    submitted_by: str
    state: str
    state_at: datetime
    accepted_at: datetime | None
    accepted_by: str | None


@dataclass(frozen=True)
class Report:
    """One call and what has come of it. `shown` is the revision that the state speaks of; None where nothing was sent.

    `is_due`: its due day is over. `days_left`: to the due day, negative once it is over. `cells`: those given, of
    `cells_expected` indicators.
    """

    plan_id: str
    call: Call
    state: ReportState
    pending: Pending
    shown: Revision | None
    first_sent_at: datetime | None
    is_due: bool
    is_late: bool
    is_closed: bool
    days_left: int
    cells: int

    @property
    def cells_expected(self) -> int:
        return len(self.call.form.indicators)

    @property
    def is_received(self) -> bool:
        """Something was sent and not withdrawn, whatever the review said of it."""
        return self.first_sent_at is not None

    @property
    def is_on_time(self) -> bool:
        return self.is_received and not self.is_late

    @property
    def is_accepted(self) -> bool:
        return self.state in ("accepted", "restated")

    @property
    def is_owed(self) -> bool:
        """The unit has something to do, and it will still be taken."""
        return not self.is_closed and self.state in ("not_due", "late", "draft", "returned")


class Today:
    """The moment that due days are measured against; two of one day are equal. `moment`: naive UTC."""

    def __init__(self, moment: datetime, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        local = moment.replace(tzinfo=UTC).astimezone(self._zone)
        # the last microsecond of a day, which a bare date as-of means, is its end
        self.is_end = local.time().replace(tzinfo=None) == datetime.max.time()
        self.day = local.date()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Today) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)

    @property
    def _said(self) -> tuple[date, bool, ZoneInfo]:
        return self.day, self.is_end, self._zone

    def is_over(self, day: date) -> bool:
        return day < self.day or (self.is_end and day == self.day)

    def day_of(self, moment: datetime) -> date:
        return moment.replace(tzinfo=UTC).astimezone(self._zone).date()


def report_of(
    plan_id: str, call: Call, revisions: Sequence[Revision], *, has_draft: bool, cells: int, today: Today
) -> Report:
    """Where the call stands; `revisions` are those of its form, unit, period and vintage, first to last."""
    standing = [one for one in revisions if one.state != "withdrawn"]
    accepted = [one for one in standing if one.accepted_at is not None]
    is_due, is_closed = today.is_over(call.due_on), call.closes_on is not None and today.is_over(call.closes_on)
    shown = (accepted or standing)[-1] if standing else None
    later = standing[-1].state if standing and shown is not standing[-1] else ""
    pending: Pending = "submitted" if later == "submitted" else "returned" if later == "returned" else ""
    state: ReportState
    if shown is None:
        state = "missing" if is_closed else "draft" if has_draft else "late" if is_due else "not_due"
    elif accepted:
        state = "restated" if len(accepted) > 1 else "accepted"
    else:
        state = "returned" if shown.state == "returned" else "submitted"
    if has_draft and not pending and state != "draft":
        pending = "draft"
    first = min((one.submitted_at for one in standing), default=None)
    is_late = first is not None and today.day_of(first) > call.due_on
    return Report(
        plan_id, call, state, pending, shown, first, is_due, is_late, is_closed, (call.due_on - today.day).days, cells
    )


def by_call(rows: Sequence[Sequence[object]]) -> Mapping[tuple[str, str, str, str], list[Revision]]:
    """The rows of board_submissions.sql by (form, region, period, vintage)."""
    found: dict[tuple[str, str, str, str], list[Revision]] = {}
    for form, region, period, vintage, *rest in rows:
        one = Revision(str(vintage), *rest)  # type: ignore[arg-type]
        found.setdefault((str(form), str(region), str(period), str(vintage)), []).append(one)
    return found
