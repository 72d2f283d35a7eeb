"""The rehearsal: a backup of a serving program, its death, the way back, and the same answers byte for byte."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from monitor.backup.beyond import look_beyond
from monitor.backup.making import backup_before_migration, make_backup
from monitor.backup.manifest import read_manifest
from monitor.backup.restoring import restore_backup
from monitor.backup.shelf import newest_whole
from monitor.store.audit_folder import AuditFolder
from monitor.store.store import Store
from tests.store.test_releases import EARLIER, level_of, need_as_expected, unpack
from tests.store.world import Sent
from tests.store.world import send as send_rows

CHECKOUT = Path(__file__).parents[2]
HEADER = "indicator_id,region_code,period,numerator,denominator\n"


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "MONITOR_LANGUAGE": "en", "MONITOR_PLAIN_HTTP": "true", **settings}


def typed(folder: Path, *commands: str, **settings: str) -> list[str]:
    """What commands printed, typed one after another; each ended well unless it begins with `!CODE `."""
    codes = [int(command[1]) if command.startswith("!") else 0 for command in commands]
    words = [(command[3:] if command.startswith("!") else command).split() for command in commands]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.system.typed"],
        cwd=folder, env=environment(**settings), input=json.dumps(words), capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    said = json.loads(ended.stdout)
    assert [code for code, _, _ in said] == codes, said
    return [out + err for _, out, err in said]


@contextmanager
def serving(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`monitor serve`, which the block may kill."""
    server = subprocess.Popen(
        [sys.executable, "-m", "monitor", "serve", "--port", "0"],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None and "http://" in server.stdout.readline()
        yield server
    finally:
        server.kill()
        server.communicate()


def test_a_killed_server_is_restored_and_answers_as_it_did(tmp_path: Path) -> None:
    for name, numerator in (("first", 8000), ("second", 8500)):
        row = f"enrolment_rate,320000,2025-Q4,{numerator},9000\n"
        (tmp_path / f"{name}.csv").write_text(HEADER + row, encoding="utf-8")
    question = "export scorecard --as-of then --output"
    with serving(tmp_path) as server:
        told = typed(
            tmp_path,
            "user add --login op --name Op --role operator",
            "user add --login li --name Li --role planner",
            "ingest first.csv --accept",
            "snapshot freeze then",
            "backup",
            f"{question} before.csv",
            "ingest second.csv --accept --explain 更正",
            "user disable li",
        )
        server.send_signal(signal.SIGKILL)
    shutil.move(tmp_path / "var", tmp_path / "lost")
    (backup,) = (tmp_path / "lost" / "backups").glob("plan-monitor-*")
    assert backup.name in told[4]
    (told[0],) = typed(tmp_path, f"restore {backup} --to var", MONITOR_STORE="lost/monitor.duckdb")
    assert ": sound" in told[0] and "and 1 received files beyond the backup (2 in lost/received" in told[0]
    assert "accounts that were disabled are not: disable them again: li" in told[0]
    with serving(tmp_path):
        told = typed(
            tmp_path, f"{question} after.csv", "ingest lost/received/2 --accept --explain 更正", "audit list", "verify"
        )
    assert (tmp_path / "before.csv").read_bytes() == (tmp_path / "after.csv").read_bytes()
    assert "restored" in told[2] and ": sound" in told[3]


def test_a_store_that_is_migrated_is_kept_as_it_was(tmp_path: Path) -> None:
    path = unpack(EARLIER[-1], tmp_path)
    expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
    (told,) = typed(tmp_path, "submissions list", MONITOR_STORE=str(path))
    (backup,) = (path.parent / "backups").glob("plan-monitor-*")
    assert str(backup) in told and level_of(path) == EARLIER[-1] + 1
    assert level_of(backup / "monitor.duckdb") == EARLIER[-1]
    restored = restore_backup(backup, tmp_path / "restored", by="me")
    assert restored.is_sound and restored.last_receipt == 5
    with Store.open(restored.store) as store:
        need_as_expected(store, expected)


@pytest.mark.parametrize("level", EARLIER[:-1])
def test_so_are_older_ones(level: int, tmp_path: Path) -> None:
    path, made = unpack(level, tmp_path), []
    audit = AuditFolder.of(path, None)
    Store.open(
        path,
        before_migration=lambda copy: made.append(
            backup_before_migration(copy, path, audit, tmp_path / "backups", by="monitor")
        ),
    ).close()
    (kept,) = made
    assert kept.sound and kept.kind == "before_migration"
    assert restore_backup(kept.path, tmp_path / "restored", by="me").is_sound


def test_a_newer_store_is_refused_with_one_line(tmp_path: Path) -> None:
    path = unpack(EARLIER[-1], tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, 'later', now())")
    (told,) = typed(tmp_path, "!2 submissions list", MONITOR_STORE=str(path))
    assert told.count("\n") == 1 and "newer program" in told and "upgrade this program" in told


_WRITER = """
import os, sys
from pathlib import Path
from monitor.store.store import Store
from tests.store.world import Sent, send
store = Store.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    send(store, Sent(value=str(number)), accept=True)
store.close() if len(sys.argv) > 3 else os._exit(9)
"""


def write(path: Path, files: int, *, and_close: bool = False) -> None:
    arguments = [sys.executable, "-c", _WRITER, str(path), str(files), *["close"][:and_close]]
    subprocess.run(arguments, cwd=CHECKOUT, check=and_close)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_damaged_write_ahead_log_is_put_aside_and_what_is_missing_is_said(tmp_path: Path) -> None:
    data = tmp_path / "var"
    path, log = data / "monitor.duckdb", data / "monitor.duckdb.wal"
    write(path, 2, and_close=True)
    typed(tmp_path, "backup")
    write(path, 3)
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)
    before = bytes_of(data)
    (backup,) = (data / "backups").glob("plan-monitor-*")
    refused, without, restored = typed(
        tmp_path,
        "!2 submissions list",
        "!1 restore var --to plain",
        "restore var --to new --quarantine-wal",
    )
    assert refused.count("\n") == 1 and f"monitor restore {backup.relative_to(tmp_path)} --to DIR" in refused
    assert "monitor restore var --to DIR --quarantine-wal" in refused and "--quarantine-wal" in without
    assert not (tmp_path / "plain").exists()
    assert "audit entries 9 to 20 are missing" in restored and ": sound" in restored
    assert "received files without a receipt: 3, 4, 5 in new/quarantine/received" in restored
    after = bytes_of(data)
    assert {name: after[name] for name in before} == before  # nothing of it was changed
    new = tmp_path / "new"
    (kept,) = (new / "quarantine").glob("monitor.duckdb.wal.*Z")
    assert kept.read_bytes() == bytes(content) and len(list((new / "audit").glob("monitor.duckdb.head.*Z"))) == 1
    told = typed(
        tmp_path, "audit list --action wal_quarantined", "verify",
        MONITOR_STORE="new/monitor.duckdb",
    )  # fmt: skip
    assert '""missing_from"": 9' in told[0] and '""missing_to"": 20' in told[0] and ": sound" in told[1]


