"""The nightly round: what pages show first is worked out for the new day, a backup is made, integrity is checked, and
what is no longer needed goes."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from monitor.backup.errors import BackupError
from monitor.backup.making import make_backup
from monitor.backup.retention import prune_backups
from monitor.integrity.checks import run_checks
from monitor.report.desk import Desk
from monitor.report.reporting import read_reports
from monitor.store.errors import StoreError
from monitor.store.store import INGEST_PREFIX, SPILL, Store
from monitor.store.times import to_stored

from .. import history
from ..job import Job, NoUseAgain, Summary, Work
from ..schedule import Schedule
from .publishing import prune_versions

_Made = TypeVar("_Made")
_SQL = files(__package__) / "sql"
HISTORY_DAYS = 400  # a year of runs, and something to compare the year's end with
_PATIENCE_SECONDS = 3600.0
SPOOL_HOURS = 24  # what an ingest left in the staging folder, long after any can still be under way


def caches_job(desk: Desk, schedule: Schedule) -> Job:
    """Due days and the state of reports change with the day: nobody is to wait for that in the morning."""

    def prepare(_work: Work) -> Summary:
        desk.prepare(desk.store.data_version())
        for catalogue in desk.current.catalogues:
            read_reports(desk, plan=catalogue.plan.id)
        return "看板已按当天重新计算", "the day's pages are worked out"

    return Job("caches", schedule, prepare)


def backup_job(store: Store, folder: Path, schedule: Schedule) -> Job:
    """A verified copy; with a portable one where the newest is a week old."""

    def back_up(work: Work) -> Summary:
        made = _patiently(
            work, lambda: make_backup(store, folder, by=work.by, kind="nightly", portable=False, told=work.tell)
        )
        work.touch(str(made.path))
        size = f"{made.bytes / 1_000_000:,.1f} MB"
        if made.faults:
            raise FaultyStore(
                "faulty_store",
                f"已备份：{made.path.name}（{size}），与数据库一致；但数据库本身有 {made.faults} 处差错，"
                "见 monitor verify",
                f"backed up: {made.path.name} ({size}), as the store is; but the store itself has {made.faults} faults:"
                " see `monitor verify`",
            )
        return f"已备份并核验：{made.path.name}（{size}）", f"backed up and verified: {made.path.name} ({size})"

    return Job("backup", schedule, back_up)


class FaultyStore(NoUseAgain):
    """The backup was made and is whole, of a store with faults: pages and alerts are to say so until it is cured."""


class IntegrityFault(StoreError):
    """The checks found a fault: the job fails, so that every page and the alerts say so."""


def integrity_job(store: Store, schedule: Schedule) -> Job:
    """All checks; what they found is kept with the run, for the page and the measures."""

    def check(work: Work) -> Summary:
        results = run_checks(store)
        with store.transaction() as transaction:
            for one in results:
                row = {"run_id": work.run_id, "name": one.name, "severity": one.severity, "found": one.count}
                examples = json.dumps(list(one.examples), ensure_ascii=False)
                said = {**row, "examples": examples, "seconds": one.seconds}
                transaction.run(_SQL / "check_record.sql", said)
        found = [one for one in results if one.count]
        for one in found:
            work.touch(f"{one.name}: {one.count}")
        faults = [one for one in found if one.severity == "fault"]
        if faults:
            raise IntegrityFault(
                "integrity",
                f"发现 {len(faults)} 类错误：{'、'.join(one.zh for one in faults)}；见“数据完整性”页",
                f"{len(faults)} of {len(results)} checks found a fault: {', '.join(one.name for one in faults)};"
                " see the page of integrity",
            )
        return (
            f"{len(results)} 项检查，{len(found)} 项提醒，没有错误",
            f"{len(results)} checks, {len(found)} with a warning, no fault",
        )

    return Job("integrity", schedule, check)


def prune_job(
    store: Store, backups: Path, schedule: Schedule, *, days: int, months: int, published: Path | None = None
) -> Job:
    """Backups beyond their time, what killed ingests left, the history of jobs; never anything that was received.

    A clock that is far ahead of all that happened here makes nothing older.
    """

    def prune(work: Work) -> Summary:
        now = history.active_until(store, to_stored(store.now()))
        gone = [*_patiently(work, lambda: prune_backups(backups, store, days=days, months=months))]
        if published is not None:
            gone += prune_versions(published, now, days=days, months=months)
        for path in gone:
            work.touch(f"{path.name}: removed")
        spools = _prune_spools(store.staging_folder, now)
        for name in spools:
            work.touch(f"{name}: removed")
        with store.transaction() as transaction:
            before = {"before": now - timedelta(days=HISTORY_DAYS)}
            for what in ("checks", "logs", "ends", "requests"):
                transaction.run(_SQL / f"prune_{what}.sql", before)
            runs = transaction.run(_SQL / "prune_runs.sql", before)[0][0]
        return (
            f"删除备份和发布版本 {len(gone)} 份、暂存 {len(spools)} 项、作业记录 {runs} 条",
            f"{len(gone)} backups and versions, {len(spools)} spools and {runs} runs removed",
        )

    return Job("prune", schedule, prune)


def _patiently(work: Work, call: Callable[[], _Made]) -> _Made:
    """Waits for a backup under way, by hand or, after a night of downtime, by the schedule. Raises BackupError."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return call()
        except BackupError as error:
            if error.code != "busy" or time.monotonic() > until or work.stopping.wait(1):
                raise


def _prune_spools(staging: Path, now: datetime) -> list[str]:
    """What has stood in the staging folder for a day is nobody's: every file is read within a minute."""
    gone = []
    for left in sorted(staging.glob(INGEST_PREFIX + "*")):
        if left.name == SPILL or not left.is_dir():
            continue
        age = now - to_stored(datetime.fromtimestamp(left.stat().st_mtime, UTC))
        if age > timedelta(hours=SPOOL_HOURS):
            shutil.rmtree(left, ignore_errors=True)
            gone.append(left.name)
    return gone
