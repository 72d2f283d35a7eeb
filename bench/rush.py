"""The last minute of a deadline: 32 units send their quarter at once by the API while 20 readers browse the pages.

A server as `monitor serve` makes it, in a process of its own on loopback; senders and readers share the machine with
it. Reference of every figure: the same readers before anybody sent. Figures are synthetic.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.catalogue.loader import Catalogue, load_catalogues, load_regions
from monitor.catalogue.periods import parse_period
from monitor.catalogue.regions import Regions
from monitor.demo.files import write_rows
from monitor.demo.generate import generate
from monitor.demo.rows import SentRow
from monitor.intake.submissions import ingest, list_submissions, show
from monitor.shipped import find_shipped
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.web.api.operations import CSV, XLSX

QUARTER = "2025-Q4"
READERS = 20
PAUSE_SECONDS = 2.0
BEFORE_SECONDS = 20.0
ACCEPTED = 8
SHOWN_WITHIN = 1.0
SEEN = ("/", "/?lang=en", "/indicator/{indicator}", "/region/{region}")


@dataclass(frozen=True)
class Rush:
    """`lost`: files without an answer, a submission or their bytes; `mixed`: stored figures that are not those sent.

    Times in seconds. `before` and `during`: of each page; `uploads`: of each file, from sending to its answer; `shown`:
    of each acceptance, from asking for it to holding an overview that tells the new figures, `shown_among` while the
    readers go on.
    """

    units: int
    rows: int
    lost: int
    mixed: int
    faults: int
    uploads: tuple[float, ...]
    before: tuple[float, ...]
    during: tuple[float, ...]
    shown_among: tuple[float, ...]
    shown: tuple[float, ...]
    load: float

    @property
    def ratio(self) -> float:
        """Page p95 while files come in, against before."""
        return quantile(self.during, 95) / quantile(self.before, 95)

    @property
    def holds(self) -> bool:
        return self.lost == self.mixed == self.faults == 0 and statistics.median(self.shown) < SHOWN_WITHIN


Headers = dict[str, str]
_READER = "reader"


def quantile(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def run() -> Rush:
    regions = load_regions(find_shipped("data/regions.csv"))
    catalogues = load_catalogues([find_shipped("indicators.yaml")], regions)
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        sent = _files(folder, catalogues, regions)
        tokens = _store(folder, catalogues, regions, sent)
        load = os.getloadavg()[0]
        with _server(folder) as address:
            cookie = _sign_in(address, tokens["reader"])
            with _readers(address, cookie, catalogues[0], sorted(sent)) as readers:
                before = readers.during(lambda: time.sleep(BEFORE_SECONDS))[1]
                answers, during = readers.during(lambda: _send_all(address, folder, sent, tokens))
                among = _accept(address, tokens["reviewer"], cookie)
            shown = _accept(address, tokens["reviewer"], cookie)
        lost, mixed = _compare(folder, catalogues, sent, answers)
    rows = sum(map(len, sent.values()))
    uploads = tuple(seconds for _, seconds, _ in answers)
    times = (uploads, tuple(before), tuple(during), tuple(among), tuple(shown))
    return Rush(len(sent), rows, lost, mixed, readers.faults, *times, load)


def _files(folder: Path, catalogues: Sequence[Catalogue], regions: Regions) -> dict[str, tuple[SentRow, ...]]:
    """History as one file, and a file of the quarter for each unit: .xlsx and .csv in turn."""
    sendings = generate(catalogues[0].indicators, regions, find_shipped("data/published_national.csv"))
    last = parse_period(QUARTER)
    history = [
        one
        for one in sendings
        if one.vintage == "reported" and one.number == 1 and parse_period(one.period).index < last.index
    ]
    write_rows(folder / "history.csv", (row for one in history for row in one.rows))
    quarter = {
        one.unit: tuple(replace(row, vintage="reported", published_on="") for row in one.rows)
        for one in sendings
        if (one.period, one.vintage) == (QUARTER, "flash")
    }
    for place, (unit, rows) in enumerate(sorted(quarter.items())):
        write_rows(folder / f"{unit}.{'xlsx' if place % 2 else 'csv'}", rows)
    return quarter


def _store(
    folder: Path, catalogues: Sequence[Catalogue], regions: Regions, units: dict[str, tuple[SentRow, ...]]
) -> dict[str, str]:
    """A store that knows everything up to the quarter; tokens of the units and a reviewer, a reader's password."""
    with Store.open(folder / "data" / "monitor.duckdb") as store:
        path = folder / "history.csv"
        result = ingest(store, catalogues, regions, path, by="bench", accept=True, explain="模拟数据")
        assert not result.is_refused, result.problems[:3]
        tokens = {
            unit: make_token(store, name=f"unit {unit}", role="reporter", regions=[unit], by="bench")[1]
            for unit in units
        }
        tokens["reviewer"] = make_token(store, name="reviewer", role="reviewer", regions=None, by="bench")[1]
        access = Access(store, lambda: catalogues, lambda: regions)
        account, once = access.add(Actor("bench", "console"), login=_READER, name="bench", role="viewer", scope=Scope())
        tokens["reader"] = secrets.token_urlsafe(16)
        access.choose_password(account, str(once), tokens["reader"], "")
    return tokens


