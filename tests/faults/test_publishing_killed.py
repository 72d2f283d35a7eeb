"""Publishing, killed at any call that leaves something behind: `FAULT_SHARE` of 60 of them."""

from __future__ import annotations

import os
from pathlib import Path

from tests.store.killed_publishing import kill_rounds


def test_a_killed_publisher_leaves_nothing_broken(tmp_path: Path) -> None:
    rounds = max(2, round(60 * float(os.environ.get("FAULT_SHARE", "1"))))
    assert kill_rounds(tmp_path, rounds) == rounds
