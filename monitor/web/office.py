"""From an address to the pages of those who run the system: accounts, tokens, the audit log, how the server does.

They are never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time

from monitor.access.signing import Access
from monitor.access.tokens import Tokens
from monitor.catalogue.regions import Region
from monitor.report.desk import Desk
from monitor.store.audit_listing import AuditFilter, audit_names, count_audit, list_audit, read_edge
from monitor.store.audit_look import LogLook, look_at_log

from .address import Address, PageName
from .components.scope_parts import Offered
from .identity import Person
from .notices import Notice, NoticeBoard
from .pages.accounts import account_page, accounts_page
from .pages.audit import SHOWN, Shown, audit_page
from .pages.page import Page
from .pages.problem import not_found
from .pages.tokens import tokens_page
from .upkeep import UPKEEP_PAGES, UpkeepRooms
from .view import View

_OWN_PAGES: frozenset[PageName] = frozenset({"accounts", "tokens", "audit"})
OFFICE_PAGES = _OWN_PAGES | UPKEEP_PAGES


class NoDayError(ValueError):
    """A filter's day that cannot be read; `zh` and `en` say which."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.zh = f"“{text}”不是日期或时刻；请写成 2026-01-31 或 2026-01-31T18:00:00+08:00"
        self.en = f"“{text}” is no date or moment: write 2026-01-31 or 2026-01-31T18:00:00+08:00"


def filter_of(address: Address, timezone: str) -> AuditFilter:
    """What an address asks of the log. Raises NoDayError."""

    def edge(text: str | None, at: time) -> datetime | None:
        try:
            return None if text is None else read_edge(text, timezone, at)
        except ValueError:
            raise NoDayError(text or "") from None

    return AuditFilter(
        address.actor, address.action, address.object, edge(address.start, time.min), edge(address.end, time.max)
    )


class OfficeRooms:
    """`units`: the reporting units that a scope can name; `clock`: UTC without zone."""

    def __init__(
        self,
        desk: Desk,
        access: Access,
        tokens: Tokens,
        notices: NoticeBoard,
        units: Callable[[], Sequence[Region]],
        clock: Callable[[], datetime],
        upkeep: UpkeepRooms,
    ) -> None:
        self._desk, self._access, self._tokens, self._notices = desk, access, tokens, notices
        self._units, self._clock, self._upkeep = units, clock, upkeep
        self._look: LogLook | None = None

    def page(self, view: View, person: Person) -> Page:
        """The page of the view's address; who may see it was asked before."""
        address = view.address
        notice = self._notices.get(person.actor.name, address.said)
        if address.page == "audit":
            return self._audit(view, person, notice)
        if address.page in UPKEEP_PAGES:
            return self._upkeep.page(view, person, notice)
        current = self._desk.current
        offered = Offered(self._units(), current.catalogues, current.regions)
        if address.page == "tokens":
            listed, used = self._tokens.list(person.actor), self._tokens.last_used()
            return tokens_page(view, listed, used, self._clock(), offered, notice)
        found = self._access.accounts()
        if not address.item:
            open_now = {one.account_id: self._access.sessions.count(one.account_id) for one in found}
            return accounts_page(view, found, open_now, offered, notice)
        account = next((one for one in found if str(one.account_id) == address.item), None)
        if account is None:
            return not_found(view)
        return account_page(view, account, self._access.sessions.count(account.account_id), offered, notice)

    def check_log(self) -> LogLook | None:
        """Prove the log up to now, and remember what came of it. Raises StoreError."""
        self._look = look_at_log(self._desk.store)
        return self._look

    def _audit(self, view: View, person: Person, notice: Notice | None) -> Page:
        store, address = self._desk.store, view.address
        text = address.skip or ""
        skipped = int(text) if text.isdecimal() and len(text) < 10 else 0
        head, names = store.audit_head(), audit_names(store)
        first = list_audit(store, most=1, offset=max(0, count_audit(store) - 1))
        since = first[0].at if first else None
        try:
            asked = filter_of(address, self._desk.timezone)
        except NoDayError as error:
            shown = Shown((), 0, 0, head, since, self._look, names)
            return audit_page(view, person, shown, Notice("fault", error.zh, error.en))
        entries = list_audit(store, asked, most=SHOWN, offset=skipped)
        shown = Shown(entries, count_audit(store, asked), skipped, head, since, self._look, names)
        return audit_page(view, person, shown, notice)
