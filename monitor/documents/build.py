"""A document as bytes with the facts that make it again: the same question gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor import __version__
from monitor.report.as_of import format_as_of
from monitor.report.desk import Desk

from .draft import Draft, report_draft
from .facts import Facts, gather
from .press import Kind, Press, Template
from .problem import DocumentError
from .said import Occasion
from .table import IndicatorTable, indicator_table, origins

Format = Literal["docx", "xlsx", "csv", "pdf"]
FORMATS: Mapping[Kind, tuple[Format, ...]] = {"table": ("docx", "xlsx", "csv", "pdf"), "draft": ("docx", "pdf")}
NAMES: Mapping[Kind, str] = {"table": "主要指标完成情况表", "draft": "评估报告初稿"}


@dataclass(frozen=True)
class Papers:
    """The documents of one question, each made when it is asked for."""

    facts: Facts
    occasion: Occasion
    table: IndicatorTable
    draft: Draft
    press: Press

    def made(self, kind: Kind, format_: Format, template: Template | None = None) -> bytes:
        """Raises DocumentError: no such format, a template or font with a mistake."""
        if format_ not in FORMATS[kind]:
            known = ", ".join(FORMATS[kind])
            raise DocumentError(
                f"{NAMES[kind]}没有 {format_} 格式；请用 {known}",
                f"there is no {kind} as {format_}: use one of {known}",
            )
        if template is not None and format_ != "docx":
            raise DocumentError("模板只用于 .docx；请去掉 --template", "a template is for .docx alone: leave it out")
        if format_ == "docx" and template is None:
            template = self.press.template(kind)
        own = (template.content, template.name) if template is not None else (None, "")
        return self._draft(format_, *own) if kind == "draft" else self._table(format_, *own)

    # the writers' libraries take half a second to load, and a server that only shows pages needs none of them
    def _draft(self, format_: Format, template: bytes | None, name: str) -> bytes:
        if format_ == "docx":
            from .docx_file import draft_docx

            return draft_docx(self.draft, self.table, template, name)
        from .pdf_file import draft_pdf

        return draft_pdf(self.draft, self.table, self.press.font)

    def _table(self, format_: Format, template: bytes | None, name: str) -> bytes:
        from .sheets import table_csv, table_xlsx

        if format_ == "docx":
            from .docx_file import table_docx

            return table_docx(self.table, template, name)
        if format_ == "pdf":
            from .pdf_file import table_pdf

            return table_pdf(self.table, self.press.font)
        if format_ == "csv":
            return table_csv(self.table)
        return table_xlsx(self.table, origins(self.table, self.facts), self.said())

    def said(self) -> dict[str, object]:
        """What the figures and texts are made again from; never the time of making."""
        facts = self.facts
        return {
            "as_of": format_as_of(facts.as_of),
            "plan": facts.plan.id,
            "region": facts.region.code,
            "period": facts.period.code,
            "round": self.occasion.round_id,
            "catalogue": facts.catalogue_version,
            "settings": facts.settings.to_json(),
            "software_version": facts.method_version,
            "program_version": __version__,
            "synthetic": self.draft.synthetic,
        }

    def made_with(self, kind: Kind, format_: Format, template: Template | None = None) -> dict[str, str]:
        """What else the bytes depend on: the template of a .docx, the font of a PDF; "" for those that ship."""
        if format_ == "pdf":
            return {"font": self.press.font_said}
        own = template or (self.press.template(kind) if format_ == "docx" else None)
        return {"template": own.sha256 if own is not None else ""} if format_ == "docx" else {}


def papers_of(
    desk: Desk,
    *,
    plan: str | None = None,
    region: str | None = None,
    period: str,
    as_of: datetime | None = None,
    occasion: Occasion | None = None,
    press: Press | None = None,
) -> Papers:
    """Gathered once for every document and format. Raises QuestionError for an unknown plan, region or period."""
    facts = gather(desk, plan=plan, region=region, period=period, as_of=as_of)
    known = occasion or Occasion()
    return Papers(facts, known, indicator_table(facts, known), report_draft(facts, known), press or Press())


def file_name(papers: Papers, kind: Kind, format_: Format) -> str:
    """`uhs-14-000000-2025-主要指标完成情况表.docx`."""
    facts = papers.facts
    return f"{facts.plan.id}-{facts.region.code}-{facts.period.code}-{NAMES[kind]}.{format_}"
