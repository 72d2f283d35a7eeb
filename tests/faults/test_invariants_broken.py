"""Each invariant of reliability.md 2 broken on purpose, in the data and in the program: `monitor verify` finds it.

And files and rows that differ, one way after another: `monitor rebuild` names them. `FAULT_SHARE` takes that part of
the ways.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

import duckdb
import pytest

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.passwords import Passwords
from monitor.access.signing import Access
from monitor.intake import review
from monitor.intake.cycle import Cycle
from monitor.intake.people import erase_people
from monitor.intake.submissions import ingest
from monitor.integrity import proof, recomputed
from monitor.integrity.proof import Verified, verify_store
from monitor.integrity.rebuild import rebuild
from monitor.jobs import history
from monitor.method import figures, stored, tree
from monitor.method.settings import MethodSettings
from monitor.report import export, known, ledger
from monitor.report.desk import Configuration
from monitor.store.configuration import record_configuration
from monitor.store.store import Store
from monitor.store.tokens import make_token, revoke_token
from tests.cycle.forms import shipped
from tests.cycle.in_process import reading_in_process

T = TypeVar("T")
SHARE = float(os.environ.get("FAULT_SHARE", "1"))
HEAD = "indicator_id,region_code,period,numerator,denominator,value,vintage,published_on,note\n"
FILES = (
    HEAD
    + "enrolment_rate,320000,2024-Q4,8100,8400,,reported,,\nenrolment_rate,320000,2024-Q4,8111,8400,,flash,,快报\n"
    + "fund_income,320000,2024,,,1234.5,reported,,\nfund_income,330000,2024,,,0.0000000001,reported,,=1+1\n"
    + "enrolment_rate,330000,2024-Q4,5000,5400,,reported,,\nmedical_aid_share,330000,2024-Q4,,,不适用,reported,,\n"
    + "fund_expenditure,320000,2024,,,1100,reported,,\n",
    HEAD + "fund_income,320000,2024,,,1300,reported,,\nenrolment_rate,320000,2023-Q4,8000,8400,,reported,,\n",
    HEAD + "medical_aid_share,320000,2024-Q4,73,100,,reported,,\n",
    HEAD + "drg_dip_payment_share,320000,2024-Q4,50,100,,reported,,\n",
)  # fmt: skip


class Clock:
    """Moves by a second at each look, and by more where a test says so."""

    def __init__(self) -> None:
        self.time = datetime(2025, 6, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture(scope="module", autouse=True)
def in_this_process() -> Iterator[None]:
    with reading_in_process():
        yield


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store: four files, the second restates what the first said and carries, the third is a draft."""
    folder = tmp_path_factory.mktemp("sound")
    with Store.open(folder / "monitor.duckdb", clock=Clock()) as store:
        catalogues, regions = shipped()
        table = Path("data/regions.csv").read_text(encoding="utf-8-sig")
        settings = {"ahead": "1.2", "near": "0.8", "band_tolerance": "1"}
        texts = [(one.file, one.text) for one in catalogues]
        record_configuration(
            store, catalogues=texts, regions=("regions.csv", table), settings=settings, by="root"
        )  # fmt: skip
        access = access_of(store)
        for name, (role, scope) in PEOPLE.items():
            access.add(Actor("root", "console"), login=name, name=name, role=role, scope=scope)  # type: ignore[arg-type]
        for number, text in enumerate(FILES):
            path = folder / f"{number}.csv"
            path.write_text(text, encoding="utf-8")
            is_trusted = number < 2
            ingest(
                store, catalogues, regions, path, by="模拟", accept=is_trusted, explain="属实" if is_trusted else None
            )
            path.unlink()
    return folder


PEOPLE = {
    "viewer": ("viewer", Scope()),
    "reporter": ("reporter", Scope(frozenset({"330000"}))),
    "elsewhere": ("reviewer", Scope(frozenset({"330000"}))),
    "few": ("reviewer", Scope(None, frozenset({"fund_income"}))),
    "department": ("reviewer", Scope(None, None, frozenset({"待遇保障司"}))),
    "reviewer": ("reviewer", Scope()),
    "planner": ("planner", Scope()),
    "operator": ("operator", Scope()),
}


