"""The documents as PDF, set by this program alone: no office program is needed, and the same question gives the same
bytes with the same font.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.lib.pagesizes import A4, landscape, portrait
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageBreak, PageTemplate, Table
from reportlab.platypus.flowables import Flowable

from .draft import Draft
from .font_subset import Face, face_of
from .prose import OriginRow, Paragraph, Run
from .table import IndicatorTable
from .words import SYNTHETIC
from .wrapping import Wrapped

_INDICATOR_WIDTHS = (2.0, 7.0, 1.9, 3.7, 3.2, 3.1, 2.7, 1.9)
_ORIGIN_WIDTHS = (1.1, 2.4, 3.9, 2.4, 4.4, 1.5, 1.5, 1.5, 4.4, 2.4)
_ORIGIN_HEADS = ("序号", "正文用数", "精确值", "含义", "指标", "地区", "报告期", "版本", "来源", "报送编号")
_SUPERSCRIPT = '<super size="65%" rise="4">{}</super>'
_TOGETHER, _NOTES, _SOURCES = "完成情况", "注：", "资料来源："
_ANNEX, _ORIGINS = "附件1", "附件2　数据出处"
_ORIGINS_NOTE = "正文中的数字后面带有序号，对应下表。数据截至："
_THIN = 0.4
_ONE_AT_A_TIME = Lock()


def table_pdf(table: IndicatorTable, font: Path | None = None) -> bytes:
    """`font`: to embed, None for the reader's own. Raises DocumentError for a font that cannot be used."""
    with _set_in(font, _all_text(table, None)) as setting:
        return setting.pages(table.title, setting.of_table(table), [], table.synthetic)


def draft_pdf(draft: Draft, table: IndicatorTable, font: Path | None = None) -> bytes:
    """The text upright, then the annexes across. Raises DocumentError for a font that cannot be used."""
    with _set_in(font, _all_text(table, draft)) as setting:
        return setting.pages(draft.title, setting.of_annexes(draft, table), setting.of_text(draft), draft.synthetic)


@contextmanager
def _set_in(font: Path | None, text: str) -> Iterator[_Setting]:
    """reportlab keeps its fonts for the whole process: one document is set at a time, and its face is let go."""
    face = face_of(font, text)
    with _ONE_AT_A_TIME:
        made = UnicodeCIDFont(face.name) if face.content is None else TTFont(face.name, io.BytesIO(face.content))
        pdfmetrics.registerFont(made)
        try:
            yield _Setting(face)
        finally:
            pdfmetrics._fonts.pop(face.name, None)
            pdfmetrics._typefaces.pop(face.name, None)


def _all_text(table: IndicatorTable, draft: Draft | None) -> str:
    """Every character that a document prints, and those of its own words."""
    own = (*_ORIGIN_HEADS, _TOGETHER, _NOTES, _SOURCES, _ANNEX, _ORIGINS, _ORIGINS_NOTE, SYNTHETIC)
    return f"{table!r}{draft!r}{''.join(own)}0123456789"


