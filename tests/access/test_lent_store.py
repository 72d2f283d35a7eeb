"""What a command changes while the server runs, the server knows at once: it keeps people and sessions in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.access.accounts import Account, Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.intake.cycle import Cycle
from monitor.store.borrowed import open_or_borrow
from monitor.store.lending import lending
from monitor.store.owner import owning
from monitor.store.store import Store
from monitor.web.notices import NoticeBoard
from monitor.web.rooms import CycleRooms
from tests.cycle.forms import shipped

CONSOLE = Actor("测试", "console")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitor.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """The server's, lent meanwhile."""
    with owning(path, "1") as ownership, Store.open(path) as opened, lending(opened, ownership, "1"):
        yield opened


def access_to(store: Store) -> Access:
    catalogues, regions = shipped()
    return Access(store, lambda: catalogues, lambda: regions)


def test_a_command_that_changes_an_account_ends_its_sessions(store: Store, path: Path) -> None:
    served = access_to(store)
    people = [
        served.add(CONSOLE, login=f"own{n}", name=f"own {n}", role="planner", scope=Scope(), with_password=False)[0]
        for n in range(4)
    ]

    def session(account: Account) -> str:
        return served.sign_in_as(account, "proxy", "127.0.0.1")

    before = [session(one) for one in people]
    with open_or_borrow(path, "1") as lent:
        typed = access_to(lent)
        typed.change(CONSOLE, people[0].account_id, disabled=True)
        typed.change(CONSOLE, people[1].account_id, role="viewer")
        typed.reset_password(CONSOLE, people[2].account_id)
        typed.add(CONSOLE, login="new", name="new", role="viewer", scope=Scope(), with_password=False)
    assert [served.known(one) is None for one in before] == [True, True, True, False]
    disabled, viewer, new = (served.account(login) for login in ("own0", "own1", "new"))
    assert disabled is not None and viewer is not None and new is not None
    assert disabled.disabled and viewer.role == "viewer" and served.known(session(new)) is not None


def test_a_command_that_erases_people_lets_go_of_pages_with_names(store: Store, path: Path) -> None:
    cycle = Cycle(store, *shipped())
    CycleRooms(cycle, NoticeBoard())
    with open_or_borrow(path, "1") as lent:
        with lent.alone("erasing"):
            assert cycle.erasures == 0
        assert cycle.erasures == 1
