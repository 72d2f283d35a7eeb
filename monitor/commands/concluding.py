"""The commands of `monitor round` about conclusions: proposed by one person, approved or returned by another."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.common import describe
from monitor.commands.rounding import (
    by_option,
    indicator_argument,
    papers_option,
    read_papers,
    round_argument,
    round_desk,
    who,
)
from monitor.language import say


@click.command(
    help=describe(
        "提出一项指标的结论（early 提前实现、achieved 已实现、expected 预计能实现、nearly 基本实现、hard 难以实现、"
        "missed 未实现、held 保持、breached 未保持、undecidable 无法判断）；与测算不一致时须写理由。",
        "Proposes a conclusion: early, achieved, expected, nearly, hard, missed, held, breached or undecidable; one"
        " that differs from the computed class needs a reason.",
        "monitor round conclude 2025-final enrolment_rate held --by 王计划",
        "monitor round conclude 2025-final procured_drugs nearly --reason 已达450个 --paper 依据.pdf --by 王计划",
    )
)
@round_argument
@indicator_argument
@click.argument("conclusion")
@click.option("--reason", default="", help=say("理由。", "The reason."))
@papers_option
@by_option
def conclude(
    round_id: str, indicator: str, conclusion: str, reason: str, papers: tuple[Path, ...], by: str | None
) -> None:
    from monitor.evaluation.concluding import propose

    files = read_papers(papers)
    with round_desk() as desk:
        told = propose(desk.store, who(desk, by), round_id, indicator, conclusion, reason, files)
    newest = told.subject(indicator).conclusion
    if newest is not None and newest.differs:
        click.echo(say(f"{indicator}：结论与测算不一致", f"{indicator}: differs from the computed class"), err=True)
    click.echo(say(f"{indicator}：结论待审定", f"{indicator}: waits for approval"))


@click.command(
    "conclude-rest",
    help=describe(
        "按测算结果提出其余各项结论；目标为文字的除外。",
        "Proposes what agrees with the computed class wherever nothing is concluded yet, but for targets in words.",
        "monitor round conclude-rest 2025-final --by 王计划",
    ),
)
@round_argument
@by_option
def conclude_rest(round_id: str, by: str | None) -> None:
    from monitor.evaluation.concluding import propose_agreeing

    with round_desk() as desk:
        done = propose_agreeing(desk.store, who(desk, by), round_id)
    click.echo(say(f"已提出 {len(done)} 项结论", f"{len(done)} conclusions proposed"))


@click.command(
    "approve-conclusion",
    help=describe(
        "审定一项结论，不写指标则审定全部待审结论；提出的人不能审定。",
        "Approves a conclusion that somebody else has proposed; without an indicator all of them that wait.",
        "monitor round approve-conclusion 2025-final enrolment_rate --by 李计划",
        "monitor round approve-conclusion 2025-final --by 李计划",
    ),
)
@round_argument
@click.argument("indicator", metavar="[INDICATOR]", required=False)
@by_option
def approve_conclusion(round_id: str, indicator: str | None, by: str | None) -> None:
    from monitor.evaluation.concluding import approve_conclusion as approve_one
    from monitor.evaluation.concluding import approve_waiting

    with round_desk() as desk:
        actor = who(desk, by)
        if indicator is None:
            done = approve_waiting(desk.store, actor, round_id)
        else:
            approve_one(desk.store, actor, round_id, indicator)
            done = (indicator,)
    click.echo(say(f"已审定 {len(done)} 项结论", f"{len(done)} conclusions approved"))


@click.command(
    "return",
    help=describe(
        "退回一项结论，写明理由。", "Returns a conclusion that somebody else has proposed.",
        "monitor round return 2025-final enrolment_rate --reason 请补依据 --by 李计划",
    ),
)  # fmt: skip
@round_argument
@indicator_argument
@click.option("--reason", required=True, help=say("理由。", "The reason."))
@by_option
def return_(round_id: str, indicator: str, reason: str, by: str | None) -> None:
    from monitor.evaluation.concluding import return_conclusion

    with round_desk() as desk:
        return_conclusion(desk.store, who(desk, by), round_id, indicator, reason)
    click.echo(say(f"{indicator}：结论已退回", f"{indicator}: returned"))
