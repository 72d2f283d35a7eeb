"""`monitor verify`: the proof that nobody changed the store by other means, and that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import describe, need_file
from monitor.commands.errors import WrongUse
from monitor.language import say

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.findings import Finding


@click.command(
    short_help=say("核验数据库与审计日志", "Proof of the store's integrity"),
    help=describe(
        "核验数据库：审计日志的每一条记录及其封签、每个事件与其记录、末尾与数据库之外的 head 文件；"
        "收到的文件、修订号、行数、内容摘要与数字规则。不改动任何内容；数据库须无人打开。"
        "有问题时每个问题一行，退出码为 1。",
        "Checks the store: every entry of the audit log and its seal, every event against its entry, the end against"
        " the head kept outside; the received files, revisions, counts of rows, hashes of what was sent and the rules"
        " of numbers. Changes nothing; nobody may have the store open. Prints a line for each fault and exits 1.",
        "monitor verify",
        "monitor verify --log audit.jsonl",
    ),
)
@click.option(
    "--log",
    metavar="F.jsonl",
    type=click.Path(path_type=Path),
    help=say("核验由 monitor audit export 导出的文件。", "Check a file of `monitor audit export` instead."),
)
@click.pass_context
def verify(ctx: click.Context, log: Path | None) -> None:
    from monitor.settings import load_settings

    settings = load_settings()
    summary, findings = _check_store(settings) if log is None else _check_log(settings, log)
    for finding in findings:
        click.echo(say(finding.zh, finding.en), err=finding.is_fault)
    faults = sum(finding.is_fault for finding in findings)
    ending = (
        say("完好", "sound") if not faults else say(f"{faults} 个问题", f"{faults} fault{'s' if faults > 1 else ''}")
    )
    click.echo(f"{summary}: {ending}")
    if faults:
        ctx.exit(1)


def _check_store(settings: Settings) -> tuple[str, Sequence[Finding]]:
    from monitor.store.audit_folder import AuditFolder
    from monitor.store.store import Store
    from monitor.store.verifying import verify as verify_store

    if not settings.store.exists():
        raise WrongUse(
            f"{settings.store}：数据库不存在；请检查 MONITOR_STORE",
            f"{settings.store}: there is no store: check MONITOR_STORE",
        )
    folder = AuditFolder.of(settings.store, settings.audit_folder)
    with Store.open(settings.store, read_only=True) as store:
        found = verify_store(store, folder.load_key() if folder.has_key() else None, folder.read_head())
    summary = say(
        f"审计记录 {found.entries} 条，回执 {found.receipts} 份，报送 {found.submissions} 份",
        f"{found.entries} audit entries, {found.receipts} receipts, {found.submissions} submissions",
    )
    return summary, found.findings


def _check_log(settings: Settings, log: Path) -> tuple[str, Sequence[Finding]]:
    from monitor.store.audit_folder import AuditFolder
    from monitor.store.audit_listing import check_lines

    need_file(log, "导出的审计日志", "exported audit log")
    folder = AuditFolder.of(settings.store, settings.audit_folder)
    if not folder.has_key():
        raise WrongUse(
            f"{folder.path}：没有审计密钥 chain.key；请用 MONITOR_AUDIT_FOLDER 指明其文件夹",
            f"{folder.path}: the key of the audit log, chain.key, is not there: set MONITOR_AUDIT_FOLDER",
        )
    try:
        with log.open(encoding="utf-8") as lines:
            count, found = check_lines(lines, folder.load_key())
    except ValueError:
        raise WrongUse(
            f"{log}：不是 monitor audit export 写成的 .jsonl 文件",
            f"{log}: is no .jsonl file of `monitor audit export`",
        ) from None
    return say(f"审计记录 {count} 条", f"{count} audit entries"), found
