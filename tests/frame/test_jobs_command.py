"""`monitor jobs` without a server: the command does the work itself, and its history says so."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from monitor.access.accounts import Scope
from monitor.access.actors import Actor
from monitor.access.signing import Access
from monitor.jobs import history
from monitor.store.store import Store

from .conftest import Ended, Run


def rows(ended: Ended) -> list[dict[str, str]]:
    assert ended.code == 0, ended.err
    return list(csv.DictReader(io.StringIO(ended.out.removeprefix("\ufeff"))))


def test_a_job_is_run_told_paused_and_resumed(run: Run, tmp_path: Path) -> None:
    assert "monitor ingest" in run("jobs", "run", "caches").err
    with Store.open(tmp_path / "var" / "monitor.duckdb") as store:
        started = store.now().replace(tzinfo=None)
        history.begin(store, "backup", due_at=started, by="schedule", owner="a process that is gone")
    done = run("jobs", "run", "integrity", "--by", "运维")
    assert (done.code, done.err) == (0, "") and done.out.startswith("integrity: ")
    found = {row["job"]: row for row in rows(run("jobs", "list"))}
    assert set(found) == {"periods", "caches", "backup", "integrity", "prune"}
    assert (found["integrity"]["last_result"], found["backup"]["last_result"]) == ("done", "interrupted")
    assert found["backup"]["schedule"] == "30 2 * * *" and found["backup"]["next_due"].endswith("18:30:00Z")
    ran, cut = rows(run("jobs", "history"))
    assert (ran["started_by"], ran["result"], cut["result"]) == ("运维", "done", "interrupted")
    assert run("jobs", "pause", "backup").code == 0
    paused = {row["job"]: row for row in rows(run("jobs", "list"))}["backup"]
    assert (paused["state"], paused["next_due"]) == ("paused", "")
    assert run("jobs", "resume", "backup").code == 0
    assert [row["job"] for row in rows(run("jobs", "history", "--job", "integrity"))] == ["integrity"]
    assert rows(run("jobs", "history", "--run", ran["run_id"])) == []
    noted = run("audit", "list").out
    assert "job_paused" in noted and "job_resumed" in noted


def test_what_cannot_be_is_refused_in_a_line(run: Run, tmp_path: Path) -> None:
    with Store.open(tmp_path / "var" / "monitor.duckdb") as store:
        access = Access(store, tuple, lambda: None)  # type: ignore[arg-type, return-value]
        access.add(
            Actor("测试", "console"), login="see", name="领导", role="viewer", scope=Scope(), with_password=False
        )
    for arguments, code, text in (
        (("run", "bakcup"), 2, "bakcup"),
        (("run", "publish"), 2, "MONITOR_PUBLISH_FOLDER"),
        (("run", "prune", "--by", "领导"), 1, "your role"),
        (("pause", "prune", "--by", "领导"), 1, "your role"),
        (("history", "--run", "9"), 2, "9"),
    ):
        ended = run("jobs", *arguments)
        assert (ended.code, len(ended.err.splitlines())) == (code, 1) and text in ended.err, ended.err


def test_a_schedule_that_is_none_is_refused_with_its_cure(run: Run) -> None:
    os.environ["MONITOR_SCHEDULE_BACKUP"] = "at night"
    ended = run("jobs", "list")
    assert ended.code == 2 and "MONITOR_SCHEDULE_BACKUP" in ended.err and "30 2 * * *" in ended.err
    del os.environ["MONITOR_SCHEDULE_BACKUP"]
