"""A million rows leave the store as a few do: the same bytes, never all in memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest import MonkeyPatch

from monitor.report import export, ledger, parquet
from monitor.report.export import write_table
from monitor.report.streamed import AT_ONCE, Streamed
from monitor.report.whole_file import PARTS

from .calls import World

INDICATORS = ["number", "rate"]
Asked = tuple[list[str] | None, list[str] | None, list[str] | None, datetime | None]
_BEFORE_THE_LAST = datetime.fromisoformat("2024-02-01T01:00:00.000004")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def _told(world: World) -> None:
    world.accept(world.send("660000", "2023-Q1", when="2024-02-01T09:00", rate="80", number="10"))
    for period, when in (("2023", "2024-02-01T09:00"), ("2023-Q4", "2024-01-20T09:00")):
        world.accept(world.send("110000", period, when=when, rate="80", number="10"))
    world.accept(world.send("110000", "2023-Q1", rate="81", number="11"))
    world.send("110000", "2023-Q1", rate="82", number="12")


def test_rows_that_are_read_while_written_make_the_same_file(
    world: World, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    _told(world)
    figures: Asked = (INDICATORS, None, None, None)
    tables: list[tuple[Callable[..., Streamed], Callable[..., pd.DataFrame], Asked, int]] = [
        (ledger.each_observation, ledger.observations, figures, 8),
        (ledger.each_revision, ledger.history, figures, 8),
        (ledger.each_submission, ledger.submissions, (None, None, None, None), 5),
        (
            ledger.each_submission,
            ledger.submissions,
            (["quarterly"], ["110000"], ["2023", "2023-Q1", "2023-Q4"], _BEFORE_THE_LAST),
            1,
        ),
    ]
    monkeypatch.setattr(ledger, "_SUBMISSIONS_AT_ONCE", 2)
    for each, whole, asked, least in tables:
        frame = whole(world.store, *asked)
        assert len(frame) >= least and (least == 1 or set(frame["period"]) == {"2023", "2023-Q1", "2023-Q4"})
        for suffix in (".csv", ".xlsx", ".json", ".parquet"):
            rows = each(world.store, *asked)
            assert write_table(rows, tmp_path / f"rows{suffix}", {"a": "b"}) == write_table(
                frame, tmp_path / f"frame{suffix}", {"a": "b"}
            )
            assert rows.count == len(frame)


def test_a_csv_is_written_before_the_last_row_is_read(tmp_path: Path) -> None:
    ahead = 0

    def rows() -> Iterator[tuple[int, str]]:
        nonlocal ahead
        for number in range(3 * AT_ONCE):
            if number == 2 * AT_ONCE:
                (made,) = tmp_path.glob(".all-*")
                ahead = made.stat().st_size
            yield number, "x"

    table = Streamed(["n", "text"], rows())
    write_table(table, tmp_path / "all.csv", {})
    assert table.count == 3 * AT_ONCE and ahead > AT_ONCE
    assert len((tmp_path / "all.csv").read_bytes().splitlines()) == table.count + 1


def test_parquet_is_written_in_parts_before_the_last_row_is_read(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    """Parts of any size give the same rows; types are those of all rows, not of a sample."""
    monkeypatch.setattr(parquet, "_PART_ROWS", 1000)
    ahead: list[str] = []

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(3001):
            if number == 3000:
                ahead.extend(sorted(path.name for path in tmp_path.glob(f".all-*{PARTS}/*")))
            large, late = number == 2999, number >= 2000
            yield (
                number + 2**40 * large,
                Decimal("123456789012345678.1234567891") if large else Decimal("0.5"),
                Decimal("0E-10") if number % 2 else "—",
                "x" if late else None,
                None,
                date(2024, 1, 1) if late else None,
            )

    names = ["n", "value", 'with "mark"', "late", "none", "day"]
    write_table(Streamed(names, rows()), tmp_path / "all.parquet", {})
    frame = pd.DataFrame(list(rows()), columns=names, dtype=object)
    write_table(frame, tmp_path / "frame.parquet", {})
    assert ahead[:3] == ["0.parquet", "1.parquet", "2.parquet"]
    assert (tmp_path / "all.parquet").read_bytes() == (tmp_path / "frame.parquet").read_bytes()
    read = duckdb.read_parquet(str(tmp_path / "all.parquet")).fetchall()
    assert read[2999][:2] == (2**40 + 2999, Decimal("123456789012345678.1234567891"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.parquet", "frame.parquet"]


def test_rows_beyond_a_full_sheet_stand_on_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_ROWS_OF_A_SHEET", 3)
    path = tmp_path / "long.xlsx"
    write_table(Streamed(["n"], ((number,) for number in range(7))), path, {"a": "b"})
    book = openpyxl.load_workbook(path)
    found = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets[:-1]]
    assert found == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**27), max_value=10**27),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-100, max_value=100),
    st.dates(),
    st.datetimes(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        [
            "",
            "=1+1",
            "'=1",
            "'x",
            "<r>&</r>",
            "<r><t>x</t></r>",
            " x ",
            "x\n",
            "_x0041_",
            "\x01",
            "\ufffe",
            "a" * 40_000,
        ]
    ),
    st.sampled_from([np.int64(3), np.float64(2.5), np.bool_(True), pd.NaT, pd.Timestamp(2024, 1, 2)]),
)


@given(st.lists(st.tuples(_VALUES, _VALUES, _VALUES), max_size=8))
@example([(1, 1.0, True), (True, 1, Decimal(1)), (0.0, -0.0, Decimal("-0")), (date(2024, 1, 1), "2024-01-01", None)])
@example([(None, "", None), ("x", None, None), (None, None, None)])
@example([(None, None, None)])
def test_a_sheet_of_rows_is_the_one_of_cells(rows: list[tuple[object, object, object]]) -> None:
    """Rows that are written as text are those that the workbook library writes cell by cell."""
    with tempfile.TemporaryDirectory() as name:
        made, expected = Path(name) / "made.xlsx", Path(name) / "expected.xlsx"
        write_table(Streamed(["a", "b", "<c>"], rows), made, {})
        with MonkeyPatch.context() as patch:
            patch.setattr(export, "SheetRows", _Cells)
            write_table(Streamed(["a", "b", "<c>"], rows), expected, {})
        assert made.read_bytes() == expected.read_bytes()


class _Cells:
    """As SheetRows, by the library's own doors alone."""

    def __init__(self, sheet: Any, _width: int, put: Callable[[Any, int, int, object], None]) -> None:
        self._sheet, self._put = sheet, put

    def write(self, first: int, rows: Iterable[Sequence[object]]) -> int:
        count = 0
        for count, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                self._put(self._sheet, first + count - 1, place, value)
        return count


