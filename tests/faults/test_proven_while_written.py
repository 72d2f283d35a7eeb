"""A store is proven, and its figures made again, while others write to it: what they write is never taken for a fault.

`FAULT_SHARE` scales the rounds.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from monitor.access.actors import Actor
from monitor.demo.loader import load_demo
from monitor.intake.cycle import Cycle
from monitor.intake.submissions import ingest, list_submissions
from monitor.integrity import run_checks
from monitor.integrity.proof import verify_store
from monitor.integrity.rebuild import rebuild
from monitor.method.settings import MethodSettings
from monitor.report.desk import Configuration
from monitor.store.store import Store
from tests.cycle.forms import form, shipped
from tests.cycle.in_process import reading_in_process

SHARE = float(os.environ.get("FAULT_SHARE", "1"))
ROUNDS = max(3, round(60 * SHARE))
HEAD = "indicator_id,region_code,period,numerator,denominator\n"
CONSOLE = Actor("root", "console")


def configured() -> Configuration:
    return Configuration(*shipped(), MethodSettings())


@contextmanager
def writing(write: Callable[[int], object]) -> Iterator[list[int]]:
    """Somebody writes, again and again, as long as the block lasts; what they wrote."""
    stop, done, failed = threading.Event(), list[int](), list[BaseException]()

    def work() -> None:
        while not stop.is_set():
            try:
                write(len(done))
            except BaseException as error:
                failed.append(error)
                return
            done.append(len(done))
            time.sleep(0.01)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        yield done
    finally:
        stop.set()
        writer.join()
    assert not failed, failed


def test_sound_in_every_moment_while_files_come_are_accepted_and_lose_their_names(tmp_path: Path) -> None:
    with reading_in_process(), Store.open(tmp_path / "monitor.duckdb") as store:
        cycle = Cycle(store, *shipped())
        signed = form(cycle, tmp_path, {"procured_drugs": 435})

        def write(number: int) -> None:
            path = tmp_path / f"{number}.csv"
            path.write_text(HEAD + f"enrolment_rate,320000,2024-Q4,{number + 1},8400\n", encoding="utf-8")
            ingest(store, *shipped(), path, by="root", accept=True, explain="属实")
            path.unlink()
            if number % 3 == 0:
                kept = cycle.draft(CONSOLE, signed, name=f"{number}.xlsx").receipt_id
                assert cycle.erase_people(CONSOLE, kept, None)

        with writing(write) as done:
            while len(done) < ROUNDS:
                found = verify_store(store, configured, quick=True)
                assert found.findings == ()
                assert not [one for one in run_checks(store) if one.count]
            made = rebuild(store, configured, by="root")
            assert made.is_equal and made.rows == made.submissions
        assert len(list_submissions(store)) == len(done)
        assert verify_store(store, configured, quick=SHARE < 1).findings == ()


def test_the_demo_comes_to_the_same_again(tmp_path: Path) -> None:
    with Store.open(tmp_path / "demo" / "monitor.duckdb") as store:
        load_demo(store, *shipped(), datetime.now(UTC))
        made = rebuild(store, configured, by="root", target=tmp_path / "again")
        assert made.is_equal and made.store is not None
        assert (made.files, made.submissions > 1000, made.rows > 14_000, made.carried > 100) == (5, True, True, True)
    shutil.rmtree(tmp_path / "demo")
    with Store.open(made.store) as store:
        found = verify_store(store, configured, quick=SHARE < 1)
        assert found.findings == ()
        assert SHARE < 1 or (found.looked("I7") > 10_000 and found.looked("I9") > 10_000)
