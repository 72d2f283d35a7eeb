"""Runs the installed command line and reads its scorecard."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def assess(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Rows]:
    """`monitor assess …` in a process of its own; gives the rows of the CSV it wrote."""

    def run(*arguments: str | Path) -> Rows:
        output = tmp_path_factory.mktemp("assess") / "scorecard.csv"
        command = [sys.executable, "-m", "monitor", "assess", *map(str, arguments), "--output", str(output)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with output.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return run
