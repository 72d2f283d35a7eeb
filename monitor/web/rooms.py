"""The pages of the reporting cycle, drawn for one person; what they may see and do is decided by the services."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from monitor.access.actors import Actor
from monitor.access.sessions import OpenSession
from monitor.catalogue.regions import Region
from monitor.intake.cycle import Cycle
from monitor.intake.glance import Glance, GlanceError, glance
from monitor.intake.people import ERASING
from monitor.intake.preview import Draft
from monitor.intake.submission_errors import SubmissionError
from monitor.store.audit import Note

from .identity import Person
from .notices import Notice, NoticeBoard
from .pages.draft import draft_page
from .pages.me import me_page
from .pages.page import Page
from .pages.problem import forbidden, not_found
from .pages.queue import queue_page
from .pages.submission import submission_page
from .pages.upload import upload_page
from .sendings import desktop, periods_to_send
from .view import View

_log = logging.getLogger("monitor.web")
_GLANCES_KEPT = 32
_COUNTS_KEPT = 64
_LARGEST_ID = 2**63


class CycleRooms:
    def __init__(
        self, cycle: Cycle, notices: NoticeBoard, own_sessions: Callable[[], Sequence[OpenSession]] = lambda: ()
    ) -> None:
        self.cycle, self.notices, self._own_sessions = cycle, notices, own_sessions
        self._glance = lru_cache(maxsize=_GLANCES_KEPT)(self._read_glance)
        self._count = lru_cache(maxsize=_COUNTS_KEPT)(self._count_waiting)
        cycle.store.hear_with(self._hear)

    def _hear(self, notes: Sequence[Note]) -> None:
        """A command may have erased people."""
        self.cycle.erasures += any(note.action == ERASING for note in notes)

    def waiting(self, person: Person) -> int:
        """How many submissions wait for this reviewer."""
        return self._count(self.cycle.store.event_version(), person.actor) if person.actor.reviews else 0

    def forget(self) -> None:
        """Let go of what files showed: names may have been erased from one."""
        self._glance.cache_clear()

    def page(self, view: View, person: Person, today: date) -> Page:
        """The page of the view's address; what the person may not see is answered as what does not exist."""
        notice = self.notices.get(person.actor.name, view.address.said)
        try:
            return self._page(view, person, today, notice)
        except SubmissionError as error:
            if error.code == "forbidden":
                return forbidden(view)
            return _not_there(view)

    def _page(self, view: View, person: Person, today: date, notice: Notice | None) -> Page:
        cycle, address = self.cycle, view.address
        if address.page == "me":
            return me_page(view, person, cycle.catalogues, cycle.regions, self._own_sessions(), notice)
        if address.page == "upload":
            told = desktop(cycle, person.actor, today) if person.sends else None
            periods = periods_to_send(cycle, today)
            return upload_page(view, person, cycle, told, today, self.units(), periods, notice)
        if address.page == "queue":
            lines = cycle.queue(person.actor) if person.reviews else ()
            return queue_page(view, person, cycle, lines, today, notice)
        number = int(address.item) if address.item.isascii() and address.item.isdigit() else None
        if number is None or number >= _LARGEST_ID:
            return _not_there(view)
        if address.page == "draft":
            draft = cycle.look(person.actor, number)
            people = cycle.people_of_draft(person.actor, number)
            return draft_page(view, person, cycle, draft, self._rows(view, draft), today, notice, people)
        review, people = cycle.review(person.actor, number), cycle.people(person.actor, number)
        return submission_page(view, person, cycle, review, notice, self._next(person, number), people)

    def _next(self, person: Person, number: int) -> int | None:
        """What a reviewer goes on with: the line of the queue below this one, else the first."""
        if not person.reviews:
            return None
        ids = [line.submission.submission_id for line in self.cycle.queue(person.actor)]
        after = ids[ids.index(number) + 1 :] if number in ids else []
        return next((one for one in (*after, *ids) if one != number), None)

    def units(self) -> tuple[Region, ...]:
        """Every reporting unit of the plans in force, once, in the order of the regions file."""
        found: dict[str, Region] = {}
        for catalogue in self.cycle.catalogues:
            for region in self.cycle.regions.descendants(catalogue.plan.region):
                if region.reporting:
                    found.setdefault(region.code, region)
        return tuple(found.values())

    def _rows(self, view: View, draft: Draft) -> Glance | str:
        """The file's own rows, or why they cannot be shown."""
        lines = tuple(sorted({problem.row for problem in draft.result.problems if problem.row is not None}))
        try:
            return self._glance(draft.receipt_id, lines)
        except GlanceError as error:
            return error.en if view.words.language == "en" else error.zh
        except OSError as error:  # the received bytes are not where they were put
            _log.error("no bytes of receipt %s", draft.receipt_id, exc_info=error)
            return view.words("draft.no_bytes")

    def _read_glance(self, receipt_id: int, lines: Sequence[int]) -> Glance:
        return glance(self.cycle.received_folder / str(receipt_id), limits=self.cycle.limits, lines=lines)

    def _count_waiting(self, _version: int, actor: Actor) -> int:
        return len(self.cycle.queue(actor))


def _not_there(view: View) -> Page:
    page = view.address.page
    return not_found(view, page, view.address.item) if page in ("draft", "submission") else not_found(view)
