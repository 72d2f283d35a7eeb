"""A publisher that kills itself at any call, and what must be true of the published folder afterwards.

As a program (STORE FOLDER AT): publishes, and dies by SIGKILL at that call of the machine among those that leave
something behind; AT 0 publishes to the end and prints how many of them there are.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from monitor.store.manifest import CURRENT, read_manifest
from monitor.store.published import Published
from monitor.store.publishing import publish_store
from monitor.store.store import Store

from .world import Clock, Sent, figures, send

_LASTING = frozenset({"open", "os.mkdir", "os.rename", "os.link", "os.chmod", "os.remove", "os.rmdir"})
_ROOT = Path(__file__).resolve().parents[2]
_CHANGED = ("a", "120000", "2023-02")


def kill_rounds(folder: Path, rounds: int) -> int:
    """Kill a publisher at `rounds` different calls, each time on a fresh copy, and check what is left; how many."""
    whole = folder / "whole"
    with Store.open(whole / "data" / "monitor.duckdb", clock=Clock()) as store:
        for month, value in (("2023-01", "1"), ("2023-02", "1")):
            send(store, Sent("a", "120000", month, value), accept=True)
        first = publish_store(store, whole / "published")
        send(store, Sent("a", "120000", "2023-02", "2"), accept=True)
    calls = _publish(whole, folder / "counted", 0)
    chosen = sorted(random.Random(rounds).sample(range(1, calls + 1), min(rounds, calls)))
    for at in chosen:
        place = folder / str(at)
        _publish(whole, place, at)
        published = place / "published"
        name = (published / CURRENT).read_text().strip()
        with Published.open(published) as reader:
            assert figures(reader)[_CHANGED] == Decimal(1 if name == first.version.name else 2)
        with Store.open(place / "data" / "monitor.duckdb", clock=Clock()) as store:
            made = publish_store(store, published)
            assert not list(store.staging_folder.glob("ingest-published-*"))
            with Published.open(published) as reader:
                assert reader.version == made.version.name and figures(reader) == figures(store)
        assert {one.name for one in (published / "versions").iterdir()} == {first.version.name, made.version.name}
        assert read_manifest(published, first.version.name) == first.manifest
        shutil.rmtree(place)
    return len(chosen)


def _publish(whole: Path, place: Path, at: int) -> int:
    """Publish in a copy of the folders, in a process that kills itself at that call; 0: count the calls."""
    shutil.copytree(whole, place)
    order = [sys.executable, "-m", "tests.store.killed_publishing", str(place / "data" / "monitor.duckdb")]
    ended = subprocess.run(
        [*order, str(place / "published"), str(at)], cwd=_ROOT, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == (-signal.SIGKILL if at else 0), ended.stderr
    return int(ended.stdout or 0)


def main(path: Path, folder: Path, at: int) -> None:
    calls = 0

    def called(event: str, _arguments: Any) -> None:
        nonlocal calls
        if event in _LASTING:
            calls += 1
            if calls == at:
                os.kill(os.getpid(), signal.SIGKILL)

    with Store.open(path) as store:
        sys.addaudithook(called)
        publish_store(store, folder)
        print(calls)
        at = 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
