"""`monitor sdmx`: the plan and its figures in the statisticians' format for exchange, out and in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import (
    describe,
    load_plans,
    method_settings,
    need_file,
    note_export,
    open_store,
    parse_moment,
    refuse_no_moment,
)
from monitor.commands.errors import WrongUse
from monitor.commands.scorecards import period_option, region_option
from monitor.commands.tables import need_output, write_file
from monitor.language import say

if TYPE_CHECKING:
    from monitor.catalogue.loader import Catalogue
    from monitor.report.desk import Configuration, Desk
    from monitor.sdmx.series import Observation
    from monitor.sdmx.structure import Flow

_agency_option = click.option(
    "--agency",
    metavar="ID",
    help=say("机构代码；默认 PLAN_MONITOR。", "Id of the agency; default: PLAN_MONITOR."),
)
_plan_option = click.option(
    "--plan",
    metavar="ID",
    help=say("规划的编号；只载入一个规划时可不写。", "The plan's id; needed where several are loaded."),
)
_as_of_option = click.option(
    "--as-of",
    "as_of",
    metavar="T",
    help=say("截至时间：日期、时刻或版本名。", "As known at T: a date, a moment or a snapshot's name."),
)


@click.group(
    short_help=say("SDMX 导出与读入", "SDMX out and in"),
    help=describe(
        "按 SDMX 交换数据：structure 写出结构定义（SDMX-ML 2.1），data 写出指标数据或目标（SDMX-CSV 2.0 或 SDMX-ML），"
        "convert 把 SDMX-CSV 转为可读入的数据文件。同一截至时间的文件逐字节相同。",
        "Exchanges data as SDMX: structure writes the definitions (SDMX-ML 2.1), data the figures or the targets"
        " (SDMX-CSV 2.0 or SDMX-ML 2.1), convert makes an observation file of SDMX-CSV. The same as-of gives the same"
        " bytes.",
        "monitor sdmx structure --output structure.xml",
        "monitor sdmx data --as-of 2025-12-31 --output figures.csv",
        "monitor sdmx data --flow targets --output targets.xml",
        "monitor sdmx convert theirs.csv --output observations.csv",
    ),
)
def sdmx() -> None:
    """Its commands follow."""


@sdmx.command(
    "structure",
    help=describe(
        "写出结构定义：概念、代码表、每个规划的指标数据和目标两个数据结构及数据流。",
        "Writes the structure: concepts, code lists, and for each plan the data structures and dataflows of its figures"
        " and of its targets.",
        "monitor sdmx structure --output structure.xml",
    ),
)
@_agency_option
@_as_of_option
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="F.xml", help=say("文件。", "The file.")
)
def structure(agency: str | None, as_of: str | None, output: Path) -> None:
    from monitor.report.as_of import format_as_of
    from monitor.sdmx.ml import structure_message
    from monitor.sdmx.structure import structures

    need_output(output, None, (".xml",))
    of = _agency(agency)
    with _open_desk(as_of) as (desk, moment):
        configuration = desk.configuration(moment)
        made = structures(configuration.catalogues, configuration.regions, of)
        note_export(desk.store, "sdmx", {"flow": "structure", "as_of": as_of}, output)
        _write(output, [structure_message(made, format_as_of(desk.moment(moment)))])


@sdmx.command(
    "data",
    help=describe(
        "写出指标数据（figures：已通过的数字，全部版本）或目标（targets：基期、目标、年度目标）；"
        "后缀 .csv 为 SDMX-CSV，.xml 为 SDMX-ML。",
        "Writes figures (accepted, all vintages) or targets (baselines, targets, yearly paths); .csv is SDMX-CSV, .xml"
        " SDMX-ML.",
        "monitor sdmx data --region 320000 --period 2025-Q4 --output figures.csv",
        "monitor sdmx data --flow targets --output targets.csv",
    ),
)
@click.option(
    "--flow",
    type=click.Choice(["figures", "targets"]),
    default="figures",
    show_default=True,
    help=say("指标数据或目标。", "Figures or targets."),
)
@_plan_option
@region_option
@click.option("--indicator", metavar="ID", help=say("只写这一指标。", "This indicator alone."))
@period_option
@_agency_option
@_as_of_option
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="F.csv|F.xml", help=say("文件。", "The file.")
)
def data(
    flow: Flow,
    plan: str | None,
    region: str | None,
    indicator: str | None,
    period: str | None,
    agency: str | None,
    as_of: str | None,
    output: Path,
) -> None:
    from monitor.report.as_of import format_as_of
    from monitor.sdmx.series import selected

    need_output(output, None, (".csv", ".xml"))
    of = _agency(agency)
    with _open_desk(as_of) as (desk, moment):
        catalogue = _plan(desk.configuration(moment), plan)
        if indicator is not None and catalogue.indicator(indicator) is None:
            raise WrongUse(f"没有指标“{indicator}”", f"there is no indicator '{indicator}'")
        question = {"region": region, "indicator": indicator, "period": period}
        rows = selected(desk, catalogue, flow, moment, **question)
        note_export(desk.store, "sdmx", {"flow": flow, "plan": plan, "as_of": as_of, **question}, output)
        _write(output, _message(catalogue, flow, of, rows, output, format_as_of(desk.moment(moment))))


@sdmx.command(
    "convert",
    help=describe(
        "把 SDMX-CSV 2.x 转为数据文件，再用 monitor ingest 读入；行号相同；有问题时一次列出全部，退出码为 1。",
        "Makes an observation file of SDMX-CSV 2.x, to be read with monitor ingest; rows keep their numbers. Every"
        " problem is told at once and the exit code is 1.",
        "monitor sdmx convert theirs.csv --output observations.csv",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="F.csv", help=say("文件。", "The file.")
)
def convert(file: Path, output: Path) -> int:
    from monitor.sdmx.csv_in import SdmxError, observation_csv
    from monitor.sdmx.csv_in import convert as convert_file
    from monitor.settings import load_settings

    need_output(output, None, (".csv",))
    plans = load_plans(load_settings())
    indicators = {one.id: one for catalogue in plans.catalogues for one in catalogue.indicators}
    try:
        converted = convert_file(need_file(file, "文件", "file").read_bytes(), indicators)
    except SdmxError as error:
        for one in error.faults:
            place = ":".join(str(part) for part in (file.name, one.row, one.column) if part)
            click.echo(f"{place}: {say(one.zh, one.en)}" + (f" [{one.text}]" if one.text else ""), err=True)
        return 1
    if converted.ignored:
        names = ", ".join(converted.ignored)
        click.echo(say(f"未用的列：{names}", f"columns that were not used: {names}"), err=True)
    _write(output, observation_csv(converted))
    return 0


def _agency(text: str | None) -> str:
    """Raises WrongUse."""
    from monitor.sdmx.structure import AGENCY, is_agency

    if text is not None and not is_agency(text):
        raise WrongUse(
            f"--agency {text}：以字母开头，只用字母、数字、_ 和 -",
            f"--agency {text}: begins with a letter, and has letters, digits, _ and - alone",
        )
    return text or AGENCY


def _plan(configuration: Configuration, plan: str | None) -> Catalogue:
    """Raises WrongUse where several plans are loaded and none is named, QuestionError for one that is not there."""
    catalogues = configuration.catalogues
    if plan is None and len(catalogues) > 1:
        names = ", ".join(one.plan.id for one in catalogues)
        raise WrongUse(
            f"载入了几个规划，请用 --plan 指明：{names}", f"several plans are loaded; name one with --plan: {names}"
        )
    return configuration.plan(plan)


@contextmanager
def _open_desk(as_of: str | None) -> Iterator[tuple[Desk, datetime | None]]:
    """The desk over the store of the settings, and the moment asked for."""
    from monitor.report.desk import Desk
    from monitor.settings import load_settings

    settings = load_settings()
    refuse_no_moment(as_of, settings)
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        yield desk, parse_moment(as_of, settings, store)


def _message(
    catalogue: Catalogue, flow: Flow, agency: str, rows: Iterable[Observation], output: Path, prepared: str
) -> Iterable[str]:
    """What the file holds, by its suffix."""
    from monitor.sdmx.csv_out import data_csv
    from monitor.sdmx.ml import data_message
    from monitor.sdmx.structure import data_structure

    structure = data_structure(catalogue, flow)
    if output.suffix.lower() == ".csv":
        return data_csv(agency, structure, rows)
    return data_message(agency, structure, rows, prepared)


def _write(output: Path, parts: Iterable[str]) -> None:
    """The parts as UTF-8, whole or not at all."""
    from monitor.report.whole_file import replace_file

    def write(target: Path) -> None:
        with target.open("wb") as file:
            for part in parts:
                file.write(part.encode())

    write_file(lambda: replace_file(output, write), output)
