"""`monitor export`: what the store knew at a moment, as a file that can be made again to the byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from monitor.commands.common import (
    describe,
    note_export,
    parse_moment,
    refuse_no_moment,
)
from monitor.commands.engines import exporting_desk, published_folder
from monitor.commands.errors import WrongUse
from monitor.commands.scorecards import (
    include_context_option,
    method_option,
    period_option,
    region_option,
)
from monitor.commands.tables import need_output, output_option, write_file
from monitor.language import say

KINDS = ("scorecard", "observations", "gaps", "submissions", "history", "reporting", "rates")
"""As in monitor.report.exported, which takes a second to load."""
_OF_CALLS = ("reporting", "rates")


@click.command(
    short_help=say("从数据库导出表格", "Tables from the store, as of any moment"),
    help=describe(
        "从数据库导出：scorecard 评分表，gaps 缺口，observations 已通过的数字，submissions 各次报送，history 修订历史，"
        "reporting 报送情况，rates 报送率与及时率。旁边的 F.meta.json 记下重做同一文件所需的一切；"
        "同一截至时间的文件逐字节相同。--from 改为读取已发布的版本；MONITOR_ENGINE=spark 时由 Spark 计算。",
        "Exports from the store: the scorecard, gaps, accepted observations, submissions, the history of every cell,"
        " reporting (who has sent what) and its rates. F.meta.json beside it holds what is needed to make the same"
        " file again; the same as-of gives the same bytes.",
        "monitor export scorecard --as-of 2025-12-31 --output scorecard.csv",
        "monitor export gaps --region 320000 --period 2025 --output gaps.xlsx",
        "monitor export reporting --form quarterly --period 2025-Q4 --output reporting.xlsx",
    ),
)
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--plan", help=say("规划的编号；默认全部已载入的规划。", "The plan's id; default: all that are loaded."))
@click.option("--form", help=say("报表的编号（reporting、rates）。", "The form's id (reporting, rates)."))
@region_option
@period_option
@click.option(
    "--as-of",
    "as_of",
    metavar="T",
    help=say(
        "截至时间：日期、时刻或版本名；默认最近一次通过。",
        "As known at T: a date, a moment or a snapshot's name; default: the latest acceptance.",
    ),
)
@method_option
@include_context_option
@click.option(
    "--from",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=say(
        "读取该发布文件夹中的最新版本，而不是数据库。",
        "Read the newest version of this published folder instead of the store.",
    ),
)
@output_option(required=True)
def export(
    kind: str,
    plan: str | None,
    form: str | None,
    region: str | None,
    period: str | None,
    as_of: str | None,
    method: str,
    include_context: bool,
    folder: Path | None,
    output: Path,
) -> None:
    from monitor.report.exported import exported_table, write_exported
    from monitor.settings import load_settings

    settings = load_settings()
    need_output(output, None)
    published = published_folder(settings, folder)
    if published is None:
        refuse_no_moment(as_of, settings)
    if form is not None and kind not in _OF_CALLS:
        raise WrongUse("--form 只用于 reporting 和 rates", "--form is for reporting and rates alone")
    if published is not None and kind in _OF_CALLS:
        raise WrongUse(
            f"{kind} 要看尚未审核的报送，已发布的版本中没有；请在主服务上导出",
            f"{kind} tells of what waits for review, which no published version holds: export it at the owner",
        )
    with exporting_desk(settings, published) as desk:
        moment = parse_moment(as_of, settings, desk.store)
        question: dict[str, Any] = {"plan": plan, "region": region, "period": period}
        if kind in ("scorecard", "gaps"):
            question |= {"method": method, "include_context": include_context}
        if kind in _OF_CALLS:
            question["form"] = form
        table, facts = exported_table(desk, kind, moment, question)
        note_export(desk.store, kind, {"as_of": facts["as_of"], **question}, output)
        write_file(lambda: write_exported(table, facts, output), output)
