"""`monitor mail`: what was written to whom, and sending what waits now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from monitor.commands.common import describe, note_export, open_desk, open_store
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.tables import format_option, is_grid, need_output, output_option, print_rows, write_file
from monitor.language import say

_COLUMNS = (
    "mail_id", "created_at", "created_by", "kind", "region_code", "submission_id", "language", "recipients", "subject",
    "state", "attempts", "last_at", "last_detail",
)  # fmt: skip


@click.group(
    short_help=say("邮件", "Mails"),
    help=describe(
        "列出系统发出的邮件及其结果，或立即发送待发的邮件。",
        "Lists the mails of the system with what came of them, or sends what waits now.",
        "monitor mail list --state failed",
        "monitor mail send",
    ),
)
def mail() -> None:
    return


@mail.command(
    "list",
    short_help=say("邮件清单", "List mails"),
    help=describe(
        "列出邮件，最新的在前：waiting 待发，sent 已发，failed 多次失败后放弃。",
        "Lists mails, newest first: waiting, sent, or failed (given up after many attempts).",
        "monitor mail list --state failed --output 邮件.xlsx",
    ),
)
@click.option(
    "--state", "states", multiple=True, type=click.Choice(["waiting", "sent", "failed"]),
    help=say("只列此状态；可重复。", "Only this state; may be repeated."),
)  # fmt: skip
@output_option(required=False)
@format_option
def list_(states: tuple[str, ...], output: Path | None, format_: str | None) -> None:
    from monitor.mail.outbox import list_mails
    from monitor.settings import load_settings

    need_output(output, format_)
    with open_store(load_settings(), must_exist=True) as store:
        mails = list_mails(store)
        if output is not None or not is_grid(format_):  # names and addresses
            note_export(store, "mails", {"states": " ".join(states) or None}, output)
    rows = [_row(one) for one in mails if not states or one.state in states]
    if output is None:
        print_rows(rows, _COLUMNS, format_)
        return
    import pandas as pd

    from monitor.report.export import write_table

    frame = pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)
    write_file(lambda: write_table(frame, output, {}), output)


@mail.command(
    "send",
    short_help=say("立即发送", "Send now"),
    help=describe(
        "写出当前应发的邮件（退回、催报等），并立即发送待发的邮件。服务器失败时退出码为 1，邮件留待重试。",
        "Writes the mails that are due now (returned, overdue and so on) and sends what waits. Exits 1 when the server"
        " fails; the mails stay for another try.",
        "monitor mail send",
    ),
)
def send() -> None:
    from monitor.commands.mailing import mail_server, postman_of
    from monitor.mail.delivery import deliver
    from monitor.settings import load_settings

    settings = load_settings()
    server = mail_server(settings)
    if server is None:
        raise WrongUse(
            "没有设置邮件服务器；请设置 MONITOR_SMTP_HOST 和 MONITOR_SMTP_FROM",
            "there is no mail server: set MONITOR_SMTP_HOST and MONITOR_SMTP_FROM",
        )
    with open_desk(settings, must_exist=True) as desk:
        written = postman_of(settings, desk).collect()
        done = deliver(desk.store, server)
    click.echo(
        say(
            f"新写 {written} 封，发出 {done.sent} 封，失败 {done.failed} 封",
            f"written {written}, sent {done.sent}, failed {done.failed}",
        )
    )
    if done.failed:
        reason = done.fault or "monitor mail list"
        raise Refused(
            f"有邮件未能发出（{reason}）；稍后会重试", f"not every mail could be sent ({reason}); they are tried again"
        )


def _row(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _COLUMNS} | {"recipients": " ".join(one.recipients)}
