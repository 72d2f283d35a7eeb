"""Killed at any moment, the store keeps what it acknowledged and holds nothing torn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.store.store import Store

from .crash import check, kill_rounds


@pytest.mark.process
def test_nothing_acknowledged_is_lost_and_nothing_is_torn(tmp_path: Path) -> None:
    rounds = int(os.environ.get("FAULT_ROUNDS", "8"))
    assert kill_rounds(tmp_path, rounds, seed=20260716) > 0


def test_a_store_whose_making_was_cut_short_opens(tmp_path: Path) -> None:
    (tmp_path / ".new-store-abc").mkdir()
    (tmp_path / ".new-store-abc" / "monitor.duckdb").write_bytes(b"half")
    (tmp_path / "acknowledged").touch()
    assert check(tmp_path / "monitor.duckdb", tmp_path / "acknowledged") == 1


@pytest.mark.process
def test_a_full_disk_refuses_the_write_keeps_what_was_told_and_is_over_when_there_is_space(tmp_path: Path) -> None:
    path, acknowledgements = tmp_path / "monitor.duckdb", tmp_path / "acknowledged"
    Store.open(path).close()
    acknowledgements.touch()
    arguments = [sys.executable, "-m", "tests.store.crash", str(path), str(acknowledgements), "30000"]
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run(arguments, cwd=root, capture_output=True, text=True, timeout=300, check=True).stdout
    assert said == "error machine 3\n"
    told = len(acknowledgements.read_text().splitlines())
    assert check(path, acknowledgements) == told + 1 > 3
