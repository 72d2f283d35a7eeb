"""Snapshots, comparison, the board and its rates by the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from monitor.report.compare_table import COMPARE_COLUMNS
from monitor.report.reporting_table import RATE_COLUMNS, REPORTING_COLUMNS

from .conftest import Run

HEADER = "indicator_id,region_code,period,numerator,denominator\n"


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _ingest(run: Run, folder: Path, numerator: int) -> None:
    path = folder / f"{numerator}.csv"
    path.write_text(f"{HEADER}enrolment_rate,320000,2025-Q4,{numerator},8200\n", encoding="utf-8")
    ended = run("ingest", path, "--accept", "--explain", "台账更正", "--by", "张三")
    assert ended.code == 0, ended.err


@pytest.fixture
def frozen(run: Run, tmp_path: Path, made: Path) -> Path:
    """A store with one accepted figure, frozen as 第1版: made once and copied."""
    if not (made / "var").exists():
        _ingest(run, tmp_path, 8000)
        ended = run("snapshot", "freeze", "第1版", "--note", "送审稿", "--by", "王五")
        assert (ended.code, ended.err) == (0, "")
        assert "第1版" in ended.out
        shutil.copytree(tmp_path / "var", made / "var")
    else:
        shutil.copytree(made / "var", tmp_path / "var")
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("frozen")


def test_a_snapshot_is_listed_and_never_given_again(run: Run, frozen: Path) -> None:
    (row,) = _rows(run("snapshot", "list").out)
    assert (row["name"], row["note"], row["frozen_by"]) == ("第1版", "送审稿", "王五")
    again = run("snapshot", "freeze", "第1版")
    assert (again.code, again.out) == (2, "")
    assert again.err.count("\n") == 1
    assert run("snapshot", "freeze", "2025-12-31").code == 2


@pytest.mark.parametrize("kind", ["scorecard", "observations", "gaps", "submissions", "history", "reporting", "rates"])
def test_every_export_takes_its_name_and_stays_the_same(run: Run, frozen: Path, kind: str) -> None:
    first, second = frozen / "first.csv", frozen / "second.csv"
    assert run("export", kind, "--as-of", "第1版", "--output", first).code == 0
    _ingest(run, frozen, 8100)
    assert run("export", kind, "--as-of", "第1版", "--output", second).code == 0
    assert second.read_bytes() == first.read_bytes()
    facts = [json.loads((frozen / f"{name}.csv.meta.json").read_text(encoding="utf-8")) for name in ("first", "second")]
    assert facts[0]["as_of"] == facts[1]["as_of"] == _rows(run("snapshot", "list").out)[0]["as_of"]


def test_comparison_of_a_snapshot_with_now(run: Run, frozen: Path) -> None:
    _ingest(run, frozen, 8100)
    rows = _rows(run("compare", "--from", "第1版").out)
    assert tuple(rows[0]) == COMPARE_COLUMNS
    (figure,) = [row for row in rows if row["what"] == "figure"]
    assert (figure["change"], figure["old_numerator"], figure["new_numerator"]) == ("changed", "8000", "8100")
    assert (figure["submitted_by"], figure["explanation"], figure["cause"]) == ("张三", "台账更正", "submission")
    assert json.loads(run("compare", "--from", "第1版", "--format", "json").out)[-1]["new_numerator"] == 8100
    target = frozen / "changes.xlsx"
    assert run("compare", "--from", "第1版", "--output", target).code == 0
    assert openpyxl.load_workbook(target).worksheets[0].max_row == len(rows) + 1
    assert json.loads((frozen / "changes.xlsx.meta.json").read_text(encoding="utf-8"))["rows"] == len(rows)
    assert _rows(run("compare", "--from", "第1版", "--to", "第1版").out) == []


def test_board_and_rates(run: Run, frozen: Path) -> None:
    board, rates = frozen / "board.csv", frozen / "rates.csv"
    scope = ("--form", "quarterly", "--period", "2025-Q4")
    assert run("export", "reporting", *scope, "--output", board).code == 0
    assert run("export", "rates", *scope, "--output", rates).code == 0
    rows = _rows(board.read_text(encoding="utf-8-sig"))
    assert tuple(rows[0]) == REPORTING_COLUMNS
    assert len(rows) == 32
    accepted = [row["region_code"] for row in rows if row["state"] == "accepted"]
    assert accepted == ["320000"]
    listed = _rows(rates.read_text(encoding="utf-8-sig"))
    assert tuple(listed[0]) == RATE_COLUMNS
    whole = {row["rate"]: (row["numerator"], row["denominator"]) for row in listed if row["scope"] == "form"}
    assert whole["completeness"] == whole["acceptance"] == ("1", "32")
    assert whole["completeness_cells"] == ("1", str(32 * 14))
