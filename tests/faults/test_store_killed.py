"""The store's writer killed again and again: `FAULT_SHARE` of 150 rounds (reliability.md 4d)."""

from __future__ import annotations

import os
from pathlib import Path

from tests.store.crash import kill_rounds

ROUNDS = 150


def test_nothing_acknowledged_is_lost_and_nothing_is_torn(tmp_path: Path) -> None:
    rounds = max(1, round(ROUNDS * float(os.environ.get("FAULT_SHARE", "1"))))
    assert kill_rounds(tmp_path, rounds, seed=rounds) > 0
