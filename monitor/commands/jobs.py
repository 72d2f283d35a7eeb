"""`monitor jobs`: the scheduled work: what is due when, what came of it, run one now, pause it, let it go on."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.commands.common import acting, describe, load_plans, open_desk, open_store
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.tables import format_option, print_rows
from monitor.commands.working import jobs_of, schedules_of
from monitor.language import say

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.access.actors import Actor
    from monitor.jobs.board import Jobs, JobState
    from monitor.jobs.history import LogLine, Run
    from monitor.settings import Settings
    from monitor.store.store import Store

_LIST = ("job", "title", "schedule", "next_due", "state", "last_started", "last_result", "last_summary", "last_done")
_HISTORY = (
    "run_id",
    "job",
    "due_at",
    "started_at",
    "started_by",
    "ended_at",
    "seconds",
    "result",
    "summary",
    "touched",
)
_Answer = TypeVar("_Answer")
_LOOK_SECONDS = 0.3
_PICK_UP_SECONDS = 20.0  # the server looks every second; after so long it does not look at all
by_option = click.option("--by", help=say("由谁操作；默认系统用户名。", "Who does it; default: the system's user."))


@click.group(
    short_help=say("定时作业", "Scheduled work"),
    help=describe(
        "定时作业：收件、邮件、报告期、备份、完整性检查、发布、清理。时间表由设置 MONITOR_SCHEDULE_… 决定，"
        "由 monitor serve 执行；停机期间错过的，启动后补做一次。",
        "Scheduled work: inbox, mails, reporting periods, backup, integrity checks, publication, pruning. Settings"
        " MONITOR_SCHEDULE_… say when; `monitor serve` does it, and what was missed is made up once.",
        "monitor jobs list",
        "monitor jobs run backup",
        "monitor jobs history --job backup",
    ),
)
def jobs() -> None:
    """Its commands follow."""


@jobs.command(
    "list",
    help=describe(
        "列出各作业：时间表、下次时间、状态、上次结果。",
        "Lists the jobs: schedule, next time, state and last result.",
        "monitor jobs list",
    ),
)
@format_option
def list_(format_: str | None) -> None:
    from monitor.settings import load_settings

    settings = load_settings()
    with open_store(settings, must_exist=True) as store:
        states = _board(store, settings).states()
    print_rows([_state_row(one) for one in states], _LIST, format_)


@jobs.command(
    help=describe(
        "列出各次运行，新的在前；--run 给出一次运行的日志。",
        "Lists runs, newest first; --run gives the log of one.",
        "monitor jobs history --job backup --limit 20",
        "monitor jobs history --run 17",
    ),
)
@click.option("--job", metavar="NAME", help=say("只列这一作业。", "Of this job alone."))
@click.option(
    "--run", "run_id", metavar="N", type=click.IntRange(1), help=say("这一次运行的日志。", "The log of a run.")
)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000),
              help=say("最多列出多少次。", "How many at most."))  # fmt: skip
@format_option
def history(job: str | None, run_id: int | None, limit: int, format_: str | None) -> None:
    from monitor.settings import load_settings

    settings = load_settings()
    with open_store(settings, must_exist=True) as store:
        board = _board(store, settings)
        if run_id is not None:
            if board.run(run_id) is None:
                raise WrongUse(f"没有第 {run_id} 次运行", f"there is no run {run_id}")
            rows: list[Mapping[str, object]] = [_line_row(line) for line in board.log(run_id)]
            print_rows(rows, ("line", "at", "text", "done", "total"), format_)
            return
        runs = _telling(lambda: board.runs(job, limit=limit))
    print_rows([_run_row(run) for run in runs], _HISTORY, format_)


@jobs.command(
    help=describe(
        "现在运行一次，等它结束。服务器运行时由服务器执行；Ctrl-C 只停止等待。失败时退出码为 1。",
        "Runs a job now and waits for its end. Where the server runs it does the work, and Ctrl-C only stops the"
        " waiting. Exit 1 where the job failed.",
        "monitor jobs run backup",
    ),
)
@click.argument("name")
@by_option
@click.pass_context
def run(ctx: click.Context, name: str, by: str | None) -> None:
    from monitor.settings import load_settings

    settings = load_settings()
    plans = load_plans(settings)
    with open_desk(settings, must_exist=True) as desk:
        actor = acting(desk.store, plans.catalogues, by)
        board = _board(desk.store, settings)
        if _is_served(desk.store):
            ended = _ask_the_server(board, actor, name)
        else:
            _telling(lambda: board.check(actor, name))
            job = next(one for one in jobs_of(desk, settings, with_mail=True) if one.name == name)
            from monitor.jobs.job import execute
            from monitor.store.times import to_stored

            now = to_stored(desk.store.now())
            owner = secrets.token_hex(8)
            done = execute(desk.store, job, due_at=now, by=actor.name, owner=owner, told=_print_line)
            ended = board.run(done.run_id)
    if ended is None or ended.result is None:
        raise Refused(f"{name}：没有结束", f"{name}: it did not end")
    click.echo(f"{name}: {say(ended.zh, ended.en)}", err=ended.result != "done")
    if ended.result != "done":
        ctx.exit(1)


@jobs.command(
    help=describe(
        "暂停一个作业：时间表不再启动它；正在运行的继续。",
        "Pauses a job: the schedule starts it no more; what is under way goes on.",
        "monitor jobs pause backup",
    ),
)
@click.argument("name")
@by_option
def pause(name: str, by: str | None) -> None:
    _switch(name, by, paused=True)


@jobs.command(
    help=describe(
        "恢复一个作业，从下一个时间点开始。", "Lets a job go on, from its next moment.", "monitor jobs resume backup"
    ),
)
@click.argument("name")
@by_option
def resume(name: str, by: str | None) -> None:
    _switch(name, by, paused=False)


def _switch(name: str, by: str | None, *, paused: bool) -> None:
    from monitor.settings import load_settings

    settings = load_settings()
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        board, actor = _board(store, settings), acting(store, plans.catalogues, by)
        _telling(lambda: (board.pause if paused else board.resume)(actor, name))
    click.echo(f"{name}: {say('已暂停', 'paused') if paused else say('已恢复', 'resumed')}")


def _board(store: Store, settings: Settings) -> Jobs:
    """The work of the store; a run whose process is gone is told to be so."""
    from monitor.jobs.board import Jobs
    from monitor.jobs.history import settle

    if not _is_served(store):
        settle(store, "")
    return Jobs(store, schedules_of(settings))


def _is_served(store: Store) -> bool:
    """Whether a server has the store, and this command goes through it."""
    from monitor.store.borrowed import Borrowed

    return isinstance(store, Borrowed)


def _ask_the_server(board: Jobs, actor: Actor, name: str) -> Run | None:
    """Wait for the run that answers, and print what it says meanwhile."""
    from monitor.jobs.history import run_of_request

    request = _telling(lambda: board.ask(actor, name))
    patience, run_id, line = time.monotonic() + _PICK_UP_SECONDS, None, 0
    while True:
        time.sleep(_LOOK_SECONDS)
        run_id = run_id or run_of_request(board.store, request)
        if run_id is None:
            if time.monotonic() > patience:
                raise Refused(
                    f"{name}：服务器没有开始运行它；见 monitor jobs list",
                    f"{name}: the server has not begun it: see `monitor jobs list`",
                )
            continue
        ended = board.run(run_id)
        for said in board.log(run_id, after=line):
            _print_line(said.zh, said.en, done=said.done, total=said.total)
            line = said.line
        if ended is None or ended.result is not None:
            return ended


def _telling(ask: Callable[[], _Answer]) -> _Answer:
    """What the board refuses, as an end of the command."""
    from monitor.jobs.board import JobError

    try:
        return ask()
    except JobError as error:
        raise (WrongUse if error.code == "unknown_job" else Refused)(error.zh, error.en) from None


def _print_line(zh: str, en: str, *, done: int | None = None, total: int | None = None) -> None:
    count = f" ({done}/{total})" if done is not None and total is not None else ""
    click.echo(say(zh, en) + count, err=True)


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _state_row(one: JobState) -> dict[str, Any]:
    last = one.last
    state = (
        "running" if one.running is not None else "paused" if one.paused else "failing" if one.is_failing else "ready"
    )
    return {
        "job": one.name,
        "title": say(one.zh, one.en),
        "schedule": one.schedule,
        "next_due": _moment(one.next_due),
        "state": state,
        "last_started": _moment(last.started_at) if last is not None else "",
        "last_result": (last.result or "") if last is not None else "",
        "last_summary": say(last.zh, last.en) if last is not None else "",
        "last_done": _moment(one.last_done),
    }


def _run_row(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "job": run.job,
        "due_at": _moment(run.due_at),
        "started_at": _moment(run.started_at),
        "started_by": run.started_by,
        "ended_at": _moment(run.ended_at),
        "seconds": "" if run.seconds is None else f"{run.seconds:.1f}",
        "result": run.result or "running",
        "summary": say(run.zh, run.en) if run.result is not None else "",
        "touched": "; ".join(run.touched),
    }


def _line_row(line: LogLine) -> dict[str, Any]:
    return {
        "line": line.line,
        "at": _moment(line.at),
        "text": say(line.zh, line.en),
        "done": "" if line.done is None else line.done,
        "total": "" if line.total is None else line.total,
    }
