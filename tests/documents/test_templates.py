"""Templates of one's own: what they may say, and each mistake told with its place and cure, never a traceback."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from pathlib import Path

import pytest
from docx import Document

from monitor.documents.build import Papers, papers_of
from monitor.documents.press import Press, Template, press_of, read_template
from monitor.documents.problem import DocumentError
from monitor.documents.template import LARGEST, check_template
from monitor.report.desk import Desk
from monitor.shipped import find_shipped

from .reading import docx_text

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def papers(published: Desk) -> Papers:
    return papers_of(published, period="2025", press=Press())


def template(*lines: str) -> Template:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    return Template("我的模板.docx", made.getvalue())


def test_a_template_of_ones_own_chooses_what_is_printed(papers: Papers) -> None:
    own = template(
        "单位抬头 {{ title }}", "{%p for group in groups %}", "{%p for row in group.rows %}",
        "{{r row.name }}：{{r row.actual }}，{{ row.exact or '无' }}", "{%p endfor %}", "{%p endfor %}",
    )  # fmt: skip
    text = docx_text(papers.made("table", "docx", own))
    assert "单位抬头 “十四五”全民医疗保障规划主要指标完成情况表" in text
    assert "基本医疗保险（含生育保险）基金收入（万亿元）：3.59，3.592132" in text
    assert papers.made("table", "docx", own) == papers.made("table", "docx", own)
    assert papers.made_with("table", "docx", own) == {"template": own.sha256}


def test_a_folder_of_templates_takes_the_place_of_the_shipped(published: Desk, tmp_path: Path) -> None:
    (tmp_path / "table.docx").write_bytes(template("只有标题 {{ title }}").content)
    made = papers_of(published, period="2025", press=press_of(None, tmp_path))
    assert docx_text(made.made("table", "docx")).startswith("只有标题")
    assert "数据出处" in docx_text(made.made("draft", "docx"))
    with pytest.raises(DocumentError, match="MONITOR_DOCUMENT_TEMPLATES"):
        press_of(None, tmp_path / "none")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("附近 {{ titel }}", "titel"), ("{%p for row in groups %}", "endfor"), ("{{ title", "标记写错了"),
        ("{{ title | evil }}", "evil"), ("{{ groups.append(1) }}", "模板不允许"),
        ("{{ 'a' * 999999999 }}", "模板不允许"), ("{{ title.__class__.__mro__ }}", ""),
        ("{{ range(9) }}", "模板不允许"), ("{% include 'x' %}", ""), ("{%tr for row in groups %}", ""),
        ("{{ groups[99].category }}", ""), ("{{ 1 / 0 }}", ""),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_cure(papers: Papers, line: str, said: str) -> None:
    with pytest.raises(DocumentError) as refused:
        papers.made("table", "docx", template("开头", line))
    assert "我的模板.docx" in refused.value.zh and said in refused.value.zh
    assert "docs/documents.md" in refused.value.en and "Traceback" not in refused.value.en


def test_long_work_ends(papers: Papers) -> None:
    loops = "".join(f"{{% for {name} in groups %}}{{% for {name}{name} in {name}.rows %}}" for name in "abcde")
    ends = "{% endfor %}" * 10
    with pytest.raises(DocumentError, match="too much work"):
        papers.made("table", "docx", template(f"{loops}{{{{ ee.exact }}}}{ends}"))


def repacked(content: bytes, name: str, body: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as pack, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as again:
        for part in pack.infolist():
            if part.filename != name:
                again.writestr(part.filename, pack.read(part))
        again.writestr(name, body)
    return made.getvalue()


def test_what_is_no_plain_word_document_is_refused() -> None:
    good = template("{{ title }}").content
    outside = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://example.org/x.dotm" TargetMode="External"/></Relationships>'
    )
    for content, said in (
        (b"no zip", "不是 Word 文档"), (repacked(b"PK\x05\x06" + bytes(18), "x", b"y"), "不是 Word 文档"),
        (b"x" * (LARGEST + 1), "超过"), (repacked(good, "word/vbaProject.bin", b"x"), "宏"),
        (repacked(good, "word/media/big.png", bytes(41_000_000)), "过大"),
        (repacked(good, "word/_rels/settings.xml.rels", outside), "以外"),
    ):  # fmt: skip
        with pytest.raises(DocumentError, match=said):
            check_template(content, "坏.docx")
    check_template(good, "好.docx")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.docx"):
        read_template(tmp_path / "none.docx")
    with pytest.raises(DocumentError, match="MONITOR_PDF_FONT"):
        press_of(tmp_path / "none.ttf", None)


def test_a_font_that_is_none_is_refused(papers: Papers, tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "bad.ttf").write_bytes(b"no font at all")
    with pytest.raises(DocumentError, match=r"bad\.ttf"):
        replace(papers, press=press_of(tmp_path / "bad.ttf", None)).made("table", "pdf")


def test_the_shipped_templates_are_what_their_script_makes() -> None:
    spec = importlib.util.spec_from_file_location("make_templates", TOP / "scripts" / "make_templates.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert find_shipped("data/templates/table.docx").read_bytes() == script.table_template()
    assert find_shipped("data/templates/draft.docx").read_bytes() == script.draft_template()
