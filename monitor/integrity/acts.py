"""I8: nobody appears as actor of what their role and scope did not allow at that time, by the audit log.

Accounts and tokens are followed entry by entry, so the clock orders nothing. Whoever is no account and no token types
at the machine of the store, and may do everything; an account's own name there is noted (`acted_at_console`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.names import same_person
from monitor.access.rights import RIGHTS, ROLES, AccountRole, Action
from monitor.catalogue.loader import Catalogue
from monitor.store.findings import Finding

from .asking import Asking
from .checks import SQL

_INBOX = "inbox:"
_REPORTED = ("reported", "flash")  # what units send: nobody accepts their own (intake/review.py)
_UNDER_WAY = timedelta(minutes=5)  # what began under a right may be written after it ended
_AT_MACHINE = timedelta(hours=12)  # how long a command may work
_NEEDED: Mapping[str, Action] = {
    "submitted": "send",
    "withdrawn": "send",
    "received": "send",
    "computed": "send",
    "drafted": "send",
    "discarded": "send",
    "rejected": "send",
    "accepted": "review",
    "superseded": "review",
    "returned": "review",
    "commented": "review",
    "people_erased": "erase_people",
    "account_added": "manage_accounts",
    "account_changed": "manage_accounts",
    "account_disabled": "manage_accounts",
    "account_enabled": "manage_accounts",
    "password_reset": "manage_accounts",  # pragma: allowlist secret
    "token_made": "manage_accounts",
    "token_revoked": "manage_accounts",
    "job_asked": "run_jobs",
    "job_paused": "run_jobs",
    "job_resumed": "run_jobs",
}
_ACCOUNTS = ("account_added", "account_changed", "account_disabled", "account_enabled")
Plans = Callable[[int], Sequence[Catalogue]]
"""The catalogues in force at an event, by its number."""


@dataclass(frozen=True)
class _Right:
    """What a name might do; `until`: UTC without zone, None as long as it stands."""

    role: AccountRole
    scope: Scope
    until: datetime | None = None

    def stands(self, at: datetime) -> bool:
        return self.until is None or at <= self.until + _UNDER_WAY


@dataclass
class _Known:
    """Who might do what by now: names to what they hold, one after the other; tokens and accounts by their number."""

    held: dict[str, list[_Right]] = field(default_factory=dict)
    at_machine: dict[str, datetime] = field(default_factory=dict)
    _of: dict[str, tuple[str, _Right]] = field(default_factory=dict)

    def give(self, what: str, name: str, right: _Right) -> None:
        self._of[what] = (name, right)
        self.held.setdefault(name, []).append(right)

    def end(self, what: str, at: datetime) -> None:
        if what not in self._of:
            return
        name, right = self._of.pop(what)
        until = at if right.until is None else min(at, right.until)
        self.held[name].remove(right)
        self.held[name].append(_Right(right.role, right.scope, until))


@dataclass(frozen=True)
class _Act:
    seq: int
    at: datetime
    actor: str
    action: str
    object: str | None
    said: Mapping[str, Any]
    event_seq: int | None
    submission_id: int | None
    region: str | None
    vintage: str | None
    submitted_by: str | None


def check_acts(asked: Asking, plans: Plans) -> tuple[int, list[Finding]]:
    """How many acts of accounts, tokens and inbox folders were looked at, and those that were not theirs."""
    known, looked, found = _Known(), 0, []
    for row in asked.ask_each(SQL / "acts.sql"):
        said = json.loads(row[5]) if row[5] else {}
        seq, at, actor, action, of = row[:5]
        act = _Act(seq, at, actor, action, of, said if isinstance(said, dict) else {}, *row[6:11])
        why = _why_not(asked, plans, known, act)
        looked += act.actor in known.held or act.actor.startswith(_INBOX)
        if why is not None:
            found.append(_finding(act, *why))
        _learn(known, act, row[11:])
    return looked, found


def _why_not(asked: Asking, plans: Plans, known: _Known, act: _Act) -> tuple[str, str] | None:
    """None where it was theirs to do."""
    needed = _NEEDED.get(act.action)
    if needed is None:
        return None
    if act.actor.startswith(_INBOX) and act.actor not in known.held:
        foreign = needed == "send" and any(f"{_INBOX}{region}" != act.actor for region in _regions(act))
        return ("只收本单位的数据", "takes figures of its own unit alone") if foreign or needed != "send" else None
    rights = known.held.get(act.actor)
    if rights is None:
        return None
    at_machine = known.at_machine.get(act.actor)
    if at_machine is not None and act.at - at_machine <= _AT_MACHINE:
        return None
    if not any(one.stands(act.at) and _may(asked, plans, one, act, needed) for one in rights):
        return "当时的角色和范围不允许", "was not allowed to, by role and scope at that time"
    is_own = act.action == "accepted" and same_person(act.submitted_by or "", act.actor)
    if is_own and act.vintage in _REPORTED:
        return "通过了自己报送的数据", "accepted what they had sent themselves"
    return None


def _may(asked: Asking, plans: Plans, right: _Right, act: _Act, needed: Action) -> bool:
    if RIGHTS[needed].get(right.role) is None:
        return False
    actor = Actor(act.actor, right.role, right.scope.regions, _indicators(plans, right.scope, act))
    regions = _regions(act)
    if not all(actor.may(needed, region) for region in regions):
        return False
    if actor.indicators is None or act.submission_id is None:
        return True
    sent = _sent(asked, act.submission_id)
    if act.action in ("accepted", "superseded"):
        return act.action == "superseded" or all(actor.may_all(needed, region, sent) for region in regions)
    return all(actor.may(needed, region, sent) for region in regions)


def _indicators(plans: Plans, scope: Scope, act: _Act) -> frozenset[str] | None:
    if scope.departments is None:
        return scope.indicators
    return scope.indicator_ids(plans(act.event_seq or 0))


def _regions(act: _Act) -> Collection[str]:
    """For which units it was done: that of the submission, else those that a draft names."""
    if act.region is not None:
        return (act.region,)
    parts = act.said.get("parts", ())
    return sorted({str(part["region"]) for part in parts if isinstance(part, dict) and "region" in part})


def _sent(asked: Asking, submission_id: int) -> frozenset[str]:
    rows = asked.ask(SQL / "sent_indicators.sql", {"submission_id": submission_id})
    return frozenset(str(row[0]) for row in rows)


def _learn(known: _Known, act: _Act, token: Sequence[Any]) -> None:
    """What the entry says of accounts, tokens and who sits at the machine."""
    if act.action in _ACCOUNTS and act.object is not None:
        facts = act.said if act.action == "account_added" else act.said.get("to", {})
        known.end(act.object, act.at)
        name, role = facts.get("name"), facts.get("role")
        if isinstance(name, str):
            known.held.setdefault(name, [])  # a disabled account's name is still that account's
            if role in ROLES and not facts.get("disabled"):
                known.give(
                    act.object,
                    name,
                    _Right(cast(AccountRole, role), Scope(*(_set(facts.get(kind)) for kind in _KINDS))),
                )
    elif act.action == "token_made" and token[0] in ROLES:
        role, *scopes, ends = token
        sets = (_set(None if one is None else json.loads(one)) for one in scopes)
        name = str(act.said.get("name"))
        known.give(f"token:{act.said.get('token_id')}", name, _Right(cast(AccountRole, role), Scope(*sets), ends))
    elif act.action == "token_revoked":
        known.end(f"token:{act.said.get('token_id')}", act.at)
    elif act.action == "acted_at_console" and act.object is None:
        known.at_machine[str(act.said.get("name"))] = act.at


_KINDS = ("regions", "indicators", "departments")


def _set(names: object) -> frozenset[str] | None:
    return frozenset(map(str, names)) if isinstance(names, list) else None


def _finding(act: _Act, zh: str, en: str) -> Finding:
    about = f" ({act.object})" if act.object else ""
    return Finding(
        "not_theirs",
        f"审计记录第 {act.seq} 条：{act.actor} {act.action}{about}：{zh}",
        f"audit entry {act.seq}: {act.actor} {act.action}{about}: {en}",
        (act.seq, act.seq),
    )
