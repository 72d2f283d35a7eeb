"""A document as bytes with the facts that make it again: the same question gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from monitor import __version__
from monitor.report.as_of import format_as_of
from monitor.report.desk import Desk

from .docx_file import draft_docx, table_docx
from .draft import Draft, report_draft
from .facts import Facts, gather
from .fonts import READERS_OWN
from .pdf_file import draft_pdf, table_pdf
from .problem import DocumentError
from .said import Occasion
from .sheets import table_csv, table_xlsx
from .table import IndicatorTable, indicator_table, origins

Kind = Literal["table", "draft"]
Format = Literal["docx", "xlsx", "csv", "pdf"]
FORMATS: Mapping[Kind, tuple[Format, ...]] = {"table": ("docx", "xlsx", "csv", "pdf"), "draft": ("docx", "pdf")}
NAMES: Mapping[Kind, str] = {"table": "主要指标完成情况表", "draft": "评估报告初稿"}


@dataclass(frozen=True)
class Template:
    """A user's own template; `name` as errors and facts call it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Papers:
    """The documents of one question, each made when it is asked for. `font`: embedded in PDFs, None for none."""

    facts: Facts
    occasion: Occasion
    table: IndicatorTable
    draft: Draft
    font: Path | None = None

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
        own = (template.content, template.name) if template is not None else (None, "")
        if kind == "draft":
            if format_ == "docx":
                return draft_docx(self.draft, self.table, *own)
            return draft_pdf(self.draft, self.table, self.font)
        if format_ == "docx":
            return table_docx(self.table, *own)
        if format_ == "pdf":
            return table_pdf(self.table, self.font)
        if format_ == "csv":
            return table_csv(self.table)
        return table_xlsx(self.table, origins(self.table, self.facts), self.said())

    def said(self, template: Template | None = None) -> dict[str, object]:
        """What is needed to make the same file again; never the time of making."""
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
            "template": "" if template is None else hashlib.sha256(template.content).hexdigest(),
            "synthetic": self.draft.synthetic,
        }

    def font_said(self) -> str:
        """The embedded font's SHA-256, or the name of the reader's own."""
        return READERS_OWN if self.font is None else hashlib.sha256(self.font.read_bytes()).hexdigest()


def papers_of(
    desk: Desk,
    *,
    plan: str | None = None,
    region: str | None = None,
    period: str,
    as_of: datetime | None = None,
    occasion: Occasion | None = None,
    font: Path | None = None,
) -> Papers:
    """Gathered once for every document and format. Raises QuestionError for an unknown plan, region or period."""
    facts = gather(desk, plan=plan, region=region, period=period, as_of=as_of)
    known = occasion or Occasion()
    return Papers(facts, known, indicator_table(facts, known), report_draft(facts, known), font)


def file_name(papers: Papers, kind: Kind, format_: Format) -> str:
    """`uhs-14-000000-2025-主要指标完成情况表.docx`."""
    facts = papers.facts
    return f"{facts.plan.id}-{facts.region.code}-{facts.period.code}-{NAMES[kind]}.{format_}"
