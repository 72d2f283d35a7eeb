"""Published versions: what is in them, what stays as it was, whoever is killed, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from errno import ENOSPC
from pathlib import Path

import duckdb
import pytest

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.dossier.acts import NewPaper, read_acts, read_paper, writing
from monitor.jobs.work.publishing import prune_versions
from monitor.store import publishing
from monitor.store.configuration import configuration_as_of, record_configuration
from monitor.store.copying import tables_of
from monitor.store.manifest import CURRENT, Manifest, schema_number
from monitor.store.published import Published
from monitor.store.publishing import publish_store
from monitor.store.snapshots import freeze, list_snapshots
from monitor.store.store import Store, StoreError

from .killed_publishing import kill_rounds
from .world import Clock, File, Sent, country, figures, send, send_file


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "monitor.duckdb", clock=Clock()) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "published"


def accept(store: Store, period: str, value: str, region: str = "120000") -> int:
    return send(store, Sent("a", region, period, value), accept=True).submissions[0].submission_id


def values(store: Store) -> dict[tuple[str, str], Decimal | None]:
    return {key[1:]: value for key, value in figures(store).items()}


def inodes(version: Path) -> dict[str, int]:
    return {file.stem: file.stat().st_ino for file in (version / "store" / "observation").iterdir()}


def test_a_version_answers_as_the_store_does_and_follows_what_is_published(store: Store, folder: Path) -> None:
    accept(store, "2023-06", "1")
    accept(store, "2023-07", "2")
    frozen = freeze(store, "第1版", by="planner")
    publish_store(store, folder)
    with Published.open(folder) as reader:
        assert values(reader) == values(store) == {("120000", "2023-06"): Decimal(1), ("120000", "2023-07"): Decimal(2)}
        assert (reader.data_version(), list_snapshots(reader)) == (store.data_version(), list_snapshots(store))
        with reader.pinned():  # a question under way
            accept(store, "2023-07", "3")
            made = publish_store(store, folder)
            looking = threading.Thread(target=reader.look)
            looking.start()
            looking.join()
            assert values(reader)["120000", "2023-07"] == 2 and reader.version != made.version.name
        assert values(reader)["120000", "2023-07"] == 3 and reader.version == made.version.name
        assert figures(reader, frozen.at) == figures(store, frozen.at) != figures(reader)


def test_only_touched_months_are_written_and_the_others_are_the_same_files(store: Store, folder: Path) -> None:
    for month in range(1, 7):
        accept(store, f"2023-{month:02d}", "1")
    first = publish_store(store, folder)
    assert (first.is_new, first.written, first.linked) == (True, 6, 0)
    assert not publish_store(store, folder).is_new
    send(store, Sent("a", "120000", "2023-02", "9"))  # waits: that it was sent is published, and no month changes
    waiting = publish_store(store, folder)
    assert (waiting.is_new, waiting.written, waiting.linked) == (True, 0, 6)
    accept(store, "2023-05", "2")
    second = publish_store(store, folder)
    assert (second.written, second.linked) == (1, 5)
    old, new = inodes(first.version), inodes(second.version)
    assert [month for month in old if old[month] != new[month]] == ["2023-05"]
    assert {one.name for one in (folder / "versions").iterdir()} == {
        one.version.name for one in (first, waiting, second)
    }


def test_where_the_file_system_has_no_hard_links_months_are_copied_and_it_is_said(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(store, "2023-01", "1")
    publish_store(store, folder)
    accept(store, "2023-02", "1")

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(publishing.os, "link", refuse)
    said: list[str] = []
    made = publish_store(store, folder, told=lambda zh, en, **_: said.append(en))
    assert made.linked == 1 and "no hard links here: unchanged months were copied" in said
    with Published.open(folder) as reader:
        assert values(reader) == values(store)


def test_a_damaged_month_is_written_again_and_not_linked(store: Store, folder: Path) -> None:
    accept(store, "2023-01", "1")
    first = publish_store(store, folder)
    damage(first.version / "store" / "observation" / "2023-01.parquet")
    accept(store, "2023-02", "1")
    assert publish_store(store, folder).linked == 0
    with Published.open(folder) as reader:
        assert values(reader) == values(store)


def test_nothing_but_what_was_accepted_is_published(store: Store, folder: Path) -> None:
    access = Access(store, lambda: country()[0], lambda: country()[1])
    access.add(Actor("console", "console"), login="wang", name="王芳", role="viewer", scope=Scope(), with_password=True)
    accept(store, "2023-01", "1")
    send_file(
        store, File((Sent("a", "120000", "2023-02", "777", note="未审备注"),), name="未审文件.csv"), explain="未审说明"
    )
    with store.transaction() as transaction:
        transaction.run(_statement(folder, "INSERT INTO form_person VALUES (1, 'head', '李负责')"))
    with writing(store, "round", "r", by="planner") as dossier:
        dossier.add("said", {"number": 1}, [NewPaper("甲", b"paper")])
    made = publish_store(store, folder)
    with Published.open(folder) as reader:
        assert set(values(reader)) == {("120000", "2023-01")}
        (act,) = read_acts(reader, "round")
        assert read_paper(reader, act.papers[0].seq, 1)[3] == b"paper"
        with reader._cursor() as cursor:
            kept = {name: cursor.execute(f"SELECT count(*) FROM main.{name}").fetchall()[0][0] for name in TABLES}
        assert {name for name, rows in kept.items() if rows} == {
            "account", "act", "event", "observation", "paper", "receipt", "submission",
        }  # fmt: skip
        assert kept["submission"] == kept["receipt"] == 2 and kept["observation"] == 1
    with duckdb.connect() as connection:
        everything = "".join(
            str(connection.execute(f"SELECT * FROM read_parquet('{file}')").fetchall())
            for file in made.version.rglob("*.parquet")
        )
    assert "王芳" in everything
    assert not [word for word in ("777", "未审", "李负责", "argon2") if word in everything]
    assert oct((made.version / "store").stat().st_mode)[-3:] == "750"


TABLES = (
    "receipt", "submission", "observation", "issue", "event", "explanation", "remark", "mail", "mail_attempt", "token",
    "audit", "account", "credential", "form_person", "job_run", "job_end", "job_log", "act", "paper",
)  # fmt: skip


def test_a_reader_writes_nothing_and_reaches_nothing_but_its_version(store: Store, folder: Path) -> None:
    accept(store, "2023-01", "1")
    publish_store(store, folder)
    with Published.open(folder) as reader:
        with pytest.raises(StoreError, match="read-only copy") as refused, reader.transaction():
            pass
        assert refused.value.code == "read_only" and reader.version in refused.value.zh
        for statement in (
            "SELECT * FROM read_csv('/etc/passwd')", f"SELECT * FROM read_text('{folder / CURRENT}')",
            f"COPY submission TO '{folder}/out.csv'", "SET GLOBAL threads = 2", "ATTACH '/tmp/other.duckdb'",
            "SELECT * FROM read_text('/proc/self/environ')",
        ):  # fmt: skip
            with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
                reader.ask(_statement(folder, statement))


def test_a_version_that_is_pruned_is_served_until_the_reader_moves_on(store: Store, folder: Path) -> None:
    accept(store, "2023-01", "1")
    first = publish_store(store, folder)
    with Published.open(folder) as reader, reader.pinned():
        accept(store, "2023-01", "2")
        second = publish_store(store, folder)
        gone = prune_versions(folder, store.now().replace(tzinfo=None) + timedelta(days=900), days=1, months=1)
        assert gone == [first.version] and not first.version.exists() and second.version.exists()
        assert reader.version == first.version.name and values(reader) == {("120000", "2023-01"): 1}
    with Published.open(folder) as other:
        assert values(other) == {("120000", "2023-01"): 2}


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.chmod(0o600)
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["byte", "cut", "missing", "no_manifest", "half_a_manifest", "newer", "older"])
def test_a_version_that_cannot_be_served_is_refused_in_words_and_the_last_good_one_goes_on(
    store: Store, folder: Path, how: str
) -> None:
    accept(store, "2023-01", "1")
    publish_store(store, folder)
    with Published.open(folder) as reader:
        good = reader.version
        accept(store, "2023-02", "2")
        bad = publish_store(store, folder).version / "store"
        month, manifest = bad / "observation" / "2023-02.parquet", bad / "manifest.json"
        if how == "byte":
            damage(month)
        elif how == "cut":
            os.truncate(month, 100)
        elif how == "missing":
            month.unlink()
        elif how == "no_manifest":
            manifest.unlink()
        elif how == "half_a_manifest":
            os.truncate(manifest, 50)
        else:
            said = json.loads(manifest.read_text()) | {"schema": schema_number() + (1 if how == "newer" else -1)}
            manifest.write_text(json.dumps(said))
        assert not reader.look() and reader.version == good and values(reader) == {("120000", "2023-01"): 1}
        assert reader.warning is not None and bad.parent.name in reader.warning.zh
        assert reader.warning.code == (how if how in ("newer", "older") else "damaged_version")
        with pytest.raises(StoreError):
            Published.open(folder)
        accept(store, "2023-03", "3")
        publish_store(store, folder)
        assert reader.look() and reader.warning is None and len(values(reader)) == 3


def test_a_folder_without_a_version_is_refused_in_words(folder: Path) -> None:
    folder.mkdir()
    with pytest.raises(StoreError, match="monitor jobs run publish") as refused:
        Published.open(folder)
    assert refused.value.code == "no_version"


def test_a_copy_of_the_folder_serves_the_same(store: Store, folder: Path, tmp_path: Path) -> None:
    accept(store, "2023-01", "1")
    publish_store(store, folder)
    shutil.copytree(folder, tmp_path / "elsewhere")
    with Published.open(tmp_path / "elsewhere") as reader:
        assert values(reader) == values(store)


def test_a_killed_publisher_leaves_the_version_before_in_force(tmp_path: Path) -> None:
    """Many more of them: tests/faults/test_publishing_killed.py."""
    assert kill_rounds(tmp_path, 2) == 2


def test_what_is_read_is_of_one_moment_whoever_writes_meanwhile(store: Store, folder: Path) -> None:
    """An acceptance between two files of a version shows in none of them."""
    accept(store, "2023-01", "1")
    come = threading.Event()

    def told(zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
        if not come.is_set():
            come.set()
            worker = threading.Thread(target=lambda: accept(store, "2023-01", "2"))
            worker.start()
            worker.join()

    made = publish_store(store, folder, told=told)
    assert come.is_set() and made.manifest.data_version < store.data_version()
    with Published.open(folder) as reader:
        assert values(reader) == {("120000", "2023-01"): 1}
        publish_store(store, folder)
        reader.look()
        assert values(reader) == {("120000", "2023-01"): 2}


def test_a_store_that_was_set_back_publishes_anew_what_differs(store: Store, folder: Path, tmp_path: Path) -> None:
    accept(store, "2023-01", "1")
    accept(store, "2023-02", "1")
    publish_store(store, folder)
    with Store.open(tmp_path / "other" / "monitor.duckdb", clock=Clock()) as other:
        accept(other, "2023-01", "1")
        accept(other, "2023-02", "5")
        made = publish_store(other, folder)
        assert made.is_new and made.written == 1
        with Published.open(folder) as reader:
            assert values(reader) == values(other)


def test_a_change_of_an_account_is_a_version_and_ends_the_sessions_of_it(store: Store, folder: Path) -> None:
    plans, regions = country()
    access = Access(store, lambda: plans, lambda: regions)
    console = Actor("console", "console")
    made = access.add(console, login="wang", name="王芳", role="viewer", scope=Scope(), with_password=False)[0]
    other = access.add(console, login="li", name="李明", role="viewer", scope=Scope(), with_password=False)[0]
    publish_store(store, folder)
    with Published.open(folder) as reader:
        theirs = Access(reader, lambda: plans, lambda: regions, reads_only=True)
        session, kept = theirs.sign_in_as(made, "oidc", "::1"), theirs.sign_in_as(other, "oidc", "::1")
        access.change(console, made.account_id, disabled=True)
        assert publish_store(store, folder).is_new and reader.look()
        assert theirs.known(session) is None and theirs.known(kept) is not None
        known = theirs.account("wang")
        assert known is not None and known.disabled and not known.has_password


def test_the_configuration_is_published_and_names_itself_in_the_manifest(store: Store, folder: Path) -> None:
    accept(store, "2023-01", "1")
    record_configuration(store, catalogues=[("p.yaml", "x")], regions=("r.csv", "y"), settings={"near": "1"}, by="o")
    made = publish_store(store, folder, software="9.9")
    with Published.open(folder) as reader:
        found = configuration_as_of(reader, None)
        assert found == configuration_as_of(store, None) and found is not None
        assert (made.manifest.configuration, reader.manifest.software) == (found.hash, "9.9")


def test_every_table_of_the_store_is_published_or_left_out_by_decision(store: Store) -> None:
    """A new table is nowhere by itself: whoever adds one says whether readers see it."""
    with store._cursor() as cursor:
        names = set(tables_of(cursor))
    left_out = {
        "audit", "check_result", "credential", "form_person", "job_end", "job_log", "job_request", "job_run",
        "job_switch", "mail", "mail_attempt", "migration", "token",
    }  # fmt: skip
    assert names == left_out | set(publishing.TABLES) | {"observation"}


def _statement(folder: Path, text: str) -> Path:
    path = folder.with_name(f"{abs(hash(text))}.sql")
    path.write_text(text)
    return path


def test_what_cannot_be_finished_leaves_nothing_on_a_disk_that_may_be_full(store: Store, folder: Path) -> None:
    accept(store, "2023-06", "1")

    def full(made: Path, _: Manifest) -> None:
        (made / "scorecard.csv").write_text("half")
        raise OSError(ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        publish_store(store, folder, beside=full)
    assert [*(folder / "versions").iterdir()] == [] and not (folder / "CURRENT").exists()
    assert publish_store(store, folder).is_new
