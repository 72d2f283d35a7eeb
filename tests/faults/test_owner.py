"""One process owns the store: of servers that start at once one lives, and no borrower stops the others."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.intake.submissions import ingest
from monitor.integrity.proof import verify_store
from monitor.method.settings import MethodSettings
from monitor.report.desk import Configuration
from monitor.store.borrowed import Borrowed, open_or_borrow
from monitor.store.lending import lending
from monitor.store.migrations import SQL
from monitor.store.owner import find_owner, owning
from monitor.store.store import Store
from monitor.store.wire import Wire, greet_as_borrower
from tests.cycle.forms import shipped
from tests.cycle.in_process import reading_in_process

from .served import CHECKOUT, SHARE, content, rounds

ROUNDS = rounds(20)
EVENTS = {"seq": 0}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "monitor.duckdb"


@pytest.fixture
def owned(path: Path) -> Iterator[Store]:
    """The owner's store, lent meanwhile."""
    with owning(path, "1") as ownership, Store.open(path) as store, lending(store, ownership, "1"):
        yield store


def noted(store: Store) -> list[str]:
    return [str(row[2]) for row in store.ask(SQL / "audit_since.sql", EVENTS)]


def wire_to(path: Path) -> Wire:
    owner = find_owner(path)
    assert owner is not None and owner.port is not None
    wire = Wire(socket.create_connection(("127.0.0.1", owner.port)))
    greet_as_borrower(wire, owner.token)
    return wire


class Start:
    """A server that has loaded everything and starts when it is told to."""

    def __init__(self, folder: Path, number: int) -> None:
        own = {name: text for name, text in os.environ.items() if not name.startswith("MONITOR_")}
        self.log = folder / f"{number}.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.launched", "--wait", "serve", "--port", "0"],
            cwd=folder, env={**own, "PYTHONPATH": str(CHECKOUT), "MONITOR_LANGUAGE": "en"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log.open("wb"),
        )  # fmt: skip

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()


@pytest.mark.parametrize(("many", "times"), [(2, ROUNDS), (max(3, round(20 * SHARE)), 1)])
def test_of_servers_that_start_at_once_exactly_one_lives(tmp_path: Path, many: int, times: int) -> None:
    """The others say in one line whose store it is; the next start finds it free."""
    for number in range(times):
        folder = tmp_path / str(number)
        folder.mkdir()
        starts = [Start(folder, one) for one in range(many)]
        try:
            time.sleep(1)
            for start in starts:
                start.go()
            lives = None
            while lives is None:
                ended = [start for start in starts if start.process.poll() is not None]
                assert len(ended) < many
                lives = (
                    next((start for start in starts if start not in ended), None) if len(ended) == many - 1 else None
                )
                time.sleep(0.02)
            assert lives.process.stdout is not None and b"http://" in lives.process.stdout.readline()
            owner = find_owner(folder / "var" / "monitor.duckdb")
            assert owner is not None and owner.pid == lives.process.pid
            for start in ended:
                said = start.log.read_text()
                assert start.process.returncode == 1 and said.count("\n") == 1, said
                assert f"in use by pid {lives.process.pid}" in said
            lives.process.send_signal(signal.SIGTERM)
            assert lives.process.wait(30) == 0
            assert find_owner(folder / "var" / "monitor.duckdb") is None
        finally:
            for start in starts:
                start.process.kill()
                start.process.communicate()


def test_a_killed_owner_leaves_the_store_to_the_next(path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from monitor.store.owner import owning\n"
        "from monitor.store.lending import lending; from monitor.store.store import Store; path = Path(sys.argv[1])\n"
        "with owning(path, '1') as owner, Store.open(path) as store, lending(store, owner, '1'):\n"
        "    print('lent', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None and owner.stdout.readline() == b"lent\n"
        lent = open_or_borrow(path, "1")
        lent.note("looked", by="borrower")
        owner.kill()
    assert isinstance(lent, Borrowed) and find_owner(path) is not None  # the file still says so
    began = time.monotonic()
    with owning(path, "1"), Store.open(path) as store:
        assert noted(store) == ["borrower"] and time.monotonic() - began < 5


def test_a_command_waits_for_an_owner_that_starts(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from monitor.store.borrowed import open_or_borrow\n"
        "print('begun', flush=True); print(type(open_or_borrow(Path(sys.argv[1]), '1')).__name__)"
    )
    with (
        owning(path, "1") as ownership,
        Store.open(path) as store,
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) as command,
    ):
        assert command.stdout is not None and command.stdout.readline() == b"begun\n"
        time.sleep(0.3)
        assert command.poll() is None
        with lending(store, ownership, "1"):
            assert command.communicate(timeout=30)[0] == b"Borrowed\n"


def test_a_command_proves_the_store_while_the_server_writes(owned: Store, path: Path, tmp_path: Path) -> None:
    catalogues, regions = shipped()
    stop, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            file = tmp_path / "sent.csv"
            file.write_bytes(content(written))
            ingest(owned, catalogues, regions, file, by="sender", accept=True, explain="restated")
            written += 1

    with reading_in_process():
        writer = threading.Thread(target=write)
        writer.start()
        try:
            with open_or_borrow(path, "1") as lent:
                for _ in range(3):
                    before = written
                    found = verify_store(lent, lambda: Configuration(catalogues, regions, MethodSettings()))
                    assert found.findings == () and found.receipts >= before
                    while written == before:
                        time.sleep(0.01)
        finally:
            stop.set()
            writer.join()
    assert written >= 3


_BORROWER = """
import sys, time
from pathlib import Path
from monitor.store.borrowed import open_or_borrow
store = open_or_borrow(Path(sys.argv[1]), "1")
with store.transaction() as transaction:
    transaction.note("looked", by="dead")
    print("begun", flush=True)
    time.sleep(60)
"""


def test_who_dies_in_a_transaction_is_rolled_back_at_once(owned: Store, path: Path) -> None:
    for number in range(ROUNDS):
        with subprocess.Popen([sys.executable, "-c", _BORROWER, str(path)], stdout=subprocess.PIPE) as borrower:
            assert borrower.stdout is not None and borrower.stdout.readline() == b"begun\n"
            borrower.send_signal(signal.SIGKILL)
            began = time.monotonic()
            with owned.transaction() as transaction:
                transaction.note("looked", by=str(number))
            assert time.monotonic() - began < 5
    assert noted(owned) == [str(number) for number in range(ROUNDS)]


def test_those_that_stall_stop_nobody(owned: Store, path: Path) -> None:
    """Some that connect and say nothing, some that ask for much and never read it."""
    with owned.transaction() as transaction:
        for number in range(20_000):
            transaction.note("looked", by=str(number))
    owner = find_owner(path)
    assert owner is not None and owner.port is not None
    silent = [socket.create_connection(("127.0.0.1", owner.port)) for _ in range(20)]
    lazy = [wire_to(path) for _ in range(20)]
    for wire in lazy:
        for _ in range(5):
            wire.send({"do": "ask", "sql": "store/sql/audit_since.sql", "with": EVENTS, "at_once": 20_000})
    with open_or_borrow(path, "1") as lent:
        for number in range(20):
            began = time.monotonic()
            with lent.transaction() as transaction:
                transaction.note("looked", by=f"me {number}")
            assert lent.audit_head() == owned.audit_head() and time.monotonic() - began < 30  # they are waited for 60
    for wire in lazy:
        wire.close()
    for one in silent:
        one.close()
