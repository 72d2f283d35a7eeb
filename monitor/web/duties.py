"""From an address to the pages around the plan: evaluation, tasks, levels of plans, supervision, budgets, duties.

They are drawn for one person and never kept; each page's module asks its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.dossier.errors import DossierError
from monitor.report.desk import Desk

from .address import PageName
from .identity import Person
from .notices import Notice, NoticeBoard
from .pages.budget import budget_page
from .pages.duties import duties_page
from .pages.levels import levels_page
from .pages.page import Page
from .pages.pooling import pooling_page
from .pages.problem import forbidden, not_found
from .pages.rounds import rounds_page
from .pages.supervision import supervision_page
from .pages.tasks import tasks_page
from .pooled import Shelf
from .view import View


@dataclass(frozen=True)
class DutyAsked:
    """What a page around the plan is drawn from. `as_of`: UTC without zone, None for now."""

    desk: Desk
    view: View
    person: Person
    as_of: datetime | None
    today: date
    now: datetime
    notice: Notice | None
    shelf: Shelf = field(default_factory=Shelf)


PAGES: Mapping[PageName, Callable[[DutyAsked], Page]] = {
    "budget": budget_page,
    "duties": duties_page,
    "levels": levels_page,
    "pooling": pooling_page,
    "rounds": rounds_page,
    "supervision": supervision_page,
    "tasks": tasks_page,
}
DUTY_PAGES: frozenset[PageName] = frozenset({"rounds", "tasks", "levels", "supervision", "budget", "pooling", "duties"})


class DutyRooms:
    def __init__(self, desk: Desk, clock: Callable[[], datetime], notices: NoticeBoard, shelf: Shelf) -> None:
        self._desk, self._clock, self._notices, self._shelf = desk, clock, notices, shelf

    def page(self, view: View, person: Person, as_of: datetime | None, today: date) -> Page:
        """The page of the view's address; what the person may not see is answered as what does not exist."""
        drawn = PAGES.get(view.address.page)
        if drawn is None:
            return not_found(view)
        notice = self._notices.get(person.actor.name, view.address.said)
        try:
            return drawn(DutyAsked(self._desk, view, person, as_of, today, self._clock(), notice, self._shelf))
        except DossierError as error:
            return forbidden(view) if error.code == "forbidden" else not_found(view)
