"""Broken files: every problem is named at its row and column, with its code, severity and words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from monitor.intake.columns import COLUMNS
from monitor.intake.reading import Reading
from tests.cycle.in_process import reading_in_process
from tests.intake.desk import HEADER, ReadingDesk, as_csv, codes, row, rows_of

Place = tuple[int | None, str | None, str, str]  # row, column, code, severity
E, Q, W = "error", "query", "warning"
RATIO = {"indicator_id": "enrolment_rate", "value": "", "numerator": "962", "denominator": "1000"}
INCOME = {"indicator_id": "fund_income", "value": "250.5"}


class Broken(NamedTuple):
    text: str
    places: list[Place]


@pytest.fixture(scope="module", autouse=True)
def _in_this_process() -> Iterator[None]:
    """The tests are about what was read: files cost a process each otherwise."""
    with reading_in_process():
        yield


def one(column: str, code: str, severity: str = E, **cells: str) -> Broken:
    """A file of one row (row 2) in which something is wrong at one column."""
    return Broken(as_csv([row(**cells)]), [(2, column, code, severity)])


CELLS: dict[str, Broken] = {
    # keys
    "no indicator": one("indicator_id", "missing_key", indicator_id=""),
    "no region": one("region_code", "missing_key", region_code=" "),
    "no period": one("period", "missing_key", period=""),
    "a mistyped indicator": one("indicator_id", "unknown_indicator", indicator_id="enrollment_rate"),
    "an indicator by its Chinese name": one("indicator_id", "unknown_indicator", indicator_id="参保率"),
    "an indicator of no plan": one("indicator_id", "unknown_indicator", indicator_id="zzz"),
    "an indicator in capitals": one("indicator_id", "unknown_indicator", indicator_id="ENROLMENT_RATE"),
    "a number no indicator has": one("indicator_id", "unknown_indicator", indicator_id="99"),
    "a region not in the file": one("region_code", "unknown_region", region_code="990000"),
    "a region by name": one("region_code", "unknown_region", region_code="北京市"),
    "a region that lost its zeros": one("region_code", "unknown_region", region_code="0"),
    "a region NA": one("region_code", "unknown_region", region_code="NA"),
    "a region 011": one("region_code", "unknown_region", region_code="011"),
    "a region 1.1E5": one("region_code", "unknown_region", region_code="1.1E5"),
    "a region in look-alike letters": one("region_code", "unknown_region", region_code="11OOOO"),
    "a region in full-width digits": one("region_code", "unknown_region", region_code="１１００００"),
    "a region with a hidden space": one("region_code", "unknown_region", region_code="110000\u200b"),
    "a period that is none": one("period", "bad_period", period="2023Q5"),
    "a period without its dash": one("period", "bad_period", period="202306"),
    "a period with a point": one("period", "bad_period", period="2023.06"),
    "a period of month 13": one("period", "bad_period", period="2023-13"),
    "a period in superscript": one("period", "bad_period", period="²023"),
    "a period of long ago": one("period", "bad_period", period="0203"),
    "a period that is a day": one("period", "ambiguous_period", period="2023-06-30"),
    # numbers
    "a number not finite": one("value", "not_a_number", value="NaN"),
    "a number in scientific notation": one("value", "not_a_number", value="1e309"),
    "a number with a Chinese suffix": one("value", "not_a_number", value="2.5万"),
    "a number with its bound": one("value", "not_a_number", value="95以上"),
    "a number of wrong groups": one("value", "not_a_number", value="1,23"),
    "a number in superscript": one("value", "not_a_number", value="9²"),
    "a number with a bidi mark": one("value", "not_a_number", value="9\u202e6"),
    "a number too large": one("value", "number_too_large", **INCOME | {"value": "9" * 29}),
    "a part that is no number": one("numerator", "not_a_number", **RATIO | {"numerator": "x"}),
    "a percent sign": one("value", "changed", W, value="96.2%"),
    "full-width digits": one("value", "changed", W, value="９６．２"),
    "thousands": one("value", "changed", W, **INCOME | {"value": "1,250.5"}),
    "eleven decimals": one("value", "changed", W, value="96.12345678901"),
    "a percent sign on money": one("value", "percent_sign", **INCOME | {"value": "5%"}),
    "a percent sign on a part": one("numerator", "percent_sign", **RATIO | {"numerator": "96%"}),
    # parts
    "a part without the other": one("denominator", "parts_incomplete", **RATIO | {"denominator": ""}),
    "a denominator alone": one("numerator", "parts_incomplete", **RATIO | {"numerator": "—"}),
    "parts of what is no ratio": one(
        "numerator", "parts_not_expected", **INCOME | {"numerator": "1", "denominator": "2"}
    ),
    "a negative numerator": one("numerator", "negative_part", **RATIO | {"numerator": "-1"}),
    "a negative denominator": one("denominator", "negative_part", **RATIO | {"denominator": "-1000"}),
    "a denominator of zero": one("denominator", "zero_denominator", **RATIO | {"denominator": "0.0"}),
    "a value not of its parts": one("value", "parts_disagree", Q, **RATIO | {"value": "0.962"}),
    "swapped digits": one("value", "parts_disagree", Q, **RATIO | {"value": "92.6"}),
    "a strict parts check": one(
        "value", "parts_disagree", E, **RATIO | {"indicator_id": "strict_share", "value": "95"}
    ),
    "a bound the parts break": one("value", "parts_disagree", Q, **RATIO | {"value": "97", "comparator": "gt"}),
    "above 100 %": one("value", "out_of_range", E, value="100.1"),
    "below 0 %": one("value", "out_of_range", E, value="-0.1"),
    "parts above 100 %": one("numerator", "out_of_range", E, **RATIO | {"numerator": "1000.0000000001"}),
    "a soft range": one("value", "out_of_range", Q, **INCOME | {"value": "50000.1"}),
    "a soft range in another unit": one("value", "out_of_range", Q, **INCOME | {"value": "5.00001", "unit": "万亿元"}),
    # states
    "a mark beside parts": one("value", "state_conflict", **RATIO | {"value": "保密"}),
    "two marks": one("value", "state_conflict", **RATIO | {"value": "保密", "numerator": "不适用", "denominator": ""}),
    "half a withheld ratio": one("numerator", "state_conflict", **RATIO | {"numerator": "保密"}),
    "a bound of nothing": one("comparator", "comparator_without_figure", Q, value="—", comparator="ge"),
    # the other columns
    "an unknown unit": one("unit", "unknown_unit", **INCOME | {"unit": "斤"}),
    "a unit of another kind": one("unit", "wrong_unit", **INCOME | {"unit": "万人"}),
    "a part's unit of another kind": one("part_unit", "wrong_unit", **RATIO | {"part_unit": "亿元"}),
    "an unknown comparator": one("comparator", "unknown_comparator", comparator="about"),
    "a comparator as a sign": one("comparator", "changed", W, comparator="≥"),
    "an unknown vintage": one("vintage", "unknown_vintage", vintage="bulletins"),
    "a boolean that is none": one("synthetic", "bad_boolean", synthetic="maybe"),
    "a date that is none": one("published_on", "bad_date", published_on="2023-02-30"),
    "a date of the other order": one("published_on", "bad_date", published_on="07/10/2023"),
    "a date in Chinese": one("published_on", "changed", W, published_on="2023年7月10日"),
    "a note too long": one("note", "text_too_long", note="长" * 2001),
    "a note with a NUL": one("note", "nul_character", note="a\0b"),
    "a note that was damaged": one("note", "replacement_character", W, note="参保\ufffd"),
    "a region as a spreadsheet's number": one("region_code", "changed", W, region_code="110000.0"),
    "a period as a spreadsheet's number": one("period", "changed", W, period="2023.0"),
    "an indicator as a spreadsheet's number": one("indicator_id", "changed", W, indicator_id="1.0"),
}

_GOOD = as_csv([row()])
TABLES: dict[str, Broken] = {
    "an unknown column": Broken(as_csv([row(valeu="1")], [*row(), "valeu"]), [(1, "valeu", "unknown_column", W)]),
    "a column twice": Broken(
        "indicator_id,region_code,period,value,数值\nenrolment_rate,110000,2023,96,97\n",
        [(1, "数值", "duplicate_column", E)],
    ),
    "a key column missing": Broken(
        "indicator_id,period,value\nenrolment_rate,2023,96\n", [(1, "region_code", "missing_column", E)]
    ),
    "a key column mistyped": Broken(
        "indicator_id,region_cod,period,value\nenrolment_rate,110000,2023,96\n",
        [(1, "region_code", "missing_column", E), (1, "region_cod", "unknown_column", W)],
    ),
    "no figure column": Broken(
        "indicator_id,region_code,period\nenrolment_rate,110000,2023\n", [(1, "value", "missing_column", E)]
    ),
    "half the parts' columns": Broken(
        "indicator_id,region_code,period,numerator,value\nenrolment_rate,110000,2023,,96\n",
        [(1, "denominator", "missing_column", E)],
    ),
    "a title above the header": Broken("2023年报送表,,,\n\n" + _GOOD, [(3, None, "header_below_top", W)]),
    "a header in two languages": Broken(
        _GOOD.replace("\n", "\n指标编码,地区代码,报告期,数值\n", 1), [(2, None, "second_header", W)]
    ),
    "semicolons": Broken(_GOOD.replace(",", ";"), [(1, None, "separator", W)]),
    "tabs": Broken(_GOOD.replace(",", "\t"), [(1, None, "separator", W)]),
    "a row too wide": Broken(_GOOD + "enrolment_rate,120000,2023,96,1\n", [(3, None, "ragged_row", E)]),
    "a row too narrow": Broken(_GOOD + "enrolment_rate,120000\n", [(3, None, "ragged_row", E)]),
    "every row too wide": Broken(
        _GOOD.replace("96.2", "96.2,1") + "enrolment_rate,120000,2023,96,1\n",
        [(2, None, "ragged_row", E), (3, None, "ragged_row", E)],
    ),
    "a quote in the middle": Broken(_GOOD + 'enrolment_rate,"12"0000,2023,96\n', [(3, None, "bad_quotes", E)]),
    "a quote that stays open": Broken(_GOOD + 'enrolment_rate,120000,2023,"96\n', [(3, None, "bad_quotes", E)]),
    "something under no header": Broken(
        "indicator_id,region_code,period,value,\nenrolment_rate,110000,2023,96,x\n", [(2, "E", "unnamed_column", W)]
    ),
    "a row repeated": Broken(
        as_csv([row(), row(region_code="120000"), row(value="96.20")]), [(4, "indicator_id", "duplicate_same", W)]
    ),
    "a cell with two figures": Broken(
        as_csv([row(), row(region_code="120000"), row(value="96.3")]),
        [(2, "indicator_id", "duplicate_conflict", E), (4, "indicator_id", "duplicate_conflict", E)],
    ),
    "a cell once missing, once not": Broken(
        as_csv([row(), row(value="-")]),
        [(2, "indicator_id", "duplicate_conflict", E), (3, "indicator_id", "duplicate_conflict", E)],
    ),
    "a repeat of a row that is broken": Broken(
        as_csv([row(value="x"), row()]),
        [(2, "indicator_id", "duplicate_conflict", E), (2, "value", "not_a_number", E),
         (3, "indicator_id", "duplicate_conflict", E)],
    ),
    "a synthetic twin": Broken(
        as_csv([row(synthetic="true"), row(synthetic="false")]),
        [(2, "indicator_id", "duplicate_conflict", E), (3, "indicator_id", "duplicate_conflict", E)],
    ),
    "everything at once": Broken(
        as_csv([row(region_code="11000", period="23", value="x", unit="斤", vintage="?", comparator="?")]),
        [(2, column, code, E) for column, code in (
            ("comparator", "unknown_comparator"), ("period", "bad_period"), ("region_code", "unknown_region"),
            ("unit", "unknown_unit"), ("value", "not_a_number"), ("vintage", "unknown_vintage"))],
    ),
    "rows after blank lines and line ends in notes": Broken(
        'indicator_id,region_code,period,value,note\r\n\r\nenrolment_rate,110000,2023,96,"a\r\nb\nc"\r\n,,,,\r\n'
        'enrolment_rate,120000,2023,x,\r\n', [(7, "value", "not_a_number", E)],
    ),
    "old line ends": Broken(as_csv([row(), row(period="x")]).replace("\n", "\r"), [(3, "period", "bad_period", E)]),
}  # fmt: skip
FILES = CELLS | TABLES


@pytest.fixture(scope="module")
def readings(desk: ReadingDesk) -> dict[str, Reading]:
    """The tables through the door, the many cells in this process."""
    through_the_door = desk.read_all({name: ("file.csv", broken.text) for name, broken in TABLES.items()})
    return through_the_door | {name: desk.read_inside(broken.text) for name, broken in CELLS.items()}


@pytest.mark.parametrize("name", FILES)
def test_every_problem_is_named_at_its_place(name: str, readings: dict[str, Reading]) -> None:
    reading = readings[name]
    places = [(found.row, found.column, found.code, found.severity) for found in reading.problems]
    assert sorted(places, key=repr) == sorted(FILES[name].places, key=repr)
    assert reading.problem_count == len(places)
    assert reading.blocked == any(severity == "error" for *_, severity in places)
    assert (reading.staging is None) == reading.blocked
    for problem in reading.problems:
        assert "{" not in problem.zh + problem.en and problem.file == "file.csv" and problem.sheet is None
        assert problem.zh != problem.en


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize(
    ("name", "words"),
    [("a mistyped indicator", "did you mean 'enrolment_rate'?"), ("an indicator by its Chinese name", "enrolment_rate"),
     ("a region by name", "110000"), ("a region that lost its zeros", "is it 000000?"),
     ("a region in look-alike letters", "U+004F"), ("a region with a hidden space", "U+200B"),
     ("a region in full-width digits", "U+FF11"), ("a period without its dash", "is it 2023-06?"),
     ("a period with a point", "is it 2023-06?"), ("a number with a Chinese suffix", "unit column"),
     ("a number with its bound", "comparator column"), ("a key column mistyped", "is it 'region_cod'?"),
     ("an unknown column", "did you mean 'value'?"), ("an unknown vintage", "did you mean 'bulletin'?"),
     ("a value not of its parts", "96.2%"), ("a percent sign", "96.2"),
     ("parts above 100 %", "100.00000000001%"), ("a row repeated", "row 2")],
)  # fmt: skip
def test_the_message_says_what_to_do(name: str, words: str, readings: dict[str, Reading]) -> None:
    assert any(words in problem.en for problem in readings[name].problems)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a number with a bidi mark", "9\\u202e6"), ("a note with a NUL", "a\\u0000b"),
     ("a region with a hidden space", "110000\\u200b"), ("a percent sign", "96.2%")],
)  # fmt: skip
def test_the_offending_text_is_shown_without_what_the_eye_cannot_see(
    name: str, shown: str, readings: dict[str, Reading]
) -> None:
    assert readings[name].problems[0].text == shown


def test_a_long_offending_text_is_cut(readings: dict[str, Reading]) -> None:
    assert readings["a note too long"].problems[0].text == "长" * 200 + "…"


def test_a_changed_number_is_stored_as_it_was_read(readings: dict[str, Reading]) -> None:
    for name, value in (
        ("a percent sign", "96.2"),
        ("thousands", "1250.5"),
        ("eleven decimals", "96.1234567890"),
    ):
        assert str(rows_of(readings[name].staging)[0][9]).rstrip("0") == value.rstrip("0")


def test_a_repeated_row_is_stored_once(readings: dict[str, Reading]) -> None:
    assert [line for line, *_ in rows_of(readings["a row repeated"].staging)] == [2, 3]
    assert readings["a row repeated"].row_count == 3


def test_the_header_is_shown_as_it_stands_in_the_file(desk: ReadingDesk) -> None:
    reading = desk.read("指标编码,地区代码,报告期, ＶＡＬＵＥ \nenrolment_rate,110000,2023,x\n")
    assert [(problem.row, problem.column) for problem in reading.problems] == [(2, " ＶＡＬＵＥ ")]


def test_the_first_200_are_listed_and_all_are_counted(desk: ReadingDesk) -> None:
    changed = [row(region_code="110000.0", period=f"{year}") for year in range(1900, 2200)]
    reading = desk.read(as_csv([*changed, *(row(period="x") for _ in range(250))]))
    assert reading.problem_count == 550 and len(reading.problems) == 200
    assert {problem.code for problem in reading.problems} == {"bad_period"}  # errors before warnings
    assert [problem.row for problem in reading.problems] == list(range(302, 502))


def test_all_columns_have_a_chinese_header(desk: ReadingDesk) -> None:
    chinese = ",".join(COLUMNS.values())
    assert tuple(COLUMNS) == HEADER
    cells = dict(zip(HEADER, ("1", "110000", "2023年二季度", "962", "1000", "人", "96.2", "percent", "EQ", "公报数",
                              "是", "备注", "来源", "2023-07-10", "A"), strict=True))  # fmt: skip
    reading = desk.read(f"{chinese}\n{','.join(cells.values())}\n")
    assert not reading.problems
    (stored,) = rows_of(reading.staging)
    assert [str(cell) for cell in stored] == [
        "2", "None", "enrolment_rate", "110000", "2023-Q2", "value", "962.0000000000", "1000.0000000000", "人",
        "96.2000000000", "%", "eq", "bulletin", "True", "备注", "来源", "2023-07-10", "A",
    ]  # fmt: skip


def test_the_five_kinds_of_figure_are_kept_apart(desk: ReadingDesk) -> None:
    cells = ("96.2", "0", "", "不适用", "保密")
    reading = desk.read(as_csv([row(value=text, period=f"202{n}") for n, text in enumerate(cells)]))
    assert not reading.problems
    kept = [(stored[5], None if stored[9] is None else float(stored[9])) for stored in rows_of(reading.staging)]
    assert kept == [("value", 96.2), ("value", 0.0), ("missing", None), ("not_applicable", None), ("withheld", None)]


@pytest.mark.parametrize(
    ("value", "agrees"),
    [("96.2", True), ("96.25", True), ("96.15", True), ("96.26", False), ("96.14", False), ("96", True),
     ("96.6", False), ("97", False), ("96.20", True), ("96.249", True), ("96.251", False)],
)  # fmt: skip
def test_a_value_may_be_half_its_last_digit_off_its_parts(desk: ReadingDesk, value: str, agrees: bool) -> None:
    reading = desk.read_inside(as_csv([row(**RATIO | {"value": value})]))
    assert codes(reading) == ([] if agrees else ["parts_disagree"])


@pytest.mark.parametrize(("value", "comparator"), [("95", "gt"), ("95", "ge"), ("97", "lt"), ("97", "le")])
def test_a_printed_bound_that_holds_agrees_with_its_parts(desk: ReadingDesk, value: str, comparator: str) -> None:
    reading = desk.read_inside(as_csv([row(**RATIO | {"value": value, "comparator": comparator})]))
    assert not reading.problems and rows_of(reading.staging)[0][11] == comparator


@pytest.mark.parametrize("text", ["100", "0", "100.0000000000"])
def test_the_ends_of_a_range_belong_to_it(desk: ReadingDesk, text: str) -> None:
    assert not desk.read_inside(as_csv([row(value=text)])).problems


def test_a_share_of_exactly_everything_is_in_range(desk: ReadingDesk) -> None:
    assert not desk.read_inside(as_csv([row(**RATIO | {"numerator": "1000", "denominator": "1000"})])).problems
