"""Scheduled work as people see it: what is due when, what is under way, what came of it; run now, pause, go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.access.actors import Actor
from monitor.store.store import Store
from monitor.store.times import to_stored

from . import history
from .history import LogLine, Run
from .schedule import Every, Schedule

TITLES: Mapping[str, tuple[str, str]] = {
    "inbox": ("收件文件夹", "Inbox"),
    "mail": ("邮件提醒与催报", "Mails: reminders and chasing"),
    "periods": ("开启和截止报告期", "Reporting periods opened and closed"),
    "caches": ("重新计算看板", "Pages worked out anew"),
    "backup": ("备份", "Backup"),
    "integrity": ("数据完整性检查", "Integrity checks"),
    "publish": ("发布", "Publication"),
    "prune": ("清理", "Pruning"),
}


class JobError(Exception):
    """What was asked of a job cannot be; `code`: unknown_job, forbidden, under_way."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True)
class JobState:
    """`schedule`: the crontab line, or `every 2 s`. Moments are naive UTC.

    `next_due`: None where it looks again and again, never comes, or is paused. `running`: the run under way; `last`:
    the newest that ended; `last_done`: when one was done last. `failures`: how often its newest moment failed.
    """

    name: str
    zh: str
    en: str
    schedule: str
    next_due: datetime | None
    paused: bool
    switched_by: str | None
    running: Run | None
    last: Run | None
    last_done: datetime | None
    failures: int

    @property
    def is_failing(self) -> bool:
        return self.last is not None and self.last.result != "done"


class Jobs:
    """The work of one store. `schedules`: by the names of the jobs that the settings ask for."""

    def __init__(self, store: Store, schedules: Mapping[str, Schedule | Every]) -> None:
        self.store, self.schedules = store, schedules

    def states(self) -> tuple[JobState, ...]:
        """In the order of TITLES."""
        now = to_stored(self.store.now())
        runs, switches, tried = history.last_runs(self.store), history.switches(self.store), history.tried(self.store)
        found = []
        for name in sorted(self.schedules, key=list(TITLES).index):
            schedule, switch = self.schedules[name], switches.get(name)
            own = runs.get(name, ())
            paused = switch is not None and switch.paused
            found.append(
                JobState(
                    name,
                    *TITLES[name],
                    schedule.text if isinstance(schedule, Schedule) else f"every {schedule.seconds:g} s",
                    None if paused or isinstance(schedule, Every) else schedule.next_due(now),
                    paused,
                    switch.by if switch is not None and paused else None,
                    next((run for run in own if run.result is None), None),
                    next((run for run in own if run.result is not None), None),
                    next((run.ended_at for run in own if run.result == "done"), None),
                    tried[name].failures if name in tried else 0,
                )
            )
        return tuple(found)

    def runs(self, name: str | None = None, *, limit: int = 100) -> tuple[Run, ...]:
        """The newest first, of one job or of all. Raises JobError for a job that does not exist."""
        if name is not None:
            self._known(name)
        return history.list_runs(self.store, job=name, limit=limit)

    def run(self, run_id: int) -> Run | None:
        return next(iter(history.list_runs(self.store, run_id=run_id)), None)

    def log(self, run_id: int, *, after: int = 0) -> tuple[LogLine, ...]:
        """What a run said, in order."""
        return history.log_of(self.store, run_id, after=after)

    def ask(self, actor: Actor, name: str) -> int:
        """Let a job run now, once, by the process that serves; gives the number of the request.

        Raises JobError: not allowed, unknown, under way.
        """
        self.check(actor, name)
        return history.request(self.store, name, by=actor.name)

    def check(self, actor: Actor, name: str) -> None:
        """Whether the actor may let it run now. Raises JobError: not allowed, unknown, under way."""
        self._may(actor)
        self._known(name)
        for state in self.states():
            if state.name == name and state.running is not None:
                raise JobError(
                    "under_way",
                    f"作业“{state.zh}”正在运行（第 {state.running.run_id} 次），请等它结束",
                    f"the job {name} is under way (run {state.running.run_id}): wait for its end",
                )

    def pause(self, actor: Actor, name: str) -> None:
        """Let the schedule start it no more; what is under way goes on. Raises JobError."""
        self._switch(actor, name, paused=True)

    def resume(self, actor: Actor, name: str) -> None:
        """Let the schedule start it again, from its next moment on. Raises JobError."""
        self._switch(actor, name, paused=False)

    def _switch(self, actor: Actor, name: str, *, paused: bool) -> None:
        self._may(actor)
        self._known(name)
        switch = history.switches(self.store).get(name)
        if switch is None or switch.paused != paused:
            history.switch(self.store, name, paused=paused, by=actor.name)

    def _may(self, actor: Actor) -> None:
        if not actor.may("run_jobs"):
            raise JobError("forbidden", "您的角色不能操作作业", "your role does not allow this")

    def _known(self, name: str) -> None:
        if name in self.schedules:
            return
        if name in TITLES:
            zh = f"作业“{name}”没有设置：它需要的设置（如 MONITOR_INBOX、MONITOR_PUBLISH_FOLDER）为空"
            en = f"the job {name} is not set up: a setting that it needs is empty (MONITOR_INBOX, MONITOR_SMTP_HOST or"
            raise JobError("unknown_job", zh, f"{en} MONITOR_PUBLISH_FOLDER)")
        known = ", ".join(self.schedules)
        raise JobError("unknown_job", f"没有作业“{name}”；已有：{known}", f"there is no job '{name}'; known: {known}")
