"""`monitor restore`: a data folder made again of a backup, or of one whose log of late writes is damaged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.again import give_up_mails, tell_again
from monitor.commands.backing import refusing, telling
from monitor.commands.common import describe, open_store, user_name
from monitor.commands.errors import CommandError, Refused, WrongUse
from monitor.language import say

if TYPE_CHECKING:
    from monitor.backup.folders import Quarantined
    from monitor.backup.restoring import Restored
    from monitor.settings import Settings

_MOST_NAMED = 20  # received files


@click.command(
    short_help=say("恢复备份", "A backup made a store again"),
    help=describe(
        "把备份恢复到一个空文件夹：逐字节核对，打开并核验数据库，再与现有的数据库比较，指出它比备份多出什么。"
        "备份和现有数据都不改动。BACKUP 也可以是无人打开的数据文件夹；其预写日志损坏时加 --quarantine-wal。",
        "Makes a data folder of a backup in an empty folder: compares every byte, opens and proves the store, then"
        " compares it with the present one and says what that has beyond the backup. Neither is changed. BACKUP can be"
        " a data folder too, which nobody has open, with --quarantine-wal where its write-ahead log is damaged.",
        "monitor restore var/backups/plan-monitor-20260301T183000Z-004711 --to /data/restored",
        "monitor restore var --to /data/restored --quarantine-wal",
    ),
)
@click.argument("backup", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help=say("空文件夹或新文件夹。", "An empty or a new folder."),
)
@click.option(
    "--quarantine-wal",
    is_flag=True,
    help=say(
        "不读预写日志：另行保存，用数据库文件中已有的内容。",
        "Do not read the write-ahead log: keep it apart and go on from what the file itself holds.",
    ),
)
@click.option(
    "--from-parquet",
    is_flag=True,
    help=say("用备份中的 Parquet 副本重建数据库。", "Make the store again from the backup's copy in Parquet."),
)
def restore(backup: Path, target: Path, quarantine_wal: bool, from_parquet: bool) -> None:
    from monitor.backup.manifest import MANIFEST
    from monitor.settings import load_settings

    settings = load_settings()
    if not backup.exists():
        raise WrongUse(f"{backup}：不存在；请检查路径", f"{backup}: is not there: check the path")
    is_backup = (backup / MANIFEST).exists() or backup.name.startswith("plan-monitor-")
    if is_backup and quarantine_wal:
        raise WrongUse(
            f"{backup}：备份没有预写日志；请去掉 --quarantine-wal",
            f"{backup}: a backup has no write-ahead log: leave --quarantine-wal out",
        )
    with refusing():
        restored = (
            _of_backup(settings, backup, target, from_parquet=from_parquet)
            if is_backup
            else _of_folder(settings, backup, target, quarantine_wal=quarantine_wal)
        )
    for zh, en in restored.proof.faults:
        click.echo(say(zh, en), err=True)
    _tell_result(settings, restored)
    if not restored.is_sound:
        raise click.exceptions.Exit(1)


def _of_backup(settings: Settings, backup: Path, target: Path, *, from_parquet: bool) -> Restored:
    from monitor.backup.restoring import restore_backup

    restored = restore_backup(
        backup,
        target,
        by=user_name(),
        key_folder=settings.audit_folder,
        from_parquet=from_parquet,
        told=telling(),
    )
    if settings.store.exists() and settings.store.resolve() != restored.store.resolve():
        _compare_with_live(settings, restored)
    give_up_mails(restored.store)
    return restored


def _of_folder(settings: Settings, source: Path, target: Path, *, quarantine_wal: bool) -> Restored:
    from monitor.backup.folders import find_store, restore_folder, restore_without_log
    from monitor.store.audit_folder import AuditFolder
    from monitor.store.errors import StoreError

    file = find_store(source, settings.store.name)
    is_ours = file.resolve() == settings.store.resolve()
    audit = AuditFolder.of(file, settings.audit_folder if is_ours else None)
    if quarantine_wal:
        restored, put_aside = restore_without_log(
            file, audit, target, by=user_name(), now=datetime.now(UTC), told=telling()
        )
        _tell_quarantine(target, put_aside)
        return restored
    try:
        return restore_folder(file, audit, target, by=user_name(), told=telling())
    except StoreError as error:
        if error.code not in ("damaged_wal", "audit_short", "damaged"):
            raise
        at = target / ".restoring"  # where it was tried
        raise Refused(
            f"{error.zh.replace(str(at.absolute()), str(source))} 不读预写日志而恢复：加 --quarantine-wal",
            f"{error.en.replace(str(at.absolute()), str(source))}. To leave its write-ahead log out: --quarantine-wal",
        ) from error


def _compare_with_live(settings: Settings, restored: Restored) -> None:
    """Say what the present store has beyond the backup: that is what going back would lose."""
    from monitor.backup.beyond import files_beyond, look_beyond
    from monitor.store.errors import StoreError, StoreFatal

    live, received = settings.store, settings.data_folder / "received"
    try:
        with open_store(settings, must_exist=True, read_only=True) as store:
            beyond = look_beyond(store, restored.head, restored.last_receipt)
    except (StoreError, StoreFatal, CommandError) as error:
        files = files_beyond(received, restored.last_receipt)
        zh, en = f"现有数据库无法比较（{error.zh}）", f"the present store cannot be compared ({error.en})"
        if files:
            named = _named(files)
            zh += f"；{received} 中有备份之后收到的文件：{named}"
            en += f"; files received since the backup are in {received}: {named}"
        click.echo(say(zh, en))
        return
    if not beyond.is_same:
        click.echo(say(f"{live}：不是同一个数据库的延续", f"{live}: is not this store gone on, but another history"))
    elif beyond.entries == 0:
        click.echo(say(f"{live}：与备份之时相同", f"{live}: is as it was when the backup was made"))
    else:
        files = tuple(number for number, _ in beyond.receipts)
        zh = f"{live}：比备份多 {beyond.entries} 条审计记录、{len(files)} 个收到的文件"
        en = f"{live}: has {beyond.entries} audit entries and {len(files)} received files beyond the backup"
        if files:
            zh += f"（{received} 中的 {_named(files)}，可用 monitor ingest 重新读入）"
            en += f" ({_named(files)} in {received}, which `monitor ingest` can take in again)"
        click.echo(say(zh, en))
    tell_again(beyond.again)
    if beyond.erased:
        named = ", ".join(beyond.erased)
        click.echo(
            say(
                f"备份之后清除过姓名的回执：{named}；恢复后请再次清除（monitor people erase）",
                f"names were erased since then from {named}: erase them again (`monitor people erase`)",
            )
        )


def _tell_quarantine(target: Path, put_aside: Quarantined) -> None:
    if not put_aside.logs:
        click.echo(say("没有预写日志", "there was no write-ahead log"))
    for log in put_aside.logs:
        click.echo(say(f"预写日志保存在 {log}", f"the write-ahead log is kept as {log}"))
    if put_aside.missing is not None:
        first, last = put_aside.missing
        click.echo(
            say(
                f"缺少审计记录第 {first} 至 {last} 条，恢复后的审计日志已记明",
                f"audit entries {first} to {last} are missing, which the restored store's log says",
            )
        )
    if put_aside.receipts:
        folder = target / "quarantine" / "received"
        click.echo(
            say(
                f"没有回执的收到的文件：{folder} 中的 {_named(put_aside.receipts)}，可用 monitor ingest 重新读入",
                f"received files without a receipt: {_named(put_aside.receipts)} in {folder}: `monitor ingest` takes"
                " them in again",
            )
        )


def _tell_result(settings: Settings, restored: Restored) -> None:
    proof, faults = restored.proof, len(restored.proof.faults)
    zh_end, en_end = ("完好", "sound") if not faults else (f"{faults} 个问题", f"{faults} faults")
    click.echo(
        say(
            f"{restored.store}：已恢复，审计记录 {restored.head.seq} 条，回执 {len(proof.receipts)} 份，"
            f"报送 {proof.submissions} 份：{zh_end}",
            f"{restored.store}: restored, {restored.head.seq} audit entries, {len(proof.receipts)} receipts,"
            f" {proof.submissions} submissions: {en_end}",
        )
    )
    use = f"MONITOR_STORE={restored.store}"
    if settings.audit_folder is not None:
        use += f" MONITOR_AUDIT_FOLDER={restored.store.parent / 'audit'}"
    click.echo(say(f"启用：{use}", f"to use it: {use}"))


def _named(numbers: tuple[int, ...]) -> str:
    more = f" … ({len(numbers)})" if len(numbers) > _MOST_NAMED else ""
    return ", ".join(map(str, numbers[:_MOST_NAMED])) + more
