"""What the operators' pages of `serve` and `demo` know of the settings: schedules, folders, the newest of the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from monitor.commands.backing import backup_folder
from monitor.commands.working import schedules_of

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.web.condition import Upkeep


def upkeep_of(settings: Settings, *, with_mail: bool, with_jobs: bool = True) -> Upkeep:
    """To be called once: from now on the newest warnings and errors of the log are kept."""
    from monitor.watch.recent import Recent
    from monitor.web.condition import Upkeep

    backups = backup_folder(settings)
    named = {"backup": backups, "publish": settings.publish_folder, "inbox": settings.inbox}
    recent = Recent()
    logging.getLogger().addHandler(recent)
    return Upkeep(
        schedules=schedules_of(settings, with_mail=with_mail) if with_jobs else {},
        backups=backups,
        folders={name: folder for name, folder in named.items() if folder is not None},
        recent=recent,
    )
