"""The table in the form of the plan's own: its cells, marks and notes, the same in four formats."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from monitor.documents.build import Papers, papers_of
from monitor.documents.facts import note_explains_the_name
from monitor.documents.press import Press
from monitor.documents.table import bracketed
from monitor.report.desk import Desk, QuestionError

from .reading import pdf_text, table_cells

HEADS = ["类别", "主要指标", "2020年", "2025年目标", "2025年实际", "测算结果", "评估结论", "指标属性"]
# box 1 of the plan, with the figures of data/published_national.csv
ROWS = {
    1: (
        "参保覆盖", "基本医疗保险参保率（%）",
        ">95", ">95①", "95左右", "保持", "约束性",
    ),
    2: (
        "基金安全", "基本医疗保险（含生育保险）基金收入（万亿元）",
        "2.5", "收入规模与经济社会发展水平更加适应", "3.59", "人工评估", "预期性",
    ),
    4: (
        "保障程度", "职工基本医疗保险政策范围内住院费用基金支付比例（%）",
        "85.2", "保持稳定", "84.1", "未保持（首个未保持期：2025年）", "预期性",
    ),
    7: (
        "保障程度", "个人卫生支出占卫生总费用的比例（%）",
        "27.7", "27", "27.11", "期末未达标（2022年曾达标）", "约束性",
    ),
    8: (
        "精细管理", "实行按疾病诊断相关分组付费和按病种付费的住院费用占全部住院费用的比例（%）",
        "—", "70", "暂无数据", "暂无数据", "预期性",
    ),
    9: (
        "精细管理", "公立医疗机构通过省级集中采购平台采购药品金额占全部采购药品（不含中药饮片）金额的比例（%）",
        "75左右", "90", "暂无数据", "暂无数据", "预期性",
    ),
    11: (
        "精细管理", "药品集中带量采购品种（个）",
        "112", ">500②", "暂无数据", "暂无数据", "预期性",
    ),
    13: (
        "优质服务", "住院费用跨省直接结算率④（%）",
        ">50", ">70", "暂无数据", "暂无数据", "预期性",
    ),
    15: (
        "优质服务", "医疗保障政务服务事项窗口可办率（%）",
        "—", "100", "暂无数据", "暂无数据", "约束性",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def papers(published: Desk) -> Papers:
    return papers_of(published, period="2025", press=Press())


def test_rows_are_those_of_the_plans_box(papers: Papers) -> None:
    table = papers.table
    assert list(table.heads) == HEADS and len(table.rows) == 15
    assert [(g.category, len(g.rows)) for g in table.groups] == [
        ("参保覆盖", 1), ("基金安全", 2), ("保障程度", 4), ("精细管理", 5), ("优质服务", 3),
    ]  # fmt: skip
    found = {
        row.number: (group.category, row.told_name.plain, row.base.plain, row.target.plain, row.actual.plain,
                     row.result.plain, row.nature.plain)
        for group in table.groups
        for row in group.rows
    }  # fmt: skip
    assert {number: found[number] for number in ROWS} == ROWS
    assert [note[0] for note in table.notes] == ["①", "②", "③", "④", "“"]
    assert not table.synthetic and "模拟数据" not in repr(table)


def test_what_figures_rest_on_stands_under_the_table(papers: Papers) -> None:
    said = "\n".join((*papers.table.sources, *papers.table.basis))
    assert "2025年我国卫生健康事业发展统计公报（国家卫生健康委），2025，公报数，报送编号" in said
    for text in ("数据截至：", "容差±1", "1.2 倍", "0.8 倍", papers.facts.catalogue_version, "国办发〔2021〕36号"):
        assert text in said


def test_the_word_file_has_merged_cells_and_raised_marks(papers: Papers) -> None:
    content = papers.made("table", "docx")
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert xml.count('<w:vMerge w:val="restart"/>') == 5 + 6  # categories, and heads over two rows
    for mark in "①②③④":
        assert f'<w:vertAlign w:val="superscript"/></w:rPr><w:t xml:space="preserve">{mark}</w:t>' in xml
    cells = table_cells(content)
    texts = [text for row in cells for text in row]
    for row in ROWS.values():
        assert set(row) <= set(texts)
    assert "{{" not in xml and "{%" not in xml


def test_the_workbook_has_the_same_cells_and_no_formula(papers: Papers) -> None:
    book = load_workbook(io.BytesIO(papers.made("table", "xlsx")))
    sheet = book["完成情况表"]
    assert {"A3:A4", "F3:G3", "A6:A7", "A8:A11", "A12:A16", "A17:A19", "A1:H1"} <= {
        str(one) for one in sheet.merged_cells.ranges
    }
    texts = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]
    for row in ROWS.values():
        assert set(row) <= set(texts)
    assert {cell.data_type for one in book for line in one.iter_rows() for cell in line} <= {"s", "n"}
    exact = [[cell.value for cell in line] for line in book["数据出处"].iter_rows(min_row=2)]
    assert ["2", "3.59", "3.592132"] in [line[:3] for line in exact]


def test_the_csv_has_every_digit_and_never_a_formula(papers: Papers) -> None:
    text = papers.made("table", "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["number"] for row in rows] == [str(one) for one in range(1, 16)]
    assert (rows[1]["actual"], rows[1]["exact"]) == ("3.59", "3.592132")
    assert rows[6]["exact"].startswith("27.10898") and rows[12]["note"] == "④"
    assert all("数据截至" in row["basis"] for row in rows)


def test_the_pdf_says_the_same(papers: Papers) -> None:
    text = pdf_text(papers.made("table", "pdf"))
    for part in ("主要指标完成情况表", "保障程度", "75左右", ">95", "期末未达标", "④指住院费用", "数据截至"):
        assert part in text


def test_notes_about_the_indicator_stand_at_its_name() -> None:
    assert note_explains_the_name("指住院费用跨省直接结算人次占全部住院跨省异地就医人次的比例。")
    assert not note_explains_the_name("指到2025年各省达500个以上。")
    assert not note_explains_the_name("指“十四五”期间每年保持在95%以上。")


def test_cumulative_figures_stand_in_brackets(published: Desk) -> None:
    assert bracketed("12.5", True) == "〔12.5〕" == bracketed("〔12.5〕", True) and bracketed("12.5", False) == "12.5"
    quarter = papers_of(published, period="2024-Q3", press=Press()).table
    assert any("〔 〕内为自年初累计数" in note for note in quarter.notes)


def test_a_part_of_a_year_is_bracketed_where_it_counts_since_january(desk: Desk, tmp_path: Any) -> None:
    from .world import send

    send(desk, tmp_path, "fund_income,000000,2026-Q2,1.8")
    rows = {row.number: row for row in papers_of(desk, period="2026-Q2", press=Press()).table.rows}
    assert rows[2].actual.text == "〔1.8〕"
    assert rows[2].base.text == "2.5"


def test_any_region_any_period_any_format(published: Desk) -> None:
    made = papers_of(published, region="320000", period="2023", press=Press())
    assert made.table.title.endswith("（江苏省）") and {row.actual.text for row in made.table.rows} == {"暂无数据"}
    assert papers_of(published, region="000000", period="2022", press=Press()).table.heads[4] == "2022年实际"
    with pytest.raises(QuestionError):
        papers_of(published, region="999999", period="2023", press=Press())
    with pytest.raises(QuestionError):
        papers_of(published, period="二十三", press=Press())
