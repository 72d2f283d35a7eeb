"""`monitor pooling`: what a city's rules of pooling make of a district's year, and of all districts of a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.common import describe, need_file
from monitor.commands.errors import WrongUse
from monitor.commands.tables import format_option, need_output, output_option, print_frame, write_bytes, write_file
from monitor.language import current_language, say
from monitor.shipped import find_shipped

if TYPE_CHECKING:
    import pandas as pd

    from monitor.pooling.cases import FieldProblem
    from monitor.pooling.outcome import Outcome, Part
    from monitor.pooling.rules import Rules, Scheme
    from monitor.pooling.table import Settlement

_rules_option = click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=say("另一城市的规则文件；默认重庆 2011 年办法。", "Another city's rules; default: Chongqing 2011."),
)
_scheme_option = click.option(
    "--scheme",
    type=click.Choice(["employees", "residents"]),
    required=True,
    help=say("employees 职工，residents 居民。", "The employees' or the residents' scheme."),
)


@click.group(
    short_help=say("目标考核与缺口分担", "Targets and gap sharing"),
    help=describe(
        "按市级统筹办法计算区县的超收留存、差额弥补、节支留存、缺口分担和市级调剂金，逐步列出算式，每步附原文；"
        "也可用一张 CSV 结算全市各区县。精确计算，不作舍入；缺的数不当作零。",
        "Works out, by a city's rules of pooling, what districts keep, make up, share and pay into the adjustment fund:"
        " every step with the rule it comes from; or settles all districts of one CSV. Exact; missing is not zero.",
        "monitor pooling employees --task 10000 --collected 9300 --balance 120",
        "monitor pooling residents --funding 5000 --first no --held 360 --paid 40",
        "monitor pooling settle districts.csv --scheme employees --output settled.xlsx",
        "monitor pooling rules",
    ),
)
def pooling() -> None:
    """Its commands follow."""


def _inputs(*options: tuple[str, str, str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option for each (name, zh, en)."""

    def wrap(command: Callable[..., Any]) -> Callable[..., Any]:
        for name, zh, en in reversed(options):
            command = click.option(f"--{name}", name, default="", help=say(zh, en), metavar="N")(command)
        return command

    return wrap


@pooling.command(
    "employees",
    help=describe(
        "职工医保：征收与任务95%相比，节支留存，超支分担。金额用同一单位，不知道的不写。",
        "Employees' scheme: collection against 95% of the task, savings kept, overspending shared. Amounts in one unit;"
        " leave out what is not known.",
        "monitor pooling employees --task 10000 --collected 9800",
        "monitor pooling employees --target 9000 --spent 10000 --met yes --class other --balance 100",
    ),
)
@_inputs(
    ("task", "基金征收任务。", "The collection task."),
    ("collected", "实际征收。", "What was collected."),
    ("target", "支出指标。", "The expenditure target."),
    ("spent", "实际支出。", "What was spent."),
    ("balance", "统筹结余。", "The pooled balance."),
    ("met", "完成目标考核任务：yes、no、unknown。", "Assessed targets met: yes, no, unknown."),
    (
        "class",
        "区县类别：主城区、区域中心城市、其他区县。",
        "Class of the district: core, centre, other.",
    ),
)
@_rules_option
def employees(rules_file: Path | None, **texts: str) -> None:
    _calculate("employees", rules_file, texts)


