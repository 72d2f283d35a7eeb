"""Files of tables: harmless in a spreadsheet, exact, and the same bytes again."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.report.as_of import AsOfError, format_as_of, parse_as_of
from monitor.report.export import (
    neutral_text,
    plain_number,
    restored_text,
    to_csv,
    to_json,
    write_sidecar,
    write_table,
)
from tests.properties import examples

FRAME = pd.DataFrame(
    {
        "name": ["北京", "=1+1", "-5 度", "", '说"是", 两行\n'],
        "number": [27.7, -0.5, float("nan"), 1e-7, 34913.37],
        "exact": [Decimal("0.1000000000"), Decimal("-12"), None, Decimal("0E-10"), Decimal("123456789012345678.5")],
        "flag": [True, False, True, False, False],
    }
)


@given(st.text())
def test_neutral_text_can_be_restored_and_starts_no_formula(text: str) -> None:
    plain = text.replace("\0", "")
    written = neutral_text(text)
    assert (restored_text(written) if written != plain else written) == plain
    assert not written.lstrip(" \u00a0\ufeff\u200b").startswith(
        ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    )


STARTS = st.text(
    st.sampled_from(" \u00a0\u3000\t\r\n\v\ufeff\u200b\u200e\u202e\u2060\u00ad\0'=+-@＝＋－＠"), max_size=6
)


@given(STARTS, st.text(max_size=4))
def test_whatever_stands_before_a_sign_of_a_formula_it_is_marked_and_comes_back(start: str, rest: str) -> None:
    text = (start + rest).replace("\0", "")
    written = neutral_text(start + rest)
    assert restored_text(written) == text
    seen = written.lstrip(" \u00a0\u3000\t\r\n\v\ufeff\u200b\u200e\u202e\u2060\u00ad")
    assert written[:1] not in ("\t", "\r", "\n") and seen[:1] not in tuple("=+-@＝＋－＠")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**20), max_value=10**20))
def test_plain_number_is_exact_and_has_no_exponent(number: Decimal) -> None:
    written = plain_number(number)
    assert Decimal(written) == number
    assert "e" not in written.lower()
    assert written != "-0"


def test_csv_reads_back_in_a_spreadsheets_encoding() -> None:
    text = to_csv(FRAME).decode("utf-8-sig")
    assert to_csv(FRAME).startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["name"] for row in rows] == ["北京", "'=1+1", "'-5 度", "", '说"是", 两行\n']
    assert [row["number"] for row in rows] == ["27.7", "-0.5", "", "0.0000001", "34913.37"]
    assert [row["exact"] for row in rows] == ["0.1", "-12", "", "0", "123456789012345678.5"]
    assert [row["flag"] for row in rows] == ["true", "false", "true", "false", "false"]


def test_json_has_numbers_and_nulls() -> None:
    rows = json.loads(to_json(FRAME))
    assert rows[0] == {"name": "北京", "number": 27.7, "exact": 0.1, "flag": True}
    assert rows[2]["number"] is None


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json"])
def test_same_rows_same_bytes(tmp_path: Path, suffix: str) -> None:
    first = write_table(FRAME, tmp_path / f"a{suffix}", {"截至": "2025"})
    second = write_table(FRAME.copy(), tmp_path / f"b{suffix}", {"截至": "2025"})
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
    assert first == second


def test_workbook_has_no_formula_and_typed_numbers(tmp_path: Path) -> None:
    write_table(FRAME, tmp_path / "a.xlsx", {"截至": "=2"})
    sheet, about = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert sheet["A3"].value == "=1+1"
    assert sheet["B2"].value == 27.7
    assert about["B1"].data_type == "s"


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(st.text(max_size=8) | STARTS, min_size=1, max_size=12))
def test_any_texts_make_a_workbook_that_opens_without_formula_or_link(texts: list[str]) -> None:
    frame = pd.DataFrame({"=1": [*texts, "http://x", "mailto:x@y", "internal:Sheet1!A1", "{=1+1}"]}, dtype=object)
    with TemporaryDirectory() as folder:
        write_table(frame, Path(folder) / "a.xlsx", {"@x": "".join(texts), "=1": "external:x.xlsx"})
        book = openpyxl.load_workbook(Path(folder) / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type in "fe" or cell.hyperlink is not None]
    held = [cell.value or "" for cell in next(book.worksheets[0].iter_cols())][1:]
    assert len(held) <= len(frame) and "\0" not in "".join(held) and held[-1] == "{=1+1}"


def test_a_number_that_a_cell_cannot_hold_is_not_changed_in_silence(tmp_path: Path) -> None:
    numbers = [Decimal("123456789012345"), Decimal("1234567890123456.7"), np.float64(-5.5), np.int64(-5)]
    frame = pd.DataFrame({"n": numbers}, dtype=object)
    write_table(frame, tmp_path / "a.xlsx", {})
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [cell.value for cell in sheet["A"]] == ["n", 123456789012345, "1234567890123456.7", -5.5, -5]
    assert to_csv(frame).decode("utf-8-sig").split() == ["n", "123456789012345", "1234567890123456.7", "-5.5", "-5"]


def test_parquet_has_the_same_rows(tmp_path: Path) -> None:
    write_table(FRAME, tmp_path / "a.parquet", {})
    rows = duckdb.sql(f"SELECT name, number, flag FROM '{tmp_path / 'a.parquet'}'").fetchall()
    assert rows[0] == ("北京", 27.7, True)
    assert len(rows) == len(FRAME)


def test_unknown_format_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown format"):
        write_table(FRAME, tmp_path / "a.pdf", {})
    assert list(tmp_path.iterdir()) == []


def test_sidecar_is_sorted_json(tmp_path: Path) -> None:
    sidecar = write_sidecar(tmp_path / "a.csv", {"b": 1, "a": "截至"})
    assert sidecar.name == "a.csv.meta.json"
    assert list(json.loads(sidecar.read_text(encoding="utf-8"))) == ["a", "b"]


NOW = pd.Timestamp("2026-07-20T04:00:00").to_pydatetime()


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2026-07-16", "2026-07-16T15:59:59.999999Z"),
        ("2026-07-16T10:00:00+08:00", "2026-07-16T02:00:00.000000Z"),
        ("2026-07-16T10:00", "2026-07-16T02:00:00.000000Z"),
        ("2026-07-16T15:59:59.999999Z", "2026-07-16T15:59:59.999999Z"),
        ("2026-07-20", ""),
    ],
)
def test_as_of_is_the_end_of_a_day_in_the_time_zone(text: str, printed: str) -> None:
    assert format_as_of(parse_as_of(text, "Asia/Shanghai", NOW)) == printed


@pytest.mark.parametrize("text", ["2026-07-21", "2026-07-20T12:00:01+08:00", "gestern", "2026-13-01", ""])
def test_as_of_refuses_what_is_no_past_moment(text: str) -> None:
    with pytest.raises(AsOfError):
        parse_as_of(text, "Asia/Shanghai", NOW)
