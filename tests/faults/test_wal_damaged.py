"""One bit of the write-ahead log flipped, or its end cut: never started silently short (reliability.md 4d).

`FAULT_SHARE` of 400 flips and 1,500 cuts. DuckDB alone opens some of them without the last transactions.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.intake.submissions import list_submissions
from monitor.store.store import Store, StoreError

SHARE = float(os.environ.get("FAULT_SHARE", "1"))
FILES = 6
_WRITER = """
import os, sys
from pathlib import Path
from monitor.store.store import Store
from tests.store.world import Sent, send
store = Store.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    send(store, Sent(value=str(number)), accept=True)
os._exit(9)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a store whose owner died: all is in the write-ahead log."""
    folder = tmp_path_factory.mktemp("killed") / "data"
    arguments = [sys.executable, "-c", _WRITER, str(folder / "monitor.duckdb"), str(FILES)]
    died = subprocess.run(arguments, cwd=Path(__file__).parents[2], check=False)
    assert died.returncode == 9 and (folder / "monitor.duckdb.wal").stat().st_size > 10_000
    return folder


def _opened(folder: Path) -> int | str:
    """How many submissions there are, or the code of the refusal."""
    try:
        with Store.open(folder / "monitor.duckdb") as store:
            return len(list_submissions(store))
    except StoreError as error:
        assert error.zh and error.en
        return error.code


def _damaged(killed: Path, target: Path, number: int, *, cut: bool) -> int | str:
    shutil.copytree(killed, target)
    log, chance = target / "monitor.duckdb.wal", random.Random(f"{cut} {number}")
    content = bytearray(log.read_bytes())
    if cut:
        del content[chance.randrange(len(content)) :]
    else:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    log.write_bytes(content)
    found = _opened(target)
    shutil.rmtree(target)
    return found


def test_whole_it_opens(killed: Path, tmp_path: Path) -> None:
    shutil.copytree(killed, tmp_path / "data")
    assert _opened(tmp_path / "data") == FILES


@pytest.mark.parametrize(
    ("cut", "rounds"), [(False, 400 * SHARE), (True, 1500 * SHARE * SHARE**0.5)], ids=["flipped", "cut"]
)
def test_damaged_it_says_so_or_has_everything(killed: Path, tmp_path: Path, cut: bool, rounds: float) -> None:
    found = [_damaged(killed, tmp_path / "data", number, cut=cut) for number in range(max(1, round(rounds)))]
    assert set(found) <= {FILES, "audit_short", "damaged", "damaged_wal"}, sorted(map(str, set(found)))
