"""One file, one owner: opening, refusing, migrating, transactions, and answers as of a moment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb
import pytest

from monitor.intake.revisions import Orders
from monitor.intake.submissions import ingest_reading
from monitor.store.configuration import configuration_as_of, record_configuration
from monitor.store.errors import opening_error, working_error
from monitor.store.migrations import SQL, known_migrations, migrate
from monitor.store.store import Store, StoreError, StoreFatal

from .world import ALL, VINTAGES, Clock, File, Sent, country, day, figures, send

TABLES = {
    "account", "act", "audit", "check_result", "configuration", "credential", "event", "explanation", "form_person",
    "issue", "job_end", "job_log", "job_request", "job_run", "job_switch", "mail", "mail_attempt", "migration",
    "observation", "paper", "receipt", "remark", "snapshot", "submission", "token",
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "monitor.duckdb"


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:", clock=Clock()) as opened:
        yield opened


class _Query:
    """A query that is no file."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read_text(self, encoding: str) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text


def _query(text: str) -> Traversable:
    return _Query(text)  # type: ignore[return-value]


def _open_elsewhere(path: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; from pathlib import Path; from monitor.store.store import Store, StoreError\n"
        "try: Store.open(Path(sys.argv[1])); print('opened')\n"
        "except StoreError as error: print(error.code, error.pid, error.zh, error.en, sep='|')"
    )
    return subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, cwd=Path.cwd())


# opening


def test_a_new_store_is_made_with_its_folders_and_tables(path: Path) -> None:
    with Store.open(path) as store:
        assert {row[0] for row in store.ask(SQL / "tables.sql")} == TABLES
        assert store.staging_folder == path.parent / "staging" and store.staging_folder.is_dir()
        assert store.received_folder == path.parent / "received"
        assert store.data_version() == 0
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["audit", "monitor.duckdb", "staging"]


def test_what_it_makes_is_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    """Whatever the umask of the shell that it was started from."""
    before = os.umask(0)
    try:
        with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
            send(store, Sent())
            made = [tmp_path / "data", *(tmp_path / "data").iterdir()]
    finally:
        os.umask(before)
    open_to_others = {path.name for path in made if path.is_file() and path.stat().st_mode & 0o077}
    assert open_to_others <= {"monitor.duckdb.wal"}  # the database's own, which the folder keeps
    assert {path.name: path.stat().st_mode & 0o777 for path in made if path.is_dir()} == {
        "data": 0o700, "staging": 0o700, "received": 0o700, "audit": 0o700,
    }  # fmt: skip


def test_a_memory_store_has_a_staging_folder_that_goes_with_it() -> None:
    with Store.open(":memory:") as store:
        staging = store.staging_folder
        assert staging.is_dir() and store.path is None and store.received_folder is None
        assert send(store, Sent()).created == 1
    assert not staging.exists()


def test_what_was_committed_is_there_after_reopening(path: Path) -> None:
    with Store.open(path) as store:
        send(store, Sent(value="27.006944444"), accept=True)
        version = store.data_version()
    with Store.open(path) as store:
        assert figures(store) == {("a", "120000", "2023-06"): Decimal("27.006944444")}
        assert store.data_version() == version > 0


def test_a_second_process_is_told_who_has_the_store(path: Path) -> None:
    with Store.open(path):
        code, pid, zh, en = _open_elsewhere(path).stdout.strip().split("|")
        assert (code, int(pid)) == ("in_use", os.getpid())
        assert str(os.getpid()) in zh and str(os.getpid()) in en and str(path) in zh
    assert _open_elsewhere(path).stdout.strip() == "opened"


def test_this_process_cannot_open_it_twice(path: Path) -> None:
    with Store.open(path):
        with pytest.raises(StoreError) as caught:
            Store.open(path.parent / ".." / "data" / path.name)
        assert caught.value.code == "already_open"
    Store.open(path).close()


