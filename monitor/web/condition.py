"""How the server does, looked at in one go: disks, scheduled work, backups, checks, what comes and goes, the process.

Nothing is judged here (points.py does).
"""

from __future__ import annotations

import getpass
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor import __version__
from monitor.backup.errors import BackupError
from monitor.backup.manifest import read_manifest
from monitor.backup.own import of_store
from monitor.backup.shelf import Backup, list_backups
from monitor.jobs.board import Jobs, JobState
from monitor.jobs.findings import Findings, last_findings
from monitor.jobs.health import Failing
from monitor.jobs.history import switches
from monitor.jobs.schedule import Every, Schedule
from monitor.mail.outbox import MOST_ATTEMPTS
from monitor.store.space import Room, Space
from monitor.store.store import Store
from monitor.store.times import to_stored, utc_now
from monitor.watch.recent import Line, Recent
from monitor.watch.traffic import Traffic, traffic

_log = logging.getLogger("monitor.web")
GRACE = timedelta(hours=2)  # so long after its moment work may still be under way
LOG_SPAN = timedelta(hours=24)
_GROWTH_SPAN = timedelta(days=31)
_MEASURED_SECONDS = 60.0  # between two walks through the data folder


@dataclass(frozen=True)
class Upkeep:
    """What a server that looks after itself was set to do. `schedules`: by the names of its jobs; `backups`: where they
    are; `folders`: whose disks are looked at beside the store's, by what they are for; `started`: naive UTC.
    """

    schedules: Mapping[str, Schedule | Every] = field(default_factory=dict)
    backups: Path | None = None
    folders: Mapping[str, Path] = field(default_factory=dict)
    recent: Recent | None = None
    started: datetime = field(default_factory=lambda: to_stored(utc_now()))


@dataclass(frozen=True)
class Disk:
    """Of one folder, in bytes. `with_data`: whether it is the disk of the store."""

    free: int
    total: int
    with_data: bool


@dataclass(frozen=True)
class Condition:
    """Moments are naive UTC, sizes bytes. `parts`: of the data folder, by what they hold.

    `growth`: of the database since a backup, None before there is one that is old enough. `owed`: since when work of
    the name should have been done by its schedule. `lines`: of the service log in the last day, the newest first.
    `unread`: the folders that the machine would not tell of, `shelf` for what is in that of the backups.
    """

    now: datetime
    room: Room | None
    disks: Mapping[str, Disk]
    parts: Mapping[str, int]
    growth: tuple[int, datetime] | None
    jobs: tuple[JobState, ...]
    failing: tuple[Failing, ...]
    is_ticking: bool
    backups: tuple[Backup, ...]
    owed: Mapping[str, datetime]
    findings: Findings | None
    traffic: Traffic
    lines: tuple[Line, ...]
    entries: int
    sessions: int
    started: datetime
    store: str
    unread: frozenset[str] = frozenset()
    version: str = __version__
    pid: int = field(default_factory=os.getpid)
    user: str = field(default_factory=lambda: _user())


