"""Backups while others write, after damage, on failing disks and in killed processes (reliability.md 4d).

`FAULT_SHARE` of 20 backups under 40 writes a second, 400 flipped bits, 60 cuts, each I/O call of a backup failing once,
and 20 kills.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.backup.errors import BackupError
from monitor.backup.making import make_backup
from monitor.backup.restoring import restore_backup
from monitor.backup.shelf import Backup, list_backups
from monitor.store.store import Store, StoreError
from monitor.store.verifying import verify
from tests.store.world import Sent, send

SHARE = float(os.environ.get("FAULT_SHARE", "1"))
P99_SECONDS = 0.1


def rounds(number: int) -> int:
    return max(1, round(number * SHARE))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "monitor.duckdb") as opened:
        for value in ("1", "2", "3"):
            send(opened, Sent(value=value), accept=True)
        yield opened


def back_up(store: Store, folder: Path) -> Backup:
    return make_backup(store, folder, by="operator", kind="asked", portable=True)


@contextmanager
def writing(store: Store) -> Iterator[list[float]]:
    """Forty writes a second at their times, whatever the last one took; how late each was done, in seconds."""
    late: list[float] = []
    stop = threading.Event()

    def write() -> None:
        start = time.monotonic()
        for number in range(10**6):
            due = start + number / 40
            if stop.wait(max(0.0, due - time.monotonic())):
                return
            with store.transaction() as transaction:
                transaction.note("tried", by="writer", object="store", detail={"number": number})
            late.append(time.monotonic() - due)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield late
    finally:
        stop.set()
        writer.join()


def test_every_backup_under_forty_writes_a_second_is_sound(store: Store, tmp_path: Path) -> None:
    with writing(store) as alone:
        time.sleep(rounds(20) / 4)
    with writing(store) as late:
        made = [back_up(store, tmp_path / "backups") for _ in range(rounds(20))]
    assert all(one.sound for one in made) and len({one.seq for one in made}) == len(made)
    assert [one.path for one in reversed(list_backups(tmp_path / "backups"))] == [one.path for one in made]
    restored = restore_backup(made[-1].path, tmp_path / "restored", by="operator")
    assert restored.is_sound and restored.proof.entries == made[-1].seq
    without, slowest = (statistics.quantiles(times, n=100)[98] for times in (alone, late))
    print(
        f"{len(made)} backups, {len(late)} writes: p99 {slowest * 1000:.0f} ms, without backups {without * 1000:.0f} ms"
    )
    assert SHARE < 1 or slowest <= P99_SECONDS  # a measure of the machine too: asserted in the whole run alone


@pytest.mark.parametrize("cut", [False, True], ids=["flipped", "cut"])
def test_a_damaged_backup_is_refused(store: Store, tmp_path: Path, cut: bool) -> None:
    made = back_up(store, tmp_path / "backups")
    files = sorted(one for one in made.path.rglob("*") if one.is_file() and one.stat().st_size)
    sizes = [one.stat().st_size for one in files]
    for number in range(rounds(60 if cut else 400)):
        chance = random.Random(f"{cut} {number}")
        # half of them in any file, half of them by size, which mostly is the database
        (file,) = chance.choices(files, sizes if number % 2 else None)
        content = bytearray(file.read_bytes())
        damaged = content.copy()
        place = chance.randrange(len(content))
        if cut:
            del damaged[place:]
        else:
            damaged[place] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        with pytest.raises(BackupError) as refused:
            restore_backup(made.path, tmp_path / "to", by="operator")
        assert refused.value.code == "damaged_backup" and not (tmp_path / "to").exists(), file
        file.write_bytes(content)
    assert restore_backup(made.path, tmp_path / "to", by="operator").is_sound


class Failing:
    """Fails one call of the operating system, the `at`th since the start; counts them all where `at` is None."""

    CALLS = ("open", "mkdir", "rename", "replace", "link", "fsync", "unlink", "rmdir", "chmod", "stat", "scandir")

    def __init__(self, at: int | None, number: int) -> None:
        self.count, self._at, self._number = 0, at, number

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                self.count += 1
                if self.count == self._at:
                    raise OSError(self._number, os.strerror(self._number), str(arguments[0]) if arguments else None)
            return call(*arguments, **named)

        return wrapped


def tried(store: Store, folder: Path, failing: Failing) -> Backup | None:
    """A backup while one call fails; None where it was refused."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Failing.CALLS:
            patch.setattr(os, name, failing.wrap(getattr(os, name)))
        try:
            return make_backup(store, folder, by="operator", kind="asked", portable=False)
        except (BackupError, StoreError):
            return None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_whichever_call_fails_nothing_half_is_left(store: Store, tmp_path: Path, number: int) -> None:
    folder = tmp_path / "backups"
    whole = back_up(store, folder)
    counted = Failing(None, number)
    made = tried(store, folder, counted)
    assert made is not None and counted.count > 20
    chosen = random.Random(number).sample(range(1, counted.count + 1), rounds(counted.count))
    refused = 0
    for at in sorted(chosen):
        if made is not None:
            shutil.rmtree(made.path)
        made = tried(store, folder, Failing(at, number))
        refused += made is None
        found = list_backups(folder)
        assert {one.path for one in found if one.sound} == {whole.path, *([made.path] if made else [])}, at
        assert all(one.sound for one in found) and store.audit_folder is not None
        assert verify(store, store.audit_folder.load_key(), store.audit_head()).is_clean, at
        send(store, Sent(value=str(at)), accept=True)
    assert back_up(store, folder).sound and not list(folder.glob(".unfinished-*"))
    assert store.path is not None
    store.close()
    with Store.open(store.path) as again:  # where the call that failed was to clear a copy away, this does
        assert not list(again.staging_folder.glob("ingest-copy-*"))
    print(f"{refused} of {len(chosen)} calls that fail refuse the backup; {counted.count} calls in all")
    assert refused or SHARE < 1


_BACKING_UP = """
import sys
from pathlib import Path
from monitor.backup.making import make_backup
from monitor.store.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
while True:
    make_backup(store, Path(sys.argv[2]), by="operator", kind="asked", portable=True)
    print("made", flush=True)
"""


def test_a_killed_backup_leaves_none_that_is_half(store: Store, tmp_path: Path) -> None:
    path, folder, chance = store.path, tmp_path / "backups", random.Random(rounds(20))
    assert path is not None
    store.close()
    made, took = 0, 1.0
    for _ in range(rounds(20)):
        arguments = [sys.executable, "-c", _BACKING_UP, str(path), str(folder)]
        writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert writer.stdout is not None
        for _ in range(chance.randint(1, 2)):  # the first line: it is open
            begun = time.monotonic()
            assert writer.stdout.readline()
            took = time.monotonic() - begun
        time.sleep(chance.uniform(0, min(took, 2)))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        made = len(list_backups(folder))
        assert all(one.sound for one in list_backups(folder))
    with Store.open(path) as again:
        assert back_up(again, folder).sound and len(list_backups(folder)) == made + 1
        assert not list(folder.glob(".unfinished-*")) and not list(again.staging_folder.glob("ingest-copy-*"))
    restored = restore_backup(list_backups(folder)[-1].path, tmp_path / "to", by="operator")
    assert restored.is_sound