def test_of_programs_that_start_at_once_one_opens_the_store(path: Path) -> None:
    path.parent.mkdir()
    program = (
        "import sys; from pathlib import Path; from monitor.store.store import Store, StoreError\n"
        "sys.stdin.readline()\n"
        "try: store = Store.open(Path(sys.argv[1])); print('opened', flush=True)\n"
        "except StoreError as error: print(error.code, flush=True)\n"
        "sys.stdin.readline()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = sorted(process.stdout.readline().strip() for process in started if process.stdout)
    for process in started:
        process.communicate("end\n", timeout=60)
    assert said == ["in_use", "in_use", "in_use", "opened"]


def _damage(path: Path, kind: str) -> None:
    with Store.open(path) as store:
        send(store, Sent(), accept=True)
    content = path.read_bytes()
    path.write_bytes({"text": b"region_code,period\n" * 900, "empty": b"", "cut": content[: len(content) // 3]}[kind])


@pytest.mark.parametrize("kind", ["text", "empty", "cut"])
def test_a_damaged_file_is_named_with_a_cure_and_left_alone(path: Path, kind: str) -> None:
    _damage(path, kind)
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert caught.value.code == "damaged"
    assert str(path) in caught.value.zh and "恢复" in caught.value.zh and "restore" in caught.value.en
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE shopping (thing VARCHAR)")
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert caught.value.code == "foreign"
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == [("shopping",)]


def test_a_newer_store_is_refused(path: Path) -> None:
    Store.open(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, '9999_later', now()::TIMESTAMP)")
    for read_only in (False, True):
        with pytest.raises(StoreError) as caught:
            Store.open(path, read_only=read_only)
        assert caught.value.code == "newer" and "9999" in caught.value.en and "升级" in caught.value.zh


def test_a_file_of_a_newer_duckdb_is_refused_as_newer() -> None:
    said = duckdb.IOException(
        "IO Error: Trying to read a database file with version number 99, but we can only read versions up to 66."
    )
    assert opening_error(Path("x"), said).code == "newer"


@pytest.mark.parametrize("closed", ["folder", "file"])
def test_a_folder_or_file_without_permission_is_said_in_one_line(closed: str) -> None:
    """As the user nobody where the test runs as root, for whom no folder is closed."""
    folder = Path(tempfile.mkdtemp())
    path = folder / "monitor.duckdb"
    try:
        if closed == "folder":
            folder.chmod(0o555)
        else:
            Store.open(path).close()
            path.chmod(0o000)
            folder.chmod(0o755)
        if os.geteuid() == 0:
            told = _refusal_as_nobody(path)
        else:
            with pytest.raises(StoreError) as caught:
                Store.open(path)
            told = caught.value.code + " " + caught.value.zh
        assert told.startswith("no_permission ") and str(path) in told
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def _refusal_as_nobody(path: Path) -> str:
    """In a forked child, since the interpreter itself may lie where nobody may not read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(65534)
            os.setuid(65534)
            Store.open(path)
            os.write(writing, b"opened")
        except StoreError as error:
            os.write(writing, f"{error.code} {error.zh}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return pipe.read().decode()


@pytest.mark.parametrize("where", ["folder", "under a file"])
def test_a_path_that_cannot_be_a_store_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("x")
    path = tmp_path if where == "folder" else tmp_path / "file" / "monitor.duckdb"
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert str(path) in caught.value.zh and str(path) in caught.value.en


# read only


def test_a_read_only_store_answers_and_does_not_write(path: Path) -> None:
    with Store.open(path) as store:
        send(store, Sent(), accept=True)
    before = sorted(entry.name for entry in path.parent.iterdir())
    with Store.open(path, read_only=True) as store:
        assert len(figures(store)) == 1
        with pytest.raises(StoreError) as caught, store.transaction():
            pass
        assert caught.value.code == "read_only"
    assert sorted(entry.name for entry in path.parent.iterdir()) == before


def test_a_store_that_is_not_there_is_not_made_by_looking(path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(path, read_only=True)
    assert caught.value.code == "not_found" and not path.parent.exists()


def test_a_store_that_needs_a_migration_cannot_be_opened_read_only(path: Path) -> None:
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute((SQL / "migration_table.sql").read_text())
    with pytest.raises(StoreError) as caught:
        Store.open(path, read_only=True)
    assert caught.value.code == "older"
    Store.open(path).close()
    Store.open(path, read_only=True).close()


# locked doors


def test_sql_reaches_the_staging_folder_and_those_that_were_allowed(path: Path, tmp_path: Path) -> None:
    export = tmp_path / "it's export"
    export.mkdir()
    with Store.open(path, allowed_directories=[export]) as store:
        for folder in (store.staging_folder, export):
            name = str(folder / "x.parquet").replace("'", "''")
            store.ask(_query(f"COPY (SELECT 1 AS one) TO '{name}' (FORMAT parquet)"))
            assert store.ask(_query(f"SELECT one FROM read_parquet('{name}')")) == [(1,)]


def test_what_a_killed_ingest_left_is_cleared_and_nothing_else(path: Path) -> None:
    Store.open(path).close()
    (path.parent / "staging" / "ingest-abc").mkdir()
    (path.parent / "staging" / "ingest-abc" / "rows.parquet").write_text("x")
    (path.parent / "staging" / "mine.txt").write_text("x")
    with Store.open(path):
        assert [entry.name for entry in (path.parent / "staging").iterdir()] == ["mine.txt"]


# transactions


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    event = {"moment": day(2026, 1, 1), "actor": "x", "action": "received"}
    nothing = {"submission_id": None, "receipt_id": None, "detail": None}
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        transaction.run(SQL / "event_record.sql", event | nothing)
        raise ZeroDivisionError
    assert store.ask(SQL / "last_event.sql") == [(0, None)]
    with store.transaction() as transaction:
        transaction.run(SQL / "event_record.sql", event | nothing)
        transaction.abandon()
    assert store.ask(SQL / "last_event.sql") == [(0, None)]
    with store.transaction() as transaction:
        transaction.run(SQL / "event_record.sql", event | nothing)
    assert store.ask(SQL / "last_event.sql") == [(1, day(2026, 1, 1))]


def test_readers_do_not_see_a_transaction_before_its_end_and_do_not_wait_for_it(store: Store) -> None:
    with store.transaction() as transaction:
        parameters = {"actor": "x", "action": "received", "submission_id": None, "receipt_id": None, "detail": None}
        transaction.run(SQL / "event_record.sql", {"moment": transaction.moment(), **parameters})
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(store.ask, SQL / "last_event.sql").result(timeout=20)[0][0] == 0
    assert store.ask(SQL / "last_event.sql")[0][0] == 1


def test_writers_wait_for_each_other(store: Store) -> None:
    inside, most = 0, 0
    guard = threading.Lock()

    def write(_: int) -> None:
        nonlocal inside, most
        with store.transaction() as transaction:
            with guard:
                inside += 1
                most = max(most, inside)
            parameters = {"actor": "x", "action": "received", "submission_id": None, "receipt_id": None, "detail": None}
            transaction.run(SQL / "event_record.sql", {"moment": transaction.moment(), **parameters})
            with guard:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert most == 1
    assert store.ask(SQL / "last_event.sql")[0][0] == 40


def test_a_transaction_inside_a_transaction_is_a_mistake(store: Store) -> None:
    with store.transaction(), pytest.raises(RuntimeError), store.transaction():
        pass
    send(store, Sent())


def test_a_closed_store_says_so(path: Path) -> None:
    store = Store.open(path)
    store.close()
    store.close()
    with pytest.raises(StoreError) as caught:
        store.ask(SQL / "tables.sql")
    assert caught.value.code == "closed"


def test_a_forked_child_may_not_use_the_store(store: Store) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            store.ask(SQL / "tables.sql")
        except StoreError as error:
            os.write(writing, error.code.encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"forked"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (duckdb.FatalException("FATAL Error: database has been invalidated"), StoreFatal),
        (duckdb.InternalException("INTERNAL Error: x"), StoreFatal),
        (duckdb.IOException("IO Error: No space left on device"), StoreError),
        (duckdb.TransactionException("TransactionContext Error: Failed to commit: No space left"), StoreError),
        (duckdb.OutOfMemoryException("Out of Memory Error"), StoreError),
        (duckdb.BinderException("Binder Error: no such column"), duckdb.BinderException),
    ],
)
def test_faults_of_the_machine_are_told_apart_from_mistakes(error: duckdb.Error, kind: type[Exception]) -> None:
    found = working_error(error)
    assert type(found) is kind
    if isinstance(found, (StoreError, StoreFatal)):
        assert re.search("[一-鿿]", found.zh) and re.search("[a-z]{4}", found.en) and "\n" not in str(found)


def test_a_fault_that_ends_the_database_is_no_ordinary_store_error() -> None:
    assert not issubclass(StoreFatal, StoreError)


# migrations


def test_migrations_are_applied_once(path: Path) -> None:
    with duckdb.connect(":memory:") as connection:
        assert migrate(connection, "here", day(2026, 1, 1), read_only=False) == len(known_migrations())
        assert migrate(connection, "here", day(2026, 1, 2), read_only=False) == 0
        assert connection.execute("SELECT DISTINCT applied_at FROM migration").fetchall() == [(day(2026, 1, 1),)]
    for _ in range(3):
        with Store.open(path) as store:
            assert [row[0] for row in store.ask(SQL / "migrations_applied.sql")] == [
                step.number for step in known_migrations()
            ]


def test_a_migration_that_fails_leaves_the_earlier_ones(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (x INTEGER);")
    with duckdb.connect(":memory:") as connection:
        assert migrate(connection, "here", day(2026, 1, 1), read_only=False, folder=tmp_path) == 1
        (tmp_path / "0002_two.sql").write_text("CREATE TABLE two (x INTEGER);")
        (tmp_path / "0003_three.sql").write_text("CREATE TABLE three (x INTEGER); SELECT * FROM nowhere;")
        with pytest.raises(duckdb.CatalogException):
            migrate(connection, "here", day(2026, 1, 1), read_only=False, folder=tmp_path)
        assert connection.execute("SHOW TABLES").fetchall() == [("migration",), ("one",), ("two",)]
        (tmp_path / "0003_three.sql").write_text("CREATE TABLE three (x INTEGER);")
        assert migrate(connection, "here", day(2026, 1, 1), read_only=False, folder=tmp_path) == 1


def test_an_empty_store_takes_all_migrations_or_none(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (x INTEGER);")
    (tmp_path / "0002_two.sql").write_text("CREATE TABLE two (x INTEGER); SELECT * FROM nowhere;")
    with duckdb.connect(":memory:") as connection:
        with pytest.raises(duckdb.CatalogException):
            migrate(connection, "here", day(2026, 1, 1), read_only=False, folder=tmp_path)
        assert connection.execute("SHOW TABLES").fetchall() == []
        (tmp_path / "0002_two.sql").write_text("CREATE TABLE two (x INTEGER);")
        assert migrate(connection, "here", day(2026, 1, 1), read_only=False, folder=tmp_path) == 2


def test_an_open_store_holds_no_transaction_that_keeps_old_rows_alive(path: Path, tmp_path: Path) -> None:
    """With one left open what was changed could never be cleaned up, and no checkpoint be made after it."""
    (tmp_path / "put.sql").write_text("INSERT INTO form_person VALUES (1, 'head', 'somebody')")
    (tmp_path / "blank.sql").write_text("UPDATE form_person SET text = '' WHERE receipt_id = 1")
    with Store.open(path) as store:
        for name in ("put", "blank"):
            with store.transaction() as transaction:
                transaction.run(tmp_path / f"{name}.sql")
        store.ask(SQL / "checkpoint.sql")


def test_a_gap_in_the_numbers_is_a_packaging_fault(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("SELECT 1")
    (tmp_path / "0003_three.sql").write_text("SELECT 1")
    with pytest.raises(ValueError, match="0003"):
        known_migrations(tmp_path)


def test_no_sql_changes_or_removes_what_was_written() -> None:
    found = []
    for text in sorted(Path(str(files("monitor"))).rglob("*.sql")):
        words = re.sub(r"--[^\n]*|'[^']*'|CREATE OR REPLACE TEMP (?:TABLE|VIEW)", "", text.read_text(encoding="utf-8"))
        if re.search(r"\b(UPDATE|DELETE|TRUNCATE|MERGE|REPLACE\s+INTO|OR\s+REPLACE|DROP|ON\s+CONFLICT)\b", words, re.I):
            found.append(text.name)
    # what somebody may have forgotten: the names on a form, and a password that another takes the place of
    forgotten = {"blank_people.sql", "erase_people.sql", "credential_forget.sql"}
    # and the history of scheduled work, which is none of what was sent or decided
    pruned = {f"prune_{what}.sql" for what in ("checks", "logs", "ends", "requests", "runs")}
    # and what stands in a copy that is about to be made again from the received files
    assert set(found) <= forgotten | pruned | {"rebuild_empty.sql", "rebuild_drop.sql"}
    for name in pruned:
        text = next(Path(str(files("monitor"))).rglob(name)).read_text(encoding="utf-8")
        assert re.search(r"DELETE FROM (job_\w+|check_result)\b", text) and text.count("DELETE") == 1


def test_no_table_has_a_key_or_an_index(store: Store) -> None:
    constraints = "SELECT constraint_type FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL'"
    assert store.ask(_query(constraints)) == []


# as of a moment


def test_as_of_a_moment_only_what_was_accepted_by_then_counts(store: Store) -> None:
    moments = []
    for value in ("1", "2", "3"):
        send(store, Sent(value=value), accept=True)
        moments.append(store.ask(SQL / "latest_acceptance.sql", {"as_of": None})[0][0])
    cell = ("a", "120000", "2023-06")
    for value, moment in enumerate(moments, 1):
        assert figures(store, moment)[cell] == value
        assert figures(store, moment - timedelta(microseconds=1)).get(cell) == (value - 1 or None)
        assert store.ask(SQL / "latest_acceptance.sql", {"as_of": moment}) == [(moment,)]


def test_a_moment_with_a_zone_is_the_same_moment(store: Store) -> None:
    send(store, Sent(), accept=True)
    utc = store.ask(SQL / "latest_acceptance.sql", {"as_of": None})[0][0].replace(tzinfo=UTC)
    shanghai = utc.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+08:00").tzinfo)
    assert len(figures(store, shanghai)) == 1
    assert figures(store, shanghai - timedelta(microseconds=1)) == {}


def test_the_preferred_vintage_is_shown_and_a_figure_goes_before_none(store: Store) -> None:
    send(store, Sent(value="1", vintage="flash"), Sent(value="2", vintage="bulletin"), accept=True)
    send(store, Sent(value="3", vintage="plan"), Sent(value=None, vintage="yearbook"), accept=True)
    send(store, Sent(value="4", vintage="briefing"), accept=True)
    cell = ("a", "120000", "2023-06")
    assert figures(store) == {cell: 2}
    assert figures(store, vintages=["flash", "bulletin"]) == {cell: 1}
    assert figures(store, vintages=[])[cell] in (1, 2, 4)
    asked = {"as_of": None, "indicator_ids": ALL, "region_codes": None, "periods": None}
    assert [(row[3], row[8]) for row in store.ask(SQL / "plan_rows_as_of.sql", asked)] == [("plan", 3)]


def test_of_one_vintage_in_two_forms_the_latest_publication_is_shown_then_the_latest_acceptance(store: Store) -> None:
    catalogues, regions = country()
    cell = ("b", "110000", "2023-06")

    def say(value: str, published_on: date | None, first: int) -> None:
        plans = catalogues if first == 0 else catalogues[::-1]
        reading = File((Sent("b", "110000", value=value, published_on=published_on),)).read(store)
        ingest_reading(store, plans, regions, reading, Orders("x", accept=True))

    say("1", date(2024, 1, 2), 0)
    say("2", date(2024, 1, 1), 1)
    assert figures(store) == {cell: 1}
    say("3", None, 1)
    assert figures(store) == {cell: 1}
    say("4", date(2024, 1, 2), 1)
    assert figures(store) == {cell: 4}


def test_regions_periods_and_indicators_narrow_the_answer(store: Store) -> None:
    send(
        store,
        *(Sent(i, r, p) for i in "ab" for r in ("110000", "120000") for p in ("2023", "2023-06")),
        accept=True,
    )
    assert len(figures(store)) == 8
    assert set(figures(store, indicator_ids=["a"], region_codes=["110000"], periods=["2023"])) == {
        ("a", "110000", "2023")
    }
    assert figures(store, region_codes=[]) == {} and figures(store, indicator_ids=["zzz"]) == {}


def test_ask_frame_gives_the_same_values_with_names(store: Store) -> None:
    send(store, Sent(value="27.0069444444"), accept=True)
    asked = {"as_of": None, "indicator_ids": ALL, "region_codes": None, "periods": None, "vintages": VINTAGES}
    frame = store.ask_frame(SQL / "figures_as_of.sql", asked)
    assert frame["value"].tolist() == [Decimal("27.0069444444")]
    assert [tuple(row) for row in frame.itertuples(index=False)] == store.ask(SQL / "figures_as_of.sql", asked)


# configuration


def test_a_configuration_is_recorded_when_it_changes(store: Store) -> None:
    def record(text: str, ahead: str = "1.2") -> int:
        return record_configuration(
            store, catalogues=[("a.yaml", text)], regions=("r.csv", "x"), settings={"ahead": ahead}, by="operator"
        ).seq

    first = record("one")
    version = store.data_version()
    assert record("one") == first and store.data_version() == version
    second, third = record("two"), record("two", "1.3")
    assert len({first, second, third}) == 3 and store.data_version() > version
    assert record("one") > third  # back to what it was is a change too


def test_the_configuration_as_of_a_moment_is_the_last_before_it_else_the_first(store: Store) -> None:
    assert configuration_as_of(store, None) is None
    made = [
        record_configuration(store, catalogues=[("a", text)], regions=("r", ""), settings={}, by="x")
        for text in ("one", "two")
    ]
    one, two = made
    assert configuration_as_of(store, None) == two
    assert configuration_as_of(store, two.at) == two
    assert configuration_as_of(store, two.at - timedelta(microseconds=1)) == one
    assert configuration_as_of(store, day(1999, 1, 1)) == one
    assert one.content["catalogues"] == [{"file": "a", "text": "one"}]


def test_eight_threads_that_record_the_same_configuration_record_it_once(store: Store) -> None:
    def record(_: int) -> int:
        return record_configuration(store, catalogues=[], regions=("r", ""), settings={"ahead": "1.2"}, by="x").seq

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(record, range(16))) == {1}


def test_the_data_version_changes_with_acceptance_and_configuration_alone(store: Store) -> None:
    seen = [store.data_version()]
    send(store, Sent())
    assert store.data_version() == seen[-1]
    send(store, Sent(), accept=True)
    seen.append(store.data_version())
    record_configuration(store, catalogues=[], regions=("r", ""), settings={}, by="x")
    seen.append(store.data_version())
    assert len(set(seen)) == 3
