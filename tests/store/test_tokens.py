"""Tokens: shown once, kept as a hash, ended by their date or at once by a revocation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.store.store import Store
from monitor.store.tokens import LONGEST_DAYS, TokenError, check_token, list_tokens, make_token, revoke_token
from tests.properties import examples

START = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "m.duckdb", clock=clock) as opened:
        yield opened


def test_a_token_opens_what_it_says_and_its_text_is_nowhere_in_the_store(store: Store, tmp_path: Path) -> None:
    made, text = make_token(store, name=" 江苏 ", role="reporter", regions=["320000", "310000"], by="admin")
    assert re.fullmatch(r"pm_[A-Za-z0-9_-]{43}", text)
    assert check_token(store, text) == made == list_tokens(store)[0]
    assert (made.name, made.role, made.regions) == ("江苏", "reporter", frozenset({"310000", "320000"}))
    assert made.created_by == "admin" and made.revoked_at is None
    assert text not in repr(made)
    store.close()
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert text.encode() not in held and text[3:].encode() not in held
    assert hashlib.sha256(text.encode()).hexdigest().encode() in held


def test_it_ends_on_its_day_to_the_microsecond(store: Store, clock: Clock) -> None:
    made, text = make_token(store, name="a", role="viewer", regions=None, by="admin", days=30)
    assert made.expires_at - made.created_at == timedelta(days=30) and made.regions is None
    clock.time = made.expires_at.replace(tzinfo=UTC) - timedelta(microseconds=1)
    assert check_token(store, text) is not None
    clock.time += timedelta(microseconds=1)
    assert check_token(store, text) is None


def test_a_revocation_holds_at_once_alone_and_for_ever(store: Store, clock: Clock) -> None:
    kept, kept_text = make_token(store, name="kept", role="viewer", regions=None, by="admin")
    gone, gone_text = make_token(store, name="gone", role="viewer", regions=None, by="admin")
    ended = revoke_token(store, gone.token_id, by="admin")
    assert ended.revoked_at is not None and check_token(store, gone_text) is None
    assert check_token(store, kept_text) == kept
    clock.time += timedelta(days=1)
    assert revoke_token(store, gone.token_id, by="somebody").revoked_at == ended.revoked_at
    assert [one.token_id for one in list_tokens(store)] == [kept.token_id, gone.token_id]


@pytest.mark.parametrize("number", [0, -1, 7, 2**63, 2**80])
def test_what_is_not_there_cannot_be_revoked(store: Store, number: int) -> None:
    with pytest.raises(TokenError) as refused:
        revoke_token(store, number, by="admin")
    assert refused.value.code == "unknown_token"


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("region_missing", {"regions": None}),
        ("region_missing", {"regions": []}),
        ("region_missing", {"role": "viewer", "regions": []}),
        ("bad_name", {"name": "  "}),
        ("bad_name", {"name": "a\nb"}),
        ("bad_name", {"name": "a" * 121}),
        ("bad_days", {"days": 0}),
        ("bad_days", {"days": LONGEST_DAYS + 1}),
    ],
)
def test_no_token_without_a_name_a_reach_and_an_end(store: Store, code: str, wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"name": "a", "role": "reporter", "regions": ["320000"], "by": "admin"}
    with pytest.raises(TokenError) as refused:
        make_token(store, **{**good, **wrong})  # type: ignore[arg-type]
    assert refused.value.code == code and refused.value.zh and refused.value.en
    assert list_tokens(store) == ()


@settings(max_examples=examples(25))
@given(text=st.text() | st.from_regex(r"pm_[A-Za-z0-9_-]{40,46}"))
def test_no_other_text_opens_anything(text: str) -> None:
    with Store.open(":memory:") as store:
        make_token(store, name="a", role="viewer", regions=None, by="admin")
        assert check_token(store, text) is None
