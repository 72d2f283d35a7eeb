"""What is in a backup, what is refused of it, how long it is kept, and what a restored store says of itself."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.backup.beyond import files_beyond, look_beyond
from monitor.backup.errors import BackupError
from monitor.backup.folders import restore_folder
from monitor.backup.making import make_backup
from monitor.backup.manifest import MANIFEST, SUMS, read_manifest
from monitor.backup.own import of_store
from monitor.backup.restoring import Restored, restore_backup
from monitor.backup.retention import is_portable_due, prune_backups
from monitor.backup.shelf import Backup, list_backups, newest_whole, next_number, shelf
from monitor.mail.outbox import Outbox, give_up, list_mails
from monitor.store.audit_folder import AuditFolder
from monitor.store.audit_listing import list_audit
from monitor.store.store import Store
from monitor.store.tokens import make_token, revoke_token
from tests.store.world import Sent, day, send

NOW = day(2026, 11, 22) + timedelta(hours=2)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("data") / "figures.duckdb") as opened:
        for value in ("1", "2"):
            send(opened, Sent(value=value), accept=True)
        yield opened


@pytest.fixture(scope="module")
def made(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    folder = tmp_path_factory.mktemp("backups")
    return make_backup(store, folder, by="operator", kind="nightly", portable=False)


@pytest.fixture(scope="module")
def without_key(made: Backup, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of a store whose key is kept apart, here in the folder above."""
    without = tmp_path_factory.mktemp("apart") / made.path.name
    shutil.copytree(made.path, without)
    (without / "audit" / "chain.key").rename(without.parent / "chain.key")
    lines = (without / SUMS).read_text().splitlines(keepends=True)
    rewrite(without, "".join(line for line in lines if "chain.key" not in line))
    return without


@pytest.fixture(scope="module")
def restored(store: Store, without_key: Path, tmp_path_factory: pytest.TempPathFactory) -> Restored:
    send(store, Sent(value="3"), accept=True)
    target, keys = tmp_path_factory.mktemp("restored"), without_key.parent
    return restore_backup(without_key, target, by="operator", key_folder=keys, from_parquet=True)


@pytest.mark.child_process
def test_it_is_proven_and_says_what_it_is(store: Store, made: Backup) -> None:
    assert list_backups(made.path.parent) == (made,) and newest_whole(made.path.parent) == made
    assert (made.kind, made.made_by, made.sound, made.portable) == ("nightly", "operator", True, True)
    manifest = read_manifest(made.path)
    assert manifest.tables["receipt"][0] == 2 and manifest.store == "figures.duckdb" and manifest.faults == ()
    assert subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=made.path, check=False).returncode == 0
    others = {str(one.relative_to(made.path)) for one in made.path.rglob("*") if one.is_file()} - {MANIFEST, SUMS}
    assert {line[66:] for line in (made.path / SUMS).read_text().splitlines()} == others
    assert {one.stat().st_mode & 0o77 for one in made.path.rglob("*")} == {0}
    assert next(iter(store.staging_folder.glob("ingest-copy-*")), None) is None
    assert not is_portable_due(made.path.parent, made.made_at + timedelta(days=6))
    assert is_portable_due(made.path.parent, made.made_at + timedelta(days=7))


@pytest.mark.child_process
def test_it_is_restored_from_its_portable_copy_and_what_came_after_is_known(store: Store, restored: Restored) -> None:
    assert restored.is_sound and restored.store.name == "figures.duckdb" and restored.last_receipt == 2
    beyond = look_beyond(store, restored.head, restored.last_receipt)
    assert beyond.is_same and beyond.receipts == ((3, "file.csv"),) and beyond.entries == 4 and beyond.erased == ()
    assert store.received_folder is not None
    assert files_beyond(store.received_folder, restored.last_receipt) == (3,)
    with Store.open(restored.store) as again:
        assert not look_beyond(again, replace(restored.head, mac="0" * 64), 2).is_same
        (newest,) = list_audit(again, most=1)
        assert (newest.action, newest.actor) == ("restored", "operator")


def test_what_a_backup_gives_back_to_people_is_named(store: Store, made: Backup) -> None:
    token, _ = make_token(store, name="the region's own", role="viewer", regions=None, by="operator")
    revoke_token(store, token.token_id, by="operator")
    for action in ("account_disabled", "password_reset", "password_reset"):
        store.note(action, by="operator", object="account:3")
    found = look_beyond(store, read_manifest(made.path).head, 2).again
    accounts = {"account_disabled": ("account:3",), "password_reset": ("account:3",)}
    assert found == {"token_revoked": ("the region's own",), **accounts}


