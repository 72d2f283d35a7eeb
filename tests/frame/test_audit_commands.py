"""The audit log and the proof of a store by the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import openpyxl

from monitor.commands.audit import EXPORT_COLUMNS, LIST_COLUMNS
from tests.cycle.in_process import reading_in_process

from .conftest import Run

STORE = Path("var", "monitor.duckdb")


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _ingested(run: Run, folder: Path) -> None:
    path = folder / "=1+1.csv"
    path.write_text("indicator_id,region_code,period,numerator,denominator\nenrolment_rate,320000,2025-Q4,1,2\n")
    with reading_in_process():
        assert run("ingest", path, "--accept", "--explain", "台账", "--by", "=张三").code == 0


def test_what_was_taken_out_is_in_the_log_and_the_log_is_proven(run: Run, tmp_path: Path) -> None:
    Path("monitor.toml").write_text(f'audit_folder = "{tmp_path / "elsewhere"}"\n')
    _ingested(run, tmp_path)
    assert sorted(entry.name for entry in (tmp_path / "elsewhere").iterdir()) == ["chain.key", "monitor.duckdb.head"]
    assert not Path(STORE.parent, "audit").exists()
    assert run("export", "observations", "--region", "320000", "--output", tmp_path / "o.csv").code == 0
    assert run("compare", "--from", "2020-01-01", "--output", tmp_path / "c.csv").code == 0
    assert run("submissions", "list").code == run("submissions", "show", "1").code == 0
    taken = _rows(run("audit", "list", "--action", "exported").out)
    assert tuple(taken[0]) == LIST_COLUMNS
    assert [row["object"] for row in taken] == ["submission:1", "submissions", "compare", "observations"]
    said = json.loads(taken[-1]["detail"])
    assert (said["region"], said["file"]) == ("320000", "o.csv")
    sound = run("verify")
    assert (sound.code, sound.err) == (0, "") and "1 submissions" in sound.out
    for suffix in ("jsonl", "xlsx", "csv"):
        assert run("audit", "export", "--object", "submission", "--output", f"log.{suffix}").code == 0
    written = Path("log.csv").read_text(encoding="utf-8")
    assert tuple(_rows(written)[0]) == EXPORT_COLUMNS and '"\'=张三"' in written
    sheet = openpyxl.load_workbook("log.xlsx").worksheets[0]
    assert {cell.data_type for cell in sheet["C"]} == {"s"} and sheet.max_row == len(_rows(written)) + 1
    assert run("verify", "--log", "log.jsonl").code == 0
    assert _rows(run("audit", "list", "--to", "2020-01-01").out) == []
    for wrong in (
        ("list", "--from", "yesterday"),
        ("export", "--output", "log.txt"),
        ("export", "--output", "no/l.csv"),
    ):
        ended = run("audit", *wrong)
        assert (ended.code, ended.err.count("\n")) == (2, 1)


def test_what_was_changed_is_named_on_a_line_each(run: Run, tmp_path: Path) -> None:
    _ingested(run, tmp_path)
    assert run("audit", "export", "--output", "log.jsonl").code == 0
    with duckdb.connect(str(STORE)) as connection:
        connection.execute("UPDATE audit SET actor = '李四' WHERE seq = 2")
        connection.execute("UPDATE observation SET numerator = 2")
    ended = run("verify")
    assert ended.code == 1 and ended.err.count("\n") == 2
    assert "第 2 条" in ended.err and "entry 2" in ended.err and "submission 1" in ended.err
    text = Path("log.jsonl").read_text(encoding="utf-8")
    Path("log.jsonl").write_text(text.replace("=张三", "李四", 1), encoding="utf-8")
    assert run("verify", "--log", "log.jsonl").code == 1
    Path("other.jsonl").write_text("{}\n")
    Path(STORE.parent, "audit", "chain.key").rename("away")
    assert run("verify").code == 1
    for wrong in (("--log", "other.jsonl"), ("--log", "log.jsonl"), ("--log", "none.jsonl")):
        ended = run("verify", *wrong)
        assert (ended.code, ended.err.count("\n")) == (2, 1)
