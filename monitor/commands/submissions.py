"""`monitor submissions`: the review queue without a browser."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.common import (
    acting,
    describe,
    load_plans,
    note_export,
    open_store,
    parse_moment,
    refuse_no_moment,
)
from monitor.commands.errors import CommandError, Refused, WrongUse
from monitor.commands.tables import format_option, is_grid, print_frame, print_rows, write_bytes
from monitor.language import say

if TYPE_CHECKING:
    from monitor.access.actors import Actor
    from monitor.intake.submissions import SubmissionDetail
    from monitor.settings import Settings
    from monitor.store.store import Store

_STATES = ("submitted", "accepted", "superseded", "returned", "withdrawn")
_CELL_COLUMNS = (
    "indicator_id", "change", "state", "value", "numerator", "denominator", "unit", "comparator", "synthetic", "note",
    "was_state", "was_value", "was_numerator", "was_denominator", "was_submission_id", "line",
)  # fmt: skip
_CURABLE_BY_CALLER = {"unknown_submission", "reason_missing"}


@click.group(
    short_help=say("审核队列", "The review queue"),
    help=describe(
        "审核队列：列出、查看、通过、退回各单位的报送。",
        "The review queue: lists, shows, accepts and returns what was sent.",
        "monitor submissions list --state submitted",
        "monitor submissions show 17",
        "monitor submissions accept 17 --by 李四",
        'monitor submissions return 18 --by 李四 --reason "分母口径有误"',
    ),
)
def submissions() -> None:
    """Its commands follow."""


by_option = click.option(
    "--by",
    help=say(
        "审核人；有账户的按其权限。默认系统用户名。",
        "Who reviews, an account with its own rights; default: the system's user.",
    ),
)
ids_argument = click.argument("ids", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1, 2**63 - 1))


@submissions.command(
    "list",
    help=describe(
        "列出报送及其状态。",
        "Lists submissions with their state, in the order they came.",
        "monitor submissions list --state submitted --format table",
        "monitor submissions list --region 320000 --as-of 2025-06-30",
    ),
)
@click.option("--plan", help=say("规划的编码。", "Id of a plan."))
@click.option("--region", metavar="CODE", help=say("地区代码。", "Code of a region."))
@click.option("--period", metavar="P", help=say("报告期。", "Reporting period."))
@click.option("--state", type=click.Choice(_STATES), help=say("只列出这种状态。", "Only those in this state."))
@click.option("--as-of", "as_of", metavar="T", help=say("当时的状态。", "As they stood at a date or moment."))
@format_option
def list_(
    plan: str | None, region: str | None, period: str | None, state: str | None, as_of: str | None, format_: str | None
) -> None:
    from monitor.report.ledger import submissions as rows_of
    from monitor.settings import load_settings

    settings = load_settings()
    periods = None if period is None else [_canonical_period(period)]
    forms = None if plan is None else _forms_of(plan, settings)
    refuse_no_moment(as_of, settings)
    with open_store(settings, must_exist=True) as store:
        moment = parse_moment(as_of, settings, store)
        frame = rows_of(store, forms, None if region is None else [region], periods, moment)
        if not is_grid(format_):
            asked = {"plan": plan, "region": region, "period": period, "state": state, "as_of": as_of}
            note_export(store, "submissions", asked)
    print_frame(frame if state is None else frame[frame["state"] == state].reset_index(drop=True), format_)


@submissions.command(
    "show",
    help=describe(
        "查看一份报送：事件、问题，以及每个指标与所替换数据的对比。",
        "Shows one submission: its events, what was noticed, and each figure beside the one it replaces.",
        "monitor submissions show 17",
        "monitor submissions show 17 --format json",
    ),
)
@click.argument("id_", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@format_option
def show(id_: int, format_: str | None) -> None:
    from monitor.intake.submissions import SubmissionError
    from monitor.intake.submissions import show as look_up
    from monitor.settings import load_settings

    with open_store(load_settings(), must_exist=True) as store:
        try:
            detail = look_up(store, id_)
        except SubmissionError as error:
            raise _told(error) from None
        if not is_grid(format_):
            note_export(store, f"submission:{id_}", {})
    if format_ == "json":
        text = json.dumps(dataclasses.asdict(detail), ensure_ascii=False, indent=2, default=str)
        write_bytes((text + "\n").encode())
        return
    if is_grid(format_):
        _print_head(detail)
    print_rows([dataclasses.asdict(cell) for cell in detail.cells], _CELL_COLUMNS, format_)


@submissions.command(
    "accept",
    help=describe(
        "通过报送：其数据自此生效，未列出的指标沿用原数据。有一份不能通过时退出码为 1。",
        "Accepts submissions: their figures count from now on, what they do not name is carried over. Exits 1 when"
        " one cannot be accepted.",
        "monitor submissions accept 17 18 --by 李四",
        'monitor submissions accept 19 --explain "口径调整，已核实"',
    ),
)
@ids_argument
@by_option
@click.option("--explain", metavar="TEXT", help=say("对核实性问题的说明。", "The explanation of its queries."))
def accept(ids: tuple[int, ...], by: str | None, explain: str | None) -> None:
    from monitor.intake.reach import look_up, need_accept
    from monitor.intake.submissions import accept as accept_one

    with _reviewing(by) as (store, reviewer):
        # without a name the operator at the machine accepts, who may also ingest with --accept; the event tells
        operator = by is None

        def accept_this(id_: int) -> None:
            need_accept(reviewer, *look_up(store, reviewer, id_))
            accept_one(store, id_, by=reviewer.name, explain=explain, operator=operator)

        _each(ids, accept_this, ("已通过", "accepted"))


@submissions.command(
    "return",
    help=describe(
        "退回报送，并写明原因。",
        "Returns submissions to their sender with the reason.",
        'monitor submissions return 18 --by 李四 --reason "分母口径有误"',
    ),
)
@ids_argument
@by_option
@click.option("--reason", required=True, metavar="TEXT", help=say("退回原因。", "Why it is returned."))
def return_(ids: tuple[int, ...], by: str | None, reason: str) -> None:
    from monitor.intake.reach import look_up, need_review
    from monitor.intake.submissions import return_ as return_one

    with _reviewing(by) as (store, reviewer):

        def return_this(id_: int) -> None:
            need_review(reviewer, *look_up(store, reviewer, id_))
            return_one(store, id_, by=reviewer.name, reason=reason)

        _each(ids, return_this, ("已退回", "returned"))


@contextmanager
def _reviewing(by: str | None) -> Iterator[tuple[Store, Actor]]:
    from monitor.settings import load_settings

    settings = load_settings()
    catalogues = () if by is None else load_plans(settings).catalogues
    with open_store(settings, must_exist=True) as store:
        yield store, acting(store, catalogues, by)


def _each(ids: tuple[int, ...], act: Callable[[int], None], done: tuple[str, str]) -> None:
    """Acts on one after the other, each for itself; a refusal is told when the others are done."""
    from monitor.intake.submissions import SubmissionError

    refusals: list[CommandError] = []
    for id_ in dict.fromkeys(ids):
        try:
            act(id_)
        except SubmissionError as error:
            refusals.append(_told(error))
        else:
            click.echo(f"{id_}: {say(*done)}")
    if refusals:
        kind = WrongUse if all(isinstance(refusal, WrongUse) for refusal in refusals) else Refused
        raise kind("；".join(refusal.zh for refusal in refusals), "; ".join(refusal.en for refusal in refusals))


def _told(error: Any) -> CommandError:
    return (WrongUse if error.code in _CURABLE_BY_CALLER else Refused)(error.zh, error.en)


def _forms_of(plan: str, settings: Settings) -> list[str]:
    """Under which names the plan's figures are kept; a plan that is not loaded has its own name alone."""
    from monitor.catalogue.forms import forms_of_plan

    found = [one for one in load_plans(settings).catalogues if one.plan.id == plan]
    return [*forms_of_plan(found[0])] if found else [plan]


def _canonical_period(text: str) -> str:
    from monitor.catalogue.periods import parse_period

    try:
        return parse_period(text).code
    except ValueError:
        raise WrongUse(
            f"--period：“{text}”不是报告期；请写成 2023、2023-H1、2023-Q2 或 2023-06",
            f"--period: '{text}' is no period: write 2023, 2023-H1, 2023-Q2 or 2023-06",
        ) from None


def _print_head(detail: SubmissionDetail) -> None:
    one = detail.submission
    click.echo(
        f"{one.submission_id}: {one.state} · {one.region_code} {one.form} {one.period} {one.vintage}"
        f" · {say(f'第 {one.revision} 次报送', f'revision {one.revision}')} · {one.submitted_by} · {one.file_name}"
    )
    for event in detail.events:
        told = " ".join(f"{key}={value}" for key, value in event.detail.items() if value not in (None, ""))
        click.echo(f"  {event.at:%Y-%m-%dT%H:%M:%SZ}  {event.action}  {event.actor}  {told}".rstrip())
    for notice in detail.notices:
        place = ":".join(str(part) for part in (notice.sheet, notice.line, notice.column) if part is not None)
        click.echo(f"  {place}: {notice.severity} {notice.code}: {say(notice.zh, notice.en)}")