class Looking:
    """Looks at one store. `today`: when the day began, naive UTC."""

    def __init__(
        self,
        store: Store,
        upkeep: Upkeep,
        space: Space,
        failing: Callable[[], tuple[Failing, ...]],
        is_ticking: Callable[[], bool],
        sessions: Callable[[], int],
    ) -> None:
        self._store, self._upkeep, self._space = store, upkeep, space
        self._failing, self._is_ticking, self._sessions = failing, is_ticking, sessions
        self.jobs = Jobs(store, upkeep.schedules)
        self._measured: tuple[float, Mapping[str, int]] | None = None
        self._turn = threading.Lock()

    def look(self, now: datetime, today: datetime) -> Condition:
        """Raises StoreError."""
        store, upkeep, unread = self._store, self._upkeep, set[str]()
        backups, room, disks = self._backups(unread), self._room(unread), self._disks(unread)
        return Condition(
            now=now,
            room=room,
            disks=disks,
            parts=self._parts(),
            growth=self._growth(backups, now),
            jobs=self.jobs.states(),
            failing=self._failing(),
            is_ticking=self._is_ticking(),
            backups=backups,
            owed=self._owed(now),
            findings=last_findings(store),
            traffic=traffic(store, since=today, attempts=MOST_ATTEMPTS),
            lines=() if upkeep.recent is None else upkeep.recent.since(now - LOG_SPAN),
            entries=store.audit_head().seq,
            sessions=self._sessions(),
            started=upkeep.started,
            store=":memory:" if store.path is None else str(store.path),
            unread=frozenset(unread),
        )

    def _room(self, unread: set[str]) -> Room | None:
        try:
            return self._space.look()
        except OSError as error:
            _tell(unread, "data", error)
            return None

    def _backups(self, unread: set[str]) -> tuple[Backup, ...]:
        try:
            folder = self._upkeep.backups
            return () if folder is None else list_backups(folder, of_store(self._store))
        except OSError as error:
            _tell(unread, "shelf", error)
            return ()

    def _disks(self, unread: set[str]) -> dict[str, Disk]:
        """A folder that is not made yet lies where its parent does."""
        own, found = self._store.path, dict[str, Disk]()
        if own is None:
            return found
        for name, folder in {"data": own.parent, **self._upkeep.folders}.items():
            try:
                there = next((one for one in (folder, *folder.parents) if one.exists()), own.parent)
                usage = shutil.disk_usage(there)
                with_data = there.stat().st_dev == own.parent.stat().st_dev
                found[name] = Disk(usage.free, usage.total, with_data)
            except OSError as error:
                _tell(unread, name, error)
        return found

    def _parts(self) -> Mapping[str, int]:
        """A folder of many files takes a while to walk through: the last walk counts for a minute."""
        if self._store.path is None:
            return {}
        with self._turn:
            if self._measured is None or time.monotonic() - self._measured[0] > _MEASURED_SECONDS:
                self._measured = time.monotonic(), measure_folder(self._store.path, self._upkeep.backups)
            return self._measured[1]

    def _growth(self, backups: tuple[Backup, ...], now: datetime) -> tuple[int, datetime] | None:
        path = self._store.path
        span = [one for one in backups if one.whole and timedelta(days=1) <= now - one.made_at <= _GROWTH_SPAN]
        if path is None or not span:
            return None
        try:
            return path.stat().st_size - read_manifest(span[-1].path).database_bytes, span[-1].made_at
        except (BackupError, OSError):  # it went meanwhile
            return None

    def _owed(self, now: datetime) -> dict[str, datetime]:
        found, known = {}, switches(self._store)
        for name, schedule in self._upkeep.schedules.items():
            switch = known.get(name)
            if not isinstance(schedule, Schedule) or switch is None or switch.paused:
                continue
            due = schedule.last_due(now - GRACE)
            if due is not None and due > switch.at:
                found[name] = due
        return found


def _tell(unread: set[str], name: str, error: OSError) -> None:
    unread.add(name)
    _log.warning("%s cannot be looked at: %s", name, error)


def measure_folder(store: Path, backups: Path | None) -> dict[str, int]:
    """Bytes of the data folder: database, received files, backups that lie in it, and the rest. What has several names
    counts once. Files that go meanwhile are passed over."""
    found = dict.fromkeys(("database", "received", "backups", "rest"), 0)
    seen: set[tuple[int, int]] = set()
    store, backups = store.resolve(), backups and backups.resolve()  # settings may be relative, each in its way
    own = {store.name, f"{store.name}.wal"}
    for top, _, names in os.walk(store.parent):
        folder = Path(top)
        is_backup = backups is not None and (folder == backups or backups in folder.parents)
        is_received = folder.relative_to(store.parent).parts[:1] == ("received",)
        for name in names:
            try:
                status = os.lstat(folder / name)
            except OSError:
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            kind = "backups" if is_backup else "received" if is_received else "rest"
            found["database" if folder == store.parent and name in own else kind] += status.st_size
    return found


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in containers
        return str(os.getuid())
