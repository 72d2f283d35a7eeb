"""Where each supervised unit's reports stand, asked of the store of figures and held against the request's deadline.

not_sent   nothing was sent: 补报 once the deadline is over
draft      nothing was sent, and a draft lies open
submitted  waits for review
returned   was returned to the unit: 重新报送
accepted   was accepted, whatever came later
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Literal

from monitor.catalogue.loader import Catalogue
from monitor.report.desk import Desk
from monitor.report.reporting import read_reports
from monitor.report.reporting_cells import Report, ReportState, Today
from monitor.store.times import to_stored

from .request import Request

_SQL = files("monitor.report") / "sql"
StandingState = Literal["not_sent", "draft", "submitted", "returned", "accepted"]
STATES: tuple[StandingState, ...] = ("accepted", "submitted", "returned", "draft", "not_sent")
_OF: dict[ReportState, StandingState] = {
    "accepted": "accepted", "restated": "accepted", "submitted": "submitted", "returned": "returned", "draft": "draft",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """One unit's report for one period. `sent_on`: the day of the first sending that stands; `is_late`: that this day,
    or today where nothing was sent, is after the request's deadline. Of the `expected` indicators
    of the request `cells` are given.
    """

    unit: str
    period: str
    state: StandingState
    sent_on: date | None
    is_late: bool
    submission: int | None
    revision: int | None
    pending: str
    cells: int
    expected: int

    @property
    def is_overdue(self) -> bool:
        """The deadline is over, and nothing that stands was sent, or what was sent was returned."""
        return self.is_late and self.sent_on is None

    @property
    def needs(self) -> Literal["", "supplement", "resend"]:
        """What does not meet the request is supplemented or sent again (补报或重新报送)."""
        if self.state == "returned":
            return "resend"
        lacks = self.state == "accepted" and self.cells < self.expected
        return "supplement" if self.is_overdue or lacks else ""


def standings(desk: Desk, request: Request, as_of: datetime | None = None) -> tuple[Standing, ...]:
    """One for each unit and period of a request by data, in its order, as known at a moment (naive UTC, None: now).

    Raises QuestionError where the plan is gone; of a form that is gone there are none.
    """
    reports, today = _reports(desk, request, as_of), _today(desk, as_of)
    cells = _cells(desk, reports, request)
    return tuple(
        _standing(one, request, today, cells.get((one.call.region, one.call.period.code), 0)) for one in reports
    )


def plan_of(desk: Desk, request: Request, as_of: datetime | None = None) -> Catalogue | None:
    """The plan of a request as it was at a moment; None where it is gone. On site asks for none: the first one."""
    plans = desk.configuration(as_of).catalogues
    return next((one for one in plans if request.plan in ("", one.plan.id)), None)


def overdue_units(desk: Desk, request: Request, as_of: datetime | None = None) -> tuple[str, ...] | None:
    """As `late_units` of the standings, without counting cells, for a list of many; none for one on site.

    None where the plan is gone: nobody can tell then.
    """
    if request.kind == "onsite":
        return ()
    if plan_of(desk, request, as_of) is None:
        return None
    today = _today(desk, as_of)
    return late_units(_standing(one, request, today, 0) for one in _reports(desk, request, as_of))


def _today(desk: Desk, as_of: datetime | None) -> Today:
    return Today(as_of or to_stored(desk.store.now()), desk.timezone)


def _reports(desk: Desk, request: Request, as_of: datetime | None) -> list[Report]:
    """Those of the whole plan are kept until the next event, for all supervisions and pages."""
    found = read_reports(desk, plan=request.plan, as_of=as_of).of(request.form, request.units, request.periods)
    chosen = {(one.call.region, one.call.period.code): one for one in found.reports}
    places = [(unit, period) for unit in request.units for period in request.periods]
    return [chosen[place] for place in places if place in chosen]


def _cells(desk: Desk, reports: Sequence[Report], request: Request) -> Mapping[tuple[str, str], int]:
    """(unit, period) → how many of the request's indicators its report gives; the form may ask for more of them."""
    sent = [(one.shown.submission_id, one.is_accepted) for one in reports if one.shown is not None]
    if not sent:
        return {}
    numbers, settled = map(list, zip(*sent, strict=True))
    asked = {"submission_ids": numbers, "settled": settled, "indicator_ids": list(request.indicators)}
    return {(unit, period): int(count) for unit, period, count in desk.store.ask(_SQL / "board_cells.sql", asked)}


def _standing(report: Report, request: Request, today: Today, cells: int) -> Standing:
    shown, deadline = report.shown, request.deadline
    sent_on = None if report.first_sent_at is None else today.day_of(report.first_sent_at)
    late = False
    if deadline is not None:
        late = today.is_over(deadline) if sent_on is None else sent_on > deadline
    return Standing(
        unit=report.call.region,
        period=report.call.period.code,
        state=_OF.get(report.state, "not_sent"),
        sent_on=sent_on,
        is_late=late,
        submission=None if shown is None else shown.submission_id,
        revision=None if shown is None else shown.revision,
        pending=report.pending,
        cells=cells,
        expected=len(request.indicators),
    )


def late_units(found: Iterable[Standing]) -> tuple[str, ...]:
    """The units that owe something after the deadline, in their order."""
    return tuple(dict.fromkeys(one.unit for one in found if one.is_overdue))


def count_of(found: Sequence[Standing], state: StandingState) -> int:
    return sum(one.state == state for one in found)
