"""The documents as .docx: the content model as names that a template uses, and the templates that ship."""

from __future__ import annotations

from typing import Any

from docxtpl import RichText

from monitor.shipped import find_shipped

from .draft import Draft
from .prose import OriginRow, Paragraph, clean
from .table import Cell, IndicatorTable, TableRow
from .template import fill
from .words import SYNTHETIC

TABLE_TEMPLATE = "data/templates/table.docx"
HEADS = ("category", "name", "base", "target", "actual", "result", "conclusion", "nature")
DRAFT_TEMPLATE = "data/templates/draft.docx"


def table_docx(table: IndicatorTable, template: bytes | None = None, name: str = "") -> bytes:
    """Raises DocumentError for a template with a mistake."""
    if template is None:
        template, name = _shipped(TABLE_TEMPLATE)
    return fill(template, name, table_context(table))


def draft_docx(draft: Draft, table: IndicatorTable, template: bytes | None = None, name: str = "") -> bytes:
    """Raises DocumentError for a template with a mistake."""
    if template is None:
        template, name = _shipped(DRAFT_TEMPLATE)
    return fill(template, name, draft_context(draft, table))


def table_context(table: IndicatorTable) -> dict[str, Any]:
    """The names of a template for the table (docs/documents.md)."""
    return {
        "title": table.title,
        "subtitle": table.subtitle,
        "heads": dict(zip(HEADS, table.heads, strict=True)),
        "groups": [{"category": group.category, "rows": [_row(row) for row in group.rows]} for group in table.groups],
        "notes": list(table.notes),
        "sources": list(table.sources),
        "basis": list(table.basis),
        "synthetic": SYNTHETIC if table.synthetic else "",
    }


def draft_context(draft: Draft, table: IndicatorTable) -> dict[str, Any]:
    """The names of a template for the draft; `table` holds those of the table, so that a template may place it."""
    return {
        "title": draft.title,
        "subtitle": draft.subtitle,
        "chapters": [
            {
                "title": chapter.title,
                "sections": [
                    {"title": section.title, "paragraphs": [_rich(one) for one in section.paragraphs]}
                    for section in chapter.sections
                ],
            }
            for chapter in draft.chapters
        ],
        "origins": [_origin(row) for row in draft.origins],
        "groups": list(draft.groups),
        "as_of": draft.as_of,
        "basis": list(draft.basis),
        "synthetic": SYNTHETIC if draft.synthetic else "",
        "table": table_context(table),
    }


def _row(row: TableRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": _cell(row.told_name),
        "unit": row.unit,
        "base": _cell(row.base),
        "target": _cell(row.target),
        "actual": _cell(row.actual),
        "result": _cell(row.result),
        "conclusion": _cell(row.conclusion),
        "nature": _cell(row.nature),
        "exact": row.exact,
        "vintage": row.vintage,
        "source": row.source,
        "submissions": row.submissions,
    }


def _origin(row: OriginRow) -> dict[str, str]:
    return {name: clean(getattr(row, name)) for name in OriginRow.__dataclass_fields__}


def _cell(cell: Cell) -> RichText:
    return _rich(cell.runs)


def _rich(paragraph: Paragraph) -> RichText:
    made = RichText()
    for run in paragraph:
        made.add(run.clean, superscript=run.raised)
    return made


def _shipped(name: str) -> tuple[bytes, str]:
    return find_shipped(name).read_bytes(), name
