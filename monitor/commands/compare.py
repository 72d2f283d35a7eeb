"""`monitor compare`: which figures and classes changed between two moments, by which submission, and why."""

from __future__ import annotations

from pathlib import Path

import click

from monitor import __version__
from monitor.commands.common import (
    describe,
    load_plans,
    method_settings,
    note_export,
    open_store,
    parse_moment,
    refuse_no_moment,
)
from monitor.commands.scorecards import period_option, region_option
from monitor.commands.tables import format_option, is_grid, need_output, output_option, print_frame, write_file
from monitor.language import say


@click.command(
    short_help=say("两个时点之间改变了什么", "What changed between two moments"),
    help=describe(
        "比较两个时点：哪些数据改变（原值、新值），哪些指标的等级改变，由哪份报送引起、谁报谁审、为什么；"
        "目录、地区或设置改变时也列出。时点可以是日期、时刻或冻结的版本名。",
        "Compares two moments: which figures changed (old and new), which classes changed, by which submission, who"
        " sent and accepted it, and why; changes of catalogue, regions and settings too. A moment is a date, a time or"
        " the name of a snapshot.",
        "monitor compare --from 2026-06-30 --to 2026-09-30",
        "monitor compare --from 第1版 --to 第2版 --region 320000 --output changes.xlsx",
    ),
)
@click.option("--from", "start", metavar="T1", required=True, help=say("较早的时点。", "The earlier moment."))
@click.option("--to", "end", metavar="T2", help=say("较晚的时点；默认现在。", "The later moment; default: now."))
@click.option("--plan", help=say("规划的编号；默认全部已载入的规划。", "The plan's id; default: all that are loaded."))
@region_option
@period_option
@format_option
@output_option(required=False)
def compare(
    start: str,
    end: str | None,
    plan: str | None,
    region: str | None,
    period: str | None,
    format_: str | None,
    output: Path | None,
) -> None:
    from monitor.report.as_of import format_as_of
    from monitor.report.compare import compare as compare_moments
    from monitor.report.compare_table import comparison_table
    from monitor.report.desk import Desk
    from monitor.report.export import write_sidecar, write_table
    from monitor.settings import load_settings

    settings = load_settings()
    need_output(output, format_)
    for text in (start, end):
        refuse_no_moment(text, settings)
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        first, second = parse_moment(start, settings, store), parse_moment(end, settings, store)
        found = compare_moments(desk, first, second, plan=plan, region=region, period=period)
        frame = comparison_table(found, desk.configuration(second).regions)
        question = {"plan": plan, "region": region, "period": period}
        if output is not None or not is_grid(format_):
            moments = {"from": format_as_of(found.start), "to": format_as_of(found.end)}
            note_export(store, "compare", {**moments, **question}, output)
    if output is None:
        print_frame(frame, format_)
        return
    facts = {
        "kind": "compare",
        "from": format_as_of(found.start),
        "to": format_as_of(found.end),
        "question": question,
        "program_version": __version__,
    }
    target = output

    def write() -> None:
        digest = write_table(frame, target, {name: str(value) for name, value in facts.items()})
        write_sidecar(target, {**facts, "file": target.name, "rows": len(frame), "sha256": digest})

    write_file(write, target)
