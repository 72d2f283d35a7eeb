"""What scheduled work does: periods turn on their days, tables are published whole, what is no longer needed goes."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.backup.shelf import list_backups, shelf
from monitor.jobs import history
from monitor.jobs.health import Health
from monitor.jobs.job import Ended, Job, execute
from monitor.jobs.runner import Runner
from monitor.jobs.schedule import Schedule
from monitor.jobs.work.periods import periods_job
from monitor.jobs.work.publishing import prune_versions, publish_job
from monitor.jobs.work.upkeep import backup_job, caches_job, integrity_job, prune_job
from monitor.store.audit_listing import list_audit
from monitor.store.snapshots import list_snapshots
from tests.report.calls import World, at

NIGHTLY = Schedule("5 0 * * *", ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def run(world: World, job: Job, when: str | None = None, by: str = "schedule") -> Ended:
    """The job done now, or `when` by the units' own time."""
    if when is not None:
        world.now = at(when)
    ended = execute(world.store, job, due_at=world.now, by=by, owner="test")
    assert ended.fault is None, ended.fault
    return ended


def touched(world: World, ended: Ended) -> tuple[str, ...]:
    (one,) = history.list_runs(world.store, run_id=ended.run_id)
    return one.touched


def test_a_period_opens_falls_due_and_closes_once_each_on_its_day(world: World) -> None:
    job = periods_job(world.desk, NIGHTLY)
    Runner(world.store, [job], Health(["periods", "schedule"])).prepare()
    found = []
    for day in ("2023-03-31", "2023-04-01", "2023-04-20", "2023-04-21", "2023-05-30", "2023-05-31"):
        if day == "2023-04-20":
            world.accept(world.send("110000", "2023-Q1", rate="60", number="9"))
        found += [(day, one) for one in touched(world, run(world, job, f"{day}T00:05"))]
        assert touched(world, run(world, job)) == ()
    assert found == [
        ("2023-04-01", "quarterly 2023-Q1 opened 0/3"),
        ("2023-04-21", "quarterly 2023-Q1 due 1/3"),
        ("2023-05-31", "quarterly 2023-Q1 closed 1/3 → 2023-Q1 quarterly 截止"),
    ]
    (frozen,) = list_snapshots(world.store)
    assert (frozen.name, frozen.by) == ("2023-Q1 quarterly 截止", "schedule")
    assert frozen.at == at("2023-05-31T00:00") - timedelta(microseconds=1)
    assert {"period_opened", "period_due", "period_closed"} <= {one.action for one in list_audit(world.store)}


def test_days_that_passed_while_nothing_ran_are_made_up_and_those_before_anybody_knew_are_not(world: World) -> None:
    job = periods_job(world.desk, NIGHTLY)
    world.now = at("2023-04-25T09:00")
    Runner(world.store, [job], Health(["periods", "schedule"])).prepare()
    world.accept(world.send("110000", "2023-Q1", when="2023-06-02T08:00", rate="60", number="9"))
    world.now = at("2023-10-22T09:00")
    refused = execute(world.store, job, due_at=world.now, by="schedule", owner="test")
    assert refused.result == "failed" and "2023-06-02" in refused.zh  # the clock may be wrong
    away = touched(world, run(world, job, by="运维"))
    assert list_snapshots(world.store)[0].at < at("2023-06-02T08:00")  # what came after the end is not in it
    assert [one.split(" → ")[0] for one in away] == [
        "quarterly 2023-Q1 closed 0/3",
        "quarterly 2023-Q2 opened 0/3",
        "quarterly 2023-Q2 due 0/3",
        "quarterly 2023-Q2 closed 0/3",
        "quarterly 2023-Q3 opened 0/3",
        "quarterly 2023-Q3 due 0/3",
    ]


def test_a_night_under_a_wrong_clock_turns_no_period_however_long_it_lasts_and_whatever_comes_in(world: World) -> None:
    runner = Runner(world.store, [periods_job(world.desk, NIGHTLY)], Health(["periods", "schedule"]))
    runner.prepare()

    def look(when: str) -> str | None:
        world.now = at(when)
        runner.start_due()
        assert runner.wait(30)
        return history.list_runs(world.store, job="periods", limit=1)[0].result

    assert [look(f"2023-02-{day}T12:00") for day in ("10", "11", "12")] == ["done"] * 3
    assert look("2031-01-01T12:00") == "failed"
    world.send("110000", "2023-Q1", when="2031-01-01T12:01", rate="60")  # somebody's file, and other work, before it
    run(world, caches_job(world.desk, NIGHTLY))
    assert [look(f"2031-01-01T{time}") for time in ("12:02", "12:05", "13:30")] == ["failed"] * 3
    assert len(history.list_runs(world.store, job="periods")) == 4  # that moment is not tried again
    again = Runner(world.store, [periods_job(world.desk, NIGHTLY)], Health(["periods", "schedule"]))
    again.prepare()
    again.start_due()
    assert again.wait(30) and history.list_runs(world.store, job="periods", limit=1)[0].result == "failed"
    assert look("2031-01-02T12:00") == "failed" and list_snapshots(world.store) == ()
    assert look("2023-02-13T12:00") == "done"  # the clock was set right
    history.request(world.store, "periods", by="运维")
    assert (
        look("2023-06-13T12:00") == "done" and len(list_snapshots(world.store)) == 1
    )  # a long summer, as somebody says
    assert look("2023-06-14T12:00") == "done"


