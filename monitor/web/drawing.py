"""From an address to a page: asks `report`, hands the answer to the page, and never raises."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.jobs.health import Failing
from monitor.method.settings import METHOD_VERSION
from monitor.report.desk import Configuration, Desk, QuestionError
from monitor.report.once import KeptOnce
from monitor.store.space import Room

from .address import Address, AddressError, PageName
from .components import html
from .duties import DUTY_PAGES, DutyRooms
from .gatekeeper import PAGE_ACTIONS, home_of
from .identity import Person
from .ledgers import LEDGER_PAGES, LedgerRooms
from .markup import compact, written
from .office import OFFICE_PAGES, OfficeRooms
from .pages.page import Page
from .pages.problem import failed, forbidden, not_found, unreadable
from .public import PUBLIC_PAGES, Asked
from .readers import ReadOnly
from .rooms import CycleRooms
from .security import new_fault_id
from .shell import Around, frame, head, places
from .view import View
from .words import Words

_log = logging.getLogger("monitor.web")
_DRAWN_KEPT = 128
_OWN_KEPT = 64
_MOST_OFFERED = 400
"""Regions in the search box of the top bar, which every page brings with it."""
# pages that show the reporting cycle: they change with every event, and everybody sees their own
CYCLE_PAGES: frozenset[PageName] = frozenset({"me", "upload", "draft", "submission", "queue"})
# accounts, sessions and exports change without an event
NEVER_KEPT: frozenset[PageName] = OFFICE_PAGES | DUTY_PAGES | {"me"}
# pages that are the same for everybody and show what every event changes: who has sent what
EVENT_PAGES: frozenset[PageName] = frozenset({"overview", "wall", "quality", "region", "search"})


@dataclass(frozen=True)
class Drawn:
    """A page in its frame, ready for the app."""

    page: Page
    components: list[Any]
    language_tag: str

    @property
    def html(self) -> str:
        """The same as markup, which only the first paint asks for."""
        return written(self.components)


@dataclass(frozen=True)
class _Body:
    """A page without the top bar, and what the top bar needs of it.

    It is kept as the text in `components`: as the thousand elements of its page's body, which is therefore empty here,
    it would take ten times the memory and be written out again for everybody who asks.
    """

    page: Page
    view: View
    around: Around
    components: list[Any]


class Drawing:
    """Draws pages from one desk; what has been drawn is kept until what it shows changes.

    A page of the cycle is kept for the one person it was drawn for; all others are the same for everybody but for the
    top bar, which is drawn each time.
    """

    def __init__(
        self,
        desk: Desk,
        clock: Callable[[], datetime],
        rooms: CycleRooms,
        ledgers: LedgerRooms,
        office: OfficeRooms,
        duties: DutyRooms,
        health: Callable[[], tuple[Failing, ...]] = tuple,
        rehearsal: bool = False,
        read_only: ReadOnly | None = None,
    ) -> None:
        self._desk, self._clock, self._rooms, self._ledgers, self._health = desk, clock, rooms, ledgers, health
        self._office, self._duties, self._rehearsal = office, duties, rehearsal
        self._read_only = read_only
        self._public = KeptOnce(self._draw, _DRAWN_KEPT)
        self._own = KeptOnce(self._draw, _OWN_KEPT)
        self._erased = 0

    def page(self, address: Address, person: Person) -> Page:
        """The page of an address without its frame, for what is taken from it as a file. Raises as the page fails."""
        address, person, is_own = self._allowed(address, person)
        return self._made(self._today(), address, person if is_own else None)[0]

    def draw(self, address: Address, person: Person) -> Drawn:
        """The page of an address; a failure of ours becomes a page that names its id."""
        try:
            body = self._body(address, person)
            waiting = self._rooms.waiting(person)
            about = (person, waiting, self._health(), self._room())
            top = head(body.view, body.page, body.around, *about, rehearsal=self._rehearsal, read_only=self._read_only)
            components = [*compact(top), *body.components]
            return Drawn(body.page, components, _tag(address))
        except Exception as error:  # whatever went wrong, the reader gets a page and the operator a log line
            fault_id = new_fault_id()
            _log.error("fault %s at %s", fault_id, address.href, exc_info=error)
            words = Words(address.language, self._desk.timezone)
            page = failed(View(words, address), fault_id)
            body_parts = [html.Main(page.body, id="main")]
            return Drawn(page, compact(body_parts), _tag(address))

    def _room(self) -> Room | None:
        """What the disk has left; None where it cannot be asked, which is no reason to show no page."""
        try:
            return self._rooms.cycle.space.look()
        except OSError:
            return None

    def _body(self, address: Address, person: Person) -> _Body:
        """A page with a card that failed is drawn anew each time: what was wrong may have passed."""
        address, person, is_own = self._allowed(address, person)
        if address.page in NEVER_KEPT:
            return self._draw(None, self._today(), address, person)
        known = (self._desk.store.event_version(), self._erasures()) if is_own else self._known(address)
        key: tuple[Hashable, ...] = (known, self._today(), address, person if is_own else None)
        kept = self._own if is_own else self._public
        body = kept(*key)
        if body.view.faults:
            kept.keep_only(lambda other: other != key)
        return body

    def _allowed(self, address: Address, person: Person) -> tuple[Address, Person, bool]:
        """The page that the person sees at an address, as whom, and whether it is drawn for this one alone.

        What somebody may not see is the page that says so, whatever led here: a page, its tables, its pictures.
        """
        if address.page == "overview" and person.may("manage_accounts") and not person.may("read_figures"):
            address = address.to(home_of(person.actor.role))  # where those begin who read no figures
        # which of them one sees follows from who handles it, and nobody does on a copy: none would be shown
        not_here = self._read_only is not None and address.page == "supervision"
        if not_here or not person.may(PAGE_ACTIONS[address.page]):
            return Address("unknown", language=address.language), Person(), True
        return address, person, address.page in CYCLE_PAGES | LEDGER_PAGES | NEVER_KEPT

    def _erasures(self) -> int:
        """How often names were erased; what was drawn before is let go of, since they may stand in it."""
        number = self._rooms.cycle.erasures
        if number != self._erased:
            self._erased = number
            self._own.keep_only(lambda key: key[0][1] == number)
            self._rooms.forget()
        return number

    def _known(self, address: Address) -> Hashable:
        """What a page that is the same for everybody rests on; a page of an earlier day outlives what comes later."""
        desk = self._desk
        try:
            as_of = address.read_as_of(desk.store, desk.timezone, self._clock())
        except AddressError:
            return desk.store.event_version()  # a name that says nothing yet may become a snapshot's
        if address.page == "search":
            return desk.store.event_version()  # names that were given later to an earlier moment are found too
        if address.page in EVENT_PAGES:
            return desk.cycle_version(as_of), as_of
        return desk.since(as_of), as_of

    def _today(self) -> str:
        now = self._clock().replace(tzinfo=UTC)
        return now.astimezone(ZoneInfo(self._desk.timezone)).date().isoformat()

    def _draw(self, _known: Hashable, today: str, address: Address, person: Person | None) -> _Body:
        page, view, configuration = self._made(today, address, person)
        around = _around(view, page, configuration, today)
        return _Body(replace(page, body=[]), view, around, compact(frame(view, page, around)))

    def _made(self, today: str, address: Address, person: Person | None) -> tuple[Page, View, Configuration]:
        """The page itself; without a person it is one that is the same for everybody."""
        words = Words(address.language, self._desk.timezone)
        view = View(words, address)
        try:
            as_of = address.read_as_of(self._desk.store, self._desk.timezone, self._clock())
            if person is not None and not person.is_known:
                page = forbidden(view, None if self._read_only is None else self._read_only.refusal())
            elif person is not None and address.page in LEDGER_PAGES:
                page = self._ledgers.page(view, as_of, person, date.fromisoformat(today))
            elif person is not None and address.page in OFFICE_PAGES:
                page = self._office.page(view, person)
            elif person is not None and address.page in DUTY_PAGES:
                page = self._duties.page(view, person, as_of, date.fromisoformat(today))
            elif person is not None:
                page = self._rooms.page(view, person, date.fromisoformat(today))
            else:
                page, view = self._page(view, as_of, date.fromisoformat(today))
            configuration = self._desk.configuration(as_of)
        except AddressError as error:
            page, configuration = unreadable(view, error), self._desk.current
        except QuestionError:
            page, configuration = not_found(view, "plan", address.plan or ""), self._desk.current
        return page, view, configuration

    def _page(self, view: View, as_of: datetime | None, today: date) -> tuple[Page, View]:
        address, desk = view.address, self._desk
        period = address.read_period()
        view = replace(view, as_of=view.words.day(desk.moment(as_of)))
        page = PUBLIC_PAGES.get(address.page)
        return (not_found(view) if page is None else page(Asked(desk, view, period, as_of, today))), view


def _tag(address: Address) -> str:
    return "zh-CN" if address.language == "zh" else "en"


def _around(view: View, page: Page, configuration: Configuration, today: str) -> Around:
    catalogue = next((c for c in configuration.catalogues if c.plan.id == page.plan_id), configuration.catalogues[0])
    root = catalogue.plan.region
    regions = configuration.regions
    own = regions.get(root)
    reporting = [r for r in regions.descendants(root) if r.reporting]
    if len(reporting) > _MOST_OFFERED:  # the search page and the tree find the others
        reporting = [r for r in regions.children(root) if r.reporting]
    indicators = [i for i in catalogue.indicators if not i.is_context]
    return Around(
        plans=tuple(c.plan for c in configuration.catalogues),
        places=places(view, indicators, [*([own] if own is not None else []), *reporting]),
        today=today,
        catalogue_version=catalogue.version,
        method_version=METHOD_VERSION,
        synthetic=page.synthetic,
    )
