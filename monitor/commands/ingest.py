"""`monitor ingest`: files are read, checked and submitted; everything that was noticed is told."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.common import (
    acting,
    cycle_of,
    describe,
    load_plans,
    need_file,
    need_inbox,
    open_store,
    record_plans,
)
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.problems import print_problems
from monitor.commands.tables import format_option, print_rows, write_bytes
from monitor.language import say

if TYPE_CHECKING:
    from monitor.access.actors import Actor
    from monitor.commands.common import Plans
    from monitor.intake.limits import Limits
    from monitor.intake.submissions import IngestResult
    from monitor.settings import Settings
    from monitor.store.store import Store

_STILL_SECONDS = 0.5  # how long a file must stand still before it counts as written
_COUNTS = ("created", "updated", "unchanged", "carried", "rejected")
_COLUMNS = (
    "file", "verdict", "receipt_id", "submission_id", "region_code", "form", "period", "vintage", "revision", "state",
    *_COUNTS, "queries", "waits",
)  # fmt: skip


@click.command(
    short_help=say("读入并报送数据文件", "Read, check and submit files of figures"),
    help=describe(
        "读入、核对并报送数据文件（CSV 或 .xlsx）：给出新增、更新、未变、沿用、拒绝的指标数和全部问题。"
        "同一文件重复读入不产生任何变化。不带文件名时读入一次 MONITOR_INBOX 文件夹"
        "（各单位的子文件夹只收该单位的数据），并在文件旁写回执。有文件被拒绝时退出码为 1。",
        "Reads, checks and submits files of figures (CSV or .xlsx): tells what was created, updated, unchanged, carried"
        " and rejected, and every problem. The same file again changes nothing. Without a file it reads the folder"
        " MONITOR_INBOX once (a unit's own folder takes that unit's figures alone) and leaves receipts beside files."
        " Exits 1 when a file was refused.",
        "monitor ingest 江苏2024.xlsx --by 张三 --dry-run",
        'monitor ingest figures.csv --accept --explain "口径自2023年起调整"',
    ),
)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--by",
    help=say(
        "报送人；有账户的按其权限。默认系统用户名。",
        "Who sends, an account with its own rights; default: the system's user.",
    ),
)
@click.option("--dry-run", is_flag=True, help=say("只核对，不写入。", "Check only, write nothing."))
@click.option("--accept", is_flag=True, help=say("直接通过（操作员，留痕）。", "Accept too: trusted figures, audited."))
@click.option("--explain", metavar="TEXT", help=say("对核实性问题的说明。", "The explanation of its queries."))
@format_option
def ingest(
    files: tuple[Path, ...], by: str | None, dry_run: bool, accept: bool, explain: str | None, format_: str | None
) -> int:
    from monitor.intake.submissions import ingest as take
    from monitor.settings import load_settings
    from monitor.store.space import Space

    settings = load_settings()
    inbox = None if files else _inbox(settings, accept=accept, explain=explain)
    paths = [need_file(path, "数据文件", "file of figures") for path in files]
    plans = load_plans(settings)
    results = []
    with _store(settings, dry_run=dry_run) as store:
        space = Space(store.path, settings.min_free_bytes)
        if not dry_run:
            space.need()
        actor = acting(store, plans.catalogues, by)
        if not dry_run:
            record_plans(store, plans, settings, by=actor.name)
        if actor.role != "console":
            _refuse_console_only(actor, accept=accept, inbox=inbox)
            results, paths = [_send(store, plans, settings, actor, path, explain, dry_run) for path in paths], []
        if inbox is not None:
            results = _take_inbox(store, plans, settings, inbox, by=actor.name, dry_run=dry_run)
        for path in paths:
            if not dry_run:
                space.need()
            result = take(
                store, plans.catalogues, plans.regions, path,
                by=actor.name, accept=accept, dry_run=dry_run, explain=explain, limits=_operator_limits(settings),
            )  # fmt: skip
            results.append(result)
        if format_ != "json":
            for result in results:
                tell(result)
    _print(results, format_)
    return 1 if any(result.is_refused for result in results) else 0


def _refuse_console_only(actor: Actor, *, accept: bool, inbox: Path | None) -> None:
    """An account sends what it may send; the rest is for whoever is at the machine. Raises Refused."""
    if not actor.sends or accept or inbox is not None:
        raise Refused(
            f"账户“{actor.name}”不能这样做；--accept 和收件文件夹只供本机管理员使用，请不写 --by",
            f"the account of {actor.name} may not do this; --accept and the inbox are for whoever runs the machine:"
            " leave --by out",
        )


def _send(
    store: Store, plans: Plans, settings: Settings, actor: Actor, path: Path, explain: str | None, dry_run: bool
) -> IngestResult:
    """As an account sends through the pages: for its own units alone, within the limits of files from anywhere."""
    from monitor.intake.submission_errors import SubmissionError

    cycle = cycle_of(store, plans.catalogues, plans.regions, settings)
    try:
        return cycle.send(actor, path, name=path.name, explain=explain, dry_run=dry_run)
    except SubmissionError as error:
        raise Refused(error.zh, error.en) from None


@contextmanager
def _store(settings: Settings, *, dry_run: bool) -> Iterator[Store]:
    """The store; for a dry run before there is one, an empty one that leaves no trace."""
    from monitor.store.store import Store

    if not dry_run or settings.store.exists():
        with open_store(settings, must_exist=False) as store:
            yield store
        return
    store = Store.open(":memory:")
    try:
        yield store
    finally:
        store.close()


def _operator_limits(settings: Settings) -> Limits:
    """Named files are an operator's and may be long; those in the inbox come from anywhere."""
    from monitor.intake.limits import Limits

    return dataclasses.replace(Limits.operator(), rows=settings.max_operator_rows, columns=settings.max_columns)


