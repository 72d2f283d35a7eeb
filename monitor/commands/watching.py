"""What `serve` and `demo` measure beside requests and the store: scheduled work, backups, checks, the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.commands.backing import backup_folder
from monitor.commands.working import schedules_of
from monitor.watch.logs import Sink

if TYPE_CHECKING:
    from prometheus_client import Metric

    from monitor.jobs.clock import Clock
    from monitor.report.desk import Desk
    from monitor.settings import Settings
    from monitor.web.watching import Watch


def watch_of(desk: Desk, settings: Settings, clock: Clock | None, *, with_mail: bool) -> Watch:
    """Measures that ask the clock, the table of jobs, the backup folder, the checks and the service log.

    `clock` None: no work is scheduled, and nothing is said of it.
    """
    from monitor import __version__
    from monitor.backup.own import of_store
    from monitor.backup.shelf import list_backups
    from monitor.jobs.board import Jobs
    from monitor.watch import work
    from monitor.watch.families import gauges
    from monitor.web.watching import Watch

    store, folder = desk.store, backup_folder(settings)
    jobs = Jobs(store, {} if clock is None else schedules_of(settings, with_mail=with_mail))
    folders = {"backup": folder}
    if settings.publish_folder is not None:
        folders["publish"] = settings.publish_folder
    watch = Watch(folders=folders) if clock is None else Watch(ticking=clock.is_ticking, folders=folders)

    def build() -> Iterator[Metric]:
        yield gauges("monitor_build_info", "1, with the version that runs", ("version",), [((__version__,), 1.0)])

    watch.measures.add("build", build)
    watch.measures.add("log", _log)
    if clock is not None:
        watch.measures.add("clock", lambda: work.clock(clock.is_ticking(), clock.failing()))
    watch.measures.add("jobs", lambda: work.jobs(jobs.states()))
    watch.measures.add("backups", lambda: work.backups(list_backups(folder, of_store(store))))
    watch.measures.add("checks", lambda: work.checks(store))
    return watch


def _log() -> Iterator[Metric]:
    """Lines of the service log, as far as it goes where the program sent it."""
    for sink in logging.getLogger().handlers:
        if isinstance(sink, Sink):
            yield from sink.measures()
