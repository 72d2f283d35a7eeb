"""Accounts: who there is, in which role, for which units and indicators. Each change is a new version, none is lost.

An account's name is what events and histories show, so it is one person's alone and never changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from monitor.catalogue.loader import Catalogue
from monitor.store.store import Store, Transaction

from .actors import Actor
from .names import as_heard, is_reserved
from .rights import RIGHTS, ROLES, AccountRole

SQL = files(__package__) / "sql"
KIND = "account:"  # begins the name of an account in the audit log
NAME_CHARACTERS = 40
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class AccountError(ValueError):
    """`code` is stable snake_case; `zh` and `en` say what is wrong and the cure."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True)
class Scope:
    """On whose figures: reporting units, indicators, departments; None for all.

    Departments answer for indicators or lead tasks, named in Chinese. Indicators and departments add up.
    """

    regions: frozenset[str] | None = None
    indicators: frozenset[str] | None = None
    departments: frozenset[str] | None = None

    def indicator_ids(self, catalogues: Sequence[Catalogue]) -> frozenset[str] | None:
        """The indicators, those of the departments in the catalogues in force among them; None for all."""
        if self.indicators is None and self.departments is None:
            return None
        theirs = {
            one.id
            for catalogue in catalogues
            for one in catalogue.indicators
            if one.owner is not None and one.owner.zh in (self.departments or ())
        }
        return (self.indicators or frozenset()) | theirs


@dataclass(frozen=True)
class Account:
    """One version. `at`: UTC without zone. `password`: whether there is one, and whether it is to be used once."""

    account_id: int
    version: int
    login: str
    name: str
    role: AccountRole
    scope: Scope
    disabled: bool
    at: datetime
    made_by: str
    has_password: bool
    must_choose: bool

    def actor(self, catalogues: Sequence[Catalogue]) -> Actor:
        """Who acts where this account does; `catalogues` say which indicators a department is responsible for."""
        return Actor(self.name, self.role, self.scope.regions, self.scope.indicator_ids(catalogues), self.account_id)

    @property
    def object(self) -> str:
        """As the audit log names it."""
        return f"{KIND}{self.account_id}"


def list_accounts(store: Store) -> tuple[Account, ...]:
    return _find(store)


def find_account(store: Store, *, login: str | None = None, account_id: int | None = None) -> Account | None:
    """By one of the two; logins are lower case."""
    found = _find(store, login=None if login is None else login.strip().lower(), account_id=account_id)
    return found[0] if found and (login is not None or account_id is not None) else None


def find_named(store: Store, name: str) -> Account | None:
    """The account that acts under a name, as people hear it."""
    heard = as_heard(name)
    return next((one for one in _find(store) if as_heard(one.name) == heard), None)


def as_login(text: str) -> str:
    """A login as it is kept, whoever typed it; what can be none is "", which is nobody's and one for all brakes."""
    kept = text.strip().lower()
    return kept if _LOGIN.fullmatch(kept) else ""


def check_new(store: Store, login: str, name: str, taken: Collection[str]) -> tuple[str, str]:
    """Login and name as they will be kept; `taken`: further names that are somebody's. Raises AccountError."""
    kept, shown = as_login(login), name.strip()
    if not kept:
        raise AccountError(
            "bad_login",
            f"登录名“{login[:70]}”不可用：2 至 64 个小写字母、数字或 . _ @ -，以字母或数字开头",
            f"the login '{login[:70]}' will not do: 2 to 64 small letters, digits or . _ @ -, a letter or digit first",
        )
    if not as_heard(shown) or len(shown) > NAME_CHARACTERS or not shown.isprintable():
        raise AccountError(
            "bad_name",
            f"须有姓名，最多 {NAME_CHARACTERS} 个可见字符；重名的请加单位，如“张三（江苏）”",
            f"a name is needed, of at most {NAME_CHARACTERS} visible characters; add the unit where two share one",
        )
    known = list_accounts(store)
    if any(one.login == kept for one in known):
        raise AccountError("login_taken", f"登录名“{kept}”已有人使用", f"the login '{kept}' is taken")
    if is_reserved(shown):
        raise AccountError(
            "name_reserved",
            f"姓名“{shown}”是审计日志自己用的；请用本人姓名",
            f"the audit log uses the name '{shown}' for itself: take the person's own",
        )
    if as_heard(shown) in {as_heard(one) for one in (*(account.name for account in known), *taken)}:
        raise AccountError(
            "name_taken",
            f"姓名“{shown}”已有账户或令牌使用（大小写、全半角、空格不作区分）；请加单位以示区别",
            f"the name '{shown}' is an account's or a token's (case, width and spaces aside): add the unit to it",
        )
    return kept, shown


