"""Floods of wrong passwords at the costs of the service: they tell nothing, fill no memory and stop no page.

`FAULT_SHARE` takes that part of the rounds. Figures are printed (`-s`); reliability.md 4c sets them.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.brakes import Brakes
from monitor.access.signing import Access, SignInError
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.shipped import find_shipped
from monitor.store.store import Store

WRONG = "not the right one"
SHARE = float(os.environ.get("FAULT_SHARE", "1"))
CHECKOUT = Path(__file__).parents[2]
PAIRS, DIFFERENCE = max(40, round(200 * SHARE)), 0.10
AT_ONCE, BURSTS, PAGES = 100, max(3, round(20 * SHARE)), max(60, round(300 * SHARE))
GROWTH_BYTES = 100_000_000
PAGE_SECONDS = 1.0
PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.catalogue.loader import load_catalogues, load_regions
from monitor.demo.loader import load_demo
from monitor.method.settings import MethodSettings
from monitor.report.desk import Desk
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.web.server import serve

regions = load_regions(find_shipped("data/regions.csv"))
catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
store = Store.open(Path(sys.argv[1]))
load_demo(store, catalogues, regions, datetime.now(UTC))
desk = Desk(store, catalogues, regions, MethodSettings())
serve(desk, "127.0.0.1", 0, secret_key=b"k" * 32, plain_http=True, demo=True)
"""


class Lifted(Brakes):
    def wait(self, name: str, address: str) -> int:
        return 0


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with Store.open(tmp_path / "m.duckdb") as store:
        yield Access(store, lambda: catalogues, lambda: regions, brakes=Lifted())


def test_an_unknown_name_takes_as_long_as_a_known_one(access: Access) -> None:
    console = Actor("console", "console")
    access.add(console, login="known", name="known", role="viewer", scope=Scope())
    took: dict[str, list[float]] = {"known": [], "nobody": []}
    for number in range(PAIRS):
        for login in sorted(took, reverse=number % 2 == 0):
            begun = time.perf_counter()
            with pytest.raises(SignInError):
                access.sign_in(login, "a wrong password", "10.0.0.1")
            took[login].append(time.perf_counter() - begun)
    known, nobody = (statistics.median(took[login]) for login in ("known", "nobody"))
    apart = abs(known - nobody) / min(known, nobody)
    print(f"\n{PAIRS} each: known {known * 1000:.2f} ms, unknown {nobody * 1000:.2f} ms, apart {apart:.1%}")
    assert apart <= DIFFERENCE


class Server:
    """The demonstration's dashboard in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.pid, self.port = process.pid, port
        self._numbers = count()
        status, head = self.post("/login/demo", {"who": "demo-planner"}, "127.0.0.1")
        assert status == 303
        self.cookie = head["Set-Cookie"].split(";")[0]

    def post(self, path: str, fields: dict[str, str], address: str) -> tuple[int, dict[str, str]]:
        """Asked from another address of this machine."""
        with self._open(address) as line:
            own = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/x-www-form-urlencoded"}
            line.request("POST", path, urlencode(fields), own)
            answer = line.getresponse()
            answer.read()
            return answer.status, dict(answer.getheaders())

    def knock(self, _: int) -> tuple[int, str | None]:
        """With a name and from an address that nobody had before."""
        number = next(self._numbers) + 256
        address = f"127.{1 + number // 65536}.{number // 256 % 256}.{number % 256}"
        status, head = self.post("/login", {"login": f"name{number}", "password": WRONG}, address)
        return status, head.get("Retry-After")

    def page_seconds(self) -> float:
        """Of the page of units and indicators, as a signed-in planner is answered."""
        begun = time.perf_counter()
        with self._open("127.0.0.1") as line:
            line.request("GET", "/matrix", headers={"Cookie": self.cookie})
            answer = line.getresponse()
            assert answer.status == 200 and len(answer.read()) > 1000
        return time.perf_counter() - begun

    def peak_bytes(self) -> int:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        assert found is not None
        return int(found[1]) * 1024

    @contextmanager
    def _open(self, address: str) -> Iterator[HTTPConnection]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(address, 0))
        try:
            line.connect()
            assert line.sock is not None
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield line
        finally:
            line.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    tmp_path = tmp_path_factory.mktemp("flood")
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "m.duckdb")]
    log = (tmp_path / "log").open("w")
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        address = next(line for line in process.stdout if line.startswith("http"))
        yield Server(process, int(address.strip().rstrip("/").rpartition(":")[2]))
    finally:
        process.terminate()
        process.communicate(timeout=30)
        log.close()


def test_a_hundred_wrong_passwords_at_once_fill_no_memory_and_stop_no_page(server: Server) -> None:
    alone = [server.page_seconds() for _ in range(PAGES)]
    before, meanwhile = server.peak_bytes(), list[float]()
    answers: list[tuple[int, str | None]] = []
    over = threading.Event()

    def browse() -> None:
        while not over.is_set():
            meanwhile.append(server.page_seconds())

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        reader = pool.submit(browse)
        for _ in range(BURSTS):
            answers += pool.map(server.knock, range(AT_ONCE))
        over.set()
        reader.result()
    growth = server.peak_bytes() - before
    away = [seconds for status, seconds in answers if status == 429]
    usual, worst = (statistics.quantiles(some, n=20)[-1] for some in (alone, meanwhile))
    print(
        f"\n{len(answers)} knocks, {len(away)} told to come again, peak memory +{growth / 1e6:.1f} MB; a page's p95"
        f" {usual * 1000:.1f} ms alone ({len(alone)}), {worst * 1000:.1f} ms meanwhile ({len(meanwhile)}):"
        f" {worst / usual:.1f} times, longest {max(meanwhile) * 1000:.0f} ms"
    )
    assert {status for status, _ in answers} <= {401, 429} and len(answers) == BURSTS * AT_ONCE
    assert away and all(seconds is not None and int(seconds) > 0 for seconds in away)
    assert growth <= GROWTH_BYTES and worst <= PAGE_SECONDS


def test_of_a_flood_from_one_address_twenty_are_looked_at(server: Server) -> None:
    knocks = max(200, round(1_000 * SHARE))
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        fields = [{"login": f"name{number}", "password": WRONG} for number in range(knocks)]
        answers = list(pool.map(lambda one: server.post("/login", one, "127.0.0.9")[0], fields))
    minutes = 1 + int((time.monotonic() - begun) / 60)
    assert answers.count(401) <= 20 * minutes and answers.count(401) + answers.count(429) == knocks
