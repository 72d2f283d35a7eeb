"""A long plain file that is read by columns gives the rows and problems that it gives when it is read row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.intake import child, plain
from monitor.intake.reading import Reading
from tests.intake.desk import ReadingDesk, rows_of
from tests.properties import examples

_NUMBERS = st.sampled_from(
    ["12.5", "96.2", "0", "100", "-0", "-0.5", "-5", "0.00", "1e5", "1,234.5", "１２", "95%", "—", "不适用", "保密",
     "x", " 7", "123456789", "12345678.1234567890", "1234567890123456789012345678", "12345678901234567890123456789",
     "0.12345678901", ".5", "5.", "+3", "007", "99.9999999999", "100.0000000001", ""]
)  # fmt: skip
_TEXTS = st.sampled_from(
    [
        "",
        "甲",
        "'=1",
        "'x",
        "a'b",
        "\ufffd",
        "\x1e0",
        "\x1f",
        "\t",
        "字" * 700,
        "字" * 2001,
        "=1",
        " ",
        "\u2028",
        "\x85",
    ]
)
_CELLS: dict[str, st.SearchStrategy[str]] = {
    "indicator_id": st.sampled_from(
        ["enrolment_rate", "strict_share", "fund_income", "procured_drugs", " fund_income", "no"]
    ),
    "region_code": st.sampled_from(["000000", "110000", "660000", "110000.0", "北京市", ""]),
    "period": st.sampled_from(["2023", "2023-Q1", "2022-06", "2023年", "2023.0", "1800", "²023", ""]),
    "numerator": _NUMBERS,
    "denominator": _NUMBERS,
    "value": _NUMBERS,
    "unit": st.sampled_from(["", "%", "亿元", "万元", "个", "furlong", " % "]),
    "part_unit": st.sampled_from(["", "万人", "人", "亿元"]),
    "comparator": st.sampled_from(["", "eq", "ge", "≥", "about"]),
    "vintage": st.sampled_from(["", "reported", "flash", "公报", "reportd"]),
    "synthetic": st.sampled_from(["", "true", "false", "是", "yes"]),
    "published_on": st.sampled_from(
        ["", "2024-01-05", "2024/1/5", "2024-02-30", "1899-12-31", "2201-01-01", "20240105"]
    ),
    "note": _TEXTS,
    "grade": _TEXTS,
    "other": st.sampled_from(["", "x"]),
}
_GOOD = {
    "indicator_id": "procured_drugs", "region_code": "110000", "period": "2023", "value": "12.5",
}  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file that may be plain: mostly good rows, and some of anything."""
    names = draw(st.permutations(["indicator_id", "region_code", "period", "value"]))
    names += draw(st.lists(st.sampled_from([name for name in _CELLS if name not in names]), unique=True, max_size=8))
    good = [
        _GOOD | {"region_code": region, "period": f"{year}"}
        for region in ("110000", "660000")
        for year in range(2001, 2020)
    ]
    odd = draw(st.lists(st.fixed_dictionaries({name: _CELLS[name] for name in names}), max_size=4))
    even = [
        _GOOD
        | {
            "indicator_id": "enrolment_rate",
            "value": value,
            "numerator": "96.2",
            "denominator": "100",
            "period": period,
        }
        for value, period in zip(draw(st.lists(_NUMBERS, max_size=3)), ("2021", "2022", "2024"), strict=False)
    ]
    rows = draw(st.permutations([*good[: draw(st.integers(0, 38))], *odd, *even]))
    separator, end = draw(st.sampled_from([",", ";", "\t"])), draw(st.sampled_from(["\n", "\r\n"]))
    lines = [separator.join(names), *(separator.join(row.get(name, "") for name in names) for row in rows)]
    spoilt = draw(
        st.sampled_from(["", "", "", "blank", "short", "long", "trailing", "quote", "header", "title", "empty", "nul"])
    )
    width = len(names) - 1
    extra = {
        "blank": "", "short": "a" + separator * (width - 1), "long": "a" + separator * (width + 1),
        "trailing": separator.join("a" * width) + separator * 2, "quote": f'"a"{separator * width}',
        "header": separator.join(names), "title": "标题" + separator * width, "empty": separator * width,
        "nul": "a\0" + separator * width,
    }  # fmt: skip
    if spoilt:
        lines.insert(0 if spoilt == "title" else draw(st.integers(1, len(lines))), extra[spoilt])
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig"])))


def _said(reading: Reading) -> tuple[Any, ...]:
    rows: Sequence[Any] = rows_of(reading.staging) if reading.staging else ()
    return rows, reading.problems, reading.problem_count, reading.row_count, reading.blocked


@settings(max_examples=examples(60), deadline=None)
@given(files())
def test_rows_and_problems_are_the_same_by_columns_and_one_by_one(desk: ReadingDesk, content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "LEAST_BYTES", 0)
        by_columns = _said(desk.read_inside(content))
        patch.setattr(plain, "LEAST_BYTES", len(content) + 1)
        assert _said(desk.read_inside(content)) == by_columns


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_plain_file_is_read_by_columns_with_its_odd_rows_in_their_place(desk: ReadingDesk, end: str) -> None:
    lines = [
        "indicator_id,region_code,period,value,note",
        *(f"procured_drugs,110000,{year},12.5,甲" for year in range(1950, 2020)),
    ]
    lines[30] = 'procured_drugs,110000,2030,"1,012.5",甲'.replace('"1,012.5"', "１２.5")
    read: list[int | None] = []

    def by_columns(*given: Any) -> int | None:
        read.append(plain.stage_plain(*given))
        return read[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "LEAST_BYTES", 0)
        patch.setattr(child, "stage_plain", by_columns)
        reading = desk.read_inside((end.join(lines) + end).encode())
    assert read == [70] and reading.row_count == 70 and reading.staging is not None
    assert [row[0] for row in rows_of(reading.staging)] == list(range(2, 72))
    assert [(problem.row, problem.code) for problem in reading.problems] == [(31, "changed")]
