"""Bearer tokens of the HTTP API: made once, shown once, kept as a hash, ended by their date or by a revocation.

A token is 256 random bits, so a plain SHA-256 of it cannot be searched; a password would need a slow hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .migrations import SQL
from .store import Store, Transaction
from .times import to_stored

PREFIX = "pm_"
LONGEST_DAYS = 365

_SHAPE = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}")


class TokenError(ValueError):
    """The token was not made or not revoked. `code` is stable snake_case; `zh` and `en` say what and the cure."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True)
class Token:
    """What is known of a token; the token itself is not. Moments are UTC without zone.

    `role`, `regions`, `indicators` and `departments` (None for all) are as those of an account (access/accounts.py);
    `name` is under which it acts.
    """

    token_id: int
    name: str
    role: str
    regions: frozenset[str] | None
    indicators: frozenset[str] | None
    departments: frozenset[str] | None
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens anything at `now` (UTC without zone)."""
        return self.revoked_at is None and now < self.expires_at


def make_token(
    store: Store,
    *,
    name: str,
    role: str,
    regions: Collection[str] | None,
    by: str,
    days: int = LONGEST_DAYS,
    indicators: Collection[str] | None = None,
    departments: Collection[str] | None = None,
    look: Callable[[], None] = lambda: None,
) -> tuple[Token, str]:
    """A new token and, this once, its text. `regions`, `indicators`, `departments`: None for all.

    `look` is called while nobody else can write, and may raise. Raises TokenError, StoreError.
    """
    _need_good(name, role, regions, days)
    text = PREFIX + base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    with store.transaction() as transaction:
        look()
        moment = transaction.moment()
        asked = {
            "hash": _hash(text),
            "name": name.strip(),
            "role": role,
            "regions": _written(regions),
            "indicators": _written(indicators),
            "departments": _written(departments),
            "created_at": moment,
            "created_by": by,
            "expires_at": moment + timedelta(days=days),
        }
        token_id = int(transaction.run(SQL / "token_record.sql", asked)[0][0])
        _happened(transaction, "token_made", by, {"token_id": token_id, "name": name.strip(), "role": role})
    (made,) = _find(store, token_id=token_id)
    return made[1], text


def list_tokens(store: Store) -> tuple[Token, ...]:
    """All tokens there ever were, oldest first."""
    return tuple(token for _, token in _find(store))


def revoke_token(store: Store, token_id: int, *, by: str) -> Token:
    """End a token from this moment; one that is revoked already stays as it is. Raises TokenError (unknown)."""
    found = _find(store, token_id=token_id) if 0 < token_id < 2**63 else []
    if not found:
        raise TokenError(
            "unknown_token",
            f"没有编号为 {token_id} 的令牌；请用 monitor user token list 查看编号",
            f"there is no token {token_id}; see `monitor user token list`",
        )
    if found[0][1].revoked_at is None:
        with store.transaction() as transaction:
            _happened(transaction, "token_revoked", by, {"token_id": token_id})
    return _find(store, token_id=token_id)[0][1]


def check_token(store: Store, text: str) -> Token | None:
    """The token whose text this is, when it is good now; None for every other text alike."""
    if not _SHAPE.fullmatch(text):
        return None
    digest = _hash(text)
    for kept, token in _find(store, hash_=digest):
        if hmac.compare_digest(kept, digest) and token.is_valid(to_stored(store.now())):
            return token
    return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _find(store: Store, *, hash_: str | None = None, token_id: int | None = None) -> list[tuple[str, Token]]:
    """Tokens with their hashes."""
    rows: list[tuple[Any, ...]] = store.ask(SQL / "tokens.sql", {"hash": hash_, "token_id": token_id})
    found = []
    for number, digest, name, role, regions, indicators, departments, *rest in rows:
        scope = (_read(regions), _read(indicators), _read(departments))
        found.append((str(digest), Token(number, name, role, *scope, *rest)))
    return found


def _written(names: Collection[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names), ensure_ascii=False)


def _read(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(json.loads(text))


def _need_good(name: str, role: str, regions: Collection[str] | None, days: int) -> None:
    if not name.strip() or len(name) > 120 or not name.isprintable():
        raise TokenError(
            "bad_name",
            "令牌须有名称（不超过 120 个可见字符），它会记为报送人或审核人",
            "a token needs a name of at most 120 visible characters: it is written down as who sent or reviewed",
        )
    if role == "reporter" and not regions:
        raise TokenError(
            "region_missing",
            "填报人的令牌至少要有一个地区（--region）",
            "a reporter's token needs at least one region (--region)",
        )
    if regions is not None and not regions:
        raise TokenError("region_missing", "地区列表是空的", "the list of regions is empty")
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenError(
            "bad_days",
            f"有效期须为 1 至 {LONGEST_DAYS} 天，不是 {days}",
            f"a token is good for 1 to {LONGEST_DAYS} days, not {days}",
        )


def _happened(transaction: Transaction, action: str, by: str, detail: dict[str, Any]) -> None:
    event = {"moment": transaction.moment(), "actor": by, "action": action, "submission_id": None, "receipt_id": None}
    transaction.run(SQL / "event_record.sql", {**event, "detail": json.dumps(detail, ensure_ascii=False)})