def access_of(store: Store) -> Access:
    catalogues, regions = shipped()
    return Access(store, lambda: catalogues, lambda: regions, passwords=cheap())


@cache
def cheap() -> Passwords:
    from argon2 import PasswordHasher

    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def configured() -> Configuration:
    return Configuration(*shipped(), MethodSettings())


def proven(folder: Path, *, quick: bool = False) -> Verified:
    with Store.open(folder / "monitor.duckdb", read_only=True) as store:
        return verify_store(store, configured, quick=quick)


def copy_of(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target / "data"))


@dataclass(frozen=True)
class Edit:
    """A way of changing a store from outside: plain SQL, or something done to its folder."""

    invariant: str
    how: str | Callable[[Path], object]

    def make(self, folder: Path) -> None:
        if not isinstance(self.how, str):
            self.how(folder)
            return
        with duckdb.connect(str(folder / "monitor.duckdb")) as connection:
            for statement in self.how.split(";"):
                connection.execute(statement)


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


EDITS = (
    Edit("I1", lambda folder: flipped(folder / "received" / "2")),
    Edit("I1", lambda folder: (folder / "received" / "1").unlink()),
    Edit("I1", lambda folder: shutil.rmtree(folder / "received")),
    Edit("I1", "UPDATE receipt SET file_sha256 = repeat('0', 64) WHERE receipt_id = 3"),
    Edit("I2", "DELETE FROM submission WHERE revision = 1 AND period = '2024' AND region_code = '320000'"),
    Edit("I2", "UPDATE submission SET revision = 3 WHERE revision = 2"),
    Edit("I2", "INSERT INTO submission SELECT * FROM submission WHERE submission_id = 2"),
    Edit("I3", "DELETE FROM observation WHERE submission_id = 2"),
    Edit("I3", "UPDATE observation SET numerator = numerator + 1 WHERE submission_id = 1"),
    Edit("I3", "INSERT INTO observation SELECT * FROM observation WHERE submission_id = 2"),
    Edit("I3", "UPDATE observation SET note = '改' WHERE submission_id = 2"),
    Edit("I4", "INSERT INTO event SELECT MAX(seq) + 1, MAX(\"at\"), 'x', 'accepted', (SELECT MIN(submission_id) FROM"
               " submission WHERE period = '2024' AND region_code = '320000'), NULL, '{}' FROM event"),
    Edit("I5", "UPDATE event SET action = 'returned' WHERE action = 'accepted' AND submission_id = 1"),
    Edit("I5", "UPDATE audit SET actor = 'x' WHERE seq = 5"),
    Edit("I5", "DELETE FROM audit WHERE seq = 5"),
    Edit("I5", "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)"),
    Edit("I5", "UPDATE event SET \"at\" = \"at\" + INTERVAL 1 SECOND WHERE seq = 3"),
    Edit("I5", lambda folder: (folder / "audit" / "chain.key").unlink()),
    Edit("I5", lambda folder: (folder / "audit" / "monitor.duckdb.head").unlink()),
    Edit("I6", "UPDATE observation SET state = 'missing' WHERE submission_id = 1"),
    Edit("I6", "UPDATE observation SET denominator = NULL WHERE submission_id = 1"),
    Edit("I6", "UPDATE observation SET denominator = 0 WHERE submission_id = 1"),
    Edit("I6", "UPDATE observation SET state = 'perhaps' WHERE submission_id = 1"),
    Edit("I8", "UPDATE account SET role = 'operator' WHERE name = 'viewer'"),
    Edit("I8", "UPDATE credential SET hash = (SELECT MAX(hash) FROM credential)"),
    Edit("I9", "UPDATE observation SET note = 'a' || chr(0) || 'b' WHERE submission_id = 2"),
    Edit("I9", "UPDATE observation SET unit = '公里' WHERE indicator_id = 'fund_income' AND region_code = '330000'"),
)  # fmt: skip