def test_a_moment_frozen_by_a_run_that_was_cut_off_is_not_frozen_twice(world: World) -> None:
    from monitor.store.snapshots import freeze

    job = periods_job(world.desk, NIGHTLY)
    world.now = at("2023-05-01T09:00")
    Runner(world.store, [job], Health(["periods", "schedule"])).prepare()
    world.now = at("2023-05-31T00:05")
    freeze(world.store, "2023-Q1 quarterly 截止", by="schedule")
    assert "closed" in touched(world, run(world, job))[-1]
    assert len(list_snapshots(world.store)) == 1


def digests(version: Path) -> dict[str, str]:
    files = (file for file in version.rglob("*") if file.is_file())
    return {file.relative_to(version).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_version_is_complete_named_by_its_moment_and_never_changes(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    job = publish_job(world.desk, folder, NIGHTLY)
    world.accept(world.send("110000", "2023-Q1", when="2023-04-05T08:00", rate="60", number="9"))
    first = Path(touched(world, run(world, job))[0])
    before = digests(first)
    assert {
        "scorecard.csv",
        "gaps.csv",
        "observations.csv",
        "scorecard.csv.meta.json",
    } <= before.keys()
    assert json.loads((first / "scorecard.csv.meta.json").read_text())["sha256"] == before["scorecard.csv"]
    assert (folder / "CURRENT").read_text().strip() == first.name
    world.send("120000", "2023-Q1", when="2023-04-05T09:00", rate="61")
    sent = Path(touched(world, run(world, job))[0])  # who has sent what is published, too: the tables are the same
    assert {name: digest for name, digest in digests(sent).items() if name.endswith(".csv")} == {
        name: digest for name, digest in before.items() if name.endswith(".csv")
    }
    assert touched(world, run(world, job)) == ()  # nothing has changed
    assert oct((folder / "CURRENT").stat().st_mode)[-3:] == oct((first / "gaps.csv").stat().st_mode)[-3:] == "644"
    assert oct(first.stat().st_mode)[-3:] == "755"

    (folder / "versions" / ".new-left").mkdir()  # by a run that was cut off
    world.accept(world.send("120000", "2023-Q1", when="2023-04-06T08:00", rate="62", number="8"))
    second = Path(touched(world, run(world, job))[0])
    assert (folder / "CURRENT").read_text().strip() == second.name != first.name
    assert digests(first) == before
    assert {one.name for one in (folder / "versions").iterdir()} == {first.name, sent.name, second.name}
    assert "120000" in (second / "observations.csv").read_text(encoding="utf-8-sig")
    assert "120000" not in (first / "observations.csv").read_text(encoding="utf-8-sig")
    assert prune_versions(folder, at("2023-04-20T08:00"), days=15, months=1) == []
    gone = prune_versions(folder, at("2023-04-29T08:00"), days=15, months=1)  # the month's last one stays
    assert set(gone) == {first, sent}
    assert prune_versions(folder, at("2030-01-01T08:00"), days=1, months=1) == []  # CURRENT's


def test_old_histories_and_spools_go_and_nothing_that_was_received(world: World, tmp_path: Path) -> None:
    prune = prune_job(world.store, tmp_path / "none", NIGHTLY, days=1, months=1)
    caches = caches_job(world.desk, NIGHTLY)
    world.send("110000", "2023-Q1", when="2023-04-05T08:00", rate="60")
    old = [run(world, caches).run_id for _ in range(3)]
    world.now += timedelta(days=401)
    sure = run(world, periods_job(world.desk, NIGHTLY), by="运维").run_id  # somebody says that the clock is right
    world.store.note("nothing", by="test")
    left, fresh = world.store.staging_folder / "ingest-old", world.store.staging_folder / "ingest-new"
    for folder in (left, fresh):
        folder.mkdir()
    stamp = world.now.timestamp() - 2 * 86_400
    os.utime(left, (stamp, stamp))
    world.now, kept = world.now, {file.name for file in (tmp_path / "received").iterdir()}
    os.utime(fresh, (world.now.timestamp() + 86_400,) * 2)
    ended = run(world, prune)
    assert [one.run_id for one in history.list_runs(world.store)] == [ended.run_id, sure, old[-1]]  # newest of each
    assert not left.exists() and fresh.exists() and {file.name for file in (tmp_path / "received").iterdir()} == kept
    assert run(world, caches).run_id > ended.run_id


def test_a_night_under_a_wrong_clock_makes_nothing_old(world: World, tmp_path: Path) -> None:
    prune = prune_job(world.store, tmp_path / "none", NIGHTLY, days=14, months=24, published=tmp_path / "published")
    caches = caches_job(world.desk, NIGHTLY)
    for day in range(1, 13):
        (tmp_path / "published" / "versions" / f"202303{day:02d}T000000Z-5f3a9c01").mkdir(parents=True)
        run(world, caches, f"2023-03-{day:02d}T12:00")
    (tmp_path / "published" / "CURRENT").write_text("20230312T000000Z-5f3a9c01\n")
    under_way = world.store.staging_folder / "ingest-under-way"
    under_way.mkdir()
    os.utime(under_way, (world.now.replace(tzinfo=UTC).timestamp(),) * 2)
    for night in ("2031-01-01T05:30", "2031-01-02T05:30"):
        run(world, caches, night)
        run(world, prune, night)
    assert len(history.list_runs(world.store)) == 12 + 4 and under_way.is_dir()
    assert len(list((tmp_path / "published" / "versions").iterdir())) == 12


def test_a_backup_waits_for_another_that_somebody_makes(world: World, tmp_path: Path) -> None:
    ended: list[Ended] = []
    job = backup_job(world.store, tmp_path / "backups", NIGHTLY)
    with shelf(tmp_path / "backups"):
        one = threading.Thread(target=lambda: ended.append(run(world, job)))
        one.start()
        one.join(0.3)
        assert one.is_alive()
    one.join(30)
    assert ended[0].result == "done" and len(list_backups(tmp_path / "backups")) == 1


def test_checks_that_find_a_fault_fail_the_job_and_are_kept(world: World) -> None:
    job = integrity_job(world.store, NIGHTLY)
    assert run(world, job).result == "done"
    world.send("110000", "2023-Q1", when="2023-04-05T08:00", rate="60")
    with world.store.transaction() as transaction:
        transaction.run(_SqlText("UPDATE submission SET revision = 7"))
    ended = execute(world.store, job, due_at=world.now, by="schedule", owner="test")
    assert ended.result == "failed" and "见“数据完整性”页" in ended.zh
    assert history.list_runs(world.store, run_id=ended.run_id)[0].touched


def test_a_backup_of_a_store_with_faults_is_kept_and_its_job_fails_once_that_night(
    world: World, tmp_path: Path
) -> None:
    world.send("110000", "2023-Q1", when="2023-04-05T08:00", rate="60")
    world.now = at("2023-04-06T01:00")
    assert world.store.received_folder is not None
    next(world.store.received_folder.iterdir()).write_bytes(b"a bad sector")
    runner = Runner(
        world.store, [backup_job(world.store, tmp_path / "backups", NIGHTLY)], Health(["backup", "schedule"])
    )
    runner.prepare()
    for hours in (24, 25, 30):
        world.now = at("2023-04-06T01:00") + timedelta(hours=hours)
        runner.start_due()
        assert runner.wait(30)
    (run_,) = history.list_runs(world.store)
    assert run_.result == "failed" and "本身有 1 处差错" in (run_.zh or "")
    (made,) = list_backups(tmp_path / "backups")
    assert made.whole and not made.sound and run_.touched == (str(made.path),)


class _SqlText:
    """A statement of this test's own, where a packaged file is expected."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read_text(self, encoding: str) -> str:
        return self._text

    def __str__(self) -> str:
        return self._text


def test_a_stop_ends_in_time_whatever_a_job_does(world: World) -> None:
    begun, leave = threading.Event(), threading.Event()

    def work(_work: object) -> None:
        begun.set()
        leave.wait(30)

    runner = Runner(world.store, [Job("backup", NIGHTLY, work)], Health(["backup", "schedule"]))
    runner.prepare()
    history.request(world.store, "backup", by="test")
    runner.start_due()
    assert begun.wait(10)
    threading.Timer(0.2, leave.set).start()
    started = time.monotonic()
    runner.stop()
    assert time.monotonic() - started < 8 and runner.wait(0)
