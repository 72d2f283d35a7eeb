"""The scheduled work that the settings ask for, made from them in one place: for the server and for `monitor jobs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.commands.backing import backup_folder
from monitor.commands.common import cycle_of
from monitor.commands.mailing import mail_server, postman_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.jobs.clock import Tick
    from monitor.jobs.job import Job
    from monitor.jobs.schedule import Every, Schedule
    from monitor.report.desk import Desk
    from monitor.settings import Settings


def schedules_of(settings: Settings, *, with_mail: bool = True) -> Mapping[str, Schedule | Every]:
    """When each job is due, by name: those alone that the settings ask for."""
    from monitor.jobs.schedule import Every, Schedule
    from monitor.jobs.work.arrivals import MAIL_SECONDS

    found: dict[str, Schedule | Every] = {}
    if settings.inbox is not None:
        found["inbox"] = Every(settings.inbox_seconds)
    if with_mail and settings.smtp_host is not None:
        found["mail"] = Every(MAIL_SECONDS)
    for name in ("periods", "caches", "backup", "integrity", "publish", "prune"):
        if name != "publish" or settings.publish_folder is not None:
            found[name] = Schedule(getattr(settings, f"schedule_{name}"), settings.zone)
    return found


def jobs_of(desk: Desk, settings: Settings, *, with_mail: bool) -> tuple[Job, ...]:
    """Those jobs, ready to run on the open store.

    Raises WrongUse for a contacts file or a password file that cannot be used, ContactsError.
    """
    from monitor.jobs.schedule import Schedule
    from monitor.jobs.work.arrivals import inbox_job, mail_job
    from monitor.jobs.work.periods import periods_job
    from monitor.jobs.work.publishing import publish_job
    from monitor.jobs.work.upkeep import backup_job, caches_job, integrity_job, prune_job

    store, folder = desk.store, backup_folder(settings)
    when = {name: one for name, one in schedules_of(settings).items() if isinstance(one, Schedule)}
    jobs = []
    if settings.inbox is not None:
        cycle = cycle_of(store, desk.current.catalogues, desk.current.regions, settings)
        # one that is missing may be mounted later; until then the job fails, and every page says so
        jobs.append(inbox_job(cycle, settings.inbox, settings.inbox_seconds))
    server = mail_server(settings) if with_mail else None
    if server is not None:
        jobs.append(mail_job(postman_of(settings, desk), server))
    jobs += [
        periods_job(desk, when["periods"]),
        caches_job(desk, when["caches"]),
        backup_job(store, folder, when["backup"]),
        integrity_job(store, when["integrity"]),
        prune_job(
            store,
            folder,
            when["prune"],
            days=settings.backup_days,
            months=settings.backup_months,
            published=settings.publish_folder,
        ),
    ]
    if settings.publish_folder is not None:
        with_tables = settings.publish_tables
        jobs.append(publish_job(desk, settings.publish_folder, when["publish"], with_tables=with_tables))
    return tuple(jobs)


def ticks_beside(desk: Desk, settings: Settings) -> tuple[Tick, ...]:
    """What the clock does beside the jobs: asks for a publication soon after a change, where the settings want it."""
    from monitor.jobs.work.publishing import SoonAfter

    if settings.publish_folder is None or settings.publish_after_seconds is None:
        return ()
    return (SoonAfter(desk, settings.publish_after_seconds).tick(),)
