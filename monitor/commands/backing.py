"""What commands that make a backup, or use one, share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.errors import Refused, WrongUse
from monitor.language import say
from monitor.progress import Telling, untold

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.copying import StoreCopy
    from monitor.store.errors import StoreError

MIGRATING = "monitor"  # nobody asked for that backup
_OF_THE_LOG = ("damaged_wal", "audit_short")
_DAMAGED = (*_OF_THE_LOG, "damaged", "audit_differs")
_WRONG_USE = ("not_empty", "no_backup", "not_portable", "no_key", "folder")


def backup_folder(settings: Settings) -> Path:
    """Where backups are: the setting, or `backups` in the data folder."""
    return settings.backup_folder or settings.data_folder / "backups"


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be backed up or restored ends the command: exit 2 where another call would cure it, else 1."""
    from monitor.backup.errors import BackupError

    try:
        yield
    except BackupError as error:
        kind = WrongUse if error.code in _WRONG_USE else Refused
        raise kind(error.zh, error.en) from error


def naming_the_way_back(settings: Settings, error: StoreError) -> StoreError:
    """A store that is damaged, with the backup that replaces it and what else can be done."""
    from monitor.backup.shelf import Backup, newest_whole
    from monitor.store.audit_folder import AuditFolder, Head
    from monitor.store.errors import StoreError

    if error.code not in _DAMAGED:
        return error
    with suppress(OSError, StoreError):
        head = AuditFolder.of(settings.store, settings.audit_folder).read_head()
        origin = head.origin if isinstance(head, Head) else None

        def belongs(one: Backup) -> bool:
            return origin is None or one.origin in (None, origin)

        newest = newest_whole(backup_folder(settings), belongs)
        zh, en = ["没有备份"], ["there is no backup"]
        if newest is not None:
            faults = newest.faults
            at = f"{newest.made_at:%Y-%m-%dT%H:%MZ}"
            command = f"monitor restore {newest.path} --to DIR"
            zh_has, en_has = (
                (f"，所备数据库有 {faults} 处差错", f", of a store with {faults} faults") if faults else ("", "")
            )
            zh, en = [f"最新的备份（{at}{zh_has}）：{command}"], [f"the newest backup ({at}{en_has}): {command}"]
        if error.code in _OF_THE_LOG:
            command = f"monitor restore {settings.data_folder} --to DIR --quarantine-wal"
            zh.append(f"不读预写日志而恢复：{command}")
            en.append(f"without its write-ahead log: {command}")
        return StoreError(error.code, f"{error.zh} {'；'.join(zh)}", f"{error.en}. {'; '.join(en)}", pid=error.pid)
    return error


def refuse_second_store(settings: Settings) -> None:
    """There is no store, but backups of one: its disk is not mounted, or the path is wrong. Raises WrongUse."""
    from monitor.backup.shelf import list_backups

    folder = backup_folder(settings)
    with suppress(OSError):
        if not settings.store.exists() and (found := list_backups(folder)):
            raise WrongUse(
                f"{settings.store}：没有数据库，而 {folder} 中有 {len(found)} 份备份；请检查数据盘是否挂载、"
                "MONITOR_STORE 是否正确，或用 monitor restore 恢复；确实要新建时用 monitor serve --new",
                f"{settings.store}: there is no store, but {len(found)} backups in {folder}: check whether its disk is"
                " mounted and MONITOR_STORE, or `monitor restore`; for a new store all the same: `monitor serve --new`",
            )


def telling() -> Telling:
    """Tells how far it is, to whoever looks at a terminal."""
    return _tell if sys.stderr.isatty() else untold


def _tell(zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
    counted = "" if done is None else f" {done}/{total}" if total is not None else f" {done}"
    click.echo(f"{say(zh, en)}{counted}", err=True)


def backing_up(settings: Settings) -> Callable[[StoreCopy], None]:
    """What keeps a backup of a store that this program is about to migrate, and says where it is."""

    def keep(copy: StoreCopy) -> None:
        from monitor.backup.making import backup_before_migration
        from monitor.store.audit_folder import AuditFolder

        store = settings.store.absolute()
        audit = AuditFolder.of(store, settings.audit_folder)
        made = backup_before_migration(copy, store, audit, backup_folder(settings), by=MIGRATING, told=telling())
        click.echo(
            say(
                f"升级数据库之前已备份：{made.path}",
                f"the store is being upgraded; as it was it is kept in {made.path}",
            ),
            err=True,
        )

    return keep
