"""`monitor rebuild`: the figures made again from the files as they were received, and compared with the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import describe, note_export, open_store, user_name
from monitor.commands.errors import WrongUse
from monitor.commands.telling import telling
from monitor.commands.verify import configured
from monitor.language import say

if TYPE_CHECKING:
    from monitor.integrity.rebuild import Rebuilt


@click.command(
    short_help=say("由收到的文件重建数据并比较", "Make the figures again from the received files"),
    help=describe(
        "由收到的文件和事件重建数据：每个文件按当时有效的规划重新读入，沿用的数据按通过的次序重新沿用，再与数据库逐行比较。"
        "不改动数据库，服务运行时也可使用。--to 把重建的数据库留在一个空文件夹里。不同之处每处一行，退出码为 1。",
        "Makes the figures again from the received files and the events: each file is read as it was then, what was"
        " carried is carried again, and all is compared with the store row for row. Changes nothing in the store, also"
        " while the server runs. --to leaves the new store in an empty folder. Prints a line for each difference and"
        " exits 1.",
        "monitor rebuild",
        "monitor rebuild --to /srv/rebuilt",
    ),
)
@click.option(
    "--to",
    "target",
    metavar="EMPTY_DIR",
    type=click.Path(path_type=Path),
    help=say("把重建的数据库留在这个空文件夹。", "Leave the new store in this empty folder."),
)
@click.pass_context
def rebuild(ctx: click.Context, target: Path | None) -> None:
    from monitor.backup.errors import BackupError
    from monitor.integrity.rebuild import rebuild as make_again
    from monitor.settings import load_settings

    settings = load_settings()
    try:
        with open_store(settings, must_exist=True) as store, telling() as told:
            if target is not None:
                note_export(store, "rebuilt", {"to": target.name})
            found = make_again(store, lambda: configured(settings), by=user_name(), target=target, told=told)
    except BackupError as error:
        raise WrongUse(error.zh, error.en) from None
    for finding in found.findings:
        click.echo(say(finding.zh, finding.en), err=True)
    _tell(found)
    if not found.is_equal:
        ctx.exit(1)


def _tell(found: Rebuilt) -> None:
    if found.erased:
        numbers = ", ".join(map(str, found.erased))
        click.echo(
            say(
                f"已删除个人信息的文件按现存内容读入：回执 {numbers}",
                f"files that names were erased from were read as they are now: receipts {numbers}",
            )
        )
    differs = len(found.findings)
    zh = f"文件 {found.files} 个，报送 {found.submissions} 份，数据 {found.rows} 行，沿用 {found.carried} 行："
    en = f"{found.files} files, {found.submissions} submissions, {found.rows} rows, {found.carried} carried: "
    zh += f"{differs} 处不同" if differs else "与数据库相同"
    en += f"{differs} differ" if differs else "equal to the store"
    click.echo(say(zh, en))
    if found.store is not None:
        click.echo(str(found.store))
