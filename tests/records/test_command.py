"""`monitor compute`: figures printed, written with where they are from, and sent through the ordinary door."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor.records.workspace import PREFIX, workspace

from .conftest import CHECKOUT, EXAMPLE, RATE, SHARE, VISITS, Run, visit, write, write_many


@pytest.fixture(autouse=True)
def _plan(records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example plan, its records in `visits`, a store that is not there yet, and temporary files apart."""
    (tmp_path / "plan.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("MONITOR_CATALOGUE", "plan.yaml")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))


def asked(*more: str, period: str = "2024-06") -> tuple[str, ...]:
    return "compute", RATE, "--records", "visits", "--period", period, *more


def test_it_prints_the_figures_and_tells_what_was_read(run: Run) -> None:
    ended = run(*asked())
    lines = ended.out.lstrip("\ufeff").splitlines()
    assert ended.code == 0
    assert lines[1:] == [
        f'"{RATE}","110000","2024-06",1,1,,"人次",1,false',
        f'"{RATE}","320000","2024-06",2,3,,"人次",4,false',
    ]
    assert "2024-01-01 to 2024-06-30, 8 records read, 6 used, 2 of other periods" in ended.err
    assert "660000" in ended.err and "denominator 0" in ended.err
    only = run(*asked("--region", "320000", "--format", "json"))
    assert [row["region_code"] for row in json.loads(only.out)] == ["320000"]


def test_a_file_is_written_with_its_companion_and_is_the_same_again(run: Run, tmp_path: Path) -> None:
    assert run(*asked("--output", "f.csv")).code == 0
    first = {name: (tmp_path / name).read_bytes() for name in ("f.csv", "f.csv.records.json")}
    assert run(*asked("--output", "f.csv")).code == 0
    assert {name: (tmp_path / name).read_bytes() for name in first} == first
    told = json.loads(first["f.csv.records.json"])
    (scan,) = told["scans"]
    assert scan["records"] == {"read": 8, "used": 6, "other_period": 2, "rejected": {}}
    assert scan["indicators"][RATE]["denominator"] == "count(CASE WHEN is_cross_province THEN 1 END)"
    (file,) = told["files"]["listed"]
    assert file["name"] == "a.parquet" and file["rows"] == 8 and len(file["sha256"]) == 64
    # it is an ordinary file: the intake reads it without a word
    checked = run("ingest", "f.csv", "--by", "张三", "--dry-run", "--format", "json")
    (result,) = json.loads(checked.out)
    assert (checked.code, result["problems"], result["created"]) == (0, [], 2)
    assert re.search(r"manifest [0-9a-f]{16}", first["f.csv"].decode())


def test_submitting_leaves_it_waiting_for_review_with_a_receipt(run: Run, tmp_path: Path) -> None:
    ended = run(*asked("--submit", "--by", "张三"))
    assert (ended.code, ended.out) == (0, "")
    assert "inpatient_visit-2024-06.csv: review: created 2" in ended.err and "2 waiting for review" in ended.err
    listed = json.loads(run("submissions", "list", "--format", "json").out)
    assert {(one["region_code"], one["state"]) for one in listed} == {("110000", "submitted"), ("320000", "submitted")}
    # the same again is nothing new; nothing of the work stays
    again = run(*asked("--submit", "--by", "张三"))
    assert again.code == 0 and ": duplicate:" in again.err
    assert [*(tmp_path / "temporary").glob(f"{PREFIX}*")] == []
    # the raw file is kept like any other, so the store can be made again from it
    assert run("rebuild").code == 0
    assert run("verify").code == 0
    audit = run("audit", "list", "--action", "computed", "--format", "json")
    (entry,) = json.loads(audit.out)
    assert entry["actor"] == "张三" and "manifest_sha256" in str(entry)


def test_what_the_intake_refuses_is_refused_here_too(run: Run) -> None:
    text = EXAMPLE.replace("numerator: count(CASE WHEN is_cross_province AND settled_directly THEN 1 END)",
                           "numerator: 0 - count(*)")  # fmt: skip
    Path("plan.yaml").write_text(text, encoding="utf-8")
    ended = run(*asked("--submit"))
    assert ended.code == 1 and "negative_part" in ended.err
    assert json.loads(run("submissions", "list", "--format", "json").out) == []


def test_records_that_must_not_be_end_in_one_refusal_and_no_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "visits" / "b.parquet", [visit(20, "\x1b[31m" + "9" * 200, "2024-06-02", True, True), VISITS[0]])
    ended = run(*asked("--output", "f.csv", "--submit"))
    assert ended.code == 1 and ended.out == ""
    assert "error unknown_region:" in ended.err and "1 records" in ended.err
    assert "error repeated_key:" in ended.err and "visit_id=V1" in ended.err
    assert "\x1b" not in ended.err and "9" * 100 not in ended.err and "nothing was computed" in ended.err
    assert not (tmp_path / "f.csv").exists() and not (tmp_path / "var").exists()


