"""What may be shown elsewhere, as files: each version is complete, never changes, and CURRENT names the newest.

    PUBLISH/versions/20260716T155959.999999Z-5f3a9c01/{scorecard,gaps,observations}.{csv,csv.meta.json}
    PUBLISH/versions/20260716T155959.999999Z-5f3a9c01/store/…   what readers serve from (store/manifest.py)
    PUBLISH/CURRENT                the name of the newest version, replaced in one go

A version is named by the moment that it speaks of, the newest acceptance, and by all that is published; where none of
it changed since, none is made. Everybody may read the tables: only accepted figures are in them. Each can be made
again, to the byte, by `monitor export --as-of`, so that old ones may go.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from monitor import __version__
from monitor.report.desk import Desk
from monitor.report.exported import exported_table, write_exported
from monitor.store.manifest import CURRENT, VERSIONS, Manifest
from monitor.store.publishing import publish_store
from monitor.store.times import from_stored

from .. import history
from ..clock import Tick
from ..history import BY_SCHEDULE
from ..job import Job, Summary, Work
from ..schedule import Schedule

NAME = "publish"
TABLES = ("scorecard", "gaps", "observations")
_NAMED = re.compile(r"(\d{8}T\d{6})(?:\.\d+)?Z-[0-9a-f]{8}")
_SQL = files("monitor.jobs.work") / "sql"


def publish_job(desk: Desk, folder: Path, schedule: Schedule, *, with_tables: bool = True) -> Job:
    """`folder`: the one that others read. `with_tables`: CSV tables stand beside the store. The work raises OSError."""

    def publish(work: Work) -> Summary | None:
        def beside(made: Path, manifest: Manifest) -> None:
            _write_tables(desk, made, manifest.moment, work)

        made = publish_store(
            desk.store, folder, software=__version__, beside=beside if with_tables else None, told=work.tell
        )
        if not made.is_new:
            return f"没有变化：仍为 {made.version.name}", f"nothing has changed: it is still {made.version.name}"
        work.touch(str(made.version))
        name, written, linked = made.version.name, made.written, made.linked
        return (
            f"已发布 {name}：写出 {written} 个报告期，{linked} 个未变",
            f"published {name}: {written} periods written, {linked} unchanged",
        )

    return Job(NAME, schedule, publish)


class SoonAfter:
    """Asks for a publication once something has changed and `seconds` have gone by: one for all that came meanwhile.

    One that fails is asked for again with the next change, or comes by the schedule.
    """

    def __init__(self, desk: Desk, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._seconds, self._clock = desk.store, seconds, clock
        self._asked_for = self._state()
        self._since: float | None = None

    def tick(self) -> Tick:
        """What the clock is to call."""
        return Tick("publish_soon", 1.0, self.look)

    def look(self) -> None:
        """Raises StoreError."""
        state = self._state()
        if state == self._asked_for:
            return
        if self._since is None:
            self._since = self._clock()
        if self._clock() - self._since < self._seconds:
            return
        self._asked_for, self._since = state, None
        switch = history.switches(self._store).get(NAME)
        if switch is None or not switch.paused:
            history.request(self._store, NAME, by=BY_SCHEDULE)

    def _state(self) -> tuple[int, int]:
        """What changes with every acceptance, act and account."""
        return self._store.event_version(), int(self._store.ask(_SQL / "account_versions.sql")[0][0])


def _write_tables(desk: Desk, made: Path, moment: datetime | None, work: Work) -> None:
    """The tables of the moment that the store beside them speaks of. Raises OSError, StoreError."""
    for number, kind in enumerate(TABLES, start=1):
        question: dict[str, object] = {"plan": None, "region": None, "period": None}
        question |= {"method": "linear", "include_context": False} if kind in ("scorecard", "gaps") else {}
        table, facts = exported_table(desk, kind, moment, question)
        rows = write_exported(table, facts, made / f"{kind}.csv")
        version = made.name.removeprefix(".new-")
        work.store.note("exported", by=work.by, object=kind, detail={"published": version})
        work.tell(f"{kind}：{rows} 行", f"{kind}: {rows} rows", done=number, total=len(TABLES))


def prune_versions(folder: Path, now: datetime, *, days: int, months: int) -> list[Path]:
    """Remove versions as backups: kept are those of the last days, the last of each month, and in any case CURRENT's.

    Their moments are compared with `now` (naive UTC). Gives what is gone. Raises OSError.
    """
    current = folder / CURRENT
    if not current.is_file():
        return []
    name, found = current.read_text(encoding="utf-8").strip(), []
    for version in sorted((folder / VERSIONS).iterdir(), reverse=True):
        if named := _NAMED.fullmatch(version.name):
            found.append((datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC), version))
    kept, last_of_month, today = {name}, set(), from_stored(now)
    for moment, version in found:
        month = moment.year * 12 + moment.month
        is_last, is_near = month not in last_of_month, month > today.year * 12 + today.month - months
        last_of_month.add(month)
        if today - moment <= timedelta(days=days) or (is_last and is_near):
            kept.add(version.name)
    gone = [version for _, version in found if version.name not in kept]
    for version in gone:
        going = version.with_name(f".new-gone-{version.name}")  # half of a version must not look like one
        os.rename(version, going)
        shutil.rmtree(going)
    return gone