def some(ways: Sequence[T], least: int) -> list[T]:
    """Which of the ways are tried: all, or those that a share of them draws."""
    drawn = random.Random(7).sample(range(len(ways)), max(least, round(len(ways) * SHARE)))
    return [ways[number] for number in sorted(drawn)]


def test_a_sound_store_is_proven(sound: Path) -> None:
    found = proven(sound)
    assert found.findings == ()
    assert [one.invariants for one in found.proofs] == ["I1 I2 I3 I5 I6", "I2–I6", "I4", "I8", "I7", "I9"]
    assert found.looked("I7") > 100 and found.looked("I9") == 8


@pytest.mark.parametrize("edit", some(EDITS, 4))
def test_an_edit_from_outside_is_found(edit: Edit, sound: Path, tmp_path: Path) -> None:
    folder = copy_of(sound, tmp_path)
    edit.make(folder)
    found = proven(folder, quick=edit.invariant != "I9")
    assert not found.is_clean
    if edit.invariant in ("I4", "I9"):  # by what is special about these
        assert not all(one.is_clean for one in found.proofs if one.invariants == edit.invariant)


# faults of the program itself

Planted = Callable[[ExitStack], object]


def _patch(of: object, name: str, new: object) -> Planted:
    return lambda stack: stack.enter_context(patch.object(of, name, new))


def _later_first(rows: object) -> dict[object, list[object]]:
    """As known._by_place, with the last row of a cell instead of the first."""
    found: dict[object, list[object]] = {}
    for row in rows:  # type: ignore[attr-defined]
        found.setdefault((row[1], row[2]), []).insert(0, (*row[:5], row[6], row[5], *row[7:]))
    return found


SHOWN: dict[str, Planted] = {
    "a factor": _patch(stored, "part_factor", lambda indicator: figures.part_factor(indicator) * 2),
    "a quotient upside down": _patch(
        stored, "quotient", lambda top, bottom, factor: figures.quotient(bottom, top, factor)
    ),
    "numerator for denominator": _patch(known, "_by_place", _later_first),
    "sums that miss one": _patch(tree, "add_up", lambda some, indicator: figures.add_up(some[1:] or some, indicator)),
}
IN_FORCE: dict[str, Planted] = {
    "the highest revision, accepted or not": _patch(
        known, "visible_at", lambda acceptances, moment, last: {p: (o,) for p, o in acceptances if o.revision == 1}
    ),
    "nothing": _patch(known, "visible_at", lambda acceptances, moment, last: {}),
}
EXPORTED: dict[str, Planted] = {
    "numbers to six decimals": _patch(export, "plain_number", lambda value: f"{value:.6f}".rstrip("0").rstrip(".")),
    "texts that lose their marks": _patch(export, "neutral_text", lambda text: text.lstrip("=")),
    "states that are gone": _patch(ledger, "STATE_MARKS", {"missing": "—", "not_applicable": "—", "withheld": "保密"}),
}


@pytest.mark.parametrize(
    ("invariant", "name", "planted"),
    some(
        [("I7", *one) for one in SHOWN.items()]
        + [("I4", *one) for one in IN_FORCE.items()]
        + [("I9", *one) for one in EXPORTED.items()],
        2,
    ),
)
def test_a_fault_of_the_program_is_found(invariant: str, name: str, planted: Planted, sound: Path) -> None:
    with ExitStack() as stack:
        stack.callback(stored._to_sent.cache_clear)
        stored._to_sent.cache_clear()
        planted(stack)
        if invariant == "I4":
            from monitor.report import desk

            stack.enter_context(patch.object(desk, "visible_at", known.visible_at))
        found = proven(sound)
    assert not all(one.is_clean for one in found.proofs if one.invariants == invariant), name


# who acts


def _send(store: Store, folder: Path, by: str, region: str = "320000") -> None:
    path = folder / "sent.csv"
    path.write_text(HEAD + f"drug_platform_share,{region},2024-Q4,{len(by)},100,,reported,,\n", encoding="utf-8")
    ingest(store, *shipped(), path, by=by)


