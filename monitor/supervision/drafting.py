"""The draft of the supervision report (监督报告): its chapters by rule from the chosen findings, and its file.

目的与依据, 范围与方式, 报送情况, 发现的问题, 整改意见: in Chinese, as the document is; people edit it from here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from .dossier import CHAPTERS, Chapters, Finding, Supervision
from .letters import REGULARITY
from .request import Request
from .rules import Names
from .standing import Standing, count_of, late_units

TITLES: Mapping[str, tuple[str, str]] = {
    "basis": ("一、目的与依据", "1. Purpose and basis"),
    "scope": ("二、范围与方式", "2. Scope and way"),
    "submission": ("三、报送情况", "3. What was sent"),
    "problems": ("四、发现的问题", "4. What was found"),
    "rectification": ("五、整改意见", "5. What is to be put right"),
}
SYNTHETIC = "【模拟数据】本报告所依据的数据含模拟数据，仅供演示。"
_INDENT = 24 * 12_700  # two characters of the text, in the unit of such documents
_DOCX_DAY = (1980, 1, 1, 0, 0, 0)
_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 — a document's own dates have no zone


def chapters_of(
    request: Request, names: Names, found: Sequence[Standing], chosen: Sequence[Finding], as_of: str
) -> dict[str, str]:
    """The five chapters. `found`: where the units stood as of the analysis; `as_of`: its moment, as people read it."""
    return {
        "basis": _basis(request),
        "scope": _scope(request, names),
        "submission": _submission(names, found, as_of),
        "problems": _problems(names, chosen),
        "rectification": _rectification(names, chosen),
    }


def _basis(request: Request) -> str:
    return f"监督目的：{request.purpose}\n监督依据：{request.basis or '布置时未写明，请补充'}"


def _scope(request: Request, names: Names) -> str:
    units = "、".join(names.unit(one)[0] for one in request.units)
    return (
        f"被监督单位 {len(request.units)} 个：{units}。\n"
        f"监督内容：{names.form(request.form)[0]}，报告期 {'、'.join(request.periods)}，"
        f"指标 {len(request.indicators)} 项。\n"
        f"监督方式：非现场监督，{REGULARITY[request.regularity][0]}；报送方式：{request.channel}；"
        f"报送时限：{request.deadline}。"
    )


def _submission(names: Names, found: Sequence[Standing], as_of: str) -> str:
    late = [one for one in found if one.is_late and one.sent_on is not None]
    lines = [
        f"应报 {len(found)} 份，已审核通过 {count_of(found, 'accepted')} 份，待审核 {count_of(found, 'submitted')} 份，"
        f"退回 {count_of(found, 'returned')} 份，未报 {count_of(found, 'not_sent') + count_of(found, 'draft')} 份；"
        f"迟报 {len(late)} 份。"
    ]
    owing = late_units(found)
    if owing:
        lines.append(f"逾期未报的单位：{'、'.join(names.unit(one)[0] for one in owing)}。")
    lines.append(f"以上情况及下列数据截至 {as_of}。")
    return "\n".join(lines)


def _problems(names: Names, chosen: Sequence[Finding]) -> str:
    if not chosen:
        return "在监督范围内未发现需要指出的问题。"
    lines = []
    for number, unit in enumerate(dict.fromkeys(one.unit for one in chosen), start=1):
        own = [one for one in chosen if one.unit == unit]
        lines.append(f"（{number}）{names.unit(unit)[0]}（{len(own)} 个问题）")
        lines += [f"{place}. {one.zh}。" for place, one in enumerate(own, start=1)]
    return "\n".join(lines)


_CURES = {
    "missing": "立即补报逾期未报的数据",
    "late": "查明迟报原因，建立按期报送制度",
    "returned": "按审核意见修改后重新报送",
    "incomplete": "补报缺少的指标",
    "lagging": "分析指标滞后的原因，提出并落实加快进度的措施",
    "breached": "分析指标未能保持的原因，提出并落实恢复措施",
    "outlier": "核实明显偏离的数据，有误的更正，属实的书面说明",
    "unexplained": "对核实性问题作出书面说明",
    "unbalanced": "核实不平衡的数据，有误的更正，属实的书面说明",
    "own": "对指出的问题进行整改",
}


def cure_of(finding: Finding) -> str:
    """What is usually asked to be done about a finding of its kind."""
    return _CURES[finding.kind]


def _rectification(names: Names, chosen: Sequence[Finding]) -> str:
    lines = []
    for number, unit in enumerate(dict.fromkeys(one.unit for one in chosen), start=1):
        cures = dict.fromkeys(cure_of(one) for one in chosen if one.unit == unit)
        lines.append(f"（{number}）{names.unit(unit)[0]}：{'；'.join(cures)}。")
    return "\n".join(lines) if lines else "无。"


def document(state: Supervision, chapters: Chapters, issued_on: date, *, synthetic: bool) -> bytes:
    """The report as a .docx: the same bytes for the same text, with no time of its making."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    made, title = docx.Document(), _printable(state.request.title)
    _dress(made)
    made.add_heading(f"监督报告：{title}", level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    lines = [f"编号：{state.dossier}    签发日期：{issued_on}", *([SYNTHETIC] if synthetic else [])]
    for line in lines:
        made.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in CHAPTERS:
        made.add_heading(TITLES[name][0], level=1)
        for line in chapters[name].splitlines():
            made.add_paragraph(_printable(line)).paragraph_format.first_line_indent = _INDENT
    facts = made.core_properties
    facts.author, facts.title, facts.comments, facts.last_modified_by = "", title, "", ""
    facts.created = facts.modified = _FIXED
    found = io.BytesIO()
    made.save(found)
    return _fixed(found.getvalue())


def _dress(made: Any) -> None:
    """A4 in black, songti for the text and heiti for headings, read as Chinese."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(28)
    page.top_margin = page.bottom_margin = Mm(30)
    for name, size in (("Normal", 12), ("Title", 20), ("Heading 1", 14)):
        style = made.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Times New Roman", Pt(size), RGBColor(0, 0, 0)
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), "宋体" if name == "Normal" else "黑体")
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _printable(text: str) -> str:
    """Without the characters that no document can hold."""
    return "".join(c for c in text if c.isprintable())


def _fixed(content: bytes) -> bytes:
    """The same package with its parts in the order of their names and without the day on which it was packed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            part = zipfile.ZipInfo(name, _DOCX_DAY)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(part, source.read(name))
    return target.getvalue()
