"""A small store in which everything happened that the checks are about; and how to ask within a write."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pandas as pd
from argon2 import PasswordHasher

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.passwords import Passwords
from monitor.access.signing import Access
from monitor.dossier.acts import NewPaper, writing
from monitor.intake import review
from monitor.integrity.checks import Check, CheckResult, all_checks, run_check
from monitor.mail.outbox import Outbox
from monitor.store.configuration import record_configuration
from monitor.store.snapshots import freeze
from monitor.store.store import Store, Transaction
from monitor.store.times import to_stored
from monitor.store.tokens import make_token
from tests.store.world import REGIONS, Sent, country, send

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
CONSOLE = Actor("root", "console")


def configure(store: Store) -> None:
    """Record the plans of the small country."""
    catalogues, _ = country()
    settings = {"ahead": "1.2", "near": "0.8", "band_tolerance": "1"}
    texts = [(one.file, one.text) for one in catalogues]
    record_configuration(store, catalogues=texts, regions=("regions.csv", REGIONS), settings=settings, by="root")


def access_of(store: Store) -> Access:
    catalogues, regions = country()
    return Access(store, lambda: catalogues, lambda: regions, passwords=CHEAP)


def fill(store: Store) -> None:
    """Configured; two revisions of which the second carries; one that waits, one returned; people, a token, a mail."""
    configure(store)
    access = access_of(store)
    access.add(CONSOLE, login="reporter", name="reporter", role="reporter", scope=Scope(frozenset({"120000"})))
    made, _ = access.add(CONSOLE, login="reviewer", name="reviewer", role="reviewer", scope=Scope())
    access.change(CONSOLE, made.account_id, scope=Scope(frozenset({"120000", "110000"}), frozenset({"a", "b"})))
    make_token(store, name="program", role="viewer", regions=None, by="root")
    send(store, Sent(value="1"), Sent(indicator_id="b", value="5", note="备注"))
    review.accept(store, 1, by="reviewer")
    send(store, Sent(value="2"))
    review.accept(store, 2, by="reviewer")
    send(store, Sent(value="3"))
    review.comment(store, 3, by="reviewer", remarks={"a": "为何"})
    review.explain_queries(store, 3, by="reporter", texts={(None, "rule"): "说明"})
    send(store, Sent(value="4", period="2023-05"))
    review.return_(store, 4, by="reviewer", reason="有误")
    freeze(store, "第1版", by="root")
    freeze(store, "期末", by="schedule", at=datetime(2024, 1, 31))  # noqa: DTZ001 — UTC without zone
    with writing(store, "round", "final", by="planner") as dossier:
        dossier.add("opened", {"title": "总结评估"}, [NewPaper("a.txt", b"a"), NewPaper("b.txt", b"b")])
    Outbox(store, "a@b").put("returned", language="zh", recipients=["c@d"], subject="s", body="b", key="k")


@dataclass(frozen=True)
class Within:
    """A write that nobody commits, asked as a store is."""

    transaction: Transaction

    def ask(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        return self.transaction.run(sql, parameters)

    def ask_each(
        self, sql: Traversable, parameters: Mapping[str, object] | None = None, *, at_once: int = 5000
    ) -> Iterator[tuple[Any, ...]]:
        return iter(self.ask(sql, parameters))

    def ask_frame(self, sql: Traversable, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        raise AssertionError("no check asks for a frame")


_numbers = itertools.count()


def found_after(store: Store, folder: Path, name: str, *statements: str) -> CheckResult:
    """What the check finds once the statements were run, none of which stays."""
    check: Check = next(one for one in all_checks() if one.name == name)
    with store.transaction() as transaction:
        for text in statements:
            sql = folder / f"{next(_numbers)}.sql"
            sql.write_text(text, encoding="utf-8")
            transaction.run(sql)
        found = run_check(Within(transaction), check, {"now": to_stored(store.now())})
        transaction.abandon()
    return found
