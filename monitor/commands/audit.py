"""`monitor audit`: who did what and when, as a list and as a file that can be proven elsewhere."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.commands.common import describe, note_export, open_store
from monitor.commands.errors import WrongUse
from monitor.commands.tables import FILE_FORMATS, format_option, is_grid, need_output, print_rows, write_file
from monitor.language import say

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.audit_listing import AuditFilter

LIST_COLUMNS = ("seq", "at", "actor", "action", "object", "detail", "before", "after")
EXPORT_COLUMNS = (*LIST_COLUMNS[:6], "event_seq", "event_sha256", "before", "after", "previous", "mac")
_PROVABLE = ".jsonl"
_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group(
    short_help=say("审计日志", "The audit log"),
    help=describe(
        "审计日志：每次改动、每次登录、每次取走数据，谁、何时、对什么。",
        "The audit log: every change, every sign-in and every file taken: who, when, of what.",
        "monitor audit list --actor 张三 --from 2026-01-01",
        "monitor audit export --output audit.jsonl",
    ),
)
def audit() -> None:
    """Its commands follow."""


def _filters(command: _Command) -> _Command:
    options = (
        click.option("--actor", metavar="NAME", help=say("谁。", "Who.")),
        click.option("--action", metavar="ACTION", help=say("做了什么。", "Did what: accepted, exported, signed_in …")),
        click.option(
            "--object",
            "object_",
            metavar="OBJECT",
            help=say(
                "对什么：submission:17，或一类 submission。", "Of what: submission:17, or all of a kind: submission."
            ),
        ),
        click.option("--from", "start", metavar="T", help=say("自此日期或时刻。", "Since a date or moment.")),
        click.option(
            "--to", "end", metavar="T", help=say("至此日期（含）或时刻。", "Until a date (its end) or moment.")
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@audit.command(
    "list",
    help=describe(
        "列出审计记录，最新的在前。",
        "Lists entries of the audit log, newest first.",
        "monitor audit list --action exported --format table",
        "monitor audit list --object submission:17",
    ),
)
@_filters
@click.option(
    "--most",
    type=click.IntRange(1, 10**9),
    default=1000,
    show_default=True,
    help=say("最多几条。", "How many at most."),
)
@format_option
def list_(
    actor: str | None,
    action: str | None,
    object_: str | None,
    start: str | None,
    end: str | None,
    most: int,
    format_: str | None,
) -> None:
    from monitor.settings import load_settings
    from monitor.store.audit_listing import list_audit

    settings = load_settings()
    asked = _asked(settings, actor, action, object_, start, end)
    with open_store(settings, must_exist=True) as store:
        rows = [{**asdict(entry), "at": _moment(entry.at)} for entry in list_audit(store, asked, most=most)]
        if not is_grid(format_):
            note_export(store, "audit", asdict(asked))
    print_rows(rows, LIST_COLUMNS, format_)


@audit.command(
    "export",
    help=describe(
        "导出审计日志，最早的在前。.jsonl 每行一条，含封签，末行为日志末尾，可用 monitor verify --log 核验；"
        "另有 .csv .xlsx .parquet .json。",
        "Exports the audit log, oldest first. A .jsonl has an entry a line with its seal, and last the head of the"
        " log: `monitor verify --log` proves it. Also .csv .xlsx .parquet .json.",
        "monitor audit export --output audit.jsonl",
        "monitor audit export --actor 张三 --from 2026-01-01 --output 张三.xlsx",
    ),
)
@_filters
@click.option(
    "--output", required=True, metavar="F", type=click.Path(path_type=Path), help=say("写入文件。", "Write a file.")
)
def export(
    actor: str | None, action: str | None, object_: str | None, start: str | None, end: str | None, output: Path
) -> None:
    from monitor.settings import load_settings
    from monitor.store.audit_listing import audit_lines, audit_rows

    settings = load_settings()
    need_output(output, None, (_PROVABLE, *FILE_FORMATS))
    asked = _asked(settings, actor, action, object_, start, end)
    question = {name: str(value) for name, value in asdict(asked).items() if value is not None}
    with open_store(settings, must_exist=True) as store:
        note_export(store, "audit", question, output)  # the last entry of the file, where nothing is filtered
        head = store.audit_head()
        if output.suffix.lower() == _PROVABLE:
            write_file(lambda: _write_lines(audit_lines(audit_rows(store, asked), head, question), output), output)
            return
        rows = [*audit_rows(store, asked)]
    about = {"内容 content": "audit", "范围 question": str(question), "末尾 head": head.line().strip()}
    write_file(lambda: _write_table(rows, about, output), output)


def _write_lines(lines: Iterable[str], output: Path) -> None:
    """The whole file, or none."""
    handle, name = tempfile.mkstemp(prefix=f".{output.stem}-", dir=output.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, output)
    finally:
        Path(name).unlink(missing_ok=True)


def _write_table(rows: Sequence[tuple[Any, ...]], about: dict[str, str], output: Path) -> None:
    import pandas as pd

    from monitor.report.export import write_table
    from monitor.store.audit import COLUMNS

    frame = pd.DataFrame(rows, columns=[*COLUMNS, "previous"], dtype=object)
    frame["at"] = [_moment(at) for at in frame["at"]]
    write_table(frame[list(EXPORT_COLUMNS)], output, about)


def _asked(
    settings: Settings, actor: str | None, action: str | None, object_: str | None, start: str | None, end: str | None
) -> AuditFilter:
    from monitor.store.audit_listing import AuditFilter

    moments = (_read_moment(text, settings.timezone, edge) for text, edge in ((start, time.min), (end, time.max)))
    return AuditFilter(actor, action, object_, *moments)


def _read_moment(text: str | None, timezone: str, edge: time) -> datetime | None:
    """A date as its beginning or its end in the time zone of the settings, or a moment; as UTC. Raises WrongUse."""
    if text is None:
        return None
    from monitor.store.audit_listing import read_edge

    try:
        return read_edge(text, timezone, edge)
    except ValueError:
        raise WrongUse(
            f"“{text}”不是日期或时刻；请写成 2026-01-31 或 2026-01-31T18:00:00+08:00",
            f"'{text}' is no date or moment: write 2026-01-31 or 2026-01-31T18:00:00+08:00",
        ) from None


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds") + "Z"
