"""Make the two Word templates that ship (data/templates): `python scripts/make_templates.py [FOLDER]`.

They are made from code, so that a change of them can be read; the same code gives the same bytes (tests compare).
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from monitor.documents.template import repacked

_SONG, _FANG, _HEI = "宋体", "仿宋", "黑体"
_INDICATOR_WIDTHS = (2.1, 6.8, 1.9, 3.7, 3.2, 3.1, 2.8, 1.9)
_ORIGIN_WIDTHS = (1.2, 2.3, 3.9, 2.4, 4.4, 1.6, 1.6, 1.6, 4.3, 2.2)
_ORIGIN_HEADS = ("序号", "正文用数", "精确值", "含义", "指标", "地区", "报告期", "版本", "来源", "报送编号")
_ORIGIN_NAMES = (
    "mark",
    "printed",
    "exact",
    "meaning",
    "indicator",
    "region",
    "period",
    "vintage",
    "source",
    "submissions",
)


def table_template() -> bytes:
    """The table of the main indicators, on a sheet across."""
    document = _document()
    _across(document.sections[0])
    _head_and_foot(document.sections[0])
    _indicator_table(document, "")
    return _bytes(document)


def draft_template() -> bytes:
    """The draft of the report, upright, then two annexes across: the table and where each number is from."""
    document = _document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    section.top_margin, section.bottom_margin = Cm(3), Cm(2.6)
    _head_and_foot(section)
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ subtitle }}", style="Subtitle")
    document.add_paragraph("{%p for chapter in chapters %}")
    document.add_paragraph("{{ chapter.title }}", style="Heading 1")
    document.add_paragraph("{%p for section in chapter.sections %}")
    document.add_paragraph("{%p if section.title %}")
    document.add_paragraph("{{ section.title }}", style="Heading 2")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for paragraph in section.paragraphs %}")
    document.add_paragraph("{{r paragraph }}", style="Body Text")
    for _ in range(3):
        document.add_paragraph("{%p endfor %}")
    _across(document.add_section(WD_SECTION.NEW_PAGE))
    document.add_paragraph("附件1", style="Heading 2")
    _indicator_table(document, "table.")
    document.add_paragraph("附件2　数据出处", style="Heading 2").paragraph_format.page_break_before = True
    document.add_paragraph(
        "正文中的数字后面带有序号，对应下表。数据截至：{{ as_of }}。正文为便于阅读取舍了小数位，精确值见本表。",
        style="Note",
    )
    _origin_table(document)
    document.add_paragraph("{%p for line in groups %}")
    document.add_paragraph("{{ line }}", style="Note")
    document.add_paragraph("{%p endfor %}")
    return _bytes(document)


def _indicator_table(document: Any, of: str) -> None:
    document.add_paragraph(f"{{{{ {of}title }}}}", style="Title")
    document.add_paragraph(f"{{{{ {of}subtitle }}}}", style="Subtitle")
    table = document.add_table(rows=7, cols=len(_INDICATOR_WIDTHS), style="Table Grid")
    _widths(table, _INDICATOR_WIDTHS)
    upper, lower = table.rows[0].cells, table.rows[1].cells
    names = ("category", "name", "base", "target", "actual", "result", "conclusion", "nature")
    for place, name in enumerate(names):
        if name in ("result", "conclusion"):
            _write(lower[place], f"{{{{ {of}heads.{name} }}}}", "Table Head")
        else:
            _write(upper[place].merge(lower[place]), f"{{{{ {of}heads.{name} }}}}", "Table Head")
    _write(upper[5].merge(upper[6]), "完成情况", "Table Head")
    _write(table.rows[2].cells[0], f"{{%tr for group in {of}groups %}}", "Table Text")
    _write(table.rows[3].cells[0], "{%tr for row in group.rows %}", "Table Text")
    body = table.rows[4].cells
    _write(body[0], "{% vm %}{{ group.category }}", "Table Middle")
    for place, name in enumerate(names[1:], start=1):
        _write(body[place], f"{{{{r row.{name} }}}}", "Table Text" if name in ("name", "target") else "Table Middle")
    for row in (table.rows[5], table.rows[6]):
        _write(row.cells[0], "{%tr endfor %}", "Table Text")
    for row in table.rows[:2]:
        _row_property(row, "w:tblHeader")
    for row in table.rows:
        _row_property(row, "w:cantSplit")
    for name, lead in (("notes", "注："), ("sources", "资料来源："), ("basis", "")):
        document.add_paragraph(f"{{%p if {of}{name} %}}")
        if lead:
            document.add_paragraph(lead, style="Note")
        document.add_paragraph(f"{{%p for line in {of}{name} %}}")
        document.add_paragraph("{{ line }}", style="Note")
        document.add_paragraph("{%p endfor %}")
        document.add_paragraph("{%p endif %}")


def _origin_table(document: Any) -> None:
    table = document.add_table(rows=4, cols=len(_ORIGIN_WIDTHS), style="Table Grid")
    _widths(table, _ORIGIN_WIDTHS)
    for cell, head in zip(table.rows[0].cells, _ORIGIN_HEADS, strict=True):
        _write(cell, head, "Table Head")
    _row_property(table.rows[0], "w:tblHeader")
    _write(table.rows[1].cells[0], "{%tr for row in origins %}", "Note")
    for cell, name in zip(table.rows[2].cells, _ORIGIN_NAMES, strict=True):
        _write(cell, f"{{{{ row.{name} }}}}", "Origin")
    _write(table.rows[3].cells[0], "{%tr endfor %}", "Note")
    for row in table.rows:
        _row_property(row, "w:cantSplit")


def _document() -> Any:
    document = Document()
    document.core_properties.title = "{{ title }}"
    document.core_properties.author = "plan-monitor"
    document.core_properties.comments = ""
    styles = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _style(styles["Normal"], _FANG, 12)
    _style(styles["Title"], _SONG, 20, bold=True, middle=True)
    _style(styles["Subtitle"], _FANG, 12, middle=True)
    _style(styles["Heading 1"], _HEI, 16)
    _style(styles["Heading 2"], _HEI, 14)
    body = _style(styles["Body Text"], _FANG, 14)
    body.paragraph_format.first_line_indent = Pt(28)
    body.paragraph_format.line_spacing = 1.5
    for name, font, size, middle in (
        ("Table Head", _HEI, 10.5, True), ("Table Text", _FANG, 10.5, False), ("Table Middle", _FANG, 10.5, True),
        ("Note", _FANG, 9, False), ("Origin", _FANG, 8, False),
    ):  # fmt: skip
        _style(styles.add_style(name, 1), font, size, middle=middle)
    return document


def _style(style: Any, font: str, size: float, *, bold: bool = False, middle: bool = False) -> Any:
    style.font.name, style.font.size, style.font.bold, style.font.italic = "Times New Roman", Pt(size), bold, False
    style.font.color.rgb = None
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), font)
    for color in properties.findall(qn("w:color")):
        properties.remove(color)
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(1)
    style.paragraph_format.line_spacing = 1
    if middle:
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return style


def _across(section: Any) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2.1)
    section.top_margin = section.bottom_margin = Cm(2)


def _head_and_foot(section: Any) -> None:
    head = section.header.paragraphs[0]
    head.text, head.alignment = "{{ synthetic }}", WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = foot.add_run()
        if kind is not None:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _widths(table: Any, widths: tuple[float, ...]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _write(cell: Any, text: str, style: str) -> None:
    cell.text = ""
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(text)
    for spare in cell.paragraphs[1:]:
        spare._p.getparent().remove(spare._p)
    cell.vertical_alignment = 1


def _row_property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _bytes(document: Any) -> bytes:
    for section in document.sections:
        for grid in section._sectPr.findall(qn("w:docGrid")):  # lines as high as their style says
            section._sectPr.remove(grid)
    made = io.BytesIO()
    document.save(made)
    return repacked(made.getvalue())


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "data" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.docx").write_bytes(table_template())
    (folder / "draft.docx").write_bytes(draft_template())


if __name__ == "__main__":
    main()
