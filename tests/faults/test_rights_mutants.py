"""The table of rights with one cell changed: the questions of tests/access must notice it.

A changed cell that gives nobody another right is not counted: `own` or `assigned` for a role that has no units and no
indicators, or where nothing asks with a unit. `FAULT_SHARE` takes that part of the changes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any, cast
from unittest.mock import patch

import pytest

from monitor.access.rights import ACTIONS, RIGHTS, ROLES, AccountRole, Action, Scope
from tests.access.asking import wrong_answers
from tests.access.table import Line, lines
from tests.access.world import World, opened, text_of

SHARE = float(os.environ.get("FAULT_SHARE", "1"))
LEAST_NOTICED = 0.85
UNNOTICED: frozenset[tuple[Action, AccountRole, Scope | None]] = frozenset({
    # behind doors that ask for `review` too
    ("remind", "viewer", "all"), ("remind", "reporter", "all"), ("remind", "operator", "all"),
    # operators see no submission; the others are asked about accepted forms in tests/cycle/test_people.py
    ("read_people", "operator", "all"), ("read_people", "viewer", "all"), ("read_people", "reporter", "all"),
    ("read_people", "reviewer", "own"), ("read_people", "reviewer", "all"),
    # what is not theirs they do not see; accepting what is theirs in part is asked for in tests/cycle
    ("review", "reviewer", "own"),
})  # fmt: skip
PEOPLE: dict[AccountRole, tuple[str, ...]] = {
    "viewer": ("viewer",), "reporter": ("reporter_a", "reporter_b"),
    "reviewer": ("reviewer", "department", "reviewer_b"), "planner": ("planner",), "operator": ("operator",),
}  # fmt: skip
LIMITED: dict[AccountRole, tuple[Scope, ...]] = {"reporter": ("own", "all"), "reviewer": ("assigned", "own", "all")}
"""Roles with units or indicators, and the scopes that differ for them; for the others every scope is `all`."""
WITH_A_UNIT: tuple[Action, ...] = ("read_waiting", "read_people", "send", "review")
"""Asked with the unit of what it is about; the other rights are asked as such."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("mutants")) as world:
        yield world


def mutants() -> list[tuple[Action, AccountRole, Scope | None]]:
    """Every cell with everything else that it could say and that would mean something else."""
    found: list[tuple[Action, AccountRole, Scope | None]] = []
    for action in ACTIONS:
        for role in ROLES:
            now = RIGHTS[action].get(role)
            scopes = LIMITED.get(role, ("all",)) if action in WITH_A_UNIT else ("all",)
            others = [scope for scope in scopes if scope != now] if now is None or action in WITH_A_UNIT else []
            if role not in LIMITED and now is not None:
                others = []
            found += [(action, role, scope) for scope in others]
            if now is not None:
                found.append((action, role, None))
    return found


def test_a_table_of_rights_with_one_cell_changed_is_noticed(world: World) -> None:
    asked, lived, every = lines("b"), [], mutants()
    chosen = random.Random(2).sample(every, max(1, round(SHARE * len(every))))
    for action, role, scope in chosen:
        changed = {key: value for key, value in RIGHTS[action].items() if key != role}
        if scope is not None:
            changed[role] = scope
        _forget(world)
        with patch.dict(cast(dict[Any, Any], RIGHTS), {action: changed}):
            if not _is_noticed(world, action, role, asked):
                lived.append((action, role, scope))
    _forget(world)
    print(f"\n{len(chosen) - len(lived)} of {len(chosen)} changes noticed ({len(every)} in all); not: {lived}")
    assert set(lived) <= UNNOTICED, lived
    assert set(every) > UNNOTICED and len(UNNOTICED) <= (1 - LEAST_NOTICED) * len(every)


def _forget(world: World) -> None:
    """What was drawn with another table, and who was signed out by it."""
    world.app.drawing._own.keep_only(lambda _: False)
    world.app.drawing._public.keep_only(lambda _: False)
    world.app.drawing._rooms.forget()
    world.app.access._read_again()
    world._clients.clear()


def _is_noticed(world: World, action: Action, role: AccountRole, asked: tuple[Line, ...]) -> bool:
    if action == "read_people":
        thing = world.things["b.procured"]
        for who in set(PEOPLE[role]) & thing.who:
            text = text_of(world.page(who, f"/submission/{thing.submission}"))
            if not all(mark in text for mark in thing.marks):
                return True
    telling = (line for line in asked if _tells(action, line))
    return any(wrong_answers(world, [line], _of(line, role)) for line in telling)


_TELLING: dict[Action, tuple[str, ...]] = {
    "read_plan": ("/catalogue",), "read_figures": ("/", "/matrix"), "export": ("/table/", "/download/"),
    "read_waiting": ("/submission/", "/draft/", "/download/"), "read_people": ("/submission/", "/draft/"),
    "send": ("/upload", "/do/draft/", "/do/submission/"), "review": ("/queue", "/submission/", "/api/v1/queue"),
    "remind": ("/do/chase",), "erase_people": ("/do/submission/",), "manage_accounts": ("/accounts", "/tokens"),
    "read_audit": ("/audit",), "watch": ("/status", "/jobs", "/integrity"), "run_jobs": ("/do/jobs/",),
    "evaluate": ("/do/duty/",), "self_assess": ("/do/duty/",), "supervise": ("/do/duty/",), "rectify": ("/do/duty/",),
}  # fmt: skip


def _tells(action: Action, line: Line) -> bool:
    """Whether this is a door where the right is asked for first of all."""
    return any(line.address == one or (one != "/" and line.address.startswith(one)) for one in _TELLING[action])


def _of(line: Line, role: AccountRole) -> tuple[str, ...]:
    return tuple(who for who in PEOPLE[role] if who in line.statuses)
