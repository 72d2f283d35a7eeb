"""Erasing who signed a form, killed at any call: `FAULT_SHARE` of 80 rounds. The form is as it was, or erased.

As a program: opens the store in a folder, erases the people of receipt 1, and kills itself at the call of a number.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

from monitor.access.actors import Actor
from monitor.intake.cycle import Cycle
from monitor.intake.people import list_people
from monitor.store.erasures import digest_of
from monitor.store.store import Store
from tests.cycle.forms import SIGNED, UNIT, form, shipped

ROUNDS = 80
PLANNER = Actor("计划", "planner")
REPORTER = Actor("江苏填报", "reporter", frozenset({UNIT}))
_NOTED = Path(__file__).parents[1] / "cycle" / "erasures.sql"


def test_a_killed_erasing_leaves_the_form_as_it_was_or_erased(tmp_path: Path) -> None:
    rounds = max(2, round(ROUNDS * float(os.environ.get("FAULT_SHARE", "1"))))
    whole = tmp_path / "whole"
    whole.mkdir()
    with Store.open(whole / "monitor.duckdb") as store:
        cycle = Cycle(store, *shipped())
        draft = cycle.draft(REPORTER, form(cycle, tmp_path, {"procured_drugs": 512}), name="f.xlsx")
    before = digest_of(whole / "received" / "1")
    calls = _erase(whole, tmp_path / "counted", 0)
    dice, erased = random.Random(rounds), 0
    for number in range(rounds):
        folder = tmp_path / str(number)
        _erase(whole, folder, dice.randint(1, calls))
        with Store.open(folder / "monitor.duckdb") as store:
            cycle = Cycle(store, *shipped())
            erased += _is_whole(cycle, before)
            assert cycle.look(REPORTER, 1).changes == draft.changes
            cycle.erase_people(PLANNER, 1)
            assert _is_whole(cycle, before)
        shutil.rmtree(folder)
    assert rounds < ROUNDS or 0 < erased < rounds


def _is_whole(cycle: Cycle, before: str) -> bool:
    """Whether it is erased; asserts that table, bytes and log agree on it."""
    kept = cycle.received_folder / "1"
    assert sorted(path.name for path in kept.parent.iterdir()) == ["1"]
    entries = cycle.store.ask(_NOTED)
    people = [one.people.filled for one in list_people(cycle.store, PLANNER)]
    if not entries:
        assert people == [SIGNED] and digest_of(kept) == before
        return False
    ((_, _, _, was, now),) = entries
    with zipfile.ZipFile(kept) as book:
        content = b"".join(map(book.read, book.namelist())).decode("utf-8", "replace")
    assert people == [] and (was, now) == (before, digest_of(kept))
    assert not any(text in content for text in SIGNED.values())
    return True


def _erase(whole: Path, folder: Path, at: int) -> int:
    """Erase in a copy of the folder, in a process that kills itself at the call of that number; 0: count the calls."""
    shutil.copytree(whole, folder)
    order = [sys.executable, "-m", __spec__.name if __spec__ else __name__, str(folder), str(at)]
    ended = subprocess.run(order, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert ended.returncode == (-signal.SIGKILL if at else 0), ended.stderr
    return int(ended.stdout or 0)


def _main(folder: Path, at: int) -> None:
    calls = 0

    def called(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)

    with Store.open(folder / "monitor.duckdb") as store:
        cycle = Cycle(store, *shipped())
        threading.setprofile(called)
        sys.setprofile(called)
        cycle.erase_people(PLANNER, 1)
        sys.setprofile(None)
    print(calls)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
