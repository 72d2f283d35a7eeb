"""Killed at any moment, the store keeps what it acknowledged and holds nothing torn."""

from __future__ import annotations

import os
from pathlib import Path

from .crash import check, kill_rounds


def test_nothing_acknowledged_is_lost_and_nothing_is_torn(tmp_path: Path) -> None:
    rounds = int(os.environ.get("FAULT_ROUNDS", "15"))
    assert kill_rounds(tmp_path, rounds, seed=20260716) > 0


def test_a_store_whose_making_was_cut_short_opens(tmp_path: Path) -> None:
    (tmp_path / ".new-store-abc").mkdir()
    (tmp_path / ".new-store-abc" / "monitor.duckdb").write_bytes(b"half")
    (tmp_path / "acknowledged").touch()
    assert check(tmp_path / "monitor.duckdb", tmp_path / "acknowledged") == 1
