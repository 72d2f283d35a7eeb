"""`monitor compute`: figures from a folder of records, as a file or sent like any other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.common import acting, cycle_of, describe, load_plans, need_file, open_store, record_plans
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.tables import format_option, need_output, print_rows, write_file
from monitor.language import say

if TYPE_CHECKING:
    from monitor.catalogue.periods import Period
    from monitor.commands.common import Plans
    from monitor.intake.revisions import IngestResult
    from monitor.records.computing import Computed, Scanned
    from monitor.settings import Settings

_COLUMNS = (
    "indicator_id", "region_code", "period", "numerator", "denominator", "value", "unit", "records", "synthetic",
)  # fmt: skip


@click.command(
    short_help=say("由记录计算指标", "Compute indicators from records"),
    help=describe(
        "由记录（Parquet 文件夹）计算指标的分子、分母：指标目录中写有 records: 的指标，按填报单位，精确计算。"
        "--output 写出数据文件及其来源说明（.records.json）；--submit 像其他文件一样报送：核对、回执、等待审核。"
        "无法归位的记录按规则计数并举例；目录定为 error 的，整次计算被拒绝，退出码为 1。",
        "Computes numerator and denominator of indicators from records, a folder of Parquet files: those that have"
        " `records:` in the catalogue, by reporting unit, exactly. --output writes a file of figures with where it is"
        " from (.records.json); --submit sends it like any other file: it is checked, gets a receipt and waits for"
        " review. Records that cannot be placed are counted by rule, with examples; where the catalogue makes one an"
        " error, nothing is computed and it exits 1.",
        "monitor compute cross_province_settlement_rate --records /data/inpatient_visit --period 2024-06",
        "monitor compute cross_province_settlement_rate --records /data/inpatient_visit --period 2024 --submit",
    ),
)
@click.argument("indicators", metavar="INDICATOR...", nargs=-1, required=True)
@click.option(
    "--records",
    type=click.Path(path_type=Path),
    required=True,
    help=say("存放记录的文件夹（Parquet，可分区）。", "The folder of records (Parquet, partitioned or not)."),
)
@click.option(
    "--period", metavar="P", required=True, help=say("报告期，如 2024、2024-06。", "The period, e.g. 2024, 2024-06.")
)
@click.option(
    "--region",
    "units",
    metavar="CODE",
    multiple=True,
    help=say("只给这些填报单位；默认全部。", "These reporting units alone; default: all."),
)
@click.option(
    "--output", type=click.Path(path_type=Path), help=say("写入数据文件（.csv）。", "Write a file of figures (.csv).")
)
@click.option("--submit", is_flag=True, help=say("报送计算结果。", "Send what was computed."))
@click.option(
    "--by",
    help=say(
        "报送人；有账户的按其权限。默认系统用户名。",
        "Who sends, an account with its own rights; default: the system's user.",
    ),
)
@click.option("--explain", metavar="TEXT", help=say("对核实性问题的说明。", "The explanation of its queries."))
@click.option(
    "--synthetic", is_flag=True, help=say("记录是模拟数据。", "The records are made up: the figures are marked so.")
)
@format_option
def compute(
    indicators: tuple[str, ...],
    records: Path,
    period: str,
    units: tuple[str, ...],
    output: Path | None,
    submit: bool,
    by: str | None,
    explain: str | None,
    synthetic: bool,
    format_: str | None,
) -> int:
    from monitor.catalogue.periods import parse_period
    from monitor.records.workspace import workspace
    from monitor.settings import load_settings

    settings = load_settings()
    need_output(output, format_, (".csv",))
    if not submit and (by is not None or explain is not None):
        raise WrongUse("--by 和 --explain 与 --submit 同用", "--by and --explain go with --submit")
    try:
        when = parse_period(period)
    except ValueError:
        raise WrongUse(
            f"{period} 不是报告期；写作 2024 或 2024-06", f"{period} is no period: write 2024 or 2024-06"
        ) from None
    need_file(records, "存放记录的文件夹", "folder of records", folder=True)
    plans = load_plans(settings)
    unknown = [code for code in units if code not in plans.regions]
    if unknown:
        raise WrongUse(
            f"--region {unknown[0]}：地区表中没有它", f"--region {unknown[0]}: the regions file has no such region"
        )
    asked = _Asked(units, output, submit, by, explain, synthetic, format_)
    with workspace() as folder:
        computed = _compute(settings, plans, indicators, records, when, folder)
        for scanned in computed.scans:
            _tell(scanned)
        _tell_rest(computed, units)
        return 1 if computed.is_refused else _hand_over(settings, plans, computed, asked, folder)


@dataclass(frozen=True)
class _Asked:
    """What is to be done with the figures; `units`: these alone, all where none is named."""

    units: Sequence[str]
    output: Path | None
    submit: bool
    by: str | None
    explain: str | None
    synthetic: bool
    format_: str | None


def _compute(
    settings: Settings, plans: Plans, indicators: Sequence[str], records: Path, period: Period, folder: Path
) -> Computed:
    from monitor.records.computing import compute as work
    from monitor.records.engines import Machine, on_duckdb
    from monitor.records.folder import look_into
    from monitor.records.wanted import find

    machine = Machine(settings.compute_memory_bytes, settings.compute_threads, folder / "spill")
    opening = on_duckdb(machine)
    if settings.engine == "spark":
        from monitor.records.spark import on_spark

        opening = on_spark(settings.spark_remote)
    wanted = find(plans.catalogues, indicators)
    return work(wanted, plans.regions, period, look_into(records), machine, opening)


def _hand_over(settings: Settings, plans: Plans, computed: Computed, asked: _Asked, folder: Path) -> int:
    """The figures as rows, as a file, and to the intake, as was asked for."""
    from monitor.records.lineage import companion, lineage, to_bytes
    from monitor.records.written import observations
    from monitor.report.whole_file import replace_file

    synthetic = asked.synthetic or computed.synthetic
    rows = _rows(computed, asked.units, synthetic)
    if not rows:
        raise Refused("没有可写出的数值：这一时期没有记录", "no figure to write: there are no records of that period")
    content = observations(computed, vintage="reported", synthetic=synthetic, only=asked.units)
    if asked.output is not None:
        output, facts = asked.output, to_bytes(lineage(computed, every_file=True))
        write_file(lambda: replace_file(companion(output), lambda path: path.write_bytes(facts)), output)
        write_file(lambda: replace_file(output, lambda path: path.write_bytes(content)), output)
    if asked.submit:
        name = f"{computed.scans[0].scan.wanted[0].records.table}-{computed.period.code}.csv"
        (folder / name).write_bytes(content)
        result = _send(settings, plans, folder / name, lineage(computed, every_file=False), asked)
        return 1 if result.is_refused else 0
    if asked.output is None:
        print_rows(rows, _COLUMNS, asked.format_)
    return 0


def _send(settings: Settings, plans: Plans, path: Path, facts: dict[str, object], asked: _Asked) -> IngestResult:
    """Through the same doors as `monitor ingest`, and never accepted here."""
    from monitor.commands.ingest import tell
    from monitor.intake.submission_errors import SubmissionError
    from monitor.intake.submissions import ingest as take
    from monitor.store.space import Space

    with open_store(settings, must_exist=False) as store:
        Space(store.path, settings.min_free_bytes).need()
        actor = acting(store, plans.catalogues, asked.by)
        record_plans(store, plans, settings, by=actor.name)
        if actor.role == "console":
            result = take(
                store, plans.catalogues, plans.regions, path, by=actor.name, explain=asked.explain, computed=facts
            )  # fmt: skip
        else:
            cycle = cycle_of(store, plans.catalogues, plans.regions, settings)
            try:
                result = cycle.send(actor, path, name=path.name, explain=asked.explain, computed=facts)
            except SubmissionError as error:
                raise Refused(error.zh, error.en) from None
    tell(result)
    return result


def _rows(computed: Computed, units: Sequence[str], synthetic: bool) -> list[dict[str, Any]]:
    return [
        {
            "indicator_id": one.wanted.indicator.id,
            "region_code": one.region,
            "period": computed.period.code,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "value": one.value,
            "unit": one.wanted.unit,
            "records": one.records,
            "synthetic": synthetic,
        }
        for one in computed.figures
        if not units or one.region in units
    ]


def _tell(scanned: Scanned) -> None:
    """How many records were read, used and not placed, on stderr beside the figures."""
    scan = scanned.scan
    names = ", ".join(one.indicator.id for one in scan.wanted)
    zh = f"{scan.first} 至 {scan.last}，读 {scanned.read} 条，用 {scanned.used} 条，其他时期 {scanned.other_period} 条"
    en = (
        f"{scan.first} to {scan.last}, {scanned.read} records read, {scanned.used} used,"
        f" {scanned.other_period} of other periods"
    )
    click.echo(f"{names}: {say(zh, en)}", err=True)
    for one in scanned.rejected:
        examples = "; ".join(", ".join(f"{name}={text}" for name, text in each.items()) for each in one.examples)
        said = say(f"{one.records} 条记录", f"{one.records} records")
        zh, en = _RULES[one.rule]
        click.echo(f"{one.rejection} {one.rule}: {said}: {say(zh, en)} [{examples}]", err=True)


_RULES = {
    "no_day": ("没有日期，无从归入报告期", "without a day, so of no period"),
    "outside_plan": ("日期在规划期之外", "of days outside the plan"),
    "no_region": ("没有地区代码", "without a region"),
    "unknown_region": ("地区代码不属于任何填报单位", "of regions that no reporting unit reports for"),
    "no_key": ("缺少标识", "without a key"),
    "repeated_key": ("标识重复，无从知道哪一条为准", "whose key comes more than once: none of them is used"),
}


def _tell_rest(computed: Computed, units: Sequence[str]) -> None:
    """What else a reader of the figures would miss: files passed over, units without a figure, and a refusal."""
    for name in computed.passed:
        click.echo(say(f"未读 {name!r}：不是 .parquet 文件", f"not read, no .parquet file: {name!r}"), err=True)
    for one in computed.absent:
        if not units or one.region in units:
            zh, en = (
                "没有可计算的数值（分母为 0 或无值），不写出",
                "nothing to compute (denominator 0 or no value): left out",
            )
            click.echo(f"{one.wanted.indicator.id} {one.region}: {say(zh, en)}", err=True)
    if computed.is_refused:
        zh = "有不允许的记录，没有计算任何数值；请更正记录，或在目录的 records.rules 中改为 warning"
        en = "nothing was computed: put these records right, or say `warning` in records.rules of the catalogue"
        click.echo(say(zh, en), err=True)
