"""`monitor task`: the plan's tasks: the ledger, one task, reports of progress, and the check of a tasks file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from monitor.commands.common import acting, describe, load_plans, need_file, note_export
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.tables import format_option, need_output, output_option, print_frame, print_rows, write_file
from monitor.commands.tasking import read_counts, read_day, read_milestones, task_desk, task_named
from monitor.language import say

if TYPE_CHECKING:
    from monitor.access.actors import Actor
    from monitor.catalogue.problems import Problem
    from monitor.tasks.board import TaskState
    from monitor.tasks.progress import Report

_LIST = ("task", "title", "lead", "state_name", "report_day", "decision", "reminder", "reasons")
_PROBLEMS = ("file", "line", "path", "code", "zh", "en", "text")
_Answer = TypeVar("_Answer")
_STATES = ("done", "well", "hard", "adjust", "failing")
plan_option = click.option("--plan", metavar="ID", help=say("规划编码；默认第一个有任务的。", "Of which plan."))
day_option = click.option(
    "--day",
    metavar="DATE",
    help=say("按哪一天评判；默认今天或截至日。", "The day judged; default: today."),
)
as_of_option = click.option(
    "--as-of",
    metavar="MOMENT",
    help=say("所知截至：日期、时刻或冻结版名称。", "As known at a day or snapshot."),
)
by_option = click.option("--by", help=say("由谁操作；默认系统用户名。", "Who does it; default: the system's user."))


@click.group(
    short_help=say("重点任务台账", "The plan's tasks"),
    help=describe(
        "规划的重点任务：专栏和各节任务的台账、进展报告、提醒。",
        "The tasks of a plan: the ledger of its boxes and sections, reports of progress, reminders.",
        "monitor task list --reminder red",
        "monitor task show box8-2",
        "monitor task export --output ledger.xlsx",
    ),
)
def task() -> None:
    """Its commands follow."""


@task.command(
    "list",
    help=describe(
        "列出任务及其状态、提醒。",
        "Lists tasks with their state and reminder.",
        "monitor task list --lead 基金监管司",
        "monitor task list --part box8 --day 2024-12-31",
    ),
)
@plan_option
@click.option("--part", metavar="ID", help=say("专栏或章节，如 box8、s05。", "A box or section such as box8, s05."))
@click.option("--lead", metavar="NAME", help=say("牵头单位。", "The lead unit."))
@click.option("--state", type=click.Choice([*_STATES, "none"]), help=say("状态。", "The state."))
@click.option("--reminder", type=click.Choice(["red", "yellow", "blue", "none"]), help=say("提醒。", "The reminder."))
@day_option
@as_of_option
@format_option
def list_(
    plan: str | None,
    part: str | None,
    lead: str | None,
    state: str | None,
    reminder: str | None,
    day: str | None,
    as_of: str | None,
    format_: str | None,
) -> None:
    from monitor.settings import load_settings
    from monitor.tasks.ledger import ledger_table

    def fits(one: TaskState) -> bool:
        level = "none" if one.reminder is None else one.reminder.level
        return (
            part in (None, one.part.id, one.part.section)
            and lead in (None, one.task.lead.zh)
            and state in (None, one.state or "none")
            and reminder in (None, level)
        )

    with task_desk(load_settings(), plan, day, as_of) as desk:
        shown = [one for one in desk.tasks.board(desk.today, desk.as_of) if fits(one)]
        frame = ledger_table(shown, desk.today, desk.as_of)
    print_frame(frame[list(_LIST)], format_)


@task.command(
    help=describe(
        "一项任务的原文、目标、提醒和全部报告。",
        "One task: its text, goals, reminders and all its reports.",
        "monitor task show box8-2",
    ),
)
@click.argument("task_id", metavar="TASK")
@plan_option
@day_option
@as_of_option
def show(task_id: str, plan: str | None, day: str | None, as_of: str | None) -> None:
    from monitor.settings import load_settings
    from monitor.tasks.ledger import ledger_table

    plan, name = task_named(task_id, plan)
    with task_desk(load_settings(), plan, day, as_of) as desk:
        one = _telling(lambda: desk.tasks.state(name, desk.today, desk.as_of))
        row = ledger_table([one], desk.today, desk.as_of).iloc[0]
    for column, value in row.items():
        if value is not None:
            click.echo(f"{column}: {value}")
    for report in one.reports:
        click.echo(_told(report))


def _told(report: Report) -> str:
    """One report in a few lines."""
    from monitor.tasks.ledger import DECISION_NAMES
    from monitor.tasks.progress import STATE_NAMES

    state, decision = say(*STATE_NAMES[report.state]), say(*DECISION_NAMES[report.decision])
    head = f"#{report.number} {report.day.isoformat()} {state} · {decision} · {report.by}"
    if report.revised_by is not None:
        head += say(f" · 已由 #{report.revised_by} 修订", f" · revised by #{report.revised_by}")
    lines = [head, f"  {report.text}"]
    lines += [f"  {one.goal}: {one.number:f} ({one.counted_on.isoformat()}, {one.source})" for one in report.counts]
    lines += [f"  {one.milestone}: {one.done_on.isoformat()}" for one in report.milestones]
    lines += [f"  {text}" for text in (report.difficulties, report.explanation, report.remark) if text]
    lines += [f"  {paper.name} SHA-256 {paper.sha256}" for paper in report.papers]
    return "\n".join(lines)


@task.command(
    help=describe(
        "报告一项任务的进展。状态：done 已完成、well 进展良好、hard 有困难经努力能完成、adjust 需调整、"
        "failing 不能完成。",
        "Reports on a task. States: done, well (under way), hard (difficult, can be done), adjust (needs adjusting),"
        " failing (cannot be done).",
        "monitor task report box8-2 --state well --text 已评定三批"
        " --count windows 380 2025-06-30 经办中心统计 --by 张三",
    ),
)
@click.argument("task_id", metavar="TASK")
@click.option("--state", required=True, type=click.Choice(_STATES), help=say("状态。", "The state."))
@click.option("--text", required=True, help=say("进展情况。", "What the progress is."))
@click.option("--day", metavar="DATE", help=say("报告日期；默认今天。", "The day that it speaks of; default: today."))
@click.option("--difficulties", default="", help=say("困难与问题。", "The difficulties."))
@click.option("--explanation", default="", help=say("状态与数字不符时的说明。", "Why state and numbers differ."))
@click.option("--count", "counts", nargs=4, multiple=True, metavar="GOAL NUMBER DATE SOURCE",
              help=say("可计数目标的完成数、截至日期、来源。", "A goal's count, its day and source."))  # fmt: skip
@click.option("--milestone", "milestones", nargs=2, multiple=True, metavar="NAME DATE",
              help=say("已完成的时间节点。", "A milestone that is done."))  # fmt: skip
@click.option("--paper", "papers", multiple=True, type=click.Path(path_type=Path),
              help=say("证明材料文件。", "A file of evidence."))  # fmt: skip
@plan_option
@by_option
def report(
    task_id: str,
    state: str,
    text: str,
    day: str | None,
    difficulties: str,
    explanation: str,
    counts: tuple[tuple[str, str, str, str], ...],
    milestones: tuple[tuple[str, str], ...],
    papers: tuple[Path, ...],
    plan: str | None,
    by: str | None,
) -> None:
    from monitor.dossier.acts import NewPaper
    from monitor.settings import load_settings
    from monitor.tasks.service import NewReport

    plan, name = task_named(task_id, plan)
    with task_desk(load_settings(), plan) as desk:
        new = NewReport(
            state=state,
            day=desk.today if day is None else read_day(day),
            text=text,
            difficulties=difficulties,
            explanation=explanation,
            counts=_telling(lambda: read_counts(desk.tasks.task(name), counts)),
            milestones=read_milestones(milestones),
        )
        files = [NewPaper(path.name, need_file(path, "材料", "paper").read_bytes()) for path in papers]
        actor = acting(desk.store, desk.catalogues, by)
        sent = _telling(lambda: desk.tasks.report(actor, name, new, files, today=desk.today))
    click.echo(say(f"{name}：第 {sent.number} 份报告已收到", f"{name}: report {sent.number} was taken"))


@task.command(
    help=describe("确认一份报告。", "Confirms a report of somebody else.", "monitor task confirm box8-2 1 --by 李四")
)
@click.argument("task_id", metavar="TASK")
@click.argument("number", type=click.IntRange(1))
@click.option("--remark", default="", help=say("意见。", "A remark."))
@plan_option
@by_option
def confirm(task_id: str, number: int, remark: str, plan: str | None, by: str | None) -> None:
    _decide(task_id, number, remark, plan, by, is_confirmed=True)


@task.command(
    "return",
    help=describe(
        "退回一份报告，写明理由；它仍可见，但不再作数。",
        "Returns a report with a reason; it stays to be seen and counts no more.",
        "monitor task return box8-2 1 --remark 请附评定文件 --by 李四",
    ),
)
@click.argument("task_id", metavar="TASK")
@click.argument("number", type=click.IntRange(1))
@click.option("--remark", required=True, help=say("理由。", "The reason."))
@plan_option
@by_option
def return_(task_id: str, number: int, remark: str, plan: str | None, by: str | None) -> None:
    _decide(task_id, number, remark, plan, by, is_confirmed=False)


def _decide(task_id: str, number: int, remark: str, plan: str | None, by: str | None, *, is_confirmed: bool) -> None:
    from monitor.settings import load_settings

    plan, name = task_named(task_id, plan)
    with task_desk(load_settings(), plan) as desk:
        actor: Actor = acting(desk.store, desk.catalogues, by)
        decide = desk.tasks.confirm if is_confirmed else desk.tasks.send_back
        _telling(lambda: decide(actor, name, number, remark))
    zh, en = ("已确认", "confirmed") if is_confirmed else ("已退回", "returned")
    click.echo(say(f"{name}：第 {number} 份报告{zh}", f"{name}: report {number} was {en}"))


@task.command(
    help=describe(
        "把台账（或全部报告）写成文件。",
        "Writes the ledger, or all reports, to a file.",
        "monitor task export --output ledger.xlsx",
        "monitor task export --reports --output reports.csv",
    ),
)
@output_option(required=True)
@click.option("--reports", is_flag=True, help=say("全部进展报告，而不是台账。", "All reports instead of the ledger."))
@plan_option
@day_option
@as_of_option
def export(output: Path, reports: bool, plan: str | None, day: str | None, as_of: str | None) -> None:
    from monitor.report.export import write_table
    from monitor.settings import load_settings
    from monitor.tasks.ledger import ledger_table, reports_table

    need_output(output, None)
    with task_desk(load_settings(), plan, day, as_of) as desk:
        states = desk.tasks.board(desk.today, desk.as_of)
        frame = reports_table(states) if reports else ledger_table(states, desk.today, desk.as_of)
        said = {"plan": desk.tasks.file.plan, "day": desk.today.isoformat(), "as_of": as_of, "reports": reports}
        note_export(desk.store, "tasks", said, output)
    about = {name: str(value) for name, value in said.items() if value}
    write_file(lambda: write_table(frame, output, about), output)
    click.echo(say(f"{output}：{len(frame)} 行", f"{output}: {len(frame)} rows"), err=True)


@task.command(
    help=describe(
        "核对任务文件；不带文件名时核对设置中各规划的任务。有问题时退出码为 1。",
        "Checks tasks files: every problem with file, line and path; without a file those of the plans of the settings."
        " Exits 1 when there is a problem.",
        "monitor task check tasks-hn-14.yaml",
    ),
)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@format_option
def check(files: tuple[Path, ...], format_: str | None) -> int:
    from dataclasses import asdict

    from monitor.catalogue.problems import CatalogueError
    from monitor.settings import load_settings
    from monitor.tasks.files import load_tasks, tasks_path

    asked: list[tuple[Path, str | None]] = [(need_file(path, "任务文件", "tasks file"), None) for path in files]
    if not files:
        plans = load_plans(load_settings()).catalogues
        asked = [(path, one.plan.id) for one in plans if (path := tasks_path(one)) is not None]
    problems: list[Problem] = []
    lines = []
    for path, plan in asked:
        try:
            found = load_tasks(path, plan)
        except CatalogueError as error:
            problems += error.problems
            continue
        goals = sum(len(one.goals) for one in found.tasks)
        zh = f"{len(found.tasks)} 项任务，{goals} 个可计数目标，无问题"
        en = f"{len(found.tasks)} tasks, {goals} countable goals, no problem"
        lines.append(f"{path.name}: {found.plan}, {say(zh, en)}")
    if format_ in ("csv", "json"):
        print_rows([asdict(one) for one in problems], _PROBLEMS, format_)
    else:
        for line in (*(f"{one.place}: {say(one.zh, one.en)}" for one in problems), *lines):
            click.echo(line)
    return 1 if problems else 0


def _telling(ask: Callable[[], _Answer]) -> _Answer:
    """What a service refuses, as the command's end: who may not or not now is refused, the rest is wrong use."""
    from monitor.dossier.errors import DossierError

    try:
        return ask()
    except DossierError as error:
        kind = WrongUse if error.code in ("unknown", "field") else Refused
        raise kind(error.zh, error.en) from None