class _Setting:
    """One document under way: its face and its styles."""

    def __init__(self, face: Face) -> None:
        self.font = face.name
        self.title = self._style(17, 24, alignment=1, spaceAfter=4)
        self.subtitle = self._style(11, 15, alignment=1, spaceAfter=8)
        self.chapter = self._style(15, 22, spaceBefore=8, spaceAfter=4, keepWithNext=1)
        self.section = self._style(13, 19, spaceBefore=4, spaceAfter=2, keepWithNext=1)
        self.body = self._style(12, 20, firstLineIndent=24, spaceAfter=2)
        self.cell = self._style(9.5, 12.5)
        self.middle = self._style(9.5, 12.5, alignment=1)
        self.note = self._style(8.5, 12)
        self.origin = self._style(7.5, 9.5)

    def pages(self, title: str, across: list[Any], upright: list[Any], synthetic: bool) -> bytes:
        """First the upright pages, where there are any, then those across."""
        made = io.BytesIO()
        document = BaseDocTemplate(
            made, title=title, author="plan-monitor", invariant=1, pageCompression=1, initialFontName=self.font
        )
        document.addPageTemplates(
            [self._page("upright", portrait(A4), synthetic), self._page("across", landscape(A4), synthetic)]
        )
        story: list[Flowable] = [NextPageTemplate("across"), *across]
        if upright:
            story = [*upright, NextPageTemplate("across"), PageBreak(), *across]
        else:
            document.pageTemplates.reverse()
        document.build(story)
        return made.getvalue()

    def of_table(self, table: IndicatorTable) -> list[Flowable]:
        story: list[Flowable] = [self._text(table.title, self.title), self._text(table.subtitle, self.subtitle)]
        story.append(self._indicators(table))
        for lead, lines in ((_NOTES, table.notes), (_SOURCES, table.sources), ("", table.basis)):
            if lines and lead:
                story.append(self._text(lead, self.note))
            story += [self._text(line, self.note) for line in lines]
        return story

    def of_text(self, draft: Draft) -> list[Flowable]:
        story: list[Flowable] = [self._text(draft.title, self.title), self._text(draft.subtitle, self.subtitle)]
        for chapter in draft.chapters:
            story.append(self._text(chapter.title, self.chapter))
            for section in chapter.sections:
                story += [self._text(section.title, self.section)] if section.title else []
                story += [self._runs(one, self.body) for one in section.paragraphs]
        return story

    def of_annexes(self, draft: Draft, table: IndicatorTable) -> list[Flowable]:
        story: list[Flowable] = [self._text(_ANNEX, self.section), *self.of_table(table), PageBreak()]
        story.append(self._text(_ORIGINS, self.section))
        story.append(self._text(f"{_ORIGINS_NOTE}{draft.as_of}。", self.note))
        story.append(self._origins(draft.origins))
        return [*story, *(self._text(line, self.note) for line in draft.groups)]

    def _indicators(self, table: IndicatorTable) -> Table:
        upper: list[Any] = [self._text(head, self.middle) for head in table.heads]
        lower: list[Any] = ["" for _ in table.heads]
        lower[5], lower[6] = upper[5], upper[6]
        upper[5], upper[6] = self._text(_TOGETHER, self.middle), ""
        cells: list[list[Any]] = [upper, lower]
        spans: list[tuple[Any, ...]] = [("SPAN", (5, 0), (6, 0))]
        spans += [("SPAN", (place, 0), (place, 1)) for place in range(len(table.heads)) if place not in (5, 6)]
        for group in table.groups:
            first = len(cells)
            for row in group.rows:
                known = (row.base, row.target, row.actual, row.result, row.conclusion, row.nature)
                styles = (self.middle, self.cell, *[self.middle] * 4)
                cells.append(
                    [
                        self._text(group.category, self.middle) if len(cells) == first else "",
                        self._runs(row.told_name.runs, self.cell),
                        *(self._runs(cell.runs, style) for cell, style in zip(known, styles, strict=True)),
                    ]
                )
            if len(group.rows) > 1:
                spans.append(("SPAN", (0, first), (0, len(cells) - 1)))
        return self._grid(cells, _INDICATOR_WIDTHS, 2, spans)

    def _origins(self, rows: Sequence[OriginRow]) -> Table:
        cells: list[list[Any]] = [[self._text(head, self.origin) for head in _ORIGIN_HEADS]]
        for row in rows:
            known = (row.mark, row.printed, row.exact, row.meaning, row.indicator, row.region, row.period, row.vintage)
            cells.append([self._text(text, self.origin) for text in (*known, row.source, row.submissions)])
        return self._grid(cells, _ORIGIN_WIDTHS, 1, [])

    def _grid(self, cells: list[list[Any]], widths: Sequence[float], heads: int, spans: list[tuple[Any, ...]]) -> Table:
        style = [
            ("GRID", (0, 0), (-1, -1), _THIN, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3), *spans,
        ]  # fmt: skip
        return Table(cells, [width * cm for width in widths], repeatRows=heads, style=style, spaceAfter=4)

    def _page(self, name: str, size: tuple[float, float], synthetic: bool) -> PageTemplate:
        width, height = size
        side, top = (2.0 * cm, 1.8 * cm) if width > height else (2.7 * cm, 2.5 * cm)

        def frame(canvas: Any, document: Any) -> None:
            canvas.setFont(self.font, 9)
            canvas.drawCentredString(width / 2, top / 2, str(document.page))
            if synthetic:
                canvas.drawRightString(width - side, height - top / 2, SYNTHETIC)

        inner = Frame(side, top, width - 2 * side, height - 2 * top, 0, 0, 0, 0)
        return PageTemplate(name, [inner], onPage=frame, pagesize=size)

    def _style(self, size: float, leading: float, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(f"s{size}", fontName=self.font, fontSize=size, leading=leading, wordWrap="CJK", **more)

    def _text(self, text: str, style: ParagraphStyle) -> Wrapped:
        return self._runs((Run(text),), style)

    def _runs(self, paragraph: Paragraph, style: ParagraphStyle) -> Wrapped:
        marked = (_SUPERSCRIPT.format(escape(run.clean)) if run.raised else escape(run.clean) for run in paragraph)
        return Wrapped("".join(marked), style)
