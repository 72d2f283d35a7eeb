"""A writer that is killed at any moment, and what must be true of its store afterwards.

As a program: opens the store, submits and accepts file after file, adds an act with two papers before each, and writes
each receipt's id to a file of acknowledgements as soon as both are in. Every file restates three cells with one
number, and the act and its papers say it, too, so that a torn one shows.
"""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from monitor.dossier.acts import NewPaper, read_acts, read_paper, writing
from monitor.intake.submissions import list_submissions
from monitor.store.audit_folder import AuditFolder
from monitor.store.migrations import SQL
from monitor.store.store import Store, StoreError, StoreFatal
from monitor.store.verifying import verify

from .world import Sent, figures, send

INDICATORS = ("a", "b", "c")


def papers(number: int) -> list[NewPaper]:
    return [NewPaper(name, f"{name} {number} ".encode() * 500) for name in ("甲", "乙")]


def rows(number: int) -> tuple[Sent, ...]:
    return tuple(Sent(name, "120000", "2023-06", str(number)) for name in INDICATORS)


def keep(store: Store, number: int) -> int | None:
    """An act with its papers, then a file; gives its receipt."""
    with writing(store, "round", "r", by="planner") as dossier:
        dossier.add("said", {"number": number}, papers(number))
    return send(store, *rows(number), accept=True).receipt_id


def write(path: Path, acknowledgements: Path) -> None:
    """Waits for a line that says with which number to begin."""
    start = int(sys.stdin.readline())
    with acknowledgements.open("a") as told, Store.open(path) as store:
        print("open", flush=True)
        for number in range(start, start + 10_000):
            told.write(f"{keep(store, number)} {number}\n")
            told.flush()
            os.fsync(told.fileno())
            print("told", flush=True)


def write_until_full(path: Path, acknowledgements: Path, most_bytes: int) -> None:
    """As `write`, where no file may grow beyond `most_bytes`; prints what the store said when one was to."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = Store.open(path)
    start = check_store(store, [])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))
    with acknowledgements.open("a") as told:
        try:
            for number in range(start, start + 10_000):
                told.write(f"{keep(store, number)} {number}\n")
                told.flush()
        except StoreError as error:
            figures_then = len(figures(store))  # reads go on
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            number = check_store(store, [])
            told.write(f"{keep(store, number)} {number}\n")  # and so do writes
            print("error", error.code, figures_then, flush=True)
        except StoreFatal:
            print("fatal", flush=True)
    os._exit(0)


def kill_rounds(folder: Path, rounds: int, seed: int) -> int:
    """Kill a writer `rounds` times on one store and check it after each; returns how many files were acknowledged."""
    chance = random.Random(seed)
    path, acknowledgements = folder / "monitor.duckdb", folder / "acknowledged"
    acknowledgements.touch()
    start, writer = 1, _start(path, acknowledgements)
    try:
        for _ in range(rounds):
            following = _start(path, acknowledgements)  # makes itself ready meanwhile
            _run_and_kill(writer, start, chance)
            writer = following
            start = check(path, acknowledgements)
    finally:
        writer.kill()
        writer.communicate()
    return len(acknowledgements.read_text().splitlines())


def _start(path: Path, acknowledgements: Path) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "tests.store.crash", str(path), str(acknowledgements)]
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)


def _run_and_kill(writer: subprocess.Popen[bytes], start: int, chance: random.Random) -> None:
    """Let it open the store and take in up to three files, then kill it somewhere within the time that one takes."""
    assert writer.stdin is not None and writer.stdout is not None
    writer.stdin.write(f"{start}\n".encode())
    writer.stdin.flush()
    took = 0.2
    for _ in range(chance.randint(0, 4)):  # the first line: it is open
        before = time.monotonic()
        assert writer.stdout.readline()
        took = time.monotonic() - before
    time.sleep(chance.uniform(0, 1.2 * took))
    writer.send_signal(signal.SIGKILL)
    writer.communicate()


def check(path: Path, acknowledgements: Path) -> int:
    """Every acknowledged file is there, whole, with its bytes; nothing is half there. Returns the next number."""
    lines = acknowledgements.read_text().splitlines()
    with Store.open(path) as store:
        folder = AuditFolder.of(path, None)
        assert verify(store, folder.load_key(), folder.read_head()).findings == ()
        return check_store(store, [(int(line.split()[0]), int(line.split()[1])) for line in lines])


def check_store(store: Store, told: list[tuple[int, int]]) -> int:
    """As `check`, of an open store. `told`: receipt and number of each acknowledged file."""
    listed = {one.receipt_id: one for one in list_submissions(store)}
    assert {receipt for receipt, _ in told} <= listed.keys(), "an acknowledged receipt is lost"
    count = len(listed)
    assert sorted(one.revision for one in listed.values()) == list(range(1, count + 1))
    assert all(one.state == ("accepted" if one.revision == count else "superseded") for one in listed.values())
    asked = {"as_of": None, "indicator_ids": list(INDICATORS), "region_codes": None, "periods": None}
    history = store.ask(SQL / "cell_history.sql", asked)
    numbers: dict[int, list[int]] = {}
    for row in history:
        numbers.setdefault(row[6], []).append(int(row[12]))
    assert all(len(set(said)) == 1 and len(said) == len(INDICATORS) for said in numbers.values()), "torn"
    assert numbers.keys() == {one.submission_id for one in listed.values()}
    for receipt, number in told:
        assert numbers[listed[receipt].submission_id][0] == number
    acts = read_acts(store, "round")
    said = [int(act.body["number"]) for act in acts]
    assert {number for _, number in told} <= set(said), "an act is lost"
    for act, number in zip(acts, said, strict=True):
        assert [read_paper(store, act.seq, one.number)[3] for one in act.papers] == [
            paper.content for paper in papers(number)
        ], "torn"
    seq = store.ask(SQL / "last_event.sql")[0][0]
    # of a file: received, submitted, accepted, and superseded for all but the first
    assert seq == max(4 * count - 1, 0) + len(acts)
    assert store.received_folder is not None
    for receipt in listed:
        number = numbers[listed[receipt].submission_id][0]
        kept = (store.received_folder / str(receipt)).read_bytes()
        assert hashlib.sha256(kept).digest() == hashlib.sha256(repr(rows(number)).encode()).digest()
    if count:
        last = numbers[max(numbers)][0]
        assert set(figures(store).values()) == {last}
        return last + 1
    return 1


if __name__ == "__main__":
    if len(sys.argv) > 3:
        write_until_full(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    else:
        write(Path(sys.argv[1]), Path(sys.argv[2]))
