"""`monitor serve`: the dashboard over the store of the settings."""

from __future__ import annotations

import click

from monitor.commands.common import describe, open_desk, own_store
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
        "提供网页看板，直到 Ctrl-C 或 SIGTERM。数据库不存在时新建一个空库。设置了 MONITOR_INBOX 时轮询收件文件夹，"
        "设置了 MONITOR_SMTP_HOST 时发送邮件。",
        "Serves the dashboard until Ctrl-C or SIGTERM. Makes an empty store where there is none. Watches the inbox and"
        " sends mails where MONITOR_INBOX and MONITOR_SMTP_HOST are set.",
        "monitor serve --port 8050",
        "MONITOR_STORE=/data/monitor.duckdb monitor serve --host 0.0.0.0",
    ),
)
@address_options
def serve(host: str | None, port: int | None) -> None:
    from monitor.settings import load_settings

    settings = load_settings(host=host, port=port)
    need_safe_address(settings)
    with stopping_cleanly(settings), own_store(settings) as ownership:
        need_free_port(settings)
        with (
            open_desk(settings, must_exist=False, ownership=ownership) as desk,
            ticking(desk, settings, with_mail=True) as clock,
        ):
            run_server(desk, settings, clock)
