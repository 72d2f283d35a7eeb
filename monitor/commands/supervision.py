"""`monitor supervision`: supervision by data and on site without a browser."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.common import describe, note_export
from monitor.commands.supervising import (
    as_of_option,
    by_option,
    day_of,
    item_option,
    moment_of,
    name_argument,
    papers_option,
    read_papers,
    supervising,
    table_of,
    table_option,
    text_option,
    unit_option,
)
from monitor.commands.tables import format_option, need_output, output_option, print_frame, print_rows, write_file
from monitor.language import say


@click.group(
    short_help=say("非现场监督", "Supervision by data"),
    help=describe(
        "非现场监督：布置、通知、分析、监督报告、整改；以及现场监督的报告送达与十日内书面意见。",
        "Supervision by data: request, notice, analysis, report, putting right; and on site the delivery of the report"
        " with its ten days.",
        "monitor supervision list",
        "monitor supervision show 2026-001",
        "monitor supervision analyse 2026-001 --by 李四",
    ),
)
def supervision() -> None:
    """Its commands follow."""


@supervision.command(
    "new",
    help=describe(
        "布置一项监督；不写单位或指标即报表要求的全部。",
        "Makes a request; without units or indicators it is of all that the form asks.",
        "monitor supervision new --title 四季度数据监督 --purpose 核查报送质量 --form quarterly --period 2025-Q4"
        " --deadline 2026-12-10",
        "monitor supervision new --kind onsite --title 现场监督 --purpose 核查基金管理 --unit 320000",
    ),
)
@click.option("--kind", type=click.Choice(["data", "onsite"]), default="data", show_default=True,
              help=say("非现场或现场。", "By data or on site."))  # fmt: skip
@text_option("标题。", "A title.", "--title")
@text_option("监督目的。", "The purpose.", "--purpose")
@text_option("法律依据。", "Legal basis.", "--basis", required=False)
@click.option("--regularity", type=click.Choice(["regular", "special"]), default="regular", show_default=True,
              help=say("定期或专项。", "Regular or special sending."))  # fmt: skip
@text_option("报表，或 规划/报表。", "The form, or plan/form.", "--form", required=False)
@click.option(
    "--period", "periods", multiple=True, metavar="P", help=say("报告期，可多次。", "A period; may be repeated.")
)
@click.option("--unit", "units", multiple=True, metavar="CODE", help=say("单位，可多次。", "A unit; may be repeated."))
@click.option(
    "--indicator",
    "indicators",
    multiple=True,
    metavar="ID",
    help=say("指标，可多次。", "An indicator; may be repeated."),
)
@click.option("--data-format", default=".xlsx / CSV", show_default=True, help=say("报送格式。", "Format to send in."))
@click.option("--channel", default="plan-monitor", show_default=True, help=say("报送方式。", "Channel to send by."))
@text_option("报送时限，如 2026-12-10。", "Deadline, such as 2026-12-10.", "--deadline", required=False)
@text_option(
    "现场监督来自哪一项非现场监督。", "The supervision by data that one on site came from.", "--source", required=False
)
@by_option
def new(
    periods: tuple[str, ...], units: tuple[str, ...], indicators: tuple[str, ...], data_format: str, by: str | None,
    **given: str,
) -> None:  # fmt: skip
    from monitor.supervision.making import request_of

    with supervising(by) as (service, actor):
        told = {**given, "periods": " ".join(periods), "format": data_format}
        made = request_of(service.desk, told, {"units": units, "indicators": indicators}, today=service.today)
        click.echo(service.create(actor, made))


@supervision.command(
    "list",
    help=describe(
        "列出监督及其进展。", "Lists supervisions and how far they are.", "monitor supervision list --format csv"
    ),
)
@as_of_option
@by_option
@format_option
def list_(as_of: str | None, by: str | None, format_: str | None) -> None:
    from monitor.report.reporting import newest_moment
    from monitor.supervision.standing import overdue_units
    from monitor.supervision.tables import LIST, list_row

    with supervising(by) as (service, actor):
        moment = moment_of(service, as_of)
        found = service.listed(actor, as_of=moment)
        rows = []
        for one in found:
            late = overdue_units(service.desk, one.request, moment)
            rows.append(list_row(one, late, service.day_of(moment), moment or newest_moment(service.desk)))
    print_rows(rows, LIST, format_)


@supervision.command(
    "show",
    help=describe(
        "一项监督的报送、整改或送达。",
        "One supervision: what was sent, to be put right, delivered.",
        "monitor supervision show 2026-001 --table rectification",
    ),
)
@name_argument
@table_option
@as_of_option
@by_option
@format_option
def show(name: str, table_name: str, as_of: str | None, by: str | None, format_: str | None) -> None:
    with supervising(by) as (service, actor):
        found = table_of(service, actor, name, table_name, as_of)
    print_frame(found, format_)


@supervision.command(
    "export",
    help=describe(
        "把这些表写成文件。",
        "Writes these tables to a file.",
        "monitor supervision export 2026-001 --table rectification --output 整改.csv",
    ),
)
@name_argument
@table_option
@as_of_option
@by_option
@output_option(required=True)
def export(name: str, table_name: str, as_of: str | None, by: str | None, output: Path) -> None:
    from monitor.report.export import write_table

    need_output(output, None)
    with supervising(by) as (service, actor):
        found = table_of(service, actor, name, table_name, as_of)
        note_export(service.desk.store, "supervision", {"dossier": name, "table": table_name, "as_of": as_of}, output)
    write_file(lambda: write_table(found, output, {"dossier": name, "table": table_name}), output)


@supervision.command(
    "notify", help=describe("发出通知。", "Sends the notice.", "monitor supervision notify 2026-001 --by 李四")
)
@name_argument
@click.option("--unit", "units", multiple=True, metavar="CODE", help=say("只通知这些单位。", "Only these units."))
@by_option
def notify(name: str, units: tuple[str, ...], by: str | None) -> None:
    with supervising(by) as (service, actor):
        done = service.notify(actor, name, units=units or None)
    click.echo(say(f"已通知 {len(done.units)} 个单位", f"{len(done.units)} units told"))
    if done.unreached:
        unreached = ", ".join(done.unreached)
        click.echo(say(f"没有邮箱，请打印送达：{unreached}", f"without a mail address, print it for: {unreached}"))


@supervision.command(
    "analyse", help=describe("分析已通过的数据。", "Analyses what is accepted.", "monitor supervision analyse 2026-001")
)
@name_argument
@by_option
def analyse(name: str, by: str | None) -> None:
    with supervising(by) as (service, actor):
        found = service.analyse(actor, name)
    click.echo(say(f"发现 {len(found)} 个问题", f"{len(found)} findings"))


@supervision.command(
    "report",
    help=describe(
        "按选定的问题起草监督报告；不写即全部。问题的编号见 show --table findings。",
        "Drafts the report of the chosen findings, all without any; their keys: show --table findings.",
        "monitor supervision report 2026-001 --by 李四",
    ),
)
@name_argument
@click.option(
    "--finding",
    "chosen",
    multiple=True,
    metavar="KEY",
    help=say("问题编号，可多次。", "Key of a finding; may be repeated."),
)
@by_option
def report(name: str, chosen: tuple[str, ...], by: str | None) -> None:
    with supervising(by) as (service, actor):
        service.draft(actor, name, chosen or [one.key for one in service.look(actor, name).findings])
        number = service.look(actor, name).drafts[-1].number
    click.echo(say(f"第 {number} 稿", f"revision {number}"))


@supervision.command(
    "issue",
    help=describe(
        "签发监督报告（起草人以外的人）。",
        "Issues the report, by somebody else than its author.",
        "monitor supervision issue 2026-001 --by 王五 --output 监督报告.docx",
    ),
)
@name_argument
@click.option("--output", type=click.Path(path_type=Path), help=say("另存为 .docx。", "Write the .docx here, too."))
@by_option
def issue(name: str, output: Path | None, by: str | None) -> None:
    from monitor.dossier.acts import read_paper

    need_output(output, None, (".docx",))
    with supervising(by) as (service, actor):
        sha256 = service.issue(actor, name)
        issued = service.look(actor, name).issued
        if output is not None and issued is not None:
            note_export(service.desk.store, "supervision", {"dossier": name, "table": "report"}, output)
            paper = issued.papers[0]
            content = read_paper(service.desk.store, paper.seq, paper.number)[3]
            write_file(lambda: output.write_bytes(content), output)
    click.echo(f"SHA-256 {sha256}")


@supervision.command(
    "rectify",
    help=describe(
        "对报告中的一个问题提出整改要求。",
        "Says what has to be put right about a finding of the report.",
        "monitor supervision rectify 2026-001 --finding own-1 --what 限期补报 --due 2026-12-20",
    ),
)
@name_argument
@click.option("--finding", required=True, metavar="KEY", help=say("问题编号。", "Key of the finding."))
@text_option("整改要求。", "What is to be done.", "--what")
@text_option("期限。", "By when.", "--due")
@by_option
def rectify(name: str, finding: str, what: str, due: str, by: str | None) -> None:
    from monitor.supervision.putting_right import Order

    with supervising(by) as (service, actor):
        service.order(actor, name, [Order(finding, what, day_of(due, "--due"))])
        number = len(service.look(actor, name).items)
    click.echo(say(f"第 {number} 项整改", f"item {number}"))


@supervision.command(
    "answer",
    help=describe("提交整改情况。", "Answers an item.", "monitor supervision answer 2026-001 --item 1 --text 已补报"),
)
@name_argument
@item_option
@text_option("整改情况。", "What was done.")
@papers_option
@by_option
def answer(name: str, item: int, text: str, papers: tuple[Path, ...], by: str | None) -> None:
    with supervising(by) as (service, actor):
        service.answer(actor, name, item, text, read_papers(papers))


@supervision.command(
    "accept",
    help=describe(
        "复查：通过一项整改；写了原因则退回。",
        "Accepts what was done, or sends it back with a reason.",
        "monitor supervision accept 2026-001 --item 1 --by 李四",
        "monitor supervision accept 2026-001 --item 2 --send-back 材料不全",
    ),
)
@name_argument
@item_option
@click.option("--send-back", metavar="TEXT", help=say("退回，并写明原因。", "Send it back, and why."))
@by_option
def accept(name: str, item: int, send_back: str | None, by: str | None) -> None:
    with supervising(by) as (service, actor):
        if send_back is None:
            service.accept(actor, name, item)
        else:
            service.send_back(actor, name, item, send_back)


@supervision.command(
    "escalate",
    help=describe(
        "决定实施现场监督。",
        "Decides to supervise on site.",
        "monitor supervision escalate 2026-001 --unit 320000 --text 严重问题",
    ),
)
@name_argument
@unit_option
@text_option("理由。", "Why.")
@by_option
def escalate(name: str, unit: str, text: str, by: str | None) -> None:
    with supervising(by) as (service, actor):
        service.escalate(actor, name, unit, text)


@supervision.command(
    "deliver",
    help=describe(
        "现场监督：记录监督报告送达，十日期限由此计算。",
        "On site: records that a unit received the report, from which its ten days run.",
        "monitor supervision deliver 2026-002 --unit 320000 --on 2026-11-20 --paper 报告.docx",
    ),
)
@name_argument
@unit_option
@text_option("接到日期。", "Day of receipt.", "--on")
@papers_option
@by_option
def deliver(name: str, unit: str, on: str, papers: tuple[Path, ...], by: str | None) -> None:
    with supervising(by) as (service, actor):
        service.deliver(actor, name, unit, day_of(on, "--on"), read_papers(papers))


@supervision.command(
    "object",
    help=describe(
        "现场监督：提出书面意见，或写明无异议。",
        "On site: what the unit says to the report, or that it has no objection.",
        "monitor supervision object 2026-002 --unit 320000 --text 数据口径有误",
    ),
)
@name_argument
@unit_option
@text_option("书面意见；不写即无异议。", "The objection; without one there is none.", required=False)
@text_option("来文日期。", "Day of the letter.", "--on", required=False)
@papers_option
@by_option
def object_(name: str, unit: str, text: str, on: str, papers: tuple[Path, ...], by: str | None) -> None:
    with supervising(by) as (service, actor):
        said_on = day_of(on, "--on") if on else None
        service.object(actor, name, unit, text, objects=bool(text.strip()), said_on=said_on, papers=read_papers(papers))


@supervision.command(
    "close",
    help=describe("结束一项监督。", "Closes a supervision.", "monitor supervision close 2026-001 --text 全部整改到位"),
)
@name_argument
@text_option("说明；报告签发前结束的必须写。", "A remark; needed before the report is issued.", required=False)
@by_option
def close(name: str, text: str, by: str | None) -> None:
    with supervising(by) as (service, actor):
        service.close(actor, name, text)
