"""The store's file with a bit flipped, 400 times, or cut, 61 times: refused or failing, or every answer as before.

Never a wrong answer (reliability.md 4d). As a program: opens one damaged store after the other and prints what came of
each; where one takes the process down, the next process goes on behind it.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from monitor.intake.submissions import list_submissions
from monitor.store.audit_folder import AuditFolder
from monitor.store.store import Store, StoreError, StoreFatal
from monitor.store.verifying import verify
from tests.faults.served import CHECKOUT, SHARE
from tests.store.world import Sent, figures, send, visible

KINDS = {"flip": 400, "cut": 61}
FILES, ROWS = 12, 40


def _build(folder: Path) -> None:
    with Store.open(folder / "monitor.duckdb") as store:
        for number in range(FILES):
            rows = [Sent("abc"[n % 3], "120000", f"20{10 + n // 3:02d}-06", f"{number}.{n}") for n in range(ROWS)]
            send(store, *rows, accept=True)


def _answers(folder: Path) -> tuple[Any, ...]:
    """All that can be asked of it. Raises whatever the store does."""
    with Store.open(folder / "monitor.duckdb") as store:
        audit = AuditFolder.of(folder / "monitor.duckdb", None)
        proof = verify(store, audit.load_key(), audit.read_head())
        sent = [(one.submission_id, one.state, one.content_sha256) for one in list_submissions(store)]
        return figures(store), visible(store), sent, [finding.code for finding in proof.findings]


def _damage(file: Path, kind: str, number: int) -> None:
    chance, size = random.Random(f"{kind} {number}"), file.stat().st_size
    if kind == "cut":
        with file.open("r+b") as stream:
            stream.truncate(size * number // KINDS["cut"])
        return
    place = chance.randrange(size)
    with file.open("r+b") as stream:
        stream.seek(place)
        (byte,) = stream.read(1)
        stream.seek(place)
        stream.write(bytes([byte ^ 1 << chance.randrange(8)]))


def _main(whole: Path, target: Path, kind: str, numbers: list[int]) -> None:
    before = _answers(whole)
    for number in numbers:
        shutil.copytree(whole, target)
        _damage(target / "monitor.duckdb", kind, number)
        try:
            came = "same" if _answers(target) == before else "WRONG"
        except StoreError as error:
            came = f"refused: {error.code}"
        except (StoreFatal, duckdb.Error):
            came = "failing"
        print(number, came, flush=True)
        shutil.rmtree(target)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_damaged_file_never_gives_a_wrong_answer(tmp_path: Path, kind: str) -> None:
    whole, target, rounds = tmp_path / "whole", tmp_path / "damaged", max(6, round(KINDS[kind] * SHARE))
    _build(whole)
    numbers = random.Random(rounds).sample(range(KINDS[kind]), rounds)  # all of them in the full run
    counts: Counter[str] = Counter()
    while numbers:
        order = [sys.executable, "-m", "tests.faults.test_file_damaged", str(whole), str(target), kind]
        ended = subprocess.run([*order, *map(str, numbers)], cwd=CHECKOUT, capture_output=True, text=True, timeout=1800)
        lines = [line.split(" ", 1)[1] for line in ended.stdout.splitlines()]
        counts.update(lines)
        numbers = numbers[len(lines) :]
        if numbers:
            assert ended.returncode < 0, ended.stderr  # taken down by the machine's own signal, which is no answer
            counts["died"] += 1
            numbers = numbers[1:]
            shutil.rmtree(target)
    print(f"\n{kind}: {dict(counts)}")
    assert not counts["WRONG"] and not counts["refused: machine"]  # whose cure would be another
    assert kind == "flip" or set(counts) <= {"refused: damaged"}


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], [int(text) for text in sys.argv[4:]])