@pooling.command(
    "residents",
    help=describe(
        "居民医保：上解市级调剂金，当期缺口由谁承担。金额用同一单位，不知道的不写。",
        "Residents' scheme: payment into the adjustment fund, and who bears the year's gap. Amounts in one unit; leave"
        " out what is not known.",
        "monitor pooling residents --funding 5000 --first yes --paid 400",
        "monitor pooling residents --income 5000 --spent 5300 --balance 100 --met no",
    ),
)
@_inputs(
    ("funding", "当年筹资总额。", "The year's total funding."),
    ("first", "是否首次上解年度：yes、no。", "Whether this is the first year of paying in: yes, no."),
    ("held", "此前已上解。", "What is held in the fund before this year."),
    ("paid", "本年实际上解。", "What was paid in this year."),
    ("income", "当期基金收入。", "The fund's income of the year."),
    ("spent", "当期基金支出。", "The fund's expenditure of the year."),
    ("balance", "历年滚存结余。", "The balance of past years."),
    ("met", "完成目标考核指标：yes、no、unknown。", "Assessed targets met: yes, no, unknown."),
    ("subsidy", "市级调剂金补助额（办法另行制定）。", "The support given by the adjustment fund."),
)
@_rules_option
def residents(rules_file: Path | None, **texts: str) -> None:
    _calculate("residents", rules_file, texts)


@pooling.command(
    "settle",
    help=describe(
        "用一张 CSV 结算全市各区县：每行一个区县，列名中英文均可；有问题时一次列出全部，退出码为 1。"
        "--sample 打印一张模拟数据的样表。",
        "Settles all districts of a CSV, one a row, heads in Chinese or English; every problem is told at once and the"
        " exit code is 1. --sample prints a table of synthetic districts to start from.",
        "monitor pooling settle --sample --scheme employees > districts.csv",
        "monitor pooling settle districts.csv --scheme employees --output settled.xlsx",
    ),
)
@click.argument("file", required=False, metavar="FILE.csv", type=click.Path(path_type=Path))
@_scheme_option
@click.option("--sample", is_flag=True, help=say("打印样表（模拟数据）。", "Print a sample (synthetic)."))
@_rules_option
@output_option(required=False)
@format_option
def settle(
    file: Path | None, scheme: Scheme, sample: bool, rules_file: Path | None, output: Path | None, format_: str | None
) -> int:
    from monitor.pooling.table import TableError, settle
    from monitor.pooling.table import sample as sample_of

    need_output(output, format_, (".csv", ".xlsx", ".json"))
    if sample:
        write_bytes(sample_of(scheme))
        return 0
    if file is None:
        raise WrongUse("请写明 CSV 文件，或用 --sample 得到样表", "name a CSV file, or ask for --sample")
    rules = _rules(rules_file)
    try:
        settlement = settle(rules, scheme, need_file(file, "文件", "file").read_bytes())
    except TableError as error:
        for one in error.problems:
            place = [file.name, *(str(part) for part in (one.row, one.column) if part)]
            text = f" [{one.text}]" if one.text else ""
            click.echo(f"{':'.join(place)}: {say(one.said.zh, one.said.en)}{text}", err=True)
        return 1
    frame = settled_frame(rules, settlement)
    if output is None:
        print_frame(frame, format_)
        return 0
    _write(frame, output, rules, settlement)
    return 0


@pooling.command(
    "rules",
    help=describe(
        "打印规则：比例、区县分类，以及每条的原文和出处。",
        "Prints the rules: rates, classes of districts, and each text with its place.",
        "monitor pooling rules",
        "monitor pooling rules --rules mycity.yaml",
    ),
)
@_rules_option
def rules(rules_file: Path | None) -> None:
    found = _rules(rules_file)
    click.echo(f"{say(found.source.zh, found.source.in_language('en'))} · {found.issued_on}")
    for scheme in _schemes():
        part = found.employees if scheme == "employees" else found.residents
        click.echo(f"\n{scheme}: {say(part.title.zh, part.title.in_language('en'))}")
        for name, quote in found.quotes_of(scheme).items():
            click.echo(f"  {name} · {quote.where}\n    “{quote.zh}”")
            if current_language() != "zh":
                click.echo(f"    {quote.en}")


def _schemes() -> tuple[Scheme, ...]:
    return ("employees", "residents")


