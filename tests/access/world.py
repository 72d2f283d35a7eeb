"""One server with what two provinces have sent, in every state, and everybody who may knock at its doors.

Each thing that was sent holds marks that stand nowhere else: a figure, a note, a file's name, what was written in
answer, names on a form. Whoever is shown one of them has seen it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.rights import AccountRole
from monitor.access.sessions import Sessions
from monitor.intake.cycle import Cycle
from monitor.intake.submissions import ingest
from monitor.jobs.schedule import Schedule
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.store.store import Store
from monitor.store.tokens import make_token, revoke_token
from monitor.web.app import MonitorApp, create_app
from monitor.web.condition import Upkeep
from tests.cycle.forms import form, shipped
from tests.cycle.in_process import reading_in_process
from tests.web.people import CHEAP, OWN

START = datetime(2024, 4, 10, 8, 0, tzinfo=UTC)
UNITS = {"a": "320000", "b": "330000"}
DEPARTMENT = "待遇保障司"
HEAD = "indicator_id,region_code,period,numerator,denominator,value,note\n"
# whose browser or program it is: role, units, departments
PEOPLE: Mapping[str, tuple[AccountRole, tuple[str, ...], tuple[str, ...]]] = {
    "viewer": ("viewer", (), ()),
    "reporter_a": ("reporter", ("320000",), ()),
    "reporter_b": ("reporter", ("330000",), ()),
    "reviewer": ("reviewer", (), ()),
    "department": ("reviewer", (), (DEPARTMENT,)),
    "reviewer_b": ("reviewer", ("330000",), ()),
    "planner": ("planner", (), ()),
    "operator": ("operator", (), ()),
}
# what a file became, its period, and the day it was sent; each unit sends one of each, in this order
STATES = {
    "superseded": ("2024-Q1", "2024-04-10"), "accepted": ("2024-Q1", "2024-04-11"),
    "returned": ("2024-Q2", "2024-07-10"), "withdrawn": ("2024-Q3", "2024-10-10"),
    "submitted": ("2024-Q4", "2025-01-10"), "discarded": ("2025-Q2", "2025-07-10"),
    "refused": ("2025-Q3", "2025-10-10"), "draft": ("2025-Q4", "2026-01-10"), "procured": ("2025", "2026-01-10"),
}  # fmt: skip
UPKEEP = Upkeep({"backup": Schedule("never", ZoneInfo("Asia/Shanghai"))})
DRAFTS = ("draft", "refused", "discarded")
PUBLIC = ("superseded", "accepted")
MISSING = 987_654
CALLBACKS = "/_dash-update-component"
FEW = ("accepted", "submitted", "refused", "draft")
"""States enough for the ordinary run; tests/faults has all."""
CLOSED = ("idle", "too old", "signed out", "disabled", "made up", "token")
"""Ways of coming that must open what nobody opens."""


@dataclass(frozen=True)
class Thing:
    """What was sent: `who` may see what of it is hidden, `marks` are its figures and notes, and who signed it; `told`
    what its sender and its reviewers wrote about it, which the audit log tells whoever may read that."""

    name: str
    unit: str
    state: str
    receipt: int
    submission: int | None
    who: frozenset[str]
    marks: tuple[str, ...]
    told: tuple[str, ...]


@dataclass
class Clock:
    """Stands still unless it is set; seconds for sessions."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    store: Store
    app: MonitorApp
    time: list[datetime]
    clock: Clock
    things: dict[str, Thing] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    _clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        """A browser of that person, signed in; of `nobody`, `one-time`, or of somebody in CLOSED."""
        if who not in self._clients:
            made = self._clients[who] = self.app.server.test_client()
            text = self._session(who)
            if text is not None:
                made.set_cookie(self.app.cookies.name, text)
        return self._clients[who]

    def forget(self, who: str) -> None:
        """Sign in anew before the next request."""
        self._clients.pop(who, None)

    def ask(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        """From a page of ours; `token` brings a token of the API, which pages do not look at."""
        headers = {**OWN, **more.pop("headers", {})}
        if who == "token":
            headers["Authorization"] = f"Bearer {self.tokens['planner']}"
        return self.client(who).open(path, method=method, headers=headers, **more)

    def call(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        """As a program: `nobody` without a token, `cookie` with a planner's session instead of one."""
        headers = dict(more.pop("headers", {}))
        if who not in ("nobody", "cookie"):
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        client = self.client("planner") if who == "cookie" else self.app.server.test_client()
        return client.open(path, method=method, headers=headers, **more)

    def page(self, who: str, path: str) -> TestResponse:
        """The callback that draws the page of an address."""
        pathname, _, search = path.partition("?")
        address = {"id": "address", "property": "pathname", "value": pathname}
        query = {"id": "address", "property": "search", "value": f"?{search}" if search else ""}
        question = {
            "output": "page.children", "outputs": {"id": "page", "property": "children"}, "inputs": [address, query],
            "changedPropIds": ["address.pathname"], "state": [],
        }  # fmt: skip
        return self.ask(who, "POST", CALLBACKS, json=question)

    def seen(self, answer: TestResponse, *, is_log: bool = False) -> frozenset[str]:
        """The names of the things of which the answer holds a mark; `is_log`: it may hold what was told."""
        text = text_of(answer)
        marks = {one.name: one.marks if is_log else one.marks + one.told for one in self.things.values()}
        return frozenset(name for name, of in marks.items() if any(mark in text for mark in of))

    def hidden_from(self, who: str) -> frozenset[str]:
        return frozenset(one.name for one in self.things.values() if one.state not in PUBLIC and who not in one.who)

    def _session(self, who: str) -> str | None:
        sessions, planner = self.app.access.sessions, self.accounts["planner"]
        if who in PEOPLE:
            return sessions.open(self.accounts[who], "password")
        if who == "one-time":
            return sessions.open(self.accounts["one-time"], "password", must_choose=True)
        if who == "disabled":
            return sessions.open(self.accounts["disabled"], "password")
        if who == "made up":
            return "A" * 43
        if who in ("idle", "too old", "signed out"):
            # these sessions are looked at later than they were opened
            self.clock.now -= {"idle": 30 * 60, "too old": 12 * 3600, "signed out": 0}[who]
            text = sessions.open(planner, "password")
            if who == "too old":
                self._keep_awake(sessions, text)
            else:
                self.clock.now += {"idle": 30 * 60, "signed out": 0}[who]
            if who == "signed out":
                self.app.access.sign_out(text)
            return text
        return None

    def _keep_awake(self, sessions: Sessions, text: str) -> None:
        for _ in range(12 * 3):
            self.clock.now += 20 * 60
            sessions.find(text)


@contextmanager
def opened(folder: Path, states: Collection[str] = tuple(STATES)) -> Iterator[World]:
    """The world with things in these states; files are read in this process, which is faster and reads the same."""
    time, catalogues_and_regions = [START], shipped()
    with Store.open(folder / "monitor.duckdb", clock=lambda: time[0]) as store, reading_in_process():
        desk = Desk(store, *catalogues_and_regions, MethodSettings())
        app = create_app(desk, secret_key=b"k" * 32, clock=lambda: time[0], passwords=CHEAP, upkeep=UPKEEP)
        clock = Clock(1_000_000.0)
        app.access.sessions = Sessions(clock)
        world = World(store, app, time, clock)
        _people(world)
        for place, (state, (period, day)) in enumerate(STATES.items()):
            if state not in states:
                continue
            time[0] = datetime.fromisoformat(f"{day}T08:00:00+00:00")
            for unit in UNITS:
                thing = _thing(world, folder, unit, state, period, place)
                world.things[thing.name] = thing
        _programs(world)
        yield world


@contextmanager
def nothing_stays(store: Store) -> Iterator[None]:
    """Whatever is asked for is done and undone, so that the order of the questions does not matter."""
    transaction = store.transaction

    @contextmanager
    def dry() -> Iterator[Any]:
        with transaction() as found:
            yield found
            found.abandon()

    with patch.object(store, "transaction", dry):
        yield


def text_of(answer: TestResponse) -> str:
    """What an answer says, in a workbook too; without the commas of large numbers and the tags between words."""
    body = answer.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode("utf-8", "replace").replace(",", "")


def without_number(answer: TestResponse, *numbers: int) -> str:
    """The answer with the numbers that were asked for taken out, to be compared with that of another number."""
    text = (
        json.dumps(answer.get_json(), ensure_ascii=False)
        if answer.is_json
        else answer.get_data().decode("utf-8", "replace")
    )
    text = re.sub(r'"end_id":"[^"]*"', "", text)  # of the renderer, another one each time
    for number in numbers:
        text = re.sub(rf"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", "N", text)
    return text


def _people(world: World) -> None:
    access, console = world.app.access, Actor("测试", "console")
    for who, (role, units, departments) in PEOPLE.items():
        scope = Scope(frozenset(units) or None, None, frozenset(departments) or None)
        made, _ = access.add(console, login=who, name=f"name of {who}", role=role, scope=scope, with_password=False)
        world.accounts[who] = made.account_id
    for who in ("one-time", "disabled"):
        made, _ = access.add(console, login=who, name=f"name of {who}", role="planner", scope=Scope())
        world.accounts[who] = made.account_id
    access.change(console, world.accounts["disabled"], disabled=True)


def _programs(world: World) -> None:
    def token(name: str, role: str, units: tuple[str, ...], days: int = 365) -> int:
        made, world.tokens[name] = make_token(
            world.store, name=f"token of {name}", role=role, regions=list(units) or None, by="测试", days=days
        )
        return made.token_id

    for who, (role, units, departments) in PEOPLE.items():
        if not departments:  # a token has units alone
            token(who, role, units)
    revoke_token(world.store, token("revoked", "planner", ()), by="测试")
    token("expired", "planner", (), days=1)
    world.time[0] += timedelta(days=2)


def _thing(world: World, folder: Path, unit: str, state: str, period: str, place: int) -> Thing:
    """One file of a unit, brought as far as its state says, by its reporter and by the planner."""
    cycle, key = world.app.cycle, f"{unit}{place}zq"
    number = 7_000 + 100 * (unit == "b") + place
    figure, note, name = f"{number}.53", f"note{key}", f"file{key}"
    answer, remark, reason = f"answer{key}", f"remark{key}", f"reason{key}"
    marks, told = [figure, note], (name, answer, remark, reason)
    reporter = Actor(f"name of reporter_{unit}", "reporter", frozenset({UNITS[unit]}))
    path = folder / f"{name}.csv"
    text = f"{HEAD}enrolment_rate,{UNITS[unit]},{period},{figure},8400,,{note}\n"
    if state == "refused":
        text += f"enrolment_rate,{UNITS[unit]},{period},many{key},8400,,\n"
        marks.append(f"many{key}")
    path.write_text(text, encoding="utf-8")
    who = {f"reporter_{unit}", "planner"}
    if state == "procured":
        signed = {one: f"{one}{key}" for one in ("head", "officer", "prepared", "phone")}
        figures = {"procured_drugs": 500 + place, "procured_consumables": 6}
        path = form(cycle, folder, figures, signed, unit=UNITS[unit]).rename(folder / f"{name}.xlsx")
        marks = [*signed.values()]
    else:
        who.add("department")
    if state in DRAFTS:
        receipt = _draft(cycle, reporter, path, name, state, answer)
        of = {f"reporter_{unit}"} if state == "refused" else {f"reporter_{unit}", "planner"}
        return Thing(f"{unit}.{state}", unit, state, receipt, None, frozenset(of), tuple(marks), told)
    who |= {"reviewer"} | ({"reviewer_b"} if unit == "b" else set())
    receipt, submission = _sent(cycle, reporter, path, state, answer, remark, reason)
    return Thing(f"{unit}.{state}", unit, state, receipt, submission, frozenset(who), tuple(marks), told)


def _draft(cycle: Cycle, reporter: Actor, path: Path, name: str, state: str, answer: str) -> int:
    draft = cycle.draft(reporter, path, name=f"{name}.csv")
    assert draft.line.state == ("rejected" if state == "refused" else "draft"), draft.result.problems
    if state != "refused":
        cycle.save(reporter, draft.receipt_id, {query.key: answer for query in draft.queries} or {(None, "x"): answer})
    if state == "discarded":
        cycle.discard(reporter, draft.receipt_id)
    return draft.receipt_id


def _sent(
    cycle: Cycle, reporter: Actor, path: Path, state: str, answer: str, remark: str, reason: str
) -> tuple[int, int]:
    planner = Actor("name of planner", "planner")
    if state == "submitted":  # this one came as a draft, as it does from the pages
        draft = cycle.draft(reporter, path, name=path.name)
        result = cycle.submit(reporter, draft.receipt_id, explain=answer, reason=answer)
    else:
        result = ingest(cycle.store, cycle.catalogues, cycle.regions, path, by=reporter.name, explain=answer)
    (outcome,) = result.submissions
    assert outcome.submission_id is not None and result.receipt_id is not None, result.problems
    submission = outcome.submission_id
    if state in ("superseded", "accepted"):
        cycle.accept(planner, submission, explain="核实")
    if state == "submitted":
        cycle.comment(planner, submission, {"enrolment_rate": remark})
    if state == "returned":
        cycle.return_(planner, submission, reason=reason, remarks={"enrolment_rate": remark})
    if state == "withdrawn":
        cycle.withdraw(reporter, submission, reason=reason)
    return result.receipt_id, submission
