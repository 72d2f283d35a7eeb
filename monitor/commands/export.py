"""`monitor export`: what the store knew at a moment, as a file that can be made again to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from monitor.commands.errors import WrongUse
from monitor.commands.scorecards import (
    include_context_option,
    method_option,
    period_option,
    region_option,
    scorecard_of_plans,
)
from monitor.commands.tables import need_output, output_option, write_file
from monitor.language import say

if TYPE_CHECKING:
    import pandas as pd

    from monitor.report.desk import Configuration, Desk

KINDS = ("scorecard", "observations", "gaps", "submissions", "history", "reporting", "rates")
_OF_CALLS = ("reporting", "rates")


@click.command(
    short_help=say("从数据库导出表格", "Tables from the store, as of any moment"),
    help=describe(
        "从数据库导出：scorecard 评分表，gaps 缺口，observations 已通过的数字，submissions 各次报送，history 修订历史，"
        "reporting 报送情况，rates 报送率与及时率。旁边的 F.meta.json 记下重做同一文件所需的一切；"
        "同一截至时间的文件逐字节相同。",
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
    output: Path,
) -> None:
    from monitor.report.as_of import format_as_of
    from monitor.report.desk import Desk
    from monitor.report.export import write_sidecar, write_table
    from monitor.settings import load_settings

    settings = load_settings()
    need_output(output, None)
    refuse_no_moment(as_of, settings)
    if form is not None and kind not in _OF_CALLS:
        raise WrongUse("--form 只用于 reporting 和 rates", "--form is for reporting and rates alone")
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        # only who changes the store records what is in force; an export answers with what it was given
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        moment = parse_moment(as_of, settings, store)
        question: dict[str, Any] = {"plan": plan, "region": region, "period": period}
        if kind in ("scorecard", "gaps"):
            question |= {"method": method, "include_context": include_context}
        if kind in _OF_CALLS:
            question["form"] = form
        frame, known = _table(desk, kind, moment, question)
        facts = _facts(kind, format_as_of(known), question, desk.configuration(moment))
        note_export(store, kind, {"as_of": facts["as_of"], **question}, output)

    def write() -> None:
        digest = write_table(frame, output, _notes(facts))
        write_sidecar(output, {**facts, "file": output.name, "rows": len(frame), "sha256": digest})

    write_file(write, output)


def _table(
    desk: Desk, kind: str, as_of: datetime | None, question: Mapping[str, Any]
) -> tuple[pd.DataFrame, datetime | None]:
    """The rows asked for, and the moment that they speak of. Raises QuestionError."""
    if kind in _OF_CALLS:
        from monitor.report.reporting_table import rates_table, reporting_table

        return (rates_table if kind == "rates" else reporting_table)(desk, as_of=as_of, **question)
    return _known_rows(desk, kind, as_of, question), desk.moment(as_of)


def _known_rows(desk: Desk, kind: str, as_of: datetime | None, question: Mapping[str, Any]) -> pd.DataFrame:
    """What the scorecard and the store's own tables say."""
    from monitor.catalogue.forms import forms_of_plan
    from monitor.report import ledger
    from monitor.report.gaps import build_gaps

    configuration = desk.configuration(as_of)
    plans = [configuration.plan(question["plan"])] if question["plan"] else list(configuration.catalogues)
    if kind in ("scorecard", "gaps"):
        frame = scorecard_of_plans(
            desk, plans, question["region"], question["period"], as_of, question["method"], question["include_context"]
        )
        return build_gaps(frame) if kind == "gaps" else frame
    codes, periods = desk.codes(question["region"], question["period"], as_of)
    if kind == "submissions":
        forms = [*forms_of_plan(plans[0])] if question["plan"] else None
        return ledger.submissions(desk.store, forms, codes, periods, as_of)
    indicators = sorted({indicator.id for catalogue in plans for indicator in catalogue.indicators})
    rows = ledger.observations if kind == "observations" else ledger.history
    return rows(desk.store, indicators, codes, periods, as_of)


def _facts(kind: str, as_of: str, question: Mapping[str, Any], configuration: Configuration) -> dict[str, object]:
    """What is needed to make the same file again; never the time of its making."""
    from monitor.method.settings import METHOD_VERSION

    return {
        "kind": kind,
        "as_of": as_of,
        "question": dict(question),
        "catalogues": {one.plan.id: one.version for one in configuration.catalogues},
        "settings": configuration.settings.to_json(),
        "software_version": METHOD_VERSION,
        "program_version": __version__,
    }


def _notes(facts: Mapping[str, object]) -> dict[str, str]:
    """The second sheet of a workbook."""
    labels = {
        "kind": "内容 content", "as_of": "截至 as of", "question": "范围 question", "catalogues": "目录版本 catalogues",
        "settings": "设置 settings", "software_version": "方法版本 method", "program_version": "程序版本 program",
    }  # fmt: skip
    return {labels[name]: str(value) for name, value in facts.items()}
