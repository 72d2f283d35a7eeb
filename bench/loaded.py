"""What the load tests stand on: a store of a million figures in force, people with accounts, files to send, a server.

Everything is as in service: `monitor serve` in a process of its own on loopback, people sign in with their passwords,
programs with tokens. All figures are synthetic.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import random
import re
import secrets
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import xlsxwriter

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.regions import Regions
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.api.operations import CSV, XLSX

from .asking import Browser, Reply
from .clicks import Walk
from .ingest import COLUMNS, figures
from .store16m import MONTHS, make_store

PEOPLE = 60
UNITS = 930
"""15 indicators of so many units over 72 months: a million figures in force, of 4.5 million sent."""
_FIRST_YEAR = 2021
_SAMPLE_SECONDS = 1.0
_FAULT = re.compile(rb"\\bfault [0-9a-f]|Traceback")
_HASHES = files("monitor.store") / "sql" / "receipt_hashes.sql"


@dataclass(frozen=True)
class World:
    """`people`: logins with their passwords, first those who send for a unit; `tokens`: of units, `all` and `operator`.

    `sent`: of every file that was acknowledged, its receipt and bytes; `cells`: figures in force at first.
    """

    folder: Path
    catalogue: Catalogue
    units: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    tokens: dict[str, str]
    cells: int
    sent: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "data" / "monitor.duckdb"


def make_world(folder: Path) -> World:
    """Takes about half a minute, most of it for hashing passwords and the rows."""
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    catalogue = catalogues[0]
    units = tuple(region.code for region in regions.children(catalogue.plan.region) if region.reporting)
    path = folder / "data" / "monitor.duckdb"
    path.parent.mkdir(parents=True)
    make_store(path, catalogue, units, UNITS)
    cells = UNITS * MONTHS * sum(not one.is_context for one in catalogue.indicators)
    with Store.open(path) as store:
        tokens = {
            unit: make_token(store, name=f"unit {unit}", role="reporter", regions=[unit], by="bench")[1]
            for unit in units
        }
        for name, role in (("all", "planner"), ("operator", "operator")):
            tokens[name] = make_token(store, name=role, role=role, regions=None, by="bench")[1]
        people = _people(store, catalogues, regions, units)
    return World(folder, catalogue, units, people, tokens, cells)


def _people(
    store: Store, catalogues: Sequence[Catalogue], regions: Regions, units: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    access, made = Access(store, lambda: catalogues, lambda: regions), []
    for number in range(PEOPLE):
        login, password = f"person-{number}", secrets.token_urlsafe(16)
        sends = number < len(units)
        account, once = access.add(
            Actor("bench", "console"), login=login, name=login, role="reporter" if sends else "viewer",
            scope=Scope(regions=frozenset([units[number]])) if sends else Scope(),
        )  # fmt: skip
        access.choose_password(account, str(once), password, "")
        made.append((login, password))
    return tuple(made)


# ---- the server


@dataclass
class Watch:
    """What a process holds, once a second: (perf_counter, RSS in bytes, descriptors, threads).

    Connections that stand are their clients' and not counted.
    """

    process: psutil.Process
    samples: list[tuple[float, int, int, int]] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[tuple[float, int, int, int]]:
        return [one for one in self.samples if start <= one[0] <= end]

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(_SAMPLE_SECONDS):
            try:
                with self.process.oneshot():
                    standing = [c for c in self.process.net_connections("tcp") if c.status == psutil.CONN_ESTABLISHED]
                    descriptors = self.process.num_fds() - len(standing)
                    held = self.process.memory_info().rss, descriptors, self.process.num_threads()
            except psutil.Error:
                return
            self.samples.append((time.perf_counter(), *held))


@contextmanager
def watching(pid: int) -> Iterator[Watch]:
    """A process watched until the end of the block."""
    watch, stop = Watch(psutil.Process(pid)), threading.Event()
    thread = threading.Thread(target=watch._run, args=(stop,))
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def settings_of(world: World) -> dict[str, str]:
    """The environment of the server, and of commands that are typed beside it."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return {**found, "MONITOR_STORE": str(world.store), "MONITOR_LANGUAGE": "en", "MONITOR_PLAIN_HTTP": "true"}


