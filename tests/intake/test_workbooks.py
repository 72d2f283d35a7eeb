"""Workbooks: what a sheet shows is what is read, and what a reader would hide is reported."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from monitor.intake.reading import Reading
from tests.cycle.in_process import reading_in_process
from tests.intake.desk import ReadingDesk, codes, rows_of
from tests.intake.workbooks import RELATIONS, Cell, SheetPart, formula, pack, parts, sheet_xml, styled, workbook

HEADER = ["indicator_id", "region_code", "period", "value"]
ROW = ["enrolment_rate", "110000", "2023", 96.2]


@pytest.fixture(scope="module", autouse=True)
def _in_this_process() -> Iterator[None]:
    """The tests are about what was read: files cost a process each otherwise."""
    with reading_in_process():
        yield


def places(reading: Reading) -> list[tuple[int | None, str | None, str, str]]:
    return [(found.row, found.column, found.code, found.severity) for found in reading.problems]


def values(reading: Reading) -> list[Decimal | None]:
    return [row[9] for row in rows_of(reading.staging)]


def test_a_number_cell_is_read_to_15_digits_then_10_decimals_in_silence(desk: ReadingDesk) -> None:
    cells = [0.1 + 0.2, 95.00000000000001, 2 / 3, 1e-11, 96]
    rows = [["enrolment_rate", 110000, 2000 + number, cell] for number, cell in enumerate(cells)]
    reading = desk.read(workbook([HEADER, *rows]), "a.xlsx")
    assert not reading.problems
    assert values(reading) == [Decimal(text) for text in ("0.3", "95", "0.6666666667", "0", "96")]
    assert {(row[3], row[4]) for row in rows_of(reading.staging)} == {("110000", str(2000 + n)) for n in range(5)}


def test_a_number_written_as_text_follows_the_grammar_of_text(desk: ReadingDesk) -> None:
    rows = [
        HEADER,
        ["1", "110000", "2023", "９６．２"],
        ["1", "110000", "2022", "96.12345678901"],
        ["1", "110000", "2021", "x"],
    ]
    reading = desk.read(workbook(rows), "a.xlsx")
    assert places(reading) == [(2, "value", "changed", "warning"), (3, "value", "changed", "warning"),
                               (4, "value", "not_a_number", "error")]  # fmt: skip


def test_a_formula_is_read_by_its_saved_result_and_said_so(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, [*ROW[:3], formula("95+1.2", "96.2")]]), "a.xlsx")
    assert places(reading) == [(2, "value", "formula_result", "warning")]
    assert values(reading) == [Decimal("96.2")]


@pytest.mark.parametrize(
    "cell",
    [formula("95+1.2", None), formula("95+1.2", ""), Cell("<f>1+1</f><v/>"), Cell('<f t="shared" si="0"/>')],
    ids=["no result", "empty result", "empty element", "shared"],
)
def test_a_formula_without_a_result_is_an_error_and_never_missing(desk: ReadingDesk, cell: Cell) -> None:
    reading = desk.read(workbook([HEADER, [*ROW[:3], cell]]), "a.xlsx")
    assert places(reading) == [(2, "value", "formula_without_result", "error")]
    assert "paste its value" in reading.problems[0].en


def test_a_formula_without_a_result_below_the_table_is_seen(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, ROW, [], [None, None, None, formula("1", None)]]), "a.xlsx")
    assert places(reading) == [(4, "value", "formula_without_result", "error")]


def test_a_formula_whose_result_is_the_empty_text_is_missing(desk: ReadingDesk) -> None:
    empty = Cell("<f>IF(1,&quot;&quot;)</f><v></v>", ' t="str"')
    reading = desk.read(workbook([HEADER, [*ROW[:3], empty]]), "a.xlsx")
    assert places(reading) == [(2, "value", "formula_result", "warning")]
    assert rows_of(reading.staging)[0][5] == "missing"


def test_a_rule_about_cells_is_no_formula_in_a_cell(desk: ReadingDesk) -> None:
    rule = "<conditionalFormatting><cfRule><formula>1</formula></cfRule></conditionalFormatting>"
    tail = rule + "<extLst><ext><f>1</f></ext></extLst>"
    reading = desk.read(workbook([HEADER, ROW], tail=tail), "a.xlsx")
    assert not reading.problems


def test_an_error_cell_is_an_error(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, [*ROW[:3], Cell("<v>#DIV/0!</v>", ' t="e"')]]), "a.xlsx")
    assert places(reading) == [(2, "value", "error_cell", "error")]
    formula_error = Cell("<f>1/0</f><v>#DIV/0!</v>", ' t="e"')
    assert codes(desk.read(workbook([HEADER, [*ROW[:3], formula_error]]), "a.xlsx")) == ["error_cell"]


def test_a_percent_format_is_read_as_shown_and_asked_about(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, [*ROW[:3], styled(0.952, 1)]]), "a.xlsx")
    assert places(reading) == [(2, "value", "percent_format", "query"), (2, "value", "changed", "warning")]
    assert values(reading) == [Decimal("95.2")]
    assert "0.952" in reading.problems[0].en and "95.2%" in reading.problems[0].en


def test_a_percent_format_on_what_is_no_share_is_an_error(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, ["fund_income", "110000", "2023", styled(0.952, 1)]]), "a.xlsx")
    assert (2, "value", "percent_sign", "error") in places(reading)


def test_a_month_shown_by_a_date_is_that_month_and_said_so(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, ["enrolment_rate", "110000", styled(45078, 2), 96.2]]), "a.xlsx")
    assert places(reading) == [(2, "period", "period_from_date", "warning")]
    assert rows_of(reading.staging)[0][4] == "2023-06"


def test_a_day_is_no_period_and_is_not_guessed(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, ["enrolment_rate", "110000", styled(45107, 3), 96.2]]), "a.xlsx")
    assert places(reading) == [(2, "period", "ambiguous_period", "error")]
    assert reading.problems[0].text == "2023-06-30"


def test_the_epoch_of_1904_shifts_nothing(desk: ReadingDesk) -> None:
    rows = [[*HEADER, "published_on"], ["enrolment_rate", "110000", "2023", 96.2, styled(46112 - 1462, 3)]]
    book = pack(parts([SheetPart("数据", sheet_xml(rows))], properties='<workbookPr date1904="1"/>'))
    reading = desk.read(book, "a.xlsx")
    assert not reading.problems
    assert rows_of(reading.staging)[0][16] == date(2026, 3, 31)


def test_a_number_with_a_date_format_is_an_error(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, [*ROW[:3], styled(96, 3)]]), "a.xlsx")
    assert places(reading) == [(2, "value", "not_a_number", "error")]


def test_a_hidden_sheet_is_never_read(desk: ReadingDesk) -> None:
    for state in ("hidden", "veryHidden"):
        hidden = SheetPart("底稿", sheet_xml([HEADER, [*ROW[:3], 11.1]]), state=state)
        for sheets in (
            [SheetPart("数据", sheet_xml([HEADER, ROW])), hidden],
            [hidden, SheetPart("数据", sheet_xml([HEADER, ROW]))],
        ):
            reading = desk.read(pack(parts(sheets)), "a.xlsx")
            assert places(reading) == [(None, None, "sheet_chosen", "warning")]
            assert (reading.sheet, values(reading)) == ("数据", [Decimal("96.2")])
            assert "底稿" in reading.problems[0].en
            assert {row[1] for row in rows_of(reading.staging)} == {"数据"}


def test_the_only_visible_sheet_with_a_header_is_read(desk: ReadingDesk) -> None:
    notes = SheetPart("填表说明", sheet_xml([["请逐行填写"], ["单位：%"]]))
    reading = desk.read(pack(parts([notes, SheetPart("数据", sheet_xml([HEADER, ROW]))])), "a.xlsx")
    assert reading.sheet == "数据" and codes(reading) == ["sheet_chosen"]


def test_of_two_sheets_with_a_header_none_is_chosen(desk: ReadingDesk) -> None:
    sheets = [SheetPart("甲", sheet_xml([HEADER, ROW])), SheetPart("乙", sheet_xml([HEADER, [*ROW[:3], 11.1]]))]
    reading = desk.read(pack(parts(sheets)), "a.xlsx")
    assert codes(reading) == ["several_sheets"] and reading.blocked
    assert "甲、乙" in reading.problems[0].zh


def test_a_workbook_of_hidden_sheets_is_refused(desk: ReadingDesk) -> None:
    book = pack(parts([SheetPart("数据", sheet_xml([HEADER, ROW]), state="hidden")]))
    assert codes(desk.read(book, "a.xlsx")) == ["no_visible_sheet"]


def test_a_merged_title_is_no_matter_but_a_merged_cell_in_the_data_is(desk: ReadingDesk) -> None:
    rows = [["2023年报送表"], HEADER, ROW, [*ROW[:1], "120000", *ROW[2:]]]
    title = '<mergeCells><mergeCell ref="A1:D1"/></mergeCells>'
    assert places(desk.read(workbook(rows, tail=title), "a.xlsx")) == [(2, None, "header_below_top", "warning")]
    merged = [HEADER, ROW, ["enrolment_rate", "120000", None, 95]]
    reading = desk.read(workbook(merged, tail='<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'), "a.xlsx")
    assert places(reading) == [(2, "period", "merged_cells", "error"), (3, "period", "missing_key", "error")]


def test_links_and_macros_are_told_and_left_alone(desk: ReadingDesk) -> None:
    extra = {
        "xl/externalLinks/externalLink1.xml": "<externalLink/>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": '<Relationships><Relationship Id="rId1" '
        f'Type="{RELATIONS}/externalLinkPath" Target="http://127.0.0.1:9/x.xlsx" TargetMode="External"/>'
        "</Relationships>",
        "xl/vbaProject.bin": b"\x00macro",
    }
    reading = desk.read(workbook([HEADER, ROW], extra=extra), "a.xlsm")
    assert sorted(codes(reading)) == ["external_links", "macros_ignored"] and not reading.blocked


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a", "a.txt"])
def test_a_workbook_is_known_by_its_content(desk: ReadingDesk, name: str) -> None:
    reading = desk.read(workbook([HEADER, ROW]), name)
    assert codes(reading) == ["wrong_extension"] and values(reading) == [Decimal("96.2")]


def test_a_text_is_known_by_its_content(desk: ReadingDesk) -> None:
    reading = desk.read("indicator_id,region_code,period,value\nenrolment_rate,110000,2023,96.2\n", "a.xlsx")
    assert codes(reading) == ["wrong_extension"] and reading.encoding == "utf-8"


def test_empty_formatted_cells_far_away_are_no_stray_cells(desk: ReadingDesk) -> None:
    far = sheet_xml([HEADER, ROW]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    reading = desk.read(pack(parts([SheetPart("数据", far)])), "a.xlsx")
    assert not reading.problems and reading.row_count == 1


def test_rows_are_numbered_as_in_the_sheet(desk: ReadingDesk) -> None:
    sheet = sheet_xml([HEADER, ROW, [], [*ROW[:2], "2022", "x"]], first_row=5)
    reading = desk.read(pack(parts([SheetPart("数据", sheet)])), "a.xlsx")
    assert places(reading) == [(8, "value", "not_a_number", "error")]
    assert reading.problems[0].sheet == "数据"


def test_a_table_that_begins_further_right_is_found(desk: ReadingDesk) -> None:
    rows = [[None, None, *HEADER], [None, None, *ROW]]
    reading = desk.read(workbook(rows), "a.xlsx")
    assert not reading.problems and values(reading) == [Decimal("96.2")]


def test_what_stands_beside_the_table_is_told(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([HEADER, [*ROW, None, "合计"]]), "a.xlsx")
    assert places(reading) == [(2, "F", "unnamed_column", "warning")]


def test_a_nul_in_a_cell_is_an_error(desk: ReadingDesk) -> None:
    reading = desk.read(workbook([[*HEADER, "note"], [*ROW, "a_x0000_b"]]), "a.xlsx")
    assert places(reading) == [(2, "note", "nul_character", "error")]


def test_what_a_spreadsheet_program_writes_is_read(desk: ReadingDesk) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*HEADER, "synthetic", "published_on", "note"])
    sheet.append(["enrolment_rate", 110000, 2023, 96.2, True, date(2024, 7, 10), "甲\n乙"])
    out = io.BytesIO()
    book.save(out)
    reading = desk.read(out.getvalue(), "a.xlsx")
    assert not reading.problems
    (stored,) = rows_of(reading.staging)
    assert (stored[13], stored[14], stored[16]) == (True, "甲\n乙", date(2024, 7, 10))
