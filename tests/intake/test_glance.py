"""The file's own rows: as they stand, with the reader's header, whatever is wrong with them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.intake import confined
from monitor.intake.csv_reader import raw_records
from monitor.intake.encoding import Encoding
from monitor.intake.glance import Glance, GlanceError, GlanceRow, glance
from monitor.intake.limits import Limits
from tests.intake.desk import ReadingDesk, as_csv, row
from tests.intake.hostile import hostile_files
from tests.intake.workbooks import SheetPart, pack, parts, sheet_xml, styled, workbook
from tests.properties import examples

TITLE = "2023年医疗保障主要指标,,,\n填报单位：北京市,,,\n\n"
HEAD = ["指标编码", "地区代码", "报告期", "数值"]
ROW = ["enrolment_rate", "110000", "2023", 96.2]


def look(desk: ReadingDesk, content: bytes | str, name: str = "file.csv", **options: object) -> Glance:
    return glance(desk.path(content, name), **options)  # type: ignore[arg-type]


def test_a_csv_is_shown_with_its_titles_under_its_own_row_numbers(desk: ReadingDesk) -> None:
    text = TITLE + "指标编码,地区代码,报告期,数值\nenrolment_rate,110000,2023,９６.2\n\nfund_income,,2023,\n"
    shown = look(desk, text)
    assert (shown.sheet, shown.header_row, shown.columns) == (None, 4, tuple(HEAD))
    assert shown.letters == ("A", "B", "C", "D")
    assert [one.line for one in shown.rows] == [1, 2, 4, 5, 7]
    assert shown.rows[0] == GlanceRow(1, ("2023年医疗保障主要指标", "", "", ""))
    assert shown.rows[3].cells == ("enrolment_rate", "110000", "2023", "９６.2")
    assert shown.total == 5


def test_a_workbook_is_shown_as_its_cells_show(desk: ReadingDesk) -> None:
    rows = [["标题"], [], [*HEAD, None], [*ROW[:3], styled(0.962, 1)], ["fund_income", "110000", 2023, 25000.5]]
    content = pack(parts([SheetPart("说明", sheet_xml([["请填写"]])), SheetPart("数据", sheet_xml(rows))]))
    shown = look(desk, content, "a.xlsx")
    assert (shown.sheet, shown.header_row, shown.columns) == ("数据", 3, tuple(HEAD))
    assert [one.line for one in shown.rows] == [1, 3, 4, 5]
    assert shown.rows[2].cells == ("enrolment_rate", "110000", "2023", "96.2%")
    assert shown.rows[3].cells == ("fund_income", "110000", "2023", "25000.5")


def test_every_problem_of_a_file_finds_its_cell(desk: ReadingDesk) -> None:
    path = desk.path(as_csv([row(value="九十六"), row(region_code="11OOOO"), row(period="2024", unit="kg")]))
    problems = desk.read_path(path).problems
    shown = glance(path)
    assert len(problems) >= 3
    for problem in problems:
        place = shown.place(problem.column)
        assert place is not None and problem.row is not None
        cells = next(one.cells for one in shown.rows if one.line == problem.row)
        assert cells[place] == problem.text


def test_a_column_without_a_name_goes_by_its_letter(desk: ReadingDesk) -> None:
    shown = look(desk, "indicator_id,region_code,period,value,\nenrolment_rate,110000,2023,96.2,x\n")
    assert shown.columns[4] == "E" and shown.place("E") == 4
    assert shown.place("nowhere") is None and shown.place(None) is None


def test_the_first_rows_and_those_asked_for(desk: ReadingDesk) -> None:
    text = as_csv([row(period=f"{1900 + number}") for number in range(300)])
    shown = look(desk, text, most=10, lines=[5, 200, 301, 999])
    assert [one.line for one in shown.rows] == [*range(1, 11), 200, 301]
    assert shown.total == 301
    assert len(look(desk, text).rows) == 301


def test_rows_of_other_widths_are_shown_whole(desk: ReadingDesk) -> None:
    shown = look(desk, "indicator_id,region_code,period,value\na,b\nc,d,e,f,g,h\n")
    assert shown.columns == ("indicator_id", "region_code", "period", "value", "E", "F")
    assert [one.cells for one in shown.rows[1:]] == [("a", "b", "", "", "", ""), ("c", "d", "e", "f", "g", "h")]


def test_a_record_with_faulty_quotes_is_shown_raw(desk: ReadingDesk) -> None:
    text = 'indicator_id,region_code,period,value\na,"b"x,2023,1\nc,d,2023,"2\n\n'
    shown = look(desk, text)
    assert [(one.line, one.cells[0]) for one in shown.rows[1:]] == [(2, 'a,"b"x,2023,1'), (3, 'c,d,2023,"2')]


def test_a_quoted_cell_over_two_lines_keeps_the_later_row_numbers(desk: ReadingDesk) -> None:
    shown = look(desk, 'indicator_id,region_code,period,value,note\na,b,2023,1,"甲\n乙"\nc,d,2023,2,丙\n')
    assert [one.line for one in shown.rows] == [1, 2, 4]
    assert shown.rows[1].cells[4] == "甲↵乙"


def test_a_file_without_a_header_is_shown_all_the_same(desk: ReadingDesk) -> None:
    shown = look(desk, "a,b,c\n1,2,3\n")
    assert shown.header_row is None and shown.columns == ("A", "B", "C") and shown.total == 2
    shown = look(desk, workbook([["a", "b"], [1, 2]]), "a.xlsx")
    assert (shown.sheet, shown.header_row, shown.total) == ("数据", None, 2)
    two = pack(parts([SheetPart("甲", sheet_xml([HEAD, ROW])), SheetPart("乙", sheet_xml([HEAD, ROW]))]))
    assert look(desk, two, "a.xlsx").sheet == "甲"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_is_shown(desk: ReadingDesk, encoding: str) -> None:
    shown = look(desk, (",".join(HEAD) + ",备注\na,b,2023,1,参保率口径说明\n").encode(encoding))
    assert shown.columns == (*HEAD, "备注") and shown.rows[1].cells[4] == "参保率口径说明"


def test_long_and_hidden_text_is_cut_and_spelled(desk: ReadingDesk) -> None:
    shown = look(desk, f"indicator_id,region_code,period,value\n{'x' * 900},11\u200b0000,2023,1\n")
    assert shown.rows[1].cells[:2] == ("x" * 200 + "…", "11\\u200b0000")


def test_a_hostile_file_is_shown_or_refused_with_its_reason_and_harms_nobody(desk: ReadingDesk) -> None:
    chosen = ("zip bomb of rows", "stray cell: corner", "DTD: billion laughs", "cut off in the middle",
              "a line of 70,000 bytes", "nothing at all", "an .xls named .csv", "UTF-8 that lost a byte")  # fmt: skip
    for name, file in hostile_files().items():
        if name not in chosen:
            continue
        try:
            shown = look(desk, file.content, file.file)
        except GlanceError as refusal:
            assert refusal.code == file.code and refusal.zh and refusal.en
        else:
            assert file.code == "line_too_long" and shown.rows


def test_a_child_that_dies_is_told(desk: ReadingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "CHILD", ("-I", "-c", "import os; os.abort()"))
    with pytest.raises(GlanceError) as fault:
        look(desk, as_csv([row()]))
    assert fault.value.code == "reader_failed"


def test_a_file_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        glance(tmp_path / "none.csv")


@pytest.mark.child_process
def test_it_is_told_nothing_it_does_not_need(desk: ReadingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(Limits(), child_file_bytes=0)
    before = set(os.listdir(desk.staging))
    assert look(desk, as_csv([row()]), limits=small).total == 2  # nothing has to be written
    assert set(os.listdir(desk.staging)) == before


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8)


@settings(max_examples=examples(150))
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_raw_records_lose_no_cell(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in table)
    path = tmp_path_factory.mktemp("raw") / "file.csv"
    path.write_text(text, encoding="utf-8", newline="")
    found = [cells for _, cells in raw_records(path, Encoding("utf-8"), Limits(), ",")]
    assert found == [cells for cells in table if any(cell.strip() for cell in cells)]
