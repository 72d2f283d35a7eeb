"""Eight people who click: what each callback costs in the server and at the client.

Every clicker walks from page to page, seeded, and keeps the slice it looks at (period, as-of day, language, region,
indicator) for some clicks, as people do. Nothing is asked for beforehand, so pages drawn for the first time count.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from monitor.catalogue.loader import Catalogue

CLICKERS = 8
THINK_SECONDS = 1.0
SECONDS = 40.0
ACCEPT_EVERY = 10.0
DAYS = 8
# how often a clicker goes on to each kind of page
KINDS = {
    "overview": 5, "indicator": 6, "region": 5, "matrix": 3, "explain": 4, "history": 2, "compare": 2, "reporting": 2,
    "quality": 2, "catalogue": 1, "catalogue_of": 1, "method": 1, "search": 1, "wall": 1,
}  # fmt: skip
_SPENT = re.compile(r"total;dur=([\d.]+)(, drawn)?(, failed)?")


@dataclass(frozen=True)
class Click:
    """One callback. Seconds in the server and at the client; `is_first`: a page was drawn for it."""

    kind: str
    in_server: float
    at_client: float
    is_first: bool
    is_good: bool


@dataclass
class Walk:
    """One clicker: where it may go and what it looks at now."""

    chance: random.Random
    catalogue: Catalogue
    units: Sequence[str]
    today: date
    slice: dict[str, str] = field(default_factory=dict)

    def next(self) -> tuple[str, str]:
        """The kind of the next page, and its address."""
        chance = self.chance
        if chance.random() < 0.3:
            self.slice = self._slice()
        (kind,) = chance.choices(list(KINDS), list(KINDS.values()))
        indicator = chance.choice([one.id for one in self.catalogue.indicators if not one.is_context])
        unit = chance.choice(self.units)
        year = chance.choice(("2023", "2024"))
        paths = {
            "overview": "/", "indicator": f"/indicator/{indicator}", "region": f"/region/{unit}",
            "explain": f"/explain/{indicator}/{unit}/{year}", "history": f"/history/{indicator}/{unit}/{year}",
            "catalogue_of": f"/catalogue/{indicator}",
        }  # fmt: skip
        asked = dict(self.slice)
        if kind == "search":
            asked["q"] = chance.choice(("yb", "住院", "beijing", "参保"))
        if kind == "indicator" and chance.random() < 0.3:
            asked["region"] = unit
        query = urlencode(asked)
        return kind, paths.get(kind, f"/{kind}") + (f"?{query}" if query else "")

    def _slice(self) -> dict[str, str]:
        chance, made = self.chance, {}
        if chance.random() < 0.25:
            made["period"] = chance.choice(("2023", "2024", "2025-Q1"))
        if chance.random() < 0.2:
            made["as_of"] = (self.today - timedelta(days=91 * chance.randint(1, DAYS))).isoformat()
        if chance.random() < 0.3:
            made["lang"] = "en"
        return made


class Clickers:
    """The eight, each on a connection of its own."""

    def __init__(self, address: str, catalogue: Catalogue, units: Sequence[str], today: date) -> None:
        self._address, self._stop, self.done = address, threading.Event(), list[Click]()
        chances = [random.Random(number) for number in range(CLICKERS)]  # nosec B311 # a load, nothing to be guessed
        walks = [Walk(chance, catalogue, units, today) for chance in chances]
        self._threads = [threading.Thread(target=self._click, args=(walk,)) for walk in walks]

    def __enter__(self) -> Clickers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _click(self, walk: Walk) -> None:
        host, cookie = urlsplit(self._address), sign_in(self._address)
        connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=120)
        try:
            while not self._stop.wait(walk.chance.expovariate(1 / THINK_SECONDS)):
                kind, address = walk.next()
                started = time.perf_counter()
                try:
                    click = ask(connection, kind, address, cookie)
                except (OSError, http.client.HTTPException):  # no answer in time: a page that failed
                    connection.close()
                    spent = time.perf_counter() - started
                    click = Click(kind, spent, spent, True, False)
                self.done.append(click)
        finally:
            connection.close()


def sign_in(address: str) -> str:
    """A session of one who reads, by the demonstration's door: the cookie as `name=value`."""
    host = urlsplit(address)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=120)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/login/demo", urlencode({"who": "demo-planner"}), form)
        said = connection.getresponse().getheader("Set-Cookie")
        assert said, "nobody was signed in"
        return said.partition(";")[0]
    finally:
        connection.close()


def ask(connection: http.client.HTTPConnection, kind: str, address: str, cookie: str) -> Click:
    """Ask for a page as the app does, by its callback."""
    path, _, query = address.partition("?")
    inputs = [_input("pathname", path), _input("search", f"?{query}" if query else "")]
    body: dict[str, Any] = {
        "output": "page.children",
        "outputs": {"id": "page", "property": "children"},
        "inputs": inputs,
        "changedPropIds": ["address.pathname", "address.search"],
    }
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip", "Cookie": cookie}
    started = time.perf_counter()
    connection.request("POST", "/_dash-update-component", json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    spent = time.perf_counter() - started
    said = _SPENT.search(answer.getheader("Server-Timing") or "")
    assert said, f"{answer.status} at {address}"
    return Click(kind, float(said[1]) / 1000, spent, bool(said[2]), answer.status == 200 and not said[3])


def _input(name: str, value: str) -> dict[str, str]:
    return {"id": "address", "property": name, "value": value}


def accept_in_turn(address: str, token: str, until: float) -> list[float]:
    """Accept a waiting submission every ten seconds until then; the seconds each took."""
    host, spent = urlsplit(address), []
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(method: str, path: str, body: bytes | None = None) -> Any:
        connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=120)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = json.loads(answer.read())
            assert answer.status == 200, content
            return content
        finally:
            connection.close()

    waiting = [one["submission_id"] for one in call("GET", "/api/v1/queue")["items"]]
    for number in waiting:
        if time.perf_counter() + ACCEPT_EVERY > until:
            break
        time.sleep(ACCEPT_EVERY)
        started = time.perf_counter()
        call("POST", f"/api/v1/submissions/{number}/accept", json.dumps({"explain": "模拟数据"}).encode())
        spent.append(time.perf_counter() - started)
    time.sleep(max(0.0, until - time.perf_counter()))
    return spent
