"""From an address to the pages of how the server does: its condition, the scheduled work, the integrity checks.

And the forms that let work run now, pause it and let it go on; whether somebody may, gatekeeper.py has asked before and
the board asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import wraps
from typing import Literal
from zoneinfo import ZoneInfo

from flask import Flask, request
from werkzeug.wrappers import Response as AnyResponse

from monitor.integrity.checks import all_checks
from monitor.jobs import history
from monitor.jobs.board import JobError
from monitor.jobs.findings import last_findings
from monitor.store.errors import StoreError
from monitor.store.store import Store
from monitor.store.times import to_stored

from .actions import see
from .address import Address, PageName
from .condition import Looking, Upkeep
from .gatekeeper import refused
from .identity import Person
from .notices import Notice, NoticeBoard
from .pages.integrity import integrity_page
from .pages.jobs import ALL_RUNS, RUNS, Board, job_title, jobs_page, run_page
from .pages.page import Page
from .pages.problem import not_found
from .pages.status import status_page
from .uploads import machine_fault
from .view import View
from .words import Words

UPKEEP_PAGES: frozenset[PageName] = frozenset({"status", "jobs", "integrity"})
_BACK: tuple[PageName, ...] = ("jobs", "status", "integrity")
Route = Callable[[str], AnyResponse]


class UpkeepRooms:
    """`clock`: UTC without zone; `timezone`: where a day begins."""

    def __init__(
        self, store: Store, upkeep: Upkeep, looking: Looking, clock: Callable[[], datetime], timezone: str
    ) -> None:
        self._store, self._upkeep, self._looking = store, upkeep, looking
        self._clock, self._timezone = clock, timezone
        self.jobs = looking.jobs

    def page(self, view: View, person: Person, notice: Notice | None) -> Page:
        """The page of the view's address. Raises StoreError, OSError."""
        address, now = view.address, self._clock()
        if address.page == "status":
            return status_page(view, person, self._looking.look(now, self._today(now)), notice)
        if address.page == "integrity":
            last, board = last_findings(self._store), self._board(address, now)
            return integrity_page(view, person, all_checks(), last, board, notice)
        if address.run is not None:
            number = int(address.run) if address.run.isdecimal() and len(address.run) < 16 else 0
            run = self.jobs.run(number)
            return not_found(view) if run is None else run_page(view, run, self.jobs.log(number), now)
        return jobs_page(view, person, self._board(address, now), notice)

    def _board(self, address: Address, now: datetime) -> Board:
        asked = {one.job for one in history.requests(self._store)} & self._upkeep.schedules.keys()
        most = ALL_RUNS if address.rows == "all" else RUNS
        runs = history.list_runs(self._store, job=address.job, limit=most + 1)
        return Board(self.jobs.states(), self._upkeep.schedules, asked, runs[:most], len(runs) > most, now)

    def _today(self, now: datetime) -> datetime:
        zone = ZoneInfo(self._timezone)
        day = now.replace(tzinfo=UTC).astimezone(zone).date()
        return to_stored(datetime.combine(day, time.min, zone))


def serve_upkeep(server: Flask, rooms: UpkeepRooms, notices: NoticeBoard, asking: Callable[[], Person]) -> None:
    """Hang the routes on the server."""
    jobs = rooms.jobs

    def told(kind: Literal["done", "fault"], zh: str, en: str) -> AnyResponse:
        back = next((page for page in _BACK if page == request.form.get("back")), "jobs")
        return see(f"/{back}", notices.put(asking().actor.name, Notice(kind, zh, en)))

    def guarded(route: Route) -> Route:
        """A refusal as an answer, or as a notice on the page of jobs."""

        @wraps(route)
        def answered(job: str) -> AnyResponse:
            try:
                return route(job)
            except JobError as error:
                status = {"forbidden": 403, "unknown_job": 404}.get(error.code)
                return told("fault", error.zh, error.en) if status is None else refused(status, error.zh, error.en)
            except (StoreError, OSError) as error:
                fault = machine_fault(error)
                return told("fault", fault.zh, fault.en)

        return answered

    def named(job: str) -> tuple[str, str]:
        return job_title(Words("zh"), job), job_title(Words("en"), job)

    @server.post("/do/jobs/<job>/run")
    @guarded
    def _run_job(job: str) -> AnyResponse:
        jobs.ask(asking().actor, job)
        zh, en = named(job)
        return told("done", f"“{zh}”马上开始运行，进度见下。", f"{en} is about to run; its progress stands below.")

    @server.post("/do/jobs/<job>/pause")
    @guarded
    def _pause_job(job: str) -> AnyResponse:
        jobs.pause(asking().actor, job)
        zh, en = named(job)
        return told("done", f"“{zh}”已暂停：不再按时间表运行。", f"{en} is paused: its schedule starts it no more.")

    @server.post("/do/jobs/<job>/resume")
    @guarded
    def _resume_job(job: str) -> AnyResponse:
        jobs.resume(asking().actor, job)
        zh, en = named(job)
        return told("done", f"“{zh}”已恢复，从下一个时间点起运行。", f"{en} goes on from its next moment.")