def check_scope(role: str, scope: Scope, known_regions: Container[str], catalogues: Sequence[Catalogue]) -> None:
    """Whether there is such a role, and whether the scope says something. Raises AccountError."""
    if role not in ROLES:
        raise AccountError("bad_role", f"没有角色“{role}”；可选：{'、'.join(ROLES)}", f"no role '{role}': {ROLES}")
    kinds = {by_role.get(role) for by_role in RIGHTS.values()}
    if "own" in kinds and not scope.regions:
        raise AccountError(
            "region_missing", "填报人至少要有一个填报单位", "a reporter belongs to at least one reporting unit"
        )
    if (scope.indicators is not None or scope.departments is not None) and "assigned" not in kinds:
        raise AccountError(
            "scope_not_used",
            "只有审核人可以限定指标或责任单位",
            "only a reviewer is limited to indicators or departments",
        )
    if scope.regions is not None and not {"own", "assigned"} & kinds:
        raise AccountError(
            "scope_not_used", "这一角色不按地区限定", "this role is not limited to regions: leave them out"
        )
    ids = {one.id for catalogue in catalogues for one in catalogue.indicators}
    owners = {name for catalogue in catalogues for name in catalogue.departments}
    kinds_of: tuple[tuple[str, str, frozenset[str] | None, Container[str]], ...] = (
        ("地区", "region", scope.regions, known_regions),
        ("指标", "indicator", scope.indicators, ids),
        ("责任单位", "department", scope.departments, owners),
    )
    for zh, en, given, known in kinds_of:
        for one in sorted(given or ()):
            if one not in known:
                raise AccountError(f"unknown_{en}", f"没有{zh}“{one}”", f"there is no {en} '{one}'")
        if given is not None and not given:
            raise AccountError("empty_scope", f"{zh}列表是空的", f"the list of {en}s is empty")


def record(transaction: Transaction, account: Account) -> Account:
    """Write one version; `account_id` 0: a new account. Gives it as kept."""
    scope = account.scope
    row = {
        "account_id": account.account_id or None,
        "version": account.version,
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "regions": _written(scope.regions),
        "indicators": _written(scope.indicators),
        "departments": _written(scope.departments),
        "disabled": account.disabled,
        "moment": transaction.moment(),
        "made_by": account.made_by,
    }
    return replace(account, account_id=int(transaction.run(SQL / "account_record.sql", row)[0][0]))


def facts(account: Account) -> dict[str, object]:
    """What the audit log says of a version."""
    scope = account.scope
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "regions": _listed(scope.regions),
        "indicators": _listed(scope.indicators),
        "departments": _listed(scope.departments),
        "disabled": account.disabled,
    }


def _find(store: Store, *, login: str | None = None, account_id: int | None = None) -> tuple[Account, ...]:
    rows = store.ask(SQL / "accounts.sql", {"login": login, "account_id": account_id})
    return tuple(_account(row) for row in rows)


def _account(row: Sequence[Any]) -> Account:
    number, version, login, name, role, regions, indicators, departments, disabled, at, made_by, one_time = row
    scope = Scope(_read(regions), _read(indicators), _read(departments))
    return Account(
        number, version, login, name, role, scope, disabled, at, made_by, one_time is not None, bool(one_time)
    )


def _listed(codes: frozenset[str] | None) -> list[str] | None:
    return None if codes is None else sorted(codes)


def _written(codes: frozenset[str] | None) -> str | None:
    return None if codes is None else json.dumps(sorted(codes), ensure_ascii=False)


def _read(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(json.loads(text))