def test_synthetic_records_give_synthetic_figures(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "visits" / "b.parquet", [visit(30, "320000", "2024-06-02", True, True)],
          options=", KV_METADATA {synthetic: 'true'}")  # fmt: skip
    assert run(*asked("--output", "f.csv")).code == 0
    lines = (tmp_path / "f.csv").read_text(encoding="utf-8-sig").splitlines()
    assert all(',"reported",true,"模拟数据；' in line for line in lines[1:])
    printed = json.loads(run(*asked("--format", "json")).out)
    assert printed and all(row["synthetic"] is True for row in printed)
    (tmp_path / "visits" / "b.parquet").unlink()
    assert run(*asked("--output", "f.csv", "--synthetic")).code == 0
    assert "模拟数据" in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compute", RATE, "--records", "visits", "--period", "2024-13"), "is no period"),
        (("compute", RATE, "--records", "nowhere", "--period", "2024"), "no such folder of records"),
        (("compute", "nothing", "--records", "visits", "--period", "2024"), "is not computed from records"),
        (("compute", RATE, "--records", "visits", "--period", "2031"), "not within 2020–2025"),
        (("compute", RATE, "--records", "visits", "--period", "2024", "--by", "x"), "go with --submit"),
        (("compute", RATE, "--records", "visits", "--period", "2024", "--region", "999999"), "no such region"),
        (("compute", RATE, "--records", "visits", "--period", "2024", "--output", "f.xlsx"), "unknown suffix"),
        (("compute", "--records", "visits", "--period", "2024"), "Missing argument"),
    ],
)
def test_wrong_uses_are_one_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ended = run(*arguments)
    assert ended.code == 2 and said in ended.err and ended.err.count("\n") == 1


def test_a_period_without_records_is_told(run: Run) -> None:
    ended = run(*asked("--output", "f.csv", period="2022"))
    assert ended.code == 1 and "no figure to write" in ended.err and not Path("f.csv").exists()


def test_an_account_sends_for_its_own_units_alone(run: Run) -> None:
    person = ("--login", "su", "--name", "苏", "--role", "reporter", "--region", "320000", "--no-password")
    assert run("user", "add", *person).code == 0
    ended = run(*asked("--submit", "--by", "苏"))
    assert ended.code == 1 and "110000" in ended.err
    assert run(*asked("--submit", "--by", "苏", "--region", "320000")).code == 0
    assert run("verify").code == 0


WHOLE = ",500002,1000003,"


@pytest.mark.process
def test_a_run_that_is_killed_leaves_nothing_half_written(tmp_path: Path) -> None:
    """Killed at several moments: the file is whole or not there, and the next run clears what was left."""
    write_many(tmp_path / "visits" / "big.parquet", 1_000_000, "i % 2 = 0")
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TMPDIR": str(tmp_path / "temporary"),
                   "MONITOR_CATALOGUE": "plan.yaml", "MONITOR_COMPUTE_MEMORY_BYTES": "60000000"}  # fmt: skip
    command = [sys.executable, "-m", "monitor", *asked("--output", "f.csv")]
    left = 0
    for delay in (0.05, 0.8):
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
        _wait_for_work(tmp_path / "temporary", process)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        left += len([*(tmp_path / "temporary").glob(f"{PREFIX}*")])
        if (tmp_path / "f.csv").exists():  # it was done before it was killed
            assert WHOLE in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
            (tmp_path / "f.csv").unlink()
    assert left
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert WHOLE in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
    assert [*(tmp_path / "temporary").iterdir()] == []


def _wait_for_work(folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and not [*folder.glob(f"{PREFIX}*")]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_workspace_in_use_is_left_alone_and_a_dead_one_is_not(tmp_path: Path) -> None:
    dead = tmp_path / "temporary" / f"{PREFIX}dead"
    dead.mkdir()
    (dead / "spill").write_bytes(b"x")
    with workspace() as mine, workspace() as other:
        assert mine != other and mine.is_dir() and other.is_dir() and not dead.exists()
        handle = os.open(mine, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
    assert not mine.exists() and not other.exists()


def test_two_indicators_come_from_one_reading(run: Run) -> None:
    ended = run("compute", SHARE, RATE, "--records", "visits", "--period", "2024-06", "--output", "f.csv")
    assert ended.code == 0 and ended.err.count("records read") == 1
    lines = Path("f.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:5] for line in lines[1:3]] == [
        [f'"{SHARE}"', '"110000"', '"2024-06"', "12345678.9", "12345678.9"],
        [f'"{SHARE}"', '"320000"', '"2024-06"', "100.3", "158.07"],
    ]
