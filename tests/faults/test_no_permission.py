"""A folder or a file that may not be written: one line that names it, at once, and no traceback (reliability.md 4d)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.store.store import Store
from tests.faults.served import CHECKOUT, SHARE

SECONDS = 2.0
_NOBODY = 65534
# root may write everywhere, unless it gives that up
_AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown"] if os.geteuid() == 0 else []


def _read_only_folder(data: Path) -> None:
    data.chmod(0o555)


def _no_folder(data: Path) -> None:
    shutil.rmtree(data)
    data.mkdir(mode=0o555)


def _read_only_file(data: Path) -> None:
    (data / "monitor.duckdb").chmod(0o444)


def _another_owner(data: Path) -> None:
    if os.geteuid() == 0:
        for path in (data, *data.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY)
    else:  # to whom the folder is closed as that of another
        data.chmod(0o000)


@pytest.mark.parametrize("spoil", [_read_only_folder, _no_folder, _read_only_file, _another_owner])
@pytest.mark.parametrize("command", ["serve", "submissions list"])
def test_what_may_not_be_written_is_told_at_once(tmp_path: Path, command: str, spoil: Callable[[Path], None]) -> None:
    data = tmp_path / "data"
    Store.open(data / "monitor.duckdb").close()
    spoil(data)
    settings = {"MONITOR_STORE": str(data / "monitor.duckdb"), "MONITOR_PORT": "0", "MONITOR_LANGUAGE": "en"}
    own = {name: text for name, text in os.environ.items() if not name.startswith("MONITOR_")}
    began = time.monotonic()
    ended = subprocess.run(
        [*_AS_ANYBODY, sys.executable, "-m", "monitor", *command.split()], cwd=CHECKOUT, capture_output=True, text=True,
        env={**own, **settings}, timeout=60,
    )  # fmt: skip
    took = time.monotonic() - began
    data.chmod(0o755)
    (line,) = ended.stderr.splitlines()
    assert ended.returncode in (1, 2) and str(data) in line and "unexpected error" not in line, line
    print(f"\n{command}: {took:.2f} s: {line}")
    assert SHARE < 1 or took <= SECONDS