def _rules(path: Path | None) -> Rules:
    """Raises WrongUse with the first fault and how many others there are."""
    from monitor.catalogue.problems import CatalogueError
    from monitor.pooling.rules import SHIPPED, load_rules

    try:
        return load_rules(path if path is not None else find_shipped(SHIPPED))
    except CatalogueError as error:
        first, more = error.problems[0], len(error.problems) - 1
        raise WrongUse(
            f"{first.place}：{first.zh}" + (f"（另有 {more} 处）" if more else ""),
            f"{first.place}: {first.en}" + (f" (and {more} more)" if more else ""),
        ) from None


def _calculate(scheme: Scheme, rules_file: Path | None, texts: dict[str, str]) -> None:
    from monitor.pooling.cases import field_of, read_case
    from monitor.pooling.table import work_out

    found = _rules(rules_file)
    case, problems = read_case(found, scheme, texts)
    if problems:
        raise _wrong(problems)
    if not any(text.strip() for text in texts.values()):
        asked = ", ".join(f"--{name}" for name in texts)
        raise WrongUse(f"没有给出数；可用 {asked}", f"nothing was given; there are {asked}")
    outcome = work_out(found, case)
    part = found.employees if scheme == "employees" else found.residents
    city, title = (say(one.zh, one.in_language("en")) for one in (found.city, part.title))
    click.echo(f"{city} · {title}")
    for one in outcome.parts:
        _print_part(found, outcome, one)
    for field in outcome.missing:
        said = field_of(scheme, field.name).said
        click.echo(say(f"缺少：{said.zh}（--{field.name}）", f"missing: {said.en} (--{field.name})"))


def _print_part(rules: Rules, outcome: Outcome, part: Part) -> None:
    """The steps, what is to be said of them, and the texts that they come from."""
    quotes = rules.quotes_of(outcome.scheme)
    click.echo(f"\n{say(part.title.zh, part.title.en)}")
    for step in part.steps:
        shown = say(step.shown.zh, step.shown.en) if step.shown.zh != step.shown.en else step.shown.zh
        where = "；".join(quotes[name].where for name in step.quotes)
        click.echo(f"  {say(step.said.zh, step.said.en)}: {step.formula} = {shown} 〔{where}〕")
    if not part.steps:
        click.echo(f"  {say('没有结果', 'no result')}")
    for remark in part.remarks:
        click.echo(f"  · {say(remark.zh, remark.en)}")
    for name in part.quotes:
        click.echo(f"  〔{quotes[name].where}〕“{quotes[name].zh}”")


def _wrong(problems: tuple[FieldProblem, ...]) -> WrongUse:
    """Every fault, in one line."""
    zh = "；".join(f"--{one.field} “{one.text}”：{one.said.zh}" for one in problems)
    en = "; ".join(f"--{one.field} '{one.text}': {one.said.en}" for one in problems)
    return WrongUse(zh, en)


def settled_frame(rules: Rules, settlement: Settlement) -> pd.DataFrame:
    """The settlement in the reader's language (Chinese unless it is English), its totals last."""
    import pandas as pd

    from monitor.pooling.amounts import Said
    from monitor.pooling.sheet import sheet_of

    language = "en" if current_language() == "en" else "zh"
    sheet = sheet_of(rules, settlement)
    rows = [
        [getattr(cell, language) if isinstance(cell, Said) else cell for cell in row]
        for row in (*sheet.rows, *sheet.totals)
    ]
    return pd.DataFrame(rows, columns=[getattr(head, language) for head in sheet.heads], dtype=object)


def _write(frame: pd.DataFrame, output: Path, rules: Rules, settlement: Settlement) -> None:
    from monitor.pooling.table import SYNTHETIC
    from monitor.report.export import write_table

    notes = {
        "scheme": settlement.scheme,
        "rules": rules.id,
        "source": rules.source.zh,
        "synthetic": SYNTHETIC if settlement.is_synthetic else "",
    }
    write_file(lambda: write_table(frame, output, notes), output)