def test_mails_that_waited_long_in_a_backup_are_given_up(restored: Restored) -> None:
    with Store.open(restored.store) as store:
        outbox = Outbox(store, "monitor@example.org")
        for key in ("old", "new"):
            outbox.put("returned", language="zh", recipients=["a@example.org"], subject=key, body=key, key=key)
            between = store.now()
            time.sleep(0.002)
            if key == "old":
                before = between + timedelta(milliseconds=1)
        assert give_up(store, before=before, reason="too old") == 1
        assert [(mail.key, mail.state) for mail in list_mails(store)] == [("new", "waiting"), ("old", "failed")]
        assert list_mails(store)[1].last_detail == "too old" and give_up(store, before=before, reason="") == 0


def test_only_an_empty_folder_is_restored_into(made: Backup, tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(BackupError) as refused:
        restore_backup(made.path, tmp_path, by="operator")
    assert refused.value.code == "not_empty" and [one.name for one in tmp_path.iterdir()] == ["something"]


def test_a_key_that_is_kept_apart_is_asked_for(without_key: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError) as refused:
        restore_backup(without_key, tmp_path / "to", by="operator", key_folder=tmp_path / "elsewhere")
    assert refused.value.code == "no_key" and not (tmp_path / "to").exists()


@pytest.mark.parametrize("number", range(12))
def test_whatever_bit_is_changed_it_is_refused(made: Backup, tmp_path: Path, number: int) -> None:
    damaged, chance = tmp_path / made.path.name, random.Random(number)
    shutil.copytree(made.path, damaged)
    files = sorted(one for one in damaged.rglob("*") if one.is_file() and one.stat().st_size)
    file = files[number % len(files)]
    content = bytearray(file.read_bytes())
    if number % 3:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    else:
        del content[chance.randrange(len(content)) :]
    file.write_bytes(content)
    with pytest.raises(BackupError) as refused:
        restore_backup(damaged, tmp_path / "to", by="operator")
    assert refused.value.code == "damaged_backup" and not (tmp_path / "to").exists()


def test_one_at_a_time(store: Store, made: Backup) -> None:
    with shelf(made.path.parent), pytest.raises(BackupError) as refused:
        make_backup(store, made.path.parent, by="operator", kind="asked", portable=False)
    assert refused.value.code == "busy"


def rewrite(backup: Path, sums: str | None = None, **changes: object) -> None:
    """Give a backup another manifest, as good as its own."""
    manifest = read_manifest(backup)
    if sums is not None:
        (backup / SUMS).write_text(sums)
        changes["sums"] = hashlib.sha256(sums.encode()).hexdigest()
    (backup / MANIFEST).write_text(replace(manifest, **changes).text(), encoding="utf-8")  # type: ignore[arg-type]


def shelved(folder: Path, made: Backup, ages: dict[int, dict[str, object]]) -> dict[str, int]:
    """Backups of so many days ago, in name alone; name → days."""
    names = {}
    for days, changes in ages.items():
        at = NOW - timedelta(days=days)
        place = folder / f"plan-monitor-{at:%Y%m%dT%H%M%SZ}-000009"
        place.mkdir(parents=True)
        for file in (MANIFEST, "monitor.duckdb"):
            os.link(made.path / file, place / file)
        (place / MANIFEST).unlink()
        shutil.copy(made.path / MANIFEST, place)
        rewrite(place, **{"made_at": at, "portable": False, **changes})
        names[place.name] = days
    return names


def test_old_ones_go_and_the_last_of_each_month_stays(store: Store, made: Backup, tmp_path: Path) -> None:
    ages: dict[int, dict[str, object]] = {days: {} for days in range(70)}
    ages[25] = {"faults": ("damaged",)}
    names = shelved(tmp_path, made, ages)
    gone = {names[path.name] for path in prune_backups(tmp_path, store, days=14, months=3)}
    kept = {names[one.path.name] for one in list_backups(tmp_path)}
    assert kept == {*range(15), 22, 53} and kept | gone == set(ages)  # 22 days before: 31 October; 53: 30 September
    assert prune_backups(tmp_path, store, days=14, months=3) == ()
    left = prune_backups(tmp_path, store, days=1, months=1)
    assert len(left) == len(kept) - 2 and [names[one.path.name] for one in list_backups(tmp_path)] == [0, 1]


def test_a_wrong_date_of_one_night_neither_removes_a_backup_nor_stays_the_newest(
    store: Store, made: Backup, tmp_path: Path
) -> None:
    years_on, decades_back = -1500, 9000
    in_order = [(5, 1), (4, 2), (3, 3), (years_on, 4), (2, 5), (decades_back, 6), (1, 7)]
    ages: dict[int, dict[str, object]] = {age: {"number": number, "portable": age == 4} for age, number in in_order}
    ages |= {age: {**ages[age], "portable": True} for age in (years_on,)}
    names = shelved(tmp_path, made, ages)
    assert [names[one.path.name] for one in list_backups(tmp_path)] == [age for age, _ in reversed(in_order)]
    newest = newest_whole(tmp_path)
    assert newest is not None and names[newest.path.name] == 1 and next_number(tmp_path) == 8
    assert prune_backups(tmp_path, store, days=14, months=3) == ()
    assert is_portable_due(tmp_path, NOW) and not is_portable_due(tmp_path, NOW - timedelta(days=years_on))


class Years:
    """A store whose nights go by, each with a backup."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.store = Store.open(folder / "figures.duckdb", clock=lambda: self.now)

    def nights(self, number: int, folder: Path) -> list[Backup]:
        made = []
        for _ in range(number):
            self.now += timedelta(days=1)
            made.append(make_backup(self.store, folder, by="schedule", kind="nightly", portable=False))
        return made


def test_another_stores_backups_are_neither_pruned_nor_the_newest_nor_linked(tmp_path: Path) -> None:
    shelf_of_both, real = tmp_path / "backups", Years(tmp_path / "real")
    mine = real.nights(3, shelf_of_both)
    # one by a program that did not write down whose it is
    rewrite(mine[1].path, head=replace(read_manifest(mine[1].path).head, origin=None, store=None))
    with Store.open(tmp_path / "empty" / "figures.duckdb", clock=lambda: NOW + timedelta(days=9)) as empty:
        others = [make_backup(empty, shelf_of_both, by="s", kind="nightly", portable=False) for _ in range(4)]
        assert [one.path for one in list_backups(shelf_of_both, of_store(empty))] == [one.path for one in others[::-1]]
        assert not any(mine[0].path.samefile(one.path / "received") for one in others)
        assert prune_backups(shelf_of_both, empty, days=0, months=0) == ()  # all of its newest day
    assert [one.portable for one in others] == [True, False, False, False]  # mine hold its own up no week
    assert [one.path for one in list_backups(shelf_of_both, of_store(real.store))] == [one.path for one in mine[::-1]]
    gone = prune_backups(shelf_of_both, real.store, days=0, months=0)
    assert gone == (mine[1].path,)  # the first is its portable one
    assert len(list_backups(shelf_of_both)) == 6
    real.store.close()


@pytest.fixture(scope="module")
def two_disks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Backup], list[Backup]]]:
    """A store, five backups of it on an old disk, and three later ones on a new one."""
    folder = tmp_path_factory.mktemp("disks")
    years = Years(folder / "data")
    yield years.store, years.nights(5, folder / "old"), years.nights(3, folder / "new")
    years.store.close()


def copied(backups: Sequence[Backup], target: Path) -> Path:
    for one in backups:
        shutil.copytree(one.path, target / one.path.name)
    return target


def test_backups_that_moved_to_another_disk_stay_in_order(
    tmp_path: Path, two_disks: tuple[Store, list[Backup], list[Backup]]
) -> None:
    store, first, second = two_disks
    assert [one.number for one in first + second] == [1, 2, 3, 4, 5, 6, 7, 8]
    new = copied(first + second, tmp_path)
    in_order = [one.path.name for one in first + second][::-1]
    assert [one.path.name for one in list_backups(new)] == in_order
    assert [path.name for path in prune_backups(new, store, days=3, months=1)] == in_order[:3:-1]


@pytest.mark.parametrize("left", [0, 3])
def test_numbers_that_were_counted_by_folders_remove_nothing(
    tmp_path: Path, left: int, two_disks: tuple[Store, list[Backup], list[Backup]]
) -> None:
    store, first, second = two_disks
    new = copied(first[left:] + second, tmp_path)  # the others are gone already
    for number, one in enumerate(second, start=1):
        rewrite(new / one.path.name, number=number)  # as a program did that counted each folder for itself
    if left == 0:
        assert [one.path.name for one in list_backups(new)] == [one.path.name for one in first + second][::-1]
    with pytest.raises(BackupError) as refused:
        prune_backups(new, store, days=1, months=1)
    assert refused.value.code == "numbers" and len(list_backups(new)) == 8 - left


def test_one_that_cannot_be_read_is_not_the_newest_for_ever(made: Backup, tmp_path: Path, store: Store) -> None:
    head = read_manifest(made.path).head
    shelved(tmp_path, made, {1: {"number": 3, "head": replace(head, seq=7)}, 2: {"number": 2}})
    for name in ("20261101T000000Z-005000", "20990101T000000Z-999999"):  # from before going back; no backup at all
        (tmp_path / f"plan-monitor-{name}").mkdir()
        (tmp_path / f"plan-monitor-{name}" / MANIFEST).write_text("x")
    (tmp_path / "plan-monitor-20261101T000000Z-005000" / "monitor.duckdb").touch()
    found = list_backups(tmp_path, of_store(store))
    assert [one.whole for one in found] == [True, True, False, False]
    assert prune_backups(tmp_path, store, days=0, months=0) == (found[1].path,)


def test_those_of_a_store_that_was_restored_are_newer_though_its_log_is_shorter(made: Backup, tmp_path: Path) -> None:
    head = read_manifest(made.path).head
    ages: dict[int, dict[str, object]] = {2: {"number": 1, "head": replace(head, seq=5000)}, 1: {"number": 2}}
    names = shelved(tmp_path, made, ages)
    before = next(path for path, age in names.items() if age == 2)
    assert [names[one.path.name] for one in list_backups(tmp_path)] == [1, 2]
    # one that cannot be read keeps its place by the number in its name
    broken = tmp_path / before.replace("-000009", "-000001")
    (tmp_path / before).rename(broken)
    (broken / MANIFEST).write_text("{}")
    assert [one.path.name == broken.name for one in list_backups(tmp_path)] == [False, True]


_TRY_TO_WRITE = """
import fcntl, sys
with open(sys.argv[1], "r+b") as stream:
    fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
"""


def test_nobody_opens_a_data_folder_while_it_is_copied(restored: Restored, tmp_path: Path) -> None:
    source = restored.store
    tried: list[int] = []

    def look(_zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
        if en == "copying received files":  # the store's file was copied then
            command = [sys.executable, "-ISc", _TRY_TO_WRITE, str(source)]
            tried.append(subprocess.run(command, capture_output=True, check=False).returncode)

    copied = restore_folder(source, AuditFolder.of(source, None), tmp_path / "to", by="operator", told=look)
    assert copied.is_sound and tried == [1]


def test_a_store_with_faults_has_backups_to_go_back_to(store: Store, made: Backup, tmp_path: Path) -> None:
    ages: dict[int, dict[str, object]] = {age: {"faults": ("a file is gone",)} for age in range(40)}
    ages |= {0: {**ages[0], "portable": True}, 60: {}}
    names = shelved(tmp_path, made, ages)
    newest = newest_whole(tmp_path)
    assert newest is not None and names[newest.path.name] == 0 and (newest.faults, newest.sound) == (1, False)
    assert not is_portable_due(tmp_path, NOW)
    prune_backups(tmp_path, store, days=3, months=3)
    assert {names[one.path.name] for one in list_backups(tmp_path)} == {0, 1, 2, 3, 22, 60}


def test_one_that_cannot_be_read_is_listed_as_not_sound(store: Store, made: Backup, tmp_path: Path) -> None:
    shelved(tmp_path, made, {0: {}, 1: {}, 2: {"faults": ("a fault",)}})
    newest, before, faulty = list_backups(tmp_path)
    (newest.path / MANIFEST).write_text("{}")
    (before.path / "monitor.duckdb").unlink()
    found = list_backups(tmp_path)
    assert [one.sound for one in found] == [False, False, False] and newest_whole(tmp_path) == faulty
    assert found[0].kind is None and found[0].made_at == newest.made_at and faulty in found
    assert prune_backups(tmp_path / "nowhere", store, days=1, months=1) == ()