@given(st.lists(st.tuples(_VALUES.filter(lambda value: not isinstance(value, float)), st.text(max_size=3)), max_size=7))
@example([])
def test_a_list_of_objects_is_the_same_in_parts(rows: list[tuple[object, str]]) -> None:
    expected = json.dumps(
        [{"a": export._json_value(one), "b": text} for one, text in rows], ensure_ascii=False, indent=1
    )
    with tempfile.TemporaryDirectory() as name, MonkeyPatch.context() as patch:
        patch.setattr(export, "AT_ONCE", 2)
        path = Path(name) / "made.json"
        write_table(Streamed(["a", "b"], rows), path, {})
        assert path.read_bytes() == (expected + "\n").encode()


@given(st.lists(st.tuples(_VALUES, _VALUES), max_size=8), st.integers(1, 4))
@example([(Decimal("0.001"), 2**64), (Decimal("1E+3"), -1)], 1)
@example([(Decimal("1E+30"), True), (Decimal("1E-10"), 1)], 2)
def test_parquet_says_each_value_to_the_digit(rows: list[tuple[object, object]], at_once: int) -> None:
    """As the value's own type, or as its text where a column mixes kinds."""
    with tempfile.TemporaryDirectory() as name, MonkeyPatch.context() as patch:
        patch.setattr(parquet, "_PART_ROWS", at_once)
        path = Path(name) / "made.parquet"
        write_table(Streamed(["a", "b"], rows), path, {})
        read = duckdb.read_parquet(str(path)).fetchall()
    for place in range(2):
        plain = [parquet._plain(row[place]) for row in rows]
        found = [row[place] for row in read]
        is_mixed = any(isinstance(value, str) for value in found)
        for value, told in zip(plain, found, strict=True):
            if isinstance(told, datetime) and isinstance(value, date) and not isinstance(value, datetime):
                told = told.date()  # days among moments are midnights
            assert told == (str(value) if is_mixed and value is not None else value)
