"""The proof of a copied store, in a process of its own: the server that made the copy goes on answering meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from monitor.store.audit_folder import AuditFolder, Head, read_line
from monitor.store.copying import Tables, fingerprint_of, path_text, quoted, tables_of
from monitor.store.erasures import digest_of
from monitor.store.errors import StoreError, StoreFatal, first_line
from monitor.store.migrations import SQL as STORE_SQL
from monitor.store.migrations import known_migrations
from monitor.store.store import Store
from monitor.store.transaction import execute, text_of
from monitor.store.verifying import verify

from .errors import BackupError
from .manifest import RECEIVED

SQL = files(__package__) / "sql"
TABLES_SQL = "tables.sql"  # beside the Parquet files: what their columns are
_PACKAGES = str(Path(__file__).resolve().parents[2])
# -I: neither the environment nor the working folder decides what is imported
_CHILD = ("-I", "-X", "utf8", "-c", "import sys; sys.path.insert(0, sys.argv[1]); "
          "from monitor.backup.proving import main; main()", _PACKAGES)  # fmt: skip
_GENTLE = 10  # how much less the proof is in a hurry than whoever asks the server something


@dataclass(frozen=True)
class Proof:
    """What is in a closed store. `faults`: (Chinese, English) of each; `level`: its last migration.

    `receipts`: the numbers of those whose files are kept with it.
    """

    tables: Tables
    level: int
    head: Head
    entries: int
    receipts: tuple[int, ...]
    submissions: int
    faults: tuple[tuple[str, str], ...]


def prove(database: Path, *, audit: Path | None, head: Head | None, parquet: Path | None = None) -> Proof:
    """Read every table of a store that nobody has open, and verify it with the files in `received` beside it.

    `audit`: the folder that holds the key of its log, None where that is not at hand. `head`: what its log must end
    with, None for whatever it ends with. `parquet`: an empty folder for the same rows in Parquet. A store that is older
    than this program is read and not verified. Raises BackupError: it cannot be read.
    """
    job = {
        "database": str(database),
        "audit": None if audit is None else str(audit),
        "head": None if head is None else head.line(),
        "parquet": None if parquet is None else str(parquet),
    }
    answer = _asked(job)
    if "unreadable" in answer:
        zh, en = answer["unreadable"]
        raise BackupError("unreadable", f"{database}：{zh}", f"{database}: {en}")
    found = read_line(answer["head"])
    assert found is not None
    return Proof(
        {name: (one[0], one[1]) for name, one in answer["tables"].items()},
        answer["level"],
        found,
        answer["entries"],
        tuple(answer["receipts"]),
        answer["submissions"],
        tuple((zh, en) for zh, en in answer["faults"]),
    )


def _asked(job: Mapping[str, Any]) -> dict[str, Any]:
    with subprocess.Popen(
        [sys.executable, *_CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            said, complaint = process.communicate(json.dumps(job).encode())
        except BaseException:
            process.kill()
            raise
    try:
        if process.returncode == 0:
            answer: dict[str, Any] = json.loads(said)
            return answer
    except ValueError:
        pass
    last = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2][:300] or str(process.returncode)
    raise BackupError(
        "proof",
        f"核验备份的进程异常中止（{last}）；请重试",
        f"the process that proves a backup broke off ({last}): try again",
    )


def main() -> None:
    """The child: one job on its standard input, one answer on its standard output."""
    os.nice(_GENTLE)
    job = json.load(sys.stdin)
    answers = os.dup(1)
    os.dup2(2, 1)  # a program without a file is taken for a person, whom the database shows how far it is
    answer = _answer(job)
    with os.fdopen(answers, "w", encoding="utf-8") as stream:
        json.dump(answer, stream)


def _answer(job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return _proven(job)
    except (StoreError, StoreFatal) as error:
        return {"unreadable": [error.zh, error.en]}
    except duckdb.Error as error:
        return {"unreadable": [f"无法读取（{first_line(error)}）", f"cannot be read ({first_line(error)})"]}
    except OSError as error:
        said = f"{error.filename}: {error.strerror}"
        return {"unreadable": [f"无法读取（{said}）", f"cannot be read ({said})"]}


def _proven(job: Mapping[str, Any]) -> dict[str, Any]:
    database, head = Path(job["database"]), None if job["head"] is None else read_line(job["head"])
    with _opened(database) as cursor:
        tables = {name: fingerprint_of(cursor, name) for name in tables_of(cursor)}
        level = max(int(row[0]) for row in execute(cursor, STORE_SQL / "migrations_applied.sql").fetchall())
        end = _end(cursor) if "audit" in tables else Head(0, "0" * 64, 0, None)
        sql = STORE_SQL / "verify_receipts.sql" if "audit" in tables else SQL / "received_files.sql"
        kept = {int(receipt): str(digest) for receipt, digest in execute(cursor, sql).fetchall()}
        if job["parquet"] is not None:
            _write_parquet(cursor, Path(job["parquet"]), tables)
    answer: dict[str, Any] = {"tables": tables, "level": level, "head": end.line(), "receipts": list(kept)}
    answer |= {"entries": end.seq, "submissions": tables["submission"][0], "faults": []}
    if level < len(known_migrations()):
        answer["faults"] = list(_received(database.parent / RECEIVED, kept))
    else:
        audit = None if job["audit"] is None else AuditFolder(Path(job["audit"]), database.name)
        key = audit.load_key() if audit is not None and audit.has_key() else None
        with Store.open(database, read_only=True) as store:
            found = verify(store, key, end if head is None else head)
        faults = [one for one in found.findings if one.is_fault and not (one.code == "key_missing" and audit is None)]
        answer["faults"] = [[one.zh, one.en] for one in faults]
        answer["entries"] = found.entries
    return answer


def _received(folder: Path, kept: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Of a store that cannot be verified before it is migrated, at least the files are compared. Raises OSError."""
    for receipt, digest in kept.items():
        file = folder / str(receipt)
        if not file.is_file():
            yield f"{file}：文件不在", f"{file}: is gone"
        elif digest_of(file) != digest:
            yield f"{file}：不是收到的内容", f"{file}: is not what was received"


@contextmanager
def _opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def _end(cursor: duckdb.DuckDBPyConnection) -> Head:
    ((seq, mac, at, sealed, _),) = execute(cursor, STORE_SQL / "audit_head.sql").fetchall()
    return Head(seq, mac or "0" * 64, sealed, at)


def _write_parquet(cursor: duckdb.DuckDBPyConnection, folder: Path, tables: Tables) -> None:
    """Each table in a file, read again and compared; and what its columns are. Raises StoreError, duckdb.Error."""
    for table, expected in tables.items():
        path = folder / f"{table}.parquet"
        cursor.execute(text_of(SQL / "table_to_parquet.sql").format(table=quoted(table), path=path_text(path)))
        rows = cursor.execute(text_of(SQL / "parquet_fingerprint.sql").format(path=path_text(path))).fetchall()
        if (rows[0][0], f"{int(rows[0][1]):032x}") != expected:
            raise StoreError("parquet", f"{path} 与表不符", f"{path} is not what the table says")
    applied = {int(row[0]) for row in execute(cursor, STORE_SQL / "migrations_applied.sql").fetchall()}
    steps = [text_of(STORE_SQL / "migration_table.sql") + ";\n"]
    steps += [step.text for step in known_migrations() if step.number in applied]
    (folder / TABLES_SQL).write_text("\n".join(steps), encoding="utf-8")
