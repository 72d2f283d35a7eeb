"""From an address to the pages that look at the cycle as a whole: who has sent, what changed, one cell's history."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.report.as_of import AsOfError, read_as_of
from monitor.report.compare import Comparison, compare
from monitor.report.desk import Desk, QuestionError
from monitor.report.once import KeptOnce
from monitor.report.reporting import newest_moment, reporting_board
from monitor.report.timeline import cell_timeline
from monitor.store.snapshots import list_snapshots

from .address import Address, AddressError, PageName
from .comparing import comparing_page
from .identity import Person
from .notices import NoticeBoard
from .pages.compare import Asked, compare_page
from .pages.history import history_page
from .pages.page import Page
from .pages.problem import not_found
from .pages.reporting import no_forms_page, reporting_page
from .view import View

LEDGER_PAGES: frozenset[PageName] = frozenset({"reporting", "compare", "history"})
_COMPARED_DAYS = 30
_COMPARISONS_KEPT = 8


class LedgerRooms:
    """`contacts`: the units whose mail address is known."""

    def __init__(
        self, desk: Desk, clock: Callable[[], datetime], notices: NoticeBoard, contacts: Collection[str]
    ) -> None:
        self._desk, self._clock, self._notices, self._contacts = desk, clock, notices, contacts
        self._compared = KeptOnce(self._read_comparison, _COMPARISONS_KEPT)

    def page(self, view: View, as_of: datetime | None, person: Person, today: date) -> Page:
        """The page of the view's address. Raises AddressError, QuestionError."""
        address, desk = view.address, self._desk
        moment = as_of or newest_moment(desk)
        view = replace(view, as_of=view.words.day(moment))
        if address.page == "reporting":
            return self._reporting(view, as_of, person)
        if address.page == "compare" and address.kind is not None:
            return comparing_page(desk, view, as_of)
        if address.page == "compare":
            return self._compare(view, today)
        return self._history(view, as_of, person)

    def _reporting(self, view: View, as_of: datetime | None, person: Person) -> Page:
        desk, address = self._desk, view.address
        period = address.read_period()
        configuration = desk.configuration(as_of)
        catalogue = configuration.plan(address.plan)
        form = address.form if catalogue.form(address.form or "") is not None else None
        known = next((one for one in catalogue.forms if one.id == form), None) or next(iter(catalogue.forms), None)
        if known is not None and period is not None and period not in known.periods_of(catalogue.plan):
            period = None  # a period chosen on another page, which this form does not ask for
        board = reporting_board(desk, plan=address.plan, form=form, period=period, as_of=as_of, now=self._clock())
        if board is None:
            return no_forms_page(view, catalogue.plan.id)
        notice = self._notices.get(person.actor.name, address.said)
        may_chase = person.reviews and as_of is None
        return reporting_page(view, board, configuration.regions, self._contacts, may_chase=may_chase, notice=notice)

    def _compare(self, view: View, today: date) -> Page:
        desk, address = self._desk, view.address
        snapshots = list_snapshots(desk.store)
        default = snapshots[-1].name if snapshots else (today - timedelta(days=_COMPARED_DAYS)).isoformat()
        start, end = address.start or default, address.end or ""
        first, second = self._moment(start), self._moment(end) if end else None
        configuration = desk.configuration(second)
        configuration.plan(address.plan)
        try:
            version = desk.store.event_version()
            found = self._compared(version, first, second, address.plan, address.region)
        except QuestionError as error:
            raise AddressError("as_of", error.zh, error.en) from None
        asked = Asked(start, end, snapshots)
        return compare_page(view, found, configuration, asked)

    def _read_comparison(
        self, _version: int, first: datetime | None, second: datetime | None, plan: str | None, region: str | None
    ) -> Comparison:
        """Kept until the next event: one answer for both languages, every reader, and what is taken as a file."""
        return compare(self._desk, first, second, plan=plan, region=region)

    def _moment(self, text: str) -> datetime | None:
        try:
            return read_as_of(self._desk.store, text, self._desk.timezone, self._clock())
        except AsOfError as error:
            raise AddressError("as_of", error.zh, error.en) from None

    def _history(self, view: View, as_of: datetime | None, person: Person) -> Page:
        address: Address = view.address
        indicator, region, period = address.read_cell()
        hidden = not person.actor.may("read_waiting", region, [indicator])
        found = cell_timeline(
            self._desk, indicator, region, period, plan=address.plan, as_of=as_of, accepted_only=hidden
        )
        plans = self._desk.configuration(as_of).catalogues
        asked = next((known for one in plans if (known := one.indicator(indicator)) is not None), None)
        if found is None or asked is None:
            return not_found(view, "region" if asked else "indicator", region if asked else indicator)
        return history_page(view, found, hidden=hidden, asked=asked)
