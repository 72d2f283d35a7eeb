"""The pages of the reporting cycle, drawn for one person; what they may see and do is decided by the services."""

from __future__ import annotations

from datetime import date

from monitor.catalogue.regions import Region
from monitor.report.desk import Desk

from .identity import Person
from .notices import NoticeBoard
from .pages.me import me_page
from .pages.page import Page
from .pages.problem import not_found
from .view import View


class CycleRooms:
    def __init__(self, desk: Desk, notices: NoticeBoard) -> None:
        self._desk, self.notices = desk, notices

    def waiting(self, person: Person) -> int:
        return 0

    def page(self, view: View, person: Person, today: date) -> Page:
        """The page of the view's address."""
        notice = self.notices.get(person.actor.name, view.address.said)
        if view.address.page == "me":
            return me_page(view, person, self.units(), notice)
        return not_found(view)

    def units(self) -> tuple[Region, ...]:
        """Every reporting unit of the plans in force, once, in the order of the regions file."""
        current = self._desk.current
        found: dict[str, Region] = {}
        for catalogue in current.catalogues:
            for region in current.regions.descendants(catalogue.plan.region):
                if region.reporting:
                    found.setdefault(region.code, region)
        return tuple(found.values())
