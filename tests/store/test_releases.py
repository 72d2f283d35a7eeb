"""A store of every release opens, says what it said, and is copied before it is changed.

`releases/NNNN.tar.xz` is the data folder as the last program before migration NNNN+1 left it (releases/make.py). That
of the newest level is there as well: the next migration finds it, and until then whatever changes has to open it.
"""

from __future__ import annotations

import json
import tarfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from monitor.dossier.acts import read_acts, read_paper
from monitor.intake.submissions import list_submissions
from monitor.jobs.history import list_runs, log_of, requests, switches
from monitor.store.copying import StoreCopy
from monitor.store.errors import StoreError
from monitor.store.migrations import known_migrations
from monitor.store.snapshots import list_snapshots
from monitor.store.store import Store
from monitor.store.tokens import list_tokens

from .world import Sent, send, visible

RELEASES = Path(__file__).parent / "releases"
NEWEST = len(known_migrations())
EARLIER = range(1, NEWEST)


def unpack(level: int, folder: Path) -> Path:
    with tarfile.open(RELEASES / f"{level:04d}.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder / "data" / "monitor.duckdb"


def level_of(file: Path) -> int:
    with duckdb.connect(str(file), read_only=True) as connection:
        return int(connection.execute("SELECT max(number) FROM migration").fetchall()[0][0])


def need_as_expected(store: Store, expected: dict[str, Any]) -> None:
    def figures(rows: list[list[str | None]]) -> dict[tuple[str | None, ...], Decimal | None]:
        return {tuple(key): None if value is None else Decimal(value) for *key, value in rows}

    assert visible(store) == figures(expected["figures"])
    assert visible(store, datetime.fromisoformat(expected["then"])) == figures(expected["figures_then"])
    listed = sorted(list_submissions(store), key=lambda one: one.submission_id)
    said = [[one.submission_id, one.region_code, one.revision, one.state] for one in listed]
    assert said == expected["submissions"]
    if expected["level"] >= 2:
        assert [one.name for one in list_snapshots(store)] == ["第1版"]
        assert [one.name for one in list_tokens(store)] == ["统计局接口"]
    if expected["level"] >= 4:
        assert [(run.job, run.result) for run in list_runs(store)] == [("backup", "interrupted"), ("prune", "done")]
        assert [line.en for line in log_of(store, 1)] == ["pruning"]
        assert {job: one.paused for job, one in switches(store).items()} == {"mail": True}
        assert [one.job for one in requests(store)] == ["integrity"]
    if expected["level"] >= 5:
        (act,) = read_acts(store, "round")
        assert (act.dossier, act.action, act.body["title"]) == ("final", "opened", "总结评估")
        assert read_paper(store, act.seq, 1)[3].decode() == "材料"


def test_there_is_one_of_every_level() -> None:
    assert sorted(path.name for path in RELEASES.glob("*.xz")) == [
        f"{level:04d}.tar.xz" for level in (*EARLIER, NEWEST)
    ]


@pytest.mark.parametrize("level", [*EARLIER, NEWEST])
def test_it_says_what_it_said_and_goes_on(level: int, tmp_path: Path) -> None:
    path = unpack(level, tmp_path)
    expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
    copies: list[tuple[int, int]] = []

    def look(copy: StoreCopy) -> None:
        copies.append((copy.level, level_of(copy.path)))
        assert copy.tables["observation"][0] == sum(1 for _ in expected["figures"]) + 3
        copy.discard()

    with Store.open(path, before_migration=look) as store:
        need_as_expected(store, expected)
        assert send(store, Sent("a", "110101", value="10"), accept=True).receipt_id == 6
    needed = [(level, level)] if level in EARLIER else []
    assert copies == needed
    with Store.open(path, before_migration=look):
        assert copies == needed  # nothing to migrate any more


def test_nothing_is_migrated_where_no_backup_can_be_made(tmp_path: Path) -> None:
    path = unpack(EARLIER[-1], tmp_path)

    def refuse(_copy: StoreCopy) -> None:
        raise StoreError("machine", "磁盘已满", "the disk is full")

    with pytest.raises(StoreError, match="disk is full"):
        Store.open(path, before_migration=refuse)
    assert level_of(path) == EARLIER[-1]
