"""`monitor document`: the table of the main indicators and the draft of the report, as files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from monitor.commands.common import (
    describe,
    load_plans,
    method_settings,
    note_export,
    open_store,
    parse_moment,
    refuse_no_moment,
)
from monitor.commands.errors import Refused, WrongUse
from monitor.commands.tables import need_output, write_file
from monitor.language import say

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.documents.build import Format, Papers
    from monitor.documents.press import Kind, Press, Template
    from monitor.evaluation.rounds import Round
    from monitor.report.desk import Desk

_FORMATS = {"table": (".docx", ".xlsx", ".csv", ".pdf"), "draft": (".docx", ".pdf")}


@click.command(
    short_help=say("评估文件：完成情况表、报告初稿", "Documents of an evaluation"),
    help=describe(
        "生成主要指标完成情况表（table：.docx .xlsx .csv .pdf）或评估报告初稿（draft：.docx .pdf）。已审定的轮次给出"
        "归档的原件；同一问题的文件逐字节相同，旁边的 F.meta.json 记下重做所需的一切。",
        "Makes the table of the main indicators (table: .docx .xlsx .csv .pdf) or the draft of the report (draft: .docx"
        " .pdf). An approved round gives what is filed; the same question gives the same bytes, and F.meta.json beside"
        " the file holds what is needed to make it again.",
        "monitor document table --period 2025 --output 完成情况表.docx",
        "monitor document draft --round 2025-final --output 初稿.pdf",
        "monitor document draft --period 2025 --template 自备模板.docx --output 初稿.docx",
    ),
)
@click.argument("kind", type=click.Choice(list(_FORMATS)))
@click.option("--round", "round_id", metavar="ID", help=say("评估轮次。", "A round of evaluation."))
@click.option("--plan", metavar="ID", help=say("规划；默认第一个已载入的。", "The plan; default: the first loaded."))
@click.option("--region", metavar="CODE", help=say("地区；默认规划的地区。", "The region; default: the plan's own."))
@click.option("--period", metavar="P", help=say("报告期，如 2025。", "The period, such as 2025."))
@click.option(
    "--as-of",
    "as_of",
    metavar="T",
    help=say("截至时间：日期、时刻或版本名。", "As known at T: a date, a moment or a snapshot's name."),
)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help=say("自备的 Word 模板。", "A Word template of one's own."),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help=say("写入文件；格式由后缀定。", "Write a file; its format by the suffix."),
)
def document(
    kind: str,
    round_id: str | None,
    plan: str | None,
    region: str | None,
    period: str | None,
    as_of: str | None,
    template: Path | None,
    output: Path,
) -> None:
    from monitor.documents.press import press_of, read_template
    from monitor.documents.problem import DocumentError
    from monitor.dossier.errors import DossierError
    from monitor.report.desk import Desk
    from monitor.settings import load_settings

    settings = load_settings()
    need_output(output, None, _FORMATS[kind])
    _need_question(round_id, plan, region, period, as_of)
    if template is not None and output.suffix.lower() != ".docx":
        raise WrongUse("--template 只用于 .docx", "--template is for .docx alone")
    refuse_no_moment(as_of, settings)
    plans = load_plans(settings)
    with open_store(settings, must_exist=True) as store:
        desk = Desk(store, plans.catalogues, plans.regions, method_settings(settings), settings.timezone)
        try:
            press = press_of(settings.pdf_font, settings.document_templates)
            own = None if template is None else read_template(template)
            moment = parse_moment(as_of, settings, store)
            asked = _Asked(cast("Kind", kind), cast("Format", output.suffix.lower()[1:]), own)
            content, facts = asked.answer(desk, press, round_id, plan, region, period or "", moment)
        except (DocumentError, DossierError) as error:
            raise Refused(error.zh, error.en) from None
        question = {"round": round_id, "plan": plan, "region": region, "period": period, "as_of": facts["as_of"]}
        note_export(store, f"document {kind}", question, output)
    write_file(lambda: _write(output, content, facts), output)


class _Asked:
    """Which document, in which format, with which template."""

    def __init__(self, kind: Kind, format_: Format, template: Template | None) -> None:
        self.kind, self.format, self.template = kind, format_, template

    def answer(
        self,
        desk: Desk,
        press: Press,
        round_id: str | None,
        plan: str | None,
        region: str | None,
        period: str,
        moment: datetime | None,
    ) -> tuple[bytes, dict[str, object]]:
        """The bytes, and the facts that make them again. Raises DocumentError, DossierError, QuestionError."""
        from monitor.documents.build import papers_of
        from monitor.documents.filing import filed_paper, papers_of_round
        from monitor.documents.occasion import tasks_told
        from monitor.documents.said import Occasion
        from monitor.dossier.acts import read_paper
        from monitor.evaluation.rounds import read_round

        if round_id is None:
            place = desk.configuration(moment).plan(plan).plan.region
            tasks = tasks_told(desk, plan, moment) if region in (None, place) else None
            occasion = Occasion(tasks=tasks)
            papers = papers_of(
                desk, plan=plan, region=region, period=period, as_of=moment, occasion=occasion, press=press
            )
            return self._made(papers)
        told = read_round(desk.store, round_id)
        filed = filed_paper(told, self.kind, self.format) if self.template is None else None
        if filed is None:
            return self._made(papers_of_round(desk, told, press))
        return read_paper(desk.store, filed.seq, filed.number)[3], self._filed(told)

    def _made(self, papers: Papers) -> tuple[bytes, dict[str, object]]:
        facts = {**papers.said(), **papers.made_with(self.kind, self.format, self.template), "filed": False}
        return papers.made(self.kind, self.format, self.template), {"kind": self.kind, **facts}

    def _filed(self, told: Round) -> dict[str, object]:
        """What the round itself keeps: the bytes are those of its approval, whatever program runs now."""
        from monitor.report.as_of import format_as_of

        return {
            "kind": self.kind, "as_of": format_as_of(told.as_of), "plan": told.plan, "region": told.region,
            "period": told.period, "round": told.id, "catalogue": told.catalogue_version, "settings": told.settings,
            "software_version": told.method, "filed": True, "approved_by": told.closed_by,
        }  # fmt: skip


def _need_question(*asked: str | None) -> None:
    round_id, plan, region, period, as_of = asked
    if round_id is not None and any(one is not None for one in (plan, region, period, as_of)):
        raise WrongUse(
            "--round 已定下规划、地区、报告期和截至时间，不要同时给出",
            "--round says plan, region, period and as-of already: leave them out",
        )
    if round_id is None and period is None:
        raise WrongUse("请给出 --round 或 --period", "give --round or --period")


def _write(output: Path, content: bytes, facts: dict[str, object]) -> None:
    from monitor.report.export import write_sidecar
    from monitor.report.whole_file import replace_file

    replace_file(output, lambda target: target.write_bytes(content))
    write_sidecar(output, {**facts, "file": output.name, "sha256": hashlib.sha256(content).hexdigest()})
