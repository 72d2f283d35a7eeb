"""`monitor backup`: a proven copy of everything, while the server goes on."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.backing import backup_folder, refusing, telling
from monitor.commands.common import describe, open_store, user_name
from monitor.commands.tables import format_option, print_rows
from monitor.language import say

_COLUMNS = ("path", "made_at", "kind", "made_by", "audit_entries", "bytes", "portable", "sound", "whole", "faults")


@click.command(
    short_help=say("备份", "A backup"),
    help=describe(
        "备份数据库、收到的文件与审计日志的末尾（密钥在数据文件夹中时一并备份），服务照常运行。备份是一个可以搬走的文件夹，"
        "核验无误后才得到名称。不写文件夹时用 MONITOR_BACKUP_FOLDER。",
        "Backs up the database, the received files and the end of the audit log (its key too, where that is in the data"
        " folder), while the server goes on. A backup is one folder that can be carried; it gets its name once it is"
        " proven. Without a folder: that of MONITOR_BACKUP_FOLDER.",
        "monitor backup",
        "monitor backup /mnt/usb --portable",
        "monitor backup --list",
    ),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--portable",
    is_flag=True,
    help=say(
        "同时写出各表的 Parquet 文件，任何版本都能读。", "Also every table as Parquet, which any version can read."
    ),
)
@click.option("--list", "list_", is_flag=True, help=say("列出文件夹中的备份。", "List the backups in the folder."))
@format_option
def backup(folder: Path | None, portable: bool, list_: bool, format_: str | None) -> None:
    from monitor.backup.making import make_backup
    from monitor.backup.shelf import Backup, list_backups
    from monitor.settings import load_settings

    settings = load_settings()
    place = folder or backup_folder(settings)
    if list_:
        print_rows([_row(one) for one in list_backups(place)], _COLUMNS, format_)
        return
    made: Backup
    with refusing(), open_store(settings, must_exist=True) as store:
        made = make_backup(store, place, by=user_name(), kind="asked", portable=portable, told=telling())
    size = f"{made.bytes / 1_000_000:,.1f} MB"
    click.echo(
        say(
            f"{made.path}：已备份并核验（审计记录 {made.seq} 条，{size}）",
            f"{made.path}: backed up and proven ({made.seq} audit entries, {size})",
        )
    )
    if made.faults:
        click.echo(
            say(
                f"数据库本身有 {made.faults} 处差错，已原样备份；见 monitor verify",
                f"the store itself has {made.faults} faults, which were backed up as they are: see `monitor verify`",
            ),
            err=True,
        )
        raise click.exceptions.Exit(1)


def _row(one: object) -> dict[str, object]:
    from monitor.backup.shelf import Backup

    assert isinstance(one, Backup)
    return {
        "path": str(one.path),
        "made_at": f"{one.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "kind": one.kind or "",
        "made_by": one.made_by,
        "audit_entries": one.seq,
        "bytes": one.bytes,
        "portable": one.portable,
        "sound": one.sound,
        "whole": one.whole,
        "faults": one.faults,
    }
