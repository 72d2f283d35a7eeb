"""`monitor serve`: the dashboard over the store of the settings."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from monitor.commands.common import describe, open_desk, own_store
from monitor.commands.engines import refuse_spark
from monitor.commands.reading import serve_reader
from monitor.commands.rehearsing import OWN_ADDRESS, need_restored, rehearsed
from monitor.commands.serving import (
    address_options,
    need_free_port,
    need_safe_address,
    run_server,
    stopping_cleanly,
    ticking,
)
from monitor.language import say


@click.command(
    short_help=say("网页看板", "The dashboard"),
    help=describe(
        "提供网页看板，直到 Ctrl-C 或 SIGTERM。数据库不存在时新建一个空库；备份文件夹里已有备份时须加 --new，"
        "免得磁盘没挂上就另起一个。设置了 MONITOR_INBOX 时轮询收件文件夹，"
        "设置了 MONITOR_SMTP_HOST 时发送邮件。--rehearse 打开恢复出来的数据库供演练：不运行任何作业，"
        "不碰设置中的收件、邮件、发布、备份和审计文件夹。--read-only 从发布文件夹提供只读副本：不打开数据库，"
        "不运行作业，跟随 CURRENT 换到新版本。",
        "Serves the dashboard until Ctrl-C or SIGTERM. Makes an empty store where there is none (with"
        " --new alone where the folder of backups holds some: a disk may not be mounted). Watches the inbox and"
        " sends mails where MONITOR_INBOX and MONITOR_SMTP_HOST are set. With --rehearse it shows a restored store: no"
        " job runs, and inbox, mail, published tables, backups and audit folder of the settings are left alone. With"
        " --read-only it serves a copy from a published folder: it opens no store, runs no job, and follows CURRENT.",
        "monitor serve --port 8050",
        "MONITOR_STORE=/data/monitor.duckdb monitor serve --host 0.0.0.0",
        "MONITOR_STORE=/data/rehearsal/monitor.duckdb monitor serve --rehearse --port 8051",
        "MONITOR_READER_OPEN=true monitor serve --read-only --from /data/published --port 8052",
    ),
)
@click.option(
    "--rehearse",
    is_flag=True,
    help=say("演练：只看恢复出来的数据库，其余一概不碰。", "Only look at a restored store, and touch nothing else."),
)
@click.option(
    "--new",
    is_flag=True,
    help=say("即使已有备份也新建数据库。", "Make a new store although there are backups, where there is no store."),
)
@click.option(
    "--read-only",
    is_flag=True,
    help=say("只读副本，从发布文件夹提供。", "A read-only copy, served from a published folder."),
)
@click.option(
    "--from",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=say("发布文件夹；默认 MONITOR_READ_FROM。", "The published folder; MONITOR_READ_FROM by default."),
)
@address_options
def serve(host: str | None, port: int | None, rehearse: bool, new: bool, read_only: bool, folder: Path | None) -> None:
    from monitor.jobs.clock import Clock
    from monitor.settings import load_settings

    refuse_spark(load_settings())
    if read_only or folder is not None:
        serve_reader(load_settings(host=host, port=port, read_from=folder), alone=not (rehearse or new))
        return
    settings = load_settings(host=host or (OWN_ADDRESS if rehearse else None), port=port)
    if settings.read_from is not None and not rehearse:
        serve_reader(settings, alone=not new)
        return
    settings = rehearsed(settings) if rehearse else settings
    need_safe_address(settings)
    with stopping_cleanly(settings), own_store(settings) as ownership:
        need_free_port(settings)
        with (
            open_desk(settings, must_exist=rehearse, ownership=ownership, anew=new) as desk,
            nullcontext(Clock(())) if rehearse else ticking(desk, settings, with_mail=True) as clock,
        ):
            if rehearse:
                need_restored(settings, desk.store)
            run_server(desk, settings, clock, rehearsal=rehearse)