def _inbox(settings: Settings, *, accept: bool, explain: str | None) -> Path:
    """The inbox of the settings. Raises WrongUse where there is none, or more is asked than may be done with it."""
    inbox = settings.inbox
    if inbox is None:
        raise WrongUse(
            "没有给出数据文件，也没有设置 MONITOR_INBOX；请写出文件名",
            "no file was named and MONITOR_INBOX is not set: name a file",
        )
    if accept or explain is not None:
        raise WrongUse(
            "--accept 和 --explain 只用于写明的文件，不用于收件文件夹；请写出文件名",
            "--accept and --explain are for files that are named, not for the inbox: name the file",
        )
    return need_inbox(inbox)


def _take_inbox(
    store: Store, plans: Plans, settings: Settings, inbox: Path, *, by: str, dry_run: bool
) -> list[IngestResult]:
    """What lies in the inbox and stands still, sent by the rules of the watched folder."""
    from monitor.intake.inbox import Seen, poll

    cycle, seen = cycle_of(store, plans.catalogues, plans.regions, settings), Seen()
    taken = list(poll(cycle, inbox, seen, by=by, dry_run=dry_run))
    if seen.waiting:
        time.sleep(_STILL_SECONDS)
        taken += poll(cycle, inbox, seen, by=by, dry_run=dry_run)
    return [one.result for one in taken if one.result is not None]


def tell(result: IngestResult) -> None:
    """What was noticed in a file, a line each, and what came of it; on stderr, beside the table."""
    print_problems(result.problems, result.problem_count)
    counts = ", ".join(f"{name} {getattr(result, name)}" for name in _COUNTS)
    zh, en = [], []
    if result.dry_run:
        zh.append("试运行，未写入")
        en.append("dry run, nothing written")
    if result.duplicate_of is not None:
        zh.append(f"与回执 {result.duplicate_of} 内容相同")
        en.append(f"says the same as receipt {result.duplicate_of}")
    elif result.waiting:
        zh.append(f"{len(result.waiting)} 份待审核")
        en.append(f"{len(result.waiting)} waiting for review")
    notes = f" ({say('，'.join(zh), ', '.join(en))})" if zh else ""
    click.echo(f"{result.file}: {result.verdict}: {counts}{notes}", err=True)


def _print(results: Sequence[IngestResult], format_: str | None) -> None:
    if format_ == "json":
        content = [_as_json(result) for result in results]
        write_bytes((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
        return
    print_rows([row for result in results for row in _rows(result)], _COLUMNS, format_)


def _rows(result: IngestResult) -> list[dict[str, Any]]:
    """A row for each submission; one for a file that made none."""
    of_file = {"file": result.file, "verdict": result.verdict, "receipt_id": result.receipt_id, "rejected": 0}
    if not result.submissions:
        counts = {name: getattr(result, name) for name in _COUNTS}
        return [{**dict.fromkeys(_COLUMNS), **of_file, **counts}]
    return [{**of_file, **dataclasses.asdict(outcome)} for outcome in result.submissions]


def _as_json(result: IngestResult) -> dict[str, Any]:
    return {**dataclasses.asdict(result), **{name: getattr(result, name) for name in _COUNTS}}