def _sign_in(address: str, password: str) -> Headers:
    """The header of the reader's session."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"login": _READER, "password": password}).encode()
    return {"Cookie": (_ask(address, "POST", "/login", form, body)[1]["Set-Cookie"]).partition(";")[0]}


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """The address of `monitor serve` over that store."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    environment |= {"MONITOR_STORE": str(folder / "data" / "monitor.duckdb"), "MONITOR_LANGUAGE": "en"}
    environment["MONITOR_PLAIN_HTTP"] = "true"
    command = [sys.executable, "-m", "monitor", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield line[line.index("http") :].strip()
        finally:
            process.terminate()
            process.wait(60)


class _Readers:
    """Readers who open a page, look at it for a while, and open the next."""

    def __init__(self, address: str, cookie: Headers, pages: Sequence[str]) -> None:
        self._address, self._cookie, self._pages = address, cookie, pages
        self._done: list[tuple[float, float]] = []
        self._stop = threading.Event()
        self.faults = 0
        self._threads = [threading.Thread(target=self._browse, args=(number,)) for number in range(READERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def during(self, work: Callable[[], Any]) -> tuple[Any, list[float]]:
        """What `work` gives, and how long each page took that was asked for meanwhile."""
        started = time.perf_counter()
        result = work()
        ended = time.perf_counter()
        time.sleep(PAUSE_SECONDS)  # pages asked for just before the end have come by then
        return result, [seconds for at, seconds in self._done if started <= at <= ended]

    def _browse(self, number: int) -> None:
        chance = random.Random(number)  # nosec B311 # a load, nothing to be guessed
        while not self._stop.wait(chance.expovariate(1 / PAUSE_SECONDS)):
            started = time.perf_counter()
            status, _, body = _ask(self._address, "GET", chance.choice(self._pages), self._cookie)
            self._done.append((started, time.perf_counter() - started))
            self.faults += status != 200 or b"</html>" not in body


@contextmanager
def _readers(address: str, cookie: Headers, catalogue: Catalogue, units: Sequence[str]) -> Iterator[_Readers]:
    indicators = [one.id for one in catalogue.indicators if not one.is_context]
    pages = [page.format(indicator=one, region=unit) for page in SEEN for one in indicators for unit in units]
    for page in dict.fromkeys(pages):
        _ask(address, "GET", page, cookie)  # each once, so that before and during are both of kept answers
    readers = _Readers(address, cookie, pages)
    readers.start()
    try:
        yield readers
    finally:
        readers.stop()


Answered = tuple[str, float, dict[str, Any]]


def _send_all(
    address: str, folder: Path, sent: dict[str, tuple[SentRow, ...]], tokens: dict[str, str]
) -> list[Answered]:
    """Every unit at the same moment; (unit, seconds, answer)."""
    together = threading.Barrier(len(sent))

    def send(unit: str) -> Answered:
        path = next(folder.glob(f"{unit}.*"))
        headers = {
            "Authorization": f"Bearer {tokens[unit]}",
            "Content-Type": CSV if path.suffix == ".csv" else XLSX,
        }
        body = path.read_bytes()
        together.wait()
        started = time.perf_counter()
        target = f"/api/v1/submissions?name={quote(path.name)}&explain={quote('模拟数据')}"
        status, _, answer = _ask(address, "POST", target, headers, body)
        content = json.loads(answer)
        assert status == 202, content
        return unit, time.perf_counter() - started, content

    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(send, sorted(sent)))


def _accept(address: str, token: str, cookie: Headers) -> list[float]:
    """Accept some, one after the other as a reviewer would; how long until the overview told of each."""
    headers = {"Authorization": f"Bearer {token}"}
    waiting = json.loads(_ask(address, "GET", "/api/v1/queue", headers)[2])["items"]
    shown = []
    seen = _figures(address, cookie)
    for one in waiting[:ACCEPTED]:
        time.sleep(PAUSE_SECONDS)
        started = time.perf_counter()
        path = f"/api/v1/submissions/{one['submission_id']}/accept"
        status, _, answer = _ask(address, "POST", path, {**headers, "Content-Type": "application/json"}, b"{}")
        assert status == 200, answer
        while (now := _figures(address, cookie)) == seen:
            assert time.perf_counter() - started < 60, "the overview does not change"
        shown.append(time.perf_counter() - started)
        seen = now
    return shown


def _figures(address: str, cookie: Headers) -> str:
    """What the overview says, without its marks."""
    page = _ask(address, "GET", "/", cookie)[2].decode()
    return re.sub(r"<[^>]*>", " ", page[page.index('id="first-paint"') : page.index('id="react-entry-point"')])


def _compare(
    folder: Path, catalogues: Sequence[Catalogue], sent: dict[str, tuple[SentRow, ...]], answers: Sequence[Answered]
) -> tuple[int, int]:
    """Files that were lost, and figures that are not those sent, in the store as it was left."""
    lost = mixed = 0
    receipts = {unit: answer["receipt_id"] for unit, _, answer in answers}
    with Store.open(folder / "data" / "monitor.duckdb") as store:
        for unit, rows in sent.items():
            path = next(folder.glob(f"{unit}.*"))
            kept = folder / "data" / "received" / str(receipts.get(unit))
            found = list_submissions(store, receipts=[receipts[unit]]) if unit in receipts else ()
            if not found or not kept.exists() or _hash(kept) != _hash(path):
                lost += 1
                continue
            cells = {cell.indicator_id: cell for one in found for cell in show(store, one.submission_id).cells}
            mixed += any(one.region_code != unit or one.revision != 1 for one in found)
            for row in rows:
                cell = cells.pop(row.indicator_id, None)
                stored = None if cell is None else (cell.numerator, cell.denominator, cell.value)
                mixed += stored != (_number(row.numerator), _number(row.denominator), _number(row.value))
            mixed += len(cells)
    return lost, mixed


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _ask(
    address: str, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    host = urlsplit(address)
    connection = http.client.HTTPConnection(str(host.hostname), host.port, timeout=120)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def describe(rush: Rush) -> str:
    """The section of docs/performance.md."""
    return TEXT.format(
        units=rush.units, rows=rush.rows, readers=READERS, quarter=QUARTER, lost=rush.lost, mixed=rush.mixed,
        faults=rush.faults, load=rush.load, pause=PAUSE_SECONDS, accepted=len(rush.shown), ratio=rush.ratio,
        uploads=_times(rush.uploads), before=_times(rush.before), during=_times(rush.during),
        among=_times(rush.shown_among), shown=_times(rush.shown),
        pages_before=len(rush.before), pages_during=len(rush.during),
    )  # fmt: skip


def _times(times: Sequence[float]) -> str:
    return " | ".join(f"{1000 * one:,.0f} ms" for one in (quantile(times, 50), quantile(times, 95), max(times)))


TITLE = "## The last minute of a deadline\n"
TEXT = """\
## The last minute of a deadline

{units} units send their {quarter} at the same moment by the HTTP API ({rows} figures, .xlsx and .csv in turn) while
{readers} readers browse overview, indicator and region pages, each looking at a page for {pause:g} s on average.
`monitor serve` on loopback; senders and readers share the machine with it. Then a reviewer accepts some of them
one by one, {accepted} while the readers go on and as many after they left.

**Lost: {lost}. Mixed: {mixed}. Pages that failed: {faults}.** Lost counts files without an answer, a submission or
their bytes; mixed counts stored figures that are not those sent.

| | median | p95 | longest |
|---|---|---|---|
| a file: sent → read, checked, stored, answered | {uploads} |
| a page before anybody sends ({pages_before}) | {before} |
| a page while files come in ({pages_during}) | {during} |
| a figure: accepted → in the overview's HTML, while the readers go on | {among} |
| the same when nobody else asks | {shown} |

Page p95 while files come in is {ratio:.1f} times that before. Load of the machine when the run began: {load:.1f}. Files
are taken in two at a time (intake/cycle.py), so a file's time is mostly that of those before it.
"""