def _revoked(store: Store, folder: Path, wait: timedelta) -> None:
    token, _ = make_token(store, name="程序", role="reporter", regions=["320000"], by="root")
    revoke_token(store, token.token_id, by="root")
    store._clock.time += wait  # type: ignore[attr-defined]
    _send(store, folder, "程序")


def _expired(store: Store, folder: Path) -> None:
    make_token(store, name="程序", role="reporter", regions=["320000"], by="root", days=3)
    store._clock.time += timedelta(days=4)  # type: ignore[attr-defined]
    _send(store, folder, "程序")


def _disabled(store: Store, folder: Path, wait: timedelta) -> None:
    access = access_of(store)
    account = access.account("reviewer")
    assert account is not None
    access.change(Actor("root", "console"), account.account_id, disabled=True)
    store._clock.time += wait  # type: ignore[attr-defined]
    review.return_(store, _waiting(store), by="reviewer", reason="x")


def _own(store: Store, folder: Path) -> None:
    path = folder / "sent.csv"
    path.write_text(HEAD + "drug_platform_share,320000,2024-Q4,50,100,,reported,,\n", encoding="utf-8")
    ingest(store, *shipped(), path, by="planner")
    (number,) = store.ask(proof.SQL / "state_events.sql")[-1][2:3]
    review.accept(store, number, by="planner", operator=True)


def _waiting(store: Store, indicator: str = "medical_aid_share") -> int:
    """The draft that was sent of an indicator."""
    rows = store.ask(recomputed.SQL / "sent_figures.sql", {"indicator_id": indicator})
    return int(max(row[0] for row in rows))


def _add(store: Store, by: str) -> None:
    access_of(store).add(Actor(by, "console"), login="new", name="新", role="viewer", scope=Scope())


def _erase(store: Store, by: str) -> None:
    cycle = Cycle(store, *shipped())
    with patch("monitor.intake.people._emptied", lambda *_, **__: ("0" * 64, "0" * 64)):
        erase_people(cycle, Actor(by, "console"), 3, None)


