"""The care of the API's tokens: who may make and end them, whom each acts as, and when each was used last."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import cast

from monitor.catalogue.loader import Catalogue
from monitor.catalogue.regions import Regions
from monitor.store.errors import StoreError
from monitor.store.store import Store
from monitor.store.times import to_stored
from monitor.store.tokens import LONGEST_DAYS, Token, list_tokens, make_token, revoke_token

from . import accounts
from .accounts import SQL, AccountError, Scope
from .actors import Actor
from .names import as_heard, is_reserved
from .rights import AccountRole

_log = logging.getLogger("monitor.access")


def scope_of(token: Token) -> Scope:
    return Scope(token.regions, token.indicators, token.departments)


class Tokens:
    """Safe to use from many threads. `catalogues` and `regions` give those in force."""

    def __init__(
        self, store: Store, catalogues: Callable[[], Sequence[Catalogue]], regions: Callable[[], Regions]
    ) -> None:
        self.store, self._catalogues, self._regions = store, catalogues, regions
        self._lock = threading.Lock()
        self._used = {str(of): at for of, at in store.ask(SQL / "tokens_used.sql")}

    def actor(self, token: Token) -> Actor:
        """Who acts where this token does."""
        return Actor(
            token.name,
            cast(AccountRole, token.role),
            token.regions,
            scope_of(token).indicator_ids(self._catalogues()),
        )

    def list(self, actor: Actor) -> tuple[Token, ...]:
        """All there ever were, oldest first. Raises AccountError."""
        need_manager(actor)
        return list_tokens(self.store)

    def make(
        self, actor: Actor, *, name: str, role: AccountRole, scope: Scope, days: int = LONGEST_DAYS
    ) -> tuple[Token, str]:
        """A new token and, this once, its text. Raises AccountError, TokenError."""
        need_manager(actor)
        accounts.check_scope(role, scope, self._regions(), self._catalogues())

        def look() -> None:
            if is_reserved(name):
                raise AccountError(
                    "name_reserved",
                    f"“{name.strip()}”是审计日志自己用的名称；令牌请另起名称",
                    f"the audit log uses the name '{name.strip()}' for itself: give the token another",
                )
            if not as_heard(name) or accounts.find_named(self.store, name) is not None:
                raise AccountError(
                    "name_taken",
                    f"“{name.strip()}”是一个账户的姓名（大小写、全半角、空格不作区分）；令牌请另起名称",
                    f"'{name.strip()}' is the name of an account (case, width and spaces aside): give it another",
                )

        return make_token(
            self.store,
            name=name,
            role=role,
            regions=scope.regions,
            indicators=scope.indicators,
            departments=scope.departments,
            by=actor.name,
            days=days,
            look=look,
        )

    def revoke(self, actor: Actor, token_id: int) -> Token:
        """End one from this moment. Raises AccountError, TokenError (unknown)."""
        need_manager(actor)
        return revoke_token(self.store, token_id, by=actor.name)

    def used(self, token: Token) -> None:
        """Note that it opened something: its first use in a day (UTC) goes into the audit log, the others nowhere."""
        now, of = to_stored(self.store.now()), object_of(token)
        with self._lock:
            last = self._used.get(of)
            if last is not None and last.date() >= now.date():
                return
            self._used[of] = now
        try:
            self.store.note("token_used", by=token.name, object=of)
        except StoreError:  # whoever reads need not wait until the disk has room again
            _log.exception("the use of token %s could not be noted", token.token_id)

    def last_used(self) -> Mapping[str, datetime]:
        """`token:3` → when (UTC), exact to the day; without those that were never used."""
        with self._lock:
            return dict(self._used)


def object_of(token: Token) -> str:
    """As the audit log names it."""
    return f"token:{token.token_id}"


def need_manager(actor: Actor) -> None:
    """Raises AccountError. Who is limited to some units manages nothing, or could make a token for all."""
    if not actor.may("manage_accounts") or actor.regions is not None:
        raise AccountError("forbidden", "您的角色不能管理账户和令牌", "your role does not manage accounts and tokens")
