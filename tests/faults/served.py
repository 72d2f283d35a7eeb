"""The whole server as a process, clients that send it files and write down what it acknowledged, and the check after.

A file restates two indicators of one province with one number, so that a torn one shows.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import select
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from monitor.intake.submissions import list_submissions
from monitor.store.audit_folder import AuditFolder
from monitor.store.store import Store
from monitor.store.tokens import make_token
from monitor.store.verifying import verify

CHECKOUT = Path(__file__).absolute().parents[2]
SHARE = float(os.environ.get("FAULT_SHARE", "1"))
INDICATORS = ("enrolment_rate", "medical_aid_share")
_HEAD = "indicator_id,region_code,period,numerator,denominator\n"
_PATIENCE = 120.0


def rounds(full: int) -> int:
    """How many of `full` rounds to run, each of which starts a server: fewer than of others, for they are long."""
    return max(1, round(full * SHARE * math.sqrt(SHARE)))


def content(number: int) -> bytes:
    """A file that no other number gives."""
    return (_HEAD + "".join(f"{name},320000,2025,{number},20000\n" for name in INDICATORS)).encode()


@dataclass(frozen=True)
class House:
    """A data folder with its tokens. `environment`: what the server is started with."""

    folder: Path
    tokens: dict[str, str]
    environment: dict[str, str]

    @property
    def store(self) -> Path:
        return self.folder / "monitor.duckdb"

    @property
    def log(self) -> Path:
        return self.folder.with_name(self.folder.name + ".log")


def furnish(folder: Path, **settings: str) -> House:
    """A store with a reporter's and a planner's token. `settings`: further variables, without MONITOR_."""
    with Store.open(folder / "monitor.duckdb") as store:
        tokens = {
            role: make_token(store, name=role, role=role, regions=reach, by="admin")[1]
            for role, reach in (("reporter", ["320000"]), ("planner", None), ("viewer", None))
        }
    own = {name: text for name, text in os.environ.items() if not name.startswith("MONITOR_")}
    given = {
        "store": str(folder / "monitor.duckdb"), "plain_http": "true", "language": "en",
        "max_files_per_day": "1000000", **settings,
    }  # fmt: skip
    return House(folder, tokens, {**own, **{f"MONITOR_{name.upper()}": text for name, text in given.items()}})


@dataclass
class Server:
    """A process that runs, or will run, `monitor serve`."""

    house: House
    process: subprocess.Popen[str]
    began: float
    address: str = ""
    ready_after: float = 0.0

    def go(self) -> None:
        """Let a server that was started with `--wait` begin."""
        assert self.process.stdin is not None
        self.began = time.monotonic()
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def wait_ready(self) -> Server:
        """Until /readyz says so."""
        assert self.process.stdout is not None
        line = _line_of(self.process)
        assert ": http" in line, f"it did not start: {line!r} {self.said()[-2000:]}"
        self.address = line.split(": ", 1)[1].strip().rstrip("/")
        deadline = time.monotonic() + _PATIENCE
        while self.ask("GET", "/readyz")[0] != 200:
            assert time.monotonic() < deadline, "it never became ready"
            time.sleep(0.02)
        self.ready_after = time.monotonic() - self.began
        return self

    def said(self) -> str:
        """What it and those before it have logged."""
        return self.house.log.read_text(encoding="utf-8", errors="replace")

    def ask(
        self, method: str, path: str, who: str | None = None, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Status and body; 0 where the connection broke."""
        asked = urllib.request.Request(self.address + path, data=body, method=method)
        if who is not None:
            asked.add_header("Authorization", f"Bearer {self.house.tokens[who]}")
        for name, text in headers.items():
            asked.add_header(name.replace("_", "-"), text)
        try:
            with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError:
            return 0, b""
        except Exception as broken:  # an answer that was cut off
            if type(broken).__module__ != "http.client":
                raise
            return 0, b""

    def send(self, number: int) -> tuple[int, dict[str, Any]]:
        path = "/api/v1/submissions?explain=restated&reason=restated"
        status, body = self.ask("POST", path, "reporter", content(number), Content_Type="text/csv")
        return status, json.loads(body) if body.startswith(b"{") else {}

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def launch(house: House, *options: str, log: Path | None = None) -> Server:
    """Start `monitor serve` on a free port, by tests/faults/launched.py with these options."""
    order = [sys.executable, "-m", "tests.faults.launched", *options, "serve", "--port", "0"]
    with (log or house.log).open("a") as errors:
        process = subprocess.Popen(
            order, cwd=CHECKOUT, env=house.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    return Server(house, process, time.monotonic())


def _line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], _PATIENCE)
    return process.stdout.readline() if ready else ""


@dataclass
class Sending:
    """Threads that send file after file until the server is gone; every third is accepted. `first`: the next number.

    `told`: receipt and number of each file that was acknowledged; `accepted`: submissions whose acceptance was.
    """

    server: Server
    first: int
    threads: int = 2
    told: list[tuple[int, int]] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    begun: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.next, self._lock = self.first, threading.Lock()
        self._workers = [threading.Thread(target=self._work, daemon=True) for _ in range(self.threads)]
        for worker in self._workers:
            worker.start()

    def join(self) -> None:
        for worker in self._workers:
            worker.join(_PATIENCE)
            assert not worker.is_alive()

    def _work(self) -> None:
        while True:
            with self._lock:
                number, self.next = self.next, self.next + 1
            self.begun.set()
            status, answer = self.server.send(number)
            self.statuses.add(status)
            if status not in (200, 201, 202):
                return
            self.told.append((answer["receipt_id"], number))
            one = answer["submissions"][0]["submission_id"]
            if number % 3 == 0:
                path = f"/api/v1/submissions/{one}/accept"
                status, _ = self.server.ask(
                    "POST", path, "planner", b'{"explain": "restated"}', Content_Type="application/json"
                )
                if status == 200:
                    self.accepted.append(one)


def check_copy(house: House, aside: Path, told: Sequence[tuple[int, int]], accepted: Sequence[int]) -> int:
    """As `check_store`, of a copy of the data folder as it stands, which a server may open meanwhile."""
    shutil.copytree(house.folder, aside)
    try:
        return check_store(aside / house.store.name, told, accepted)
    finally:
        shutil.rmtree(aside)


def check_store(path: Path, told: Sequence[tuple[int, int]], accepted: Sequence[int]) -> int:
    """What was acknowledged is there, whole, with its bytes; nothing is half there. Returns how many submissions."""
    with Store.open(path) as store:
        folder = AuditFolder.of(path, None)
        found = verify(store, folder.load_key(), folder.read_head())
        assert [one for one in found.findings if one.is_fault] == []
        listed = {one.submission_id: one for one in list_submissions(store)}
        revisions = sorted(one.revision for one in listed.values())
        assert revisions == list(range(1, len(listed) + 1))
        numbers = {}
        for submission, rows, least, greatest in store.ask(files(__package__) / "sent_numbers.sql"):
            assert (rows, least) == (len(INDICATORS), greatest), f"submission {submission} is torn"
            numbers[listed[submission].receipt_id] = least
        assert store.received_folder is not None
        for receipt, number in told:
            assert numbers.get(receipt) == number, f"receipt {receipt} was acknowledged and is lost"
        for receipt, number in numbers.items():
            kept = (store.received_folder / str(receipt)).read_bytes()
            assert hashlib.sha256(kept).digest() == hashlib.sha256(content(number)).digest()
        for submission in accepted:
            assert listed[submission].state in ("accepted", "superseded")
        assert sum(one.state == "accepted" for one in listed.values()) <= 1
        return len(listed)