@contextmanager
def served(world: World) -> Iterator[tuple[str, Watch]]:
    """The address of `monitor serve` over the world's store, and its process. Raises AssertionError if it ends badly.

    What it writes to stderr is kept in the folder as serve.log.
    """
    command = [sys.executable, "-m", "monitor", "serve", "--port", "0"]
    with (
        (world.folder / "serve.log").open("ab") as log,
        subprocess.Popen(
            command, cwd=world.folder, env=settings_of(world), stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            with watching(process.pid) as watch:
                yield line[line.index("http") :].strip(), watch
        finally:
            process.terminate()
            ended = process.wait(60)
        assert ended == 0, f"the server ended with {ended}"


# ---- people


class People:
    """Sixty who are signed in and walk from page to page; each click is one callback, as the app asks for it."""

    def __init__(self, world: World, browsers: Sequence[Browser], seed: int = 0) -> None:
        self._browsers, self._chance = browsers, random.Random(seed)  # nosec B311 # a load, nothing to be guessed
        self._walks = [
            Walk(random.Random(1000 * seed + number), world.catalogue, world.units, date(2020 + MONTHS // 12, 1, 1))  # nosec B311
            for number in range(len(browsers))
        ]

    async def click(self) -> tuple[str, Reply, bool]:
        number = self._chance.randrange(len(self._browsers))
        kind, address = self._walks[number].next()
        path, _, query = address.partition("?")
        body = {
            "output": "page.children",
            "outputs": {"id": "page", "property": "children"},
            "inputs": [_input("pathname", path), _input("search", f"?{query}" if query else "")],
            "changedPropIds": ["address.pathname", "address.search"],
        }
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
        reply = await self._browsers[number].ask("POST", "/_dash-update-component", json.dumps(body).encode(), headers)
        return kind, reply, reply.status == 200 and is_page(reply)


def is_page(reply: Reply) -> bool:
    """Whether a callback's answer is a page; one that says a fault of ours is one too, and is found in the log."""
    text = reply.body
    if reply.headers.get("content-encoding") == "gzip":
        text = zlib.decompress(text, 31)
    return b'"data-address"' in text


def faults(world: World) -> int:
    """How many faults the server has told in its log."""
    log = world.folder / "serve.log"
    return len(_FAULT.findall(log.read_bytes())) if log.exists() else 0


def _input(name: str, value: str) -> dict[str, str]:
    return {"id": "address", "property": name, "value": value}


async def sign_in(address: str, people: Sequence[tuple[str, str]]) -> list[Browser]:
    """Everybody by the page of signing in, one after the other. Raises AssertionError."""
    browsers = []
    for login, password in people:
        browser = Browser(address)
        form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        said = await browser.ask("POST", "/login", urlencode({"login": login, "password": password}).encode(), form)
        assert said.status == 303 and "set-cookie" in said.headers, f"{login} was not signed in: {said.status}"
        browser.headers["Cookie"] = said.headers["set-cookie"].partition(";")[0]
        browsers.append(browser)
    return browsers


# ---- files


def rows_of(world: World, units: Sequence[str], rows: int, turn: int) -> list[tuple[object, ...]]:
    """Figures of those units as one file sends them; another `turn` gives other figures of the same cells."""
    found = figures(world.catalogue, list(units), _FIRST_YEAR, turn)
    return list(itertools.islice(found, rows))


def csv_file(rows: Sequence[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


def xlsx_file(rows: Sequence[tuple[object, ...]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("data")
        for number, row in enumerate([COLUMNS, *rows]):
            sheet.write_row(number, 0, row)
    return made.getvalue()


@dataclass
class Sender:
    """Sends a file at each call: by the page's form and by the API in turn, from one unit after the other.

    `sent`: of every file that was acknowledged, its receipt and bytes.
    """

    world: World
    browsers: Sequence[Browser]
    programs: dict[str, Browser]
    rows: int = 2_000
    sent: list[tuple[int, bytes]] = field(default_factory=list)
    turn: int = 0

    def prepared(self, count: int) -> list[bytes]:
        """The next files, made beforehand so that making them takes nothing from the server."""
        units = self.world.units
        return [
            csv_file(rows_of(self.world, [units[turn % len(units)]], self.rows, turn))
            for turn in range(self.turn, self.turn + count)
        ]

    async def send(self, body: bytes) -> tuple[str, Reply, bool]:
        turn, self.turn = self.turn, self.turn + 1
        place = turn % len(self.world.units)
        by_form = turn // len(self.world.units) % 2 == turn % 2
        if by_form:
            kind, reply = "form", await post_form(self.browsers[place], f"figures-{turn}.csv", body)
            receipt = _json(reply).get("location", "").rpartition("/")[2] if reply.status == 200 else ""
        else:
            unit = self.world.units[place]
            kind, reply = "api", await post_api(self.programs[unit], f"figures-{turn}.csv", body, CSV)
            receipt = str(_json(reply).get("receipt_id", "")) if reply.status in (200, 201, 202) else ""
        if receipt:
            self.sent.append((int(receipt), body))
        return kind, reply, bool(receipt)


def programs_of(world: World, address: str) -> dict[str, Browser]:
    """A program for each token."""
    return {name: Browser(address, {"Authorization": f"Bearer {token}"}) for name, token in world.tokens.items()}


async def post_form(browser: Browser, name: str, body: bytes) -> Reply:
    mark = secrets.token_hex(16)
    part = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Accept": "application/json",
        "Sec-Fetch-Site": "same-origin",
    }
    return await browser.ask("POST", "/do/upload", part + body + f"\r\n--{mark}--\r\n".encode(), headers)


async def post_api(browser: Browser, name: str, body: bytes, kind: str = XLSX) -> Reply:
    path = f"/api/v1/submissions?name={quote(name)}&explain={quote('模拟数据')}"
    return await browser.ask("POST", path, body, {"Content-Type": kind})


def _json(reply: Reply) -> dict[str, str]:
    found = json.loads(reply.body)
    assert isinstance(found, dict)
    return found


def lost(world: World, sent: Sequence[tuple[int, bytes]]) -> int:
    """Acknowledged files without their receipt or their bytes; the server must have stopped."""
    with Store.open(world.store) as store:
        known: dict[object, object] = dict(store.ask(_HASHES, {"receipt_ids": [receipt for receipt, _ in sent]}))
        folder = store.received_folder
        assert folder is not None
        return sum(
            known.get(receipt) != sha256(body).hexdigest()
            or not (folder / str(receipt)).exists()
            or (folder / str(receipt)).read_bytes() != body
            for receipt, body in sent
        )
