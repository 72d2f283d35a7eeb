"""Changes of accounts that meet each other, or meet somebody who is signing in."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher

from monitor.access import accounts
from monitor.access.accounts import AccountError, Scope
from monitor.access.actors import Actor
from monitor.access.passwords import Passwords
from monitor.access.signing import Access, SignInError
from monitor.catalogue.regions import Regions
from monitor.store.store import Store

CONSOLE = Actor("console", "console")


@pytest.fixture
def access() -> Iterator[Access]:
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with Store.open(":memory:") as store:
        yield Access(store, tuple, lambda: Regions(()), passwords=cheap)


def added(access: Access, login: str, name: str) -> tuple[int, str]:
    account, text = access.add(CONSOLE, login=login, name=name, role="operator", scope=Scope())
    assert text is not None
    return account.account_id, text


@pytest.mark.parametrize("change", ["reset", "chosen", "disabled"])
def test_a_password_that_is_taken_away_while_it_is_checked_opens_nothing(access: Access, change: str) -> None:
    added(access, "other", "另一人")
    number, text = added(access, "wang", "王")
    check = access.passwords.check

    def slow(hash_: str | None, password: str) -> bool:
        right = check(hash_, password)
        if change == "disabled":
            access.change(CONSOLE, number, disabled=True)
        else:
            access.reset_password(CONSOLE, number)
        return right

    with patch.object(access.passwords, "check", slow):
        try:
            made = (
                access.choose_password(access.accounts()[1], text, "a few words make one", "::1")
                if change == "chosen"
                else access.sign_in("wang", text, "::1")
            )
        except SignInError:
            made = ""
    assert access.known(made) is None
    access.change(CONSOLE, number, disabled=False)
    assert access.known(made) is None and access.sessions.count(number) == 0


def test_whoever_reads_the_accounts_late_does_not_bring_back_what_was_changed(access: Access) -> None:
    """The slower of two readings, begun before the other's change, does not become what is known."""
    added(access, "other", "另一人")
    number, _ = added(access, "wang", "王")
    read, begun, go_on = accounts.list_accounts, threading.Event(), threading.Event()

    def slow(store: Store) -> Sequence[Any]:
        found = read(store)
        if threading.current_thread() is not threading.main_thread():
            begun.set()
            go_on.wait(10)
        return found

    def change() -> None:
        access.change(CONSOLE, number, disabled=True)

    with patch.object(accounts, "list_accounts", slow):
        late = threading.Thread(target=access._read_again)
        late.start()
        assert begun.wait(10)
        changing = threading.Thread(target=change)
        go_on_soon = threading.Timer(0.05, go_on.set)
        go_on_soon.start()
        changing.start()
        late.join(10)
        changing.join(10)
    assert next(one for one in access.accounts() if one.account_id == number).disabled


def test_two_operators_do_not_disable_each_other(access: Access) -> None:
    """Also where the second one's memory is not of the first one's change yet."""
    first, second = added(access, "first", "甲")[0], added(access, "second", "乙")[0]
    before = dict(access._known)
    access.change(CONSOLE, first, disabled=True)
    access._known = before
    with pytest.raises(AccountError, match="last operator"):
        access.change(CONSOLE, second, disabled=True)