def test_a_folder_that_is_in_use_is_not_copied(tmp_path: Path) -> None:
    with serving(tmp_path):
        (told,) = typed(tmp_path, "!1 restore var --to copy")
        assert "is in use" in told and "monitor backup" in told and not (tmp_path / "copy").exists()
    (told,) = typed(tmp_path, "restore var --to copy")
    assert ": sound" in told


def erase(store: Store, receipt: int) -> None:
    """As erasing the names on a form leaves it: other bytes, and the log says which."""
    assert store.received_folder is not None
    file = store.received_folder / str(receipt)
    content = file.read_bytes()[:-1]
    with store.transaction() as transaction:
        digest = hashlib.sha256(content).hexdigest()
        transaction.note("people_erased", by="operator", object=f"receipt:{receipt}", after=digest)
    file.unlink()
    file.write_bytes(content)


def test_what_was_erased_does_not_come_back_through_an_older_backup(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        for value in ("1", "2"):
            send_rows(store, Sent(value=value), accept=True)
        before = make_backup(store, folder, by="me", kind="asked", portable=False)
        erase(store, 1)
        after = make_backup(store, folder, by="me", kind="asked", portable=False)
        assert before.sound and after.sound
        old, new = (one.path / "received" for one in (before, after))
        assert (new / "2").samefile(old / "2") and len((new / "1").read_bytes()) == len((old / "1").read_bytes()) - 1
        restored = restore_backup(before.path, tmp_path / "restored", by="me")
        assert look_beyond(store, restored.head, restored.last_receipt).erased == ("receipt:1",)


def test_faults_that_the_store_has_are_backed_up_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        for value in ("1", "2"):
            send_rows(store, Sent(value=value), accept=True)
        sound = make_backup(store, folder, by="me", kind="asked", portable=False)
        assert store.received_folder is not None
        (store.received_folder / "1").write_bytes(b"changed")
        (store.received_folder / "2").unlink()
        made = make_backup(store, folder, by="me", kind="asked", portable=False)
    # the second file is taken from the backup before: what the store has lost is not lost
    assert made.sound and (made.path / "received" / "1").samefile(sound.path / "received" / "1")
    shutil.rmtree(sound.path)
    shutil.rmtree(made.path)
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        made = make_backup(store, folder, by="me", kind="asked", portable=False)
    assert made.whole and not made.sound and newest_whole(folder) == made
    assert [fault.rpartition(": ")[2] for fault in read_manifest(made.path).faults] == [
        "is not what receipt 1 was given for",
        "of receipt 2, is gone",
    ]
    restored = restore_backup(made.path, tmp_path / "restored", by="me")
    assert not restored.is_sound and len(restored.proof.faults) == 2
