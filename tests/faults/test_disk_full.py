"""A disk that runs full in five places, and the guard before that (reliability.md 4d): nothing acknowledged is lost.

Each case has a file system of its own, for which root or a user's own name spaces are needed (`unshare`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.served import CHECKOUT
from tests.faults.small_disk import CASES


@pytest.mark.parametrize("case", [one.__name__ for one in CASES])
def test_a_full_disk_loses_nothing_and_is_over_when_there_is_room(tmp_path: Path, case: str) -> None:
    alone = "-m" if os.geteuid() == 0 else "-rm"
    order = ["unshare", alone, sys.executable, "-m", "tests.faults.small_disk", case, str(tmp_path / "disk")]
    ended = subprocess.run(order, cwd=CHECKOUT, capture_output=True, text=True, timeout=300)
    print(f"\n{case}: {ended.stdout.strip()}")
    assert ended.returncode == 0, ended.stderr[-4000:]
