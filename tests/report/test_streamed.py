"""A million rows leave the store as a few do: the same bytes, never all in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest

from monitor.report import export, ledger
from monitor.report.export import write_table
from monitor.report.streamed import AT_ONCE, Streamed

from .calls import World

INDICATORS = ["number", "rate"]


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


def test_rows_that_are_read_while_written_make_the_same_file(world: World, tmp_path: Path) -> None:
    _told(world)
    asked = (world.store, INDICATORS, None, None, None)
    tables = ((ledger.each_observation, ledger.observations), (ledger.each_revision, ledger.history))
    for each, whole in tables:
        frame = whole(*asked)
        assert len(frame) >= 8 and set(frame["period"]) == {"2023", "2023-Q1", "2023-Q4"}
        for suffix in (".csv", ".xlsx", ".json"):
            rows = each(*asked)
            assert write_table(rows, tmp_path / f"rows{suffix}", {"a": "b"}) == write_table(
                frame, tmp_path / f"frame{suffix}", {"a": "b"}
            )
            assert rows.count == len(frame)
        write_table(each(*asked), tmp_path / "rows.parquet", {})
        write_table(frame, tmp_path / "frame.parquet", {})
        first, second = (duckdb.read_parquet(str(tmp_path / f"{name}.parquet")) for name in ("rows", "frame"))
        assert first.columns == second.columns and first.fetchall() == second.fetchall()


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


def test_rows_beyond_a_full_sheet_stand_on_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_ROWS_OF_A_SHEET", 3)
    path = tmp_path / "long.xlsx"
    write_table(Streamed(["n"], ((number,) for number in range(7))), path, {"a": "b"})
    book = openpyxl.load_workbook(path)
    found = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets[:-1]]
    assert found == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]
