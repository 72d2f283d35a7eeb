"""`monitor round`: rounds of evaluation: opened, assessed, concluded, consulted on, approved, compared, exported."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.common import describe, need_file, note_export, parse_moment, refuse_no_moment
from monitor.commands.concluding import approve_conclusion, conclude, conclude_rest, return_
from monitor.commands.errors import Refused
from monitor.commands.rounding import (
    as_of_option,
    by_option,
    indicator_argument,
    papers_option,
    print_faults,
    read_day,
    read_papers,
    round_argument,
    round_desk,
    who,
)
from monitor.commands.tables import format_option, need_output, output_option, print_frame, print_rows, write_file
from monitor.language import say

_LIST = ("round", "kind", "title", "plan", "region", "period", "as_of", "state", "assessed", "approved", "differing")
_SHOWN = (
    "indicator_id", "indicator_name", "owner", "class", "conclusion", "differs", "conclusion_state", "assessed_by",
)  # fmt: skip
_CHANGED = (
    "indicator", "value_before", "value_after", "class_before", "class_after", "conclusion_before", "conclusion_after",
    "why", "submissions",
)  # fmt: skip


@click.group(
    short_help=say("评估轮次", "Rounds of evaluation"),
    help=describe(
        "评估轮次：冻结数据，收集自评，提出并审定结论，征求意见，审定后不再改动。",
        "Rounds of evaluation: figures are frozen, units assess themselves, conclusions are proposed and approved by"
        " two people, comments answered; once approved a round never moves.",
        "monitor round open final 2025 --title 十四五总结评估 --by 王计划",
        "monitor round show 2025-final",
        "monitor round conclude 2025-final enrolment_rate held --by 王计划",
        "monitor round approve 2025-final --by 李计划",
    ),
)
def round() -> None:
    """Its commands follow."""


for _command in (conclude, conclude_rest, approve_conclusion, return_):
    round.add_command(_command)


@round.command(
    "open",
    help=describe(
        "开一轮并冻结数据。KIND：yearly 年度监测、midterm 中期评估、final 总结评估；名称同时是冻结版的名称。",
        "Opens a round and freezes the figures. KIND: yearly, midterm or final; the title also names the snapshot.",
        "monitor round open final 2025 --title 十四五总结评估 --deadline 2026-06-30",
        "monitor round open midterm 2023 --title 中期评估 --as-of 2024-06-30",
    ),
)
@click.argument("kind", type=click.Choice(["yearly", "midterm", "final"]))
@click.argument("period")
@click.option("--title", required=True, help=say("名称，至多 40 字。", "At most 40 characters."))
@click.option("--plan", metavar="ID", help=say("规划；默认第一个。", "The plan; default: the first."))
@click.option("--region", metavar="CODE", help=say("地区；默认规划所在地区。", "Default: the plan's own region."))
@click.option("--deadline", metavar="DATE", help=say("自评截止日。", "Last day of self-assessments."))
@as_of_option
@by_option
def open_(
    kind: str,
    period: str,
    title: str,
    plan: str | None,
    region: str | None,
    deadline: str | None,
    as_of: str | None,
    by: str | None,
) -> None:
    from monitor.evaluation.opening import open_round
    from monitor.report.as_of import format_as_of
    from monitor.settings import load_settings

    day = read_day(deadline)
    with round_desk() as desk:
        moment = parse_moment(as_of, load_settings(), desk.store)
        told = open_round(
            desk, who(desk, by), kind=kind, title=title, period=period, plan=plan, region=region, deadline=day,
            as_of=moment,
        )  # fmt: skip
    zh, en = f"{told.id}：已开，{len(told.subjects)} 项指标", f"{told.id}: open, {len(told.subjects)} indicators"
    click.echo(f"{say(zh, en)}, {format_as_of(told.as_of)}")


@round.command("list", help=describe("列出各轮。", "Lists the rounds, newest first.", "monitor round list"))
@as_of_option
@format_option
def list_(as_of: str | None, format_: str | None) -> None:
    from monitor.evaluation.rounds import read_rounds
    from monitor.report.as_of import format_as_of
    from monitor.settings import load_settings

    refuse_no_moment(as_of, load_settings())
    with round_desk() as desk:
        found = read_rounds(desk.store, parse_moment(as_of, load_settings(), desk.store))
    rows = [
        {
            "round": one.id, "kind": one.kind, "title": one.title, "plan": one.plan, "region": one.region,
            "period": one.period, "as_of": format_as_of(one.as_of), "state": one.state,
            "assessed": len(one.subjects) - len(one.without_assessment),
            "approved": len(one.subjects) - len(one.without_approval), "differing": len(one.differing),
        }
        for one in found
    ]  # fmt: skip
    print_rows(rows, _LIST, format_)


@round.command(
    help=describe("一轮中各指标的测算、结论和自评。", "The indicators of a round.", "monitor round show 2025-final")
)
@round_argument
@as_of_option
@format_option
def show(round_id: str, as_of: str | None, format_: str | None) -> None:
    from monitor.evaluation.frozen import is_unmoved
    from monitor.evaluation.rounds import read_round
    from monitor.evaluation.table import round_table
    from monitor.settings import load_settings

    refuse_no_moment(as_of, load_settings())
    with round_desk() as desk:
        told = read_round(desk.store, round_id, parse_moment(as_of, load_settings(), desk.store))
        frame = round_table(desk, told)
        same = is_unmoved(desk, told)
    print_frame(frame[list(_SHOWN)], format_)
    proof = say("与冻结时相同", "as frozen") if same else say("与冻结时不同", "not as frozen")
    click.echo(f"{told.title}: {told.state}, SHA-256 {told.sha256} ({proof})", err=True)
    for one in told.comments:
        click.echo(f"#{one.seq} {one.indicator or '-'} {one.by}: {one.text} [{one.answer or '?'}]", err=True)


@round.command(
    help=describe(
        "从 CSV 提交自评（可填写 monitor round export 导出的文件）；所有错误一次列出，有错则一行也不收。",
        "Takes self-assessments from a CSV, e.g. an exported round that was filled in; every fault at once, and then"
        " no row is taken. Columns: indicator_id, completion, outlook (can, hopeful, hard, cannot), outlook_text,"
        " problems, adjust (yes, no), adjust_reason, measures.",
        "monitor round assess 2025-final --file 自评.csv --by 赵待遇",
    ),
)
@round_argument
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help=say("CSV 文件。", "A CSV file."))
@by_option
def assess(round_id: str, path: Path, by: str | None) -> int:
    from monitor.evaluation.assessment_file import AssessmentFileError, assess_file

    content = need_file(path, "自评文件", "file of self-assessments").read_bytes()
    with round_desk() as desk:
        try:
            taken = assess_file(desk, who(desk, by), round_id, content)
        except AssessmentFileError as error:
            print_faults(path, error)
            return 1
    written, same = len(taken.written), len(taken.unchanged)
    click.echo(say(f"已收 {written} 项自评，{same} 项未变", f"{written} self-assessments taken, {same} unchanged"))
    return 0


@round.command(
    help=describe(
        "注明一项指标没有自评的原因。", "Says why an indicator has no self-assessment.",
        "monitor round missing 2025-final fund_income --reason 该单位已撤并",
    )
)  # fmt: skip
@round_argument
@indicator_argument
@click.option("--reason", required=True, help=say("原因。", "The reason."))
@by_option
def missing(round_id: str, indicator: str, reason: str, by: str | None) -> None:
    from monitor.evaluation.assessing import mark_missing

    with round_desk() as desk:
        mark_missing(desk.store, who(desk, by), round_id, indicator, reason)
    click.echo(say(f"{indicator}：已注明缺报原因", f"{indicator}: noted as missing"))


@round.command(
    help=describe(
        "对整轮或一项指标提意见。", "Comments on a round or an indicator.",
        "monitor round comment 2025-final --indicator enrolment_rate --text 口径请注明",
    )
)  # fmt: skip
@round_argument
@click.option("--indicator", metavar="ID", help=say("指标；空为整轮。", "Of one indicator."))
@click.option("--text", required=True, help=say("意见。", "The comment."))
@papers_option
@by_option
def comment(round_id: str, indicator: str | None, text: str, papers: tuple[Path, ...], by: str | None) -> None:
    from monitor.evaluation.consulting import comment as comment_now

    files = read_papers(papers)
    with round_desk() as desk:
        told = comment_now(desk.store, who(desk, by), round_id, text, indicator, files)
    click.echo(say(f"意见 #{told.comments[-1].seq} 已提交", f"comment #{told.comments[-1].seq} was taken"))


@round.command(
    help=describe(
        "答复意见：taken 采纳、partly 部分采纳、declined 不采纳。", "Answers a comment.",
        "monitor round answer 2025-final 812 partly --reason 部分口径已补",
    )
)  # fmt: skip
@round_argument
@click.argument("number", type=click.IntRange(1))
@click.argument("given", metavar="ANSWER", type=click.Choice(["taken", "partly", "declined"]))
@click.option("--reason", default="", help=say("说明。", "The reason."))
@by_option
def answer(round_id: str, number: int, given: str, reason: str, by: str | None) -> None:
    from monitor.evaluation.consulting import answer as answer_now

    with round_desk() as desk:
        answer_now(desk.store, who(desk, by), round_id, number, given, reason)
    click.echo(say(f"意见 #{number} 已答复", f"comment #{number} was answered"))


@round.command(
    help=describe(
        "审定一轮并归档文件；开轮的人不能审定，之后不再改动。",
        "Approves a round that somebody else has opened, and files its documents, for good.",
        "monitor round approve 2025-final --by 李计划",
    )
)  # fmt: skip
@round_argument
@by_option
def approve(round_id: str, by: str | None) -> None:
    from monitor.documents.filing import approve_with_papers
    from monitor.documents.press import press_of
    from monitor.documents.problem import DocumentError
    from monitor.settings import load_settings

    settings = load_settings()
    with round_desk() as desk:
        try:
            press = press_of(settings.pdf_font, settings.document_templates)
            told = approve_with_papers(desk, who(desk, by), round_id, press)
        except DocumentError as error:
            raise Refused(error.zh, error.en) from None
    zh, en = (
        f"{told.id}：已审定，归档 {len(told.papers)} 份文件",
        f"{told.id}: approved, {len(told.papers)} papers filed",
    )
    click.echo(say(zh, en))


@round.command(
    help=describe(
        "撤销误开的一轮；记录仍保留。", "Withdraws a round opened in error; all of it is kept.",
        "monitor round withdraw 2025-final --reason 报告期有误",
    )
)  # fmt: skip
@round_argument
@click.option("--reason", required=True, help=say("原因。", "The reason."))
@by_option
def withdraw(round_id: str, reason: str, by: str | None) -> None:
    from monitor.evaluation.closing import withdraw as withdraw_now

    with round_desk() as desk:
        told = withdraw_now(desk.store, who(desk, by), round_id, reason)
    click.echo(say(f"{told.id}：已撤销", f"{told.id}: withdrawn"))


@round.command(
    help=describe(
        "同一规划两轮之间的变化：数值、测算、结论及原因。", "What changed between two rounds of a plan, and why.",
        "monitor round compare 2023-midterm 2025-final",
    )
)  # fmt: skip
@click.argument("earlier")
@click.argument("later")
@format_option
def compare(earlier: str, later: str, format_: str | None) -> None:
    from monitor.evaluation.changes import compare_rounds
    from monitor.evaluation.rounds import read_round

    with round_desk() as desk:
        found = compare_rounds(desk, read_round(desk.store, earlier), read_round(desk.store, later))
    rows = [
        {
            "indicator": one.indicator,
            **{
                f"{name}_{when}": "" if side is None or (said := getattr(side, attribute)) is None else said
                for when, side in (("before", one.before), ("after", one.after))
                for name, attribute in (("value", "value"), ("class", "computed"), ("conclusion", "conclusion"))
            },
            "why": ";".join(one.why), "submissions": ";".join(str(number) for number in one.submissions),
        }
        for one in found
        if one.is_changed
    ]  # fmt: skip
    print_rows(rows, _CHANGED, format_)


@round.command(
    help=describe(
        "把一轮的全部内容写成文件，每项指标一行；同一轮每次逐字节相同。",
        "Writes all of a round to a file, a row for each indicator; the same round gives the same bytes.",
        "monitor round export 2025-final --output 2025-final.csv",
    )
)
@round_argument
@output_option(required=True)
@as_of_option
def export(round_id: str, output: Path, as_of: str | None) -> None:
    from monitor.evaluation.rounds import read_round
    from monitor.evaluation.table import round_table
    from monitor.report.export import write_table
    from monitor.settings import load_settings

    need_output(output, None, (".csv", ".xlsx", ".json"))
    refuse_no_moment(as_of, load_settings())
    with round_desk() as desk:
        told = read_round(desk.store, round_id, parse_moment(as_of, load_settings(), desk.store))
        frame = round_table(desk, told)
        said = {"round": told.id, "as_of": as_of, "sha256": told.sha256, "state": told.state}
        note_export(desk.store, "round", said, output)
    about = {name: str(value) for name, value in said.items() if value}
    write_file(lambda: write_table(frame, output, about), output)
    click.echo(say(f"{output}：{len(frame)} 行", f"{output}: {len(frame)} rows"), err=True)
