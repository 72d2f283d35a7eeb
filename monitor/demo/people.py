"""The people of the demonstration: each role, two reviewers and four reporters, signed in by a click, no passwords."""

from __future__ import annotations

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.rights import AccountRole
from monitor.access.signing import Access

_PEOPLE: tuple[tuple[str, str, AccountRole, Scope], ...] = (
    ("demo-viewer", "领导老周", "viewer", Scope()),
    ("demo-planner", "计划员老王", "planner", Scope()),
    ("demo-reviewer", "审核人小李", "reviewer", Scope()),
    ("demo-reviewer-benefits", "待遇司小赵", "reviewer", Scope(departments=frozenset({"待遇保障司"}))),
    ("demo-reporter-320000", "江苏填报人", "reporter", Scope(frozenset({"320000"}))),
    ("demo-reporter-440000", "广东填报人", "reporter", Scope(frozenset({"440000"}))),
    ("demo-reporter-660000", "兵团填报人", "reporter", Scope(frozenset({"660000"}))),
    ("demo-reporter-540000", "西藏填报人", "reporter", Scope(frozenset({"540000"}))),
    ("demo-operator", "管理员小陈", "operator", Scope()),
)


def ensure_people(access: Access) -> None:
    """Make the accounts that are not there yet; none where another regions file or catalogue knows no such scope."""
    console = Actor("demo", "console")
    for login, name, role, scope in _PEOPLE:
        if access.account(login) is None and access.fits(role, scope):
            access.add(console, login=login, name=name, role=role, scope=scope, with_password=False)
