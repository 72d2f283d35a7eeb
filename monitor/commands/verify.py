"""`monitor verify`: the proof that nobody changed the store by other means, and that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import describe, load_plans, method_settings, need_file, open_store
from monitor.commands.errors import WrongUse
from monitor.commands.rehearsing import rehearsed
from monitor.commands.telling import telling
from monitor.language import say

if TYPE_CHECKING:
    from monitor.report.desk import Configuration
    from monitor.settings import Settings
    from monitor.store.findings import Finding


@click.command(
    short_help=say("核验数据库与审计日志", "Proof of the store's integrity"),
    help=describe(
        "核验数据库的不变量 I1–I9：收到的文件、修订、行与内容摘要、现行数据、审计日志、数字规则、由所报数据重算的指标、"
        "账户的权限、导出再读入。不改动任何内容；服务运行时也可使用。有问题时每个问题一行，退出码为 1。",
        "Proves the invariants I1–I9 of the store: received files, revisions, rows and their hashes, figures in force,"
        " the audit log, the rules of numbers, figures worked out again from what was sent, rights of who acted,"
        " exports read again. Changes nothing; also while the server runs. Prints a line for each fault and exits 1.",
        "monitor verify",
        "monitor verify --quick",
        "monitor verify --log audit.jsonl",
        "MONITOR_STORE=/data/rehearsal/monitor.duckdb monitor verify --rehearse",
    ),
)
@click.option(
    "--log",
    metavar="F.jsonl",
    type=click.Path(path_type=Path),
    help=say("核验由 monitor audit export 导出的文件。", "Check a file of `monitor audit export` instead."),
)
@click.option(
    "--quick",
    is_flag=True,
    help=say("不重算指标、不导出再读入。", "Work no figures out again and read no exports (I7, I9)."),
)
@click.option(
    "--rehearse",
    is_flag=True,
    help=say(
        "核验恢复出来的数据库：用它旁边的审计文件夹，不用 MONITOR_AUDIT_FOLDER。",
        "Of a restored store: with the audit folder beside it, whatever MONITOR_AUDIT_FOLDER says.",
    ),
)
@click.pass_context
def verify(ctx: click.Context, log: Path | None, quick: bool, rehearse: bool) -> None:
    from monitor.settings import load_settings

    settings = rehearsed(load_settings()) if rehearse else load_settings()
    summary, findings = _check_store(settings, quick=quick) if log is None else _check_log(settings, log)
    for finding in findings:
        click.echo(say(finding.zh, finding.en), err=finding.is_fault)
    faults = sum(finding.is_fault for finding in findings)
    ending = (
        say("完好", "sound") if not faults else say(f"{faults} 个问题", f"{faults} fault{'s' if faults > 1 else ''}")
    )
    click.echo(f"{summary}: {ending}")
    if faults:
        ctx.exit(1)


def _check_store(settings: Settings, *, quick: bool) -> tuple[str, Sequence[Finding]]:
    from monitor.integrity.proof import verify_store

    with open_store(settings, must_exist=True, read_only=True) as store, telling() as told:
        found = verify_store(store, lambda: configured(settings), timezone=settings.timezone, quick=quick, told=told)
    zh = f"审计记录 {found.entries} 条，回执 {found.receipts} 份，报送 {found.submissions} 份"
    en = f"{found.entries} audit entries, {found.receipts} receipts, {found.submissions} submissions"
    if not quick:
        figures, rows = (found.looked(one) for one in ("I7", "I9"))
        zh += f"，重算指标值 {figures} 个，导出再读入 {rows} 行"
        en += f", {figures} figures worked out again, {rows} rows exported and read again"
    summary = say(zh, en)
    return summary, found.findings


def configured(settings: Settings) -> Configuration:
    """What judges where the store does not say it."""
    from monitor.report.desk import Configuration

    plans = load_plans(settings)
    return Configuration(plans.catalogues, plans.regions, method_settings(settings))


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