Act = Callable[[Store, Path], object]
LATER, SOON = timedelta(hours=1), timedelta(minutes=1)
NOT_THEIRS: dict[str, Act] = {
    "a viewer sends": lambda store, folder: _send(store, folder, "viewer"),
    "a reporter sends for others": lambda store, folder: _send(store, folder, "reporter"),
    "a folder sends for others": lambda store, folder: _send(store, folder, "inbox:330000"),
    "an operator sends": lambda store, folder: _send(store, folder, "operator"),
    "a viewer accepts": lambda store, _: review.accept(store, _waiting(store), by="viewer"),
    "a reporter returns": lambda store, _: review.return_(store, _waiting(store), by="reporter", reason="x"),
    "a reviewer of others accepts": lambda store, _: review.accept(store, _waiting(store), by="elsewhere"),
    "a reviewer of other indicators": lambda store, _: review.accept(store, _waiting(store), by="few"),
    "another department": lambda store, _: review.accept(
        store, _waiting(store, "drg_dip_payment_share"), by="department"
    ),
    "a viewer comments": lambda store, _: review.comment(store, _waiting(store), by="viewer", remarks={"": "x"}),
    "a reviewer withdraws": lambda store, _: review.explain(store, _waiting(store), by="reviewer", text="x"),
    "after being disabled": lambda store, folder: _disabled(store, folder, LATER),
    "after the token was revoked": lambda store, folder: _revoked(store, folder, LATER),
    "after the token expired": _expired,
    "what one sent oneself": _own,
    "a planner adds accounts": lambda store, _: _add(store, "planner"),
    "a reporter erases names": lambda store, _: _erase(store, "reporter"),
    "a planner stops a job": lambda store, _: history.switch(store, "backup", paused=True, by="planner"),
    "a viewer runs a job": lambda store, _: history.request(store, "backup", by="viewer"),
    "a viewer makes a token": lambda store, _: make_token(store, name="t", role="viewer", regions=None, by="viewer"),
}
THEIRS: dict[str, Act] = {
    "a reporter sends": lambda store, folder: _send(store, folder, "reporter", "330000"),
    "a folder sends": lambda store, folder: _send(store, folder, "inbox:330000", "330000"),
    "the console sends": lambda store, folder: _send(store, folder, "root"),
    "a planner sends": lambda store, folder: _send(store, folder, "planner"),
    "a reviewer accepts": lambda store, _: review.accept(store, _waiting(store), by="reviewer"),
    "a department accepts": lambda store, _: review.accept(store, _waiting(store), by="department"),
    "under way when disabled": lambda store, folder: _disabled(store, folder, SOON),
    "under way when revoked": lambda store, folder: _revoked(store, folder, SOON),
    "an operator stops a job": lambda store, _: history.switch(store, "backup", paused=True, by="operator"),
    "an operator adds accounts": lambda store, _: _add(store, "operator"),
    "at the machine under an account's own name": lambda store, folder: (
        store.note("acted_at_console", by="viewer", detail={"name": "viewer"}),
        _send(store, folder, "viewer"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", some([*NOT_THEIRS, *THEIRS], 4))
def test_acts_beyond_ones_rights_are_found_and_no_others(name: str, sound: Path, tmp_path: Path) -> None:
    folder = copy_of(sound, tmp_path)
    with Store.open(folder / "monitor.duckdb", clock=later()) as store:
        (NOT_THEIRS | THEIRS)[name](store, tmp_path)
    found = [one for one in proven(folder, quick=True).proofs if one.invariants == "I8"]
    codes = {finding.code for one in found for finding in one.findings}
    assert codes == ({"not_theirs"} if name in NOT_THEIRS else set())


def later() -> Clock:
    clock = Clock()
    clock.time += timedelta(days=1)
    return clock


# made again

_ONE = "FROM observation WHERE submission_id = 1"
REMADE: dict[str, tuple[str, str | Callable[[Path], object]]] = {
    "a figure changed": ("row_differs", "UPDATE observation SET numerator = 7 WHERE submission_id = 1"),
    "a row removed": ("row_differs", f"DELETE {_ONE}"),
    "a row doubled": ("row_differs", f"INSERT INTO observation SELECT * {_ONE}"),
    "a row added": ("row_differs", f"INSERT INTO observation SELECT * REPLACE ('gdp' AS indicator_id) {_ONE}"),
    "a line moved": ("row_differs", "UPDATE observation SET line = 99 WHERE submission_id = 1"),
    "a unit changed": ("row_differs", "UPDATE observation SET unit = '万元' WHERE indicator_id = 'fund_income'"),
    "a note changed": ("row_differs", "UPDATE observation SET note = 'x' WHERE submission_id = 1"),
    "another date": ("row_differs", "UPDATE observation SET published_on = DATE '2025-01-01' WHERE submission_id = 2"),
    "a file changed": ("not_as_sealed", lambda folder: _edited(folder / "received" / "1", "8100", "8101")),
    "a file gone": ("file_missing", lambda folder: (folder / "received" / "1").unlink()),
    "a file that is none": ("not_read", lambda folder: (folder / "received" / "1").write_bytes(b"\0")),
    "a hash changed": ("not_as_sealed", "UPDATE submission SET content_sha256 = 'x' WHERE submission_id = 1"),
    "nothing carried": ("row_differs", "UPDATE event SET detail = '{\"replaces\": null}' WHERE action = 'accepted'"),
}


def _edited(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", some([*REMADE], 1))
def test_what_differs_from_the_files_is_named(name: str, sound: Path, tmp_path: Path) -> None:
    folder = copy_of(sound, tmp_path)
    code, how = REMADE[name]
    Edit("", how).make(folder)
    with Store.open(folder / "monitor.duckdb") as store:
        found = rebuild(store, configured, by="root")
    assert code in {finding.code for finding in found.findings}
    assert not list((folder / "staging").iterdir())
