"""Failures put into the work itself at its n-th call, for n = 1, 2, … (reliability.md 4d, soft faults).

A full disk, a broken one, no memory and an interrupt, while a file is taken in and accepted, a form is erased, a table
is written: after each the store is proven, the file is taken in or it is not, and the next one is. `FAULT_SHARE` of
the calls, chosen at random; all of them in the full run.
"""

from __future__ import annotations

import errno
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pandas as pd
import pytest

from monitor.access.actors import Actor
from monitor.intake.cycle import Cycle
from monitor.intake.limits import Limits
from monitor.intake.submissions import list_submissions
from monitor.report.export import write_table
from monitor.store.audit_folder import AuditFolder
from monitor.store.store import INGEST_PREFIX, Store, StoreError
from monitor.store.verifying import verify
from tests.cycle.forms import SIGNED, UNIT, form, shipped
from tests.faults.served import SHARE, content

REPORTER, PLANNER = Actor("江苏填报", "reporter", frozenset({"320000"})), Actor("计划", "planner")
_FAULTS: dict[str, Callable[[], BaseException]] = {
    "full": lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "broken": lambda: OSError(errno.EIO, os.strerror(errno.EIO)),
    "memory": MemoryError,
    "interrupt": KeyboardInterrupt,
}
# calls into the system, and our own calls of the database
_SYSTEM = frozenset(
    {"open", "write", "read", "rename", "replace", "fsync", "unlink", "mkdir", "link", "stat", "truncate", "chmod"}
)
_DATABASE = frozenset({"execute", "_commit", "_seal", "write_head", "run_child"})


class Calls:
    """Counts the calls of this thread and raises at one of them; 0: only counts. What undoes is let through."""

    def __init__(self, at: int, fault: Callable[[], BaseException]) -> None:
        self.at, self.fault, self.count = at, fault, 0
        self.is_raised = False

    def __call__(self, frame: FrameType, event: str, given: Any) -> None:
        name = getattr(given, "__name__", "") if event == "c_call" else frame.f_code.co_name
        known = _SYSTEM if event == "c_call" else _DATABASE if event == "call" else ()
        if name not in known or self.is_raised or "monitor" not in _whose(frame):
            return
        self.count += 1
        if self.count == self.at:
            self.is_raised = True
            raise self.fault()


def _whose(frame: FrameType | None) -> str:
    """The nearest file of the program on the stack, so that what the interpreter does by itself is not counted."""
    for _ in range(6):
        if frame is None:
            return ""
        if f"{os.sep}monitor{os.sep}" in frame.f_code.co_filename:
            return frame.f_code.co_filename
        frame = frame.f_back
    return ""


@contextmanager
def failing(at: int, fault: Callable[[], BaseException]) -> Iterator[Calls]:
    calls = Calls(at, fault)
    sys.setprofile(calls)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def _tries(count: int, seed: str) -> list[tuple[int, str]]:
    """Which call fails, and how."""
    every = [(at, name) for at in range(1, count + 1) for name in _FAULTS]
    return random.Random(seed).sample(every, max(8, round(len(every) * SHARE * SHARE)))


def _prove(store: Store) -> None:
    assert store.path is not None
    audit = AuditFolder.of(store.path, None)
    found = verify(store, audit.load_key(), audit.read_head())
    assert [one for one in found.findings if one.is_fault] == []


def _is_met(work: Callable[[], object], at: int, fault: str) -> bool:
    """Whether the failure came out; the work may have been done in spite of it."""
    try:
        with failing(at, _FAULTS[fault]):
            work()
    except (OSError, MemoryError, KeyboardInterrupt, StoreError):
        return True
    return False


def test_a_file_is_taken_in_and_accepted_or_not_at_all(tmp_path: Path) -> None:
    catalogues, regions = shipped()
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        cycle = Cycle(store, catalogues, regions)
        cycle.space = type(cycle.space)(None, 1)

        def send(number: int) -> None:
            path = tmp_path / "sent.csv"
            path.write_bytes(content(number))
            taken = cycle.send(REPORTER, path, name="sent.csv", explain="restated", reason="restated", is_counted=False)
            for one in taken.submissions:
                assert one.submission_id is not None
                cycle.accept(PLANNER, one.submission_id, explain="restated")

        send(1)
        with failing(0, OSError) as calls:
            send(2)
        met = 0
        tries = _tries(calls.count, "send")
        for number, (at, fault) in enumerate(tries, start=3):
            before = len(list_submissions(store))
            met += _is_met(lambda number=number: send(number), at, fault)  # type: ignore[misc]
            assert len(list_submissions(store)) - before in (0, 1)
            _prove(store)
            assert not list(store.staging_folder.glob(f"{INGEST_PREFIX}*/file"))
        print(f"\n{len(tries)} of {len(_FAULTS)} × {calls.count} failures, {met} of them came out")
        assert met
        before = len(list_submissions(store))
        send(10_001)
        assert len(list_submissions(store)) == before + 1
        _prove(store)
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        _prove(store)
        assert len(list_submissions(store)) == before + 1


def test_names_are_erased_or_all_there(tmp_path: Path) -> None:
    catalogues, regions = shipped()
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        cycle = Cycle(store, catalogues, regions, limits=Limits(files_per_day=1_000))  # as many as are tried
        sender = Actor("江苏填报", "reporter", frozenset({UNIT}))

        def draft(drugs: int) -> int:
            return cycle.draft(sender, form(cycle, tmp_path, {"procured_drugs": drugs}), name="f.xlsx").receipt_id

        with failing(0, OSError) as calls:
            receipt = draft(400)
        with failing(0, OSError) as calls:
            cycle.erase_people(PLANNER, receipt)
        tries = _tries(calls.count, "erase")[: max(4, round(200 * SHARE))]
        for number, (at, fault) in enumerate(tries, start=401):
            receipt = draft(number)
            _is_met(lambda receipt=receipt: cycle.erase_people(PLANNER, receipt), at, fault)  # type: ignore[misc]
            _prove(store)
            cycle.erase_people(PLANNER, receipt)  # what was left of it
            assert not any(
                text.encode() in (cycle.received_folder / str(receipt)).read_bytes() for text in SIGNED.values()
            )
            _prove(store)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "json"])
def test_a_table_is_written_or_the_one_before_is_left(tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"table.{kind}"
    first, second = pd.DataFrame({"a": ["x", "y"]}), pd.DataFrame({"a": ["x", "z", "z"]})
    write_table(second, target, {})
    later = target.read_bytes()
    write_table(first, target, {})
    before = target.read_bytes()
    with failing(0, OSError) as calls:
        write_table(first, target, {})
    for at, fault in _tries(calls.count, kind):
        write_table(first, target, {})
        if _is_met(lambda: write_table(second, target, {}), at, fault):
            assert target.read_bytes() in (before, later)
            assert [path.name for path in tmp_path.iterdir() if path != target] == [], (at, fault)
