"""The database's own switches: what it takes of the machine, and that it reaches nothing but its own folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import monitor
from monitor.store.errors import StoreError
from monitor.store.store import Store
from monitor.store.switches import MEMORY_BYTES, SPILLED_BYTES, serving_memory

ROOT = Path(monitor.__file__).parent
# Where SQL is handed to a database: the store, its migrations and switches, the audit log's own entries, the reader of
# staging files in its child, and the writer of Parquet; everybody else goes through the store.
# Those in backup/ and integrity/ have a database of their own: a copy, or a file that was exported a moment ago.
# The catalogue's words over records run in an empty one that is locked (catalogue/record_checks.py, records/), and on
# Spark by those two alone.
EXECUTING = {
    "backup/making.py", "backup/proving.py", "backup/restoring.py", "catalogue/record_checks.py", "intake/plain.py",
    "intake/staging.py", "integrity/exports.py", "records/engines.py", "records/looking.py", "records/spark.py",
    "report/parquet.py", "store/copying.py", "store/migrations.py", "store/opening.py", "store/published.py",
    "store/publishing.py", "store/spark.py", "store/store.py", "store/transaction.py",
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("locked")
    (folder / "secret.key").write_text("secret")
    with Store.open(folder / "monitor.duckdb") as opened:
        yield opened


def asked(store: Store, statement: str, folder: Path) -> list[tuple[object, ...]]:
    written = folder / "question.sql"
    written.write_text(statement, encoding="utf-8")
    return store.ask(written)


@pytest.mark.parametrize(
    "statement",
    [
        # reads
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_blob('{staging}/../secret.key')",
        "SELECT * FROM read_text('{staging}/../monitor.duckdb')",
        "SELECT * FROM glob('/etc/*')",
        "FROM '/tmp/some.parquet'",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        # writes
        "COPY receipt TO '/tmp/receipts.csv'",
        "COPY receipt TO '{staging}/../receipts.csv'",
        "COPY receipt TO '{staging}x/receipts.csv'",
        "EXPORT DATABASE '/tmp/exported'",
        "ATTACH '/tmp/other.duckdb'",
        "CREATE PERSISTENT SECRET kept (TYPE http)",
        # what would bring other code in
        "INSTALL httpfs",
        "LOAD httpfs",
        "INSTALL spatial FROM community",
        "LOAD '/tmp/mine.duckdb_extension'",
        # the locks themselves
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET allow_community_extensions = true",
        "SET memory_limit = '1TB'",
        "SET temp_directory = '/tmp'",
        "SET log_query_path = '/tmp/questions.log'",
    ],
)
def test_sql_reads_writes_installs_and_changes_nothing_outside(store: Store, statement: str, tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error):
        asked(store, statement.replace("{staging}", str(store.staging_folder)), tmp_path)
    assert sorted(entry.name for entry in store.staging_folder.iterdir()) == []
    assert not list(store.staging_folder.parent.glob("receipts*"))


def test_a_variable_of_the_program_is_no_table(store: Store, tmp_path: Path) -> None:
    import pandas as pd

    secrets = pd.DataFrame({"secret": [1]})
    with pytest.raises(duckdb.CatalogException):
        asked(store, "SELECT * FROM secrets", tmp_path)
    assert len(secrets) == 1


def test_the_memory_and_the_disk_that_it_takes_are_limited(store: Store, tmp_path: Path) -> None:
    named = ("memory_limit", "max_temp_directory_size", "temp_directory", "TimeZone")
    text = ", ".join(f"current_setting('{name}')" for name in named)
    ((memory, spilled, folder, zone),) = asked(store, f"SELECT {text}", tmp_path)
    assert _bytes(memory) <= MEMORY_BYTES and _bytes(spilled) <= SPILLED_BYTES
    assert Path(str(folder)).parent == store.staging_folder and zone == "UTC"


def test_more_cores_have_more_memory_and_what_is_asked_for_goes_before(tmp_path: Path) -> None:
    of_servers = [serving_memory(cores) for cores in (1, 2, 8, 64)]
    assert of_servers == [300_000_000, 300_000_000, 1_200_000_000, 8 * 1024**3]
    other = tmp_path / "other"
    other.mkdir()  # a question's text is read once
    with Store.open(tmp_path / "monitor.duckdb", memory_bytes=50_000_000) as store:
        ((memory,),) = asked(store, "SELECT current_setting('memory_limit')", tmp_path)
        assert 49_000_000 < _bytes(memory) <= 50_000_000
        with pytest.raises(StoreError, match="MONITOR_STORE_MEMORY_BYTES") as caught:
            asked(store, "SELECT list_sort(list(range::VARCHAR || ' and so on'))[1] FROM range(5000000)", other)
        assert caught.value.code == "machine" and "MONITOR_STORE_MEMORY_BYTES" in caught.value.zh


def _bytes(told: object) -> float:
    number, unit = str(told).split()
    return float(number) * {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}[unit]


def test_what_a_question_spills_lies_in_the_data_folder_and_is_gone_after_it(store: Store, tmp_path: Path) -> None:
    asked(store, "SELECT count(*) FROM (SELECT DISTINCT range FROM range(100000))", tmp_path)
    assert not [entry for entry in store.staging_folder.rglob("*") if entry.is_file()]


# The child that reads files hands its few parameters over as variables: binding a value would import pandas there. They
# are paths and numbers of ours, and the name of a sheet as the digits of its bytes.
WRITTEN_OUT = {
    "intake/plain.py: connection.execute(f\"CREATE TABLE meaning AS {sql('plain_meanings')}\")",
    "intake/plain.py: connection.execute(f\"CREATE TABLE cells AS {sql('plain_cells')}\")",
    "intake/plain.py: connection.execute(f\"CREATE VIEW raw AS {sql('plain_raw')}\")",
    'intake/plain.py: connection.execute(f"DROP {forgotten}")',  # of names of ours
    'intake/staging.py: connection.execute(f"CREATE VIEW staged AS {sql(query)}")',
    "intake/staging.py: connection.execute(f\"CREATE OR REPLACE VIEW staged AS {sql('staged_whole')}\")",
    "intake/staging.py: connection.execute(f\"CREATE OR REPLACE VIEW staged AS {' UNION ALL '.join(parts)}\")",
    "intake/staging.py: connection.execute(f\"CREATE TABLE ordered AS {sql('staged_in_order')}\")",
    "intake/staging.py: rows = f\"COPY ({sql('staging_rows')}) TO {_quoted(str(self._target))} (FORMAT parquet)\"",
    'intake/staging.py: connection.execute(f"SET VARIABLE {name} = {value}")',
}


def test_sql_is_handed_to_the_database_in_a_few_places_and_never_made_of_what_somebody_sent() -> None:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
    calls = re.compile(
        r"\.(?:execute|executemany|sql|query)\(|duckdb\.(?:connect|sql|execute|query|default_connection)\b"
    )
    assert {name for name, text in texts.items() if calls.search(text)} <= EXECUTING
    # a constant, a packaged file, or a name of one; nothing put together on the spot
    joined = re.compile(r"\.(?:execute|executemany|sql|query)\(\s*(?:f[\"']|[^()]*(?:%|\.format|\+))")
    verb = re.compile(r"f[\"']{1,3}(?:SELECT|INSERT|UPDATE|DELETE|COPY|ATTACH|CREATE|DROP|ALTER)\s.*\{")
    made = {
        f"{name}: {line.strip()}"
        for name, text in texts.items()
        for line in text.splitlines()
        if joined.search(line) or verb.search(line)
    }
    assert made == WRITTEN_OUT


def test_staging_files_that_were_read_are_not_kept_in_memory(tmp_path: Path) -> None:
    """Each is read by one transaction; kept, they would be several megabytes an hour of a busy day."""
    held = "SELECT coalesce(sum(memory_usage_bytes), 0) FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'"
    with Store.open(tmp_path / "data" / "monitor.duckdb") as store:
        for number in range(3):
            path = store.staging_folder / f"{number}.parquet"
            with duckdb.connect() as other:
                other.execute(f"COPY (SELECT range AS n FROM range(100000)) TO '{path}' (FORMAT parquet)")
            own = tmp_path / str(number)  # a question's text is read once
            own.mkdir()
            assert asked(store, f"SELECT sum(n) FROM read_parquet('{path}')", own) == [(4999950000,)]
        assert asked(store, held, tmp_path) == [(0,)]
